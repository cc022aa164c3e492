//! The calculator service.

mod number;
mod parser;
mod quantity;
mod signs;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::guard::{Caller, Guard};
use crate::refusal::Refusal;
use crate::service::Service;
use crate::table::CALCULATE;
use crate::tool::{self, Told, Tool, Tools};
use crate::wire::Calculate;

struct Calculator;

/// The routes of the service.
pub fn routes(guard: Arc<Guard>) -> Router {
    tool::routes(Arc::new(Calculator), guard)
}

impl Tools for Calculator {
    const SERVICE: Service = Service::Calculator;
    const TOOLS: &'static [Tool] = &[Tool::of(&CALCULATE)];

    async fn told(&self, _: &'static str, _: &Caller) -> Result<Told, Refusal> {
        Ok(Told {
            description: "Calculates with numbers, durations (2 h 45 min, 90 s) and clock times (22:30): + - * / ^ %, \
                          parentheses, round floor ceil sqrt min max abs, pi and e. Such as 22:30 + 1 h 20 min, \
                          (06:00 - 22:12) % 24 h, 100 min / 1 h, or 200 - 15%."
                .to_owned(),
            schema: json!({
                "type": "object",
                "properties": {"expression": {"type": "string", "description": "such as 45*60 or 22:30 + 45 min", "maxLength": parser::LONGEST}},
                "required": ["expression"],
            }),
        })
    }

    /// Calculated right here: an expression is short, and the most costly that were tried took 0.3 ms.
    async fn call(&self, _: &'static str, _: &Caller, arguments: Value) -> Result<Value, Refusal> {
        let Calculate { expression } = tool::arguments(arguments)?;
        answer(&expression)
    }
}

/// What comes out.
pub fn answer(expression: &str) -> Result<Value, Refusal> {
    match parser::evaluate(expression) {
        Ok(value) => Ok(value.to_string().into()),
        Err(error) => Err(Refusal::new(StatusCode::BAD_REQUEST, "expression", error.to_string())),
    }
}
