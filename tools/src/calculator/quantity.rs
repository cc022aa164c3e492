//! What is calculated with: numbers, durations and clock times, and which operations each of them takes.

use std::fmt;
use std::ops::RangeInclusive;

use super::number::{self, Number};

/// A value with its kind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Quantity {
    Number(Number),
    /// Hundredths, as the number that they come to. Added to anything else it is a part of that: `80 + 25%` is 100.
    Percentage(Number),
    /// In seconds.
    Duration(Number),
    /// In seconds after midnight: less than 24 h, except that `24:00` may be written.
    Clock(Number),
}

/// Why an operation has no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undefined {
    #[error(transparent)]
    Number(#[from] number::Undefined),
    #[error("{left} and {right} cannot be {done}: {way_out}")]
    Unlike { left: String, right: String, done: &'static str, way_out: &'static str },
    #[error("{operation} takes no {kind} such as {value}: {way_out}")]
    Unfit { operation: &'static str, kind: &'static str, value: String, way_out: &'static str },
}

type Result<T = Quantity> = std::result::Result<T, Undefined>;

/// The seconds of a day.
const DAY: i128 = 24 * 60 * 60;

// What to write instead of an operation that has no result.
const UNIT: &str = "give both a unit, or neither";
const FACTOR: &str = "one of them must be a number";
const STEP: &str = "only a duration can be added to a clock time or taken from it, as in 18:00 + 45 min";
const SINCE: &str = "take another clock time from it for a duration, as in 18:00 - 0:00";
const BARE: &str = "divide by a unit for a number, as in 90 s / 1 min";
const ALIKE: &str = "all must be numbers, or all durations, or all clock times";

/// The seconds of a unit of time, by any of its names in lower case.
pub fn unit(name: &str) -> Option<i128> {
    Some(match name {
        "s" | "sec" | "secs" | "second" | "seconds" => 1,
        "min" | "mins" | "minute" | "minutes" => 60,
        "h" | "hr" | "hrs" | "hour" | "hours" => 60 * 60,
        "d" | "day" | "days" => DAY,
        _ => return None,
    })
}

/// The unit of what is left out in `2h45` and `5min30`: that below hours or minutes, in seconds.
pub fn next_unit(unit: i128) -> Option<i128> {
    matches!(unit, 60 | 3600).then_some(unit / 60)
}

/// The halves of a day of clocks with twelve hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// am
    Morning,
    /// pm
    Afternoon,
}

/// A clock time such as `18:00` or `22:12:30`, the last of a day is `24:00`; or in one half of it such as `6` or `6:00`,
/// the first of each is 12.
pub fn clock(text: &str, half: Option<Half>) -> Option<Quantity> {
    let fields: Vec<_> = text.split(':').collect();
    let (hours, minutes, seconds) = match fields[..] {
        [hours] if half.is_some() => (hours, "00", "00"),
        [hours, minutes] => (hours, minutes, "00"),
        [hours, minutes, seconds] => (hours, minutes, seconds),
        _ => return None,
    };
    let field = |text: &str, digits: RangeInclusive<usize>, most: i128| {
        text.parse::<i128>().ok().filter(|value| digits.contains(&text.len()) && *value <= most)
    };
    let hours = field(hours, 1..=2, 24)?;
    let hours = match half {
        None => hours,
        Some(_) if !(1..=12).contains(&hours) => return None,
        Some(Half::Morning) => hours % 12,
        Some(Half::Afternoon) => hours % 12 + 12,
    };
    let minutes = hours * 60 + field(minutes, 2..=2, 59)?;
    let seconds = minutes * 60 + field(seconds, 2..=2, 59)?;
    (seconds <= DAY).then_some(Quantity::Clock(Number::integer(seconds)))
}

impl Quantity {
    /// `count` units of so many seconds.
    pub fn duration(count: Number, unit: i128) -> Result {
        Ok(Self::Duration(count.multiply(Number::integer(unit))?))
    }

    /// The time so many seconds after some midnight.
    fn round_the_clock(seconds: Number) -> Result {
        Ok(Self::Clock(seconds.remainder(Number::integer(DAY))?))
    }

    fn unlike(self, other: Self, done: &'static str, way_out: &'static str) -> Undefined {
        Undefined::Unlike { left: self.to_string(), right: other.to_string(), done, way_out }
    }

    fn unfit(self, operation: &'static str, kind: &'static str, way_out: &'static str) -> Undefined {
        Undefined::Unfit { operation, kind, value: self.to_string(), way_out }
    }

    /// A number of hundredths.
    pub fn percent(self) -> Result {
        Ok(Self::Percentage(self.number("a percent sign")?.divide(Number::integer(100))?))
    }

    /// A percentage as the number that it is where it is no part of anything.
    pub fn plain(self) -> Self {
        if let Self::Percentage(number) = self { Self::Number(number) } else { self }
    }

    /// The number, for an operation that takes nothing else.
    fn number(self, operation: &'static str) -> Result<Number> {
        match self {
            Self::Number(number) | Self::Percentage(number) => Ok(number),
            Self::Duration(_) => Err(self.unfit(operation, "duration", BARE)),
            Self::Clock(_) => Err(self.unfit(operation, "clock time", SINCE)),
        }
    }

    pub fn add(self, other: Self) -> Result {
        match (self, other) {
            (Self::Percentage(a), Self::Percentage(b)) => return Ok(Self::Percentage(a.add(b)?)),
            (Self::Number(_) | Self::Duration(_), Self::Percentage(_)) => return self.add(self.multiply(other)?),
            _ => {}
        }
        match (self.plain(), other.plain()) {
            (Self::Number(a), Self::Number(b)) => Ok(Self::Number(a.add(b)?)),
            (Self::Duration(a), Self::Duration(b)) => Ok(Self::Duration(a.add(b)?)),
            (Self::Clock(a), Self::Duration(b)) | (Self::Duration(a), Self::Clock(b)) => {
                Self::round_the_clock(a.add(b)?)
            }
            (Self::Clock(_), _) | (_, Self::Clock(_)) => Err(self.unlike(other, "added", STEP)),
            _ => Err(self.unlike(other, "added", UNIT)),
        }
    }

    pub fn subtract(self, other: Self) -> Result {
        match (self, other) {
            (Self::Percentage(a), Self::Percentage(b)) => return Ok(Self::Percentage(a.subtract(b)?)),
            (Self::Number(_) | Self::Duration(_), Self::Percentage(_)) => return self.subtract(self.multiply(other)?),
            _ => {}
        }
        match (self.plain(), other.plain()) {
            (Self::Number(a), Self::Number(b)) => Ok(Self::Number(a.subtract(b)?)),
            (Self::Duration(a), Self::Duration(b)) | (Self::Clock(a), Self::Clock(b)) => {
                Ok(Self::Duration(a.subtract(b)?))
            }
            (Self::Clock(a), Self::Duration(b)) => Self::round_the_clock(a.subtract(b)?),
            (Self::Clock(_), _) | (_, Self::Clock(_)) => Err(self.unlike(other, "subtracted", STEP)),
            _ => Err(self.unlike(other, "subtracted", UNIT)),
        }
    }

    pub fn multiply(self, other: Self) -> Result {
        match (self.plain(), other.plain()) {
            (Self::Number(a), Self::Number(b)) => Ok(Self::Number(a.multiply(b)?)),
            (Self::Duration(a), Self::Number(b)) | (Self::Number(a), Self::Duration(b)) => {
                Ok(Self::Duration(a.multiply(b)?))
            }
            (Self::Clock(_), _) | (_, Self::Clock(_)) => Err(self.unlike(other, "multiplied", SINCE)),
            _ => Err(self.unlike(other, "multiplied", FACTOR)),
        }
    }

    pub fn divide(self, other: Self) -> Result {
        match (self.plain(), other.plain()) {
            (Self::Number(a), Self::Number(b)) | (Self::Duration(a), Self::Duration(b)) => {
                Ok(Self::Number(a.divide(b)?))
            }
            (Self::Duration(a), Self::Number(b)) => Ok(Self::Duration(a.divide(b)?)),
            (Self::Clock(_), _) | (_, Self::Clock(_)) => Err(self.unlike(other, "divided", SINCE)),
            _ => Err(self.unlike(other, "divided", UNIT)),
        }
    }

    pub fn remainder(self, other: Self) -> Result {
        match (self.plain(), other.plain()) {
            (Self::Number(a), Self::Number(b)) => Ok(Self::Number(a.remainder(b)?)),
            (Self::Duration(a), Self::Duration(b)) => Ok(Self::Duration(a.remainder(b)?)),
            (Self::Clock(_), _) | (_, Self::Clock(_)) => Err(self.unlike(other, "divided", SINCE)),
            _ => Err(self.unlike(other, "divided", UNIT)),
        }
    }

    pub fn power(self, exponent: Self) -> Result {
        match (self.plain(), exponent.plain()) {
            (Self::Number(a), Self::Number(b)) => Ok(Self::Number(a.power(b)?)),
            (Self::Clock(_), _) | (_, Self::Clock(_)) => Err(self.unlike(exponent, "base and exponent", SINCE)),
            _ => Err(self.unlike(exponent, "base and exponent", BARE)),
        }
    }

    pub fn negate(self) -> Result {
        match self {
            Self::Number(number) => Ok(Self::Number(number.negate())),
            Self::Percentage(number) => Ok(Self::Percentage(number.negate())),
            Self::Duration(seconds) => Ok(Self::Duration(seconds.negate())),
            Self::Clock(_) => Err(self.unfit("a sign", "clock time", SINCE)),
        }
    }

    pub fn floor(self) -> Result {
        Ok(Self::Number(self.number("floor")?.floor()))
    }

    pub fn ceil(self) -> Result {
        Ok(Self::Number(self.number("ceil")?.ceil()))
    }

    pub fn round(self, places: Self) -> Result {
        Ok(Self::Number(self.number("round")?.round(places.number("round")?)?))
    }

    pub fn square_root(self) -> Result {
        Ok(Self::Number(self.number("sqrt")?.square_root()?))
    }

    pub fn absolute(self) -> Result {
        match self {
            Self::Number(number) | Self::Percentage(number) => Ok(Self::Number(number.absolute())),
            Self::Duration(seconds) => Ok(Self::Duration(seconds.absolute())),
            Self::Clock(_) => Err(self.unfit("abs", "clock time", SINCE)),
        }
    }

    pub fn smaller(self, other: Self) -> Result {
        self.either(other, Number::smaller)
    }

    pub fn larger(self, other: Self) -> Result {
        self.either(other, Number::larger)
    }

    /// One of two of the same kind.
    fn either(self, other: Self, choose: impl FnOnce(Number, Number) -> Number) -> Result {
        match (self.plain(), other.plain()) {
            (Self::Number(a), Self::Number(b)) => Ok(Self::Number(choose(a, b))),
            (Self::Duration(a), Self::Duration(b)) => Ok(Self::Duration(choose(a, b))),
            (Self::Clock(a), Self::Clock(b)) => Ok(Self::Clock(choose(a, b))),
            _ => Err(self.unlike(other, "compared", ALIKE)),
        }
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Number(number) | Self::Percentage(number) => write!(f, "{number}"),
            Self::Duration(seconds) => write_duration(f, seconds),
            Self::Clock(seconds) => write_clock(f, seconds),
        }
    }
}

/// In hours, minutes and seconds, such as `-2 h 45 min` or `0.5 s`. What is too large or too small to be written without
/// an exponent is in seconds alone.
fn write_duration(f: &mut fmt::Formatter<'_>, seconds: Number) -> fmt::Result {
    if seconds.is_negative() {
        f.write_str("-")?;
    }
    // Parts of the seconds as they would be written, so that none of the parts is rounded up to 60.
    let written = seconds.absolute().to_string();
    let parts = match Number::literal(&written) {
        // With the few decimal places that are written, d is far from the limit.
        Ok(Number::Exact(n, d)) if !written.contains('e') => [
            (Number::integer(n / (60 * 60 * d)), "h"),
            (Number::integer(n / (60 * d) % 60), "min"),
            (Number::Exact(n % (60 * d), d), "s"),
        ],
        _ => return write!(f, "{written} s"),
    };
    let parts = parts.iter().filter(|(count, _)| !count.is_zero());
    let parts: Vec<_> = parts.map(|(count, unit)| format!("{count} {unit}")).collect();
    if parts.is_empty() { f.write_str("0 min") } else { f.write_str(&parts.join(" ")) }
}

/// Such as `05:45` or `22:12:30`, to the nearest second.
fn write_clock(f: &mut fmt::Formatter<'_>, seconds: Number) -> fmt::Result {
    let whole = match Number::literal(&seconds.to_string()) {
        Ok(Number::Exact(n, d)) => n / d + i128::from(2 * (n % d) >= d),
        // Too little to be a fraction of 128-bit integers.
        _ => 0,
    };
    write!(f, "{:02}:{:02}", whole / (60 * 60), whole / 60 % 60)?;
    if whole % 60 == 0 { Ok(()) } else { write!(f, ":{:02}", whole % 60) }
}
