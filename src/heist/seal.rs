//! The seal: who the mole is, kept where nothing public can reach it until the verdict.

use std::fmt::{self, Write as _};

use sha2::{Digest, Sha256};

use super::difficulty::Difficulty;
use super::event::Strategy;
use super::name::AgentName;

/// The mole's private orders. Until the verdict they go into the mole's own prompt and nowhere else, so they can be
/// neither serialized nor printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Orders {
    /// How the mole sabotages.
    pub strategy: Strategy,
    /// How openly.
    pub difficulty: Difficulty,
    /// The orders, addressed to the mole.
    pub text: String,
}

impl fmt::Debug for Orders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Orders(sealed)")
    }
}

/// The dealt mole, its orders, and the nonce that binds the commitment.
#[derive(Clone, PartialEq, Eq)]
pub struct Seal {
    mole: Option<(AgentName, Orders)>,
    nonce: String,
}

impl Seal {
    /// Seals the mole (none in a game without one) with a nonce of at least 128 random bits, in any notation.
    #[must_use]
    pub fn new(mole: Option<(AgentName, Orders)>, nonce: String) -> Self {
        Self { mole, nonce }
    }

    /// The promise that can be made public at once; see [`commitment`].
    #[must_use]
    pub fn commitment(&self) -> String {
        let (mole, strategy) = self.open();
        commitment(mole.as_deref(), strategy, &self.nonce)
    }

    /// The orders, if this agent is the mole: for its own prompt.
    #[must_use]
    pub fn orders_for(&self, agent: &AgentName) -> Option<&Orders> {
        self.mole.as_ref().filter(|(mole, _)| mole == agent).map(|(_, orders)| orders)
    }

    /// The secret, for the verdict.
    pub(super) fn open(&self) -> (Option<AgentName>, Option<Strategy>) {
        self.mole.as_ref().map(|(mole, orders)| (mole.clone(), orders.strategy)).unzip()
    }

    /// The mole's orders, for the verdict.
    pub(super) fn orders(&self) -> Option<&str> {
        self.mole.as_ref().map(|(_, orders)| orders.text.as_str())
    }

    /// The nonce, for the verdict.
    pub(super) fn nonce(&self) -> &str {
        &self.nonce
    }
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seal(closed)")
    }
}

/// The commitment to a mole: SHA-256, in lower-case hexadecimal, of the three lines mole, strategy and nonce, joined
/// by line feeds. In a game without a mole both the first two are `none`. After the verdict
/// `printf 'hacker\nfalse_info\nNONCE' | sha256sum` must give what `session.started` promised.
#[must_use]
pub fn commitment(mole: Option<&str>, strategy: Option<Strategy>, nonce: &str) -> String {
    let text = format!("{}\n{}\n{nonce}", mole.unwrap_or("none"), strategy.map_or("none", Strategy::name));
    Sha256::digest(text).iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a String does not fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed() -> Seal {
        let orders =
            Orders { strategy: Strategy::FalseInfo, difficulty: Difficulty::Normal, text: "bend the figures".into() };
        Seal::new(Some(("hacker".into(), orders)), "abc".into())
    }

    #[test]
    fn the_commitment_is_what_sha256sum_prints() {
        // printf 'hacker\nfalse_info\nabc' | sha256sum
        assert_eq!(sealed().commitment(), "f65928c7498549b5f215389d0dfc40df55e8b3d6cee23ab614366321dc208a44");
    }

    #[test]
    fn only_the_mole_has_orders() {
        assert!(sealed().orders_for(&"hacker".into()).is_some());
        assert!(sealed().orders_for(&"driver".into()).is_none());
    }

    #[test]
    fn printing_a_seal_or_orders_tells_nothing() {
        let seal = sealed();
        let shown = format!("{seal:?} {:?}", seal.orders_for(&"hacker".into()));
        for secret in ["hacker", "bend", "alse", "abc"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}
