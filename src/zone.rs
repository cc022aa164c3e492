//! Times as the person's clock shows them, in the zone that the system is set to.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The zone of the person's clock.
#[must_use]
pub fn zone() -> TimeZone {
    TimeZone::system()
}

/// A moment that is written as events write it, in a zone: `2026-01-31 13:00`. None if it is none.
#[must_use]
pub fn local(at: &str, zone: &TimeZone) -> Option<String> {
    let at: Timestamp = at.parse().ok()?;
    Some(at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string())
}

#[cfg(test)]
mod tests {
    use jiff::tz::Offset;

    use super::*;

    #[test]
    fn the_clock_says_what_it_says_there() {
        let at = "2026-01-31T23:30:00.000Z";
        assert_eq!(local(at, &TimeZone::UTC).as_deref(), Some("2026-01-31 23:30"));
        let east = TimeZone::fixed(Offset::constant(1));
        assert_eq!(local(at, &east).as_deref(), Some("2026-02-01 00:30"));
        assert_eq!(local("yesterday", &east), None);
    }
}
