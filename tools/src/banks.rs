//! What a service makes of banks to answer from: for each bank when it is first asked for, and kept while there is room.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use heist_bank::Bank;
use tokio::sync::OnceCell;

use crate::refusal::Refusal;

/// The most banks at once. One takes some 50 KB, and is made again in a few milliseconds.
const MOST: usize = 64;

/// What is made of the last banks that were asked for.
pub struct Banks<T> {
    of_bank: fn(&Bank) -> Result<T, Refusal>,
    // By their last use, the longest ago first. Held for a moment, never while a bank is made.
    kept: Mutex<Vec<Kept<T>>>,
}

struct Kept<T> {
    /// None for `Bank::first_meridian`.
    seed: Option<u64>,
    /// Empty until it is made, for which all wait who ask for it.
    made: Arc<OnceCell<Arc<T>>>,
}

impl<T: Send + Sync + 'static> Banks<T> {
    /// `of_bank` may take some milliseconds: it is called on a thread that may wait.
    pub fn new(of_bank: fn(&Bank) -> Result<T, Refusal>) -> Self {
        Self { of_bank, kept: Mutex::default() }
    }

    /// What was made of the bank of this seed, or of `Bank::first_meridian` where there is none.
    pub async fn of(&self, seed: Option<u64>) -> Result<Arc<T>, Refusal> {
        let made = self.place(seed);
        made.get_or_try_init(|| self.make(seed)).await.cloned()
    }

    /// Where the bank is, or will be when somebody has made it. The one that was not used for longest makes room for it.
    fn place(&self, seed: Option<u64>) -> Arc<OnceCell<Arc<T>>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept.iter().position(|kept| kept.seed == seed);
        if known.is_none() && kept.len() == MOST {
            kept.remove(0);
        }
        let place = known.map_or_else(|| Kept { seed, made: Arc::default() }, |at| kept.remove(at));
        let made = Arc::clone(&place.made);
        kept.push(place);
        made
    }

    async fn make(&self, seed: Option<u64>) -> Result<Arc<T>, Refusal> {
        let (of_bank, begun) = (self.of_bank, Instant::now());
        let making = tokio::task::spawn_blocking(move || of_bank(&Bank::with_seed(seed)));
        let made = making.await.map_err(|error| Refusal::internal(&format!("making a bank: {error}")))??;
        tracing::info!(bank = seed, millis = begun.elapsed().as_secs_f64() * 1000.0, "a bank is made");
        Ok(Arc::new(made))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn a_crowd_that_asks_for_a_new_bank_has_it_made_once() {
        static MADE: AtomicUsize = AtomicUsize::new(0);
        let make = |bank: &Bank| {
            MADE.fetch_add(1, Ordering::Relaxed);
            std::thread::sleep(Duration::from_millis(50));
            Ok(bank.seed)
        };
        let banks = Arc::new(Banks::new(make));
        let callers = (0..256).map(|_| {
            let banks = Arc::clone(&banks);
            tokio::spawn(async move { banks.of(Some(7)).await.unwrap() })
        });
        for caller in callers.collect::<Vec<_>>() {
            assert_eq!(*caller.await.unwrap(), Some(7));
        }
        assert_eq!(MADE.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn a_bank_that_is_being_made_holds_up_no_other() {
        static MAY_END: AtomicBool = AtomicBool::new(false);
        let make = |bank: &Bank| {
            let limit = Instant::now() + Duration::from_mins(1);
            while bank.seed == Some(1) && !MAY_END.load(Ordering::Relaxed) && Instant::now() < limit {
                std::thread::sleep(Duration::from_millis(5));
            }
            Ok(bank.seed)
        };
        let banks = Arc::new(Banks::new(make));
        banks.of(None).await.unwrap();
        let slow = tokio::spawn({
            let banks = Arc::clone(&banks);
            async move { banks.of(Some(1)).await.unwrap() }
        });
        let begins = async {
            while banks.kept.lock().unwrap().len() < 2 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), begins).await.unwrap();
        assert_eq!((*banks.of(None).await.unwrap(), *banks.of(Some(2)).await.unwrap()), (None, Some(2)));
        assert!(!slow.is_finished());
        MAY_END.store(true, Ordering::Relaxed);
        assert_eq!(*slow.await.unwrap(), Some(1));
    }

    #[tokio::test]
    async fn the_bank_that_was_not_used_for_longest_makes_room() {
        let banks = Banks::new(|bank| Ok(bank.seed));
        let most = MOST as u64;
        let first: Vec<_> = {
            let mut kept = Vec::new();
            for seed in 0..most {
                kept.push(banks.of(Some(seed)).await.unwrap());
            }
            kept
        };
        let same =
            async |seed: u64| Arc::ptr_eq(&banks.of(Some(seed)).await.unwrap(), &first[usize::try_from(seed).unwrap()]);
        assert!(same(0).await, "as it was made");
        banks.of(None).await.unwrap();
        banks.of(Some(most)).await.unwrap();
        assert_eq!(banks.kept.lock().unwrap().len(), MOST);
        assert!(same(0).await && same(3).await && same(most - 1).await, "used lately");
        assert!(!same(1).await && !same(2).await, "not used for longest");
        // Who still answers from one that has gone does so.
        assert_eq!(*first[1], Some(1));
    }

    #[tokio::test]
    async fn what_could_not_be_made_is_tried_again() {
        static TRIED: AtomicUsize = AtomicUsize::new(0);
        let banks = Banks::new(|bank| match TRIED.fetch_add(1, Ordering::Relaxed) {
            0 => Err(Refusal::internal(&"no room")),
            1 => panic!("a fault"),
            _ => Ok(bank.seed),
        });
        assert_eq!(banks.of(Some(7)).await.unwrap_err().status, 500);
        assert_eq!(banks.of(Some(7)).await.unwrap_err().status, 500);
        assert_eq!(*banks.of(Some(7)).await.unwrap(), Some(7));
    }
}
