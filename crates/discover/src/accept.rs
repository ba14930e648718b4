//! Which measured dependencies hold, where the rows are dirty.

use crate::Support;

/// How dirty a table is known to be: the exceptions that every dependency has at least.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dirt(f64);

/// A dependency covers at least this share of the rows, and this number of them.
const COVERS: f64 = 0.05;
const PAIR_COVERS: f64 = 0.3;
const COVERS_ROWS: u32 = 6;
/// A dependency with exceptions of this share is held to be clean.
const CLEAN: f64 = 0.1;
/// The exceptions of a dependency are at most so many times those of the cleanest: an error in the key is one as well.
const DIRTIER: f64 = 2.5;
/// Of no dependency more rows are exceptions.
const DIRTIEST: f64 = 0.45;
/// Exceptions that agree with each other are at most this share of the rows: an error that was made several times.
const SYSTEMATIC: f64 = 0.0125;
/// The evidence beyond the log of the number of tries, in nats: one table in a thousand shows such a thing by accident.
const SURE: f64 = 7.0;
/// Of the rows that the commonest value of the column does not explain, the key explains this share.
const EXPLAINS: f64 = 0.75;
/// And its exceptions, beyond those that the table is full of, are at most so many times what it explains.
const EXCESS: f64 = 0.5;
/// And it explains at least this share of all rows: a column that is nearly constant is determined by everything.
const NEARLY_CONSTANT: f64 = 0.01;
/// With fewer groups exceptions have to be rare: one group can have a commonest value for reasons of its own.
const FEW_GROUPS: u32 = 5;
const FEW_GROUPS_EXCEPTIONS: f64 = 0.05;

impl Dirt {
    /// Of a table of which nothing is known to be wrong.
    pub const NONE: Dirt = Dirt(0.0);

    /// The dirt of a table: the smallest share of exceptions among dependencies that large groups bear out.
    pub fn of<'a>(supports: impl Iterator<Item = &'a Support>) -> Dirt {
        let large = supports.filter(|found| 2 * found.testable >= found.rows && found.groups >= FEW_GROUPS);
        Dirt(large.map(|found| 1.0 - found.agreement()).reduce(f64::min).unwrap_or(0.0))
    }

    fn most_exceptions(self) -> f64 {
        (DIRTIER * self.0).clamp(CLEAN, DIRTIEST)
    }
}

/// Whether a dependency of a table of `rows` rows (or of a sample that stands for so many) is more than an accident of `tries` that were looked at, whose
/// exceptions do not agree with each other, and whose target is worth determining.
pub(crate) fn is_borne_out(found: &Support, rows: f64, tries: usize) -> bool {
    let covered = f64::from(found.rows);
    let systematic = f64::from(found.systematic);
    let explained = f64::from(found.explained);
    found.rows >= COVERS_ROWS
        && covered >= COVERS * rows
        && found.evidence >= SURE + (tries.max(1) as f64).ln()
        && systematic <= SYSTEMATIC * covered
        && explained >= NEARLY_CONSTANT * covered
        && explained >= EXPLAINS * (explained + systematic)
        && found.agreement() >= 1.0 - DIRTIEST
}

/// Whether a key covers enough rows for one of two attributes. Two attributes together tell nearly all rows of many tables
/// apart, and what few rows they leave together agree for many reasons.
pub(crate) fn covers_as_pair(found: &Support, rows: f64) -> bool {
    f64::from(found.rows) >= PAIR_COVERS * rows
}

/// Whether the exceptions of a dependency that is borne out are not more than the dirt of the table explains.
pub(crate) fn is_clean_enough(found: &Support, dirt: Dirt) -> bool {
    let exceptions = 1.0 - found.agreement();
    if found.groups < FEW_GROUPS {
        return exceptions <= FEW_GROUPS_EXCEPTIONS;
    }
    let excess = (exceptions - DIRTIER * dirt.0).max(0.0) * f64::from(found.rows);
    exceptions <= dirt.most_exceptions() && excess <= EXCESS * f64::from(found.explained)
}
