//! What the tools really returned: the claims of documents, tables and calculations, and who read them.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::claim::{self, Claim, Figure};
use super::index::Index;
use super::measures;
use super::quote::Passages;
use super::text::{self, Shape, Token, Vocabulary, Word};

/// Claims beyond these are not kept; a bank's documents and tables hold some hundreds.
const CLAIM_LIMIT: usize = 3_000;

/// Words of results beyond these are not kept.
const WORD_LIMIT: usize = 20_000;

/// A passage is shown in a note with at most so many bytes.
const QUOTE_LIMIT: usize = 120;

/// Something a source states.
#[derive(Clone, Debug)]
struct Stated {
    claim: Claim,
    /// The sentence or row, to be shown.
    passage: String,
    /// What it stands in: a file, a query.
    origin: String,
    /// The agents that read it, by their place in the crew.
    readers: BTreeSet<usize>,
}

/// How a claim fares against the sources.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Finding {
    /// A source says the same of the same thing.
    BorneOut,
    /// A source says something else of the same thing.
    Contradicted {
        /// What the source says.
        passage: String,
        /// Where it says so.
        origin: String,
        /// Whether the agent has read it itself.
        read_by_self: bool,
        /// Whether it is about times or durations.
        is_time: bool,
        /// Whether it is only a minute or two beside it.
        slip: bool,
    },
    /// The figure occurs in a source or follows from figures that do.
    Derived,
    /// No source has the figure.
    Unknown,
}

/// All that the tools returned so far in a heist.
#[derive(Clone, Debug, Default)]
pub(super) struct Sources {
    stated: Vec<Stated>,
    /// The words that each of them is about.
    index: Index,
    /// Those that are about the same words.
    by_topic: HashMap<Vec<Word>, Vec<usize>>,
    /// Results of calculation in their order, and who calculated.
    calculated: Vec<(usize, f64)>,
    /// Words of all results.
    words: HashSet<Word>,
    /// Counts up whenever a claim could fare otherwise than before.
    pub revision: u64,
    /// The sentences of all documents and tables.
    pub passages: Passages,
    /// How many results of documents and tables there were.
    pub documents: u32,
}

impl Sources {
    /// Takes in a document or a table that the agent read. `asked` is the file's name or the query.
    pub(super) fn read(&mut self, agent: usize, asked: &str, result: &str, vocabulary: &mut Vocabulary) {
        self.documents += 1;
        let asked_tokens = text::tokens(asked);
        let mut claims = table(result, &asked_tokens, vocabulary);
        if claims.is_empty() {
            let tokens = text::tokens(result);
            claims = claim::claims(&tokens, vocabulary)
                .into_iter()
                .map(|claim| (passage(result, &tokens, claim.sentence), claim))
                .collect();
        }
        for word in vocabulary.content(&text::tokens(result)) {
            if self.words.len() < WORD_LIMIT {
                self.revision += u64::from(self.words.insert(word));
            }
        }
        self.passages.keep(result, text::clip(asked, QUOTE_LIMIT), vocabulary);
        for (passage, claim) in claims {
            let same_topic = self.by_topic.get(&claim.topic).into_iter().flatten().copied();
            let known = same_topic.into_iter().find(|known| self.stated[*known].claim.figure == claim.figure);
            if let Some(known) = known {
                self.stated[known].readers.insert(agent);
            } else if self.stated.len() < CLAIM_LIMIT {
                self.by_topic.entry(claim.topic.clone()).or_default().push(self.stated.len());
                self.index.add(&claim.topic);
                self.revision += 1;
                let origin = text::clip(asked, QUOTE_LIMIT).to_owned();
                self.stated.push(Stated { claim, passage, origin, readers: BTreeSet::from([agent]) });
            }
        }
    }

    /// Takes in the result of a calculation: a number, a duration such as `2 h 45 min`, or a time of day.
    pub(super) fn calculate(&mut self, agent: usize, result: &str) {
        let tokens = text::tokens(result);
        let part = |pair: &[Token]| Some(pair[0].number()? * claim::minutes_of(&pair[1].text)?);
        let parts: Vec<_> = tokens.windows(2).filter_map(part).collect();
        let value = if parts.is_empty() {
            tokens.iter().find_map(|token| match token.shape {
                Shape::Number(number) => Some(number.abs()),
                Shape::Clock(minutes) => Some(minutes.into()),
                Shape::Word | Shape::Mark(_) => None,
            })
        } else {
            Some(parts.iter().sum())
        };
        if let Some(value) = value
            && self.calculated.len() < CLAIM_LIMIT
        {
            let at = self.calculated.partition_point(|(_, known)| *known < value);
            self.calculated.insert(at, (agent, value));
            self.revision += 1;
        }
    }

    /// The limits in words, as far as they are reached.
    pub(super) fn full(&self) -> impl Iterator<Item = String> {
        let reached = |count, limit, what| (count >= limit).then(|| format!("{limit} {what}"));
        let claims = reached(self.stated.len(), CLAIM_LIMIT, "figures");
        let calculated = reached(self.calculated.len(), CLAIM_LIMIT, "calculations");
        let words = reached(self.words.len(), WORD_LIMIT, "words of theirs");
        claims.into_iter().chain(self.passages.full()).chain(calculated).chain(words)
    }

    /// Whether any result has the word.
    pub(super) fn has_word(&self, word: Word) -> bool {
        self.words.contains(&word)
    }

    /// Whether any source or calculation has the number, in whatever unit.
    pub(super) fn has_number(&self, number: f64) -> bool {
        self.calculations(number).next().is_some()
            || self.stated.iter().any(|known| known.claim.figure.has_number(number))
    }

    /// Holds an agent's claim against the sources. `beside` are the other figures of the same message.
    pub(super) fn check(&self, agent: usize, claim: &Claim, beside: &[Claim]) -> Finding {
        let comparable = |known: &Claim| {
            claim.figure.same_kind(&known.figure)
                && (claim.unit.is_empty() || known.unit.iter().any(|unit| claim.unit.contains(unit)))
        };
        let agrees = |known: &Stated| claim.figure.borne_out_by(&known.claim.figure);
        let rated: Vec<_> = self.alike(claim).filter(|(_, known)| comparable(&known.claim)).collect();
        let best = rated.iter().map(|(likeness, _)| *likeness).fold(0.0, f64::max);
        let near = rated.iter().filter(|(_, known)| agrees(known)).map(|(likeness, _)| *likeness).fold(-1.0, f64::max);
        // The rest is about nothing that the claim is about, and may have its figure all the same.
        let is_elsewhere = || self.stated.iter().any(|known| agrees(known) && comparable(&known.claim));
        let near = if near < 0.0 && is_elsewhere() { 0.0 } else { near };
        if near >= best * measures::AS_LIKE && near >= measures::SAME_THING {
            return Finding::BorneOut;
        }
        if self.is_calculated(&claim.figure, Some(agent)) {
            return Finding::Derived;
        }
        let explained = self.is_calculated(&claim.figure, None) || is_sum(&claim.figure, beside);
        let elsewhere = near >= best * measures::ELSEWHERE && near >= 0.0;
        if best < measures::VERY_SAME_THING && (elsewhere || explained) {
            return Finding::Derived;
        }
        let contrary = rated.into_iter().filter(|(likeness, _)| *likeness >= measures::SAME_THING && *likeness >= best);
        // Of several as like, one the agent has read itself.
        match contrary.max_by_key(|(_, known)| known.readers.contains(&agent)) {
            Some((_, known)) => Finding::Contradicted {
                passage: known.passage.clone(),
                origin: known.origin.clone(),
                read_by_self: known.readers.contains(&agent),
                is_time: claim.figure.is_time(),
                slip: claim.figure.within_minutes(&known.claim.figure, measures::SLIP_MINUTES),
            },
            None if near >= 0.0 => Finding::Derived,
            None => Finding::Unknown,
        }
    }

    /// Whether the figure came out of a calculation: of the agent's own, or of anybody's.
    fn is_calculated(&self, figure: &Figure, by: Option<usize>) -> bool {
        let of = |value: f64| self.calculations(value).any(|agent| by.is_none_or(|by| by == agent));
        match figure {
            Figure::Name(..) => false,
            Figure::Count(low, high) => of(*low) || of(*high),
            _ => minutes(figure).is_some_and(|value| of(value) || of(value * 60.0) || of(value / 60.0)),
        }
    }

    /// Who calculated that value.
    fn calculations(&self, value: f64) -> impl Iterator<Item = usize> {
        let from = self.calculated.partition_point(|(_, known)| *known < value - 2.0 * CLOSE);
        let near = self.calculated[from..].iter().take_while(move |(_, known)| *known < value + 2.0 * CLOSE);
        near.filter(move |(_, known)| close(*known, value)).map(|(agent, _)| *agent)
    }

    /// What the sources state that is about words of the claim, with how far it is about the same thing: the share of
    /// the telling words around the claim that the source has too, rare words counting more; 0 with fewer than two in
    /// common, or one besides what is counted.
    fn alike(&self, claim: &Claim) -> impl Iterator<Item = (f64, &Stated)> {
        // A word that no source has cannot be in common; it tells little against it.
        let weight = |word| if self.has_word(word) { self.rarity(word) } else { measures::FOREIGN_WORD };
        let telling = claim.topic.iter().copied().filter(|word| !claim.unit.contains(word));
        let words: Vec<_> = telling.map(|word| (word, weight(word))).collect();
        let all = words.iter().fold(0.0, |sum, (_, weight)| sum + weight);
        let needed = if claim.unit.is_empty() { 2 } else { 1 };
        self.index
            .in_common(words)
            .map(move |(at, shared)| (if shared.words < needed { 0.0 } else { shared.weight / all }, &self.stated[at]))
    }

    /// Inverse document frequency: rare words tell more of what a claim is about.
    fn rarity(&self, word: Word) -> f64 {
        // At most CLAIM_LIMIT, so nothing is lost.
        let [having, all] = [self.index.count(word), self.stated.len()]
            .map(|count| f64::from(u32::try_from(count).unwrap_or(u32::MAX)));
        ((all + 1.0) / (having + 0.5)).ln().max(0.0)
    }
}

/// Minutes in a day.
const DAY: f64 = 24.0 * 60.0;

/// Two figures nearer to each other than this are the same.
const CLOSE: f64 = 0.01;

fn close(one: f64, other: f64) -> bool {
    (one - other).abs() < CLOSE
}

/// Minutes after midnight, or how many minutes; none for a range and for what is no time.
fn minutes(figure: &Figure) -> Option<f64> {
    match figure {
        Figure::Clock(clock) => Some(f64::from(*clock)),
        Figure::Duration(low, high) if close(*low, *high) => Some(*low),
        _ => None,
    }
}

/// Whether a time is the sum or the difference of two other times of the same message.
fn is_sum(figure: &Figure, beside: &[Claim]) -> bool {
    let Some(value) = minutes(figure) else { return false };
    let others: Vec<_> =
        beside.iter().filter(|other| other.figure != *figure).filter_map(|other| minutes(&other.figure)).collect();
    let is_value = |sum: f64| close(sum.rem_euclid(DAY), value.rem_euclid(DAY));
    others.iter().enumerate().any(|(at, one)| {
        others[at + 1..].iter().any(|other| is_value(one + other) || is_value(one - other) || is_value(other - one))
    })
}

/// The sentence's words as they stand.
fn passage(text: &str, tokens: &[Token], sentence: usize) -> String {
    let from = tokens.partition_point(|token| token.sentence < sentence);
    let to = tokens.partition_point(|token| token.sentence <= sentence);
    let span = tokens.get(from).zip(tokens[..to].last()).map_or(0..0, |(first, last)| first.start..last.end);
    text::clip(&text[span], QUOTE_LIMIT).to_owned()
}

/// The claims of a table as the database tool shows it: a line of column names, then a line for each row, cells parted
/// by ` | `. A cell's figure is about the row's other cells, its column and what was asked for. Empty if it is no table.
fn table(result: &str, asked: &[Token], vocabulary: &mut Vocabulary) -> Vec<(String, Claim)> {
    const SEPARATOR: &str = " | ";
    let mut lines = text::clip(result, 64 * 1024).lines().filter(|line| !line.trim().is_empty());
    let columns: Vec<Vec<Token>> = match lines.next() {
        Some(header) => header.split(SEPARATOR).map(|name| text::tokens(&name.replace('_', " "))).collect(),
        None => return Vec::new(),
    };
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split(SEPARATOR).collect()).collect();
    // Without a separator only single figures under one name are a table; all else is a document.
    let single = columns.len() == 1 && rows.iter().any(|row| row.iter().any(|cell| text::tokens(cell).len() != 1));
    if rows.is_empty() || single || rows.iter().any(|row| row.len() != columns.len()) {
        return Vec::new();
    }
    let asked = vocabulary.content(asked);
    let mut claims = Vec::new();
    for row in rows {
        let cells: Vec<_> = row.iter().map(|cell| text::tokens(cell)).collect();
        let of_row: Vec<_> = cells.iter().flat_map(|cell| vocabulary.content(cell)).collect();
        let shown = text::clip(&row.join(", "), QUOTE_LIMIT).to_owned();
        for (cell, column) in cells.iter().zip(&columns) {
            let column_words = vocabulary.content(column);
            let mut found = claim::claims(cell, vocabulary);
            if let ([one], true) = (cell.as_slice(), found.is_empty()) {
                found.extend(cell_figure(one, column, &asked, vocabulary).map(|(figure, unit)| Claim {
                    figure,
                    unit,
                    topic: Vec::new(),
                    span: 0..0,
                    sentence: 0,
                }));
            }
            for mut claim in found {
                claim.topic.extend(of_row.iter().chain(&column_words).chain(&asked));
                claim.topic.sort_unstable();
                claim.topic.dedup();
                claims.push((shown.clone(), claim));
            }
        }
    }
    claims
}

/// What a cell that is a bare number states, by its column: minutes, the number of a thing, or a count.
fn cell_figure(
    cell: &Token,
    column: &[Token],
    asked: &[Word],
    vocabulary: &mut Vocabulary,
) -> Option<(Figure, Vec<Word>)> {
    let value = cell.number()?;
    if let Some(minutes) = column.iter().find_map(|word| claim::minutes_of(&word.text)) {
        return Some((Figure::Duration(value * minutes, value * minutes), Vec::new()));
    }
    // The `id` of a row in `cameras` is the camera's number; `access_level` 5 is "level 5".
    let is_id = column.iter().any(|word| word.text == "id");
    for noun in claim::NUMBERED {
        let Some(number) = vocabulary.number(noun) else { continue };
        if column.iter().any(|word| word.text == *noun) || (is_id && asked.binary_search(&number).is_ok()) {
            return claim::named(noun, &cell.text, vocabulary).map(|name| (name, Vec::new()));
        }
    }
    (!is_id).then(|| (Figure::Count(value, value), vocabulary.content(column)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What [`Sources::alike`] tells, found by looking at everything that is stated.
    fn one_by_one(sources: &Sources, claim: &Claim) -> Vec<(f64, String)> {
        let rate = |known: &Stated| {
            let (mut words, mut same, mut all) = (0, 0.0, 0.0);
            for word in claim.topic.iter().filter(|word| !claim.unit.contains(word)) {
                let weight = if sources.words.contains(word) { sources.rarity(*word) } else { measures::FOREIGN_WORD };
                all += weight;
                if known.claim.topic.contains(word) {
                    words += 1;
                    same += weight;
                }
            }
            let is_enough = words >= if claim.unit.is_empty() { 2 } else { 1 };
            (words > 0).then(|| (if is_enough { same / all } else { 0.0 }, known.passage.clone()))
        };
        sources.stated.iter().filter_map(rate).collect()
    }

    #[test]
    fn a_claim_is_held_against_all_that_is_stated_of_its_words() {
        let mut vocabulary = Vocabulary::default();
        let mut sources = Sources::default();
        for (place, gate) in [("vault", "north"), ("yard", "south"), ("archive", "north")] {
            for hour in 10..20 {
                let text = format!("The {place} by the {gate} gate opens at {hour}:{hour}. It has {hour} cameras.");
                sources.read(0, place, &text, &mut vocabulary);
            }
        }
        sources.read(1, "again", "The vault by the north gate opens at 11:11.", &mut vocabulary);
        assert_eq!(sources.stated.len(), 30 + 10, "nothing is kept twice");
        for text in
            ["The vault by the south gate opens at 12:34.", "There are 9 cameras in the yard.", "Door 7 is shut."]
        {
            for claim in claim::claims(&text::tokens(text), &mut vocabulary) {
                let found: Vec<_> =
                    sources.alike(&claim).map(|(likeness, known)| (likeness, known.passage.clone())).collect();
                assert_eq!(found, one_by_one(&sources, &claim), "{text}");
            }
        }
    }

    #[test]
    fn a_calculation_is_found_by_its_value_and_by_whose_it_is() {
        let mut sources = Sources::default();
        for (agent, result) in [(0, "2700"), (1, "45"), (0, "2 h 45 min"), (1, "2700.005"), (0, "1e300")] {
            sources.calculate(agent, result);
        }
        let by = |value: f64| sources.calculations(value).collect::<Vec<_>>();
        assert_eq!((by(2700.0), by(165.0), by(2699.98)), (vec![0, 1], vec![0], vec![]));
        assert!(sources.has_number(45.0) && !sources.has_number(46.0));
    }
}
