//! Serves a region over a unix socket.
//!
//! Spec: `spec/attach.md`, ATT-5 to ATT-7.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;
use std::{io, thread};

use abi_runtime::attach::{CheckedHeader, RegionView};
use abi_runtime::memory::Memory;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::net::{SocketFlags, accept_with};
use rustix::process::{Pid, getpid};

use super::doorbell::LOOK_PERIOD;
use super::drains::Drains;
use super::error::ServeError;
use super::ffi::{Credentials, peer_credentials};
use super::listener::Listener;
use super::mapping::Mapping;
use super::reader::{House, Reader};

/// Readers that one server takes at a time unless told otherwise.
const MAX_READERS: usize = 256;
/// Connections that have not said hello yet, of users who may attach and of those who may not, each: with
/// one more, the oldest of its kind is closed, so that who is silent keeps nobody out.
const MAX_SILENT: usize = 64;
/// How long a server leaves a shortage of descriptors or memory alone before it accepts again.
const SHORTAGE_PAUSE: Duration = Duration::from_millis(5);
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
        let (uid, gid) = (peer.user, peer.group);
        let own = rustix::process::geteuid().as_raw();
        self.anyone || uid == 0 || uid == own || self.users.contains(&uid) || self.groups.contains(&gid)
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
    file: OwnedFd,
    mapping: Mapping,
    checked: CheckedHeader,
    drains: Option<Arc<Drains>>,
    readers: Vec<Reader>,
    max_readers: usize,
}

impl Server {
    /// Serves the region in `memory`, of which `file` is a descriptor, at `path`.
    ///
    /// A socket that a dead driver left at `path` is replaced.
    ///
    /// # Errors
    ///
    /// Something else lies at `path`, or a live driver serves there; `memory` holds no region; the
    /// kernel refuses. Nothing has been changed then.
    pub fn bind(path: &Path, access: Access, file: OwnedFd, memory: Memory<'_>) -> Result<Self, ServeError> {
        let checked = RegionView::attach(memory).map_err(ServeError::Region)?.checked();
        let len = usize::try_from(memory.len()).unwrap_or(usize::MAX);
        let mapping = Mapping::readable(file.as_fd(), len).map_err(|error| ServeError::Io {
            action: "map the region",
            path: path.to_owned(),
            source: error,
        })?;
        Ok(Self {
            listener: Listener::bind(path)?,
            access,
            file,
            mapping,
            checked,
            drains: None,
            readers: Vec::new(),
            max_readers: MAX_READERS,
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
    pub fn attached(&self) -> usize {
        self.readers.iter().filter(|reader| reader.is_attached()).count()
    }

    /// Returns the descriptor that becomes readable when a reader asks to attach, for a driver that
    /// polls by itself.
    pub fn as_fd(&self) -> BorrowedFd<'_> {
        self.listener.as_fd()
    }

    /// Waits at most `timeout` for something to happen, and does what there is to do: readers
    /// attach, are refused, or have left.
    ///
    /// # Errors
    ///
    /// The kernel refuses to poll or to accept. What a reader does wrong is never an error here.
    pub fn poll_once(&mut self, timeout: Duration) -> io::Result<()> {
        let sockets = self.readers.iter().map(Reader::socket);
        let mut fds: Vec<PollFd<'_>> = std::iter::once(self.listener.as_fd())
            .chain(sockets.map(AsFd::as_fd))
            .map(|fd| PollFd::from_borrowed_fd(fd, PollFlags::IN))
            .collect();
        let somebody_sleeps = self.readers.iter().any(Reader::is_asleep);
        let timeout = if somebody_sleeps { timeout.min(LOOK_PERIOD) } else { timeout };
        let timeout = Timespec::try_from(timeout).map_err(|_| io::ErrorKind::InvalidInput)?;
        let found = poll(&mut fds, Some(&timeout));
        let ready: Vec<bool> = fds.iter().map(|fd| !fd.revents().is_empty()).collect();
        let region = self.checked.of(self.mapping.memory());
        for reader in &mut self.readers {
            reader.look(&region);
        }
        match found {
            Ok(0) | Err(Errno::INTR) => return Ok(()),
            Ok(_) => {}
            Err(error) => return Err(error.into()),
        }
        let mut waiting = ready.iter().skip(1);
        let room = self.max_readers.saturating_sub(self.attached());
        let mut house = House { region, file: self.file.as_fd(), drains: self.drains.as_ref(), room };
        self.readers.retain_mut(|reader| waiting.next() != Some(&true) || reader.hear(&mut house));
        if ready.first() == Some(&true) {
            self.accept()?;
        }
        Ok(())
    }

    /// Accepts everybody who waits.
    fn accept(&mut self) -> io::Result<()> {
        loop {
            let socket = match accept_with(&self.listener, SocketFlags::CLOEXEC | SocketFlags::NONBLOCK) {
                Ok(socket) => socket,
                Err(Errno::AGAIN) => return Ok(()),
                // The reader left before it was accepted, or a signal came.
                Err(Errno::CONNABORTED | Errno::INTR) => continue,
                Err(Errno::MFILE | Errno::NFILE | Errno::NOBUFS | Errno::NOMEM) => {
                    // Those who are attached are not to suffer: the silent make room, and the others
                    // wait in the backlog.
                    self.readers.retain(Reader::is_attached);
                    thread::sleep(SHORTAGE_PAUSE);
                    return Ok(());
                }
                Err(error) => return Err(error.into()),
            };
            let allowed = peer_credentials(socket.as_fd()).is_ok_and(|peer| self.access.allows(peer));
            let is_silent = |reader: &Reader| !reader.is_attached() && reader.is_allowed() == allowed;
            if self.readers.iter().filter(|reader| is_silent(reader)).count() >= MAX_SILENT
                && let Some(oldest) = self.readers.iter().position(is_silent)
            {
                self.readers.remove(oldest);
            }
            self.readers.push(Reader::new(socket, allowed));
        }
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
