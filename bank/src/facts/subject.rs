//! What there is to know of a bank, by subject: the document of each, and the words by which one speaks of it.

use Subject::{Alarms, Cameras, Guards, Layout, Network, Routes, Staff, Vault};

/// Something to look into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// Floors, rooms, stairs and exits.
    Layout,
    /// Guards, shifts and rounds.
    Guards,
    /// Cameras and blind spots.
    Cameras,
    /// The vault, the ways to open it and what lies in it.
    Vault,
    /// Alarms, and who comes.
    Alarms,
    /// The roads away.
    Routes,
    /// Who works there.
    Staff,
    /// Recorder, alarm line, door log.
    Network,
}

impl Subject {
    /// All of them.
    pub const ALL: [Self; 8] = [Layout, Guards, Cameras, Vault, Alarms, Routes, Staff, Network];

    /// The document that is about it, the same in every bank.
    #[must_use]
    pub const fn document(self) -> &'static str {
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

    /// The subject of a document; none if no document has this name.
    #[must_use]
    pub fn of_document(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|subject| subject.document() == name)
    }

    /// What stands over its document, after the bank's name.
    #[must_use]
    pub const fn heading(self) -> &'static str {
        match self {
            Layout => "layout",
            Guards => "guard rotation",
            Cameras => "camera system",
            Vault => "vault specifications",
            Alarms => "alarms and response",
            Routes => "escape routes",
            Staff => "staff notes",
            Network => "network plan",
        }
    }

    /// Words by which somebody speaks of it, in small letters.
    #[must_use]
    pub const fn words(self) -> &'static [&'static str] {
        match self {
            Layout => &["layout", "floor", "stair", "walk", "exit"],
            Guards => &["guard", "shift", "gap", "round"],
            Cameras => &["camera", "blind", "recorder", "picture"],
            Vault => &["vault", "method", "time lock", "door", "box", "loot"],
            Alarms => &["alarm", "police", "patrol", "sensor", "response"],
            Routes => &["route", "escape", "street", "way out", "car", "exit"],
            Staff => &["staff", "manager", "code", "card", "access", "personnel", "people"],
            Network => &["network", "line", "loop", "battery", "server", "log"],
        }
    }
}
