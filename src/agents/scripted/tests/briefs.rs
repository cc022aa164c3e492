//! Single turns: the player's commands, and whatever a tool may answer.

use super::*;
use crate::crew::question::{about_fact, about_slot};

/// What an agent makes of a brief.
fn spoken(seed: u64, brief: &Brief) -> String {
    let (scripted, menu) = (Scripted::new(seed), Menu::of(brief));
    scripted.speak(brief, &menu.picked(&scripted.decide(brief, &menu)))
}

#[test]
fn a_command_is_obeyed() {
    let bank = Arc::new(Bank::first_meridian());
    let tools = AtHand::of(&bank, &roster()).unwrap();
    let brief = |agent: usize, command: &str| {
        let crew = roster();
        Brief {
            me: crew[agent].clone(),
            crew: Arc::clone(&crew),
            bank: Arc::clone(&bank),
            seed: 1,
            turn: 9,
            round: 2,
            rounds: 5,
            difficulty: Difficulty::Normal,
            phase: Phase::Timing,
            transcript: Arc::default(),
            draft: Draft::default(),
            command: Some(command.into()),
            orders: None,
        }
    };
    let (mut obeyed, mut tries) = (0, 0);
    for seed in 0..50 {
        for (agent, command, argument) in [
            (1, "Read vault_specs.txt now", "vault_specs.txt"),
            (0, "what is 7*6?", "7*6"),
            (5, "Look at the alarms and the police", "alarms"),
            (5, "query the guards table", "guards"),
            (4, "If we go at 22:30 + 45 min, when is that?", "22:30 + 45 min"),
        ] {
            let mut brief = brief(agent, command);
            let Some((tool, arguments)) = Scripted::new(seed).choose(&brief) else { panic!("nothing chosen") };
            tries += 1;
            obeyed += u32::from(arguments.contains(argument));
            let call = ToolCall { id: "t1".into(), turn: 9, agent: brief.me.name.clone(), tool, arguments };
            let outcome = match tools.call(&call) {
                Answer::Result(text) => Ok(text),
                Answer::Error(text) | Answer::Denied(text) => Err(text),
            };
            Arc::make_mut(&mut brief.transcript).push(Entry::Used(ToolUse { call, outcome }.into()));
            let text = spoken(seed, &brief);
            assert!(text.contains(command.trim_end_matches(['.', '?'])), "{text}");
        }
    }
    assert!(obeyed == tries, "{obeyed} of {tries}");
}

#[test]
fn a_question_is_answered_with_something_besides() {
    for seed in 0..12 {
        play(&heist(seed), |brief, _, _| {
            for (about, topic) in [("gap", "the gap"), ("method", "the vault door")] {
                let question = if about == "gap" { about_fact(topic) } else { about_slot(Slot::Method) };
                let brief = Brief { command: Some(question), ..brief.clone() };
                let (scripted, menu) = (Scripted::new(seed), Menu::of(&brief));
                let picked = menu.picked(&scripted.decide(&brief, &menu));
                assert_eq!(Some(&picked[0]), menu.answer.map(|answer| &menu.items[answer]), "{about}");
                // One that has an act to do and one that has none say as much.
                assert!(picked.len() >= 2 || menu.items.len() < 3, "{menu:?}");
                let text = scripted.speak(&brief, &picked);
                assert!(text.to_lowercase().contains(topic), "{text}");
            }
        });
    }
}

#[test]
fn an_agent_that_is_asked_until_it_has_enough_has_soon_enough() {
    let (mut turns, mut further) = (0, 0);
    for seed in 0..12 {
        let heist = heist(seed);
        let tools = AtHand::of(&heist.bank, &heist.crew).unwrap();
        play(&heist, |brief, _, _| {
            let mut brief = brief.clone();
            Arc::make_mut(&mut brief.transcript)
                .retain(|entry| !matches!(entry, Entry::Used(used) if used.call.turn == brief.turn));
            let mut calls = Vec::new();
            while let Some((tool, arguments)) = Scripted::new(seed).choose(&brief) {
                assert!(!calls.contains(&(tool.clone(), arguments.clone())), "{tool} {arguments} twice in a turn");
                calls.push((tool.clone(), arguments.clone()));
                let id = format!("t{}", calls.len());
                let call = ToolCall { id, turn: brief.turn, agent: brief.me.name.clone(), tool, arguments };
                let outcome = match tools.call(&call) {
                    Answer::Result(text) => Ok(text),
                    Answer::Error(text) | Answer::Denied(text) => Err(text),
                };
                Arc::make_mut(&mut brief.transcript).push(Entry::Used(ToolUse { call, outcome }.into()));
            }
            assert!(calls.len() <= 3, "{calls:?}");
            turns += 1;
            further += u32::from(calls.len() > 1);
            let text = spoken(seed, &brief);
            assert!((2..=5).contains(&grammar::sentences(&text)), "{text}");
        });
    }
    assert!(further > turns / 4 && further < turns * 3 / 5, "{further} of {turns} turns have more than one call");
}

#[test]
fn any_answer_of_a_tool_can_be_spoken_of() {
    let (crew, bank) = (roster(), Arc::new(Bank::of(7)));
    for (seed, text) in (0..).zip([
        "",
        "\n\n",
        "|||",
        "a | b\nx",
        "nil",
        "-3.5e9",
        "¿…?",
        "a\n\nb",
        &"long ".repeat(9000),
        "{slot} {",
        "hacker: hello",
    ]) {
        for tool in ["calculator", "file_reader", "database_query", "abacus"] {
            for (outcome, argument) in [(Ok(text.to_owned()), "gap {x}"), (Err(text.to_owned()), "")] {
                for me in crew.iter() {
                    let call = ToolCall {
                        id: "t1".into(),
                        turn: 1,
                        agent: me.name.clone(),
                        tool: tool.into(),
                        arguments: argument.into(),
                    };
                    let brief = Brief {
                        me: me.clone(),
                        crew: Arc::clone(&crew),
                        bank: Arc::clone(&bank),
                        seed: 1,
                        turn: 1,
                        round: 1,
                        rounds: 5,
                        difficulty: Difficulty::Normal,
                        phase: Phase::Reconnaissance,
                        transcript: vec![Entry::Used(ToolUse { call, outcome: outcome.clone() }.into())].into(),
                        draft: Draft::default(),
                        command: None,
                        orders: None,
                    };
                    let said = spoken(seed, &brief);
                    assert!((10..=600).contains(&said.chars().count()), "{said}");
                    let _ = Scripted::new(seed).choose(&brief);
                }
            }
        }
    }
}
