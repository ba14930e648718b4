//! What is seen in a table and no statement of the rule language says.

use std::collections::BTreeSet;

use lustrate_discover::{
    ColumnKind, ColumnProfile, DerivedPart, InclusionColumn, ProposedInclusion, derived_columns, derived_parts,
    proposed_inclusions,
};
use lustrate_rules::{column_name, quoted};
use lustrate_table::AttributeId;

use crate::seen::Seen;
use crate::words::{of_values, such_as};

/// Rows that are looked at for columns that are put together from others.
const SAMPLE: usize = 1000;

/// Columns that are put together from others or are a part of one, and whose values stand in another, each in a sentence.
pub(crate) fn remarks(seen: &Seen<'_>) -> Vec<String> {
    let name = |id: AttributeId| column_name(seen.name(id));
    let rows = sample(&seen.hashes);
    let of_interest: BTreeSet<AttributeId> = seen.of_interest().map(|profile| profile.attribute).collect();
    let texts: Vec<Option<Vec<&str>>> = (seen.profiles.iter())
        .map(|profile| {
            let column = seen.column(profile.attribute);
            let text = |&row: &usize| column.dictionary().text(column.codes()[row]).unwrap_or("");
            of_interest.contains(&profile.attribute).then(|| rows.iter().map(text).collect())
        })
        .collect();
    let whole = derived_columns(&texts);
    let put_together = whole.iter().map(|derived| {
        let (target, left, right) = (name(derived.target), name(derived.left), name(derived.right));
        let share = 100.0 * derived.share;
        match derived.separator.as_str() {
            "" => format!("{target} is {left} and {right}, in {share:.0} % of the rows"),
            between => format!("{target} is {left}, {} and {right}, in {share:.0} % of the rows", quoted(between)),
        }
    });
    // What is a part of a column that was put together from it needs no word of its own.
    let told: BTreeSet<(AttributeId, AttributeId)> =
        whole.iter().flat_map(|derived| [(derived.left, derived.target), (derived.right, derived.target)]).collect();
    let parts = derived_parts(&texts);
    let parts = parts.iter().filter(|part| !told.contains(&(part.target, part.source))).map(|part: &DerivedPart| {
        let end = if part.at_end { "last" } else { "first" };
        let (target, source) = (name(part.target), name(part.source));
        let held = of_values((part.rows - part.exceptions) as u64, part.rows as u64);
        format!("{target} is the {end} {} characters of {source}, in {held} that were looked at", part.characters)
    });
    let column = |profile: &ColumnProfile| InclusionColumn {
        attribute: profile.attribute,
        column: seen.column(profile.attribute),
        is_identifier: matches!(profile.kind, ColumnKind::Code(_) | ColumnKind::Integer(_)),
    };
    let columns: Vec<InclusionColumn<'_>> = seen.of_interest().map(column).collect();
    let included = proposed_inclusions(&columns);
    let included = included.iter().map(|found: &ProposedInclusion| {
        let (exceptions, rows) = (u64::from(found.exceptions), u64::from(found.rows));
        let odd = if exceptions == 0 { String::new() } else { such_as(exceptions, &[]) };
        let stand = of_values(rows - exceptions, rows);
        format!("{}: {stand} stand in {} too{odd}", name(found.attribute), name(found.within))
    });
    put_together.chain(parts).chain(included).collect()
}

/// The places of the rows with the smallest hashes, in order.
fn sample(hashes: &[u64]) -> Vec<usize> {
    let mut rows: Vec<usize> = (0..hashes.len()).collect();
    if rows.len() > SAMPLE {
        rows.select_nth_unstable_by_key(SAMPLE, |&row| (hashes[row], row));
        rows.truncate(SAMPLE);
        rows.sort_unstable();
    }
    rows
}
