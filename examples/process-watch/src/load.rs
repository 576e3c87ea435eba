//! Load that knows what it caused: thousands of short processes, or of files.

use std::fs::{self, File};
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

/// What a load generator knows that it caused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caused {
    /// Processes that were started, each forked once, running a program, and waited for.
    pub processes: u64,
    /// Those of `processes` that returned a status other than 0.
    pub failures: u64,
    /// Files that were made, written to and removed.
    pub files: u64,
    /// Directories that were made and removed.
    pub directories: u64,
}

impl Caused {
    fn plus(self, other: Self) -> Self {
        Self {
            processes: self.processes + other.processes,
            failures: self.failures + other.failures,
            files: self.files + other.files,
            directories: self.directories + other.directories,
        }
    }
}

/// Every so many processes one runs `false` instead of `true`, so that statuses differ.
const FAILING: u64 = 16;

/// How much load there is to be: it ends with whichever limit is reached first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// How many processes or files.
    pub count: u64,
    /// For how long.
    pub time: Duration,
    /// From how many threads; 0 is as good as 1.
    pub threads: u64,
}

/// Runs short processes, one after the other in each thread, and waits for every one of them.
///
/// # Errors
///
/// A process could not be started. Those started before have been waited for.
pub fn processes(extent: Extent) -> io::Result<Caused> {
    extent.divide(|_, mut shift| {
        let mut caused = Caused::default();
        while let Some(number) = shift.next() {
            let program = if number % FAILING == FAILING - 1 { "/bin/false" } else { "/bin/true" };
            let status = Command::new(program)
                .env_clear()
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .status()
                .map_err(|error| io::Error::new(error.kind(), format!("cannot run {program}: {error}")))?;
            caused.processes += 1;
            caused.failures += u64::from(!status.success());
        }
        Ok(caused)
    })
}

/// Directories below a root, one for each thread, in which files are made.
#[derive(Debug)]
pub struct Directories(Vec<PathBuf>);

impl Directories {
    /// Makes the directories. Who wants to see every file watches them from here on.
    ///
    /// # Errors
    ///
    /// A directory could not be made.
    pub fn make(root: &Path, threads: u64) -> io::Result<Self> {
        let paths = (0..threads.max(1)).map(|thread| root.join(format!("load-{thread}")));
        paths
            .map(|path| fs::create_dir(&path).map_err(|error| named(&path, &error)).map(|()| path))
            .collect::<io::Result<_>>()
            .map(Self)
    }

    /// Makes, writes and removes files, each thread in its directory, and then the directories.
    ///
    /// # Errors
    ///
    /// A file could not be made or removed.
    pub fn files(self, extent: Extent) -> io::Result<Caused> {
        let threads = self.0.len() as u64;
        let caused = Extent { threads, ..extent }.divide(|directory, mut shift| {
            let Some(directory) = self.0.get(directory) else { return Ok(Caused::default()) };
            let mut caused = Caused::default();
            while let Some(number) = shift.next() {
                let path = directory.join(format!("file-{number}"));
                File::create(&path)
                    .and_then(|_| fs::remove_file(&path))
                    .map_err(|error| named(&path, &error))?;
                caused.files += 1;
            }
            Ok(caused)
        })?;
        for path in &self.0 {
            fs::remove_dir(path).map_err(|error| named(path, &error))?;
        }
        Ok(Caused { directories: threads, ..caused })
    }
}

fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("cannot make or remove {}: {error}", path.display()))
}

/// One thread's part of an extent.
struct Shift {
    numbers: Range<u64>,
    end: Instant,
}

impl Shift {
    fn next(&mut self) -> Option<u64> {
        if Instant::now() < self.end { self.numbers.next() } else { None }
    }
}

impl Extent {
    /// Divides the extent among threads and adds up what they caused.
    fn divide(self, work: impl Fn(usize, Shift) -> io::Result<Caused> + Sync) -> io::Result<Caused> {
        let threads = self.threads.max(1);
        let end = Instant::now() + self.time;
        thread::scope(|scope| {
            let work = &work;
            let running: Vec<_> = (0..threads)
                .map(|thread| {
                    let count = self.count / threads + u64::from(thread < self.count % threads);
                    let shift = Shift { numbers: 0..count, end };
                    scope.spawn(move || work(usize::try_from(thread).unwrap_or(usize::MAX), shift))
                })
                .collect();
            // All are waited for, and the first failure is told.
            let died = |_| Err(io::Error::other("a thread of the load generator died"));
            let ended: Vec<_> =
                running.into_iter().map(|thread| thread.join().unwrap_or_else(died)).collect();
            ended.into_iter().try_fold(Caused::default(), |sum, caused| Ok(sum.plus(caused?)))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Caused, Directories, Extent, processes};

    fn extent(count: u64, threads: u64) -> Extent {
        Extent { count, threads, time: Duration::from_mins(1) }
    }

    #[test]
    fn processes_are_all_waited_for_and_some_fail() {
        let caused = processes(extent(33, 2)).expect("true and false exist");
        assert_eq!(caused, Caused { processes: 33, failures: 2, ..Caused::default() });
    }

    #[test]
    fn nothing_is_left_of_the_files() {
        let root = tempfile::tempdir().expect("a directory for the test");
        let directories = Directories::make(root.path(), 3).expect("the directory is ours");
        let caused = directories.files(extent(7, 1)).expect("the directory is ours");
        assert_eq!(caused, Caused { files: 7, directories: 3, ..Caused::default() });
        assert_eq!(root.path().read_dir().expect("it is still there").count(), 0);
    }

    #[test]
    fn time_ends_the_load_too() {
        let none = Extent { count: u64::MAX, threads: 2, time: Duration::ZERO };
        assert_eq!(processes(none).expect("nothing to fail"), Caused::default());
    }

    #[test]
    fn a_missing_directory_is_named() {
        let error = Directories::make("/nonexistent/load".as_ref(), 1).expect_err("it cannot exist");
        assert!(error.to_string().contains("/nonexistent/load/load-0"), "{error}");
    }
}
