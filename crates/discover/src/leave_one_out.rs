//! How well a key predicts an attribute when the predicted row itself is left out.

use lustrate_table::{RowId, RowsByGroup};

use crate::CodeColumn;

/// The leave-one-out strength of a dependency.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Agreement {
    /// The share of all rows whose key occurs in another row.
    pub coverage: f64,
    /// Of these, the share whose value is held by at least half of the other rows of its group.
    pub agreement: f64,
    /// The gain of predicting the value from the group rather than from the column, in nats a row of the table.
    pub gain: f64,
}

/// Measures how well the groups of a key predict a column; `counts` are [`CodeColumn::counts`] of that column.
/// One pass over the rows, with work proportional to the distinct values within each group.
pub fn leave_one_out(key: &RowsByGroup, column: CodeColumn<'_>, counts: &[u32]) -> Agreement {
    leave_one_out_of(key.iter(), column, counts)
}

/// The same for any groups of rows.
pub(crate) fn leave_one_out_of<'a>(
    groups: impl Iterator<Item = &'a [RowId]>,
    column: CodeColumn<'_>,
    counts: &[u32],
) -> Agreement {
    let rows = column.codes.len() as f64;
    let mut tally = Tally {
        within: vec![0; counts.len()],
        present: Vec::new(),
        terms: Terms::new(rows),
        covered: 0,
        agreed: 0,
        gain: 0.0,
    };
    // What the rows hold is far apart in memory, and is fetched for many groups before any is looked at.
    let mut slots: Vec<u32> = Vec::with_capacity(2 * FETCHED);
    let mut ends: Vec<usize> = Vec::with_capacity(FETCHED);
    for group in groups.filter(|group| group.len() > 1) {
        slots.extend(group.iter().map(|row| column.slot(column.codes[row.index()]) as u32));
        ends.push(slots.len());
        if slots.len() >= FETCHED {
            tally.add(&slots, &ends, counts);
            slots.clear();
            ends.clear();
        }
    }
    tally.add(&slots, &ends, counts);
    let Tally { covered, agreed, gain, .. } = tally;
    if covered == 0 {
        return Agreement::default();
    }
    Agreement { coverage: covered as f64 / rows, agreement: agreed as f64 / covered as f64, gain: gain / rows }
}

/// Rows whose values are fetched at once.
const FETCHED: usize = 4_096;

/// What is counted, group by group.
struct Tally {
    /// For each value its rows in the group at hand.
    within: Vec<u32>,
    present: Vec<Present>,
    terms: Terms,
    covered: u64,
    agreed: u64,
    gain: f64,
}

/// A value of a group.
struct Present {
    slot: u32,
    /// Its rows in the group, and in the column.
    count: u32,
    all: u32,
}

impl Tally {
    /// Adds groups of these values, each up to its end; `counts` are those of the column.
    fn add(&mut self, slots: &[u32], ends: &[usize], counts: &[u32]) {
        let all: Vec<u32> = slots.iter().map(|&slot| counts[slot as usize]).collect();
        let Tally { within, present, terms, covered, agreed, gain } = self;
        let mut start = 0;
        for &end in ends {
            let group = slots[start..end].iter().copied().zip(all[start..end].iter().copied());
            let size = end - start;
            start = end;
            if size <= FEW_ROWS {
                // The values of a small group are looked through sooner than their counts are fetched.
                for (slot, all) in group {
                    match present.iter_mut().find(|other| other.slot == slot) {
                        Some(known) => known.count += 1,
                        None => present.push(Present { slot, count: 1, all }),
                    }
                }
            } else {
                for (slot, all) in group {
                    if within[slot as usize] == 0 {
                        present.push(Present { slot, count: 0, all });
                    }
                    within[slot as usize] += 1;
                }
                present.iter_mut().for_each(|known| known.count = std::mem::take(&mut within[known.slot as usize]));
            }
            *covered += size as u64;
            for Present { count, all, .. } in present.drain(..) {
                if 2 * (count as usize - 1) >= size - 1 {
                    *agreed += u64::from(count);
                }
                *gain += terms.of(count, size as u32, all);
            }
        }
    }
}

/// In groups of so many rows or fewer each value is compared with those before it.
const FEW_ROWS: usize = 16;

/// What the rows of one value in a group add to the gain. It depends on three counts that come again and again, and a
/// logarithm takes longer than all else.
struct Terms {
    rows: f64,
    known: Vec<([u32; 3], f64)>,
}

impl Terms {
    /// How many are known at a time.
    const KNOWN: usize = 1 << Terms::BITS;
    const BITS: u32 = 10;

    fn new(rows: f64) -> Self {
        Terms { rows, known: vec![([0; 3], 0.0); Terms::KNOWN] }
    }

    /// For a value in `count` rows of a group of so many, and in `all` of the column.
    fn of(&mut self, count: u32, group: u32, all: u32) -> f64 {
        let counts = [count, group, all];
        let mixed = counts.iter().fold(0u32, |mixed, &count| (mixed ^ count).wrapping_mul(0x9e37_79b1).rotate_left(13));
        let (known, term) = &mut self.known[(mixed.wrapping_mul(0x85eb_ca6b) >> (32 - Terms::BITS)) as usize];
        if *known != counts {
            let (same, others) = (f64::from(count - 1), f64::from(group - 1));
            let marginal = (f64::from(all) - 0.5) / self.rows;
            *known = counts;
            *term = f64::from(count) * ((same + marginal) / (others + 1.0) / marginal).ln();
        }
        *term
    }
}

#[cfg(test)]
mod tests {
    use lustrate_table::{Column, Groups};

    use super::*;

    fn column(cells: &str) -> Column {
        cells.split(' ').map(|cell| (cell != "-").then_some(cell)).collect()
    }

    fn measure(key: &str, target: &str) -> Agreement {
        let (key, target) = (column(key), column(target));
        let target = CodeColumn { codes: target.codes(), distinct: target.dictionary().len() };
        leave_one_out(&Groups::new(&[&key]).rows_by_group(), target, &target.counts())
    }

    #[test]
    fn a_key_determines_nothing_by_itself() {
        assert_eq!(measure("a b c d", "x x y y"), Agreement::default());
    }

    #[test]
    fn one_wrong_cell_costs_one_row() {
        let found = measure("a a a a b b b b -", "x x x y z z z z z");
        assert_eq!(found.coverage, 8.0 / 9.0);
        assert_eq!(found.agreement, 7.0 / 8.0);
        assert!(found.gain > 0.0);
    }

    #[test]
    fn small_groups_and_large_ones_are_counted_alike() {
        // The same rows in groups of ten and of forty: the values within are as they are counted one by one.
        for size in [10, 40] {
            let key: Vec<String> = (0..400).map(|row| (row / size).to_string()).collect();
            let target: Vec<String> = (0..400).map(|row| (row * row % 7 + row / size % 3).to_string()).collect();
            let found = measure(&key.join(" "), &target.join(" "));
            let count = |of: &dyn Fn(usize) -> bool| (0..400).filter(|&row| of(row)).count() as f64;
            let term = |row: usize| {
                let all = count(&|other| target[other] == target[row]);
                let same = count(&|other| other != row && key[other] == key[row] && target[other] == target[row]);
                let marginal = (all - 0.5) / 400.0;
                ((same + marginal) / size as f64 / marginal).ln()
            };
            let gain = (0..400).map(term).sum::<f64>() / 400.0;
            assert!((found.gain - gain).abs() < 1e-12, "{} {gain}", found.gain);
        }
    }

    #[test]
    fn an_unrelated_column_has_no_gain() {
        assert!(measure("a b a b a b a b", "x x y y x x y y").gain < 0.0);
    }
}
