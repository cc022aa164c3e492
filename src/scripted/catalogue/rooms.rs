//! The building and its cameras.

use super::Entry;
use crate::scripted::subjects::Subject::{Cameras, Layout};

const fn layout(
    key: &'static str,
    label: &'static str,
    source: &'static str,
    said: &'static [&'static str],
    so: &'static [&'static str],
) -> Entry {
    Entry::new(key, Layout, label, source, said, so)
}

const fn camera(
    key: &'static str,
    label: &'static str,
    source: &'static str,
    said: &'static [&'static str],
    so: &'static [&'static str],
) -> Entry {
    Entry::new(key, Cameras, label, source, said, so)
}

pub(super) const ENTRIES: &[Entry] = &[
    layout(
        "vault_place",
        "the vault's place",
        "The main vault stands on the {w} behind an anteroom",
        &[
            "the main vault stands on the {0} behind an anteroom",
            "there is an anteroom in front of the main vault, on the {0}",
        ],
        &[
            "we open two doors and not one",
            "the anteroom is where we are out of sight",
            "whoever works the door works with a wall at the back",
        ],
    )
    .confused(0, &["upper floor", "street level"]),
    layout(
        "upper_floor",
        "the upper floor",
        "The upper floor holds the offices, the guard room and the {w}",
        &["the upper floor holds the offices, the guard room and the {0}"],
        &[
            "the people we fear sit two floors above the door we want",
            "nobody of ours has business up there except for the network",
            "the desk and the wires are neighbours",
        ],
    )
    .confused(0, &["archive", "vault clerk's room", "control archive"]),
    layout(
        "stairwell",
        "the east stairwell",
        "The east stairwell joins the {w} and the lower level",
        &[
            "the east stairwell joins the {0} and the lower level",
            "from the {0} to the lower level it is the east stairwell",
        ],
        &[
            "there is one stair to watch",
            "whoever comes down to us comes by that stair",
            "we share the stair with the man on his round",
        ],
    )
    .confused(0, &["upper floor", "guard room"]),
    layout(
        "boiler",
        "the boiler corridor",
        "The boiler corridor on the lower level leads to the {w}",
        &["the boiler corridor on the lower level leads to the {0}"],
        &[
            "there is a way in that never touches the street level",
            "the lower level has a back door",
            "we could be gone without passing a single office",
        ],
    )
    .confused(0, &["loading dock", "archive", "east stairwell"]),
    layout(
        "hatch",
        "the roof hatch",
        "The roof hatch opens above the {w}",
        &["the roof hatch opens above the {0}"],
        &["the roof is good for the wires and bad for the vault", "from the roof one has the whole house to cross"],
    )
    .confused(0, &["offices", "guard room", "teller hall"]),
    layout(
        "walk_dock",
        "the walk to the dock",
        "The walk from the vault to the loading dock takes {m} minutes ({n} metres)",
        &[
            "the walk from the vault to the loading dock takes {0} minutes",
            "from the vault to the loading dock the walk takes {0} minutes, {1} metres",
        ],
        &[
            "with a full bag I would not count on less than {0}",
            "the dock is close, bags or no bags",
            "the door and the dock belong together in the sum",
        ],
    ),
    layout(
        "walk_staff",
        "the walk to the staff door",
        "The walk from the vault to the staff door takes {m} minutes ({n} metres)",
        &[
            "the walk from the vault to the staff door takes {0} minutes",
            "the walk from the vault to the staff door is {1} metres and takes {0} minutes",
        ],
        &[
            "that is a walk past two cameras as well",
            "the short drive begins with the longer walk",
            "the staff door costs us time inside, where time is dear",
        ],
    ),
    layout(
        "walk_roof",
        "the walk to the roof",
        "The walk from the vault to the roof hatch takes {m} minutes ({n} metres)",
        &[
            "the walk from the vault to the roof hatch takes {0} minutes",
            "the walk from the vault to the roof hatch is {1} metres and takes {0} minutes",
        ],
        &[
            "nobody carries twenty kilograms up there quickly",
            "the roof is a way out for people without bags",
            "{0} minutes inside with the loot is too much for my taste",
        ],
    ),
    layout(
        "walk_tunnel",
        "the walk to the tunnel",
        "The walk from the vault to the service tunnel takes {m} minutes ({n} metres)",
        &[
            "the walk from the vault to the service tunnel takes {0} minutes",
            "the walk from the vault to the service tunnel is only {1} metres, which takes {0} minutes",
        ],
        &[
            "the tunnel is the nearest exit of all",
            "we could be out of the lower level before anybody looks",
            "what the tunnel saves inside it takes back outside",
        ],
    ),
    camera(
        "cameras",
        "the number of cameras",
        "The bank has {n} cameras: ten on the street level, six on the upper floor and eight on the lower level",
        &[
            "the bank has {0} cameras: ten on the street level, six on the upper floor and eight on the lower level",
            "there are {0} cameras, ten on the street level, six on the upper floor and eight on the lower level",
        ],
        &[
            "most of them look at the street, where we do not want to be",
            "the lower level is watched nearly as well as the street",
            "going round them beats going through them",
        ],
    ),
    camera(
        "camera_count",
        "the number of cameras",
        "The database counts {n} cameras",
        &["the database counts {0} cameras", "there are {0} cameras in the database"],
        &[
            "that is the number to hold the papers against",
            "somebody should tell me which of them are worth our trouble",
        ],
    ),
    camera(
        "broken",
        "the broken camera",
        "Camera {n} in the {w} is out of order",
        &["camera {0} in the {1} is out of order", "camera {0}, the one in the {1}, is out of order"],
        &[
            "the {1} is the one dark room down there",
            "if we must hide anybody, then in the {1}",
            "they have not mended it, so they do not count on trouble there",
        ],
    )
    .told_by(0)
    .confused(1, &["anteroom", "boiler room", "lower corridor"]),
    camera(
        "blind",
        "the blind spot",
        "Camera {n} does not see the {w}",
        &[
            "camera {0} does not see the {1}",
            "what camera {0} does not see is the {1}",
            "a blind spot of camera {0} is the {1}",
        ],
        &[
            "somebody can stand at the {1} and not be in any picture",
            "the {1} is where we wait for the word",
            "that is one corner where we can breathe",
            "a way in could begin right there",
        ],
    )
    .told_by(0)
    .confused(1, &["anteroom door", "lobby kitchen", "lower corridor", "front door"]),
    camera(
        "staff_cameras",
        "the view of the staff door",
        "The staff door is seen by cameras {n} and {n}",
        &["the staff door is seen by cameras {0} and {1}", "two cameras see the staff door, {0} and {1}"],
        &[
            "the staff door is twice as hard as it looks",
            "whoever uses the staff door needs both of them blind at once",
            "I would leave the staff door to the staff",
        ],
    ),
    camera(
        "roof_camera",
        "the roof's camera",
        "The roof hatch is seen by camera {n}",
        &["the roof hatch is seen by camera {0}", "camera {0} sees the roof hatch"],
        &["even the roof has an eye on it", "the roof costs one picture, the staff door two"],
    ),
    camera(
        "anteroom_cameras",
        "the view of the anteroom",
        "The anteroom of the vault is seen by cameras {n} and {n}",
        &[
            "the anteroom of the vault is seen by cameras {0} and {1}",
            "cameras {0} and {1} see the anteroom of the vault",
        ],
        &[
            "those two pictures decide whether the desk sees us work",
            "there is no work at the door before those two are false",
            "the worst place to be seen has the best view of us",
        ],
    ),
    camera(
        "desk_pictures",
        "the desk's wall of pictures",
        "The control desk shows {w} pictures at a time",
        &["the control desk shows {0} pictures at a time", "only {0} pictures at a time are on the control desk"],
        &[
            "most of the time nobody looks at any given camera",
            "luck is on our side more often than not, and I do not plan with luck",
        ],
    )
    .confused(0, &["six", "nine", "all"]),
    camera(
        "recordings",
        "the store of recordings",
        "Recordings are kept for {n} days",
        &["recordings are kept for {0} days", "they keep the recordings for {0} days"],
        &["our faces on a visit last week are still in there", "we wear gloves and hats, also on the way in"],
    ),
];
