//! What became of a repairs file, for people and for programs.

use lustrate::{Change, Colour, Direction, Edited, Left, Likeness, Replayed};
use serde::Serialize;

use crate::json::{SCHEMA, pretty};
use crate::lines::{labelled, tally, with_parts};
use crate::numbers::{counted, grouped, of_whole};
use crate::paint::{Role, paint};
use crate::shell::command;
use crate::values::quoted_pair;
use crate::{Mode, STANDARD_OUTPUT};

/// Changes that are shown.
const MOST_EXAMPLES: usize = 3;
/// Characters of a value that are shown.
const LONGEST_VALUE: usize = 30;
/// The option that lets a table in which is not what the run read or wrote.
const ACCEPT_CHANGED: &str = "--accept-changed";

/// Which files a replay read and wrote, by the names that its user knows them by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplayRun {
    /// The repairs file.
    pub repairs: String,
    /// The table that was read.
    pub data: String,
    /// The table that was written.
    pub output: String,
    /// The name of the file that the run read, or, where repairs are made, of the one that it wrote.
    pub model: String,
    /// How what was written compares with it; `None` where nothing was written.
    pub likeness: Option<Likeness>,
    /// Whether the table was written.
    pub mode: Mode,
    /// The options that every further command with this repairs file needs, word by word: where its metadata are, say.
    pub options: Vec<String>,
    /// Those that a command needs besides which takes repairs back: what brought rows back, and where the others are.
    pub undo_options: Vec<String>,
}

/// What became of a repairs file: ten lines at most, each led by a word that says what it is about.
pub fn replayed_text(replayed: &Replayed, run: &ReplayRun, colour: Colour) -> String {
    let [rows, columns, cells] = [(replayed.rows, "row"), (replayed.columns, "column"), (replayed.cells, "cell")]
        .map(|(number, unit)| counted(number, unit));
    let mut lines = vec![
        ("Table", format!("{}: {rows}, {columns}, {cells}", run.data)),
        (label(replayed.direction, run.mode), changed(replayed)),
        ("Records", records(replayed, run)),
    ];
    lines.extend(edited(&replayed.edited).map(|text| ("Edited", text)));
    lines.extend(set_apart(replayed).map(|text| ("Set apart", text)));
    for (place, change) in examples(&replayed.changes).into_iter().enumerate() {
        lines.push((if place == 0 { "Such as" } else { "" }, example(change, colour)));
    }
    lines.push(("Written", written(run)));
    lines.push(("Next", next(replayed, run)));
    labelled(&lines, colour)
}

/// The same as one JSON object ended by a line end: `schema`, `version`, the files (`null` where a dry run did not write
/// one), how the output compares with what the run wrote or read, and the fields of [`Replayed`].
pub fn replayed_json(replayed: &Replayed, run: &ReplayRun) -> String {
    #[derive(Serialize)]
    struct Form<'a> {
        schema: u32,
        version: &'static str,
        repairs_file: &'a str,
        data: &'a str,
        output: Option<&'a str>,
        likeness: Option<Likeness>,
        #[serde(flatten)]
        replayed: &'a Replayed,
    }
    pretty(&Form {
        schema: SCHEMA,
        version: env!("CARGO_PKG_VERSION"),
        repairs_file: &run.repairs,
        data: &run.data,
        output: (run.mode == Mode::Written).then_some(&run.output),
        likeness: run.likeness,
        replayed,
    })
}

fn label(direction: Direction, mode: Mode) -> &'static str {
    match (direction, mode) {
        (Direction::Apply, Mode::Written) => "Repaired",
        (Direction::Apply, Mode::DryRun) => "To repair",
        (Direction::Undo, Mode::Written) => "Restored",
        (Direction::Undo, Mode::DryRun) => "To undo",
    }
}

fn changed(replayed: &Replayed) -> String {
    let total = of_whole(replayed.changes.len() as u64, replayed.cells, "cell");
    with_parts(total, replayed.changes.iter().map(|change| change.column.as_str()), "column")
}

/// What became of each record: `7 of 9 records of orders.repairs.csv; left are 2 marked review`.
fn records(replayed: &Replayed, run: &ReplayRun) -> String {
    let Left { review, keep, same_value, not_chosen, not_there } = replayed.left;
    let done = of_whole(replayed.changes.len() as u64, replayed.records, "record");
    let parts = [
        (review, "marked `review`"),
        (keep, "marked `keep`"),
        (same_value, "with the old value as the new one"),
        (not_chosen, "not chosen by `--where`"),
        (not_there, "not in this table"),
    ];
    let left: Vec<String> = parts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{} {what}", grouped(*count)))
        .collect();
    let made = if replayed.direction == Direction::Apply { "made" } else { "taken back" };
    let rest = if left.is_empty() { String::new() } else { format!("; {}", left.join(", ")) };
    format!("{done} in {} {made}{rest}", run.repairs)
}

fn edited(edited: &Edited) -> Option<String> {
    let Edited { values, accepted, turned_down, deleted } = *edited;
    let parts = [(values, "new value"), (accepted, "accepted"), (turned_down, "turned down"), (deleted, "deleted")];
    let told: Vec<String> = parts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{what} {}", grouped(*count)))
        .collect();
    let total = parts.iter().map(|(count, _)| count).sum();
    (total > 0).then(|| format!("{} since the run: {}", counted(total, "record"), told.join(", ")))
}

/// What became of the rows that the run set apart, if there were any.
fn set_apart(replayed: &Replayed) -> Option<String> {
    let apart = &replayed.set_apart;
    let file = apart.file.as_deref()?;
    let are = |rows: u64| if rows == 1 { "is" } else { "are" };
    let left = format!(
        "{} {} left out, as the run set {} apart in {file}",
        of_whole(apart.left_out, apart.whole, "row"),
        are(apart.left_out),
        if apart.left_out == 1 { "it" } else { "them" }
    );
    let back = match replayed.direction {
        Direction::Apply => {
            format!("{} {} back, with a repair that was accepted", counted(apart.back, "row"), are(apart.back))
        }
        Direction::Undo => format!("{} from {file} {} back in place", counted(apart.back, "row"), are(apart.back)),
    };
    Some(match (apart.left_out, apart.back) {
        (_, 0) => left,
        (0, _) => back,
        _ => format!("{left}; {back}"),
    })
}

/// The first change of each of the columns with the most.
fn examples(changes: &[Change]) -> Vec<&Change> {
    let columns = tally(changes.iter().map(|change| change.column.as_str()));
    let first = |column: &str| changes.iter().find(|change| change.column == column);
    columns.into_iter().take(MOST_EXAMPLES).filter_map(|(column, _)| first(column)).collect()
}

fn example(change: &Change, colour: Colour) -> String {
    let (from, to) = quoted_pair(change.from.as_deref(), change.to.as_deref(), LONGEST_VALUE);
    let (from, to) = (paint(&from, Role::Wrong, colour), paint(&to, Role::Right, colour));
    format!("row {}, {}: {from} -> {to}", grouped(change.row), change.column)
}

fn written(run: &ReplayRun) -> String {
    let ReplayRun { output, model, .. } = run;
    match run.likeness {
        None => format!("nothing: this was a dry run of what goes to {output}"),
        Some(Likeness::SameBytes) => format!("{output}, byte for byte {model} of the run"),
        Some(Likeness::SameValues) => format!("{output}, with the names, types and values of {model} of the run"),
        Some(Likeness::Other) => format!("{output}, which differs from {model} of the run"),
    }
}

fn next(replayed: &Replayed, run: &ReplayRun) -> String {
    let ReplayRun { repairs, output, options, undo_options, .. } = run;
    let output = if output == STANDARD_OUTPUT { "-" } else { output };
    let files = ["apply", repairs, output];
    let options = || options.iter().map(String::as_str);
    let again = || command(files.into_iter().chain(options()));
    let undo = || {
        let undo_options = undo_options.iter().map(String::as_str);
        command(files.into_iter().chain(["--undo"]).chain(options()).chain(undo_options))
    };
    let is_all = replayed.left.not_chosen == 0 && replayed.set_apart.left_out == 0;
    match (run.mode, replayed.direction) {
        (Mode::DryRun, _) => "run it again without `--dry-run` to write the file".to_owned(),
        (_, Direction::Apply) if replayed.set_apart.back > 0 => {
            let detect = command(["detect", output]);
            format!(
                "{detect} with the rules of the run shows whether the rows that are back satisfy them; {} takes the repairs \
                 back",
                undo()
            )
        }
        (_, Direction::Apply) => format!("{} takes the repairs back", undo()),
        (_, Direction::Undo) if replayed.gives_input_back == Some(true) => {
            format!("{} makes the repairs again", again())
        }
        // What the run read is not what came out, so its hash does not let the table in.
        (_, Direction::Undo) if is_all && !options().any(|option| option == ACCEPT_CHANGED) => {
            let again = command(files.into_iter().chain(options()).chain([ACCEPT_CHANGED]));
            format!("{again} makes the repairs again")
        }
        (_, Direction::Undo) if is_all => format!("{} makes the repairs again", again()),
        (_, Direction::Undo) => format!("{} takes the other repairs back", undo()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_edited_is_told_only_where_something_was() {
        assert_eq!(edited(&Edited::default()), None);
        let two = Edited { values: 1, deleted: 1_200, ..Edited::default() };
        assert_eq!(edited(&two).unwrap(), "1,201 records since the run: new value 1, deleted 1,200");
    }

    #[test]
    fn the_first_change_of_each_column_is_shown() {
        let change = |row, column: &str| Change { row, column: column.to_owned(), from: None, to: Some("x".into()) };
        let changes = [change(4, "a"), change(2, "b"), change(3, "b"), change(1, "a"), change(9, "b")];
        let shown: Vec<String> = examples(&changes).into_iter().map(|change| example(change, Colour::Off)).collect();
        assert_eq!(shown, ["row 2, b: (missing) -> \"x\"", "row 4, a: (missing) -> \"x\""]);
    }
}
