//! `dext-host`, compiled: the shim and one dext, in one flavour.
//!
//! Every object is kept under a hash of what went into it, in the target directory, so that a second
//! test binary finds it; a lock makes the first one build and the others wait.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;

use rustix::fs::{FlockOperation, flock};

/// Which dext is linked in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dext {
    /// `dext-bindings/dext/`, as it ships.
    Testimony,
    /// The same, with the selector that writes records of known content.
    TestimonyEmitting,
    /// `dext-bindings/shim/tests/`: what the shim itself is tested with.
    Shim,
}

/// What watches while it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flavour {
    /// Nothing.
    Plain,
    /// `AddressSanitizer`, `UndefinedBehaviorSanitizer`, `LeakSanitizer`.
    Address,
    /// `ThreadSanitizer`.
    Thread,
}

impl Dext {
    fn name(self) -> &'static str {
        match self {
            Self::Testimony => "testimony",
            Self::TestimonyEmitting => "testimony-emitting",
            Self::Shim => "shim",
        }
    }

    fn sources(self) -> Vec<PathBuf> {
        match self {
            Self::Testimony | Self::TestimonyEmitting => {
                let mut sources = files(&bindings().join("dext"), "cpp");
                sources.extend(files(&bindings().join("shim/iig"), "cpp"));
                sources
            }
            Self::Shim => files(&bindings().join("shim/tests"), "cpp"),
        }
    }

    fn defines(self) -> &'static [&'static str] {
        match self {
            Self::TestimonyEmitting => &["-DTESTIMONY_EMIT=1"],
            Self::Testimony | Self::Shim => &[],
        }
    }
}

impl Flavour {
    fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Address => "address",
            Self::Thread => "thread",
        }
    }

    /// Two checks of `UndefinedBehaviorSanitizer` are off: `vptr` needs RTTI, which a dext has not, and
    /// `function` forbids the cast that `SUPERDISPATCH` is made of.
    fn flags(self) -> &'static [&'static str] {
        match self {
            Self::Plain => &[],
            Self::Address => {
                &["-fsanitize=address,undefined", "-fno-sanitize=vptr,function", "-fno-sanitize-recover=all"]
            }
            Self::Thread => &["-fsanitize=thread"],
        }
    }
}

/// What the shim is compiled with.
const SHIM_FLAGS: &[&str] = &["-pthread"];
/// What a dext is compiled with: nothing but the headers of the compiler, as for the target.
const DEXT_FLAGS: &[&str] = &["-nostdlibinc", "-nostdinc++", "-ffreestanding"];
const COMMON_FLAGS: &[&str] = &[
    "-std=c++20",
    "-O1",
    "-gline-tables-only",
    "-fno-omit-frame-pointer",
    "-fno-rtti",
    "-fno-exceptions",
    "-fblocks",
    "-Wall",
    "-Wextra",
    "-Werror",
];

/// The program with this dext in this flavour, built if need be.
///
/// # Panics
///
/// Panics with the compiler's words if the sources do not compile.
#[must_use]
pub fn dext_host(dext: Dext, flavour: Flavour) -> PathBuf {
    /// What this process has looked after already.
    static BUILT: Mutex<BTreeMap<(Dext, Flavour), Built>> = Mutex::new(BTreeMap::new());
    let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    let found = built.entry((dext, flavour)).or_insert_with(|| build(dext, flavour)).clone();
    drop(built);
    found.unwrap_or_else(|words| panic!("{words}"))
}

/// A program, or what the compiler says.
type Built = Result<PathBuf, String>;

fn build(dext: Dext, flavour: Flavour) -> Built {
    let directory = directory().join(flavour.name());
    fs::create_dir_all(&directory).expect("the target directory can be written");
    let lock = File::create(directory.join("lock")).expect("the target directory can be written");
    flock(&lock, FlockOperation::LockExclusive).expect("the lock of the build");

    let headers = hash_of_headers(SHIM_HEADERS);
    let mut jobs: Vec<Job> = files(&bindings().join("shim/src"), "cpp")
        .into_iter()
        .map(|source| Job::new(&directory, source, SHIM_FLAGS, flavour, headers))
        .collect();
    let flags: Vec<&str> = DEXT_FLAGS.iter().chain(dext.defines()).copied().collect();
    let headers = hash_of_headers(DEXT_HEADERS);
    let sources = dext.sources();
    assert!(!sources.is_empty(), "there are no sources of the dext {}", dext.name());
    jobs.extend(sources.into_iter().map(|source| Job::new(&directory, source, &flags, flavour, headers)));

    compile(&jobs)?;
    link(&directory, dext, flavour, &jobs)
}

/// One source and where its object stands.
struct Job {
    source: PathBuf,
    object: PathBuf,
    arguments: Vec<String>,
}

impl Job {
    fn new(directory: &Path, source: PathBuf, flags: &[&str], flavour: Flavour, headers: u64) -> Self {
        let includes = ["shim/include", "shim/iig", "shim/tests", "include", "dext"]
            .map(|include| format!("-I{}", bindings().join(include).display()));
        let arguments: Vec<String> = COMMON_FLAGS
            .iter()
            .chain(flags)
            .chain(flavour.flags())
            .map(|&flag| flag.to_owned())
            .chain(includes)
            .collect();
        let mut hasher = DefaultHasher::new();
        (compiler(), &arguments, headers, fs::read(&source).expect("a source")).hash(&mut hasher);
        let stem = source.file_name().expect("a file name").to_string_lossy().into_owned();
        let object = directory.join(format!("{stem}-{:016x}.o", hasher.finish()));
        Self { source, object, arguments }
    }

    fn run(&self) -> Result<(), String> {
        let partial = self.object.with_extension("partial");
        let output = Command::new(compiler())
            .args(&self.arguments)
            .arg("-c")
            .arg(&self.source)
            .arg("-o")
            .arg(&partial)
            .output()
            .expect("the compiler starts");
        if !output.status.success() {
            let words = String::from_utf8_lossy(&output.stderr);
            return Err(format!("{}:\n{words}", self.source.display()));
        }
        fs::rename(&partial, &self.object).expect("the object");
        Ok(())
    }
}

/// Compiles what is not there yet, on all cores.
fn compile(jobs: &[Job]) -> Result<(), String> {
    let waiting = Mutex::new(jobs.iter().filter(|job| !job.object.exists()));
    let failures = Mutex::new(Vec::new());
    let workers = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let job = waiting.lock().expect("the queue of jobs").next();
                    let Some(job) = job else { break };
                    if let Err(words) = job.run() {
                        failures.lock().expect("the failures").push(words);
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().expect("the failures");
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n")) }
}

fn link(directory: &Path, dext: Dext, flavour: Flavour, jobs: &[Job]) -> Built {
    let mut hasher = DefaultHasher::new();
    for job in jobs {
        job.object.hash(&mut hasher);
    }
    let program = directory.join(format!("dext-host-{}-{:016x}", dext.name(), hasher.finish()));
    if program.exists() {
        return Ok(program);
    }
    let partial = program.with_extension("partial");
    let output = Command::new(compiler())
        .args(SHIM_FLAGS)
        .args(flavour.flags())
        .args(jobs.iter().map(|job| &job.object))
        .arg("-o")
        .arg(&partial)
        .output()
        .expect("the compiler starts");
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    fs::rename(&partial, &program).expect("the program");
    Ok(program)
}

/// The floor first: it is the one whose sanitizers `cargo xtask test` installs.
fn compiler() -> &'static str {
    static FOUND: OnceLock<&'static str> = OnceLock::new();
    FOUND.get_or_init(|| {
        ["clang++-19", "clang++-22"]
            .into_iter()
            .find(|compiler| Command::new(compiler).arg("--version").output().is_ok())
            .expect("neither clang++-19 nor clang++-22 is installed: apt-get install clang-19")
    })
}

/// What the shim includes.
const SHIM_HEADERS: &[&str] = &["shim/src", "shim/include/DriverKit", "shim/include/os"];
/// What a dext includes beside the classes of DriverKit.
const DEXT_HEADERS: &[&str] = &[
    "shim/include/DriverKit",
    "shim/include/os",
    "shim/iig",
    "shim/tests",
    "include/testimony",
    "dext",
    "dext/generated",
];

fn hash_of_headers(folders: &[&str]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for folder in folders {
        for header in files(&bindings().join(folder), "h") {
            (&header, fs::read(&header).expect("a header")).hash(&mut hasher);
        }
    }
    hasher.finish()
}

/// Files of a folder with this extension, by name.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut found: Vec<PathBuf> = entries
        .map(|entry| entry.expect("a folder entry").path())
        .filter(|path| path.extension().is_some_and(|its| its == extension))
        .collect();
    found.sort();
    found
}

fn bindings() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("dext-bindings")
}

/// `dext-host` beside `deps`, where this test binary is.
fn directory() -> PathBuf {
    let own = std::env::current_exe().expect("a path to this program");
    let profile = own.ancestors().find(|folder| folder.join("deps").is_dir());
    profile.expect("tests run from the target directory").join("dext-host")
}
