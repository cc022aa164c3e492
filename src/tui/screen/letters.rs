//! Large letters, made of blocks.

/// A letter as six rows of pixels.
type Glyph = [&'static str; 6];

#[rustfmt::skip]
const fn glyph(letter: char) -> Glyph {
    match letter {
        'A' => [".###.", "#...#", "#...#", "#####", "#...#", "#...#"],
        'B' => ["####.", "#...#", "####.", "#...#", "#...#", "####."],
        'C' => [".####", "#....", "#....", "#....", "#....", ".####"],
        'D' => ["####.", "#...#", "#...#", "#...#", "#...#", "####."],
        'E' => ["#####", "#....", "####.", "#....", "#....", "#####"],
        'G' => [".####", "#....", "#..##", "#...#", "#...#", ".####"],
        'H' => ["#...#", "#...#", "#####", "#...#", "#...#", "#...#"],
        'I' => ["###", ".#.", ".#.", ".#.", ".#.", "###"],
        'N' => ["#...#", "##..#", "#.#.#", "#..##", "#...#", "#...#"],
        'O' => [".###.", "#...#", "#...#", "#...#", "#...#", ".###."],
        'P' => ["####.", "#...#", "####.", "#....", "#....", "#...."],
        'R' => ["####.", "#...#", "####.", "#.#..", "#..#.", "#...#"],
        'S' => [".####", "#....", ".###.", "....#", "....#", "####."],
        'T' => ["#####", "..#..", "..#..", "..#..", "..#..", "..#.."],
        'U' => ["#...#", "#...#", "#...#", "#...#", "#...#", ".###."],
        'W' => ["#...#", "#...#", "#...#", "#.#.#", "##.##", "#...#"],
        '0' => [".##.", "#..#", "#..#", "#..#", "#..#", ".##."],
        '1' => [".#.", "##.", ".#.", ".#.", ".#.", "###"],
        '2' => ["###.", "...#", ".##.", "#...", "#...", "####"],
        '3' => ["###.", "...#", ".##.", "...#", "...#", "###."],
        '4' => ["#..#", "#..#", "####", "...#", "...#", "...#"],
        '5' => ["####", "#...", "###.", "...#", "...#", "###."],
        '6' => [".##.", "#...", "###.", "#..#", "#..#", ".##."],
        '7' => ["####", "...#", "..#.", ".#..", ".#..", ".#.."],
        '8' => [".##.", "#..#", ".##.", "#..#", "#..#", ".##."],
        '9' => [".##.", "#..#", "#..#", ".###", "...#", ".##."],
        ':' => [".", "#", ".", ".", "#", "."],
        ',' => ["..", "..", "..", "..", ".#", "#."],
        '+' => ["...", "...", ".#.", "###", ".#.", "..."],
        '-' => ["...", "...", "...", "###", "...", "..."],
        _ => ["...", "...", "...", "...", "...", "..."],
    }
}

/// The text in pixels, a column of air between the letters.
fn pixels(text: &str) -> [String; 6] {
    let glyphs: Vec<_> = text.chars().map(glyph).collect();
    std::array::from_fn(|row| glyphs.iter().map(|glyph| glyph[row]).collect::<Vec<_>>().join("."))
}

/// The text in three rows, two pixels above each other in a cell.
pub(super) fn small(text: &str) -> Vec<String> {
    let halves = |pair: &[String]| {
        let cells = pair[0].chars().zip(pair[1].chars()).map(|cell| match cell {
            ('#', '#') => '█',
            ('#', _) => '▀',
            (_, '#') => '▄',
            _ => ' ',
        });
        cells.collect()
    };
    pixels(text).chunks_exact(2).map(halves).collect()
}

/// The text in six rows, each pixel two cells wide.
pub(super) fn large(text: &str) -> Vec<String> {
    pixels(text).iter().map(|row| row.chars().map(|pixel| if pixel == '#' { "██" } else { "  " }).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_letters_of_the_verdicts_have_a_shape() {
        for letter in "RIGHTWRONGBUSTEDESCAPEDCAUGHT+-:,0123456789".chars() {
            let rows = glyph(letter);
            assert!(rows.iter().any(|row| row.contains('#')), "{letter}");
            assert!(rows.iter().all(|row| row.len() == rows[0].len()), "{letter}");
        }
    }

    #[test]
    fn small_and_large_are_the_same_picture() {
        assert_eq!(small("TO"), ["▀▀█▀▀ ▄▀▀▀▄", "  █   █   █", "  █   ▀▄▄▄▀"]);
        assert_eq!(large("T")[..2], ["██████████", "    ██    "]);
        assert_eq!(small("WRONG").len(), 3);
    }
}
