//! What speaks for a dependency and what against it, so that a wrong cell and a second truth are told apart.
//!
//! A cell that an error spoiled disagrees with its group *and* with the other spoiled cells of it; where a dependency does
//! not hold, the rows that disagree agree with each other: a city that lies in two counties has rows of both. The first
//! costs little, the second refutes.

use lustrate_table::{Code, RowId};
use statrs::function::gamma::ln_gamma;

use crate::CodeColumn;

/// How often each value of the determined column occurs, and what follows from it alone.
#[derive(Clone, Debug)]
pub struct Marginal {
    /// The share of the cells that are not missing, one a code.
    share: Vec<f64>,
    /// The number of these cells.
    cells: f64,
    /// Σ share².
    repeat: f64,
    /// The commonest value; the first of several.
    mode: usize,
}

impl Marginal {
    /// Counts a column. One pass over its rows.
    pub fn new(column: CodeColumn<'_>) -> Self {
        let mut counts = column.counts();
        counts.pop();
        let total: f64 = counts.iter().map(|&count| f64::from(count)).sum();
        let share: Vec<f64> = counts.iter().map(|&count| f64::from(count) / total.max(1.0)).collect();
        let mode = (0..counts.len()).rev().max_by_key(|&code| counts[code]).unwrap_or(0);
        Marginal { cells: total, repeat: share.iter().map(|share| share * share).sum(), share, mode }
    }

    /// The chance that two cells hold the same value.
    pub(crate) fn repeat(&self) -> f64 {
        self.repeat
    }

    /// The entropy of the values that stand more than once, in nats: no key tells more of the column.
    pub(crate) fn information(&self) -> f64 {
        let once = 1.5 / self.cells.max(1.0);
        self.share.iter().filter(|&&share| share > once).map(|share| -share * share.ln()).sum()
    }
}

/// What the groups of a key say of a column. Missing cells of the column say nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Support {
    /// Rows whose key occurs in another row, with a value in both.
    pub rows: u32,
    /// The groups that these are in.
    pub groups: u32,
    /// Rows whose value is held by at least half of the other rows of their group.
    pub agreed: u32,
    /// Rows that do not hold the commonest value of their group.
    pub exceptions: u32,
    /// Of the exceptions, those that hold a considerable second value of their group: two rows at least, and more than
    /// fifteen in a hundred of it.
    pub systematic: u32,
    /// The groups that have one.
    pub broken: u32,
    /// Rows that hold the commonest value of their group where that is not the commonest of the column.
    pub explained: u32,
    /// Rows in groups of four at least, where a second value would show.
    pub testable: u32,
    /// The log of the Bayes factor, in nats, of one distribution a group against one for the whole column.
    ///
    /// The values of a group are drawn from a Pólya urn that starts with one ball shared out as the column is. The
    /// factor is a martingale under independence, so that its chance to pass `e^t` by accident is at most `e^-t`
    /// (Ville's inequality): a threshold of `t + ln(tries)` holds for all tries together.
    pub evidence: f64,
}

/// A second value counts from this share of its group.
const SECOND: f64 = 0.15;
/// Groups of this many rows show a second value.
const TESTABLE: usize = 4;
/// Evidence is summed in whole parts of this size, so that the order of groups does not matter.
const UNIT: f64 = 1.0 / 1_048_576.0;

impl Support {
    /// The share of the covered rows that agree with their group.
    pub fn agreement(&self) -> f64 {
        if self.rows == 0 { 0.0 } else { f64::from(self.agreed) / f64::from(self.rows) }
    }
}

/// Measures what groups of rows say of a column with a marginal distribution. `groups` may be those of a sample of the
/// rows. One pass over the grouped rows, with work proportional to the distinct values within each group.
pub fn support<'a>(groups: impl Iterator<Item = &'a [RowId]>, column: CodeColumn<'_>, marginal: &Marginal) -> Support {
    let mut counter = Counter::new(column.distinct);
    let mut found = Support::default();
    let mut evidence = 0i64;
    for group in groups.filter(|group| group.len() > 1) {
        evidence += counter.add(group, column.codes, marginal, &mut found);
    }
    found.evidence = evidence as f64 * UNIT;
    found
}

/// Counts the values of one group after the other.
struct Counter {
    within: Vec<u32>,
    present: Vec<usize>,
}

impl Counter {
    fn new(distinct: usize) -> Self {
        Counter { within: vec![0; distinct], present: Vec::new() }
    }

    /// Adds a group to what was found, and gives its evidence in units.
    fn add(&mut self, group: &[RowId], codes: &[Code], marginal: &Marginal, found: &mut Support) -> i64 {
        let mut size = 0u32;
        for code in group.iter().map(|row| codes[row.index()]).filter(|code| !code.is_null()) {
            if self.within[code.index()] == 0 {
                self.present.push(code.index());
            }
            self.within[code.index()] += 1;
            size += 1;
        }
        // The commonest value; of equally common ones the one that is commoner in the column, so that the order of
        // rows does not matter.
        let rank = |&slot: &usize| (self.within[slot], marginal.share[slot].to_bits(), std::cmp::Reverse(slot));
        let top = self.present.iter().copied().max_by_key(rank);
        let mut evidence = 0;
        if let (Some(top), true) = (top, size > 1) {
            let others = size - 1;
            let considerable = |count: u32| count > 1 && f64::from(count) > SECOND * f64::from(size);
            let systematic = found.systematic;
            for &slot in &self.present {
                let count = self.within[slot];
                if 2 * (count - 1) >= others {
                    found.agreed += count;
                }
                evidence += units(urn(count, marginal.share[slot]));
                if slot != top {
                    found.exceptions += count;
                    if considerable(count) {
                        found.systematic += count;
                    }
                }
            }
            found.broken += u32::from(found.systematic > systematic);
            evidence -= units(ln_gamma(f64::from(size) + 1.0));
            found.rows += size;
            found.groups += 1;
            if top != marginal.mode {
                found.explained += self.within[top];
            }
            if size as usize >= TESTABLE {
                found.testable += size;
            }
        }
        self.present.drain(..).for_each(|slot| self.within[slot] = 0);
        evidence
    }
}

/// ln of p (p+1) … (p+count−1) / p^count: what an urn says of `count` balls of a colour, less what independent draws say.
fn urn(count: u32, share: f64) -> f64 {
    match count {
        1 => 0.0,
        2 => ((1.0 + share) / share).ln(),
        _ => ln_gamma(share + f64::from(count)) - ln_gamma(share) - f64::from(count) * share.ln(),
    }
}

fn units(nats: f64) -> i64 {
    (nats / UNIT).round() as i64
}

#[cfg(test)]
mod tests {
    use lustrate_table::{Column, Groups};

    use super::*;

    fn measure(key: &str, target: &str) -> Support {
        let column = |cells: &str| -> Column { cells.split(' ').map(|cell| (cell != "-").then_some(cell)).collect() };
        let (key, target) = (column(key), column(target));
        let target = CodeColumn { codes: target.codes(), distinct: target.dictionary().len() };
        support(Groups::new(&[&key]).rows_by_group().iter(), target, &Marginal::new(target))
    }

    #[test]
    fn errors_are_exceptions_and_a_second_truth_is_systematic() {
        let errors = measure("a a a a a a b b b b b b", "x x x x q r y y y y y s");
        assert_eq!((errors.rows, errors.exceptions, errors.systematic), (12, 3, 0));
        let second = measure("a a a a a a b b b b b b", "x x x x q q y y y y y y");
        assert_eq!((second.exceptions, second.systematic, second.broken), (2, 2, 1));
    }

    #[test]
    fn missing_cells_say_nothing() {
        let found = measure("a a a b b - -", "x x - y - z z");
        assert_eq!((found.rows, found.groups, found.agreed), (2, 1, 2));
    }

    #[test]
    fn evidence_is_the_log_of_a_bayes_factor() {
        // Two rows of a value that half of the column holds: (1 + 1/2) / 2 against 1/2.
        let found = measure("a a b c", "x x y y");
        assert!((found.evidence - 1.5_f64.ln()).abs() < 1e-5, "{found:?}");
        assert!(measure("a b a b a b a b", "x x y y x x y y").evidence < 0.0);
    }

    #[test]
    fn rows_that_the_commonest_value_explains_do_not_speak_for_a_key() {
        assert_eq!(measure("a a b b c c", "x x x x x y").explained, 0);
        assert_eq!(measure("a a b b c c", "x x x x y y").explained, 2);
    }
}
