//! Acts and slips over many heists: how often, of which kind, and that each is what it is said to be.

use std::collections::BTreeMap;

use heist_bank::{Bank, Clock, Hole, is_said};

use super::check::{false_values, sabotage, truths};
use super::heists::Tools;
use super::play::{Terms, play};
use crate::agents::menu::{Item, Menu, bend};
use crate::crew::Brief;
use crate::heist::{Act, ActKind, Difficulty, EventKind, Message, Move, Strategy};

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
        other.kinds.into_iter().for_each(|(kind, count)| *self.kinds.entry(kind).or_default() += count);
        other.choices.into_iter().for_each(|(acts, count)| *self.choices.entry(acts).or_default() += count);
    }
}

/// The brief of the same agent if it were honest.
fn honest(brief: &Brief) -> Brief {
    Brief { orders: None, ..brief.clone() }
}

fn does(items: &[Item]) -> Vec<Move> {
    items.iter().map(|item| item.does.clone()).collect()
}

/// Plays a heist and holds every act and slip in it against what it should be.
fn checked(terms: Terms) -> Sums {
    let tools = Tools::over(Bank::of(terms.seed));
    let truths = truths(&tools.bank);
    let dealt = terms.deal();
    let crew = crate::crew::roster();
    let mole = crew.iter().map(|persona| &persona.name).find(|name| dealt.seal.orders_for(name).is_some()).unwrap();
    let mut sums = Sums { heists: 1, ..Sums::default() };
    let mut could: BTreeMap<u32, Vec<Move>> = BTreeMap::new();
    let log = play(&tools, terms, |brief, menu, numbers| {
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
            could.insert(brief.turn, does(&Menu::of(&honest(brief)).items));
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
                sums.slips += usize::from(is_slip);
            }
            if item.act == Some(ActKind::Bent) {
                bends_as_ordered(brief, item, &truths);
            }
        }
    });
    let found = sabotage(&log, &tools.bank, mole, &could);
    let told = ledger(&log);
    assert_eq!(told, found, "seed {} {:?}", terms.seed, terms.difficulty);
    let of_mole = |message: &&Message| message.agent == *mole;
    let messages: Vec<_> = messages(&log).collect();
    sums.mole_messages = messages.iter().copied().filter(of_mole).count();
    sums.honest_messages = messages.len() - sums.mole_messages;
    let mut acting: Vec<_> = told.iter().map(|act| &act.message).collect();
    acting.dedup();
    sums.acting_messages = acting.len();
    sums.owed = dealt.seal.orders_for(mole).unwrap().turns.len() - acting.len();
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
    let bare = Menu { items: menu.items.iter().map(bare).collect(), slip: None };
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
                    sums.add(checked(Terms { seed, rounds, strategy, difficulty }));
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

#[test]
fn the_mole_acts_as_often_as_it_should_and_the_ledger_tells_all_of_it() {
    // Two acts in five turns are the least at hard.
    for (difficulty, acting, slips) in
        [(Difficulty::Easy, 75.0, 2.0), (Difficulty::Normal, 50.0, 5.0), (Difficulty::Hard, 39.0, 8.0)]
    {
        let began = std::time::Instant::now();
        let sums = many(0..66, 5, difficulty);
        let acts = percent(sums.acting_messages, sums.mole_messages);
        let slipped = percent(sums.slips, sums.honest_messages);
        eprintln!("{difficulty}: {acts:.1} % acting, {slipped:.1} % slips, {:?}, {sums:?}", began.elapsed());
        assert!((acts - acting).abs() < 5.0, "{difficulty}: {acts} {sums:?}");
        assert!((slipped - slips).abs() < 1.0, "{difficulty}: {slipped} {sums:?}");
    }
}
