//! Acts and slips over many heists: how often, of which kind, and that each is what it is said to be.

use std::collections::BTreeMap;

use heist_bank::{Clock, Hole, is_said};

use super::check::{false_values, sabotage, truths};
use super::heists::{heist, play_drawn};
use crate::agents::menu::{Item, Menu, bend};
use crate::crew::Brief;
use crate::heist::{Act, ActKind, AgentName, Difficulty, EventKind, Message, Move, Strategy};
use crate::rehearsal::Rehearsal;

/// What came of many heists.
#[derive(Clone, Debug, Default)]
struct Sums {
    heists: usize,
    mole_messages: usize,
    acting_messages: usize,
    /// Acts that were owed by the mole's last turn and not done.
    owed: usize,
    honest_messages: usize,
    slips: usize,
    /// Slips that somebody objected to, and those that were taken back then.
    objected: usize,
    taken_back: usize,
    kinds: BTreeMap<ActKind, usize>,
    /// Turns in which an act was due, by how many there were to choose from.
    choices: BTreeMap<usize, usize>,
}

impl Sums {
    fn add(&mut self, other: Self) {
        self.heists += other.heists;
        self.mole_messages += other.mole_messages;
        self.acting_messages += other.acting_messages;
        self.owed += other.owed;
        self.honest_messages += other.honest_messages;
        self.slips += other.slips;
        self.objected += other.objected;
        self.taken_back += other.taken_back;
        other.kinds.into_iter().for_each(|(kind, count)| *self.kinds.entry(kind).or_default() += count);
        other.choices.into_iter().for_each(|(acts, count)| *self.choices.entry(acts).or_default() += count);
    }
}

/// The brief of the same agent if it were honest.
fn honest(brief: &Brief) -> Brief {
    Brief { orders: None, ..brief.clone() }
}

/// What can be picked of a menu in good faith.
fn without_slip(menu: &Menu) -> Vec<Move> {
    let meant = menu.items.iter().enumerate().filter(|(place, _)| menu.slip != Some(*place));
    meant.map(|(_, item)| item.does.clone()).collect()
}

/// Plays a heist and holds every act and slip in it against what it should be.
fn checked(heist: &Rehearsal) -> Sums {
    let truths = truths(&heist.bank);
    let seal = heist.setup().seal;
    let mole = heist.crew.names().find(|name| seal.orders_for(name).is_some()).unwrap();
    let mut sums = Sums { heists: 1, ..Sums::default() };
    let mut could: BTreeMap<u32, Vec<Move>> = BTreeMap::new();
    let mut slips: Vec<(u32, AgentName, String)> = Vec::new();
    let log = play_drawn(heist, |brief, menu, numbers| {
        let acts: Vec<_> = menu.items.iter().filter(|item| item.act.is_some()).collect();
        let due = brief.orders.as_ref().is_some_and(|orders| orders.due);
        assert!(acts.is_empty() || due);
        let picked = menu.picked(numbers);
        assert_eq!(picked.iter().any(|item| item.act.is_some()), !acts.is_empty());
        if due {
            *sums.choices.entry(acts.len()).or_default() += 1;
        }
        if brief.orders.is_some() {
            looks_alike(brief, menu);
            could.insert(brief.turn, without_slip(&Menu::of(&honest(brief))));
        } else if let Some(slip) = menu.slip {
            assert!(picked.contains(&menu.items[slip]), "a slip that is planned is made");
        }
        for item in &picked {
            if let Some((key, value)) = item.does.claim() {
                let is_slip = menu.slip.is_some_and(|slip| menu.items[slip] == *item);
                let is_false = false_values(&truths, key, value);
                assert_eq!(is_false.is_some(), is_slip || item.act.is_some(), "{item:?}");
                // Every false value is heard.
                let said =
                    is_false.into_iter().flat_map(|(said, _)| said.split(" | ").map(str::to_owned).collect::<Vec<_>>());
                assert!(said.into_iter().all(|value| is_said(&value, &item.words)), "{item:?}");
                if is_slip {
                    slips.push((brief.turn, brief.me.name.clone(), key.to_owned()));
                }
            }
            if item.act == Some(ActKind::Bent) {
                bends_as_ordered(brief, item, &truths);
            }
        }
    });
    let log = log.events;
    let found = sabotage(&log, &heist.bank, mole, &could);
    let told = ledger(&log);
    assert_eq!(told, found, "seed {} {:?}", heist.seed, heist.difficulty);
    sums.slips = slips.len();
    for (turn, who, key) in slips {
        let later = || messages(&log).filter(|message| message.turn > turn);
        let corrects = |mv: &Move, of: &AgentName| {
            matches!(mv, Move::Correct { agent, fact, value, .. } if agent == of && *fact == key
                && *value == truths[&key].value())
        };
        let mut others = later().filter(|message| message.agent != who);
        let mut own = later().filter(|message| message.agent == who);
        sums.objected += usize::from(others.any(|message| message.moves.iter().any(|mv| corrects(mv, &who))));
        sums.taken_back += usize::from(own.any(|message| message.moves.iter().any(|mv| corrects(mv, &who))));
    }
    let of_mole = |message: &&Message| message.agent == *mole;
    let messages: Vec<_> = messages(&log).collect();
    sums.mole_messages = messages.iter().copied().filter(of_mole).count();
    sums.honest_messages = messages.len() - sums.mole_messages;
    let mut acting: Vec<_> = told.iter().map(|act| &act.message).collect();
    acting.dedup();
    sums.acting_messages = acting.len();
    sums.owed = seal.orders_for(mole).unwrap().turns.len() - acting.len();
    for act in told {
        *sums.kinds.entry(act.kind).or_default() += 1;
    }
    sums
}

fn messages(log: &[EventKind]) -> impl Iterator<Item = &Message> {
    log.iter().filter_map(|event| if let EventKind::MessageCompleted(message) = event { Some(message) } else { None })
}

fn ledger(log: &[EventKind]) -> Vec<Act> {
    let verdict = log.iter().find_map(|event| if let EventKind::VerdictReached(it) = event { Some(it) } else { None });
    verdict.unwrap().sabotage.clone()
}

/// A mole's menu is an honest one with acts in it, in the place of other moves, and as long where it can be.
fn looks_alike(brief: &Brief, menu: &Menu) {
    let plain = Menu::of(&honest(brief));
    let mut others = menu.items.iter().filter(|item| item.act.is_none());
    let slip = plain.slip.and_then(|slip| plain.items.get(slip));
    if slip.is_none() {
        let mut honest = plain.items.iter();
        assert!(others.all(|item| honest.any(|other| other == item)), "{menu:?}\n{plain:?}");
    }
    let acts = menu.items.iter().filter(|item| item.act.is_some()).count();
    assert!(menu.items.len() <= plain.items.len().max(acts + 2), "{menu:?}\n{plain:?}");
    let bare = |item: &Item| Item { act: None, ..item.clone() };
    let bare = Menu { items: menu.items.iter().map(bare).collect(), slip: None, answer: None };
    assert_eq!(format!("{menu:?}"), format!("{bare:?}"), "what is printed tells no act");
}

/// A bent value is bent as the orders say: by how much, and at hard what nobody else has read.
fn bends_as_ordered(brief: &Brief, item: &Item, truths: &BTreeMap<String, heist_bank::Fact>) {
    let (key, value) = item.does.claim().unwrap();
    let truth = &truths[key];
    let said = truth.with_value(value).unwrap();
    let orders = brief.orders.as_ref().unwrap();
    let range = bend::minutes(brief.difficulty);
    for (hole, kind) in truth.kind.holes.iter().enumerate().filter(|(hole, _)| said.text(*hole) != truth.text(*hole)) {
        match (orders.strategy, kind) {
            (Strategy::TimingErrors, Hole::Minutes) => {
                let by = said.number(hole).unwrap().abs_diff(truth.number(hole).unwrap());
                assert!(range.contains(&by) && said.number(hole).unwrap() > 0, "{item:?}");
            }
            (Strategy::TimingErrors, Hole::Clock) => {
                let (said, truth): (Clock, Clock) = (said.clock(hole).unwrap(), truth.clock(hole).unwrap());
                assert!(range.contains(&said.since(truth).min(truth.since(said))), "{item:?}");
            }
            (Strategy::FalseInfo, Hole::Number | Hole::Place | Hole::Person | Hole::Words | Hole::List) => {}
            other => panic!("{other:?} {item:?}"),
        }
    }
    if brief.difficulty == Difficulty::Hard {
        let mut others = crate::crew::Known::of(brief).seen().to_vec();
        others.retain(|seen| seen.agent != brief.me.name && seen.fact.key() == key);
        assert!(others.is_empty(), "{others:?} were read before {item:?}");
    }
}

/// Plays so many heists on both processors.
fn many(seeds: std::ops::Range<u64>, rounds: u32, difficulty: Difficulty) -> Sums {
    let mut sums = Sums::default();
    std::thread::scope(|scope| {
        let half = |odd: u64| {
            let seeds = seeds.clone().filter(move |seed| seed % 2 == odd);
            scope.spawn(move || {
                let mut sums = Sums::default();
                for seed in seeds {
                    let strategy = Strategy::ALL.get(usize::try_from(seed % 5).unwrap()).copied();
                    sums.add(checked(&Rehearsal { rounds, strategy, difficulty, ..heist(seed) }));
                }
                sums
            })
        };
        for half in [half(0), half(1)] {
            sums.add(half.join().unwrap());
        }
    });
    sums
}

fn percent(part: usize, whole: usize) -> f64 {
    #[allow(clippy::cast_precision_loss, reason = "counts of messages")]
    let (part, whole) = (part as f64, whole.max(1) as f64);
    100.0 * part / whole
}

/// Figures of so many heists are near enough to the rates: 1,000 in `.ci/measure-acts`, which says so.
fn heists() -> u64 {
    std::env::var("HEIST_TEST_HEISTS").map_or(66, |heists| heists.parse().unwrap())
}

#[test]
fn the_mole_acts_as_often_as_it_should_and_the_ledger_tells_all_of_it() {
    // Two acts in five turns are the least at hard.
    for (difficulty, acting, slips) in
        [(Difficulty::Easy, 75.0, 2.0), (Difficulty::Normal, 50.0, 5.0), (Difficulty::Hard, 39.0, 8.0)]
    {
        let sums = many(0..heists(), 5, difficulty);
        let acts = percent(sums.acting_messages, sums.mole_messages);
        let slipped = percent(sums.slips, sums.honest_messages);
        println!(
            "{difficulty}: {acts:.1} % of the mole's messages are acts, {slipped:.1} % of the others' slips; {sums:?}"
        );
        assert!((acts - acting).abs() < 5.0, "{difficulty}: {acts} {sums:?}");
        assert!((slipped - slips).abs() < 1.0, "{difficulty}: {slipped} {sums:?}");
        assert!(sums.owed * 100 <= sums.acting_messages, "what is owed is done: {sums:?}");
        let choice: usize = sums.choices.iter().filter(|(acts, _)| **acts >= 2).map(|(_, turns)| turns).sum();
        assert!(choice * 10 >= sums.acting_messages * 9, "there is something to choose from: {sums:?}");
        assert_eq!(sums.kinds.len(), ActKind::ALL.len(), "{sums:?}");
        assert!(sums.taken_back * 2 >= sums.objected, "{sums:?}");
    }
}

#[test]
fn in_a_long_heist_a_mole_that_is_hard_to_find_acts_in_a_third_of_its_turns() {
    let sums = many(0..heists() / 6, 10, Difficulty::Hard);
    let acts = percent(sums.acting_messages, sums.mole_messages);
    assert!((acts - 33.0).abs() < 5.0, "{acts} {sums:?}");
}
