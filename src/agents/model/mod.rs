//! Agents that a language model acts for: what it is asked, how it is asked, and what is made of its answers.

mod acting;
mod bill;
#[cfg(test)]
mod briefs;
mod check;
mod choice;
mod clean;
mod decision;
mod judge;
mod likeness;
mod lines;
mod manner;
mod markup;
mod meter;
mod mind;
mod patience;
mod private;
mod prompt;
mod questions;
mod reading;
mod talk;
mod voice;
mod way;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

pub use judge::Judge;
pub use questions::{Model, Voices};

use super::menu::{Item, Menu};
use super::{Agent, Chosen, Decided, Opinion, Scene, Silence, Spent, Spoken, Turn};

impl Agent for Model {
    fn to_wake(&self) -> Option<&str> {
        Some(self.name())
    }

    fn warm_up<'a>(&'a self, scene: &'a Scene) -> BoxFuture<'a, Result<String, String>> {
        async { self.wake(scene).await.map_err(|error| self.in_words(&error)) }.boxed()
    }

    fn choose<'a>(&'a self, turn: &'a Turn) -> BoxFuture<'a, Result<Chosen, Silence>> {
        async {
            match self.chosen(turn).await {
                Ok(chosen) => Ok(chosen),
                Err(error) => Err(self.silence(&error).await),
            }
        }
        .boxed()
    }

    fn decide<'a>(&'a self, turn: &'a Turn, menu: &'a Menu) -> BoxFuture<'a, Result<Decided, Silence>> {
        async {
            match self.decided(turn, menu).await {
                Ok(decided) => Ok(decided),
                Err(error) => Err(self.silence(&error).await),
            }
        }
        .boxed()
    }

    fn speak<'a>(&'a self, turn: &'a Turn, picked: &'a [Item]) -> BoxFuture<'a, Result<Spoken, Silence>> {
        async {
            let (text, time) = self.spoken(turn, picked).await?;
            let tokens = self.bill(turn, picked, &text).await;
            Ok(Spoken { text, tokens, time })
        }
        .boxed()
    }

    fn can_judge(&self) -> bool {
        true
    }

    fn judge<'a>(&'a self, scene: &'a Scene) -> BoxFuture<'a, Result<Opinion, Silence>> {
        self.judged(scene).boxed()
    }

    fn times_tell(&self) -> bool {
        self.mole_has_own()
    }

    fn spent(&self) -> Spent {
        self.cost()
    }
}
