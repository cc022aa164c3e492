//! What is the same for whoever is asked: the shared beginning of every prompt, and where to turn meanwhile.

use std::sync::Arc;

use heist_tools::wire::CompressMemory;
use tokio::sync::mpsc;

use super::report::Report;
use crate::crew::prompt::{self, Fold, ToolNote};
use crate::heist::{Entry, Fault, Input};
use crate::toolbox::Toolbox;

/// The memory service reckons a token as so many characters.
const CHARS_PER_TOKEN: usize = 4;

/// What the memory service counts for a turn besides its text, in characters at the most.
const TURN_CHARS: usize = 64;

/// What is the same for whoever is asked.
#[derive(Clone)]
pub(super) struct Scene {
    /// The session.
    pub session: Arc<str>,
    /// How many rounds it has.
    pub rounds: u32,
    /// The first part of every prompt.
    pub system: Arc<str>,
    /// The crew's way to the tools.
    pub toolbox: Arc<Toolbox>,
    /// What the whole crew has seen, oldest first.
    pub transcript: Arc<[Entry]>,
    /// Takes what comes of it.
    pub report: mpsc::UnboundedSender<Report>,
}

impl Scene {
    /// Reports to the driver.
    pub(super) fn tell(&self, report: Report) {
        // The driver outlives its work.
        let _ = self.report.send(report);
    }

    /// Reports something that went wrong with the model and costs no turn.
    pub(super) fn complain(&self, message: String, retry: bool) {
        self.tell(Report::Input(Input::Fault(Fault { place: "model".into(), message, retry, turn: None })));
    }

    /// The tools that were found.
    pub(super) fn tools(&self) -> Vec<ToolNote<'_>> {
        self.toolbox.tools().collect()
    }

    /// The talk, as the prompt tells it.
    pub(super) fn talk(&self, fold: &Fold) -> String {
        prompt::talk(&self.transcript, self.rounds, fold)
    }

    /// Makes the talk fit: folds its oldest part away if what is left takes more than `room` characters, with a summary
    /// by the memory service in its place. Where that does not answer, the part is left out.
    pub(super) async fn fit(&self, fold: &mut Fold, room: usize) {
        let kept = room.saturating_sub(fold.summary.len());
        let Some(entries) = prompt::fold_at(&self.transcript, self.rounds, fold.entries, kept) else { return };
        *fold = Fold { entries, summary: self.summary(entries, room / 4).await };
        tracing::info!(entries, summary = fold.summary.len(), "the talk's oldest part is told in short");
    }

    /// What was said in the first entries, in at most so many characters.
    async fn summary(&self, entries: usize, chars: usize) -> String {
        let rest = self.transcript[entries..].iter().filter_map(|entry| match entry {
            Entry::Said(message) => Some(message.text.len() + TURN_CHARS),
            _ => None,
        });
        let sizes: Vec<_> = rest.collect();
        let tokens = (chars + sizes.iter().sum::<usize>()) / CHARS_PER_TOKEN;
        let asked = CompressMemory {
            session: self.session.to_string(),
            agent: None,
            max_tokens: u32::try_from(tokens).unwrap_or(u32::MAX),
            recent: u32::try_from(sizes.len()).unwrap_or(u32::MAX),
        };
        match self.toolbox.compressed(&asked).await {
            Ok(memory) => shorten(&memory.summary, chars),
            Err(error) => {
                tracing::warn!(%error, "the talk's oldest part is left out");
                String::new()
            }
        }
    }
}

/// The lines of a summary that fit.
fn shorten(summary: &str, chars: usize) -> String {
    let mut size = 0;
    let fits = summary.lines().take_while(|line| {
        size += line.len() + 1;
        size <= chars
    });
    fits.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::shorten;

    #[test]
    fn a_summary_is_cut_between_its_lines() {
        assert_eq!(shorten("one\ntwo\nthree", 8), "one\ntwo");
        assert_eq!(shorten("a long line", 5), "");
    }
}
