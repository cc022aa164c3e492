//! Whole heists in the engine, by the menu alone: calls are the best that are offered, and what is picked is said in the menu's
//! own words.

use std::collections::BTreeMap;
use std::sync::Arc;

use heist_bank::{Bank, Clock};
use heist_tools::table::Gives;
use rusqlite::Connection;
use rusqlite::types::ValueRef;

use crate::agents::menu::{self, Menu, calls};
use crate::crew::{Brief, Crew, MoleChoice, Persona, deal};
use crate::heist::{
    Answer, Difficulty, Effect, Guess, Guesser, Input, JudgeWhen, LlmInfo, Setup, Speech, Stage, State, Timestamp,
    Tokens, ToolCall, ToolsInfo, step,
};

/// The tools over a bank's documents and its database.
pub(super) struct Tools {
    pub(super) bank: Arc<Bank>,
    documents: BTreeMap<&'static str, String>,
    database: Connection,
}

impl Tools {
    pub(super) fn over(bank: Bank) -> Self {
        let database = Connection::open_in_memory().unwrap();
        database.execute_batch(&bank.sql()).unwrap();
        let documents = bank.documents().into_iter().map(|document| (document.name, document.text)).collect();
        Self { bank: Arc::new(bank), documents, database }
    }

    pub(super) fn answer(&self, call: &ToolCall, agent: &Persona) -> Answer {
        let ability = agent.abilities.iter().find(|ability| ability.tool() == call.tool);
        let Some(ability) = ability else { return Answer::Denied("the scope is missing".to_owned()) };
        let result = match ability.gives() {
            Gives::Document => {
                self.documents.get(&*call.arguments).cloned().ok_or_else(|| "no such document".to_owned())
            }
            Gives::Rows => self.rows(&call.arguments),
            Gives::Figure => Ok(sum(&call.arguments)),
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

/// A sum of minutes, or of a time of day and minutes, or a product, as the calculator writes it.
fn sum(expression: &str) -> String {
    if expression.contains('*') {
        return expression
            .split('*')
            .map(|factor| factor.trim().trim_end_matches(" min").parse::<u64>().unwrap())
            .product::<u64>()
            .to_string();
    }
    let bare = expression.replace(" min", "");
    let (first, rest) = bare.split_once(' ').unwrap_or((&bare, ""));
    let terms: Vec<i64> = {
        let mut words = rest.split_whitespace();
        std::iter::from_fn(|| Some(format!("{}{}", words.next()?, words.next()?).parse().unwrap())).collect()
    };
    let more: i64 = terms.iter().sum();
    if let Ok(clock) = first.parse::<Clock>() {
        return clock.plus(u32::try_from(more).unwrap()).to_string();
    }
    let result = first.parse::<i64>().unwrap() + more;
    if bare == expression { result.to_string() } else { format!("{result} min") }
}

/// Plays a heist to its end. `pick` says what is picked of a menu; `look` sees each brief and what is picked.
pub(super) fn play(
    tools: &Tools,
    crew: &Arc<Crew>,
    seed: u64,
    rounds: u32,
    pick: impl Fn(&Brief, &Menu) -> Vec<usize>,
    mut look: impl FnMut(&Brief, &Menu, &[menu::Item]),
) -> State {
    let dealt = deal(seed, crew, rounds, &MoleChoice::Nobody, None, Difficulty::Normal);
    let mut state = State::new(Setup {
        judge: JudgeWhen::Off,
        seed,
        bank: Arc::clone(&tools.bank),
        difficulty: Difficulty::Normal,
        crew: crew.iter().map(Persona::member).collect(),
        schedule: dealt.schedule,
        llm: LlmInfo { backend: "scripted".into(), url: None, model: None, note: None },
        tools: ToolsInfo { backend: "embedded".into(), note: None },
        seal: dealt.seal,
    });
    let mut inputs = vec![Input::Proceed, Input::Open];
    while let Some(input) = inputs.pop() {
        for effect in step(&mut state, input, Timestamp::from_millis(0).unwrap()).effects {
            let brief = |state: &State| {
                let Stage::InTurn(turn) = state.stage() else { panic!("no turn is running") };
                Brief::of(crew, state, turn).unwrap()
            };
            inputs.push(match effect {
                Effect::Judge => panic!("this crew has no judge"),
                Effect::Choose => {
                    let brief = brief(&state);
                    let few = brief.calls().len() < 1 + usize::from((seed + u64::from(brief.turn)) % 4 == 0);
                    let call = calls(&brief).into_iter().next().filter(|_| few);
                    Input::Chose(call.map(|call| (call.tool.to_owned(), call.argument)))
                }
                Effect::Call(call) => {
                    let agent = crew.iter().find(|persona| persona.name == call.agent).unwrap();
                    let answer = tools.answer(&call, agent);
                    assert!(matches!(answer, Answer::Result(_)), "{call:?}: {answer:?}");
                    Input::Answered(answer, 1)
                }
                Effect::Speak => {
                    let brief = brief(&state);
                    let menu = Menu::of(&brief);
                    let picked = menu.picked(&pick(&brief, &menu));
                    look(&brief, &menu, &picked);
                    let text = picked.iter().map(|item| item.words.as_str()).collect::<Vec<_>>().join(" ");
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
    state
}
