//! Numbers that are exact as long as they are fractions of 128-bit integers, and floating-point beyond.

use std::cmp::Ordering;
use std::fmt;

/// A fraction in lowest terms, or a finite floating-point number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// Numerator and denominator; the denominator is positive.
    Exact(i128, i128),
    /// What no such fraction holds: roots, powers, and numbers too large or too fine.
    Float(f64),
}

/// Why an operation has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undefined {
    #[error("division by zero")]
    DivisionByZero,
    #[error("the result is larger than any number here (about 1.8e308)")]
    Overflow,
    #[error("the result is not 0, but closer to it than any number here (about 2.2e-308)")]
    Underflow,
    #[error("the result is lost in rounding: too few digits of it are certain")]
    Rounding,
    #[error("the remainder is lost in rounding: the number is too many times its divisor")]
    Remainder,
    #[error("there is no real result (a root of a negative number)")]
    NotReal,
    #[error("the number of digits must be an integer from 0 to 12")]
    Digits,
}

type Result = std::result::Result<Number, Undefined>;

/// Exact powers are tried up to this exponent; beyond, only 0, 1 and -1 would still be exact.
const LARGEST_EXACT_EXPONENT: u32 = 1024;
/// From so large an exponent on, what the base was rounded by shows in the digits that are written.
const LARGEST_ROUNDED_EXPONENT: f64 = 65_536.0;
/// A difference that is smaller than its terms by more than this has lost digits that would be written.
const MOST_CANCELLED: f64 = 1024.0;
/// Significant digits of what is not exact.
const DIGITS: usize = 12;
/// From 2^53 up, whole floating-point numbers are further apart than 1.
const WHOLE_FLOATS: f64 = 9_007_199_254_740_992.0;
/// Decimal places that an exact number may be written with.
const MOST_PLACES: u32 = 15;

impl Number {
    pub const fn integer(value: i128) -> Self {
        Self::Exact(value, 1)
    }

    /// `numerator / denominator` in lowest terms, if both are such integers.
    fn fraction(numerator: Option<i128>, denominator: Option<i128>) -> Option<Self> {
        let (numerator, denominator) = (numerator?, denominator?);
        let divisor = i128::try_from(gcd(numerator.unsigned_abs(), denominator.unsigned_abs())).ok()?;
        let sign = denominator.signum();
        Some(Self::Exact((numerator / divisor).checked_mul(sign)?, (denominator / divisor).checked_mul(sign)?))
    }

    /// Digits with at most one point and at most one exponent.
    pub fn literal(text: &str) -> Result {
        if let Some(exact) = Self::exact_literal(text) {
            return Ok(exact);
        }
        let value = finite(text.parse().map_err(|_| Undefined::Overflow)?)?;
        let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
        if mantissa.contains(|c: char| matches!(c, '1'..='9')) { value.not_too_small() } else { Ok(Self::integer(0)) }
    }

    fn exact_literal(text: &str) -> Option<Self> {
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits: i128 = format!("{whole}{part}").parse().ok()?;
        let exponent = exponent.parse::<i32>().ok()?.checked_sub(i32::try_from(part.len()).ok()?)?;
        let scale = 10_i128.checked_pow(exponent.unsigned_abs());
        if exponent < 0 {
            Self::fraction(Some(digits), scale)
        } else {
            Some(Self::integer(digits.checked_mul(scale?)?))
        }
    }

    /// For results that are not 0: whether there are enough digits so close to it.
    fn not_too_small(self) -> Result {
        if self.float().abs() < f64::MIN_POSITIVE { Err(Undefined::Underflow) } else { Ok(self) }
    }

    #[expect(clippy::cast_precision_loss, reason = "from here on the number is not exact")]
    fn float(self) -> f64 {
        match self {
            Self::Exact(numerator, denominator) => numerator as f64 / denominator as f64,
            Self::Float(value) => value,
        }
    }

    pub fn add(self, other: Self) -> Result {
        let sum = self.add_rounded(other)?;
        let cancelled = |term: Self| sum.float().abs() * MOST_CANCELLED < term.float().abs();
        if matches!(sum, Self::Float(_)) && cancelled(self) { Err(Undefined::Rounding) } else { Ok(sum) }
    }

    /// The sum, however many of its digits are left.
    fn add_rounded(self, other: Self) -> Result {
        exact_or(self, other, |a, b, c, d| {
            let common = i128::try_from(gcd(b.unsigned_abs(), d.unsigned_abs())).ok()?;
            let sum = a.checked_mul(d / common)?.checked_add(c.checked_mul(b / common)?);
            Self::fraction(sum, b.checked_mul(d / common))
        })
        .map_or_else(|| finite(self.float() + other.float()), Ok)
    }

    pub fn negate(self) -> Self {
        match self {
            Self::Exact(numerator, denominator) => match numerator.checked_neg() {
                Some(numerator) => Self::Exact(numerator, denominator),
                None => Self::Float(-self.float()),
            },
            Self::Float(value) => Self::Float(-value),
        }
    }

    pub fn subtract(self, other: Self) -> Result {
        self.add(other.negate())
    }

    pub fn multiply(self, other: Self) -> Result {
        if self.is_zero() || other.is_zero() {
            return Ok(Self::integer(0));
        }
        exact_or(self, other, |a, b, c, d| Self::fraction(a.checked_mul(c), b.checked_mul(d)))
            .map_or_else(|| finite(self.float() * other.float())?.not_too_small(), Ok)
    }

    pub fn divide(self, other: Self) -> Result {
        if other.is_zero() {
            return Err(Undefined::DivisionByZero);
        }
        if self.is_zero() {
            return Ok(Self::integer(0));
        }
        exact_or(self, other, |a, b, c, d| Self::fraction(a.checked_mul(d), b.checked_mul(c)))
            .map_or_else(|| finite(self.float() / other.float())?.not_too_small(), Ok)
    }

    /// What is left over a whole number of times `other`; it has the sign of `other`, as hours on a clock want it.
    pub fn remainder(self, other: Self) -> Result {
        let times = self.divide(other)?.floor();
        let rest = self.add_rounded(times.multiply(other)?.negate())?;
        if matches!(rest, Self::Float(_)) && times.float().abs() >= WHOLE_FLOATS {
            return Err(Undefined::Remainder);
        }
        // A quotient that is not exact may have been rounded up to a whole number; then nothing is left over.
        Ok(if rest.is_negative() == other.is_negative() { rest } else { Self::integer(0) })
    }

    pub fn power(self, exponent: Self) -> Result {
        if self.is_zero() && exponent.is_negative() {
            return Err(Undefined::DivisionByZero);
        }
        if let (Self::Exact(a, b), Self::Exact(n, 1)) = (self, exponent)
            && let Ok(times) = u32::try_from(n.unsigned_abs())
            && times <= LARGEST_EXACT_EXPONENT
            && let Some((a, b)) = a.checked_pow(times).zip(b.checked_pow(times))
            && let Some(exact) = if n < 0 { Self::fraction(Some(b), Some(a)) } else { Some(Self::Exact(a, b)) }
        {
            return Ok(exact);
        }
        match (self, exponent) {
            (Self::Exact(0, _), _) => return Ok(Self::integer(0)),
            // Whether an exponent is even would be lost in rounding.
            (Self::Exact(-1, 1), Self::Exact(n, 1)) => return Ok(Self::integer(if n % 2 == 0 { 1 } else { -1 })),
            _ => {}
        }
        let value = finite(self.float().powf(exponent.float()))?.not_too_small()?;
        if !self.is_a_float() && exponent.float().abs() > LARGEST_ROUNDED_EXPONENT {
            return Err(Undefined::Rounding);
        }
        Ok(value)
    }

    /// Whether a floating-point number is just this number, and not only near it.
    fn is_a_float(self) -> bool {
        matches!(self, Self::Exact(n, d) if n.unsigned_abs() < 1 << 53 && d & (d - 1) == 0)
    }

    pub fn square_root(self) -> Result {
        if self.is_negative() {
            return Err(Undefined::NotReal);
        }
        if let Self::Exact(a, b) = self {
            let (root_a, root_b) = (a.isqrt(), b.isqrt());
            if root_a * root_a == a && root_b * root_b == b {
                return Ok(Self::Exact(root_a, root_b));
            }
        }
        finite(self.float().sqrt())
    }

    pub fn floor(self) -> Self {
        match self {
            Self::Exact(numerator, denominator) => Self::integer(numerator.div_euclid(denominator)),
            Self::Float(value) => Self::Float(value.floor()),
        }
    }

    pub fn ceil(self) -> Self {
        self.negate().floor().negate()
    }

    /// To so many decimal places; a half goes away from zero.
    pub fn round(self, places: Self) -> Result {
        let places = match places {
            Self::Exact(places, 1) => u32::try_from(places).ok().filter(|&places| places <= 12),
            _ => None,
        };
        let scale = Self::integer(10_i128.pow(places.ok_or(Undefined::Digits)?));
        let half_up = self.absolute().multiply(scale)?.add(Self::Exact(1, 2))?.floor().divide(scale)?;
        Ok(if self.is_negative() { half_up.negate() } else { half_up })
    }

    pub fn absolute(self) -> Self {
        if self.is_negative() { self.negate() } else { self }
    }

    pub fn smaller(self, other: Self) -> Self {
        if other.compare(self) == Ordering::Less { other } else { self }
    }

    pub fn larger(self, other: Self) -> Self {
        if other.compare(self) == Ordering::Greater { other } else { self }
    }

    fn compare(self, other: Self) -> Ordering {
        exact_or(self, other, |a, b, c, d| Some(a.checked_mul(d)?.cmp(&c.checked_mul(b)?)))
            .unwrap_or_else(|| self.float().total_cmp(&other.float()))
    }

    pub fn is_zero(self) -> bool {
        matches!(self, Self::Exact(0, _)) || self == Self::Float(0.0)
    }

    pub fn is_negative(self) -> bool {
        match self {
            Self::Exact(numerator, _) => numerator < 0,
            Self::Float(value) => value < 0.0,
        }
    }
}

/// What `work` makes of both as fractions, if both are.
fn exact_or<T>(left: Number, right: Number, work: impl FnOnce(i128, i128, i128, i128) -> Option<T>) -> Option<T> {
    match (left, right) {
        (Number::Exact(a, b), Number::Exact(c, d)) => work(a, b, c, d),
        _ => None,
    }
}

fn finite(value: f64) -> Result {
    if value.is_nan() {
        Err(Undefined::NotReal)
    } else if value.is_infinite() {
        Err(Undefined::Overflow)
    } else {
        Ok(Number::Float(value))
    }
}

fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}

impl fmt::Display for Number {
    /// Exact decimals as they are, everything else with 12 significant digits; from 1e12 up and below 1e-6 what is not
    /// exact has an exponent.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Exact(numerator, denominator) = *self
            && let Some(places) = decimal_places(denominator)
            && let Some(digits) =
                10_i128.checked_pow(places).and_then(|scale| numerator.checked_mul(scale / denominator))
        {
            let width = places as usize + 1;
            let text = format!("{:0width$}", digits.unsigned_abs());
            let (whole, part) = text.split_at(text.len() - places as usize);
            let (sign, point) = (if digits < 0 { "-" } else { "" }, if part.is_empty() { "" } else { "." });
            return write!(f, "{sign}{whole}{point}{part}");
        }
        let text = format!("{:.*e}", DIGITS - 1, self.float());
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let exponent: i32 = exponent.parse().unwrap_or_default();
        let mantissa = mantissa.trim_end_matches('0').trim_end_matches('.');
        if (-6..12).contains(&exponent) {
            let places = usize::try_from(11 - exponent).unwrap_or_default();
            let text = format!("{:.places$}", self.float());
            let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
            f.write_str(if text == "-0" { "0" } else { text })
        } else {
            write!(f, "{mantissa}e{exponent}")
        }
    }
}

/// How many decimal places a fraction over `denominator` has, if they end soon.
fn decimal_places(mut denominator: i128) -> Option<u32> {
    let mut count = |prime: i128| {
        let mut times = 0;
        while denominator % prime == 0 {
            denominator /= prime;
            times += 1;
        }
        times
    };
    let places = count(2).max(count(5));
    (denominator == 1 && places <= MOST_PLACES).then_some(places)
}
