//! What a job meets in a bank: who is where at which minute, what looks and who hears.

use super::Watch;
use crate::plan::exits;
use crate::{Bank, Clock, Noise, Part, Walk};

/// A bank with what every job on it needs found once. Minutes count on from the midnight before the start.
pub(crate) struct Scene<'a> {
    pub(super) bank: &'a Bank,
    /// By exit, the walk from it to the vault.
    ways: Vec<(usize, Walk)>,
    /// By guard, where the post is.
    posts: Vec<Post>,
    guard_room: Option<usize>,
    pub(super) desk: Option<usize>,
    pub(super) anteroom: Option<usize>,
    /// The floor of the vault.
    floor: usize,
}

/// Where a guard stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Post {
    Place(usize),
    Floor(usize),
    /// Nowhere for long: the rounds.
    Rounds,
}

/// Who is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Met {
    /// Somebody who works there and goes home last, of [`Bank::people`].
    Staff(usize),
    /// A guard at the post, of [`crate::Guards::all`].
    Guard(usize),
    /// One of the evening shift on the vault's floor, which nobody walks from the gap on.
    BeforeGap(usize),
    /// The night guard at the control desk.
    DeskGuard(usize),
    /// Those who hand over.
    Handover,
    /// The first round of the night.
    FirstRound,
    /// A later one.
    Round,
    /// Whoever fetches coffee.
    Coffee,
}

/// What the cameras see of somebody who stops at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sight {
    /// Everything.
    Seen,
    /// Nothing, for the recorder restarts.
    Restart,
    /// Nothing, for there is a spot out of this camera's sight; its number, from 1.
    Blind(usize),
    /// Nothing, for this camera is out of order; its number, from 1.
    Broken(usize),
    /// Nothing, for there is no camera.
    None,
}

const EVENING: usize = 1;
const NIGHT: usize = 2;

impl<'a> Scene<'a> {
    pub(crate) fn of(bank: &'a Bank) -> Self {
        let part = |part| bank.places.iter().position(|place| place.part == part);
        let desk = part(Part::Desk);
        let post = |name: &str| {
            let floor = || bank.floors.iter().position(|floor| floor == name).map(Post::Floor);
            bank.place(name).map(Post::Place).or_else(floor).unwrap_or(Post::Rounds)
        };
        Self {
            bank,
            ways: exits(bank).filter_map(|exit| Some((exit, bank.walk(exit, bank.vault.at)?))).collect(),
            posts: bank.guards.all.iter().map(|guard| post(&guard.post)).collect(),
            guard_room: part(Part::GuardRoom),
            desk,
            anteroom: part(Part::Anteroom),
            floor: bank.places.get(bank.vault.at).map_or(0, |place| place.floor),
        }
    }

    /// The walk from an exit to the vault.
    pub(super) fn way(&self, exit: usize) -> Option<&Walk> {
        self.ways.iter().find(|(from, _)| *from == exit).map(|(_, walk)| walk)
    }

    /// Whether guards hand over, so that nobody walks the vault's floor and nobody sits at the control desk.
    pub(super) fn in_gap(&self, at: u32) -> bool {
        self.bank.guards.is_in_gap(Clock::minutes(at))
    }

    /// When what reaches the control desk at a minute is seen there: at once, or when the next shift sits down.
    pub(super) fn noticed(&self, at: u32) -> u32 {
        let night = self.bank.guards.shifts[NIGHT].starts;
        if self.in_gap(at) { at + night.since(Clock::minutes(at)) } else { at }
    }

    /// Who meets somebody at a place.
    pub(super) fn met(&self, place: usize, at: u32) -> Option<Met> {
        let in_guard_room = Some(place) == self.guard_room || Some(place) == self.desk;
        if in_guard_room && self.in_gap(at) {
            return Some(Met::Handover);
        }
        let floor = self.bank.places.get(place).map(|place| place.floor);
        let is_there = |post| match post {
            Post::Place(at) => at == place || (in_guard_room && Some(at) == self.desk),
            Post::Floor(at) => Some(at) == floor,
            Post::Rounds => false,
        };
        let guard = self.on_duty(at).find(|(_, post)| is_there(*post)).map(|(guard, _)| {
            let shift = self.bank.guards.all.get(guard).map(|guard| guard.shift);
            match shift {
                Some(EVENING) if floor == Some(self.floor) => Met::BeforeGap(guard),
                Some(NIGHT) if in_guard_room => Met::DeskGuard(guard),
                _ => Met::Guard(guard),
            }
        });
        guard.or_else(|| self.round_at(place, floor, at)).or_else(|| {
            let (coffee, from) = self.bank.guards.coffee;
            (coffee == Clock::minutes(at) && from == place).then_some(Met::Coffee)
        })
    }

    /// The round that is at a place: where it begins in its first minute, on the vault's floor from when it reaches it until
    /// it ends. Where it is else nobody can say, and it meets nobody there.
    fn round_at(&self, place: usize, floor: Option<usize>, at: u32) -> Option<Met> {
        let rounds = self.bank.guards.rounds;
        let (since, minute) = self.round(at)?;
        let begins = minute == 0 && place == rounds.from;
        let is_below = (rounds.reaches..rounds.takes).contains(&minute) && floor == Some(self.floor);
        (begins || is_below).then_some(if since < rounds.every { Met::FirstRound } else { Met::Round })
    }

    /// Minutes since the first round of the night began, and since the last one did.
    fn round(&self, at: u32) -> Option<(u32, u32)> {
        let rounds = self.bank.guards.rounds;
        let now = Clock::minutes(at);
        let is_night = now.is_within(rounds.first, self.bank.guards.shifts[NIGHT].ends);
        let since = now.since(rounds.first);
        is_night.then(|| (since, since.checked_rem(rounds.every).unwrap_or(since)))
    }

    /// When, from one minute to another, a round first reaches the vault's floor, and which it is.
    pub(super) fn next_round(&self, from: u32, to: u32) -> Option<(u32, Met)> {
        (from..=to).find_map(|at| {
            let (since, minute) = self.round(at)?;
            let met = if since < self.bank.guards.rounds.every { Met::FirstRound } else { Met::Round };
            (minute == self.bank.guards.rounds.reaches).then_some((at, met))
        })
    }

    /// Where guards are at a minute, as far as one can say: at places, and somewhere on floors.
    pub(super) fn guards(&self, at: u32) -> Vec<Watch> {
        let at_place = |place: Option<usize>| place.map(|place| Watch::Guard { place });
        if self.in_gap(at) {
            return at_place(self.guard_room).into_iter().collect();
        }
        let posted = self.on_duty(at).filter_map(|(_, post)| match post {
            Post::Place(place) => at_place(Some(place)),
            Post::Floor(floor) => Some(Watch::Floor { floor }),
            Post::Rounds => None,
        });
        let rounds = self.bank.guards.rounds;
        let round = self.round(at).and_then(|(_, minute)| {
            if minute == 0 {
                return at_place(Some(rounds.from));
            }
            (rounds.reaches..rounds.takes).contains(&minute).then_some(Watch::Floor { floor: self.floor })
        });
        let (coffee, from) = self.bank.guards.coffee;
        let fetches = (coffee == Clock::minutes(at)).then_some(Watch::Guard { place: from });
        let mut all: Vec<_> = posted.chain(round).chain(fetches).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Who of the staff is in the house, full from the time lock's release until the last of them goes home: that one.
    pub(super) fn staff(&self, at: u32) -> Option<Met> {
        let opens = self.bank.vault.shut.1;
        let people = self.bank.people.iter().enumerate();
        let (last, person) = people.max_by_key(|(_, person)| person.leaves.since(opens))?;
        Clock::minutes(at).is_within(opens, person.leaves).then_some(Met::Staff(last))
    }

    /// Whether somebody hears a noise at the vault: of the guards on its floor, or in the whole house, where there are always
    /// some.
    pub(super) fn is_heard(&self, noise: Noise, at: u32) -> bool {
        let is_near = |place: usize| self.bank.places.get(place).is_some_and(|place| place.floor == self.floor);
        match noise {
            Noise::Silent => false,
            Noise::VeryLoud => true,
            Noise::Noisy if self.in_gap(at) => self.guard_room.is_some_and(is_near),
            Noise::Noisy => {
                let posted = self.on_duty(at).any(|(_, post)| match post {
                    Post::Place(place) => is_near(place),
                    Post::Floor(floor) => floor == self.floor,
                    Post::Rounds => false,
                });
                posted || self.met(self.bank.vault.at, at).is_some()
            }
        }
    }

    /// What the cameras see of somebody who stops at a place. A place with a blind spot has room for all.
    pub(super) fn sight(&self, place: usize, at: u32) -> Sight {
        let cameras = || (1..).zip(&self.bank.cameras.all).filter(|(_, camera)| camera.at == place);
        let spot = cameras().find(|(_, camera)| camera.works && camera.blind_spot.is_some());
        match (spot, cameras().any(|(_, camera)| camera.works), cameras().next()) {
            (Some((number, _)), ..) => Sight::Blind(number),
            (None, true, _) if self.is_blind(at) => Sight::Restart,
            (None, true, _) => Sight::Seen,
            (None, false, Some((number, _))) => Sight::Broken(number),
            (None, false, None) => Sight::None,
        }
    }

    /// Whether the recorder restarts.
    pub(super) fn is_blind(&self, at: u32) -> bool {
        let cameras = &self.bank.cameras;
        Clock::minutes(at).is_within(cameras.restart, cameras.restart.plus(cameras.blind))
    }

    /// When a picture loop that stands from a minute on has stood as long as it can; while the recorder restarts it needs not.
    pub(super) fn loop_ends(&self, from: u32) -> u32 {
        let mut needed = (from..from + 24 * 60).filter(|at| !self.is_blind(*at));
        let looped = usize::try_from(self.bank.cameras.looped).unwrap_or(usize::MAX);
        needed.nth(looped).unwrap_or(from + 24 * 60)
    }

    /// The guards whose shift it is, of [`crate::Guards::all`], with their posts.
    fn on_duty(&self, at: u32) -> impl Iterator<Item = (usize, Post)> {
        let now = Clock::minutes(at);
        let guards = self.bank.guards.all.iter().zip(&self.posts).enumerate();
        guards.filter_map(move |(guard, (who, post))| {
            let shift = self.bank.guards.shifts.get(who.shift)?;
            now.is_within(shift.starts, shift.ends).then_some((guard, *post))
        })
    }
}
