fn main() {
    let seed = std::env::args().nth(1).and_then(|s| s.parse().ok());
    let bank = seed.map_or_else(heist_bank::Bank::first_meridian, heist_bank::Bank::of);
    let dir = std::env::args().nth(2);
    for d in bank.documents() {
        if let Some(dir) = &dir {
            std::fs::write(format!("{dir}/{}", d.name), &d.text).unwrap();
        } else {
            println!("{}", d.text);
        }
    }
    if let Some(dir) = &dir {
        std::fs::write(format!("{dir}/bank.sql"), bank.sql()).unwrap();
    }
}
