//! A time of day.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Minutes in a day.
const DAY: u32 = 24 * 60;

/// A time of day, to the minute. It is written as `22:05`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Clock(u32);

/// What is not a time of day.
#[derive(Debug, PartialEq, Eq)]
pub struct NoClock;

impl Clock {
    /// So many minutes after midnight; those of further days are taken off.
    #[must_use]
    pub const fn minutes(minutes: u32) -> Self {
        Self(minutes % DAY)
    }

    /// The hour, 0 to 23, and the minute, 0 to 59; what is beyond is carried over.
    #[must_use]
    pub const fn at(hour: u32, minute: u32) -> Self {
        Self::minutes(hour * 60 + minute)
    }

    /// Minutes after midnight, 0 to 1439.
    #[must_use]
    pub const fn after_midnight(self) -> u32 {
        self.0
    }

    /// So many minutes later, over midnight too.
    #[must_use]
    pub const fn plus(self, minutes: u32) -> Self {
        Self::minutes(self.0 + minutes % DAY)
    }

    /// So many minutes earlier, over midnight too.
    #[must_use]
    pub const fn minus(self, minutes: u32) -> Self {
        Self::minutes(self.0 + DAY - minutes % DAY)
    }

    /// The minutes from `earlier` to this time, 0 to 1439: to the next such time if it has passed.
    #[must_use]
    pub const fn since(self, earlier: Self) -> u32 {
        (self.0 + DAY - earlier.0) % DAY
    }

    /// Whether it lies from `start` on and before `end`, over midnight too. Nothing lies in a span without length.
    #[must_use]
    pub const fn is_within(self, start: Self, end: Self) -> bool {
        self.since(start) < end.since(start)
    }
}

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl FromStr for Clock {
    type Err = NoClock;

    /// Reads `22:05`; nothing but two digits, a colon and two digits.
    fn from_str(text: &str) -> Result<Self, NoClock> {
        let number = |digits: &str| {
            let plain = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
            if plain { digits.parse::<u32>().map_err(|_| NoClock) } else { Err(NoClock) }
        };
        let (hour, minute) = text.split_once(':').ok_or(NoClock)?;
        let (hour, minute) = (number(hour)?, number(minute)?);
        if hour < 24 && minute < 60 { Ok(Self::at(hour, minute)) } else { Err(NoClock) }
    }
}

impl fmt::Display for NoClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it is no time of day such as 22:05")
    }
}

impl std::error::Error for NoClock {}

impl TryFrom<String> for Clock {
    type Error = NoClock;

    fn try_from(text: String) -> Result<Self, NoClock> {
        text.parse()
    }
}

impl From<Clock> for String {
    fn from(clock: Clock) -> Self {
        clock.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_as_it_is_written() {
        for minutes in 0..DAY {
            let clock = Clock::minutes(minutes);
            assert_eq!(clock.to_string().parse(), Ok(clock));
        }
        for nonsense in ["24:00", "12:60", "1:05", "01:5", "-1:00", "+1:00", "", ":", "12:000", "twelve"] {
            assert_eq!(nonsense.parse::<Clock>(), Err(NoClock), "{nonsense}");
        }
    }

    #[test]
    fn midnight_is_no_border() {
        let late = Clock::at(23, 50);
        assert_eq!(late.plus(20), Clock::at(0, 10));
        assert_eq!(Clock::at(0, 10).minus(20), late);
        assert_eq!(Clock::at(0, 10).since(late), 20);
        assert!(Clock::at(0, 0).is_within(late, Clock::at(0, 10)));
        assert!(!Clock::at(0, 10).is_within(late, Clock::at(0, 10)));
        assert!(!late.is_within(late, late));
    }
}
