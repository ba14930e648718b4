//! Conventions of writing that are found in a column's values, where nothing is declared of it.
//!
//! One convention is one file in `conventions/` and one line in [`CONVENTIONS`].

mod blanks;
mod case;
mod dates;
mod decimals;
mod disguised;
mod durations;
mod emails;
mod escapes;
mod mojibake;
mod moved;
mod nulls;
mod numbers;
mod padding;
mod phones;
mod suffix;
mod times;

use std::collections::{BTreeMap, BTreeSet};

use lustrate_rules::{CellOf, CellTest, Constraints, Domain, Operand, Predicate, Scope, Tuple};
use lustrate_table::{AttributeId, Origin, RowId, Table, ValueType, count_codes};
use rayon::prelude::*;

use crate::traits::{ColumnTraits, Traits};

/// A way of writing values that says nothing of what they mean, so that values in it can be written in the way that the
/// rest of the column is written in.
#[derive(Debug)]
pub struct Convention {
    /// Its name: `suffix`. Repairs are told as those of `format suffix`.
    pub name: &'static str,
    /// What it does, in a line.
    pub summary: &'static str,
    /// The probability that a value that it writes otherwise was meant so, where all other values agree.
    pub probability: f64,
    find: Find,
}

/// Where a convention is looked for.
#[derive(Clone, Copy, Debug)]
enum Find {
    /// In the values of a column.
    InColumn(fn(&Values<'_>) -> Option<Finding>),
    /// In these columns of a table, each of which is changed by one convention only.
    InTable(fn(&Table, &[AttributeId]) -> Vec<Pair>),
}

/// All conventions, in the order in which they are looked for: each sees the values as those before it write them.
pub const CONVENTIONS: [&Convention; 16] = [
    &mojibake::MOJIBAKE,
    &escapes::ESCAPES,
    &blanks::BLANKS,
    &nulls::NULLS,
    &times::TIMES,
    &dates::DATES,
    &durations::DURATIONS,
    &emails::EMAILS,
    &phones::PHONES,
    &numbers::NUMBERS,
    &suffix::SUFFIX,
    &decimals::DECIMALS,
    &padding::PADDING,
    &disguised::DISGUISED,
    &case::CASE,
    &moved::MOVED,
];

/// A convention that a column follows but for some cells.
#[derive(Clone, Debug)]
pub struct FoundFormat {
    /// The column.
    pub attribute: AttributeId,
    /// The convention.
    pub convention: &'static Convention,
    /// What in the column speaks for it, in a sentence.
    pub evidence: String,
    /// What is not written so, and what is written instead.
    pub changes: Changes,
    /// The cells that are not written so.
    pub cells: u64,
    /// What becomes of the cells that nothing else changes.
    pub written: Written,
    /// Another column that the convention changes too: one change without the other would lose or double a value.
    pub with: Option<AttributeId>,
}

/// What a convention writes otherwise in a column; `None` for a missing value.
#[derive(Clone, Debug, PartialEq)]
pub enum Changes {
    /// These values wherever they are, as the conventions before it leave them.
    Values(BTreeMap<String, Change>),
    /// The cells of these rows. No other convention changes the column.
    Rows(BTreeMap<RowId, Option<String>>),
}

/// What a value is written as.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The text; `None` for a missing value.
    pub new: Option<String>,
    /// How far the other values agree that it is this one, from 0 to 1: the probability of the convention is multiplied
    /// with it.
    pub agreement: f64,
}

/// What becomes of a cell that a convention writes otherwise and that no repair fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// It is written as the convention says.
    AsFound,
    /// It stays as it was read: the later steps see it as the convention says, the file does not.
    AsRead,
}

/// The distinct values of a column as a convention sees them.
struct Values<'a> {
    /// The values that are there and the cells that hold each, in the order of the texts.
    cells: &'a BTreeMap<String, u64>,
    /// The cells that hold a value.
    present: u64,
    /// The cells that are missing or empty in the file.
    empty: u64,
    /// All cells.
    rows: u64,
    /// What characters the values have.
    traits: ColumnTraits,
}

/// What a convention found.
struct Finding {
    evidence: String,
    changes: BTreeMap<String, Change>,
    written: Written,
}

/// What a convention found that changes cells of two columns in the same rows.
struct Pair {
    attributes: [AttributeId; 2],
    evidence: String,
    changes: [BTreeMap<RowId, Option<String>>; 2],
}

impl Finding {
    /// Changes that are written and that nothing in the column speaks against; `None` where nothing changes.
    fn written(evidence: String, changes: BTreeMap<String, Option<String>>) -> Option<Finding> {
        let sure = changes.into_iter().map(|(old, new)| (old, Change { new, agreement: 1.0 }));
        Finding::weighed(evidence, sure.collect())
    }

    /// Changes that are written, each as sure as the other values agree; `None` where nothing changes.
    fn weighed(evidence: String, changes: BTreeMap<String, Change>) -> Option<Finding> {
        (!changes.is_empty()).then_some(Finding { evidence, changes, written: Written::AsFound })
    }
}

impl Values<'_> {
    /// Whether any of the values has any of these.
    fn any(&self, traits: Traits) -> bool {
        self.traits.any.has(traits)
    }

    /// Whether so many cells are of a share of those that hold a value.
    fn are(&self, cells: u64, share: f64) -> bool {
        cells as f64 >= share * self.present as f64
    }

    /// Whether the values of this share of the cells pass a test. It looks no further than until too few can be left.
    fn mostly(&self, share: f64, test: impl Fn(&str) -> bool) -> bool {
        let mut possible = self.present;
        self.cells.iter().all(|(text, cells)| {
            possible -= if test(text) { 0 } else { *cells };
            self.are(possible, share)
        })
    }

    /// The cells whose values pass a test.
    fn count(&self, test: impl Fn(&str) -> bool) -> u64 {
        self.cells.iter().filter(|(text, _)| test(text)).map(|(_, cells)| cells).sum()
    }
}

/// In fewer cells a habit cannot be told from chance.
const FEWEST: u64 = 10;

/// Looks for all conventions in columns of which nothing is declared and whose texts no rule names, and for those that a
/// declaration names (`format suffix`) in its column. Columns are looked at side by side, with the same outcome for any number of threads and any order of the rows.
///
/// ```
/// use lustrate_normalise::{find_formats, normalise};
/// use lustrate_rules::Constraints;
/// use lustrate_table::{Column, Table};
///
/// let weights: Column = (0..20).map(|row| Some(["12 kg", "14", "15", "12"][row % 4])).collect();
/// let table = Table::new(vec![("weight".into(), weights)])?;
/// let found = find_formats(&table, &Constraints::default());
/// assert_eq!(found[0].convention.name, "suffix");
/// let view = normalise(&table, &Constraints::default()).with_formats(&table, &found);
/// assert_eq!(view.conversions[0].new.as_deref(), Some("12"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn find_formats(table: &Table, constraints: &Constraints) -> Vec<FoundFormat> {
    let named = named_by_rules(constraints);
    let follows = |attribute: AttributeId, convention: &Convention| {
        let declared = constraints.columns().get(attribute);
        match declared.origin {
            Some(_) => declared.formats.contains(convention.name),
            None => !named.contains(&attribute),
        }
    };
    let texts: Vec<AttributeId> = table.schema().ids().filter(|id| is_text(table, *id)).collect();
    let found: Vec<Vec<FoundFormat>> =
        texts.par_iter().map(|&attribute| of_column(table, attribute, constraints, &follows)).collect();
    let mut found: Vec<FoundFormat> = found.into_iter().flatten().collect();
    for convention in CONVENTIONS {
        let Find::InTable(find) = convention.find else { continue };
        let changed: BTreeSet<AttributeId> = found.iter().map(|format| format.attribute).collect();
        let untouched = texts.iter().copied().filter(|&id| !changed.contains(&id) && follows(id, convention));
        let untouched: Vec<AttributeId> = untouched.collect();
        for Pair { attributes: [one, other], evidence, changes: [of_one, of_other] } in find(table, &untouched) {
            for (attribute, with, rows) in [(one, other, of_one), (other, one, of_other)] {
                found.push(FoundFormat {
                    attribute,
                    convention,
                    evidence: evidence.clone(),
                    cells: rows.len() as u64,
                    changes: Changes::Rows(rows),
                    written: Written::AsFound,
                    with: Some(with),
                });
            }
        }
    }
    found
}

fn of_column(
    table: &Table,
    attribute: AttributeId,
    constraints: &Constraints,
    follows: &impl Fn(AttributeId, &Convention) -> bool,
) -> Vec<FoundFormat> {
    let followed = || CONVENTIONS.iter().copied().filter(|convention| follows(attribute, convention));
    if followed().next().is_none() {
        return Vec::new();
    }
    let column = table.column(attribute);
    let counts = count_codes(column.codes(), column.dictionary().len());
    let mut texts: Vec<(u64, &str, u64)> = Vec::with_capacity(counts.len());
    for (code, text) in column.dictionary().iter() {
        let count = u64::from(counts[code.index()]);
        // A dictionary may hold values that no row has any more.
        if count > 0 && !text.is_empty() {
            texts.push((first_bytes(text), text, count));
        }
    }
    texts.sort_unstable();
    let mut cells: BTreeMap<String, u64> = texts.into_iter().map(|(_, text, count)| (text.to_owned(), count)).collect();
    let mut traits = ColumnTraits::new(&cells, blanks::may_be_flawed);
    let rows = column.len() as u64;
    let empty = rows - cells.values().sum::<u64>();
    let mut found = Vec::new();
    for convention in followed() {
        let Find::InColumn(find) = convention.find else { continue };
        // Who says which texts stand for a missing value has said it of all.
        let of_missing = [nulls::NULLS.name, disguised::DISGUISED.name].contains(&convention.name);
        if of_missing && !constraints.columns().get(attribute).nulls.is_empty() {
            continue;
        }
        let present = cells.values().sum();
        if present < FEWEST {
            break;
        }
        let Some(finding) = find(&Values { cells: &cells, present, empty, rows, traits }) else { continue };
        let mut changed = 0;
        // All are taken away before one is written: what one becomes may be another that is changed too.
        let counts = finding.changes.keys().map(|old| cells.remove(old).unwrap_or_default()).collect::<Vec<_>>();
        for (change, count) in finding.changes.values().zip(counts) {
            changed += count;
            if let Some(new) = &change.new {
                *cells.entry(new.clone()).or_default() += count;
            }
        }
        traits = ColumnTraits::new(&cells, blanks::may_be_flawed);
        let Finding { evidence, changes, written } = finding;
        let changes = Changes::Values(changes);
        found.push(FoundFormat { attribute, convention, evidence, changes, cells: changed, written, with: None });
    }
    found
}

/// The first bytes of a text as a number in the order of texts.
fn first_bytes(text: &str) -> u64 {
    let mut first = [0; 8];
    let length = text.len().min(first.len());
    first[..length].copy_from_slice(&text.as_bytes()[..length]);
    u64::from_be_bytes(first)
}

/// Whether the file has texts in a column: numbers that a file stores as numbers have no way of writing.
fn is_text(table: &Table, attribute: AttributeId) -> bool {
    table.origin().is_none_or(|origin| is_text_in(origin, attribute))
}

fn is_text_in(origin: &Origin, attribute: AttributeId) -> bool {
    match origin {
        Origin::Parquet { types, .. } => {
            matches!(types.get(attribute.index()), None | Some(ValueType::Text | ValueType::OneOf(_)))
        }
        Origin::Files(parts) => {
            parts.iter().all(|part| part.column(attribute).is_none_or(|own| is_text_in(&part.origin, own)))
        }
        Origin::Csv { .. } | Origin::Sheet { .. } => true,
    }
}

/// The columns of which rules name texts, patterns or a reference: these say how the values are written.
fn named_by_rules(constraints: &Constraints) -> BTreeSet<AttributeId> {
    let mut named = BTreeSet::new();
    for (_, constraint) in constraints.iter() {
        if matches!(constraint.scope, Scope::Reference(_)) {
            let own = constraint.cells().into_iter().filter(|cell| cell.tuple == Tuple::A);
            named.extend(own.map(|cell| cell.attribute));
        }
        named.extend(constraint.predicates.iter().filter_map(of_text).map(|cell| cell.attribute));
    }
    for lookup in constraints.lookups() {
        named.extend(lookup.on.iter().map(|key| key.attribute));
        named.extend(lookup.set.iter().map(|set| set.attribute));
        named.extend(lookup.filter.iter().filter_map(of_text).map(|cell| cell.attribute));
    }
    named
}

/// The cell of which a predicate asks how its text reads.
fn of_text(predicate: &Predicate) -> Option<CellOf> {
    match predicate {
        Predicate::Compare(compare) => {
            (matches!(compare.right, Operand::Constant(_)) && compare.domain != Domain::Number).then_some(compare.left)
        }
        Predicate::Member { cell, test, .. } => {
            (!matches!(test, CellTest::Between(..) | CellTest::OneOfNumbers(_))).then_some(*cell)
        }
        Predicate::Similar { left, right: Operand::Constant(_), .. } => Some(*left),
        Predicate::Similar { .. } | Predicate::Null { .. } | Predicate::Formula { .. } => None,
    }
}

/// Looks for one convention in a column of these cells.
#[cfg(test)]
fn find_in(convention: &Convention, cells: &[(&str, u64)]) -> Option<Finding> {
    let empty = cells.iter().filter(|(text, _)| text.is_empty()).map(|(_, count)| count).sum();
    let cells: BTreeMap<String, u64> =
        cells.iter().filter(|(text, _)| !text.is_empty()).map(|(text, count)| ((*text).to_owned(), *count)).collect();
    let present = cells.values().sum();
    let Find::InColumn(find) = convention.find else { return None };
    let traits = ColumnTraits::new(&cells, blanks::may_be_flawed);
    find(&Values { cells: &cells, present, empty, rows: present + empty, traits })
}

/// What one convention makes of a column of these cells, as `old -> new`.
#[cfg(test)]
fn changes_in(convention: &Convention, cells: &[(&str, u64)]) -> Vec<String> {
    let changes = find_in(convention, cells).map(|finding| finding.changes).unwrap_or_default();
    let told = |(old, change): (String, Change)| format!("{old} -> {}", change.new.as_deref().unwrap_or("missing"));
    changes.into_iter().map(told).collect()
}

#[cfg(test)]
mod tests {
    use lustrate_rules::FORMATS;
    use lustrate_table::Column;

    use super::*;

    #[test]
    fn every_convention_of_the_folder_is_in_the_list() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/conventions");
        let entries = std::fs::read_dir(folder).expect("the folder is there");
        let names = entries.map(|entry| entry.expect("it can be read").path());
        let files = names.filter(|path| path.is_file()).filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()));
        let listed: BTreeSet<String> = CONVENTIONS.iter().map(|convention| convention.name.to_owned()).collect();
        assert_eq!(files.collect::<BTreeSet<_>>(), listed);
        assert_eq!(listed.len(), CONVENTIONS.len(), "no two have one name");
        let names: Vec<&str> = CONVENTIONS.iter().map(|convention| convention.name).collect();
        assert_eq!(names, FORMATS, "the rule language knows all, in their order");
    }

    #[test]
    fn later_conventions_see_what_earlier_ones_write() {
        let cells = ["12.0 oz", "12.0 oz.", "16.0 ounce", "8.4 oz"];
        let column: Column = (0..40).map(|row| Some(cells[if row % 20 == 19 { 3 } else { row % 3 }])).collect();
        let table = Table::new(vec![("ounces".into(), column)]).unwrap();
        let found = find_formats(&table, &Constraints::default());
        let told: Vec<_> = found.iter().map(|found| (found.convention.name, found.cells)).collect();
        assert_eq!(told, [("suffix", 40), ("decimals", 38)]);
    }
}
