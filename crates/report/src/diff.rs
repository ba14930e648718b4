//! What a repair would change, as a difference of lines.

use std::collections::BTreeSet;

use lustrate::{Colour, Error, LinePart, Outcome, RowChange, RowId, row_changes};

use crate::Run;
use crate::numbers::counted;
use crate::paint::{Role, paint};
use crate::values::cut;

/// Rows that are shown; the rest is counted.
const MOST_ROWS: usize = 20;
/// Characters of a part that stays which are shown beside one that does not.
const CONTEXT: usize = 60;
/// Characters of a line that goes as a whole.
const LONGEST_LINE: usize = 200;

/// The lines of the first twenty rows that a repair changes or sets apart, as they were read and as they would be written,
/// with the changed parts in colour, or marked on a line of their own below, which starts with `?`; of a row that is set apart
/// there is the line that goes, and the file that it goes to. It names the file that was read and the one that would be
/// written, says how many rows more there are, and is nothing where all rows stay as they are.
///
/// # Errors
/// When the file of the table has gone or changed since it was read.
pub fn diff(outcome: &Outcome, run: &Run, colour: Colour) -> Result<String, Error> {
    let id = |number: u64| RowId((number - 1) as u32);
    let apart: BTreeSet<RowId> = outcome.quarantine.iter().map(|apart| id(apart.row)).collect();
    let rows: BTreeSet<RowId> = outcome.applied().map(|repair| id(repair.row)).chain(apart.iter().copied()).collect();
    if rows.is_empty() {
        return Ok(String::new());
    }
    let first: BTreeSet<RowId> = rows.iter().copied().take(MOST_ROWS).collect();
    let changes = row_changes(&outcome.original, &outcome.table, &first).map_err(Error::Write)?;
    let [read, written] = [&run.data, &run.cleaned].map(|name| escaped(name));
    let mut text = paint(&format!("--- {read}\n+++ {written}"), Role::Label, colour) + "\n";
    let file = run.quarantine.as_deref().unwrap_or_default();
    for change in &changes {
        text += &if apart.contains(&change.row) { line_apart(change, file, colour) } else { hunk(change, colour) };
    }
    if rows.len() > MOST_ROWS {
        let what = if apart.is_subset(&first) { "more changed row" } else { "more row" };
        let more = counted((rows.len() - MOST_ROWS) as u64, what);
        text += &format!("… and {more}; `--format json` tells of all\n");
    }
    Ok(text)
}

/// The side of a difference.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Old,
    New,
}

fn hunk(change: &RowChange, colour: Colour) -> String {
    let head = format!("@@ {} @@", place(change));
    let sides = [Side::Old, Side::New].map(|side| one_side(&change.parts, side, colour));
    paint(&head, Role::Aside, colour) + "\n" + &sides.concat()
}

/// The line of a row that goes to another file.
fn line_apart(change: &RowChange, file: &str, colour: Colour) -> String {
    let head = format!("@@ {}, to {} @@", place(change), escaped(file));
    let old = |part: &LinePart| match part {
        LinePart::Same(text) => escaped(text),
        LinePart::Changed { old, .. } => escaped(old),
    };
    let line = cut(&change.parts.iter().map(old).collect::<String>(), LONGEST_LINE);
    paint(&head, Role::Aside, colour) + "\n" + &paint(&format!("-{line}"), Role::Wrong, colour) + "\n"
}

fn place(change: &RowChange) -> String {
    let line = change.line.map_or(String::new(), |line| format!(", line {line}"));
    format!("row {}{line}", change.row.number())
}

fn one_side(parts: &[LinePart], side: Side, colour: Colour) -> String {
    let (sign, role) = match side {
        Side::Old => ("-", Role::Wrong),
        Side::New => ("+", Role::Right),
    };
    let (mut line, mut marks) = (paint(sign, role, colour), String::from("?"));
    for (place, part) in parts.iter().enumerate() {
        match part {
            LinePart::Same(text) => {
                let text = shortened(&escaped(text), place > 0, place + 1 < parts.len());
                marks.extend(text.chars().map(|char| if char == '\t' { '\t' } else { ' ' }));
                line += &text;
            }
            LinePart::Changed { old, new } => {
                let text = escaped(if side == Side::Old { old } else { new });
                marks.extend(text.chars().map(|_| '^'));
                if !text.is_empty() {
                    line += &paint(&text, role, colour);
                }
            }
        }
    }
    let marks =
        if colour == Colour::Off && marks.contains('^') { marks.trim_end().to_owned() + "\n" } else { String::new() };
    line + "\n" + &marks
}

/// A text on one line, which does nothing to a terminal.
fn escaped(text: &str) -> String {
    let shown = |char: char| match char {
        '\t' => "\t".to_owned(),
        _ if char.is_control() => char.escape_default().to_string(),
        _ => char.to_string(),
    };
    text.chars().map(shown).collect()
}

/// A part that stays, cut where it is far from what changes before and behind it.
fn shortened(text: &str, before: bool, behind: bool) -> String {
    let length = text.chars().count();
    let (head, tail) = (if before { CONTEXT } else { 0 }, if behind { CONTEXT } else { 0 });
    if length <= head + tail {
        return text.to_owned();
    }
    let head: String = text.chars().take(head).collect();
    let tail: String = text.chars().skip(length - tail).collect();
    format!("{head}…{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(parts: Vec<LinePart>) -> RowChange {
        RowChange { row: RowId(3), line: Some(5), parts }
    }

    fn same(text: &str) -> LinePart {
        LinePart::Same(text.to_owned())
    }

    fn changed(old: &str, new: &str) -> LinePart {
        LinePart::Changed { old: old.to_owned(), new: new.to_owned() }
    }

    #[test]
    fn changed_parts_are_marked_below_where_there_are_no_colours() {
        let change = change(vec![same("00184,"), changed("Rom", "Rome"), same(",\"a\nb\","), changed("", "x")]);
        let expected = "\
@@ row 4, line 5 @@
-00184,Rom,\"a\\nb\",
?      ^^^
+00184,Rome,\"a\\nb\",x
?      ^^^^        ^
";
        assert_eq!(hunk(&change, Colour::Off), expected);
    }

    #[test]
    fn changed_parts_are_in_colour_where_there_are_colours() {
        let shown = hunk(&change(vec![same("a,"), changed("\u{1b}[2J", "x")]), Colour::On);
        assert!(shown.contains("\u{1b}[31m\\u{1b}[2J\u{1b}[0m") && shown.contains("\u{1b}[32mx\u{1b}[0m"), "{shown:?}");
        assert!(!shown.contains('?'));
    }

    #[test]
    fn what_stays_far_from_a_change_is_cut() {
        let long = "x".repeat(500);
        let shown = hunk(&change(vec![same(&long), changed("a", "b"), same(&long)]), Colour::Off);
        let line = format!("-…{}a{}…\n", "x".repeat(60), "x".repeat(60));
        assert!(shown.contains(&line), "{shown}");
    }
}
