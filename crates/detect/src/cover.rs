//! A cover of conflicting pairs: rows of which every pair has at least one.

use lustrate_table::RowId;

/// A small cover, found greedily: the rows with the most conflicts left are taken, all equals together, until no
/// conflict is left. Taking equals together makes the cover larger, and the same whatever the order of the rows.
/// The pairs are of different rows, in any order and orientation, repeats allowed; the cover is in row order.
pub(crate) fn greedy_cover(pairs: &[(RowId, RowId)]) -> Vec<RowId> {
    let conflicts = Conflicts::new(pairs);
    let mut degrees: Vec<usize> = (0..conflicts.rows.len()).map(|row| conflicts.of(row).len()).collect();
    let mut by_degree: Vec<Vec<usize>> = vec![Vec::new(); degrees.iter().max().map_or(0, |max| max + 1)];
    for (row, &degree) in degrees.iter().enumerate() {
        by_degree[degree].push(row);
    }
    let mut cover = Vec::new();
    let mut taken = vec![false; degrees.len()];
    for degree in (1..by_degree.len()).rev() {
        // A row is listed again whenever its degree falls, so only the last listing is true.
        let equals: Vec<usize> =
            std::mem::take(&mut by_degree[degree]).into_iter().filter(|&row| degrees[row] == degree).collect();
        equals.iter().for_each(|&row| taken[row] = true);
        for &row in &equals {
            cover.push(conflicts.rows[row]);
            for &other in conflicts.of(row).iter().filter(|&&other| !taken[other]) {
                degrees[other] -= 1;
                by_degree[degrees[other]].push(other);
            }
        }
    }
    cover.sort_unstable();
    cover
}

/// The conflicting rows, numbered in row order, and for each the numbers of the rows that it conflicts with.
struct Conflicts {
    rows: Vec<RowId>,
    starts: Vec<usize>,
    others: Vec<usize>,
}

impl Conflicts {
    fn new(pairs: &[(RowId, RowId)]) -> Self {
        let mut both: Vec<(RowId, RowId)> = pairs.iter().flat_map(|&(a, b)| [(a, b), (b, a)]).collect();
        both.sort_unstable();
        both.dedup();
        let mut rows: Vec<RowId> = both.iter().map(|pair| pair.0).collect();
        rows.dedup();
        let number = |row| rows.binary_search(&row).expect("every row of a pair is numbered");
        let others = both.iter().map(|pair| number(pair.1)).collect();
        let ends = both.chunk_by(|left, right| left.0 == right.0).scan(0, |end, run| {
            *end += run.len();
            Some(*end)
        });
        Conflicts { starts: std::iter::once(0).chain(ends).collect(), rows, others }
    }

    fn of(&self, row: usize) -> &[usize] {
        &self.others[self.starts[row]..self.starts[row + 1]]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cover(pairs: &[(u32, u32)]) -> Vec<u32> {
        let pairs: Vec<_> = pairs.iter().map(|&(a, b)| (RowId(a), RowId(b))).collect();
        greedy_cover(&pairs).iter().map(|row| row.0).collect()
    }

    #[test]
    fn the_row_in_every_conflict_covers_them_all() {
        assert_eq!(cover(&[(7, 1), (2, 7), (7, 3), (3, 7)]), [7]);
    }

    #[test]
    fn two_rows_that_conflict_with_each_other_only_are_both_taken() {
        assert_eq!(cover(&[(4, 9)]), [4, 9]);
    }

    #[test]
    fn a_row_whose_conflicts_are_covered_is_not_taken() {
        assert_eq!(cover(&[(0, 1), (0, 2), (0, 3), (3, 4), (4, 5), (4, 6)]), [0, 4]);
    }

    #[test]
    fn no_conflict_needs_no_cover() {
        assert!(cover(&[]).is_empty());
    }
}
