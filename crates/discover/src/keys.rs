//! Columns that tell rows apart.

use std::collections::BTreeSet;

use lustrate_table::AttributeId;
use rayon::prelude::*;

use crate::CodeColumn;

/// A column, or two, whose values stand once.
#[derive(Clone, Debug, PartialEq)]
pub struct ProposedKey {
    /// The columns, sorted: one or two.
    pub columns: Vec<AttributeId>,
    /// Rows in which all of them have a value.
    pub rows: u32,
    /// Of these, rows that repeat the values of another: of three rows alike, two.
    pub repeats: u32,
}

/// A column that may be a key, in the order in which one would be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyCandidate {
    /// The attribute.
    pub attribute: AttributeId,
    /// Whether its values are such as name things: codes and whole numbers, not measures, dates or free text. Only these are
    /// proposed although some values stand twice, and only these make pairs.
    pub is_identifier: bool,
}

/// Of an identifier at least this share of the rows tell themselves apart, the others are dirt.
const UNIQUE: f64 = 0.995;
/// And this share of the rows have a value.
const PRESENT: f64 = 0.98;
/// Fewer rows are unique by accident.
const LEAST_ROWS: usize = 20;
/// Keys that are proposed.
const MOST_KEYS: usize = 2;
/// Identifiers that make pairs, those with the most values.
const MOST_PARTS: usize = 40;
/// A part of a pair has at most this share of rows with values of their own: with more it is nearly a key itself.
const PART_DISTINCT: f64 = 0.9;
/// Pairs are looked at in this part of the rows first.
const PREFIX: usize = 8;
/// The pairs of rows that agree on a pair of columns by chance have to be so many, at least, for that there are none to say
/// something.
const REPEATS_BY_CHANCE: f64 = 20.0;

/// Proposes at most two keys: columns of which every value stands once, or nearly every one where the column holds
/// identifiers; and where there is none, two identifiers that name a row together.
///
/// Two columns with many values hardly ever agree in two rows, whatever they are; they are a key only where independent
/// columns like them would agree in many. Linear in the rows for each column, and for each pair of up to 40.
pub fn proposed_keys(columns: &[CodeColumn<'_>], candidates: &[KeyCandidate]) -> Vec<ProposedKey> {
    let rows = columns.first().map_or(0, |column| column.codes.len());
    if rows < LEAST_ROWS {
        return Vec::new();
    }
    let measured: Vec<(KeyCandidate, Counted)> =
        candidates.par_iter().map(|&found| (found, Counted::new(columns[found.attribute.index()]))).collect();
    let mut keys: Vec<(bool, f64, ProposedKey)> = (measured.iter())
        .filter(|(candidate, counted)| {
            let present = f64::from(counted.present) >= PRESENT * rows as f64;
            let exact = counted.repeats == 0 && counted.present as usize == rows;
            let nearly = f64::from(counted.repeats) <= (1.0 - UNIQUE) * f64::from(counted.present);
            present && nearly && (exact || candidate.is_identifier)
        })
        .map(|&(candidate, counted)| {
            let columns = vec![candidate.attribute];
            let key = ProposedKey { columns, rows: counted.present, repeats: counted.repeats };
            (!candidate.is_identifier, f64::from(counted.repeats), key)
        })
        .collect();
    // Identifiers first, then what repeats least; the order of the columns decides among equals.
    keys.sort_by(|a, b| (a.0, &a.2.columns).cmp(&(b.0, &b.2.columns)).then(a.1.total_cmp(&b.1)));
    if keys.is_empty() {
        return pairs(columns, &measured, rows);
    }
    let only_identifiers = !keys[0].0;
    let chosen = keys.into_iter().filter(|&(other, ..)| !(only_identifiers && other));
    chosen.map(|(.., key)| key).take(MOST_KEYS).collect()
}

#[derive(Clone, Copy)]
struct Counted {
    present: u32,
    repeats: u32,
    distinct: u32,
    /// The chance that two rows agree.
    repeat: f64,
}

impl Counted {
    fn new(column: CodeColumn<'_>) -> Self {
        let mut counts = column.counts();
        counts.pop();
        let present: u32 = counts.iter().sum();
        let distinct = counts.iter().filter(|&&count| count > 0).count() as u32;
        let pairs: u64 = counts.iter().map(|&count| u64::from(count) * u64::from(count.saturating_sub(1))).sum();
        let all = f64::from(present) * f64::from(present.saturating_sub(1));
        Counted { present, repeats: present - distinct, distinct, repeat: pairs as f64 / all.max(1.0) }
    }
}

/// How many of the first rows have both parts of a key, and how many of these repeat the values of another.
fn repeats(key: [CodeColumn<'_>; 2], rows: usize) -> (u32, u32) {
    let groups = CodeColumn::groups(&key.map(|part| CodeColumn { codes: &part.codes[..rows], ..part }));
    let of_row = groups.codes().iter().filter(|group| !group.is_null()).count();
    (of_row as u32, (of_row - groups.len()) as u32)
}

fn pairs(columns: &[CodeColumn<'_>], measured: &[(KeyCandidate, Counted)], rows: usize) -> Vec<ProposedKey> {
    let mut parts: Vec<(AttributeId, Counted)> = (measured.iter())
        .filter(|(candidate, counted)| {
            let repeats = f64::from(counted.distinct) <= PART_DISTINCT * rows as f64;
            candidate.is_identifier && repeats && f64::from(counted.present) >= PRESENT * rows as f64
        })
        .map(|&(candidate, counted)| (candidate.attribute, counted))
        .collect();
    parts.sort_by_key(|&(attribute, counted)| (std::cmp::Reverse(counted.distinct), attribute));
    parts.truncate(MOST_PARTS);
    let all: Vec<(usize, usize)> =
        (0..parts.len()).flat_map(|one| (one + 1..parts.len()).map(move |other| (one, other))).collect();
    let count = rows as f64 * (rows as f64 - 1.0) / 2.0;
    let mut found: Vec<(u32, ProposedKey)> = all
        .into_par_iter()
        .filter_map(|(one, other)| {
            let (one, other) = (parts[one], parts[other]);
            let by_chance = count * one.1.repeat * other.1.repeat;
            if by_chance < REPEATS_BY_CHANCE || (f64::from(one.1.distinct) * f64::from(other.1.distinct)) < rows as f64
            {
                return None;
            }
            let key = [columns[one.0.index()], columns[other.0.index()]];
            // What the first rows repeat all rows do: most pairs that are no key are left here.
            if f64::from(repeats(key, rows / PREFIX).1) > (1.0 - UNIQUE) * rows as f64 {
                return None;
            }
            let (of_row, repeats) = repeats(key, rows);
            let of_row = of_row as usize;
            let names = f64::from(repeats) <= (1.0 - UNIQUE) * of_row as f64 && of_row as f64 >= PRESENT * rows as f64;
            let mut columns = vec![one.0, other.0];
            columns.sort_unstable();
            names.then_some((repeats, ProposedKey { columns, rows: of_row as u32, repeats }))
        })
        .collect();
    found.sort_by(|a, b| (a.0, &a.1.columns).cmp(&(b.0, &b.1.columns)));
    // One is enough: pairs that share a column are mostly the same key told with what stands for its other part.
    let mut used = BTreeSet::new();
    found.retain(|(_, key)| key.columns.iter().all(|&part| used.insert(part)));
    found.into_iter().map(|(_, key)| key).take(1).collect()
}

#[cfg(test)]
mod tests {
    use lustrate_table::Column;

    use super::*;

    fn propose(columns: &[(Vec<String>, bool)]) -> Vec<(Vec<u32>, u32)> {
        let coded: Vec<Column> =
            columns.iter().map(|(cells, _)| cells.iter().map(|cell| Some(cell.as_str())).collect()).collect();
        let codes: Vec<CodeColumn<'_>> = (coded.iter())
            .map(|column| CodeColumn { codes: column.codes(), distinct: column.dictionary().len() })
            .collect();
        let candidate = |(place, (_, is_identifier)): (usize, &(_, bool))| KeyCandidate {
            attribute: AttributeId(place as u32),
            is_identifier: *is_identifier,
        };
        let candidates: Vec<KeyCandidate> = columns.iter().enumerate().map(candidate).collect();
        let found = proposed_keys(&codes, &candidates);
        found.into_iter().map(|key| (key.columns.iter().map(|id| id.0).collect(), key.repeats)).collect()
    }

    fn column(rows: usize, cell: impl Fn(usize) -> usize) -> Vec<String> {
        (0..rows).map(|row| cell(row).to_string()).collect()
    }

    #[test]
    fn an_identifier_is_a_key_although_a_few_stand_twice() {
        let twice = |row: usize| if row == 70 { 7 } else { row };
        assert_eq!(propose(&[(column(400, twice), true), (column(400, |row| row % 9), true)]), [(vec![0], 1)]);
        assert_eq!(propose(&[(column(400, twice), false), (column(400, |row| row % 9), true)]), []);
    }

    #[test]
    fn an_identifier_is_chosen_before_what_happens_to_be_unique() {
        assert_eq!(propose(&[(column(90, |row| row * 7), false), (column(90, |row| row), true)]), [(vec![1], 0)]);
    }

    #[test]
    fn two_identifiers_name_a_row_together() {
        let (order, line) = (column(400, |row| row / 4), column(400, |row| row % 4));
        assert_eq!(propose(&[(order, true), (line, true), (column(400, |row| row % 3), true)]), [(vec![0, 1], 0)]);
    }

    #[test]
    fn few_rows_and_nothing_but_the_same_are_no_key() {
        assert_eq!(propose(&[(column(5, |row| row), true)]), []);
        assert_eq!(propose(&[(column(300, |_| 1), true), (column(300, |row| row % 2), true)]), []);
        assert_eq!(propose(&[]), []);
    }
}
