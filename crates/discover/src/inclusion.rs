//! Columns whose values are those of another column: `manager_id in employee_id`, a code in a list of codes.

use std::collections::BTreeSet;

use lustrate_table::{AttributeId, Column};
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

/// Proposes at most five inclusions of columns of a table in others of the same table: references of rows to rows. The
/// including column is nearly a key, and has more values than are used.
///
/// Work is the distinct values times the columns, of which at most 300 that hold identifiers are compared.
pub fn proposed_inclusions(columns: &[InclusionColumn<'_>]) -> Vec<ProposedInclusion> {
    let keys = |found: &&InclusionColumn<'_>| {
        let (present, distinct) = sizes(found.column);
        found.is_identifier && distinct as f64 >= KEY * present as f64
    };
    let keys: Vec<InclusionColumn<'_>> = columns.iter().filter(keys).copied().collect();
    let larger = |inner: usize, outer: usize| outer as f64 >= LARGER * inner as f64;
    included(columns, &keys, &larger)
}

/// Proposes for each column of a table the column of a reference that its values stand in, at most five in all. In one
/// column of the reference the values of a column are looked up; of several that include it the smallest.
pub fn inclusions_in_reference(
    columns: &[InclusionColumn<'_>],
    reference: &[InclusionColumn<'_>],
) -> Vec<ProposedInclusion> {
    included(columns, reference, &|_, _| true)
}

fn included(
    columns: &[InclusionColumn<'_>],
    lists: &[InclusionColumn<'_>],
    fits: &(dyn Fn(usize, usize) -> bool + Sync),
) -> Vec<ProposedInclusion> {
    let same = |one: &InclusionColumn<'_>, other: &InclusionColumn<'_>| std::ptr::eq(one.column, other.column);
    let lists: Vec<&InclusionColumn<'_>> = lists.iter().filter(|list| list.is_identifier).take(MOST_COLUMNS).collect();
    let inner = columns.iter().filter(|column| column.is_identifier).take(MOST_COLUMNS).collect::<Vec<_>>();
    let mut found: Vec<(usize, ProposedInclusion)> = inner
        .par_iter()
        .filter_map(|column| {
            let (_, distinct) = sizes(column.column);
            let candidates = lists.iter().filter(|list| !same(list, column)).filter_map(|list| {
                let (_, outer) = sizes(list.column);
                let found = inclusion(column, list).filter(|_| fits(distinct, outer) && is_telling(list.column))?;
                Some((outer, found))
            });
            candidates.min_by_key(|(outer, found)| (found.exceptions, *outer, found.within))
        })
        .collect();
    found.sort_by_key(|(_, found)| (std::cmp::Reverse(found.values), found.attribute));
    found.truncate(MOST);
    found.into_iter().map(|(_, found)| found).collect()
}

/// The rows with a value, and the distinct values that rows hold.
fn sizes(column: &Column) -> (usize, usize) {
    let mut held = vec![false; column.dictionary().len()];
    let mut present = 0;
    for code in column.codes().iter().filter(|code| !code.is_null()) {
        held[code.index()] = true;
        present += 1;
    }
    (present, held.iter().filter(|&&held| held).count())
}

fn inclusion(column: &InclusionColumn<'_>, list: &InclusionColumn<'_>) -> Option<ProposedInclusion> {
    let dictionary = column.column.dictionary();
    let mut counts = vec![0u32; dictionary.len()];
    column.column.codes().iter().filter(|code| !code.is_null()).for_each(|code| counts[code.index()] += 1);
    let (mut rows, mut outside, mut distinct, mut values) = (0u32, 0u32, 0usize, 0usize);
    // The list has as many codes as values as long as no cell was changed, which a table that was read has not.
    for (code, text) in dictionary.iter().filter(|(code, _)| counts[code.index()] > 0) {
        let stands = list.column.dictionary().find(text).is_some();
        let count = counts[code.index()];
        rows += count;
        distinct += 1;
        if stands {
            values += 1;
        } else {
            outside += count;
        }
    }
    let holds = f64::from(outside) <= (1.0 - HOLDS) * f64::from(rows)
        && values as f64 >= HOLDS_DISTINCT * distinct as f64
        && values >= LEAST_VALUES;
    holds.then_some(ProposedInclusion {
        attribute: column.attribute,
        within: list.attribute,
        rows,
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
}
