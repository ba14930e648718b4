//! How far the rows of one thing agree in a column: one pass over the rows, thing by thing, and no map.

use std::hash::{BuildHasher, Hash, Hasher};

use foldhash::quality::FixedState;
use lustrate_table::{AttributeId, CellId, Code, Column, Groups, RowId, Table};

use crate::sizes::Sizes;

/// Things are drawn until they have so many rows, and until there are so many of them: more would say the same.
const MOST_ROWS: usize = 30_000;
const LEAST_THINGS: usize = 100;

/// Things that are drawn from those of a table, with their rows; where there are few rows they are all. Rows without a thing
/// are left out.
pub(crate) struct Things<'t> {
    table: &'t Table,
    /// The drawn things in an order that is that of their names, mixed, each with its rows in their order.
    rows: Vec<Vec<RowId>>,
    /// How many rows each thing of the table has.
    sizes: Sizes,
    /// How many rows of the table have a thing.
    covered: usize,
}

impl<'t> Things<'t> {
    /// The things that these columns name, of which there is at least one. What is drawn depends on what the rows hold and
    /// not on their order.
    pub(crate) fn new(table: &'t Table, entity: &[AttributeId]) -> Self {
        let key: Vec<&Column> = entity.iter().map(|&part| table.column(part)).collect();
        let groups = Groups::new(&key);
        let mut found: Vec<(u32, RowId)> = vec![(0, RowId(0)); groups.len()];
        for (row, group) in (0u32..).zip(groups.codes()).filter(|(_, group)| !group.is_null()) {
            let (rows, first) = &mut found[group.index()];
            *first = if *rows == 0 { RowId(row) } else { *first };
            *rows += 1;
        }
        let sizes = Sizes::new(found.iter().map(|(rows, _)| *rows));
        let covered = found.iter().map(|(rows, _)| *rows as usize).sum();
        let name = |row: RowId| {
            let mut hasher = FixedState::with_seed(5).build_hasher();
            entity.iter().for_each(|&attribute| table.text(CellId { row, attribute }).hash(&mut hasher));
            hasher.finish()
        };
        let mut order: Vec<(u64, usize)> =
            found.iter().enumerate().map(|(thing, &(_, first))| (name(first), thing)).collect();
        order.sort_unstable();
        let mut drawn = vec![u32::MAX; groups.len()];
        let mut rows: Vec<Vec<RowId>> = Vec::new();
        let mut all = 0;
        for (_, thing) in order {
            if all >= MOST_ROWS && rows.len() >= LEAST_THINGS {
                break;
            }
            let size = found[thing].0 as usize;
            drawn[thing] = rows.len() as u32;
            rows.push(Vec::with_capacity(size));
            all += size;
        }
        for (row, group) in (0u32..).zip(groups.codes()).filter(|(_, group)| !group.is_null()) {
            if let Some(of) = rows.get_mut(drawn[group.index()] as usize) {
                of.push(RowId(row));
            }
        }
        Things { table, rows, sizes, covered }
    }

    /// The drawn things, each with its rows.
    pub(crate) fn rows(&self) -> &[Vec<RowId>] {
        &self.rows
    }

    /// How many rows each thing of the table has, drawn or not.
    pub(crate) fn sizes(&self) -> &Sizes {
        &self.sizes
    }

    /// How often two rows of one thing with a value have the same one; 0 where there are no two.
    pub(crate) fn agreement(&self, attribute: AttributeId) -> f64 {
        let (mut same, mut all) = (0.0, 0.0);
        let mut counts = Counts::new(self.table.column(attribute));
        for (thing, rows) in self.rows.iter().enumerate() {
            let mut reports = 0.0;
            for code in counts.codes(rows) {
                // Each row makes a pair with every one before it that says the same.
                same += f64::from(counts.add(thing, code));
                all += reports;
                reports += 1.0;
            }
        }
        same / f64::max(all, 1.0)
    }

    /// The share of the drawn things of which different values are reported.
    pub(crate) fn disagreement(&self, attribute: AttributeId) -> f64 {
        let column = self.table.column(attribute);
        let disagrees = |rows: &&Vec<RowId>| {
            let mut codes = rows.iter().map(|&row| column.code(row)).filter(|code| !code.is_null());
            codes.next().is_some_and(|first| codes.any(|code| code != first))
        };
        self.rows.iter().filter(disagrees).count() as f64 / self.rows.len().max(1) as f64
    }

    /// Of the reports of values that are not those of most, the share whose value another report repeats.
    pub(crate) fn repeated(&self, attributes: &[AttributeId]) -> f64 {
        let (mut again, mut all) = (0u64, 0u64);
        for &attribute in attributes {
            let mut counts = Counts::new(self.table.column(attribute));
            let mut values: Vec<Code> = Vec::new();
            for (thing, rows) in self.rows.iter().enumerate() {
                values.clear();
                for code in counts.codes(rows) {
                    if counts.add(thing, code) == 0 {
                        values.push(code);
                    }
                }
                let of = || values.iter().map(|&code| counts.of(code));
                let most = of().max().unwrap_or(0);
                for count in of().filter(|&count| count < most).map(u64::from) {
                    all += count;
                    again += if count > 1 { count } else { 0 };
                }
            }
        }
        again as f64 / all.max(1) as f64
    }

    /// Whether a thing and a source name a row in this share of the rows: there are so many pairs of them. It looks no
    /// further than until too few can be left, which for most columns is soon.
    pub(crate) fn tell_apart(&self, source: AttributeId, share: f64) -> bool {
        let mut counts = Counts::new(self.table.column(source));
        let mut possible: usize = self.rows.iter().map(Vec::len).sum();
        // A row without a thing is named by none. As many of the rows of all things are as of those that were drawn.
        let wanted = share * possible as f64 * self.table.rows() as f64 / self.covered.max(1) as f64;
        for (thing, rows) in self.rows.iter().enumerate() {
            let before = possible;
            possible -= rows.len();
            for code in counts.codes(rows) {
                possible += usize::from(counts.add(thing, code) == 0);
            }
            if possible < before && (possible as f64) < wanted {
                return false;
            }
        }
        possible as f64 >= wanted
    }
}

/// The counts of the values of a column in one thing after the other. A count is that of the thing that it is stamped with.
struct Counts<'t> {
    column: &'t Column,
    stamped: Vec<(u32, u32)>,
}

impl<'t> Counts<'t> {
    fn new(column: &'t Column) -> Self {
        Counts { column, stamped: vec![(u32::MAX, 0); column.dictionary().len()] }
    }

    /// The values of some rows, in their order.
    fn codes<'r>(&self, rows: &'r [RowId]) -> impl Iterator<Item = Code> + use<'r, 't> {
        let column = self.column;
        rows.iter().map(|&row| column.code(row)).filter(|code| !code.is_null())
    }

    /// Counts one more of a value in a thing, and says how many there were before.
    fn add(&mut self, thing: usize, code: Code) -> u32 {
        let (stamp, count) = &mut self.stamped[code.index()];
        if *stamp != thing as u32 {
            (*stamp, *count) = (thing as u32, 0);
        }
        *count += 1;
        *count - 1
    }

    /// How many there are of a value that was counted in the thing at hand.
    fn of(&self, code: Code) -> u32 {
        self.stamped[code.index()].1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const THING: AttributeId = AttributeId(0);
    const VALUE: AttributeId = AttributeId(1);

    /// A table of things and what is said of them; `-` stands for a missing cell.
    fn table(rows: &[(&'static str, &'static str)]) -> Table {
        let column = |of: fn(&(&'static str, &'static str)) -> &'static str| {
            rows.iter().map(|row| Some(of(row)).filter(|text| *text != "-")).collect::<Column>()
        };
        Table::new(vec![("thing".into(), column(|row| row.0)), ("value".into(), column(|row| row.1))]).unwrap()
    }

    #[test]
    fn every_two_reports_of_one_thing_are_a_pair() {
        // Of f the pairs are 2-2 and twice 2-3, of g there is one; the missing cells are no reports.
        let table = table(&[("f", "2"), ("g", "2"), ("f", "3"), ("-", "2"), ("f", "2"), ("g", "2"), ("g", "-")]);
        let things = Things::new(&table, &[THING]);
        assert_eq!((things.rows().len(), things.agreement(VALUE)), (2, 2.0 / 4.0));
        assert_eq!(things.disagreement(VALUE), 0.5);
    }

    #[test]
    fn what_one_report_alone_says_is_not_repeated() {
        let rows = [("f", "1"), ("f", "1"), ("f", "1"), ("f", "2"), ("f", "2"), ("f", "3"), ("g", "4"), ("g", "5")];
        let table = table(&rows);
        // The three that say 2 and 3 are not with most; of g both are.
        assert_eq!(Things::new(&table, &[THING]).repeated(&[VALUE]), 2.0 / 3.0);
    }

    #[test]
    fn pairs_that_come_twice_or_lack_a_part_name_no_row() {
        let rows = [("f", "1"), ("f", "2"), ("g", "1"), ("g", "1"), ("g", "-"), ("-", "3"), ("h", "3"), ("h", "4")];
        let table = table(&rows);
        let things = Things::new(&table, &[THING]);
        // f and h with two each, g with one: five of eight rows.
        assert!(things.tell_apart(VALUE, 0.625) && !things.tell_apart(VALUE, 0.63));
    }

    #[test]
    fn of_many_rows_some_things_are_looked_at_whatever_the_order_of_the_rows() {
        let cells: Vec<(String, String)> =
            (0..120_000).map(|row| (format!("t{}", row % 6_000), format!("v{}", row % 7))).collect();
        let column = |text: fn(&(String, String)) -> &str, cells: &[(String, String)]| {
            cells.iter().map(|cell| Some(text(cell))).collect::<Column>()
        };
        let drawn = |cells: &[(String, String)]| {
            let columns =
                vec![("thing".into(), column(|cell| &cell.0, cells)), ("value".into(), column(|cell| &cell.1, cells))];
            let table = Table::new(columns).unwrap();
            let things = Things::new(&table, &[THING]);
            assert!(things.rows().iter().all(|rows| rows.len() == 20), "a thing is drawn whole");
            let name = |rows: &Vec<RowId>| table.text(CellId { row: rows[0], attribute: THING }).unwrap().to_owned();
            (things.rows().iter().map(name).collect::<Vec<_>>(), things.agreement(VALUE), things.sizes().len())
        };
        let found = drawn(&cells);
        assert_eq!((found.0.len() * 20, found.2), (MOST_ROWS, 6_000));
        let reversed: Vec<(String, String)> = cells.into_iter().rev().collect();
        assert_eq!(drawn(&reversed), found);
    }
}
