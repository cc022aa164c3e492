//! The signs of which expressions are made, as people and programs write them.

use super::quantity::Half;

/// What is done with two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Power,
}

impl Operator {
    /// How tightly it binds to what stands left of it, and to what stands right.
    pub fn binding(self) -> (u8, u8) {
        match self {
            Self::Add | Self::Subtract => (1, 2),
            Self::Multiply | Self::Divide | Self::Remainder => (3, 4),
            Self::Power => (8, 7),
        }
    }
}

/// The operator at the beginning of `text`, and its length in bytes.
pub fn operator(text: &str) -> Option<(Operator, usize)> {
    let c = text.chars().next()?;
    let operator = match c {
        '+' => Operator::Add,
        '-' | '−' | '‐' | '‑' | '‒' | '–' | '—' => Operator::Subtract,
        '*' if text.starts_with("**") => return Some((Operator::Power, 2)),
        '*' | '×' | '·' | '⋅' | '∙' | '•' | '∗' => Operator::Multiply,
        '/' | '÷' | '∕' | '⁄' => Operator::Divide,
        '%' => Operator::Remainder,
        '^' => Operator::Power,
        _ => return None,
    };
    Some((operator, c.len_utf8()))
}

/// The number in small raised digits, such as `²` or `⁻¹`, at the beginning of `text`, and its length in bytes.
pub fn small_number(text: &str) -> Option<(i128, usize)> {
    let digits: String = text.chars().map_while(small_sign).collect();
    let length = text.chars().take(digits.len()).map(char::len_utf8).sum();
    Some((digits.parse().ok()?, length))
}

/// What a small raised character is when it is large.
fn small_sign(c: char) -> Option<char> {
    Some(match c {
        '⁰' => '0',
        '¹' => '1',
        '²' => '2',
        '³' => '3',
        '⁴' => '4',
        '⁵' => '5',
        '⁶' => '6',
        '⁷' => '7',
        '⁸' => '8',
        '⁹' => '9',
        '⁻' => '-',
        '⁺' => '+',
        _ => return None,
    })
}

/// As much of a text as a complaint quotes.
pub fn clip(text: &str) -> String {
    text.chars().take(20).collect()
}

/// How many bytes of `text` are a number: digits, perhaps in groups of three, a point and digits, an exponent.
pub fn number_length(text: &str, separators: bool) -> usize {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes.iter().skip(from).take_while(|byte| byte.is_ascii_digit()).count();
    let mut length = digits(0);
    if separators && (1..=3).contains(&length) {
        while bytes.get(length) == Some(&b',') && digits(length + 1) == 3 {
            length += 4;
        }
    }
    if bytes.get(length) == Some(&b'.') {
        length += 1 + digits(length + 1);
    }
    if matches!(bytes.get(length), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(length + 1), Some(b'+' | b'-')));
        let exponent = digits(length + 1 + sign);
        // Without digits it is the constant e, which the parser then complains about.
        if exponent > 0 {
            length += 1 + sign + exponent;
        }
    }
    length
}

/// The half of the day at the beginning of `text`, `am` or `p.m.` for example, and its length in bytes.
pub fn half_of_day(text: &str) -> Option<(Half, usize)> {
    const WAYS: [(&str, Half); 6] = [
        ("a.m.", Half::Morning),
        ("p.m.", Half::Afternoon),
        ("a.m", Half::Morning),
        ("p.m", Half::Afternoon),
        ("am", Half::Morning),
        ("pm", Half::Afternoon),
    ];
    let begins = |way: &str| text.get(..way.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(way));
    let (way, half) = WAYS.into_iter().find(|(way, _)| begins(way))?;
    let ends = !text.get(way.len()..)?.starts_with(char::is_alphanumeric);
    ends.then_some((half, way.len()))
}
