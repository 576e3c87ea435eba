//! Serves a region over a unix socket.
//!
//! Spec: `spec/attach.md`, ATT-5 to ATT-7.

use std::os::fd::{AsFd, BorrowedFd};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use std::{io, thread};

use abi_runtime::attach::{CheckedHeader, RegionView};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::net::{SocketFlags, accept_with};
use rustix::process::{Pid, getpid};

use super::connection::timespec;
use super::doorbell::Look;
use super::drains::Drains;
use super::error::ServeError;
use super::ffi::{Credentials, peer_credentials};
use super::listener::Listener;
use super::mapping::{Mapping, ReadOnly};
use super::memory::RegionFile;
use super::pace::{ACCEPTED, Pace};
use super::reader::{House, Reader};
use super::silence::Silence;

/// Readers that one server takes at a time unless told otherwise.
const MAX_READERS: usize = 256;
/// How often a server's thread looks whether it is to stop.
const THREAD_PERIOD: Duration = Duration::from_millis(50);

/// Who may attach: the driver's own user and root, and whom the configuration names.
#[derive(Clone, Debug, Default)]
pub struct Access {
    anyone: bool,
    users: Vec<u32>,
    groups: Vec<u32>,
}

impl Access {
    /// The driver's own user, and root.
    pub const fn owner() -> Self {
        Self { anyone: false, users: Vec::new(), groups: Vec::new() }
    }

    /// Every user of this machine.
    pub const fn anyone() -> Self {
        Self { anyone: true, users: Vec::new(), groups: Vec::new() }
    }

    /// And the user with this number.
    #[must_use]
    pub fn user(mut self, uid: u32) -> Self {
        self.users.push(uid);
        self
    }

    /// And everybody whose group has this number.
    #[must_use]
    pub fn group(mut self, gid: u32) -> Self {
        self.groups.push(gid);
        self
    }

    fn allows(&self, peer: Credentials) -> bool {
        let Credentials { user, group, .. } = peer;
        let own = rustix::process::geteuid().as_raw();
        self.anyone || user == 0 || user == own || self.users.contains(&user) || self.groups.contains(&group)
    }
}

/// Hands a region out to readers, and knows who has it.
///
/// It has no thread of its own: the driver's loop calls [`poll_once`](Self::poll_once), or
/// [`in_thread`](Self::in_thread) makes one. When it is dropped, every reader sees the end of the
/// connection, and what is mapped stays mapped.
#[derive(Debug)]
pub struct Server {
    listener: Listener,
    access: Access,
    file: RegionFile,
    mapping: Mapping<ReadOnly>,
    checked: CheckedHeader,
    drains: Option<Arc<Drains>>,
    readers: Vec<Reader>,
    silence: Silence,
    max_readers: usize,
    pace: Pace,
}

impl Server {
    /// Serves the region whose memory `file` is, at `path`. A socket that a dead driver left at `path` is
    /// replaced.
    ///
    /// No other file can be served: it could shrink while the server looks at its lanes.
    ///
    /// ```compile_fail,E0308
    /// # use std::path::Path;
    /// # use dext_bindings::linux::{Access, Server};
    /// let empty = std::fs::File::create("region")?;
    /// let server = Server::bind(Path::new("socket"), Access::owner(), empty.into())?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Something else lies at `path`, or a live driver serves there; `file` holds no region; the
    /// kernel refuses. Nothing has been changed then.
    pub fn bind(path: &Path, access: Access, file: RegionFile) -> Result<Self, ServeError> {
        let mapping = Mapping::of(&file.0).map_err(|error| ServeError::Io {
            action: "map the region",
            path: path.to_owned(),
            source: error,
        })?;
        let checked = RegionView::attach(mapping.memory()).map_err(ServeError::Region)?.checked();
        Ok(Self {
            listener: Listener::bind(path)?,
            access,
            file,
            mapping,
            checked,
            drains: None,
            readers: Vec::new(),
            silence: Silence::default(),
            max_readers: MAX_READERS,
            pace: Pace::new(),
        })
    }

    /// Lets readers drain that ask for it: over the pages that the region was made with.
    #[must_use]
    pub fn draining(mut self, drains: Arc<Drains>) -> Self {
        self.drains = Some(drains);
        self
    }

    /// Takes at most `readers` readers at a time.
    #[must_use]
    pub const fn max_readers(mut self, readers: usize) -> Self {
        self.max_readers = readers;
        self
    }

    /// Returns how many readers are attached.
    pub const fn attached(&self) -> usize {
        self.readers.len()
    }

    /// Returns the descriptor that becomes readable when a reader asks to attach, for a driver that
    /// polls by itself.
    pub fn as_fd(&self) -> BorrowedFd<'_> {
        self.listener.as_fd()
    }

    /// Waits at most `timeout` for something to happen, and does what there is to do: readers
    /// attach, are refused, or have left.
    ///
    /// What is done after the wait is bounded, whatever connects: at most 32 connections are accepted, one
    /// message of each connection is heard, and the lanes are looked at once (ATT-25). What is left is for the
    /// next call.
    ///
    /// # Errors
    ///
    /// The kernel refuses to poll or to accept. What a reader does wrong is never an error here.
    pub fn poll_once(&mut self, timeout: Duration) -> io::Result<()> {
        let Some(ready) = self.wait(timeout)? else { return Ok(()) };
        let now = Instant::now();
        let region = self.checked.of(self.mapping.memory());
        let mut speakers = ready.readers.into_iter();
        let mut requests = 0;
        self.readers.retain_mut(|reader| match speakers.next() {
            Some(Ready::Gone) => false,
            Some(Ready::Speaks) => {
                requests += 1;
                reader.serve()
            }
            Some(Ready::Quiet) | None => true,
        });
        if requests > 0 {
            self.pace.heard(now);
        }
        if self.pace.looks(now) && self.readers.iter().any(Reader::is_asleep) {
            let look = Look::at(&region);
            self.pace.looked(now, Instant::now());
            self.readers.iter_mut().for_each(|reader| reader.look(look));
        }
        let room = self.max_readers.saturating_sub(self.readers.len());
        let mut house = House { region, file: self.file.as_fd(), drains: self.drains.as_ref(), room };
        let mut silent = ready.silent.into_iter();
        self.readers.extend(self.silence.greet(&mut house, || silent.next() == Some(true)));
        if ready.listener {
            for _ in 0..ACCEPTED {
                match accept(&self.listener, &self.access) {
                    Ok(Accepted::Reader(reader)) => {
                        self.readers.extend(self.silence.admit(reader, &mut house));
                    }
                    Ok(Accepted::Left) => {}
                    Ok(Accepted::Nobody) => return Ok(()),
                    Err(Errno::MFILE | Errno::NFILE | Errno::NOBUFS | Errno::NOMEM) => {
                        // Those who are attached are not to suffer: the silent make room, and the others
                        // wait in the backlog.
                        self.silence.clear();
                        self.pace.ran_short(now);
                        return Ok(());
                    }
                    Err(error) => return Err(error.into()),
                }
            }
            self.pace.accepted_all(now);
        }
        Ok(())
    }

    /// Waits. Returns who has something to say; `None` after a signal.
    fn wait(&self, timeout: Duration) -> io::Result<Option<AllReady>> {
        let now = Instant::now();
        let somebody_sleeps = self.readers.iter().any(Reader::is_asleep);
        let timeout = timespec(self.pace.bound(timeout, now, somebody_sleeps));
        // The end of a connection is reported whether it is asked for or not.
        let watched = |open| if open { PollFlags::IN } else { PollFlags::empty() };
        let accepts = watched(self.pace.accepts(now));
        let hears = watched(self.pace.hears(now));
        let mut fds = vec![PollFd::new(&self.listener, accepts)];
        fds.extend(self.silence.iter().map(|reader| PollFd::new(reader.socket(), PollFlags::IN)));
        fds.extend(self.readers.iter().map(|reader| PollFd::new(reader.socket(), hears)));
        let pidfds = self.readers.iter().filter_map(Reader::pidfd);
        fds.extend(pidfds.map(|pidfd| PollFd::from_borrowed_fd(pidfd, PollFlags::IN)));
        match poll(&mut fds, Some(&timeout)) {
            Ok(_) => {}
            Err(Errno::INTR) => return Ok(None),
            Err(error) => return Err(error.into()),
        }
        let mut found = fds.iter().map(PollFd::revents);
        let mut next = || found.next().unwrap_or(PollFlags::empty());
        let listener = !next().is_empty();
        let silent = self.silence.iter().map(|_| !next().is_empty()).collect();
        let mut readers: Vec<Ready> = self.readers.iter().map(|_| Ready::of(next())).collect();
        for (reader, ready) in self.readers.iter().zip(&mut readers) {
            // A child of the reader may hold the connection open.
            if reader.pidfd().is_some() && !next().is_empty() {
                *ready = Ready::Gone;
            }
        }
        Ok(Some(AllReady { listener, silent, readers }))
    }

    /// Serves in a thread of its own until the result is dropped.
    ///
    /// # Errors
    ///
    /// The system has no more threads.
    pub fn in_thread(mut self) -> io::Result<ServerThread> {
        let stop = Arc::new(AtomicBool::new(false));
        let asked = Arc::clone(&stop);
        let thread = thread::Builder::new().name("testimony-server".to_owned()).spawn(move || {
            while !asked.load(Ordering::Relaxed) {
                self.poll_once(THREAD_PERIOD)?;
            }
            Ok(())
        })?;
        Ok(ServerThread { stop, thread: Some(thread), process: getpid() })
    }
}

/// Who has something to say.
struct AllReady {
    listener: bool,
    silent: Vec<bool>,
    readers: Vec<Ready>,
}

/// Whether a reader has something to say.
#[derive(Clone, Copy)]
enum Ready {
    Quiet,
    Speaks,
    Gone,
}

impl Ready {
    fn of(found: PollFlags) -> Self {
        if found.intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL) {
            Self::Gone
        } else if found.is_empty() {
            Self::Quiet
        } else {
            Self::Speaks
        }
    }
}

/// What came of accepting.
enum Accepted {
    Reader(Reader),
    /// It left before it was accepted.
    Left,
    /// Nobody waits.
    Nobody,
}

fn accept(listener: &Listener, access: &Access) -> Result<Accepted, Errno> {
    let socket = match accept_with(listener, SocketFlags::CLOEXEC | SocketFlags::NONBLOCK) {
        Ok(socket) => socket,
        Err(Errno::AGAIN) => return Ok(Accepted::Nobody),
        Err(Errno::CONNABORTED | Errno::INTR) => return Ok(Accepted::Left),
        Err(error) => return Err(error),
    };
    let allowed = peer_credentials(socket.as_fd()).is_ok_and(|peer| access.allows(peer));
    Ok(Accepted::Reader(Reader::new(socket, allowed)))
}

/// A server's thread. Dropping it stops the server.
#[derive(Debug)]
pub struct ServerThread {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<io::Result<()>>>,
    /// The process that has the thread.
    process: Pid,
}

impl ServerThread {
    /// Stops the server and waits for its thread.
    ///
    /// # Errors
    ///
    /// What ended the thread early.
    pub fn stop(mut self) -> io::Result<()> {
        self.join()
    }

    fn join(&mut self) -> io::Result<()> {
        if self.process != getpid() {
            // In a child that was forked there is no such thread, and the server is the parent's. The thread's
            // handle says otherwise, so it is neither joined nor dropped.
            std::mem::forget(self.thread.take());
            return Ok(());
        }
        self.stop.store(true, Ordering::Relaxed);
        match self.thread.take().map(JoinHandle::join) {
            None => Ok(()),
            Some(Ok(ended)) => ended,
            Some(Err(_)) => Err(io::Error::other("the server's thread panicked")),
        }
    }
}

impl Drop for ServerThread {
    fn drop(&mut self) {
        // Who wants to know why the thread ended early calls `stop`.
        let _ = self.join();
    }
}
