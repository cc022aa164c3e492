//! What this program is to others by the Model Context Protocol.

pub mod serve;
mod token;

pub use token::{McpError, token};
