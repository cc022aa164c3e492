//! The sums that a scripted crew does, and what their results mean.

use heist_bank::{Bank, Clock};

use super::grammar::singular;
use super::plan::Plan;
use super::stance::{Matter, exit};

use Trade::{Road, Vault, Watch, Wire};

/// Whose business a sum is.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Trade {
    /// The door and the boxes.
    Vault,
    /// The way out.
    Road,
    /// Cameras and alarm line.
    Wire,
    /// Guards and the clock.
    Watch,
}

/// A sum worth doing: what is typed into the calculator, and what its result means.
#[derive(Clone)]
pub(super) struct Sum {
    pub(super) trade: Trade,
    /// Whether it is about what the crew has chosen, and not about another way.
    pub(super) chosen: bool,
    pub(super) expression: String,
    /// What a result of 0 or more means; `{}` stands for it.
    over: String,
    /// What a result below 0 means; `{}` stands for its size.
    under: String,
}

impl Sum {
    /// The meaning of a result; none if it is no number, duration or time of day.
    pub(super) fn meaning(&self, result: &str) -> Option<String> {
        let (below, shown) = value(result)?;
        let pattern = if below { &self.under } else { &self.over };
        Some(singular(&pattern.replace("{}", &shown)))
    }
}

/// Whether a result of the calculator is below 0, and its size: a time of day as it is, a duration in minutes.
fn value(result: &str) -> Option<(bool, String)> {
    let result = result.trim();
    if result.parse::<Clock>().is_ok() {
        return Some((false, result.to_owned()));
    }
    let (below, size) = result.strip_prefix('-').map_or((false, result), |size| (true, size));
    let words: Vec<_> = size.split_whitespace().collect();
    if let [number] = words[..] {
        return number.replace(',', "").parse::<f64>().ok().map(|_| (below, number.to_owned()));
    }
    let mut minutes = 0;
    for pair in words.chunks(2) {
        let [number, unit] = pair else { return None };
        let number: u32 = number.parse().ok()?;
        minutes += number.checked_mul(match *unit {
            "min" => 1,
            "h" => 60,
            _ => return None,
        })?;
    }
    (minutes > 0).then(|| (below, minutes.to_string()))
}

/// Sums in the making.
struct Slate {
    bent: u32,
    /// Whether minutes are written with their unit.
    units: bool,
    /// How many of us there are.
    crew: u32,
    sums: Vec<Sum>,
}

impl Slate {
    /// Adds a sum if all its figures are known. `sign` stands between them.
    fn add(&mut self, trade: Trade, chosen: bool, figures: &[Option<u32>], sign: &str, over: String, under: String) {
        if let Some(mut figures) = figures.iter().copied().collect::<Option<Vec<_>>>() {
            figures[0] += self.bent;
            let minutes = self.units && matches!(sign, "+" | "-");
            let written = |figure: &u32| if minutes { format!("{figure} min") } else { figure.to_string() };
            let sign = if minutes { format!(" {sign} ") } else { sign.to_owned() };
            let expression = figures.iter().map(written).collect::<Vec<_>>().join(&sign);
            self.sums.push(Sum { trade, chosen, expression, over, under });
        }
    }

    /// Adds a sum of a time of day and minutes, if both are known.
    fn clock(&mut self, trade: Trade, chosen: bool, from: Option<u32>, minutes: &[Option<u32>], meaning: String) {
        let minutes = minutes.iter().copied().collect::<Option<Vec<_>>>();
        if let Some((from, minutes)) = from.zip(minutes) {
            let minutes = minutes.iter().map(|minutes| format!("{minutes} min"));
            let terms: Vec<_> = [Clock::minutes(from + self.bent).to_string()].into_iter().chain(minutes).collect();
            let expression = terms.join(" + ");
            self.sums.push(Sum { trade, chosen, expression, over: meaning, under: ODD.into() });
        }
    }
}

/// How sums are written, and for how many.
#[derive(Clone, Copy)]
pub(super) struct Style {
    /// Whether minutes are written with their unit.
    pub(super) units: bool,
    /// How many of us there are.
    pub(super) crew: u32,
}

/// What an agent believes of a figure: the fact's key and the hole; a time of day in minutes after midnight.
type Belief<'a> = &'a dyn Fn(&str, usize) -> Option<u32>;

/// What a result means that no sum should have.
const ODD: &str = "that result cannot be right";

/// The sums an agent can do with the figures it believes; `bent` minutes are added to the first figure.
pub(super) fn sums(bank: &Bank, plan: &Plan<'_>, believe: Belief<'_>, bent: u32, style: Style) -> Vec<Sum> {
    let Style { units, crew } = style;
    let mut slate = Slate { bent, units, crew, sums: Vec::new() };
    let (gap_ends, comes) = (believe("gap", 2), believe("first_round", 3));
    let gap_starts = believe("gap", 1).map(Clock::minutes);
    let to_round = gap_starts.zip(comes).map(|(from, round)| Clock::minutes(round).since(from));
    doors(&mut slate, bank, plan, believe, to_round);
    roads(&mut slate, bank, plan, believe);
    wires(&mut slate, believe);
    let mut watch = |figures: &[Option<u32>], over: &str, under: &str| {
        slate.add(Watch, true, figures, "-", over.into(), under.into());
    };
    let (every, lasts) = (believe("rounds", 0), believe("rounds", 1));
    watch(&[every, lasts], "between two rounds nobody walks for {} minutes", ODD);
    watch(
        &[to_round, believe("gap", 0)],
        "from the end of the gap to the first round at the vault there are {} minutes more",
        ODD,
    );
    watch(
        &[believe("police", 0), believe("guards_need", 0)],
        "the police are {} minutes behind the guards in the building",
        "the police would be here {} minutes before the guards are",
    );
    slate.clock(Watch, true, comes, &[every], "the round after the first is at the vault at {}".into());
    slate.clock(
        Watch,
        true,
        gap_ends,
        &[believe("guards_need", 0)],
        "an alarm at the very end of the gap has guards at our door at {}".into(),
    );
    slate.sums
}

fn doors(slate: &mut Slate, bank: &Bank, plan: &Plan<'_>, believe: Belief<'_>, to_round: Option<u32>) {
    let (door, start) = (plan.exit, plan.start());
    let (walk, way) = (believe(&format!("walk:{door}"), 1), believe(&format!("route:{}", plan.route), 1));
    let (empty, shut) = (believe("empty", 0), believe("shut", 0));
    for m in Matter::Method.options(bank) {
        let (chosen, needs) = (m == plan.method, believe(&format!("method:{m}"), 1));
        let mut vault = |figures: &[Option<u32>], sign: &str, over: String, under: String| {
            slate.add(Vault, chosen, figures, sign, over, under);
        };
        vault(
            &[believe("gap", 0), needs],
            "-",
            format!("in the gap the {m} way would leave us {{}} minutes to spare"),
            format!("the {m} way runs over the gap by {{}} minutes"),
        );
        vault(
            &[to_round, needs],
            "-",
            format!("before the first round is here, the {m} way leaves {{}} minutes"),
            format!("the {m} way is still at work {{}} minutes after the first round is here"),
        );
        vault(
            &[needs, walk],
            "+",
            format!("door and walk together cost {{}} minutes the {m} way, leaving by the {door}"),
            ODD.into(),
        );
        slate.add(
            Wire,
            chosen,
            &[believe("line_test", 0), needs],
            "-",
            format!("{{}} minutes of the line test are left when the {m} way is done"),
            format!("the line test ends {{}} minutes before the {m} way is done"),
        );
        slate.add(
            Wire,
            chosen,
            &[believe("loop", 0), needs],
            "-",
            format!("the loop holds for {{}} minutes longer than the {m} way needs"),
            format!("the loop gives out {{}} minutes before the {m} way is done"),
        );
        slate.add(
            Road,
            chosen,
            &[needs, walk, way],
            "+",
            format!("from the first touch of the door to the end of the road it is {{}} minutes, the {m} way and by the {door}"),
            ODD.into(),
        );
        slate.clock(
            Vault,
            chosen,
            start,
            &[needs],
            format!("the {m} way, begun on the minute, has the door open at {{}}"),
        );
        slate.clock(
            Road,
            chosen,
            start,
            &[needs, walk],
            format!("the {m} way, the first bag is at the {door} at {{}} and not before"),
        );
    }
    slate.add(
        Vault,
        true,
        &[empty, shut],
        "*",
        "two people could empty {} boxes before the door falls shut".into(),
        ODD.into(),
    );
    slate.add(
        Vault,
        true,
        &[believe("boxes", 0), empty],
        "/",
        "all the boxes would take two people {} minutes".into(),
        ODD.into(),
    );
}

fn roads(slate: &mut Slate, bank: &Bank, plan: &Plan<'_>, believe: Belief<'_>) {
    for route in Matter::Route.options(bank) {
        let (chosen, door, way) = (route == plan.route, exit(bank, route), believe(&format!("route:{route}"), 1));
        let walk = believe(&format!("walk:{door}"), 1);
        slate.add(
            Road,
            chosen,
            &[walk, way],
            "+",
            format!("from the vault to safety by the {door} it is {{}} minutes"),
            ODD.into(),
        );
        slate.add(
            Road,
            chosen,
            &[way, believe("police", 0)],
            "-",
            format!("by the {door} we would still be on the move {{}} minutes after the police stop at the bank"),
            format!("by the {door} we are gone {{}} minutes before the police stop at the bank"),
        );
        slate.add(
            Watch,
            chosen,
            &[believe("gap", 0), walk],
            "-",
            format!("with the walk to the {door} taken off, the gap is good for {{}} minutes"),
            format!("the walk to the {door} alone outlasts the gap by {{}} minutes"),
        );
        slate.clock(
            Road,
            chosen,
            believe("gap", 2),
            &[way],
            format!("if we set off from the {door} when the gap ends, we are away at {{}}"),
        );
    }
    slate.add(
        Road,
        true,
        &[believe("bag", 0).map(|_| slate.crew), believe("bag", 0)],
        "*",
        "all of us together carry {} kilograms at most".into(),
        ODD.into(),
    );
}

fn wires(slate: &mut Slate, believe: Belief<'_>) {
    let (gap, looped, restart) = (believe("gap", 0), believe("loop", 0), believe("restart", 0));
    let mut wire = |figures: &[Option<u32>], sign: &str, over: &str, under: &str| {
        slate.add(Wire, true, figures, sign, over.into(), under.into());
    };
    wire(
        &[looped, believe("restart", 1)],
        "+",
        "with the restart and the loop together the pictures are false for {} minutes",
        ODD,
    );
    wire(
        &[looped, gap],
        "-",
        "the loop outlasts the gap by {} minutes",
        "the loop ends {} minutes before the gap does",
    );
    wire(
        &[believe("line_test", 0), gap],
        "-",
        "the line test goes on for {} minutes after the gap",
        "the line test ends {} minutes before the gap does",
    );
    wire(
        &[believe("radio", 0), believe("police", 0)],
        "+",
        "from a cut line to the police at the door it is {} minutes",
        ODD,
    );
    slate.clock(
        Wire,
        true,
        restart,
        &[believe("restart", 1)],
        "after its restart the recorder sees again at {}".into(),
    );
    slate.clock(Wire, true, restart, &[looped], "a loop from the restart on holds until {}".into());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_durations_and_times_have_a_meaning() {
        let sum = Sum {
            trade: Vault,
            chosen: true,
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
            ("22:09", "we have 22:09 minutes"),
        ] {
            assert_eq!(sum.meaning(result).as_deref(), Some(meaning));
        }
        for nonsense in ["", "nil", "3 fathoms", "1 min 30 s", "99:99", "min", "3 min 4"] {
            assert_eq!(sum.meaning(nonsense), None, "{nonsense}");
        }
    }
}
