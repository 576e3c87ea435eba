//! Whose child a process is, and when it began.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::observation::Observation;
use crate::process::Ending;

/// Follows births and ends, to tell how long a thread lived and what one process's children did.
///
/// Holds one entry for each thread that was seen to begin and not to end; when the end was lost at
/// the source, the entry stays until the number is given to another thread. There are never more
/// than the kernel has numbers.
#[derive(Clone, Debug, Default)]
pub struct Kinship {
    parent: Option<u32>,
    births: HashMap<u32, Birth>,
    children: Children,
}

#[derive(Clone, Copy, Debug)]
struct Birth {
    at: u64,
    is_child: bool,
}

/// What was seen of the child processes of one process; threads are not among them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Children {
    /// How many began.
    pub forks: u64,
    /// How many programs they ran.
    pub execs: u64,
    /// How many ended.
    pub exits: u64,
    /// Those of `exits` that returned a status other than 0.
    pub failures: u64,
}

impl Kinship {
    /// Follows all threads, and counts the child processes of `parent` if one is named.
    #[must_use]
    pub fn new(parent: Option<u32>) -> Self {
        Self { parent, ..Self::default() }
    }

    /// Takes note of an observation, and adds to an end how long the thread lived, if its
    /// beginning was seen.
    #[must_use]
    pub fn complete(&mut self, observation: Observation) -> Observation {
        match observation {
            Observation::Fork(fork) => {
                let is_process = fork.child_pid == fork.child_tgid;
                let is_child = is_process && self.parent == Some(fork.parent_tgid);
                self.children.forks += u64::from(is_child);
                self.births.insert(fork.child_pid, Birth { at: fork.at, is_child });
            }
            Observation::Exec(exec) => {
                let is_child = self.births.get(&exec.tgid).is_some_and(|birth| birth.is_child);
                self.children.execs += u64::from(is_child);
            }
            Observation::Exit(mut exit) => {
                let birth = self.births.remove(&exit.pid);
                let says_parent = exit.pid == exit.tgid && self.parent == Some(exit.parent_tgid);
                // The beginning is asked first: an end does not always name the parent.
                let is_child = birth.map_or(says_parent, |birth| birth.is_child);
                let failed = exit.status != 0 && exit.ending.raw() == Ending::Returned as u16;
                self.children.exits += u64::from(is_child);
                self.children.failures += u64::from(is_child && failed);
                if let Some(birth) = birth {
                    exit.lived_for = exit.at.saturating_sub(birth.at);
                }
                return Observation::Exit(exit);
            }
            _ => {}
        }
        observation
    }

    /// Returns what was seen of the children.
    #[must_use]
    pub const fn children(&self) -> Children {
        self.children
    }
}

#[cfg(test)]
mod tests {
    use super::{Children, Kinship};
    use crate::message::{Event, Message};
    use crate::observation::Observation;

    fn told(kinship: &mut Kinship, at: u64, event: Event) -> Observation {
        kinship.complete(Message { number: 0, cpu: 0, at, event }.into())
    }

    fn fork(parent: u32, child_pid: u32, child_tgid: u32) -> Event {
        Event::Fork { parent_pid: parent, parent_tgid: parent, child_pid, child_tgid }
    }

    fn exit(parent: u32, pid: u32, exit_code: u32) -> Event {
        let (parent_pid, parent_tgid) = (parent, parent);
        Event::Exit { pid, tgid: pid, exit_code, exit_signal: 17, parent_pid, parent_tgid }
    }

    fn lived_for(observation: Observation) -> u64 {
        match observation {
            Observation::Exit(exit) => exit.lived_for,
            other => panic!("not an exit: {other:?}"),
        }
    }

    #[test]
    fn children_are_counted_and_threads_and_strangers_are_not() {
        let mut kinship = Kinship::new(Some(10));
        let _ = told(&mut kinship, 100, fork(10, 20, 20));
        let _ = told(&mut kinship, 110, fork(10, 21, 10));
        let _ = told(&mut kinship, 120, fork(11, 22, 22));
        let _ = told(&mut kinship, 130, Event::Exec { pid: 20, tgid: 20 });
        let _ = told(&mut kinship, 140, Event::Exec { pid: 22, tgid: 22 });
        assert_eq!(lived_for(told(&mut kinship, 150, exit(10, 20, 0x100))), 50);
        assert_eq!(lived_for(told(&mut kinship, 160, exit(11, 22, 0x100))), 40);
        let expected = Children { forks: 1, execs: 1, exits: 1, failures: 1 };
        assert_eq!(kinship.children(), expected);
    }

    #[test]
    fn an_end_that_names_no_parent_is_still_a_child_s() {
        let mut kinship = Kinship::new(Some(10));
        let _ = told(&mut kinship, 100, fork(10, 20, 20));
        let _ = told(&mut kinship, 150, exit(0, 20, 0));
        assert_eq!(kinship.children().exits, 1);
    }

    #[test]
    fn an_end_without_a_beginning_has_no_length() {
        let mut kinship = Kinship::new(None);
        assert_eq!(lived_for(told(&mut kinship, 5, exit(1, 2, 0))), u64::MAX);
    }
}
