//! Values that stand at the end of another column's, where their own cell is empty.

use std::collections::BTreeMap;

use lustrate_table::{AttributeId, Code, RowId, Table, count_codes};

use super::{Convention, Find, Pair};

/// Where a column is empty (`state`) and another ends in one of its values (`city`: `Portland OR`), the value is moved to
/// where it belongs.
///
/// This must be so in most rows in which the column is empty, and hardly ever in others: a city that is called after
/// a state is none of it.
pub(super) const MOVED: Convention = Convention {
    name: "moved",
    summary: "a value at the end of another column's is moved into its own empty cell",
    probability: 0.98,
    find: Find::InTable(find),
};

/// In fewer rows a habit cannot be told from chance.
const FEWEST: usize = 5;
/// A column that is empty in more of the rows is optional.
const EMPTY: f64 = 0.5;
/// A column of more values is no list of them.
const DISTINCT: usize = 500;
/// The share of the empty cells beside which their value stands, and how many times the share of the others that is.
const MOST: f64 = 0.8;
const TIMES_OTHERS: f64 = 20.0;
/// The share of the others that can be told from none.
const LEAST: f64 = 1e-3;

fn find(table: &Table, attributes: &[AttributeId]) -> Vec<Pair> {
    let mut found: Vec<Pair> = Vec::new();
    for &to in attributes {
        let empty: Vec<bool> = table.row_ids().map(|row| is_empty(table, row, to)).collect();
        let missing = empty.iter().filter(|&&empty| empty).count();
        let column = table.column(to);
        let counts = count_codes(column.codes(), column.dictionary().len());
        let distinct = counts.iter().filter(|&&cells| cells > 0).count();
        if missing < FEWEST || missing as f64 > EMPTY * table.rows() as f64 || distinct > DISTINCT {
            continue;
        }
        let free = |attribute: AttributeId| found.iter().all(|pair| !pair.attributes.contains(&attribute));
        let candidates = attributes.iter().copied().filter(|&from| from != to && free(from) && free(to));
        let moved = candidates.filter_map(|from| Moved::new(table, (from, to), &counts, &empty));
        // Of two that are as good, the first.
        let best = moved.reduce(|best, other| if other.beside > best.beside { other } else { best });
        found.extend(best.map(|best| best.pair(table, &empty)));
    }
    found
}

/// Values of one column at the end of another's.
struct Moved {
    from: AttributeId,
    to: AttributeId,
    /// For each value of the column where they stand: how long it is without the value at its end.
    ends: Vec<Option<usize>>,
    /// The rows with an empty cell in which one stands, and the others.
    beside: usize,
    elsewhere: usize,
}

impl Moved {
    fn new(table: &Table, (from, to): (AttributeId, AttributeId), counts: &[u32], empty: &[bool]) -> Option<Self> {
        let (column, values) = (table.column(from), table.column(to).dictionary());
        let is_value = |word: &str| {
            let known = values.find(word).is_some_and(|code| counts[code.index()] > 0);
            known && word.chars().any(char::is_alphabetic)
        };
        let end = |text: &str| {
            let (rest, word) = text.rsplit_once(' ')?;
            let rest = rest.trim_end().trim_end_matches(',');
            (!rest.is_empty() && is_value(word)).then_some(rest.len())
        };
        let ends: Vec<Option<usize>> = column.dictionary().iter().map(|(_, text)| end(text)).collect();
        let stands = |code: &Code| !code.is_null() && ends[code.index()].is_some();
        let (mut beside, mut elsewhere) = (0, 0);
        for (_, &empty) in column.codes().iter().zip(empty).filter(|(code, _)| stands(code)) {
            *(if empty { &mut beside } else { &mut elsewhere }) += 1;
        }
        let missing = empty.iter().filter(|&&empty| empty).count();
        let share = beside as f64 / missing as f64;
        let others = (elsewhere as f64 / (empty.len() - missing) as f64).max(LEAST);
        (share > MOST && share > TIMES_OTHERS * others).then_some(Moved { from, to, ends, beside, elsewhere })
    }

    fn pair(&self, table: &Table, empty: &[bool]) -> Pair {
        let [mut shorter, mut filled] = [BTreeMap::new(), BTreeMap::new()];
        let column = table.column(self.from);
        for row in table.row_ids().filter(|row| empty[row.index()]) {
            let Some(text) = column.text(row) else { continue };
            let Some(end) = self.ends[column.code(row).index()] else { continue };
            let word = text.rsplit(' ').next().unwrap_or_default();
            shorter.insert(row, Some(text[..end].to_owned()));
            filled.insert(row, Some(word.to_owned()));
        }
        let missing = empty.iter().filter(|&&empty| empty).count();
        let [from, to] = [self.from, self.to].map(|attribute| table.schema().name(attribute));
        let evidence = format!(
            "in {} of {missing} rows without `{to}`, `{from}` ends in one, and in {} of {} others",
            self.beside,
            self.elsewhere,
            empty.len() - missing
        );
        Pair { attributes: [self.from, self.to], evidence, changes: [shorter, filled] }
    }
}

fn is_empty(table: &Table, row: RowId, attribute: AttributeId) -> bool {
    table.column(attribute).text(row).is_none_or(str::is_empty)
}

#[cfg(test)]
mod tests {
    use lustrate_table::Column;

    use super::*;

    /// The changes in a table of cities and states, of which these come before thirty whole ones.
    fn changes(odd: &[(&str, Option<&str>)]) -> Vec<String> {
        let whole = [("Portland", Some("OR")), ("Denver", Some("CO")), ("Austin", Some("TX"))];
        let rows: Vec<_> = odd.iter().chain(whole.iter().cycle().take(30)).copied().collect();
        let cities: Column = rows.iter().map(|row| Some(row.0)).collect();
        let states: Column = rows.iter().map(|row| row.1).collect();
        let table = Table::new(vec![("city".into(), cities), ("state".into(), states)]).unwrap();
        let found = find(&table, &table.schema().ids().collect::<Vec<_>>());
        let mut told = Vec::new();
        for pair in found {
            for (attribute, rows) in pair.attributes.into_iter().zip(pair.changes) {
                let name = table.schema().name(attribute);
                let told_of = |(row, new): (RowId, Option<String>)| {
                    format!("{name} {}: {}", row.number(), new.unwrap_or_default())
                };
                told.extend(rows.into_iter().map(told_of));
            }
        }
        told
    }

    #[test]
    fn a_value_is_moved_into_its_own_empty_cell() {
        let mut odd = vec![("Denver CO", None); 5];
        odd.push(("Portland, OR", None));
        let told = changes(&odd);
        assert_eq!(told.len(), 12);
        assert_eq!((told[0].as_str(), told[5].as_str()), ("city 1: Denver", "city 6: Portland"));
        assert_eq!((told[6].as_str(), told[11].as_str()), ("state 1: CO", "state 6: OR"));
    }

    #[test]
    fn an_ending_that_others_have_too_stays() {
        let mut odd = vec![("Denver CO", None); 6];
        odd.extend([("Denver CO", Some("CO")); 3]);
        assert_eq!(changes(&odd), [""; 0]);
    }

    #[test]
    fn empty_cells_beside_other_values_stay_empty() {
        let mut odd = vec![("Denver CO", None); 6];
        odd.extend([("Denver", None); 3]);
        assert_eq!(changes(&odd), [""; 0]);
        assert_eq!(changes(&[("Denver CO", None); 3]), [""; 0]);
    }
}
