use std::collections::BTreeMap;
fn main() {
    let n: u64 = std::env::args().nth(1).and_then(|s| s.parse().ok()).unwrap_or(20);
    for c in heist_bank::Bank::first_meridian().contradictions() {
        println!("FM {c}");
    }
    let mut kinds: BTreeMap<String, (u32, String)> = BTreeMap::new();
    let t = std::time::Instant::now();
    let mut bad = 0;
    for seed in 0..n {
        let c = heist_bank::Bank::of(seed).contradictions();
        bad += u64::from(!c.is_empty());
        for c in c {
            let k: String = c.chars().map(|c| if c.is_ascii_digit() { '#' } else { c }).take(38).collect();
            let e = kinds.entry(k).or_insert((0, format!("{seed}: {c}")));
            e.0 += 1;
        }
    }
    println!("{bad} of {n} bad, {:?}", t.elapsed());
    let mut v: Vec<_> = kinds.into_values().collect();
    v.sort_by_key(|(n, _)| std::cmp::Reverse(*n));
    for (n, e) in v.iter().take(40) {
        println!("{n} x {e}");
    }
}
