//! The manners of language models that spoil a talk, sentence by sentence: declining, stepping out of the character,
//! preambles, and announcing instead of saying.

/// What is wrong with the manner of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// It declines to play.
    Refusal,
    /// It speaks of the game, or tells of the talk from outside.
    Outside,
    /// It introduces the message.
    Preamble,
    /// It says what will be said.
    Announcement,
}

/// Words by which a model is known that does not play, wherever they stand.
const NO_CHARACTER: [&str; 10] = [
    "as an ai",
    "an ai language model",
    "as a language model",
    "i'm just an ai",
    "i am an ai",
    "illegal activit",
    "ethical guidelines",
    "i must decline",
    "sorry for any confusion",
    "information you",
];

/// How a refusal begins, and what it goes on with.
const DECLINE: [&str; 7] =
    ["i can't", "i cannot", "i can not", "i am unable to", "i'm unable to", "i am not able to", "i'm not able to"];
const DECLINED: [&str; 13] = [
    "assist",
    "help with",
    "help you",
    "provide",
    "participate",
    "fulfil",
    "engage in",
    "comply",
    "discuss",
    "support",
    "generate",
    "create",
    "continue with this",
];

/// Words that nobody says who sits at the table.
const OUTSIDE: [&str; 29] = [
    "currently discussing",
    "are discussing",
    "is discussing",
    "my character",
    "you are asked to",
    "your task",
    "this character",
    "the game",
    "this story",
    "the story",
    "own words",
    "name and figure",
    "names and figures",
    "every figure",
    "say this as",
    "conversation",
    "next round",
    "our game",
    "party game",
    "the players",
    "the user",
    "the prompt",
    "the transcript",
    "the talk so far",
    "the boss tells you",
    "the mole",
    "a mole",
    "in this scenario",
    "json",
];

/// Words by which a small model tells a mole's orders rather than follows them. Nobody may use them: what is asked for
/// again must not depend on who is the mole.
const CONFESSIONS: [&str; 10] = [
    "i'll change",
    "i will change",
    "i have changed",
    "i've changed",
    "i changed",
    "harder to detect",
    "mislead",
    "sabotage",
    "make it wrong",
    "on purpose",
];

/// Words by which a small model reflects on the talk where it should say something.
const REFLECTIONS: [&str; 8] = [
    "clear understanding",
    "ensure",
    "it is important to",
    "it's important to",
    "let's make sure",
    "make sure that everyone",
    "stay focused",
    "as a team",
];

/// How a preamble begins, and what makes it one.
const EAGER: [&str; 7] = ["sure", "certainly", "of course", "absolutely", "okay", "ok", "great"];
const HANDED_OVER: [&str; 6] = ["here is", "here's", "here are", "the message", "my message", "as requested"];

/// How an announcement begins, and what is announced.
const INTEND: [&str; 13] = [
    "i will need to",
    "i will",
    "i'll",
    "i am going to",
    "i'm going to",
    "let me",
    "i would like to",
    "i'd like to",
    "i need to",
    "i should",
    "my task is to",
    "my role is to",
    "i want to",
];
const SAY: [&str; 29] = [
    "report",
    "say",
    "tell",
    "describe",
    "explain",
    "share",
    "provide",
    "discuss",
    "state",
    "present",
    "outline",
    "give",
    "find out",
    "look",
    "check",
    "read",
    "query",
    "analyze",
    "analyse",
    "examine",
    "review",
    "use the",
    "calculate",
    "confirm",
    "summarize",
    "inform",
    "investigate",
    "gather",
    "determine",
];

/// The manner of a sentence, if it is a bad one.
pub(super) fn of(sentence: &str) -> Option<Manner> {
    let text = sentence.trim().to_lowercase().replace('’', "'");
    let has = |words: &[&str]| words.iter().any(|words| text.contains(words));
    let rest_after = |openings: &[&str]| openings.iter().find_map(|opening| text.strip_prefix(opening)).map(str::trim);
    let after_sorry = text.strip_prefix("i'm sorry").or_else(|| text.strip_prefix("i am sorry"));
    let apologised = after_sorry.or_else(|| text.strip_prefix("i apologize")).or_else(|| text.strip_prefix("sorry"));
    let declines = |text: &str| {
        DECLINE.iter().any(|words| {
            text.find(words).is_some_and(|at| {
                let next = text[at + words.len()..].trim_start();
                DECLINED.iter().any(|verb| next.starts_with(verb))
            })
        })
    };
    if has(&NO_CHARACTER) || declines(&text) || apologised.is_some_and(|rest| rest.contains(", but")) {
        return Some(Manner::Refusal);
    }
    let digit = text.contains(|letter: char| letter.is_ascii_digit());
    if has(&OUTSIDE)
        || has(&CONFESSIONS)
        || (has(&REFLECTIONS) && !digit)
        || text.starts_with("secret,")
        || text.starts_with("secret:")
    {
        return Some(Manner::Outside);
    }
    let eager = rest_after(&EAGER).is_some_and(|rest| rest.is_empty() || rest.starts_with([',', '!', '.']));
    let bare = text.trim_end_matches(['.', '!', ',']).split_whitespace().count() <= 2;
    let short = text.split_whitespace().count() <= 14;
    if (eager && bare) || (short && has(&HANDED_OVER) && (eager || text.ends_with(':') || text.starts_with("here"))) {
        let is_message = has(&["message", "response", "answer", "line", "sentence", "statement", "report"]) || eager;
        return is_message.then_some(Manner::Preamble);
    }
    let intended = INTEND.iter().filter_map(|opening| text.strip_prefix(opening)).map(str::trim);
    let announced = intended.into_iter().any(|rest| SAY.iter().any(|verb| rest.starts_with(verb)));
    // A sentence with a figure says something, whatever its beginning.
    (announced && !has(&[", so ", " once ", " because "]) && !digit).then_some(Manner::Announcement)
}

#[cfg(test)]
mod tests {
    use super::Manner::{Announcement, Outside, Preamble, Refusal};
    use super::of;

    #[test]
    fn bad_manners_are_known() {
        for (sentence, manner) in [
            ("I'm sorry, but I can't help with that.", Refusal),
            ("I apologize, but I cannot assist with that.", Refusal),
            ("As an AI language model, I have no bank.", Refusal),
            ("I’m unable to participate in planning a robbery.", Refusal),
            ("The planner, hacker, and lookout are currently discussing the best way in.", Outside),
            ("As the mole I want this to fail.", Outside),
            ("As my character would say, the door is shut.", Outside),
            ("As the planner, I must ensure that we have a clear understanding.", Outside),
            ("I say it in my own words.", Outside),
            ("Secret, I move the guard.", Outside),
            ("I’ll change the number of the door.", Outside),
            ("Sure!", Preamble),
            ("Sure, here is the message:", Preamble),
            ("Here is my report:", Preamble),
            ("I will report what the door is made of.", Announcement),
            ("Let me check the cameras first.", Announcement),
            ("I will need to investigate the alarms to determine who answers.", Announcement),
            ("I'll find out where the guards are.", Announcement),
        ] {
            assert_eq!(of(sentence), Some(manner), "{sentence}");
        }
    }

    #[test]
    fn good_manners_are_left_alone() {
        for sentence in [
            "The guard will be sorry, but late.",
            "I can't help but notice camera 7.",
            "I cannot open the door in under 9 minutes.",
            "I will report at 22:05 that the recorder is blind.",
            "I will say the plan once you have all confirmed your part.",
            "I will watch the staff door from Alder Lane.",
            "Here is the weak spot: the ramp.",
            "Sure enough, the dock door was found open twice.",
            "Certainly the override is the quiet way.",
            "We begin at 22:05, for the recorder is blind then.",
        ] {
            assert_eq!(of(sentence), None, "{sentence}");
        }
    }
}
