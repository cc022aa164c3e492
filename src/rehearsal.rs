//! A rehearsal: a whole heist in a plain loop, as fast as it goes. The engine is asked as in a session, and answered at once:
//! no server, no socket, no database, no clock and nobody who watches.

use std::collections::VecDeque;
use std::sync::Arc;

use heist_bank::Bank;
use heist_tools::wire::Problem;

use crate::agents::Chosen;
use crate::agents::menu::{self, Item, Menu};
use crate::agents::scripted::Scripted;
use crate::crew::{Brief, Crew, Deal, MoleChoice, Persona, deal, roster};
use crate::heist::{
    Difficulty, Effect, EventKind, Input, JudgeWhen, LlmInfo, Setup, Speech, Stage, State, Step, Strategy, Timestamp,
    Tokens, ToolsInfo, step,
};
use crate::session::GuessBy;
use crate::suspicion::{Detector, Parameters};
use crate::toolbox::AtHand;

/// Why a heist could not be rehearsed.
#[derive(Debug, thiserror::Error)]
pub enum RehearsalError {
    /// The tools of its bank could not be made.
    #[error("the tools of the bank cannot be made: {0}")]
    Tools(Box<Problem>),
}

/// Whoever acts for all agents of a crew, at once.
pub trait Cast {
    /// The agent's tool call; asked again after each call of its turn.
    fn choose(&mut self, brief: &Brief) -> Chosen;

    /// What the agent picks from the menu, by numbers that count from 1.
    fn decide(&mut self, brief: &Brief, menu: &Menu) -> Vec<usize>;

    /// How the agent says what it picked.
    fn speak(&mut self, brief: &Brief, picked: &[Item]) -> String;
}

impl Cast for Scripted {
    fn choose(&mut self, brief: &Brief) -> Chosen {
        Self::choose(self, brief)
    }

    fn decide(&mut self, brief: &Brief, menu: &Menu) -> Vec<usize> {
        Self::decide(self, brief, menu)
    }

    fn speak(&mut self, brief: &Brief, picked: &[Item]) -> String {
        Self::speak(self, brief, picked)
    }
}

/// What is rehearsed.
#[derive(Clone, Debug)]
pub struct Rehearsal {
    /// The game.
    pub seed: u64,
    /// The bank.
    pub bank: Arc<Bank>,
    /// Who takes part.
    pub crew: Arc<Crew>,
    /// How many rounds.
    pub rounds: u32,
    /// Who is the mole.
    pub mole: MoleChoice,
    /// How it sabotages; drawn if none is given.
    pub strategy: Option<Strategy>,
    /// How hard it is to find.
    pub difficulty: Difficulty,
    /// Who guesses. Where that is the player, the heist ends before the guess.
    pub guess_by: GuessBy,
    /// What the signs are worth to the detector that weighs what happens; none where none does.
    pub detector: Option<Arc<Parameters>>,
}

/// A heist that was rehearsed.
#[derive(Clone, Debug)]
pub struct Rehearsed {
    /// What happened, in order.
    pub events: Vec<EventKind>,
    /// What that adds up to.
    pub state: State,
}

impl Rehearsal {
    /// The game of this seed, in its own bank and otherwise as it is usually dealt.
    #[must_use]
    pub fn of(seed: u64) -> Self {
        Self {
            seed,
            bank: Arc::new(Bank::of(seed)),
            crew: roster(),
            rounds: 5,
            mole: MoleChoice::Random,
            strategy: None,
            difficulty: Difficulty::Normal,
            guess_by: GuessBy::Detector,
            detector: Some(Parameters::built_in()),
        }
    }

    /// The game as it is dealt.
    #[must_use]
    pub fn setup(&self) -> Setup {
        let Self { seed, difficulty, .. } = *self;
        let Deal { seal, schedule } = deal(seed, &self.crew, self.rounds, &self.mole, self.strategy, difficulty);
        Setup {
            seed,
            bank: Arc::clone(&self.bank),
            difficulty,
            judge: JudgeWhen::Off,
            crew: self.crew.iter().map(Persona::member).collect(),
            schedule,
            llm: LlmInfo { backend: "scripted".into(), url: None, model: None, note: None },
            tools: ToolsInfo { backend: "embedded".into(), note: None },
            seal,
        }
    }

    /// Plays it with the scripted crew.
    ///
    /// # Errors
    /// If the tools of the bank cannot be made.
    pub fn scripted(&self) -> Result<Rehearsed, RehearsalError> {
        self.play(&mut Scripted::new(self.seed))
    }

    /// Plays it with this cast: event for event what a session with the same answers would be, but for times, and for what
    /// is told of services.
    ///
    /// # Errors
    /// If the tools of the bank cannot be made.
    pub fn play(&self, cast: &mut impl Cast) -> Result<Rehearsed, RehearsalError> {
        let tools = AtHand::of(&self.bank, &self.crew).map_err(RehearsalError::Tools)?;
        let names: Vec<_> = self.crew.names().cloned().collect();
        let mut detector = self.detector.as_ref().map(|parameters| Detector::with(Arc::clone(parameters), &names));
        let (mut state, mut events) = (State::new(self.setup()), Vec::new());
        let mut queue = VecDeque::from([Input::Open, Input::Proceed]);
        while let Some(input) = queue.pop_front() {
            let Step { events: happened, effects } = step(&mut state, input, Timestamp::default());
            for event in &happened {
                // As in a session: what is found comes right after the event that it was found in.
                let found = detector.as_mut().and_then(|detector| detector.observe(event));
                if let Some(found) = found {
                    queue.push_front(Input::Suspected(found));
                }
            }
            events.extend(happened);
            for effect in effects {
                queue.extend(self.carry_out(effect, &state, &tools, cast));
            }
        }
        Ok(Rehearsed { events, state })
    }

    /// The answer to what the engine wants; none where it wants nothing.
    fn carry_out(&self, effect: Effect, state: &State, tools: &AtHand, cast: &mut impl Cast) -> Option<Input> {
        let brief = || if let Stage::InTurn(turn) = state.stage() { Brief::of(&self.crew, state, turn) } else { None };
        Some(match effect {
            Effect::Choose => {
                let brief = brief()?;
                // Who has no tools is not asked.
                Input::Chose(if brief.me.abilities.is_empty() { None } else { cast.choose(&brief) })
            }
            Effect::Call(call) => Input::Answered(tools.call(&call), 0),
            Effect::Speak => Input::Spoke(speech(&brief()?, cast)),
            Effect::Proceed => Input::Proceed,
            Effect::AskGuess => Input::Guess(self.guess_by.guess(state)?),
            // Nobody judges.
            Effect::Judge | Effect::Close => return None,
        })
    }
}

/// A turn's message: what it is to do is picked from the menu, and said.
fn speech(brief: &Brief, cast: &mut impl Cast) -> Speech {
    let menu = Menu::of(brief);
    let picked = menu.picked(&cast.decide(brief, &menu));
    let text = cast.speak(brief, &picked);
    let (moves, acts) = menu::moves(picked);
    Speech { text, moves, acts, tokens: Tokens::default(), ms: 0 }
}
