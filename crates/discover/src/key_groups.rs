//! The rows of a table by a key, or a sample of them that keeps groups together.

use lustrate_table::RowId;

use crate::CodeColumn;

/// Rows by the values of a key. Groups of one row are left out: they say nothing.
#[derive(Clone, Debug, Default)]
pub struct KeyGroups {
    ends: Vec<usize>,
    rows: Vec<RowId>,
    whole: f64,
}

/// Of a group at least this many rows are kept, if it is kept.
const LEAST_OF_GROUP: usize = 16;
/// A key that covers less than this share of the rows is held against rows that differ: where a table holds rows twice,
/// a column that tells all rows apart would otherwise determine every other.
const NEAR_KEY: f64 = 0.5;

impl KeyGroups {
    /// Groups the rows by a key, at most about `most` of them. `hashes` are one number a row that depends on nothing but
    /// its texts: they say which groups are kept, and which rows of a large one.
    ///
    /// Whole groups are drawn, because a sample of rows breaks up the groups of a key with many values. Linear in the
    /// rows, but for one sort of the groups and of the rows that are kept where there are more than `most` rows.
    pub fn new(key: &[CodeColumn<'_>], hashes: &[u64], most: usize) -> Self {
        let grouped = CodeColumn::groups(key);
        let groups = grouped.rows_by_group();
        let covered: usize = groups.iter().map(<[_]>::len).filter(|&len| len > 1).sum();
        let mut drawn = KeyGroups { whole: hashes.len() as f64, ..KeyGroups::default() };
        let differ = (covered as f64) < NEAR_KEY * hashes.len() as f64;
        let mut add = |group: &[RowId], most: usize| {
            let start = drawn.rows.len();
            drawn.rows.extend_from_slice(group);
            let mut kept = group.len();
            let by_hash = |row: &RowId| (hashes[row.index()], row.0);
            let added = &mut drawn.rows[start..];
            if differ {
                added.sort_unstable_by_key(by_hash);
                kept = 1;
                for at in 1..added.len() {
                    if hashes[added[at].index()] != hashes[added[kept - 1].index()] {
                        added[kept] = added[at];
                        kept += 1;
                    }
                }
                kept = kept.min(most);
            } else if kept > most {
                // Of a large group few are kept: only these are sorted. Hashes are even, so that the smallest are nearly surely
                // below twice their share.
                let below = (2.0 * most as f64 / kept as f64 * u64::MAX as f64) as u64;
                let mut small = 0;
                for at in 0..kept {
                    if hashes[added[at].index()] <= below {
                        added.swap(small, at);
                        small += 1;
                    }
                }
                let small = if small < most { kept } else { small };
                if small > most {
                    added[..small].select_nth_unstable_by_key(most, by_hash);
                }
                added[..most].sort_unstable_by_key(by_hash);
                kept = most;
            }
            if kept < 2 {
                kept = 0;
            }
            drawn.rows.truncate(start + kept);
            if kept > 0 {
                drawn.ends.push(start + kept);
            }
            kept
        };
        if covered <= most {
            groups.iter().filter(|group| group.len() > 1).for_each(|group| {
                add(group, usize::MAX);
            });
            return drawn;
        }
        // Row by row, as the hashes lie in memory.
        let mut least = vec![u64::MAX; grouped.len()];
        for (group, &hash) in grouped.codes().iter().zip(hashes).filter(|(group, _)| !group.is_null()) {
            least[group.index()] = least[group.index()].min(hash);
        }
        let of_some = groups.iter().zip(least).enumerate().filter(|(_, (group, _))| group.len() > 1);
        let mut order: Vec<(u64, usize)> = of_some.map(|(place, (_, least))| (least, place)).collect();
        order.sort_unstable();
        let of_group = LEAST_OF_GROUP.max(most / order.len().max(1));
        let mut left = most;
        for (_, place) in order {
            left = left.saturating_sub(add(groups.rows(place), of_group));
            if left == 0 {
                break;
            }
        }
        drawn.whole *= drawn.rows.len() as f64 / covered as f64;
        drawn
    }

    /// The same rows by the key and one more column: groups that are whole stay whole. Near-linear in the rows drawn.
    pub fn split(&self, by: CodeColumn<'_>) -> Self {
        let mut drawn = KeyGroups { whole: self.whole, ..KeyGroups::default() };
        let mut sorted: Vec<RowId> = Vec::new();
        for group in self.iter() {
            sorted.clear();
            sorted.extend(group.iter().filter(|row| !by.codes[row.index()].is_null()));
            sorted.sort_by_key(|row| by.codes[row.index()]);
            let same = sorted.chunk_by(|a, b| by.codes[a.index()] == by.codes[b.index()]);
            for part in same.filter(|part| part.len() > 1) {
                drawn.rows.extend_from_slice(part);
                drawn.ends.push(drawn.rows.len());
            }
        }
        drawn
    }

    /// How many rows of the table the sample stands for: all rows where none was left out.
    pub fn whole(&self) -> f64 {
        self.whole
    }

    /// The groups.
    pub fn iter(&self) -> impl Iterator<Item = &[RowId]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| &self.rows[start..end])
    }

    /// The number of rows in them.
    pub fn rows(&self) -> usize {
        self.rows.len()
    }
}

#[cfg(test)]
mod tests {
    use lustrate_table::Column;

    use super::*;

    fn grouped(key: &[String], hashes: &[u64], most: usize) -> Vec<Vec<u32>> {
        let column: Column = key.iter().map(|cell| Some(cell.as_str())).collect();
        let key = CodeColumn { codes: column.codes(), distinct: column.dictionary().len() };
        KeyGroups::new(&[key], hashes, most).iter().map(|rows| rows.iter().map(|row| row.0).collect()).collect()
    }

    #[test]
    fn a_sample_keeps_groups_together() {
        let key: Vec<String> = (0..4000).map(|row| (row / 4).to_string()).collect();
        let hashes: Vec<u64> = (0..4000u64).map(|row| row.wrapping_mul(0x9e37_79b9_7f4a_7c15)).collect();
        let groups = grouped(&key, &hashes, 400);
        assert_eq!(groups.len(), 100);
        assert!(groups.iter().all(|group| group.len() == 4 && group.iter().all(|row| row / 4 == group[0] / 4)));
    }

    #[test]
    fn of_large_groups_a_part_is_kept() {
        let key: Vec<String> = (0..4000).map(|row| (row % 2).to_string()).collect();
        let hashes: Vec<u64> = (0..4000u64).map(|row| row.wrapping_mul(0x9e37_79b9_7f4a_7c15)).collect();
        assert_eq!(grouped(&key, &hashes, 400).iter().map(Vec::len).collect::<Vec<_>>(), [200, 200]);
    }

    #[test]
    fn a_group_is_split_by_one_more_column() {
        let column = |cells: &str| cells.chars().map(|cell| Some(["a", "b"][usize::from(cell == 'b')])).collect();
        let (one, other): (Column, Column) = (column("aaaabbb"), column("abababb"));
        let code = |column| -> CodeColumn<'_> {
            let column: &Column = column;
            CodeColumn { codes: column.codes(), distinct: 2 }
        };
        let split = KeyGroups::new(&[code(&one)], &[1, 2, 3, 4, 5, 6, 7], 100).split(code(&other));
        let groups: Vec<Vec<u32>> = split.iter().map(|rows| rows.iter().map(|row| row.0).collect()).collect();
        assert_eq!(groups, [vec![0, 2], vec![1, 3], vec![5, 6]]);
    }

    #[test]
    fn rows_that_stand_twice_are_no_evidence_for_a_near_key() {
        let key: Vec<String> = ["a", "a", "b", "c", "d", "e", "f", "g"].map(String::from).into();
        assert!(grouped(&key, &[1, 1, 2, 3, 4, 5, 6, 7], 100).is_empty());
        assert_eq!(grouped(&key, &[1, 8, 2, 3, 4, 5, 6, 7], 100), [[0, 1]]);
    }
}
