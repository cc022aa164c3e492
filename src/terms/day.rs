//! The day of a daily heist: its date is the seed, so that it is the same for everybody.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// A day, written as `2026-01-31`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day(Date);

impl Day {
    /// The day that it is now in UTC.
    #[must_use]
    pub fn today() -> Self {
        Self(jiff::Timestamp::now().to_zoned(TimeZone::UTC).date())
    }

    /// The seed of its heist: `20260131`.
    #[must_use]
    pub fn seed(self) -> u64 {
        let number = |part: i8| u64::from(part.unsigned_abs());
        u64::from(self.0.year().unsigned_abs()) * 10_000 + number(self.0.month()) * 100 + number(self.0.day())
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Day {
    type Err = jiff::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

impl TryFrom<String> for Day {
    type Error = jiff::Error;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_is_the_seed() {
        let day: Day = "2026-01-31".parse().unwrap();
        assert_eq!((day.seed(), day.to_string().as_str()), (20_260_131, "2026-01-31"));
        assert_eq!("2026-11-02".parse::<Day>().unwrap().seed(), 20_261_102);
        assert_eq!(serde_json::to_string(&day).unwrap(), "\"2026-01-31\"");
        assert_eq!(serde_json::from_str::<Day>("\"2026-01-31\"").unwrap(), day);
        assert!(serde_json::from_str::<Day>("\"31.1.2026\"").is_err());
    }
}
