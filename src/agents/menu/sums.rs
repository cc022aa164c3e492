//! The sums that matter to the plan, and what their results mean.

use heist_bank::{Clock, Slot};
use heist_tools::table::calculates;

use super::figures::{Figures, Minute, Span};
use super::offer::Offers;
use super::view::View;
use crate::heist::{Entry, Move, ToolUse};

/// Of ten thousand sums that say nothing of the bank so many are taken to settle something all the same.
const READ_INTO: usize = 2_000;

/// A sum worth doing: what is typed into the calculator, and what its result means.
pub(super) struct Sum {
    /// What it bears on.
    pub(super) slot: Slot,
    pub(super) expression: String,
    /// What a result of 0 or more means; `{}` stands for it.
    over: String,
    /// What a result below 0 means; `{}` stands for its size.
    under: String,
}

/// What a result means that no sum should have.
const ODD: &str = "the sum comes to {} too little, which cannot be right";

impl Sum {
    /// The meaning of a result; none if it is no number, duration or time of day.
    pub(super) fn meaning(&self, result: &str) -> Option<String> {
        let (below, shown) = size(result)?;
        let pattern = if below { &self.under } else { &self.over };
        Some(pattern.replace("{} minutes", &minutes(&shown)).replace("{}", &shown))
    }
}

/// So many minutes, in words.
fn minutes(shown: &str) -> String {
    if shown == "1" { "1 minute".to_owned() } else { format!("{shown} minutes") }
}

/// Whether a result of the calculator is below 0, and its size: a time of day as it is, a duration in minutes.
fn size(result: &str) -> Option<(bool, String)> {
    let result = result.trim();
    if result.parse::<Clock>().is_ok() {
        return Some((false, result.to_owned()));
    }
    let (below, size) = result.strip_prefix('-').map_or((false, result), |size| (true, size));
    let words: Vec<_> = size.split_whitespace().collect();
    if let [number] = words[..] {
        return number.replace(',', "").parse::<f64>().ok().map(|_| (below, number.to_owned()));
    }
    if words.is_empty() {
        return None;
    }
    let mut minutes = 0_u32;
    for pair in words.chunks(2) {
        let [number, unit] = pair else { return None };
        let number: u32 = number.parse().ok()?;
        minutes = minutes.checked_add(number.checked_mul(match *unit {
            "min" => 1,
            "h" => 60,
            _ => return None,
        })?)?;
    }
    Some((below, minutes.to_string()))
}

/// Sums in the making.
struct Slate {
    /// Whether minutes are written with their unit.
    units: bool,
    sums: Vec<Sum>,
}

impl Slate {
    /// Adds a sum of minutes if all its figures are known. `sign` stands between them.
    fn add(&mut self, slot: Slot, figures: &[Option<Minute>], sign: char, over: String, under: &str) {
        let written = |figure: &Minute| if self.units { format!("{figure} min") } else { figure.to_string() };
        if let Some(figures) = figures.iter().copied().collect::<Option<Vec<_>>>() {
            let expression = figures.iter().map(written).collect::<Vec<_>>().join(&format!(" {sign} "));
            self.sums.push(Sum { slot, expression, over, under: under.to_owned() });
        }
    }

    /// Adds a sum of a time of day and minutes, if all are known.
    fn clock(&mut self, slot: Slot, from: Option<Clock>, minutes: &[Option<Minute>], meaning: String) {
        let minutes = minutes.iter().copied().collect::<Option<Vec<_>>>();
        if let Some((from, minutes)) = from.zip(minutes) {
            let terms = minutes.iter().map(|minutes| format!(" + {minutes} min"));
            let expression = std::iter::once(from.to_string()).chain(terms).collect();
            self.sums.push(Sum { slot, expression, over: meaning, under: ODD.to_owned() });
        }
    }

    /// Sums about the roads, the one that is chosen first.
    fn roads(&mut self, f: &Figures, own: Option<usize>) {
        let mut roads: Vec<_> = f.roads.iter().enumerate().collect();
        roads.sort_by_key(|(road, _)| Some(*road) != own);
        for (_, road) in roads {
            let (name, walk) = (&road.name, road.exit.and_then(|exit| f.exits.get(exit)?.walk));
            self.add(
                Slot::Route,
                &[walk, road.minutes],
                '+',
                format!("from the vault to the end of the {name} route it is {{}} minutes"),
                ODD,
            );
            self.add(
                Slot::Route,
                &[f.police, road.minutes],
                '-',
                format!("on the {name} route we are gone {{}} minutes before the police could come"),
                &format!("on the {name} route the police could come {{}} minutes before we are gone"),
            );
        }
    }
}

/// The sums that the agent can do with the figures it believes, those that matter most now first.
pub(super) fn sums(view: &View) -> Vec<Sum> {
    let mut slate = Slate { units: view.draw("units", 2) == 0, sums: Vec::new() };
    let f = view.figures();
    let chosen = |slot: Slot| {
        let stands = view.slot(slot).value().and_then(|value| f.option(slot, value));
        stands.or_else(|| f.option(slot, view.best().option(f, slot)?))
    };
    let exit = chosen(Slot::Entry).and_then(|exit| f.exits.get(exit));
    let load = chosen(Slot::Load).and_then(|load| Some((load, f.loads.get(load)?)));
    let start: Option<Clock> = chosen(Slot::Start)
        .and_then(|start| f.options(Slot::Start).get(start)?.parse().ok())
        .filter(|_| f.gap.is_some());
    let (walk, loading) = (exit.and_then(|exit| exit.walk), load.and_then(|(_, load)| load.minutes));
    let words = |slot: Slot, option: usize| f.options(slot).get(option).cloned().unwrap_or_default();
    let length = |span: Option<Span>| span.map(|span| span.to - span.from);
    let (gap, test) = (length(f.gap), length(f.test));

    if let Some(exit) = exit {
        let meaning = format!("by the {} we are at the vault at {{}}", exit.name);
        slate.clock(Slot::Start, start, &[walk], meaning);
    }
    let own = chosen(Slot::Method);
    let mut methods: Vec<_> = f.ways.iter().enumerate().collect();
    methods.sort_by_key(|(method, _)| Some(*method) != own);
    for (method, way) in methods {
        let (name, needs, is_own) = (&way.name, way.minutes, Some(method) == own);
        slate.add(
            Slot::Method,
            &[gap, needs],
            '-',
            format!("the {name} method leaves us {{}} minutes of the gap"),
            &format!("the {name} method needs {{}} minutes more than the gap has"),
        );
        slate.add(
            Slot::Alarm,
            &[test, needs],
            '-',
            format!("the line test covers the {name} method with {{}} minutes to spare"),
            &format!("the line test ends {{}} minutes before the {name} method is done"),
        );
        if is_own {
            slate.clock(
                Slot::Start,
                start,
                &[walk, needs],
                format!("with the {name} method the vault is open at {{}}"),
            );
            slate.clock(
                Slot::Load,
                start,
                &[walk, needs, loading],
                format!("with the {name} method the bags are full at {{}}"),
            );
            slate.add(
                Slot::Method,
                &[f.looped, needs, loading],
                '-',
                format!("the picture loop outlasts the {name} method and the load by {{}} minutes"),
                &format!("the picture loop gives out {{}} minutes before the {name} method and the load are done"),
            );
        }
    }
    if let Some((option, _)) = load {
        let load = words(Slot::Load, option);
        slate.add(
            Slot::Load,
            &[f.falls_shut, loading],
            '-',
            format!("with the {load} there are {{}} minutes left before the vault door falls shut"),
            &format!("the vault door falls shut {{}} minutes before the {load} are out"),
        );
        slate.add(
            Slot::Load,
            &[loading, walk],
            '+',
            format!("loading the {load} and walking out take {{}} minutes together"),
            ODD,
        );
    }
    slate.roads(f, chosen(Slot::Route));
    slate.add(
        Slot::Alarm,
        &[f.radio, f.police],
        '+',
        "from a cut line to the police at the door it is {} minutes".into(),
        ODD,
    );
    let fits = |sum: &Sum| {
        let phase = view.brief.phase.slots().contains(&sum.slot);
        let own = view.trade().slots().contains(&sum.slot);
        let open = view.slot(sum.slot).settled.is_none();
        usize::from(phase) * 2 + usize::from(own) * 2 + usize::from(open)
    };
    slate.sums.sort_by_key(|sum| std::cmp::Reverse(fits(sum)));
    slate.sums
}

/// A sum without its units: `12 min - 9 min` is the same as `12-9`.
fn plain(expression: &str) -> String {
    expression.replace("min", "").replace(' ', "")
}

/// Whether two expressions are the same sum.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    plain(one) == plain(other)
}

/// Whether anybody has had the answer to a sum.
pub(super) fn is_done(view: &View, expression: &str) -> bool {
    view.brief.transcript.iter().any(|entry| {
        matches!(entry, Entry::Used(used) if used.outcome.is_ok()
            && calculates(&used.call.tool) && is_same(&used.call.arguments, expression))
    })
}

/// What the sums of this turn settle.
pub(super) fn offer(view: &View, offers: &mut Offers) {
    let calls = view.brief.calls();
    let done = calls.iter().filter(|used| calculates(&used.call.tool) && used.outcome.is_ok());
    for (number, used) in (0..2).zip(done.rev()) {
        let about = sums(view).into_iter().find(|sum| is_same(&sum.expression, &used.call.arguments));
        let (score, slot) = match (&about, view.trade().slots().first()) {
            (Some(sum), _) => (640, sum.slot),
            // Of a sum that says nothing most say nothing; some take it for more than it is.
            (None, Some(slot)) if view.lots().chance("reads into a sum", READ_INTO) => (350, *slot),
            (None, _) => continue,
        };
        offers.add(score - 20 * number, Move::Conclude { from: used.call.id.clone(), about: slot.name().into() });
    }
}

/// What a call's answer means, as a clause; none if it is no sum that matters.
pub(super) fn meaning(view: &View, used: &ToolUse) -> Option<String> {
    let result = used.outcome.as_ref().ok().filter(|_| calculates(&used.call.tool))?;
    sums(view).into_iter().find(|sum| is_same(&sum.expression, &used.call.arguments))?.meaning(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_durations_and_times_have_a_meaning() {
        let sum = Sum {
            slot: Slot::Method,
            expression: "12 - 9".into(),
            over: "we have {} minutes".into(),
            under: "we lack {} minutes".into(),
        };
        for (result, meaning) in [
            ("3", "we have 3 minutes"),
            ("-3", "we lack 3 minutes"),
            ("1", "we have 1 minute"),
            ("3 min", "we have 3 minutes"),
            ("-13 min", "we lack 13 minutes"),
            ("1 h 5 min", "we have 65 minutes"),
        ] {
            assert_eq!(sum.meaning(result).as_deref(), Some(meaning));
        }
        for nonsense in ["", "nil", "3 fathoms", "1 min 30 s", "99:99", "min", "3 min 4"] {
            assert_eq!(sum.meaning(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn a_sum_is_the_same_with_its_units_and_without() {
        assert!(is_same("12 min - 9 min", "12-9") && !is_same("12 - 9", "12 + 9"));
    }
}
