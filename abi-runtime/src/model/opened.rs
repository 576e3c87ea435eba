//! A lane's first line is one incarnation's (REG-12, REG-52).

use std::string::ToString;

use loom::thread;

use super::stage::{START, Small, Stage, explore, explore_some, take};
use crate::Name;
use crate::fixed::load_static;
use crate::layout::{Ending, LaneOpened, Policy};
use crate::reader::LaneError;

/// A lane that is seen to be open has all of its control.
#[test]
fn an_open_lane_has_all_of_its_control() {
    explore(|| {
        let stage = Stage::new();
        let writing = stage.clone();
        let thread = thread::spawn(move || {
            let _ = writing.open(Policy::Overwrite, &[]);
        });
        match load_static(&stage.reader(), 0) {
            Ok(fixed) => {
                assert_eq!((fixed.incarnation, fixed.owner, fixed.start_position), (1, 1, START));
                let lane = stage.read();
                assert_eq!(lane.position(), START);
            }
            Err(error) => {
                assert!(matches!(error, LaneError::NotOpened(0) | LaneError::HalfOpened(0)), "{error}")
            }
        }
        thread.join().expect("the writer does not panic");
    });
}

/// Nobody sees one incarnation's owner under another's number.
#[test]
fn a_lane_that_is_opened_again_is_the_old_one_or_the_new() {
    explore_some(3, || {
        let stage = Stage::new();
        let writer = stage.open(Policy::Overwrite, &[]);
        writer.emit(&Small::new(0)).expect("room");
        writer.close();
        let thread = stage.beside(move || {
            let opened = LaneOpened {
                incarnation: 2,
                owner: 2,
                previous: Ending::Closed.into(),
                name: Name::new(b"again"),
            };
            assert!(writer.reopen(&opened));
        });
        match load_static(&stage.reader(), 0) {
            Ok(fixed) => {
                let name = fixed.name.to_string();
                let expected = match fixed.incarnation {
                    0 => (0, ""),
                    1 => (1, "model"),
                    _ => (2, "again"),
                };
                assert_eq!(fixed.is_between_owners(), fixed.incarnation == 0);
                assert_eq!((fixed.owner, name.as_str()), expected);
            }
            Err(error) => assert_eq!(error, LaneError::TooFast),
        }
        thread.join().expect("the writer does not panic");
        let mut lane = stage.read();
        let _ = take(&mut lane, 4);
        assert_eq!(lane.books().offered, 1);
    });
}
