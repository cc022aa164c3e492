//! The plan that an agent likes best: what is settled as it is, and else what has most to be said for it, as far as it knows.

use heist_bank::Slot;

use super::figures::Figures;
use super::plan::votes;
use super::reasons::{Sketch, reasons, worth_alone, worth_together};
use super::tally::Reason;
use super::view::{View, draw};

/// What stands is liked so much better than what nobody is for.
const STANDS: i32 = 4;
/// Tastes differ by so much less than this.
const TASTE: usize = 5;
/// So many beginnings of a plan are thought through.
const TRIED: usize = 6;
/// So often each slot is thought over.
const PASSES: usize = 2;

/// The plan that an agent likes best.
pub(super) struct Best {
    sketch: Sketch,
    /// What is liked of each option, in the slots' order: its worth by itself with the agent's taste.
    likes: [Vec<i32>; 6],
}

impl Best {
    pub(super) fn of(view: &View) -> Self {
        let f = view.figures();
        let likes = Slot::ALL.map(|slot| likes(view, f, slot));
        if view.is_final() {
            let sketch = Slot::ALL.map(|slot| f.option(slot, view.slot(slot).value()?));
            return Self { sketch, likes }.mended(f);
        }
        let settled = Slot::ALL.map(|slot| f.option(slot, view.slot(slot).settled.as_deref()?));
        let mut best = Self { sketch: settled, likes };
        let choices = |slot: Slot| match settled[slot as usize] {
            Some(option) => option..option + 1,
            None => 0..f.options(slot).len(),
        };
        let mut begun: Vec<(i32, Sketch)> = Vec::new();
        for start in choices(Slot::Start) {
            for method in choices(Slot::Method) {
                let mut sketch = settled;
                sketch[Slot::Start as usize] = Some(start);
                sketch[Slot::Method as usize] = Some(method);
                sketch[Slot::Alarm as usize].get_or_insert(0);
                begun.push((best.value(f, &sketch), sketch));
            }
        }
        begun.sort_by_key(|(value, _)| std::cmp::Reverse(*value));
        let mut most = i32::MIN;
        for (_, mut sketch) in begun.into_iter().take(TRIED) {
            let mut value = i32::MIN;
            for pass in 0..PASSES {
                use Slot::{Alarm, Entry, Load, Method, Route, Start};
                for slot in [Entry, Load, Route, Alarm, Start, Method] {
                    if pass == 0 && matches!(slot, Start | Method) {
                        continue;
                    }
                    for option in choices(slot) {
                        if sketch[slot as usize] == Some(option) && value > i32::MIN {
                            // That is the value.
                            continue;
                        }
                        let mut other = sketch;
                        other[slot as usize] = Some(option);
                        let of_other = best.value(f, &other);
                        if of_other > value || sketch[slot as usize].is_none() {
                            (value, sketch) = (of_other, other);
                        }
                    }
                }
            }
            if value > most {
                (most, best.sketch) = (value, sketch);
            }
        }
        best
    }

    /// At the end everybody looks at the plan as it stands once more, and changes no more of it than helps.
    fn mended(mut self, f: &Figures) -> Self {
        let changed = |sketch: &Sketch, (slot, option): (Slot, usize)| {
            let mut sketch = *sketch;
            sketch[slot as usize] = Some(option);
            sketch
        };
        let options = |slot: Slot| (0..f.options(slot).len()).map(move |option| (slot, option));
        for slot in Slot::ALL {
            if self.sketch[slot as usize].is_none() {
                let filled = options(slot).map(|option| changed(&self.sketch, option));
                self.sketch = filled.max_by_key(|sketch| self.value(f, sketch)).unwrap_or(self.sketch);
            }
        }
        // Plain loops: they go round a thousand times in every turn of the last round.
        let all: Vec<_> = Slot::ALL.into_iter().flat_map(options).collect();
        for _ in 0..PASSES {
            let (mut best, mut most) = (None, self.value(f, &self.sketch) + 1);
            for one in &all {
                let once = changed(&self.sketch, *one);
                for two in all.iter().filter(|two| two.0 as usize >= one.0 as usize) {
                    let sketch = changed(&once, *two);
                    let value = self.value(f, &sketch);
                    if value >= most {
                        (best, most) = (Some(sketch), value);
                    }
                }
            }
            let Some(best) = best else { break };
            self.sketch = best;
        }
        self
    }

    fn value(&self, f: &Figures, sketch: &Sketch) -> i32 {
        let mut value = worth_together(f, sketch);
        for (option, likes) in sketch.iter().zip(&self.likes) {
            value += option.and_then(|option| likes.get(option)).copied().unwrap_or(0);
        }
        value
    }

    /// What it would have in a slot.
    pub(super) fn option<'a>(&self, f: &'a Figures, slot: Slot) -> Option<&'a str> {
        f.options(slot).get(self.sketch[slot as usize]?).map(String::as_str)
    }

    /// What the plan is worth to it with something else in a slot; none if that is no option.
    pub(super) fn worth_with(&self, f: &Figures, slot: Slot, value: &str) -> Option<i32> {
        Some(self.value(f, &self.with(f, slot, value)?))
    }

    /// What speaks for and against an option of a slot, the rest as it would have it.
    pub(super) fn reasons(&self, f: &Figures, slot: Slot, value: &str) -> Vec<Reason> {
        self.with(f, slot, value).map_or_else(Vec::new, |sketch| reasons(f, &sketch, slot))
    }

    fn with(&self, f: &Figures, slot: Slot, value: &str) -> Option<Sketch> {
        let mut sketch = self.sketch;
        sketch[slot as usize] = Some(f.option(slot, value)?);
        Some(sketch)
    }
}

/// What an agent likes of a slot's options: what they are worth by themselves, its taste, and what stands.
fn likes(view: &View, f: &Figures, slot: Slot) -> Vec<i32> {
    let drafted = view.slot(slot);
    let stands = drafted.value();
    // Whoever has the last word heeds what others are for.
    let decides = view.is_planner() && view.is_final();
    let votes = |option: &String| {
        let proposal = drafted.proposals.iter().find(|proposal| decides && proposal.value.eq_ignore_ascii_case(option));
        proposal.map_or(0, |proposal| votes(view, slot, proposal))
    };
    let alone = |number: usize| {
        let mut sketch = Sketch::default();
        sketch[slot as usize] = Some(number);
        worth_alone(f, &sketch)
    };
    let like = |(number, option): (usize, &String)| {
        let taste = draw(view.brief.seed, 0, &[view.me(), slot.name(), option], TASTE);
        let taste = i32::try_from(taste).unwrap_or(0);
        alone(number)
            + taste
            + votes(option)
            + if stands.is_some_and(|value| value.eq_ignore_ascii_case(option)) { STANDS } else { 0 }
    };
    f.options(slot).iter().enumerate().map(like).collect()
}
