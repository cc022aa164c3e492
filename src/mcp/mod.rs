//! `mcp`: the bank's tools for MCP clients of others.

mod token;

pub use token::{McpError, token};
