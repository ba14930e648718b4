//! A cover of conflicting pairs: rows of which every pair has at least one.

use lustrate_table::RowId;

/// Rows that conflict with each other, directly or by others, are few: then the smallest cover of them is looked for.
const FEW: usize = 16;

/// A cover.
pub(crate) struct Cover {
    /// Its rows, in row order.
    pub(crate) rows: Vec<RowId>,
    /// How many rows a cover needs at the most: the number is that of the smallest where few rows conflict with each other.
    pub(crate) least: u64,
}

/// A small cover, found greedily: the rows with the most conflicts left are taken, all equals together, until no
/// conflict is left. Taking equals together makes the cover larger, and the same whatever the order of the rows.
/// The pairs are of different rows, in any order and orientation, repeats allowed.
pub(crate) fn greedy_cover(pairs: &[(RowId, RowId)]) -> Cover {
    let conflicts = Conflicts::new(pairs);
    let mut degrees: Vec<usize> = (0..conflicts.rows.len()).map(|row| conflicts.of(row).len()).collect();
    let mut by_degree: Vec<Vec<usize>> = vec![Vec::new(); degrees.iter().max().map_or(0, |max| max + 1)];
    for (row, &degree) in degrees.iter().enumerate() {
        by_degree[degree].push(row);
    }
    let mut rows = Vec::new();
    let mut taken = vec![false; degrees.len()];
    for degree in (1..by_degree.len()).rev() {
        // A row is listed again whenever its degree falls, so only the last listing is true.
        let equals: Vec<usize> =
            std::mem::take(&mut by_degree[degree]).into_iter().filter(|&row| degrees[row] == degree).collect();
        equals.iter().for_each(|&row| taken[row] = true);
        for &row in &equals {
            rows.push(conflicts.rows[row]);
            for &other in conflicts.of(row).iter().filter(|&&other| !taken[other]) {
                degrees[other] -= 1;
                by_degree[degrees[other]].push(other);
            }
        }
    }
    rows.sort_unstable();
    let least = conflicts.groups().iter().map(|group| least(&conflicts, group, &taken)).sum();
    Cover { rows, least }
}

/// How many rows of a group have to be in a cover, where these are in one.
fn least(conflicts: &Conflicts, group: &[usize], taken: &[bool]) -> u64 {
    if group.len() > FEW {
        // All but one always cover it.
        let of_cover = group.iter().filter(|&&row| taken[row]).count();
        return of_cover.min(group.len() - 1) as u64;
    }
    let place = |row: &usize| group.binary_search(row).expect("what conflicts is of one group");
    let others = |row: &usize| conflicts.of(*row).iter().fold(0, |others, other| others | 1 << place(other));
    let others: Vec<u32> = group.iter().map(others).collect();
    (group.len() as u32 - most_apart(&others, (1 << group.len()) - 1)).into()
}

/// The most of these rows, as bits, of which no two conflict: with the one that conflicts with the most, or without it (Tarjan
/// and Trojanowski 1977).
fn most_apart(others: &[u32], rows: u32) -> u32 {
    let among = |row: usize| (others[row] & rows).count_ones();
    let Some(worst) = (0..others.len()).filter(|&row| rows & 1 << row != 0).max_by_key(|&row| among(row)) else {
        return 0;
    };
    let without = rows & !(1 << worst);
    match among(worst) {
        0 => rows.count_ones(),
        // Pairs by themselves, of each of which one stays.
        1 => {
            rows.count_ones()
                - (0..others.len()).filter(|&row| rows & 1 << row != 0 && among(row) == 1).count() as u32 / 2
        }
        _ => most_apart(others, without).max(1 + most_apart(others, without & !others[worst])),
    }
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

    /// The numbers of the rows that conflict with each other, directly or by others, in row order.
    fn groups(&self) -> Vec<Vec<usize>> {
        let mut seen = vec![false; self.rows.len()];
        let mut groups = Vec::new();
        for first in 0..self.rows.len() {
            if std::mem::replace(&mut seen[first], true) {
                continue;
            }
            let (mut group, mut next) = (vec![first], 0);
            while let Some(&row) = group.get(next) {
                group.extend(self.of(row).iter().filter(|&&other| !std::mem::replace(&mut seen[other], true)));
                next += 1;
            }
            group.sort_unstable();
            groups.push(group);
        }
        groups
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
        greedy_cover(&pairs).rows.iter().map(|row| row.0).collect()
    }

    fn least(pairs: &[(u32, u32)]) -> u64 {
        greedy_cover(&pairs.iter().map(|&(a, b)| (RowId(a), RowId(b))).collect::<Vec<_>>()).least
    }

    #[test]
    fn of_few_rows_the_fewest_that_cover_are_counted() {
        assert_eq!(least(&[]), 0);
        assert_eq!(least(&[(4, 9), (1, 2)]), 2);
        assert_eq!(least(&[(0, 1), (1, 2), (2, 0)]), 2, "of a triangle two");
        assert_eq!(least(&[(0, 1), (1, 2), (2, 3), (3, 4), (4, 0)]), 3, "of a ring of five three");
        assert_eq!(least(&[(0, 1), (0, 2), (0, 3), (3, 4), (4, 5), (4, 6)]), 2);
    }

    #[test]
    fn of_many_rows_all_but_one_are_enough() {
        let all: Vec<(u32, u32)> = (0..40).flat_map(|a| (0..a).map(move |b| (a, b))).collect();
        assert_eq!((cover(&all).len(), least(&all)), (40, 39));
    }

    #[test]
    fn without_a_row_no_more_have_to_change() {
        // All graphs of five rows.
        let pairs: Vec<(u32, u32)> = (0..5).flat_map(|a| (0..a).map(move |b| (a, b))).collect();
        for chosen in 0..1_u32 << pairs.len() {
            let of = |gone: Option<u32>| {
                let stays = |&(place, &(a, b)): &(usize, &(u32, u32))| {
                    chosen & 1 << place != 0 && ![a, b].iter().any(|&row| Some(row) == gone)
                };
                least(&pairs.iter().enumerate().filter(stays).map(|(_, &pair)| pair).collect::<Vec<_>>())
            };
            let all = of(None);
            for gone in 0..5 {
                assert!(of(Some(gone)) <= all && all <= of(Some(gone)) + 1, "{chosen:b} without {gone}");
            }
        }
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
