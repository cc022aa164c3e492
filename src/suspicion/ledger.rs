//! The account of each agent's evidence, and the probabilities that come of it.

use super::weights;
use crate::heist::{AgentName, AgentScore, Family};

/// The sums of evidence and the scores they make.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Ledger {
    agents: Vec<Account>,
    /// What the judge said last, in the crew's order.
    judge: Option<Vec<f64>>,
}

#[derive(Clone, Debug, PartialEq)]
struct Account {
    /// Evidence by family, as it was weighed.
    sums: [f64; 4],
    score: f64,
}

impl Ledger {
    /// All equally likely.
    pub(super) fn new(agents: usize) -> Self {
        let even = Account { sums: [0.0; 4], score: 1.0 };
        let mut ledger = Self { agents: vec![even; agents], judge: None };
        ledger.settle();
        ledger
    }

    /// Books evidence and tells by how much it moves the agent's log odds. The nearer a family comes to its cap, the less
    /// another piece of it moves.
    pub(super) fn book(&mut self, agent: usize, family: Family, weight: f64) -> f64 {
        let cap = weights::cap(family);
        let Some(sum) = self.agents.get_mut(agent).map(|account| &mut account.sums[family as usize]) else {
            return 0.0;
        };
        let before = damped(*sum, cap);
        // Beyond two caps hardly anything moves any more, and the way back would be too long.
        *sum = (*sum + weight).clamp(-2.0 * cap, 2.0 * cap);
        damped(*sum, cap) - before
    }

    /// Takes the judge's probabilities in place of those before; they must be the whole crew's.
    pub(super) fn judge(&mut self, scores: Vec<f64>) {
        if scores.len() == self.agents.len() {
            self.judge = Some(scores);
        }
    }

    /// Brings the scores up to date: the softmax of the agents' log odds, mixed with what the judge said.
    fn settle(&mut self) {
        let odds: Vec<f64> = self
            .agents
            .iter()
            .map(|account| {
                Family::ALL.iter().map(|family| damped(account.sums[*family as usize], weights::cap(*family))).sum()
            })
            .collect();
        let highest = odds.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let all: f64 = odds.iter().map(|odds| (odds - highest).exp()).sum();
        for (place, (account, odds)) in self.agents.iter_mut().zip(odds).enumerate() {
            let rules = (odds - highest).exp() / all;
            let judge = self.judge.as_ref().and_then(|scores| scores.get(place));
            account.score = judge.map_or(rules, |judge| (1.0 - weights::JUDGE) * rules + weights::JUDGE * judge);
        }
    }

    /// The scores now, with the change since they were last asked for.
    pub(super) fn scores(&mut self, crew: &[AgentName]) -> Vec<AgentScore> {
        let before: Vec<_> = self.agents.iter().map(|account| account.score).collect();
        self.settle();
        crew.iter()
            .zip(&self.agents)
            .zip(before)
            .map(|((agent, account), before)| AgentScore {
                agent: agent.clone(),
                score: account.score,
                delta: account.score - before,
            })
            .collect()
    }
}

fn damped(sum: f64, cap: f64) -> f64 {
    cap * (sum / cap).tanh()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_cannot_pass_its_cap() {
        let mut ledger = Ledger::new(3);
        let moved: f64 = (0..1000).map(|_| ledger.book(1, Family::Timing, 1.0)).sum();
        assert!(moved <= weights::cap(Family::Timing));
        assert!(moved > 0.9 * weights::cap(Family::Timing));
        assert!(ledger.book(7, Family::Timing, 1.0).abs() < 1e-12, "nobody has this place");
    }

    #[test]
    fn the_caps_share_out_the_whole() {
        let whole: f64 = Family::ALL.iter().map(|family| weights::cap(*family)).sum();
        assert!((whole - 12.0).abs() < 1e-9);
    }

    #[test]
    fn a_small_weight_moves_the_odds_by_itself() {
        let mut ledger = Ledger::new(2);
        let moved = ledger.book(0, Family::ToolUsage, 0.2);
        let scores = ledger.scores(&["one".into(), "two".into()]);
        assert!((moved - 0.2).abs() < 0.01);
        assert!(((scores[0].score / scores[1].score).ln() - moved).abs() < 1e-9);
        assert!((scores[0].delta + scores[1].delta).abs() < 1e-12);
    }
}
