//! Tool usage: tools used not at all, wrongly, or beyond one's scopes. A call that fails is no sign.

use heist_tools::table::calculates;

use super::{Sign, doublings};
use crate::heist::{Family, Phase, ToolCall, ToolDenial};
use crate::suspicion::memory::{Heard, Memory};
use crate::suspicion::text::{self, Shape};
use crate::suspicion::{lexicon, weights};

/// Numbers in calculations that need no source: small ones, and those of hours and shares.
const COMMON_UP_TO: f64 = 6.0;
const COMMON: [f64; 5] = [24.0, 60.0, 100.0, 1000.0, 3600.0];

fn sign(agent: usize, weight: f64, note: String, found_in: &str, quote: &str) -> Sign {
    let quote = (!quote.is_empty()).then(|| text::clip(quote, 160).to_owned());
    Sign { agent, family: Family::ToolUsage, weight, note, found_in: found_in.to_owned(), quote }
}

/// A call beyond the agent's scopes.
pub(in crate::suspicion) fn denied(agent: usize, denial: &ToolDenial) -> Sign {
    let note = format!("tried {}, which is not open to it", text::clip(&denial.tool, 40));
    sign(agent, weights::DENIED, note, &denial.id, "")
}

/// The same call again, after it was answered.
pub(in crate::suspicion) fn asked_again(memory: &Memory, agent: usize, call: &ToolCall) -> Option<Sign> {
    let again = memory.agents.get(agent)?.asked.contains(&asked(call));
    again.then(|| {
        sign(agent, weights::ASKED_AGAIN, "asks for the same thing again".to_owned(), &call.id, &call.arguments)
    })
}

/// A call as it is compared with others.
pub(in crate::suspicion) fn asked(call: &ToolCall) -> String {
    let words: Vec<_> = text::clip(&call.arguments, 400).split_whitespace().map(str::to_lowercase).collect();
    format!("{}:{}", text::clip(&call.tool, 40), words.join(" "))
}

/// A calculation with a figure that no source, no calculation and no message has.
pub(in crate::suspicion) fn figures_from_nowhere(memory: &Memory, agent: usize, call: &ToolCall) -> Option<Sign> {
    if !calculates(&call.tool) || memory.sources.documents == 0 {
        return None;
    }
    let figures: Vec<_> = text::tokens(&call.arguments).iter().filter_map(text::Token::number).collect();
    let strange = figures.iter().filter(|figure| {
        **figure > COMMON_UP_TO
            && !COMMON.iter().any(|common| (common - **figure).abs() < 0.01)
            && !memory.sources.has_number(**figure)
            && !memory.has_said(**figure)
    });
    (strange.count() > 0).then(|| {
        let note = "calculates with a figure from no source".to_owned();
        sign(agent, weights::FIGURES_FROM_NOWHERE, note, &call.id, &call.arguments)
    })
}

/// A document or table that has nothing to do with the phase and that nobody talks of.
pub(in crate::suspicion) fn beside_the_point(memory: &mut Memory, agent: usize, call: &ToolCall) -> Option<Sign> {
    if calculates(&call.tool) {
        return None;
    }
    let phase = memory.phase?;
    // "bank_layout.txt" is about the bank and the layout.
    let tokens = text::tokens(&call.arguments.replace(['_', '.'], " "));
    let asked = memory.vocabulary.content(&tokens);
    let talked_of = asked.iter().any(|word| memory.talk.iter().any(|words| words.binary_search(word).is_ok()));
    if asked.is_empty() || talked_of || tokens.iter().any(|token| memory.topics.has(phase, &token.text)) {
        return None;
    }
    let note = format!("irrelevant to {}", business(phase));
    Some(sign(agent, weights::BESIDE_THE_POINT, note, &call.id, &call.arguments))
}

/// What a phase is about.
const fn business(phase: Phase) -> &'static str {
    match phase {
        Phase::Reconnaissance => "the reconnaissance",
        Phase::Timing => "the timing",
        Phase::EntryAndVault => "the way in and the vault",
        Phase::Getaway => "the getaway",
        Phase::FinalPlan => "the final plan",
    }
}

/// A message that takes neither a figure nor two telling words from what the agent has just fetched for it.
pub(in crate::suspicion) fn result_unused(memory: &Memory, heard: &Heard<'_>) -> Option<Sign> {
    let fetched = memory.agents.get(heard.agent)?.fetched.as_ref()?;
    let takes_figure = heard.words.iter().any(|token| !token.is_word() && fetched.figures.contains(&key(token.shape)));
    let takes_words = text::shared(&heard.content, &fetched.words).count() >= 2;
    (!takes_figure && !takes_words).then(|| {
        let note = "doesn't use what it has just looked up".to_owned();
        sign(heard.agent, weights::RESULT_UNUSED, note, heard.id, &fetched.id)
    })
}

/// A number or time as it is compared.
pub(in crate::suspicion) fn key(shape: Shape) -> String {
    match shape {
        Shape::Number(number) => number.to_string(),
        Shape::Clock(clock) => format!("{clock} o'clock"),
        Shape::Word | Shape::Mark(_) => String::new(),
    }
}

/// An agent with tools that never used one while its peers do.
pub(in crate::suspicion) fn tools_unused(memory: &Memory, heard: &Heard<'_>) -> Option<Sign> {
    let agent = memory.agents.get(heard.agent)?;
    let peers = memory.peers(heard.agent);
    let idle = agent.has_tools && agent.counts.calls == 0 && agent.counts.messages >= 1;
    let peers_call = peers.messages >= weights::PEERS_NEEDED && peers.calls * 2 >= peers.messages;
    (idle && peers_call).then(|| {
        sign(heard.agent, weights::TOOLS_UNUSED, "has used no tool yet, unlike the others".to_owned(), heard.id, "")
    })
}

/// A small find that is offered as if it settled everything, more often than the peers do.
pub(in crate::suspicion) fn overstates(memory: &Memory, heard: &Heard<'_>) -> Option<Sign> {
    let quote = heard.phrase(lexicon::OVERSTATES)?;
    let own = memory.agents.get(heard.agent)?.counts;
    let peers = memory.peers(heard.agent);
    let more = doublings((own.boasts + 1, own.messages + 1), (peers.boasts, peers.messages));
    let note = format!("calls things settled in {} of {} messages", own.boasts + 1, own.messages + 1);
    (more > 0.0).then(|| sign(heard.agent, weights::OVERSTATES * more, note, heard.id, quote))
}
