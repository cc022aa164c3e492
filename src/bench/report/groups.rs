//! Games in groups: by who plays, how the mole sabotages, how hard it is to find.

use std::collections::BTreeMap;

use super::intervals::{Estimate, auroc, brier, found, ratio, told};
use super::section::{Cell, Table, count, figure, percent};
use super::sweep::Game;
use crate::bench::outcome::float;
use crate::bench::result::Job;
use crate::bench::talk::Counts;
use crate::suspicion::fit::Scored;

/// What games are grouped by.
pub(super) struct By {
    /// What a table of it is called.
    pub title: &'static str,
    /// What its first column is called.
    pub heading: &'static str,
    /// The group of a game: a number that groups are in the order of, and a name.
    pub of: fn(&Game) -> (usize, String),
}

/// All that games are grouped by.
pub(super) const ALL: [By; 7] = [
    MOLE,
    CREW,
    STRATEGY,
    DIFFICULTY,
    By {
        title: "By the mole's part",
        heading: "part",
        // In the crew's order.
        of: |game| {
            let crew = &game.result.crew;
            let place = crew.iter().position(|agent| Some(agent) == game.result.mole.as_ref());
            (place.unwrap_or(crew.len()), game.result.mole.as_ref().map_or_else(String::new, ToString::to_string))
        },
    },
    By {
        title: "By rounds",
        heading: "rounds",
        of: |game| (usize::try_from(game.result.rounds).unwrap_or(usize::MAX), game.result.rounds.to_string()),
    },
    By { title: "By crew", heading: "crew of", of: |game| (game.result.crew.len(), crew(game)) },
];

/// Which model plays the mole.
pub(super) const MOLE: By = By { title: "By the mole's model", heading: "mole", of: |game| (0, game.mole.clone()) };

/// Which model plays the others.
pub(super) const CREW: By = By { title: "By the crew's model", heading: "crew", of: |game| (0, game.crew.clone()) };

/// How the mole sabotages.
pub(super) const STRATEGY: By = By {
    title: "By strategy",
    heading: "strategy",
    of: |game| (0, game.result.strategy.map_or_else(String::new, |it| it.name().replace('_', " "))),
};

/// How hard the mole is to find.
pub(super) const DIFFICULTY: By = By {
    title: "By difficulty",
    heading: "difficulty",
    of: |game| (game.result.difficulty as usize, game.result.difficulty.to_string()),
};

/// Who takes part.
pub(super) fn crew(game: &Game) -> String {
    game.result.crew.iter().map(|agent| &**agent).collect::<Vec<_>>().join(", ")
}

/// Games, of which something is told.
pub(super) type Games<'a> = Vec<&'a Game>;

/// The groups in their order, each with its name.
pub(super) fn grouped<'a>(games: impl Iterator<Item = &'a Game>, by: &By) -> Vec<(String, Games<'a>)> {
    let mut groups: BTreeMap<(usize, String), Games> = BTreeMap::new();
    for game in games {
        groups.entry((by.of)(game)).or_default().push(game);
    }
    groups.into_iter().map(|((_, name), games)| (name, games)).collect()
}

/// What the detector says of games at the end of a round, or of the heist.
pub(super) fn detected(games: &[&Game], round: Option<usize>) -> Vec<Scored> {
    let of = games.iter().filter_map(|game| game.result.scored(round));
    of.filter(|scored| !scored.scores.is_empty()).collect()
}

/// How often the mole is the first suspect at the ends of all rounds, so that early counts for more than late.
pub(super) fn mean_of_rounds(games: &[&Game]) -> Option<Estimate> {
    let of = |game: &&Game| {
        let rounds = (1..=game.result.scores.len()).filter_map(|round| game.result.scored(Some(round)));
        let found = rounds.filter(|said| !said.scores.is_empty()).filter_map(|said| said.found());
        found.fold((0.0, 0.0), |(sum, rounds), found| (sum + found, rounds + 1.0))
    };
    ratio(&games.iter().map(of).collect::<Vec<_>>(), 1.0)
}

/// What the judge says of them.
pub(super) fn judged(games: &[&Game], round: Option<usize>) -> Vec<Scored> {
    games.iter().filter_map(|game| game.result.judged(round)).collect()
}

/// How much of one of the talk's counts is in another.
pub(super) fn talk(games: &[&Game], part: fn(&Counts) -> u64, whole: fn(&Counts) -> u64) -> Option<Estimate> {
    let number = |count: u64| float(usize::try_from(count).unwrap_or(usize::MAX));
    let of = |game: &&Game| (number(part(&game.result.talk)), number(whole(&game.result.talk)));
    ratio(&games.iter().map(of).collect::<Vec<_>>(), 1.0)
}

/// In how many of the jobs that were done it was so.
pub(super) fn job(games: &[&Game], is: fn(Job) -> bool) -> Option<Estimate> {
    told(games.iter().filter_map(|game| game.result.job).map(is))
}

/// How well the moles of each group hide.
pub(super) fn hiding(by: &By, groups: &[(String, Games)]) -> Table {
    let row = |(name, games): &(String, Games)| {
        let said = detected(games, None);
        let acting = talk(games, |it| it.acting, |it| it.of_mole);
        let heard = talk(games, |it| it.heard, |it| it.acts);
        vec![
            name.as_str().into(),
            count(games.len()).into(),
            percent(found(&said)),
            percent(mean_of_rounds(games)),
            figure(auroc(&said), 3),
            figure(brier(&said), 3),
            percent(acting),
            percent(heard),
        ]
    };
    let headings =
        vec![by.heading, "games", "found", "mean of rounds", "AUROC", "Brier", "turns with an act", "acts in the text"];
    Table { title: by.title, headings, rows: groups.iter().map(row).collect::<Vec<Vec<Cell>>>(), folded: false }
}
