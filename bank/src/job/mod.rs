//! How a job goes: the minutes of a plan played against a bank. The rules, each of whose figures stands in a document:
//!
//! - **People.** From the time lock's release until the last of the staff goes home the house is full. A guard at a post meets
//!   whoever passes it, or comes to its floor if that is the post; whoever sits at the control desk sees the guard room too.
//!   Between the evening and the night shift all of them hand over in the guard room: nobody walks the vault's floor, nobody
//!   sits at the desk. A night round is where it begins in its first minute, and on the vault's floor from when it reaches it
//!   until it ends. Coffee is fetched in one minute.
//! - **Cameras** count where the crew stops: at the exits and in the anteroom. Elsewhere it is in no picture for long, and the
//!   desk shows few at a time. At an exit they see the crew unless one of them has a blind spot, none works, or the recorder
//!   restarts. In the anteroom a loop stands from coming in to going out; the recorder's restart doesn't count for it. If it
//!   stands too long, or an exit's cameras see the crew, the desk sends the guards; in the handover the next shift does.
//! - **Alarms.** An exit's contact rings when the exit is used, a motion detector when somebody walks by, a sensor that a method
//!   wakes as long as the work goes on. What rang for nothing this month isn't believed. With the *line test* in the plan an
//!   alarm within the test brings nobody, and one that still rings after it calls then. Without, it reaches only the desk,
//!   which sends the guards. A *cut line* is silent from the first alarm until it falls back to radio, and then calls for all.
//! - **The lock.** What needs somebody's code or card is refused while the time lock is shut, unless the override is switched on
//!   at the desk while nobody sits there. Noise brings the guards: what is noisy is heard on its floor, what is very loud in the
//!   whole house.
//! - **Loading** takes its minutes, and must be over before the door falls shut.
//! - **The way out** is like the way in. An exit that locks itself after an alarm is locked as many minutes after the first call.
//! - **The road.** A narrow one costs a minute for each further person, in which the crew is still in the bank; a wait is added.
//!   With the police called, one doesn't pass their station; with anybody called, one isn't seen by the city's cameras. Whoever
//!   comes too late finds the vault open and calls the police, and so does the next round that reaches its floor; the police
//!   then are on the roads after their minutes.
//! - The crew is caught if somebody who is called is there by the minute in which it is gone.
//!
//! What stands in the plan and the crew isn't agreed on is talked over on the spot, two minutes each: start, way in and alarm
//! before the door, the rest at the vault.
//!
//! What nobody settled goes badly, but goes: a crew goes in at midnight; where it means to come out; does nothing about alarms;
//! takes the slowest method, and what stands first in the vault; and goes back as it came, which fails if there is no road.

mod course;
mod event;
mod film;
mod scene;
mod spans;
mod words;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub(crate) use course::Course;
pub use film::{Film, Span, Stage, Stand, Tone, Watch};
pub(crate) use scene::Scene;

use crate::{Bank, Clock, Plan};

use event::Note;

/// What happens in a job, minute by minute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Timeline {
    /// In the order of time; at least one.
    pub steps: Vec<Step>,
    /// How it ends.
    pub outcome: Outcome,
    /// What got away, in thousands; 0 if the crew was caught.
    pub loot: u32,
    /// The step for which the crew was caught, of [`Timeline::steps`]; whoever comes for it comes in a later one. None if it
    /// escaped.
    pub cause: Option<usize>,
}

/// How a job ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// With the loot, at the end of the road.
    Escaped,
    /// Before that.
    Caught,
}

/// Something that happens in a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// When.
    pub at: Clock,
    /// Whose part it is: a role, such as `driver`.
    pub who: &'static str,
    /// What: a short sentence.
    pub what: String,
    /// Whether it goes well. What doesn't need not end the job.
    pub ok: bool,
    /// The key of the fact on which it depends; none if it is that nobody settled something.
    pub because: Option<String>,
}

/// Plays a plan against a bank. It goes as it goes: the same plan always in the same way, and any plan, also one for another
/// bank.
#[must_use]
pub fn job(bank: &Bank, plan: &Plan) -> Timeline {
    let scene = Scene::of(bank);
    told(&Course::play(&scene, plan))
}

/// What happened in a course until its end, in the order of time; each note with its number.
fn happened<'a>(course: &'a Course) -> Vec<(usize, &'a Note)> {
    let mut notes: Vec<_> = course.notes.iter().enumerate().collect();
    if let Some(caught) = course.caught {
        notes.retain(|(number, note)| note.at < caught.at || (note.at == caught.at && *number <= caught.note));
    }
    notes.sort_by_key(|(_, note)| note.at);
    notes
}

/// A course in words.
fn told(course: &Course) -> Timeline {
    let bank = course.scene.bank;
    let notes = happened(course);
    let cause = course.caught.and_then(|caught| notes.iter().position(|(number, _)| *number == caught.note));
    let step = |at, ok, (who, what, because)| Step { at: Clock::minutes(at), who, what, ok, because };
    let mut steps: Vec<_> =
        notes.into_iter().map(|(_, note)| step(note.at, note.ok, words::told(bank, note))).collect();
    if let Some((at, by)) = course.caught.and_then(|caught| Some((caught.at, caught.by?))) {
        steps.push(step(at, false, words::come(by, course.left.is_some_and(|left| left < at))));
    }
    let outcome = if course.caught.is_some() { Outcome::Caught } else { Outcome::Escaped };
    Timeline { steps, outcome, loot: course.escapes_with().unwrap_or(0), cause }
}
