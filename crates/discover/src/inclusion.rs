//! Columns whose values are those of another column: `manager_id in employee_id`, a code in a list of codes.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use lustrate_table::{AttributeId, Code, Column, count_codes};
use rayon::prelude::*;

/// A column whose values stand in another.
#[derive(Clone, Debug, PartialEq)]
pub struct ProposedInclusion {
    /// The attribute whose values are looked up.
    pub attribute: AttributeId,
    /// The attribute, of the same table or of the reference, that they stand in.
    pub within: AttributeId,
    /// Rows that have a value.
    pub rows: u32,
    /// Of these, rows whose value does not stand there.
    pub exceptions: u32,
    /// Distinct values of the attribute that stand there.
    pub values: u32,
}

/// A column that may be included in another or include one, by its place in the table.
#[derive(Clone, Copy, Debug)]
pub struct InclusionColumn<'a> {
    /// The attribute.
    pub attribute: AttributeId,
    /// Its values.
    pub column: &'a Column,
    /// Whether its values are such as name things, not measures, dates or free text.
    pub is_identifier: bool,
}

/// Values stand there in this share of the rows, and this share of the distinct ones does.
const HOLDS: f64 = 0.98;
const HOLDS_DISTINCT: f64 = 0.9;
/// Fewer distinct values say nothing.
const LEAST_VALUES: usize = 12;
/// The list has at least this many times as many values as are used of it, in the same table: two columns that draw on the
/// same few values include each other by accident.
const LARGER: f64 = 1.2;
/// In the same table the column that includes is nearly a key: this share of its rows has a value of its own.
const KEY: f64 = 0.98;
/// Whole numbers that are included because both columns count up from one are no reference: this share of the numbers up to
/// the largest must be missing from the list, unless texts are no numbers.
const GAPS: f64 = 0.5;
/// Columns of either side that are compared.
const MOST_COLUMNS: usize = 300;
/// Proposals.
const MOST: usize = 5;

/// Of so many values or more, these few are looked up first, spread over all: of a column that is included hardly any is
/// missing, and in most lists nearly all are.
const MANY_VALUES: usize = 4_096;
const FIRST_LOOK: usize = 64;

/// Proposes at most five inclusions of columns of a table in others of the same table: references of rows to rows. The
/// including column is nearly a key, and has more values than are used.
///
/// One pass over the rows of each column. Of at most 300 columns that hold identifiers all pairs are compared: by 64 values
/// at most where the column has thousands and most are not there, else by its values until too many are missing.
pub fn proposed_inclusions(columns: &[InclusionColumn<'_>]) -> Vec<ProposedInclusion> {
    let columns = Counted::all(columns);
    let is_key = |found: &&Counted<'_>| found.values.len() as f64 >= KEY * found.rows as f64;
    let larger = |inner: usize, outer: usize| outer as f64 >= LARGER * inner as f64;
    included(&columns, columns.iter().filter(is_key), &larger).0
}

/// Proposes for each column of a table the column of a reference that its values stand in, at most five in all. In one
/// column of the reference the values of a column are looked up; of several that include it the smallest.
pub fn inclusions_in_reference(
    columns: &[InclusionColumn<'_>],
    reference: &[InclusionColumn<'_>],
) -> Vec<ProposedInclusion> {
    included(&Counted::all(columns), Counted::all(reference).iter(), &|_, _| true).0
}

/// A column with what is needed of it for every comparison.
struct Counted<'a> {
    of: InclusionColumn<'a>,
    /// Rows with a value.
    rows: usize,
    /// The values that rows hold, with how many do.
    values: Vec<(Code, u32)>,
    /// Whether to stand in the column says something, once that is asked.
    telling: OnceLock<bool>,
}

impl<'a> Counted<'a> {
    /// The columns that hold identifiers.
    fn all(columns: &[InclusionColumn<'a>]) -> Vec<Self> {
        let identifiers: Vec<InclusionColumn<'a>> = columns.iter().filter(|of| of.is_identifier).copied().collect();
        identifiers.into_par_iter().map(Self::new).collect()
    }

    fn new(of: InclusionColumn<'a>) -> Self {
        let counts = count_codes(of.column.codes(), of.column.dictionary().len());
        let values: Vec<(Code, u32)> = (0..).map(Code).zip(counts).filter(|&(_, count)| count > 0).collect();
        Counted { of, rows: values.iter().map(|&(_, count)| count as usize).sum(), values, telling: OnceLock::new() }
    }

    fn is_telling(&self) -> bool {
        *self.telling.get_or_init(|| is_telling(self.of.column))
    }
}

/// The inclusions, and how many values were looked up for them.
fn included<'c>(
    columns: &[Counted<'_>],
    lists: impl Iterator<Item = &'c Counted<'c>>,
    fits: &(dyn Fn(usize, usize) -> bool + Sync),
) -> (Vec<ProposedInclusion>, u64) {
    let lists: Vec<&Counted<'_>> = lists.take(MOST_COLUMNS).collect();
    let of_column = |column: &Counted<'_>| {
        let mut looked_up = 0;
        let candidates = lists.iter().filter(|list| !std::ptr::eq(list.of.column, column.of.column));
        let candidates = candidates.filter(|list| fits(column.values.len(), list.values.len()));
        let found = candidates.filter_map(|list| {
            let found = inclusion(column, list, &mut looked_up).filter(|_| list.is_telling())?;
            Some((list.values.len(), found))
        });
        let found = found.min_by_key(|(outer, found)| (found.exceptions, *outer, found.within));
        (found, looked_up)
    };
    let all: Vec<(Option<(usize, ProposedInclusion)>, u64)> =
        columns[..columns.len().min(MOST_COLUMNS)].par_iter().map(of_column).collect();
    let looked_up = all.iter().map(|(_, looked_up)| looked_up).sum();
    let mut found: Vec<ProposedInclusion> = all.into_iter().filter_map(|(found, _)| Some(found?.1)).collect();
    found.sort_by_key(|found| (std::cmp::Reverse(found.values), found.attribute));
    found.truncate(MOST);
    (found, looked_up)
}

/// The inclusion of a column in a list. The values are looked up until too many are missing.
fn inclusion(column: &Counted<'_>, list: &Counted<'_>, looked_up: &mut u64) -> Option<ProposedInclusion> {
    let (dictionary, within) = (column.of.column.dictionary(), list.of.column.dictionary());
    let (rows, distinct) = (column.rows as f64, column.values.len());
    // The list has as many codes as values as long as no cell was changed, which a table that was read has not.
    let mut stands = |code: Code| {
        *looked_up += 1;
        dictionary.text(code).is_some_and(|text| within.find(text).is_some())
    };
    let enough = |values: usize| values as f64 >= HOLDS_DISTINCT * distinct as f64 && values >= LEAST_VALUES;
    if !enough(distinct.min(within.len())) {
        return None;
    }
    if distinct >= MANY_VALUES {
        let spread = (0..FIRST_LOOK).map(|place| column.values[place * distinct / FIRST_LOOK].0);
        if 2 * spread.filter(|&code| stands(code)).count() < FIRST_LOOK {
            return None;
        }
    }
    let (mut outside, mut values) = (0u32, distinct);
    for &(code, count) in &column.values {
        if !stands(code) {
            outside += count;
            values -= 1;
            if f64::from(outside) > (1.0 - HOLDS) * rows || !enough(values) {
                return None;
            }
        }
    }
    Some(ProposedInclusion {
        attribute: column.of.attribute,
        within: list.of.attribute,
        rows: column.rows as u32,
        exceptions: outside,
        values: values as u32,
    })
}

/// Whether to stand in a list says something: it is not most of the whole numbers up to some number.
fn is_telling(list: &Column) -> bool {
    let texts = || list.dictionary().iter().map(|(_, text)| text);
    let numbers: BTreeSet<u64> = texts().filter_map(|text| text.parse().ok()).collect();
    if 10 * numbers.len() < 9 * list.dictionary().len() {
        return true;
    }
    let (Some(&least), Some(&most)) = (numbers.first(), numbers.last()) else { return true };
    // Numbers that start far above one are names even where they count up.
    let span = (most - least) as f64 + 1.0;
    let least_far = least as f64 >= 2.0 * span;
    least_far || (numbers.len() as f64) <= GAPS * span
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(cells: &[String]) -> Column {
        cells.iter().map(|cell| (!cell.is_empty()).then_some(cell.as_str())).collect()
    }

    fn of(columns: &[Column]) -> Vec<InclusionColumn<'_>> {
        let place =
            |(place, column)| InclusionColumn { attribute: AttributeId(place as u32), column, is_identifier: true };
        columns.iter().enumerate().map(place).collect()
    }

    fn cells(rows: usize, cell: impl Fn(usize) -> String) -> Column {
        column(&(0..rows).map(cell).collect::<Vec<_>>())
    }

    #[test]
    fn who_is_led_by_whom_is_a_reference_to_rows() {
        let employee = cells(200, |row| format!("e{row}"));
        let manager = cells(200, |row| if row == 0 { String::new() } else { format!("e{}", row / 5) });
        let found = proposed_inclusions(&of(&[employee, manager]));
        assert_eq!(found.iter().map(|found| (found.attribute.0, found.within.0)).collect::<Vec<_>>(), [(1, 0)]);
        assert_eq!((found[0].rows, found[0].exceptions, found[0].values), (199, 0, 40));
    }

    #[test]
    fn small_numbers_are_included_in_row_numbers_by_accident() {
        let row = cells(200, |row| (row + 1).to_string());
        let age = cells(200, |row| (18 + row % 60).to_string());
        assert_eq!(proposed_inclusions(&of(&[row, age])), []);
        let identifier = cells(200, |row| (70_000 + row).to_string());
        let parent = cells(200, |row| (70_000 + row / 5).to_string());
        assert_eq!(proposed_inclusions(&of(&[identifier, parent])).len(), 1);
    }

    #[test]
    fn a_code_is_looked_up_in_the_smallest_list_that_has_it() {
        let mut codes: Vec<String> = (0..300).map(|row| format!("C{}", row % 40)).collect();
        codes[3] = "C1O".into();
        let reference =
            [cells(900, |row| format!("C{row}")), cells(60, |row| format!("C{row}")), cells(60, |_| "x".into())];
        let table = [column(&codes)];
        let found = inclusions_in_reference(&of(&table), &of(&reference));
        assert_eq!(found.iter().map(|found| (found.within.0, found.exceptions)).collect::<Vec<_>>(), [(1, 1)]);
    }

    #[test]
    fn nothing_is_included_in_empty_columns() {
        assert_eq!(proposed_inclusions(&of(&[cells(50, |_| String::new()), cells(50, |row| format!("a{row}"))])), []);
    }

    #[test]
    fn columns_that_share_nothing_cost_a_few_look_ups_a_pair() {
        let columns: Vec<Column> =
            (0..40).map(|place| cells(5_000, |row| format!("{place}-{}", row * 13 % 4_999))).collect();
        let counted = Counted::all(&of(&columns));
        let (found, looked_up) = included(&counted, counted.iter(), &|_, _| true);
        assert_eq!(found, []);
        assert!(looked_up <= 40 * 39 * FIRST_LOOK as u64, "{looked_up}");
    }

    #[test]
    fn a_column_of_thousands_of_values_is_found_in_its_list() {
        let employee = cells(9_000, |row| format!("e{row}"));
        let manager = cells(9_000, |row| if row % 900 == 7 { "x".to_owned() } else { format!("e{}", row / 2) });
        let found = proposed_inclusions(&of(&[employee, manager]));
        assert_eq!((found[0].within, found[0].rows, found[0].exceptions), (AttributeId(0), 9_000, 10));
    }
}
