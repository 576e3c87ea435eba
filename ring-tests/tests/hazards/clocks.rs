//! A clock that lies: ticks are delivered as they are, flagged where they run backwards, and nothing else
//! depends on them (REG-32, REG-50).

use std::cell::Cell;

use abi_runtime::clock::Clock;
use abi_runtime::layout::{DropCounts, Policy};
use abi_runtime::region::LaneConfig;
use ring_tests::hazard::{Note, Scene, Vast, read_to_end};

/// A clock of given ticks, one for each reading.
struct Double<'c> {
    ticks: Ticks,
    readings: &'c Cell<u64>,
}

impl Clock for Double<'_> {
    // As a clock that goes by itself: attempts are timed with it as well.
    const TELLS_TIME: bool = true;

    fn ticks(&self) -> u64 {
        let reading = self.readings.get();
        self.readings.set(reading + 1);
        (self.ticks)(reading)
    }
}

/// What a clock shows at its n-th reading.
type Ticks = fn(u64) -> u64;

/// The clocks.
const CLOCKS: [(&str, Ticks); 8] = [
    ("forwards", |reading| 1000 + reading),
    ("backwards", |reading| u64::MAX - reading),
    ("stuck", |_| 77),
    ("stuck at zero", |_| 0),
    ("jumping", |reading| if reading % 7 == 3 { 1 << 62 } else { reading }),
    ("wrapping", |reading| (u64::MAX - 100).wrapping_add(reading)),
    ("leaping", |reading| (reading << 63) | reading),
    ("mad", |reading| reading.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(17)),
];

#[test]
fn every_clock_is_delivered_as_it_is() {
    for (name, ticks) in CLOCKS {
        let scene = Scene::new(1, 16);
        let region = scene.format();
        let readings = Cell::new(0);
        let clock = Double { ticks, readings: &readings };
        let writer = region.open_lane(0, &LaneConfig::new("double", Policy::Fill), clock).unwrap();
        // What each attempt's first reading showed; a timed one reads again, behind its record.
        let mut shown = Vec::new();
        for attempt in 0..300 {
            let first = ticks(readings.get());
            if attempt % 50 == 49 {
                writer.emit(&Vast::NEW).unwrap_err();
            } else {
                writer.emit(&Note::of(attempt)).unwrap();
                shown.push((attempt, first));
            }
        }
        writer.close();
        let readings = readings.get();
        assert!(readings > 300 && readings < 320, "{name}: {readings} readings, and blocks are few");

        let mut seen = Vec::new();
        let (mut last, mut backwards) = (0, 0);
        let mut lane = scene.reader();
        let told = read_to_end(&mut lane, |record| {
            Note::expect(record);
            assert_eq!(record.ticks_backwards, record.header.ticks < last, "{name}");
            backwards += u64::from(record.ticks_backwards);
            last = record.header.ticks;
            seen.push((record.sequence, record.header.ticks));
        });
        assert_eq!(seen, shown, "{name}");
        let books = told.statement.books;
        assert_eq!((books.ticks_backwards, books.delivered, books.dropped), (backwards, 294, 6), "{name}");
        assert_eq!(books.by_cause, DropCounts { too_big: 6, ..DropCounts::default() }, "{name}");
        assert!(books.close() && told.statement.read_to_end, "{name}: {books}");
        let expected = match name {
            "forwards" | "stuck" | "stuck at zero" => backwards == 0,
            "backwards" => backwards == 293,
            "wrapping" => backwards == 1,
            _ => backwards > 10,
        };
        assert!(expected, "{name}: {backwards} backwards");
    }
}
