//! The figures over many games: how well moles hide, and how well the detector finds them.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use super::result::{GameResult, Job};
use super::talk::{self, Honest, Sabotage};
use crate::heist::Strategy;
use crate::suspicion::fit::Figures;

/// What came of all games. Scores are the detector's last probabilities.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Outcome {
    /// Games with a mole.
    pub games: u64,
    /// The share of them in which the first suspect was the mole.
    pub top1: f64,
    /// How likely a mole has a higher score than somebody honest, over all games (area under the ROC curve).
    pub auroc: f64,
    /// The mean square of score less truth, over all agents of all games (Brier score).
    pub brier: f64,
    /// How far the scores are from what comes true, in ten groups weighted by their size (expected calibration error).
    pub ece: f64,
    /// The mean negative natural logarithm of the mole's score.
    pub log_loss: f64,
    /// The same after each round.
    pub by_round: Vec<Round>,
    /// The games of each strategy.
    pub by_strategy: BTreeMap<Strategy, Share>,
    /// The games without a mole.
    pub no_mole: NoMole,
    /// Heists played in a second; none where they were played elsewhere.
    pub heists_per_s: Option<f64>,
    /// Messages said in all heists.
    pub messages: u64,
    /// What the moles did.
    pub sabotage: Sabotage,
    /// What the others said.
    pub honest: Honest,
    /// How often the plans of games with a mole get away.
    pub escaped: Escaped,
}

/// How good the detector is after a round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[allow(clippy::struct_field_names, reason = "what the output calls it")]
pub struct Round {
    /// The round.
    pub round: usize,
    /// The share of games in which the first suspect was the mole.
    pub top1: f64,
    /// The area under the ROC curve.
    pub auroc: f64,
    /// The expected calibration error.
    pub ece: f64,
}

/// The share of games in which the crew gets away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Escaped {
    /// With the plan as it stood, and the mole at large.
    pub as_played: f64,
    /// With every act of sabotage set right.
    pub set_right: f64,
    /// The share of games in which that makes the difference.
    pub decided: f64,
}

/// How many games there were of a strategy, and how the detector fared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Share {
    /// Games.
    pub games: u64,
    /// The share of them in which the first suspect was the mole.
    pub top1: f64,
    /// How often the crew got away.
    pub escaped: Escaped,
}

/// How many games there were without a mole, and in how many the detector would have accused somebody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct NoMole {
    /// Games.
    pub games: u64,
    /// Those in which somebody's score was over one half.
    pub accused: u64,
}

/// How good the detector is over these games.
pub(super) fn figures<'a>(games: impl IntoIterator<Item = &'a GameResult>, round: Option<usize>) -> Figures {
    Figures::of(&games.into_iter().filter_map(|game| game.scored(round)).collect::<Vec<_>>())
}

pub(super) fn outcome(played: &[GameResult], took: Option<(usize, Duration)>) -> Outcome {
    let with: Vec<&GameResult> = played.iter().filter(|game| game.mole.is_some()).collect();
    let Figures { games, top1, auroc, brier, ece, log_loss, without, accused } = figures(played, None);
    let rounds = played.iter().map(|game| game.scores.len()).max().unwrap_or(0);
    let by_round = (1..=rounds).map(|round| {
        let Figures { top1, auroc, ece, .. } = figures(played, Some(round));
        Round { round, top1, auroc, ece }
    });
    let by_strategy = Strategy::ALL.into_iter().filter_map(|strategy| {
        let games: Vec<_> = with.iter().copied().filter(|game| game.strategy == Some(strategy)).collect();
        let top1 = figures(games.iter().copied(), None).top1;
        let share = Share { games: games.len() as u64, top1, escaped: escaped(&games) };
        (share.games > 0).then_some((strategy, share))
    });
    let (sabotage, honest) = talk::counted(&played.iter().map(|game| game.talk).collect::<Vec<_>>());
    Outcome {
        games: games as u64,
        top1,
        auroc,
        brier,
        ece,
        log_loss,
        by_round: by_round.collect(),
        by_strategy: by_strategy.collect(),
        no_mole: NoMole { games: without as u64, accused: accused as u64 },
        heists_per_s: took.map(|(heists, took)| float(heists) / took.as_secs_f64()),
        messages: played.iter().map(|game| game.messages).sum(),
        sabotage,
        honest,
        escaped: escaped(&with),
    }
}

/// How often the crew gets away in these games.
fn escaped(games: &[&GameResult]) -> Escaped {
    let share = |is: fn(Job) -> bool| {
        let played = games.iter().filter_map(|game| game.job);
        mean(played.map(|job| f64::from(u8::from(is(job)))))
    };
    Escaped {
        as_played: share(|job| job.as_stood),
        set_right: share(|job| job.set_right),
        decided: share(|job| job.as_stood != job.set_right),
    }
}

/// The mean; 0 of nothing.
fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    if count > 0.0 { sum / count } else { 0.0 }
}

/// A count to calculate with.
#[allow(clippy::cast_precision_loss, reason = "counts of games and agents")]
pub(super) fn float(count: usize) -> f64 {
    count as f64
}

/// How often the crew gets away, in words.
fn told(escaped: Escaped) -> String {
    let Escaped { as_played, set_right, decided } = escaped;
    let [as_played, set_right, decided] = [as_played, set_right, decided].map(|share| share * 100.0);
    format!("escapes in {as_played:.1} %, set right in {set_right:.1} %; an act decides {decided:.1} %")
}

pub(super) fn table(outcome: &Outcome) -> String {
    let Outcome { games, top1, auroc, brier, ece, log_loss, no_mole, heists_per_s, messages, .. } = outcome;
    let mut lines = vec![
        format!("{games} games with a mole: the first suspect was the mole in {:.1} %", top1 * 100.0),
        format!("AUROC {auroc:.3}, Brier {brier:.4}, ECE {ece:.4}, log loss {log_loss:.3}"),
    ];
    lines.extend(outcome.by_round.iter().map(|Round { round, top1, auroc, ece }| {
        format!("  after round {round}: {:.1} %, AUROC {auroc:.3}, ECE {ece:.4}", top1 * 100.0)
    }));
    let share = |(strategy, share): (&Strategy, &Share)| {
        let (found, gets_away) = (share.top1 * 100.0, told(share.escaped));
        format!("  {:<19} {:>4} games {found:>5.1} %; {gets_away}", strategy.name(), share.games)
    };
    lines.extend(outcome.by_strategy.iter().map(share));
    if no_mole.games > 0 {
        lines.push(format!("{} games without a mole: somebody was accused in {}", no_mole.games, no_mole.accused));
    }
    let Outcome { sabotage: Sabotage { acts, per_mole_turn, in_text }, honest, .. } = outcome;
    lines.push(format!(
        "{acts} acts of sabotage, in {:.1} % of the moles' messages; {:.1} % of them stand in the text",
        per_mole_turn * 100.0,
        in_text * 100.0
    ));
    let Honest { messages: said, contradictions } = honest;
    lines.push(format!("{contradictions} of {said} honest messages say otherwise than a source that was read"));
    lines.push(format!("the crew {}", told(outcome.escaped)));
    let speed = heists_per_s.map_or_else(String::new, |heists| format!(", {heists:.1} heists/s"));
    lines.push(format!("{messages} messages{speed}"));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn game(mole: Option<&str>, scores: &[(&str, f64)]) -> GameResult {
        let crew = scores.iter().map(|(agent, _)| (*agent).into()).collect();
        let strategy = mole.map(|_| Strategy::FalseInfo);
        let scores = vec![scores.iter().map(|(_, score)| *score).collect()];
        GameResult { crew, mole: mole.map(Into::into), strategy, scores, messages: 3, ..GameResult::default() }
    }

    fn close(one: f64, other: f64) -> bool {
        (one - other).abs() < 1e-12
    }

    #[test]
    fn a_detector_that_is_always_right_and_sure_has_the_best_figures() {
        let games = [game(Some("a"), &[("a", 1.0), ("b", 0.0)]), game(Some("b"), &[("a", 0.0), ("b", 1.0)])];
        let outcome = outcome(&games, Some((2, Duration::from_secs(2))));
        let best = [outcome.top1, outcome.auroc, outcome.heists_per_s.unwrap()];
        assert!(best.into_iter().all(|it| close(it, 1.0)), "{outcome:?}");
        assert!([outcome.brier, outcome.ece, outcome.log_loss].into_iter().all(|it| close(it, 0.0)), "{outcome:?}");
        assert_eq!((outcome.games, outcome.messages), (2, 6));
    }

    #[test]
    fn figures_are_those_calculated_by_hand() {
        let games = [
            game(Some("a"), &[("a", 0.6), ("b", 0.4)]),
            game(Some("a"), &[("a", 0.4), ("b", 0.6)]),
            game(None, &[("a", 0.51), ("b", 0.49)]),
            game(None, &[("a", 0.49), ("b", 0.49)]),
        ];
        let outcome = outcome(&games, None);
        assert!(close(outcome.top1, 0.5));
        assert!(close(outcome.auroc, 0.5), "one pair right, one wrong, two equal: {}", outcome.auroc);
        assert!(close(outcome.brier, (0.16 + 0.16 + 0.36 + 0.36) / 4.0));
        // Two groups, at 0.4 and at 0.6, each with one mole of two.
        assert!(close(outcome.ece, 0.1));
        assert!(close(outcome.log_loss, -(0.6_f64.ln() + 0.4_f64.ln()) / 2.0));
        assert_eq!(outcome.no_mole, NoMole { games: 2, accused: 1 });
        assert_eq!(outcome.by_strategy[&Strategy::FalseInfo].games, 2);
    }

    #[test]
    fn nothing_played_is_nothing_found() {
        let outcome = outcome(&[], None);
        assert!(close(outcome.top1, 0.0) && close(outcome.auroc, 0.0) && close(outcome.ece, 0.0));
    }
}
