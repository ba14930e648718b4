//! Reading the form of single cells, as it was written, by hand, or by a platform for crowd workers.

use std::sync::Arc;

use lustrate_diagnostic::{SourceText, nearest};
use lustrate_table::{AttributeId, CellId, RowId, Table};

use crate::find::{Finder, Lost};
use crate::lost::{LostRow, tell_lost};
use crate::mistakes::{Mistake, Mistakes};
use crate::records::Record;
use crate::rewritten::Rewritten;
use crate::sheet_read::{read_number, unchanged, unknown_column};
use crate::spelling::{said, value};
use crate::{Label, LabelPlace, Said, TASK_HEADER};

/// Other names of `who`, as platforms write them.
const WHO: [&str; 6] = ["who", "workerid", "worker_id", "worker", "annotator", "annotator_id"];

/// The words of `answer`.
const ANSWERS: [&str; 3] = ["right", "wrong", "unknown"];

/// Where the fields of the form are in a file; `None` for those that it lacks.
#[derive(Clone, Debug, Default)]
pub(crate) struct TaskColumns {
    task: Option<usize>,
    row: Option<usize>,
    key: Option<usize>,
    column: Option<usize>,
    original: Option<usize>,
    proposed: Option<usize>,
    answer: Option<usize>,
    correct: Option<usize>,
    who: Option<usize>,
}

impl TaskColumns {
    /// Finds them by their names, in any order and case. Where platforms put `Answer.` or `Input.` in front, an answer counts
    /// before what is called so plainly, and that before an input.
    pub(crate) fn of(header: &Record) -> TaskColumns {
        let find = |names: &[&str]| {
            let rank = |place: usize| {
                let name = header.text(place).trim().to_lowercase();
                let (rank, name) = match (name.strip_prefix("answer."), name.strip_prefix("input.")) {
                    (Some(name), _) => (0, name),
                    (_, Some(name)) => (2, name),
                    _ => (1, name.as_str()),
                };
                names.iter().position(|known| *known == name).map(|place| (rank, place))
            };
            let ranked = (0..header.fields.len()).filter_map(|place| Some((rank(place)?, place)));
            ranked.min().map(|(_, place)| place)
        };
        TaskColumns {
            task: find(&["task"]),
            row: find(&["row"]),
            key: find(&["key"]),
            column: find(&["column"]),
            original: find(&["original"]),
            proposed: find(&["proposed"]),
            answer: find(&["answer"]),
            correct: find(&["correct"]),
            who: find(&WHO),
        }
    }

    /// What a header lacks to be one of this form; `None` where it lacks nothing.
    pub(crate) fn lacking(&self) -> Option<&'static str> {
        match self {
            TaskColumns { column: None, .. } => Some("column"),
            TaskColumns { correct: None, answer: None, .. } => Some("correct"),
            TaskColumns { task: None, row: None, key: None, .. } => Some("row"),
            _ => None,
        }
    }

    /// Whether it is the header of a file that was written to be filled in, and not one by hand.
    pub(crate) fn is_written(&self) -> bool {
        self.task.is_some()
    }

    /// How many of the form's columns there are.
    pub(crate) fn known(&self) -> usize {
        let all = [self.task, self.row, self.key, self.column, self.original, self.proposed, self.answer, self.correct];
        all.into_iter().flatten().count()
    }
}

/// A line with an answer.
struct Answered<'r> {
    record: &'r Record,
    number: Option<u64>,
    attribute: AttributeId,
    kind: Kind,
}

/// What kind of answer it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// What is written is right.
    Right,
    /// What is in `correct` is.
    Correct,
    /// They do not know.
    Unknown,
}

/// Reads the records below the header.
pub(crate) fn read_tasks(
    source: &Arc<SourceText>,
    records: &[Record],
    table: &Table,
    finder: &Finder<'_>,
    mistakes: &mut Mistakes<'_>,
) -> Vec<Label> {
    let [header, records @ ..] = records else { return Vec::new() };
    let columns = TaskColumns::of(header);
    let answered: Vec<Answered<'_>> =
        records.iter().filter_map(|record| answered(record, header, &columns, table, mistakes)).collect();
    let found = find(source, &answered, &columns, finder, mistakes);
    let mut rewritten = Rewritten::default();
    for (line, row) in &found {
        if let Some(place) = columns.original {
            let written = table.text(CellId { row: *row, attribute: line.attribute });
            rewritten.look(written, value(line.record.text(place)).as_deref(), line.attribute);
        }
    }
    let mut labels = Vec::with_capacity(found.len());
    for (line, row) in found {
        let cell = CellId { row, attribute: line.attribute };
        match said_of(line, cell, &columns, table, &rewritten) {
            Ok(said) => {
                let who = columns.who.map(|place| line.record.text(place).trim()).filter(|who| !who.is_empty());
                let place = LabelPlace { file: source.name.clone(), line: line.record.line };
                labels.push(Label { cell, said, who: who.map(str::to_owned), place });
            }
            Err(mistake) => mistakes.push(line.record.span_of(columns.correct.unwrap_or_default()), mistake),
        }
    }
    labels
}

/// The answer of a line, if there is one.
fn answered<'r>(
    record: &'r Record,
    header: &Record,
    columns: &TaskColumns,
    table: &Table,
    mistakes: &mut Mistakes<'_>,
) -> Option<Answered<'r>> {
    if let Some(extra) = (header.fields.len()..record.fields.len()).find(|&place| !record.text(place).trim().is_empty())
    {
        let what = format!("the line has {} fields, and the header {}", record.fields.len(), header.fields.len());
        let help = "put a field that holds the delimiter in quotes, or delete what is too much".to_owned();
        mistakes.push(
            record.span_of(extra),
            Mistake { code: "field-count", what, label: "one field too many".into(), help },
        );
        return None;
    }
    let kind = match kind(record, columns) {
        Ok(kind) => kind?,
        Err((place, mistake)) => {
            mistakes.push(record.span_of(place), mistake);
            return None;
        }
    };
    let place = columns.column.expect("a file of this form has the column `column`");
    let name = record.text(place);
    let schema = table.schema();
    let Some(attribute) = schema.find(name).or_else(|| schema.ids().find(|&id| schema.name(id).trim() == name.trim()))
    else {
        mistakes.push(record.span_of(place), unknown_column(name, table));
        return None;
    };
    let number = columns.row.and_then(|place| read_number(record.text(place)));
    if let Some(place) = columns.row.filter(|&place| number.is_none() && !record.text(place).trim().is_empty()) {
        let what = format!("`{}` is no number of a row", record.text(place));
        let help = "put the number of the data row back, the first row being 1".to_owned();
        let label = "not a whole number from 1".to_owned();
        mistakes.push(record.span_of(place), Mistake { code: "bad-row", what, label, help });
        return None;
    }
    Some(Answered { record, number, attribute, kind })
}

/// The kind of the answer of a line; `None` where there is none yet.
fn kind(record: &Record, columns: &TaskColumns) -> Result<Option<Kind>, (usize, Mistake)> {
    let text = |place: Option<usize>| place.map(|place| record.text(place).trim());
    let original = text(columns.original);
    let is_as_written = match (columns.original, columns.correct) {
        (Some(original), Some(correct)) => unchanged(record.text(original), record.text(correct)),
        _ => false,
    };
    // Platforms may take blanks away that nobody meant to: these alone are no change without an answer.
    let changed = text(columns.correct).filter(|correct| {
        !correct.is_empty() && Some(*correct) != original && Some(*correct) != text(columns.proposed)
    });
    let Some(place) = columns.answer else { return Ok(Some(Kind::Correct)) };
    let half = |at: Option<usize>, what: String, label: &str, help: &str| {
        let label = label.to_owned();
        Err((at.unwrap_or(place), Mistake { code: "half-filled", what, label, help: help.to_owned() }))
    };
    match record.text(place).trim().to_lowercase().as_str() {
        "" => match changed.filter(|_| original.is_some() && columns.proposed.is_some()) {
            None => Ok(None),
            Some(correct) => half(
                None,
                format!("`correct` was changed to `{correct}`, and there is no answer"),
                "empty",
                "write `wrong` if that is what the cell should read, else put back what was in `correct`",
            ),
        },
        "right" => match changed.filter(|_| original.is_some()) {
            None => Ok(Some(Kind::Right)),
            Some(correct) => half(
                None,
                format!("the answer is `right`, and `correct` was changed to `{correct}`"),
                "what is written is right",
                "write `wrong` if the cell should read so, else put back what was in `correct`",
            ),
        },
        "wrong" if columns.correct.is_none() => half(
            None,
            "the answer is `wrong`, and the file has no column `correct`".to_owned(),
            "nothing says what is right",
            "add the column `correct` with the values that are right",
        ),
        "wrong" if is_as_written => half(
            columns.correct,
            "the answer is `wrong`, and `correct` is what is written".to_owned(),
            "not changed",
            "write what the cell should read, nothing for no value and `?` if you do not know; or answer `right`",
        ),
        "wrong" => Ok(Some(Kind::Correct)),
        "unknown" | "?" => Ok(Some(Kind::Unknown)),
        other => {
            let meant = nearest(other, ANSWERS).map_or(String::new(), |near| format!("write `{near}`; "));
            let what = format!("no answer is called `{other}`");
            let help = format!("{meant}an answer is `right`, `wrong` or `unknown`, and empty where there is none yet");
            Err((place, Mistake { code: "bad-answer", what, label: "not an answer".to_owned(), help }))
        }
    }
}

/// Finds the rows. If most are not in the table, that is one mistake.
fn find<'a, 'r>(
    source: &Arc<SourceText>,
    answered: &'a [Answered<'r>],
    columns: &TaskColumns,
    finder: &Finder<'_>,
    mistakes: &mut Mistakes<'_>,
) -> Vec<(&'a Answered<'r>, RowId)> {
    let mut found = Vec::with_capacity(answered.len());
    let mut lost = Vec::new();
    for line in answered {
        let text = |place: Option<usize>| place.map(|place| line.record.text(place)).unwrap_or_default();
        let task = text(columns.task).trim();
        let original = columns.original.map(|place| value(line.record.text(place)).unwrap_or_default());
        // The number of a row that reads otherwise than that of the task is worth nothing.
        let number = line.number.filter(|_| task.is_empty());
        let row = finder.row_of_task(line.number, task, line.attribute).map_or_else(
            || finder.row_of_cell(number, text(columns.key), line.attribute, original.as_deref()),
            Ok::<RowId, Lost>,
        );
        match row {
            Ok(row) => found.push((line, row)),
            Err(why) => lost.push(LostRow { span: line.record.span, number: line.number, why, matters: true }),
        }
    }
    tell_lost(source, &lost, answered.len(), mistakes);
    found
}

/// What a line says of its cell.
fn said_of(
    line: &Answered<'_>,
    cell: CellId,
    columns: &TaskColumns,
    table: &Table,
    rewritten: &Rewritten,
) -> Result<Said, Mistake> {
    let written = table.text(cell);
    let original = columns.original.map(|place| line.record.text(place));
    let correct = columns.correct.map(|place| line.record.text(place)).unwrap_or_default();
    let as_it_was = || match original {
        Some(original) => rewritten.as_it_was(written, value(original)),
        None => written.map(str::to_owned),
    };
    match line.kind {
        Kind::Unknown => Ok(Said::Unknown),
        Kind::Right => Ok(Said::Value(as_it_was())),
        Kind::Correct if original.is_some_and(|original| unchanged(original, correct)) => Ok(Said::Value(as_it_was())),
        Kind::Correct => match said(correct) {
            Said::Value(Some(text)) => rewritten.meant(text, table, cell).map(|text| Said::Value(Some(text))),
            said => Ok(said),
        },
    }
}

/// The header of the form, as messages show it.
pub(crate) fn task_header() -> String {
    TASK_HEADER.join(",")
}
