//! The calculator over HTTP; what it calculates is tested where it is written.

use heist_tools::Service;
use heist_tools::wire::{CALCULATOR, scope};
use serde_json::json;

use crate::house::House;

#[tokio::test]
async fn answers_in_text_and_complains_in_words() {
    let house = House::with(Service::Calculator).await;
    let token = house.token("safecracker", scope::CALCULATE).await;
    for (expression, result) in
        [("0.1+0.2", "0.3"), ("(06:00 - 22:12) % 24 h / 2", "3 h 54 min"), ("23:30 + 45 min", "00:15")]
    {
        assert_eq!(house.result(&token, CALCULATOR, &json!({"expression": expression})).await, result);
    }
    for (expression, complaint) in [
        ("1/0", "division by zero"),
        ("9^9^9", "larger than any number"),
        (&*"(".repeat(900), "nested deeper than 64"),
        (&*"9".repeat(50_000), "longer than 1000"),
        ("import os", "there is no import"),
        ("45 min + 3", "give both a unit, or neither"),
    ] {
        let problem = house.refusal(&token, CALCULATOR, &json!({"expression": expression})).await;
        assert_eq!(problem.status, 400);
        assert!(problem.detail.contains(complaint), "{}", problem.detail);
    }
    let problem = house.refusal(&token, CALCULATOR, &json!({"sum": "1"})).await;
    assert!(problem.detail.contains("missing field `expression`"), "{}", problem.detail);
}
