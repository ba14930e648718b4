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
    let mut within = vec![0u32; counts.len()];
    let mut present: Vec<usize> = Vec::new();
    let (mut covered, mut agreed, mut gain) = (0u64, 0u64, 0.0);
    for group in groups.filter(|group| group.len() > 1) {
        for row in group {
            let slot = column.slot(column.codes[row.index()]);
            if within[slot] == 0 {
                present.push(slot);
            }
            within[slot] += 1;
        }
        let others = (group.len() - 1) as f64;
        covered += group.len() as u64;
        for slot in present.drain(..) {
            let count = std::mem::take(&mut within[slot]);
            let same = f64::from(count - 1);
            let marginal = (f64::from(counts[slot]) - 0.5) / rows;
            if 2.0 * same >= others {
                agreed += u64::from(count);
            }
            gain += f64::from(count) * ((same + marginal) / (others + 1.0) / marginal).ln();
        }
    }
    if covered == 0 {
        return Agreement::default();
    }
    Agreement { coverage: covered as f64 / rows, agreement: agreed as f64 / covered as f64, gain: gain / rows }
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
    fn an_unrelated_column_has_no_gain() {
        assert!(measure("a b a b a b a b", "x x y y x x y y").gain < 0.0);
    }
}
