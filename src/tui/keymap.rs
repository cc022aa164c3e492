//! The keys as the person has bound them: the table of keys, with what the configuration file says instead.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::keys::{Act, BINDINGS, Binding, Key, Place};
use super::layouts;

/// What can be bound, by its name in the configuration file. What answers a question or moves a cursor stays where
/// everybody looks for it.
const NAMES: [(&str, Act); 27] = [
    ("pause", Act::Pause),
    ("command", Act::Command),
    ("hint", Act::Hint),
    ("guess", Act::Guess),
    ("turn-by-turn", Act::ByTurn),
    ("faster", Act::Faster),
    ("slower", Act::Slower),
    ("next-agent", Act::NextAgent),
    ("previous-agent", Act::PreviousAgent),
    ("follow", Act::Follow),
    ("pane", Act::View),
    ("only", Act::Only),
    ("unfold", Act::Unfold),
    ("hide", Act::Blind),
    ("mark", Act::Older),
    ("mark-after", Act::Newer),
    ("source", Act::Source),
    ("search", Act::Search),
    ("next-match", Act::Next),
    ("previous-match", Act::Previous),
    ("talk", Act::Talk),
    ("again", Act::Again),
    ("rematch", Act::Rematch),
    ("built-in", Act::BuiltIn),
    ("sessions", Act::Sessions),
    ("help", Act::Help),
    ("quit", Act::Quit),
];

/// The keys that have names of more than a character.
const KEYS: [(&str, KeyCode); 13] = [
    ("enter", KeyCode::Enter),
    ("tab", KeyCode::Tab),
    ("esc", KeyCode::Esc),
    ("backspace", KeyCode::Backspace),
    ("delete", KeyCode::Delete),
    ("insert", KeyCode::Insert),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("f1", KeyCode::F(1)),
];

/// The keys as the person has bound them; at first as the table has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keymap {
    bound: Vec<(Act, Key, String)>,
}

impl Keymap {
    /// What can be bound.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.into_iter().map(|(name, _)| name)
    }

    /// Binds a key in the place of those that the table has: a character, `space`, `ctrl-x`, or a name such as `tab`.
    ///
    /// # Errors
    /// What is wrong with it, and what to do: it is no key, or does something else already.
    pub fn bind(&mut self, name: &str, key: &str) -> Result<(), String> {
        let Some((_, act)) = NAMES.into_iter().find(|(known, _)| *known == name) else {
            return Err(format!(
                "is nothing that a key does: say one of {}",
                Self::names().collect::<Vec<_>>().join(", ")
            ));
        };
        let read =
            read(key).ok_or("is no key: say a character, \"space\", \"tab\", \"enter\", \"up\" or \"ctrl-x\"")?;
        self.bound.retain(|(other, ..)| *other != act);
        self.bound.push((act, read, key.to_owned()));
        Ok(())
    }

    /// Two things that the same key would do in the same place, by their names or what the help says of them.
    #[must_use]
    pub fn clash(&self) -> Option<(&'static str, &'static str)> {
        let said = |binding: &Binding| {
            NAMES.iter().find(|(_, act)| *act == binding.act).map_or(binding.help, |(name, _)| *name)
        };
        BINDINGS.iter().enumerate().find_map(|(index, one)| {
            BINDINGS[..index].iter().find_map(|other| {
                let together = one.places.iter().any(|place| other.places.contains(place));
                let shared = || self.keys(one).iter().any(|key| self.keys(other).iter().any(|own| own.is_same(*key)));
                (together && shared()).then(|| (said(one), said(other)))
            })
        })
    }

    /// What the person has bound in the place of the table's keys. Those with Ctrl stay: Ctrl-C has to end the program.
    fn own(&self, binding: &Binding) -> Option<&(Act, Key, String)> {
        let stays = binding.keys.iter().all(|key| matches!(key, Key::Ctrl(_)));
        self.bound.iter().find(|(act, ..)| !stays && *act == binding.act)
    }

    fn keys<'a>(&'a self, binding: &'a Binding) -> &'a [Key] {
        self.own(binding).map_or(binding.keys, |(_, key, _)| std::slice::from_ref(key))
    }

    /// How the keys of a binding are written.
    pub(super) fn shown(&self, binding: &'static Binding) -> &str {
        self.own(binding).map_or(binding.shown, |(.., shown)| shown)
    }

    /// What a key does in a place: by what it says, or where that means nothing there, by what stands on it in the table's
    /// letters.
    pub(super) fn find(&self, place: Place, key: KeyEvent) -> Option<Act> {
        let said = self.find_exactly(place, key);
        let KeyCode::Char(c) = key.code else { return said };
        let meant =
            || layouts::meant(c).find_map(|c| self.find_exactly(place, KeyEvent { code: KeyCode::Char(c), ..key }));
        said.or_else(meant)
    }

    fn find_exactly(&self, place: Place, key: KeyEvent) -> Option<Act> {
        if key.modifiers.intersects(KeyModifiers::ALT | KeyModifiers::SUPER | KeyModifiers::META) {
            return None;
        }
        let here = || BINDINGS.iter().filter(|binding| binding.places.contains(&place));
        // Who holds Shift means it, also where the key alone does something.
        if key.modifiers.contains(KeyModifiers::SHIFT)
            && let Some(binding) = here().find(|binding| self.keys(binding).contains(&Key::Shift(key.code)))
        {
            return Some(binding.act);
        }
        here().find_map(|binding| self.keys(binding).iter().find_map(|bound| bound.acts(key, binding.act)))
    }
}

fn read(text: &str) -> Option<Key> {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => return (!c.is_control() && !c.is_whitespace()).then_some(Key::Char(c)),
        (None, _) => return None,
        _ => {}
    }
    if let Some(rest) = text.strip_prefix("ctrl-") {
        let mut rest = rest.chars();
        return rest.next().filter(|c| c.is_ascii_lowercase() && rest.next().is_none()).map(Key::Ctrl);
    }
    if text == "space" {
        return Some(Key::Char(' '));
    }
    KEYS.into_iter().find(|(name, _)| *name == text).map(|(_, code)| Key::Code(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(code: KeyCode) -> KeyEvent {
        KeyEvent::new(code, KeyModifiers::NONE)
    }

    #[test]
    fn a_key_takes_the_place_of_the_usual_one() {
        let mut keymap = Keymap::default();
        keymap.bind("pause", "p").unwrap();
        keymap.bind("hint", "ctrl-t").unwrap();
        assert_eq!(keymap.find(Place::Heist, press(KeyCode::Char('p'))), Some(Act::Pause));
        assert_eq!(keymap.find(Place::Heist, press(KeyCode::Char(' '))), None);
        let ctrl_t = KeyEvent::new(KeyCode::Char('t'), KeyModifiers::CONTROL);
        assert_eq!(keymap.find(Place::Heist, ctrl_t), Some(Act::Hint));
        let pause = BINDINGS.iter().find(|binding| binding.act == Act::Pause).unwrap();
        assert_eq!((keymap.shown(pause), keymap.clash()), ("p", None));
    }

    #[test]
    fn what_is_no_key_and_what_is_taken_is_told() {
        let mut keymap = Keymap::default();
        assert!(keymap.bind("pause", "").is_err() && keymap.bind("pause", "ctrl-!").is_err());
        assert!(keymap.bind("dance", "d").unwrap_err().contains("say one of pause, command"));
        assert_eq!(Keymap::default().clash(), None);
        keymap.bind("pause", "g").unwrap();
        assert_eq!(keymap.clash(), Some(("guess", "pause")));
        keymap.bind("pause", "3").unwrap();
        assert!(keymap.clash().is_some(), "digits choose agents");
    }

    #[test]
    fn caps_lock_and_other_layouts_change_no_key_that_means_nothing_else() {
        let find = |place, c| Keymap::default().find(place, press(KeyCode::Char(c)));
        for (typed, act) in [('Q', Act::Quit), ('й', Act::Quit), ('Й', Act::Quit), (';', Act::Quit), ('G', Act::Guess)]
        {
            assert_eq!(find(Place::Heist, typed), Some(act), "{typed}");
        }
        assert_eq!(find(Place::Heist, 'N'), Some(Act::Previous), "it means something itself");
        assert_eq!(find(Place::Heist, 'Т'), Some(Act::Previous), "the same key in Russian, with Shift");
        assert_eq!(find(Place::Heist, 'т'), Some(Act::Next));
        assert_eq!(find(Place::Heist, '"'), Some(Act::Agent(2)), "the digits' row in French");
        assert_eq!(find(Place::Leaving, 'Y'), Some(Act::Confirm));
        for typed in ['Q', 'й', '"'] {
            assert_eq!(find(Place::Editor, typed), None, "it is a letter there");
        }
    }
}
