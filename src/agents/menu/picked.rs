//! What is picked from a menu: a few moves that go together.

use super::{Item, Menu};
use crate::heist::{MOST_MOVES, Move};

/// The items with these numbers, as far as they go together; the best if nothing else is left, and the first act if there is any
/// and none was picked, or the slip that is planned; and before all others the answer to the player.
pub(super) fn picked(menu: &Menu, numbers: &[usize]) -> Vec<Item> {
    let items = &menu.items;
    let chosen = || numbers.iter().filter_map(|number| items.get(number.checked_sub(1)?));
    let [slip, answer] = [menu.slip, menu.answer].map(|place| place.and_then(|place| items.get(place)));
    let is_due = |item: &&Item| item.act.is_some() || slip == Some(*item);
    let due = answer.filter(is_due).or_else(|| chosen().find(is_due)).or_else(|| items.iter().find(is_due));
    let mut picked: Vec<Item> = Vec::with_capacity(MOST_MOVES);
    // What is due has its place before what does not go with it.
    picked.extend(due.cloned());
    for item in answer.into_iter().chain(chosen()) {
        if picked.len() < MOST_MOVES && picked.iter().all(|other| go_together(&other.does, &item.does)) {
            picked.push(item.clone());
        }
    }
    // Whoever answers has something to say besides, so that an act beside the answer is not told by how much is said.
    if answer.is_some() && picked.len() < 2 {
        let fits = |item: &&Item| item.act.is_none() && picked.iter().all(|other| go_together(&other.does, &item.does));
        picked.extend(items.iter().find(fits).cloned());
    }
    if picked.is_empty() {
        picked.extend(items.first().cloned());
    }
    // In the order in which they were picked, so that an act stands where it was put.
    let place = |item: &Item| {
        if answer == Some(item) {
            return 0;
        }
        let number = items.iter().position(|other| other == item).map_or(0, |place| place + 1);
        numbers.iter().position(|picked| *picked == number).unwrap_or(numbers.len()) + 1
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
        (Move::Conclude { .. } | Move::Assign { .. }, _)
        | (Move::Reopen { .. }, Move::Propose { .. } | Move::Oppose { .. } | Move::Support { .. })
        | (Move::Defer { .. }, Move::Ask { .. }) => true,
        (Move::Oppose { value, .. }, Move::Propose { value: other, .. } | Move::Support { value: other, .. }) => {
            value != other
        }
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
        places_of(&Menu { items: items.to_vec(), ..Menu::default() }, numbers)
    }

    fn places_of(menu: &Menu, numbers: &[usize]) -> Vec<usize> {
        let place = |one: &Item| menu.items.iter().position(|other| other == one).unwrap() + 1;
        picked(menu, numbers).iter().map(place).collect()
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
        let menu = Menu { items: menu(), slip: Some(4), answer: None };
        for (numbers, picks) in [(&[7][..], &[7, 5][..]), (&[5, 7], &[5, 7]), (&[6], &[5])] {
            assert_eq!(places_of(&menu, numbers), picks, "{numbers:?}");
        }
    }

    #[test]
    fn who_is_asked_answers_first_and_acts_all_the_same() {
        let mut menu = Menu { items: menu(), slip: None, answer: Some(4) };
        for (numbers, picks) in [(&[][..], &[5, 1][..]), (&[3], &[5, 3]), (&[7, 5], &[5, 7]), (&[6, 3], &[5, 3])] {
            assert_eq!(places_of(&menu, numbers), picks, "{numbers:?}");
        }
        menu.items[3].act = Some(ActKind::Deferred);
        assert_eq!(places_of(&menu, &[7, 1]), [5, 7, 4]);
        assert_eq!(
            (menu.lacking(&[7, 1]), menu.lacking(&[5]), menu.lacking(&[4]), menu.lacking(&[4, 5])),
            (2, 1, 1, 0)
        );
        menu.answer = Some(3);
        assert_eq!(places_of(&menu, &[5, 1]), [4, 5]);
        assert_eq!((menu.lacking(&[5]), menu.lacking(&[4])), (1, 0));
    }
}
