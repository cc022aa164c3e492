//! What a tool takes: one table for the schema that the client is told and for the check of what it gives. What is wrong is
//! said in words that tell the model what to give instead.

use rmcp::model::JsonObject;
use serde_json::{Value, json};

use super::Refusal;

/// The longest text that is repeated when it is wrong, in characters.
const SHOWN: usize = 60;

/// What may be given.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// A whole number of this to that.
    Whole(u64, u64),
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A text of at most so many characters.
    Text(usize),
    /// Yes or no.
    Flag,
}

/// Something that a tool takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parameter {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) needed: bool,
    pub(super) what: &'static str,
}

/// Something that may be left out.
pub(super) const fn optional(name: &'static str, kind: Kind, what: &'static str) -> Parameter {
    Parameter { name, kind, needed: false, what }
}

/// Something that must be given.
pub(super) const fn needed(name: &'static str, kind: Kind, what: &'static str) -> Parameter {
    Parameter { name, kind, needed: true, what }
}

/// The JSON schema of an object with these.
pub(super) fn schema(parameters: &[Parameter]) -> JsonObject {
    let property = |parameter: &Parameter| {
        let mut schema = match parameter.kind {
            Kind::Whole(least, most) => json!({"type": "integer", "minimum": least, "maximum": most}),
            Kind::Choice(words) => json!({"type": "string", "enum": words}),
            Kind::Text(longest) => json!({"type": "string", "maxLength": longest}),
            Kind::Flag => json!({"type": "boolean"}),
        };
        schema["description"] = parameter.what.into();
        (parameter.name.to_owned(), schema)
    };
    let mut object = JsonObject::new();
    object.insert("type".to_owned(), "object".into());
    object.insert("properties".to_owned(), Value::Object(parameters.iter().map(property).collect()));
    let names: Vec<_> = parameters.iter().filter(|parameter| parameter.needed).map(|it| it.name).collect();
    if !names.is_empty() {
        object.insert("required".to_owned(), names.into());
    }
    object.insert("additionalProperties".to_owned(), false.into());
    object
}

/// What was given, checked.
#[derive(Debug)]
pub(super) struct Arguments(JsonObject);

impl Arguments {
    /// What was given for these.
    ///
    /// # Errors
    /// If something is missing, unknown or of another kind.
    pub(super) fn of(mut given: JsonObject, parameters: &[Parameter]) -> Result<Self, Refusal> {
        // Models like to say that they give nothing.
        given.retain(|_, value| !value.is_null());
        if let Some(name) = given.keys().find(|name| !parameters.iter().any(|it| it.name == *name)) {
            let known: Vec<_> = parameters.iter().map(|it| it.name).collect();
            let known = if known.is_empty() { "no arguments".to_owned() } else { known.join(", ") };
            return Err(Refusal::new(format!("There is no argument {}; this tool takes {known}.", shown(name))));
        }
        for Parameter { name, kind, needed, what } in parameters {
            match given.get(*name) {
                None if *needed => return Err(Refusal::new(format!("The argument {name} is missing: {what}"))),
                None => {}
                Some(value) if kind.takes(value) => {}
                Some(value) => {
                    let (value, words) = (shown(&value.to_string()), kind.words());
                    return Err(Refusal::new(format!("{name} must be {words}, not {value}.")));
                }
            }
        }
        Ok(Self(given))
    }

    pub(super) fn whole(&self, name: &str) -> Option<u64> {
        self.0.get(name)?.as_u64()
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str().map(str::trim)
    }

    pub(super) fn flag(&self, name: &str) -> Option<bool> {
        self.0.get(name)?.as_bool()
    }
}

impl Kind {
    fn takes(self, value: &Value) -> bool {
        match self {
            Self::Whole(least, most) => value.as_u64().is_some_and(|number| (least..=most).contains(&number)),
            Self::Choice(words) => value.as_str().is_some_and(|text| words.contains(&text)),
            Self::Text(longest) => {
                let fits = |text: &str| !text.is_empty() && text.chars().count() <= longest;
                value.as_str().map(str::trim).is_some_and(fits)
            }
            Self::Flag => value.is_boolean(),
        }
    }

    fn words(self) -> String {
        match self {
            Self::Whole(least, most) => format!("a whole number of {least} to {most}"),
            Self::Choice(words) => format!("one of {}", words.join(", ")),
            Self::Text(longest) => format!("a text of 1 to {longest} characters"),
            Self::Flag => "true or false".to_owned(),
        }
    }
}

/// What was given, as it may be repeated.
fn shown(text: &str) -> String {
    crate::text::one_line(text, SHOWN)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TAKEN: &[Parameter] = &[
        needed("agent", Kind::Text(5), "who"),
        optional("turns", Kind::Whole(1, 9), "how many"),
        optional("how", Kind::Choice(&["well", "badly"]), "how"),
        optional("now", Kind::Flag, "now or later"),
    ];

    fn of(given: Value) -> Result<Arguments, String> {
        let Value::Object(given) = given else { panic!("no object") };
        Arguments::of(given, TAKEN).map_err(|refusal| refusal.to_string())
    }

    #[test]
    fn what_fits_is_taken() {
        let taken = of(json!({"agent": " intel", "turns": 9, "how": null, "now": true})).unwrap();
        assert_eq!(
            (taken.text("agent"), taken.whole("turns"), taken.flag("now")),
            (Some("intel"), Some(9), Some(true))
        );
        assert_eq!(taken.text("how"), None);
    }

    #[test]
    fn what_does_not_fit_is_told_with_what_would() {
        for (given, told) in [
            (json!({}), "The argument agent is missing: who"),
            (json!({"agent": "x", "to": 1}), "There is no argument to; this tool takes agent, turns, how, now."),
            (json!({"agent": "x", "turns": 10}), "turns must be a whole number of 1 to 9, not 10."),
            (json!({"agent": "x", "turns": 1.5}), "turns must be a whole number of 1 to 9, not 1.5."),
            (json!({"agent": "x", "turns": "5"}), "turns must be a whole number of 1 to 9, not \"5\"."),
            (json!({"agent": "x", "how": "so"}), "how must be one of well, badly, not \"so\"."),
            (json!({"agent": "x", "now": "yes"}), "now must be true or false, not \"yes\"."),
            (json!({"agent": "  "}), "agent must be a text of 1 to 5 characters, not \" \"."),
            (json!({"agent": "\u{1b}[31m1"}), "agent must be a text of 1 to 5 characters, not \"\\u001b[31m1\"."),
        ] {
            assert_eq!(of(given).unwrap_err(), told);
        }
        assert!(of(json!({"agent": "x".repeat(100_000)})).unwrap_err().len() < 200);
    }

    #[test]
    fn the_schema_says_the_same() {
        let schema = Value::Object(schema(TAKEN));
        assert_eq!(schema["required"], json!(["agent"]));
        assert_eq!(schema["properties"]["turns"]["maximum"], 9);
        assert_eq!(schema["properties"]["how"]["enum"], json!(["well", "badly"]));
    }
}
