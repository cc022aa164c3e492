//! The side pane: its views, and the message or call that each of their pieces leads to.

use heist_bank::Slot;

use super::floor::Mention;
use super::model::Model;
use super::reading::Text;
use super::seen::Sign;
use super::talk::What;
use crate::views::sources::Source;

/// What the side pane shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Side {
    /// Why the chosen agent is suspected.
    #[default]
    Evidence,
    /// The heist's plan as it stands.
    Plan,
    /// What was read of documents and tables.
    Sources,
    /// What was called, and how the services are.
    Tools,
    /// Where in the bank the talk is.
    Floor,
}

impl Side {
    /// The view after this one.
    pub(super) const fn next(self) -> Self {
        match self {
            Self::Evidence => Self::Plan,
            Self::Plan => Self::Sources,
            Self::Sources => Self::Tools,
            Self::Tools => Self::Floor,
            Self::Floor => Self::Evidence,
        }
    }

    /// Its name in a word.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Evidence => "evidence",
            Self::Plan => "plan",
            Self::Sources => "sources",
            Self::Tools => "tools",
            Self::Floor => "floor",
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
    /// The source that is read, in the place of their list.
    pub(super) text: Option<Text>,
}

impl Pane {
    /// The source that is read, if the pane shows it.
    pub(super) fn reads(&self) -> Option<&Text> {
        self.text.as_ref().filter(|_| self.view == Side::Sources)
    }

    /// Whether it wants the room of the crew too: what is read takes more rows than what is looked at.
    pub(super) fn is_tall(&self) -> bool {
        self.open && matches!(self.view, Side::Plan | Side::Sources)
    }
}

/// The pieces of a view, in the order in which they are shown.
#[derive(Debug)]
pub(super) enum Pieces<'a> {
    /// Strongest first.
    Evidence(Vec<&'a Sign>),
    /// The slots in their order, with the messages that changed them last and what stands in them.
    Plan(Vec<(Slot, Option<(&'a str, &'a str)>)>),
    /// What was read last first.
    Sources(Vec<&'a Source>),
    /// Newest first.
    Tools(Vec<&'a What>),
    /// The place named last first.
    Floor(&'a [Mention]),
}

impl<'a> Pieces<'a> {
    pub(super) fn of(model: &'a Model) -> Self {
        let plan = &model.seen.plan;
        match model.pane.view {
            Side::Evidence => {
                let agent = model.seen.crew.get(model.selected);
                Self::Evidence(agent.map_or_else(Vec::new, |agent| model.seen.signs_of(&agent.name)))
            }
            Side::Plan if plan.is_written() => {
                let stands = |slot| plan.changed(slot).map(|id| (id, plan.slot(slot).value().unwrap_or_default()));
                Self::Plan(Slot::ALL.map(|slot| (slot, stands(slot))).to_vec())
            }
            Side::Plan => Self::Plan(Vec::new()),
            Side::Sources => Self::Sources(model.seen.sources.listed()),
            Side::Tools => Self::Tools(model.seen.talk.calls().collect()),
            Side::Floor => Self::Floor(model.seen.floor.mentions()),
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Evidence(signs) => signs.len(),
            Self::Plan(slots) => slots.len(),
            Self::Sources(sources) => sources.len(),
            Self::Tools(calls) => calls.len(),
            Self::Floor(mentions) => mentions.len(),
        }
    }

    /// The id of the message or call that a piece leads to, and the words in it that it is about; a source leads into itself,
    /// and has its name.
    pub(super) fn target(&self, index: usize) -> Option<(&'a str, &'a str)> {
        match self {
            Self::Evidence(signs) => {
                signs.get(index).map(|sign| (sign.message.as_str(), sign.quote.as_deref().unwrap_or_default()))
            }
            Self::Plan(slots) => slots.get(index)?.1,
            Self::Sources(sources) => sources.get(index).map(|source| (source.name.as_str(), "")),
            Self::Tools(calls) => match calls.get(index)? {
                What::Tool { id, .. } => Some((id, "")),
                _ => None,
            },
            Self::Floor(mentions) => mentions.get(index).map(|mention| (mention.id.as_str(), mention.word.as_str())),
        }
    }
}
