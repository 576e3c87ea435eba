//! Load that knows what it caused: thousands of short processes, or of files.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

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

/// Runs `count` short processes from `threads` threads, one after the other in each, and waits for
/// every one of them.
///
/// # Errors
///
/// A process could not be started. Those started before have been waited for.
pub fn processes(count: u64, threads: u64) -> io::Result<Caused> {
    in_threads(count, threads, |_, share| {
        let mut caused = Caused::default();
        for number in 0..share {
            let program = if number % FAILING == FAILING - 1 {
                "/bin/false"
            } else {
                "/bin/true"
            };
            let status = Command::new(program)
                .env_clear()
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .status()
                .map_err(|error| {
                    io::Error::new(error.kind(), format!("cannot run {program}: {error}"))
                })?;
            caused.processes += 1;
            caused.failures += u64::from(!status.success());
        }
        Ok(caused)
    })
}

/// Makes, writes and removes `count` files below `root` from `threads` threads, each in a
/// directory of its own, which it makes and removes.
///
/// # Errors
///
/// A file or directory could not be made or removed.
pub fn files(root: &Path, count: u64, threads: u64) -> io::Result<Caused> {
    in_threads(count, threads, |thread, share| {
        let directory = root.join(format!("load-{thread}"));
        let named = |error: io::Error| {
            io::Error::new(
                error.kind(),
                format!("cannot make files in {}: {error}", directory.display()),
            )
        };
        fs::create_dir(&directory).map_err(named)?;
        for number in 0..share {
            let path = directory.join(format!("file-{number}"));
            drop(File::create(&path).map_err(named)?);
            fs::remove_file(&path).map_err(named)?;
        }
        fs::remove_dir(&directory).map_err(named)?;
        Ok(Caused {
            files: share,
            directories: 1,
            ..Caused::default()
        })
    })
}

/// Divides `count` among threads and adds up what they caused.
fn in_threads(
    count: u64,
    threads: u64,
    work: impl Fn(u64, u64) -> io::Result<Caused> + Sync,
) -> io::Result<Caused> {
    let threads = threads.max(1);
    thread::scope(|scope| {
        let work = &work;
        let running: Vec<_> = (0..threads)
            .map(|thread| {
                let share = count / threads + u64::from(thread < count % threads);
                scope.spawn(move || work(thread, share))
            })
            .collect();
        running
            .into_iter()
            .try_fold(Caused::default(), |sum, thread| {
                let died = |_| Err(io::Error::other("a thread of the load generator died"));
                thread
                    .join()
                    .unwrap_or_else(died)
                    .map(|caused| sum.plus(caused))
            })
    })
}

#[cfg(test)]
mod tests {
    use super::{Caused, files, processes};

    #[test]
    fn processes_are_all_waited_for_and_some_fail() {
        let caused = processes(33, 2).expect("true and false exist");
        assert_eq!(
            caused,
            Caused {
                processes: 33,
                failures: 2,
                ..Caused::default()
            }
        );
    }

    #[test]
    fn nothing_is_left_of_the_files() {
        let root = tempfile::tempdir().expect("a directory for the test");
        let caused = files(root.path(), 7, 3).expect("the directory is ours");
        assert_eq!(
            caused,
            Caused {
                files: 7,
                directories: 3,
                ..Caused::default()
            }
        );
        assert_eq!(
            root.path().read_dir().expect("it is still there").count(),
            0
        );
    }

    #[test]
    fn a_missing_directory_is_named() {
        let error = files("/nonexistent/load".as_ref(), 1, 1).expect_err("it cannot exist");
        assert!(
            error.to_string().contains("/nonexistent/load/load-0"),
            "{error}"
        );
    }
}
