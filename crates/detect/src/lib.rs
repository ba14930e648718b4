//! Violations of constraints and suspect cells, on codes.
//!
//! [`detect()`] reads a table and its constraints and says, for each constraint, which rows take part in a violation,
//! how many pairs of rows violate it, and which cells are to blame. It cannot fail: what a budget does not reach is
//! told by [`Coverage`].
//!
//! Participation and blame are two things. A single wrong value can violate an order rule together with half of the
//! table, so *takes part* is no sign of an error; *must change* is. The blamed cells are those of a smallest set
//! whose change satisfies the constraint, or of every such set where there are several.
//!
//! What is asked of one constraint alone costs less: [`violating_rows()`], [`count_violating_pairs()`] and [`blame()`]
//! give the same as [`detect()`]. Three more verbs say what constraints alone do not: [`duplicates()`] joins the rows that
//! rules on duplicates say are one thing, [`unknown_keys()`] gives the rows that are in no reference, and [`checks()`]
//! measures the table as a whole.
//!
//! Everything runs on codes. With at most two order comparisons (and three `!=` beside them) rows and pairs cost
//! n log n; other constraints are compared pair by pair within their equalities, under a [`Budget`]:
//!
//! | constraint | rows and pairs | blame |
//! |---|---|---|
//! | one row | predicates once for each distinct value | every violating row |
//! | a reference table | rows found by an index of its keys | every violating row |
//! | functional dependency | counts within groups | all values but the plurality of a group |
//! | monotone order (`a.x > b.x and a.y < b.y`) | sort and sweep | all rows but those of every longest chain |
//! | any other pair | sort and sweep, or pair by pair | greedy cover |

mod against_reference;
mod alike_pairs;
mod axis;
mod blocks;
mod chain;
mod checks;
mod cover;
mod dependency;
mod detect;
mod drift;
mod duplicates;
mod enumerate;
mod fenwick;
mod joined;
mod keys;
mod left_sides;
mod measure;
mod packed;
mod pair_rule;
mod pairs;
mod partners;
mod residual;
mod row_predicate;
mod row_set;
mod shape;
mod single_row;
mod single_rule;
mod sweep;
mod typed;
mod unknown_keys;
mod violations;

pub use checks::{CheckResult, GroupResult, checks};
pub use detect::{detect, detect_within};
pub use duplicates::{Cluster, Duplication, SameThing, duplicates};
pub use enumerate::Budget;
pub use lustrate_link::{Level, Waterfall, WaterfallStep};
pub use pairs::{ViolatingPairs, violating_pairs};
pub use row_set::RowSet;
pub use single_rule::{Answer, blame, count_violating_pairs, violating_rows};
pub use unknown_keys::{UnknownKeys, unknown_keys};
pub use violations::{Basis, Blame, Coverage, Detection, SuspectCell, Violations};
