//! What may have been done to an example. One file a kind; a new one is a file and a line in [`KINDS`].

mod affixes;
pub(crate) mod characters;
mod letters;
mod numbers;
mod order;
mod pieces;

use lustrate_values::{Rewrite, Template, Whole};

use crate::calendar::Slot;

/// What proposes rewrites for an example, given the slots of the dates of its column.
type Propose = fn(&str, &str, Option<[Slot; 3]>) -> Vec<Rewrite>;

/// The kinds of candidates, simple ones first.
const KINDS: [Propose; 5] = [letters::propose, affixes::propose, numbers::propose, pieces::propose, order::propose];

/// Everything that may have been done to a text so that another came out; each does so, and says something of other texts
/// too. `slots` are those of the dates that the column holds.
pub(crate) fn candidates(written: &str, meant: &str, slots: Option<[Slot; 3]>) -> Vec<Rewrite> {
    if written == meant || written.is_empty() || meant.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<Rewrite> = Vec::new();
    for kind in KINDS {
        for rewrite in kind(written, meant, slots) {
            let explains = rewrite.apply(Some(written)).is_some_and(|new| new.as_deref() == Some(meant));
            if explains && !found.contains(&rewrite) {
                found.push(rewrite);
            }
        }
    }
    found
}

/// A pattern and what becomes of it; `None` where the expression is too large to compile.
fn pattern(expression: &str, to: Template) -> Option<Rewrite> {
    Some(Rewrite::Pattern { pattern: Whole::new(expression).ok()?, to })
}
