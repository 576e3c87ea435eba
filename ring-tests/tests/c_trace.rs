//! The writer in C makes the accesses to shared memory that the rules of writing state, in their order,
//! with their orderings, and no others (REG-2, REG-12, REG-20 to REG-25, REG-48, REG-52).
//!
//! `c/trace.c` gives the headers memory that cannot be touched and stands in for the compiler's atomic
//! builtins, so an access that is not one of them ends it, and every other one is a line of text. The lines
//! are compared with `c_trace/accesses.txt`. Every ordering of the headers is then weakened, one at a time,
//! and must be missed.

#[path = "c_trace/mutant.rs"]
mod mutant;
#[path = "c_programs/program.rs"]
mod program;
#[path = "c_trace/steps.rs"]
mod steps;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

use mutant::{Mutant, weakened};
use program::{GCC, Program, headers, run};

/// The first that is there is taken.
const CLANG: &[&str] = &["clang-22", "clang-19"];

/// What the writer is to do, without the remarks.
fn expected() -> Vec<&'static str> {
    let lines = include_str!("c_trace/accesses.txt").lines();
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
}

fn output(compilers: &[&str], headers: &Path) -> Output {
    let folder = tempfile::tempdir().expect("a folder for the program");
    let flags = ["-O2", "-Wno-unused-value"];
    let built =
        Program { source: "trace.c", compilers, flags: &flags, headers }.build(folder.path(), "trace");
    let program = built.unwrap_or_else(|error| panic!("{error}"));
    run(&mut Command::new(program)).unwrap_or_else(|error| panic!("{error}"))
}

fn trace(compilers: &[&str], headers: &Path) -> Vec<String> {
    let output = output(compilers, headers);
    assert!(output.status.success(), "{}: {}", output.status, String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("a trace is text").lines().map(str::to_owned).collect()
}

/// Returns the first line that is not as expected, with the operation that it belongs to.
fn first_difference(found: &[String]) -> Option<String> {
    let expected = expected();
    let length = found.len().max(expected.len());
    let at = (0..length).find(|&at| found.get(at).map(String::as_str) != expected.get(at).copied())?;
    let operation = expected[..at.min(expected.len())].iter().rfind(|line| line.starts_with("=="));
    let (found, expected) = (found.get(at), expected.get(at));
    Some(format!("{}: `{found:?}`, not `{expected:?}`", operation.unwrap_or(&"at the beginning")))
}

/// Shows REG-2, REG-12, REG-20 to REG-25 and REG-48 of what gcc compiles.
#[test]
fn the_accesses_are_those_of_the_rules() {
    assert_eq!(first_difference(&trace(GCC, &headers())), None);
}

/// The same of what clang compiles.
#[test]
fn the_accesses_are_the_same_from_clang() {
    assert_eq!(first_difference(&trace(CLANG, &headers())), None);
}

/// Returns what the rules do not allow a writer to load, or to change in one step.
fn forbidden(trace: &[String]) -> Option<String> {
    for operation in trace.split(|line| line.starts_with("==")) {
        let opens = operation.iter().any(|line| line.contains(" incarnation = "));
        // What an owner left that is gone, the lane itself says, once: that is no attempt.
        let taken_back = operation.iter().any(|line| line.starts_with("load lane 3 publish"));
        let mut hints = BTreeSet::new();
        for line in operation.iter().filter(|line| !line.starts_with("store ") && !line.starts_with("fence "))
        {
            let Some(load) = line.strip_prefix("load ") else { return Some(line.clone()) };
            let is_new_hint = load.starts_with("page ") && hints.insert(load.split(" = ").next());
            // A slot is memory of the driver's own, and so is a lane that nobody has opened yet.
            let is_own = load.starts_with("slot ") || (opens && load.contains(" policy = 0 ")) || taken_back;
            if !is_new_hint && !is_own {
                return Some(line.clone());
            }
        }
    }
    None
}

/// Shows the words of REG-20 that stand before its steps: of the region a writer loads only whether the lane
/// has a writer already, before it stores there; and REG-48: of each release page one word a look, on lanes
/// that drain.
#[test]
fn a_writer_loads_nothing_that_a_reader_could_have_stored() {
    let found = trace(GCC, &headers());
    assert_eq!(forbidden(&found), None);
    let looks = |lines: &[String]| lines.iter().filter(|line| line.starts_with("load page")).count();
    let drains = found.iter().position(|line| line == "== a lane that drains opens").expect("a lane drains");
    assert_eq!(looks(&found[..drains]), 0, "only a lane that drains looks at pages");
    assert!(looks(&found[drains..]) > 0);
    let mutants = [
        Mutant::new(
            "attempt.h",
            "tsm_store_release(&writer->control[TSM_LANE_PUBLISH], end);",
            "tsm_store_release(&writer->control[TSM_LANE_PUBLISH], end);\n    (void)tsm_load(writer->control);",
        ),
        Mutant::new(
            "attempt.h",
            "tsm_store_release(&writer->control[TSM_LANE_DROPPED + cause], count);\n    if (begins_run)",
            "(void)__atomic_add_fetch(&writer->control[TSM_LANE_DROPPED + cause], count, 0);\n    if (begins_run)",
        ),
        Mutant::new(
            "drain.h",
            "const uint64_t hint = tsm_load(&page[drain->line]);",
            "(void)tsm_load(&page[drain->line]);\n        const uint64_t hint = tsm_load(&page[drain->line]);",
        ),
    ];
    for mutant in mutants {
        let folder = tempfile::tempdir().expect("a folder for the headers");
        mutant.write(folder.path());
        let found = forbidden(&trace(GCC, folder.path()));
        assert!(found.is_some(), "{}, line {}, can be changed unseen", mutant.header, mutant.line);
    }
}

/// Every release, every fence and every acquire of the headers is seen to be missing when it is.
#[test]
fn no_ordering_can_be_weakened_unseen() {
    let mutants = weakened();
    assert!(mutants.len() >= 11, "only {} places order anything", mutants.len());
    for mutant in mutants {
        let folder = tempfile::tempdir().expect("a folder for the headers");
        mutant.write(folder.path());
        let found = first_difference(&trace(GCC, folder.path()));
        assert!(found.is_some(), "{}, line {}, orders nothing that is traced", mutant.header, mutant.line);
    }
}

/// Steps that change places are seen to have done so.
#[test]
fn no_step_can_change_places_unseen() {
    let reserve = "tsm_store(&writer->control[TSM_LANE_RESERVE], position + writer->block_size);";
    let offered = "tsm_store(&writer->control[TSM_LANE_OFFERED], sequence + 1);";
    let used = "    (void)tsm_store_used(writer);\n    tsm_store(&writer->closed, 1);";
    let mutants = [
        // REG-21: `reserve` behind the fence.
        Mutant::new(
            "block.h",
            &format!("{reserve}\n    tsm_fence_release();"),
            &format!("tsm_fence_release();\n    {reserve}"),
        ),
        // REG-23: a drop that is not offered.
        Mutant::new("attempt.h", offered, ""),
        // REG-25: `used` left open.
        Mutant::new("writer.h", used, "    tsm_store(&writer->closed, 1);"),
        // REG-20: a record that is published word by word, from the last to the first.
        Mutant::new(
            "attempt.h",
            "    tsm_store(&slot[0], header);\n    tsm_store(&slot[1], place->ticks);",
            "    tsm_store(&slot[1], place->ticks);\n    tsm_store(&slot[0], header);",
        ),
    ];
    for mutant in mutants {
        let folder = tempfile::tempdir().expect("a folder for the headers");
        mutant.write(folder.path());
        let found = first_difference(&trace(GCC, folder.path()));
        assert!(found.is_some(), "{}, line {}, can be changed unseen", mutant.header, mutant.line);
    }
}

/// Shows REG-2, and that the trace is not blind: an access that is not atomic ends the program.
#[test]
fn a_plain_access_is_not_survived() {
    let mutants = [
        Mutant::new("word.h", "__atomic_store_n(word, value, __ATOMIC_RELAXED);", "*word = value;"),
        Mutant::new("word.h", "return __atomic_load_n(word, __ATOMIC_RELAXED);", "return *word;"),
    ];
    for mutant in mutants {
        let folder = tempfile::tempdir().expect("a folder for the headers");
        mutant.write(folder.path());
        let output = output(GCC, folder.path());
        assert!(!output.status.success(), "{}, line {}: nothing stopped it", mutant.header, mutant.line);
    }
}
