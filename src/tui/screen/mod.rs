//! The screens: the model drawn on a frame. Each page has a file; the lines that every page has are here.

mod boot;
mod compare;
mod conversation;
mod course;
mod crew;
mod evidence;
mod failed;
mod finale;
mod floor;
mod guess;
mod heist;
mod help;
mod letters;
mod pane;
mod plan;
mod reveal;
mod sessions;
mod sources;
mod timeline;
mod tools;

use ratatui::Frame;
use ratatui::layout::{Alignment, Rect, Size};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use unicode_segmentation::UnicodeSegmentation;

use crate::heist::Colour;

use super::ascii;
use super::keys::{Act, BINDINGS, Binding, Place};
use super::layout::{self, SMALLEST};
use super::model::{Model, Over, Page};
use super::seen::{Doing, doing_words};
use super::text::{clock, cut};
use super::theme::{chosen, quiet, strong};
use crate::text::width_of;

pub(super) use compare::rows as compare_rows;
pub(super) use crew::at as crew_at;
pub(super) use finale::rows as ending_rows;
pub(super) use guess::at as guess_at;
pub(super) use help::rows as help_rows;
pub(super) use reveal::rows as reveal_rows;
pub(super) use sessions::{outcome_words, visible_rows as session_rows};

/// Columns of a bank's name in the line at the top, at most.
const BANK: u16 = 30;

/// Draws the model.
pub(super) fn view(model: &Model, frame: &mut Frame) {
    let size = frame.area().as_size();
    if size.width < SMALLEST.width || size.height < SMALLEST.height {
        return too_small(frame);
    }
    let mut page = layout::page(Size { height: size.height - u16::from(model.replay.is_some()), ..size });
    if let Some(replay) = &model.replay {
        put(frame, page.footer, timeline::line(replay, page.footer.width));
        page.footer.y += 1;
    }
    put(frame, page.status, status(model, page.status.width));
    match (&model.over, &model.page) {
        (Over::Help { top }, _) => help::draw(model, *top, frame, page.body),
        (_, Page::Boot) => boot::draw(model, frame, page.body),
        (_, Page::Heist) => heist::draw(model, frame),
        (_, Page::Guess { cursor, .. }) => guess::draw(model, *cursor, frame, page.body),
        (_, Page::Finale { top }) => finale::draw(model, *top, frame, page.body),
        (_, Page::Reveal { top }) => reveal::draw(model, *top, frame, page.body),
        (_, Page::Failed) => failed::draw(model, frame, page.body),
        (_, Page::Sessions) => sessions::draw(model, frame, page.body),
        (_, Page::Compare { top }) => compare::draw(model, *top, frame, page.body),
    }
    put(frame, page.notice, notice(model, page.notice.width));
    put(frame, page.footer, footer(model, page.footer.width));
    if model.theme.ascii {
        ascii::reduce(frame.buffer_mut());
    }
}

fn too_small(frame: &mut Frame) {
    let area = frame.area();
    let text = format!(
        "This terminal has {} columns and {} rows; the heist needs {} by {}. Make it larger. Ctrl-C leaves.",
        area.width, area.height, SMALLEST.width, SMALLEST.height
    );
    let lines: Vec<Line> = super::wrap::wrap(&text, area.width).into_iter().map(Line::from).collect();
    frame.render_widget(Paragraph::new(lines), area);
}

/// Columns that the last agent's number takes.
fn digits(model: &Model) -> u16 {
    if model.seen.crew.len() > 9 { 2 } else { 1 }
}

/// An agent's number.
fn number(model: &Model, index: usize) -> String {
    format!("{:>columns$}", index + 1, columns = usize::from(digits(model)))
}

/// One line, cut at the edge.
fn put(frame: &mut Frame, area: Rect, line: Line) {
    frame.render_widget(Paragraph::new(line), area);
}

/// Lines from the top of an area, with a margin of two columns.
fn put_lines(frame: &mut Frame, area: Rect, lines: Vec<Line>) {
    frame.render_widget(Paragraph::new(lines), inset(area));
}

fn inset(area: Rect) -> Rect {
    Rect { x: area.x + 2, width: area.width.saturating_sub(4), ..area }
}

fn status(model: &Model, width: u16) -> Line<'static> {
    let seen = &model.seen;
    if let Some(browser) = &model.browser {
        return sessions::status(browser);
    }
    let dot = || Span::styled(" · ", quiet());
    let mut left = vec![
        Span::styled(if model.replay.is_some() { " REPLAY " } else { " HEIST " }, chosen(strong())),
        Span::raw(" "),
    ];
    if let (Some(opening), Some(phase)) = (&seen.opening, seen.phase) {
        left.push(Span::styled(format!("Round {}/{}", seen.round, opening.rounds), strong()));
        left.extend([dot(), Span::raw(phase.title()), dot(), Span::raw(format!("turn {}", seen.turn))]);
    } else {
        if let Some(opening) = &seen.opening {
            left.extend([Span::styled(cut(&opening.bank, BANK), strong()), dot()]);
        }
        left.push(Span::raw("getting ready"));
    }
    left.extend([dot(), Span::raw(clock(seen.elapsed()))]);
    if seen.over() {
        left.extend([dot(), Span::styled("over", strong())]);
    } else if seen.paused {
        left.extend([dot(), Span::styled("PAUSED", model.theme.alarm())]);
    } else if seen.guess_wanted {
        left.extend([dot(), Span::styled("your guess", strong())]);
    }
    if let Some(rate) = seen.tokens_a_second() {
        left.extend([dot(), Span::raw(format!("{rate:.0} tok/s"))]);
    }
    let used: usize = left.iter().map(Span::width).sum();
    let room = width.saturating_sub(u16::try_from(used).unwrap_or(width) + 3);
    if let Some(opening) = &seen.opening {
        let who = if opening.scripted { "scripted crew" } else { &opening.model };
        let tools = u16::try_from(opening.tools.len()).unwrap_or(room);
        // The model's name gives way first; a stump of it would say nothing.
        let right = match room.checked_sub(tools + 3) {
            Some(left) if left >= 8 => format!("{} · {}", cut(who, left), opening.tools),
            _ => cut(&opening.tools, room),
        };
        let gap = usize::from(room + 2).saturating_sub(width_of(&right));
        left.extend([Span::raw(" ".repeat(gap)), Span::styled(right, quiet())]);
    }
    Line::from(left)
}

/// What is typed or asked; else what was told; else what happens.
fn notice(model: &Model, width: u16) -> Line<'static> {
    if let Over::Editor(text) = &model.over {
        let agent = model.seen.crew.get(model.selected);
        let label = agent.map_or(String::new(), |agent| agent.label.clone());
        let colour = agent.map_or(Colour::Plain, |agent| agent.colour);
        let prompt = format!(" to {label} › ");
        return written(Span::styled(prompt, model.theme.agent(colour)), text, width);
    }
    if let Over::Search { words, .. } = &model.over {
        let mut line = written(Span::styled(" search › ", strong()), words, width.saturating_sub(14));
        if let Some((words, at, all)) = super::reading::searched(model).filter(|(words, ..)| !words.is_empty()) {
            let found = if all == 0 { format!("  {words} is nowhere") } else { format!("  {at} of {all}") };
            let left = width.saturating_sub(u16::try_from(line.width()).unwrap_or(width));
            line.push_span(Span::styled(cut(&found, left), quiet()));
        }
        return line;
    }
    if model.over == Over::Leaving {
        let text = " Leave the heist? `heist-tui resume` goes on with it. Enter leaves, Esc stays. ";
        return Line::styled(text, chosen(model.theme.alarm()));
    }
    if let Page::Guess { cursor, asking } = model.page
        && (asking || model.guessed)
    {
        let who = model.seen.crew.get(cursor).map_or("nobody", |agent| &agent.label);
        return if asking {
            let sure = model.sureness.percent();
            let text = format!(" Name {who}, {sure} % sure? It cannot be taken back. ");
            Line::styled(cut(&text, width), chosen(model.theme.alarm()))
        } else {
            Line::styled(format!(" You named {who}. The seal is opened…"), strong())
        };
    }
    if let Some(line) = model.browser.as_ref().and_then(|browser| sessions::notice(model, browser)) {
        return line;
    }
    if let Some(notice) = &model.notice {
        return Line::styled(cut(&format!(" {}", notice.text), width), strong());
    }
    if model.page == Page::Boot && model.over == Over::Nothing && model.seen.round > 0 {
        let left = super::update::BOOT.saturating_sub(model.boot).as_secs();
        return Line::styled(format!(" The crew sits down in {left} s. Enter goes there now."), strong());
    }
    if model.page != Page::Heist || model.over != Over::Nothing {
        return Line::default();
    }
    if let Some((_, agent)) = model.seen.active() {
        let mut line = vec![Span::styled(
            format!(" {} {}", doing_mark(&agent.doing), agent.label),
            model.theme.agent(agent.colour),
        )];
        if let Some(words) = model.seen.reading_words() {
            line.push(Span::raw(format!(": {words}")));
            return Line::from(line);
        }
        line.push(Span::raw(format!(" {}", doing_words(&agent.doing))));
        if model.seen.doing_ms >= 1000 {
            line.push(Span::styled(format!(" · {} s", model.seen.doing_ms / 1000), quiet()));
        }
        return Line::from(line);
    }
    if model.seen.over() {
        Line::styled(" The heist is over. Esc goes back.", quiet())
    } else if model.seen.guess_wanted {
        Line::styled(" All turns are over. Press g and name the mole.", strong())
    } else if model.seen.paused {
        Line::styled(" Paused. Space goes on.", strong())
    } else {
        Line::default()
    }
}

/// A line that is being written. Its end is what counts, if it does not fit.
fn written(prompt: Span<'static>, text: &str, width: u16) -> Line<'static> {
    let room = usize::from(width).saturating_sub(prompt.width() + 2);
    let mut left = room;
    let fits = |cluster: &&str| {
        let fits = width_of(cluster) <= left;
        left = left.saturating_sub(width_of(cluster));
        fits
    };
    let clusters: Vec<&str> = text.graphemes(true).rev().take_while(fits).collect();
    let tail: String = clusters.into_iter().rev().collect();
    Line::from(vec![prompt, Span::raw(tail), Span::styled("▌", strong())])
}

/// A mark of one column for what an agent does.
fn doing_mark(doing: &Doing) -> &'static str {
    match doing {
        Doing::Waits => " ",
        Doing::Thinks => "…",
        Doing::Calls(_) => "›",
        Doing::Speaks => "»",
    }
}

/// What going back leads to from the heist.
fn back_words(model: &Model) -> &'static str {
    if model.seen.talk.searched().is_some() {
        "end search"
    } else if model.only {
        "everybody"
    } else if model.seen.talk.marked() {
        "unmark"
    } else {
        "back to the end"
    }
}

/// Which keys stay in the footer where not all fit: from 0, what goes last.
fn rank(act: Act) -> u8 {
    match act {
        Act::Quit | Act::Help => 0,
        Act::Back | Act::Confirm | Act::Next | Act::Play | Act::Open | Act::Talk => 1,
        Act::Follow | Act::Guess | Act::Previous | Act::StepOn | Act::Filter | Act::GoOn => 2,
        Act::Pause | Act::Blame | Act::Job | Act::View | Act::RoundOn | Act::Mark | Act::Sessions | Act::Source => 3,
        Act::NextAgent | Act::Pick => 4,
        Act::Search | Act::Command => 5,
        Act::Hint | Act::Only => 6,
        _ => 7,
    }
}

/// The keys that do something now. Where they do not all fit, what one needs most stays.
fn footer(model: &Model, width: u16) -> Line<'static> {
    let place = model.place();
    let layers: Vec<Place> = model.layers().chain([place]).collect();
    // A key means what it means in the first of them that has it.
    let bound = layers.iter().enumerate().flat_map(|(depth, layer)| {
        let above = layers.get(..depth).unwrap_or_default();
        let hides = move |binding: &Binding| above.iter().any(|above| binding.overlaps(*above));
        BINDINGS.iter().filter(move |binding| binding.places.contains(layer) && !hides(binding))
    });
    let leaves = model.replay.is_some() && layers.contains(&Place::Replay);
    let mut keys: Vec<(u8, &str, &str)> = Vec::new();
    for binding in bound {
        let label = match (binding.act, place) {
            (Act::Pause, _) if model.seen.paused => "go on",
            (Act::Play, Place::Finale) if model.finale.as_ref().is_some_and(|finale| finale.held) => "go on",
            (Act::Play, _) if model.replay.as_ref().is_some_and(|replay| replay.playing) => "pause",
            (Act::Back, Place::Heist) if super::update::can(model, Act::Back) => back_words(model),
            (Act::View, _) => model.pane.view.next().name(),
            (Act::Only, _) if model.only => "everybody",
            // It is shown when there is something to do it with.
            (Act::Source, _) if model.seen.talk.marked_message().is_none() => "",
            (Act::Confirm, Place::Pane) if layers.contains(&Place::Sources) => sources::opens(model),
            (Act::Unfold, _) if model.seen.talk.unfolded() => "fold",
            (Act::Down, Place::Pane) => "choose",
            (Act::Down, Place::Help | Place::Ending | Place::Reveal | Place::Compare) => "scroll",
            _ => binding.label,
        };
        if !label.is_empty() && (super::update::can(model, binding.act) || leaves && binding.act == Act::Back) {
            keys.push((rank(binding.act), model.keymap.shown(binding), label));
        }
    }
    let wide =
        |keys: &[(u8, &str, &str)]| keys.iter().map(|(_, key, label)| width_of(key) + label.len() + 3).sum::<usize>();
    while wide(&keys) > usize::from(width) + 1 {
        // The last of those that can be spared most.
        let Some(spared) = keys.iter().enumerate().max_by_key(|(_, (rank, ..))| *rank).map(|(index, _)| index) else {
            break;
        };
        keys.remove(spared);
    }
    let spans = keys.into_iter().flat_map(|(_, key, label)| {
        [Span::styled(key.to_owned(), strong()), Span::styled(format!(" {label}  "), quiet())]
    });
    std::iter::once(Span::raw(" ")).chain(spans).collect()
}

/// A bar for a share of 0 to 1: what is filled is heavy, so that it reads without colour.
fn bar(model: &Model, score: f64, first: bool, width: u16) -> Vec<Span<'static>> {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 to twice the width
    let halves = (score.clamp(0.0, 1.0) * f64::from(width) * 2.0).round() as usize;
    let (whole, half) = (halves / 2, halves % 2);
    let style = if first { model.theme.alarm() } else { strong() };
    let rest = usize::from(width) - whole - half;
    vec![
        Span::styled(format!("{}{}", "━".repeat(whole), "╸".repeat(half)), style),
        Span::styled("─".repeat(rest), quiet()),
    ]
}

/// A heading with a thin line after it.
fn heading(text: &str, width: u16) -> Line<'static> {
    let rest = usize::from(width).saturating_sub(width_of(text) + 1);
    Line::from(vec![Span::styled(format!("{text} "), strong()), Span::styled("─".repeat(rest), quiet())])
}

/// Lines with a thin mark at the edge where more of them are above or below.
fn put_scrolled(frame: &mut Frame, area: Rect, lines: Vec<Line<'static>>, top: usize) {
    let (height, all) = (usize::from(area.height), lines.len());
    put_lines(frame, area, lines.into_iter().skip(top).take(height).collect());
    let edge = |y: u16| Rect::new(area.right().saturating_sub(2), y, 1, 1);
    let mark = |text: &'static str| Paragraph::new(Line::styled(text, strong())).alignment(Alignment::Right);
    if top > 0 {
        frame.render_widget(mark("↑"), edge(area.y));
    }
    if top + height < all {
        frame.render_widget(mark("↓"), edge(area.bottom() - 1));
    }
}
