//! What can be looked into: the documents and queries for each subject, the words by which one speaks of it, and whose
//! business it is in which phase.

use crate::crew::Brief;
use crate::heist::Phase;

use super::voices::{Kind, kind};

/// Something to look into.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Subject {
    Layout,
    Guards,
    Cameras,
    Vault,
    Alarms,
    Routes,
    Staff,
    Network,
}

use Subject::{Alarms, Cameras, Guards, Layout, Network, Routes, Staff, Vault};

impl Subject {
    pub(super) const ALL: [Self; 8] = [Layout, Guards, Cameras, Vault, Alarms, Routes, Staff, Network];

    pub(super) const fn document(self) -> &'static str {
        match self {
            Layout => "bank_layout.txt",
            Guards => "guard_rotation.txt",
            Cameras => "camera_system.txt",
            Vault => "vault_specs.txt",
            Alarms => "alarm_response.txt",
            Routes => "escape_routes.txt",
            Staff => "staff_notes.txt",
            Network => "network_plan.txt",
        }
    }

    /// A name for the document that somebody in a hurry would try, and that is wrong.
    pub(super) const fn misnamed(self) -> &'static str {
        match self {
            Layout => "layout.txt",
            Guards => "guards_rotation.txt",
            Cameras => "cameras.txt",
            Vault => "vault_spec.txt",
            Alarms => "alarms.txt",
            Routes => "escape_route.txt",
            Staff => "staff.txt",
            Network => "network.txt",
        }
    }

    pub(super) const fn queries(self) -> &'static [&'static str] {
        match self {
            Guards => &[
                "shifts",
                "SELECT shift, starts, ends, gap_minutes FROM shifts",
                "SELECT shift, guards, starts, ends, gap_minutes FROM shifts",
                "SELECT name, shift, post FROM guards WHERE shift = 'night'",
                "SELECT name, shift, post FROM guards WHERE shift <> 'day'",
                "guards",
            ],
            Cameras => &[
                "SELECT id, place, blind_spot FROM cameras WHERE blind_spot IS NOT NULL",
                "SELECT id, place, state FROM cameras WHERE state <> 'works'",
                "SELECT COUNT(*) AS cameras FROM cameras",
                "SELECT id, place, state, blind_spot FROM cameras WHERE floor = 'lower level'",
                "SELECT id, floor, place, blind_spot FROM cameras WHERE state = 'works' AND blind_spot IS NOT NULL",
                "cameras",
            ],
            Alarms => &[
                "alarms",
                "SELECT sensor, place, calls, response_minutes FROM alarms ORDER BY response_minutes",
                "SELECT sensor, place, calls, response_minutes FROM alarms WHERE place = 'main vault'",
                "SELECT sensor, place, calls, response_minutes FROM alarms WHERE calls <> 'police'",
            ],
            Routes | Layout => &[
                "escape_routes",
                "SELECT route, minutes, travel, exit, along, leads_to, kilometres FROM escape_routes ORDER BY minutes",
                "SELECT * FROM escape_routes WHERE travel = 'car'",
                "SELECT * FROM escape_routes WHERE minutes < 10",
                "SELECT route, risk FROM escape_routes",
            ],
            Staff | Vault => &[
                "SELECT name, job, access_level, keeps FROM personnel WHERE access_level = 5",
                "SELECT name, access_level, keeps, leaves_at FROM personnel WHERE access_level >= 4",
                "SELECT name, keeps, leaves_at FROM personnel WHERE keeps IS NOT NULL",
                "personnel",
            ],
            Network => &[
                "SELECT who, door, at, note FROM door_log WHERE note <> 'closed'",
                "SELECT at, door, who, note FROM door_log WHERE at LIKE 'Mon%'",
                "SELECT at, door, who, note FROM door_log WHERE who = 'nobody'",
                "door_log",
            ],
        }
    }

    /// Words by which somebody speaks of it.
    pub(super) const fn words(self) -> &'static [&'static str] {
        match self {
            Layout => &["layout", "floor", "stairwell", "walk", "exit"],
            Guards => &["guard", "shift", "gap", "round"],
            Cameras => &["camera", "blind", "recorder", "picture"],
            Vault => &["vault", "method", "time lock", "door", "box"],
            Alarms => &["alarm", "police", "patrol", "sensor", "response"],
            Routes => &["route", "escape", "street", "way out", "car", "exit"],
            Staff => &["staff", "manager", "code", "card", "access", "personnel", "people"],
            Network => &["network", "line", "loop", "battery", "server", "log"],
        }
    }
}

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
