//! The calculator on chosen expressions, and on any text.

mod exact;

use proptest::prelude::proptest;

use super::number::Number;
use super::parser::{Error, evaluate};

fn shown(expression: &str) -> String {
    evaluate(expression).map_or_else(|error| error.to_string(), |value| value.to_string())
}

#[test]
fn reckons_as_people_do() {
    for (expression, value) in [
        ("45*60", "2700"),
        ("0.1+0.2", "0.3"),
        ("1/3", "0.333333333333"),
        ("1/3*3", "1"),
        ("2/3", "0.666666666667"),
        ("2+3*4", "14"),
        ("(2+3)*4", "20"),
        ("10-4-3", "3"),
        ("2^3^2", "512"),
        ("2**10", "1024"),
        ("-2^2", "-4"),
        ("2^-2", "0.25"),
        ("2*-3", "-6"),
        ("--3", "3"),
        ("+5", "5"),
        ("7%3", "1"),
        ("-7%3", "2"),
        ("(6-18)%24", "12"),
        ("5.5%2", "1.5"),
        ("6×7−2÷1", "40"),
        ("45,000*2", "90000"),
        ("1,234,567.5", "1234567.5"),
        ("max(1,000)", "1"),
        ("max((1,000), 7)", "1000"),
        ("min(3, 1, 2)+max(4,5)", "6"),
        ("round(2.5)", "3"),
        ("round(-2.5)", "-3"),
        ("round(3.14159, 2)", "3.14"),
        ("floor(-1.5)", "-2"),
        ("ceil(1.2)", "2"),
        ("abs(-3)", "3"),
        ("sqrt(16)", "4"),
        ("sqrt(2)", "1.41421356237"),
        ("sqrt(0.25)", "0.5"),
        ("sqrt(2)^2", "2"),
        ("PI", "3.14159265359"),
        ("e", "2.71828182846"),
        ("2*pi*3", "18.8495559215"),
        ("1e3", "1000"),
        ("2.5e-3", "0.0025"),
        (".5", "0.5"),
        ("5.", "5"),
        ("123456789*987654321", "121932631112635269"),
        ("2^100", "1267650600228229401496703205376"),
        ("2^200", "1.60693804426e60"),
        ("1/3e9", "3.33333333333e-10"),
        ("0.1^15", "0.000000000000001"),
        ("0*-1", "0"),
        ("sqrt(2)*3 % 2", "0.242640687119"),
        ("sqrt(50) % (sqrt(2)/9)", "0"),
        ("1^(-170141183460469231731687303715884105727 - 1)", "1"),
        (" 1 +\t2\n", "3"),
    ] {
        assert_eq!(shown(expression), value, "{expression}");
    }
}

#[test]
fn says_what_is_wrong_and_where() {
    for (expression, complaint) in [
        ("", "the expression is empty"),
        ("  ", "the expression is empty"),
        ("1+", "at character 3: a number is expected, but there is the end"),
        ("2 3", "at character 3: an operator is expected, but there is '3' (write * to multiply)"),
        ("2(3)", "at character 2: an operator is expected, but there is '(' (write * to multiply)"),
        ("(1+2", "the parenthesis at character 1 is not closed"),
        ("1)", "at character 2: an operator is expected, but there is ')' (write * to multiply)"),
        ("1,00", "at character 2: an operator is expected, but there is ',' (write * to multiply)"),
        ("×2", "at character 1: a number is expected, but there is '×'"),
        ("1÷0", "at character 2: division by zero"),
        ("1%0", "at character 2: division by zero"),
        ("0^-1", "at character 2: division by zero"),
        ("1e40%7", "at character 5: the remainder is lost in rounding: the number is too many times its divisor"),
        (
            "1e38%(7/9e20)",
            "at character 5: the remainder is lost in rounding: the number is too many times its divisor",
        ),
        ("9^9^9", "at character 2: the result is larger than any number here (about 1.8e308)"),
        ("1e999", "at character 1: the result is larger than any number here (about 1.8e308)"),
        ("sqrt(-1)", "at character 1: there is no real result (a root of a negative number)"),
        ("(-8)^0.5", "at character 5: there is no real result (a root of a negative number)"),
        ("round(1, 0.5)", "at character 1: the number of digits must be an integer from 0 to 12"),
        ("sqrt(1, 2)", "at character 1: sqrt takes one number, not 2"),
        ("min()", "at character 1: min takes one number or more, not 0"),
        ("sin(1)", "at character 1: there is no sin; there is round floor ceil sqrt min max abs, pi, e"),
        (".", "at character 1: a number is expected, but there is '.'"),
        ("__import__", "at character 1: a number is expected, but there is '_'"),
    ] {
        assert_eq!(shown(expression), complaint, "{expression}");
    }
    for bomb in ["(".repeat(900), "-".repeat(900), "2^".repeat(400) + "2", "max(".repeat(200)] {
        assert!(matches!(evaluate(&bomb), Err(Error::TooDeep { at: 33.. })), "{bomb}");
    }
    assert_eq!(evaluate(&"1+".repeat(1000)), Err(Error::TooLong));
    assert_eq!(evaluate(&("1+".repeat(499) + "1")).unwrap(), Number::integer(500));
}

proptest! {
    #[test]
    fn never_panics(text in "[0-9a-z+*/^%(), .e-]{0,80}|\\PC{0,40}") {
        let _ = shown(&text);
    }
}
