//! How the figures are to be read.

use crate::bench::report::section::{Part, Section};

const SAYS: [&str; 6] = [
    "Found: the share of heists with a mole in which the first suspect, at the end or after a round, is the mole. Where \
     several share the first place, the mole has its part of it. Mean of rounds: the same at the ends of all rounds, so \
     that who is found early is found more. AUROC: how likely a mole is more suspect than somebody \
     honest of any heist; 0.5 is chance. Brier: the mean square of probability less truth; smaller is better. ECE: how far \
     probabilities are from what comes true, in ten groups. Accused: somebody has a probability over one half.",
    "Figures stand with their intervals of 95 %. Those of shares are Wilson's. Those of AUROC are Obuchowski's for clustered \
     data; those of Brier scores and of shares of messages are of ratios, from how much the heists differ: what is in one \
     heist is not independent. ECE has none: it is too high in few heists.",
    "Ratings are of a Bradley-Terry model, fitted to all contests at once, so that their order does not matter, with a prior \
     of 347 points around the middle. Their intervals follow from the curve of the likelihood. Heists of the same seed share \
     a bank, and a heist that was judged is two contests: intervals are a little too narrow for that.",
    "A turn with an act is a message of the mole with sabotage in it; an act in the text is one whose false value or words \
     stand in the message. A message against a source says otherwise than what somebody had read before.",
    "Intervals that overlap are no proof that two are alike, and among many groups some differ by chance: of twenty \
     comparisons about one does.",
    "The same files give the same report, to the byte, in whatever order.",
];

pub(super) fn section() -> Section {
    let parts = SAYS.into_iter().map(|says| Part::Says(says.to_owned())).collect();
    Section { id: "reading", title: "How to read it", parts }
}
