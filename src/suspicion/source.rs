//! What the tools really returned: the claims of documents, tables and reckonings, and who read them.

use std::collections::{BTreeMap, BTreeSet};

use super::claim::{self, Claim, Figure};
use super::quote::Passages;
use super::text::{self, Shape, Token, Vocabulary, Word};
use super::weights;

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
    /// Results of reckoning, and who reckoned.
    reckoned: Vec<(usize, f64)>,
    /// Words of all results.
    words: BTreeSet<Word>,
    /// In how many claims' topics a word stands.
    frequency: BTreeMap<Word, u32>,
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
                self.words.insert(word);
            }
        }
        self.passages.keep(result, text::clip(asked, QUOTE_LIMIT), vocabulary);
        for (passage, claim) in claims {
            let known = self
                .stated
                .iter_mut()
                .find(|known| known.claim.figure == claim.figure && known.claim.topic == claim.topic);
            if let Some(known) = known {
                known.readers.insert(agent);
            } else if self.stated.len() < CLAIM_LIMIT {
                for word in &claim.topic {
                    *self.frequency.entry(*word).or_default() += 1;
                }
                let origin = text::clip(asked, QUOTE_LIMIT).to_owned();
                self.stated.push(Stated { claim, passage, origin, readers: BTreeSet::from([agent]) });
            }
        }
    }

    /// Takes in the result of a reckoning: a number, a duration such as `2 h 45 min`, or a time of day.
    pub(super) fn reckon(&mut self, agent: usize, result: &str) {
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
            && self.reckoned.len() < CLAIM_LIMIT
        {
            self.reckoned.push((agent, value));
        }
    }

    /// Whether any result has the word.
    pub(super) fn has_word(&self, word: Word) -> bool {
        self.words.contains(&word)
    }

    /// Whether any source or reckoning has the number, in whatever unit.
    pub(super) fn has_number(&self, number: f64) -> bool {
        self.reckoned.iter().any(|(_, known)| close(*known, number))
            || self.stated.iter().any(|known| known.claim.figure.has_number(number))
    }

    /// Holds an agent's claim against the sources. `beside` are the other figures of the same message.
    pub(super) fn check(&self, agent: usize, claim: &Claim, beside: &[Claim]) -> Finding {
        let rated: Vec<_> = self
            .stated
            .iter()
            .filter(|known| claim.figure.same_kind(&known.claim.figure))
            .filter(|known| claim.unit.is_empty() || known.claim.unit.iter().any(|unit| claim.unit.contains(unit)))
            .map(|known| (self.likeness(claim, &known.claim), known))
            .collect();
        let best = rated.iter().map(|(likeness, _)| *likeness).fold(0.0, f64::max);
        let agrees = |known: &Stated| claim.figure.borne_out_by(&known.claim.figure);
        let near = rated.iter().filter(|(_, known)| agrees(known)).map(|(likeness, _)| *likeness).fold(-1.0, f64::max);
        if near >= best * weights::AS_LIKE && near >= weights::SAME_THING {
            return Finding::BorneOut;
        }
        if self.is_reckoned(&claim.figure, Some(agent)) {
            return Finding::Derived;
        }
        let explained = self.is_reckoned(&claim.figure, None) || is_sum(&claim.figure, beside);
        let elsewhere = near >= best * weights::ELSEWHERE && near >= 0.0;
        if best < weights::VERY_SAME_THING && (elsewhere || explained) {
            return Finding::Derived;
        }
        let contrary = rated.into_iter().filter(|(likeness, _)| *likeness >= weights::SAME_THING && *likeness >= best);
        // Of several as like, one the agent has read itself.
        match contrary.max_by_key(|(_, known)| known.readers.contains(&agent)) {
            Some((_, known)) => Finding::Contradicted {
                passage: known.passage.clone(),
                origin: known.origin.clone(),
                read_by_self: known.readers.contains(&agent),
                slip: claim.figure.within_minutes(&known.claim.figure, weights::SLIP_MINUTES),
            },
            None if near >= 0.0 => Finding::Derived,
            None => Finding::Unknown,
        }
    }

    /// Whether the figure came out of a reckoning: of the agent's own, or of anybody's.
    fn is_reckoned(&self, figure: &Figure, by: Option<usize>) -> bool {
        let of = |value: f64| {
            let reckoned = |(agent, known): &(usize, f64)| by.is_none_or(|by| by == *agent) && close(*known, value);
            self.reckoned.iter().any(reckoned)
        };
        match figure {
            Figure::Name(..) => false,
            Figure::Count(low, high) => of(*low) || of(*high),
            _ => minutes(figure).is_some_and(|value| of(value) || of(value * 60.0) || of(value / 60.0)),
        }
    }

    /// How far the source's claim is about the same thing: the share of the telling words around the claim that the
    /// source has too, rare words counting more; 0 with fewer than two in common,
    /// or one besides what is counted.
    fn likeness(&self, claim: &Claim, known: &Claim) -> f64 {
        let mut in_common = 0_u32;
        let mut same = 0.0;
        let mut all = 0.0;
        for word in &claim.topic {
            if claim.unit.contains(word) {
                continue;
            }
            // A word that no source has cannot be in common; it tells little against it.
            let weight = if self.has_word(*word) { self.rarity(*word) } else { weights::FOREIGN_WORD };
            all += weight;
            if known.topic.binary_search(word).is_ok() {
                same += weight;
                in_common += 1;
            }
        }
        let needed = if claim.unit.is_empty() { 2 } else { 1 };
        if in_common < needed { 0.0 } else { same / all }
    }

    /// Inverse document frequency: rare words tell more of what a claim is about.
    fn rarity(&self, word: Word) -> f64 {
        let having = f64::from(self.frequency.get(&word).copied().unwrap_or(0));
        // At most CLAIM_LIMIT, so nothing is lost.
        let all = f64::from(u32::try_from(self.stated.len()).unwrap_or(u32::MAX));
        ((all + 1.0) / (having + 0.5)).ln().max(0.0)
    }
}

/// Minutes in a day.
const DAY: f64 = 24.0 * 60.0;

fn close(one: f64, other: f64) -> bool {
    (one - other).abs() < 0.01
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
