//! What each of a crew is for, by the words of its role and what it is able to do.

use heist_bank::{Slot, Subject};

use crate::crew::{Ability, Persona};
use crate::heist::Phase;

/// What somebody is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trade {
    /// Leads and decides; the first of the crew.
    Lead,
    /// Cameras, alarms, networks.
    Wires,
    /// The vault and its locks.
    Locks,
    /// People, records and sources.
    Records,
    /// The road.
    Wheels,
    /// The street and the guards.
    Eyes,
}

use Trade::{Eyes, Lead, Locks, Records, Wheels, Wires};

impl Trade {
    /// All but the lead.
    const OTHERS: [Self; 5] = [Wires, Locks, Records, Wheels, Eyes];

    /// Beginnings of words in the name or the role of whoever is for it.
    const fn words(self) -> &'static [&'static str] {
        match self {
            Lead => &[],
            Wires => &["hack", "alarm", "camera", "network", "comput", "wire", "electr", "code", "cyber", "tech"],
            Locks => &["safe", "vault", "lock", "crack", "drill", "explos", "tool", "door"],
            Records => {
                &["intel", "people", "record", "source", "paper", "insid", "inform", "staff", "research", "con "]
            }
            Wheels => &["driv", "car", "vehicle", "wheel", "road", "way out", "getaway", "escape", "pilot", "boat"],
            Eyes => &["look", "eye", "street", "guard", "watch", "scout", "shift", "spy"],
        }
    }

    /// What it is good for to be able to do.
    const fn ability(self) -> Option<Ability> {
        match self {
            Lead => None,
            Wires | Records => Some(Ability::READ),
            Eyes => Some(Ability::QUERY),
            Locks | Wheels => Some(Ability::CALCULATE),
        }
    }

    /// How well it fits somebody.
    fn fits(self, persona: &Persona) -> usize {
        let words = format!("{} {}", persona.name, persona.role).to_lowercase();
        let hits = self.words().iter().filter(|word| words.contains(**word)).count();
        4 * hits + usize::from(self.ability().is_some_and(|ability| persona.abilities.contains(&ability)))
    }

    /// The slots that are its business, the first above all.
    pub(super) const fn slots(self) -> &'static [Slot] {
        match self {
            Lead => &[Slot::Start, Slot::Entry],
            Wires => &[Slot::Alarm, Slot::Entry],
            Locks => &[Slot::Method, Slot::Load],
            Records => &[Slot::Load, Slot::Method],
            Wheels => &[Slot::Route],
            Eyes => &[Slot::Start, Slot::Route],
        }
    }

    /// Who sees to a slot.
    pub(super) const fn of(slot: Slot) -> Self {
        match slot {
            Slot::Start => Eyes,
            Slot::Entry => Records,
            Slot::Alarm => Wires,
            Slot::Method | Slot::Load => Locks,
            Slot::Route => Wheels,
        }
    }

    /// Whose business a subject is.
    pub(super) const fn of_subject(subject: Subject) -> Self {
        match subject {
            Subject::Cameras | Subject::Network | Subject::Alarms => Wires,
            Subject::Guards => Eyes,
            Subject::Vault => Locks,
            Subject::Routes => Wheels,
            Subject::Layout | Subject::Staff => Records,
        }
    }

    /// What it looks into in a phase, the most fitting first.
    pub(super) const fn subjects(self, phase: Phase) -> &'static [Subject] {
        use Phase::{EntryAndVault, FinalPlan, Getaway, Reconnaissance, Timing};
        use Subject::{Alarms, Cameras, Guards, Layout, Network, Routes, Staff, Vault};
        match (self, phase) {
            (Wires, Reconnaissance) => &[Cameras, Layout, Network],
            (Wires, Timing) => &[Network, Guards, Cameras],
            (Wires, EntryAndVault) => &[Vault, Alarms, Layout],
            (Wires, Getaway) => &[Layout, Routes, Cameras],
            (Wires, FinalPlan) => &[Alarms, Guards, Network],
            (Eyes, Reconnaissance) => &[Cameras, Guards],
            (Eyes, Timing) => &[Guards, Cameras],
            (Eyes, EntryAndVault) => &[Alarms, Vault],
            (Eyes, Getaway) => &[Routes, Alarms],
            (Records, Reconnaissance) => &[Layout, Staff, Vault],
            (Records, Timing) => &[Guards, Staff, Network],
            (Records, EntryAndVault) => &[Vault, Cameras, Staff],
            (Records, Getaway) => &[Routes, Layout, Alarms],
            (Locks, Reconnaissance | Timing) | (_, EntryAndVault) => &[Vault, Alarms],
            (Wheels, Reconnaissance) | (_, Getaway) => &[Routes, Layout],
            (_, Reconnaissance) => &[Layout, Cameras, Guards],
            (_, Timing) => &[Guards, Network],
            (_, FinalPlan) => &[Guards, Alarms, Routes],
        }
    }
}

/// What each of a crew is for: the first leads, and of the others as many as can be are for different things.
pub(super) fn of(crew: &[Persona]) -> Vec<Trade> {
    let mut given: Vec<Trade> = Vec::with_capacity(crew.len());
    for (place, persona) in crew.iter().enumerate() {
        let worn = |trade: Trade| given.iter().filter(|other| **other == trade).count();
        let fits = |trade: &Trade| (100 + trade.fits(persona)).saturating_sub(6 * worn(*trade));
        let trade = if place == 0 { Some(Lead) } else { Trade::OTHERS.into_iter().rev().max_by_key(fits) };
        given.push(trade.unwrap_or(Lead));
    }
    given
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crew::{Crew, roster};

    #[test]
    fn the_built_in_crew_has_one_for_each() {
        assert_eq!(of(&roster()), [Lead, Wires, Locks, Records, Wheels, Eyes]);
    }

    #[test]
    fn others_are_for_what_their_roles_say() {
        let member = |name: &str, role: &str| format!("[[agents]]\nname = {name:?}\nrole = {role:?}\n");
        let crew = [("ada", "boss"), ("bo", "drives the getaway van"), ("cy", "drills"), ("di", "watches guards")];
        let crew: String = crew.into_iter().map(|(name, role)| member(name, role)).collect();
        assert_eq!(of(&Crew::parse(&crew).unwrap()), [Lead, Wheels, Locks, Eyes]);
    }
}
