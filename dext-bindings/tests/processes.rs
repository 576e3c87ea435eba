//! Drivers and readers in processes of their own, which die: nothing published is lost, nothing
//! unpublished is shown, and every account closes (REG-38, REG-40, ATT-9).

#![cfg(target_os = "linux")]

mod peer;

use std::path::Path;
use std::time::Duration;

use abi_runtime::attach::RegionView;
use abi_runtime::books::{InFlight, Statement};
use abi_runtime::gap::Cause;
use abi_runtime::item::{Item, Next};
use abi_runtime::layout::{Policy, RegionState};
use abi_runtime::prelude::*;
use abi_runtime::reader::{LaneReader, Start};
use abi_runtime::region::{LaneConfig, Region};
use dext_bindings::linux::{Access, Attachment, Server, attach};
use peer::{NOBODY, Stage, Step, await_cue, part, require_root, say};

/// Plays a driver or a reader.
#[test]
fn peer() {
    let Some((part, socket)) = part() else { return };
    match part.as_str() {
        "reader" => play_reader(&socket),
        "driver" => play_driver(&socket, write_and_report),
        "endless driver" => play_driver(&socket, write_without_end),
        "lying driver" => play_driver(&socket, write_lies),
        other => panic!("there is no part {other:?}"),
    }
}

/// Makes a region, serves it, and acts.
fn play_driver(socket: &Path, act: fn(&Region<'_>)) {
    let mut memory = peer::region_memory();
    let file = memory.share().unwrap();
    let region = peer::format(memory.memory_mut(), 1);
    let server = Server::bind(socket, Access::anyone(), file).unwrap().in_thread().unwrap();
    say("serving");
    await_cue();
    act(&region);
    await_cue();
    region.set_state(RegionState::Closed);
    server.stop().unwrap();
}

/// 1000 attempts, of which every tenth is too big, and says how many became records.
fn write_and_report(region: &Region<'_>) {
    #[derive(TraceRecord, IntoBytes, Immutable)]
    #[repr(C)]
    #[trace(id = 0x0101)]
    struct TooBig {
        bytes: [u8; 4096],
    }
    let writer = region.open_lane(0, &LaneConfig::new("steps", Policy::Overwrite), || 7).unwrap();
    for attempt in 0..1000 {
        if attempt % 10 == 9 {
            writer.emit(&TooBig { bytes: [0; 4096] }).unwrap_err();
        } else {
            writer.emit(&Step::new(attempt)).unwrap();
        }
    }
    say(writer.account().published);
}

fn write_without_end(region: &Region<'_>) {
    let writer = region.open_lane(0, &LaneConfig::new("steps", Policy::Overwrite), || 7).unwrap();
    let mut attempt = 0;
    loop {
        writer.emit(&Step::new(attempt)).unwrap();
        attempt += 1;
        if attempt == 10_000 {
            say("under way");
        }
    }
}

/// A driver whose records contradict its blocks: the second block is said to begin too late, and
/// the third is made of nothing.
fn write_lies(region: &Region<'_>) {
    let writer = region.open_lane(0, &LaneConfig::new("steps", Policy::Fill), || 7).unwrap();
    for attempt in 0..500 {
        let _ = writer.emit(&Step::new(attempt));
    }
    writer.close();
    let blocks = region.geometry().blocks_offset;
    peer::ffi::overwrite_mapping("testimony-region", blocks + 4096 + 8, &77_u64.to_le_bytes());
    peer::ffi::overwrite_mapping("testimony-region", blocks + 2 * 4096 + 64, &[0; 4096 - 64]);
    say("lied");
}

/// Attaches, reads what there is, and reads on until it is killed or the lane is closed.
fn play_reader(socket: &Path) {
    let attachment = attach(socket).unwrap();
    say("attached");
    await_cue();
    let statement = read_to_end(&attachment, |_| ());
    say(statement.books);
}

/// Reads lane 0 to its end: until it is closed, or its driver is gone and nothing is left.
fn read_to_end(attachment: &Attachment, mut seen: impl FnMut(&Item<'_>)) -> Statement {
    let region = attachment.region();
    let mut lane = open(&region);
    loop {
        // Asked before the look: what a driver published before it died is then still found.
        let alive = attachment.driver_is_alive();
        match lane.next() {
            Next::Item(item) => {
                if let Item::Record(record) = &item {
                    let step = Step::try_from(record.view::<Step>().unwrap()).unwrap();
                    assert_eq!(step, Step::new(record.sequence), "a record that nobody wrote");
                }
                seen(&item);
            }
            Next::Pending if alive => std::thread::sleep(Duration::from_micros(50)),
            Next::Pending | Next::Closed => return lane.finish(),
        }
    }
}

fn open<'m>(region: &RegionView<'m>) -> LaneReader<'m, Vec<u64>> {
    loop {
        if let Ok(lane) = LaneReader::open(region, 0, Start::Oldest, vec![0; 512]) {
            return lane;
        }
        std::thread::yield_now();
    }
}

#[test]
fn what_a_killed_driver_published_is_read_post_mortem() {
    let stage = Stage::new();
    let mut driver = stage.start("driver", None);
    driver.expect("serving");
    let attachment = attach(&stage.socket()).unwrap();
    driver.cue();
    let published: u64 = driver.hear().unwrap().parse().unwrap();
    assert_eq!(published, 900);
    driver.kill();
    assert!(!attachment.driver_is_alive());
    assert_eq!(attachment.region().state(), Ok(RegionState::Live), "a driver that died said nothing");
    let statement = read_to_end(&attachment, |_| ());
    assert_eq!(statement.in_flight, InFlight::AtMostOne);
    assert!(statement.read_to_end && statement.books.close(), "{}", statement.books);
    assert_eq!(statement.books.before + statement.books.offered, 1000, "the drop at the tail is known too");
}

#[test]
fn a_driver_killed_in_full_flight_leaves_only_whole_records() {
    let stage = Stage::new();
    for _ in 0..20 {
        let mut driver = stage.start("endless driver", None);
        driver.expect("serving");
        let attachment = attach(&stage.socket()).unwrap();
        driver.cue();
        driver.expect("under way");
        driver.kill();
        let mut last = None;
        let statement = read_to_end(&attachment, |item| {
            if let Item::Record(record) = item {
                last = Some(record.sequence);
            }
        });
        let books = statement.books;
        assert!(statement.read_to_end && books.close(), "{books}");
        assert_eq!(statement.in_flight, InFlight::AtMostOne);
        assert_eq!(last, Some(books.before + books.offered - 1), "read to the last record");
    }
}

#[test]
fn a_restarted_driver_has_a_new_region_and_the_old_one_stays() {
    let stage = Stage::new();
    let mut driver = stage.start("driver", None);
    driver.expect("serving");
    let old = attach(&stage.socket()).unwrap();
    driver.cue();
    driver.hear().unwrap();
    driver.kill();

    let mut driver = stage.start("driver", None);
    driver.expect("serving");
    let new = attach(&stage.socket()).unwrap();
    assert_ne!(old.region().header().region_id, new.region().header().region_id);
    assert!(read_to_end(&old, |_| ()).books.delivered > 0, "the old region is still there to be read");
    assert!(new.driver_is_alive() && !old.driver_is_alive());
}

#[test]
fn two_readers_see_the_same_and_a_killed_one_disturbs_nobody() {
    require_root();
    let stage = Stage::new();
    let mut driver = stage.start("driver", None);
    driver.expect("serving");
    let mut readers =
        [stage.start("reader", Some(NOBODY)), stage.start("reader", None), stage.start("reader", None)];
    for reader in &mut readers {
        reader.expect("attached");
    }
    readers[2].kill();
    driver.cue();
    driver.expect("900");
    readers[0].cue();
    readers[1].cue();
    driver.kill();
    let said = [readers[0].hear().unwrap(), readers[1].hear().unwrap()];
    assert_eq!(said[0], said[1]);
    assert!(said[0].contains("offered"), "{}", said[0]);
}

/// A reader that is killed or stopped in the middle of reading is nothing to the driver, and nothing
/// to another reader.
#[test]
fn a_reader_killed_in_the_middle_of_reading_disturbs_nobody() {
    let stage = Stage::new();
    let mut driver = stage.start("endless driver", None);
    driver.expect("serving");
    let attachment = attach(&stage.socket()).unwrap();
    driver.cue();
    driver.expect("under way");
    for _ in 0..20 {
        let mut reader = stage.start("reader", None);
        reader.expect("attached");
        reader.cue();
        reader.kill();
        assert!(attachment.driver_is_alive());
    }
    let region = attachment.region();
    let mut lane = open(&region);
    let mut records = 0;
    while records < 1000 {
        match lane.next() {
            Next::Item(Item::Record(_)) => records += 1,
            Next::Item(Item::Gap(_) | Item::Opened(_)) | Next::Pending => {}
            Next::Closed => panic!("the driver still writes"),
        }
    }
    driver.kill();
    let statement = read_to_end(&attachment, |_| ());
    assert!(statement.books.close() && statement.read_to_end, "{}", statement.books);
}

#[test]
fn a_lying_region_invents_nothing() {
    let stage = Stage::new();
    let mut driver = stage.start("lying driver", None);
    driver.expect("serving");
    let attachment = attach(&stage.socket()).unwrap();
    driver.cue();
    driver.expect("lied");
    let mut corrupt = 0;
    let statement = read_to_end(&attachment, |item| {
        if let Item::Gap(gap) = item
            && matches!(gap.cause, Cause::Corrupt(_))
        {
            corrupt += 1;
        }
    });
    assert!(corrupt > 0, "{}", statement.books);
    assert!(statement.books.corrupt > 0 && statement.books.delivered > 0, "{}", statement.books);
    assert!(
        statement.books.close(),
        "every hole has neighbours that say how large it is: {}",
        statement.books
    );
}
