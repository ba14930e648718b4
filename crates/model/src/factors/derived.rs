//! An attribute put together from two others (`state_average = state _ measure_code`): the text that the others
//! give, and, the other way round, the part that the whole gives.

use crate::map::HashMap;
use lustrate_discover::Derived;
use lustrate_table::{AttributeId, Code};

use super::{Cell, Factor, FactorId, Strength, bounded};
use crate::lexicon::{Lexicon, slot as slot_of};
use crate::state::State;

/// A spelling factor ready for one round.
pub(crate) struct Spelling {
    id: FactorId,
    /// The slot that the other attributes of each row give; `NONE` where they give no value of the column.
    pub(crate) wanted: Vec<u32>,
    log_holds: f64,
    log_fails: f64,
}

/// No value.
pub(crate) const NONE: u32 = u32::MAX;

impl Spelling {
    /// The factor of `asked`, which is the target of `derived` or one of its parts; `None` where it is neither.
    pub(crate) fn new(derived: &Derived, asked: AttributeId, lexicons: &[&Lexicon], state: &State) -> Option<Self> {
        let Derived { target, left, right, .. } = *derived;
        let (id, others) = if asked == target {
            (FactorId::Derived, [left, right])
        } else if asked == left {
            (FactorId::PartOf(target), [target, right])
        } else if asked == right {
            (FactorId::PartOf(target), [target, left])
        } else {
            return None;
        };
        let lexicon = lexicons[asked.index()];
        let text = |attribute: AttributeId, code: Code| lexicons[attribute.index()].domain.text(code);
        let spell = |one: Code, other: Code| -> Option<u32> {
            let (one, other) = (text(others[0], one)?, text(others[1], other)?);
            let spelled = if asked == target {
                lexicon.domain.find(&[one, &derived.separator, other].concat())
            } else if asked == left {
                lexicon.domain.find(one.strip_suffix(other)?.strip_suffix(derived.separator.as_str())?)
            } else {
                lexicon.domain.find(one.strip_prefix(other)?.strip_prefix(derived.separator.as_str())?)
            };
            spelled.map(|code| slot_of(code) as u32)
        };
        let columns = others.map(|other| &state.column(other).current);
        let mut known: HashMap<(Code, Code), u32> = HashMap::default();
        let wanted: Vec<u32> = (columns[0].iter().zip(columns[1]))
            .map(|(&one, &other)| *known.entry((one, other)).or_insert_with(|| spell(one, other).unwrap_or(NONE)))
            .collect();
        let current = &state.column(asked).current;
        let given = wanted.iter().filter(|&&slot| slot != NONE).count();
        let agree = wanted.iter().zip(current).filter(|&(&slot, code)| slot as usize == slot_of(*code)).count();
        // The whole is judged by all rows, a part by the rows whose whole can be taken apart.
        let of = if asked == target { wanted.len() } else { given };
        let share: f64 = (agree as f64 + 2.0 * derived.share) / (of as f64 + 2.0);
        let holds: f64 = share.clamp(0.5, 1.0 - 1.0 / (wanted.len() as f64 + 2.0));
        Some(Spelling { id, wanted, log_holds: holds.ln(), log_fails: (1.0 - holds).ln() })
    }
}

impl Factor for Spelling {
    fn id(&self) -> FactorId {
        self.id.clone()
    }

    fn strength(&self) -> Strength {
        if self.id == FactorId::Derived { Strength::Spelling } else { Strength::Dependency }
    }

    fn log_odds(&self, cell: &Cell<'_>, out: &mut [f64]) -> f64 {
        let wanted = self.wanted[cell.row];
        if wanted == NONE {
            out.fill(0.0);
            return 0.0;
        }
        for ((out, &slot), log_share) in out.iter_mut().zip(cell.candidates).zip(cell.log_share) {
            let log = if slot == wanted { self.log_holds } else { self.log_fails };
            *out = bounded(log - log_share);
        }
        self.log_fails
    }
}
