//! The finale: the job after the guess, told minute by minute. What there is to tell is made once; what is seen of it follows
//! from how much time has gone by.

mod caption;
mod reports;
mod shots;

use std::sync::OnceLock;
use std::time::Duration;

use heist_bank::{Bank, Clock, Film, FloorPlan, Size, Span, Tone};

use crate::heist::{Colour, JobStep, Played};

use super::keys::Act;
use super::layout;
use super::model::{Model, Over, Page, scrolled};
use super::replay;
use super::seen::{Seen, label};
use super::text::{one_line, sentence};
use super::watching;

pub(super) use caption::SlotTold;
pub(super) use reports::{Reports, Said};
use shots::{Shot, Shots};

/// How often it is drawn while it goes on.
pub(super) const BEAT: Duration = Duration::from_millis(100);
/// The longest sentence that is kept, in characters.
const SENTENCE: usize = 400;
/// How fast it can go by, and how that is written.
const SPEEDS: [(f64, &str); 4] = [(0.5, "0.5x"), (1.0, "1x"), (2.0, "2x"), (4.0, "4x")];
/// The one to begin with.
const USUAL: usize = 1;

/// A job that is told.
#[derive(Debug)]
pub(super) struct Finale {
    /// Whom the guess named, and what the crew does about it.
    pub(super) caption: Vec<String>,
    /// The plan that is carried out.
    pub(super) plan: Vec<SlotTold>,
    /// What happens.
    pub(super) steps: Vec<StepTold>,
    /// How it ends and would have ended.
    pub(super) job: Played,
    /// The colours of those who go along.
    pub(super) crew: Vec<Colour>,
    pub(super) bank: Bank,
    /// The movements; none if the job was played by other rules than ours.
    pub(super) film: Option<Film>,
    /// Drawn when they are first looked at.
    small: OnceLock<FloorPlan>,
    large: OnceLock<FloorPlan>,
    shots: Shots,
    /// How much of it has gone by.
    at: Duration,
    /// Whether it stands still.
    pub(super) held: bool,
    /// One of [`SPEEDS`].
    speed: usize,
    /// Whether the person went from its end to the talk.
    pub(super) left: bool,
}

/// A step of the job in words.
#[derive(Debug)]
pub(super) struct StepTold {
    pub(super) at: Clock,
    pub(super) who: String,
    pub(super) colour: Colour,
    pub(super) what: String,
    pub(super) ok: bool,
    /// The fact that it depended on, as a sentence.
    pub(super) because: Option<String>,
    /// Who had told that fact, if that is worth a word.
    pub(super) said: Option<Said>,
    /// What it puts into the bags, in thousands.
    worth: u32,
}

/// What is seen at a moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    /// Steps that have been told.
    pub(super) told: usize,
    /// The number of the film's stand.
    pub(super) stand: usize,
    /// Minutes since the job began, with the part of the one that goes by.
    pub(super) minute: f64,
    /// Whether all is told.
    pub(super) ended: bool,
}

impl Finale {
    /// The job of a heist; none if it was not played.
    pub(super) fn of(seen: &Seen) -> Option<Self> {
        let job = seen.job.clone()?;
        let bank = seen.reports.bank();
        let film = job.film(&bank);
        let facts = bank.facts();
        let named = seen.guess.as_ref().and_then(|guess| guess.agent.as_ref());
        let step = |step: &JobStep| {
            let fact = step.because.as_ref().and_then(|key| facts.iter().find(|fact| fact.key() == *key));
            let loaded = fact.filter(|fact| fact.kind.key == "loot").and_then(|fact| fact.id());
            let worth = bank.vault.loot.iter().find(|loot| Some(loot.name.as_str()) == loaded);
            StepTold {
                at: step.at,
                // Whoever was named is not among them.
                who: if Some(&step.who) == named { "crew".to_owned() } else { label(&step.who) },
                colour: if Some(&step.who) == named { Colour::Plain } else { seen.colour(&step.who) },
                what: one_line(&step.what, SENTENCE),
                ok: step.ok,
                because: fact.map(|fact| sentence(&fact.said(0), SENTENCE)),
                said: fact.and_then(|fact| seen.reports.of(fact, step.ok)),
                worth: worth.map_or(0, |loot| loot.worth),
            }
        };
        Some(Self {
            caption: caption::caption(seen, &job),
            plan: job.plan.iter().map(caption::slot).collect(),
            steps: job.steps.iter().map(step).collect(),
            crew: seen.crew.iter().filter(|agent| Some(&agent.name) != named).map(|agent| agent.colour).collect(),
            shots: Shots::of(film.as_ref(), &job.steps),
            job,
            bank,
            film,
            small: OnceLock::new(),
            large: OnceLock::new(),
            at: Duration::ZERO,
            held: false,
            speed: USUAL,
            left: false,
        })
    }

    /// How long it takes at the usual speed.
    pub(super) fn length(&self) -> Duration {
        self.shots.length()
    }

    /// Whether it has been shown to its end.
    pub(super) fn is_over(&self) -> bool {
        self.at >= self.length()
    }

    /// The speed in words, unless it is the usual one.
    pub(super) fn speed(&self) -> Option<&'static str> {
        SPEEDS.get(self.speed).filter(|_| self.speed != USUAL).map(|(_, words)| *words)
    }

    /// Lets time go by.
    pub(super) fn tick(&mut self, passed: Duration) {
        if !self.held {
            let speed = SPEEDS.get(self.speed).map_or(1.0, |(speed, _)| *speed);
            self.seek(self.at + passed.mul_f64(speed));
        }
    }

    /// Shows what is seen when so much has gone by.
    pub(super) fn seek(&mut self, at: Duration) {
        self.at = at.min(self.length());
    }

    /// When the next step is told, or the one before, at the usual speed; none if there is none that way.
    pub(super) fn stop(&self, on: bool) -> Option<Duration> {
        self.shots.stop(self.at, on)
    }

    /// A key that changes how it goes on.
    pub(super) fn steer(&mut self, act: Act) {
        match act {
            Act::Play if self.is_over() => (self.at, self.held) = (Duration::ZERO, false),
            Act::Play => self.held = !self.held,
            Act::Faster => self.speed = (self.speed + 1).min(SPEEDS.len() - 1),
            Act::Slower => self.speed = self.speed.saturating_sub(1),
            Act::StepOn | Act::StepBack => {
                // Whoever steps wants to look.
                self.held = true;
                self.seek(self.stop(act == Act::StepOn).unwrap_or(self.at));
            }
            _ => {}
        }
    }

    /// What is seen now.
    pub(super) fn moment(&self) -> Moment {
        let (Shot { told, stand, minute, .. }, passed) = self.shots.at(self.at);
        let ended = told == self.steps.len() && self.shots.is_last(self.at);
        Moment { told, stand, minute: f64::from(minute) + passed, ended }
    }

    /// The time of day at a moment.
    pub(super) fn clock(&self, moment: Moment) -> Clock {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // minutes of a night
        let minute = moment.minute as u32;
        self.starts().plus(minute)
    }

    /// When the job begins.
    fn starts(&self) -> Clock {
        let first = || self.steps.first().map_or(Clock::at(0, 0), |step| step.at);
        self.film.as_ref().map_or_else(first, |film| film.starts)
    }

    /// What runs out at a moment. What begins in its minute is none of it before all that happens then has been told, or for
    /// those who come, before it was told what calls them.
    pub(super) fn running(&self, moment: Moment) -> impl Iterator<Item = &Span> {
        let (now, starts) = (moment.minute, self.starts());
        let next = self.steps.get(moment.told).map_or(u32::MAX, |step| step.at.since(starts));
        let wrong = self.steps.iter().take(moment.told).rfind(|step| !step.ok && step.because.is_some());
        let wrong = wrong.map(|step| step.at.since(starts));
        let runs = move |span: &&Span| {
            let is_told = span.from < next || (span.tone == Tone::Threat && Some(span.from) == wrong);
            is_told && (f64::from(span.from)..=f64::from(span.until)).contains(&now)
        };
        self.film.iter().flat_map(|film| &film.spans).filter(runs)
    }

    /// What is in the bags at a moment, in thousands: what is loaded, and the part of what is being loaded.
    pub(super) fn loot(&self, moment: Moment) -> u32 {
        let starts = self.starts();
        let part = |(number, step): (usize, &StepTold)| {
            let minute = f64::from(step.at.since(starts));
            let span = self
                .film
                .iter()
                .flat_map(|film| &film.spans)
                .find(|span| f64::from(span.to).total_cmp(&minute).is_eq() && span.tone == Tone::Work);
            let from = span.map_or(minute, |span| f64::from(span.from));
            let share = if number < moment.told { 1.0 } else { (moment.minute - from) / (minute - from).max(1.0) };
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 to what it is worth
            let worth = (f64::from(step.worth) * share.clamp(0.0, 1.0)) as u32;
            worth
        };
        self.steps.iter().enumerate().filter(|(_, step)| step.worth > 0).map(part).sum()
    }

    /// The floor plan.
    pub(super) fn floor(&self, size: Size) -> &FloorPlan {
        let drawn = if size == Size::Large { &self.large } else { &self.small };
        drawn.get_or_init(|| self.bank.floor_plan(size))
    }
}

/// Whether it goes on by itself now. In a replay it goes on with that.
pub(super) fn plays(model: &Model) -> bool {
    let shown = matches!(model.page, Page::Finale { .. }) && model.over == Over::Nothing && model.replay.is_none();
    shown && model.finale.as_ref().is_some_and(|finale| !finale.held && !finale.is_over())
}

/// The job was played: it is shown.
pub(super) fn begin(model: &mut Model) {
    model.finale = Finale::of(&model.seen).map(Box::new);
    model.over = Over::Nothing;
    model.notice = None;
    model.page = Page::Finale { top: 0 };
}

/// Leads back to the job, to what came of it.
pub(super) fn show(model: &mut Model) {
    if let Some(finale) = &mut model.finale {
        finale.seek(finale.length());
        model.page = Page::Finale { top: 0 };
    }
}

/// The message that the job failed for, if it failed for one.
pub(super) fn blamed(model: &Model) -> Option<&str> {
    model.finale.as_ref()?.job.cause.as_ref()?.message.as_deref()
}

/// Whether a key means the same in a replay.
pub(super) fn is_own(act: Act) -> bool {
    matches!(act, Act::Confirm | Act::Blame | Act::Up | Act::Down | Act::PageUp | Act::PageDown | Act::Top | Act::End)
}

/// A key while the job is shown, or its end.
pub(super) fn press(model: &mut Model, act: Act) {
    let Some(finale) = &mut model.finale else { return };
    match act {
        Act::Confirm | Act::Back if !finale.is_over() => {
            finale.seek(finale.length());
            replay::to_the_end_of_the_job(model);
        }
        Act::Confirm | Act::Back if model.replay.as_ref().is_some_and(|replay| !replay.at_end()) => {
            replay::steer(model, Act::ToEnd);
        }
        Act::Confirm | Act::Back => model.page = Page::Reveal { top: 0 },
        Act::Blame => {
            finale.left = true;
            if let Some(id) = blamed(model).map(|id| one_line(id, 24)) {
                watching::show_blamed(model, &id);
            }
        }
        Act::Up | Act::Down | Act::PageUp | Act::PageDown | Act::Top | Act::End => {
            if let Page::Finale { top } = &mut model.page {
                *top = scrolled(*top, act, layout::page(model.size).body.height);
            }
        }
        act => finale.steer(act),
    }
}

/// How long the finale of a job takes at the usual speed.
pub(super) fn length(bank: &Bank, job: &Played) -> Duration {
    Shots::of(job.film(bank).as_ref(), &job.steps).length()
}
