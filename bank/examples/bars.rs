//! Prints what the banks of many seeds are like beside the bars that they have to keep, and ends with 1 if one is missed.
//!
//!     cargo run --release -p heist-bank --example bars -- [SEEDS]

use std::collections::BTreeMap;
use std::env;
use std::fmt::Display;
use std::panic::catch_unwind;
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use heist_bank::{Bank, Part, puzzle};

/// How many seeds are looked at for what must hold for all, unless the command says.
const SEEDS: u64 = 10_000;

/// How many banks are set beside one another.
const BESIDE: u64 = 200;

/// How long a bank may take with all that its tools tell.
const LONGEST: Duration = Duration::from_millis(5);

/// What was found wrong with the banks of some seeds: for each thing that must hold, how many break it and the first of them.
type Broken = BTreeMap<&'static str, (u64, String)>;

/// The things that must hold for every bank.
const MUST: [&str; 5] = ["panics", "flaws", "contradictions", "puzzle", "floor plan"];

fn main() -> ExitCode {
    let seeds = env::args().nth(1).and_then(|seeds| seeds.parse().ok()).unwrap_or(SEEDS);
    let mut bars = Bars { kept: true };
    let broken = all(seeds);
    for what in MUST {
        let found = broken.get(what);
        let count = found.map_or(0, |(count, _)| *count);
        bars.tell(&format!("{what}, of {seeds} banks"), count, "0", count == 0);
        if let Some((_, first)) = found {
            println!("    {first}");
        }
    }
    alike(&mut bars);
    times(&mut bars);
    if bars.kept { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What is printed, and whether all was as it has to be.
struct Bars {
    kept: bool,
}

impl Bars {
    fn tell(&mut self, what: &str, figure: impl Display, bar: &str, is_kept: bool) {
        self.kept &= is_kept;
        println!("{what:<44} {figure:>12}   (bar: {bar}){}", if is_kept { "" } else { "  MISSED" });
    }
}

/// Looks at the banks of the seeds from 0 on, and the hand-written one.
fn all(seeds: u64) -> Broken {
    let threads = thread::available_parallelism().map_or(1, |threads| threads.get() as u64);
    let found: Vec<Broken> = thread::scope(|scope| {
        let part = |first: u64| {
            let mut broken = Broken::new();
            for seed in (first..seeds).step_by(usize::try_from(threads).unwrap_or(1)) {
                for (what, why) in
                    catch_unwind(|| wrong(&Bank::of(seed))).unwrap_or_else(|_| vec![("panics", String::new())])
                {
                    broken.entry(what).or_insert_with(|| (0, format!("seed {seed}: {why}"))).0 += 1;
                }
            }
            broken
        };
        let parts: Vec<_> = (0..threads).map(|first| scope.spawn(move || part(first))).collect();
        parts.into_iter().map(|part| part.join().unwrap_or_default()).collect()
    });
    let mut all = Broken::new();
    for (what, (count, first)) in found.into_iter().flatten() {
        all.entry(what).or_insert((0, first)).0 += count;
    }
    all
}

/// What is wrong with a bank: which of the things that must hold, and why.
fn wrong(bank: &Bank) -> Vec<(&'static str, String)> {
    let flaws = bank.flaws().into_iter().next().map(|flaw| ("flaws", flaw));
    let contradictions = bank.contradictions().into_iter().next().map(|it| ("contradictions", it));
    let puzzle = puzzle(bank);
    let no_puzzle = (!puzzle.holds()).then(|| ("puzzle", format!("{} plans succeed", puzzle.succeed)));
    flaws.into_iter().chain(contradictions).chain(no_puzzle).collect()
}

/// What two banks have in common.
fn alike(bars: &mut Bars) {
    let banks: Vec<_> = (0..BESIDE).map(Bank::of).collect();
    let sentences = banks.iter().flat_map(Bank::documents).flat_map(|document| {
        let body = document.text.split_once("\n\n").map_or("", |(_, body)| body).to_owned();
        let sentences: Vec<_> =
            body.lines().flat_map(|line| line.split(". ")).map(|it| it.trim_end_matches('.').to_owned()).collect();
        sentences
    });
    share(bars, "sentence", 2, sentences);
    share(bars, "name of a bank", 3, banks.iter().map(|bank| bank.name.clone()));
    let people = |bank: &Bank| bank.people.iter().map(|person| person.name.clone()).collect::<Vec<_>>();
    share(bars, "name of somebody of the office", 3, banks.iter().flat_map(people));
    let parts = |at: usize| {
        let people = banks.iter().flat_map(people);
        people.filter_map(move |name| name.split(' ').nth(at).map(ToOwned::to_owned))
    };
    share(bars, "given name", 3, parts(0));
    let guards = |bank: &Bank| bank.guards.all.iter().map(|guard| guard.name.clone()).collect::<Vec<_>>();
    share(bars, "family name", 3, parts(1).chain(banks.iter().flat_map(guards)));
    let streets = |bank: &Bank| bank.roads.iter().map(|road| road.along.clone()).collect::<Vec<_>>();
    share(bars, "name of a street", 3, banks.iter().flat_map(streets));
    // What is called the same wherever it stands, such as the vault, is left out.
    let is_named = |part: Part| matches!(part, Part::Exit | Part::Hall | Part::Room | Part::Stair);
    let places = |bank: &Bank| {
        let places = bank.places.iter().filter(|place| is_named(place.part));
        places.map(|place| place.name.clone()).collect::<Vec<_>>()
    };
    share(bars, "name of a room, stair or exit", 3, banks.iter().flat_map(places));
}

/// Tells how much the most frequent one is of all.
fn share(bars: &mut Bars, what: &str, most: u64, all: impl Iterator<Item = String>) {
    let (mut counts, mut total) = (BTreeMap::<String, u64>::new(), 0);
    for one in all {
        *counts.entry(one).or_default() += 1;
        total += 1;
    }
    let Some((name, count)) = counts.iter().max_by_key(|(_, count)| **count) else { return };
    let thousandths = count * 1000 / total;
    let figure = format!("{}.{} %", thousandths / 10, thousandths % 10);
    bars.tell(&format!("most frequent {what}"), figure, &format!("at most {most} %"), count * 100 <= total * most);
    println!("    {count} of {total}: {name}");
}

/// How long a bank takes, alone and with all that its tools tell.
fn times(bars: &mut Bars) {
    let time = |seed| {
        let begun = Instant::now();
        let bank = Bank::of(seed);
        let made = begun.elapsed();
        std::hint::black_box((bank.documents(), bank.sql()));
        (begun.elapsed(), made)
    };
    // What else the machine does is left out.
    let mut times: Vec<_> = (0..BESIDE).filter_map(|seed| (0..5).map(|_| time(seed)).min()).collect();
    times.sort();
    let middle = times.len() / 2;
    let ms = |time: Duration| format!("{}.{:02} ms", time.as_millis(), time.subsec_micros() % 1000 / 10);
    if let (Some((usual, _)), Some((longest, _))) = (times.get(middle), times.last()) {
        bars.tell("a bank, its documents and tables, usual", ms(*usual), "5 ms", *usual <= LONGEST);
        bars.tell("the slowest of them", ms(*longest), "5 ms", *longest <= LONGEST);
    }
    let mut made: Vec<_> = times.iter().map(|(_, made)| *made).collect();
    made.sort();
    if let Some(made) = made.get(middle) {
        println!("{:<44} {:>12}", "a bank alone, usual", ms(*made));
    }
}
