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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_http_can_write_is_a_date() {
        assert!(has_date(now()));
        for (time, has) in
            [(0, true), (LAST, true), (-1, false), (LAST + 1, false), (i64::MIN, false), (i64::MAX, false)]
        {
            assert_eq!(has_date(time), has, "{time}");
        }
    }
}
