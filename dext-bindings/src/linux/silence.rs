//! Connections that have not said hello yet.
//!
//! Spec: `spec/attach.md`, ATT-7.

use std::collections::VecDeque;

use super::reader::{Greeting, House, Reader};

/// Most connections of one kind: of users who may attach, and of those who may not.
const MOST: usize = 64;

/// Silent connections, the oldest first. Those of users who may attach are kept apart from those of others,
/// so that the others do not displace them.
#[derive(Debug, Default)]
pub(super) struct Silence {
    allowed: VecDeque<Reader>,
    others: VecDeque<Reader>,
}

impl Silence {
    pub(super) fn iter(&self) -> impl Iterator<Item = &Reader> {
        self.allowed.iter().chain(&self.others)
    }

    /// Greets a new connection, and keeps it if it is silent. If there are too many, the oldest gives way: it
    /// is heard once more before it is closed. Returns the readers that are attached by now.
    pub(super) fn admit(&mut self, mut reader: Reader, house: &mut House<'_>) -> Vec<Reader> {
        let mut attached = Vec::new();
        match reader.greet(house) {
            Greeting::Over => return attached,
            Greeting::Attached => {
                attached.push(reader);
                return attached;
            }
            Greeting::Silent => {}
        }
        let silent = if reader.is_allowed() { &mut self.allowed } else { &mut self.others };
        silent.push_back(reader);
        if silent.len() > MOST
            && let Some(mut oldest) = silent.pop_front()
            && oldest.greet(house) == Greeting::Attached
        {
            attached.push(oldest);
        }
        attached
    }

    /// Greets those connections of which `is_ready` says so, in their order. Returns the readers that are
    /// attached by now.
    pub(super) fn greet(&mut self, house: &mut House<'_>, mut is_ready: impl FnMut() -> bool) -> Vec<Reader> {
        let mut attached = Vec::new();
        for silent in [&mut self.allowed, &mut self.others] {
            for mut reader in std::mem::take(silent) {
                let greeting = if is_ready() { reader.greet(house) } else { Greeting::Silent };
                match greeting {
                    Greeting::Silent => silent.push_back(reader),
                    Greeting::Attached => attached.push(reader),
                    Greeting::Over => {}
                }
            }
        }
        attached
    }

    /// Closes all of them.
    pub(super) fn clear(&mut self) {
        self.allowed.clear();
        self.others.clear();
    }
}
