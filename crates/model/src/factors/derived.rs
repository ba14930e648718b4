//! An attribute put together from two others (`state_average = state _ measure_code`): the text that the others
//! give, and, the other way round, the part that the whole gives.
//!
//! ```text
//! P(v) = rho' 1(v is spelled) + (1 - rho') pi(v)        rho' = (1 - e) rho, e the chance that another part is wrong
//! ```

use crate::map::HashMap;
use lustrate_discover::Derived;
use lustrate_table::{AttributeId, Code};

use super::context::{KEY_NOISE, NoiseBound};
use super::{Cell, Factor, FactorId, Strength, bounded};
use crate::lexicon::{Lexicon, slot as slot_of};
use crate::state::State;

/// A spelling factor ready for one round.
pub(crate) struct Spelling<'a> {
    id: FactorId,
    others: [AttributeId; 2],
    /// The slot that the other attributes of each row give; `NONE` where they give no value of the column.
    pub(crate) wanted: Vec<u32>,
    holds: f64,
    state: &'a State,
    bound: NoiseBound,
}

/// No value.
pub(crate) const NONE: u32 = u32::MAX;

impl<'a> Spelling<'a> {
    /// The factor of `asked`, which is the target of `derived` or one of its parts; `None` where it is neither.
    pub(crate) fn new(
        derived: &Derived,
        asked: AttributeId,
        lexicons: &[&Lexicon],
        state: &'a State,
        bound: NoiseBound,
    ) -> Option<Self> {
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
        let wanted: Vec<u32> = (columns[0].iter().zip(columns[1].iter()))
            .map(|(&one, &other)| *known.entry((one, other)).or_insert_with(|| spell(one, other).unwrap_or(NONE)))
            .collect();
        // The share of rows in which it holds, as far as the cells are trusted, drawn to what a sample showed.
        let current = &state.column(asked).current;
        let (mut agree, mut all) = (2.0 * derived.share, 2.0);
        for (row, (&slot, &code)) in
            wanted.iter().zip(current.iter()).enumerate().filter(|(_, (slot, _))| **slot != NONE)
        {
            let trusted: f64 = [asked, others[0], others[1]].iter().map(|&part| state.confidence(part, row)).product();
            all += trusted;
            agree += if slot as usize == slot_of(code) { trusted } else { 0.0 };
        }
        let holds = (agree / all).clamp(0.5, 1.0 - 1.0 / (wanted.len() as f64 + 2.0));
        Some(Spelling { id, others, wanted, holds, state, bound })
    }

    /// The probability that the row means what it spells.
    fn holds(&self, row: usize) -> f64 {
        match self.bound {
            NoiseBound::Off => self.holds,
            NoiseBound::On => {
                let right: f64 = self.others.iter().map(|&part| self.state.confidence(part, row)).product();
                self.holds * (1.0 - (1.0 - right).clamp(KEY_NOISE.0, KEY_NOISE.1))
            }
        }
    }
}

impl Spelling<'_> {
    /// Whether the other attributes of a row give no other value than this one.
    pub(crate) fn wants_nothing_but(&self, row: usize, slot: usize) -> bool {
        let wanted = self.wanted[row];
        wanted == NONE || wanted as usize == slot
    }
}

impl Factor for Spelling<'_> {
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
        let holds = self.holds(cell.row);
        let fails = (1.0 - holds).ln();
        for ((out, &slot), share) in out.iter_mut().zip(cell.candidates).zip(cell.share) {
            *out = bounded(if slot == wanted { (holds / share + 1.0 - holds).ln() } else { fails });
        }
        fails
    }
}
