//! What the environment says of the terminal: whether screens can be drawn on it, and with which characters.

use std::env;

/// Why no screens can be drawn here, by the terminal's own name; none if they can.
pub(super) fn draws_nothing() -> Option<String> {
    match env::var("TERM") {
        Ok(term) if term == "dumb" => Some("it calls itself dumb (TERM=dumb)".to_owned()),
        // Elsewhere nothing has to be said.
        Err(_) if cfg!(unix) => Some("nothing says what it can (TERM is not set)".to_owned()),
        _ => None,
    }
}

/// What asks for nothing but ASCII, as one writes it; none if nothing does. The first of these variables that is set and
/// not empty counts; where none is, nothing is said of characters.
pub(super) fn only_ascii() -> Option<String> {
    let set = |name: &'static str| env::var(name).ok().filter(|value| !value.is_empty()).map(|value| (name, value));
    let (name, value) = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set)?;
    lacks_utf_8(&value).then(|| format!("{name}={value}"))
}

fn lacks_utf_8(locale: &str) -> bool {
    let lower = locale.to_ascii_lowercase();
    match lower.split_once('.') {
        Some((_, charset)) => !charset.starts_with("utf-8") && !charset.starts_with("utf8"),
        // A language alone may have any characters.
        None => lower == "c" || lower == "posix",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_names_its_characters() {
        for locale in ["C", "POSIX", "en_US.ISO-8859-1", "ja_JP.eucJP"] {
            assert!(lacks_utf_8(locale), "{locale}");
        }
        for locale in ["C.UTF-8", "C.utf8", "tr_TR.UTF-8", "ca_ES.UTF-8@valencia", "de_DE", "UTF-8"] {
            assert!(!lacks_utf_8(locale), "{locale}");
        }
    }
}
