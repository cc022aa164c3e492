//! Banks of many seeds.

use super::*;

#[test]
fn no_seed_panics() {
    let mut n = std::collections::BTreeMap::<String, u32>::new();
    for seed in 0..600 {
        for x in Bank::of(seed).flaws() {
            *n.entry(format!("{x} {seed}")).or_default() += 1;
        }
    }
    println!("{} {n:#?}", n.len());
}
#[test]
fn timing() {
    let t = std::time::Instant::now();
    for seed in 0..300 {
        std::hint::black_box(Bank::of(seed));
    }
    println!("of {:?}", t.elapsed() / 300);
    let t = std::time::Instant::now();
    for seed in 0..300 {
        std::hint::black_box(make(Source { seed, again: 0 }));
    }
    println!("make {:?}", t.elapsed() / 300);
    let (mut a, mut b, mut c, mut d) =
        <(std::time::Duration, std::time::Duration, std::time::Duration, std::time::Duration)>::default();
    for seed in 0..300 {
        let source = Source { seed, again: 0 };
        let taken = &mut Taken::default();
        let t = std::time::Instant::now();
        let building = Building::draw(source, taken);
        a += t.elapsed();
        let t = std::time::Instant::now();
        let solution = Solution::draw(source, &building);
        let ways = vault::ways(source, &solution);
        b += t.elapsed();
        let t = std::time::Instant::now();
        let (roads, station) = roads::draw(source, taken, &building, &solution);
        c += t.elapsed();
        let t = std::time::Instant::now();
        let people = people::draw(source, taken, &building, &ways);
        d += t.elapsed();
        std::hint::black_box((roads, station, people));
    }
    println!("building {:?} solution {:?} roads {:?} people {:?}", a / 300, b / 300, c / 300, d / 300);
}
