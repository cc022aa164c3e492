//! A frame in ASCII alone, for terminals and fonts that have nothing else.

use ratatui::buffer::Buffer;
use unicode_normalization::UnicodeNormalization as _;

/// Puts a character of ASCII in the place of each that is none. Letters lose their accents, what the screens draw with
/// gets what is most like it, and the rest is a question mark.
pub(super) fn reduce(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        if !cell.symbol().is_ascii() {
            let plain = plain(cell.symbol());
            cell.set_char(plain);
        }
    }
}

fn plain(symbol: &str) -> char {
    let first = symbol.chars().next().unwrap_or(' ');
    match first {
        '━' | '╸' | '█' | '▓' | '═' | '╍' | '≡' => '=',
        '─' | '–' | '—' | '‐' | '‑' | '−' | '╴' | '╌' | '┄' => '-',
        '│' | '┃' | '║' | '┆' | '▏' | '▎' | '▌' | '▐' => '|',
        '┌'..='╋' | '╭'..='╰' | '±' => '+',
        '“' | '”' | '„' => '"',
        '‘' | '’' | '‚' => '\'',
        '…' | '·' | '•' | '░' | '▁' => '.',
        '▂' | '▃' => ':',
        '▄' | '▅' => 'i',
        '▆' | '▇' => 'I',
        '╔'..='╬' | '▀' | '■' | '▒' => '#',
        '›' | '»' | '▸' | '▶' | '→' | '❯' => '>',
        '‹' | '«' | '◂' | '◀' | '←' => '<',
        '↑' | '▲' => '^',
        '↓' | '▼' => 'v',
        '✓' | '✔' | '●' | '◆' => '*',
        '×' | '✗' | '✘' => 'x',
        '○' | '◇' | '◌' => 'o',
        '◉' => '@',
        '\u{a0}' => ' ',
        _ => symbol.nfd().next().filter(char::is_ascii_graphic).unwrap_or('?'),
    }
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    #[test]
    fn every_character_becomes_one_of_ascii_in_its_place() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 24, 1));
        buffer.set_string(0, 0, "━╸── ✓ “é” 金庫 › a…", Style::new());
        reduce(&mut buffer);
        let row: String = buffer.content.iter().map(ratatui::buffer::Cell::symbol).collect();
        assert_eq!(row.trim_end(), "==-- * \"e\" ? ?  > a.");
    }
}
