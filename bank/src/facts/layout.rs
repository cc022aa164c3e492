//! The building: what can be known of its floors, rooms, stairs and exits.

use super::Hole::{List, Minutes, Number, Place, Words};
use super::Kind;
use super::Subject::Layout;

pub(super) const KINDS: &[Kind] = &[Kind {
    key: "walk",
    subject: Layout,
    label: "the walk to the {0}",
    holes: &[Place, Minutes, Number],
    id: Some(0),
    told: &["the walk from the vault to the {0} takes {1} minutes ({2} metres)"],
    said: &[
        "the walk from the vault to the {0} takes {1} minutes",
        "from the vault to the {0} the walk takes {1} minutes, {2} metres",
        "the walk from the vault to the {0} is {2} metres and takes {1} minutes",
    ],
    so: &[
        "with a full bag I would not count on less than {1}",
        "{1} minutes inside with the loot is a long time or a short one, and the {0} decides which",
        "the door and the {0} belong together in the sum",
    ],
}];
