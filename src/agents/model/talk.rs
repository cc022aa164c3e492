//! The talk that all prompts share, and how it is made to fit a model's context.

use heist_tools::wire::CompressMemory;

use super::prompt::{self, Fold};
use crate::agents::Scene;
use crate::heist::Entry;

/// The memory service counts a token as so many characters.
const CHARS_PER_TOKEN: usize = 4;

/// What the memory service counts for a turn besides its text, in characters at the most.
const TURN_CHARS: usize = 64;

/// The talk, as the prompt tells it.
pub(super) fn talk(scene: &Scene, fold: &Fold) -> String {
    prompt::talk(&scene.transcript, scene.rounds, fold)
}

/// Makes the talk fit: folds its oldest part away if what is left takes more than `room` characters, with a summary
/// by the memory service in its place. Where that does not answer, the part is left out.
pub(super) async fn fit(scene: &Scene, fold: &mut Fold, room: usize) {
    let kept = room.saturating_sub(fold.summary.len());
    let Some(entries) = prompt::fold_at(&scene.transcript, scene.rounds, fold.entries, kept) else { return };
    *fold = Fold { entries, summary: summary(scene, entries, room / 4).await };
    tracing::info!(entries, summary = fold.summary.len(), "the talk's oldest part is told in short");
}

/// What was said in the first entries, in at most so many characters.
async fn summary(scene: &Scene, entries: usize, chars: usize) -> String {
    let rest = scene.transcript[entries..].iter().filter_map(|entry| match entry {
        Entry::Said(message) => Some(message.text.len() + TURN_CHARS),
        _ => None,
    });
    let sizes: Vec<_> = rest.collect();
    let tokens = (chars + sizes.iter().sum::<usize>()) / CHARS_PER_TOKEN;
    let asked = CompressMemory {
        session: scene.session.to_string(),
        agent: None,
        max_tokens: u32::try_from(tokens).unwrap_or(u32::MAX),
        recent: u32::try_from(sizes.len()).unwrap_or(u32::MAX),
    };
    match scene.toolbox.compressed(&asked).await {
        Ok(memory) => shorten(&memory.summary, chars),
        Err(error) => {
            tracing::warn!(%error, "the talk's oldest part is left out");
            String::new()
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
