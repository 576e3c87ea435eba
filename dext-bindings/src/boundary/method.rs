//! What a reader may ask for.

use abi_runtime::prelude::*;

use super::scalars::{
    AttachIn, AttachOut, ChooseIn, ChooseOut, DoorbellIn, EmitIn, EmitOut, FlushIn, HelloIn, HelloOut,
    Scalars,
};
use super::stat::MAX_STAT_SIZE;

/// What a reader asks for: the number of an external method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, TraceCode)]
#[repr(u32)]
pub enum Selector {
    /// Who are you, and do we understand each other? Comes before everything else.
    Hello = 0,
    /// I begin to read. To be said once, until detached.
    Attach = 1,
    /// I read no more. Whoever vanishes has said so too.
    Detach = 2,
    /// Wake me, once.
    Doorbell = 3,
    /// What do you count?
    Stat = 4,
    /// Of these classes I want records; of others none, unless somebody else does.
    Choose = 5,
    /// Say what you dropped in these lanes: do not wait for the next record.
    Flush = 6,
    /// My first positions stand in my release page: wait for me.
    Serve = 7,
    /// Write records of known content. Only in a build that is made for tests.
    Emit = 8,
}

/// How a method is called: a row of the driver's dispatch table. Each count is exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, WireStruct, IntoBytes, Immutable)]
#[repr(C)]
pub struct Method {
    /// Its number.
    pub selector: Code<Selector>,
    /// 1: it is called with a completion, and answers later; 0: without.
    pub completion: u32,
    /// Scalars that go in.
    pub inputs: u32,
    /// Scalars that come out.
    pub outputs: u32,
    /// Most bytes of the structure that comes out.
    #[trace(unit = "By")]
    pub structure_out: u32,
    #[trace(reserved)]
    _reserved: [u8; 4],
}

impl Method {
    const fn new<In: Scalars, Out: Scalars>(selector: Selector) -> Self {
        Self {
            selector: Code::from_raw(selector as u32),
            completion: 0,
            inputs: In::COUNT,
            outputs: Out::COUNT,
            structure_out: 0,
            _reserved: [0; 4],
        }
    }
}

/// Every method.
pub const METHODS: &[Method] = &[
    Method::new::<HelloIn, HelloOut>(Selector::Hello),
    Method::new::<AttachIn, AttachOut>(Selector::Attach),
    Method::new::<(), ()>(Selector::Detach),
    Method { completion: 1, ..Method::new::<DoorbellIn, ()>(Selector::Doorbell) },
    Method { structure_out: MAX_STAT_SIZE, ..Method::new::<(), ()>(Selector::Stat) },
    Method::new::<ChooseIn, ChooseOut>(Selector::Choose),
    Method::new::<FlushIn, ()>(Selector::Flush),
    Method::new::<(), ()>(Selector::Serve),
    Method::new::<EmitIn, EmitOut>(Selector::Emit),
];
