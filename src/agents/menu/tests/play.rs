//! Whole heists in the engine, by the menu alone: what is picked is drawn, and said in the menu's own words.

use std::collections::BTreeMap;
use std::sync::Arc;

use heist_bank::Bank;
use heist_tools::table::Gives;
use rusqlite::Connection;
use rusqlite::types::ValueRef;

use crate::agents::menu::lots::Lots;
use crate::agents::menu::{self, Menu};
use crate::agents::scripted::Scripted;
use crate::crew::{Brief, Deal, MoleChoice, Persona, deal, roster};
use crate::heist::{
    Answer, Difficulty, Effect, EventKind, Guess, Guesser, Input, JudgeWhen, LlmInfo, Setup, Speech, Stage, State,
    Strategy, Timestamp, Tokens, ToolCall, ToolsInfo, step,
};

/// The tools over a bank's documents and its database.
pub(super) struct Tools {
    pub(super) bank: Arc<Bank>,
    documents: BTreeMap<&'static str, String>,
    database: Connection,
}

impl Tools {
    pub(super) fn of(seed: u64) -> Self {
        let bank = Bank::of(seed);
        let database = Connection::open_in_memory().unwrap();
        database.execute_batch(&bank.sql()).unwrap();
        let documents = bank.documents().into_iter().map(|document| (document.name, document.text)).collect();
        Self { bank: Arc::new(bank), documents, database }
    }

    fn answer(&self, call: &ToolCall, agent: &Persona) -> Answer {
        let ability = agent.abilities.iter().find(|ability| ability.tool() == call.tool);
        let Some(ability) = ability else { return Answer::Denied("the scope is missing".to_owned()) };
        let result = match ability.gives() {
            Gives::Document => {
                self.documents.get(&*call.arguments).cloned().ok_or_else(|| "no such document".to_owned())
            }
            Gives::Rows => self.rows(&call.arguments),
            // What comes of a sum nobody here reads.
            Gives::Figure => Ok("17".to_owned()),
        };
        result.map_or_else(Answer::Error, Answer::Result)
    }

    fn rows(&self, query: &str) -> Result<String, String> {
        let query = if query.contains(' ') { query.to_owned() } else { format!("SELECT * FROM {query}") };
        let mut statement = self.database.prepare(&query).map_err(|error| error.to_string())?;
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

/// How a game is dealt.
#[derive(Clone, Copy)]
pub(super) struct Terms {
    pub(super) seed: u64,
    pub(super) rounds: u32,
    pub(super) strategy: Option<Strategy>,
    pub(super) difficulty: Difficulty,
}

impl Terms {
    pub(super) fn deal(self) -> Deal {
        deal(self.seed, &roster(), self.rounds, &MoleChoice::Random, self.strategy, self.difficulty)
    }
}

/// Plays a heist to its end; `look` sees each speaker's brief, its menu, and the places in it that were picked.
pub(super) fn play(tools: &Tools, terms: Terms, mut look: impl FnMut(&Brief, &Menu, &[usize])) -> Vec<EventKind> {
    let (crew, dealt) = (roster(), terms.deal());
    let setup = Setup {
        judge: JudgeWhen::Off,
        seed: terms.seed,
        bank: Arc::clone(&tools.bank),
        difficulty: terms.difficulty,
        crew: crew.iter().map(Persona::member).collect(),
        schedule: dealt.schedule,
        llm: LlmInfo { backend: "scripted".into(), url: None, model: None, note: None },
        tools: ToolsInfo { backend: "embedded".into(), note: None },
        seal: dealt.seal,
    };
    let scripted = Scripted::new(terms.seed);
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
                Effect::Judge => panic!("this crew has no judge"),
                Effect::Choose => {
                    let brief = brief(&state);
                    Input::Chose(beside(&brief).or_else(|| scripted.choose(&brief)))
                }
                Effect::Call(call) => {
                    let agent = crew.iter().find(|persona| persona.name == call.agent).unwrap();
                    Input::Answered(tools.answer(&call, agent), 1)
                }
                Effect::Speak => {
                    let brief = brief(&state);
                    let menu = Menu::of(&brief);
                    let numbers = decide(&brief, &menu);
                    look(&brief, &menu, &numbers);
                    Input::Spoke(speech(&menu, &numbers))
                }
                Effect::Proceed => Input::Proceed,
                Effect::AskGuess => {
                    Input::Guess(Guess { by: Guesser::Random, agent: None, sureness: None, blind: false })
                }
                Effect::Close => continue,
            });
        }
    }
    assert!(matches!(log.last(), Some(EventKind::SessionCompleted(_))), "seed {} did not end", terms.seed);
    log
}

/// One to three numbers, the best of the menu more often than others.
fn decide(brief: &Brief, menu: &Menu) -> Vec<usize> {
    let lots = Lots { seed: brief.seed, turn: brief.turn, agent: &brief.me.name };
    let most = u32::try_from(menu.items.len()).unwrap();
    let number = |pick: u32| {
        let far = lots.between(&format!("far {pick}"), 1, most);
        lots.between(&format!("number {pick}"), 1, far) as usize
    };
    (0..lots.between("how many", 1, 3)).map(number).collect()
}

/// What was picked in the menu's own words.
fn speech(menu: &Menu, numbers: &[usize]) -> Speech {
    let picked = menu.picked(numbers);
    let text = picked.iter().map(|item| item.words.as_str()).collect::<Vec<_>>().join(" ");
    let (moves, acts) = menu::moves(picked);
    Speech { text, moves, acts, tokens: Tokens::default(), ms: 1 }
}

/// The call of a mole that is to use its tools beside the point.
fn beside(brief: &Brief) -> Option<(String, String)> {
    let calls = menu::beside_calls(brief);
    let first = calls.into_iter().next().filter(|_| brief.calls().is_empty())?;
    Some((first.tool, first.argument))
}
