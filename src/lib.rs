//! `heist-tui`: six language-model agents plan a bank heist in a terminal, one of them secretly against the others.
//!
//! The rooms, from the inside out: [`heist`] says what happens, [`crew`] who takes part, [`session`] drives it. Nothing
//! in an inner room imports anything of an outer one.

pub mod crew;
pub mod heist;
pub mod session;
