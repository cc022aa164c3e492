//! What is told at once, and what only when the verdict is reached.
//!
//! Before the verdict a receiver gets what everybody can see: turns and calls, made of the events alone, with their times
//! and the costs that they carry. How often the model was asked in a turn, how long it took and what it counted would tell
//! the mole, and so would the prompts: all that is kept here until the verdict, and dropped if the session is cut off before,
//! since it may go on.

use opentelemetry::KeyValue;

use super::Told;
use super::story::Story;
use crate::heist::{Event, EventKind};

/// So many spans are kept; their queue behind the verdict is not much longer.
const MOST_HELD: usize = 1_500;

/// So many bytes of what is asked and answered are kept; what comes after is told without it.
const MOST_CONTENT: usize = 16 << 20;

/// What a session tells, in its order.
#[derive(Debug)]
pub(super) struct Book {
    story: Story,
    /// Whether what everybody can see is told at once.
    is_live: bool,
    /// Whether the verdict is reached.
    is_open: bool,
    held: Vec<Told>,
    /// How many bytes of what was asked and answered have been taken in.
    content: usize,
    /// How many questions were asked.
    asked: u32,
}

impl Book {
    /// An empty book; `is_live` if times do not tell who the mole is.
    pub fn new(story: Story, is_live: bool) -> Self {
        Self { story, is_live, is_open: false, held: Vec::new(), content: 0, asked: 0 }
    }

    /// Takes in an event, and gives what may be told.
    pub fn event(&mut self, event: &Event) -> Vec<Told> {
        let mut told = match event.kind {
            EventKind::VerdictReached(_) => {
                self.is_open = true;
                std::mem::take(&mut self.held)
            }
            EventKind::SessionFailed(_) => {
                self.held.clear();
                Vec::new()
            }
            _ => Vec::new(),
        };
        let public = self.story.take(event);
        if self.is_live || self.is_open {
            told.extend(public);
        } else {
            public.into_iter().for_each(|told| self.hold(told));
        }
        told
    }

    /// Takes in what nobody is to see before the verdict, and gives what may be told.
    pub fn private(&mut self, told: Told) -> Vec<Told> {
        if self.is_open {
            return vec![told];
        }
        self.hold(told);
        Vec::new()
    }

    /// The number of the next question, from 1.
    pub fn number(&mut self) -> u32 {
        self.asked += 1;
        self.asked
    }

    /// Whether there is room for what was asked or answered; then it is taken in.
    pub fn has_room(&mut self, said: &KeyValue) -> bool {
        let size = said.value.as_str().len();
        let has_room = self.content + size <= MOST_CONTENT;
        self.content += if has_room { size } else { 0 };
        has_room
    }

    fn hold(&mut self, told: Told) {
        if self.held.len() < MOST_HELD {
            self.held.push(told);
        }
    }
}
