use std::collections::BTreeMap;
fn main() {
    let mut all: BTreeMap<String, u32> = BTreeMap::new();
    let mut names: BTreeMap<String, u32> = BTreeMap::new();
    let mut pats: BTreeMap<String, u32> = BTreeMap::new();
    let (mut n, mut nn) = (0, 0);
    for seed in 0..200 {
        let bank = heist_bank::Bank::of(seed);
        for d in bank.documents() {
            for line in d.text.lines().skip(2) {
                for s in line.trim_end_matches('.').split(". ") {
                    *all.entry(s.to_string()).or_default() += 1;
                    n += 1;
                    let fs = heist_bank::facts_in_document(&format!("x\n\n{s}."));
                    let mut p = s.to_string();
                    for f in &fs {
                        let mut v = f.values.clone();
                        v.sort_by_key(|v| std::cmp::Reverse(v.len()));
                        for v in v {
                            if v.len() > 2 {
                                p = p.replace(&v, "_");
                            }
                        }
                    }
                    for w in [
                        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
                        "twelve", "first", "second", "third", "fourth",
                    ] {
                        p = p.replace(w, "_");
                    }
                    let p: String = p.chars().map(|c| if c.is_ascii_digit() { '#' } else { c }).collect();
                    let key: String = p.replace("##", "#").replace("##", "#").chars().take(44).collect();
                    *pats.entry(key).or_default() += 1;
                }
            }
        }
        let mut add = |s: &str| {
            *names.entry(s.to_string()).or_default() += 1;
            nn += 1;
        };
        add(&bank.name);
        for p in &bank.people {
            add(&p.name)
        }
        for g in &bank.guards.all {
            add(&g.name)
        }
        for r in &bank.roads {
            add(&r.along);
            add(&r.leads_to)
        }
        for p in &bank.places {
            add(&p.name)
        }
    }
    for (what, map, n) in [("sentences", all, n), ("names", names, nn), ("patterns", pats, n)] {
        let mut v: Vec<_> = map.into_iter().collect();
        v.sort_by_key(|x| std::cmp::Reverse(x.1));
        println!("{what}: {n}, {} different", v.len());
        for (s, c) in v.iter().take(8) {
            println!("  {:.2} % {s}", f64::from(*c) * 100. / f64::from(n));
        }
    }
}
