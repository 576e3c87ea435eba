//! The writers in Rust, C and C++ leave the same bytes behind, whatever they are told to do.
//!
//! Each case of `cross/cases`, and several hundred random scripts, run through the writer in Rust and
//! through `cross/script.c` on every target below: regions, results and accounts are compared byte by
//! byte (REG-12 to REG-26, REG-43 to REG-48, REG-52). A new case is a new file there, written in the language of `src/cross/script.rs`.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::mem::offset_of;
use std::path::Path;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use abi_runtime::attach::RegionView;
use abi_runtime::item::Next;
use abi_runtime::layout::{LaneControl, LaneReserve};
use abi_runtime::memory::Memory;
use abi_runtime::reader::{LaneReader, Start};
use compat_tests::compilers::Language;
use compat_tests::cross::compare::compare;
use compat_tests::cross::script::{Operation, Script};
use compat_tests::cross::target::{Target, Workshop};
use compat_tests::cross::{interpreter, random};

const GCC: &[&str] = &["gcc"];
const GXX: &[&str] = &["g++"];
const CLANG: &[&str] = &["clang-22", "clang-19"];
const CLANGXX: &[&str] = &["clang++-22", "clang++-19"];
const I686: &[&str] = &["i686-linux-gnu-gcc"];
const AARCH64: &[&str] = &["aarch64-linux-gnu-gcc"];
const AARCH64_CXX: &[&str] = &["aarch64-linux-gnu-g++"];
const I686_LOADER: &[&str] =
    &["/usr/i686-linux-gnu/lib/ld-linux.so.2", "--library-path", "/usr/i686-linux-gnu/lib"];
const QEMU: &[&str] = &["qemu-aarch64", "-L", "/usr/aarch64-linux-gnu"];

/// Words of the largest block.
const BLOCK_WORDS: usize = 1 << 17;
/// Random scripts for each target, and operations of each.
const SCRIPTS: u64 = 300;
const OPERATIONS: u64 = 120;

/// Returns the hand-written cases, by name.
fn cases() -> Vec<Script> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cross/cases");
    let mut paths: Vec<_> = fs::read_dir(folder)
        .expect("there are cases")
        .map(|entry| entry.expect("the folder can be read").path())
        .collect();
    paths.sort();
    assert!(!paths.is_empty(), "there are cases");
    let read = |path: &std::path::PathBuf| {
        let text = fs::read_to_string(path).expect("a case can be read");
        Script::parse(&path.display().to_string(), &text)
    };
    paths.iter().map(read).collect()
}

/// Compares what both writers made of every script.
fn check(target: Target) {
    let mut scripts = cases();
    scripts.extend((0..SCRIPTS).map(|seed| random::script(seed, OPERATIONS)));
    let text: String = scripts.iter().map(Script::to_string).collect();
    let outcomes = target.output("script.c", &Workshop::of_scripts(), &text);
    let outcomes = outcomes.unwrap_or_else(|error| panic!("{target:?}\n{error}"));
    let mut outcomes = &outcomes[..];
    if let Err(error) = compare(scripts.into_iter(), &mut outcomes) {
        panic!("{target:?}\n{error}");
    }
    assert_eq!(outcomes.bytes().count(), 0, "bytes too many");
}

/// The random scripts meet every result, every level of pressure and every standing of a drain reader: what
/// they never did would be compared with nothing.
#[test]
fn random_scripts_meet_everything() {
    let (mut results, mut levels, mut standings) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let mut incarnations = BTreeSet::new();
    for script in (0..SCRIPTS).map(|seed| random::script(seed, OPERATIONS)) {
        let outcome = interpreter::run(&script);
        for (operation, &result) in script.operations[1..].iter().zip(&outcome.trailer) {
            match operation {
                Operation::Pressure { .. } => levels.insert(result),
                Operation::Reopen { .. } => incarnations.insert(result),
                Operation::End => break,
                _ => results.insert(result),
            };
        }
        let words: Vec<AtomicU64> = outcome.region.as_chunks().0.iter().map(|&bytes| word(bytes)).collect();
        let view = RegionView::attach(Memory::from_words(&words)).expect("the region is well formed");
        let lanes = usize::try_from(view.geometry().lanes_offset).expect("it is in memory") / 8;
        for lane in words[lanes..].chunks(size_of::<LaneControl>() / 8).take(2) {
            let drain = (offset_of!(LaneControl, reserve) + offset_of!(LaneReserve, drain)) / 8;
            standings.extend(lane[drain..drain + 2].iter().map(|word| word.load(Relaxed) & 0xff));
        }
    }
    assert_eq!(results.into_iter().collect::<Vec<_>>(), [0, 1, 2, 3, 4, 5, 6, 7, 31, 32]);
    // Refused as it is open, or full; opened again, and then once more.
    assert!(incarnations.is_superset(&BTreeSet::from([0, 2, 3])), "{incarnations:?}");
    assert_eq!(levels.into_iter().collect::<Vec<_>>(), [0, 1, 2, 3]);
    assert_eq!(standings.into_iter().collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
}

fn word(bytes: [u8; 8]) -> AtomicU64 {
    AtomicU64::new(u64::from_le_bytes(bytes))
}

/// Declares one test for each target.
macro_rules! targets {
    ($($name:ident: $compilers:expr, $language:expr, $flags:expr, $runner:expr;)*) => {
        $(
            #[test]
            fn $name() {
                check(Target { compilers: $compilers, language: $language, flags: $flags, runner: $runner });
            }
        )*
    };
}

targets! {
    gcc_c11: GCC, Language::C, &["-std=c11"], &[];
    gcc_c11_unoptimised: GCC, Language::C, &["-std=c11", "-O0"], &[];
    gxx_cxx17: GXX, Language::Cpp, &["-std=c++17", "-fno-exceptions", "-fno-rtti"], &[];
    clang_c17: CLANG, Language::C, &["-std=c17"], &[];
    clangxx_cxx23: CLANGXX, Language::Cpp, &["-std=c++23", "-fno-exceptions", "-fno-rtti"], &[];
    i686_c11: I686, Language::C, &["-std=c11"], I686_LOADER;
    aarch64_c11: AARCH64, Language::C, &["-std=c11"], QEMU;
    aarch64_cxx20: AARCH64_CXX, Language::Cpp, &["-std=c++20"], QEMU;
    sanitized: GCC, Language::C, &["-std=c11", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"], &[];
}

const SANITIZED: Target = Target {
    compilers: GCC,
    language: Language::C,
    flags: &["-std=c11", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"],
    runner: &[],
};

/// Every mistake that a caller can make has its own result, and stores nothing.
#[test]
fn misuse_is_named() {
    for target in [
        SANITIZED,
        Target { compilers: CLANGXX, language: Language::Cpp, flags: &["-std=c++17"], runner: &[] },
        Target { compilers: I686, language: Language::C, flags: &["-std=c11"], runner: I686_LOADER },
    ] {
        target.output("misuse.c", &Workshop::of_scripts(), "").unwrap_or_else(|error| panic!("{error}"));
    }
}

/// Attempts of a signal handler inside others are counted, and a reader's books close over them.
#[test]
fn signal_handlers_are_counted() {
    for target in [
        Target { compilers: GCC, language: Language::C, flags: &["-std=c11"], runner: &[] },
        Target { compilers: CLANGXX, language: Language::Cpp, flags: &["-std=c++17"], runner: &[] },
        Target { compilers: I686, language: Language::C, flags: &["-std=c11"], runner: I686_LOADER },
    ] {
        let output = target
            .output("signals.c", &Workshop::of_scripts(), "")
            .unwrap_or_else(|error| panic!("{target:?}\n{error}"));
        let words: Vec<AtomicU64> = output.as_chunks().0.iter().map(|&bytes| word(bytes)).collect();
        let (region, account) = words.split_at(words.len() - 9);
        let [offered, published, _, _, _, _, _, reentered, _] = account else { panic!("nine numbers") };
        let view = RegionView::attach(Memory::from_words(region)).expect("the region is well formed");
        let buffer = vec![0; BLOCK_WORDS];
        let mut lane = LaneReader::open(&view, 0, Start::Oldest, buffer).expect("the lane is open");
        while let Next::Item(_) = lane.next() {}
        let statement = lane.finish();
        assert!(statement.read_to_end && statement.books.close(), "{}", statement.books);
        let books = statement.books;
        assert!(books.dropped > 0, "no attempt inside another one among the last records: {books}");
        assert_eq!(books.before + books.offered, offered.load(Relaxed), "{books}");
        assert_eq!(offered.load(Relaxed), published.load(Relaxed) + reentered.load(Relaxed));
    }
}
