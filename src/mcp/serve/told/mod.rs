//! What the tools give: each as data, and as the same in words for a model.

mod plan;
mod sources;
mod status;
mod suspicion;
mod talk;
mod verdict;

pub(super) use plan::PlanTold;
pub(super) use sources::{Checked, Sources};
pub(super) use status::{Asked, Opened, Status};
pub(super) use suspicion::SuspicionTold;
pub(super) use talk::TalkPage;
pub(super) use verdict::VerdictTold;

/// A probability as whole per cent.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 to 100
fn percent(score: f64) -> u8 {
    (score.clamp(0.0, 1.0) * 100.0).round() as u8
}
