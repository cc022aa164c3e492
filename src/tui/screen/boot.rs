//! The first page: what the game is about, who will speak, and the services coming up.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::heist::ServiceState;
use crate::tui::model::Model;
use crate::tui::seen::PREMISE;
use crate::tui::text::{cut, fit, room_for};
use crate::tui::theme::{quiet, strong};
use crate::tui::wrap::{wrap, wrap_short};

use super::{digits, heading, inset, number, put_lines};

/// The service as which whoever speaks is shown.
const MODEL: &str = "model";

pub(super) fn draw(model: &Model, frame: &mut Frame, area: Rect) {
    let width = inset(area).width;
    let roomy = area.height >= 26;
    let mut lines = vec![Line::default()];
    for (row, text) in PREMISE.iter().enumerate() {
        let style = if row == 0 { strong() } else { ratatui::style::Style::new() };
        lines.extend(wrap(text, width.min(100)).into_iter().map(|line| Line::styled(line, style)));
    }
    lines.push(Line::default());
    lines.extend(speakers(model, width, roomy));
    let missed = model.seen.opening.iter().flat_map(|opening| &opening.notes).map(|note| ("! ", note));
    for (mark, note) in missed.chain(model.seen.before.iter().map(|before| ("· ", before))) {
        let room = width.saturating_sub(12).min(100);
        lines.extend(wrap(note, room).into_iter().enumerate().map(|(row, line)| {
            let mark = if row == 0 { format!("          {mark}") } else { " ".repeat(12) };
            Line::from(vec![Span::styled(mark, model.theme.alarm()), Span::raw(line)])
        }));
    }
    lines.push(Line::default());
    lines.push(heading("Services", width));
    let mut below = Vec::new();
    if roomy && !model.seen.crew.is_empty() {
        below.extend([Line::default(), heading("The crew", width)]);
        below.extend(crew(model, width));
    }
    if model.begin {
        below.push(Line::default());
        below.push(Line::styled("The crew sits down as soon as the services are up…", strong()));
    }
    // Rows that are left over go to what those that fail have said last.
    let mut spare = usize::from(area.height).saturating_sub(lines.len() + model.seen.services.len() + below.len());
    for service in &model.seen.services {
        let (mark, word, style) = match service.state {
            None => ("·", "waiting", quiet()),
            Some(ServiceState::Absent) => ("·", "absent", quiet()),
            Some(ServiceState::Building) => ("…", "building", strong()),
            Some(ServiceState::Starting) => ("…", "starting", strong()),
            Some(ServiceState::Healthy) => ("✓", "healthy", model.theme.good()),
            Some(ServiceState::Unhealthy) => ("!", "unhealthy", model.theme.alarm()),
            Some(ServiceState::Exited) => ("×", "exited", model.theme.alarm()),
        };
        let has_failed = matches!(service.state, Some(ServiceState::Unhealthy | ServiceState::Exited));
        let rows = if has_failed { 1 + spare } else { 1 };
        // Only a model reads, and while services come up it is the one that starts last.
        let reading = model.seen.reading_words().filter(|_| service.name == MODEL && !has_failed);
        let detail = wrap_short(&reading.unwrap_or(service.detail.clone()), width.saturating_sub(29), rows);
        spare = spare.saturating_sub(detail.len().saturating_sub(1));
        let mut detail = detail.into_iter();
        lines.push(Line::from(vec![
            Span::styled(format!("{mark} "), style),
            Span::raw(fit(&service.name, 16)),
            Span::styled(fit(word, 11), style),
            Span::styled(detail.next().unwrap_or_default(), quiet()),
        ]));
        lines.extend(detail.map(|row| Line::styled(format!("{:29}{row}", ""), quiet())));
    }
    lines.extend(below);
    put_lines(frame, area, lines);
}

/// Who speaks and where the tools run, in plain words.
fn speakers(model: &Model, width: u16, roomy: bool) -> Vec<Line<'static>> {
    let label = |text: &str| Span::styled(format!("{text:<12}"), quiet());
    let Some(opening) = &model.seen.opening else {
        return vec![Line::from(vec![label("Who speaks"), Span::raw("looking for a model server…")])];
    };
    let who = if opening.scripted {
        vec![Span::styled("the scripted crew", strong()), Span::raw(", not a language model")]
    } else {
        // What is too long of either leaves room for the other.
        let room = width.saturating_sub(12);
        let at = format!(" at {}", opening.url);
        let model = cut(&opening.model, room_for(room, &at, 0).max(room / 2));
        let at = cut(&at, room_for(room, &model, 0));
        vec![Span::styled(model, strong()), Span::raw(at)]
    };
    let tools = match opening.tools.as_str() {
        "docker" => ("Docker containers", ", one for each service"),
        "embedded" => ("embedded in this program", ", without Docker"),
        other => (other, ""),
    };
    let cut_to = width.saturating_sub(12);
    let tools = vec![Span::styled(cut(tools.0, cut_to), strong()), Span::raw(tools.1)];
    let line = |name, words: Vec<Span<'static>>| Line::from([vec![label(name)], words].concat());
    let mut lines = vec![line("Who speaks", who), line("Tools", tools)];
    if !roomy {
        let names = names(model, cut_to).into_iter().enumerate();
        lines.splice(0..0, names.map(|(row, names)| line(if row == 0 { "The crew" } else { "" }, names)));
    }
    lines
}

/// The crew's names in two rows at the most, and how many more there are.
fn names(model: &Model, width: u16) -> Vec<Vec<Span<'static>>> {
    let mut rows: Vec<Vec<Span>> = vec![Vec::new()];
    let mut left = usize::from(width);
    for (index, agent) in model.seen.crew.iter().enumerate() {
        let name = Span::styled(agent.label.clone(), model.theme.agent(agent.colour));
        let more = format!("and {} more", model.seen.crew.len() - index);
        // Room for the name, and in the last row for what stands for those that do not fit.
        let last = if rows.len() == 2 && index + 1 < model.seen.crew.len() { more.len() + 2 } else { 0 };
        if name.width() + last > left {
            if rows.len() == 2 {
                rows[1].push(Span::styled(more, quiet()));
                break;
            }
            rows.push(Vec::new());
            left = usize::from(width);
        }
        left = left.saturating_sub(name.width() + 2);
        if let Some(row) = rows.last_mut() {
            row.extend([name, Span::raw("  ")]);
        }
    }
    rows
}

/// The crew, one a line.
fn crew(model: &Model, width: u16) -> impl Iterator<Item = Line<'static>> {
    let name = model.seen.longest().clamp(14, 20) + 2;
    model.seen.crew.iter().enumerate().map(move |(index, agent)| {
        Line::from(vec![
            Span::styled(
                format!("{} {}", number(model, index), fit(&agent.label, name)),
                model.theme.agent(agent.colour),
            ),
            Span::styled(cut(&agent.role, width.saturating_sub(name + 1 + digits(model))), quiet()),
        ])
    })
}
