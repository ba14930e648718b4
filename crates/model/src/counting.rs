//! Counts what is believed of rows, in all columns.
//!
//! Columns that are believed as they are written, as all are of a large table, share their counts: what a key says of a target,
//! and the target of the key, are the same cells.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use lustrate_table::{AttributeId, Code};
use rayon::prelude::*;

use crate::column::{ColumnModel, ContextModel, ReverseModel, key_codes};
use crate::lexicon::slot;
use crate::state::State;
use crate::tally::GroupTally;
use crate::tally::counted::{Cells, Counted, Counting, MOST_ROWS, Weighing};

/// The key and the target of counts.
type Asked = (Vec<AttributeId>, AttributeId);

/// Counts what is believed of the rows, in all columns.
pub(crate) fn collect(columns: &mut [ColumnModel], state: &State) {
    let cells = as_written(columns, state);
    columns.par_iter_mut().for_each(|column| of_column(column, state, &cells));
}

/// The cells of all keys and targets that are believed as they are written.
fn as_written(columns: &[ColumnModel], state: &State) -> BTreeMap<Asked, Arc<Cells>> {
    let asked = columns.iter().flat_map(|column| {
        let contexts = column.contexts.iter().map(|context| of_context(column.attribute, context));
        contexts.chain(column.reverses.iter().map(|reverse| of_reverse(column.attribute, reverse)))
    });
    let is_as_written = |&attribute: &AttributeId| state.column(attribute).is_as_written();
    let asked: BTreeSet<Asked> = asked.filter(|(key, target)| key.iter().chain([target]).all(is_as_written)).collect();
    if state.rows() > MOST_ROWS {
        return BTreeMap::new();
    }
    let odd = |attribute: AttributeId| &*columns[attribute.index()].odd;
    let count = |asked: Asked| {
        let (key, target) = &asked;
        let last = key[key.len() - 1];
        let cells = Cells::new(&Counting {
            key: &key_codes(state, key),
            odd_keys: odd(last),
            values: &state.column(*target).observed,
            odd_values: odd(*target),
        });
        (asked, Arc::new(cells))
    };
    asked.into_iter().collect::<Vec<_>>().into_par_iter().map(count).collect()
}

fn of_context(attribute: AttributeId, context: &ContextModel) -> Asked {
    (context.key.clone(), attribute)
}

fn of_reverse(attribute: AttributeId, reverse: &ReverseModel) -> Asked {
    let key = reverse.others.iter().copied().chain([attribute]);
    (key.collect(), reverse.dependency.rhs)
}

fn of_column(column: &mut ColumnModel, state: &State, cells: &BTreeMap<Asked, Arc<Cells>>) {
    let attribute = column.attribute;
    let rows = state.column(attribute);
    let mut counts = [vec![0.0; column.lexicon.slots()], vec![0.0; column.lexicon.slots()]];
    for (&code, &confidence) in rows.current.iter().zip(rows.confidence.iter()) {
        counts[0][slot(code)] += f64::from(confidence);
        counts[1][slot(code)] += 1.0;
    }
    let [weight, believed] = counts;
    (column.weight, column.believed) = (Arc::new(weight), Arc::new(believed));
    let value_in = |codes: &[Code], row: usize| slot(codes[row]);
    let weight = |row: usize| f64::from(rows.confidence[row]);
    let counted = |asked: &Asked, weighing: Weighing| {
        cells.get(asked).map(|cells| GroupTally::Counted(Counted::new(Arc::clone(cells), weighing)))
    };
    for context in &mut column.contexts {
        let asked = of_context(attribute, context);
        let key = || key_codes(state, &asked.0);
        if context.written.is_some() {
            let written = || GroupTally::summed(&key(), |row| value_in(&rows.observed, row), |_| 1.0);
            context.written = Some(counted(&asked, Weighing::Cells).unwrap_or_else(written));
        }
        let believed = || GroupTally::summed(&key(), |row| value_in(&rows.current, row), weight);
        context.counts = counted(&asked, Weighing::Values).unwrap_or_else(believed);
    }
    for reverse in &mut column.reverses {
        let asked = of_reverse(attribute, reverse);
        let determined = &state.column(asked.1).current;
        let believed = || GroupTally::summed(&key_codes(state, &asked.0), |row| value_in(determined, row), weight);
        reverse.counts = counted(&asked, Weighing::Keys).unwrap_or_else(believed);
    }
}
