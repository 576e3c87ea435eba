//! One packet of a socket, and the descriptors that come with it.

use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};

use rustix::io::{Errno, IoSliceMut};
use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, recvmsg};

/// The most descriptors that a packet of ours carries: a region, a release page, a doorbell.
const MOST: usize = 3;

/// A packet.
#[derive(Debug)]
pub(super) struct Packet {
    /// Its bytes; none at the end of the connection.
    pub(super) bytes: Vec<u8>,
    /// The descriptors that came with it.
    pub(super) files: Vec<OwnedFd>,
}

/// Takes the packet that lies there; does not wait for one. A packet of more than `longest` bytes is cut off.
pub(super) fn receive(socket: impl AsFd, longest: usize) -> Result<Packet, Errno> {
    let mut bytes = vec![0; longest];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST))];
    let mut ancillary = RecvAncillaryBuffer::new(&mut space);
    let flags = RecvFlags::CMSG_CLOEXEC | RecvFlags::DONTWAIT;
    let filled = match recvmsg(socket, &mut [IoSliceMut::new(&mut bytes)], &mut ancillary, flags) {
        Ok(received) => received.bytes,
        Err(Errno::CONNRESET) => 0,
        Err(error) => return Err(error),
    };
    bytes.truncate(filled);
    let mut files = Vec::new();
    for message in ancillary.drain() {
        if let RecvAncillaryMessage::ScmRights(some) = message {
            files.extend(some);
        }
    }
    Ok(Packet { bytes, files })
}
