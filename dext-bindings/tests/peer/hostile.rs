//! A driver that welcomes a reader, and then does as a test likes.

use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;
use std::thread::{self, JoinHandle};

use abi_runtime::attach::RegionView;
use abi_runtime::prelude::*;
use dext_bindings::linux::RegionMemory;
use dext_bindings::message::{Answer, Granted, Hello, Verdict, Wishes};
use rustix::net::{
    AddressFamily, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags, SocketAddrUnix,
    SocketFlags, SocketType,
};

/// Makes a socket of the kind that drivers and readers speak over.
pub fn new_socket(flags: SocketFlags) -> OwnedFd {
    let flags = flags | SocketFlags::CLOEXEC;
    rustix::net::socket_with(AddressFamily::UNIX, SocketType::SEQPACKET, flags, None).unwrap()
}

/// Connects to who serves at `path`.
pub fn connect(path: &Path) -> OwnedFd {
    let socket = new_socket(SocketFlags::empty());
    rustix::net::connect(&socket, &SocketAddrUnix::new(path).unwrap()).unwrap();
    socket
}

/// Listens as a driver of an earlier version does.
pub fn listen(path: &Path) -> OwnedFd {
    let socket = new_socket(SocketFlags::empty());
    rustix::net::bind(&socket, &SocketAddrUnix::new(path).unwrap()).unwrap();
    rustix::net::listen(&socket, 128).unwrap();
    socket
}

/// Says hello as a reader with these wishes, and returns the connection, unanswered.
pub fn say_hello(path: &Path, drain: Option<u64>, doorbell: bool) -> OwnedFd {
    let socket = connect(path);
    let hello = Hello::wishing(drain, doorbell);
    rustix::net::send(&socket, hello.as_bytes(), SendFlags::NOSIGNAL).unwrap();
    socket
}

/// Welcomes the first reader at `path` to the region in `memory`, and grants it `bell` as a doorbell. Returns
/// the connection.
pub fn welcome(path: &Path, memory: &RegionMemory, bell: Option<OwnedFd>) -> JoinHandle<OwnedFd> {
    let listener = listen(path);
    let header = *RegionView::attach(memory.memory()).unwrap().header();
    let region = memory.share().unwrap();
    thread::spawn(move || {
        let reader = rustix::net::accept_with(&listener, SocketFlags::CLOEXEC).unwrap();
        let mut hello = [0; 64];
        let (len, _) = rustix::net::recv(&reader, &mut hello[..], RecvFlags::empty()).unwrap();
        assert!(Hello::parse(&hello[..len]).is_some());
        let mut packet = Answer::new(Verdict::Welcome, &header).as_bytes().to_vec();
        let mut files: Vec<BorrowedFd<'_>> = vec![region.as_fd()];
        if let Some(bell) = &bell {
            let wishes = Flags::from_raw(0).with(Wishes::Doorbell);
            packet.extend_from_slice(Granted { wishes, ..Granted::default() }.as_bytes());
            files.push(bell.as_fd());
        }
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(2))];
        let mut ancillary = SendAncillaryBuffer::new(&mut space);
        assert!(ancillary.push(SendAncillaryMessage::ScmRights(&files)));
        let packet = [rustix::io::IoSlice::new(&packet)];
        rustix::net::sendmsg(&reader, &packet, &mut ancillary, SendFlags::NOSIGNAL).unwrap();
        reader
    })
}
