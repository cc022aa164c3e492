//! Asks the judge by the odds of its answers where the server tells them, else for an answer in words.

use super::{Asked, Bench, Extract, in_short, labels, sampled};
use crate::heist::{AgentName, JudgeMethod, Judged};
use crate::llm::{LlmError, OddsAt};

/// Tokens that the judge writes of one suspect.
const SUSPECT_TOKENS: u32 = 60;

/// What stands in place of an extract before anybody has said anything.
const SILENCE: &str = "\n---\nNobody has said anything yet.\n";

/// Where a server tells the odds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    /// It was not asked yet.
    #[default]
    Unknown,
    Nowhere,
    At(OddsAt),
}

/// What was found out of the server of a judge.
#[derive(Clone, Debug, Default)]
pub struct Learnt {
    /// Where it tells the odds.
    odds: Place,
    /// What these are for a crew before anybody has said anything.
    before: Option<(Vec<AgentName>, Vec<f64>)>,
    /// Whether it refuses a schema.
    pub refuses_schema: bool,
}

/// What the judge makes of a crew.
#[derive(Clone, Debug, PartialEq)]
pub struct Weighed {
    /// Everybody, in the crew's order; the scores sum to 1.
    pub agents: Vec<Judged>,
    /// How it was asked.
    pub method: JudgeMethod,
    /// What it was asked for that.
    pub asked: Vec<Asked>,
}

/// Has the judge weigh a crew; none if it gave no answer that could be read. `by_odds` is false where an answer begins with
/// something else than the answer, as that of a model that reasons.
///
/// # Errors
/// If the server does not answer.
pub async fn weigh(
    bench: &dyn Bench,
    crew: &[AgentName],
    extract: &Extract,
    learnt: &mut Learnt,
    by_odds: bool,
) -> Result<Option<Weighed>, LlmError> {
    if by_odds
        && labels::fits(crew.len())
        && let Some(weighed) = with_odds(bench, crew, extract, learnt).await?
    {
        return Ok(Some(weighed));
    }
    in_words(bench, crew, extract, learnt).await
}

/// By the odds; none if the server does not tell them.
async fn with_odds(
    bench: &dyn Bench,
    crew: &[AgentName],
    extract: &Extract,
    learnt: &mut Learnt,
) -> Result<Option<Weighed>, LlmError> {
    let Some(at) = place(bench, crew, extract, learnt).await? else { return Ok(None) };
    let mut asked = Vec::new();
    let known = learnt.before.as_ref().filter(|(names, _)| names == crew).map(|(_, before)| before.clone());
    let before = match known {
        Some(before) => before,
        None => match read(bench, crew, None, at, &mut asked).await? {
            Some(before) => before,
            None => return Ok(None),
        },
    };
    learnt.before = Some((crew.to_vec(), before.clone()));
    let Some(odds) = read(bench, crew, Some(extract), at, &mut asked).await? else { return Ok(None) };
    let judged = crew.iter().zip(labels::scores(&odds, &before)).map(|(agent, score)| Judged {
        agent: agent.clone(),
        score,
        reason: in_short(extract.of(agent).unwrap_or_default()),
    });
    Ok(Some(Weighed { agents: judged.collect(), method: JudgeMethod::Logprobs, asked }))
}

/// Where the server tells the odds; finds it out once.
async fn place(
    bench: &dyn Bench,
    crew: &[AgentName],
    extract: &Extract,
    learnt: &mut Learnt,
) -> Result<Option<OddsAt>, LlmError> {
    match learnt.odds {
        Place::At(at) => return Ok(Some(at)),
        Place::Nowhere => return Ok(None),
        Place::Unknown => {}
    }
    let mut found = None;
    for at in [OddsAt::Chat, OddsAt::Responses] {
        if answer(bench, crew, Some(extract), at, 0, &mut Vec::new()).await?.is_some() {
            found = Some(at);
            break;
        }
    }
    tracing::info!(?found, "where the model server tells how likely an answer is");
    learnt.odds = found.map_or(Place::Nowhere, Place::At);
    Ok(found)
}

/// The mean of the odds over all orders of the crew; without an extract as if nobody had said anything.
async fn read(
    bench: &dyn Bench,
    crew: &[AgentName],
    extract: Option<&Extract>,
    at: OddsAt,
    asked: &mut Vec<Asked>,
) -> Result<Option<Vec<f64>>, LlmError> {
    let mut readings = Vec::new();
    for turned in labels::orders(crew.len()) {
        match answer(bench, crew, extract, at, turned, asked).await? {
            Some(odds) => readings.push(odds),
            None => return Ok(None),
        }
    }
    Ok(Some(labels::mean(&readings)))
}

/// The odds in one order of the crew; none where the server refuses, or gives no odds of letters.
async fn answer(
    bench: &dyn Bench,
    crew: &[AgentName],
    extract: Option<&Extract>,
    at: OddsAt,
    turned: usize,
    asked: &mut Vec<Asked>,
) -> Result<Option<Vec<f64>>, LlmError> {
    let question = Asked {
        // What differs comes last, so that a server reads the rest once.
        text: extract.map_or_else(|| SILENCE.to_owned(), Extract::text) + &labels::ask(crew, turned),
        without_talk: extract.is_none(),
        odds: Some(at),
        max_tokens: 1,
        schema: None,
    };
    let answer = bench.ask(&question).await;
    asked.push(question);
    match answer {
        Ok(reply) => Ok(labels::read(&reply.odds, crew.len(), turned)),
        Err(error) if error.is_no_to_odds() => Ok(None),
        Err(error) => Err(error),
    }
}

/// By an answer in words.
async fn in_words(
    bench: &dyn Bench,
    crew: &[AgentName],
    extract: &Extract,
    learnt: &mut Learnt,
) -> Result<Option<Weighed>, LlmError> {
    let mut question = Asked {
        text: extract.text() + &sampled::ask(crew),
        schema: (!learnt.refuses_schema).then(|| sampled::schema(crew)),
        max_tokens: SUSPECT_TOKENS * sampled::SUSPECTS,
        ..Asked::default()
    };
    let mut answer = bench.ask(&question).await;
    if let (Err(LlmError::SchemaRefused { .. }), Some(_)) = (&answer, &question.schema) {
        learnt.refuses_schema = true;
        question.schema = None;
        answer = bench.ask(&question).await;
    }
    let judged = sampled::read(&answer?.text, crew);
    Ok(judged.map(|agents| Weighed { agents, method: JudgeMethod::Sampled, asked: vec![question] }))
}
