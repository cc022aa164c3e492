//! The course of a job: what happens at which minute, by the rules that [`super`] states.

use super::event::{Event, Fares, Note};
use super::scene::{Scene, Sight};
use crate::plan::exits;
use crate::{Alarm, Clock, Line, Method, Plan, Responder, Rings, Risk, Road, Slot, Walk};

/// How many the crew are.
const CREW: u32 = 6;

/// Something that goes wrong, and who comes for it.
#[derive(Clone, Copy, Debug)]
struct Call {
    /// Which of the notes it is.
    note: usize,
    /// When they are called.
    called: u32,
    /// When they are there.
    there: u32,
    /// Who; none if the crew is caught on the spot.
    by: Option<Responder>,
}

/// How the crew is caught.
#[derive(Clone, Copy, Debug)]
pub(super) struct Caught {
    /// What it is caught for, of the notes.
    pub(super) note: usize,
    /// When.
    pub(super) at: u32,
    /// Who has come, if anybody had to.
    pub(super) by: Option<Responder>,
}

/// How a job goes as far as it has gone. Minutes count on from the midnight before the start.
#[derive(Clone)]
pub(crate) struct Course<'a, 'b> {
    scene: &'a Scene<'b>,
    entry: usize,
    line: Line,
    method: usize,
    now: u32,
    /// Whether it has come through the anteroom.
    is_inside: bool,
    /// When the loop on the pictures of the anteroom has stood as long as it can.
    loop_ends: Option<u32>,
    /// When the line was cut.
    cut: Option<u32>,
    pub(super) notes: Vec<Note>,
    calls: Vec<Call>,
    pub(super) caught: Option<Caught>,
    /// When the crew has left the bank.
    pub(super) left: Option<u32>,
    /// What gets away, in thousands.
    pub(super) loot: u32,
}

impl<'a, 'b> Course<'a, 'b> {
    /// A job up to the open vault: start, entry, alarm and method of a plan, and its route where it says the entry.
    pub(crate) fn to_the_vault(scene: &'a Scene<'b>, plan: &Plan) -> Self {
        let bank = scene.bank;
        let road = plan.route.and_then(|road| bank.roads.get(road));
        let entry = plan.entry.filter(|entry| scene.way(*entry).is_some());
        let method = plan.method.filter(|method| *method < bank.vault.methods.len());
        let slowest = || (0..).zip(&bank.vault.methods).max_by_key(|(_, method)| method.minutes);
        let mut course = Self {
            scene,
            entry: entry.or(road.map(|road| road.exit)).or_else(|| exits(bank).next()).unwrap_or(bank.vault.at),
            line: plan.alarm.unwrap_or(Line::Nothing),
            method: method.or_else(|| slowest().map(|(method, _)| method)).unwrap_or(0),
            now: plan.start.map_or(0, Clock::after_midnight),
            is_inside: false,
            loop_ends: None,
            cut: None,
            notes: Vec::with_capacity(24),
            calls: Vec::new(),
            caught: None,
            left: None,
            loot: 0,
        };
        let unsettled = [
            (Slot::Start, plan.start.is_none()),
            (Slot::Entry, entry.is_none()),
            (Slot::Alarm, plan.alarm.is_none()),
            (Slot::Method, method.is_none()),
        ];
        for (slot, _) in unsettled.into_iter().filter(|(_, is_unsettled)| *is_unsettled) {
            course.note(course.now, Event::Unsettled(slot), false);
        }
        course.go_in();
        if let Some(method) = bank.vault.methods.get(course.method) {
            course.open(method);
        }
        course.judge();
        course
    }

    /// The rest of the job: load and route of the plan.
    pub(crate) fn rest(mut self, plan: &Plan) -> Self {
        if self.caught.is_some() {
            return self;
        }
        let bank = self.scene.bank;
        let road = plan.route.and_then(|route| Some((route, bank.roads.get(route)?)));
        if plan.load.is_none() {
            self.note(self.now, Event::Unsettled(Slot::Load), false);
        }
        if road.is_none() {
            self.note(self.now, Event::Unsettled(Slot::Route), false);
        }
        let worth = self.load(plan.load.as_deref().unwrap_or(&[0]));
        let home = || bank.roads.iter().enumerate().find(|(_, road)| road.exit == self.entry);
        if let Some((number, road)) = road.or_else(home) {
            self.go_out(road.exit);
            self.drive(number, road);
        } else {
            self.go_out(self.entry);
            self.fail(self.now, Event::NoRoad);
            self.judge();
        }
        if self.caught.is_none() {
            self.loot = worth;
        }
        self
    }

    fn go_in(&mut self) {
        self.door(self.entry, false);
        if let Some(way) = self.scene.way(self.entry) {
            self.walk(way.by_minute().skip(1));
        }
        self.note(self.now, Event::AtVault { entry: self.entry }, true);
    }

    /// Walks on over places with the minutes after which one is there.
    fn walk(&mut self, way: impl Iterator<Item = (usize, u32)>) {
        let begins = self.now;
        for (place, minute) in way {
            self.now = begins + minute;
            if let Some(who) = self.scene.met(place, self.now) {
                self.fail(self.now, Event::Met { place, who });
            }
            self.ring(|alarm| alarm.at == place && alarm.rings == Rings::Crossed, self.now, self.now + 1);
            if Some(place) == self.scene.anteroom {
                self.pass_pictures(place);
            }
        }
    }

    /// Comes into the pictures of the anteroom, or out of them.
    fn pass_pictures(&mut self, place: usize) {
        self.mind_loop();
        let is_seen = matches!(self.scene.sight(place, self.now), Sight::Seen | Sight::Restart);
        if !self.is_inside && is_seen {
            self.loop_ends = Some(self.scene.loop_ends(self.now));
            self.note(self.now, Event::Loop { place }, true);
        } else {
            self.loop_ends = None;
        }
        self.is_inside = !self.is_inside;
    }

    /// Warns the control desk if the loop has stood too long.
    fn mind_loop(&mut self) {
        if let Some(ends) = self.loop_ends.take_if(|ends| *ends < self.now) {
            self.call(ends, Event::LoopEnds, Responder::Guards, self.scene.noticed(ends));
        }
    }

    /// Stops at an exit, on the way in or out.
    fn door(&mut self, exit: usize, leaves: bool) {
        if let Some(who) = self.scene.staff(self.now).or_else(|| self.scene.met(exit, self.now)) {
            self.fail(self.now, Event::Met { place: exit, who });
        }
        let sight = self.scene.sight(exit, self.now);
        let event = Event::Door { exit, sight, leaves };
        if sight == Sight::Seen {
            self.call(self.now, event, Responder::Guards, self.scene.noticed(self.now));
        } else {
            self.note(self.now, event, true);
        }
        self.ring(|alarm| alarm.at == exit && alarm.rings == Rings::Opened, self.now, self.now + 1);
    }

    /// Works at the vault until it is open.
    fn open(&mut self, method: &Method) {
        let (begins, ends) = (self.now, self.now + method.minutes);
        let bank = self.scene.bank;
        for keeper in &method.needs {
            self.note(begins, Event::Kept(*keeper), true);
        }
        let is_shut = Clock::minutes(begins).is_within(bank.vault.shut.0, bank.vault.shut.1);
        if !method.needs.is_empty() && is_shut {
            if self.scene.in_gap(begins) {
                self.note(begins, Event::Override, true);
            } else {
                self.fail(begins, Event::Refused);
            }
        }
        if let Some(woken) = method.wakes.and_then(|alarm| bank.alarms.all.get(alarm)) {
            self.ring(|alarm| std::ptr::eq(alarm, woken), begins, ends);
        }
        if let Some(at) = (begins..ends).find(|at| self.scene.is_heard(method.noise, *at)) {
            self.call(at, Event::Heard(self.method), Responder::Guards, at);
        }
        self.stay(ends);
        self.note(ends, Event::Opens(self.method), true);
    }

    /// Loads parts of the loot, and tells what they are worth.
    fn load(&mut self, parts: &[usize]) -> u32 {
        let vault = &self.scene.bank.vault;
        let opened = self.now;
        let mut worth = 0;
        for (number, part) in parts.iter().filter_map(|part| Some((*part, vault.loot.get(*part)?))) {
            self.stay(self.now + part.minutes);
            self.note(self.now, Event::Loaded(number), true);
            worth += part.worth;
        }
        if self.now >= opened + vault.falls_shut {
            self.fail(opened + vault.falls_shut, Event::Shut);
        }
        worth
    }

    /// Stays at the vault until a minute.
    fn stay(&mut self, until: u32) {
        let place = self.scene.bank.vault.at;
        let met = (self.now..until).find_map(|at| Some((at, self.scene.met(place, at)?)));
        if let Some((at, who)) = met {
            self.fail(at, Event::Met { place, who });
        }
        self.now = until;
        self.mind_loop();
    }

    fn go_out(&mut self, exit: usize) {
        let way = self.scene.way(exit).map(Walk::back);
        if let Some(way) = way {
            // The vault itself, and the exit, where one stops.
            let inside = way.places.len().saturating_sub(2);
            let begins = self.now;
            self.walk(way.by_minute().skip(1).take(inside));
            self.now = begins + way.minutes;
        }
        let (locks, minutes) = self.scene.bank.alarms.locks;
        let called = self.calls.iter().map(|call| call.called).min();
        if locks == exit && called.is_some_and(|called| called + minutes <= self.now) {
            self.fail(self.now, Event::Locked(exit));
        }
        self.door(exit, true);
    }

    /// Gets away on a road, unless somebody is there before.
    fn drive(&mut self, number: usize, road: &Road) {
        if road.risk == Risk::Narrow {
            self.now += CREW - 1;
            self.note(self.now, Event::Narrow(number), true);
        }
        let left = self.now;
        self.judge();
        if self.caught.is_some() {
            return;
        }
        self.left = Some(left);
        self.note(left, Event::Leaves { exit: road.exit, road: number }, true);
        if let Risk::Wait { minutes, .. } = road.risk {
            self.now += minutes;
            self.note(self.now, Event::Waits(number), true);
        }
        self.now += road.minutes;
        let meets = |call: &&Call| match road.risk {
            Risk::Police => call.by == Some(Responder::Police),
            Risk::Seen { .. } => true,
            _ => false,
        };
        let called = self.calls.iter().filter(meets).map(|call| call.called).min();
        if let Some(called) = called.filter(|called| *called <= self.now) {
            self.fail(called.max(left), Event::Followed(number));
        }
        self.hunt(left);
        self.judge();
        if self.caught.is_none() {
            self.note(self.now, Event::Arrives(number), true);
        }
    }

    /// Whoever comes too late sends the police after the crew, and so does the next round that finds the vault open.
    fn hunt(&mut self, left: u32) {
        let police = self.scene.bank.alarms.police;
        let late =
            |call: &&mut Call| call.there > left && matches!(call.by, Some(Responder::Guards | Responder::Patrol));
        for call in self.calls.iter_mut().filter(late) {
            call.there += police;
            call.by = Some(Responder::Police);
        }
        if let Some((at, round)) = self.scene.next_round(left, self.now) {
            self.call(at, Event::Found(round), Responder::Police, at);
        }
    }

    /// Lets the alarms ring that are such, from a minute on until before another, and calls whom they reach.
    fn ring(&mut self, is_such: impl Fn(&Alarm) -> bool, from: u32, until: u32) {
        let alarms = &self.scene.bank.alarms;
        for (number, alarm) in alarms.all.iter().enumerate().filter(|(_, alarm)| is_such(alarm)) {
            let tested = |at: u32| {
                Clock::minutes(at).is_within(alarms.test.starts, alarms.test.starts.plus(alarms.test.minutes))
            };
            let fares = match self.line {
                _ if alarm.false_alarms > 0 => Fares::Disbelieved,
                Line::Test => (from..until).find(|at| !tested(*at)).map_or(Fares::Passes, Fares::Calls),
                Line::Cut => Fares::Radio(from.max(*self.cut.get_or_insert(from) + alarms.radio)),
                Line::Nothing if tested(from) => Fares::Desk,
                Line::Nothing => Fares::Calls(from),
            };
            let event = Event::Rings { alarm: number, fares };
            match fares {
                Fares::Disbelieved | Fares::Passes => self.note(from, event, true),
                Fares::Desk => self.call(from, event, Responder::Guards, self.scene.noticed(from)),
                Fares::Radio(at) | Fares::Calls(at) => self.call(from, event, alarm.calls, at),
            }
        }
    }

    fn note(&mut self, at: u32, event: Event, ok: bool) {
        self.notes.push(Note { at, event, ok });
    }

    /// Something goes wrong, and somebody is called.
    fn call(&mut self, at: u32, event: Event, by: Responder, called: u32) {
        let there = called + self.scene.bank.alarms.minutes(by);
        self.calls.push(Call { note: self.notes.len(), called, there, by: Some(by) });
        self.note(at, event, false);
    }

    /// Something goes wrong, and the crew is caught on the spot.
    fn fail(&mut self, at: u32, event: Event) {
        self.calls.push(Call { note: self.notes.len(), called: at, there: at, by: None });
        self.note(at, event, false);
    }

    /// Whether somebody has come for the crew by now: whoever came first.
    fn judge(&mut self) {
        let come = self.calls.iter().filter(|call| call.there <= self.now);
        let first = come.min_by_key(|call| (call.there, call.by, call.note));
        self.caught = first.map(|call| Caught { note: call.note, at: call.there, by: call.by });
    }
}
