//! How much a driver does for its readers in a time.
//!
//! Spec: `spec/attach.md`, ATT-12 and ATT-25.

use std::time::{Duration, Instant};

/// The shortest time between two turns in which requests are heard, or lanes are looked at.
const PERIOD: Duration = Duration::from_millis(1);

/// The time between two such turns, as a multiple of what a look at the lanes takes: looking costs at most
/// this part of a processor.
const SHARE: u32 = 16;

/// Connections that are accepted in one turn.
pub(super) const ACCEPTED: usize = 32;

/// How long a driver leaves a shortage of descriptors or memory alone before it accepts again.
const SHORTAGE_PAUSE: Duration = Duration::from_millis(5);

/// When which work may be done again.
#[derive(Debug)]
pub(super) struct Pace {
    requests: Instant,
    look: Instant,
    accepting: Instant,
}

impl Pace {
    pub(super) fn new() -> Self {
        let now = Instant::now();
        Self { requests: now, look: now, accepting: now }
    }

    /// Returns whether requests of attached readers may be heard.
    pub(super) fn hears(&self, now: Instant) -> bool {
        now >= self.requests
    }

    /// Returns whether connections may be accepted.
    pub(super) fn accepts(&self, now: Instant) -> bool {
        now >= self.accepting
    }

    /// Returns whether the lanes may be looked at.
    pub(super) fn looks(&self, now: Instant) -> bool {
        now >= self.look
    }

    /// Returns how long to wait at most: until what may not be done now may be done again, if there is need of
    /// it.
    pub(super) fn bound(&self, timeout: Duration, now: Instant, somebody_sleeps: bool) -> Duration {
        let look = somebody_sleeps.then_some(self.look);
        // Neither is watched before its time; a turn has to come then, or nobody notices.
        let shut = [self.requests, self.accepting].into_iter().filter(|&time| time > now);
        look.into_iter()
            .chain(shut)
            .map(|time| time.saturating_duration_since(now))
            .fold(timeout, Duration::min)
    }

    /// Requests were heard.
    pub(super) fn heard(&mut self, now: Instant) {
        self.requests = now + PERIOD;
    }

    /// The lanes were looked at, from `begun` to `ended`.
    pub(super) fn looked(&mut self, begun: Instant, ended: Instant) {
        self.look = begun + PERIOD.max(ended.saturating_duration_since(begun).saturating_mul(SHARE));
    }

    /// As many connections were accepted as may be in one turn.
    pub(super) fn accepted_all(&mut self, now: Instant) {
        self.accepting = now + PERIOD;
    }

    /// There are no descriptors, or there is no memory, for another connection.
    pub(super) fn ran_short(&mut self, now: Instant) {
        self.accepting = now + SHORTAGE_PAUSE;
    }
}
