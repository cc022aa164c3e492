//! Whole heists in the engine, by the menu alone: what is picked is drawn, and said in the menu's own words.

use std::sync::Arc;

use super::heists::Tools;
use crate::agents::menu::lots::Lots;
use crate::agents::menu::{self, Menu, calls};
use crate::crew::{Brief, Deal, MoleChoice, Persona, deal, roster};
use crate::heist::{
    Difficulty, Effect, EventKind, Guess, Guesser, Input, JudgeWhen, LlmInfo, Setup, Speech, Stage, State, Strategy,
    Timestamp, Tokens, ToolsInfo, step,
};

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
                Effect::Choose => Input::Chose(choose(&brief(&state))),
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

/// One of the calls that are offered, the best more often than others; one a turn.
fn choose(brief: &Brief) -> Option<(String, String)> {
    if !brief.calls().is_empty() {
        return None;
    }
    let lots = Lots { seed: brief.seed, turn: brief.turn, agent: &brief.me.name };
    let mut offered = calls(brief);
    offered.truncate(lots.between("offered", 1, 4) as usize);
    lots.pick("call", offered).map(|call| (call.tool.to_owned(), call.argument))
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
