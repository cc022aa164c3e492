//! The mole: when it acts on its orders, and the sentences that do harm. Honest agents say such things too, now and then.

use crate::crew::Brief;
use crate::heist::{Difficulty, Strategy};

use super::dice::Dice;
use super::figures::{clock, time_of_day};
use super::voices::Bank;

/// So many of a hundred of the mole's turns are sabotage; in the others it plays its part.
const fn acting(difficulty: Difficulty) -> u32 {
    match difficulty {
        Difficulty::Easy => 90,
        Difficulty::Normal => 60,
        Difficulty::Hard => 30,
    }
}

/// The strategy, if the agent is the mole and acts in this turn.
pub(super) fn act(seed: u64, brief: &Brief) -> Option<Strategy> {
    let orders = brief.orders.as_ref()?;
    Dice::new(seed, brief.turn, &brief.me.name).chance("act", acting(orders.difficulty)).then_some(orders.strategy)
}

/// Sentences that put things off.
pub(super) const DELAY: Bank = &[
    "I would check that once more before we settle on it.",
    "It is too early to fix this; let us leave it open for a round.",
    "Can we wait until {ally} has looked at it as well?",
    "Nothing is lost if we decide this later.",
    "I'd hold off on the {method} method until somebody has tested the other two.",
    "Let us not commit to a minute yet.",
    "Before we go on, could {ally} read that part again?",
    "I am not ready to say yes to the {way} route tonight.",
    "We should sleep over it, one more night of watching costs us nothing.",
    "Put a question mark behind it for now.",
    "First I want to hear from everybody again about {topic}.",
    "One more look at {topic} would not hurt, and until then I'd leave things open.",
    "Suppose we postpone everything until nobody doubts {topic} any more.",
    "There is time; we can come back to {topic} at the end.",
];

/// Sentences that set the crew against each other or undo what was agreed.
pub(super) const CHAOS: Bank = &[
    "Shouldn't {ally} do that part instead of {other}?",
    "Did we not say the {rival} method a moment ago?",
    "I understood that {ally} was against it and {other} for it.",
    "Why does {other} get to decide that, and not {ally}?",
    "I'd reopen the door question, the {rival} method was never given a fair hearing.",
    "As I had it, {ally} handles the alarm line and {other} stands outside.",
    "{ally}, I think {other} just took over your job.",
    "Let's swap: {other} goes in first and {ally} takes the street.",
    "I thought we had dropped the {way} route for the {rivalway} route.",
    "{other} told us one thing and {ally} another, and both cannot be right.",
    "Somebody should ask {ally} why the start moved.",
    "If {other} insists on that, I don't see how {ally} can keep the timing.",
    "The {rivalway} route was {ally}'s idea, and I still think it beats what {other} wants.",
    "Has anyone noticed that {other} and {ally} plan two different nights?",
];

/// Sentences that make too much of a small thing.
pub(super) const BOAST: Bank = &[
    "That settles the question for me.",
    "With that in hand we need nothing more on {topic}.",
    "I call that proof enough.",
    "So I would tick off {topic} and move on.",
    "There you have your answer about {topic}.",
    "I don't see what else there would be to check.",
    "Plan around that and the rest follows.",
    "That tells us all we need about {topic}.",
    "Take it as settled, then.",
    "This matters more than it seems, believe me.",
    "It all hangs together once you look at it that way.",
];

/// Changes the first time or duration in a clause by some minutes; none if it has none.
pub(super) fn bend_time(clause: &str, by: u32, down: bool) -> Option<String> {
    let words: Vec<_> = clause.split(' ').collect();
    let shift = |number: u32| if down && number > by { number - by } else { number + by };
    words.iter().enumerate().find_map(|(at, word)| {
        let bare = word.trim_matches(|mark: char| !mark.is_alphanumeric());
        let bent = match clock(bare) {
            Some(time) => time_of_day(shift(time)),
            None if words.get(at + 1)?.starts_with("minute") => shift(bare.parse().ok()?).to_string(),
            None => return None,
        };
        let mut words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        words[at] = word.replace(bare, &bent);
        if words.get(at + 1).is_some_and(|unit| unit == "minute") {
            words[at + 1] = "minutes".into();
        }
        Some(words.join(" "))
    })
}

/// Changes one fact that is no time in a clause; none if nothing in it can be changed.
pub(super) fn bend_fact(clause: &str, dice: &Dice) -> Option<String> {
    const SWAPS: [(&str, &str); 24] = [
        ("24 cameras", "18 cameras"),
        ("23 cameras", "21 cameras"),
        ("three blind spots", "five blind spots"),
        ("lower level", "upper floor"),
        ("upper floor", "street level"),
        ("loading dock", "staff door"),
        ("staff door", "loading dock"),
        ("east stairwell", "west stairwell"),
        ("boiler corridor", "archive corridor"),
        ("two guards", "four guards"),
        ("three guards", "one guard"),
        ("two people", "five people"),
        ("three ways", "two ways"),
        ("access level 5", "access level 3"),
        ("access level 4", "access level 2"),
        ("call the police", "call only the control desk"),
        ("calls the police", "calls only the control desk"),
        ("the private patrol", "nobody at all"),
        ("is silent", "is rather loud"),
        ("Nine guards", "Twelve guards"),
        ("river garage", "north yard"),
        ("Mint Street", "Alder Lane"),
        ("heat sensor", "panic button"),
        ("branch manager", "deputy manager"),
    ];
    let fitting: Vec<_> = SWAPS.iter().filter(|(from, _)| clause.contains(from)).collect();
    if let Some((from, to)) = dice.pick("swap", &fitting) {
        return Some(clause.replacen(from, to, 1));
    }
    let camera = clause.split(' ').skip_while(|word| !word.eq_ignore_ascii_case("camera")).nth(1)?;
    let number: u32 = camera.parse().ok()?;
    Some(clause.replacen(&format!("amera {number}"), &format!("amera {}", number + dice.between("camera", 2, 5)), 1))
}
