//! The six voices: for each the patterns it has for what it may want to say, and who in a crew has which voice.
//!
//! A pattern has slots in braces; see `slots` for those that every sentence may use. It can be used only when all its
//! slots can be filled, so a sentence about a figure waits until somebody has found that figure.

mod driver;
mod hacker;
mod intel;
mod lookout;
mod planner;
mod safecracker;

use crate::crew::{Ability, Brief, Persona};

/// Patterns for one purpose.
pub(super) type Bank = &'static [&'static str];

/// What a voice can say: a bank for each kind of move, and for what is said around them.
pub(super) struct Voice {
    /// A fact that the agent has read: `{fact}`, `{source}`.
    pub(super) cite: Bank,
    /// One more fact from the same source: `{fact}`.
    pub(super) more: Bank,
    /// What follows from a fact: `{so}`.
    pub(super) so: Bank,
    /// A fact that somebody else has found or told: `{fact}`, `{source}`, `{name}`.
    pub(super) recall: Bank,
    /// What a sum settles: `{expression}`, `{result}`, `{meaning}`.
    pub(super) sum: Bank,
    /// What a document or a table is said to settle: `{source}`, `{topic}`.
    pub(super) conclude: Bank,
    /// What a sum is said to settle that is on nobody's list: `{expression}`, `{result}`, `{topic}`.
    pub(super) idle_sum: Bank,
    /// A call that failed: `{tool}`, `{argument}`.
    pub(super) fail: Bank,
    /// A call that was denied: `{tool}`.
    pub(super) denied: Bank,
    /// A nod to what somebody said: `{name}`, `{topic}`.
    pub(super) agree: Bank,
    /// A frown at what somebody said: `{name}`, `{topic}`.
    pub(super) doubt: Bank,
    /// A question: `{name}`, `{topic}`.
    pub(super) ask: Bank,
    /// Before the answer to a question: `{name}`, `{topic}`.
    pub(super) reply: Bank,
    /// A claim of somebody that a source contradicts: `{name}`, `{claimed}`, `{what}`, `{actual}`, `{source}`.
    pub(super) dispute: Bank,
    /// A claim of one's own that was wrong: `{claimed}`, `{what}`, `{actual}`, `{source}`.
    pub(super) slip: Bank,
    /// Standing by one's word: `{name}`.
    pub(super) insist: Bank,
    /// What one would rather have: `{pick}`, `{why}`.
    pub(super) propose: Bank,
    /// Being for what somebody else brought forward: `{name}`, `{pick}`, `{why}`.
    pub(super) support: Bank,
    /// A change of mind: `{old}`, `{pick}`, `{why}`.
    pub(super) change: Bank,
    /// Against a choice: `{name}` (whose it is), `{bad}`, `{whynot}`.
    pub(super) object: Bank,
    /// Giving in: `{pick}`, `{name}` (whose it is).
    pub(super) concede: Bank,
    /// What one remembers as agreed: `{pick}`.
    pub(super) agreed: Bank,
    /// Who sees to something: `{name}`, `{job}`.
    pub(super) assign: Bank,
    /// What one sees to oneself: `{job}`.
    pub(super) mine: Bank,
    /// Undoing a decision: `{topic}`, `{old}`.
    pub(super) reopen: Bank,
    /// Doubt of one's own.
    pub(super) hedge: Bank,
    /// Putting a decision off: `{topic}`.
    pub(super) delay: Bank,
    /// The player's command, `{command}`, obeyed.
    pub(super) obey: Bank,
    /// Remarks by the phase.
    pub(super) remarks: [Bank; 5],
}

/// The six voices by what their owners do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// Leads and decides.
    Planner,
    /// Cameras, alarms and networks.
    Hacker,
    /// The vault.
    Safecracker,
    /// People and records.
    Intel,
    /// The way out.
    Driver,
    /// Guards and the street.
    Lookout,
}

impl Kind {
    pub(super) const ALL: [Self; 6] =
        [Self::Planner, Self::Hacker, Self::Safecracker, Self::Intel, Self::Driver, Self::Lookout];

    pub(super) const fn voice(self) -> &'static Voice {
        match self {
            Self::Planner => &planner::VOICE,
            Self::Hacker => &hacker::VOICE,
            Self::Safecracker => &safecracker::VOICE,
            Self::Intel => &intel::VOICE,
            Self::Driver => &driver::VOICE,
            Self::Lookout => &lookout::VOICE,
        }
    }

    /// The slot that stands for an agent with this voice.
    pub(super) const fn slot(self) -> &'static str {
        match self {
            Self::Planner => "planner",
            Self::Hacker => "hacker",
            Self::Safecracker => "safecracker",
            Self::Intel => "intel",
            Self::Driver => "driver",
            Self::Lookout => "lookout",
        }
    }

    /// Words in a role that tell of it.
    const fn words(self) -> &'static [&'static str] {
        match self {
            Self::Planner => &["lead", "decide", "plan", "boss", "chief", "coordinat"],
            Self::Hacker => &["camera", "network", "hack", "computer", "electronic", "alarm", "tech"],
            Self::Safecracker => &["vault", "lock", "safe", "drill", "explosive"],
            Self::Intel => &["record", "people", "source", "research", "intel", "inside", "document", "analys"],
            Self::Driver => &["vehicle", "driv", "way out", "car", "wheel", "getaway", "escape", "pilot", "boat"],
            Self::Lookout => &["eyes", "guard", "street", "watch", "look", "scout", "spot"],
        }
    }

    /// How well it suits an agent.
    fn fit(self, persona: &Persona) -> u32 {
        let role = persona.role.to_lowercase();
        let words = u32::try_from(self.words().iter().filter(|word| role.contains(**word)).count()).unwrap_or(0);
        let able = |ability| persona.abilities.contains(&ability);
        let by_tools = match self {
            Self::Planner => false,
            Self::Hacker => able(Ability::READ),
            Self::Intel => able(Ability::QUERY) && able(Ability::READ),
            Self::Lookout => able(Ability::QUERY),
            Self::Safecracker | Self::Driver => able(Ability::CALCULATE),
        };
        3 * words + u32::from(by_tools)
    }
}

/// What the agent whose turn it is does in the crew.
pub(super) fn kind(brief: &Brief) -> Kind {
    let place = brief.crew.iter().position(|persona| persona.name == brief.me.name).unwrap_or(0);
    kinds(&brief.crew).get(place).copied().unwrap_or(Kind::Planner)
}

/// What each of a crew does: by its name, or else by its role and its tools, as many different voices as there can be.
/// The first leads.
pub(super) fn kinds(crew: &[Persona]) -> Vec<Kind> {
    let mut given: Vec<Kind> = Vec::with_capacity(crew.len());
    for (place, persona) in crew.iter().enumerate() {
        let named = Kind::ALL.into_iter().find(|kind| kind.slot() == &*persona.name);
        let score = |kind: &Kind| {
            let worn = u32::try_from(given.iter().filter(|other| *other == kind).count()).unwrap_or(9);
            let leads = u32::from(place == 0 && *kind == Kind::Planner);
            (200 + 100 * leads + 10 * kind.fit(persona)).saturating_sub(100 * worn)
        };
        let fitting = named.or_else(|| Kind::ALL.into_iter().rev().max_by_key(score));
        given.push(fitting.unwrap_or(Kind::Planner));
    }
    given
}

/// The plan as the leader states it at the very end: opening, main sentence and last word.
pub(super) const PLAN: [Bank; 3] = planner::PLAN;
/// The leader's decision on each slot of the plan, in the slots' order: `{pick}`, `{name}` (who was for it).
pub(super) const SETTLE: [Bank; 6] = planner::SETTLE;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::grammar::{compose, doubled, sentences};
    use super::*;

    fn banks(voice: &Voice) -> Vec<(&'static str, Bank, &'static [&'static str])> {
        let mut banks: Vec<(_, Bank, &'static [&'static str])> = vec![
            ("cite", voice.cite, &["fact", "source"]),
            ("more", voice.more, &["fact"]),
            ("so", voice.so, &["so"]),
            ("recall", voice.recall, &["fact", "source", "name"]),
            ("sum", voice.sum, &["expression", "result", "meaning"]),
            ("conclude", voice.conclude, &["source", "topic"]),
            ("idle sum", voice.idle_sum, &["expression", "result", "topic"]),
            ("fail", voice.fail, &["tool", "argument"]),
            ("denied", voice.denied, &["tool"]),
            ("agree", voice.agree, &["name", "topic"]),
            ("doubt", voice.doubt, &["name", "topic"]),
            ("ask", voice.ask, &["name", "topic"]),
            ("reply", voice.reply, &["name", "topic"]),
            ("dispute", voice.dispute, &["name", "claimed", "what", "actual", "source"]),
            ("slip", voice.slip, &["claimed", "what", "actual", "source"]),
            ("insist", voice.insist, &["name"]),
            ("propose", voice.propose, &["pick", "why"]),
            ("support", voice.support, &["name", "pick", "why"]),
            ("change", voice.change, &["old", "pick", "why"]),
            ("object", voice.object, &["name", "bad", "whynot"]),
            ("concede", voice.concede, &["pick", "name"]),
            ("hedge", voice.hedge, &[]),
            ("delay", voice.delay, &["topic"]),
            ("agreed", voice.agreed, &["pick"]),
            ("assign", voice.assign, &["name", "job"]),
            ("mine", voice.mine, &["job"]),
            ("reopen", voice.reopen, &["topic", "old"]),
            ("obey", voice.obey, &["command"]),
        ];
        banks.extend(voice.remarks.map(|remarks| ("remarks", remarks, &[] as &[_])));
        banks
    }

    /// What a sentence may use besides what its move brings along.
    fn common(slot: &str) -> bool {
        const PLAN: [&str; 6] = ["start", "entry", "cover", "method", "load", "way"];
        let of_all = ["ally", "bank"].contains(&slot) || PLAN.contains(&slot);
        of_all || Kind::ALL.iter().any(|kind| kind.slot() == slot)
    }

    fn check(name: &str, bank: Bank, slots: &[&str]) {
        assert!(bank.len() >= 2, "{name} has too little to say");
        assert_eq!(bank.iter().collect::<BTreeSet<_>>().len(), bank.len(), "{name} has something twice");
        for pattern in bank {
            let known = |slot: &str| slots.contains(&slot) || common(slot);
            let text = compose(pattern, |slot| known(slot).then(|| format!("{slot}x")));
            let text = text.unwrap_or_else(|| panic!("{name}: {pattern} has an unknown slot"));
            assert!((1..=3).contains(&sentences(&text)), "{name}: {pattern}");
            assert!(text.ends_with(['.', '!', '?']) && !text.contains("  ") && doubled(&text).is_none(), "{pattern}");
            assert!(!pattern.starts_with("{name}:") && pattern.len() < 220, "{pattern}");
            let small = pattern.to_lowercase();
            for word in ["mole", "sabot", "traitor", "secret", "orders", "strategy"] {
                assert!(!small.contains(word), "{pattern}");
            }
        }
    }

    #[test]
    fn every_pattern_of_every_voice_makes_a_sentence() {
        let mut all = BTreeSet::new();
        for kind in Kind::ALL {
            for (name, bank, slots) in banks(kind.voice()) {
                check(&format!("{kind:?}'s {name}"), bank, slots);
                for pattern in bank {
                    assert!(all.insert(*pattern), "two have this: {pattern}");
                }
            }
        }
        check("plan", PLAN[0], &[]);
        check("plan", PLAN[1], &[]);
        check("plan", PLAN[2], &[]);
        for settle in SETTLE {
            check("settle", settle, &["pick", "name"]);
        }
    }

    #[test]
    fn every_pattern_says_what_its_move_does() {
        let all = |bank: Bank, slots: &[&str]| {
            for pattern in bank {
                assert!(slots.iter().all(|slot| pattern.contains(slot)), "{pattern} lacks one of {slots:?}");
            }
        };
        for kind in Kind::ALL {
            let voice = kind.voice();
            for bank in [voice.cite, voice.more, voice.recall] {
                all(bank, &["{fact}"]);
            }
            all(voice.slip, &["{claimed}", "{actual}", "{what}"]);
            all(voice.dispute, &["{name}", "{actual}", "{what}"]);
            all(voice.sum, &["{meaning}"]);
            for bank in [voice.propose, voice.support, voice.change] {
                all(bank, &["{pick}", "{why}"]);
            }
            for bank in [voice.concede, voice.agreed] {
                all(bank, &["{pick}"]);
            }
            all(voice.object, &["{bad}", "{whynot}"]);
            all(voice.ask, &["{name}", "{topic}"]);
            all(voice.assign, &["{name}", "{job}"]);
            all(voice.mine, &["{job}"]);
            all(voice.conclude, &["{source}"]);
            all(voice.idle_sum, &["{expression}", "{result}"]);
            for bank in [voice.conclude, voice.idle_sum, voice.delay, voice.reopen] {
                all(bank, &["{topic}"]);
            }
        }
        for settle in SETTLE {
            all(settle, &["{pick}"]);
        }
        all(PLAN[1], &["{start}", "{entry}", "{cover}", "{method}", "{load}", "{way}"]);
    }

    #[test]
    fn every_move_can_be_said_in_one_sentence() {
        for kind in Kind::ALL {
            let voice = kind.voice();
            let moves = [
                voice.cite,
                voice.more,
                voice.recall,
                voice.sum,
                voice.conclude,
                voice.idle_sum,
                voice.dispute,
                voice.slip,
                voice.ask,
                voice.propose,
                voice.support,
                voice.change,
                voice.object,
                voice.concede,
                voice.agreed,
                voice.assign,
                voice.mine,
                voice.reopen,
                voice.delay,
            ];
            for bank in moves.into_iter().chain(SETTLE) {
                let short = bank.iter().filter(|pattern| sentences(pattern) == 1).count();
                assert!(short >= 3, "{kind:?}: {bank:?}");
            }
        }
    }

    #[test]
    fn the_built_in_crew_has_its_own_voices() {
        assert_eq!(kinds(&crate::crew::roster()), Kind::ALL);
    }
}
