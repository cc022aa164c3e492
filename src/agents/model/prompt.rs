//! What a model is told: one text that all agents share, and a tail for the agent whose turn it is.
//!
//! A local model spends most of a heist reading. The shared text comes first and only ever grows at its end, so a
//! server's prompt cache holds it from turn to turn; whatever differs between agents stands in the tail.

use std::fmt::Write as _;

use super::agenda::Agenda;
use super::facts::facts;
use super::private::{PRIVATE, private};
use crate::crew::{Brief, Persona};
use crate::heist::Entry;
use crate::toolbox::ToolNote;

/// What stands in the talk in place of its oldest part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fold {
    /// So many entries are not told in their own words any more.
    pub entries: usize,
    /// What was said in them, in short; empty if that is not known.
    pub summary: String,
}

/// A result longer than so many characters is cut in the prompt; the event keeps it whole.
const RESULT_CHARS: usize = 900;

/// So many facts are put before an agent that is to speak.
const FACTS: usize = 3;

/// What stands before the facts that an agent's tool has just shown, and before those that are known.
pub(super) const FRESH: &str = "Your tool has just shown";
pub(super) const KNOWN: &str = "Nobody has spoken of this yet";

/// How the request to speak begins.
pub(super) const SPEAK_CUE: &str = "Now speak as";

/// The first part, the same for every agent in every turn of a session: the frame with the bank's name, the crew, the
/// rules, the tools.
#[must_use]
pub fn system(bank: &str, crew: &[Persona], tools: &[ToolNote<'_>]) -> String {
    let mut text = format!(
        "This is Heist, a party game of bluff and deduction, like Werewolf or Mafia. The players speak as characters \
         who talk through the robbery of the {bank}. The bank, its staff and its vault are made up for \
         the game; nothing of it is real. One player may secretly play against the others.\n\nThe characters:\n",
    );
    for persona in crew {
        let _ = writeln!(text, "- {}: {}", persona.name, persona.role);
    }
    text.push_str(
        "\nHow to play:\n\
         - Speak as your own character only, in the first person. Never write another character's line.\n\
         - Two to four sentences of plain text. No lists, no headings, no stage directions.\n\
         - Say something new each time: a fact with its figure and where you have it from, or a decision with its \
         reason. Do not announce what you will do, do it. Do not repeat what was said.\n\
         - Stay with the bank. Facts come from the tools' results below, never from imagination.\n\
         - The game itself writes the lines in square brackets; you never write them.\n\nThe tools:\n",
    );
    for tool in tools {
        let _ = writeln!(text, "- {}: {}", tool.name, tool.description);
    }
    text
}

/// The talk as the whole crew has seen it. It grows only at its end, unless the fold changes.
#[must_use]
pub fn talk(transcript: &[Entry], rounds: u32, fold: &Fold) -> String {
    let mut text = String::from("The talk so far:\n");
    if fold.entries > 0 && fold.summary.is_empty() {
        text.push_str("(What was said before is left out.)\n");
    } else if fold.entries > 0 {
        let _ = writeln!(text, "(What was said before, in short:\n{})", fold.summary);
    }
    let (folded, told) = transcript.split_at(fold.entries.min(transcript.len()));
    if !folded.is_empty() && !matches!(told.first(), Some(Entry::Round(..))) {
        let round = folded.iter().rev().find(|entry| matches!(entry, Entry::Round(..)));
        text.extend(round.map(|round| line(round, &[], rounds)));
    }
    text.extend(lines(transcript, rounds, fold.entries));
    text
}

/// How many entries to fold away so that the rest, told in its own words, takes no more than `room` characters; none
/// if all after the first `folded` fits. Then two thirds of the room are freed: the server has to read all that is left
/// anew, and the next fold is to be far away. Where it can, the rest begins with a round.
#[must_use]
pub fn fold_at(transcript: &[Entry], rounds: u32, folded: usize, room: usize) -> Option<usize> {
    let sizes: Vec<_> = lines(transcript, rounds, folded).map(|line| line.len()).collect();
    let mut size: usize = sizes.iter().sum();
    if size <= room {
        return None;
    }
    let mut at = 0;
    while size > room / 3 && at + 1 < sizes.len() {
        size -= sizes[at];
        at += 1;
    }
    let rest = &transcript[folded + at..];
    let round = rest.iter().position(|entry| matches!(entry, Entry::Round(..))).filter(|next| next + 1 < rest.len());
    Some(folded + at + round.unwrap_or(0))
}

/// How many bytes the talk takes that comes after its first `from` entries.
#[must_use]
pub fn length(transcript: &[Entry], rounds: u32, from: usize) -> usize {
    lines(transcript, rounds, from).map(|line| line.len()).sum()
}

/// The entries after the first `from`, each as it is told.
fn lines(transcript: &[Entry], rounds: u32, from: usize) -> impl Iterator<Item = String> {
    let told = transcript.get(from..).unwrap_or_default();
    told.iter().enumerate().map(move |(index, entry)| line(entry, &told[..index], rounds))
}

fn line(entry: &Entry, before: &[Entry], rounds: u32) -> String {
    match entry {
        Entry::Round(round, phase) => format!("\n== Round {round} of {rounds}: {} ==\n", phase.title()),
        Entry::Said(message) => format!("{}: {}\n", message.agent, message.text),
        Entry::Used(used) => {
            let call = &used.call;
            let known = before.iter().any(|earlier| {
                matches!(earlier, Entry::Used(other) if other.outcome == used.outcome
                    && other.call.tool == call.tool && other.call.arguments == call.arguments)
            });
            let answer = match &used.outcome {
                Ok(_) if known => "the same as before".to_owned(),
                Ok(result) => cut(result, RESULT_CHARS),
                Err(error) => format!("no result: {}", cut(error, RESULT_CHARS)),
            };
            format!("[{} used {} with {}: {answer}]\n", call.agent, call.tool, call.arguments)
        }
    }
}

fn cut(text: &str, chars: usize) -> String {
    match text.char_indices().nth(chars) {
        Some((end, _)) => format!("{} …", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

/// The tail that asks for a message. `nudge` says what was wrong with the last try. The facts come last, for a small
/// model goes on with what it has read last.
#[must_use]
pub fn speak(brief: &Brief, nudge: Option<&str>) -> String {
    let (fresh, others): (Vec<_>, Vec<_>) = facts(brief, FACTS).into_iter().partition(|fact| fact.fresh);
    let mut text = who(brief) + &aim(brief, nudge);
    let has_facts = !(fresh.is_empty() && others.is_empty());
    for (label, facts) in [(KNOWN, others), (FRESH, fresh)] {
        if !facts.is_empty() {
            let facts: Vec<_> = facts.into_iter().map(|fact| fact.text).collect();
            let _ = writeln!(text, "{label}: {}", facts.join(" "));
        }
    }
    text + &cue(brief, has_facts)
}

/// What the message is for.
fn aim(brief: &Brief, nudge: Option<&str>) -> String {
    let is_result = |entry: &Entry| matches!(entry, Entry::Used(used) if used.outcome.is_ok());
    match (nudge, Agenda::of(brief).open(brief).as_slice()) {
        (Some(nudge), _) => format!("{nudge}\n"),
        (None, [_, ..]) if !brief.transcript.iter().any(is_result) => {
            "Nobody has found out anything yet, so state no figures.\n".to_owned()
        }
        (None, [first, ..]) => format!("Still open: {first}?\n"),
        (None, []) => String::new(),
    }
}

fn cue(brief: &Brief, has_facts: bool) -> String {
    let what = if has_facts {
        "Give one of these facts with its figure, and decide what we do because of it."
    } else {
        "Name what we must know, and ask one of the others by name to find it out."
    };
    let name = &brief.me.name;
    format!("{SPEAK_CUE} {name}, in the first person, in two or three short sentences. {what}\n")
}

/// The beginning of each tail: who the agent is, what it alone is told, its task.
pub(super) fn who(brief: &Brief) -> String {
    format!("\n---\n{}{PRIVATE}: {}\n{}", persona(brief), private(brief), task(brief))
}

/// What the request to speak says beside the facts and what the agent alone is told.
pub(super) fn frame(brief: &Brief) -> String {
    persona(brief) + &task(brief) + &aim(brief, None) + &cue(brief, true) + &cue(brief, false)
}

fn persona(brief: &Brief) -> String {
    let me = &brief.me;
    format!("You are {}: {}. {}\n", me.name, me.role, me.voice)
}

fn task(brief: &Brief) -> String {
    let mut text = format!("Your task in this round: {}\n", brief.me.task(brief.phase));
    if let Some(command) = &brief.command {
        let _ = writeln!(text, "The boss tells you, and you obey in this turn: {command}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agents::model::briefs::used;
    use crate::agents::model::choice::{self, Way};
    use crate::agents::model::judge;
    use crate::crew::{MoleChoice, deal, roster};
    use crate::heist::{
        Difficulty, Effect, Input, JudgeWhen, LlmInfo, Setup, Speech, Stage, State, Timestamp, Tokens, ToolsInfo, step,
    };

    /// The briefs of all turns of a heist with that mole, in which everybody says something short.
    fn briefs(mole: &str) -> Vec<Brief> {
        briefs_of(7, 5, mole)
    }

    fn briefs_of(seed: u64, rounds: u32, mole: &str) -> Vec<Brief> {
        let crew = roster();
        let game = deal(seed, &crew, rounds, &MoleChoice::Agent(mole.into()), None, Difficulty::Normal);
        let mut state = State::new(Setup {
            judge: JudgeWhen::Off,
            seed,
            bank: std::sync::Arc::new(heist_bank::Bank::first_meridian()),
            difficulty: Difficulty::Normal,
            crew: crew.iter().map(Persona::member).collect(),
            schedule: game.schedule,
            llm: LlmInfo { backend: "openai".into(), url: None, model: None, note: None },
            tools: ToolsInfo { backend: "embedded".into(), note: None },
            seal: game.seal,
        });
        let at = Timestamp::default();
        step(&mut state, Input::Open, at);
        let mut briefs = Vec::new();
        while step(&mut state, Input::Proceed, at).effects == [Effect::Choose] {
            let Stage::InTurn(turn) = state.stage().clone() else { panic!("a turn has begun") };
            briefs.push(Brief::of(&crew, &state, &turn).unwrap());
            let text = format!("This is what I have to say in turn {}.", turn.number);
            step(
                &mut state,
                Input::Spoke(Speech {
                    text,
                    moves: Vec::new(),
                    acts: crate::heist::Acts::default(),
                    tokens: Tokens::default(),
                    ms: 0,
                }),
                at,
            );
        }
        briefs
    }

    #[test]
    fn the_talk_grows_only_at_its_end() {
        let talks: Vec<_> = briefs("driver").iter().map(|brief| talk(&brief.transcript, 5, &Fold::default())).collect();
        assert_eq!(talks.len(), 31);
        for pair in talks.windows(2) {
            assert!(pair[1].starts_with(&pair[0]) && pair[1].len() > pair[0].len());
        }
    }

    #[test]
    fn a_talk_that_outgrows_its_room_is_folded_seldom_and_by_much() {
        let (mut fold, mut folds, mut longest) = (Fold::default(), 0, 0);
        for brief in briefs("driver") {
            if let Some(entries) = fold_at(&brief.transcript, 5, fold.entries, 600) {
                assert!(entries > fold.entries);
                fold = Fold { entries, summary: format!("They spoke of {entries} things.") };
                folds += 1;
            }
            assert_eq!(fold_at(&brief.transcript, 5, fold.entries, 600), None);
            let talk = talk(&brief.transcript, 5, &fold);
            longest = longest.max(talk.len());
            assert!(folds == 0 || talk.contains("in short:\nThey spoke of"));
            assert!(brief.turn < 2 || talk.contains(&format!("turn {}.", brief.turn - 1)));
        }
        assert!((1..=6).contains(&folds), "{folds} folds in 31 turns");
        assert!(longest < 720, "{longest}");
    }

    #[test]
    fn a_talk_is_folded_at_the_beginning_of_a_round_where_it_can() {
        let brief = briefs("driver").pop().unwrap();
        let entries = fold_at(&brief.transcript, 5, 0, 1_300).unwrap();
        assert!(matches!(brief.transcript[entries], Entry::Round(5, _)), "{:?}", brief.transcript[entries]);
        assert!(talk(&brief.transcript, 5, &Fold { entries, ..Fold::default() }).contains("is left out"));
    }

    #[test]
    fn over_a_thousand_seeds_nothing_that_others_are_told_depends_on_the_mole() {
        let told = |brief: &Brief| {
            let ways = [Way::Schema, Way::Native, Way::Notation].map(|way| choice::tail(brief, &[], way, &[]));
            (talk(&brief.transcript, 1, &Fold::default()), ways, speak(brief, None), choice::schema(brief, &[]))
        };
        for seed in 0..1_000 {
            for (one, other) in briefs_of(seed, 1, "hacker").iter().zip(briefs_of(seed, 1, "lookout")) {
                let (one_told, other_told) = (told(one), told(&other));
                let differs = ["hacker", "lookout"].contains(&&*one.me.name);
                assert_eq!(one_told != other_told, differs, "seed {seed}: {}", one.me.name);
                // What all are told, the judge too, is never the mole's alone.
                let shared = [&one_told.0, &system(&one.bank.name, &one.crew, &[]), &judge::ask(&one.crew)]
                    .map(String::as_str)
                    .concat();
                assert!(!shared.contains(PRIVATE), "{shared}");
            }
        }
    }

    #[test]
    fn a_result_is_told_whole_only_once() {
        let text = "The vault is below. ".repeat(100);
        let used = |turn| used(turn, "hacker", "file_reader", "bank_layout.txt", Ok(&text));
        let transcript = [used(1), used(2)];
        let talk = |entries| talk(&transcript, 5, &Fold { entries, ..Fold::default() });
        // Told again where the first time is folded away.
        assert!(!talk(1).contains("the same as before"));
        let talk = talk(0);
        assert_eq!(talk.matches("the same as before").count(), 1);
        assert!(talk.len() < RESULT_CHARS + 300, "{}", talk.len());
    }
}
