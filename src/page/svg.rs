//! What the drawings share: numbers as they stand in attributes, and labels that keep clear of each other.

/// A length or a place: a decimal at most.
pub(crate) fn num(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").unwrap_or(&text).to_owned()
}

/// A count as a length.
pub(crate) fn len(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}

/// Moves what is written at these heights, the upper first, apart by at least `gap`, and no farther up than `top` nor down
/// than `bottom` while there is room.
pub(crate) fn spread(heights: &mut [f64], gap: f64, (top, bottom): (f64, f64)) {
    let mut least = top;
    for height in heights.iter_mut() {
        *height = height.max(least);
        least = *height + gap;
    }
    let mut most = bottom;
    for height in heights.iter_mut().rev() {
        *height = height.min(most);
        most = *height - gap;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        assert_eq!([0.0, 12.0, 3.25, -0.5].map(num), ["0", "12", "3.2", "-0.5"]);
    }

    #[test]
    fn labels_keep_clear_of_each_other_and_of_the_ends() {
        let mut heights = [10.0, 11.0, 12.0, 99.0, 100.0];
        spread(&mut heights, 15.0, (10.0, 100.0));
        assert_eq!(heights.map(num), ["10", "25", "40", "85", "100"]);
        let mut heights = [90.0, 95.0, 100.0];
        spread(&mut heights, 15.0, (0.0, 100.0));
        assert_eq!(heights.map(num), ["70", "85", "100"]);
    }
}
