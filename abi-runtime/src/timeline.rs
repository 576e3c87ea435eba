//! Ticks of a region as moments.
//!
//! Spec: `spec/region.md`, REG-6; `spec/showing.md`, SHOW-4.

use core::fmt;

use crate::layout::RegionHeader;

/// Nanoseconds of a second.
const SECOND: i128 = 1_000_000_000;
/// Seconds of a day.
const DAY: i128 = 86_400;
/// Days from 0000-03-01 to 1970-01-01.
const MARCH_TO_EPOCH: i128 = 719_468;
/// Days of 400 years of the calendar.
const ERA: i128 = 146_097;

/// Turns ticks of a region's clock into moments, by the ratio and the anchor of the region header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeline {
    numerator: u64,
    denominator: u64,
    anchor_ticks: u64,
    anchor_utc: u64,
}

/// A moment, as far as the region header says which it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Nanoseconds since 1970, UTC.
    Utc(i128),
    /// Nanoseconds since the clock's ticks were 0: the driver did not know the time.
    SinceZero(i128),
}

impl Timeline {
    /// Returns the timeline of a region. A header with a ratio of 0, which no checked header has, counts ticks as
    /// nanoseconds.
    #[must_use]
    pub fn of(header: &RegionHeader) -> Self {
        let RegionHeader { tick_numerator, tick_denominator, anchor_ticks, anchor_utc, .. } = *header;
        let (numerator, denominator) = match (tick_numerator, tick_denominator) {
            (0, _) | (_, 0) => (1, 1),
            ratio => ratio,
        };
        Self { numerator, denominator, anchor_ticks, anchor_utc }
    }

    /// Returns the moment of some ticks. Ticks wrap: the anchor is less than half of the numbers away.
    #[must_use]
    pub fn moment(&self, ticks: u64) -> Moment {
        if self.anchor_utc == 0 {
            return Moment::SinceZero(self.nanoseconds(ticks));
        }
        let distance = ticks.wrapping_sub(self.anchor_ticks).cast_signed();
        let nanoseconds = self.nanoseconds(distance.unsigned_abs());
        let anchor = i128::from(self.anchor_utc);
        Moment::Utc(if distance < 0 { anchor - nanoseconds } else { anchor.saturating_add(nanoseconds) })
    }

    /// Returns how long so many ticks take.
    fn nanoseconds(&self, ticks: u64) -> i128 {
        // Below 2^64 x 2^64.
        let nanoseconds = u128::from(ticks) * u128::from(self.numerator) / u128::from(self.denominator);
        i128::try_from(nanoseconds).unwrap_or(i128::MAX)
    }
}

impl fmt::Display for Moment {
    /// Writes `2026-12-01T00:49:54.000000007Z`, or seconds since the clock was 0, `16.909060007s`. A time outside
    /// the years 0 to 9999 is written as seconds since 1970.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Utc(all) | Self::SinceZero(all)) = *self;
        let (seconds, nanoseconds) = (all.div_euclid(SECOND), all.rem_euclid(SECOND));
        if let Self::Utc(_) = self
            && let (year @ 0..=9999, month, day) = date(seconds.div_euclid(DAY))
        {
            let rest = seconds.rem_euclid(DAY);
            let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
            return write!(
                f,
                "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{nanoseconds:09}Z"
            );
        }
        let (sign, magnitude) = (if all < 0 { "-" } else { "" }, all.unsigned_abs());
        let second = SECOND.unsigned_abs();
        write!(f, "{sign}{}.{:09}s", magnitude / second, magnitude % second)?;
        if let Self::Utc(_) = self { f.write_str(" after 1970") } else { Ok(()) }
    }
}

/// Returns year, month and day of a day, counted from 1970-01-01.
const fn date(days: i128) -> (i128, i128, i128) {
    // Years begin in March here, so that a leap day is a year's last.
    let days = days + MARCH_TO_EPOCH;
    let (era, day) = (days.div_euclid(ERA), days.rem_euclid(ERA));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let of_month = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (era * 400 + year + if month <= 2 { 1 } else { 0 }, month, of_month)
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::string::ToString;

    use super::{Moment, Timeline, date};

    #[test]
    fn days_are_those_of_the_calendar() {
        assert_eq!(date(0), (1970, 1, 1));
        assert_eq!(date(-1), (1969, 12, 31));
        assert_eq!(date(11_016), (2000, 2, 29));
        assert_eq!(date(11_017), (2000, 3, 1));
        assert_eq!(date(20_788), (2026, 12, 1));
        assert_eq!(date(-719_528), (0, 1, 1));
        // Every day of 400 years follows the one before.
        let (mut last, mut next) = (date(-1), 0);
        while next < 146_097 {
            let now = date(next);
            let follows = match now {
                (year, 1, 1) => last == (year - 1, 12, 31),
                (year, month, 1) => last.0 == year && last.1 == month - 1 && (28..=31).contains(&last.2),
                (year, month, day) => last == (year, month, day - 1),
            };
            assert!(follows, "{last:?} then {now:?}");
            (last, next) = (now, next + 1);
        }
    }

    #[test]
    fn ticks_are_moments_by_ratio_and_anchor() {
        let timeline = |numerator, denominator, anchor_ticks, anchor_utc| Timeline {
            numerator,
            denominator,
            anchor_ticks,
            anchor_utc,
        };
        let utc = timeline(1, 3, 3_000, 1_796_086_194_000_000_000);
        assert_eq!(utc.moment(3_000).to_string(), "2026-12-01T00:49:54.000000000Z");
        assert_eq!(utc.moment(3_021).to_string(), "2026-12-01T00:49:54.000000007Z");
        assert_eq!(utc.moment(0).to_string(), "2026-12-01T00:49:53.999999000Z");
        assert_eq!(timeline(1000, 1, 0, 0).moment(16_909_060).to_string(), "16.909060000s");
        // A clock that wraps goes on.
        let wraps = timeline(1, 1, u64::MAX, 5);
        assert_eq!(wraps.moment(1), Moment::Utc(7));
        // What a region may state.
        for ticks in [0, 1, 1 << 63, u64::MAX] {
            for ratio in [1, u64::MAX] {
                for anchor in [0, 1, u64::MAX] {
                    let text = timeline(ratio, 1, ticks, anchor).moment(!ticks).to_string();
                    assert!(text.len() < 64, "{text}");
                }
            }
        }
        assert_eq!(Moment::SinceZero(-1).to_string(), "-0.000000001s");
        assert_eq!(Moment::Utc(i128::MAX).to_string().rsplit('s').next(), Some(" after 1970"));
    }
}
