//! The tools at hand: the same answers as the services', in the same words, without services.

use std::collections::BTreeMap;

use heist_bank::Bank;
use heist_tools::Answers;
use heist_tools::table::ToolRow;
use heist_tools::wire::Problem;

use super::{no_token, no_tool, refused, result_of};
use crate::crew::Crew;
use crate::heist::{AgentName, Answer, ToolCall};

/// A crew's tools in one bank.
pub struct AtHand {
    answers: Answers,
    /// By name, the tools that some of the crew may use.
    tools: BTreeMap<&'static str, &'static ToolRow>,
    /// The scopes of each agent that has any.
    passes: BTreeMap<AgentName, String>,
}

impl AtHand {
    /// The tools of this crew in this bank.
    ///
    /// # Errors
    /// If the bank's database cannot be made.
    pub fn of(bank: &Bank, crew: &Crew) -> Result<Self, Box<Problem>> {
        let opened = crew.iter().flat_map(|persona| &persona.opened);
        let passes = crew.iter().filter(|persona| !persona.opened.is_empty());
        Ok(Self {
            answers: Answers::of(bank)?,
            tools: opened.map(|ability| (ability.tool(), ability.row())).collect(),
            passes: passes.map(|persona| (persona.name.clone(), persona.scopes())).collect(),
        })
    }

    /// How an agent's call comes out.
    #[must_use]
    pub fn call(&self, call: &ToolCall) -> Answer {
        let Some(row) = self.tools.get(&*call.tool) else { return no_tool(call, self.tools.keys().copied()) };
        let Some(scopes) = self.passes.get(&call.agent) else { return no_token(call) };
        match self.answers.call(row, scopes, &call.arguments) {
            Ok(result) => result_of(&result),
            Err(problem) => refused(problem.status, problem.to_string()),
        }
    }
}
