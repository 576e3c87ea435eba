//! The socket that a driver serves at, from before it has a name until it has none.
//!
//! Spec: `spec/attach.md`, ATT-5, ATT-6 and ATT-23.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;
use std::time::Duration;

use rustix::fs::{AtFlags, Mode, Stat, chmodat};
use rustix::io::Errno;
use rustix::net::{SocketAddrUnix, SocketFlags, bind, connect, listen};
use rustix::process::{Pid, getpid};

use super::connection::new_socket;
use super::error::ServeError;
use super::inode::{Inode, identity, is_socket};
use super::life::Life;
use super::process::Peer;
use super::seat::{NEW, Seat, Workroom, look};
use super::start::Start;

/// How long a driver waits for others that start or end at its path at the same time, and how long one that ends
/// does.
const PATIENCE: Duration = Duration::from_secs(5);
const END_PATIENCE: Duration = Duration::from_secs(1);

/// Readers that may wait to be accepted.
const BACKLOG: i32 = 128;

/// A listening socket, its name, and the file that says that its driver lives.
///
/// Dropping it removes the name, if it is still this socket's, and if this is the process that gave it.
#[derive(Debug)]
pub(super) struct Listener {
    socket: OwnedFd,
    seat: Seat,
    inode: Inode,
    /// Until the drop; `None` also if it could not be made.
    life: Option<Life>,
    owner: Pid,
}

impl Listener {
    /// Listens at `path`. A socket of a driver that has ended is replaced.
    ///
    /// Of any number of drivers that start at one path at one time, one gets it: all of this is done by one
    /// after the other. A driver that is killed on the way leaves files that the next one removes.
    pub(super) fn bind(path: &Path) -> Result<Self, ServeError> {
        let seat = Seat::open(path)?;
        // What readers cannot connect to is not served.
        SocketAddrUnix::new(path).map_err(seat.io("use it as a socket's address"))?;
        occupant(&seat)?;
        let start = match Start::begin(&seat, PATIENCE) {
            Ok(start) => start,
            // The folder belongs to somebody else: does that one serve?
            Err(error) => {
                stale_occupant(&seat)?;
                return Err(error);
            }
        };
        let room = Workroom::make(&seat).map_err(seat.io("make a folder of its own beside it"))?;
        let (socket, inode) = make_socket(&seat, &room)?;
        if let Some(stale) = stale_occupant(&seat)?
            && !room.take_away(stale).map_err(seat.io("remove a dead driver's socket"))?
        {
            return Err(ServeError::InUse(path.to_owned()));
        }
        match room.place() {
            Ok(()) => {}
            // Something got the name meanwhile that does not take the lock.
            Err(Errno::EXIST) => return Err(ServeError::InUse(path.to_owned())),
            Err(error) => return Err(seat.io("serve there")(error)),
        }
        // The identity changes with the name. If it cannot be noted, the next driver asks at the socket.
        let life = match seat.occupant() {
            Ok(Some(file)) if Inode::of(&file) == inode => Life::begin(&seat, &room, &identity(&file)).ok(),
            _ => None,
        };
        drop((room, start));
        Ok(Self { socket, seat, inode, life, owner: getpid() })
    }
}

impl AsFd for Listener {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        // In a child that was forked, the socket is the parent's.
        if self.owner != getpid() {
            return;
        }
        // A socket without a driver is replaced by the next one, so nothing is lost if it stays.
        let Ok(_start) = Start::begin(&self.seat, END_PATIENCE) else { return };
        if let Ok(room) = Workroom::make(&self.seat) {
            let _ = room.take_away(self.inode);
        }
        if let Some(life) = self.life.take() {
            life.end(&self.seat);
        }
    }
}

/// Returns the socket that lies at the path. What is not a socket is an error, and is left alone.
fn occupant(seat: &Seat) -> Result<Option<Stat>, ServeError> {
    match seat.occupant().map_err(seat.io("look at what lies there"))? {
        Some(file) if !is_socket(&file) => Err(ServeError::NotASocket(seat.path.clone())),
        file => Ok(file),
    }
}

/// Makes a socket that listens and to which everybody may connect, before it has its name: who may attach is
/// decided by who asks (ATT-6), not by who may open the socket.
fn make_socket(seat: &Seat, room: &Workroom<'_>) -> Result<(OwnedFd, Inode), ServeError> {
    let socket =
        new_socket(SocketFlags::CLOEXEC | SocketFlags::NONBLOCK).map_err(seat.io("make a socket"))?;
    let address = room.address().map_err(seat.io("use its folder for a socket"))?;
    bind(&socket, &address).map_err(seat.io("serve there"))?;
    let everyone = Mode::RUSR | Mode::WUSR | Mode::RGRP | Mode::WGRP | Mode::ROTH | Mode::WOTH;
    // `bind` takes the process's umask from whatever mode the socket has, so the mode is set afterwards. In
    // this folder no other user can have put a link meanwhile.
    chmodat(room.folder(), NEW, everyone, AtFlags::empty()).map_err(seat.io("let readers connect"))?;
    listen(&socket, BACKLOG).map_err(seat.io("listen"))?;
    let made = look(room.folder(), NEW);
    let made = made.map_err(seat.io("look at the new socket"))?;
    Ok((socket, Inode::of(&made)))
}

/// Returns the socket that lies at the path, if its driver has ended; an error, if somebody serves there.
fn stale_occupant(seat: &Seat) -> Result<Option<Inode>, ServeError> {
    let Some(file) = occupant(seat)? else { return Ok(None) };
    if is_stale(seat, &file)? {
        Ok(Some(Inode::of(&file)))
    } else {
        Err(ServeError::InUse(seat.path.clone()))
    }
}

/// Returns whether nobody serves at the socket `file`: its life file says so; or nobody listens; or only a child
/// listens that the driver had forked.
fn is_stale(seat: &Seat, file: &Stat) -> Result<bool, ServeError> {
    if Life::has_ended(seat, &identity(file)) {
        return Ok(true);
    }
    let probe = new_socket(SocketFlags::CLOEXEC | SocketFlags::NONBLOCK).map_err(seat.io("make a socket"))?;
    let address = SocketAddrUnix::new(&seat.path).map_err(seat.io("use it as a socket's address"))?;
    match connect(&probe, &address) {
        Err(Errno::CONNREFUSED) => Ok(true),
        Ok(()) => Ok(Peer::of(&probe).has_ended()),
        // Sockets of another kind, and queues that are full.
        Err(Errno::PROTOTYPE | Errno::AGAIN) => Ok(false),
        Err(error) => Err(seat.io("ask who serves there")(error)),
    }
}
