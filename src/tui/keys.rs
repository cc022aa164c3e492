//! The keys: what each does and where, and the table of all of them.

mod table;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

pub(super) use table::BINDINGS;

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Begin,
    Pause,
    NextAgent,
    PreviousAgent,
    /// The agent at this place in the crew, from 0.
    Agent(usize),
    Nobody,
    Surer,
    LessSure,
    Up,
    Down,
    PageUp,
    PageDown,
    Top,
    End,
    Follow,
    /// The side pane's next view.
    View,
    /// Into the side pane.
    Pick,
    /// Only the chosen agent, or everybody.
    Only,
    /// Results whole, or in a row each.
    Unfold,
    Search,
    /// The message before the marked one is marked, or the one after it.
    Older,
    Newer,
    /// From a claim to its source.
    Source,
    /// The suspicion hidden, or shown.
    Blind,
    Next,
    Previous,
    Command,
    Hint,
    Guess,
    Confirm,
    Erase,
    Back,
    Talk,
    Again,
    Rematch,
    /// To look again for what was not there.
    LookAgain,
    /// To try again what was cut off.
    Resume,
    /// To play with nothing but what is built in.
    BuiltIn,
    Help,
    Quit,
    Suspend,
    /// The sessions browser.
    Sessions,
    /// A recorded heist goes on by itself, or stands still.
    Play,
    StepOn,
    StepBack,
    RoundOn,
    RoundBack,
    ToStart,
    ToEnd,
    Faster,
    Slower,
    /// A session's talk.
    Open,
    Filter,
    /// One to compare with, or the other.
    Mark,
    Delete,
    /// How to go on with a session that was cut off.
    GoOn,
    /// The message that the job failed for.
    Blame,
    /// Back to the job.
    Job,
}

/// Where a key is pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Boot,
    Heist,
    /// The side pane of the heist.
    Pane,
    /// The one-line editor for a command.
    Editor,
    /// The one-line editor for what is searched for.
    Search,
    Guess,
    /// The guess is to be confirmed.
    Asking,
    /// The job goes on.
    Finale,
    /// The job is over.
    Ending,
    Reveal,
    Failed,
    Help,
    /// The question whether to leave.
    Leaving,
    /// The side pane with the sources; these keys come before the pane's own.
    Sources,
    /// Any page of a recorded heist; these keys come before the page's own.
    Replay,
    Sessions,
    /// The one-line editor for the sessions' filter.
    Filter,
    /// The question whether to delete a session.
    Deleting,
    Compare,
}

/// A key on the keyboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    Char(char),
    Ctrl(char),
    Code(KeyCode),
    Shift(KeyCode),
    /// 1 to 9, as the place of an agent in the crew.
    Digit,
}

/// Keys and what they do.
#[derive(Debug)]
pub(super) struct Binding {
    pub(super) keys: &'static [Key],
    /// How the keys are written.
    pub(super) shown: &'static str,
    pub(super) act: Act,
    pub(super) places: &'static [Place],
    /// What it does in a word, for the footer; empty where it is left to the help.
    pub(super) label: &'static str,
    /// What it does, for the help.
    pub(super) help: &'static str,
}

impl Binding {
    /// Whether one of the keys is bound in that place too.
    pub(super) fn overlaps(&self, place: Place) -> bool {
        BINDINGS.iter().any(|other| other.places.contains(&place) && self.shares(other))
    }

    /// Whether one of the keys is one of the other's.
    pub(super) fn shares(&self, other: &Self) -> bool {
        self.keys.iter().any(|key| other.keys.contains(key))
    }
}

impl Key {
    /// What the act that is bound to this key becomes when a key is pressed; none if it is another. A key with Shift is
    /// looked for before all others and never here.
    pub(super) fn acts(self, pressed: KeyEvent, act: Act) -> Option<Act> {
        let ctrl = pressed.modifiers.contains(KeyModifiers::CONTROL);
        let same = match (self, pressed.code) {
            (Self::Ctrl(c), KeyCode::Char(pressed)) => ctrl && pressed.eq_ignore_ascii_case(&c),
            _ if ctrl => false,
            (Self::Char(c), KeyCode::Char(pressed)) => c == pressed,
            (Self::Code(code), pressed) => code == pressed,
            (Self::Digit, KeyCode::Char(pressed @ '1'..='9')) => {
                return Some(Act::Agent(usize::from(pressed as u8).saturating_sub(usize::from(b'1'))));
            }
            _ => false,
        };
        same.then_some(act)
    }

    /// Whether somebody who presses the one presses the other.
    pub(super) fn is_same(self, other: Self) -> bool {
        let digit = |key: Self| matches!(key, Self::Digit | Self::Char('1'..='9'));
        self == other || (digit(self) && digit(other) && (self == Self::Digit || other == Self::Digit))
    }
}

#[cfg(test)]
mod tests {
    use super::Place::*;
    use super::*;
    use crate::tui::keymap::Keymap;

    fn find(place: Place, key: KeyEvent) -> Option<Act> {
        Keymap::default().find(place, key)
    }

    fn press(code: KeyCode, modifiers: KeyModifiers) -> KeyEvent {
        KeyEvent::new(code, modifiers)
    }

    #[test]
    fn the_same_key_does_what_fits_the_place() {
        let enter = press(KeyCode::Enter, KeyModifiers::NONE);
        assert_eq!(find(Boot, enter), Some(Act::Begin));
        assert_eq!(find(Guess, enter), Some(Act::Confirm));
        assert_eq!(find(Heist, enter), Some(Act::Pick));
        assert_eq!(find(Pane, enter), Some(Act::Confirm));
        let six = press(KeyCode::Char('6'), KeyModifiers::NONE);
        assert_eq!(find(Heist, six), Some(Act::Agent(5)));
        assert_eq!(find(Editor, six), None);
    }

    #[test]
    fn control_is_not_a_letter() {
        assert_eq!(find(Heist, press(KeyCode::Char('c'), KeyModifiers::NONE)), Some(Act::Command));
        assert_eq!(find(Heist, press(KeyCode::Char('c'), KeyModifiers::CONTROL)), Some(Act::Quit));
        assert_eq!(find(Heist, press(KeyCode::Char('g'), KeyModifiers::CONTROL)), None);
        assert_eq!(find(Heist, press(KeyCode::Char('g'), KeyModifiers::ALT)), None);
    }

    #[test]
    fn every_place_can_be_left_and_no_key_is_bound_twice_in_one() {
        for place in [
            Boot, Heist, Pane, Editor, Search, Guess, Asking, Finale, Ending, Reveal, Failed, Help, Leaving, Sessions,
            Filter, Deleting, Compare,
        ] {
            assert_eq!(find(place, press(KeyCode::Char('c'), KeyModifiers::CONTROL)), Some(Act::Quit));
            let mut seen = Vec::new();
            for binding in BINDINGS.iter().filter(|binding| binding.places.contains(&place)) {
                for key in binding.keys {
                    assert!(!seen.contains(key), "{key:?} in {place:?}");
                    seen.push(*key);
                }
            }
        }
    }
}
