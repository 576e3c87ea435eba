//! Where a driver's socket has its name: the folder, and the names in it that belong to the socket.
//!
//! Spec: `spec/attach.md`, ATT-5 and ATT-23.

use std::ffi::{OsStr, OsString};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::fs::{
    AtFlags, Mode, OFlags, RenameFlags, Stat, fchmod, fstat, linkat, mkdirat, open, openat, renameat_with,
    statat, unlinkat,
};
use rustix::io::Errno;
use rustix::net::SocketAddrUnix;
use rustix::path::Arg;
use rustix::process::geteuid;
use rustix::rand::{GetRandomFlags, getrandom};

use super::error::ServeError;
use super::inode::{Inode, is_regular, is_socket};
use super::life::NEW_LIFE;

/// The names of the socket that is made, and of one that is taken away, in a [`Workroom`].
pub(super) const NEW: &str = "new";
const OLD: &str = "old";

/// How a [`Workroom`] is opened.
const FOLDER: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

/// A path as its folder and a name. The folder is open: what is done there stays there when it is renamed.
#[derive(Debug)]
pub(super) struct Seat {
    pub(super) path: PathBuf,
    folder: OwnedFd,
    name: OsString,
}

/// A folder of mode 0700 beside the socket, in which a socket is made ready or taken away: no other user can
/// put something else there meanwhile. It is removed when this is dropped.
#[derive(Debug)]
pub(super) struct Workroom<'s> {
    seat: &'s Seat,
    name: OsString,
    folder: OwnedFd,
}

impl Seat {
    pub(super) fn open(path: &Path) -> Result<Self, ServeError> {
        let io =
            |action, error: Errno| ServeError::Io { action, path: path.to_owned(), source: error.into() };
        let name = path.file_name().ok_or_else(|| io("use it as a socket's name", Errno::INVAL))?;
        let parent = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let folder = open(parent, flags, Mode::empty()).map_err(|error| io("open its folder", error))?;
        Ok(Self { path: path.to_owned(), folder, name: name.to_owned() })
    }

    pub(super) fn io(&self, action: &'static str) -> impl Fn(Errno) -> ServeError {
        move |error| ServeError::Io { action, path: self.path.clone(), source: error.into() }
    }

    pub(super) fn folder(&self) -> BorrowedFd<'_> {
        self.folder.as_fd()
    }

    /// Returns the name of a file that belongs to the socket: `.NAME.SUFFIX`.
    pub(super) fn beside(&self, suffix: &str) -> OsString {
        let mut name = OsString::from(".");
        name.push(&self.name);
        name.push(".");
        name.push(suffix);
        name
    }

    /// Returns what lies at the path, without following a link.
    pub(super) fn occupant(&self) -> Result<Option<Stat>, Errno> {
        match look(&self.folder, &self.name) {
            Ok(file) => Ok(Some(file)),
            Err(Errno::NOENT) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Returns an address for a file in `folder`, whose path is too long for one or is not known.
    pub(super) fn address_in(folder: BorrowedFd<'_>, name: &str) -> Result<SocketAddrUnix, Errno> {
        SocketAddrUnix::new(format!("/proc/self/fd/{}/{name}", folder.as_raw_fd()))
    }
}

impl<'s> Workroom<'s> {
    /// Makes the folder. What a driver left there that was killed is removed first. If something else is there
    /// by now, it stays, and the folder gets another name. The caller holds the path's lock.
    pub(super) fn make(seat: &'s Seat) -> Result<Self, Errno> {
        let name = seat.beside("work");
        match mkdirat(seat.folder(), &name, Mode::RWXU) {
            Ok(()) => return Self::open(seat, name),
            Err(Errno::EXIST) => {}
            Err(error) => return Err(error),
        }
        if clear(seat, &name).is_ok() && mkdirat(seat.folder(), &name, Mode::RWXU).is_ok() {
            return Self::open(seat, name);
        }
        let mut random = [0; 8];
        getrandom(&mut random, GetRandomFlags::empty())?;
        let name = seat.beside(&format!("work-{:016x}", u64::from_ne_bytes(random)));
        mkdirat(seat.folder(), &name, Mode::RWXU)?;
        Self::open(seat, name)
    }

    fn open(seat: &'s Seat, name: OsString) -> Result<Self, Errno> {
        let folder = openat(seat.folder(), &name, FOLDER, Mode::empty())?;
        let room = Self { seat, name, folder };
        // Somebody who may write beside the socket may have put another folder there by now.
        let made = fstat(&room.folder)?;
        if made.st_uid != geteuid().as_raw() {
            return Err(Errno::PERM);
        }
        fchmod(&room.folder, Mode::RWXU)?;
        Ok(room)
    }

    pub(super) fn folder(&self) -> BorrowedFd<'_> {
        self.folder.as_fd()
    }

    /// Returns an address of [`NEW`] in this folder.
    pub(super) fn address(&self) -> Result<SocketAddrUnix, Errno> {
        let path = self.seat.path.with_file_name(&self.name).join(NEW);
        SocketAddrUnix::new(&path).or_else(|_| Seat::address_in(self.folder(), NEW))
    }

    /// Gives the socket [`NEW`] its name, in one step, if nothing has that name.
    pub(super) fn place(&self) -> Result<(), Errno> {
        move_to(self.folder(), NEW, self.seat.folder(), &self.seat.name)
    }

    /// Removes what lies at the path, if it is the file `expected`. Returns whether it was; anything else
    /// keeps its name.
    pub(super) fn take_away(&self, expected: Inode) -> Result<bool, Errno> {
        let is_expected = |file: &Stat| is_socket(file) && Inode::of(file) == expected;
        if !self.seat.occupant()?.is_some_and(|file| is_expected(&file)) {
            return Ok(false);
        }
        move_to(self.seat.folder(), &self.seat.name, self.folder(), OLD)?;
        // Between the look and the move, something else may have got the name.
        let moved = look(&self.folder, OLD)?;
        if is_expected(&moved) {
            unlinkat(&self.folder, OLD, AtFlags::empty())?;
            return Ok(true);
        }
        move_to(self.folder(), OLD, self.seat.folder(), &self.seat.name)?;
        Ok(false)
    }
}

impl Drop for Workroom<'_> {
    fn drop(&mut self) {
        // A room that stays is cleared by the next driver that starts here.
        let _ = remove(&self.folder, NEW, is_socket);
        let _ = remove(&self.folder, NEW_LIFE, is_regular);
        let _ = unlinkat(self.seat.folder(), &self.name, AtFlags::REMOVEDIR);
    }
}

/// Removes a [`Workroom`] that a driver left which was killed.
fn clear(seat: &Seat, name: &OsStr) -> Result<(), Errno> {
    let left = openat(seat.folder(), name, FOLDER, Mode::empty())?;
    remove(&left, NEW, is_socket)?;
    remove(&left, OLD, is_socket)?;
    remove(&left, NEW_LIFE, is_regular)?;
    unlinkat(seat.folder(), name, AtFlags::REMOVEDIR)
}

/// Moves a file to a name that no file has.
fn move_to(
    from: BorrowedFd<'_>,
    name: impl Arg + Copy,
    to: BorrowedFd<'_>,
    new: impl Arg + Copy,
) -> Result<(), Errno> {
    match renameat_with(from, name, to, new, RenameFlags::NOREPLACE) {
        // The file system, or the kernel, does not know the flag.
        Err(Errno::INVAL | Errno::NOSYS) => {
            linkat(from, name, to, new, AtFlags::empty())?;
            unlinkat(from, name, AtFlags::empty())
        }
        moved => moved,
    }
}

/// Removes a file of a kind; one of another kind stays.
fn remove(folder: &OwnedFd, name: &str, is_kind: fn(&Stat) -> bool) -> Result<(), Errno> {
    match look(folder, name) {
        Ok(file) if is_kind(&file) => unlinkat(folder, name, AtFlags::empty()),
        Ok(_) | Err(Errno::NOENT) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Returns what has this name, without following a link.
pub(super) fn look(folder: impl AsFd, name: impl Arg) -> Result<Stat, Errno> {
    statat(folder, name, AtFlags::SYMLINK_NOFOLLOW)
}
