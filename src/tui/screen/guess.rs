//! The guess: who is it? What has been seen beside each name, and a question before it counts.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::tui::model::Model;
use crate::tui::text::{fit, percent};
use crate::tui::theme::{chosen, quiet, strong};

use super::{bar, digits, evidence, inset, number, put_lines};

pub(super) fn draw(model: &Model, cursor: usize, frame: &mut Frame, area: Rect) {
    let seen = &model.seen;
    let width = inset(area).width;
    let said = if seen.guess_wanted {
        "The plan stands. Before the crew sets out, say who works against it."
    } else {
        "You may name the mole now; the heist ends with your guess."
    };
    let mut lines =
        vec![Line::default(), Line::styled("Who is the mole?", strong()), Line::styled(said, quiet()), Line::default()];
    let name = seen.longest().clamp(12, 20);
    // Before what is told of an agent: the mark, its number and name, and the air around them.
    let before = name + digits(model) + 5;
    let count = u16::try_from(seen.crew.len()).unwrap_or(u16::MAX) + 1;
    let each = (area.height.saturating_sub(5) / count).clamp(1, 3);
    for (index, agent) in seen.crew.iter().enumerate() {
        let mut line = vec![mark(cursor == index)];
        let style = model.theme.agent(agent.colour);
        let name = format!(" {} {} ", number(model, index), fit(&agent.label, name));
        line.push(Span::styled(name, if cursor == index { chosen(style) } else { style }));
        line.push(Span::raw(" "));
        line.extend(bar(model, agent.score, seen.suspect() == Some(index), 12));
        let share = if seen.hides() { "   –   ".to_owned() } else { format!(" {:>3}%  ", percent(agent.score)) };
        line.push(Span::styled(share, strong()));
        let signs = seen.signs_of(&agent.name);
        let strongest = signs.first().filter(|sign| sign.weight > 0.0);
        let words = if seen.hides() { "" } else { "nothing speaks against it" };
        let none = || Line::styled(words, quiet());
        if each == 1 {
            let room = width.saturating_sub(before + 20);
            line.extend(strongest.map_or_else(none, |sign| evidence::brief(model, sign, room)).spans);
            lines.push(Line::from(line));
        } else {
            line.push(Span::styled(agent.role.clone(), quiet()));
            lines.push(Line::from(line));
            let mut line = vec![Span::raw(" ".repeat(usize::from(before)))];
            match strongest {
                Some(sign) => line.extend(evidence::brief(model, sign, width.saturating_sub(before)).spans),
                None => line.push(Span::styled(words, quiet())),
            }
            lines.push(Line::from(line));
        }
        if each == 3 {
            lines.push(Line::default());
        }
    }
    let nobody = cursor == seen.crew.len();
    let style = if nobody { chosen(strong()) } else { strong() };
    lines.push(Line::from(vec![
        mark(nobody),
        Span::styled(
            format!(
                " {:>digits$} {:<name$} ",
                0,
                "nobody",
                digits = usize::from(digits(model)),
                name = usize::from(name)
            ),
            style,
        ),
        Span::styled(" there is no mole in this crew", quiet()),
    ]));
    put_lines(frame, area, lines);
}

fn mark(here: bool) -> Span<'static> {
    Span::styled(if here { "▸" } else { " " }, strong())
}
