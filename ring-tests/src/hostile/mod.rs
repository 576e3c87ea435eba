//! A reader that tries whatever it can think of to change the region that it was given (REG-1, REG-30).
//!
//! It attaches as everybody does, keeps the descriptor that it is sent, and asks the kernel for more.

mod ffi;

use std::fs::{self, File, OpenOptions};
use std::io::IoSliceMut;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::path::Path;

use dext_bindings::message::{Answer, Granted, Hello};
use rustix::fs::{
    FallocateFlags, IFlags, Mode, SealFlags, copy_file_range, fallocate, fchmod, fcntl_add_seals, fstat,
    ftruncate, ioctl_setflags, sendfile,
};
use rustix::io::{Errno, pwrite};
use rustix::mm::MapFlags;
use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendFlags, SocketAddrUnix,
    SocketFlags, SocketType, connect, recvmsg, send, socket_with,
};
use rustix::process::{Pid, Signal, kill_process};
use zerocopy::IntoBytes;

/// What is written where it may not be.
const GARBAGE: [u8; 64] = [0xba; 64];

/// What a hostile reader has: the connection, and the descriptor that came through it.
pub struct Hostile {
    socket: OwnedFd,
    file: OwnedFd,
    bytes: usize,
}

impl Hostile {
    /// Attaches, and keeps what it gets.
    ///
    /// # Errors
    ///
    /// The driver gives it nothing.
    pub fn attach(path: &Path) -> Result<Self, String> {
        Self::try_attach(path).map_err(|error| format!("a hostile reader cannot attach: {error}"))
    }

    fn try_attach(path: &Path) -> Result<Self, Errno> {
        let socket = socket_with(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None)?;
        let address = SocketAddrUnix::new(path)?;
        rustix::io::retry_on_intr(|| connect(&socket, &address))?;
        send(&socket, Hello::new().as_bytes(), SendFlags::NOSIGNAL)?;
        let mut packet = [0; size_of::<Answer>() + size_of::<Granted>()];
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(3))];
        let mut ancillary = RecvAncillaryBuffer::new(&mut space);
        let mut parts = [IoSliceMut::new(&mut packet)];
        rustix::io::retry_on_intr(|| recvmsg(&socket, &mut parts, &mut ancillary, RecvFlags::CMSG_CLOEXEC))?;
        for message in ancillary.drain() {
            if let RecvAncillaryMessage::ScmRights(mut files) = message
                && let Some(file) = files.next()
            {
                let bytes = usize::try_from(fstat(&file)?.st_size).map_err(|_| Errno::FBIG)?;
                return Ok(Self { socket, file, bytes });
            }
        }
        Err(Errno::NODATA)
    }

    /// Tries everything once. Returns how many of its attempts were refused.
    ///
    /// # Errors
    ///
    /// Names the attempt that was not refused, after it has changed the region if it could.
    pub fn attack(&self) -> Result<u64, String> {
        let mut refused = self.attack_through(self.file.as_fd(), "the descriptor it was sent")?;
        // Whoever owns the file may change its mode; that is no way to its bytes.
        let _ = fchmod(&self.file, Mode::from_raw_mode(0o666));
        let _ = ioctl_setflags(&self.file, IFlags::NODUMP);
        let path = format!("/proc/self/fd/{}", self.file.as_raw_fd());
        if let Ok(again) = OpenOptions::new().read(true).write(true).open(path) {
            refused += self.attack_through(again.as_fd(), "the descriptor, opened again")?;
        }
        // What it says to the driver is no way either.
        let _ = send(&self.socket, &GARBAGE, SendFlags::NOSIGNAL | SendFlags::DONTWAIT);
        Ok(refused)
    }

    fn attack_through(&self, file: BorrowedFd<'_>, what: &str) -> Result<u64, String> {
        let bytes = self.bytes;
        // A private mapping may be stored to: nobody else sees it.
        ffi::store_through_new_mapping(file, bytes, MapFlags::PRIVATE)
            .map_err(|error| format!("{what} could not be mapped to be read: {error}"))?;
        let punch = FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE;
        let attempts = [
            ("mapped to be written", ffi::store_through_new_mapping(file, bytes, MapFlags::SHARED)),
            ("mapped to be read and made writable", ffi::store_through_changed_mapping(file, bytes)),
            ("punched through a mapping", ffi::punch_through_mapping(file, bytes)),
            ("written", pwrite(file, &GARBAGE, 72).map(drop)),
            ("written behind the end", pwrite(file, &GARBAGE, bytes as u64).map(drop)),
            ("copied into", copy_into(file)),
            ("sent into", send_into(file)),
            ("punched", fallocate(file, punch, 0, 4096)),
            ("zeroed", fallocate(file, FallocateFlags::ZERO_RANGE, 0, 4096)),
            ("made longer", fallocate(file, FallocateFlags::empty(), 0, 2 * bytes as u64)),
            ("cut short", ftruncate(file, 4096)),
            ("made longer by its size", ftruncate(file, 2 * bytes as u64)),
            ("sealed", fcntl_add_seals(file, SealFlags::WRITE)),
        ];
        for (done, outcome) in &attempts {
            if outcome.is_ok() {
                return Err(format!("a hostile reader: {what} was {done}"));
            }
        }
        Ok(attempts.len() as u64)
    }

    /// Tries what another user's process may not do to the driver's. Returns how many of its attempts were
    /// refused.
    ///
    /// # Errors
    ///
    /// Names the attempt that was not refused.
    pub fn attack_driver(&self, driver: Pid) -> Result<u64, String> {
        let pid = driver.as_raw_nonzero();
        let open = |name: &str| OpenOptions::new().write(true).open(format!("/proc/{pid}/{name}")).is_ok();
        let attempts = [
            ("opened its memory", open("mem")),
            ("listed its descriptors", fs::read_dir(format!("/proc/{pid}/fd")).is_ok()),
            ("stopped it", kill_process(driver, Signal::STOP).is_ok()),
            (
                "traced it",
                nix::sys::ptrace::seize(nix_pid(driver), nix::sys::ptrace::Options::empty()).is_ok(),
            ),
        ];
        match attempts.iter().find(|(_, done)| *done) {
            Some((done, _)) => Err(format!("another user's reader {done}")),
            None => Ok(attempts.len() as u64),
        }
    }

    /// Stores through a mapping that may be read only. The process dies of it, or this says that it did not.
    pub fn store(&self) -> String {
        match ffi::store_through_readable_mapping(self.file.as_fd(), self.bytes) {
            Ok(()) => "a mapping that may be read only was stored to".to_owned(),
            Err(error) => format!("the region cannot be mapped: {error}"),
        }
    }
}

fn nix_pid(pid: Pid) -> nix::unistd::Pid {
    nix::unistd::Pid::from_raw(pid.as_raw_nonzero().get())
}

fn copy_into(file: BorrowedFd<'_>) -> Result<(), Errno> {
    let source = own_program()?;
    copy_file_range(&source, Some(&mut 0), file, Some(&mut 72), 64).map(drop)
}

fn send_into(file: BorrowedFd<'_>) -> Result<(), Errno> {
    let source = own_program()?;
    sendfile(file, &source, Some(&mut 0), 64).map(drop)
}

fn own_program() -> Result<File, Errno> {
    File::open("/proc/self/exe").map_err(|error| Errno::from_io_error(&error).unwrap_or(Errno::IO))
}
