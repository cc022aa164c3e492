//! The time of day, whatever the system's clock says: it may stand before 1970, or beyond the years that dates have.

use std::time::{Duration, SystemTime};

/// The last second of the year 9999: beyond it no date of HTTP can be written.
const LAST: i64 = 253_402_300_799;

/// Seconds since 1970; negative before.
pub fn now() -> i64 {
    let seconds = |time: Duration| i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    match SystemTime::now().duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => seconds(after),
        Err(before) => -seconds(before.duration()),
    }
}

/// Whether `time` can be written as a date of HTTP.
pub fn has_date(time: i64) -> bool {
    (0..=LAST).contains(&time)
}
