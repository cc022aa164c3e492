//! Reads and calculates an expression in one go: a Pratt parser without a tree.
//!
//! From loose to tight: `+ -`, `* / %`, sign, `^` (to the right). `%` is the remainder, with the sign of the divisor, where
//! a number follows; otherwise it is the sign for hundredths: `200 * 15% + 3` is 33, and `100 - 20% + 5` is 85, since a
//! percentage that is added or taken off is a part of what stands before it. `**` is `^`, `5²` is `5^2`, `√` is `sqrt`;
//! `signs.rs` has the other ways to write these. Numbers may have thousands separators (`45,000`), except among the
//! arguments of a function, where a comma parts arguments: `max(1,000)` has two, `max((1,000))` one.
//!
//! Tighter than all of these, a number and a unit are a duration, and so are several of them with ever smaller units:
//! `2 h 45 min`, or `2h45`. So `min` after a number is the unit, and anywhere else the function. A number of hours and
//! `am` or `pm` are a clock time.

use super::number::Number;
use super::quantity::{self, Quantity, Undefined};
use super::signs::{Operator, clip, half_of_day, number_length, operator, small_number};

/// The longest expression, in bytes.
pub const LONGEST: usize = 1000;
/// How deep parentheses, signs and powers may be nested.
const DEEPEST: usize = 64;

/// What is wrong with an expression, and at which character, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    #[error("the expression is empty")]
    Empty,
    #[error("the expression is longer than {LONGEST} bytes")]
    TooLong,
    #[error("at character {at}: nested deeper than {DEEPEST}")]
    TooDeep { at: usize },
    #[error("at character {at}: a number is expected, but there is {found}")]
    NoOperand { at: usize, found: String },
    #[error("at character {at}: an operator is expected, but there is {found} (write * to multiply)")]
    NoOperator { at: usize, found: String },
    #[error("at character {at}: there is no unit {name}; there is s, min, h, d (write * to multiply)")]
    UnknownUnit { at: usize, name: String },
    #[error("at character {at}: the unit {name} must follow a number, as in 1 {name}")]
    LooseUnit { at: usize, name: String },
    #[error(
        "at character {at}: an operator is expected, or the rest of the duration in a smaller unit, as in 2 h 45 min"
    )]
    NoPart { at: usize },
    #[error(
        "at character {at}: there is no clock time {text}; they go from 0:00 to 24:00, with seconds 22:12:30, or from 12 am \
         to 11:59 pm"
    )]
    NoClock { at: usize, text: String },
    #[error("at character {at}: write 7% - 3 to take 3 from a percentage, or 7 % (-3) for the remainder")]
    Percent { at: usize },
    #[error("the parenthesis at character {at} is not closed")]
    Unclosed { at: usize },
    #[error(
        "at character {at}: there is no {name}; there is round floor ceil sqrt min max abs, pi, e, and units s min h d"
    )]
    UnknownName { at: usize, name: String },
    #[error("at character {at}: {name} takes {takes}, not {given}")]
    Arguments { at: usize, name: String, takes: &'static str, given: usize },
    #[error("at character {at}: {why}")]
    Undefined { at: usize, why: Undefined },
}

/// The value of `expression`.
pub fn evaluate(expression: &str) -> Result<Quantity, Error> {
    if expression.len() > LONGEST {
        return Err(Error::TooLong);
    }
    let mut parser = Parser { source: expression, at: 0, depth: 0, in_arguments: false };
    if parser.peek().is_none() {
        return Err(Error::Empty);
    }
    let value = parser.expression(0)?;
    match parser.peek() {
        None => Ok(value.plain()),
        // As it is asked of a person.
        Some('=') if parser.rest().trim_end() == "=" => Ok(value.plain()),
        Some(_) => Err(parser.no_operator()),
    }
}

struct Parser<'a> {
    source: &'a str,
    /// In bytes.
    at: usize,
    depth: usize,
    /// Whether a comma parts arguments here.
    in_arguments: bool,
}

/// How tightly a sign binds: `-2^2` is -4, `-2*3` is (-2)*3.
const SIGN: u8 = 5;
/// How many minutes an hour has, and seconds a minute.
const SIXTY: Number = Number::integer(60);
/// How tightly a root binds: `√9^2` is (√9)^2.
const ROOT: u8 = 9;

impl Parser<'_> {
    fn rest(&self) -> &str {
        self.source.get(self.at..).unwrap_or_default()
    }

    /// The next character that is not white space; the parser stands before it then.
    fn peek(&mut self) -> Option<char> {
        self.at += self.rest().len() - self.rest().trim_start().len();
        self.rest().chars().next()
    }

    /// Steps over `c` if it is next.
    fn take(&mut self, c: char) -> bool {
        let next = self.peek() == Some(c);
        if next {
            self.at += c.len_utf8();
        }
        next
    }

    /// Where the parser stands, in characters from 1.
    fn position(&self) -> usize {
        self.source.get(..self.at).unwrap_or_default().chars().count() + 1
    }

    fn found(&mut self) -> String {
        self.peek().map_or_else(|| "the end".to_owned(), |c| format!("{c:?}"))
    }

    /// The letters that are next.
    fn word(&mut self) -> &str {
        self.peek();
        let length = self.rest().bytes().take_while(u8::is_ascii_alphabetic).count();
        self.rest().get(..length).unwrap_or_default()
    }

    /// What is wrong with that which stands where an operator should.
    fn no_operator(&mut self) -> Error {
        let name = clip(self.word());
        let at = self.position();
        if name.is_empty() {
            Error::NoOperator { at, found: self.found() }
        } else if quantity::unit(&name.to_ascii_lowercase()).is_some() {
            Error::LooseUnit { at, name }
        } else {
            Error::UnknownUnit { at, name }
        }
    }

    fn expression(&mut self, least: u8) -> Result<Quantity, Error> {
        if self.depth == DEEPEST {
            return Err(Error::TooDeep { at: self.position() });
        }
        self.depth += 1;
        let mut value = self.operand()?;
        value = self.with_what_is_behind(value)?;
        while let Some((operator, length)) = self.peek().and_then(|_| operator(self.rest())) {
            let (left, right) = operator.binding();
            if left < least {
                break;
            }
            let at = self.position();
            self.at += length;
            let other = self.expression(right)?;
            value = apply(operator, value, other).map_err(|why| Error::Undefined { at, why })?;
        }
        self.depth -= 1;
        Ok(value)
    }

    /// Takes in what stands behind an operand and belongs to it: small digits, which are its power, and a percent sign.
    fn with_what_is_behind(&mut self, mut value: Quantity) -> Result<Quantity, Error> {
        while self.peek().is_some() {
            let applied = if let Some((exponent, length)) = small_number(self.rest()) {
                let at = self.position();
                self.at += length;
                value.power(Quantity::Number(Number::integer(exponent))).map_err(|why| (at, why))
            } else if self.is_at_percent()? {
                let at = self.position();
                self.at += 1;
                value.percent().map_err(|why| (at, why))
            } else {
                break;
            };
            value = applied.map_err(|(at, why)| Error::Undefined { at, why })?;
        }
        Ok(value)
    }

    /// Whether a percent sign is next, and no remainder.
    fn is_at_percent(&self) -> Result<bool, Error> {
        let Some(behind) = self.rest().strip_prefix('%') else { return Ok(false) };
        let spaced = |text: &str| text.starts_with(char::is_whitespace);
        let next = behind.trim_start();
        match operator(next) {
            Some((Operator::Subtract, length)) => {
                let before = self.source.get(..self.at).unwrap_or_default();
                let sticks = !spaced(next.get(length..).unwrap_or_default());
                // The sign of the number behind it, by its looks.
                let unclear = before.ends_with(char::is_whitespace) && sticks;
                if unclear { Err(Error::Percent { at: self.position() }) } else { Ok(true) }
            }
            Some((Operator::Remainder, _)) => Ok(false),
            Some(_) => Ok(true),
            None => Ok(next.is_empty() || next.starts_with([')', ',', '=']) || small_number(next).is_some()),
        }
    }

    fn operand(&mut self) -> Result<Quantity, Error> {
        match self.peek() {
            Some('0'..='9' | '.') => self.literal(),
            Some('a'..='z' | 'A'..='Z') => self.name(),
            Some('(') => self.group(),
            Some('√') => {
                let at = self.position();
                self.at += '√'.len_utf8();
                self.expression(ROOT)?.square_root().map_err(|why| Error::Undefined { at, why })
            }
            _ => self.signed(),
        }
    }

    /// A sign and its operand.
    fn signed(&mut self) -> Result<Quantity, Error> {
        let at = self.position();
        match operator(self.rest()) {
            Some((Operator::Add, length)) => {
                self.at += length;
                self.expression(SIGN)
            }
            Some((Operator::Subtract, length)) => {
                self.at += length;
                self.expression(SIGN)?.negate().map_err(|why| Error::Undefined { at, why })
            }
            _ => Err(Error::NoOperand { at, found: self.found() }),
        }
    }

    fn group(&mut self) -> Result<Quantity, Error> {
        let at = self.position();
        self.at += 1;
        let outside = std::mem::replace(&mut self.in_arguments, false);
        let value = self.expression(0)?;
        self.in_arguments = outside;
        self.close(at)?;
        Ok(value)
    }

    /// The parenthesis that was opened at character `opened`.
    fn close(&mut self, opened: usize) -> Result<(), Error> {
        if self.take(')') {
            return Ok(());
        }
        match self.peek() {
            None => Err(Error::Unclosed { at: opened }),
            Some(_) => Err(self.no_operator()),
        }
    }

    /// A clock time, a duration or a number.
    fn literal(&mut self) -> Result<Quantity, Error> {
        let at = self.position();
        if self.rest().trim_start_matches(|c: char| c.is_ascii_digit()).starts_with(':') {
            let length = self.rest().bytes().take_while(|byte| matches!(byte, b'0'..=b'9' | b':')).count();
            return self.clock(length);
        }
        let length = number_length(self.rest(), !self.in_arguments);
        if half_of_day(self.rest().get(length..).unwrap_or_default().trim_start()).is_some() {
            return self.clock(length);
        }
        let number = self.number()?;
        let Some(mut unit) = self.unit() else { return Ok(Quantity::Number(number)) };
        let undefined = |why| Error::Undefined { at, why };
        let mut sum = Quantity::duration(number, unit).map_err(undefined)?;
        loop {
            let sticks = self.rest().starts_with(|c: char| c.is_ascii_digit());
            let Some('0'..='9' | '.') = self.peek() else { return Ok(sum) };
            let (at, begin) = (self.position(), self.at);
            let number = self.number()?;
            let digits = self.at - begin;
            let next = match self.unit() {
                // As in 2h45.
                None if sticks && digits <= 2 && number.smaller(SIXTY) != SIXTY => quantity::next_unit(unit),
                named => named,
            };
            unit = next.filter(|next| *next < unit).ok_or(Error::NoPart { at })?;
            sum = Quantity::duration(number, unit).and_then(|part| sum.add(part)).map_err(undefined)?;
        }
    }

    /// The clock time in the next `length` bytes, with the half of the day that is named behind it.
    fn clock(&mut self, length: usize) -> Result<Quantity, Error> {
        let (at, begin) = (self.position(), self.at);
        let text = self.rest().get(..length).unwrap_or_default().to_owned();
        self.at += length;
        self.peek();
        let half = half_of_day(self.rest()).map(|(half, length)| {
            self.at += length;
            half
        });
        quantity::clock(&text, half).ok_or_else(|| {
            let text = if half.is_some() { self.source.get(begin..self.at).unwrap_or_default() } else { &text };
            Error::NoClock { at, text: clip(text) }
        })
    }

    /// Steps over a unit of time if one is next: its seconds.
    fn unit(&mut self) -> Option<i128> {
        let word = self.word();
        let (length, seconds) = (word.len(), quantity::unit(&word.to_ascii_lowercase())?);
        self.at += length;
        Some(seconds)
    }

    fn number(&mut self) -> Result<Number, Error> {
        let at = self.position();
        let length = number_length(self.rest(), !self.in_arguments);
        let text = self.rest().get(..length).unwrap_or_default().replace(',', "");
        if !text.contains(|c: char| c.is_ascii_digit()) {
            return Err(Error::NoOperand { at, found: self.found() });
        }
        self.at += length;
        Number::literal(&text).map_err(|why| Error::Undefined { at, why: why.into() })
    }

    fn name(&mut self) -> Result<Quantity, Error> {
        let at = self.position();
        let length = self.rest().bytes().take_while(u8::is_ascii_alphanumeric).count();
        let name = self.rest().get(..length).unwrap_or_default().to_ascii_lowercase();
        self.at += length;
        match name.as_str() {
            "pi" => Ok(Quantity::Number(Number::Float(std::f64::consts::PI))),
            "e" => Ok(Quantity::Number(Number::Float(std::f64::consts::E))),
            unit if quantity::unit(unit).is_some() && self.peek() != Some('(') => Err(Error::LooseUnit { at, name }),
            "round" | "floor" | "ceil" | "sqrt" | "min" | "max" | "abs" => {
                let arguments = self.arguments()?;
                call(name, &arguments, at)
            }
            _ => Err(Error::UnknownName { at, name: clip(&name) }),
        }
    }

    fn arguments(&mut self) -> Result<Vec<Quantity>, Error> {
        let at = self.position();
        if !self.take('(') {
            return Err(Error::NoOperand { at, found: format!("{}, not a parenthesis", self.found()) });
        }
        if self.take(')') {
            return Ok(Vec::new());
        }
        let outside = std::mem::replace(&mut self.in_arguments, true);
        let mut arguments = vec![self.expression(0)?];
        while self.take(',') {
            arguments.push(self.expression(0)?);
        }
        self.in_arguments = outside;
        self.close(at)?;
        Ok(arguments)
    }
}

fn call(name: String, arguments: &[Quantity], at: usize) -> Result<Quantity, Error> {
    let value = match (name.as_str(), arguments) {
        ("floor", &[x]) => x.floor(),
        ("ceil", &[x]) => x.ceil(),
        ("abs", &[x]) => x.absolute(),
        ("sqrt", &[x]) => x.square_root(),
        ("round", &[x]) => x.round(Quantity::Number(Number::integer(0))),
        ("round", &[x, places]) => x.round(places),
        ("min", &[first, ref rest @ ..]) => rest.iter().try_fold(first, |least, &x| least.smaller(x)),
        ("max", &[first, ref rest @ ..]) => rest.iter().try_fold(first, |most, &x| most.larger(x)),
        (_, arguments) => {
            let takes = match name.as_str() {
                "min" | "max" => "one number or more",
                "round" => "a number, and perhaps how many decimal places",
                _ => "one number",
            };
            return Err(Error::Arguments { at, name, takes, given: arguments.len() });
        }
    };
    value.map_err(|why| Error::Undefined { at, why })
}

fn apply(operator: Operator, left: Quantity, right: Quantity) -> Result<Quantity, Undefined> {
    match operator {
        Operator::Add => left.add(right),
        Operator::Subtract => left.subtract(right),
        Operator::Multiply => left.multiply(right),
        Operator::Divide => left.divide(right),
        Operator::Remainder => left.remainder(right),
        Operator::Power => left.power(right),
    }
}
