//! What the tools answer about one bank, without the services around them: for whoever plays a heist in one process, and
//! needs neither sockets nor tokens. The services answer by the same functions.

use heist_bank::Bank;
use serde_json::Value;

use crate::calculator;
use crate::database_query::Security;
use crate::file_reader::{self, Documents};
use crate::refusal::Refusal;
use crate::table::{Gives, ToolRow};
use crate::token::{self, Denied};
use crate::wire::Problem;

/// The tools of one bank.
pub struct Answers {
    documents: Documents,
    security: Security,
}

impl Answers {
    /// Those of this bank.
    ///
    /// # Errors
    /// If its database cannot be made.
    pub fn of(bank: &Bank) -> Result<Self, Box<Problem>> {
        let security = Security::of(bank).map_err(boxed)?;
        Ok(Self { documents: file_reader::of_bank(bank), security })
    }

    /// What a tool answers to its one argument, for a caller with these scopes, which are separated by spaces.
    ///
    /// # Errors
    /// What the service would refuse the call with.
    pub fn call(&self, tool: &ToolRow, scopes: &str, argument: &str) -> Result<Value, Box<Problem>> {
        if !token::grants(scopes, tool.scope) {
            return Err(boxed(Denied::Scope(tool.scope)));
        }
        let answer = match tool.gives {
            Gives::Figure => calculator::answer(argument),
            Gives::Document => file_reader::answer(&self.documents, argument),
            Gives::Rows => self.security.answer(argument.to_owned()),
        };
        answer.map_err(boxed)
    }
}

fn boxed(refusal: impl Into<Refusal>) -> Box<Problem> {
    Box::new(refusal.into().into())
}
