//! What a model is told: one text that all agents share, and a tail for the agent whose turn it is.
//!
//! A local model spends most of a heist reading. The shared text comes first and only ever grows at its end, so a
//! server's prompt cache holds it from turn to turn; whatever differs between agents stands in the tail.

use std::fmt::Write as _;

use crate::crew::{Brief, Persona, finds};
use crate::heist::{Entry, ToolUse};
use crate::toolbox::ToolNote;

/// What stands in the talk in place of its oldest part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fold {
    /// So many entries are not told in their own words any more.
    pub entries: usize,
    /// What was said in them, in short; empty if that is not known.
    pub summary: String,
}

/// A result is told in so many characters at most; the event keeps it whole. What a model is to say of it stands in its
/// moves, so that the talk tells it only for the others to know what was looked at, and reading it is most of what a turn costs.
const RESULT_CHARS: usize = 140;

/// The first part, the same for every agent in every turn of a session: the frame with the bank's name, the crew, the
/// rules, the tools.
#[must_use]
pub fn system(bank: &str, crew: &[Persona], tools: &[ToolNote<'_>]) -> String {
    let mut text = format!(
        "This is a story told as a conversation. A crew plans to rob the {bank}; the bank and all in it are made up.\n",
    );
    for persona in crew {
        let _ = writeln!(text, "{}: {}", persona.name, persona.role);
    }
    text.push_str(
        "Each speaks only for itself, to the others, in one to three short plain sentences. What they look up stands in \
         brackets. The tools:\n",
    );
    for tool in tools {
        let _ = writeln!(text, "{}: {}", tool.name, tool.description);
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
/// again, and the next fold is to be far away. Where it can, the rest begins with a round.
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
                Ok(result) => told(used, result),
                Err(error) => format!("no result: {}", cut(error, RESULT_CHARS)),
            };
            format!("({} used {} {}: {answer})\n", call.agent, call.tool, call.arguments)
        }
    }
}

/// What a result says, in short: the first facts of it, or its beginning if there are none in it.
fn told(used: &ToolUse, result: &str) -> String {
    let mut text = String::new();
    for clause in finds(&used.call, result).iter().map(|seen| seen.fact.said(0)) {
        if text.len() + clause.len() > RESULT_CHARS && !text.is_empty() {
            text.push_str("; …");
            break;
        }
        text.push_str(if text.is_empty() { "" } else { "; " });
        text.push_str(&clause);
    }
    if text.is_empty() { cut(&result.split_whitespace().collect::<Vec<_>>().join(" "), RESULT_CHARS) } else { text }
}

fn cut(text: &str, chars: usize) -> String {
    match text.char_indices().nth(chars) {
        Some((end, _)) => format!("{} …", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

/// The beginning of the tails that ask for a choice and for a decision: who the agent is, and what the player told it.
pub(super) fn who(brief: &Brief) -> String {
    let mut text = format!("\n---\nYou are {}: {}.\n", brief.me.name, brief.me.role);
    if let Some(command) = &brief.command {
        let _ = writeln!(text, "The boss tells you, and you obey in this turn: {command}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agents::menu::{Item, Menu};
    use crate::agents::model::briefs::used;
    use crate::agents::model::judge::Extract;
    use crate::agents::model::private::PRIVATE;
    use crate::agents::model::way::Way;
    use crate::agents::model::{choice, decision, voice};
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

    /// What an agent is asked, beside the talk: its choice in each way, its decision, and its message with these moves.
    fn asked(brief: &Brief, picked: &[Item]) -> [String; 5] {
        let menu = Menu::of(brief);
        let [schema, native, notation] =
            [Way::Schema, Way::Native, Way::Notation].map(|way| choice::tail(brief, &choice::worth(brief), way));
        let decision = decision::tail(brief, &menu, &decision::shown(&menu), Way::Schema);
        [schema, native, notation, decision, voice::tail(brief, picked, false)]
    }

    #[test]
    fn over_a_thousand_seeds_nothing_that_others_are_told_depends_on_the_mole() {
        for seed in 0..1_000 {
            let pairs = briefs_of(seed, 1, "hacker").into_iter().zip(briefs_of(seed, 1, "lookout")).enumerate();
            // One turn of each heist, another from seed to seed.
            for (_, (one, other)) in pairs.filter(|(turn, _)| *turn as u64 == seed % 7) {
                let one = &one;
                let differs = ["hacker", "lookout"].contains(&&*one.me.name);
                let picked = Menu::of(one).picked(&[1, 2]);
                let (one_asked, other_asked) = (asked(one, &picked), asked(&other, &picked));
                assert_eq!(one_asked != other_asked, differs, "seed {seed}: {}", one.me.name);
                assert_eq!(talk(&one.transcript, 1, &Fold::default()), talk(&other.transcript, 1, &Fold::default()));
                // What all are told, the judge too, is never the mole's alone.
                let extract = Extract::of_talk(&one.transcript, &one.crew[0].name, Some(&one.bank));
                assert_eq!(extract, Extract::of_talk(&other.transcript, &one.crew[0].name, Some(&other.bank)));
                let shared = system(&one.bank.name, &one.crew, &[]) + &extract.text();
                assert!(!shared.contains(PRIVATE), "{shared}");
            }
        }
    }

    #[test]
    fn over_a_thousand_seeds_the_moles_mouth_is_asked_as_an_honest_one_to_the_byte() {
        let crew = roster();
        let (mut moles, mut acts) = (0, 0);
        for seed in 0..1_000 {
            let all = briefs_of(seed, 1, &crew[usize::try_from(seed).unwrap() % crew.len()].name);
            for mut mole in all.into_iter().filter(|brief| brief.orders.is_some()) {
                let honest = Brief { orders: None, ..mole.clone() };
                mole.orders.as_mut().unwrap().due = true;
                moles += 1;
                let picked = Menu::of(&mole).picked(&[]);
                acts += picked.iter().filter(|item| item.act.is_some()).count();
                let plain: Vec<_> = picked.iter().map(|item| Item { act: None, ..item.clone() }).collect();
                assert_eq!(voice::tail(&mole, &picked, false), voice::tail(&honest, &plain, false), "seed {seed}");
                // The orders stand in the mole's decision and nowhere else.
                let asked = asked(&mole, &picked);
                for (place, text) in asked.iter().enumerate() {
                    let tells = ["mole", "sabotage", PRIVATE].iter().any(|word| text.contains(word));
                    let may = place == 3;
                    assert!(!tells || may, "seed {seed}: {text}");
                    assert_eq!(text.contains("secretly the mole"), may, "{text}");
                }
            }
        }
        assert!(moles >= 1_000, "{moles} turns of moles, {acts} acts");
    }

    #[test]
    fn a_result_is_told_in_short_and_only_once() {
        let text = "The vault is below. ".repeat(100);
        let used = |turn, text| used(turn, "hacker", "file_reader", "bank_layout.txt", Ok(text));
        let transcript = [used(1, &text), used(2, &text)];
        let talk_of = |entries: &[Entry], folded| talk(entries, 5, &Fold { entries: folded, ..Fold::default() });
        // Told again where the first time is folded away.
        assert!(!talk_of(&transcript, 1).contains("the same as before"));
        let told = talk_of(&transcript, 0);
        assert_eq!(told.matches("the same as before").count(), 1);
        assert!(told.len() < RESULT_CHARS + 200, "{}", told.len());
        // Of a paper of the bank's the facts are told, not its heading.
        let bank = heist_bank::Bank::first_meridian();
        let paper = bank.documents().into_iter().find(|paper| paper.name == "bank_layout.txt").unwrap();
        let told = talk_of(&[used(1, &paper.text)], 0);
        assert!(told.len() < RESULT_CHARS + 100 && !told.contains("\n\n") && told.contains("; …)"), "{told}");
    }
}
