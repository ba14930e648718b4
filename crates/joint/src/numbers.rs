//! Numbers: what a slip of the pen, the point, the sign or the unit makes of them, what is usual beside the rest of the
//! row, and the equations that bind them.

mod cell;
mod columns;
mod decimal;
mod density;
mod learn;
mod order;
mod relation;
mod sample;
mod slips;

pub(crate) use cell::Asking;
pub(crate) use columns::{Groundwork, NumberColumn, NumberColumns};
pub(crate) use learn::{Learned, learn};
pub(crate) use order::OrderRule;
pub(crate) use relation::{Relation, RelationRows, given, relations, solution};
