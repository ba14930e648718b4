//! A desk on the screen.

use lustrate::{CellId, LabelProposal, Said, rounded_down};
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::Line;
use ratatui::widgets::{Block, Borders, Clear, Paragraph, Wrap};

use super::desk::{Desk, Mode, Progress};
use super::editor::Editor;
use super::text::{fitted, printable, printable_value, width};

/// Below this width what is written has no column of its own.
const NARROW: u16 = 50;

/// From these heights on the chosen cell is shown in full below the row, in so many lines.
const DETAILS: [(u16, u16); 2] = [(22, 8), (13, 5)];

/// The keys, in the order in which they are needed.
const KEYS: [(&str, &str); 14] = [
    ("up, down", "choose a cell"),
    ("Enter, e", "write what the cell should read"),
    ("", "nothing: no value; ?: don't know; \"\": the empty text"),
    ("a", "take what is proposed for the cell"),
    ("r", "what is written is right"),
    ("?", "don't know"),
    ("A", "the whole row is right as it is shown: go on"),
    ("s", "skip the row for now"),
    ("u", "undo"),
    ("n, p", "next row, previous row"),
    ("h", "this list"),
    ("q, Ctrl-C", "save and quit"),
    ("", ""),
    ("", "every change is saved at once"),
];

const KEY_LINE: &str = "h help  q quit  A accept row  e edit  a take  r keep  ? unknown  s skip  u undo";

/// Draws everything.
pub(super) fn draw(frame: &mut Frame<'_>, desk: &Desk<'_>) {
    let height = frame.area().height;
    let details = DETAILS.iter().find(|(from, _)| height >= *from).map_or(0, |&(_, lines)| lines);
    let mut heights = [1, 1, 1, 0, details, 1].map(Constraint::Length);
    heights[3] = Constraint::Min(1);
    let [title, why, head, list, below, foot] = Layout::vertical(heights).areas(frame.area());
    draw_title(frame, desk, title);
    let text = fitted(&printable(&desk.shown().question.why), why.width.into());
    frame.render_widget(Line::styled(text, Style::new().add_modifier(Modifier::DIM)), why);
    draw_list(frame, desk, head, list);
    if details > 0 {
        draw_details(frame, desk, below);
    }
    draw_foot(frame, desk, foot);
    if matches!(desk.mode, Mode::Help) {
        draw_help(frame);
    }
}

fn draw_title(frame: &mut Frame<'_>, desk: &Desk<'_>, area: Rect) {
    let row = desk.shown();
    let id = |&attribute| desk.table.text(CellId { row: row.question.row, attribute }).unwrap_or_default();
    let key: Vec<&str> = desk.ids.iter().map(id).collect();
    let key = if key.is_empty() { String::new() } else { format!(" ({})", printable(&key.join("|"))) };
    let checked = if row.checked { ", looked at" } else { "" };
    let left =
        format!("{} of {}: row {}{key}{checked}", desk.place(), desk.sheet().rows.len(), row.question.row.number());
    let right = progress_words(desk.progress());
    let room = usize::from(area.width);
    let bold = Style::new().add_modifier(Modifier::BOLD);
    let left_room = room.saturating_sub(width(&right) + 2);
    if left_room < 12 {
        frame.render_widget(Line::styled(fitted(&left, room), bold), area);
        return;
    }
    frame.render_widget(Line::styled(fitted(&left, left_room), bold), area);
    frame.render_widget(Line::raw(right).right_aligned(), area);
}

/// `7 of 20 rows, 3 corrected`.
pub(crate) fn progress_words(progress: Progress) -> String {
    format!("{} of {} rows, {} corrected", progress.rows, progress.of, progress.corrected)
}

/// Where the columns of the list are.
struct Places {
    name: Rect,
    written: Option<Rect>,
    now: Rect,
}

fn places(area: Rect, names: usize) -> Places {
    let names = (names as u16).max(6).min(area.width / 3);
    // Two letters in front are for the chosen cell and for what was done to it.
    let [_, name, _, rest] = Layout::horizontal([
        Constraint::Length(2),
        Constraint::Length(names),
        Constraint::Length(1),
        Constraint::Min(0),
    ])
    .areas(area);
    if area.width < NARROW {
        return Places { name, written: None, now: rest };
    }
    let [written, _, now] =
        Layout::horizontal([Constraint::Fill(1), Constraint::Length(1), Constraint::Fill(1)]).areas(rest);
    Places { name, written: Some(written), now }
}

fn draw_list(frame: &mut Frame<'_>, desk: &Desk<'_>, head: Rect, area: Rect) {
    let columns = &desk.sheet().columns;
    let name = |cell: usize| printable(desk.table.schema().name(columns[cell]));
    let widest = (0..columns.len()).map(|cell| width(&name(cell))).max().unwrap_or(0);
    let put = |frame: &mut Frame<'_>, rect: Rect, text: &str, style: Style| {
        frame.render_widget(Line::styled(fitted(text, rect.width.into()), style), rect);
    };
    let underlined = Style::new().add_modifier(Modifier::UNDERLINED);
    let heads = places(head, widest);
    put(frame, heads.name, "column", underlined);
    if let Some(written) = heads.written {
        put(frame, written, "original", underlined);
    }
    put(frame, heads.now, "proposed", underlined);
    let shown = usize::from(area.height);
    let first = (desk.chosen() + 1).saturating_sub(shown);
    for (cell, line) in (first..columns.len()).zip(area.rows()) {
        let Places { name: name_place, written, now } = places(line, widest);
        let chosen = cell == desk.chosen();
        let style = if chosen { Style::new().add_modifier(Modifier::REVERSED) } else { Style::new() };
        let marks = format!("{}{}", if chosen { '>' } else { ' ' }, mark(desk, cell));
        put(frame, Rect { width: line.width.min(2), ..line }, &marks, Style::new().add_modifier(Modifier::BOLD));
        put(frame, name_place, &name(cell), style);
        if let Some(written) = written {
            put(frame, written, &value_words(desk.written(cell)), style);
        }
        let (text, sure) = now_words(desk, cell, written.is_none());
        let room = usize::from(now.width).saturating_sub(width(&sure));
        put(frame, now, &(fitted(&text, room) + &sure), style);
    }
}

/// `*` for another value than what is written, `?` for "don't know".
fn mark(desk: &Desk<'_>, cell: usize) -> char {
    match &desk.shown().cells[cell] {
        Said::Unknown => '?',
        Said::Value(value) if value.as_deref() == desk.written(cell) => ' ',
        Said::Value(_) => '*',
    }
}

/// A value, with words for those that cannot be seen.
fn value_words(value: Option<&str>) -> String {
    match value {
        None => "(missing)".to_owned(),
        Some("") => "(empty text)".to_owned(),
        Some(text) => printable_value(text),
    }
}

/// What a cell should read as things are, and how sure that is if it is what was proposed. What is as it is written is only
/// repeated where that is not shown beside it.
fn now_words(desk: &Desk<'_>, cell: usize, repeat: bool) -> (String, String) {
    let proposal = desk.proposal(cell);
    match &desk.shown().cells[cell] {
        Said::Unknown => ("don't know".to_owned(), String::new()),
        Said::Value(value) if value.as_deref() == desk.written(cell) => match (repeat, proposal) {
            (true, _) => (value_words(value.as_deref()), String::new()),
            (false, Some(_)) => ("as it is written".to_owned(), String::new()),
            (false, None) => Default::default(),
        },
        Said::Value(value) => {
            let sure = proposal.filter(|proposal| proposal.value == *value);
            let sure = sure.map(|proposal| format!(" ({})", rounded_down(proposal.confidence, 2)));
            (value_words(value.as_deref()), sure.unwrap_or_default())
        }
    }
}

fn draw_details(frame: &mut Frame<'_>, desk: &Desk<'_>, area: Rect) {
    let cell = desk.chosen();
    let mut lines = vec![Line::raw(format!("original: {}", value_words(desk.written(cell))))];
    if let Some(proposal) = desk.proposal(cell) {
        let value = value_words(proposal.value.as_deref());
        lines.push(Line::raw(format!("proposed: {value} ({})", rounded_down(proposal.confidence, 2))));
        lines.push(Line::raw(format!("because:  {}", printable(&proposal.reason))));
    }
    let now = &desk.shown().cells[cell];
    let is_proposed = |proposal: &LabelProposal| *now == Said::Value(proposal.value.clone());
    if mark(desk, cell) == '*' && !desk.proposal(cell).is_some_and(is_proposed) {
        lines.push(Line::raw(format!("now:      {}", now_words(desk, cell, true).0)));
    }
    let name = format!(" {} ", fitted(&printable(desk.table.schema().name(desk.sheet().columns[cell])), 30));
    let block = Block::new().borders(Borders::TOP).title(name);
    frame.render_widget(Paragraph::new(lines).wrap(Wrap { trim: false }).block(block), area);
}

fn draw_foot(frame: &mut Frame<'_>, desk: &Desk<'_>, area: Rect) {
    match (&desk.mode, desk.told) {
        (Mode::Editing(editor), _) => draw_editor(frame, editor, area),
        (_, Some(told)) => frame.render_widget(Line::styled(told, Style::new().add_modifier(Modifier::BOLD)), area),
        _ => frame.render_widget(Line::raw(fitted(KEY_LINE, area.width.into())), area),
    }
}

/// The line that is being written; of a long one the part around the cursor.
fn draw_editor(frame: &mut Frame<'_>, editor: &Editor, area: Rect) {
    let prompt = "should read: ";
    frame.render_widget(Line::styled(prompt, Style::new().add_modifier(Modifier::BOLD)), area);
    let used = (width(prompt) as u16).min(area.width);
    let room = Rect { x: area.x + used, width: area.width - used, ..area };
    let before = printable(&editor.before_cursor());
    let hidden = width(&before).saturating_sub(usize::from(room.width).saturating_sub(1));
    let text = Paragraph::new(printable(&editor.text())).scroll((0, hidden.min(usize::from(u16::MAX)) as u16));
    frame.render_widget(text, room);
    let cursor = room.x + (width(&before) - hidden) as u16;
    frame.set_cursor_position(Position::new(cursor.min(area.right().saturating_sub(1)), area.y));
}

fn draw_help(frame: &mut Frame<'_>) {
    let line = |(key, what): &(&str, &str)| Line::raw(format!("{key:>10}  {what}"));
    let lines: Vec<Line<'_>> = KEYS.iter().map(line).collect();
    let whole = frame.area();
    let wide = lines.iter().map(Line::width).max().unwrap_or(0) as u16 + 4;
    let (wide, high) = (wide.min(whole.width), (lines.len() as u16 + 2).min(whole.height));
    let area = Rect::new(whole.x + (whole.width - wide) / 2, whole.y + (whole.height - high) / 2, wide, high);
    frame.render_widget(Clear, area);
    let keys = Paragraph::new(lines).wrap(Wrap { trim: false });
    frame.render_widget(keys.block(Block::bordered().title(" keys ")), area);
}
