//! The one pure step of the terminal: a message comes in, the model changes, actions come out.

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::heist::EventKind;
use crate::session::{Control, Signal};

use super::browser;
use super::finale;
use super::keys::{Act, Place};
use super::layout;
use super::model::{Action, Model, Msg, Next, Notice, Over, Page, scrolled};
use super::mouse;
use super::reading;
use super::replay;
use super::screen;
use super::seen::{Sight, label};
use super::side::Pieces;
use super::tempo;
use super::text::{clean, one_line, percent};
use super::watching;

/// How long the boot page stays at least, so that it can be read.
pub(super) const BOOT: Duration = Duration::from_secs(6);
/// The longest command to an agent, in characters.
const COMMAND: usize = 300;

/// Takes one message in.
pub(super) fn update(model: &mut Model, msg: Msg) -> Vec<Action> {
    let actions = match msg {
        Msg::Signal(signal) => {
            hold(model, matches!(signal, Signal::Delta(_)), |model| heard(model, &signal));
            if let Signal::Recorded(event) = &signal { model.tempo.after(event) } else { Vec::new() }
        }
        Msg::Ended => {
            if !model.seen.over() {
                model.seen.fail("The session ended without a verdict.", false, false);
                model.page = Page::Failed;
            }
            Vec::new()
        }
        Msg::Busy => {
            model.tell("The heist is busy; press the key again.");
            model.guessed = false;
            Vec::new()
        }
        // Nothing runs that would have to be closed.
        Msg::Left(_) if model.replay.is_some() || model.browser.is_some() => Vec::new(),
        Msg::Left(next) => {
            model.over = Over::Nothing;
            let words = match next {
                Next::Again | Next::BuiltIn => "Dealing again…",
                Next::LookAgain => "Looking again…",
                Next::Resume => "Picking up where it stopped…",
                Next::Rematch => "Dealing the same again…",
                _ => "Closing the session…",
            };
            model.tell(words);
            Vec::new()
        }
        Msg::Key(key) if key.kind == KeyEventKind::Press => pressed(model, key),
        Msg::Key(_) => Vec::new(),
        Msg::Mouse(event) => mouse::point(model, event),
        Msg::Paste(text) => {
            typed(model, &text);
            Vec::new()
        }
        Msg::Resize(size) => {
            model.resize(size);
            Vec::new()
        }
        Msg::Tick(passed) => {
            ticked(model, passed);
            Vec::new()
        }
    };
    if model.page == Page::Boot && model.replay.is_none() && model.seen.round > 0 && (model.begin || model.boot >= BOOT)
    {
        model.page = Page::Heist;
    }
    model.shape();
    actions
}

/// Changes what is seen, and leaves the conversation's first row and the pane's piece where the person looked at them.
fn hold(model: &mut Model, streams: bool, change: impl FnOnce(&mut Model)) {
    let anchor = model.top.map(|top| model.seen.talk.anchor(top));
    let owned = |(id, words): (&str, &str)| (id.to_owned(), words.to_owned());
    // What streams is in no piece yet.
    let changes = model.pane.open && !streams;
    let piece = changes.then(|| Pieces::of(model).target(model.pane.cursor).map(owned)).flatten();
    change(model);
    if let (Some(anchor), Some(top)) = (anchor, &mut model.top) {
        *top = model.seen.talk.row_of(anchor);
    }
    if let Some((id, words)) = piece {
        let pieces = Pieces::of(model);
        let here = |index: &usize| pieces.target(*index) == Some((&id, &words));
        model.pane.cursor =
            (0..pieces.len()).find(here).unwrap_or(model.pane.cursor.min(pieces.len().saturating_sub(1)));
    }
}

fn heard(model: &mut Model, signal: &Signal) {
    match signal {
        Signal::Delta(delta) => model.seen.hear(delta),
        Signal::Reading(reading) => model.seen.reading = *reading,
        Signal::GuessWanted => {
            model.seen.guess_wanted = true;
            if model.page == Page::Heist {
                model.page = Page::Guess { cursor: model.selected, asking: false };
                // A half-written command has nobody left to go to.
                if matches!(model.over, Over::Editor(_) | Over::Question { .. } | Over::Search { .. }) {
                    model.over = Over::Nothing;
                }
            }
        }
        Signal::Totals(totals) => model.totals = Some(totals.clone()),
        Signal::Recorded(event) => {
            model.seen.apply(event);
            match &event.kind {
                EventKind::HintGiven(hint) => {
                    let (suspect, share) = (label(&hint.agent), percent(hint.score));
                    let why = hint.evidence.as_ref().map(|found| format!(": {}", one_line(&found.note, 200)));
                    let text = format!("The detector suspects {suspect}, {share} %{}", why.unwrap_or_default());
                    model.selected = model.seen.place(&hint.agent).unwrap_or(model.selected);
                    model.notice = Some(Notice { text, left: Duration::from_secs(15) });
                }
                EventKind::SessionPaused | EventKind::SessionResumed => {
                    model.notice = None;
                    // It was cut off and goes on: the services come up again.
                    if model.page == Page::Failed {
                        model.page = Page::Boot;
                    }
                }
                EventKind::FaultRaised(fault) => model.tell(&one_line(&fault.message, 200)),
                EventKind::VerdictReached(_) => {
                    model.over = Over::Nothing;
                    model.notice = None;
                }
                // The job comes before the reveal, where it was played.
                EventKind::HeistPlayed(_) => finale::begin(model),
                EventKind::SessionCompleted(_) if model.seen.truth.is_some() && model.finale.is_none() => {
                    model.page = Page::Reveal { top: 0 };
                }
                EventKind::SessionFailed(_) => {
                    model.page = Page::Failed;
                    model.over = Over::Nothing;
                    model.notice = None;
                }
                _ => {}
            }
        }
    }
}

fn ticked(model: &mut Model, passed: Duration) {
    if model.replay.is_some() {
        replay::tick(model, passed);
    } else {
        model.seen.tick(u64::try_from(passed.as_millis()).unwrap_or(u64::MAX));
    }
    if model.page == Page::Boot && model.over == Over::Nothing {
        model.boot += passed;
    }
    if finale::plays(model)
        && let Some(finale) = &mut model.finale
    {
        finale.tick(passed);
    }
    if let Some(notice) = &mut model.notice {
        notice.left = notice.left.saturating_sub(passed);
    }
    model.notice.take_if(|notice| notice.left.is_zero());
}

fn pressed(model: &mut Model, key: KeyEvent) -> Vec<Action> {
    let place = model.place();
    let found = model.layers().chain([place]).find_map(|layer| model.keymap.find(layer, key));
    if let Some(act) = found {
        // What was told of the key before is not true any more.
        model.notice = None;
        return perform(model, place, act);
    }
    let plain = !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
    if let (KeyCode::Char(c), true) = (key.code, plain) {
        typed(model, c.encode_utf8(&mut [0; 4]));
    }
    Vec::new()
}

/// Adds text to the line that is written, as far as it is fit for a prompt and a terminal.
fn typed(model: &mut Model, text: &str) {
    if model.over == Over::Filter {
        return browser::typed(model, text);
    }
    if let Over::Question { cursor, .. } = &mut model.over {
        *cursor = 0;
    }
    let (Over::Editor(line) | Over::Question { words: line, .. } | Over::Search { words: line, .. }) = &mut model.over
    else {
        return;
    };
    let room = COMMAND.saturating_sub(line.chars().count());
    let text = clean(text, COMMAND * 4);
    line.extend(text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).take(room));
    if model.place() == Place::Search {
        watching::look_for(model);
    }
}

/// Whether the act does anything now; the footer shows only what does.
pub(super) fn can(model: &Model, act: Act) -> bool {
    let seen = &model.seen;
    match act {
        _ if model.replay.is_some() && replay::forbids(act) => false,
        Act::NextAgent if model.replay.is_some() => model.page == Page::Heist,
        Act::Down if model.place() == Place::Compare => {
            screen::compare_rows(model) > usize::from(layout::page(model.size).body.height)
        }
        Act::Open | Act::Filter | Act::Mark | Act::Delete | Act::GoOn => browser::can(model, act),
        Act::Pause | Act::Command => !seen.over() && !seen.guess_wanted && !model.guessed,
        // What is in view needs no hint.
        Act::Hint => !seen.over() && !model.guessed && seen.hides(),
        Act::Faster | Act::Slower if model.place() == Place::Finale => true,
        Act::Faster | Act::Slower | Act::ByTurn | Act::NextTurn if model.replay.is_none() => {
            let paced = seen.is_scripted() || matches!(act, Act::ByTurn | Act::NextTurn);
            paced && !seen.over() && !seen.guess_wanted && !model.guessed
        }
        Act::Guess => !seen.over() && !seen.crew.is_empty() && !model.guessed,
        Act::Follow => model.top.is_some(),
        Act::Next | Act::Previous => reading::searched(model).is_some_and(|(.., all)| all > 0),
        Act::Older | Act::Newer | Act::Source => {
            seen.talk.marked() || seen.talk.message_beside(false, usize::MAX).is_some()
        }
        Act::Confirm if model.place() == Place::Pane && model.pane.reads().is_some() => {
            !reading::speaking(model).is_empty()
        }
        Act::Only => !seen.crew.is_empty(),
        Act::Back if model.place() == Place::Heist => {
            model.only || seen.talk.searched().is_some() || seen.talk.marked() || seen.over()
        }
        Act::Agent(_) if model.place() == Place::Reveal => {
            let told = seen.truth.as_ref().and_then(|truth| truth.sabotage.as_ref());
            told.is_some_and(|told| !told.acts.is_empty())
        }
        Act::Begin => !model.begin,
        // Something was looked for and is not there.
        Act::LookAgain => seen.opening.as_ref().is_some_and(|opening| !opening.notes.is_empty()),
        Act::Blind => !seen.over() && seen.guess.is_none(),
        Act::Resume => seen.failure.as_ref().is_some_and(|failure| failure.resumable),
        Act::BuiltIn => !seen.is_built_in() && (seen.opening.is_some() || seen.failure.is_some()),
        Act::Blame => finale::blamed(model).is_some(),
        Act::Job => model.finale.is_some(),
        Act::Down if matches!(model.place(), Place::Ending | Place::Reveal | Place::Help) => {
            let rows = match model.place() {
                Place::Help => screen::help_rows(model),
                Place::Ending => screen::ending_rows(model),
                _ => screen::reveal_rows(model),
            };
            rows > usize::from(layout::page(model.size).body.height)
        }
        _ => true,
    }
}

/// Does what a key means in a place.
pub(super) fn perform(model: &mut Model, place: Place, act: Act) -> Vec<Action> {
    if !can(model, act) {
        match act {
            Act::Back if model.replay.is_some() => return vec![Action::Leave(Next::Back)],
            Act::Hint if !model.seen.over() && !model.guessed => {
                model.tell("The suspicion is in view, so a hint would tell you nothing new.");
            }
            Act::Faster | Act::Slower if !model.seen.over() && !model.seen.is_scripted() => {
                model.tell("Only the scripted crew has a pace; a model speaks as fast as it can.");
            }
            Act::Pause | Act::Command | Act::Guess | Act::Hint | Act::ByTurn => {
                model.tell("There is nothing left to steer.");
            }
            Act::Next | Act::Previous if reading::searched(model).is_some() => model.tell("Nothing was found."),
            Act::Next | Act::Previous => model.tell("There is no search yet; / begins one."),
            Act::Follow => model.tell("You are following the newest line already."),
            Act::Older | Act::Newer | Act::Source => model.tell("Nobody has spoken yet."),
            Act::Confirm if model.pane.reads().is_some() => model.tell("Nobody has said anything about this line yet."),
            _ => {}
        }
        return Vec::new();
    }
    match (place, act) {
        (_, Act::Quit) => return quit(model, place),
        (_, Act::Suspend) => return vec![Action::Suspend],
        (_, Act::Sessions) => return vec![Action::Leave(Next::Sessions)],
        (place, Act::Help) => model.over = Over::Help { top: screen::help_row(model, place) },
        (_, Act::Again) => return vec![Action::Leave(Next::Again)],
        (_, Act::Rematch) => return vec![Action::Leave(Next::Rematch)],
        (_, Act::LookAgain) => return vec![Action::Leave(Next::LookAgain)],
        (_, Act::Resume) => return vec![Action::Leave(Next::Resume)],
        (_, Act::BuiltIn) => return vec![Action::Leave(Next::BuiltIn)],
        (Place::Leaving, Act::Confirm) => return leave(),
        (Place::Leaving | Place::Help | Place::Editor | Place::Question | Place::Costs, Act::Back) => {
            model.over = Over::Nothing;
        }
        (Place::Search, act) => watching::search(model, act),
        (Place::Help, act) => {
            if let Over::Help { top } = &mut model.over {
                *top = scrolled(*top, act, layout::page(model.size).body.height);
            }
        }
        (Place::Sessions | Place::Filter | Place::Deleting | Place::Compare, act) => {
            return browser::browse(model, act);
        }
        (Place::Finale | Place::Ending, act) if model.replay.is_none() || finale::is_own(act) => {
            finale::press(model, act);
        }
        (Place::Reveal, Act::Job) => finale::show(model),
        (_, Act::Faster | Act::Slower | Act::ByTurn | Act::NextTurn) if model.replay.is_none() => {
            return tempo::change(model, act);
        }
        (
            _,
            Act::Play
            | Act::StepOn
            | Act::StepBack
            | Act::RoundOn
            | Act::RoundBack
            | Act::ToStart
            | Act::ToEnd
            | Act::Faster
            | Act::Slower,
        ) => replay::steer(model, act),
        (Place::Boot | Place::Finale | Place::Ending | Place::Reveal | Place::Failed, Act::Back) => {
            return vec![Action::Leave(Next::Back)];
        }
        (Place::Editor, act) => return edit(model, act),
        (Place::Question, act) => return watching::ask(model, act),
        (Place::Costs, Act::Confirm) => return watching::pay(model),
        (Place::Boot, Act::Begin) => model.begin = true,
        (Place::Heist | Place::Pane, act) => return watching::watch(model, act),
        (Place::Guess | Place::Asking, act) => return guess(model, act),
        (Place::Reveal | Place::Failed, Act::Talk) => {
            model.page = Page::Heist;
            model.top = None;
            model.pane.open = false;
        }
        (Place::Reveal, Act::Agent(index)) => watching::show_act(model, index),
        (Place::Reveal, act) => {
            if let Page::Reveal { top } = &mut model.page {
                *top = scrolled(*top, act, layout::page(model.size).body.height);
            }
        }
        _ => {}
    }
    Vec::new()
}

fn quit(model: &mut Model, place: Place) -> Vec<Action> {
    if model.replay.is_some() || model.browser.is_some() {
        return vec![Action::Leave(Next::Quit)];
    }
    let running = model.seen.opening.is_some() && !model.seen.over();
    if place == Place::Help && running {
        model.over = Over::Leaving;
        return Vec::new();
    }
    if running && place != Place::Leaving {
        model.over = Over::Leaving;
        return Vec::new();
    }
    if model.seen.over() { vec![Action::Leave(Next::Quit)] } else { leave() }
}

fn leave() -> Vec<Action> {
    vec![Action::Send(Control::Stop), Action::Leave(Next::Quit)]
}

fn edit(model: &mut Model, act: Act) -> Vec<Action> {
    let Over::Editor(line) = &mut model.over else { return Vec::new() };
    match act {
        Act::Erase => {
            line.pop();
        }
        // What was typed so far says what it is about.
        Act::Ask => model.over = Over::Question { words: std::mem::take(line), cursor: 0 },
        Act::Confirm => {
            let text = line.trim().to_owned();
            model.over = Over::Nothing;
            if text.is_empty() {
                model.tell("Nothing was sent: the command was empty.");
                return Vec::new();
            }
            let Some((agent, label)) = watching::listener(model) else { return Vec::new() };
            model.tell(&format!("Sent. {label} sees it in its next turn."));
            return vec![Action::Send(Control::Command { agent, text })];
        }
        _ => {}
    }
    Vec::new()
}

fn guess(model: &mut Model, act: Act) -> Vec<Action> {
    let crew = model.seen.crew.len();
    if model.guessed {
        return Vec::new();
    }
    let Page::Guess { cursor, asking } = &mut model.page else { return Vec::new() };
    // Another choice takes the question back.
    let asked = std::mem::take(asking);
    match act {
        Act::Up => *cursor = (*cursor + crew) % (crew + 1),
        Act::Down => *cursor = (*cursor + 1) % (crew + 1),
        Act::Agent(index) if index < crew => *cursor = index,
        Act::Nobody => *cursor = crew,
        Act::Surer => model.sureness = model.sureness.more(),
        Act::LessSure => model.sureness = model.sureness.less(),
        Act::Back if asked => {}
        Act::Back => model.page = Page::Heist,
        Act::Confirm if asked => {
            let named = model.seen.crew.get(*cursor).map(|agent| agent.name.clone());
            model.guessed = true;
            let (sureness, blind) = (model.sureness, model.seen.sight == Sight::Blind);
            return vec![Action::Send(Control::Guess { agent: named, sureness, blind })];
        }
        Act::Confirm => *asking = true,
        _ => {}
    }
    Vec::new()
}
