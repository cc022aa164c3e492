//! Expressions that should take for ever, fill the memory, or be more than arithmetic.

use std::time::{Duration, Instant};

use heist_tools::Service;
use heist_tools::wire::{CALCULATOR, scope};
use serde_json::json;

use crate::door::Door;
use crate::house::House;

#[tokio::test]
async fn expressions_that_are_bombs() {
    for door in Door::BOTH {
        are_bombs(door).await;
    }
}

async fn are_bombs(door: Door) {
    let house = House::by(door, Service::Calculator).await;
    let token = house.token("safecracker", scope::CALCULATE).await;
    let begun = Instant::now();
    let towers = (2..60).map(|height| vec!["9"; height].join("^"));
    let refused = [
        "9^9^9".to_owned(),
        "9**9**9**9".to_owned(),
        "(9^9)^(9^9)".to_owned(),
        "2^1024".to_owned(),
        "10^309".to_owned(),
        "-(10^308)*10".to_owned(),
        "1e999999999999999999999".to_owned(),
        "9.99e308*9".to_owned(),
        "(".repeat(10_000),
        ")".repeat(10_000),
        "(".repeat(10_000) + "1" + &")".repeat(10_000),
        "(".repeat(499) + "1" + &")".repeat(499),
        "-".repeat(1000),
        "-".repeat(999) + "1",
        "+-".repeat(400) + "1",
        "2^".repeat(499) + "2",
        "2^-".repeat(300) + "2",
        "max(".repeat(200) + "1" + &")".repeat(200),
        "sqrt(".repeat(150) + "2" + &")".repeat(150),
        "abs(-".repeat(150) + "2" + &")".repeat(150),
        "1+".repeat(30_000) + "1",
        "9".repeat(60_000),
        "0.".to_owned() + &"0".repeat(60_000) + "1",
        " ".repeat(60_000),
        "9".repeat(1000),
        "1,000".repeat(150),
        "1..2".to_owned(),
        "1/0".to_owned(),
        "1/(1-1)".to_owned(),
        "0^-1".to_owned(),
        "0/0".to_owned(),
        "5%0".to_owned(),
        "(-8)^(1/3)".to_owned(),
        "sqrt(-1)".to_owned(),
        "round(1, 1e9)".to_owned(),
        "round(1, -1)".to_owned(),
        "max()".to_owned(),
        "min(1,)".to_owned(),
        "99999!".to_owned(),
        "1 << 99999999".to_owned(),
        "1;1".to_owned(),
        "1\n1".to_owned(),
        "1\0".to_owned(),
        "0x7fffffff".to_owned(),
        "inf".to_owned(),
        "NaN".to_owned(),
        "__import__('os').system('id')".to_owned(),
        "().__class__.__bases__".to_owned(),
        "eval('1')".to_owned(),
        "require('child_process')".to_owned(),
        "process.exit()".to_owned(),
        "$(id)".to_owned(),
        "`id`".to_owned(),
        "{{7*7}}".to_owned(),
        "${7*7}".to_owned(),
        "=cmd|' /C calc'!A0".to_owned(),
        "1' OR '1'='1".to_owned(),
        "while 1: pass".to_owned(),
        "f(x)=f(x);f(1)".to_owned(),
        "[9]*9999999999".to_owned(),
        "\u{ff11}+\u{ff11}".to_owned(),
        "\u{661}+\u{662}".to_owned(),
        "1\u{200b}+1".to_owned(),
        "\u{202e}1+1".to_owned(),
        "\u{feff}1+1".to_owned(),
        "\u{221e}".to_owned(),
        "2\u{2082}".to_owned(),
        "9\u{2079}".to_owned() + &"\u{2079}".repeat(300),
        "9\u{2079}\u{2079}\u{2079}".to_owned(),
        "\u{221a}".repeat(330) + "2",
        "2^-99999999".to_owned(),
        "1e-300*1e-300".to_owned(),
        "\u{1f4a3}".to_owned(),
    ];
    for expression in refused.into_iter().chain(towers.skip(1)) {
        let what: String = expression.chars().take(60).collect();
        let request = house.call(&token, CALCULATOR, &json!({"expression": expression}));
        house.refused(&what, request, 400, "expression").await;
    }
    let digits = json!({"expression": "9".repeat(1_000_000)});
    house.refused("a megabyte of digits", house.call(&token, CALCULATOR, &digits), 413, "body_too_large").await;
    for arguments in [json!({"expression": 1}), json!({"expression": ["1"]}), json!({"expression": null}), json!({})] {
        let request = house.call(&token, CALCULATOR, &arguments);
        house.refused(&arguments.to_string(), request, 400, "arguments").await;
    }
    assert!(begun.elapsed() < Duration::from_mins(1), "{:?}", begun.elapsed());
}

/// Numbers at the edges of 128 bits, where an operation that is not careful would go over.
#[tokio::test]
async fn numbers_at_the_edge() {
    for door in Door::BOTH {
        at_the_edge(door).await;
    }
}

async fn at_the_edge(door: Door) {
    let house = House::by(door, Service::Calculator).await;
    let token = house.token("safecracker", scope::CALCULATE).await;
    let largest = "170141183460469231731687303715884105727";
    let least = format!("(-{largest}-1)");
    for expression in [
        format!("2^{least}"),
        format!("{least}^{least}"),
        format!("(1/{least})^{least}"),
        format!("1^{least}"),
        format!("-1^{least}"),
        format!("0^-{least}"),
        format!("-{least}"),
        format!("abs({least})"),
        format!("{least}*-1"),
        format!("{least}/-1"),
        format!("{least}%-1"),
        format!("{least}-1"),
        format!("{least}*{least}"),
        format!("1/{least}"),
        format!("1/{least}/{least}"),
        format!("1/{largest}+1/({largest}-1)"),
        format!("floor({least}/3)"),
        format!("ceil({least}/-3)"),
        format!("round({least}/7, 12)"),
        format!("round({largest}, 12)"),
        format!("sqrt({largest})"),
        format!("{largest}%0.000000000001"),
        format!("max({largest}, {largest}+1, {least}, 1/{largest})"),
        format!("min({largest}, {largest}+1, {least}, 1/{largest})"),
        "(2^127)%(1/3)".to_owned(),
        "(1/3)%(2^126)".to_owned(),
        "1e38*1e-38".to_owned(),
        "0.1^400".to_owned(),
        "1e-400".to_owned(),
        "5e-324/2".to_owned(),
        "1.7976931348623157e308%3".to_owned(),
        "1e308%1e-308".to_owned(),
    ] {
        // Some of them have a value, and some are said to have none; none may break off.
        let answer = house.call(&token, CALCULATOR, &json!({"expression": expression})).send().await;
        let answer = answer.unwrap_or_else(|error| panic!("{expression}: {error:?}"));
        assert!(matches!(answer.status().as_u16(), 200 | 400), "{expression}: {}", answer.text().await.unwrap());
    }
    assert_eq!(house.result(&token, CALCULATOR, &json!({"expression": "1+1"})).await, "2");
}
