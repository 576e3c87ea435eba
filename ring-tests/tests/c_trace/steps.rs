//! The writers in C and in Rust load and store the same shared words in the same order, instruction by
//! instruction (REG-20 to REG-25, REG-48).
//!
//! Valgrind's `lackey` tells of every load and every store of a program. Both play the operations of
//! `c/trace.c`, whose accesses `c_trace.rs` holds against the rules with their orderings and values; here it
//! is what compilers made of them that is compared, for the writer in Rust too.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::mutant::Mutant;
use crate::program::{GCC, Program, headers, run};

/// One access: whether it is `L`oad, `S`tore or `M`odification, of which area, where, of how many bytes.
type Access = (u8, usize, usize, usize);

/// Runs `program` and returns its accesses to the areas that it tells of.
fn accesses(program: &Path) -> Vec<Access> {
    let folder = tempfile::tempdir().expect("a folder for the log");
    let log = folder.path().join("log");
    let mut command = Command::new("valgrind");
    command.args(["--tool=lackey", "--trace-mem=yes"]).arg(format!("--log-file={}", log.display()));
    let output = run(command.arg(program)).unwrap_or_else(|error| panic!("{error}"));
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}: {}", output.status, String::from_utf8_lossy(&output.stderr));
    let areas: Vec<(usize, usize)> = said.lines().map(area).collect();
    assert_eq!(areas.len(), 3, "the lanes, the pages, and the mark");
    let log = fs::read(log).expect("valgrind wrote a log");
    let all: Vec<Access> = log.split(|&byte| byte == b'\n').filter_map(|line| access(line, &areas)).collect();
    let is_mark = |&(kind, area, ..): &Access| area == 2 && kind != b'L';
    let (begin, end) = (all.iter().position(is_mark), all.iter().rposition(is_mark));
    let (begin, end) = (begin.expect("it begins"), end.expect("it ends"));
    all[begin + 1..end].iter().filter(|&&(_, area, ..)| area != 2).copied().collect()
}

fn area(line: &str) -> (usize, usize) {
    let (address, size) = line.split_once(' ').expect("an address and a size");
    let address = address.strip_prefix("0x").expect("an address is hexadecimal");
    (usize::from_str_radix(address, 16).expect("an address"), size.parse().expect("a size"))
}

/// Reads a line such as ` S 1ffeffe7e0,8`.
fn access(line: &[u8], areas: &[(usize, usize)]) -> Option<Access> {
    let [b' ', kind @ (b'L' | b'S' | b'M'), b' ', rest @ ..] = line else { return None };
    let (address, size) = str::from_utf8(rest).ok()?.split_once(',')?;
    let address = usize::from_str_radix(address, 16).ok()?;
    let (area, start) = areas.iter().enumerate().find_map(|(at, &(start, size))| {
        let inside = (start..start + size).contains(&address);
        inside.then_some((at, start))
    })?;
    Some((*kind, area, address - start, size.trim().parse().ok()?))
}

fn in_c(headers: &Path) -> Vec<Access> {
    let folder = tempfile::tempdir().expect("a folder for the program");
    let flags = ["-O2", "-DUNTRACED"];
    let built =
        Program { source: "trace.c", compilers: GCC, flags: &flags, headers }.build(folder.path(), "steps");
    accesses(&built.unwrap_or_else(|error| panic!("{error}")))
}

/// Shows that both writers take the same steps; and of both that they load no word of the region but the one
/// that says whether a lane has its writer, modify none in one step, and touch none but whole.
#[test]
fn both_writers_take_the_same_steps() {
    let (c, rust) = (in_c(&headers()), accesses(Path::new(env!("CARGO_BIN_EXE_rust-steps"))));
    let differs = c.iter().zip(&rust).position(|(c, rust)| c != rust);
    if let Some(at) = differs {
        let around = at.saturating_sub(3)..(at + 3).min(c.len().min(rust.len()));
        panic!("access {at}: C {:?}, Rust {:?}", &c[around.clone()], &rust[around]);
    }
    assert_eq!(c.len(), rust.len());
    assert!(c.len() > 3000, "only {} accesses were seen", c.len());
    assert!(c.iter().all(|&(kind, _, _, size)| size == 8 && kind != b'M'));
    let loads: Vec<usize> =
        rust.iter().filter(|&&(kind, area, ..)| kind == b'L' && area == 0).map(|&(_, _, at, _)| at).collect();
    assert_eq!(loads, [0, 512, 1024], "of each lane the word that says whether it has its writer");
}

/// A step that one of them alone takes is seen: a word that is loaded, and one that is stored once more.
#[test]
fn a_step_of_one_writer_is_seen() {
    let publish = "tsm_store_release(&writer->control[TSM_LANE_PUBLISH], end);";
    let load = format!("{publish}\n    (void)tsm_load(writer->control);");
    let store = format!("{publish}\n    {publish}");
    let rust = accesses(Path::new(env!("CARGO_BIN_EXE_rust-steps")));
    for to in [load, store] {
        let folder = tempfile::tempdir().expect("a folder for the headers");
        Mutant::new("attempt.h", publish, &to).write(folder.path());
        assert!(in_c(folder.path()) != rust, "`{to}` is not seen");
    }
}
