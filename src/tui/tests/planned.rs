//! A heist of the First Meridian in which sources are read and a plan is made of what they tell, with one figure bent: the
//! safecracker says 10 minutes for the thermal method, of which it has read nothing.

use heist_bank::{Bank, Slot};

use super::story::{NAMES, Teller};
use crate::heist::{BankInfo, Member, Move, Phase};

/// A fact as a move tells it, with something else in one of its holes.
pub(super) fn tells(fact: &str, source: &str, bent: Option<(usize, &str)>) -> Move {
    let truth = Bank::first_meridian().fact(fact).unwrap();
    let told = bent.map_or_else(|| truth.clone(), |(hole, value)| truth.bent(hole, value));
    Move::Report { fact: fact.into(), value: told.value(), source: source.into() }
}

pub(super) fn propose(slot: Slot, value: &str, because: Option<&str>) -> Move {
    Move::Propose { slot, value: value.into(), because: because.map(Into::into) }
}

pub(super) fn support(slot: Slot, value: &str) -> Move {
    Move::Support { slot, value: value.into(), because: None }
}

pub(super) fn settle(slot: Slot, value: &str) -> Move {
    Move::Settle { slot, value: value.into() }
}

/// What a tool returns for a document or a table of the First Meridian.
pub(super) fn holds(source: &str) -> String {
    let bank = Bank::first_meridian();
    let document = bank.documents().into_iter().find(|document| document.name == source).map(|found| found.text);
    document.or_else(|| bank.tables().into_iter().find(|table| table.name == source).map(|found| found.text())).unwrap()
}

impl Teller {
    /// An agent reads a document whole.
    pub(super) fn reads(&mut self, agent: &str, document: &str) -> &mut Self {
        self.calls(agent, "file_reader", document).returns(agent, "file_reader", Ok(&holds(document)))
    }

    /// An agent asks a table for all of it.
    pub(super) fn queries(&mut self, agent: &str, table: &str) -> &mut Self {
        self.calls(agent, "database_query", table).returns(agent, "database_query", Ok(&holds(table)))
    }
}

/// A session of the First Meridian with the abilities of the built-in crew.
pub(super) fn opened(names: &[&str]) -> Teller {
    let mut told = Teller::new();
    told.bank = BankInfo::of(&Bank::first_meridian());
    let member = |name: &&str| Member {
        name: (*name).into(),
        role: "plans".into(),
        tools: match *name {
            "hacker" => vec!["file_reader".into(), "calculator".into()],
            "intel" => vec!["database_query".into(), "file_reader".into()],
            "lookout" => vec!["database_query".into()],
            _ => vec!["calculator".into()],
        },
        colour: None,
    };
    told.opens_for(names.iter().map(member).collect(), None, "embedded").services().round(Phase::Reconnaissance);
    told
}

/// Who does what in the story: planner, hacker, safecracker, intel, driver and lookout, by their places.
pub(super) fn told_by(names: &[&str]) -> Teller {
    let [planner, hacker, safecracker, intel, driver, lookout] = names[..6] else { panic!("six at least") };
    let mut told = opened(names);
    told.turn(planner).does(planner, "We go in at 22:00, I say.", vec![propose(Slot::Start, "22:00", None)]);
    told.turn(hacker).reads(hacker, "vault_specs.txt").does(
        hacker,
        "I read in vault_specs.txt that the thermal method takes 22 minutes, is noisy and wakes the heat sensor.",
        vec![tells("method:thermal", "vault_specs.txt", None)],
    );
    told.turn(safecracker).does(
        safecracker,
        "According to vault_specs.txt, the thermal method takes 10 minutes, is noisy and wakes the heat sensor. So I \
         want the thermal method.",
        vec![
            tells("method:thermal", "vault_specs.txt", Some((1, "10"))),
            propose(Slot::Method, "thermal", Some("method:thermal")),
        ],
    );
    told.turn(intel).queries(intel, "shifts").does(
        intel,
        "The shifts table says that the gap between the evening shift and the night shift lasts 12 minutes, from 22:00 \
         to 22:12.",
        vec![tells("gap", "shifts", None), Move::Oppose { slot: Slot::Method, value: "thermal".into(), because: None }],
    );
    told.turn(driver).reads(driver, "bank_layout.txt").does(
        driver,
        "The walk from the vault to the loading dock takes 2 minutes, so that is our way in.",
        vec![
            tells("walk:loading dock", "bank_layout.txt", None),
            propose(Slot::Entry, "loading dock", Some("walk:loading dock")),
        ],
    );
    told.turn(lookout).queries(lookout, "escape_routes").does(
        lookout,
        "I am for the loading dock, and the dock route is the shortest.",
        vec![
            support(Slot::Entry, "loading dock"),
            tells("route:dock", "escape_routes", None),
            propose(Slot::Route, "dock", Some("route:dock")),
        ],
    );
    told.round(Phase::Timing);
    told.turn(planner).does(
        planner,
        "It is settled that we go in by the loading dock at 22:00.",
        vec![settle(Slot::Entry, "loading dock"), settle(Slot::Start, "22:00")],
    );
    told.turn(safecracker).does(
        safecracker,
        "I want the question of the start open again. The cash cages take 4 minutes to load and are worth 420 thousand.",
        vec![
            Move::Reopen { slot: Slot::Start },
            tells("loot:cash cages", "", None),
            propose(Slot::Load, "cash cages", Some("loot:cash cages")),
        ],
    );
    told.turn(driver);
    told
}

/// The story with the built-in crew's names.
pub(super) fn planned() -> Teller {
    told_by(&NAMES)
}
