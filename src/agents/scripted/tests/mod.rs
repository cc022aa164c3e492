//! The scripted crew plays whole heists in the real engine, with the documents and the database of many banks.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use heist_bank::{Bank, Clock, Slot};
use heist_tools::table::Gives;
use rusqlite::Connection;
use rusqlite::types::ValueRef;

mod agents;
mod briefs;
mod moves;
mod words;

use super::*;
use crate::agents::menu;
use crate::crew::{Ability, Crew, MoleChoice, Persona, deal, roster};
use crate::heist::{
    Answer, Difficulty, Draft, Effect, EventKind, Guess, Guesser, Input, JudgeWhen, LlmInfo, Message, Move, Phase,
    Setup, Speech, Stage, State, Strategy, Timestamp, Tokens, ToolCall, ToolUse, ToolsInfo, step,
};

/// The tools over a bank's documents and its database.
struct Toolbox {
    bank: Arc<Bank>,
    documents: BTreeMap<&'static str, String>,
    database: Connection,
}

impl Toolbox {
    /// Those of the heist's own bank.
    fn of(seed: u64) -> Self {
        Self::over(Bank::of(seed))
    }

    fn over(bank: Bank) -> Self {
        let database = Connection::open_in_memory().unwrap();
        database.execute_batch(&bank.sql()).unwrap();
        let documents = bank.documents().into_iter().map(|document| (document.name, document.text)).collect();
        Self { bank: Arc::new(bank), documents, database }
    }

    fn answer(&self, call: &ToolCall, agent: &Persona) -> Answer {
        let Some(ability) = Ability::all().find(|ability| ability.tool() == call.tool) else {
            return Answer::Denied(format!("there is no tool {}", call.tool));
        };
        if !agent.abilities.contains(&ability) {
            return Answer::Denied(format!("{} has not the scope {}", agent.name, ability.scope()));
        }
        let result = match ability.gives() {
            Gives::Document => {
                self.documents.get(&*call.arguments).cloned().ok_or_else(|| "404 no such document".to_owned())
            }
            Gives::Rows => self.query(&call.arguments),
            Gives::Figure => self.calculate(&call.arguments),
        };
        result.map_or_else(Answer::Error, Answer::Result)
    }

    /// The database calculates well enough for whole numbers; minutes and times of day are done by hand.
    fn calculate(&self, expression: &str) -> Result<String, String> {
        if expression.contains("//") {
            return Err("a number is expected, but there is '/'".to_owned());
        }
        let bare = expression.replace(" min", "");
        let Some((clock, rest)) = bare.split_once(" + ").filter(|(clock, _)| clock.contains(':')) else {
            let table = self.query(&format!("SELECT {bare}"))?;
            let number = table.lines().nth(1).unwrap().to_owned();
            return Ok(if bare == expression { number } else { format!("{number} min") });
        };
        let minutes: u32 = rest.split(" + ").map(|minutes| minutes.parse::<u32>().unwrap()).sum();
        Ok(clock.parse::<Clock>().unwrap().plus(minutes).to_string())
    }

    fn query(&self, query: &str) -> Result<String, String> {
        let bare = !query.contains(' ');
        let sql = if bare { format!("SELECT * FROM {query}") } else { query.to_owned() };
        let mut statement = self.database.prepare(&sql).map_err(|error| error.to_string())?;
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
    log: Vec<EventKind>,
    draft: Draft,
}

impl Game {
    fn messages(&self) -> impl Iterator<Item = &Message> {
        self.log
            .iter()
            .filter_map(|event| if let EventKind::MessageCompleted(message) = event { Some(message) } else { None })
    }
}

/// How a game is dealt.
struct Terms<'a> {
    crew: Arc<Crew>,
    rounds: u32,
    mole: &'a MoleChoice,
    strategy: Option<Strategy>,
    difficulty: Difficulty,
}

impl Default for Terms<'_> {
    fn default() -> Self {
        Self { crew: roster(), rounds: 5, mole: &MoleChoice::Random, strategy: None, difficulty: Difficulty::Normal }
    }
}

/// Plays a heist in the engine from its opening to the verdict; `look` sees what each speaker knows, does and says.
fn play(tools: &Toolbox, seed: u64, terms: &Terms<'_>, mut look: impl FnMut(&Brief, &[Item], &str)) -> Game {
    let crew = Arc::clone(&terms.crew);
    let dealt = deal(seed, &crew, terms.rounds, terms.mole, terms.strategy, terms.difficulty);
    let setup = Setup {
        judge: JudgeWhen::Off,
        seed,
        bank: Arc::clone(&tools.bank),
        difficulty: terms.difficulty,
        crew: crew.iter().map(Persona::member).collect(),
        schedule: dealt.schedule,
        llm: LlmInfo { backend: "scripted".into(), url: None, model: None, note: None },
        tools: ToolsInfo { backend: "embedded".into(), note: None },
        seal: dealt.seal,
    };
    let scripted = Scripted::new(seed);
    let mut state = State::new(setup);
    let mut log = Vec::new();
    let mut inputs = vec![Input::Proceed, Input::Open];
    while let Some(input) = inputs.pop() {
        let step = step(&mut state, input, Timestamp::from_millis(0).unwrap());
        log.extend(step.events);
        for effect in step.effects {
            let brief = |state: &State| {
                let Stage::InTurn(turn) = state.stage() else { panic!("no turn is running") };
                Brief::of(&crew, state, turn).unwrap()
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
                    let menu = Menu::of(&brief);
                    let numbers = scripted.decide(&brief, &menu);
                    let picked = menu.picked(&numbers);
                    let text = scripted.speak(&brief, &picked);
                    if seed < 10 {
                        assert_eq!(scripted.decide(&brief, &menu), numbers);
                        assert_eq!(scripted.speak(&brief, &picked), text, "the same brief gives the same words");
                        assert_eq!(scripted.choose(&brief), scripted.choose(&brief));
                    }
                    look(&brief, &picked, &text);
                    let (moves, acts) = menu::moves(picked);
                    Input::Spoke(Speech { text, moves, acts, tokens: Tokens::default(), ms: 1 })
                }
                Effect::Proceed => Input::Proceed,
                Effect::AskGuess => {
                    Input::Guess(Guess { by: Guesser::Random, agent: None, sureness: None, blind: false })
                }
                Effect::Close => continue,
            });
        }
    }
    assert!(matches!(log.last(), Some(EventKind::SessionCompleted(_))), "seed {seed} did not end");
    Game { log, draft: state.draft().clone() }
}
