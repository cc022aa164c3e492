//! What the bank's clerks wrote: its documents.

use crate::Bank;

/// A document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The name of its file: `bank_layout.txt`. The same in every bank.
    pub name: &'static str,
    /// A heading, an empty line, and paragraphs, one a line.
    pub text: String,
}

impl Bank {
    /// All documents, by name.
    #[must_use]
    pub fn documents(&self) -> Vec<Document> {
        let document = |name, text: &str| Document { name, text: text.to_owned() };
        vec![
            document("alarm_response.txt", include_str!("../documents/alarm_response.txt")),
            document("bank_layout.txt", include_str!("../documents/bank_layout.txt")),
            document("camera_system.txt", include_str!("../documents/camera_system.txt")),
            document("escape_routes.txt", include_str!("../documents/escape_routes.txt")),
            document("guard_rotation.txt", include_str!("../documents/guard_rotation.txt")),
            document("network_plan.txt", include_str!("../documents/network_plan.txt")),
            document("staff_notes.txt", include_str!("../documents/staff_notes.txt")),
            document("vault_specs.txt", include_str!("../documents/vault_specs.txt")),
        ]
    }

    /// The security database, as the SQL that makes it.
    #[must_use]
    pub fn sql(&self) -> String {
        include_str!("../bank.sql").to_owned()
    }
}
