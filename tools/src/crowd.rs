//! Who is served at the same time, and who gives way when there are too many.
//!
//! A request that is being answered never gives way. A connection that waits for its caller does: first one that has no
//! request, then one whose body is not there yet. As fewer requests are answered than there are connections, there is
//! always one that can, and whoever asks for the health of the service is let in.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use crate::metrics::Metrics;

/// Connections at once.
const MOST_CONNECTIONS: usize = 256;
/// Requests under way at once.
const MOST_REQUESTS: usize = MOST_CONNECTIONS - 16;
/// Requests of one address whose bodies are waited for. All callers may have the same address, as those behind a bridge do,
/// so these are enough for a crowd, and leave as many to others.
const MOST_UNFINISHED: usize = MOST_REQUESTS / 2;

/// The connections of one service.
pub struct Crowd {
    // Held for a moment, never across an await; so are the turns, one at a time within it.
    members: Mutex<HashMap<u64, Member>>,
    entered: AtomicU64,
    under_way: AtomicUsize,
    metrics: Arc<Metrics>,
}

struct Member {
    peer: IpAddr,
    turn: Arc<Mutex<Turn>>,
    sent_away: Arc<Notify>,
}

/// Whose turn it is on a connection.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// The caller's, to ask or to take an answer, since then.
    Caller(Instant),
    /// The caller's, to send the rest of a request that began then.
    Body(Instant),
    /// Ours, to answer.
    Ours,
}

impl Crowd {
    pub fn new(metrics: Arc<Metrics>) -> Arc<Self> {
        Arc::new(Self {
            members: Mutex::default(),
            entered: AtomicU64::new(0),
            under_way: AtomicUsize::new(0),
            metrics,
        })
    }

    /// Lets a connection in; if there are too many, another gives way.
    pub fn enter(self: &Arc<Self>, peer: IpAddr) -> Place {
        let mut members = self.members();
        if members.len() >= MOST_CONNECTIONS {
            let idle = |_: IpAddr, turn| if let Turn::Caller(since) = turn { Some(since) } else { None };
            let _ = self.send_away(&mut members, idle) || self.send_away(&mut members, unfinished);
        }
        let turn = Arc::new(Mutex::new(Turn::Caller(Instant::now())));
        let place = Place {
            crowd: Arc::clone(self),
            number: self.entered.fetch_add(1, Ordering::Relaxed),
            peer: peer.to_canonical(),
            turn,
            sent_away: Arc::default(),
        };
        let (turn, sent_away) = (Arc::clone(&place.turn), Arc::clone(&place.sent_away));
        members.insert(place.number, Member { peer: place.peer, turn, sent_away });
        place
    }

    fn members(&self) -> MutexGuard<'_, HashMap<u64, Member>> {
        self.members.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends away whoever waits for the longest time, of those for whom `since` says so. Whether there was one.
    fn send_away(&self, members: &mut HashMap<u64, Member>, since: impl Fn(IpAddr, Turn) -> Option<Instant>) -> bool {
        let waiting =
            members.iter().filter_map(|(&number, member)| Some((since(member.peer, *turn(&member.turn))?, number)));
        let Some((_, number)) = waiting.min() else { return false };
        if let Some(member) = members.remove(&number) {
            member.sent_away.notify_one();
            self.metrics.refused("crowded_out");
        }
        true
    }
}

/// Since when a body is waited for.
fn unfinished(_: IpAddr, turn: Turn) -> Option<Instant> {
    if let Turn::Body(since) = turn { Some(since) } else { None }
}

fn turn(turn: &Mutex<Turn>) -> MutexGuard<'_, Turn> {
    turn.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A connection's place in the crowd, which it leaves with this.
pub struct Place {
    crowd: Arc<Crowd>,
    number: u64,
    peer: IpAddr,
    turn: Arc<Mutex<Turn>>,
    sent_away: Arc<Notify>,
}

impl Place {
    /// A request has come that is to be answered. `None` if too many are under way.
    pub fn begin(self: &Arc<Self>) -> Option<UnderWay> {
        let under_way = UnderWay::new(Arc::clone(&self.crowd));
        let fits = under_way.number <= MOST_REQUESTS;
        (fits || self.crowd.send_away(&mut self.crowd.members(), unfinished)).then_some(under_way)
    }

    /// The turn is ours.
    pub fn ours(&self) {
        *turn(&self.turn) = Turn::Ours;
    }

    /// The turn is the caller's, who has his answer.
    pub fn callers(&self) {
        *turn(&self.turn) = Turn::Caller(Instant::now());
    }

    /// The turn is the caller's, to send the rest of a request that began at `since`.
    pub fn waits_for_body(&self, since: Instant) {
        let before = std::mem::replace(&mut *turn(&self.turn), Turn::Body(since));
        if before == Turn::Body(since) {
            return;
        }
        let of_peer = |peer, turn| if peer == self.peer { unfinished(peer, turn) } else { None };
        let mut members = self.crowd.members();
        let count = members.values().filter(|member| of_peer(member.peer, *turn(&member.turn)).is_some()).count();
        if count > MOST_UNFINISHED {
            self.crowd.send_away(&mut members, of_peer);
        }
    }

    /// Returns when this connection has to give way.
    pub async fn is_sent_away(&self) {
        self.sent_away.notified().await;
    }

    /// Returns when the caller has let `limit` pass without asking anything, or without taking his answer.
    pub async fn is_wasted(&self, limit: Duration) {
        loop {
            let waited = if let Turn::Caller(since) = *turn(&self.turn) { since.elapsed() } else { Duration::ZERO };
            let left = limit.saturating_sub(waited);
            if left.is_zero() {
                return;
            }
            tokio::time::sleep(left).await;
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.crowd.members().remove(&self.number);
    }
}

/// A request under way, as long as this is kept.
pub struct UnderWay {
    crowd: Arc<Crowd>,
    /// How many there are with this one.
    number: usize,
}

impl UnderWay {
    fn new(crowd: Arc<Crowd>) -> Self {
        let number = crowd.under_way.fetch_add(1, Ordering::Relaxed) + 1;
        Self { crowd, number }
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.crowd.under_way.fetch_sub(1, Ordering::Relaxed);
    }
}
