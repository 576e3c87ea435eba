//! The tool against a driver in another process: this one.
#![cfg(target_os = "linux")]

mod driver;

use abi_runtime::layout::Policy;

use driver::{lines, served, testimony};

#[test]
fn records_are_shown_by_the_region_s_own_catalog() {
    let output = served(2, Policy::Overwrite, true, |socket| testimony(&[], socket));
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(
        lines(&output),
        [
            "0:cpu0 0 @7 Switch: thread=(private) reason=Preempted ticks=(not known)",
            "0:cpu0 1 @7 Switch: thread=(private) reason=Preempted ticks=0.001ms",
            "0:cpu0 BOOKS closes: offered 2 = delivered 2 + missing 0 (dropped 0, overwritten 0, corrupt 0); 0 before",
            "DRIVER closed its region",
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
    assert_eq!(objects.len(), 5);
    assert_eq!(objects[0]["stream"]["form"], 1);
    assert_eq!(objects[0]["stream"]["clock"]["kind"], "Other");
    assert_eq!(objects[0]["stream"]["measures"]["Switch"]["ticks"]["unit"], "ms");
    assert_eq!(objects[0]["stream"]["measures"]["Switch"]["ticks"]["scale"], serde_json::json!([1, 1000]));
    assert_eq!(objects[1]["record"], "Switch");
    assert_eq!(objects[1]["fields"]["reason"], "Preempted");
    assert_eq!(objects[1]["fields"]["ticks"], serde_json::Value::Null);
    assert_eq!(objects[2]["sequence"], 1);
    assert_eq!(objects[2]["fields"]["ticks"], 1, "numbers are as they lie in the record");
    assert_eq!(objects[3]["books"]["delivered"], 2);
    assert_eq!(objects[3]["books"]["closes"], true);
    assert_eq!(objects[4]["driver"]["end"], "closed");
}

#[test]
fn what_is_missing_is_told() {
    let output = served(1000, Policy::Fill, true, |socket| testimony(&[], socket));
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let lines = lines(&output);
    let delivered = lines.len() - 3;
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
    let lines = lines(&output);
    assert!(lines[1].ends_with("; at most one attempt in flight"), "{lines:?}");
    assert_eq!(lines[2], "DRIVER goes on; this reader left at its deadline");
}

#[test]
fn what_cannot_be_attached_to_is_named() {
    let root = tempfile::tempdir().expect("a directory for the test");
    let output = testimony(&[], &root.path().join("nothing"));
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let said = String::from_utf8(output.stderr).expect("text");
    assert!(said.starts_with("error: ") && said.contains("nothing"), "{said}");
}
