//! What speaks for and against a plan, as far as an agent knows: the rules by which a job goes, held against what it believes.

use heist_bank::Slot;

use super::figures::{Comes, Figures, Minute, Noise, Risk, Sensor, Sight, Span};
use super::tally::{ALARM, ENTRY, LOAD, METHOD, ROUTE, Reason, Reasons, START, Tally};

/// A plan in the making: which of each slot's options, in the slots' order; none where nothing is chosen.
pub(super) type Sketch = [Option<usize>; 6];

/// What must not be: the crew is caught for it.
const FATAL: i32 = -60;
/// What is not known speaks a little against what hangs on it.
const UNKNOWN: i32 = -8;
/// How many the crew of a job are: on a narrow road each further one costs a minute.
const QUEUE: Minute = 5;
/// So many minutes before the vault the pictures of the room before it have to be false, and so many after it.
const PASSING: Minute = 1;

/// How good each choice of a plan is by itself, all of them together, as far as it is known.
pub(super) fn worth_alone(figures: &Figures, sketch: &Sketch) -> i32 {
    let mut worth = 0;
    Course::of(figures, sketch, &mut worth).alone();
    worth
}

/// How good it is beside that, for how its choices go together.
pub(super) fn worth_together(figures: &Figures, sketch: &Sketch) -> i32 {
    let mut worth = 0;
    Course::of(figures, sketch, &mut worth).together();
    worth
}

/// What speaks in a plan for and against what it has in a slot.
pub(super) fn reasons(figures: &Figures, sketch: &Sketch, slot: Slot) -> Vec<Reason> {
    let mut reasons = Reasons::about(slot);
    let mut course = Course::of(figures, sketch, &mut reasons);
    course.alone();
    course.together();
    reasons.found()
}

/// Somebody is called.
#[derive(Clone, Copy)]
struct Call {
    at: Minute,
    comes: Comes,
    /// The slots on which it hangs.
    slots: u8,
    cause: Cause,
}

/// What somebody is called for.
#[derive(Clone, Copy)]
enum Cause {
    Entry,
    Exit,
    Vault,
    Loop,
}

/// A plan with its minutes.
struct Course<'a, T> {
    f: &'a Figures,
    tally: &'a mut T,
    sketch: Sketch,
    entry: Option<usize>,
    exit: Option<usize>,
    /// When the crew comes in, is at the vault, has it open, has loaded, is at the exit, has left, and is away. None if no
    /// start is chosen.
    times: Option<Times>,
    /// Whether it is known how long the work at the vault takes.
    is_sure: bool,
    calls: [Option<Call>; 4],
}

#[derive(Clone, Copy)]
struct Times {
    start: Minute,
    begins: Minute,
    open: Minute,
    loaded: Minute,
    out: Minute,
    left: Minute,
    away: Minute,
}

impl<'a, T: Tally> Course<'a, T> {
    fn of(figures: &'a Figures, sketch: &Sketch, tally: &'a mut T) -> Self {
        let [start, entry, _, method, load, route] = *sketch;
        let road = route.and_then(|route| figures.roads.get(route));
        let exit = road.and_then(|road| road.exit);
        let walk = |exit: Option<usize>| exit.and_then(|exit| figures.exits.get(exit)?.walk).unwrap_or(3);
        let times = start.and_then(|start| figures.starts.get(start)).map(|start| {
            let begins = start + walk(entry);
            let open = begins + method.and_then(|method| figures.ways.get(method)?.minutes).unwrap_or(12);
            let loaded = open
                + load
                    .and_then(|load| figures.loads.get(load))
                    .map_or(3, |load| load.minutes.unwrap_or(load.least + 3));
            let out = loaded + walk(exit.or(entry));
            let left = out + if road.is_some_and(|road| road.risk == Some(Risk::Narrow)) { QUEUE } else { 0 };
            let waits = road.map_or(0, |road| if let Some(Risk::Wait(minutes)) = road.risk { minutes } else { 0 });
            let away = left + waits + road.and_then(|road| road.minutes).unwrap_or(10);
            Times { start: *start, begins, open, loaded, out, left, away }
        });
        let opens = method.and_then(|method| figures.ways.get(method)?.minutes).is_some();
        let loads = load.and_then(|load| figures.loads.get(load)?.minutes).is_some();
        let is_sure = opens && loads;
        Self { f: figures, tally, sketch: *sketch, entry, exit, times, is_sure, calls: [None; 4] }
    }

    /// How the choices go together.
    fn together(&mut self) {
        self.people();
        self.vault();
        self.doors();
        self.pictures();
        self.called();
    }

    /// What each choice says for itself.
    fn alone(&mut self) {
        let [_, entry, line, method, load, route] = self.sketch;
        // Whoever sees to the line is safer against what is not known.
        match line {
            Some(0) if self.f.test.is_some() => self.tally.add(ALARM, 4, || "line_test".to_owned()),
            Some(1) if self.f.radio.is_some() => self.tally.add(ALARM, -2, || "radio".to_owned()),
            Some(1) => self.tally.lacks(-2),
            Some(2) => self.tally.lacks(UNKNOWN),
            _ => {}
        }
        if let Some(exit) = entry.and_then(|entry| self.f.exits.get(entry)) {
            match exit.walk {
                Some(walk) => self.tally.add(ENTRY, 3 - walk, || format!("walk:{}", exit.name)),
                None => self.tally.lacks(UNKNOWN / 2),
            }
        }
        if let Some(way) = method.and_then(|method| self.f.ways.get(method)) {
            let key = || format!("method:{}", way.name);
            match (way.noise, way.minutes) {
                (Some(Noise::VeryLoud), _) => self.tally.add(METHOD, FATAL, key),
                (Some(_), Some(minutes)) => self.tally.add(METHOD, 9 - minutes / 2, key),
                _ => self.tally.lacks(2 * UNKNOWN),
            }
        }
        if let Some(load) = load.and_then(|load| self.f.loads.get(load)) {
            let key = || format!("loot:{}", load.most);
            match load.worth.zip(load.minutes) {
                Some((worth, minutes)) => self.tally.add(LOAD, (worth / 50).min(16) - minutes, key),
                None => self.tally.lacks(2 * UNKNOWN),
            }
            match self.f.falls_shut.zip(load.minutes) {
                Some((shut, minutes)) if minutes >= shut => self.tally.add(LOAD, FATAL - 10, || "shut".to_owned()),
                Some(_) => self.tally.add(LOAD, 2, || "shut".to_owned()),
                None => {}
            }
        }
        if let Some(road) = route.and_then(|route| self.f.roads.get(route)) {
            match road.minutes {
                Some(minutes) => self.tally.add(ROUTE, 4 - minutes / 2, || format!("route:{}", road.name)),
                None => self.tally.lacks(2 * UNKNOWN),
            }
            match road.risk {
                None => self.tally.lacks(UNKNOWN),
                Some(risk) => {
                    let weight = match risk {
                        Risk::Police | Risk::Seen => -6,
                        Risk::Narrow => -7,
                        Risk::Alarm => -2,
                        Risk::Wait(minutes) => -minutes / 2,
                    };
                    self.tally.add(ROUTE, weight, || format!("risk:{}", road.name));
                }
            }
            if let Some(exit) = road.exit.and_then(|exit| self.f.exits.get(exit)) {
                match exit.walk {
                    Some(walk) => self.tally.add(ROUTE, 2 - walk, || format!("walk:{}", exit.name)),
                    None => self.tally.lacks(UNKNOWN / 2),
                }
                if exit.locks.is_some() {
                    self.tally.add(ROUTE, -3, || format!("locks:{}", exit.name));
                }
            }
        }
    }

    /// Whom the crew meets.
    fn people(&mut self) {
        let Some(Times { start, begins, loaded, .. }) = self.times else { return };
        if let Some((gone, key)) = &self.f.gone {
            // From the morning on the house fills again.
            let opens = self.f.locked.map_or(17 * 60, |locked| locked.to);
            let is_full = start < *gone || start >= opens;
            self.tally.add(START, if is_full { FATAL } else { 1 }, || key.clone());
        }
        match self.f.gap {
            // Until then the guards are at their posts.
            Some(gap) if start < gap.from && gap.from <= begins => self.tally.add(START, -8, || "gap".to_owned()),
            Some(gap) if begins < gap.from => self.tally.add(START, FATAL, || "gap".to_owned()),
            Some(gap) if gap.has(begins) => self.tally.add(START, 10, || "gap".to_owned()),
            Some(_) => self.tally.add(START, -6, || "gap".to_owned()),
            None => self.tally.lacks(UNKNOWN),
        }
        let slots = START | METHOD | LOAD;
        if let Some(first) = self.f.first {
            // Of what takes nobody knows how long nobody can say when it is over.
            let stay = Span { from: begins, to: if self.is_sure { loaded } else { begins + 1 } };
            let (every, takes) = self.f.rounds.unwrap_or((24 * 60, first.to - first.from + 10));
            let met = (0..24).map(|round| round * every).find(|later| {
                let there = Span { from: first.to + later, to: first.from + later + takes };
                there.shared(stay) > 0
            });
            match met {
                Some(0) => self.tally.add(slots, FATAL, || "first_round".to_owned()),
                Some(_) => self.tally.add(slots, FATAL, || "rounds".to_owned()),
                None if !self.is_sure => self.tally.lacks(UNKNOWN),
                None if loaded <= first.to => self.tally.add(START, 4, || "first_round".to_owned()),
                None => self.tally.add(START, 2, || "rounds".to_owned()),
            }
        }
        for (exit, at, slots) in [(self.entry, start, ENTRY | START), (self.exit, loaded, ROUTE)] {
            let post = exit.and_then(|exit| self.f.exits.get(exit)?.post.as_ref());
            if let Some((_, key)) = post.filter(|(span, _)| is_within(*span, at)) {
                self.tally.add(slots, FATAL, || key.clone());
            }
        }
    }

    /// The work at the vault.
    fn vault(&mut self) {
        let f = self.f;
        let Some(way) = self.sketch[Slot::Method as usize].and_then(|method| f.ways.get(method)) else { return };
        let Some(Times { begins, open, .. }) = self.times else { return };
        let in_gap = self.f.gap.map(|gap| gap.has(begins));
        match (way.noise, in_gap) {
            (Some(Noise::Quiet), Some(true)) => self.tally.add(METHOD | START, 8, || "gap".to_owned()),
            (Some(Noise::Quiet), Some(false)) if self.f.locked.is_none_or(|locked| locked.has(begins)) => {
                let key = if self.f.locked.is_some() { "time_lock" } else { "gap" };
                self.tally.add(METHOD | START, FATAL, || key.to_owned());
            }
            (Some(Noise::Noisy), Some(true)) => match self.f.is_near {
                Some(true) => self.tally.add(METHOD | START, FATAL, || "handover".to_owned()),
                Some(false) => self.tally.add(METHOD | START, 3, || "handover".to_owned()),
                None => self.tally.lacks(UNKNOWN),
            },
            (Some(Noise::Noisy), Some(false)) => self.tally.add(METHOD | START, -6, || "gap".to_owned()),
            _ => {}
        }
        if let Some(sensor) = way.sensor.as_ref().filter(|_| way.minutes.is_some()) {
            self.ring(sensor, Span { from: begins, to: open }, METHOD | START, Cause::Vault);
        }
    }

    /// What happens at the exits.
    fn doors(&mut self) {
        let Some(Times { start, out, .. }) = self.times else { return };
        let doors = [(self.entry, start, ENTRY, Cause::Entry), (self.exit, out, ROUTE, Cause::Exit)];
        for (exit, at, slot, cause) in doors {
            let Some(exit) = exit.and_then(|exit| self.f.exits.get(exit)) else { continue };
            let restarts = self.f.restart.is_some_and(|restart| restart.has(at));
            match &exit.sight {
                Sight::Covered(key) => self.tally.add(slot, 8, || key.clone()),
                Sight::Seen if restarts => self.tally.add(slot | START, 8, || "restart".to_owned()),
                Sight::Seen => self.tally.add(slot, FATAL + 4, || format!("seen_by:{}", exit.name)),
                Sight::Unknown => self.tally.lacks(2 * UNKNOWN),
            }
            if exit.disbelieved {
                self.tally.add(slot, 4, || format!("false_alarms:{}", exit.name));
            } else if let Some(sensor) = &exit.sensor {
                self.tally.add(slot, -2, || sensor.key.clone());
                self.ring(sensor, Span { from: at, to: at + 1 }, slot | START, cause);
            } else if exit.is_wired {
                let line_test = self.sketch[Slot::Alarm as usize] == Some(0);
                if !(line_test && self.f.test.is_some_and(|test| test.has(at))) {
                    self.tally.lacks(2 * UNKNOWN);
                }
            }
        }
    }

    /// An alarm rings for some minutes.
    fn ring(&mut self, sensor: &Sensor, span: Span, slots: u8, cause: Cause) {
        if sensor.disbelieved {
            return;
        }
        let slots = slots | ALARM;
        let line = self.sketch[Slot::Alarm as usize];
        let begun = self.f.test.is_some_and(|test| test.has(span.from));
        let call = |at| Some(Call { at, comes: sensor.comes, slots, cause });
        let called = match (line, self.f.test) {
            // The line test.
            (Some(0), None) => {
                self.tally.lacks(UNKNOWN);
                None
            }
            (Some(0), Some(test)) if begun && span.to <= test.to => {
                self.tally.add(slots, 6, || "line_test".to_owned());
                None
            }
            (Some(0), Some(test)) => call(if begun { test.to } else { span.from }),
            // A cut line.
            (Some(1), _) => {
                let cut = self.calls.iter().flatten().map(|call| call.at).min().unwrap_or(span.from).min(span.from);
                call(span.from.max(cut + self.f.radio.unwrap_or(3)))
            }
            (Some(_), Some(_)) if begun => {
                let at = self.noticed(span.from);
                Some(Call { at, comes: Comes::Guards, slots, cause })
            }
            (Some(_), _) => call(span.from),
            (None, _) => None,
        };
        self.take(called);
    }

    fn take(&mut self, call: Option<Call>) {
        if let Some(place) = self.calls.iter_mut().find(|call| call.is_none()) {
            *place = call;
        }
    }

    /// When what reaches the desk is seen there.
    fn noticed(&self, at: Minute) -> Minute {
        self.f.gap.filter(|gap| gap.has(at)).map_or(at, |gap| gap.to)
    }

    /// Whether the pictures of the room before the vault can be false for so long.
    fn pictures(&mut self) {
        let Some(Times { begins, loaded, .. }) = self.times else { return };
        if matches!(self.f.anteroom, Sight::Covered(_)) {
            return;
        }
        let Some(looped) = self.f.looped else { return self.tally.lacks(UNKNOWN / 2) };
        let stay = Span { from: begins - PASSING, to: loaded + PASSING };
        let spared = self.f.restart.map_or(0, |restart| restart.shared(stay));
        let needed = stay.to - stay.from - spared;
        let slots = METHOD | LOAD;
        if needed <= looped && !self.is_sure {
            self.tally.lacks(UNKNOWN);
        } else if needed <= looped {
            self.tally.add(slots, 3, || "loop".to_owned());
        } else {
            self.tally.add(slots, -10, || "loop".to_owned());
            let at = self.noticed(stay.from + looped + spared);
            self.take(Some(Call { at, comes: Comes::Guards, slots, cause: Cause::Loop }));
        }
    }

    /// Who comes, and whether in time.
    fn called(&mut self) {
        let Some(Times { out, left, away, .. }) = self.times else { return };
        let route = self.sketch[Slot::Route as usize].and_then(|route| self.f.roads.get(route));
        let police = self.f.response(Comes::Police);
        for call in self.calls.into_iter().flatten() {
            let there = call.at + self.f.response(call.comes);
            let is_late = there > left && call.comes != Comes::Police;
            let caught = if is_late { there + police <= away } else { there <= away };
            let weight = if caught { FATAL } else { -3 };
            let (f, sketch, exit) = (self.f, self.sketch, self.exit);
            self.tally.add(call.slots, weight, || cause(f, &sketch, exit, call.cause));
            let risk = route.and_then(|road| road.risk);
            let calls_police = call.comes == Comes::Police || is_late;
            if call.at <= away && (risk == Some(Risk::Seen) || (risk == Some(Risk::Police) && calls_police)) {
                self.tally.add(ROUTE, FATAL, || route.map_or_else(String::new, |road| format!("risk:{}", road.name)));
            }
            let locks = self
                .exit
                .and_then(|exit| self.f.exits.get(exit))
                .filter(|exit| exit.locks.is_some_and(|minutes| call.at + minutes <= out));
            if let Some(exit) = locks {
                self.tally.add(ROUTE, FATAL, || format!("locks:{}", exit.name));
            }
        }
        // The next round finds the vault open.
        if let Some(first) = self.f.first {
            let every = self.f.rounds.map_or(24 * 60, |(every, _)| every);
            let found = (0..24).map(|round| first.to + round * every).find(|at| (left..=away).contains(at));
            if found.is_some() {
                let key = if found == Some(first.to) { "first_round" } else { "rounds" };
                self.tally.add(ROUTE | START | LOAD, FATAL + 4, || key.to_owned());
            }
        }
    }
}

/// The key of the fact for which somebody is called; empty if it is none.
fn cause(f: &Figures, sketch: &Sketch, exit: Option<usize>, cause: Cause) -> String {
    let [_, entry, line, method, ..] = *sketch;
    let door = |exit: Option<usize>| exit.and_then(|exit| f.exits.get(exit)?.sensor.as_ref());
    let sensor = match cause {
        Cause::Entry => door(entry),
        Cause::Exit => door(exit),
        Cause::Vault => method.and_then(|method| f.ways.get(method)?.sensor.as_ref()),
        Cause::Loop => return "loop".to_owned(),
    };
    match line {
        Some(0) if f.test.is_some() => "line_test".to_owned(),
        Some(1) if f.radio.is_some() => "radio".to_owned(),
        _ => sensor.map_or_else(String::new, |sensor| sensor.key.clone()),
    }
}

/// Whether a minute of the night lies in a span that may go round the clock.
const fn is_within(span: Span, at: Minute) -> bool {
    const DAY: Minute = 24 * 60;
    (at - span.from).rem_euclid(DAY) < (span.to - span.from).rem_euclid(DAY)
}
