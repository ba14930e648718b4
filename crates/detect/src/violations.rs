//! What detection found.

use lustrate_rules::ConstraintId;
use lustrate_table::CellId;

use crate::RowSet;

/// What detection found: one [`Violations`] for each constraint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Detection {
    violations: Vec<Violations>,
}

/// The violations of one constraint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violations {
    /// The constraint that is violated.
    pub constraint: ConstraintId,
    /// The rows that take part in a violation, in either role.
    pub rows: RowSet,
    /// The number of violating pairs: of different rows `(a, b)` for which all predicates hold. A constraint that
    /// reads the same with its roles exchanged, as every dependency does, counts `(a, b)` and `(b, a)` once.
    /// `None` for a constraint on single rows; a lower bound under [`Coverage::Partial`].
    pub pairs: Option<u64>,
    /// What would have to change.
    pub blame: Blame,
    /// How much was looked at.
    pub coverage: Coverage,
}

/// The cells that would have to change for a constraint to be satisfied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blame {
    /// The cells to blame, ordered by row, then by attribute. Of a blamed row these are the cells that the
    /// constraint compares by `!=` or by order; where a pair constraint has only equalities, the cells that it
    /// equates; of a constraint on single rows, all cells that it names. A change of one of them can do.
    pub cells: Vec<CellId>,
    /// How many rows have to change: exact with [`Basis::Smallest`]; with [`Basis::Greedy`] exact where few rows conflict with
    /// each other, by others too, and else an upper bound; all as far as [`Coverage`] reaches.
    pub changes: u64,
    /// How the rows were chosen.
    pub basis: Basis,
}

/// How the rows to blame were chosen. None depends on the order of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// Exactly the rows of the smallest sets whose change satisfies the constraint: of the one such set, or of all
    /// of them where several are equally small.
    Smallest,
    /// A set whose change satisfies the constraint, small but perhaps not smallest: the rows with the most partners
    /// were taken, all equals together, until no violating pair was left. With more pairs than the
    /// [`Budget`](crate::Budget) lets one look at, rows with more than half of the most partners count as equals.
    Greedy,
}

/// How much of the table was looked at for violations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// All of it.
    Complete,
    /// The budget ran out: what was found is so, and there may be more.
    Partial {
        /// The number of pairs of rows that were compared.
        compared: u64,
        /// The number of pairs that would have had to be compared.
        of: u64,
    },
}

/// A cell with the constraints that blame it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuspectCell {
    /// The cell.
    pub cell: CellId,
    /// The constraints that blame it, in order; at least one.
    pub blamed_by: Vec<ConstraintId>,
}

impl Detection {
    pub(crate) fn new(violations: Vec<Violations>) -> Self {
        Detection { violations }
    }

    /// One item for each constraint, in the order of the constraints, those without a violation included.
    pub fn violations(&self) -> &[Violations] {
        &self.violations
    }

    /// The violations of one constraint.
    ///
    /// # Panics
    /// When the id is not of the constraints that were detected.
    pub fn of(&self, constraint: ConstraintId) -> &Violations {
        &self.violations[constraint.0 as usize]
    }

    /// How many cells some constraint blames. Where many are blamed this takes much less memory than to list them with
    /// [`Detection::suspect_cells`].
    pub fn count_suspect_cells(&self) -> usize {
        let mut cells: Vec<CellId> = self.violations.iter().flat_map(|of| of.blame.cells.iter().copied()).collect();
        cells.sort_unstable();
        cells.dedup();
        cells.len()
    }

    /// All cells that some constraint blames, ordered by row, then by attribute; each once.
    pub fn suspect_cells(&self) -> Vec<SuspectCell> {
        let blamed = |violations: &Violations| {
            let constraint = violations.constraint;
            violations.blame.cells.iter().map(|&cell| (cell, constraint)).collect::<Vec<_>>()
        };
        let mut pairs: Vec<(CellId, ConstraintId)> = self.violations.iter().flat_map(blamed).collect();
        pairs.sort_unstable();
        let of_cell = |run: &[(CellId, ConstraintId)]| SuspectCell {
            cell: run[0].0,
            blamed_by: run.iter().map(|&(_, constraint)| constraint).collect(),
        };
        pairs.chunk_by(|left, right| left.0 == right.0).map(of_cell).collect()
    }
}

impl Violations {
    /// No violation in a table of so many rows.
    pub(crate) fn none(constraint: ConstraintId, rows: usize) -> Self {
        Violations {
            constraint,
            rows: RowSet::empty(rows),
            pairs: None,
            blame: Blame { cells: Vec::new(), changes: 0, basis: Basis::Smallest },
            coverage: Coverage::Complete,
        }
    }

    /// Whether a violation was found.
    pub fn any(&self) -> bool {
        !self.rows.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use lustrate_table::{AttributeId, RowId};

    use super::*;

    #[test]
    fn a_cell_blamed_twice_is_listed_once_with_both_constraints() {
        let cell = |row, attribute| CellId { row: RowId(row), attribute: AttributeId(attribute) };
        let violations = |id, cells: Vec<CellId>| Violations {
            constraint: ConstraintId(id),
            rows: RowSet::empty(3),
            pairs: None,
            blame: Blame { cells, changes: 1, basis: Basis::Smallest },
            coverage: Coverage::Complete,
        };
        let first = violations(0, vec![cell(0, 1), cell(2, 0)]);
        let detection = Detection::new(vec![first, violations(1, vec![cell(0, 0), cell(0, 1)])]);
        let suspects = detection.suspect_cells();
        assert_eq!(detection.count_suspect_cells(), suspects.len());
        let ids = |suspect: &SuspectCell| suspect.blamed_by.iter().map(|id| id.0).collect::<Vec<_>>();
        let found: Vec<_> = suspects.iter().map(|suspect| (suspect.cell, ids(suspect))).collect();
        assert_eq!(found, [(cell(0, 0), vec![1]), (cell(0, 1), vec![0, 1]), (cell(2, 0), vec![0])]);
    }
}
