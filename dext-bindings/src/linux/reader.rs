//! A reader, as its driver sees it.
//!
//! Spec: `spec/attach.md`, ATT-6, ATT-7 and ATT-10 to ATT-12.

use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;

use abi_runtime::attach::RegionView;
use abi_runtime::layout::ABI_MAJOR;
use abi_runtime::prelude::*;
use rustix::io::{Errno, IoSlice, retry_on_intr};
use rustix::net::{RecvFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags, recv, sendmsg};

use super::doorbell::{Doorbell, Look};
use super::drains::{Drains, Place};
use super::process::Peer;
use crate::message::{Answer, Granted, Hello, Request, Verb, Verdict, Wishes};

/// What a server has for its readers.
pub(super) struct House<'s> {
    pub(super) region: RegionView<'s>,
    pub(super) file: BorrowedFd<'s>,
    pub(super) drains: Option<&'s Arc<Drains>>,
    /// How many more readers it takes.
    pub(super) room: usize,
}

/// A connection: a reader, once it has said hello and was let in.
#[derive(Debug)]
pub(super) struct Reader {
    socket: OwnedFd,
    /// The reader's process, if it was granted anything that costs the driver something.
    process: Option<Peer>,
    /// Whether its user may attach. Who may not is still heard out: a socket that is closed with a
    /// hello unread takes the answer down with it.
    allowed: bool,
    draining: Option<Draining>,
    doorbell: Option<Doorbell>,
}

/// What came of a look at a connection that has not said hello yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Greeting {
    Silent,
    Attached,
    /// It was refused, or it has ended.
    Over,
}

enum Heard {
    Nothing,
    Packet(Vec<u8>),
    End,
}

/// Bytes of the longest packet that a reader sends.
const LONGEST: usize =
    if size_of::<Hello>() > size_of::<Request>() { size_of::<Hello>() } else { size_of::<Request>() };

/// A place among the drain readers; it is given back when this is dropped.
#[derive(Debug)]
struct Draining {
    drains: Arc<Drains>,
    place: Place,
    lag: u64,
}

impl Drop for Draining {
    fn drop(&mut self) {
        self.drains.give_back(&self.place);
    }
}

impl Reader {
    pub(super) const fn new(socket: OwnedFd, allowed: bool) -> Self {
        Self { socket, process: None, allowed, draining: None, doorbell: None }
    }

    pub(super) const fn socket(&self) -> &OwnedFd {
        &self.socket
    }

    /// Returns the pidfd of the reader's process, if it is watched.
    pub(super) fn pidfd(&self) -> Option<BorrowedFd<'_>> {
        self.process.as_ref().and_then(Peer::pidfd)
    }

    pub(super) const fn is_allowed(&self) -> bool {
        self.allowed
    }

    pub(super) fn is_asleep(&self) -> bool {
        self.doorbell.as_ref().is_some_and(Doorbell::is_asleep)
    }

    /// Wakes the reader if there is reason to.
    pub(super) fn look(&mut self, now: Look) {
        if let Some(doorbell) = &mut self.doorbell {
            doorbell.look(now);
        }
    }

    /// Hears the hello, if it has come, and answers it.
    pub(super) fn greet(&mut self, house: &mut House<'_>) -> Greeting {
        match self.hear() {
            Heard::Nothing => Greeting::Silent,
            Heard::Packet(packet) if self.answer(&packet, house) => Greeting::Attached,
            Heard::Packet(_) | Heard::End => Greeting::Over,
        }
    }

    /// Hears a request, and does what is asked for. Returns whether the reader stays.
    pub(super) fn serve(&mut self) -> bool {
        match self.hear() {
            Heard::Nothing => true,
            Heard::End => false,
            Heard::Packet(packet) => self.grant(&packet),
        }
    }

    fn hear(&self) -> Heard {
        // A byte more than the longest packet that a reader sends, so that a longer one is seen to be longer.
        let mut packet = [0; LONGEST + 1];
        match retry_on_intr(|| recv(&self.socket, &mut packet[..], RecvFlags::DONTWAIT)) {
            Ok((0, _)) => Heard::End,
            Ok((len, _)) => Heard::Packet(packet.get(..len).unwrap_or_default().to_vec()),
            Err(Errno::AGAIN) => Heard::Nothing,
            Err(_) => Heard::End,
        }
    }

    /// Answers a hello. Returns whether the reader is attached.
    fn answer(&mut self, packet: &[u8], house: &mut House<'_>) -> bool {
        let hello = Hello::parse(packet);
        let verdict = match &hello {
            None => Verdict::NotAHello,
            Some(hello) if hello.abi_major != ABI_MAJOR => Verdict::AbiMajor,
            Some(_) if !self.allowed => Verdict::NotAllowed,
            Some(_) if house.room == 0 => Verdict::Full,
            Some(hello) => self.prepare(hello, house),
        };
        let is_welcome = verdict == Verdict::Welcome;
        let asked = hello.is_some_and(|hello| hello.wishes.raw() != 0);
        let is_attached = self.send(verdict, asked, house).is_ok() && is_welcome;
        house.room -= usize::from(is_attached);
        is_attached
    }

    /// Gets ready what a reader wants beside the region.
    fn prepare(&mut self, hello: &Hello, house: &House<'_>) -> Verdict {
        if hello.wishes.contains(Wishes::Drain) {
            let Some(drains) = house.drains else { return Verdict::NoReleasePage };
            let Ok(Some(place)) = drains.take() else { return Verdict::NoReleasePage };
            self.draining = Some(Draining { drains: Arc::clone(drains), place, lag: hello.lag });
        }
        if hello.wishes.contains(Wishes::Doorbell) {
            // A driver that is short of descriptors grants what it can, and says what that is.
            self.doorbell = Doorbell::create().ok();
        }
        if self.draining.is_some() || self.doorbell.is_some() {
            self.process = Some(Peer::of(&self.socket));
        }
        Verdict::Welcome
    }

    fn send(&self, verdict: Verdict, asked: bool, house: &House<'_>) -> io::Result<()> {
        let mut packet = Answer::new(verdict, house.region.header()).as_bytes().to_vec();
        let mut files = Vec::new();
        if verdict == Verdict::Welcome {
            files.push(house.file);
            if asked {
                packet.extend_from_slice(self.granted().as_bytes());
            }
            files.extend(self.draining.as_ref().map(|draining| draining.place.page.as_fd()));
            files.extend(self.doorbell.as_ref().map(Doorbell::as_fd));
        }
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(3))];
        let mut ancillary = SendAncillaryBuffer::new(&mut space);
        // The space was made for as many as there can be.
        if !files.is_empty() && !ancillary.push(SendAncillaryMessage::ScmRights(&files)) {
            return Err(Errno::NOBUFS.into());
        }
        let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
        retry_on_intr(|| sendmsg(&self.socket, &[IoSlice::new(&packet)], &mut ancillary, flags))?;
        Ok(())
    }

    fn granted(&self) -> Granted {
        let mut wishes = Flags::from_raw(0);
        if self.doorbell.is_some() {
            wishes = wishes.with(Wishes::Doorbell);
        }
        match &self.draining {
            None => Granted { wishes, ..Granted::default() },
            Some(Draining { place, .. }) => {
                Granted { wishes: wishes.with(Wishes::Drain), slot: place.slot, ticket: place.ticket }
            }
        }
    }

    /// Does what an attached reader asks for. Whoever asks for what it was not granted is no reader of ours.
    fn grant(&mut self, packet: &[u8]) -> bool {
        let Some(request) = Request::parse(packet) else { return false };
        match (request.verb.known(), &self.draining, &mut self.doorbell) {
            (Ok(Verb::Serve), Some(draining), _) => draining.drains.serve(&draining.place, draining.lag),
            (Ok(Verb::Sleep), _, Some(doorbell)) => doorbell.sleep(request.read, request.amount),
            _ => return false,
        }
        true
    }
}
