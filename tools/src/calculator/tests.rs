//! The calculator on chosen expressions, and on any text.

mod exact;

use proptest::collection::vec;
use proptest::prelude::{Strategy, prop_assert, prop_assert_eq, prop_oneof, proptest};
use proptest::sample::select;

use super::number::Number;
use super::parser::{Error, evaluate};
use super::quantity::Quantity;

fn shown(expression: &str) -> String {
    evaluate(expression).map_or_else(|error| error.to_string(), |value| value.to_string())
}

#[test]
fn calculates_as_people_do() {
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
fn tells_a_percentage_from_a_remainder() {
    for (expression, value) in [
        ("200 * 15% + 3", "33"),
        ("200*15%+3", "33"),
        ("200*15%-3", "27"),
        ("200 * 15 % - 3", "27"),
        ("100 - 20% + 5", "85"),
        ("80 + 25%", "100"),
        ("80 – 25 %", "60"),
        ("100 + 10% * 50", "105"),
        ("100 - (20%)", "80"),
        ("100 - -20%", "120"),
        ("10% + 5%", "0.15"),
        ("100 + (10% + 5%)", "115"),
        ("200 * 10% - 50% * 4", "18"),
        ("15%", "0.15"),
        ("-15%", "-0.15"),
        ("(15%)*200=", "30"),
        ("50% ^ 2", "0.25"),
        ("√16%", "0.4"),
        ("max(50%, 1/4)", "0.5"),
        ("2 h - 10%", "1 h 48 min"),
        ("50% * 3 h", "1 h 30 min"),
        ("5 % 3", "2"),
        ("-7 % 3", "2"),
        ("7 % (-3)", "-2"),
        ("17%(5)", "2"),
        ("7.5 % min(3, 2)", "1.5"),
        ("10 % √9", "1"),
    ] {
        assert_eq!(shown(expression), value, "{expression}");
    }
    let unclear = "write 7% - 3 to take 3 from a percentage, or 7 % (-3) for the remainder";
    assert_eq!(shown("1 + 7 % -3"), format!("at character 7: {unclear}"));
    assert_eq!(shown("50%%"), "at character 4: a number is expected, but there is '%'");
    assert_eq!(shown("%5"), "at character 1: a number is expected, but there is '%'");
}

#[test]
fn reads_the_signs_that_people_write() {
    for (expression, value) in [
        ("5²", "25"),
        ("2³ + 1", "9"),
        ("-5²", "-25"),
        ("(1+2)² * 2", "18"),
        ("2¹⁰", "1024"),
        ("10⁻² * 5", "0.05"),
        ("2^3²", "512"),
        ("√16", "4"),
        ("√25 + 1", "6"),
        ("3*√(9+16)", "15"),
        ("-√√16", "-2"),
        ("√9²", "9"),
        ("6·7", "42"),
        ("6 ⋅ 7 • 2", "84"),
        ("5–3", "2"),
        ("10 — 4", "6"),
        ("8 − –2", "10"),
        ("9 ∕ 3 ⁄ 2", "1.5"),
        ("45 * 60 =", "2700"),
        ("2+2= ", "4"),
        ("10 pm + 20 min", "22:20"),
        ("10:30 PM + 20 min", "22:50"),
        ("10:30:15pm", "22:30:15"),
        ("12 am", "00:00"),
        ("12 p.m. + 1 h", "13:00"),
        ("12:30 A.M. - 1 h", "23:30"),
        ("max(9 am, 8:15 p.m)", "20:15"),
        ("11 pm - 9 am", "14 h"),
        ("1h30", "1 h 30 min"),
        ("1h05 * 2", "2 h 10 min"),
        ("1h30min", "1 h 30 min"),
        ("2h30 + 5min30", "2 h 35 min 30 s"),
        ("2h30min15", "2 h 30 min 15 s"),
        ("1h30 min", "1 h 30 min"),
    ] {
        assert_eq!(shown(expression), value, "{expression}");
    }
    for (expression, complaint) in [
        ("²", "at character 1: a number is expected, but there is '²'"),
        ("5 = 5", "at character 3: an operator is expected, but there is '=' (write * to multiply)"),
        ("5==", "at character 2: an operator is expected, but there is '=' (write * to multiply)"),
        ("=5", "at character 1: a number is expected, but there is '='"),
        ("2√9", "at character 2: an operator is expected, but there is '√' (write * to multiply)"),
        ("1 + √-4", "at character 5: there is no real result (a root of a negative number)"),
    ] {
        assert_eq!(shown(expression), complaint, "{expression}");
    }
    assert!(matches!(evaluate(&"√".repeat(300)), Err(Error::TooDeep { at: 33.. })));
}

/// What no number here can hold, or too few digits are left of, is refused.
#[test]
fn a_result_that_is_lost_is_no_result() {
    const SMALL: &str = "the result is not 0, but closer to it than any number here (about 2.2e-308)";
    const LOST: &str = "the result is lost in rounding: too few digits of it are certain";
    for (expression, at, why) in [
        ("2^-99999999", 2, SMALL),
        ("10^-400", 3, SMALL),
        ("2⁻⁹⁹⁹⁹⁹", 2, SMALL),
        ("(1/2)^100000", 6, SMALL),
        ("10^-309", 3, SMALL),
        ("1e-400", 1, SMALL),
        ("0.0003e-320", 1, SMALL),
        ("1e-200 * 1e-200", 8, SMALL),
        ("1e-200 / 1e200", 8, SMALL),
        ("1e-307%", 7, SMALL),
        ("1e-400 s", 1, SMALL),
        ("2^200 + 1 - 2^200", 11, LOST),
        ("sqrt(2)^2 - 2", 11, LOST),
        ("pi - 3.14159265359", 4, LOST),
        ("(1 + 1e-12)^1e12", 12, LOST),
        ("1.0000001^1e9", 10, LOST),
    ] {
        assert_eq!(shown(expression), format!("at character {at}: {why}"), "{expression}");
    }
    for (expression, value) in [
        ("10^-300", "1e-300"),
        ("2^-1000", "9.33263618503e-302"),
        ("0.5^1000", "9.33263618503e-302"),
        ("0 * 1e-300 * 1e-300", "0"),
        ("0e-400", "0"),
        ("0^1e30", "0"),
        ("0 / 1e300", "0"),
        ("(-1)^9007199254740993", "-1"),
        ("(-1)^-9007199254740992", "1"),
        ("1e-20 + 1 - 1", "1e-20"),
        ("round(1e-300, 2)", "0"),
        ("7/3^70 - 7/3^70", "0"),
        ("1.000001^10000", "1.01005016203"),
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
        (
            "sin(1)",
            "at character 1: there is no sin; there is round floor ceil sqrt min max abs, pi, e, and units s min h d",
        ),
        (".", "at character 1: a number is expected, but there is '.'"),
        ("__import__", "at character 1: a number is expected, but there is '_'"),
    ] {
        assert_eq!(shown(expression), complaint, "{expression}");
    }
    for bomb in ["(".repeat(900), "-".repeat(900), "2^".repeat(400) + "2", "max(".repeat(200)] {
        assert!(matches!(evaluate(&bomb), Err(Error::TooDeep { at: 33.. })), "{bomb}");
    }
    assert_eq!(evaluate(&"1+".repeat(1000)), Err(Error::TooLong));
    assert_eq!(evaluate(&("1+".repeat(499) + "1")).unwrap(), Quantity::Number(Number::integer(500)));
}

#[test]
fn calculates_with_time() {
    for (expression, value) in [
        ("45 min", "45 min"),
        ("90s", "1 min 30 s"),
        ("200 secs", "3 min 20 s"),
        ("2 h 45 min", "2 h 45 min"),
        ("2h45min20s", "2 h 45 min 20 s"),
        ("1 Hr 90 MINUTES", "2 h 30 min"),
        ("1.5 hours .5 sec", "1 h 30 min 0.5 s"),
        ("3 days 4 h", "76 h"),
        ("1,000 min", "16 h 40 min"),
        ("2e3 s", "33 min 20 s"),
        ("0 h", "0 min"),
        ("-2 h 45 min", "-2 h 45 min"),
        ("2 h -45 min", "1 h 15 min"),
        ("45 * 60 s", "45 min"),
        ("2 h 45 min * 2", "5 h 30 min"),
        ("10 - 90 min / 30 min", "7"),
        ("0.1 s + 0.2 s", "0.3 s"),
        ("1 h / 3", "20 min"),
        ("1 h / 7", "8 min 34.285714286 s"),
        ("1 h / 7 * 7", "1 h"),
        ("1 s / 7", "0.142857142857 s"),
        ("pi * 1 h", "3 h 8 min 29.7335529 s"),
        ("100 min % 45 min", "10 min"),
        ("(-10 h) % 24 h", "14 h"),
        ("abs(45 min - 1 h)", "15 min"),
        ("min(3 h, 45 min, 1 d)", "45 min"),
        ("max(20 min, 1 h - 45 min)", "20 min"),
        ("ceil(100 min / 1 h) * 1 h", "2 h"),
        ("18:00", "18:00"),
        ("5:50", "05:50"),
        ("22:12:30", "22:12:30"),
        ("22:30 + 1 h 20 min", "23:50"),
        ("45 min + 23:30", "00:15"),
        ("0:10 - 20 min", "23:50"),
        ("12:00 + 10 d", "12:00"),
        ("22:12 - 18:00", "4 h 12 min"),
        ("06:00 - 18:00", "-12 h"),
        ("(06:00 - 18:00) % 24 h", "12 h"),
        ("(18:00 - 0:00) / 1 h", "18"),
        ("24:00", "24:00"),
        ("24:00 - 18:00", "6 h"),
        ("24:00 + 0 s", "00:00"),
        ("max(18:00, 5:50)", "18:00"),
        ("min(24:00, 5:50, 18:00)", "05:50"),
        ("0:00 + 1 h / 7", "00:08:34"),
        ("0:00 + 59.5 s", "00:01"),
        ("23:59:59 + 0.5 s", "24:00"),
        // Where fractions of 128-bit integers end.
        ("59.99999999999999999 s", "1 min"),
        ("60.000000000001 s", "1 min 0.000000000001 s"),
        ("1/3 * 1e13 s", "3.33333333333e12 s"),
        ("170141183460469231731687303715884105727 s", "47261439850130342147690917698856696 h 2 min 7 s"),
        ("170141183460469231731687303715884105727 h", "6.12508260458e41 s"),
        ("-170141183460469231731687303715884105727 s - 1 s", "-1.7014118346e38 s"),
        ("1e-300 s", "1e-300 s"),
        ("0:00 + 1e-300 s", "00:00"),
        ("0:00 + 1e-38 s", "00:00"),
    ] {
        assert_eq!(shown(expression), value, "{expression}");
    }
}

#[test]
fn knows_every_name_of_a_unit() {
    for (names, value) in [
        ("s sec secs second seconds", "2 s"),
        ("min mins minute minutes", "2 min"),
        ("h hr hrs hour hours", "2 h"),
        ("d day days", "48 h"),
    ] {
        for name in names.split(' ') {
            assert_eq!(shown(&format!("2 {name}")), value);
            assert_eq!(shown(&format!("2{}", name.to_uppercase())), value);
        }
    }
}

#[test]
fn says_what_is_wrong_with_times_and_what_to_do() {
    const STEP: &str = "only a duration can be added to a clock time or taken from it, as in 18:00 + 45 min";
    const SINCE: &str = "take another clock time from it for a duration, as in 18:00 - 0:00";
    const BARE: &str = "divide by a unit for a number, as in 90 s / 1 min";
    const ALIKE: &str = "all must be numbers, or all durations, or all clock times";
    const REST: &str = "an operator is expected, or the rest of the duration in a smaller unit, as in 2 h 45 min";
    const CLOCKS: &str = "they go from 0:00 to 24:00, with seconds 22:12:30, or from 12 am to 11:59 pm";
    for (expression, complaint) in [
        ("45 min + 3", "at character 8: 45 min and 3 cannot be added: give both a unit, or neither"),
        ("3 - 45 min", "at character 3: 3 and 45 min cannot be subtracted: give both a unit, or neither"),
        ("1 / 2 h", "at character 3: 1 and 2 h cannot be divided: give both a unit, or neither"),
        ("90 min % 60", "at character 8: 1 h 30 min and 60 cannot be divided: give both a unit, or neither"),
        ("2 h * 2 h", "at character 5: 2 h and 2 h cannot be multiplied: one of them must be a number"),
        ("2 ^ 3 h", &format!("at character 3: 2 and 3 h cannot be base and exponent: {BARE}")),
        ("18:00 ** 2", &format!("at character 7: 18:00 and 2 cannot be base and exponent: {SINCE}")),
        ("18:00 + 3", &format!("at character 7: 18:00 and 3 cannot be added: {STEP}")),
        ("18:00 + 06:00", &format!("at character 7: 18:00 and 06:00 cannot be added: {STEP}")),
        ("2 h - 18:00", &format!("at character 5: 2 h and 18:00 cannot be subtracted: {STEP}")),
        ("18:00 * 2", &format!("at character 7: 18:00 and 2 cannot be multiplied: {SINCE}")),
        ("18:00 / 1 h", &format!("at character 7: 18:00 and 1 h cannot be divided: {SINCE}")),
        ("30 h % 24:00", &format!("at character 6: 30 h and 24:00 cannot be divided: {SINCE}")),
        ("2 - -18:00", &format!("at character 5: a sign takes no clock time such as 18:00: {SINCE}")),
        ("abs(18:00)", &format!("at character 1: abs takes no clock time such as 18:00: {SINCE}")),
        ("1 + sqrt(9 min)", &format!("at character 5: sqrt takes no duration such as 9 min: {BARE}")),
        ("round(90 s)", &format!("at character 1: round takes no duration such as 1 min 30 s: {BARE}")),
        ("round(1, 2 h)", &format!("at character 1: round takes no duration such as 2 h: {BARE}")),
        ("floor(1 h)", &format!("at character 1: floor takes no duration such as 1 h: {BARE}")),
        ("ceil(1:00)", &format!("at character 1: ceil takes no clock time such as 01:00: {SINCE}")),
        ("min(2 h, 1)", &format!("at character 1: 2 h and 1 cannot be compared: {ALIKE}")),
        ("max(2 h, 18:00)", &format!("at character 1: 2 h and 18:00 cannot be compared: {ALIKE}")),
        ("2 h / 0", "at character 5: division by zero"),
        ("2 h % 0 s", "at character 5: division by zero"),
        ("2 h 45", &format!("at character 5: {REST}")),
        ("45 min 2 h", &format!("at character 8: {REST}")),
        ("2 h 18:00", &format!("at character 5: {REST}")),
        (&"1 s ".repeat(250), &format!("at character 5: {REST}")),
        ("45 minuts", "at character 4: there is no unit minuts; there is s, min, h, d (write * to multiply)"),
        ("2 x 3", "at character 3: there is no unit x; there is s, min, h, d (write * to multiply)"),
        ("13 pm", &format!("at character 1: there is no clock time 13 pm; {CLOCKS}")),
        ("1 + 0:30 AM", &format!("at character 5: there is no clock time 0:30 AM; {CLOCKS}")),
        ("22:30 p.m.", &format!("at character 1: there is no clock time 22:30 p.m.; {CLOCKS}")),
        ("10.5 pm", &format!("at character 1: there is no clock time 10.5 pm; {CLOCKS}")),
        ("1,000 pm", &format!("at character 1: there is no clock time 1,000 pm; {CLOCKS}")),
        ("10 pmx", "at character 4: there is no unit pmx; there is s, min, h, d (write * to multiply)"),
        ("10 pm 20", "at character 7: an operator is expected, but there is '2' (write * to multiply)"),
        ("18:00 + 10%", &format!("at character 7: 18:00 and 0.1 cannot be added: {STEP}")),
        ("2 h%", &format!("at character 4: a percent sign takes no duration such as 2 h: {BARE}")),
        ("2 h²", &format!("at character 4: 2 h and 2 cannot be base and exponent: {BARE}")),
        ("2h90", &format!("at character 3: {REST}")),
        ("2h4.5", &format!("at character 3: {REST}")),
        ("2h456", &format!("at character 3: {REST}")),
        ("2d12", &format!("at character 3: {REST}")),
        ("45s30", &format!("at character 4: {REST}")),
        ("2h45:30", "at character 5: an operator is expected, but there is ':' (write * to multiply)"),
        ("(2+3) Min", "at character 7: the unit Min must follow a number, as in 1 Min"),
        ("90/min", "at character 4: the unit min must follow a number, as in 1 min"),
        ("2 min(3,4)", "at character 6: an operator is expected, but there is '(' (write * to multiply)"),
        ("2 h(3)", "at character 4: an operator is expected, but there is '(' (write * to multiply)"),
        ("24:01", &format!("at character 1: there is no clock time 24:01; {CLOCKS}")),
        ("1+25:00", &format!("at character 3: there is no clock time 25:00; {CLOCKS}")),
        ("18:60", &format!("at character 1: there is no clock time 18:60; {CLOCKS}")),
        ("18:00:60", &format!("at character 1: there is no clock time 18:00:60; {CLOCKS}")),
        ("5:5", &format!("at character 1: there is no clock time 5:5; {CLOCKS}")),
        ("005:05", &format!("at character 1: there is no clock time 005:05; {CLOCKS}")),
        ("18:", &format!("at character 1: there is no clock time 18:; {CLOCKS}")),
        (&"1:".repeat(500), &format!("at character 1: there is no clock time 1:1:1:1:1:1:1:1:1:1:; {CLOCKS}")),
        (":30", "at character 1: a number is expected, but there is ':'"),
        ("18 : 00", "at character 4: an operator is expected, but there is ':' (write * to multiply)"),
        ("1e308 h", "at character 1: the result is larger than any number here (about 1.8e308)"),
        (
            "18:00 + 1e300 h",
            "at character 7: the remainder is lost in rounding: the number is too many times its divisor",
        ),
    ] {
        assert_eq!(shown(expression), complaint, "{expression}");
    }
}

/// What expressions are made of, in any order.
fn salads() -> impl Strategy<Value = String> {
    let words = "1 2.5 .5 45 0 1e3 1e300 1e-300 170141183460469231731687303715884105727 18:00 5:50 22:12:30 24:00 99:99 : s min h \
                 day pi e + - * / % ^ ** ( ) ( ) , min( max( abs( round( floor( ceil( sqrt( − × x √ ² ⁻³ · – am pm p.m. = 1h30 15%";
    let words: Vec<_> = words.split_whitespace().collect();
    vec((select(words), select(vec!["", " "])), 0..16)
        .prop_map(|salad| salad.iter().flat_map(|(word, space)| [*word, *space]).collect())
}

proptest! {
    #[test]
    fn never_panics(text in prop_oneof!["[0-9a-z+*/^%(), .:e-]{0,80}", "\\PC{0,40}", salads()]) {
        match evaluate(&text) {
            // What is answered can be asked with.
            Ok(value) => {
                let again = evaluate(&value.to_string());
                let again = again.map(|again| std::mem::discriminant(&again));
                prop_assert_eq!(again, Ok(std::mem::discriminant(&value)), "{} = {}", text, value);
            }
            Err(complaint) => prop_assert!(complaint.to_string().len() < 300, "{}", complaint),
        }
    }
}
