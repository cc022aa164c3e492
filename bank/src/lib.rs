//! The banks of the game. One place makes them, one from each seed, and knows all of each: floors and rooms, doors and exits,
//! cameras, guards, alarms, people, the vault and the ways to open it, and the roads away; what of that the documents and
//! tables tell, in which words it can be said, how the floors look from above, and how a plan goes when it is carried out.
//!
//! All of it is pure: a bank follows from its seed and nothing else.

mod alike;
mod bank;
mod building;
mod clock;
mod confusable;
mod documents;
mod facts;
mod first_meridian;
mod flaws;
mod floor_plan;
mod guards;
mod job;
mod make;
mod mended;
mod names;
mod people;
mod plan;
mod puzzle;
mod remarks;
mod roads;
mod search;
mod tables;
mod vault;
mod walk;
mod words;

pub use bank::Bank;
pub use building::{Camera, Cameras, Part, Passage, Place};
pub use clock::{Clock, NoClock};
pub use documents::Document;
pub use facts::{Fact, Hole, Kind, Source, Subject, claims, facts_in_document, facts_in_table, in_words, is_said};
pub use floor_plan::{FloorPlan, Room, Size, Spot};
pub use guards::{Alarm, Alarms, Guard, Guards, LineTest, Responder, Rings, Rounds, Shift};
pub use job::{Film, Outcome, Span, Stage, Stand, Step, Timeline, Tone, Watch, job};
pub use mended::mended;
pub use people::{Cleaners, LogEntry, Person, Trivia};
pub use plan::{Line, NoOption, Plan, Slot};
pub use puzzle::{Puzzle, puzzle};
pub use roads::{Risk, Road, Travel};
pub use tables::{Cell, Column, Table};
pub use vault::{Loot, Method, Noise, Vault};
pub use walk::Walk;
