//! What a model is told: one text that all agents share, and a tail for the agent whose turn it is.
//!
//! A local model spends most of a heist reading. The shared text comes first and only ever grows at its end, so a
//! server's prompt cache holds it from turn to turn; whatever differs between agents stands in the tail.

use std::fmt::Write as _;

use super::brief::Brief;
use super::roster::{Ability, Persona};
use crate::heist::Entry;

/// A tool as the crew is told of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ToolNote<'a> {
    /// The tool's name.
    pub name: &'a str,
    /// What it does and what its argument is.
    pub description: &'a str,
}

/// A result longer than so many characters is cut in the prompt; the event keeps it whole.
const RESULT_CHARS: usize = 900;

/// How the request to speak begins.
pub(super) const SPEAK_CUE: &str = "Now speak as";

/// The answer to [`choose`] has at most so many characters of argument.
const ARGUMENT_CHARS: usize = 160;

/// The first part, the same for every agent in every turn of a session: the frame, the crew, the rules, the tools.
#[must_use]
pub fn system(crew: &[Persona], tools: &[ToolNote<'_>]) -> String {
    let mut text = String::from(
        "This is Heist, a party game of bluff and deduction, like Werewolf or Mafia. The players speak as characters \
         who talk through the robbery of the First Meridian Bank. The bank, its staff and its vault are made up for \
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

/// The talk as the whole crew has seen it. It grows only at its end, until it would pass `budget` characters: then its
/// oldest part is left out down to about half the budget at once, and the next cut is far away again.
#[must_use]
pub fn talk(brief: &Brief, budget: usize) -> String {
    let mut lines: Vec<String> = Vec::with_capacity(brief.transcript.len());
    let (mut kept_from, mut size) = (0, 0);
    for (index, entry) in brief.transcript.iter().enumerate() {
        let line = line(entry, &brief.transcript[..index], brief.rounds);
        size += line.len();
        lines.push(line);
        if size > budget {
            while size > budget / 2 && kept_from < index {
                size -= lines[kept_from].len();
                kept_from += 1;
            }
        }
    }
    let mut text = String::from("The talk so far:\n");
    if kept_from > 0 {
        text.push_str("(What was said before is left out.)\n");
    }
    text.extend(lines.drain(kept_from..));
    text
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

/// The tail that asks for a tool call; the answer follows [`choice_schema`].
#[must_use]
pub fn choose(brief: &Brief) -> String {
    let mut text = who(brief);
    let tools: Vec<_> = brief.me.abilities.iter().map(|ability| ability.tool()).collect();
    let _ = writeln!(
        text,
        "Before you speak, choose one use of a tool that helps with your task and was not made before. You may use: \
         {}. Answer with JSON: the tool and its argument, or the tool \"none\".",
        tools.join(", ")
    );
    if brief.me.abilities.contains(&Ability::Calculate) {
        text.push_str("The calculator is for sums of figures that stand in the talk.\n");
    }
    text
}

/// The JSON schema of the answer to [`choose`]: `{"tool": one of the agent's own or "none", "argument": text}`.
#[must_use]
pub fn choice_schema(brief: &Brief) -> serde_json::Value {
    let tools: Vec<_> = brief.me.abilities.iter().map(|ability| ability.tool()).chain(["none"]).collect();
    serde_json::json!({
        "type": "object",
        "properties": {
            "tool": { "type": "string", "enum": tools },
            "argument": { "type": "string", "maxLength": ARGUMENT_CHARS },
        },
        "required": ["tool", "argument"],
        "additionalProperties": false,
    })
}

/// The tail that asks for a message. `nudge` says what was wrong with the last try.
#[must_use]
pub fn speak(brief: &Brief, nudge: Option<&str>) -> String {
    let mut text = who(brief);
    if let Some(nudge) = nudge {
        let _ = writeln!(text, "{nudge}");
    }
    let _ = writeln!(
        text,
        "{SPEAK_CUE} {}, to the crew: two to four sentences with facts or a decision, nothing else.",
        brief.me.name
    );
    text
}

fn who(brief: &Brief) -> String {
    let Brief { me, phase, .. } = brief;
    let mut text = format!("\n---\nYou are {}: {}. {}\n", me.name, me.role, me.voice);
    if let Some(orders) = &brief.orders {
        let _ = writeln!(text, "Secret, for you alone: {}", orders.text);
    }
    let _ = writeln!(text, "Your task in this round: {}", me.task(*phase));
    if let Some(command) = &brief.command {
        let _ = writeln!(text, "The boss tells you, and you obey in this turn: {command}");
    }
    text
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::crew::{MoleChoice, deal, roster};
    use crate::heist::{
        Difficulty, Effect, Input, LlmInfo, Setup, Speech, Stage, State, Timestamp, Tokens, ToolsInfo, step,
    };

    /// The briefs of all turns of a heist with that mole, in which everybody says something short.
    fn briefs(mole: &str) -> Vec<Brief> {
        let crew = roster();
        let game = deal(7, &crew, 5, &MoleChoice::Agent(mole.into()), None, Difficulty::Normal);
        let mut state = State::new(Setup {
            seed: 7,
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
            step(&mut state, Input::Spoke(Speech { text, tokens: Tokens::default(), ms: 0 }), at);
        }
        briefs
    }

    #[test]
    fn the_talk_grows_only_at_its_end() {
        let talks: Vec<_> = briefs("driver").iter().map(|brief| talk(brief, 100_000)).collect();
        assert_eq!(talks.len(), 31);
        for pair in talks.windows(2) {
            assert!(pair[1].starts_with(&pair[0]) && pair[1].len() > pair[0].len());
        }
    }

    #[test]
    fn a_talk_that_outgrows_its_budget_is_cut_seldom_and_by_much() {
        let talks: Vec<_> = briefs("driver").iter().map(|brief| talk(brief, 600)).collect();
        assert!(talks.iter().all(|talk| talk.len() < 700));
        assert!(talks[30].contains("(What was said before is left out.)"));
        let cuts = talks.windows(2).filter(|pair| !pair[1].starts_with(&pair[0])).count();
        assert!((1..=6).contains(&cuts), "{cuts} cuts in 31 turns");
        assert!(talks[30].contains("turn 30"));
    }

    #[test]
    fn nothing_that_others_are_told_depends_on_the_mole() {
        for (one, other) in briefs("hacker").iter().zip(briefs("lookout")) {
            let told = |brief: &Brief| (talk(brief, 5_000), choose(brief), speak(brief, None), choice_schema(brief));
            let differs = told(one) != told(&other);
            assert_eq!(differs, ["hacker", "lookout"].contains(&&*one.me.name), "{}", one.me.name);
            for text in [talk(one, 5_000), system(&one.crew, &[])] {
                assert!(!text.contains("Secret"), "{text}");
            }
        }
    }

    #[test]
    fn an_agent_may_choose_only_among_its_own_tools() {
        let brief = briefs("driver").remove(0);
        let hacker = Brief { me: roster()[1].clone(), crew: Arc::clone(&brief.crew), ..brief };
        assert_eq!(
            choice_schema(&hacker)["properties"]["tool"]["enum"],
            serde_json::json!(["file_reader", "calculator", "none"])
        );
    }

    #[test]
    fn a_result_is_told_whole_only_once() {
        let mut brief = briefs("driver").remove(0);
        let used = |id: &str| {
            let call = crate::heist::ToolCall {
                id: id.into(),
                turn: 1,
                agent: "hacker".into(),
                tool: "file_reader".into(),
                arguments: "bank_layout.txt".into(),
            };
            Entry::Used(crate::heist::ToolUse { call, outcome: Ok("The vault is below. ".repeat(100)) })
        };
        brief.transcript = vec![used("t1"), used("t2")];
        let talk = talk(&brief, 100_000);
        assert_eq!(talk.matches("the same as before").count(), 1);
        assert!(talk.len() < RESULT_CHARS + 300, "{}", talk.len());
    }
}
