//! Whose business it is in which phase to look into what, and what somebody speaks of.

use heist_bank::Subject;
use heist_bank::Subject::{Alarms, Cameras, Guards, Layout, Network, Routes, Staff, Vault};

use crate::crew::Brief;
use crate::heist::Phase;

use super::voices::{Kind, kind};

/// What an agent looks into in a phase, the most fitting first.
pub(super) fn subjects(brief: &Brief) -> Vec<Subject> {
    use Phase::{EntryAndVault, FinalPlan, Getaway, Reconnaissance, Timing};
    let fitting: &[Subject] = match (kind(brief), brief.phase) {
        (Kind::Hacker, Reconnaissance) => &[Cameras, Layout, Network],
        (Kind::Hacker, Timing) => &[Network, Vault, Cameras],
        (Kind::Hacker, EntryAndVault) => &[Vault, Alarms, Network],
        (Kind::Hacker, Getaway) => &[Layout, Cameras, Routes],
        (Kind::Hacker, FinalPlan) => &[Network, Alarms, Layout],
        (Kind::Lookout, Reconnaissance) => &[Cameras, Guards],
        (Kind::Lookout, Timing) => &[Guards, Cameras],
        (Kind::Lookout, EntryAndVault) => &[Alarms, Network],
        (Kind::Lookout, Getaway) => &[Routes, Cameras],
        (Kind::Intel, Reconnaissance) => &[Staff, Layout, Vault],
        (Kind::Intel, Timing) => &[Guards, Staff],
        (Kind::Intel, EntryAndVault) => &[Staff, Vault, Alarms],
        (Kind::Safecracker, Reconnaissance | Timing | EntryAndVault) => &[Vault],
        (Kind::Driver, Reconnaissance | Getaway) => &[Routes],
        (_, Reconnaissance) => &[Layout, Cameras, Staff],
        (Kind::Lookout, FinalPlan) | (_, Timing) => &[Guards, Alarms],
        (_, EntryAndVault) => &[Vault, Alarms],
        (_, Getaway) => &[Routes, Layout],
        (_, FinalPlan) => &[Guards, Routes, Alarms],
    };
    fitting.to_vec()
}

/// The subject that a text speaks of.
pub(super) fn about(text: &str) -> Option<Subject> {
    let text = text.to_lowercase();
    let hits = |subject: &Subject| subject.words().iter().filter(|word| text.contains(**word)).count();
    Subject::ALL.into_iter().filter(|subject| hits(subject) > 0).max_by_key(hits)
}
