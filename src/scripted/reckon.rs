//! The sums that a scripted crew does, and what their results mean.

use super::plan::{METHODS, Plan, ROUTES, exit};

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
    /// The meaning of a result; none if it is no number.
    pub(super) fn meaning(&self, result: &str) -> Option<String> {
        let number: f64 = result.trim().replace(',', "").parse().ok()?;
        let pattern = if number < 0.0 { &self.under } else { &self.over };
        Some(pattern.replace("{}", result.trim().trim_start_matches('-')).replace(" 1 minutes", " 1 minute"))
    }
}

/// Sums in the making.
struct Slate {
    bent: u32,
    sums: Vec<Sum>,
}

impl Slate {
    /// Adds a sum if all its figures are known. `sign` stands between them.
    fn add(&mut self, trade: Trade, chosen: bool, figures: &[Option<u32>], sign: &str, over: String, under: String) {
        if let Some(mut figures) = figures.iter().copied().collect::<Option<Vec<_>>>() {
            figures[0] += self.bent;
            let expression = figures.iter().map(u32::to_string).collect::<Vec<_>>().join(sign);
            self.sums.push(Sum { trade, chosen, expression, over, under });
        }
    }
}

/// What an agent believes of a figure.
type Belief<'a> = &'a dyn Fn(&str) -> Option<u32>;

/// What a result means that no sum should have.
const ODD: &str = "that result cannot be right";

/// The sums an agent can do with the figures it believes; `bent` minutes are added to the first figure.
pub(super) fn sums(plan: &Plan, believe: Belief<'_>, bent: u32) -> Vec<Sum> {
    let mut slate = Slate { bent, sums: Vec::new() };
    let to_round = believe("from").zip(believe("round")).and_then(|(from, round)| round.checked_sub(from));
    doors(&mut slate, plan, believe, to_round);
    roads(&mut slate, plan, believe);
    others(&mut slate, believe, to_round);
    slate.sums
}

fn doors(slate: &mut Slate, plan: &Plan, believe: Belief<'_>, to_round: Option<u32>) {
    let walk = believe(&format!("walk_{}", plan.route));
    let door = exit(plan.route);
    for m in METHODS {
        let (chosen, needs) = (m == plan.method, believe(m));
        slate.add(
            Vault,
            chosen,
            &[believe("gap"), needs],
            "-",
            format!("in the gap the {m} way would leave us {{}} minutes to spare"),
            format!("the {m} way runs over the gap by {{}} minutes"),
        );
        slate.add(
            Vault,
            chosen,
            &[to_round, needs],
            "-",
            format!("before the first round comes down, the {m} way leaves {{}} minutes"),
            format!("the {m} way is still at work {{}} minutes after the first round comes down"),
        );
        slate.add(
            Wire,
            chosen,
            &[believe("test"), needs],
            "-",
            format!("{{}} minutes of the test are left when the {m} way is done"),
            format!("the test ends {{}} minutes before the {m} way is done"),
        );
        slate.add(
            Vault,
            chosen,
            &[needs, walk],
            "+",
            format!("door and walk together cost {{}} minutes the {m} way, leaving by the {door}"),
            ODD.into(),
        );
        slate.add(
            Road,
            chosen,
            &[needs, walk, believe(plan.route)],
            "+",
            format!("from the first touch of the door to the end of the road it is {{}} minutes, the {m} way and by the {door}"),
            ODD.into(),
        );
    }
}

fn roads(slate: &mut Slate, plan: &Plan, believe: Belief<'_>) {
    for route in ROUTES {
        let (chosen, door, way) = (route == plan.route, exit(route), believe(route));
        let walk = believe(&format!("walk_{route}"));
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
            &[way, believe("police")],
            "-",
            format!(
                "by the {door} we would still be on the move {{}} minutes after the first patrol car stops at the bank"
            ),
            format!("by the {door} we are gone {{}} minutes before the police stop at the bank"),
        );
        slate.add(
            Watch,
            chosen,
            &[believe("gap"), walk],
            "-",
            format!("with the walk to the {door} taken off, the guards' absence is good for {{}} minutes"),
            format!("the walk to the {door} alone outlasts the guards' absence by {{}} minutes"),
        );
    }
}

fn others(slate: &mut Slate, believe: Belief<'_>, to_round: Option<u32>) {
    let mut general = |trade, figures: &[Option<u32>], sign: &str, over: &str, under: &str| {
        slate.add(trade, true, figures, sign, over.into(), under.into());
    };
    let (gap, looped, boxes) = (believe("gap"), believe("loop"), believe("boxes"));
    let six = believe("bag").map(|_| 6);
    general(
        Vault,
        &[boxes, believe("shut")],
        "*",
        "two people could empty {} boxes before the door closes by itself",
        ODD,
    );
    general(Road, &[six, believe("bag")], "*", "six of us carry {} kilograms at most", ODD);
    general(
        Road,
        &[believe("police"), believe("guards")],
        "-",
        "the police are {} minutes behind the guards in the building",
        ODD,
    );
    general(
        Wire,
        &[looped, believe("dark")],
        "+",
        "with the restart and the loop together the pictures are false for {} minutes",
        ODD,
    );
    general(
        Wire,
        &[looped, gap],
        "-",
        "the loop outlasts the guards' absence by {} minutes",
        "the loop ends {} minutes before the guards are back",
    );
    general(
        Wire,
        &[believe("cameras"), Some(1), Some(3)],
        "-",
        "without the broken one and the half blind ones, {} lenses see all of their corner",
        ODD,
    );
    general(
        Watch,
        &[believe("test"), gap],
        "-",
        "the test goes on for {} minutes after the guards are back",
        "the test ends {} minutes before the guards are back",
    );
    general(Watch, &[believe("rest"), Some(15)], "-", "between two rounds nobody walks for {} minutes", ODD);
    general(
        Watch,
        &[to_round, gap],
        "-",
        "from the end of the guards' handover to the first round below there are {} minutes more",
        ODD,
    );
}
