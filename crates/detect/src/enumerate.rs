//! Pairs one by one, under a budget: for constraints that no sweep can count, and for the greedy cover, which is
//! better when it knows who conflicts with whom.

use lustrate_rules::Tuple;
use lustrate_table::RowId;
use rayon::prelude::*;

use crate::alike_pairs::AlikePairs;
use crate::blocks::Blocks;
use crate::pair_rule::PairRule;
use crate::partners::count_partners;
use crate::residual::Memo;
use crate::{Coverage, RowSet};

/// How many pairs of rows may be compared one by one for one constraint.
///
/// It does not limit what is done in near-linear time. Where rows must be alike and an index of their values leads to the
/// pairs, it is the pairs of values that the index compares, and then the pairs of rows that it found. A pair that violates takes eight bytes, so it limits memory
/// too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Budget(pub u64);

impl Default for Budget {
    /// 2²⁴ pairs: a tenth of a second, 128 MiB at the worst, and a group of 4,096 rows whole.
    fn default() -> Self {
        Budget(1 << 24)
    }
}

/// The rows that may violate together, block by block.
pub(crate) struct Candidates {
    blocks: Vec<(Vec<RowId>, Vec<RowId>)>,
}

/// The pairs that were found.
pub(crate) struct Found {
    /// The violating pairs (a, b).
    pub(crate) pairs: Vec<(RowId, RowId)>,
    /// The number of pairs that were compared.
    pub(crate) compared: u64,
    /// The number of pairs that would have had to be compared.
    pub(crate) of: u64,
}

/// Every pair that the countable part of a rule leaves possible, as far as the budget goes. The rows of the roles are cut
/// down to those that can have a partner.
pub(crate) fn compare_pairs(rule: &mut PairRule, budget: Budget) -> Found {
    let partners = count_partners(rule);
    rule.a = partners.rows(Tuple::A);
    rule.b = partners.rows(Tuple::B);
    let candidates = Candidates::new(rule);
    match AlikePairs::new(rule, candidates.comparisons()) {
        Some(alike) => alike.enumerate(rule, budget),
        None => candidates.enumerate(rule, budget),
    }
}

impl Candidates {
    /// The rows of a rule that meet, smallest blocks first: where the budget ends, most rows have been looked at.
    pub(crate) fn new(rule: &PairRule) -> Self {
        let blocks = Blocks::new(rule, &[]);
        let mut blocks: Vec<(Vec<RowId>, Vec<RowId>)> =
            blocks.iter().map(|block| (block.a.to_vec(), block.b.to_vec())).collect();
        blocks.sort_by_key(|(a, b)| comparisons(a, b));
        Candidates { blocks }
    }

    /// The number of pairs to compare.
    pub(crate) fn comparisons(&self) -> u64 {
        self.blocks.iter().map(|(a, b)| comparisons(a, b)).sum()
    }

    /// Compares the pairs, as many as the budget allows.
    pub(crate) fn enumerate(&self, rule: &PairRule, budget: Budget) -> Found {
        let mut left = budget.0;
        let mut tasks: Vec<(RowId, &[RowId])> = Vec::new();
        for (a, b) in &self.blocks {
            let affordable = usize::try_from(left / b.len() as u64).unwrap_or(usize::MAX).min(a.len());
            tasks.extend(a[..affordable].iter().map(|&row| (row, &b[..])));
            left -= comparisons(&a[..affordable], b);
        }
        let violating = |memo: &mut Memo, &(a, rows): &(RowId, &[RowId])| {
            let pairs = rows.iter().map(|&b| (a, b)).filter(|&(a, b)| violating(rule, memo, a, b));
            pairs.collect::<Vec<_>>()
        };
        let pairs = tasks.par_iter().map_init(Memo::default, violating).flatten_iter().collect();
        Found { pairs, compared: budget.0 - left, of: self.comparisons() }
    }
}

impl Found {
    /// How much was looked at.
    pub(crate) fn coverage(&self) -> Coverage {
        let (compared, of) = (self.compared, self.of);
        if compared == of { Coverage::Complete } else { Coverage::Partial { compared, of } }
    }

    /// The rows in a role.
    pub(crate) fn rows(&self, role: Tuple, rows: usize) -> RowSet {
        let mut set = RowSet::empty(rows);
        set.extend(self.pairs.iter().map(|&(a, b)| if role == Tuple::A { a } else { b }));
        set
    }
}

fn comparisons(a: &[RowId], b: &[RowId]) -> u64 {
    a.len() as u64 * b.len() as u64
}

/// Whether two rows of a block violate the rule. The equalities hold for them.
pub(crate) fn violating(rule: &PairRule, memo: &mut Memo, a: RowId, b: RowId) -> bool {
    a != b
        && rule.orders.iter().all(|order| order.holds(a, b))
        && rule.unequal.iter().all(|keys| !keys.agree(a, b))
        && memo.all_hold(&rule.residuals, a, b)
}
