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

use super::doorbell::Doorbell;
use super::drains::{Drains, Place};
use crate::message::{Answer, Granted, Hello, Request, Verb, Verdict, Wishes};

/// What a server has for its readers.
pub(super) struct House<'s> {
    pub(super) region: RegionView<'s>,
    pub(super) file: BorrowedFd<'s>,
    pub(super) drains: Option<&'s Arc<Drains>>,
    /// How many more readers it takes.
    pub(super) room: usize,
}

/// Somebody who has connected.
#[derive(Debug)]
pub(super) struct Reader {
    socket: OwnedFd,
    attached: bool,
    /// Whether its user may attach. Who may not is still heard out: a socket that is closed with a
    /// hello unread takes the answer down with it.
    allowed: bool,
    draining: Option<Draining>,
    doorbell: Option<Doorbell>,
}

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
        Self { socket, attached: false, allowed, draining: None, doorbell: None }
    }

    pub(super) const fn socket(&self) -> &OwnedFd {
        &self.socket
    }

    pub(super) const fn is_attached(&self) -> bool {
        self.attached
    }

    pub(super) const fn is_allowed(&self) -> bool {
        self.allowed
    }

    pub(super) fn is_asleep(&self) -> bool {
        self.doorbell.as_ref().is_some_and(Doorbell::is_asleep)
    }

    /// Wakes the reader if there is reason to.
    pub(super) fn look(&mut self, region: &RegionView<'_>) {
        if let Some(doorbell) = &mut self.doorbell {
            doorbell.look(region);
        }
    }

    /// Hears what the reader says. Returns whether it stays.
    pub(super) fn hear(&mut self, house: &mut House<'_>) -> bool {
        let mut packet = [0; 64];
        let len = match retry_on_intr(|| recv(&self.socket, &mut packet[..], RecvFlags::DONTWAIT)) {
            Ok((0, _)) => return false,
            Ok((len, _)) => len,
            Err(Errno::AGAIN) => return true,
            Err(_) => return false,
        };
        let packet = packet.get(..len).unwrap_or_default();
        if self.attached { self.grant(packet, house) } else { self.answer(packet, house) }
    }

    /// Answers a hello.
    fn answer(&mut self, packet: &[u8], house: &mut House<'_>) -> bool {
        let hello = Hello::parse(packet);
        let verdict = match &hello {
            None => Verdict::NotAHello,
            Some(hello) if hello.abi_major != ABI_MAJOR => Verdict::AbiMajor,
            Some(_) if !self.allowed => Verdict::NotAllowed,
            Some(_) if house.room == 0 => Verdict::Full,
            Some(hello) => self.prepare(hello, house),
        };
        self.attached = verdict == Verdict::Welcome;
        house.room -= usize::from(self.attached);
        let asked = hello.is_some_and(|hello| hello.wishes.raw() != 0);
        self.send(verdict, asked, house).is_ok() && self.attached
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
    fn grant(&mut self, packet: &[u8], house: &House<'_>) -> bool {
        let Some(request) = Request::parse(packet) else { return false };
        match (request.verb.known(), &self.draining, &mut self.doorbell) {
            (Ok(Verb::Serve), Some(draining), _) => draining.drains.serve(&draining.place, draining.lag),
            (Ok(Verb::Sleep), _, Some(doorbell)) => {
                doorbell.sleep(&house.region, request.read, request.amount);
            }
            _ => return false,
        }
        true
    }
}
