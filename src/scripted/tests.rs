//! The scripted crew plays whole heists in the real engine, with the real documents and the real database.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use rusqlite::Connection;
use rusqlite::types::ValueRef;

use super::*;
use crate::crew::{Ability, MoleChoice, Persona, deal, roster};
use crate::heist::{
    AgentName, Answer, Difficulty, Effect, EventKind, Guess, Guesser, Input, JudgeWhen, LlmInfo, Message, Phase, Setup,
    Speech, Stage, State, Strategy, Timestamp, Tokens, ToolCall, ToolsInfo, step,
};

/// The tools over the bank's real documents and database.
struct Toolbox {
    documents: BTreeMap<String, String>,
    bank: Connection,
}

impl Toolbox {
    fn new() -> Self {
        let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/bank");
        let bank = Connection::open_in_memory().unwrap();
        bank.execute_batch(&fs::read_to_string(assets.join("bank.sql")).unwrap()).unwrap();
        let files = fs::read_dir(assets.join("documents")).unwrap().map(|file| file.unwrap().path());
        let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
        Self { documents: files.map(|path| (name(&path), fs::read_to_string(&path).unwrap())).collect(), bank }
    }

    fn answer(&self, call: &ToolCall, agent: &Persona) -> Answer {
        let Some(ability) = Ability::ALL.into_iter().find(|ability| ability.tool() == call.tool) else {
            return Answer::Denied(format!("there is no tool {}", call.tool));
        };
        if !agent.abilities.contains(&ability) {
            return Answer::Denied(format!("{} has not the scope {}", agent.name, ability.scope()));
        }
        let result = match ability {
            Ability::Read => {
                self.documents.get(&call.arguments).cloned().ok_or_else(|| "404 no such document".to_owned())
            }
            Ability::Query => self.query(&call.arguments),
            // SQLite reckons well enough for whole numbers.
            Ability::Calculate => {
                self.query(&format!("SELECT {}", call.arguments)).map(|table| table.lines().nth(1).unwrap().to_owned())
            }
        };
        result.map_or_else(Answer::Error, Answer::Result)
    }

    fn query(&self, query: &str) -> Result<String, String> {
        let bare = !query.contains(' ');
        let sql = if bare { format!("SELECT * FROM {query}") } else { query.to_owned() };
        let mut statement = self.bank.prepare(&sql).map_err(|error| error.to_string())?;
        let mut table = statement.column_names().join(" | ");
        let width = statement.column_count();
        let mut rows = statement.query([]).map_err(|error| error.to_string())?;
        while let Some(row) = rows.next().map_err(|error| error.to_string())? {
            let cells = (0..width).map(|at| match row.get_ref(at).unwrap() {
                ValueRef::Null => String::new(),
                ValueRef::Integer(number) => number.to_string(),
                ValueRef::Real(number) => number.to_string(),
                other => other.as_str().unwrap().to_owned(),
            });
            table = format!("{table}\n{}", cells.collect::<Vec<_>>().join(" | "));
        }
        Ok(table)
    }
}

struct Game {
    mole: Option<AgentName>,
    log: Vec<EventKind>,
    acts: u32,
    mole_turns: u32,
}

impl Game {
    fn messages(&self) -> impl Iterator<Item = &Message> {
        self.log
            .iter()
            .filter_map(|event| if let EventKind::MessageCompleted(message) = event { Some(message) } else { None })
    }
}

/// Plays a heist in the engine from its opening to the verdict; `touch` may change what the agents are told.
fn play(tools: &Toolbox, seed: u64, rounds: u32, choice: &MoleChoice, touch: impl Fn(&mut Brief)) -> Game {
    let crew = roster();
    let dealt = deal(seed, &crew, rounds, choice, None, Difficulty::Normal);
    let setup = Setup {
        judge: JudgeWhen::Off,
        seed,
        difficulty: Difficulty::Normal,
        crew: crew.iter().map(Persona::member).collect(),
        schedule: dealt.schedule,
        llm: LlmInfo { backend: "scripted".into(), url: None, model: None, note: None },
        tools: ToolsInfo { backend: "embedded".into(), note: None },
        seal: dealt.seal,
    };
    let mole = crew.iter().map(|persona| &persona.name).find(|name| setup.seal.orders_for(name).is_some()).cloned();
    let scripted = Scripted::new(seed);
    let mut state = State::new(setup);
    let mut game = Game { mole, log: Vec::new(), acts: 0, mole_turns: 0 };
    let mut inputs = vec![Input::Proceed, Input::Open];
    while let Some(input) = inputs.pop() {
        let step = step(&mut state, input, Timestamp::from_millis(0).unwrap());
        game.log.extend(step.events);
        for effect in step.effects {
            let brief = |state: &State| {
                let Stage::InTurn(turn) = state.stage() else { panic!("no turn is running") };
                let mut brief = Brief::of(&crew, state, turn).unwrap();
                touch(&mut brief);
                brief
            };
            inputs.push(match effect {
                Effect::Judge => panic!("the scripted crew has no judge"),
                Effect::Choose => Input::Chose(scripted.choose(&brief(&state))),
                Effect::Call(call) => {
                    let agent = crew.iter().find(|persona| persona.name == call.agent).unwrap();
                    Input::Answered(tools.answer(&call, agent), 1)
                }
                Effect::Speak => {
                    let brief = brief(&state);
                    let text = scripted.speak(&brief);
                    if seed < 10 {
                        assert_eq!(scripted.speak(&brief), text, "the same brief gives the same words");
                        assert_eq!(scripted.choose(&brief), scripted.choose(&brief));
                    }
                    game.mole_turns += u32::from(brief.orders.is_some());
                    game.acts += u32::from(sabotage::act(seed, &brief).is_some());
                    Input::Spoke(Speech { text, tokens: Tokens::default(), ms: 1 })
                }
                Effect::Proceed => Input::Proceed,
                Effect::AskGuess => Input::Guess(Guess { by: Guesser::Random, agent: None }),
                Effect::Close => continue,
            });
        }
    }
    assert!(matches!(game.log.last(), Some(EventKind::SessionCompleted(_))), "seed {seed} did not end");
    game
}

#[test]
fn every_heist_is_played_to_its_end_in_words_of_its_own() {
    let tools = Toolbox::new();
    let crew = roster();
    let (mut texts, mut sentences) = (BTreeMap::<String, u32>::new(), BTreeMap::<String, u32>::new());
    let (mut messages, mut calls, mut bad, mut denied, mut acts, mut mole_turns, mut short) = (0, 0, 0, 0, 0, 0, 0);
    for seed in 0..200 {
        let game = play(&tools, seed, 5, &MoleChoice::Random, |_| {});
        acts += game.acts;
        mole_turns += game.mole_turns;
        let mut said = BTreeSet::new();
        for message in game.messages() {
            let text = &message.text;
            assert!((30..=600).contains(&text.chars().count()), "seed {seed}: {text}");
            assert!(said.insert(text.clone()), "seed {seed} says twice: {text}");
            assert!(!text.contains(['{', '}', '\n']) && !text.contains("  "), "seed {seed}: {text}");
            let small = text.to_lowercase();
            for persona in crew.iter() {
                assert!(!small.starts_with(&format!("{}:", persona.name)), "seed {seed}: {text}");
            }
            for word in ["mole", "sabot", "traitor", "betray", "orders", "strategy"] {
                assert!(!small.contains(word), "seed {seed}: {text}");
            }
            messages += 1;
            short += u32::from(text.chars().count() < 60);
            *texts.entry(text.clone()).or_default() += 1;
            for sentence in text.split(". ") {
                *sentences.entry(sentence.to_owned()).or_default() += 1;
            }
        }
        assert_eq!(said.len(), 31);
        for event in &game.log {
            match event {
                EventKind::ToolCalled(_) => calls += 1,
                EventKind::ToolReturned(answer) => bad += u32::from(!answer.ok),
                EventKind::ToolDenied(_) => denied += 1,
                _ => {}
            }
        }
    }
    let mut often: Vec<_> = sentences.iter().map(|(sentence, count)| (count, sentence)).collect();
    often.sort_unstable_by(|one, other| other.cmp(one));
    println!(
        "{messages} messages, {} texts; {calls} calls, {bad} failed, {denied} denied; mole acts in {acts} of {mole_turns}; {short} short",
        texts.len()
    );
    println!("{} sentences; most often {:#?}", sentences.len(), &often[..often.len().min(12)]);
    assert!(texts.values().all(|count| *count * 50 <= messages));
    assert!(texts.len() * 100 >= messages as usize * 97);
    // Three turns in four at least use a tool well; some calls fail, few are denied.
    assert!(calls - bad - denied > messages * 3 / 4, "{calls} calls in {messages} turns");
    assert!(
        bad > messages / 100 && bad < messages / 10 && denied > 0 && denied < messages / 25,
        "{bad} failed, {denied} denied"
    );
    assert!((50..70).contains(&(acts * 100 / mole_turns)), "{acts} of {mole_turns}");
}

#[test]
fn heists_of_any_length_end() {
    let tools = Toolbox::new();
    for seed in 0..8 {
        for rounds in [1, 2, 3, 8] {
            let game = play(&tools, seed, rounds, &MoleChoice::Random, |_| {});
            assert_eq!(u32::try_from(game.messages().count()), Ok(rounds * 6 + 1));
        }
    }
}

#[test]
fn a_false_figure_comes_from_the_mole_more_often_than_from_others() {
    let tools = Toolbox::new();
    let wrong = |choice: &MoleChoice| {
        let mut count = (0, 0);
        for seed in 0..40 {
            let game = play(&tools, seed, 5, choice, |brief| {
                if let Some(orders) = &mut brief.orders {
                    orders.strategy = Strategy::TimingErrors;
                }
            });
            for message in game.messages() {
                let false_figures =
                    figures::figures(&message.text).iter().any(|(name, value)| *name == "gap" && *value != 12);
                if false_figures && game.mole.as_ref() == Some(&message.agent) {
                    count.0 += 1;
                } else {
                    count.1 += u32::from(false_figures);
                }
            }
        }
        count
    };
    let (by_mole, by_others) = wrong(&MoleChoice::Agent("intel".into()));
    assert!(by_mole > 5 && by_mole > by_others / 5, "{by_mole} by the mole, {by_others} by five others");
    let (_, by_nobody) = wrong(&MoleChoice::Nobody);
    assert!(by_nobody > 0 && by_nobody < by_mole + by_others, "{by_nobody} innocent slips");
}

#[test]
fn a_command_is_obeyed() {
    let tools = Toolbox::new();
    let brief = |agent: usize, command: &str| {
        let crew = roster();
        Brief {
            me: crew[agent].clone(),
            crew: Arc::clone(&crew),
            turn: 9,
            round: 2,
            rounds: 5,
            phase: Phase::Timing,
            transcript: Vec::new(),
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
        ] {
            let mut brief = brief(agent, command);
            let Some((tool, arguments)) = Scripted::new(seed).choose(&brief) else { panic!("nothing chosen") };
            tries += 1;
            obeyed += u32::from(arguments.contains(argument));
            let call = ToolCall { id: "t1".into(), turn: 9, agent: brief.me.name.clone(), tool, arguments };
            let outcome = match tools.answer(&call, &brief.me) {
                Answer::Result(text) => Ok(text),
                Answer::Error(text) | Answer::Denied(text) => Err(text),
            };
            brief.transcript.push(Entry::Used(crate::heist::ToolUse { call, outcome }));
            let text = Scripted::new(seed).speak(&brief);
            assert!(text.contains(command.trim_end_matches('.')), "{text}");
        }
    }
    assert!(obeyed * 10 >= tries * 8, "{obeyed} of {tries}");
}

#[test]
fn any_answer_of_a_tool_can_be_spoken_of() {
    let crew = roster();
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
                        turn: 1,
                        round: 1,
                        rounds: 5,
                        phase: Phase::Reconnaissance,
                        transcript: vec![Entry::Used(crate::heist::ToolUse { call, outcome: outcome.clone() })],
                        command: None,
                        orders: None,
                    };
                    let said = Scripted::new(seed).speak(&brief);
                    assert!((10..=600).contains(&said.chars().count()), "{said}");
                    let _ = Scripted::new(seed).choose(&brief);
                }
            }
        }
    }
}
