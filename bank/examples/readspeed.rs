use heist_bank::*;
fn main() {
    let facts = Bank::of(1).facts();
    let text = "Well, I have looked at it: the vault door is 60 centimetres thick, so nobody kicks that in. From the lobby we go on, and the private patrol needs 5 minutes. What do you think of it?";
    let t = std::time::Instant::now();
    for _ in 0..1000 { std::hint::black_box(claims(&facts, text)); }
    println!("{:?} per message and {} facts", t.elapsed() / 1000, facts.len());
}
