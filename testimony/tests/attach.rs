//! The tool against a driver in another process: this one.
#![cfg(target_os = "linux")]

use std::path::Path;
use std::process::{Command, Output};

use abi_runtime::geometry::Shape;
use abi_runtime::layout::{ClockKind, Policy, RegionState};
use abi_runtime::prelude::*;
use abi_runtime::region::{ClockInfo, LaneConfig, Region, RegionConfig, region_size};
use dext_bindings::linux::{Access, RegionMemory, Server, random_id};

/// A thread gave up its CPU.
#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0103)]
struct Switch {
    /// Thread that left.
    #[trace(privacy = "private")]
    thread: u32,
    /// Why.
    reason: Code<Reason>,
    /// For how many ticks it had run.
    #[trace(absent = 0)]
    ticks: u16,
}

/// Why a thread left.
#[derive(TraceCode)]
#[repr(u16)]
enum Reason {
    /// Another was more urgent.
    Preempted = 1,
}

abi_runtime::catalog! {
    /// What this test tells.
    pub static TEST = "test" { records: [Switch] }
}

/// Runs `with` while a driver serves a lane of four blocks that `records` records were offered to,
/// and that was closed if `closed`.
fn served<T>(records: u32, policy: Policy, closed: bool, with: impl FnOnce(&Path) -> T) -> T {
    let root = tempfile::tempdir().expect("a directory for the test");
    let socket = root.path().join("socket");
    let shape = Shape { lanes: 2, block_size: 4096, blocks_per_lane: 4 };
    let size = region_size(shape, &TEST).expect("a shape that can be");
    let mut memory = RegionMemory::create(size).expect("memory");
    let file = memory.share().expect("a descriptor");
    let clock =
        ClockInfo { kind: ClockKind::Other, numerator: 1, denominator: 1, anchor_ticks: 0, anchor_utc: 0 };
    let region_id = random_id().expect("random numbers");
    let config = RegionConfig { shape, region_id, generation: 1, clock, catalog: &TEST };
    let region = Region::format(memory.memory_mut(), &config).expect("its size fits");
    let writer = region.open_lane(0, &LaneConfig::new("cpu0", policy), || 7).expect("it is free");
    for thread in 0..records {
        let ticks = u16::try_from(thread % 2).expect("0 or 1");
        // Refusals are what some of the tests are about.
        let _ = writer.emit(&Switch { thread, reason: Reason::Preempted.into(), ticks });
    }
    if closed {
        writer.close();
        region.set_state(RegionState::Closed);
    }
    let server = Server::bind(&socket, Access::owner(), file).expect("nobody else is there");
    let server = server.in_thread().expect("a thread");
    let result = with(&socket);
    server.stop().expect("it served");
    result
}

fn testimony(arguments: &[&str], socket: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_testimony"))
        .arg("attach")
        .args(arguments)
        .arg(socket)
        .output()
        .expect("the tool is built")
}

fn lines(output: &Output) -> Vec<String> {
    String::from_utf8(output.stdout.clone()).expect("text").lines().map(str::to_owned).collect()
}

#[test]
fn records_are_shown_by_the_region_s_own_catalog() {
    let output = served(2, Policy::Overwrite, true, |socket| testimony(&[], socket));
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(
        lines(&output),
        [
            "0:cpu0 0 @7 Switch: thread=(private) reason=Preempted ticks=(not known)",
            "0:cpu0 1 @7 Switch: thread=(private) reason=Preempted ticks=1",
            "0:cpu0 BOOKS closes: offered 2 = delivered 2 + missing 0 (dropped 0, overwritten 0, corrupt 0); 0 before",
        ]
    );
    let output = served(1, Policy::Overwrite, true, |socket| testimony(&["--show-private"], socket));
    assert!(lines(&output)[0].contains(" thread=0 "), "{output:?}");
}

#[test]
fn json_has_one_object_a_line() {
    let output = served(2, Policy::Overwrite, true, |socket| testimony(&["--format=json"], socket));
    let objects: Vec<serde_json::Value> =
        lines(&output).iter().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(objects.len(), 3);
    assert_eq!(objects[0]["record"], "Switch");
    assert_eq!(objects[0]["fields"]["reason"], "Preempted");
    assert_eq!(objects[0]["fields"]["ticks"], serde_json::Value::Null);
    assert_eq!(objects[1]["sequence"], 1);
    assert_eq!(objects[2]["books"]["delivered"], 2);
    assert_eq!(objects[2]["books"]["closes"], true);
}

#[test]
fn what_is_missing_is_told() {
    let output = served(1000, Policy::Fill, true, |socket| testimony(&[], socket));
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let lines = lines(&output);
    let delivered = lines.len() - 2;
    let missing = 1000 - delivered;
    let gap = &lines[delivered];
    assert_eq!(
        *gap,
        format!(
            "0:cpu0 GAP {missing} missing from sequence {delivered}; dropped by the writer: full_normal {missing}"
        )
    );
}

#[test]
fn a_driver_that_goes_on_is_left_when_it_is_time() {
    let output = served(1, Policy::Overwrite, false, |socket| testimony(&["--duration=0.1"], socket));
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let last = lines(&output).pop().expect("the books");
    assert!(last.ends_with("; at most one attempt in flight"), "{last}");
}

#[test]
fn what_cannot_be_attached_to_is_named() {
    let root = tempfile::tempdir().expect("a directory for the test");
    let output = testimony(&[], &root.path().join("nothing"));
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let said = String::from_utf8(output.stderr).expect("text");
    assert!(said.starts_with("error: ") && said.contains("nothing"), "{said}");
}
