//! A job as it can be watched: where the crew is at each minute, who and what looks on, and what runs out meanwhile.

use super::event::{Event, Note};
use super::scene::Sight;
use super::spans::spans;
use super::{Course, Scene, Timeline, happened, told};
use crate::{Bank, Clock, Plan};

/// A job with all that one sees of it. Minutes count from its beginning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Film {
    /// What happens.
    pub timeline: Timeline,
    /// When it begins.
    pub starts: Clock,
    /// After how many minutes it ends.
    pub minutes: u32,
    /// Where each of the timeline's steps happens, of [`Bank::places`]; none if it is where the crew is, or nowhere.
    pub places: Vec<Option<usize>>,
    /// Where the crew is, in the order of time; at least one.
    pub stands: Vec<Stand>,
    /// What runs out, in the order of time.
    pub spans: Vec<Span>,
    /// Who and what looks on in each minute, from the first to the last.
    pub watch: Vec<Vec<Watch>>,
}

/// Where the crew is from a minute on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stand {
    /// The minute. Several may begin in the same one: the crew goes through them in it.
    pub from: u32,
    /// What it does.
    pub stage: Stage,
    /// Where, of [`Bank::places`]; none if it is on a road.
    pub place: Option<usize>,
}

/// What the crew does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// It goes in.
    In,
    /// It opens the vault.
    Lock,
    /// It loads.
    Load,
    /// It goes out.
    Out,
    /// It is on the road.
    Road,
}

/// Something that runs out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The minute from which it runs.
    pub from: u32,
    /// The minute in which it is over.
    pub to: u32,
    /// The minute from which it matters no more, at most [`Span::to`].
    pub until: u32,
    /// What it means to the crew.
    pub tone: Tone,
    /// What it is, in a few words: `the drill method`, `the police`.
    pub words: String,
}

/// What it means to the crew that something runs out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tone {
    /// Somebody is there then.
    Threat,
    /// The crew has done something then.
    Work,
    /// Until then the crew has time.
    Window,
}

/// Who or what looks on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Watch {
    /// Guards at a place.
    Guard {
        /// The place, of [`Bank::places`].
        place: usize,
    },
    /// A guard somewhere on a floor.
    Floor {
        /// The floor, of [`Bank::floors`].
        floor: usize,
    },
    /// The cameras of a place.
    Camera {
        /// The place, of [`Bank::places`].
        place: usize,
        /// Whether they see the crew there.
        sees: bool,
    },
}

impl Film {
    /// Plays a plan against a bank, as [`crate::job`] does.
    #[must_use]
    pub fn of(bank: &Bank, plan: &Plan) -> Self {
        let scene = Scene::of(bank);
        let course = Course::play(&scene, plan);
        let notes = happened(&course);
        let starts = course.notes.iter().map(|note| note.at).min().unwrap_or(0);
        let last = || notes.last().map(|(_, note)| note.at);
        let ends = course.caught.map(|caught| caught.at).or_else(last).unwrap_or(starts);
        let mut places: Vec<_> = notes.iter().map(|(_, note)| place(&scene, note)).collect();
        let timeline = told(&course);
        places.resize(timeline.steps.len(), None);
        let mut stands = stands(&course, starts);
        stands.retain(|stand| stand.from <= ends);
        let spans = spans(&course, &stands, starts, ends);
        let looped = looped(&course, &stands);
        let watch = (starts..=ends).map(|at| watch(&scene, at, looped)).collect();
        for stand in &mut stands {
            stand.from -= starts;
        }
        Self { timeline, starts: Clock::minutes(starts), minutes: ends - starts, places, stands, spans, watch }
    }
}

/// Where something happens.
fn place(scene: &Scene, note: &Note) -> Option<usize> {
    match note.event {
        Event::Door { exit, .. } | Event::Locked(exit) => Some(exit),
        Event::Met { place, .. } | Event::Loop { place } => Some(place),
        Event::Rings { alarm, .. } => scene.bank.alarms.all.get(alarm).map(|alarm| alarm.at),
        Event::LoopEnds | Event::Override => scene.desk,
        Event::AtVault { .. }
        | Event::Kept(_)
        | Event::Refused
        | Event::Heard(_)
        | Event::Opens(_)
        | Event::Loaded(_)
        | Event::Shut
        | Event::Found(_) => Some(scene.bank.vault.at),
        Event::Unsettled(_)
        | Event::Gone(_)
        | Event::Talked(_)
        | Event::Narrow(_)
        | Event::Leaves { .. }
        | Event::NoRoad
        | Event::Waits(_)
        | Event::Followed(_)
        | Event::Arrives(_) => None,
    }
}

/// Where the crew is, in minutes as the course counts them, and as if nobody stopped it. It begins before the door.
fn stands(course: &Course, starts: u32) -> Vec<Stand> {
    let (scene, vault) = (course.scene, course.scene.bank.vault.at);
    let mut stands = Vec::new();
    let mut stand = |from, stage, place| stands.push(Stand { from, stage, place });
    for note in &course.notes {
        match note.event {
            Event::Door { exit, leaves: false, .. } => {
                stand(starts, Stage::In, Some(exit));
                let way = scene.way(exit).into_iter().flat_map(|way| way.by_minute().skip(1));
                way.filter(|(place, _)| *place != vault)
                    .for_each(|(place, minute)| stand(note.at + minute, Stage::In, Some(place)));
            }
            Event::AtVault { .. } => stand(note.at, Stage::Lock, Some(vault)),
            Event::Opens(_) => stand(note.at, Stage::Load, Some(vault)),
            Event::Door { exit, leaves: true, .. } => {
                let way = scene.way(exit).map(crate::Walk::back);
                let begins = note.at - way.as_ref().map_or(0, |way| way.minutes);
                let way = way.into_iter().flat_map(|way| way.by_minute().collect::<Vec<_>>());
                way.for_each(|(place, minute)| stand(begins + minute, Stage::Out, Some(place)));
            }
            Event::Leaves { .. } => stand(note.at, Stage::Road, None),
            _ => {}
        }
    }
    stands.sort_by_key(|stand| stand.from);
    stands
}

/// From when to when a loop runs on the pictures of the anteroom.
fn looped(course: &Course, stands: &[Stand]) -> Option<(u32, u32)> {
    let from = course.notes.iter().find(|note| matches!(note.event, Event::Loop { .. }))?.at;
    let back = stands.iter().find(|stand| stand.stage == Stage::Out && stand.place == course.scene.anteroom);
    let ends = course.scene.loop_ends(from);
    Some((from, back.map_or(ends, |back| back.from.min(ends))))
}

/// Who and what looks on in a minute.
fn watch(scene: &Scene, at: u32, looped: Option<(u32, u32)>) -> Vec<Watch> {
    let is_looped =
        |place: usize| Some(place) == scene.anteroom && looped.is_some_and(|(from, to)| (from..to).contains(&at));
    let cameras = (0..scene.bank.places.len()).filter_map(|place| {
        let sight = scene.sight(place, at);
        let sees = sight == Sight::Seen && !is_looped(place);
        (sight != Sight::None).then_some(Watch::Camera { place, sees })
    });
    scene.guards(at).into_iter().chain(cameras).collect()
}
