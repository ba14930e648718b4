//! The rows of a reference table that a row of the table speaks of.

use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use lustrate_rules::{Columns, Constraints, Lookup, LookupKey};
use lustrate_table::{AttributeId, Code, Column, RowId, Table};

use crate::map::HashMap;
use crate::near::{Alike, NearIndex, SpellingIndex};

/// An index of a reference table by the keys of a lookup. It may be asked from several threads; what it finds depends on
/// nothing but the question.
#[derive(Debug)]
pub struct ReferenceIndex<'a> {
    table: &'a Table,
    columns: &'a Columns,
    keys: Vec<Key>,
    /// The rows by all keys together.
    by_all: HashMap<Box<[Code]>, Vec<RowId>>,
    /// The rows by the keys that must be equal; empty where every key or none is of that kind.
    by_equal: HashMap<Box<[Code]>, Vec<RowId>>,
}

/// The rows of a reference that fit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// The rows in order; all of them are equally alike. None where nothing fits.
    pub rows: Vec<RowId>,
    /// How alike their keys are: 1 where all keys are equal as text, else the product over the keys, above 0; 0 where
    /// nothing fits.
    pub likeness: f64,
}

#[derive(Debug)]
struct Key {
    reference: AttributeId,
    /// `None` where the texts must be equal.
    near: Option<NearKey>,
    /// For correcting the key itself; built when it is first asked for.
    spelling: OnceLock<SpellingIndex>,
}

#[derive(Debug)]
struct NearKey {
    index: NearIndex,
    rows: HashMap<Code, Vec<RowId>>,
    /// What is alike to a text, once it was asked for.
    known: RwLock<HashMap<String, Arc<[Alike]>>>,
}

impl<'a> ReferenceIndex<'a> {
    /// An index of the reference table of a lookup. Near-linear in the rows of the reference.
    pub fn new(constraints: &'a Constraints, lookup: &Lookup) -> Self {
        Self::of(&constraints.reference(lookup.reference).table, &lookup.on, constraints.columns())
    }

    /// The same for a table and keys; `columns` says how the values of the keys' [`LookupKey::attribute`]s are read.
    pub fn of(table: &'a Table, on: &[LookupKey], columns: &'a Columns) -> Self {
        let keys: Vec<Key> = on.iter().map(|key| Key::new(table, key, columns)).collect();
        let equal: Vec<AttributeId> = keys.iter().filter(|key| key.near.is_none()).map(|key| key.reference).collect();
        let all: Vec<AttributeId> = keys.iter().map(|key| key.reference).collect();
        let mixed = !equal.is_empty() && equal.len() < all.len();
        let by_equal = if mixed { rows_by(table, &equal) } else { HashMap::default() };
        ReferenceIndex { table, columns, by_all: rows_by(table, &all), by_equal, keys }
    }

    /// The rows of the reference whose keys fit these texts, one for each key of the lookup in its order. Rows whose keys
    /// are all equal to the texts come before any that are only alike; of those that are alike the most alike fit, all of
    /// them where several are equally so. A missing key fits nothing.
    ///
    /// # Panics
    /// When there are more or fewer texts than keys.
    pub fn find(&self, texts: &[Option<&str>]) -> Found {
        assert_eq!(texts.len(), self.keys.len(), "a lookup is asked with one text for each key");
        let Some(texts) = texts.iter().copied().collect::<Option<Vec<&str>>>() else { return Found::default() };
        let codes: Vec<Option<Code>> = self.keys.iter().zip(&texts).map(|(key, text)| self.code(key, text)).collect();
        if let Some(codes) = codes.iter().copied().collect::<Option<Box<[Code]>>>()
            && let Some(rows) = self.by_all.get(&codes)
        {
            return Found { rows: rows.clone(), likeness: 1.0 };
        }
        self.most_alike(&texts, &codes)
    }

    /// The values that the reference has for a key of the lookup (by its place) and that are near a text, the nearest
    /// first, then by text, with their likeness: as the measure of the key says, or, for a key that must be equal, within
    /// one edit for every five characters and at least one. A text that the reference has is its own nearest value.
    ///
    /// # Panics
    /// When the lookup has no such key.
    pub fn keys_near(&self, text: &str, key: usize) -> Vec<(String, f64)> {
        let key = &self.keys[key];
        let column = self.table.column(key.reference);
        let near = match &key.near {
            Some(near) => near.alike(text, column, self.columns).to_vec(),
            None => key.spelling.get_or_init(|| SpellingIndex::new(column)).near(text, column),
        };
        let texts = near
            .into_iter()
            .filter_map(|(code, likeness)| Some((column.dictionary().text(code)?.to_owned(), likeness)));
        let mut texts: Vec<(String, f64)> = texts.collect();
        texts.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        texts
    }

    fn code(&self, key: &Key, text: &str) -> Option<Code> {
        self.table.column(key.reference).dictionary().find(text)
    }

    /// The rows that equal the texts in the keys that must be equal and are the most alike in the others.
    fn most_alike(&self, texts: &[&str], codes: &[Option<Code>]) -> Found {
        let mut equal = Vec::new();
        let mut alike: Vec<(&Key, &NearKey, Arc<[Alike]>)> = Vec::new();
        for ((key, text), code) in self.keys.iter().zip(texts).zip(codes) {
            match (&key.near, code) {
                (None, Some(code)) => equal.push(*code),
                (None, None) => return Found::default(),
                (Some(near), _) => {
                    let found = near.alike(text, self.table.column(key.reference), self.columns);
                    alike.push((key, near, found));
                }
            }
        }
        // Without a key that need not be equal, the rows would have been found by all keys.
        let rows: Vec<RowId> = if !equal.is_empty() {
            self.by_equal.get(equal.as_slice()).cloned().unwrap_or_default()
        } else if let Some((_, near, found)) = alike.iter().min_by_key(|(_, near, found)| near.count(found)) {
            found.iter().flat_map(|(code, _)| near.rows.get(code).into_iter().flatten().copied()).collect()
        } else {
            Vec::new()
        };
        let mut best = Found::default();
        for row in rows {
            let likeness: f64 = alike.iter().map(|(key, _, found)| self.likeness(row, key, found)).product();
            if likeness > best.likeness {
                best = Found { rows: vec![row], likeness };
            } else if likeness == best.likeness && likeness > 0.0 {
                best.rows.push(row);
            }
        }
        best.rows.sort_unstable();
        best
    }

    fn likeness(&self, row: RowId, key: &Key, found: &[Alike]) -> f64 {
        let code = self.table.column(key.reference).code(row);
        found.binary_search_by_key(&code, |&(code, _)| code).map_or(0.0, |place| found[place].1)
    }
}

impl Key {
    fn new(table: &Table, key: &LookupKey, columns: &Columns) -> Self {
        let column = table.column(key.reference);
        let near = key.measure.map(|measure| NearKey {
            index: NearIndex::new(measure, key.attribute, column, columns),
            rows: rows_by_code(column),
            known: RwLock::default(),
        });
        Key { reference: key.reference, near, spelling: OnceLock::new() }
    }
}

impl NearKey {
    /// The values of rows that are alike enough, in the order of their codes.
    fn alike(&self, text: &str, column: &Column, columns: &Columns) -> Arc<[Alike]> {
        // What is known is only ever added to, so that a thread that failed left it whole.
        if let Some(known) = self.known.read().unwrap_or_else(PoisonError::into_inner).get(text) {
            return Arc::clone(known);
        }
        let mut found = self.index.alike(text, column, columns);
        found.retain(|(code, _)| self.rows.contains_key(code));
        let found: Arc<[Alike]> = found.into();
        self.known.write().unwrap_or_else(PoisonError::into_inner).insert(text.to_owned(), Arc::clone(&found));
        found
    }

    fn count(&self, found: &[Alike]) -> usize {
        found.iter().filter_map(|(code, _)| self.rows.get(code)).map(Vec::len).sum()
    }
}

/// The rows by the values of some columns; rows with a missing one are left out.
fn rows_by(table: &Table, attributes: &[AttributeId]) -> HashMap<Box<[Code]>, Vec<RowId>> {
    let mut rows: HashMap<Box<[Code]>, Vec<RowId>> = HashMap::default();
    for row in table.row_ids() {
        let codes: Box<[Code]> = attributes.iter().map(|&attribute| table.column(attribute).code(row)).collect();
        if codes.iter().all(|code| !code.is_null()) {
            rows.entry(codes).or_default().push(row);
        }
    }
    rows
}

fn rows_by_code(column: &Column) -> HashMap<Code, Vec<RowId>> {
    let mut rows: HashMap<Code, Vec<RowId>> = HashMap::default();
    for (row, &code) in column.codes().iter().enumerate().filter(|(_, code)| !code.is_null()) {
        rows.entry(code).or_default().push(RowId(row as u32));
    }
    rows
}

#[cfg(test)]
mod tests {
    use lustrate_values::Similarity;

    use super::*;

    const NEAR: Option<Similarity> = Some(Similarity::Levenshtein(0.8));

    /// Asks a reference of two columns, `city` and `zip`, with one measure for each.
    fn check(measures: [Option<Similarity>; 2], texts: [Option<&str>; 2], rows: &[u32], likeness: f64) {
        let city = ["Rome", "Birmingham", "Birmingham", "Nottingham", "Nottinghem"];
        let zip = ["184", "35201", "35203", "22000", "22000"];
        let columns = [("city", city), ("zip", zip)];
        let table = columns.map(|(name, cells)| (name.to_owned(), cells.into_iter().map(Some).collect::<Column>()));
        let table = Table::new(table.into()).unwrap();
        let keys = [0, 1].map(|id| LookupKey {
            attribute: AttributeId(id),
            reference: AttributeId(id),
            measure: measures[id as usize],
        });
        let declared = Columns::default();
        let index = ReferenceIndex::of(&table, &keys, &declared);
        let found = index.find(&texts);
        assert_eq!(found.rows, rows.iter().map(|&row| RowId(row)).collect::<Vec<_>>(), "{texts:?}");
        assert!((found.likeness - likeness).abs() < 1e-12, "{texts:?}: {}", found.likeness);
    }

    #[test]
    fn equal_keys_are_found_and_others_are_not() {
        check([None, None], [Some("Birmingham"), Some("35203")], &[2], 1.0);
        check([None, None], [Some("Birmingham"), Some("184")], &[], 0.0);
        check([None, None], [Some("Birminghm"), Some("35203")], &[], 0.0);
        check([None, None], [None, Some("35203")], &[], 0.0);
    }

    #[test]
    fn a_near_key_is_found_within_the_equal_ones() {
        check([NEAR, None], [Some("Birmxngham"), Some("35203")], &[2], 0.9);
        check([NEAR, None], [Some("Rime"), Some("184")], &[], 0.0);
    }

    #[test]
    fn an_equal_key_wins_over_one_that_is_alike() {
        check([NEAR, None], [Some("Nottingham"), Some("22000")], &[3], 1.0);
    }

    #[test]
    fn keys_that_are_equally_alike_are_all_found() {
        check([NEAR, None], [Some("Nottinghom"), Some("22000")], &[3, 4], 0.9);
        check([NEAR, NEAR], [Some("Birminghan"), Some("35202")], &[1, 2], 0.9 * 0.8);
    }

    #[test]
    fn near_keys_come_nearest_first() {
        let table = Table::new(vec![("zip".into(), ["10084", "00184", "00185"].map(Some).into_iter().collect())]);
        let table = table.unwrap();
        let key = LookupKey { attribute: AttributeId(0), reference: AttributeId(0), measure: None };
        let columns = Columns::default();
        let index = ReferenceIndex::of(&table, &[key], &columns);
        let near = |text| index.keys_near(text, 0).into_iter().map(|(text, _)| text).collect::<Vec<_>>();
        assert_eq!(near("00184"), ["00184", "00185"]);
        assert_eq!(near("0018"), ["00184", "00185"]);
        assert!(near("zzz").is_empty());
    }
}
