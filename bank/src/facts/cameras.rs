//! The cameras: what can be known of them and of what they see.

use super::Hole::{List, Number, Place, Words};
use super::Kind;
use super::Subject::Cameras;
use super::gather::{Gather, values};
use super::words::{in_words, list, on};
use crate::{Bank, Part};

pub(super) const KINDS: &[Kind] = &[
    Kind {
        key: "cameras",
        subject: Cameras,
        label: "the number of cameras",
        holes: &[Number, List],
        id: None,
        told: &[
            "the bank has {0} cameras: {1}",
            "a total of {0} cameras are installed: {1}",
            "we have put up {0} cameras over the years: {1}",
            "cameras: {0}, {1}",
        ],
        said: &["the bank has {0} cameras: {1}", "there are {0} cameras, {1}", "they have {0} cameras up, {1}"],
        so: &[
            "most of them look where we don't want to be",
            "the vault's floor is watched nearly as well as the street",
            "going round them beats going through them",
        ],
    },
    Kind {
        key: "working",
        subject: Cameras,
        label: "the number of cameras that work",
        holes: &[Number],
        id: None,
        told: &[
            "that leaves {0} cameras that work",
            "{0} cameras remain in service",
            "for pictures we make do with the other {0} cameras",
            "in working order: {0} cameras",
        ],
        said: &["there are {0} cameras that work", "only {0} cameras work", "pictures come from {0} cameras"],
        so: &[
            "that is the number to check the papers against",
            "somebody should tell me which of them are worth our trouble",
            "one eye fewer is one eye fewer",
        ],
    },
    Kind {
        key: "broken",
        subject: Cameras,
        label: "the state of camera {0}",
        holes: &[Number, Words],
        id: Some(0),
        told: &[
            "camera {0} {1:in} is out of order, so {working.0} cameras work",
            "camera {0} ({1}) is reported as defective, which leaves {working.0} cameras in service",
            "nobody has repaired camera {0} {1:in} yet, and so {working.0} cameras are left",
            "out of order: camera {0} ({1}), in working order: {working.0} cameras",
            "camera {0} {1:in} is out of order",
            "camera {0} ({1}) is reported as defective",
            "nobody has repaired camera {0} {1:in} yet",
            "out of order: camera {0} ({1})",
        ],
        said: &[
            "camera {0} {1:in} is out of order",
            "camera {0}, the one {1:in}, is out of order",
            "nobody has repaired camera {0} {1:in}",
        ],
        so: &[
            "that is the one dark corner they have left us",
            "if we must hide anybody, it should be where camera {0} ought to look",
            "they have not repaired it, so they do not expect trouble there",
        ],
    },
    Kind {
        key: "spots",
        subject: Cameras,
        label: "the number of blind spots",
        holes: &[Number],
        id: None,
        told: &[
            "there are {0:w} blind spots",
            "{0:w} blind spots are known to this office",
            "we know of {0:w} blind spots",
            "blind spots: {0:w}",
        ],
        said: &[
            "there are {0:w} blind spots",
            "the cameras leave {0:w} blind spots",
            "they know of {0:w} blind spots themselves",
        ],
        so: &[
            "we only need one of them",
            "they have written down for us where to stand",
            "I'm surprised that nobody has done anything about it",
        ],
    },
    Kind {
        key: "blind",
        subject: Cameras,
        label: "the blind spot of camera {0}",
        holes: &[Number, Words],
        id: Some(0),
        told: &[
            "the {_} blind spot is the {1}, beside camera {0}",
            "the {_} of them is the {1}, which camera {0} fails to cover",
            "camera {0} misses the {1}",
            "the {_} lies beside camera {0}: the {1}",
        ],
        said: &[
            "camera {0} does not see the {1}",
            "camera {0} can't see the {1}",
            "a blind spot of camera {0} is the {1}",
        ],
        so: &[
            "somebody can stand by the {1} and not be in any picture",
            "the {1} is where we wait for the word",
            "that is one corner where we can breathe",
            "a way in could begin right there",
        ],
    },
    Kind {
        key: "seen_by",
        subject: Cameras,
        label: "the camera cover at the {0}",
        holes: &[Place, List],
        id: Some(0),
        told: &[
            "the {0} of the vault is seen by {1:cameras}",
            "the {0} is seen by {1:cameras}",
            "the {0} is covered by {1:cameras}",
            "{0:in} you are in view of {1:cameras}",
            "view of the {0}: {1:cameras}",
        ],
        said: &[
            "the {0} is seen by {1:cameras}",
            "the {0} is in view of {1:cameras}",
            "the {0} is watched by {1:cameras}",
        ],
        so: &[
            "whoever uses the {0} needs that view blocked",
            "those pictures decide whether the desk sees us there",
            "I would not linger at the {0}",
            "nothing happens at the {0} before that picture is faked",
        ],
    },
    Kind {
        key: "desk_pictures",
        subject: Cameras,
        label: "the desk's wall of pictures",
        holes: &[Number, Place],
        id: None,
        told: &[
            "the {1} shows {0:w} pictures at a time",
            "no more than {0:w} pictures can be shown at the {1} at once",
            "at the {1} you see {0:w} pictures and have to wait for the rest",
            "pictures at the {1}: {0:w} at a time",
        ],
        said: &[
            "the {1} shows {0:w} pictures at a time",
            "only {0:w} pictures at a time are shown at the {1}",
            "there is room for {0:w} pictures at the {1}",
        ],
        so: &[
            "most of the time nobody looks at any given camera",
            "luck is on our side more often than not, and I do not plan on luck",
            "somebody has to sit there and choose, and people choose badly at night",
        ],
    },
    Kind {
        key: "recordings",
        subject: Cameras,
        label: "the keeping of recordings",
        holes: &[Number],
        id: None,
        told: &[
            "recordings are kept for {0} days",
            "recordings are to be kept for {0} days and then destroyed",
            "after {0} days the recordings are wiped to save room",
            "recordings: {0} days",
        ],
        said: &[
            "recordings are kept for {0} days",
            "they keep the recordings for {0} days",
            "after {0} days they wipe the recordings",
        ],
        so: &[
            "our faces on a visit last week are still in there",
            "we wear gloves and hats, also on the way in",
            "whoever has been in there with a notebook should not be the one who goes back",
        ],
    },
];

/// Adds what is known of the cameras.
pub(super) fn gather(bank: &Bank, facts: &mut Gather) {
    let all = &bank.cameras.all;
    let floor_of = |place: usize| bank.places.get(place).map(|place| place.floor);
    let mut by_floor: Vec<(usize, usize)> = Vec::new();
    for floor in all.iter().filter_map(|camera| floor_of(camera.at)) {
        match by_floor.iter_mut().find(|(known, _)| *known == floor) {
            Some((_, count)) => *count += 1,
            None => by_floor.push((floor, 1)),
        }
    }
    let counts: Vec<_> = by_floor
        .iter()
        .map(|(floor, count)| format!("{} {}", in_words(&count.to_string()), on(bank.floor(*floor))))
        .collect();
    facts.tell("cameras", values![all.len(), list(&counts)]);
    let numbered = || all.iter().zip(1_usize..);
    for (camera, number) in numbered().filter(|(camera, _)| !camera.works) {
        facts.add("broken", values![number, camera.view], &["cameras"], true);
    }
    facts.tell("working", values![all.iter().filter(|camera| camera.works).count()]);
    let blind = || numbered().filter_map(|(camera, number)| Some((number, camera.blind_spot.as_ref()?)));
    facts.tell("spots", values![blind().count()]);
    for (number, spot) in blind() {
        facts.add("blind", values![number, spot], &["cameras"], true);
    }
    let anteroom = bank.places.iter().position(|place| place.part == Part::Anteroom);
    for place in bank.exits().into_iter().chain(anteroom) {
        let eyes: Vec<_> = numbered()
            .filter(|(camera, _)| camera.at == place && camera.works)
            .map(|(_, number)| number.to_string())
            .collect();
        if !eyes.is_empty() {
            facts.tell("seen_by", values![bank.name_of(place), list(&eyes)]);
        }
    }
    facts.tell("desk_pictures", values![bank.cameras.pictures, bank.name_of_part(Part::Desk)]);
    facts.tell("recordings", values![bank.cameras.kept_days]);
}
