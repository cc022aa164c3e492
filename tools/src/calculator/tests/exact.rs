//! Numbers, durations and clock times against exact arithmetic without limits.

use std::ops::Range;

use num_rational::BigRational;
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, prop_assert, prop_assert_eq, prop_oneof, proptest};
use proptest::sample::{select, subsequence};

use super::shown;
use crate::calculator::parser::{LONGEST, evaluate};

/// An expression, and its value in exact arithmetic without limits; that of a duration in seconds.
#[derive(Clone, Debug)]
struct Reference {
    text: String,
    value: BigRational,
}

impl Reference {
    /// Whether numerator and denominator have no more than 60 bits, so that whatever is calculated with two such numbers
    /// fits into 128, and the text is short enough for two of them in one expression.
    fn is_small(&self) -> bool {
        self.value.numer().bits().max(self.value.denom().bits()) <= 60 && self.text.len() <= LONGEST / 3
    }

    /// Whether `answer` is the value: exactly if it is a decimal, otherwise to twelve digits.
    fn agrees(&self, answer: &str) -> bool {
        if (&self.value * integer(10).pow(15)).is_integer() {
            decimal(answer) == self.value
        } else {
            right_to_twelve_digits(answer, &self.value)
        }
    }
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

/// Expressions with every operation, and nothing in them that is not small.
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
            operation.apply(&left, &right).filter(Reference::is_small).unwrap_or(left)
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

/// Expressions that may come to anything: to more or to less than any number, or to what is left of two large ones.
fn wild_expressions() -> impl Strategy<Value = Reference> {
    let digits = (1_u32..1_000_000).prop_map(|whole| whole.to_string());
    let numbers = prop_oneof![
        literals(1..1_000),
        (digits, -320_i32..300).prop_map(|(digits, exponent)| {
            let text = format!("{digits}e{exponent}");
            Reference { value: decimal(&text), text }
        }),
    ];
    let powers = (literals(1..1_000), (-400_i32..400).prop_map(Operation::Power));
    let powers = powers.prop_map(|(base, power)| power.apply(&base, &base).unwrap_or(base));
    let operand = prop_oneof![numbers, powers].boxed();
    let operation = select(vec![Operation::Add, Operation::Subtract, Operation::Multiply, Operation::Divide]);
    (operand.clone(), operand, operation)
        .prop_map(|(left, right, operation)| operation.apply(&left, &right).unwrap_or(left))
}

/// Durations with every operation, and nothing in them that is not small.
fn durations() -> impl Strategy<Value = Reference> {
    let parts = vec(literals(0..100), 4).prop_flat_map(|counts| {
        let units = [("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)];
        subsequence(counts.into_iter().zip(units).collect::<Vec<_>>(), 1..=4)
    });
    let leaf = parts.prop_map(|parts| {
        let text: Vec<_> = parts.iter().map(|(count, (unit, _))| format!("{} {unit}", count.text)).collect();
        let seconds = parts.iter().map(|(count, (_, seconds))| &count.value * integer(*seconds));
        Reference { text: text.join(" "), value: seconds.sum() }
    });
    let operation = select(vec![Operation::Add, Operation::Subtract, Operation::Remainder, Operation::Negate]);
    let by_number = select(vec![Operation::Multiply, Operation::Divide]);
    leaf.prop_recursive(4, 16, 2, move |inner| {
        let with_duration = (inner.clone(), inner.clone(), operation.clone());
        let with_number = (inner, literals(0..100), by_number.clone());
        prop_oneof![with_duration, with_number].prop_map(|(left, right, operation)| {
            operation.apply(&left, &right).filter(Reference::is_small).unwrap_or(left)
        })
    })
}

/// How a clock shows so many seconds after some midnight.
fn face(seconds: i64) -> String {
    let seconds = seconds.rem_euclid(86_400);
    match (seconds / 3_600, seconds / 60 % 60, seconds % 60) {
        (hours, minutes, 0) => format!("{hours:02}:{minutes:02}"),
        (hours, minutes, seconds) => format!("{hours:02}:{minutes:02}:{seconds:02}"),
    }
}

proptest! {
    #[test]
    fn small_fractions_are_exact(expression in small_expressions()) {
        let answer = shown(&expression.text);
        prop_assert!(expression.agrees(&answer), "{:?} = {}", expression, answer);
    }

    #[test]
    fn what_outgrows_them_is_right_to_twelve_digits(Reference { text, value } in large_expressions()) {
        let answer = shown(&text);
        prop_assert!(right_to_twelve_digits(&answer, &value), "{} = {}, not {}", text, answer, value);
    }

    #[test]
    fn what_is_answered_is_right(Reference { text, value } in wild_expressions()) {
        if let Ok(answer) = evaluate(&text) {
            let answer = answer.to_string();
            prop_assert!(right_to_twelve_digits(&answer, &value), "{} = {}, not {}", text, answer, value);
        }
    }

    #[test]
    fn durations_are_numbers_of_seconds(duration in durations(), other in durations()) {
        let seconds = shown(&format!("({}) / 1 s", duration.text));
        prop_assert!(duration.agrees(&seconds), "{:?} = {} s", duration, seconds);
        if let Some(ratio) = Operation::Divide.apply(&duration, &other).filter(Reference::is_small) {
            let answer = shown(&ratio.text);
            prop_assert!(ratio.agrees(&answer), "{:?} = {}", ratio, answer);
        }
    }

    #[test]
    fn a_duration_that_is_shown_reads_back_the_same(duration in durations()) {
        let answer = shown(&duration.text);
        let seconds = shown(&format!("({answer}) / 1 s"));
        prop_assert!(duration.agrees(&seconds), "{:?} = {} = {} s", duration, answer, seconds);
    }

    #[test]
    fn clock_times_go_round(start in 0_i64..86_400, end in 0_i64..86_400, step in -1_000_000_i64..1_000_000) {
        let (from, to) = (face(start), face(end));
        prop_assert_eq!(&shown(&from), &from);
        prop_assert_eq!(shown(&format!("({to} - {from}) / 1 s")), (end - start).to_string());
        prop_assert_eq!(shown(&format!("{from} + {step} * 1 s")), face(start + step));
        prop_assert_eq!(shown(&format!("{from} - {step} * 1 s")), face(start - step));
    }

    #[test]
    fn a_step_on_the_clock_is_what_lies_between(start in 0_i64..86_400, step in durations()) {
        let Reference { text: step, .. } = step;
        let from = face(start);
        for between in [format!("({from} + ({step})) - {from}"), format!("{from} - ({from} - ({step}))")] {
            prop_assert_eq!(shown(&format!("({between} - ({step})) % 24 h")), "0 min", "{}", between);
        }
    }
}
