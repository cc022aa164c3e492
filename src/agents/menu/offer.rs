//! What could stand on a menu, with how much sense it makes, and the choice of what does.

use super::MOST_ITEMS;
use super::view::View;
use crate::heist::Move;

/// A move that could stand on the menu.
pub(super) struct Offer {
    /// How much sense it makes: the more, the higher.
    pub(super) score: i32,
    pub(super) does: Move,
}

/// The offers of one menu.
#[derive(Default)]
pub(super) struct Offers(Vec<Offer>);

/// What makes a menu dull: each further move of a kind makes so much less sense, by the kind.
const fn dulls(mv: &Move) -> i32 {
    match mv {
        Move::Settle { .. } | Move::Correct { .. } => 5,
        Move::Report { .. } => 50,
        Move::Ask { .. } | Move::Assign { .. } => 90,
        _ => 60,
    }
}

/// Of one kind there are at most so many.
const fn most(mv: &Move) -> usize {
    match mv {
        Move::Report { .. } | Move::Settle { .. } => 6,
        Move::Propose { .. } | Move::Support { .. } | Move::Oppose { .. } | Move::Assign { .. } => 3,
        _ => 2,
    }
}

impl Offers {
    pub(super) fn add(&mut self, score: i32, does: Move) {
        match self.0.iter_mut().find(|offer| offer.does == does) {
            Some(offer) => offer.score = offer.score.max(score),
            None => self.0.push(Offer { score, does }),
        }
    }

    /// Leaves nothing but decisions, if there are any: what the planner's last words are for.
    pub(super) fn decide(&mut self) {
        self.leave(|mv| matches!(mv, Move::Settle { .. }));
    }

    /// Leaves out questions, for who has the last word, whom nobody can answer any more; whether anything else is left.
    pub(super) fn close(&mut self) -> bool {
        self.leave(|mv| !matches!(mv, Move::Ask { .. }));
        !self.0.is_empty()
    }

    /// Leaves what is wanted, if there is any of it.
    fn leave(&mut self, is_wanted: impl Fn(&Move) -> bool) {
        if self.0.iter().any(|offer| is_wanted(&offer.does)) {
            self.0.retain(|offer| is_wanted(&offer.does));
        }
    }

    /// Sees to it that there is something: a question about whatever the one that is asked is for.
    pub(super) fn fall_back(&mut self, view: &View) {
        for other in view.others() {
            let business = view.trade_of(&other.name).slots();
            let open = business.iter().find(|slot| view.slot(**slot).settled.is_none());
            if self.0.len() < 2
                && let Some(slot) = open.or_else(|| business.first())
            {
                self.0
                    .push(Offer { score: 0, does: Move::Ask { agent: other.name.clone(), about: slot.name().into() } });
            }
        }
    }

    /// The best of them, the best first, and not too many of a kind.
    pub(super) fn best(mut self) -> Vec<Move> {
        let mut chosen: Vec<Move> = Vec::new();
        while chosen.len() < MOST_ITEMS {
            let like = |mv: &Move| chosen.iter().filter(|other| other.kind() == mv.kind()).count();
            let score =
                |offer: &Offer| offer.score - dulls(&offer.does) * i32::try_from(like(&offer.does)).unwrap_or(i32::MAX);
            let fitting = self.0.iter().enumerate().filter(|(_, offer)| like(&offer.does) < most(&offer.does));
            // Of equals the first.
            let best = fitting.rev().max_by_key(|(_, offer)| score(offer)).map(|(place, _)| place);
            let Some(place) = best else { break };
            chosen.push(self.0.remove(place).does);
        }
        chosen
    }
}
