//! What floors, rooms, corridors and stairs are called. A name of more than 13 letters has a shorter one for floor plans,
//! made by [`label`].

/// Floors above the street, of which a bank has two at most; those of one row go together, the upper one first.
pub(crate) const ABOVE: &[[&str; 2]] = &[
    ["attic floor", "first floor"],
    ["upper floor", "mezzanine"],
    ["top floor", "gallery"],
    ["second floor", "first floor"],
    ["loft", "office floor"],
    ["top floor", "middle floor"],
    ["clerks' floor", "mezzanine"],
    ["attic floor", "upper gallery"],
];

/// The floor at the street.
#[rustfmt::skip]
pub(crate) const STREET: &[&str] = &[
    "street level", "ground floor", "main floor", "entrance level", "street floor", "public floor", "entry floor",
];

/// Floors below the street; those of one row go together, the upper one first.
pub(crate) const BELOW: &[[&str; 2]] = &[
    ["lower level", "deep level"],
    ["basement", "deep cellar"],
    ["cellar", "undercroft"],
    ["lower ground", "cellar"],
    ["basement", "crypt"],
    ["upper cellar", "catacomb"],
    ["lower floor", "sub-basement"],
    ["souterrain", "deep level"],
];

/// Where the vault is.
#[rustfmt::skip]
pub(crate) const VAULTS: &[&str] = &[
    "main vault", "old vault", "great vault", "inner vault", "round vault", "iron vault", "steel vault", "north vault",
    "grand vault", "bullion vault",
];

/// The room before it.
#[rustfmt::skip]
pub(crate) const ANTEROOMS: &[&str] = &[
    "anteroom", "antechamber", "grille room", "viewing room", "waiting cell", "forehall", "mirror room", "sluice room",
    "turnstile room",
];

/// Where guards are between rounds.
#[rustfmt::skip]
pub(crate) const GUARD_ROOMS: &[&str] = &[
    "guard room", "watch room", "duty room", "watch house", "guards' lounge", "porters' room", "security room",
];

/// Where pictures are watched.
#[rustfmt::skip]
pub(crate) const DESKS: &[&str] = &[
    "control desk", "alarm desk", "monitor desk", "console", "picture desk", "switch desk", "command desk",
];

/// The heart of the network.
#[rustfmt::skip]
pub(crate) const SERVERS: &[&str] = &[
    "server room", "machine room", "computer room", "network room", "relay room", "switch room", "data closet",
];

/// Where customers come.
#[rustfmt::skip]
pub(crate) const HALLS: &[&str] = &[
    "teller hall", "banking hall", "counter hall", "marble hall", "customer hall", "great hall", "domed hall",
    "columned hall", "lobby", "atrium", "rotunda", "foyer", "concourse", "vestibule", "palm court", "glass hall",
];

/// What leads from room to room above the street.
#[rustfmt::skip]
pub(crate) const UPPER_WAYS: &[&str] = &[
    "upper corridor", "long landing", "glass corridor", "oak corridor", "picture gallery", "carpet corridor",
    "clerks' passage", "south corridor", "window passage", "panelled walk",
];

/// What leads from room to room below the street.
#[rustfmt::skip]
pub(crate) const LOWER_WAYS: &[&str] = &[
    "lower corridor", "boiler corridor", "brick passage", "pipe corridor", "long passage",
    "cross passage", "tiled corridor", "stone gallery", "low passage", "white corridor",
];

/// What joins floors.
#[rustfmt::skip]
pub(crate) const STAIRS: &[&str] = &[
    "east stairwell", "west stairwell", "spiral stair", "back stair", "marble stair", "service lift", "iron stair",
    "grand staircase", "turret stair", "goods lift", "clerks' stair", "oak staircase", "tower stair", "narrow stair",
];

/// What can be on a stair, not seen by its camera.
pub(crate) const STAIR_SPOTS: &[&str] = &["landing of the", "foot of the", "turn of the", "niche beside the"];

/// What can be in a corridor, not seen by its camera.
pub(crate) const WAY_SPOTS: &[&str] = &["bend of the", "far end of the", "alcove of the", "corner of the"];

/// Rooms that are on any floor; one of each row at most is in a bank.
#[rustfmt::skip]
pub(crate) const ROOMS: &[&[&str]] = &[
    &["archive", "record room", "deed room", "file store", "ledger room", "map room", "document room"],
    &["counting room", "cash office", "coin room", "note room", "weighing room", "sorting room", "bundling room"],
    &["stationery", "paper store", "linen room", "lumber room", "form store", "furniture room", "supply room"],
    &["cloakroom", "locker room", "wash room", "changing room", "wardrobe", "uniform room"],
    &["print room", "post room", "copy room", "franking room", "telegraph room", "parcel room"],
];

/// Rooms above the street and at it; one of each row at most is in a bank.
#[rustfmt::skip]
pub(crate) const UPPER_ROOMS: &[&[&str]] = &[
    &["general office", "loan office", "open office", "clerks' hall", "typing room", "credit office", "brokers' room"],
    &["boardroom", "meeting room", "directors' room", "council room", "conference room", "round room"],
    &["canteen", "kitchen", "tea room", "coffee room", "breakfast room", "refectory"],
    &["library", "reading room", "trophy room", "smoking room", "museum room", "portrait room"],
    &["sick room", "nursery", "first-aid room", "rest room", "quiet room", "prayer room"],
];

/// Rooms below the street; one of each row at most is in a bank.
#[rustfmt::skip]
pub(crate) const LOWER_ROOMS: &[&[&str]] = &[
    &["boiler room", "furnace room", "pump room", "plant room", "heating room", "engine room"],
    &["battery room", "meter room", "cable room", "fuse room", "generator room", "transformer"],
    &["workshop", "tool room", "locksmith's", "paint store", "joiner's shop", "repair bay"],
    &["barrel store", "trolley bay", "bottle store", "cart room", "sandbag store", "crate room"],
    &["air shaft", "well room", "lime store", "cistern room", "old kitchen", "wine store"],
];

/// A name as it stands on a floor plan: at most 13 characters.
pub(crate) fn label(name: &str) -> String {
    const SHORT: [(&str, &str); 14] = [
        (" stairwell", " stair"),
        (" staircase", " stair"),
        (" corridor", " corr."),
        (" passage", " pass."),
        (" gallery", " gall."),
        (" room", " rm"),
        (" office", " off."),
        (" hall", " hl"),
        (" entrance", " entr."),
        ("revolving door", "revolving dr"),
        ("courtyard ", "court. "),
        ("service tunnel", "tunnel"),
        (" lounge", " lnge"),
        (" ladder", " ladd."),
    ];
    if name.chars().count() <= 13 {
        return name.to_owned();
    }
    let short = SHORT.iter().find(|(long, _)| name.contains(long));
    let label = short.map_or_else(|| name.to_owned(), |(long, short)| name.replace(long, short));
    label.chars().take(13).collect::<String>().trim_end().to_owned()
}
