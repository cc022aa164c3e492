//! The file of parameters that is fitted, and the report on it: how the detector fares with them on heists that had no part
//! in it, and what each sign is worth.

use std::fmt::Write;

use super::figures::come_true;
use super::{Figures, Fitted, Sample, Scored, fit, judge_share};
use crate::suspicion::account::{float, posterior};
use crate::suspicion::memory::Talk;
use crate::suspicion::parameters::{FOREIGN, MOST_OF_JUDGE, Parameters, Weights};
use crate::suspicion::signs::SIGNS;

/// Recorded heists as samples, read by their moves and by their words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Heists {
    /// How many there are.
    pub count: usize,
    /// As they were.
    pub by_moves: Vec<Sample>,
    /// With their moves withheld.
    pub by_words: Vec<Sample>,
}

/// The parameters for which the fitted heists are likeliest, as their file has them, and a report. Where no heists are
/// there to be measured, the fitted ones are, and the report says so.
#[must_use]
pub fn fitted(fitted: &Heists, measured: &Heists) -> (String, String) {
    let mut tables = String::new();
    let mut share = None;
    let mut report = match measured.count {
        0 => format!("{} heists fitted; the figures are of the same heists, so they flatter\n", fitted.count),
        count => format!("{} heists fitted, {count} others measured\n", fitted.count),
    };
    let measured = if measured.count == 0 { fitted } else { measured };
    for (talk, name, fitted, measured) in [
        (Talk::Moves, "moves", &fitted.by_moves, &measured.by_moves),
        (Talk::Words, "words", &fitted.by_words, &measured.by_words),
    ] {
        let found = fit(fitted, talk);
        let weights = found.weights();
        section(&mut tables, name, &found, &weights, talk);
        share = share.or_else(|| judge_share(fitted, talk, &weights));
        let _ = writeln!(report, "\nRead by {name}\n{}", rounds(measured, talk, &weights));
        let _ = writeln!(report, "{}", diagram(measured, talk, &weights));
        let _ = writeln!(report, "{}", signs(measured, talk, &found, &weights));
    }
    let _ = match share {
        Some(share) => {
            writeln!(report, "The judge counts {share:.2} beside the signs; at most it may count {MOST_OF_JUDGE:.2}.")
        }
        None => writeln!(report, "No judge was asked in these heists; one counts {MOST_OF_JUDGE:.2} beside the signs."),
    };
    let file = format!(
        "# What the detector's signs are worth, by strategy, in log odds: written by `heist-tui fit`. docs/DETECTION.md\n\
         # says what it means.\n\njudge = {}\nforeign = {FOREIGN}\n{tables}",
        share.unwrap_or(MOST_OF_JUDGE)
    );
    (file, report)
}

/// A table of the file.
fn section(file: &mut String, name: &str, found: &Fitted, weights: &Weights, talk: Talk) {
    let _ = write!(file, "\n[{name}]\nnobody = {:.3}\n", weights.nobody);
    for sign in found.signs.iter().copied().filter(|sign| SIGNS[*sign].is_of(talk)) {
        let worth = weights.worth[sign].map(|worth| format!("{worth:.3}")).join(", ");
        let _ = writeln!(file, "{} = [{worth}]", SIGNS[sign].name);
    }
}

/// The heists after a round, or at their end.
fn scored(samples: &[Sample], talk: Talk, weights: &Weights, round: Option<u32>) -> Vec<Scored> {
    let parameters = Parameters::none().with_weights(talk, weights.clone());
    let is_last = |at: usize| samples.get(at + 1).is_none_or(|next| next.round <= samples[at].round);
    let wanted = samples.iter().enumerate().filter(|(at, sample)| match round {
        Some(round) => sample.round == round,
        None => is_last(*at),
    });
    let score = |(_, sample): (usize, &Sample)| Scored {
        scores: posterior(&parameters, talk, 1.0, &sample.counts),
        mole: sample.mole.map(|(agent, _)| agent),
    };
    wanted.map(score).collect()
}

fn rounds(samples: &[Sample], talk: Talk, weights: &Weights) -> String {
    let mut rows =
        "                top-1  AUROC   Brier     ECE  log loss  accused where there was no mole\n".to_owned();
    let most = samples.iter().map(|sample| sample.round).max().unwrap_or(0);
    for round in (1..=most).map(Some).chain([None]) {
        let of = Figures::of(&scored(samples, talk, weights, round));
        let when = round.map_or_else(|| "at the end".to_owned(), |round| format!("after round {round}"));
        let _ = writeln!(
            rows,
            "{when:<15} {:>5.3}  {:>5.3}  {:>6.4}  {:>6.4}  {:>8.3}  {} of {}",
            of.top1, of.auroc, of.brier, of.ece, of.log_loss, of.accused, of.without
        );
    }
    rows
}

/// How what is said at the ends of all rounds comes true, as a reliability diagram.
fn diagram(samples: &[Sample], talk: Talk, weights: &Weights) -> String {
    const WIDE: f64 = 40.0;
    let most = samples.iter().map(|sample| sample.round).max().unwrap_or(0);
    let said: Vec<_> = (1..=most).flat_map(|round| scored(samples, talk, weights, Some(round))).collect();
    let mut rows = "it said    it was so       of\n".to_owned();
    for (count, score, moles) in come_true(&said) {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of forty")]
        let [at, bar] = [score, moles].map(|share| (share * WIDE).round() as usize);
        let mut line = vec![' '; 41];
        line.iter_mut().take(bar).for_each(|cell| *cell = '#');
        // Where the bar should end.
        line.iter_mut().skip(at).take(1).for_each(|cell| *cell = '|');
        let line: String = line.into_iter().collect();
        let _ =
            writeln!(rows, "{:>5.1} %     {:>5.1} %  {count:>7}  {}", 100.0 * score, 100.0 * moles, line.trim_end());
    }
    rows
}

fn signs(samples: &[Sample], talk: Talk, found: &Fitted, weights: &Weights) -> String {
    let mut rows = "sign                 worth by strategy, with its standard error: timing_errors, false_info, coordination_chaos,\n                     \
                    subtle_delays, wrong_tools; found in 100 honest agents' heists and in 100 moles'; what leaving it out costs\n"
        .to_owned();
    let errors = found.errors();
    let ends: Vec<&Sample> = {
        let is_last = |at: usize| samples.get(at + 1).is_none_or(|next| next.round <= samples[at].round);
        samples.iter().enumerate().filter(|(at, _)| is_last(*at)).map(|(_, sample)| sample).collect()
    };
    let loss = |weights: &Weights| Figures::of(&scored(samples, talk, weights, None)).log_loss;
    let whole = loss(weights);
    for sign in found.signs.iter().copied() {
        let cells =
            weights.worth[sign].iter().zip(&errors[sign]).map(|(worth, error)| format!("{worth:+.2}\u{b1}{error:.2}"));
        let cells = cells.collect::<Vec<_>>().join(" ");
        let (mut agents, mut times) = ([0_usize; 2], [0_usize; 2]);
        for sample in &ends {
            for (agent, counts) in sample.counts.iter().enumerate() {
                let is_mole = usize::from(sample.mole.is_some_and(|(mole, _)| mole == agent));
                agents[is_mole] += 1;
                times[is_mole] += usize::from(counts[sign]);
            }
        }
        let [honest, mole] = [0, 1].map(|at| 100.0 * float(times[at]) / float(agents[at].max(1)));
        let cost = loss(&found.without(sign)) - whole;
        let _ = writeln!(rows, "{:<20} {cells}  {honest:>6.1} {mole:>6.1}  {cost:+.4}", SIGNS[sign].name);
    }
    rows
}
