//! Inference on rows that come behind those that a model was fitted on.

use std::collections::BTreeSet;

use lustrate_table::{CellId, Table, row_hashes};

use crate::absences::Absences;
use crate::column::Membership;
use crate::counting::collect;
use crate::exchange::pairs;
use crate::infer::{NEW_ROUNDS, Strings, infer_asked, no_facts, posterior, score_columns, with_rows};
use crate::model::{Fitted, Model};
use crate::posterior::Posterior;
use crate::settings::Part;
use crate::settle::{Stage, settle};
use crate::state::State;

/// The posterior of rows that come behind those that the model was fitted on, with the cells that are asked for listed too,
/// however sure the model is of them.
///
/// Other than for [`infer`](crate::infer()) the rows are counted, with what is believed of them, so that they speak for each
/// other as they would if the model had been fitted on all rows: a customer who is in no earlier row and in three new ones is
/// no typing error of another. What says how counts are read (weights, noise, which columns tell of which) stays as it was
/// learned. A sum of models ([`Model::merge`]), which knows no rows, takes these for new ones.
///
/// # Panics
/// When the table has another number of attributes than the model.
pub fn infer_added(model: &Model, table: &Table, asked: &BTreeSet<CellId>) -> Posterior {
    let Some(Fitted { state: earlier, .. }) = &model.fitted else { return infer_asked(model, table, asked) };
    assert_eq!(table.schema().len(), model.columns.len(), "the table has the attributes of the model");
    let hashes = row_hashes(table, model.settings.sampling_seed());
    let (mut model, mut state) = with_rows(model, table, Strings::All);
    if model.settings.has(Part::Absences) {
        model.absences = Absences::new(&earlier.followed_by(&state));
    }
    if model.settings.has(Part::Exchanges) {
        let mut all = pairs(&model.columns);
        for pair in &mut all {
            let known = model.pairs.iter().find(|known| known.columns == pair.columns);
            pair.rate = known.map_or(pair.rate, |known| known.rate);
        }
        model.pairs = all;
    }
    for round in 0..NEW_ROUNDS {
        count(&mut model, earlier, &state);
        let outcomes =
            score_columns(&model, (&model.values(), &no_facts(&model)), &state, &hashes, Membership::Added, None);
        settle(&mut state, &outcomes, if round == 0 { Stage::WarmUp } else { Stage::Repair });
    }
    count(&mut model, earlier, &state);
    posterior(&model, (&model.values(), &no_facts(&model)), &state, &hashes, Membership::Added, None, asked)
}

/// Counts what is believed of the earlier rows and of those behind them.
fn count(model: &mut Model, earlier: &State, state: &State) {
    let all = earlier.followed_by(state);
    collect(&mut model.columns, &all);
}

#[cfg(test)]
mod tests {
    use lustrate_rules::Constraints;
    use lustrate_table::{AttributeId, Column, RowId};

    use super::*;
    use crate::{Settings, fit};

    /// The number of a station, and its town as it is written if that is not its own.
    type Row = (usize, Option<&'static str>);

    /// Rows of stations with their towns and shires.
    fn stations(rows: &[Row]) -> Table {
        const TOWNS: [&str; 6] = ["Oldham", "Sandby", "Thornstad", "Ravnby", "Kirkwall", "Lerwick"];
        let column = |of: &dyn Fn(&Row) -> String| {
            let texts: Vec<String> = rows.iter().map(of).collect();
            texts.iter().map(|text| Some(text.as_str())).collect::<Column>()
        };
        let columns = [
            ("station", column(&|row| format!("S10{}", row.0))),
            ("town", column(&|row| row.1.unwrap_or(TOWNS[row.0]).to_owned())),
            ("shire", column(&|row| ["North", "South", "East", "West", "Mid", "Isles"][row.0].to_owned())),
        ];
        Table::new(columns.map(|(name, column)| (name.to_owned(), column)).into()).unwrap()
    }

    fn best(posterior: &Posterior, row: u32) -> Option<Option<String>> {
        let cell = CellId { row: RowId(row), attribute: AttributeId(1) };
        let found = posterior.cells.iter().find(|found| found.cell == cell)?;
        (found.observed_probability < 0.5).then(|| found.candidates[0].value.clone())
    }

    #[test]
    fn new_rows_speak_for_each_other_and_are_judged_by_the_earlier_ones() {
        let earlier: Vec<Row> = (0..100).map(|row| (row % 5, (row == 31).then_some("Sandbz"))).collect();
        let model = fit(&stations(&earlier), &Constraints::default(), &Settings::new());
        // A station that is in no earlier row, with a slip in one of its rows, and a slip in a row of a known one.
        let mut new: Vec<Row> = vec![(5, None); 12];
        new[7].1 = Some("Lerwyck");
        new.push((3, Some("Ravnbz")));
        let posterior = infer_added(&model, &stations(&new), &BTreeSet::new());
        assert_eq!(best(&posterior, 7).flatten().as_deref(), Some("Lerwick"));
        assert_eq!(best(&posterior, 12).flatten().as_deref(), Some("Ravnby"));
        assert!((0..7).all(|row| best(&posterior, row).is_none()));
        assert!(posterior.cells.iter().all(|cell| cell.cell.attribute.0 == 1 || cell.observed_probability > 0.5));
    }
}
