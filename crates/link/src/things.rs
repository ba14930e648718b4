//! How far the rows of one thing agree in a column: one pass over the rows, thing by thing, and no map.

use std::collections::BTreeSet;

use lustrate_table::{AttributeId, Code, Column, Groups, RowId, RowsByGroup, Table, count_codes};

/// The rows of a table by the thing that they are about. Rows without one are left out.
pub(crate) struct Things<'t> {
    table: &'t Table,
    rows: RowsByGroup,
}

impl<'t> Things<'t> {
    /// The rows by what they hold in these columns, of which there is at least one.
    pub(crate) fn new(table: &'t Table, entity: &[AttributeId]) -> Self {
        let key: Vec<&Column> = entity.iter().map(|&part| table.column(part)).collect();
        Things { table, rows: Groups::new(&key).rows_by_group() }
    }

    /// The number of things.
    pub(crate) fn len(&self) -> usize {
        self.rows.iter().len()
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

    /// The share of things of which different values are reported.
    pub(crate) fn disagreement(&self, attribute: AttributeId) -> f64 {
        let column = self.table.column(attribute);
        let disagrees = |rows: &&[RowId]| {
            let mut codes = rows.iter().map(|&row| column.code(row)).filter(|code| !code.is_null());
            codes.next().is_some_and(|first| codes.any(|code| code != first))
        };
        self.rows.iter().filter(disagrees).count() as f64 / self.len().max(1) as f64
    }

    /// Of the reports of values that are not those of most, the share whose value another report repeats.
    pub(crate) fn repeated(&self, attributes: &BTreeSet<AttributeId>) -> f64 {
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
        let wanted = share * self.table.rows() as f64;
        let mut counts = Counts::new(self.table.column(source));
        let mut possible: usize = self.rows.iter().map(<[RowId]>::len).sum();
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

/// How many distinct values the rows hold.
pub(crate) fn distinct(column: &Column) -> usize {
    count_codes(column.codes(), column.dictionary().len()).into_iter().filter(|&count| count > 0).count()
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
        assert_eq!((things.len(), things.agreement(VALUE)), (2, 2.0 / 4.0));
        assert_eq!(things.disagreement(VALUE), 0.5);
    }

    #[test]
    fn what_one_report_alone_says_is_not_repeated() {
        let rows = [("f", "1"), ("f", "1"), ("f", "1"), ("f", "2"), ("f", "2"), ("f", "3"), ("g", "4"), ("g", "5")];
        let table = table(&rows);
        // The three that say 2 and 3 are not with most; of g both are.
        assert_eq!(Things::new(&table, &[THING]).repeated(&[VALUE].into()), 2.0 / 3.0);
    }

    #[test]
    fn pairs_that_come_twice_or_lack_a_part_name_no_row() {
        let rows = [("f", "1"), ("f", "2"), ("g", "1"), ("g", "1"), ("g", "-"), ("-", "3"), ("h", "3"), ("h", "4")];
        let table = table(&rows);
        let things = Things::new(&table, &[THING]);
        // f and h with two each, g with one: five of eight rows.
        assert!(things.tell_apart(VALUE, 0.625) && !things.tell_apart(VALUE, 0.63));
        assert_eq!(distinct(table.column(VALUE)), 4);
    }
}
