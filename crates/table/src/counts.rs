//! Counts of codes, in the whole column and within the groups of a key.

use crate::{Code, Groups};

/// How many cells hold each code; `distinct` is the length of the dictionary. Missing cells count nowhere.
pub fn count_codes(codes: &[Code], distinct: usize) -> Vec<u32> {
    let mut counts = vec![0; distinct];
    for code in codes.iter().filter(|code| !code.is_null()) {
        counts[code.index()] += 1;
    }
    counts
}

/// How often each value occurs within each group: a sparse matrix, rows by group, entries by code.
///
/// Rows without a group and missing values count nowhere.
#[derive(Clone, Debug, Default)]
pub struct GroupCounts {
    starts: Vec<usize>,
    entries: Vec<(Code, u32)>,
}

impl GroupCounts {
    /// Counts the codes (one a row) within the groups. n log of the largest group.
    pub fn new(groups: &Groups, codes: &[Code]) -> Self {
        let rows = groups.rows_by_group();
        let mut counts = GroupCounts { starts: Vec::with_capacity(groups.len() + 1), entries: Vec::new() };
        let mut present = Vec::new();
        counts.starts.push(0);
        for group in 0..groups.len() {
            present.clear();
            present.extend(rows.rows(group).iter().map(|row| codes[row.index()]).filter(|code| !code.is_null()));
            present.sort_unstable();
            for run in present.chunk_by(|a, b| a == b) {
                counts.entries.push((run[0], run.len() as u32));
            }
            counts.starts.push(counts.entries.len());
        }
        counts
    }

    /// The values of a group with their counts, by code.
    pub fn of_group(&self, group: usize) -> &[(Code, u32)] {
        &self.entries[self.starts[group]..self.starts[group + 1]]
    }

    /// The number of groups.
    pub fn groups(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }
}
