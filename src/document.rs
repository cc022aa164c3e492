//! A TOML text that a person wrote, taken apart key by key; what is wrong with it is told with its line.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeFloat, DeTable, DeValue};

/// What is wrong with a text, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct Flaw {
    /// The line; counts from 1.
    pub line: usize,
    /// What is wrong, and what to do.
    pub what: String,
}

impl Flaw {
    fn at(text: &str, offset: usize, what: String) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        Self { line: before.matches('\n').count() + 1, what }
    }
}

/// A text that is TOML.
#[derive(Debug)]
pub struct Document<'t> {
    text: &'t str,
    root: Spanned<DeTable<'t>>,
}

impl<'t> Document<'t> {
    /// Takes a text apart.
    ///
    /// # Errors
    /// If it is no TOML.
    pub fn parse(text: &'t str) -> Result<Self, Flaw> {
        let root = DeTable::parse(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            Flaw::at(text, at, format!("this is not TOML: {}", error.message()))
        })?;
        Ok(Self { text, root })
    }

    /// The whole document.
    #[must_use]
    pub fn root(&self) -> Table<'_> {
        Table { text: self.text, span: self.root.span(), entries: self.root.get_ref() }
    }
}

/// A table of the document.
#[derive(Clone, Debug)]
pub struct Table<'d> {
    text: &'d str,
    span: Range<usize>,
    entries: &'d DeTable<'d>,
}

impl<'d> Table<'d> {
    /// A flaw of the whole table.
    #[must_use]
    pub fn flaw(&self, what: String) -> Flaw {
        Flaw::at(self.text, self.span.start, what)
    }

    /// Sees to it that the table has no keys but these.
    ///
    /// # Errors
    /// The first key that is none of them, with the one it is most like.
    pub fn only(&self, known: &[&str]) -> Result<(), Flaw> {
        let stranger = self.entries.keys().filter(|key| !known.contains(&key.get_ref().as_ref()));
        let Some(key) = stranger.min_by_key(|key| key.span().start) else { return Ok(()) };
        let likeness = |known: &&&str| strsim::jaro_winkler(known, key.get_ref());
        let nearest = known.iter().max_by(|one, other| likeness(one).total_cmp(&likeness(other))).unwrap_or(&"");
        let (key_name, all) = (key.get_ref(), known.join(", "));
        let what = format!("there is no key {key_name:?} here; did you mean {nearest:?}? There are {all}");
        Err(Flaw::at(self.text, key.span().start, what))
    }

    /// The value of a key, if it is there.
    #[must_use]
    pub fn get(&self, key: &'d str) -> Option<Value<'d>> {
        let spanned = self.entries.get(key)?;
        Some(Value { key, text: self.text, spanned })
    }
}

/// A value of the document.
#[derive(Clone, Copy, Debug)]
pub struct Value<'d> {
    key: &'d str,
    text: &'d str,
    spanned: &'d Spanned<DeValue<'d>>,
}

impl<'d> Value<'d> {
    /// The line it stands in; counts from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.flaw("").line
    }

    /// A flaw of this value; `what` follows its key.
    #[must_use]
    pub fn flaw(&self, what: &str) -> Flaw {
        Flaw::at(self.text, self.spanned.span().start, format!("{} {what}", self.key))
    }

    fn must_be(&self, what: &str) -> Flaw {
        self.flaw(&format!("must be {what}, not {}", kind(self.spanned.get_ref())))
    }

    /// The value as a text.
    ///
    /// # Errors
    /// If it is something else.
    pub fn text(&self) -> Result<&'d str, Flaw> {
        self.spanned.get_ref().as_str().ok_or_else(|| self.must_be("a text in quotes"))
    }

    /// The value as a whole number.
    ///
    /// # Errors
    /// If it is something else.
    pub fn number(&self) -> Result<i64, Flaw> {
        let number = self.spanned.get_ref().as_integer();
        let number = number.and_then(|number| i64::from_str_radix(number.as_str(), number.radix()).ok());
        number.ok_or_else(|| self.must_be("a whole number"))
    }

    /// The value as true or false.
    ///
    /// # Errors
    /// If it is something else.
    pub fn truth(&self) -> Result<bool, Flaw> {
        self.spanned.get_ref().as_bool().ok_or_else(|| self.must_be("true or false"))
    }

    /// The value as a number with or without decimals, that is neither infinite nor `nan`.
    ///
    /// # Errors
    /// If it is none.
    pub fn decimal(&self) -> Result<f64, Flaw> {
        let value = self.spanned.get_ref();
        let digits = value.as_float().map(DeFloat::as_str).or_else(|| Some(value.as_integer()?.as_str()));
        let number = digits.and_then(|digits| digits.parse::<f64>().ok()).filter(|number| number.is_finite());
        number.ok_or_else(|| self.must_be("a number"))
    }

    /// The value as a list.
    ///
    /// # Errors
    /// If it is something else.
    pub fn list(&self) -> Result<Vec<Value<'d>>, Flaw> {
        let list = self.spanned.get_ref().as_array().ok_or_else(|| self.must_be("a list in square brackets"))?;
        Ok(list.iter().map(|spanned| Value { spanned, ..*self }).collect())
    }

    /// The value as a table.
    ///
    /// # Errors
    /// If it is something else.
    pub fn table(&self) -> Result<Table<'d>, Flaw> {
        let entries = self.spanned.get_ref().as_table().ok_or_else(|| self.must_be("a table"))?;
        Ok(Table { text: self.text, span: self.spanned.span(), entries })
    }
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a number",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flaw_is_told_with_its_line() {
        let told = |text: &str| Document::parse(text).unwrap_err().to_string();
        assert!(told("a = 1\nb = \n").starts_with("line 2: this is not TOML"), "{}", told("a = 1\nb = \n"));
        let document = Document::parse("a = 1\n\n[b]\ncolor = 2").unwrap();
        let root = document.root();
        assert_eq!(
            root.get("a").unwrap().text().unwrap_err().to_string(),
            "line 1: a must be a text in quotes, not a number"
        );
        let b = root.get("b").unwrap().table().unwrap();
        assert_eq!(
            b.only(&["role", "colour", "name"]).unwrap_err().to_string(),
            "line 4: there is no key \"color\" here; did you mean \"colour\"? There are role, colour, name"
        );
        assert_eq!(b.flaw("x".into()).line, 3);
    }
}
