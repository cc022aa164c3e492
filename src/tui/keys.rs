//! The keys: one table from which the update, the footer and the help are made.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

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
    Up,
    Down,
    PageUp,
    PageDown,
    Top,
    End,
    Follow,
    Command,
    Hint,
    Guess,
    Confirm,
    Erase,
    Back,
    Talk,
    Again,
    Help,
    Quit,
}

/// Where a key is pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Boot,
    Heist,
    /// The one-line editor for a command.
    Editor,
    Guess,
    /// The guess is to be confirmed.
    Asking,
    Reveal,
    Failed,
    Help,
    /// The question whether to leave.
    Leaving,
}

/// A key on the keyboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key {
    Char(char),
    Ctrl(char),
    Code(KeyCode),
    /// 1 to 9, as the place of an agent in the crew.
    Digit,
}

/// Keys and what they do.
#[derive(Debug)]
pub(super) struct Binding {
    keys: &'static [Key],
    /// How the keys are written.
    pub(super) shown: &'static str,
    pub(super) act: Act,
    pub(super) places: &'static [Place],
    /// What it does in a word, for the footer; empty where it is left to the help.
    pub(super) label: &'static str,
    /// What it does, for the help.
    pub(super) help: &'static str,
}

use Key::{Char, Code, Ctrl, Digit};
use Place::{Asking, Boot, Editor, Failed, Guess, Heist, Help, Leaving, Reveal};

/// All keys. Where two fit the first counts.
pub(super) const BINDINGS: &[Binding] = &[
    Binding {
        keys: &[Code(KeyCode::Enter), Char(' ')],
        shown: "Enter",
        act: Act::Begin,
        places: &[Boot],
        label: "begin",
        help: "go to the crew",
    },
    Binding {
        keys: &[Char(' ')],
        shown: "space",
        act: Act::Pause,
        places: &[Heist],
        label: "pause",
        help: "hold the heist after this turn, or go on",
    },
    Binding {
        keys: &[Code(KeyCode::Tab), Code(KeyCode::Right)],
        shown: "Tab →",
        act: Act::NextAgent,
        places: &[Heist],
        label: "agent",
        help: "the next agent, with what speaks against it",
    },
    Binding {
        keys: &[Code(KeyCode::BackTab), Code(KeyCode::Left)],
        shown: "S-Tab ←",
        act: Act::PreviousAgent,
        places: &[Heist],
        label: "",
        help: "the agent before",
    },
    Binding {
        keys: &[Digit],
        shown: "1-9",
        act: Act::Agent(0),
        places: &[Heist, Asking],
        label: "",
        help: "the agent with this number",
    },
    Binding {
        keys: &[Digit],
        shown: "1-9",
        act: Act::Agent(0),
        places: &[Guess],
        label: "choose",
        help: "on the guess: the agent with this number",
    },
    Binding {
        keys: &[Char('c')],
        shown: "c",
        act: Act::Command,
        places: &[Heist],
        label: "command",
        help: "tell the chosen agent what to do in its next turn",
    },
    Binding {
        keys: &[Char('h')],
        shown: "h",
        act: Act::Hint,
        places: &[Heist],
        label: "hint",
        help: "whom the detector suspects, and why",
    },
    Binding {
        keys: &[Char('g')],
        shown: "g",
        act: Act::Guess,
        places: &[Heist],
        label: "guess",
        help: "name the mole; you may do so at any time",
    },
    Binding {
        keys: &[Char('k'), Code(KeyCode::Up)],
        shown: "k ↑",
        act: Act::Up,
        places: &[Heist, Guess, Asking, Reveal, Help],
        label: "",
        help: "a line up; on the guess, the agent above",
    },
    Binding {
        keys: &[Char('j'), Code(KeyCode::Down)],
        shown: "j ↓",
        act: Act::Down,
        places: &[Heist, Guess, Asking, Reveal, Help],
        label: "",
        help: "a line down; on the guess, the agent below",
    },
    Binding {
        keys: &[Code(KeyCode::PageUp)],
        shown: "PgUp",
        act: Act::PageUp,
        places: &[Heist, Reveal, Help],
        label: "",
        help: "a page up",
    },
    Binding {
        keys: &[Code(KeyCode::PageDown)],
        shown: "PgDn",
        act: Act::PageDown,
        places: &[Heist, Reveal, Help],
        label: "",
        help: "a page down",
    },
    Binding {
        keys: &[Code(KeyCode::Home)],
        shown: "Home",
        act: Act::Top,
        places: &[Heist, Reveal, Help],
        label: "",
        help: "to the first line",
    },
    Binding {
        keys: &[Code(KeyCode::End)],
        shown: "End",
        act: Act::End,
        places: &[Heist, Reveal, Help],
        label: "",
        help: "to the last line",
    },
    Binding {
        keys: &[Char('f')],
        shown: "f",
        act: Act::Follow,
        places: &[Heist],
        label: "follow",
        help: "stay with the newest line",
    },
    Binding {
        keys: &[Char('0')],
        shown: "0",
        act: Act::Nobody,
        places: &[Guess, Asking],
        label: "",
        help: "on the guess: nobody, there is no mole",
    },
    Binding {
        keys: &[Code(KeyCode::Enter)],
        shown: "Enter",
        act: Act::Confirm,
        places: &[Guess],
        label: "name",
        help: "name the chosen one",
    },
    Binding {
        keys: &[Code(KeyCode::Enter), Char('y')],
        shown: "Enter y",
        act: Act::Confirm,
        places: &[Asking],
        label: "yes",
        help: "yes, that is my guess",
    },
    Binding {
        keys: &[Code(KeyCode::Enter)],
        shown: "Enter",
        act: Act::Confirm,
        places: &[Editor],
        label: "send",
        help: "send the command",
    },
    Binding {
        keys: &[Code(KeyCode::Backspace)],
        shown: "Backsp",
        act: Act::Erase,
        places: &[Editor],
        label: "",
        help: "take back the last letter of the command",
    },
    Binding {
        keys: &[Code(KeyCode::Enter), Char('y')],
        shown: "Enter y",
        act: Act::Confirm,
        places: &[Leaving],
        label: "leave",
        help: "yes, leave the heist",
    },
    Binding {
        keys: &[Char('t')],
        shown: "t",
        act: Act::Talk,
        places: &[Reveal, Failed],
        label: "talk",
        help: "read the whole talk again",
    },
    Binding {
        keys: &[Code(KeyCode::Esc), Char('n')],
        shown: "Esc n",
        act: Act::Back,
        places: &[Asking, Leaving],
        label: "no",
        help: "no, go back",
    },
    Binding {
        keys: &[Code(KeyCode::Esc)],
        shown: "Esc",
        act: Act::Back,
        places: &[Heist, Guess, Editor, Help],
        label: "back",
        help: "back to where you were",
    },
    Binding {
        keys: &[Char('n')],
        shown: "n",
        act: Act::Again,
        places: &[Reveal, Failed],
        label: "play again",
        help: "another heist with another mole",
    },
    Binding {
        keys: &[Char('?')],
        shown: "?",
        act: Act::Help,
        places: &[Boot, Heist, Guess, Reveal, Failed],
        label: "help",
        help: "this page",
    },
    Binding {
        keys: &[Char('q')],
        shown: "q",
        act: Act::Quit,
        places: &[Boot, Heist, Guess, Reveal, Failed, Help],
        label: "quit",
        help: "leave; a running heist asks first",
    },
    Binding {
        keys: &[Ctrl('c')],
        shown: "Ctrl-C",
        act: Act::Quit,
        places: &[Boot, Heist, Editor, Guess, Asking, Reveal, Failed, Help, Leaving],
        label: "",
        help: "leave from anywhere; twice without an answer",
    },
];

/// What a key does in a place.
pub(super) fn find(place: Place, key: KeyEvent) -> Option<Act> {
    if key.modifiers.intersects(KeyModifiers::ALT | KeyModifiers::SUPER | KeyModifiers::META) {
        return None;
    }
    let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
    BINDINGS.iter().filter(|binding| binding.places.contains(&place)).find_map(|binding| {
        binding.keys.iter().find_map(|bound| match (*bound, key.code) {
            (Ctrl(c), KeyCode::Char(pressed)) if ctrl && pressed.eq_ignore_ascii_case(&c) => Some(binding.act),
            _ if ctrl => None,
            (Char(c), KeyCode::Char(pressed)) if c == pressed => Some(binding.act),
            (Code(code), pressed) if code == pressed => Some(binding.act),
            (Digit, KeyCode::Char(pressed @ '1'..='9')) => {
                Some(Act::Agent(usize::from(pressed as u8).saturating_sub(usize::from(b'1'))))
            }
            _ => None,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(code: KeyCode, modifiers: KeyModifiers) -> KeyEvent {
        KeyEvent::new(code, modifiers)
    }

    #[test]
    fn the_same_key_does_what_fits_the_place() {
        let enter = press(KeyCode::Enter, KeyModifiers::NONE);
        assert_eq!(find(Boot, enter), Some(Act::Begin));
        assert_eq!(find(Guess, enter), Some(Act::Confirm));
        assert_eq!(find(Heist, enter), None);
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
        for place in [Boot, Heist, Editor, Guess, Asking, Reveal, Failed, Help, Leaving] {
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
