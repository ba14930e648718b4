//! Functional dependencies, and all constraints that work alike: within a group, rows conflict exactly if their
//! values differ.
//!
//! The rows of one value are a part; a group is consistent if it has one part. The smallest change keeps the largest
//! part, the plurality, and changes all others. Where several parts are largest each might be the one to keep, so
//! that all rows of the group are in some smallest change.
//!
//! Groups are never put together: a table with an entry for each value of the left side is all that a pass over the
//! rows needs. The second pass finds the value that could be the plurality by a vote, and only the rows that hold
//! another one are sorted.

use std::borrow::Cow;

use lustrate_rules::Tuple;
use lustrate_table::{Code, Groups};

use crate::RowSet;
use crate::pair_rule::PairRule;

/// The conflicts of a rule whose groups fall into parts.
pub(crate) struct Conflicts {
    /// The rows in a group of more than one part.
    pub(crate) rows: RowSet,
    /// The number of pairs of rows in different parts.
    pub(crate) pairs: u64,
    /// The rows that some smallest change contains.
    pub(crate) loose: RowSet,
    /// The size of a smallest change.
    pub(crate) least: u64,
}

/// The rows that agree on the equalities of a rule with a row whose value differs; `value` has one code a row, `None`
/// where all rows differ.
pub(crate) fn conflicting_rows(rule: &PairRule, value: Option<&[Code]>) -> RowSet {
    in_conflict(rule, &LeftSide::new(rule), value)
}

/// The conflicts of rows that agree on the equalities of a rule and differ in `value`.
pub(crate) fn conflicts(rule: &PairRule, value: Option<&[Code]>) -> Conflicts {
    let left = LeftSide::new(rule);
    let rows = in_conflict(rule, &left, value);
    if rows.is_empty() {
        return Conflicts { loose: rows.clone(), rows, pairs: 0, least: 0 };
    }
    match value {
        Some(value) => by_vote(rows, &left, value),
        None => all_in_conflict(rows, &left),
    }
}

/// The equalities of a rule as one code a row, which means nothing for rows that the rule does not speak of.
struct LeftSide<'r> {
    codes: Cow<'r, [Code]>,
    /// Above all codes.
    bound: usize,
}

impl<'r> LeftSide<'r> {
    fn new(rule: &'r PairRule) -> Self {
        match &rule.equal[..] {
            [] => LeftSide { codes: vec![Code(0); rule.rows].into(), bound: 1 },
            [only] => LeftSide { codes: only.of(Tuple::A).into(), bound: only.bound },
            several => {
                let key: Vec<(&[Code], usize)> = several.iter().map(|keys| (keys.of(Tuple::A), keys.bound)).collect();
                let groups = Groups::by_codes(&key);
                LeftSide { bound: groups.len(), codes: groups.into_codes().into() }
            }
        }
    }
}

fn in_conflict(rule: &PairRule, left: &LeftSide, value: Option<&[Code]>) -> RowSet {
    let mut in_conflict = vec![false; left.bound];
    if let Some(value) = value {
        let mut first = vec![Code::NULL; left.bound];
        rule.a.for_each(|row| {
            let (group, value) = (left.codes[row.index()].index(), value[row.index()]);
            if first[group].is_null() {
                first[group] = value;
            } else if first[group] != value {
                in_conflict[group] = true;
            }
        });
    } else {
        let mut met = vec![false; left.bound];
        rule.a.for_each(|row| {
            let group = left.codes[row.index()].index();
            in_conflict[group] |= std::mem::replace(&mut met[group], true);
        });
    }
    let mut rows = rule.a.clone();
    rows.retain(|row| in_conflict[left.codes[row.index()].index()]);
    rows
}

/// Every row is a part of its own.
fn all_in_conflict(rows: RowSet, left: &LeftSide) -> Conflicts {
    let mut sizes = vec![0u64; left.bound];
    rows.for_each(|row| sizes[left.codes[row.index()].index()] += 1);
    let (mut pairs, mut least) = (0, 0);
    for size in sizes.into_iter().filter(|&size| size > 0) {
        pairs += size * (size - 1) / 2;
        least += size - 1;
    }
    Conflicts { loose: rows.clone(), rows, pairs, least }
}

/// A value of a group that no other outvotes: if a value has more than half of the rows, it is this one.
#[derive(Clone)]
struct Elected {
    value: Code,
    rows: u32,
}

/// The rows are those of groups with at least two parts.
fn by_vote(rows: RowSet, left: &LeftSide, value: &[Code]) -> Conflicts {
    let mut elected = vec![Elected { value: Code::NULL, rows: 0 }; left.bound];
    // Boyer and Moore: a row votes for its value, and against any other.
    rows.for_each(|row| {
        let (of_group, value) = (&mut elected[left.codes[row.index()].index()], value[row.index()]);
        if of_group.rows == 0 {
            *of_group = Elected { value, rows: 1 };
        } else if of_group.value == value {
            of_group.rows += 1;
        } else {
            of_group.rows -= 1;
        }
    });
    elected.iter_mut().for_each(|of_group| of_group.rows = 0);
    // Group and value of the others, packed to be sorted.
    let mut others: Vec<u64> = Vec::new();
    rows.for_each(|row| {
        let (group, value) = (left.codes[row.index()], value[row.index()]);
        if elected[group.index()].value == value {
            elected[group.index()].rows += 1;
        } else {
            others.push(u64::from(group.0) << 32 | u64::from(value.0));
        }
    });
    others.sort_unstable();
    let (mut pairs, mut least) = (0, 0);
    for others in others.chunk_by(|left, right| left >> 32 == right >> 32) {
        let of_group = &mut elected[(others[0] >> 32) as usize];
        let square = |n: u64| n * n;
        let held = u64::from(of_group.rows);
        let size = held + others.len() as u64;
        let (mut largest, mut plurality, mut agreeing) = (held, of_group.value, square(held));
        for part in others.chunk_by(|left, right| left == right) {
            let held = part.len() as u64;
            if held >= largest {
                plurality = if held > largest { Code(part[0] as u32) } else { Code::NULL };
                largest = held;
            }
            agreeing += square(held);
        }
        // Where several parts are largest no value is the plurality, and no row is settled.
        of_group.value = plurality;
        pairs += (square(size) - agreeing) / 2;
        least += size - largest;
    }
    let mut loose = rows.clone();
    loose.retain(|row| elected[left.codes[row.index()].index()].value != value[row.index()]);
    Conflicts { rows, pairs, loose, least }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(groups: &[u32], values: &[u32], pairs: u64, least: u64, loose: &[u32]) {
        let codes = |numbers: &[u32]| numbers.iter().copied().map(Code).collect::<Vec<_>>();
        let left = LeftSide { codes: codes(groups).into(), bound: 9 };
        let found = by_vote(RowSet::full(groups.len()), &left, &codes(values));
        assert_eq!((found.pairs, found.least), (pairs, least));
        assert_eq!(found.loose.iter().map(|row| row.0).collect::<Vec<_>>(), loose);
    }

    #[test]
    fn a_plurality_without_a_majority_is_kept() {
        check(&[3, 3, 3, 3, 3], &[1, 2, 7, 2, 5], 9, 3, &[0, 2, 4]);
    }

    #[test]
    fn a_part_that_lost_the_vote_may_tie_with_the_elected_one() {
        check(&[0, 0, 0, 0, 4, 4], &[1, 1, 2, 2, 8, 9], 5, 3, &[0, 1, 2, 3, 4, 5]);
    }

    #[test]
    fn groups_that_lie_among_each_other_are_told_apart() {
        check(&[1, 2, 1, 2, 1, 2], &[5, 5, 5, 6, 6, 6], 4, 2, &[1, 4]);
    }
}
