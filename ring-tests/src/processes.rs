//! Readers that are processes of their own: started, stopped, woken, killed, and heard at the end.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::dice::Dice;
use crate::told::Told;

/// How long they may take to end once the lanes are closed.
const PATIENCE: Duration = Duration::from_mins(10);

/// The readers that are processes. They are killed when this is dropped.
pub struct Processes<'p> {
    program: &'p Path,
    socket: &'p Path,
    folder: &'p Path,
    running: Vec<Child>,
    /// What each that was ever started has said.
    outputs: Vec<PathBuf>,
    dice: Dice,
    /// How many were stopped.
    pub stopped: u64,
    /// How many were killed.
    pub killed: u64,
}

impl<'p> Processes<'p> {
    /// Starts `count` processes: `program read SOCKET SEED`, which write into files of `folder`.
    ///
    /// # Errors
    ///
    /// One cannot be started.
    pub fn start(
        program: &'p Path,
        socket: &'p Path,
        folder: &'p Path,
        count: usize,
        seed: u64,
    ) -> Result<Self, String> {
        let mut processes = Self {
            program,
            socket,
            folder,
            running: Vec::new(),
            outputs: Vec::new(),
            dice: Dice::new(seed),
            stopped: 0,
            killed: 0,
        };
        (0..count).try_for_each(|_| processes.spawn())?;
        Ok(processes)
    }

    fn spawn(&mut self) -> Result<(), String> {
        let path = self.folder.join(format!("told-{}", self.outputs.len()));
        let output = File::create(&path).map_err(|error| error.to_string())?;
        let seed = self.dice.below(u64::MAX);
        let mut command = Command::new(self.program);
        command.arg("read").arg(self.socket).arg(seed.to_string()).stdout(Stdio::from(output));
        let child =
            command.spawn().map_err(|error| format!("NOT CHECKED: {}: {error}", self.program.display()))?;
        self.outputs.push(path);
        self.running.push(child);
        Ok(())
    }

    /// Stops one, wakes all, or kills one and starts another: in turn, so that all of it happens in the
    /// shortest run. Then waits a little.
    ///
    /// # Errors
    ///
    /// One has ended by itself.
    pub fn disturb(&mut self, step: u64) -> Result<(), String> {
        if self.running.is_empty() {
            return Ok(());
        }
        let at = usize::try_from(self.dice.below(self.running.len() as u64)).unwrap_or(0);
        match step % 4 {
            0 => {
                self.kill(at)?;
                self.spawn()?;
                self.killed += 1;
            }
            1 | 2 => {
                self.signal(at, Signal::STOP)?;
                self.stopped += 1;
            }
            _ => self.wake()?,
        }
        thread::sleep(Duration::from_micros(500 + self.dice.below(2000)));
        Ok(())
    }

    fn signal(&self, at: usize, signal: Signal) -> Result<(), String> {
        kill_process(Pid::from_child(&self.running[at]), signal)
            .map_err(|error| format!("a reader died: {error}"))
    }

    /// Lets those that were stopped go on.
    ///
    /// # Errors
    ///
    /// One has ended by itself.
    pub fn wake(&self) -> Result<(), String> {
        (0..self.running.len()).try_for_each(|at| self.signal(at, Signal::CONT))
    }

    /// Kills one, which must not have ended by itself.
    fn kill(&mut self, at: usize) -> Result<(), String> {
        let mut child = self.running.swap_remove(at);
        if let Ok(Some(status)) = child.try_wait() {
            return Err(format!("a reader ended before the lanes were closed: {status}"));
        }
        child.kill().and_then(|()| child.wait()).map_err(|error| error.to_string())?;
        Ok(())
    }

    /// Waits until all have ended, and returns what they and those that were killed have said. Sends them
    /// home when `is_over` says so.
    ///
    /// # Errors
    ///
    /// One has failed, or does not end.
    pub fn end(&mut self, is_over: impl Fn() -> bool) -> Result<Vec<Told>, String> {
        let until = Instant::now() + PATIENCE;
        while let Some(child) = self.running.last_mut() {
            match child.try_wait() {
                Ok(Some(status)) if status.success() => {
                    self.running.pop();
                }
                Ok(None) if Instant::now() < until && !is_over() => thread::sleep(Duration::from_millis(2)),
                Ok(None) => return Err("a reader does not end".to_owned()),
                failed => return Err(format!("a reader failed: {failed:?}")),
            }
        }
        let mut all = Vec::new();
        for path in &self.outputs {
            let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
            // Who was killed may have been in the middle of a line.
            let whole = text.rfind('\n').map_or("", |end| &text[..end]);
            for line in whole.lines() {
                all.push(Told::from_line(line)?);
            }
        }
        Ok(all)
    }
}

impl Drop for Processes<'_> {
    fn drop(&mut self) {
        for child in &mut self.running {
            // What cannot be killed has ended already.
            let _ = child.kill().and_then(|()| child.wait());
        }
    }
}
