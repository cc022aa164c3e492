//! Walks: the shortest way through the building from one place to another.

use crate::{Bank, Passage};

/// A walk through the building.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Walk {
    /// How far it is.
    pub metres: u32,
    /// How many minutes it takes with a bag; none if it leads nowhere.
    pub minutes: u32,
    /// The places it leads through, of [`Bank::places`], from its beginning to its end, and how many metres it is to each.
    pub places: Vec<(usize, u32)>,
}

impl Walk {
    /// The places with the whole minutes after which one is there, the last after [`Walk::minutes`].
    pub fn by_minute(&self) -> impl Iterator<Item = (usize, u32)> {
        self.places.iter().map(|(place, metres)| (*place, metres * self.minutes / self.metres.max(1)))
    }

    /// The same walk from its end to its beginning.
    #[must_use]
    pub fn back(&self) -> Self {
        let places = self.places.iter().rev().map(|(place, metres)| (*place, self.metres - metres)).collect();
        Self { places, ..*self }
    }

    /// The shortest walk between two of so many places: see [`Bank::walk`].
    pub(crate) fn shortest(count: usize, passages: &[Passage], from: usize, to: usize) -> Option<Self> {
        // By place: how far it is from the beginning, and from where one comes.
        let mut best: Vec<Option<(u32, usize)>> = vec![None; count];
        let mut done = vec![false; count];
        *best.get_mut(from)? = Some((0, from));
        loop {
            let reached = best.iter().zip(&done).enumerate();
            let open = reached.filter_map(|(place, (best, done))| best.filter(|_| !done).map(|(far, _)| (far, place)));
            let (far, here) = open.min()?;
            if here == to {
                break;
            }
            *done.get_mut(here)? = true;
            for passage in passages {
                let next = match passage {
                    Passage { from, to, .. } if *from == here => *to,
                    Passage { from, to, .. } if *to == here => *from,
                    Passage { .. } => continue,
                };
                let way = far + passage.metres;
                let known = best.get_mut(next)?;
                if known.is_none_or(|(far, _)| way < far) {
                    *known = Some((way, here));
                }
            }
        }
        let back = std::iter::successors(Some(to), |&place| {
            let (_, before) = (*best.get(place)?)?;
            (before != place).then_some(before)
        });
        let mut places: Vec<_> = back.filter_map(|place| Some((place, (*best.get(place)?)?.0))).collect();
        places.reverse();
        let metres = places.last()?.1;
        let minutes = if from == to { 0 } else { Passage::minutes(metres) };
        Some(Self { metres, minutes, places })
    }
}

impl Bank {
    /// The shortest walk from one place to another, of [`Bank::places`]; of two that are equally long the one over the
    /// places that stand first. None if there is none.
    #[must_use]
    pub fn walk(&self, from: usize, to: usize) -> Option<Walk> {
        Walk::shortest(self.places.len(), &self.passages, from, to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn walks_from_the_vault_are_what_the_layout_says() {
        let bank = Bank::first_meridian();
        for (exit, minutes, metres) in
            [("loading dock", 2, 70), ("staff door", 3, 110), ("roof hatch", 5, 160), ("service tunnel", 1, 45)]
        {
            let walk = bank.walk(bank.vault.at, bank.place(exit).unwrap()).unwrap();
            assert_eq!((walk.minutes, walk.metres), (minutes, metres), "{exit}");
        }
    }

    #[test]
    fn a_walk_leads_from_its_beginning_to_its_end_and_back_over_the_same_places() {
        let bank = Bank::first_meridian();
        for (from, to) in (0..bank.places.len()).flat_map(|from| (0..bank.places.len()).map(move |to| (from, to))) {
            let walk = bank.walk(from, to).unwrap();
            assert_eq!((walk.places[0], walk.places.last()), ((from, 0), Some(&(to, walk.metres))));
            assert!(walk.by_minute().is_sorted_by_key(|(_, minute)| minute));
            assert_eq!(walk.by_minute().last(), Some((to, walk.minutes)));
            let return_walk = walk.back();
            assert_eq!((return_walk.places[0], return_walk.metres), ((to, 0), bank.walk(to, from).unwrap().metres));
            let steps = walk.places.windows(2).all(|pair| {
                let joined = |passage: &Passage| {
                    [(passage.from, passage.to), (passage.to, passage.from)].contains(&(pair[0].0, pair[1].0))
                        && passage.metres == pair[1].1 - pair[0].1
                };
                bank.passages.iter().any(joined)
            });
            assert!(steps, "{walk:?}");
        }
    }

    #[test]
    fn there_is_no_walk_to_what_is_not_joined() {
        let mut bank = Bank::first_meridian();
        let hatch = bank.place("roof hatch").unwrap();
        bank.passages.retain(|passage| passage.to != hatch);
        assert_eq!(bank.walk(bank.vault.at, hatch), None);
        assert_eq!(bank.walk(99, hatch), None);
    }
}
