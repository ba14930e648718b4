//! From belief to decision: which cells are changed, which a person should look at, and why.
//!
//! [`decide`] reads a [`Posterior`](lustrate_model::Posterior) under a [`Policy`]; [`reconcile`] holds the result
//! against the rules, so that no rule that the rows bear out is broken more often than before; [`apply`] writes it into a copy of the table;
//! [`quarantine`] says which rows cannot satisfy a hard rule, and which are there twice.
//! Nothing changes silently: every changed cell is a [`Repair`] with a confidence and its reasons.

mod apply;
mod borne_out;
mod convert;
mod decide;
mod grounds;
mod guard;
mod phrasebook;
mod policy;
mod quarantine;
mod reason;
mod reconcile;
mod repairs;
mod same_thing;
mod words;

pub use apply::apply;
pub use convert::with_conversions;
pub use decide::{decide, decide_once};
pub use grounds::{Authority, Grounds, Signs, Told};
pub use guard::guard;
pub use phrasebook::{Phrasebook, Reason};
pub use policy::{Policy, PolicyError};
pub use quarantine::{Apart, quarantine, withhold_apart};
pub use reason::{keep_reasons, reason, withheld_words};
pub use reconcile::{Reconciled, reconcile};
pub use repairs::{Converted, Decision, Repair, Repairs, Withheld};
pub use same_thing::same_thing_words;
pub use words::{Change, contribution_words};
