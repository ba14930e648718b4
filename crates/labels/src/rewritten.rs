//! What a spreadsheet has made of values by taking them for numbers or dates, and what they were.

use std::collections::BTreeSet;

use lustrate_table::{AttributeId, CellId, Table, parse_number};

use crate::alike::{Likeness, likeness};
use crate::mistakes::Mistake;

/// What is seen of a spreadsheet in the cells of a file that nobody was to change.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rewritten {
    /// Whether any was rewritten.
    any: bool,
    /// Whether one was not that a spreadsheet would have rewritten.
    intact: bool,
    /// The columns in which what was lost cannot be told from the field: zeros in front, dates, digits.
    lossy: BTreeSet<AttributeId>,
    /// The columns in which points of numbers became commas.
    commas: BTreeSet<AttributeId>,
}

impl Rewritten {
    /// Looks at a cell as the table and as the file has it.
    pub(crate) fn look(&mut self, written: Option<&str>, original: Option<&str>, attribute: AttributeId) {
        let (written, original) = (written.unwrap_or_default(), original.unwrap_or_default());
        if likeness(written, original) != Likeness::Rewritten {
            self.intact |= written == original && loses_zeros(written);
            return;
        }
        self.any = true;
        if original.contains(',') && written.replace('.', ",") == original {
            self.commas.insert(attribute);
        } else if !only_fraction(written, original) {
            self.lossy.insert(attribute);
        }
    }

    /// The value of a cell that is as it was in the file: that of the table, unless another was written there since.
    pub(crate) fn as_it_was(&self, written: Option<&str>, original: Option<String>) -> Option<String> {
        let same =
            likeness(written.unwrap_or_default(), original.as_deref().unwrap_or_default()) != Likeness::Different;
        if same { written.map(str::to_owned) } else { original }
    }

    /// Whether a field is what a spreadsheet has made of a value that was proposed. Where nothing shows whether one had the file,
    /// it is taken to have had it.
    pub(crate) fn is_rewritten(&self, proposed: &str, field: &str) -> bool {
        (self.any || !self.intact) && likeness(proposed, field) == Likeness::Rewritten
    }

    /// The value that a field of a correction stands for. It is not what is written in the cell: of that a spreadsheet would
    /// have made the same in the line above.
    ///
    /// # Errors
    /// Where the spreadsheet may have rewritten it, and the column does not show what it was.
    pub(crate) fn meant(&self, text: String, table: &Table, cell: CellId) -> Result<String, Mistake> {
        let (attribute, written) = (cell.attribute, table.text(cell));
        let dictionary = table.column(attribute).dictionary();
        if !self.any || dictionary.find(&text).is_some() {
            return Ok(text);
        }
        let others = dictionary.iter().filter(|(_, value)| Some(*value) != written);
        let mut alike = others.filter(|(_, value)| likeness(value, &text) == Likeness::Rewritten);
        if let (Some((_, only)), None) = (alike.next(), alike.next()) {
            return Ok(only.to_owned());
        }
        if self.commas.contains(&attribute) && text.bytes().filter(|&byte| byte == b',').count() == 1 {
            let with_point = text.replacen(',', ".", 1);
            if likeness(&with_point, &text) == Likeness::Rewritten {
                return Ok(with_point);
            }
        }
        if self.lossy.contains(&attribute) && may_be_rewritten(&text) {
            return Err(unsure(&text, table, attribute));
        }
        Ok(text)
    }
}

/// Whether a text is a number with zeros that spreadsheets take away.
fn loses_zeros(text: &str) -> bool {
    let in_front = text.len() > 1 && text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
    let behind = parse_number(text).is_some() && text.contains('.') && text.ends_with('0');
    in_front || behind
}

/// Whether a number lost nothing but zeros at the end of its fraction.
fn only_fraction(written: &str, read: &str) -> bool {
    written.contains('.') && written.trim_end_matches('0').trim_end_matches('.') == read
}

/// Whether a text looks as spreadsheets write numbers and dates: no zero in front, no sign that they would have taken away.
fn may_be_rewritten(text: &str) -> bool {
    let text = text.trim();
    text.starts_with(|letter: char| letter.is_ascii_digit())
        && (text == "0" || !text.starts_with('0') || text.starts_with("0.") || text.contains(['/', '.', '-', ':']))
        && text
            .chars()
            .all(|letter| letter.is_ascii_digit() || matches!(letter, '.' | ',' | '/' | '-' | ':' | ' ' | '+' | 'E'))
}

fn unsure(text: &str, table: &Table, attribute: AttributeId) -> Mistake {
    let name = table.schema().name(attribute);
    Mistake {
        code: "rewritten-by-spreadsheet",
        what: format!("`{text}` may not be what was meant: in the column `{name}` a spreadsheet has rewritten values"),
        label: "zeros in front or a date may be lost".to_owned(),
        help: format!("open the file anew with the column `{name}` as text, and write the value again"),
    }
}

#[cfg(test)]
mod tests {
    use lustrate_table::RowId;

    use super::*;
    use crate::testing::table;

    fn meant(seen: (&str, &str), text: &str) -> Result<String, &'static str> {
        let table = table("x\n00184\n1.5\n00195");
        let mut rewritten = Rewritten::default();
        rewritten.look(Some(seen.0), Some(seen.1), AttributeId(0));
        rewritten
            .meant(text.to_owned(), &table, CellId { row: RowId(0), attribute: AttributeId(0) })
            .map_err(|mistake| mistake.code)
    }

    #[test]
    fn a_correction_that_lost_its_zeros_is_the_value_of_the_column_that_it_was() {
        assert_eq!(meant(("00184", "184"), "195"), Ok("00195".to_owned()));
        assert_eq!(meant(("00184", "184"), "00200"), Ok("00200".to_owned()), "it has its zeros");
        assert_eq!(meant(("00184", "184"), "200"), Err("rewritten-by-spreadsheet"));
        assert_eq!(meant(("00184", "00184"), "195"), Ok("195".to_owned()), "nothing was rewritten");
    }

    #[test]
    fn commas_become_points_where_points_became_commas() {
        assert_eq!(meant(("1.5", "1,5"), "2,7"), Ok("2.7".to_owned()));
        assert_eq!(meant(("1.50", "1.5"), "2.7"), Ok("2.7".to_owned()));
    }
}
