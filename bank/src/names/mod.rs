//! What banks, people, streets and rooms are called. Only lists: what is drawn from them, and how, is in [`crate::make`].

mod banks;
mod exits;
mod family;
mod given;
mod lists;
mod methods;
mod rooms;
mod streets;

#[cfg(test)]
mod tests;

pub(crate) use banks::{HOUSES, PATTERNS};
pub(crate) use exits::{EXITS, ExitKind, Level};
pub(crate) use family::FAMILY;
pub(crate) use given::GIVEN;
pub(crate) use lists::*;
pub(crate) use methods::{LOUD, LoudMethod, OVERRIDE, QUIET, QuietMethod};
pub(crate) use rooms::*;
pub(crate) use streets::{LAND, STREETS, WATER, WATERWAYS};
