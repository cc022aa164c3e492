//! The course of a job: what happens at which minute, by the rules that [`super`] states.

use super::event::{Event, Fares, Note};
use super::scene::{Scene, Sight};
use crate::plan::exits;
use crate::{Alarm, Clock, Line, Method, Plan, Responder, Rings, Risk, Road, Slot, Walk};

/// How many the crew are.
const CREW: u32 = 6;

/// Minutes that it takes to talk over what the crew isn't agreed on.
pub(super) const TALK: u32 = 2;

/// Something that goes wrong, and who comes for it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call {
    /// Which of the notes it is.
    note: usize,
    /// When they are called.
    pub(super) called: u32,
    /// When they are there.
    pub(super) there: u32,
    /// Who; none if the crew is caught on the spot.
    pub(super) by: Option<Responder>,
    /// Who was called first, if they came too late and called others: they were there when those were called.
    pub(super) late: Option<Responder>,
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
    pub(super) scene: &'a Scene<'b>,
    entry: usize,
    pub(super) line: Line,
    pub(super) now: u32,
    /// Whether it has come through the anteroom.
    is_inside: bool,
    /// When the loop on the pictures of the anteroom has stood as long as it can.
    loop_ends: Option<u32>,
    /// When the line was cut.
    cut: Option<u32>,
    pub(super) notes: Vec<Note>,
    pub(super) calls: Vec<Call>,
    pub(super) caught: Option<Caught>,
    /// When the crew has left the bank.
    pub(super) left: Option<u32>,
    /// What is in the bags, in thousands.
    pub(super) loot: u32,
}

impl<'a, 'b> Course<'a, 'b> {
    /// A whole job. Each of its parts leaves a crew that has been caught as it is.
    pub(crate) fn play(scene: &'a Scene<'b>, plan: &Plan) -> Self {
        Self::go_in(scene, plan).open(plan).load(plan).get_away(plan)
    }

    /// Whether the crew has been caught.
    pub(crate) const fn is_caught(&self) -> bool {
        self.caught.is_some()
    }

    /// What gets away, in thousands; none if the crew has been caught.
    pub(crate) fn escapes_with(&self) -> Option<u32> {
        self.caught.is_none().then_some(self.loot)
    }

    /// Goes in as far as the vault: by start, entry and alarm of the plan, and its route where nobody settled the entry.
    pub(crate) fn go_in(scene: &'a Scene<'b>, plan: &Plan) -> Self {
        let bank = scene.bank;
        let road = plan.route.and_then(|road| bank.roads.get(road));
        let settled = plan.entry.filter(|entry| scene.way(*entry).is_some());
        let entry = settled.or(road.map(|road| road.exit)).or_else(|| exits(bank).next()).unwrap_or(bank.vault.at);
        let mut course = Self {
            scene,
            entry,
            line: plan.alarm.unwrap_or(Line::Nothing),
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
        course.settle(plan, Slot::Start, plan.start.is_some());
        course.settle(plan, Slot::Entry, settled.is_some());
        course.settle(plan, Slot::Alarm, plan.alarm.is_some());
        course.door(entry, false);
        if let Some(way) = scene.way(entry) {
            course.walk(way.by_minute().skip(1));
        }
        course.note(course.now, Event::AtVault { entry }, true);
        course.judge();
        course
    }

    /// Opens the vault by the method of the plan.
    pub(crate) fn open(mut self, plan: &Plan) -> Self {
        if self.caught.is_some() {
            return self;
        }
        let methods = &self.scene.bank.vault.methods;
        let settled = plan.method.and_then(|number| Some((number, methods.get(number)?)));
        self.settle(plan, Slot::Method, settled.is_some());
        let slowest = || methods.iter().enumerate().max_by_key(|(_, method)| method.minutes);
        if let Some((number, method)) = settled.or_else(slowest) {
            self.work(number, method);
        }
        self.judge();
        self
    }

    /// Takes the load of the plan into the bags.
    pub(crate) fn load(mut self, plan: &Plan) -> Self {
        if self.caught.is_some() {
            return self;
        }
        let vault = &self.scene.bank.vault;
        let load = plan.load.as_deref().filter(|load| load.iter().any(|part| *part < vault.loot.len()));
        self.settle(plan, Slot::Load, load.is_some());
        let opened = self.now;
        let is_taken = |part: &usize| load.map_or(*part == 0, |load| load.contains(part));
        for (number, part) in vault.loot.iter().enumerate().filter(|(number, _)| is_taken(number)) {
            self.stay(self.now + part.minutes);
            self.note(self.now, Event::Loaded(number), true);
            self.loot += part.worth;
        }
        if self.now >= opened + vault.falls_shut {
            self.fail(opened + vault.falls_shut, Event::Shut);
        }
        self.judge();
        self
    }

    /// Gets away by the route of the plan.
    pub(crate) fn get_away(mut self, plan: &Plan) -> Self {
        if self.caught.is_some() {
            return self;
        }
        let bank = self.scene.bank;
        let road = plan.route.and_then(|route| Some((route, bank.roads.get(route)?)));
        self.settle(plan, Slot::Route, road.is_some());
        let home = || bank.roads.iter().enumerate().find(|(_, road)| road.exit == self.entry);
        if let Some((number, road)) = road.or_else(home) {
            self.go_out(road.exit);
            self.drive(number, road);
        } else {
            self.go_out(self.entry);
            self.fail(self.now, Event::NoRoad);
            self.judge();
        }
        self
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

    /// Warns the control desk if the loop has run too long.
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
    fn work(&mut self, number: usize, method: &Method) {
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
            self.call(at, Event::Heard(number), Responder::Guards, at);
        }
        self.stay(ends);
        self.note(ends, Event::Opens(number), true);
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
        if matches!(road.risk, Risk::Seen { .. }) {
            self.follow(number, |_| true);
        }
        self.hunt(left);
        if road.risk == Risk::Police {
            self.follow(number, |call| call.by == Some(Responder::Police));
        }
        self.judge();
        if self.caught.is_none() {
            self.note(self.now, Event::Arrives(number), true);
        }
    }

    /// Fails on a road if one of such calls goes out before its end.
    fn follow(&mut self, road: usize, is_such: impl Fn(&Call) -> bool) {
        let called = self.calls.iter().filter(|call| is_such(call)).map(|call| call.called).min();
        if let Some(called) = called.filter(|called| *called <= self.now) {
            self.fail(called.max(self.left.unwrap_or(called)), Event::Followed(road));
        }
    }

    /// Whoever comes too late calls the police after the crew, and so does the next round that finds the vault open.
    fn hunt(&mut self, left: u32) {
        let police = self.scene.bank.alarms.police;
        let late =
            |call: &&mut Call| call.there > left && matches!(call.by, Some(Responder::Guards | Responder::Patrol));
        for call in self.calls.iter_mut().filter(late) {
            call.late = call.by;
            call.called = call.there;
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

    /// Notes if nothing stands in a slot, and talks over what the crew isn't agreed on: before the door, or at the vault.
    fn settle(&mut self, plan: &Plan, slot: Slot, stands: bool) {
        if !stands {
            let event = if plan.gone.contains(&slot) { Event::Gone(slot) } else { Event::Unsettled(slot) };
            self.note(self.now, event, false);
        } else if plan.open.contains(&slot) {
            self.note(self.now, Event::Talked(slot), false);
            match slot {
                Slot::Start | Slot::Entry | Slot::Alarm => self.now += TALK,
                Slot::Method | Slot::Load | Slot::Route => self.stay(self.now + TALK),
            }
        }
    }

    fn note(&mut self, at: u32, event: Event, ok: bool) {
        self.notes.push(Note { at, event, ok });
    }

    /// Something goes wrong, and somebody is called.
    fn call(&mut self, at: u32, event: Event, by: Responder, called: u32) {
        let there = called + self.scene.bank.alarms.minutes(by);
        self.calls.push(Call { note: self.notes.len(), called, there, by: Some(by), late: None });
        self.note(at, event, false);
    }

    /// Something goes wrong, and the crew is caught on the spot.
    fn fail(&mut self, at: u32, event: Event) {
        self.calls.push(Call { note: self.notes.len(), called: at, there: at, by: None, late: None });
        self.note(at, event, false);
    }

    /// Whether somebody has come for the crew by now: whoever came first.
    fn judge(&mut self) {
        let come = self.calls.iter().filter(|call| call.there <= self.now);
        let first = come.min_by_key(|call| (call.there, call.by, call.note));
        self.caught = first.map(|call| Caught { note: call.note, at: call.there, by: call.by });
    }
}
