//! What is picked from a menu: a few moves that go together.

use super::Item;
use crate::heist::{MOST_MOVES, Move};

/// The items with these numbers, as far as they go together; the best if nothing else is left, and the first act if there is any
/// and none was picked, or the slip that is planned.
pub(super) fn picked(items: &[Item], slip: Option<usize>, numbers: &[usize]) -> Vec<Item> {
    let chosen = || numbers.iter().filter_map(|number| items.get(number.checked_sub(1)?));
    let slip = slip.and_then(|place| items.get(place));
    let is_due = |item: &&Item| item.act.is_some() || slip == Some(*item);
    let due = chosen().find(is_due).or_else(|| items.iter().find(is_due));
    let mut picked: Vec<Item> = Vec::with_capacity(MOST_MOVES);
    // What is due has its place before what does not go with it.
    picked.extend(due.cloned());
    for item in chosen() {
        if picked.len() < MOST_MOVES && picked.iter().all(|other| go_together(&other.does, &item.does)) {
            picked.push(item.clone());
        }
    }
    if picked.is_empty() {
        picked.extend(items.first().cloned());
    }
    // In the order in which they were picked, so that an act stands where it was put.
    let place = |item: &Item| {
        let number = items.iter().position(|other| other == item).map_or(0, |place| place + 1);
        numbers.iter().position(|picked| *picked == number).unwrap_or(numbers.len())
    };
    picked.sort_by_key(place);
    picked
}

/// Whether one message can mean both.
fn go_together(one: &Move, other: &Move) -> bool {
    if one == other {
        return false;
    }
    let topic = |mv: &Move| match mv {
        Move::Report { fact, .. } | Move::Correct { fact, .. } => Some(fact.clone()),
        Move::Ask { about, .. } => Some(about.clone()),
        _ => None,
    };
    if topic(one).is_some() && topic(one) == topic(other) {
        return false;
    }
    let same = one.slot().is_some() && one.slot() == other.slot();
    !same || fits(one, other) || fits(other, one)
}

/// Whether a move on a slot can go before another on the same slot.
fn fits(one: &Move, other: &Move) -> bool {
    match (one, other) {
        (
            Move::Conclude { .. } | Move::Assign { .. },
            Move::Assign { .. } | Move::Ask { .. } | Move::Conclude { .. },
        ) => one.kind() != other.kind(),
        (Move::Conclude { .. } | Move::Assign { .. }, _) => true,
        (Move::Oppose { value, .. }, Move::Propose { value: other, .. } | Move::Support { value: other, .. }) => {
            value != other
        }
        (Move::Reopen { .. }, Move::Propose { .. } | Move::Oppose { .. } | Move::Support { .. }) => true,
        (Move::Defer { .. }, Move::Ask { .. }) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use heist_bank::Slot;

    use super::*;
    use crate::heist::ActKind;

    fn item(does: Move, act: Option<ActKind>) -> Item {
        let words = format!("{} {:?}.", does.kind(), does.slot());
        Item { does, words, act }
    }

    fn menu() -> Vec<Item> {
        let (slot, because) = (Slot::Route, None);
        let value = "dock".to_owned();
        vec![
            item(Move::Propose { slot, value: value.clone(), because: None }, None),
            item(Move::Oppose { slot, value: value.clone(), because: None }, None),
            item(Move::Support { slot, value: "roof".into(), because }, None),
            item(Move::Defer { slot }, None),
            item(Move::Report { fact: "gap".into(), value: "1".into(), source: String::new() }, None),
            item(Move::Ask { agent: "intel".into(), about: "gap".into() }, None),
            item(Move::Assign { agent: "intel".into(), slot }, None),
        ]
    }

    fn places(items: &[Item], numbers: &[usize]) -> Vec<usize> {
        let place = |one: &Item| items.iter().position(|other| other == one).unwrap() + 1;
        picked(items, None, numbers).iter().map(place).collect()
    }

    #[test]
    fn what_does_not_go_together_is_not_picked_together() {
        let items = menu();
        for (numbers, picks) in [
            (&[][..], &[1][..]),
            (&[0, 9], &[1]),
            (&[5, 5, 5], &[5]),
            (&[1, 2, 5], &[1, 5]),
            (&[2, 3, 7], &[2, 3, 7]),
            (&[3, 2], &[3, 2]),
            (&[4, 1, 3], &[4]),
            (&[5, 6], &[5]),
            (&[7, 6, 5, 3], &[7, 6, 3]),
        ] {
            assert_eq!(places(&items, numbers), picks, "{numbers:?}");
        }
    }

    #[test]
    fn a_mole_that_is_to_act_does() {
        let mut items = menu();
        items[3].act = Some(ActKind::Deferred);
        assert_eq!(places(&items, &[4, 5]), [4, 5]);
        assert_eq!(places(&items, &[5, 7]), [5, 7, 4]);
        assert_eq!(places(&items, &[5, 1]), [5, 4]);
        assert_eq!(places(&items, &[1, 2]), [4]);
        assert_eq!(places(&items, &[]), [4]);
    }

    #[test]
    fn a_slip_that_is_planned_is_made() {
        let items = menu();
        let does = |numbers: &[usize]| {
            picked(&items, Some(4), numbers).iter().map(|item| item.does.kind()).collect::<Vec<_>>()
        };
        assert_eq!(does(&[7]), ["assign", "report"]);
        assert_eq!(does(&[5, 7]), ["report", "assign"]);
        assert_eq!(does(&[6]), ["report"]);
    }
}
