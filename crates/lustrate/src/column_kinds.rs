//! What the columns of a table are, as plain data with names.

use lustrate_discover::{ColumnKind, ColumnProfile, Uniqueness, profile, profile_column};
use lustrate_table::{AttributeId, Code, Table};
use lustrate_values::{ColumnType, Moment, Unit, print_number};
use serde::Serialize;

/// Suspicious values of a column that are told, and the longest text of one, in characters.
const MOST_VALUES: usize = 20;
const LONGEST: usize = 200;

/// What a column is, found from its values.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ProfiledColumn {
    /// The column.
    pub column: String,
    /// What most of its values are, in words: `integer`, `date as %Y-%m-%d`, `enumeration of 5 values`.
    pub kind: String,
    /// The values of an enumeration or of a constant, in the order of their texts; none of another kind.
    pub members: Vec<String>,
    /// The cells that hold a value, what stands in the place of one not counted.
    pub present: u64,
    /// The cells whose values are of the kind.
    pub of_kind: u64,
    /// The cells that are missing, empty or blank.
    pub missing: u64,
    /// How many values differ.
    pub distinct: u64,
    /// Whether nearly no value is in two cells, so that the column may identify rows.
    pub nearly_unique: bool,
    /// What stands in the place of a value, such as `N/A`, in most cells first.
    pub stand_ins: Vec<ShareOfCells>,
    /// The commonest shapes of the values: `9` for a digit, `A` and `a` for letters, `+` for more of them.
    pub shapes: Vec<ShareOfCells>,
    /// The shapes that are not told.
    pub more_shapes: u64,
    /// What whole values match, as a rule writes it between slashes.
    pub pattern: Option<String>,
    /// The least, the middle and the greatest number or moment, as the column writes them.
    pub range: Option<[String; 3]>,
    /// The characters of the shortest and the longest value.
    pub lengths: Option<(u64, u64)>,
    /// Values that are unlike the others, in most cells first.
    pub suspicious: Vec<SuspiciousValue>,
    /// The cells of all that are.
    pub suspicious_cells: u64,
}

/// A text and the cells that hold it or look so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShareOfCells {
    /// The text.
    pub text: String,
    /// The cells.
    pub cells: u64,
}

/// A value that is unlike the others of its column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SuspiciousValue {
    /// The value.
    pub value: String,
    /// The cells that hold it.
    pub cells: u64,
    /// What is unlike, as a clause about the value: `is no integer`.
    pub why: String,
}

/// What the columns of a table are, in their order, found from their values: one pass over the cells, and the rest by
/// distinct values.
///
/// ```
/// use lustrate::{Column, Table, profile_columns};
///
/// let waits: Column = (0..40).map(|row| Some(["12", "20", "35", "n/a"][row % 4])).collect();
/// let table = Table::new(vec![("wait".into(), waits)])?;
/// let wait = &profile_columns(&table)[0];
/// assert_eq!((wait.kind.as_str(), wait.of_kind, wait.present), ("integer", 30, 30));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn profile_columns(table: &Table) -> Vec<ProfiledColumn> {
    profile(table).into_iter().map(|column| named(table, column)).collect()
}

/// What one column is.
pub(crate) fn profiled(table: &Table, attribute: AttributeId) -> ProfiledColumn {
    named(table, profile_column(table, attribute))
}

fn named(table: &Table, profile: ColumnProfile) -> ProfiledColumn {
    let dictionary = table.column(profile.attribute).dictionary();
    let text = |code: Code| -> String { dictionary.text(code).unwrap_or_default().chars().take(LONGEST).collect() };
    let suspicious = profile.suspicious.iter().take(MOST_VALUES).map(|value| SuspiciousValue {
        value: text(value.code),
        cells: value.cells,
        why: value.doubt.to_string(),
    });
    let shapes: Vec<ShareOfCells> =
        profile.shapes.iter().map(|shape| ShareOfCells { text: shape.written.clone(), cells: shape.cells }).collect();
    let stand_ins = profile.stand_ins.iter().map(|value| ShareOfCells { text: text(value.code), cells: value.cells });
    let members = match &profile.kind {
        ColumnKind::Enumeration { members } | ColumnKind::Boolean { members } => members.clone(),
        ColumnKind::Constant(only) => vec![only.clone()],
        _ => Vec::new(),
    };
    ProfiledColumn {
        members,
        column: table.schema().name(profile.attribute).to_owned(),
        kind: profile.kind.to_string(),
        present: profile.present(),
        of_kind: profile.read,
        missing: profile.missing,
        distinct: profile.distinct,
        nearly_unique: profile.uniqueness == Uniqueness::NearlyUnique,
        stand_ins: stand_ins.collect(),
        more_shapes: profile.shapes_in_all - shapes.len() as u64,
        shapes,
        range: range(&profile),
        lengths: profile.lengths,
        suspicious: suspicious.collect(),
        suspicious_cells: profile.suspicious_cells,
        pattern: profile.pattern,
    }
}

/// The numbers or moments of a column as it writes them.
fn range(profile: &ColumnProfile) -> Option<[String; 3]> {
    let quantiles = profile.quantiles?;
    let shown: Box<dyn Fn(f64) -> String> = match &profile.kind {
        ColumnKind::Moment { moment, format, .. } => {
            let format = format.clone().unwrap_or_else(|| moment.plain_format());
            let accept = Vec::new();
            let column_type = match moment {
                Moment::Date => ColumnType::Date { format, accept },
                Moment::Time => ColumnType::Time { format, accept },
                Moment::DateTime => ColumnType::DateTime { format, accept },
            };
            Box::new(move |number| column_type.show(number))
        }
        ColumnKind::Duration { unit } => {
            let unit = unit.map_or("min", Unit::symbol);
            Box::new(move |number| format!("{} {unit}", print_number(number)))
        }
        ColumnKind::Percent => Box::new(|number| format!("{} %", print_number(number))),
        ColumnKind::Measured { unit, .. } => {
            let unit = unit.clone();
            Box::new(move |number| format!("{} {unit}", print_number(number)))
        }
        _ => Box::new(print_number),
    };
    Some([quantiles.least, quantiles.middle, quantiles.greatest].map(shown))
}

#[cfg(test)]
mod tests {
    use lustrate_table::Column;

    use super::*;

    fn told(cell: impl Fn(usize) -> String) -> ProfiledColumn {
        let cells: Vec<String> = (0..60).map(cell).collect();
        let column: Column = cells.iter().map(|cell| Some(cell.as_str())).collect();
        profile_columns(&Table::new(vec![("a".into(), column)]).unwrap()).remove(0)
    }

    #[test]
    fn a_range_is_written_as_the_column_writes_it() {
        let range = |cell: fn(usize) -> String| told(cell).range.map(|range| range.join(" "));
        let day = |row: usize| format!("{:02}.12.2020", 1 + row % 30);
        assert_eq!(range(day).as_deref(), Some("01.12.2020 15.12.2020 30.12.2020"));
        assert_eq!(range(|row| format!("{} h", 1 + row % 3)).as_deref(), Some("1 h 2 h 3 h"));
        assert_eq!(range(|row| format!("{}%", row % 20)).as_deref(), Some("0 % 9 % 19 %"));
        assert_eq!(range(|row| ["a", "b"][row % 2].to_owned()), None);
    }

    #[test]
    fn members_and_suspicious_values_are_named() {
        let column = told(|row| if row == 7 { "fenale" } else { ["female", "male"][row % 2] }.to_owned());
        assert_eq!(column.members, ["female", "male"]);
        assert_eq!(column.suspicious[0].value, "fenale");
        assert_eq!((column.of_kind, column.present, column.suspicious_cells), (59, 60, 1));
    }
}
