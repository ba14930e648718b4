//! Whether a value is missing where that of another column is, or is there where that is there.
//!
//! ```text
//! phi(missing) = log P(missing | A) - log P(missing)      phi(v) = log P(there | A) - log P(there)
//! ```
//!
//! `A` is whether the other column has a value in the row as it is written; the cell itself is left out of the counts.

use lustrate_table::AttributeId;

use super::{Cell, Factor, FactorId, Strength, bounded};
use crate::absences::Partner;
use crate::lexicon::MISSING;
use crate::state::State;

/// What the absence of one value says of that of another, ready for one round.
pub(crate) struct Absence<'a> {
    pub(crate) of: AttributeId,
    pub(crate) partner: Partner,
    pub(crate) state: &'a State,
}

impl Absence<'_> {
    /// The log odds of a missing value and of one that is there.
    fn odds(&self, row: usize, counted: bool) -> [f64; 2] {
        let Partner { rows, missing, without, together, .. } = self.partner;
        let lacks = |attribute: AttributeId| self.state.column(attribute).observed[row].is_null();
        let own = |lacks: bool| if counted && lacks { 1.0 } else { 0.0 };
        let (here, there) = (lacks(self.of), lacks(self.partner.with));
        let all = rows - own(true);
        let share = (missing - own(here) + 0.5) / (all + 1.0);
        let (like, of) = if there {
            (together - own(here && there), without - own(there))
        } else {
            (missing - together - own(here && !there), all - (without - own(there)))
        };
        let given = (like.max(0.0) + share) / (of.max(0.0) + 1.0);
        [(given / share).ln(), ((1.0 - given) / (1.0 - share)).ln()].map(bounded)
    }
}

impl Factor for Absence<'_> {
    fn id(&self) -> FactorId {
        FactorId::Absence(self.partner.with)
    }

    fn strength(&self) -> Strength {
        Strength::Contradiction
    }

    fn log_odds(&self, cell: &Cell<'_>, out: &mut [f64]) -> f64 {
        let [missing, there] = self.odds(cell.row, cell.own > 0.0);
        let odds = |&slot: &u32| if slot as usize == MISSING { missing } else { there };
        out.iter_mut().zip(cell.candidates).for_each(|(out, slot)| *out = odds(slot));
        there
    }
}
