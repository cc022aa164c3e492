//! What draws on the terminal: all of a frame in one piece, and each sign where it belongs, however wide the terminal
//! takes the one before it for.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::{Cell, CellWidth};
use ratatui::layout::{Position, Size};

/// What is to be written to the terminal, gathered. Writing to it never fails; ratatui tells of a failure on the error
/// output, which may be the same closed terminal.
#[derive(Clone, Default)]
pub(super) struct Gathered(Arc<Mutex<Vec<u8>>>);

impl Gathered {
    /// What was gathered; it is empty then.
    pub(super) fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Gathered {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Crossterm's way to draw. Where terminals disagree about the width of a sign, its columns are made blank before it is
/// drawn, and what comes after it is put in its place again.
pub(super) struct Steady(CrosstermBackend<Gathered>);

impl Steady {
    pub(super) fn new(out: Gathered) -> Self {
        Self(CrosstermBackend::new(out))
    }
}

/// Whether terminals may disagree about a sign's width: those of several characters, of scripts whose letters change with
/// their neighbours, and pictures.
fn is_unsteady(symbol: &str) -> bool {
    let mut chars = symbol.chars();
    let first = chars.next().unwrap_or(' ');
    let strange = matches!(first, '\u{590}'..='\u{10ff}' | '\u{1700}'..='\u{1cff}' | '\u{2600}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}' | '\u{a800}'..='\u{abff}' | '\u{e000}'..='\u{f8ff}' | '\u{10000}'..);
    strange || chars.next().is_some()
}

impl Backend for Steady {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut steady = Vec::new();
        for (x, y, cell) in content {
            if !is_unsteady(cell.symbol()) {
                steady.push((x, y, cell));
                continue;
            }
            // Each drawing begins by going to its first place.
            self.0.draw(std::mem::take(&mut steady).into_iter())?;
            self.0.draw((x..x.saturating_add(cell.cell_width())).map(|x| (x, y, &Cell::EMPTY)))?;
            self.0.draw(std::iter::once((x, y, cell)))?;
        }
        self.0.draw(steady.into_iter())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.0.hide_cursor()
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.0.show_cursor()
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        self.0.get_cursor_position()
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.0.set_cursor_position(position)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.0.clear()
    }

    fn clear_region(&mut self, kind: ClearType) -> io::Result<()> {
        self.0.clear_region(kind)
    }

    fn size(&self) -> io::Result<Size> {
        self.0.size()
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        self.0.window_size()
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use ratatui::Terminal;
    use ratatui::layout::Rect;
    use ratatui::text::Line;
    use ratatui::{TerminalOptions, Viewport};

    use super::*;

    /// A terminal that gives every sign one column, as far as it goes.
    fn narrow(bytes: &[u8], columns: usize) -> String {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let (mut row, mut at, mut rest) = (vec![' '; columns], 0, text.as_str());
        while let Some(c) = rest.chars().next() {
            if let Some(escape) = rest.strip_prefix("\x1b[") {
                let end = escape.find(|c: char| c.is_ascii_alphabetic()).unwrap();
                if let Some((_, column)) = escape[..end].split_once(';').filter(|_| escape[end..].starts_with('H')) {
                    at = column.parse::<usize>().unwrap() - 1;
                }
                rest = &escape[end + 1..];
                continue;
            }
            if at < columns {
                row[at] = c;
            }
            at += 1;
            rest = &rest[c.len_utf8()..];
        }
        row.into_iter().collect()
    }

    #[test]
    fn what_comes_after_a_sign_stands_where_it_belongs() {
        let out = Gathered::default();
        let area = Rect::new(0, 0, 20, 1);
        let options = TerminalOptions { viewport: Viewport::Fixed(area) };
        let mut terminal = Terminal::with_options(Steady::new(out.clone()), options).unwrap();
        terminal.draw(|frame| frame.render_widget(Line::raw("abcdefgh 12345"), area)).unwrap();
        terminal.draw(|frame| frame.render_widget(Line::raw("👩कि🧨 word"), area)).unwrap();
        // Three signs in six columns, of which this terminal fills three.
        let row = narrow(&out.take(), 20);
        assert_eq!(&row.chars().skip(7).collect::<String>()[..5], "word ", "{row:?}");
        assert!(!row.contains(['b', 'f']), "nothing is left of what stood there before: {row:?}");
    }
}
