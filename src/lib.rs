//! `heist-tui`: six language-model agents plan a bank heist in a terminal, one of them secretly against the others.

pub mod crew;
pub mod fleet;
pub mod headless;
pub mod heist;
pub mod llm;
pub mod scripted;
pub mod session;
pub mod store;
pub mod suspicion;
pub mod text;
pub mod toolbox;
pub mod tui;
