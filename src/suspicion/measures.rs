//! By what measure claims are held against the sources.

/// A source's claim is about the same thing if it shares at least this part of the telling words.
pub(super) const SAME_THING: f64 = 0.5;
/// A source's claim that agrees counts if it is at least this much as like as the likest one.
pub(super) const AS_LIKE: f64 = 0.8;
/// From this likeness on, the same figure elsewhere or a sum of others does not explain a figure that differs.
pub(super) const VERY_SAME_THING: f64 = 0.72;
/// The same figure elsewhere explains a figure if that place is at least this much as like as the likest one.
pub(super) const ELSEWHERE: f64 = 0.4;
/// What a word that no source has counts against a likeness; a rare word of the sources several times that.
pub(super) const FOREIGN_WORD: f64 = 0.3;
/// Times and durations that differ by no more than so many minutes may be slips; a mole bends them by four at least.
pub(super) const SLIP_MINUTES: f64 = 3.0;
