//! How long what is shown of a job: steps as long as it takes to read them, minutes in which nothing happens for a moment.

use std::time::Duration;

use heist_bank::{Clock, Film};

use crate::heist::JobStep;

/// The longest that all of it takes, in milliseconds.
const LONGEST: u64 = 40_000;
/// Before the job begins, and after all is told.
const BEFORE: u64 = 6_000;
const AFTER: u64 = 3_000;
/// A minute in which nothing happens, a way from place to place.
const MINUTE: u64 = 300;
const WAY: u64 = 350;
/// A step: at least so long, and longer for each character; what goes wrong by a third.
const STEP: u64 = 900;
const CHARACTER: u64 = 16;
/// Where all would take too long, minutes in which nothing happens give way first, to this part of them.
const SHORTEST: u64 = 4;

/// Something that is shown for a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Shot {
    /// From when on, in milliseconds.
    from: u64,
    /// Steps that are told.
    pub(super) told: usize,
    /// The number of the film's stand.
    pub(super) stand: usize,
    /// Minutes since the job began.
    pub(super) minute: u32,
    /// Whether the minute goes by meanwhile.
    passes: bool,
}

/// All of a job, in the order in which it is shown.
#[derive(Debug)]
pub(super) struct Shots {
    /// At least one.
    all: Vec<Shot>,
    /// In milliseconds.
    length: u64,
}

impl Shots {
    /// The shots of a job, with its movements if they are known.
    pub(super) fn of(film: Option<&Film>, steps: &[JobStep]) -> Self {
        let first = || steps.first().map_or(Clock::at(0, 0), |step| step.at);
        let starts = film.map_or_else(first, |film| film.starts);
        let last = film.map_or_else(|| steps.last().map_or(0, |step| step.at.since(starts)), |film| film.minutes);
        let mut making = Making { film, now: Shot::default(), all: Vec::new() };
        making.show(BEFORE);
        for minute in 0..=last {
            making.now.minute = minute;
            // It begins where it is.
            making.walk(usize::from(minute > 0));
            while let Some(step) = steps.get(making.now.told).filter(|step| step.at.since(starts) <= minute) {
                making.walk(making.ways_to_step());
                making.now.told += 1;
                making.show(reading(step));
            }
            making.walk(usize::MAX);
            if minute < last {
                making.now.passes = true;
                making.show(MINUTE);
                making.now.passes = false;
            }
        }
        making.now.told = steps.len();
        making.show(AFTER);
        making.cut()
    }

    pub(super) fn length(&self) -> Duration {
        Duration::from_millis(self.length)
    }

    /// What is shown at a time, and which part of its minute has gone by.
    pub(super) fn at(&self, at: Duration) -> (Shot, f64) {
        let number = self.number(at);
        let shot = self.all.get(number).copied().unwrap_or_default();
        let ends = self.all.get(number + 1).map_or(self.length, |next| next.from);
        let took = Duration::from_millis(ends.saturating_sub(shot.from).max(1));
        let passed = at.saturating_sub(Duration::from_millis(shot.from)).div_duration_f64(took);
        (shot, if shot.passes { passed.min(1.0) } else { 0.0 })
    }

    /// Whether nothing comes after what is shown.
    pub(super) fn is_last(&self, at: Duration) -> bool {
        self.number(at) + 1 == self.all.len()
    }

    fn number(&self, at: Duration) -> usize {
        self.all.partition_point(|shot| Duration::from_millis(shot.from) <= at).saturating_sub(1)
    }

    /// When the next step is told, or the one before; the beginning and the end are such places too. None if there is none
    /// that way.
    pub(super) fn stop(&self, at: Duration, on: bool) -> Option<Duration> {
        let tells = |(one, next): (&Shot, &Shot)| (one.told < next.told).then_some(next.from);
        let told = self.all.iter().zip(self.all.iter().skip(1)).filter_map(tells);
        let mut stops = [0].into_iter().chain(told).chain([self.length]).map(Duration::from_millis);
        if on { stops.find(|stop| *stop > at) } else { stops.take_while(|stop| *stop < at).last() }
    }
}

/// Shots that are being made.
struct Making<'a> {
    film: Option<&'a Film>,
    /// What comes next.
    now: Shot,
    /// What was shown, and for how long.
    all: Vec<(Shot, u64)>,
}

impl Making<'_> {
    /// Shows what is now for so long.
    fn show(&mut self, ms: u64) {
        self.all.push((self.now, ms));
    }

    /// Lets the crew go on by so many places, as far as it comes in this minute.
    fn walk(&mut self, most: usize) {
        let minute = self.now.minute;
        let next = |stand: usize| self.film?.stands.get(stand).filter(|stand| stand.from <= minute);
        let ways = (self.now.stand + 1..).take(most).take_while(|stand| next(*stand).is_some()).count();
        for _ in 0..ways {
            self.now.stand += 1;
            self.show(WAY);
        }
    }

    /// How many places further on in this minute the next step happens; 0 if it happens here or elsewhere.
    fn ways_to_step(&self) -> usize {
        let Some(film) = self.film else { return 0 };
        let place = film.places.get(self.now.told).copied().flatten();
        let ahead = film.stands.iter().skip(self.now.stand).take_while(|stand| stand.from <= self.now.minute);
        ahead.map(|stand| stand.place).position(|at| place.is_some() && at == place).unwrap_or(0)
    }

    /// One after the other, in the time that there is.
    fn cut(self) -> Shots {
        let sum = |all: &[(Shot, u64)]| all.iter().map(|(_, ms)| ms).sum::<u64>();
        let mut all = self.all;
        let idle = all.iter().filter(|(shot, _)| shot.passes).map(|(_, ms)| ms).sum::<u64>();
        let excess = sum(&all).saturating_sub(LONGEST);
        let left = idle.saturating_sub(excess).max(idle / SHORTEST);
        for (_, ms) in all.iter_mut().filter(|(shot, _)| shot.passes) {
            *ms = *ms * left / idle.max(1);
        }
        let (whole, mut from) = (sum(&all), 0);
        let scaled = |ms: u64| if whole > LONGEST { ms * LONGEST / whole } else { ms };
        let shots = all.into_iter().map(|(shot, ms)| {
            let shot = Shot { from: scaled(from), ..shot };
            from += ms;
            shot
        });
        let all = shots.collect();
        Shots { all, length: scaled(whole) }
    }
}

/// How long a step is read.
fn reading(step: &JobStep) -> u64 {
    let characters = u64::try_from(step.what.chars().count()).unwrap_or(u64::MAX).min(120);
    let ms = STEP + CHARACTER * characters;
    if step.ok { ms } else { ms + ms / 3 }
}

#[cfg(test)]
mod tests {
    use heist_bank::{Bank, Line, Plan};
    use proptest::prelude::*;

    use super::*;

    fn steps(film: &Film) -> Vec<JobStep> {
        let step = |step: &heist_bank::Step| JobStep {
            at: step.at,
            who: step.who.into(),
            what: step.what.clone(),
            ok: step.ok,
            because: step.because.clone(),
        };
        film.timeline.steps.iter().map(step).collect()
    }

    fn any_film() -> impl Strategy<Value = Film> {
        let number = |to: usize| proptest::option::of(0..to);
        let load = proptest::option::of(proptest::collection::vec(0..4_usize, 0..4));
        let line = proptest::option::of(proptest::sample::select(Line::ALL.to_vec()));
        let start = proptest::option::of(0..1440_u32);
        (0..40_u64, start, number(30), line, number(5), load, number(6)).prop_map(
            |(seed, start, entry, alarm, method, load, route)| {
                let bank = Bank::of(seed);
                // As often as not when it can be done.
                let start = start.map(|at| if at % 2 == 0 { bank.guards.gap_starts() } else { Clock::minutes(at) });
                Film::of(&bank, &Plan { start, entry, alarm, method, load, route, ..Plan::default() })
            },
        )
    }

    proptest! {
        #[test]
        fn every_step_is_told_once_within_the_time(film in any_film(), moves in any::<bool>()) {
            let steps = steps(&film);
            let shots = Shots::of(moves.then_some(&film), &steps);
            prop_assert!(shots.length <= LONGEST && shots.length >= BEFORE);
            prop_assert!(shots.all.is_sorted_by_key(|shot| shot.from));
            let told: Vec<_> = shots.all.iter().map(|shot| shot.told).collect();
            prop_assert_eq!((told[0], told[told.len() - 1]), (0, steps.len()));
            prop_assert!(told.windows(2).all(|pair| pair[1] == pair[0] || pair[1] == pair[0] + 1));
            prop_assert!(shots.all.is_sorted_by_key(|shot| (shot.minute, shot.stand)));
            if moves {
                prop_assert_eq!(shots.all.last().unwrap().stand + 1, film.stands.len());
            }
        }

        #[test]
        fn a_step_is_told_where_it_happens_if_the_crew_is_there_in_its_minute(film in any_film()) {
            let shots = Shots::of(Some(&film), &steps(&film));
            for (one, next) in shots.all.iter().zip(&shots.all[1..]).filter(|(one, next)| one.told < next.told) {
                let place = film.places[one.told];
                let comes_by = |stand: &heist_bank::Stand| stand.from == next.minute && stand.place == place;
                if place.is_some() && film.stands[one.stand..].iter().any(comes_by) {
                    prop_assert_eq!(film.stands[next.stand].place, place);
                }
            }
        }

        #[test]
        fn stops_lead_through_all_steps_and_back(film in any_film()) {
            let shots = Shots::of(Some(&film), &steps(&film));
            let on: Vec<_> = std::iter::successors(Some(Duration::ZERO), |at| shots.stop(*at, true)).collect();
            let back: Vec<_> = std::iter::successors(Some(shots.length()), |at| shots.stop(*at, false)).collect();
            prop_assert!(on.iter().eq(back.iter().rev()));
            prop_assert_eq!(on.len(), film.timeline.steps.len() + 2);
        }
    }
}
