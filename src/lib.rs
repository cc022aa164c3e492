//! `heist-tui`: six language-model agents plan a bank heist in a terminal, one of them secretly against the others.
//!
//! The rooms, from the inside out. [`heist`] says what happens, [`crew`] who takes part, [`suspicion`] who seems to be
//! lying: they are pure. [`fleet`] runs the tools, [`toolbox`] takes the agents there, [`llm`] asks a model server,
//! [`agents`] act, [`store`] keeps what happened. [`session`] drives one heist, [`rehearsal`] plays one at once; [`tui`]
//! shows it to a person, [`headless`] to a script, [`mcp`] lets a model play it and others' clients use the tools. [`cli`],
//! [`play`], [`records`], [`analyze`], [`bench`], [`sweep`], [`bank`], [`doctor`] and [`containers`] are the door. Nothing in
//! an inner room imports anything of an outer one.

pub mod agents;
pub mod analyze;
pub mod bank;
pub mod bench;
pub mod cli;
pub mod config;
pub mod containers;
pub mod crew;
pub mod doctor;
pub mod document;
pub mod file;
pub mod fit;
pub mod fleet;
pub mod headless;
pub mod heist;
pub mod interrupt;
pub mod llm;
mod lock;
pub mod mcp;
pub mod output;
mod page;
pub mod places;
pub mod play;
pub mod records;
pub mod rehearsal;
pub mod session;
pub mod store;
pub mod suspicion;
pub mod sweep;
mod table;
pub mod telemetry;
pub mod terms;
pub mod text;
pub mod toolbox;
pub mod tui;
mod views;
pub mod wrap;
pub mod zone;
