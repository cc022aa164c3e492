use heist_bank::*;
use std::time::Instant;
fn main() {
    let banks: Vec<_> = (0..100).map(Bank::of).collect();
    let t = Instant::now();
    for s in 0..100 {
        std::hint::black_box(Bank::of(s));
    }
    println!("of {:?}", t.elapsed() / 100);
    let t = Instant::now();
    for b in &banks {
        std::hint::black_box(b.facts());
    }
    println!("facts {:?}", t.elapsed() / 100);
    let t = Instant::now();
    for b in &banks {
        std::hint::black_box(b.documents());
    }
    println!("documents {:?}", t.elapsed() / 100);
    let t = Instant::now();
    for b in &banks {
        std::hint::black_box(b.sql());
    }
    println!("sql {:?}", t.elapsed() / 100);
    let docs: Vec<_> = banks.iter().map(Bank::documents).collect();
    let t = Instant::now();
    for d in &docs {
        for d in d {
            std::hint::black_box(facts_in_document(&d.text));
        }
    }
    println!("read documents {:?}", t.elapsed() / 100);
    let tabs: Vec<_> = banks.iter().map(Bank::tables).collect();
    let t = Instant::now();
    for d in &tabs {
        for d in d {
            std::hint::black_box(facts_in_table(d.name, &d.text()));
        }
    }
    println!("read tables {:?}", t.elapsed() / 100);
    let facts: Vec<_> = banks.iter().map(Bank::facts).collect();
    let text = "Well, I have looked at it: the vault door is 60 centimetres thick, so nobody kicks that in. From the lobby we go on, and the private patrol needs 5 minutes. What do you think of it?";
    let mut n = 0;
    let t = Instant::now();
    for f in &facts {
        for f in f {
            n += 1;
            std::hint::black_box(f.claim(text));
        }
    }
    println!("claim {:?} of {n}", t.elapsed() / n);
    let t = Instant::now();
    for b in &banks {
        std::hint::black_box(b.contradictions());
    }
    println!("contradictions {:?}", t.elapsed() / 100);
}
