//! The record of a heist: its JSON form, how it is kept, and how a script sees it.
//!
//! The modules are marked as tests, so that their helpers may unwrap as the tests do.

#[cfg(test)]
mod events;
#[cfg(test)]
mod game;
#[cfg(test)]
mod headless;
#[cfg(test)]
mod lost;
#[cfg(test)]
#[path = "../support/schema.rs"]
mod schema;
#[cfg(test)]
mod stats;
#[cfg(test)]
mod store;
