//! The rules: each looks at a message or a tool's answer and tells what signs it finds.

pub(super) mod information;
pub(super) mod manner;
pub(super) mod timing;
pub(super) mod tools;

use super::weights;
use crate::heist::Family;

/// What a rule found, before it is booked.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sign {
    /// The agent's place in the crew.
    pub agent: usize,
    /// The kind of sign.
    pub family: Family,
    /// In log odds, before the family's cap.
    pub weight: f64,
    /// For a person.
    pub note: String,
    /// The message or call it was found in.
    pub found_in: String,
    /// The words it rests on.
    pub quote: Option<String>,
}

/// How many doublings lie between the peers' rate of something and the agent's own, from 0 to [`weights::DOUBLINGS`].
/// Each is (messages with it, all messages); the agent's include the present one. Both are drawn towards a usual rate
/// while there are few messages, so that a first "let us wait" counts for little against six silent ones.
fn doublings(own: (u32, u32), peers: (u32, u32)) -> f64 {
    let rate =
        |(with, all): (u32, u32), draw: f64| (f64::from(with) + draw * weights::USUAL_RATE) / (f64::from(all) + draw);
    let times = rate(own, weights::DRAW_OWN) / rate(peers, weights::DRAW_PEERS);
    times.log2().clamp(0.0, weights::DOUBLINGS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_everybody_does_is_no_sign() {
        assert!(doublings((3, 4), (15, 20)) < 0.01);
        assert!(doublings((3, 4), (1, 20)) > 2.0);
        assert!(doublings((1, 5), (0, 0)) < doublings((3, 5), (0, 0)));
    }
}
