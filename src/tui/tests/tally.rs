//! What is counted of a heist.

use super::story::to_the_guess;
use crate::session::Signal;
use crate::tui::tally::{Deeds, Tally};

fn tally() -> Tally {
    let mut tally = Tally::default();
    for signal in to_the_guess().hint().tell() {
        if let Signal::Recorded(event) = signal {
            tally.take(&event.kind);
        }
    }
    tally
}

#[test]
fn deeds_are_counted() {
    let tally = tally();
    assert_eq!(tally.deeds(1).in_words(), "2 messages, 2 calls, 1 failed");
    assert_eq!(tally.deeds(2).in_words(), "1 message, 1 call, 1 denied");
    assert_eq!(tally.deeds(5), Deeds::default());
    assert_eq!(tally.deeds(9), Deeds::default());
    assert_eq!(tally.hints, [7]);
}

#[test]
fn the_course_has_a_point_for_each_turn() {
    let tally = tally();
    let course: Vec<_> = tally.course(1).collect();
    assert_eq!(course.iter().map(|stand| stand.turn).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6, 7]);
    assert!(!course[0].first && course[1].first && course[6].score > course[1].score);
    assert_eq!(tally.first_from(1), Some(2));
    assert_eq!(tally.first_from(0), None);
}
