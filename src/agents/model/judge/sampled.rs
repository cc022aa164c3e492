//! The judge asked for its suspects in words, where the server does not tell how likely an answer is.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{REASON_CHARS, WHO, in_short};
use crate::heist::{AgentName, Judged};

/// The highest score the judge can give.
const HIGHEST: f64 = 10.0;

/// What is added to each score, so that nobody is ever beyond suspicion.
const FLOOR: f64 = 1.0;

/// Agents that the judge names at the most.
pub(super) const SUSPECTS: u32 = 2;

/// What asks for the answer, behind what the judge has read.
#[must_use]
pub(super) fn ask(crew: &[AgentName]) -> String {
    let mut text = format!("{WHO} Name one or two with a reason in a few words and a score from 1 to 10. The crew:");
    for name in crew {
        let _ = write!(text, " {name}");
    }
    text.push_str("\nAnswer {\"suspects\":[{\"agent\":\"…\",\"reason\":\"…\",\"score\":N}]}.");
    text
}

/// The schema of the answer: `{"suspects": [{"agent", "reason", "score": 1 to 10}]}`, one or two of the crew. A small model
/// that is to score everybody gives all the same; to choose is easier.
#[must_use]
pub(super) fn schema(crew: &[AgentName]) -> Value {
    let names: Vec<&str> = crew.iter().map(|name| &**name).collect();
    json!({
        "type": "object",
        "properties": {
            "suspects": {
                "type": "array",
                "minItems": 1,
                "maxItems": SUSPECTS,
                "items": {
                    "type": "object",
                    // The score last: what a model has written by then is all that it can rest on.
                    "properties": {
                        "agent": { "type": "string", "enum": names },
                        "reason": { "type": "string", "maxLength": REASON_CHARS },
                        "score": { "type": "integer", "minimum": 1, "maximum": HIGHEST },
                    },
                    "required": ["agent", "reason", "score"],
                    "additionalProperties": false,
                },
            },
        },
        "required": ["suspects"],
        "additionalProperties": false,
    })
}

/// What an answer makes of each agent, in the crew's order; the scores sum to 1. None if it names nobody of the crew. Whom
/// it leaves out it has nothing against.
#[must_use]
pub(super) fn read(answer: &str, crew: &[AgentName]) -> Option<Vec<Judged>> {
    // A server without structured output may have put something around it.
    let answer: Value = serde_json::from_str(answer.get(answer.find('{')?..=answer.rfind('}')?)?).ok()?;
    let suspects = answer["suspects"].as_array()?;
    let of = |name: &str| suspects.iter().find(|suspect| suspect["agent"] == name);
    if !crew.iter().any(|name| of(name).is_some()) {
        return None;
    }
    let score = |suspect: &Value| suspect["score"].as_f64().filter(|score| score.is_finite()).unwrap_or(1.0);
    let weight = |name: &AgentName| FLOOR + of(name).map_or(0.0, |it| score(it).clamp(0.0, HIGHEST));
    let all: f64 = crew.iter().map(weight).sum();
    let agents = crew.iter().map(|name| {
        let reason = of(name).and_then(|suspect| suspect["reason"].as_str()).unwrap_or_default();
        // A small model may leave the dots of the form where the reason should be.
        let reason = in_short(reason);
        let reason = if reason.contains(char::is_alphanumeric) { reason } else { String::new() };
        Judged { agent: name.clone(), score: weight(name) / all, reason }
    });
    Some(agents.collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn roster() -> Vec<AgentName> {
        ["planner", "hacker", "safecracker", "intel", "driver", "lookout"].map(AgentName::from).to_vec()
    }

    #[test]
    fn the_schema_knows_the_crew() {
        let schema = schema(&roster());
        let names = &schema["properties"]["suspects"]["items"]["properties"]["agent"]["enum"];
        assert_eq!(*names, json!(["planner", "hacker", "safecracker", "intel", "driver", "lookout"]));
        assert!(ask(&roster()).contains("safecracker"));
    }

    #[test]
    fn the_highest_score_is_the_first_suspect() {
        let answer = json!({ "suspects": [
            { "agent": "hacker", "reason": "said  22:30,\nread 22:00", "score": 9 },
            { "agent": "driver", "score": 2 },
            { "agent": "butler", "score": 10 },
        ] });
        let judged = read(&format!("```json\n{answer}\n```"), &roster()).unwrap();
        assert!(judged[1].score > 0.5, "{judged:?}");
        assert_eq!(judged[1].reason, "said 22:30, read 22:00");
        assert!(judged[4].score > judged[0].score);
    }

    proptest! {
        #[test]
        fn whatever_is_answered_the_scores_are_probabilities(scores in prop::collection::vec(any::<f64>(), 6)) {
            let crew = roster();
            let suspect = |(name, score): (&AgentName, &f64)| json!({ "agent": &**name, "reason": "x", "score": score });
            let suspects: Vec<_> = crew.iter().zip(&scores).map(suspect).collect();
            if let Some(judged) = read(&json!({ "suspects": suspects }).to_string(), &crew) {
                let all: f64 = judged.iter().map(|it| it.score).sum();
                prop_assert!((all - 1.0).abs() < 1e-9);
                prop_assert!(judged.iter().all(|it| it.score > 0.0));
            }
        }

        #[test]
        fn what_is_no_answer_is_no_judgement(text in "[ {}\\[\\]a-z:,0-9\"]{0,80}") {
            prop_assert_eq!(read(&text, &roster()), None);
        }
    }
}
