//! A moment, as events carry it, and the time that a heist takes.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::EventKind;

/// A moment in UTC with a resolution of a millisecond, written as `2026-01-31T12:00:00.000Z` (RFC 3339).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(jiff::Timestamp);

impl Timestamp {
    /// The moment that many milliseconds after 1970-01-01T00:00:00Z; `None` outside the years −9999 to 9999.
    #[must_use]
    pub fn from_millis(millis: i64) -> Option<Self> {
        jiff::Timestamp::from_millisecond(millis).ok().map(Self)
    }

    /// Milliseconds after 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn as_millis(self) -> i64 {
        self.0.as_millisecond()
    }

    /// Milliseconds from `earlier` to this moment; 0 if it is not earlier.
    #[must_use]
    pub fn millis_since(self, earlier: Self) -> u64 {
        u64::try_from(self.as_millis() - earlier.as_millis()).unwrap_or(0)
    }
}

/// How long a heist has taken. The time in which it stood still, paused or cut off, does not count: that before its going
/// on is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stopwatch {
    ms: u64,
    newest: Option<Timestamp>,
}

impl Stopwatch {
    /// Takes in an event, in their order.
    pub fn take(&mut self, event: &EventKind, at: Timestamp) {
        if !matches!(event, EventKind::SessionResumed) {
            self.ms = self.until(at);
        }
        self.newest = Some(at);
    }

    /// Milliseconds up to the newest event.
    #[must_use]
    pub const fn ms(&self) -> u64 {
        self.ms
    }

    /// Milliseconds up to a moment after it.
    #[must_use]
    pub fn until(&self, at: Timestamp) -> u64 {
        self.ms + self.newest.map_or(0, |newest| at.millis_since(newest))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.strftime("%Y-%m-%dT%H:%M:%S.%3fZ"))
    }
}

impl FromStr for Timestamp {
    type Err = jiff::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_in_which_a_heist_stood_still_does_not_count() {
        let at = |seconds: i64| Timestamp::from_millis(seconds * 1000).unwrap();
        let round = EventKind::RoundStarted { round: 1, phase: crate::heist::Phase::Timing };
        let mut watch = Stopwatch::default();
        watch.take(&round, at(100));
        watch.take(&EventKind::SessionPaused, at(103));
        watch.take(&round, at(105));
        watch.take(&EventKind::SessionResumed, at(90_000));
        assert_eq!((watch.ms(), watch.until(at(90_002))), (5_000, 7_000));
        // A clock that was set back takes nothing away.
        watch.take(&round, at(80_000));
        watch.take(&round, at(80_001));
        assert_eq!(watch.ms(), 6_000);
    }
}
