//! The ways in and out that a bank can have, and what is at each.

use crate::Travel;
use crate::Travel::{Boat, Car, Foot};

/// Which floor an exit is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    /// The top floor.
    Roof,
    /// At the street: where customers come in. One of these is in every bank.
    Front,
    /// At the street.
    Street,
    /// The lowest floor, if that is below the street.
    Below,
}

/// A way in and out.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ExitKind {
    pub(crate) name: &'static str,
    /// As the log calls its door.
    pub(crate) door: &'static str,
    /// As its road is called, in one word.
    pub(crate) road: &'static str,
    pub(crate) level: Level,
    /// How one goes away from it; several ways are drawn from.
    pub(crate) travel: &'static [Travel],
    /// What a camera there may not see, up to the exit's name.
    pub(crate) spots: [&'static str; 2],
    /// Parts of it that cameras look at.
    pub(crate) views: [&'static str; 2],
    /// Whether the staff come and go here.
    pub(crate) staff: bool,
}

const fn exit(
    level: Level,
    (name, door, road): (&'static str, &'static str, &'static str),
    travel: &'static [Travel],
    spots: [&'static str; 2],
    views: [&'static str; 2],
) -> ExitKind {
    ExitKind { name, door, road, level, travel, spots, views, staff: false }
}

impl ExitKind {
    const fn of_staff(self) -> Self {
        Self { staff: true, ..self }
    }
}

use Level::{Below, Front, Roof, Street};

const WALLS: [&str; 2] = ["outside", "inside"];

/// All of them.
#[rustfmt::skip]
pub(crate) const EXITS: &[ExitKind] = &[
    exit(Front, ("front door", "front door", "front"), &[Car], ["steps of the", "porch of the"], WALLS),
    exit(Front, ("main entrance", "main entrance", "entrance"), &[Car], ["canopy of the", "pillars of the"], WALLS),
    exit(Front, ("revolving door", "revolving door", "revolving"), &[Car, Foot], ["left leaf of the", "well of the"], WALLS),
    exit(Front, ("corner door", "corner door", "corner"), &[Car, Foot], ["steps of the", "lamp beside the"], WALLS),
    exit(Front, ("portico", "portico door", "portico"), &[Car], ["columns of the", "steps of the"], WALLS),
    exit(Front, ("arcade door", "arcade door", "arcade"), &[Foot, Car], ["shop window by the", "pillars by the"], WALLS),
    exit(Front, ("bronze door", "bronze door", "bronze"), &[Car], ["steps of the", "left wing of the"], WALLS),
    exit(Street, ("loading dock", "dock door", "dock"), &[Car], ["ramp of the", "platform of the"], ["gate", "platform"]),
    exit(Street, ("staff door", "staff door", "staff"), &[Car, Foot], ["bicycle rack by the", "awning of the"], WALLS).of_staff(),
    exit(Street, ("side door", "side door", "side"), &[Car, Foot], ["dustbins by the", "recess of the"], WALLS).of_staff(),
    exit(Street, ("kitchen door", "kitchen door", "kitchen"), &[Foot, Car], ["step of the", "crates by the"], WALLS).of_staff(),
    exit(Street, ("alley door", "alley door", "alley"), &[Foot], ["drainpipe by the", "recess of the"], WALLS).of_staff(),
    exit(Street, ("porters' gate", "porters' gate", "porters"), &[Car, Foot], ["lodge by the", "pillar of the"], WALLS).of_staff(),
    exit(Street, ("post entrance", "post door", "post"), &[Car], ["letter slots of the", "trolley rail of the"], WALLS),
    exit(Street, ("garden gate", "garden gate", "garden"), &[Foot], ["hedge by the", "bench by the"], ["path", "wall"]),
    exit(Street, ("courtyard arch", "arch gate", "courtyard"), &[Car], ["left side of the", "lamp niche of the"], ["cobbles", "gate"]),
    exit(Street, ("garage ramp", "garage door", "garage"), &[Car], ["kerb of the", "foot of the"], ["barrier", "shutter"]),
    exit(Street, ("delivery gate", "delivery gate", "delivery"), &[Car], ["bay of the", "scales by the"], ["bay", "bars"]),
    exit(Street, ("mews gate", "mews gate", "mews"), &[Car, Foot], ["trough by the", "left post of the"], ["cobbles", "latch"]),
    exit(Street, ("coach gate", "coach gate", "coach"), &[Car], ["wheel stone of the", "shadow of the"], ["yard", "bars"]),
    exit(Street, ("cloister door", "cloister door", "cloister"), &[Foot], ["buttress by the", "well by the"], WALLS),
    exit(Street, ("wharf gate", "wharf gate", "wharf"), &[Boat], ["bollards by the", "crane by the"], ["jetty", "bars"]),
    exit(Street, ("canal landing", "canal gate", "canal"), &[Boat], ["lowest step of the", "rail of the"], ["rail", "gate"]),
    exit(Roof, ("roof hatch", "roof hatch", "roof"), &[Foot], ["ladder of the", "lee of the"], ["lid", "ladder"]),
    exit(Roof, ("skylight", "skylight", "skylight"), &[Foot], ["frame of the", "gutter by the"], ["glass", "frame"]),
    exit(Roof, ("fire ladder", "ladder door", "ladder"), &[Foot, Car], ["lowest rung of the", "cage of the"], ["cage", "door"]),
    exit(Roof, ("terrace door", "terrace door", "terrace"), &[Foot], ["planters by the", "awning of the"], WALLS),
    exit(Roof, ("roof bridge", "bridge door", "bridge"), &[Foot], ["railing of the", "middle of the"], ["railing", "door"]),
    exit(Roof, ("dormer window", "dormer window", "dormer"), &[Foot], ["sill of the", "gable of the"], ["sill", "shutter"]),
    exit(Roof, ("balcony", "balcony door", "balcony"), &[Foot], ["left end of the", "flagpole of the"], ["rail", "door"]),
    exit(Roof, ("belfry door", "belfry door", "belfry"), &[Foot], ["bell frame by the", "step of the"], WALLS),
    exit(Below, ("service tunnel", "tunnel door", "tunnel"), &[Foot], ["bend of the", "valves of the"], ["mouth", "door"]),
    exit(Below, ("coal chute", "coal flap", "coal"), &[Foot, Car], ["mouth of the", "rim of the"], ["flap", "mouth"]),
    exit(Below, ("storm drain", "drain grating", "drain"), &[Foot], ["ledge of the", "grating of the"], ["ledge", "grating"]),
    exit(Below, ("metro passage", "metro door", "metro"), &[Foot], ["posters in the", "bend of the"], ["shutter", "tiles"]),
    exit(Below, ("steam duct", "duct cover", "steam"), &[Foot], ["flange of the", "elbow of the"], ["cover", "gauge"]),
    exit(Below, ("water gate", "water gate", "water"), &[Boat], ["mooring ring of the", "sill of the"], ["chain", "bars"]),
    exit(Below, ("river stair", "river door", "river"), &[Boat], ["lowest step of the", "lamp over the"], ["chain", "door"]),
    exit(Below, ("crypt door", "crypt door", "crypt"), &[Foot], ["tombs by the", "niche of the"], WALLS),
    exit(Below, ("ice chute", "ice flap", "ice"), &[Foot, Car], ["mouth of the", "hooks of the"], ["flap", "mouth"]),
    exit(Below, ("culvert", "culvert grille", "culvert"), &[Foot, Boat], ["sluice of the", "ledge of the"], ["sluice", "ledge"]),
];
