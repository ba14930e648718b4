//! Rules and reference tables in the posterior of a row: its doubtful cells are decided together.
//!
//! The model judges each cell by itself and knows plain dependencies only. Where another rule concerns a row (a rule on
//! single rows that it breaks, a lookup, a conditional dependency, a hard dependency), its cells are weighed jointly:
//!
//! ```text
//! P(assignment) ∝ Π_cells p(v) · Π_factors exp(f(assignment))
//! ```
//!
//! over at most five cells and 20,000 assignments, each of which is looked at; the marginals are the new posterior. What
//! each factor adds is told apart by adding the factors one after another, so that contributions still add up to
//! `ln(p / p_observed)`.
//!
//! # Factors
//!
//! | factor | f |
//! |---|---|
//! | a rule on one row | −w where the assignment breaks it |
//! | a dependency, in its group | `ln(P_group(v) + exp(−w))`; `P_group` ∝ exp(2.5 n_v), the row left out, n_v at most 20 |
//! | a lookup | `ln(t / (1 − t)) + c` for each value that the reference has, t = trust · likeness of the key · share of the rows that say so |
//!
//! | an equation between numbers | `ln h − ln p(a)` where it holds, `ln(1 − h)` where it does not; `a` is the number that it determines, `h` the share of rows in which it holds |
//! | an order of pairs of rows | `ln h − ln s` within the interval that the longest consistent chain leaves, `ln(1 − h)` outside; `s` is the share of rows within |
//! | what number is usual | `ln p(v)` of a column of numbers, given another column or nothing |
//!
//! A hard rule weighs 30 nats whatever the size of the table, so that no number of rows out-votes it. A soft one weighs
//! what its rule says, else `ln((kept + ½) / (broken + ½))` within 0 to 12 ([`rule_weights`]).
//!
//! # Numbers
//!
//! In a column nine tenths of which are plain decimal numbers a cell is weighed by how a number that was meant may have
//! become what is written (the point, the sign, the unit, a digit, something unrelated) and by how usual the number is: its
//! share among those that lie near, beside the value of another column where that tells more. Where no rule says which
//! numbers belong together, `a = b + c`, `a = b * c` and `a = b / c` are looked for. How often a column is wrong, in which
//! ways and between which units is learned at two first looks at the rows in doubt. Up to nine cells of a row are weighed
//! together, of which few may change. A column that others determine is left to the model, and elsewhere the model is
//! believed where it is sure of what else should be there.
//!
//! # Sources
//!
//! Where a rule says which rows are reports of one thing by several sources, what [`fuse`](lustrate_link::fuse) believes of
//! the thing stands in the place of what the model believes of the cells of those rows; other rules are weighed on top.
//!
//! # Scale
//!
//! What the model believes sharpens as the table grows. A row that breaks a hard rule on several of its cells is
//! therefore decided afresh, from evidence that is a function of *shares*: the same error rate for every column, the
//! number of values of the column that the error chose from, whether the rule names the value (`then city = "New York"`),
//! and the share `s` of rows with the assignment, smoothed by a constant share (`s + ½`) and never by a count of rows.
//! The smoothing is so strong that twenty rows tell what fifty thousand tell. More rows make these numbers more exact
//! and not more extreme; where they do not tell two ways out apart, none is taken, however large the table, and both are
//! told with their probabilities.

mod decided;
mod factors;
mod groups;
mod joint;
mod numbers;
mod prepared;
mod proposals;
mod references;
mod row;
mod shares;
mod sources;
mod vouched;
mod weights;

pub use joint::{Joint, concerned, joint};
pub use weights::{RuleWeight, rule_weights};
