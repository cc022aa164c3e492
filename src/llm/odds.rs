//! How likely the first tokens of an answer are, as servers write it.

use serde_json::Value;

/// So many of the likeliest tokens are asked for: the most that any server is known to take.
pub(super) const LIKELIEST: u8 = 20;

/// So many are read, whatever a server sends.
const MOST: usize = 100;

/// The least that counts: some servers write a number that stands for nothing at all.
const LEAST: f64 = -100.0;

/// A certain token's logarithm is 0, and may be written a little above.
const ROUNDED: f64 = 1e-3;

/// The likeliest first tokens with the logarithms of their probabilities, out of a list of the tokens of an answer. It is
/// empty where the server has filled it in with nothing.
pub(super) fn of(tokens: &Value) -> Vec<(String, f64)> {
    let likeliest = tokens[0]["top_logprobs"].as_array().into_iter().flatten().take(MOST);
    let one = |token: &Value| {
        let odds = token["logprob"].as_f64().filter(|odds| *odds < ROUNDED)?;
        Some((token["token"].as_str()?.to_owned(), odds.clamp(LEAST, 0.0)))
    };
    likeliest.filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_no_logarithm_of_a_probability_is_left_out() {
        let likeliest = json!([
            { "token": "A", "logprob": -0.5, "bytes": [65] },
            { "token": " B", "logprob": -9999.0 },
            { "token": "C", "logprob": 0.000_001 },
            { "token": "D", "logprob": null },
            { "token": "E", "logprob": 3.0 },
            { "logprob": -1.0 },
            7,
        ]);
        let found = of(&json!([{ "token": "A", "top_logprobs": likeliest }, { "token": "." }]));
        assert_eq!(found, [("A".into(), -0.5), (" B".into(), LEAST), ("C".into(), 0.0)]);
        for nothing in [json!(null), json!([]), json!({}), json!([{ "token": "A", "top_logprobs": [] }]), json!("A")] {
            assert!(of(&nothing).is_empty(), "{nothing}");
        }
    }
}
