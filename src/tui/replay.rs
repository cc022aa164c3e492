//! A recorded heist on the screens of the game: which of its events have been told, and the keys that move through them.

use std::time::Duration;

use ratatui::layout::Size;

use crate::heist::{BankInfo, Event, EventKind, Guesser};

use super::cast::{LONGEST, STILL, least};
use super::finale::{self, Finale};
use super::keys::Act;
use super::model::{Model, Page};
use super::seen::{Seen, label};
use super::{Look, TICK};

/// How fast time can go by, and how that is written.
const SPEEDS: [(f64, &str); 5] = [(0.5, "0.5x"), (1.0, "1x"), (2.0, "2x"), (5.0, "5x"), (10.0, "10x")];
/// The one to begin with.
const USUAL: usize = 1;

/// A recorded heist, and how far it has been told.
#[derive(Debug)]
pub(super) struct Replay {
    /// At least one.
    events: Vec<Event>,
    /// When each of them comes, with long waits made short and short ones long enough to read, in milliseconds.
    times: Vec<u64>,
    /// How many have been told, from 1.
    told: usize,
    pub(super) playing: bool,
    /// One of [`SPEEDS`].
    speed: usize,
    /// How long the next event has been waited for, at the usual speed.
    waited: Duration,
}

impl Replay {
    fn new(events: Vec<Event>) -> Self {
        let mut at = 0;
        let mut before = None;
        let mut bank = BankInfo::default();
        let mut job = None;
        let times = events.iter().map(|event| {
            let took = before.map_or(Duration::ZERO, |before| Duration::from_millis(event.at.millis_since(before)));
            before = Some(event.at);
            at += match (&event.kind, job.take()) {
                // Between the verdict and the job nothing is seen of what it told.
                (EventKind::HeistPlayed(_), _) => 0,
                (_, Some(job)) => millis(job + STILL),
                (kind, None) => millis(took.clamp(least(kind), LONGEST)),
            };
            match &event.kind {
                EventKind::SessionStarted(started) => bank = started.bank.clone(),
                EventKind::HeistPlayed(played) => job = Some(finale::length(&bank.bank(), played)),
                _ => {}
            }
            at
        });
        let times = times.collect();
        Self { events, times, told: 0, playing: true, speed: USUAL, waited: Duration::ZERO }
    }

    /// Whether all of it has been told.
    pub(super) fn at_end(&self) -> bool {
        self.told == self.events.len()
    }

    /// When the newest event that was told comes, and when the last does, in milliseconds at the usual speed.
    pub(super) fn position(&self) -> (u64, u64) {
        let time = |told: usize| told.checked_sub(1).and_then(|index| self.times.get(index)).copied().unwrap_or(0);
        let at = time(self.told) + if self.tells_the_job() { millis(self.waited) } else { 0 };
        (at.min(time(self.times.len().min(self.told + 1))), time(self.times.len()))
    }

    /// Whether the newest event that was told is the job.
    fn tells_the_job(&self) -> bool {
        let newest = self.told.checked_sub(1).and_then(|index| self.events.get(index));
        newest.is_some_and(|event| matches!(event.kind, EventKind::HeistPlayed(_)))
    }

    /// The rounds, and when they begin, in milliseconds at the usual speed.
    pub(super) fn rounds(&self) -> impl Iterator<Item = (u32, u64)> {
        self.events.iter().zip(&self.times).filter_map(|(event, time)| match event.kind {
            EventKind::RoundStarted { round, .. } => Some((round, *time)),
            _ => None,
        })
    }

    /// The speed, in words.
    pub(super) fn speed(&self) -> &'static str {
        SPEEDS[self.speed].1
    }

    /// Until the next event comes; none while it is paused.
    pub(super) fn wait(&self) -> Option<Duration> {
        let left = self.gap()?.saturating_sub(self.waited);
        self.playing.then(|| left.div_f64(SPEEDS[self.speed].0))
    }

    /// From the newest event to the next; none at the end.
    fn gap(&self) -> Option<Duration> {
        let next = self.times.get(self.told)?;
        let now = self.told.checked_sub(1).and_then(|index| self.times.get(index)).copied().unwrap_or(0);
        Some(Duration::from_millis(next - now))
    }

    /// How many events have been told after this one and what belongs to it.
    fn after(&self, index: usize) -> usize {
        let follows = |(before, event): &(&Event, &Event)| match event.kind {
            EventKind::PlanChanged(_) | EventKind::SuspicionChanged(_) | EventKind::HeistPlayed(_) => true,
            // After the job comes the reveal.
            EventKind::SessionCompleted(_) => !matches!(before.kind, EventKind::HeistPlayed(_)),
            _ => false,
        };
        let pairs = self.events.iter().skip(index).zip(self.events.iter().skip(index + 1));
        index + 1 + pairs.take_while(follows).count()
    }

    /// The places to stop at for a kind of events, in order.
    fn stops(&self, kind: impl Fn(&EventKind) -> bool) -> impl DoubleEndedIterator<Item = usize> {
        let found = self.events.iter().enumerate().filter(move |(_, event)| kind(&event.kind));
        found.map(|(index, _)| self.after(index))
    }

    /// How many events are to have been told after a key.
    fn target(&self, act: Act) -> usize {
        let (first, last) = (1, self.events.len());
        match act {
            Act::StepOn => self.stops(is_seen).find(|stop| *stop > self.told).unwrap_or(last),
            Act::StepBack => self.stops(is_seen).rev().find(|stop| *stop < self.told).unwrap_or(first),
            Act::RoundOn => self.stops(begins_a_round).find(|stop| *stop > self.told).unwrap_or(last),
            Act::RoundBack => self.stops(begins_a_round).rev().find(|stop| *stop < self.told).unwrap_or(first),
            Act::ToStart => first,
            Act::ToEnd => last,
            _ => self.told,
        }
    }
}

/// Whether an event is one that a person sees happen.
fn is_seen(event: &EventKind) -> bool {
    matches!(
        event,
        EventKind::RoundStarted { .. }
            | EventKind::MessageCompleted(_)
            | EventKind::ToolReturned(_)
            | EventKind::ToolDenied(_)
            | EventKind::JudgeAnswered(_)
            | EventKind::CommandSent { .. }
            | EventKind::HintGiven(_)
            | EventKind::FaultRaised(_)
            | EventKind::GuessMade(_)
            | EventKind::VerdictReached(_)
            | EventKind::SessionFailed(_)
    )
}

fn begins_a_round(event: &EventKind) -> bool {
    matches!(event, EventKind::RoundStarted { .. })
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

impl Model {
    /// The screens for a recorded heist, which begins to play; it must have an event.
    pub(super) fn replay(events: Vec<Event>, look: Look, size: Size) -> Self {
        let mut model = Self::new(look.theme, size);
        model.keymap = look.keymap;
        model.seen.begin_blind(look.blind);
        model.replay = Some(Replay::new(events));
        model.resize(size);
        tell_to(&mut model, 1);
        model
    }
}

/// Whether a key of the game means nothing where the heist is over long since: it would steer, or play another.
pub(super) fn forbids(act: Act) -> bool {
    matches!(
        act,
        Act::Pause
            | Act::Command
            | Act::Hint
            | Act::ByTurn
            | Act::Guess
            | Act::Begin
            | Act::Again
            | Act::Rematch
            | Act::LookAgain
            | Act::Resume
            | Act::BuiltIn
            | Act::Sessions
    )
}

/// Keys that move through a recorded heist.
pub(super) fn steer(model: &mut Model, act: Act) {
    let Some(replay) = &mut model.replay else { return };
    match act {
        Act::Play if replay.at_end() => {
            replay.playing = true;
            tell_to(model, 1);
        }
        Act::Play => replay.playing = !replay.playing,
        Act::Faster => replay.speed = (replay.speed + 1).min(SPEEDS.len() - 1),
        Act::Slower => replay.speed = replay.speed.saturating_sub(1),
        _ => {
            // Whoever steps wants to look.
            replay.playing &= !matches!(act, Act::StepOn | Act::StepBack);
            let job = model.finale.as_ref().filter(|_| replay.tells_the_job());
            if let (Some(job), Act::StepOn | Act::StepBack) = (job, act)
                && let Some(at) = job.stop(act == Act::StepOn)
            {
                replay.waited = at;
                return show_job(model);
            }
            replay.waited = Duration::ZERO;
            let to = replay.target(act);
            if to == replay.told {
                let end = if act == Act::StepBack { "began" } else { "ended" };
                return model.tell(&format!("This is where it {end}."));
            }
            model.top = None;
            tell_to(model, to);
            if act == Act::StepBack {
                to_the_end_of_the_job(model);
            }
        }
    }
}

/// Shows of the job what is seen when so much of it has gone by as was waited for.
fn show_job(model: &mut Model) {
    let waited = model.replay.as_ref().filter(|replay| replay.tells_the_job()).map(|replay| replay.waited);
    if let (Some(waited), Some(finale)) = (waited, &mut model.finale) {
        finale.seek(waited);
    }
}

/// Lets the job be over, if it is what is told.
pub(super) fn to_the_end_of_the_job(model: &mut Model) {
    let Some(replay) = model.replay.as_mut().filter(|replay| replay.tells_the_job()) else { return };
    replay.waited = model.finale.as_ref().map_or(Duration::ZERO, |finale| finale.length());
    replay.playing = false;
    show_job(model);
}

/// Time goes by.
pub(super) fn tick(model: &mut Model, passed: Duration) {
    let Some(replay) = model.replay.as_mut().filter(|replay| replay.playing) else { return };
    replay.waited += passed.mul_f64(SPEEDS[replay.speed].0);
    while let Some(replay) = &mut model.replay
        && let Some(gap) = replay.gap()
        && gap <= replay.waited
    {
        replay.waited -= gap;
        let to = replay.told + 1;
        tell_to(model, to);
    }
    show_job(model);
    if let Some(replay) = model.replay.as_mut().filter(|replay| replay.at_end()) {
        replay.playing = false;
    }
}

/// Makes it so that the first `to` events have been told, and shows the page that fits.
fn tell_to(model: &mut Model, to: usize) {
    let Some(mut replay) = model.replay.take() else { return };
    let mut found = None;
    if to < replay.told {
        let width = model.panes().talk.width;
        let before = std::mem::replace(&mut model.seen, Seen::new(model.theme));
        model.seen.sight = before.sight;
        // Before anything is in it, so that nothing is wrapped twice.
        model.seen.talk.fit(width);
        model.seen.talk.unfold(before.talk.unfolded());
        found = before.talk.searched().map(|(words, ..)| words.to_owned());
        model.notice = None;
        replay.told = 0;
    }
    for event in &replay.events[replay.told..to] {
        model.seen.apply(event);
    }
    if let Some(words) = found {
        model.seen.talk.search(&words, usize::MAX);
    }
    replay.told = to;
    let newest = replay.events.get(to - 1).map(|event| &event.kind);
    if let Some(EventKind::GuessMade(guess)) = newest {
        let by = match guess.by {
            Guesser::Player => "You name",
            Guesser::Detector => "The detector names",
            Guesser::Random => "Chance names",
        };
        model.tell(&format!("{by} {}.", guess.agent.as_ref().map_or_else(|| "nobody".to_owned(), label)));
    }
    if replay.at_end() {
        replay.playing = false;
        if !model.seen.over() {
            model.seen.fail("The record breaks off here: the program was killed, or it is still playing.", false, true);
        }
    }
    if model.seen.job.is_none() {
        model.finale = None;
    } else if model.finale.is_none() {
        model.finale = Finale::of(&model.seen).map(Box::new);
    }
    model.page = page(model, &replay);
    model.replay = Some(replay);
    show_job(model);
}

/// The page on which this was seen when it was played.
fn page(model: &Model, replay: &Replay) -> Page {
    match &model.page {
        _ if replay.tells_the_job() && model.finale.is_some() => Page::Finale { top: 0 },
        reveal @ Page::Reveal { .. } if model.seen.truth.is_some() => reveal.clone(),
        _ if model.seen.truth.is_some() => Page::Reveal { top: 0 },
        _ if replay.at_end() => Page::Failed,
        _ if model.seen.round > 0 => Page::Heist,
        _ => Page::Boot,
    }
}

/// How long to wait for the next tick; none if time changes nothing.
pub(super) fn beat(model: &Model) -> Option<Duration> {
    let notice = model.notice.as_ref().map(|_| TICK);
    let replay = model.replay.as_ref();
    let job = replay.filter(|replay| replay.playing && replay.tells_the_job()).map(|_| finale::BEAT);
    [replay.and_then(Replay::wait), job, notice].into_iter().flatten().min()
}
