//! Going through plans: all that can be made of what is open to choice in each slot, played as far as they go.

use crate::job::{Course, Scene};
use crate::plan::{exits, starts};
use crate::{Bank, Clock, Line, Plan, Slot};

/// What can stand in each slot; none is that nobody settles it.
pub(crate) struct Choices {
    starts: Vec<Option<Clock>>,
    entries: Vec<Option<usize>>,
    lines: Vec<Option<Line>>,
    methods: Vec<Option<usize>>,
    loads: Vec<Option<Vec<usize>>>,
    routes: Vec<Option<usize>>,
    /// The slots on which nobody agrees, whatever stands there.
    open: Vec<Slot>,
}

impl Choices {
    /// All that a bank offers: [`Bank::options`].
    pub(crate) fn all(bank: &Bank) -> Self {
        Self::around(bank, &Plan::default(), &Slot::ALL)
    }

    /// All that a bank offers in these slots, with everybody agreed, and in the others what a plan has.
    pub(crate) fn around(bank: &Bank, plan: &Plan, slots: &[Slot]) -> Self {
        fn choices<T>(is_free: bool, all: impl IntoIterator<Item = T>, own: Option<T>) -> Vec<Option<T>> {
            if is_free { all.into_iter().map(Some).collect() } else { vec![own] }
        }
        let is = |slot: Slot| slots.contains(&slot);
        Self {
            starts: choices(is(Slot::Start), starts(bank), plan.start),
            entries: choices(is(Slot::Entry), exits(bank), plan.entry),
            lines: choices(is(Slot::Alarm), Line::ALL, plan.alarm),
            methods: choices(is(Slot::Method), 0..bank.vault.methods.len(), plan.method),
            loads: choices(is(Slot::Load), bank.loads(), plan.load.clone()),
            routes: choices(is(Slot::Route), 0..bank.roads.len(), plan.route),
            open: plan.open.iter().copied().filter(|slot| !is(*slot)).collect(),
        }
    }

    /// How many plans there are.
    pub(crate) fn plans(&self) -> usize {
        let before = self.starts.len() * self.entries.len() * self.lines.len();
        before * self.methods.len() * self.loads.len() * self.routes.len()
    }

    /// Plays them all, and tells of those that succeed, with how many thousands get away.
    pub(crate) fn succeed(&self, scene: &Scene, mut found: impl FnMut(&Plan, u32)) {
        // Whoever is caught on the way in is so with any method, and so on: few plans must be played to their end.
        for mut plan in self.beginnings() {
            // Without an entry the crew goes in where it means to come out.
            let only = plan.entry.is_none().then_some(plan.route);
            let inside = Course::go_in(scene, &plan);
            for method in self.methods.iter().filter(|_| !inside.is_caught()) {
                plan.method = *method;
                let opened = inside.clone().open(&plan);
                for load in self.loads.iter().filter(|_| !opened.is_caught()) {
                    plan.load.clone_from(load);
                    let loaded = opened.clone().load(&plan);
                    let routes = self.routes.iter().filter(|route| only.is_none_or(|only| only == **route));
                    for route in routes.filter(|_| !loaded.is_caught()) {
                        plan.route = *route;
                        if let Some(loot) = loaded.clone().get_away(&plan).escapes_with() {
                            found(&plan, loot);
                        }
                    }
                }
            }
        }
    }

    /// Every choice of a start, an entry and a way with the alarm; without an entry also of a route.
    fn beginnings(&self) -> Vec<Plan> {
        let mut plans = Vec::with_capacity(self.starts.len() * self.entries.len() * self.lines.len());
        for (start, entry) in
            self.starts.iter().flat_map(|start| self.entries.iter().map(move |entry| (*start, *entry)))
        {
            let routes = if entry.is_none() { &self.routes[..] } else { &[None] };
            for (alarm, route) in self.lines.iter().flat_map(|line| routes.iter().map(move |route| (*line, *route))) {
                plans.push(Plan { start, entry, alarm, route, open: self.open.clone(), ..Plan::default() });
            }
        }
        plans
    }
}
