//! Achievements: what the player's games have come to, once and for all. They follow from the database alone.

use std::collections::BTreeSet;

use heist_bank::{Bank, Plan, Slot, job, mended};
use serde::Serialize;

use crate::heist::{Difficulty, Strategy};
use crate::store::Counted;

/// How many games make a regular.
const REGULAR: usize = 10;

/// Something to achieve.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Achievement {
    /// What it is called.
    pub name: &'static str,
    /// What is to be done for it.
    pub how: &'static str,
    /// When that was first done; none if it was not yet.
    pub earned: Option<String>,
}

/// All of them, by the player's games that count, the oldest first.
pub(super) fn achievements(games: &[Counted]) -> Vec<Achievement> {
    let first = |is_it: &dyn Fn(&Counted) -> bool| games.iter().find(|game| is_it(game));
    let caught = |is_it: &dyn Fn(&Counted) -> bool| first(&|game| game.caught && is_it(game));
    let mut strategies = BTreeSet::new();
    let each = games.iter().filter(|game| game.caught).find(|game| {
        strategies.extend(&game.strategy);
        strategies.len() == Strategy::ALL.len()
    });
    let all = [
        ("first catch", "name a mole", caught(&|_| true)),
        ("quick ear", "name the mole in the first half of the turns", caught(&|game| game.early)),
        ("blindfold", "name the mole in a blind game", caught(&|game| game.blind == Some(true))),
        ("hard case", "name the mole on hard difficulty", caught(&is_hard)),
        ("own mind", "name the mole while the detector suspects another", caught(&|game| game.ahead)),
        ("full set", "name a mole of each of the five strategies", each),
        ("clean sweep", "escape with the most that a plan could bring", first(&is_most)),
        ("regular", "guess in ten games", games.get(REGULAR - 1)),
    ];
    all.map(|(name, how, game)| Achievement { name, how, earned: game.map(|game| game.at.clone()) }).into()
}

fn is_hard(game: &Counted) -> bool {
    game.difficulty.as_deref() == Some(Difficulty::Hard.name())
}

/// Whether no plan for the bank brings more than what got away.
fn is_most(game: &Counted) -> bool {
    game.loot > 0 && game.loot >= most(&game.bank.bank())
}

/// What the best of all plans for a bank brings, in thousands.
fn most(bank: &Bank) -> u32 {
    job(bank, &mended(bank, &Plan::default(), &Slot::ALL)).loot
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heist::BankInfo;

    /// A game in which an innocent was named and the crew was caught.
    fn lost(number: usize) -> Counted {
        Counted {
            at: format!("2026-01-{number:02}T12:00:00.000Z"),
            caught: false,
            strategy: Some("false_info".into()),
            difficulty: Some("hard".into()),
            blind: Some(true),
            early: true,
            ahead: true,
            bank: BankInfo::default(),
            loot: 0,
        }
    }

    fn won(number: usize) -> Counted {
        Counted {
            caught: true,
            difficulty: Some("normal".into()),
            blind: Some(false),
            early: false,
            ahead: false,
            ..lost(number)
        }
    }

    /// Those that are earned, with the day of the month.
    fn earned(games: &[Counted]) -> Vec<(&'static str, u32)> {
        let all = achievements(games).into_iter();
        all.filter_map(|it| Some((it.name, it.earned?.get(8..10)?.parse().ok()?))).collect()
    }

    #[test]
    fn only_a_right_guess_earns_what_is_for_one() {
        assert_eq!(achievements(&[]).iter().filter(|it| it.earned.is_some()).count(), 0);
        assert_eq!(earned(&[lost(1), lost(2)]), []);
        assert_eq!(earned(&[lost(1), won(2), won(3)]), [("first catch", 2)]);
        let best = Counted { caught: true, ..lost(4) };
        assert_eq!(
            earned(&[won(3), best]),
            [("first catch", 3), ("quick ear", 4), ("blindfold", 4), ("hard case", 4), ("own mind", 4)]
        );
    }

    #[test]
    fn a_mole_of_each_strategy_and_ten_games_take_their_time() {
        let of = |number: usize, strategy: Strategy| Counted { strategy: Some(strategy.name().into()), ..won(number) };
        let mut games: Vec<_> = (1..).zip(Strategy::ALL).map(|(number, strategy)| of(number, strategy)).collect();
        games.insert(0, of(9, Strategy::ALL[0]));
        games[3].caught = false;
        assert!(!earned(&games).iter().any(|(name, _)| *name == "full set"));
        games.push(Counted { strategy: games[3].strategy.clone(), ..won(11) });
        assert!(earned(&games).contains(&("full set", 11)));
        let games: Vec<_> = (1..=10).map(lost).collect();
        assert_eq!(earned(&games), [("regular", 10)]);
        assert_eq!(earned(&games[..9]), []);
    }

    #[test]
    fn the_most_is_what_the_best_plan_brings_and_no_less() {
        for seed in 0..5 {
            let bank = Bank::of(seed);
            let most = most(&bank);
            let game = |loot| Counted { bank: BankInfo::of(&bank), loot, ..lost(1) };
            assert_eq!(earned(&[game(most - 1)]), []);
            assert_eq!(earned(&[game(most)]), [("clean sweep", 1)]);
        }
        assert_eq!(earned(&[lost(1)]), [], "nothing is not the most");
    }
}
