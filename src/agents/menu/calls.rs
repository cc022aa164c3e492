//! The tool calls worth making.

/// A tool call that an agent could make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The tool.
    pub tool: String,
    /// Its argument.
    pub argument: String,
    /// What it is for, in a few words.
    pub words: String,
}
