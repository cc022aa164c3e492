//! Expressions of all kinds against exact arithmetic without limits.

use std::ops::Range;

use num_rational::BigRational;
use proptest::prelude::{Just, Strategy, prop_assert, prop_assert_eq, prop_oneof, proptest};

use super::shown;
use crate::calculator::parser::LONGEST;

/// An expression, and its value in exact arithmetic without limits.
#[derive(Clone, Debug)]
struct Reference {
    text: String,
    value: BigRational,
}

fn integer(value: i64) -> BigRational {
    BigRational::from_integer(value.into())
}

/// What a decimal such as `-2.5e-3` stands for.
fn decimal(text: &str) -> BigRational {
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: BigRational = format!("{whole}{part}").parse().unwrap();
    digits * integer(10).pow(exponent.parse::<i32>().unwrap() - i32::try_from(part.len()).unwrap())
}

/// Whether `text` is off by less than one in the twelfth digit.
fn right_to_twelve_digits(text: &str, value: &BigRational) -> bool {
    let scientific = format!("{:e}", text.parse::<f64>().unwrap());
    let (_, exponent) = scientific.split_once('e').unwrap();
    let unit = integer(10).pow(exponent.parse::<i32>().unwrap() - 11);
    let off = decimal(text) - value;
    -&unit < off && off < unit
}

/// Numbers with two decimal places or none.
fn literals(whole: Range<u32>) -> impl Strategy<Value = Reference> {
    let decimals = (whole.clone(), 0..100).prop_map(|(whole, part)| format!("{whole}.{part:02}"));
    prop_oneof![whole.prop_map(|whole| whole.to_string()), decimals]
        .prop_map(|text| Reference { value: decimal(&text), text })
}

#[derive(Clone, Copy, Debug)]
enum Operation {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Power(i32),
    Negate,
    Floor,
    Ceil,
    Round,
    RoundTo(i32),
}

impl Operation {
    /// None if it has no value.
    fn apply(self, left: &Reference, right: &Reference) -> Option<Reference> {
        let (a, b) = (&left.value, &right.value);
        let (value, text) = match self {
            Self::Add => (a + b, format!("({}) + ({})", left.text, right.text)),
            Self::Subtract => (a - b, format!("({}) - ({})", left.text, right.text)),
            Self::Multiply => (a * b, format!("({}) * ({})", left.text, right.text)),
            Self::Divide | Self::Remainder if *b == integer(0) => return None,
            Self::Divide => (a / b, format!("({}) / ({})", left.text, right.text)),
            Self::Remainder => (a - (a / b).floor() * b, format!("({}) % ({})", left.text, right.text)),
            Self::Power(..0) if *a == integer(0) => return None,
            Self::Power(n) => (a.pow(n), format!("({}) ^ {n}", left.text)),
            Self::Negate => (-a, format!("-({})", left.text)),
            Self::Floor => (a.floor(), format!("floor({})", left.text)),
            Self::Ceil => (a.ceil(), format!("ceil({})", left.text)),
            Self::Round => (a.round(), format!("round({})", left.text)),
            Self::RoundTo(places) => {
                let scale = integer(10).pow(places);
                ((a * &scale).round() / scale, format!("round({}, {places})", left.text))
            }
        };
        Some(Reference { text, value })
    }
}

/// Expressions of all kinds, in which nothing has a numerator or denominator of more than 60 bits: then also what lies
/// between fits into 128 bits.
fn small_expressions() -> impl Strategy<Value = Reference> {
    let operation = prop_oneof![
        Just(Operation::Add),
        Just(Operation::Subtract),
        Just(Operation::Multiply),
        Just(Operation::Divide),
        Just(Operation::Remainder),
        (-3..=3).prop_map(Operation::Power),
        Just(Operation::Negate),
        Just(Operation::Floor),
        Just(Operation::Ceil),
        Just(Operation::Round),
        (0..=3).prop_map(Operation::RoundTo),
    ];
    literals(0..10_000).prop_recursive(6, 32, 2, move |inner| {
        (inner.clone(), inner, operation.clone()).prop_map(|(left, right, operation)| {
            let bits = |value: &BigRational| value.numer().bits().max(value.denom().bits());
            let small = |made: &Reference| bits(&made.value) <= 60 && made.text.len() <= LONGEST;
            operation.apply(&left, &right).filter(small).unwrap_or(left)
        })
    })
}

/// Expressions that outgrow exact fractions, but in which no digits cancel each other.
fn large_expressions() -> impl Strategy<Value = Reference> {
    let operation = prop_oneof![
        Just(Operation::Add),
        Just(Operation::Multiply),
        Just(Operation::Divide),
        (1..=4).prop_map(Operation::Power),
    ];
    literals(1..1_000_000).prop_recursive(6, 32, 2, move |inner| {
        (inner.clone(), inner, operation.clone()).prop_map(|(left, right, operation)| {
            let range = integer(10).pow(-250)..integer(10).pow(250);
            let fits = |made: &Reference| range.contains(&made.value) && made.text.len() <= LONGEST;
            operation.apply(&left, &right).filter(fits).unwrap_or(left)
        })
    })
}

proptest! {
    #[test]
    fn small_fractions_are_exact(Reference { text, value } in small_expressions()) {
        let answer = shown(&text);
        if (&value * integer(10).pow(15)).is_integer() {
            prop_assert_eq!(decimal(&answer), value, "{}", text);
        } else {
            prop_assert!(right_to_twelve_digits(&answer, &value), "{} = {}, not {}", text, answer, value);
        }
    }

    #[test]
    fn what_outgrows_them_is_right_to_twelve_digits(Reference { text, value } in large_expressions()) {
        let answer = shown(&text);
        prop_assert!(right_to_twelve_digits(&answer, &value), "{} = {}, not {}", text, answer, value);
    }
}
