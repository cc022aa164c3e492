//! The pace at which the player has left the scripted crew, and whether the heist waits after each turn. Both are kept in the
//! folder for programs' state and not in the configuration file: that one is the player's own, with comments, perhaps a link
//! into a collection of such files, and a key pressed in a game is no reason to write in it. What the file says comes before
//! what is kept here.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use crate::cli::PACES;
use crate::places;

/// Words a minute, where nothing is said and nothing is kept. People read 200 to 250.
const USUAL: u32 = 240;
/// The file has at most so many bytes.
const MOST_BYTES: u64 = 64;
/// What stands in the file where the heist is to wait after each turn.
const BY_TURN: &str = "by-turn";

/// How fast a heist goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kept {
    /// Words a minute.
    pub(super) words: u32,
    /// Whether it waits for the player after each turn.
    pub(super) by_turn: bool,
}

impl Kept {
    /// With what the player has changed in a heist that began so and was left so: what was only said for this time is not
    /// kept.
    pub(super) fn after(self, begun: Self, left: Self) -> Self {
        Self {
            words: if left.words == begun.words { self.words } else { left.words },
            by_turn: if left.by_turn == begun.by_turn { self.by_turn } else { left.by_turn },
        }
    }

    /// As the player left it; what cannot be read, or is no pace, is as if nothing had been kept.
    pub(super) fn recall() -> Self {
        let text = places::pace().ok().and_then(|path| read(&path).ok()).unwrap_or_default();
        Self::of(&text)
    }

    fn of(text: &str) -> Self {
        let mut words = text.split_whitespace();
        let pace = words.next().and_then(|word| word.parse().ok()).filter(|pace| PACES.contains(&i64::from(*pace)));
        Self { words: pace.unwrap_or(USUAL), by_turn: words.next() == Some(BY_TURN) }
    }

    fn text(self) -> String {
        format!("{}{}\n", self.words, if self.by_turn { format!(" {BY_TURN}") } else { String::new() })
    }

    /// Keeps it for the next heist. That it cannot be kept spoils no game.
    pub(super) fn keep(self) {
        let kept = places::pace().map_err(io::Error::other).and_then(|path| {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::write(path, self.text())
        });
        if let Err(error) = kept {
            tracing::warn!(%error, "the pace cannot be kept");
        }
    }
}

fn read(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    // A pipe would have us wait, perhaps for ever.
    if fs::metadata(path)?.is_file() {
        File::open(path)?.take(MOST_BYTES).read_to_string(&mut text)?;
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_said_for_this_time_is_not_kept_and_what_was_changed_is() {
        let (kept, said) = (Kept { words: 240, by_turn: false }, Kept { words: 120, by_turn: true });
        assert_eq!(kept.after(said, said), kept);
        let slower = Kept { words: 80, by_turn: true };
        assert_eq!(kept.after(said, slower), Kept { words: 80, by_turn: false });
        // And changed back in the next heist.
        assert_eq!(kept.after(said, slower).after(slower, said), Kept { words: 120, by_turn: false });
        let by_itself = Kept { by_turn: false, ..said };
        assert_eq!(slower.after(said, by_itself), Kept { words: 80, by_turn: false });
    }

    #[test]
    fn what_is_kept_is_what_was_left_and_nonsense_is_nothing() {
        for kept in [Kept { words: 120, by_turn: false }, Kept { words: 600, by_turn: true }] {
            assert_eq!(Kept::of(&kept.text()), kept);
        }
        for text in ["", "fast", "0", "4000000000", "-3 by", "99999999999999999999"] {
            assert_eq!(Kept::of(text), Kept { words: USUAL, by_turn: false }, "{text}");
        }
    }
}
