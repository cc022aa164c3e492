//! Jobs, things and habits: what people do, keep and carry, what lies in vaults, and what is of no use.

use crate::Rings;

/// What the head of the house is called.
#[rustfmt::skip]
pub(crate) const HEADS: &[&str] = &[
    "branch manager", "managing director", "bank director", "general manager", "house principal",
    "senior partner",
];

/// Who answers for the guards.
#[rustfmt::skip]
pub(crate) const SECURITY: &[&str] = &[
    "head of security", "security officer", "chief of guards", "safety officer", "security chief",
    "watch captain",
];

/// Who has level 4, or 5 where a way to open the vault needs them.
#[rustfmt::skip]
pub(crate) const SENIOR: &[&str] = &[
    "deputy manager", "administrator", "vault clerk", "chief cashier", "treasurer", "auditor", "custodian",
    "network engineer", "house counsel", "vault keeper",
];

/// Who has level 2 or 3.
#[rustfmt::skip]
pub(crate) const JUNIOR: &[&str] = &[
    "loan officer", "head teller", "teller", "bookkeeper", "archivist", "currency clerk", "mortgage adviser",
    "receptionist", "messenger", "investment adviser", "payroll clerk", "secretary", "trainee", "statement clerk",
    "customer adviser", "foreign desk clerk", "numismatist", "probate clerk", "translator", "switchboard operator",
];

/// Who has the last key in the evening; of level 3.
#[rustfmt::skip]
pub(crate) const CARETAKERS: &[&str] = &[
    "caretaker", "janitor", "house technician", "porter", "handyman", "building steward",
];

/// What lies in a vault beside the deposit boxes.
#[rustfmt::skip]
pub(crate) const LOOT: &[&str] = &[
    "cash cages", "bearer bonds", "gold bars", "coin trays", "share certificates", "foreign notes", "jewel cases",
    "uncut stones", "payroll sacks", "stamp albums", "silver ingots", "watch cases", "platinum plates",
    "banknote bundles", "pearl strings", "rare ledgers", "rolled paintings", "icon panels", "treasury bills",
    "medal cabinets", "ivory chessmen", "opal cases",
];

/// Sensors in halls, and what makes them ring.
pub(crate) const HALL_SENSORS: &[(&str, Rings)] = &[
    ("panic button", Rings::Otherwise),
    ("glass sensor", Rings::Otherwise),
    ("foot rail", Rings::Otherwise),
    ("counter switch", Rings::Otherwise),
    ("motion detector", Rings::Crossed),
    ("infrared eye", Rings::Crossed),
    ("radar detector", Rings::Crossed),
];

/// What an exit's sensor can be, after the door's name.
pub(crate) const DOOR_SENSORS: &[&str] = &["contact", "light beam", "pressure mat", "seal wire"];

/// What may make one wait on a road, with a car.
#[rustfmt::skip]
pub(crate) const CAR_WAITS: &[&str] = &[
    "traffic light", "level crossing", "toll barrier", "lifting bridge", "roadwork", "tram crossing", "one-lane bridge",
    "weighbridge",
];

/// The same on foot.
#[rustfmt::skip]
pub(crate) const FOOT_WAITS: &[&str] = &[
    "turnstile", "kissing gate", "footbridge queue", "ticket barrier", "crossing light", "locked wicket",
];

/// The same by boat.
pub(crate) const BOAT_WAITS: &[&str] = &["lock gate", "swing bridge", "chain ferry", "sluice", "tide gauge", "weir"];

/// What is broken in the guard room.
#[rustfmt::skip]
pub(crate) const BROKEN: &[&str] = &[
    "coffee machine", "kettle", "espresso machine", "samovar", "hot plate", "percolator", "tea urn", "water cooler",
];

/// What happens once a month.
#[rustfmt::skip]
pub(crate) const PARTIES: &[&str] = &[
    "staff party", "choir practice", "quiz evening", "bowling night", "cake day", "blood drive", "fire drill",
    "chess evening", "pension lecture", "photo club",
];

/// What else hangs on the network.
#[rustfmt::skip]
pub(crate) const GADGETS: &[&str] = &[
    "printers", "scanners", "wall clocks", "thermostats", "ticket machines", "copiers", "blinds", "signboards",
    "vending machines", "fish tank pumps",
];

/// What behind the bank is empty in the evening.
#[rustfmt::skip]
pub(crate) const EMPTY: &[&str] = &[
    "car park", "playground", "bus stop", "cafe terrace", "bicycle shed", "market square", "kiosk", "chapel yard",
    "bowling green", "cab stand",
];

/// On which days cleaners come.
pub(crate) const CLEANING: &[[&str; 2]] = &[
    ["Mondays", "Thursdays"],
    ["Tuesdays", "Fridays"],
    ["Mondays", "Wednesdays"],
    ["Wednesdays", "Fridays"],
    ["Tuesdays", "Thursdays"],
    ["Mondays", "Fridays"],
];

/// Days on which somebody works late, or a party is.
pub(crate) const DAYS: [&str; 5] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"];
