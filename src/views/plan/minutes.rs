//! What follows from the plan in minutes: when the crew is in, has the vault open, is out and is gone. Only what was read or
//! said counts; where agents tell different figures all of them do.

use std::fmt;

use heist_bank::{Clock, Slot};

use crate::heist::Draft;
use crate::views::sources::Facts;

/// On a narrow road so many of the crew have to wait for the first, a minute each.
const QUEUE: u32 = 5;

/// What takes time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) name: String,
    /// How long, by whoever told it; none if nobody has.
    pub(crate) minutes: Vec<u32>,
}

/// A moment of the job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) name: &'static str,
    /// When, in minutes after midnight of the first day, by whichever figures; none where one is lacking.
    pub(crate) at: Vec<u32>,
    /// What lies between it and the step before.
    pub(crate) parts: Vec<Part>,
    /// Whether it may be later, for all that was told.
    pub(crate) later: bool,
}

impl Part {
    fn new(name: &str, minutes: Vec<u32>) -> Self {
        Self { name: name.to_owned(), minutes }
    }
}

impl fmt::Display for Part {
    /// Its name, and how long it takes: `thermal 16 or 10`, `walk ?`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minutes: Vec<_> = self.minutes.iter().map(u32::to_string).collect();
        let minutes = if minutes.is_empty() { "?".to_owned() } else { minutes.join(" or ") };
        write!(f, "{} {minutes}", self.name)
    }
}

impl Step {
    /// When it is: `22:18`, `22:12 or 22:18`, `22:12 to 22:31`, and `?` where a figure is lacking.
    pub(crate) fn when(&self) -> String {
        let clock = |minutes: &u32| Clock::minutes(*minutes).to_string();
        let ends = self.at.iter().min().zip(self.at.iter().max());
        let when = match (&self.at[..], ends) {
            ([one, other], _) => format!("{} or {}", clock(one), clock(other)),
            ([_, _, ..], Some((first, last))) => format!("{} to {}", clock(first), clock(last)),
            ([one], _) => clock(one),
            _ => return "?".to_owned(),
        };
        format!("{when}{}", if self.later { " or later" } else { "" })
    }
}

/// The steps of the plan as it stands.
pub(crate) fn course(draft: &Draft, facts: &Facts) -> [Step; 4] {
    let value = |slot: Slot| draft.slot(slot).value();
    let walk = |exit: &str| facts.numbers(&format!("walk:{exit}"), 1);
    let start = value(Slot::Start).and_then(|start| start.parse::<Clock>().ok());
    let start: Vec<_> = start.map(Clock::after_midnight).into_iter().collect();
    let way_in = Part::new("walk", value(Slot::Entry).map(walk).unwrap_or_default());
    let method = value(Slot::Method);
    let minutes = method.map(|method| facts.numbers(&format!("method:{method}"), 1)).unwrap_or_default();
    let opens = vec![way_in, Part::new(method.unwrap_or("lock"), minutes)];
    let load = value(Slot::Load).map(|load| facts.parts(load)).unwrap_or_default();
    let loads = load.iter().map(|part| Part::new(part, facts.numbers(&format!("loot:{part}"), 1)));
    let mut loads: Vec<_> = loads.collect();
    if loads.is_empty() {
        loads.push(Part::new("load", Vec::new()));
    }
    let road = value(Slot::Route).unwrap_or_default();
    let exits = facts.values(&format!("route:{road}"), 4);
    let mut way_out: Vec<u32> = Vec::new();
    for minutes in exits.into_iter().flat_map(walk) {
        if !way_out.contains(&minutes) {
            way_out.push(minutes);
        }
    }
    loads.push(Part::new("walk", way_out));
    let (risks, risk) = (facts.kinds(&format!("risk:{road}")), format!("risk:{road}"));
    let mut goes = Vec::new();
    if risks.contains(&"risk_narrow") {
        goes.push(Part::new("queue", vec![QUEUE]));
    }
    if risks.contains(&"risk_wait") {
        goes.push(Part::new("wait", facts.numbers(&risk, 2)));
    }
    goes.push(Part::new("road", facts.numbers(&format!("route:{road}"), 1)));
    let open = after(&start, &opens);
    let out = after(&open, &loads);
    let gone = after(&out, &goes);
    let step = |name, at, parts| Step { name, at, parts, later: false };
    [
        step("in", start, Vec::new()),
        step("open", open, opens),
        step("out", out, loads),
        Step { name: "gone", at: gone, parts: goes, later: risks.is_empty() },
    ]
}

/// The moments that come so long after others; none if it is not known how long.
fn after(from: &[u32], parts: &[Part]) -> Vec<u32> {
    parts.iter().fold(from.to_vec(), |from, part| {
        let mut sums = Vec::new();
        for sum in from.iter().flat_map(|from| part.minutes.iter().map(move |minutes| from + minutes)) {
            if !sums.contains(&sum) {
                sums.push(sum);
            }
        }
        sums
    })
}
