//! The seal: who the mole is, kept where nothing public can reach it until the verdict.

use std::fmt::{self, Write as _};

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha20Rng;
use sha2::{Digest, Sha256};

use super::difficulty::Difficulty;
use super::event::{Strategy, Verdict};
use super::ledger::Acts;
use super::moves::MOST_MOVES;
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
    /// The turns, counted over the session, from which on it owes one more act each.
    pub turns: Vec<u32>,
    /// Whether it owes one in the turn that is running.
    pub due: bool,
}

impl Orders {
    /// How many messages with acts it owes by the end of a turn.
    #[must_use]
    pub fn owed(&self, turn: u32) -> usize {
        self.turns.iter().filter(|own| **own <= turn).count()
    }
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

    /// Which moves of a message are acts, for the log: encrypted with `ChaCha20`, whose key is SHA-256 of the nonce, in a stream of
    /// the message's own; in lower-case hexadecimal, as long for every message. `message` counts from 1 over the session.
    #[must_use]
    pub fn lock(&self, message: u32, acts: Acts) -> String {
        self.crypt(message, acts.to_bytes()).iter().fold(String::new(), |mut hex, byte| {
            // Writing to a String does not fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }

    /// What [`Seal::lock`] made; no acts of what it did not make.
    pub(super) fn unlock(&self, message: u32, sealed: &str) -> Acts {
        let byte = |at: usize| u8::from_str_radix(sealed.get(2 * at..2 * at + 2)?, 16).ok();
        let mut bytes = [0; MOST_MOVES];
        for (at, place) in bytes.iter_mut().enumerate() {
            let Some(byte) = byte(at) else { return Acts::default() };
            *place = byte;
        }
        Acts::from_bytes(self.crypt(message, bytes))
    }

    /// Encrypts, or decrypts what was encrypted.
    fn crypt(&self, message: u32, mut bytes: [u8; MOST_MOVES]) -> [u8; MOST_MOVES] {
        let mut stream = ChaCha20Rng::from_seed(Sha256::digest(&self.nonce).into());
        stream.set_stream(message.into());
        let mut key = [0; MOST_MOVES];
        stream.fill_bytes(&mut key);
        bytes.iter_mut().zip(key).for_each(|(byte, key)| *byte ^= key);
        bytes
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

impl Verdict {
    /// Whether this is what was promised: what `session.started` told as [`commitment`].
    #[must_use]
    pub fn keeps(&self, promised: &str) -> bool {
        commitment(self.mole.as_deref(), self.strategy, &self.nonce) == promised
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed() -> Seal {
        let orders = Orders {
            strategy: Strategy::FalseInfo,
            difficulty: Difficulty::Normal,
            text: "bend the figures".into(),
            turns: vec![3],
            due: false,
        };
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
    fn acts_are_locked_in_as_many_bytes_for_everybody() {
        use crate::heist::ActKind;
        let (seal, other) = (sealed(), Seal::new(None, "abd".into()));
        for acts in [Acts::default(), Acts::new([None, Some(ActKind::Deferred)])] {
            let locked: Vec<_> = (1..40).map(|message| seal.lock(message, acts)).collect();
            let distinct: std::collections::BTreeSet<_> = locked.iter().collect();
            assert_eq!(distinct.len(), locked.len());
            for (message, locked) in (1..).zip(&locked) {
                assert_eq!(locked.len(), 2 * MOST_MOVES);
                assert_eq!(seal.unlock(message, locked), acts);
                assert_ne!(other.lock(message, acts), *locked);
            }
        }
        for wrong in ["", "00", "zzzzzz", "é"] {
            assert!(seal.unlock(1, wrong).is_empty());
        }
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
