//! Recorded heists in the terminal: one seen again, or all of them to choose from.

use super::{Records, RecordsError, naming, sessions};
use crate::heist::Event;
use crate::store::Loss;
use crate::text::for_shell;
use crate::tui::{self, Look, Model, Next, Screen};

impl Records {
    /// Shows a recorded heist in the terminal, with a timeline.
    ///
    /// # Errors
    /// If there is no terminal or no such session, or the terminal or the database fails.
    pub async fn watch(&self, session: &str, look: Look) -> Result<(), RecordsError> {
        let instead = || format!("`heist-tui replay {session} --ci` prints the heist");
        tui::check().map_err(|none| RecordsError::NoTerminal(none, instead()))?;
        let (_, events) = self.report(session)?;
        again(&mut Screen::open(look.mouse)?, events, look).await?;
        Ok(())
    }

    /// Shows all recorded heists in the terminal, to look at, compare and delete; gives what the person wants then, which
    /// is to go back or to leave.
    ///
    /// # Errors
    /// If there is no terminal, or it or the database fails.
    pub async fn browse(&mut self, screen: &mut Screen, look: Look) -> Result<Next, RecordsError> {
        let losses = self.store.losses()?;
        let mut list = tui::browser(screen, self.store.sessions()?, look.clone())?;
        if let Some(Loss { session, what }) = losses.first() {
            list.say(&format!("Session {session}: {what}."));
        }
        loop {
            let next = tui::show(screen, &mut list).await?;
            let answered = match next {
                Next::Open(place) => match self.at(&list, place) {
                    Ok(events) => match again(screen, events, look.clone()).await? {
                        Next::Quit => return Ok(Next::Quit),
                        _ => Ok(()),
                    },
                    Err(error) => Err(error),
                },
                Next::Compare(one, other) => self.beside(&mut list, [one, other]),
                Next::Remove(place) => self.delete(&mut list, place),
                Next::GoOn(place) => {
                    let session = list.session(place).unwrap_or_default();
                    let db = self.named.as_ref().map_or_else(String::new, |db| naming(db));
                    let how = format!("Leave with q and run: heist-tui resume {}{db}", for_shell(session));
                    list.say(&how);
                    Ok(())
                }
                next => return Ok(next),
            };
            // What is wrong with one session is no reason to close the list.
            if let Err(error) = answered {
                list.say(&error.to_string());
            }
        }
    }

    fn at(&self, list: &Model, place: usize) -> Result<Vec<Event>, RecordsError> {
        Ok(self.report(list.session(place).unwrap_or_default())?.1)
    }

    fn beside(&self, list: &mut Model, places: [usize; 2]) -> Result<(), RecordsError> {
        let mut reports = Vec::new();
        for place in places {
            reports.push(self.report(list.session(place).unwrap_or_default())?.0);
        }
        let names = [String::new()].into_iter().chain(reports.iter().map(|report| report.session.clone())).collect();
        list.compare([names].into_iter().chain(sessions::figures(&reports)).collect());
        Ok(())
    }

    fn delete(&mut self, list: &mut Model, place: usize) -> Result<(), RecordsError> {
        if let Some(session) = list.session(place).map(str::to_owned) {
            // Somebody else may have been quicker.
            self.store.remove(&session)?;
            list.removed(place);
        }
        Ok(())
    }
}

/// Shows a heist again; gives what the person wants then.
async fn again(screen: &mut Screen, events: Vec<Event>, look: Look) -> Result<Next, RecordsError> {
    let mut heist = tui::replay(screen, events, look)?;
    Ok(tui::show(screen, &mut heist).await?)
}
