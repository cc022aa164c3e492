//! The side pane: its three views, and the message or call that each of their pieces leads to.

use super::model::Model;
use super::plan::Mention;
use super::seen::Sign;
use super::talk::What;

/// What the side pane shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Side {
    /// Why the chosen agent is suspected.
    #[default]
    Evidence,
    /// What was called, and how the services are.
    Tools,
    /// Where in the bank the talk is.
    Plan,
}

impl Side {
    /// The view after this one.
    pub(super) const fn next(self) -> Self {
        match self {
            Self::Evidence => Self::Tools,
            Self::Tools => Self::Plan,
            Self::Plan => Self::Evidence,
        }
    }

    /// Its name in a word.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Evidence => "evidence",
            Self::Tools => "tools",
            Self::Plan => "plan",
        }
    }
}

/// The side pane, as the person left it.
#[derive(Debug, Default)]
pub(super) struct Pane {
    pub(super) view: Side,
    /// The piece that is looked at.
    pub(super) cursor: usize,
    /// Whether keys move the cursor; the pane of a narrow terminal then has the conversation's place.
    pub(super) open: bool,
}

/// The pieces of a view, in the order in which they are shown.
#[derive(Debug)]
pub(super) enum Pieces<'a> {
    /// Strongest first.
    Evidence(Vec<&'a Sign>),
    /// Newest first.
    Tools(Vec<&'a What>),
    /// The place named last first.
    Plan(&'a [Mention]),
}

impl<'a> Pieces<'a> {
    pub(super) fn of(model: &'a Model) -> Self {
        match model.pane.view {
            Side::Evidence => {
                let agent = model.seen.crew.get(model.selected);
                Self::Evidence(agent.map_or_else(Vec::new, |agent| model.seen.signs_of(&agent.name)))
            }
            Side::Tools => Self::Tools(model.seen.talk.calls().collect()),
            Side::Plan => Self::Plan(model.seen.plan.mentions()),
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Evidence(signs) => signs.len(),
            Self::Tools(calls) => calls.len(),
            Self::Plan(mentions) => mentions.len(),
        }
    }

    /// The id of the message or call that a piece leads to, and the words in it that it is about.
    pub(super) fn target(&self, index: usize) -> Option<(&'a str, &'a str)> {
        match self {
            Self::Evidence(signs) => {
                signs.get(index).map(|sign| (sign.message.as_str(), sign.quote.as_deref().unwrap_or_default()))
            }
            Self::Tools(calls) => match calls.get(index)? {
                What::Tool { id, .. } => Some((id, "")),
                _ => None,
            },
            Self::Plan(mentions) => mentions.get(index).map(|mention| (mention.id.as_str(), mention.word.as_str())),
        }
    }
}
