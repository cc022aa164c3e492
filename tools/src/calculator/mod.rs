//! The calculator service.

mod number;
mod parser;
#[cfg(test)]
mod tests;

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::refusal::Refusal;
use crate::tool::{self, Tool, Tools};
use crate::wire::{CALCULATOR, Calculate, scope};

/// What the service tells of itself.
pub struct Calculator {
    tools: [Tool; 1],
}

impl Calculator {
    pub fn new() -> Self {
        let tool = Tool {
            name: CALCULATOR,
            description: "Reckons with numbers: + - * / ^ %, parentheses, round floor ceil sqrt min max abs, pi and e."
                .to_owned(),
            scope: scope::CALCULATE,
            schema: json!({
                "type": "object",
                "properties": {"expression": {"type": "string", "description": "such as 45*60", "maxLength": parser::LONGEST}},
                "required": ["expression"],
            }),
        };
        Self { tools: [tool] }
    }
}

impl Tools for Calculator {
    fn tools(&self) -> &[Tool] {
        &self.tools
    }

    /// Reckoned right here: an expression is short, and each of its operations takes less than a microsecond.
    async fn call(&self, _: &'static str, arguments: Value) -> Result<Value, Refusal> {
        let Calculate { expression } = tool::arguments(arguments)?;
        match parser::evaluate(&expression) {
            Ok(number) => Ok(number.to_string().into()),
            Err(error) => Err(Refusal::new(StatusCode::BAD_REQUEST, "expression", error.to_string())),
        }
    }
}
