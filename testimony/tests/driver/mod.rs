//! A driver in the test's own process, and the tool in another.
#![allow(dead_code, reason = "each test program uses its part")]

use std::path::Path;
use std::process::{Command, Output};

use abi_runtime::geometry::Shape;
use abi_runtime::layout::{ClockKind, Policy, RegionState};
use abi_runtime::prelude::*;
use abi_runtime::region::{ClockInfo, LaneConfig, Region, RegionConfig, region_size};
use abi_runtime::writer::Writer;
use dext_bindings::linux::{Access, RegionMemory, Server, ServerThread, random_id};

/// A thread gave up its CPU.
#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0103)]
pub(crate) struct Switch {
    /// Thread that left.
    #[trace(privacy = "private")]
    pub(crate) thread: u32,
    /// Why.
    pub(crate) reason: Code<Reason>,
    /// For how many ticks it had run.
    #[trace(absent = 0, unit = "ms", scale = "1/1000")]
    pub(crate) ticks: u16,
}

/// Why a thread left.
#[derive(TraceCode)]
#[repr(u16)]
pub(crate) enum Reason {
    /// Another was more urgent.
    Preempted = 1,
}

abi_runtime::catalog! {
    /// What this test tells.
    pub static TEST = "test" { records: [Switch] }
}

/// A clock that tells nothing but a ratio of 1.
pub(crate) const COUNTER: ClockInfo =
    ClockInfo { kind: ClockKind::Other, numerator: 1, denominator: 1, anchor_ticks: 0, anchor_utc: 0 };

/// Runs `act` on a region of two lanes of four blocks that is served at the path. The server stops when it is
/// dropped; nothing closes the region but `act`.
pub(crate) fn driving<T>(clock: ClockInfo, act: impl FnOnce(&Region<'_>, &Path, ServerThread) -> T) -> T {
    let root = tempfile::tempdir().expect("a directory for the test");
    let socket = root.path().join("socket");
    let shape = Shape { lanes: 2, block_size: 4096, blocks_per_lane: 4 };
    let size = region_size(shape, &TEST).expect("a shape that can be");
    let mut memory = RegionMemory::create(size).expect("memory");
    let file = memory.share().expect("a descriptor");
    let region_id = random_id().expect("random numbers");
    let config = RegionConfig { shape, region_id, generation: 1, clock, catalog: &TEST };
    let region = Region::format(memory.memory_mut(), &config).expect("its size fits");
    let server = Server::bind(&socket, Access::owner(), file).expect("the path is free");
    let server = server.in_thread().expect("a thread");
    act(&region, &socket, server)
}

/// Opens lane 0 as `cpu0`, with a clock that stands at 7.
pub(crate) fn cpu0<'m>(region: &Region<'m>, policy: Policy) -> Writer<'m, fn() -> u64> {
    region.open_lane(0, &LaneConfig::new("cpu0", policy), (|| 7) as fn() -> u64).expect("it is free")
}

/// Offers records 0 to `count` to a lane, and returns how many it took.
pub(crate) fn offer<C: abi_runtime::clock::Clock>(writer: &Writer<'_, C>, count: u32) -> usize {
    let records = (0..count).map(|thread| {
        let ticks = u16::try_from(thread % 2).expect("0 or 1");
        Switch { thread, reason: Reason::Preempted.into(), ticks }
    });
    records.filter(|record| writer.emit(record).is_ok()).count()
}

/// Runs `with` while a driver serves a lane of four blocks that `records` records were offered to,
/// and that was closed if `closed`.
pub(crate) fn served<T>(records: u32, policy: Policy, closed: bool, with: impl FnOnce(&Path) -> T) -> T {
    driving(COUNTER, |region, socket, server| {
        let writer = cpu0(region, policy);
        offer(&writer, records);
        if closed {
            writer.close();
            region.set_state(RegionState::Closed);
        }
        let result = with(socket);
        server.stop().expect("it served");
        result
    })
}

/// Runs `testimony attach`.
pub(crate) fn testimony(arguments: &[&str], socket: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_testimony"))
        .arg("attach")
        .args(arguments)
        .arg(socket)
        .output()
        .expect("the tool is built")
}

/// Returns the lines of standard output.
pub(crate) fn lines(output: &Output) -> Vec<String> {
    String::from_utf8(output.stdout.clone()).expect("text").lines().map(str::to_owned).collect()
}
