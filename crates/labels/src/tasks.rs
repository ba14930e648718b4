//! The form of single cells: for people who would rather see one cell at a time, and for crowd workers.

use std::io::{self, Write};

use lustrate_table::{AttributeId, CellId, RowId, Table};

use crate::find::key_of;
use crate::sheet::write_records;
use crate::spelling::spelled_value;
use crate::task::task_of;
use crate::why::rounded;
use crate::{Proposal, Question};

/// The columns of the form.
pub const TASK_HEADER: [&str; 12] = [
    "task",
    "row",
    "key",
    "column",
    "context",
    "original",
    "proposed",
    "confidence",
    "reason",
    "answer",
    "correct",
    "who",
];

/// So many letters of a value are shown in the context of another.
const VALUE_SHOWN: usize = 40;

/// So many letters a context has at the most.
const CONTEXT_SHOWN: usize = 300;

/// Writes the cells of which something is proposed, one a line; of a row of which nothing is proposed all but those that
/// identify it. What a spreadsheet would take for a formula gets a `'` in front, which is taken off again when the file is read.
///
/// # Errors
/// Those of the writer.
pub fn write_tasks(
    table: &Table,
    ids: &[AttributeId],
    questions: &[Question],
    who: Option<&str>,
    out: &mut impl Write,
) -> io::Result<()> {
    write_records(out, |records| {
        records.write(TASK_HEADER)?;
        for question in questions {
            for proposal in &question.proposals {
                let proposed = proposal.attribute;
                records.write(line(table, ids, question.row, proposed, Some(proposal), question, who))?;
            }
            let all = table.schema().ids().filter(|id| question.proposals.is_empty() && !ids.contains(id));
            for attribute in all {
                records.write(line(table, ids, question.row, attribute, None, question, who))?;
            }
        }
        Ok(())
    })
}

fn line(
    table: &Table,
    ids: &[AttributeId],
    row: RowId,
    attribute: AttributeId,
    proposal: Option<&Proposal>,
    question: &Question,
    who: Option<&str>,
) -> [String; 12] {
    let original = spelled_value(table.text(CellId { row, attribute }));
    let proposed = proposal.map(|proposal| spelled_value(proposal.value.as_deref()));
    [
        task_of(table, row, attribute),
        row.number().to_string(),
        key_of(table, ids, row),
        table.schema().name(attribute).to_owned(),
        context(table, row, attribute),
        original.clone(),
        proposed.clone().unwrap_or_default(),
        proposal.map_or(String::new(), |proposal| rounded(proposal.confidence)),
        proposal.map_or_else(|| question.why.clone(), |proposal| proposal.reason.clone()),
        String::new(),
        proposed.unwrap_or(original),
        who.unwrap_or_default().to_owned(),
    ]
}

/// The other cells of a row in a short text.
fn context(table: &Table, row: RowId, attribute: AttributeId) -> String {
    let mut text = String::new();
    for other in table.schema().ids().filter(|&other| other != attribute) {
        let Some(value) = table.text(CellId { row, attribute: other }) else { continue };
        let one = format!("{}: {}", table.schema().name(other), shortened(value));
        if text.chars().count() + one.chars().count() > CONTEXT_SHOWN {
            return text + "; …";
        }
        if !text.is_empty() {
            text += "; ";
        }
        text += &one;
    }
    text
}

fn shortened(value: &str) -> String {
    match value.char_indices().nth(VALUE_SHOWN) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::table;

    #[test]
    fn a_cell_is_a_line_with_the_rest_of_its_row() {
        let table = table("id,city,zip\n7,Rom,00184\n8,Paris,");
        let proposal = Proposal {
            attribute: AttributeId(1),
            value: Some("Rome".to_owned()),
            confidence: 0.97,
            reason: "as in 12 rows".to_owned(),
        };
        let questions = [
            Question { row: RowId(0), why: "w".to_owned(), proposals: vec![proposal] },
            Question { row: RowId(1), why: "looks right".to_owned(), proposals: Vec::new() },
        ];
        let mut out = Vec::new();
        write_tasks(&table, &[AttributeId(0)], &questions, None, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let lines: Vec<&str> = text.lines().map(|line| line.split_once(',').unwrap().1).collect();
        let expected = [
            "row,key,column,context,original,proposed,confidence,reason,answer,correct,who",
            "1,7,city,id: 7; zip: 00184,Rom,Rome,0.97,as in 12 rows,,Rome,",
            "2,8,city,id: 8,Paris,,,looks right,,Paris,",
            "2,8,zip,id: 8; city: Paris,,,,looks right,,,",
        ];
        assert_eq!(lines, expected);
    }
}
