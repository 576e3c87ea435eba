//! A client in this process: asks the driver to emit, and what it counts.

use abi_runtime::layout::{ABI_MAJOR, ABI_MINOR};
use abi_runtime::prelude::*;
use dext_bindings::boundary::{LaneStat, METHODS, OPEN_TYPE, ReturnCode, Selector, Stat};
use dext_tests::host::Host;
use dext_tests::raw::{ASYNC, Answer, CALL, Client, Request};

pub(crate) struct Asker(pub(crate) Client);

/// A call as its row of the table says, with these scalars.
pub(crate) fn request(selector: Selector, scalars: &[u64]) -> Request {
    let method = METHODS.iter().find(|method| method.selector.known() == Ok(selector)).expect("a row");
    Request {
        a: u64::from(method.selector.raw()),
        b: u64::from(method.outputs),
        c: u64::from(method.structure_out),
        scalars: scalars.to_vec(),
        ..Request::new(if method.completion == 1 { ASYNC } else { CALL })
    }
}

impl Asker {
    /// Opens a connection and says hello.
    pub(crate) fn greet(host: &Host) -> Self {
        let mut asker = Self(host.open(OPEN_TYPE));
        assert_eq!(asker.says(Selector::Hello, &[ABI_MAJOR.into(), ABI_MINOR.into()]), ReturnCode::SUCCESS);
        asker
    }

    pub(crate) fn call(&mut self, selector: Selector, scalars: &[u64]) -> Answer {
        self.0.ask(request(selector, scalars))
    }

    pub(crate) fn says(&mut self, selector: Selector, scalars: &[u64]) -> ReturnCode {
        ReturnCode(self.call(selector, scalars).code.cast_unsigned())
    }

    /// Lets the driver write `count` records of `seed`; returns how many were stored and refused.
    pub(crate) fn emit(&mut self, lane: usize, count: u64, seed: u64) -> (u64, u64) {
        let answer = self.call(Selector::Emit, &[lane as u64, count, seed]);
        assert_eq!(answer.code, 0, "EMIT: {:#x}", answer.code);
        (answer.scalars[0], answer.scalars[1])
    }

    pub(crate) fn stat(&mut self) -> (Stat, Vec<LaneStat>) {
        let answer = self.call(Selector::Stat, &[]);
        assert_eq!(answer.code, 0, "STAT: {:#x}", answer.code);
        let (stat, lanes) = answer.structure.split_at(size_of::<Stat>());
        (Stat::read_wire(stat), lanes.chunks_exact(size_of::<LaneStat>()).map(LaneStat::read_wire).collect())
    }

    /// Waits until the driver counts as many clients, readers and drain readers.
    pub(crate) fn wait_for(&mut self, clients: u32, readers: u32, draining: u32) -> Stat {
        for _ in 0..20_000 {
            let (stat, _) = self.stat();
            if (stat.clients, stat.readers, stat.draining) == (clients, readers, draining) {
                return stat;
            }
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        panic!("still {:?}", self.stat().0);
    }
}
