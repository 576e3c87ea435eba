//! A region as a reader gets it from a DriverKit extension: nothing is believed before it has been checked.
//!
//! Spec: `spec/attach.md`, ATT-13 to ATT-22.

use std::io;
use std::thread;
use std::time::{Duration, Instant};

use abi_runtime::attach::{CheckedHeader, RegionView};
use abi_runtime::drain::{ReleasePage, release_page_size};
use abi_runtime::layout::{ABI_MAJOR, ABI_MINOR, RegionState};
use abi_runtime::prelude::*;

use super::connection::{Connection, Event, Mapped};
use super::error::{AttachError, Words};
use super::generation::Generation;
use crate::attached::{Attached, Place, Wish, Woken};
use crate::boundary::{
    AttachIn, AttachOut, BellReason, ChooseIn, ChooseOut, Classes, DoorbellIn, EmitIn, EmitOut, FlushIn,
    HelloIn, HelloOut, LaneStat, MAX_STAT_SIZE, MemoryType, ReturnCode, Selector, Stat, Wants,
};

/// How long a reader waits before it looks for itself: a call that waits may never come back (ATT-17).
const SLICE: Duration = Duration::from_millis(50);

/// The shortest time between two looks of a reader that sleeps.
const PAUSE: Duration = Duration::from_millis(1);

/// A region, mapped and checked, over a connection to its driver.
///
/// The mappings are declared before the connection: they are taken back before it is closed (ATT-17).
#[derive(Debug)]
pub struct Attachment<C: Connection> {
    region: C::Mapping,
    page: Option<Drained<C::Mapping>>,
    checked: CheckedHeader,
    said: HelloOut,
    doorbell: bool,
    connection: C,
}

/// What a reader drains with.
#[derive(Debug)]
struct Drained<M> {
    page: M,
    slot: usize,
    ticket: u64,
}

impl<C: Connection> Attachment<C> {
    /// Says hello over `connection`, maps the region, checks it, and attaches.
    ///
    /// # Errors
    ///
    /// Names what does not hold: the driver refuses, or what it hands out is not what it spoke of. No word
    /// behind the region header has been looked at then.
    pub fn attach(connection: C, wish: Wish) -> Result<Self, AttachError> {
        let said = hello(&connection)?;
        let region = connection
            .map(MemoryType::Region)
            .map_err(|source| AttachError::Map { memory: "region", source })?;
        let checked = check(&region, &said)?;
        let page = join(&connection, wish, checked.header().lane_count)?;
        Ok(Self { region, page, checked, said, doorbell: wish.doorbell, connection })
    }

    /// Returns what the driver said of itself.
    pub const fn said(&self) -> &HelloOut {
        &self.said
    }

    /// Returns which incarnation of the driver this is.
    pub fn generation(&self) -> Generation {
        Generation::from(&self.said)
    }

    /// Returns what the driver counts (ATT-20).
    ///
    /// # Errors
    ///
    /// What the driver or the kernel said.
    pub fn stat(&self) -> Result<(Stat, Vec<LaneStat>), ReturnCode> {
        let mut bytes = [0; MAX_STAT_SIZE as usize];
        let filled = self.connection.call_structure(Selector::Stat, &mut bytes)?;
        let filled = bytes.get(..filled).ok_or(ReturnCode::BAD_ARGUMENT)?;
        let (stat, lanes) = filled.split_at_checked(size_of::<Stat>()).ok_or(ReturnCode::BAD_ARGUMENT)?;
        if lanes.len() % size_of::<LaneStat>() != 0 {
            return Err(ReturnCode::BAD_ARGUMENT);
        }
        let lanes = lanes.chunks_exact(size_of::<LaneStat>()).map(LaneStat::read_wire).collect();
        Ok((Stat::read_wire(stat), lanes))
    }

    /// Says which classes are wanted, and returns those that are observed (ATT-22).
    ///
    /// # Errors
    ///
    /// What the driver or the kernel said.
    pub fn choose(&self, classes: Flags<Classes>) -> Result<Flags<Classes>, ReturnCode> {
        let mut words = [0];
        self.connection.call(Selector::Choose, &ChooseIn { classes }.to_words(), &mut words)?;
        Ok(ChooseOut::from_words(&words).classes)
    }

    /// Lets lanes say what they dropped; bit *n* of `lanes`: lane *n*.
    ///
    /// # Errors
    ///
    /// What the driver or the kernel said.
    pub fn flush(&self, lanes: u64) -> Result<(), ReturnCode> {
        self.connection.call(Selector::Flush, &FlushIn { lanes }.to_words(), &mut [])
    }

    /// Lets a driver that was built for tests write records of known content.
    ///
    /// # Errors
    ///
    /// What the driver or the kernel said.
    pub fn emit(&self, what: EmitIn) -> Result<EmitOut, ReturnCode> {
        let mut words = [0; 2];
        self.connection.call(Selector::Emit, &what.to_words(), &mut words)?;
        Ok(EmitOut::from_words(&words))
    }

    /// Returns whether what a sleeper waits for has come, by the region itself.
    fn has_come(&self, read: u64, amount: u64, closed_lanes: u32) -> bool {
        let region = self.region();
        region.published().wrapping_sub(read) >= amount
            || region.state() != Ok(RegionState::Live)
            || region.closed_lanes() != closed_lanes
    }
}

/// ATT-14.
fn hello(connection: &impl Connection) -> Result<HelloOut, AttachError> {
    let own = HelloIn { abi_major: ABI_MAJOR.into(), abi_minor: ABI_MINOR.into() };
    let mut words = [0; 8];
    connection.call(Selector::Hello, &own.to_words(), &mut words).map_err(|code| {
        match code.driver_major() {
            Some(driver) => AttachError::AbiMajor { driver: driver.into(), minor: None },
            None => AttachError::Refused { call: "HELLO", code },
        }
    })?;
    let said = HelloOut::from_words(&words);
    if said.abi_major == own.abi_major {
        Ok(said)
    } else {
        Err(AttachError::AbiMajor { driver: said.abi_major, minor: Some(said.abi_minor) })
    }
}

/// ATT-16.
fn check(region: &impl Mapped, said: &HelloOut) -> Result<CheckedHeader, AttachError> {
    let memory = region.memory();
    if memory.len() != said.total_size {
        return Err(AttachError::Size { memory: "region", said: said.total_size, has: memory.len() });
    }
    let checked = RegionView::attach(memory).map_err(AttachError::Region)?.checked();
    let header = checked.header();
    let what = if header.region_id != said.region_id {
        Some("id")
    } else if header.generation != said.generation {
        Some("generation")
    } else if header.fingerprint != said.fingerprint {
        Some("fingerprint")
    } else {
        None
    };
    match what {
        Some(what) => Err(AttachError::OtherRegion { what }),
        None => Ok(checked),
    }
}

/// Attaches, and maps the release page of a reader that drains.
fn join<C: Connection>(
    connection: &C,
    wish: Wish,
    lanes: u32,
) -> Result<Option<Drained<C::Mapping>>, AttachError> {
    let mut wants = Flags::from_raw(0);
    if wish.drain.is_some() {
        wants = wants.with(Wants::Drain);
    }
    let own = AttachIn { wants, lag: wish.drain.unwrap_or(0) };
    let mut words = [0; 2];
    connection
        .call(Selector::Attach, &own.to_words(), &mut words)
        .map_err(|code| AttachError::Refused { call: "ATTACH", code })?;
    if wish.drain.is_none() {
        return Ok(None);
    }
    let AttachOut { slot, ticket } = AttachOut::from_words(&words);
    let page = connection
        .map(MemoryType::ReleasePage)
        .map_err(|source| AttachError::Map { memory: "release page", source })?;
    let (said, has) = (release_page_size(lanes), page.memory().len());
    if has < said || page.page().is_none() {
        return Err(AttachError::Size { memory: "release page", said, has });
    }
    // A slot that is none has no standing: see `LaneReader::standing`.
    Ok(Some(Drained { page, slot: usize::try_from(slot).unwrap_or(usize::MAX), ticket }))
}

impl<C: Connection> Attached for Attachment<C> {
    fn region(&self) -> RegionView<'_> {
        self.checked.of(self.region.memory())
    }

    fn driver_is_alive(&self) -> bool {
        !self.connection.is_terminated()
    }

    fn place(&self) -> Option<Place<'_>> {
        let drained = self.page.as_ref()?;
        let page = ReleasePage::new(drained.page.page()?);
        Some(Place { page, slot: drained.slot, ticket: drained.ticket })
    }

    fn serve(&self) -> io::Result<()> {
        self.connection
            .call(Selector::Serve, &[], &mut [])
            .map_err(|code| io::Error::other(format!("SERVE: {}", Words(code))))
    }

    fn sleep(&self, read: u64, amount: u64, timeout: Duration) -> io::Result<Woken> {
        if !self.doorbell {
            return Err(io::Error::new(io::ErrorKind::Unsupported, "no doorbell was asked for (ATT-12)"));
        }
        // A time that no clock reaches is no deadline.
        let deadline = Instant::now().checked_add(timeout);
        let closed_lanes = self.region().closed_lanes();
        let asked = match self.connection.ring_me(DoorbellIn { read, amount }) {
            Ok(asked) => asked,
            // A driver that is stopped has not ended.
            Err(ReturnCode::TIMEOUT) => return Ok(Woken::TimedOut),
            Err(_) => return Ok(Woken::DriverGone),
        };
        loop {
            let begun = Instant::now();
            let left = deadline.map_or(SLICE, |deadline| deadline.saturating_duration_since(begun));
            match self.connection.wait(left.min(SLICE))? {
                Event::Terminated => return Ok(Woken::DriverGone),
                // An earlier request, which had ended by itself, says that this one has taken its place.
                Event::Completed { bell, .. } if bell.reason.known() == Ok(BellReason::Replaced) => {}
                Event::Completed { number, .. } if number == asked => return Ok(Woken::Rung),
                Event::Completed { .. } | Event::TimedOut if self.has_come(read, amount, closed_lanes) => {
                    return Ok(Woken::Rung);
                }
                Event::Completed { .. } | Event::TimedOut => {}
            }
            let now = Instant::now();
            if deadline.is_some_and(|deadline| now >= deadline) {
                return Ok(Woken::TimedOut);
            }
            // A driver that says much without reason does not keep a reader busy.
            thread::sleep(PAUSE.saturating_sub(now.saturating_duration_since(begun)).min(left));
        }
    }
}
