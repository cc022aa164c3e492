//! Older and recent turns within a budget, and summaries in the database.

use proptest::prelude::*;

use super::budget::{characters, divide};
use super::extract::{digest, numbered};
use super::summaries::{Kept, Wanted};
use super::turns::{Entry, Store, Talk};
use super::{Memory, continued};
use crate::wire::{StoreMemory, Turn};

/// Turns with ids and numbers from 1.
pub fn entries(said: &[(&str, &str)]) -> Vec<Entry> {
    let turns = said.iter().zip(1..).map(|((agent, message), turn)| Turn {
        agent: (*agent).to_owned(),
        turn,
        phase: None,
        message: (*message).to_owned(),
    });
    turns.map(|turn| Entry { id: turn.turn.into(), turn }).collect()
}

fn talk(session: &str) -> Talk {
    Talk { session: session.to_owned(), agent: None }
}

#[tokio::test]
async fn nothing_to_shorten() {
    let folder = tempfile::tempdir().unwrap();
    let memory = Memory { store: Store::open(folder.path()).unwrap(), summariser: None };
    let divided = divide(entries(&[("driver", "The van is ready.")]), 100, 5);
    assert_eq!(memory.shorten(talk("s"), &divided).await.unwrap(), (String::new(), "none"));
    let reply = divided.with(String::new(), "none");
    assert_eq!((reply.recent.len(), reply.tokens), (1, 8));
}

#[test]
fn what_a_summary_lacks_stands_beside_it() {
    let said = entries(&[
        ("hacker", "The lock opens at 06:00. Nobody must be there before."),
        ("intel", "24 cameras watch the bank. I count 21 doors."),
        ("driver", "We must wait in Mill Lane."),
    ]);
    let kept = Kept { upto: 2, text: "The lock opens at six; there are 24 cameras. (6:00)".to_owned() };
    assert_eq!(
        continued(kept.clone(), &said, 200),
        format!("{}\nintel, turn 2: I count 21 doors.\ndriver, turn 3: We must wait in Mill Lane.", kept.text)
    );
    assert_eq!(continued(kept.clone(), &said, 70), kept.text);
}

proptest! {
    #[test]
    fn stays_within_the_budget(
        messages in prop::collection::vec("[a-zA-Z0-9 .!?\u{e9}\n]{0,200}", 0..30),
        max_tokens in 16_u32..500,
        recent in 0_u32..10,
        upto in 0_i64..30,
        kept in ".{0,2000}",
    ) {
        let turns: Vec<_> = messages.iter().map(|message| ("lookout", message.as_str())).collect();
        let divided = divide(entries(&turns), max_tokens, recent);
        let room = characters(divided.room) as usize;
        let text = kept.chars().take(room).collect();
        for summary in
            [digest(&divided.older, room, numbered, |_, _| true), continued(Kept { upto, text }, &divided.older, room)]
        {
            let reply = divide(entries(&turns), max_tokens, recent).with(summary, "");
            prop_assert!(reply.tokens <= max_tokens);
            let whole: usize = reply.recent.iter().map(|turn| turn.message.chars().count()).sum();
            prop_assert!(whole + reply.summary.chars().count() <= characters(reply.tokens) as usize);
        }
    }
}

async fn add(store: &Store, turn: u32, message: &str) -> i64 {
    let (session, agent) = ("s".to_owned(), "hacker".to_owned());
    store.add(StoreMemory { session, agent, turn, phase: None, message: message.to_owned() }).await.unwrap()
}

#[tokio::test]
async fn of_a_long_talk_the_end_is_compressed() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let message = "x".repeat(16 * 1024);
    for turn in 1..=70 {
        add(&store, turn, &message).await;
    }
    let turns = store.until(&talk("s"), 69).await.unwrap();
    assert_eq!(turns.iter().map(|entry| entry.turn.turn).collect::<Vec<_>>(), (6..=69).collect::<Vec<_>>());
    assert_eq!(store.last(&talk("s"), 68).await.unwrap().len(), 64, "a mebibyte of them");
}

#[tokio::test]
async fn a_turn_said_again_is_stored_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let first = add(&store, 1, "We go.").await;
    assert_eq!(add(&store, 1, "We go.").await, first);
    assert_ne!(add(&store, 1, "We stay.").await, first, "an agent may say more than one thing in a turn");
    assert_ne!(add(&store, 2, "We go.").await, first, "nor is it bound to say something new");
    let turns = store.last(&talk("s"), 10).await.unwrap();
    let said: Vec<_> = turns.iter().map(|entry| (entry.turn.turn, entry.turn.message.as_str())).collect();
    assert_eq!(said, [(1, "We go."), (1, "We stay."), (2, "We go.")]);
}

#[tokio::test]
async fn the_summary_serves_that_fits_and_covers_most() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    for turn in 1..=12 {
        assert_eq!(add(&store, turn, "We go.").await, i64::from(turn));
    }
    let wanted = |upto: i64, room: u32| Wanted { talk: talk("s"), upto, room };
    let serves = async |upto: i64, room: u32| {
        store.summary(&wanted(upto, room)).await.unwrap().map(|kept| (kept.upto, kept.text.chars().count()))
    };
    store.keep(&wanted(3, 100), "\u{e9}".repeat(300)).await.unwrap();
    store.keep(&wanted(5, 400), "x".repeat(1000)).await.unwrap();
    assert_eq!(serves(2, 100).await, None, "covers turns that are told whole");
    assert_eq!(serves(4, 100).await, Some((3, 300)));
    assert_eq!(serves(5, 100).await, Some((3, 300)), "the longer one does not fit");
    assert_eq!(serves(5, 74).await, None, "does not fit");
    assert_eq!(serves(4, 201).await, None, "says too little");
    assert_eq!(serves(9, 512).await, Some((5, 1000)));
    assert!(store.summary(&Wanted { talk: talk("t"), ..wanted(5, 400) }).await.unwrap().is_none());
    let of_one = Talk { agent: Some("hacker".to_owned()), ..talk("s") };
    assert!(store.summary(&Wanted { talk: of_one, ..wanted(5, 400) }).await.unwrap().is_none());
    let from = async |upto: i64, room: u32| store.beginning(&wanted(upto, room)).await.unwrap().map(|kept| kept.upto);
    assert_eq!((from(5, 100).await, from(6, 100).await, from(6, 801).await), (Some(3), Some(5), None));

    for upto in 4..=12 {
        store.keep(&wanted(upto, 100), "x".to_owned()).await.unwrap();
    }
    assert_eq!((serves(4, 100).await, serves(6, 100).await), (None, Some((6, 1))), "the oldest ones go");

    assert!(store.forget("s".to_owned()).await.unwrap());
    assert_eq!(serves(12, 100).await, None);
    store.keep(&wanted(12, 100), "x".to_owned()).await.unwrap();
    assert_eq!(serves(12, 100).await, None, "made for a session that is forgotten");
}
