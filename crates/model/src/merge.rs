//! Adding up models: counts are summed, and the few learned numbers are averaged by the rows that they were learned on.
//!
//! Counting is a sum over rows, so counting two parts of a table and adding up is counting the whole. The rounds of
//! [`fit`](crate::fit) count what is *believed*, which depends on what was learned before: models that were fitted
//! apart add up to the sum of what each came to believe, which is the model of the whole as far as the parts agree.

use std::fmt;
use std::sync::Arc;

use lustrate_table::{AttributeId, Code, Dictionary};

use crate::channel::TableNoise;
use crate::column::{ColumnModel, ContextModel, FactorWeight, ReverseModel, Role};
use crate::elsewhere::look_elsewhere;
use crate::exchange;
use crate::factors::context::{Calibration, Novelty};
use crate::fit::is_scored;
use crate::lexicon::{Lexicon, MISSING, code, slot};
use crate::model::{KnownDependency, Model};
use crate::settings::Part;
use crate::tally::GroupTally;
use crate::text::near::Looking;

/// Why two models cannot be added up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MergeError {
    /// They are of tables with other columns: those of the first and those of the second.
    Columns(Vec<String>, Vec<String>),
    /// They were fitted under other rules: the names of those of the first and of the second.
    Rules(Vec<String>, Vec<String>),
}

impl fmt::Display for MergeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, these, those) = match self {
            MergeError::Columns(these, those) => ("columns", these, those),
            MergeError::Rules(these, those) => ("rules", these, those),
        };
        let (these, those) = (these.join(", "), those.join(", "));
        write!(f, "one model has the {what} {these}, the other {those}: merge models of the same {what}")
    }
}

impl std::error::Error for MergeError {}

impl Model {
    /// The sum of two models. Associative: the order in which parts are added up does not matter (up to rounding). A
    /// context that one model lacks keeps the rows of the other.
    ///
    /// The sum no longer knows single rows: [`infer`](crate::infer) takes every table for a new one.
    ///
    /// # Errors
    /// When the attributes, or the rules that they were fitted under, differ in name or order.
    pub fn merge(&self, other: &Model) -> Result<Model, MergeError> {
        if self.names != other.names {
            return Err(MergeError::Columns(self.names.clone(), other.names.clone()));
        }
        if self.rules != other.rules {
            return Err(MergeError::Rules(self.rules.clone(), other.rules.clone()));
        }
        let maps: Vec<Map> = self.columns.iter().zip(&other.columns).map(|(one, two)| Map::new(one, two)).collect();
        let pairs = self.columns.iter().zip(&other.columns);
        let mut columns: Vec<ColumnModel> =
            pairs.map(|(one, two)| merge_column(one, two, &maps, self.settings.leaves_alone(one.attribute))).collect();
        look_elsewhere(&mut columns, &self.settings);
        let scored = columns.iter().filter(|column| is_scored(column));
        let table_noise = TableNoise::new(scored.map(|column| &column.noise_tally));
        columns.iter_mut().for_each(|column| column.update_noise(&table_noise));
        let mut pairs = if self.settings.has(Part::Exchanges) { exchange::pairs(&columns) } else { Vec::new() };
        for pair in &mut pairs {
            let known = |model: &Model| model.pairs.iter().find(|p| p.columns == pair.columns).map(|p| p.rate);
            let share = share(self.rows(), other.rows());
            pair.rate = match (known(self), known(other)) {
                (Some(one), Some(two)) => (1.0 - share) * one + share * two,
                (one, two) => one.or(two).unwrap_or(pair.rate),
            };
        }
        let mut derived = self.derived.clone();
        derived.extend(other.derived.iter().filter(|d| self.derived.iter().all(|own| own.target != d.target)).cloned());
        Ok(Model {
            names: self.names.clone(),
            rules: self.rules.clone(),
            unused: self.unused.clone(),
            columns,
            dependencies: merge_dependencies(self, other),
            pairs,
            absences: self.absences.merged(&other.absences),
            derived,
            table_noise,
            settings: self.settings.clone(),
            fitted: None,
        })
    }
}

/// The values of two columns in one dictionary: those of the first keep their codes.
struct Map {
    domain: Dictionary,
    other: Vec<Code>,
}

impl Map {
    fn new(one: &ColumnModel, two: &ColumnModel) -> Self {
        let mut domain = Dictionary::clone(&one.lexicon.domain);
        let other = two.lexicon.domain.iter().map(|(_, text)| domain.intern(text)).collect();
        Map { domain, other }
    }

    fn code(&self, code: Code) -> Code {
        if code.is_null() { code } else { self.other[code.index()] }
    }

    fn slot(&self, place: usize) -> usize {
        slot(self.code(code(place)))
    }

    /// The sum of two vectors by slot.
    fn sum<T: Copy + Default + std::ops::AddAssign>(&self, one: &[T], two: &[T]) -> Vec<T> {
        let mut sum = one.to_vec();
        sum.resize(self.domain.len() + 1, T::default());
        two.iter().enumerate().for_each(|(place, &count)| sum[self.slot(place)] += count);
        sum
    }
}

fn merge_column(one: &ColumnModel, two: &ColumnModel, maps: &[Map], left_alone: bool) -> ColumnModel {
    let map = &maps[one.attribute.index()];
    let written = map.sum(&one.lexicon.written, &two.lexicon.written);
    let lexicon = Arc::new(Lexicon::new(Arc::new(map.domain.clone()), &written, Looking::AtOnce));
    let distinct = written.iter().filter(|&&count| count > 0).count();
    let role = match (one.role, two.role) {
        _ if distinct <= 1 || left_alone => Role::Idle,
        (Role::LongTailed, Role::LongTailed | Role::Idle) | (Role::Idle, Role::LongTailed) => Role::LongTailed,
        _ => Role::Active,
    };
    let mut merged = ColumnModel::new(one.attribute, role, lexicon);
    let slots = merged.lexicon.slots();
    let mut placeholder = vec![false; slots];
    (0..one.placeholder.len()).filter(|&place| one.placeholder[place]).for_each(|place| placeholder[place] = true);
    (0..two.placeholder.len()).filter(|&p| two.placeholder[p]).for_each(|p| placeholder[map.slot(p)] = true);
    merged.odd = (0..slots).map(|p| placeholder[p] || merged.lexicon.suspect[p] || p == MISSING).collect();
    merged.placeholder = placeholder;
    let sum = |one: &[f64], two: &[f64]| {
        let mut sum = map.sum(one, two);
        sum.resize(slots, 0.0);
        Arc::new(sum)
    };
    merged.weight = sum(&one.weight, &two.weight);
    merged.believed = sum(&one.believed, &two.believed);
    merged.noise_tally = one.noise_tally.clone();
    merged.noise_tally.merge(two.noise_tally.clone());
    merged.contexts = merge_contexts(one, two, maps);
    merged.reverses = merge_reverses(one, two, maps);
    merged.weights = merge_weights(&one.weights, &two.weights);
    merged
}

/// Adds up two tallies of one key and target; `two` is in the codes of the other model.
fn merge_tallies(
    one: &GroupTally,
    two: &GroupTally,
    key: &[AttributeId],
    target: AttributeId,
    maps: &[Map],
) -> GroupTally {
    one.merged(two, |part, code| maps[key[part].index()].code(code), |place| maps[target.index()].slot(place))
}

fn merge_contexts(one: &ColumnModel, two: &ColumnModel, maps: &[Map]) -> Vec<ContextModel> {
    let empty = |context: &ContextModel| ContextModel {
        counts: GroupTally::empty(context.key.len()),
        written: context.written.as_ref().map(|_| GroupTally::empty(context.key.len())),
        ..context.clone()
    };
    let merge = |mine: Option<&ContextModel>, theirs: Option<&ContextModel>| -> Option<ContextModel> {
        let like = mine.or(theirs)?;
        let (mine, theirs) =
            (mine.cloned().unwrap_or_else(|| empty(like)), theirs.cloned().unwrap_or_else(|| empty(like)));
        let share = share(mine.counts.weight_of_all(), theirs.counts.weight_of_all());
        let mean = |a: f64, b: f64| (1.0 - share) * a + share * b;
        let tally = |a: &GroupTally, b: &GroupTally| merge_tallies(a, b, &like.key, one.attribute, maps);
        Some(ContextModel {
            key: like.key.clone(),
            source: like.source,
            counts: tally(&mine.counts, &theirs.counts),
            written: mine.written.as_ref().zip(theirs.written.as_ref()).map(|(a, b)| tally(a, b)),
            calibration: Calibration {
                alpha: mean(mine.calibration.alpha.ln(), theirs.calibration.alpha.ln()).exp(),
                rho: mean(mine.calibration.rho, theirs.calibration.rho),
            },
            novelty: mine
                .novelty
                .zip(theirs.novelty)
                .map(|(a, b)| Novelty { new: mean(a.new, b.new), known: mean(a.known, b.known) }),
            holds: mean(mine.holds, theirs.holds),
        })
    };
    let of = |contexts: &'_ [ContextModel], key: &[AttributeId]| contexts.iter().position(|context| context.key == key);
    let shared = one.contexts.iter().map(|mine| (Some(mine), of(&two.contexts, &mine.key).map(|at| &two.contexts[at])));
    let theirs = two.contexts.iter().filter(|theirs| of(&one.contexts, &theirs.key).is_none());
    shared.chain(theirs.map(|theirs| (None, Some(theirs)))).filter_map(|(mine, theirs)| merge(mine, theirs)).collect()
}

fn merge_reverses(one: &ColumnModel, two: &ColumnModel, maps: &[Map]) -> Vec<ReverseModel> {
    let merge = |mine: Option<&ReverseModel>, theirs: Option<&ReverseModel>| {
        let like = mine.or(theirs)?;
        let key: Vec<AttributeId> = like.others.iter().copied().chain([one.attribute]).collect();
        let empty = GroupTally::empty(key.len());
        let counts = |model: Option<&ReverseModel>| model.map_or(&empty, |model| &model.counts).clone();
        let counts = merge_tallies(&counts(mine), &counts(theirs), &key, like.dependency.rhs, maps);
        Some(ReverseModel { counts, ..like.clone() })
    };
    let of = |reverses: &'_ [ReverseModel], like: &ReverseModel| {
        reverses.iter().position(|reverse| reverse.dependency == like.dependency)
    };
    let shared = one.reverses.iter().map(|mine| (Some(mine), of(&two.reverses, mine).map(|at| &two.reverses[at])));
    let theirs = two.reverses.iter().filter(|theirs| of(&one.reverses, theirs).is_none());
    shared.chain(theirs.map(|theirs| (None, Some(theirs)))).filter_map(|(mine, theirs)| merge(mine, theirs)).collect()
}

fn merge_dependencies(one: &Model, two: &Model) -> Vec<KnownDependency> {
    let mut merged = one.dependencies.clone();
    for theirs in &two.dependencies {
        match merged.iter_mut().find(|mine| mine.dependency == theirs.dependency) {
            Some(mine) => {
                let share = share(mine.rows, theirs.rows);
                mine.holds = (1.0 - share) * mine.holds + share * theirs.holds;
                mine.rows += theirs.rows;
            }
            None => merged.push(theirs.clone()),
        }
    }
    merged
}

/// The share of the second of two weights.
fn share(one: f64, two: f64) -> f64 {
    if one + two > 0.0 { two / (one + two) } else { 0.0 }
}

/// The weights of two models; those of a factor that both have are averaged by rows.
fn merge_weights(one: &[FactorWeight], two: &[FactorWeight]) -> Vec<FactorWeight> {
    let mut merged = one.to_vec();
    for theirs in two {
        match merged.iter_mut().find(|mine| mine.factor == theirs.factor) {
            Some(mine) => {
                let share = share(mine.rows, theirs.rows);
                mine.weight = (1.0 - share) * mine.weight + share * theirs.weight;
                mine.rows += theirs.rows;
            }
            None => merged.push(theirs.clone()),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use lustrate_rules::Constraints;
    use lustrate_table::{Column, Table};
    use proptest::prelude::*;

    use super::*;
    use crate::counting::collect;
    use crate::{Settings, fit};

    /// Four attributes, the second determined by the first but for the rows in `wrong`.
    fn table(keys: &[u8], wrong: &[usize]) -> Table {
        let column = |text: &dyn Fn(usize, u8) -> String| -> Column {
            let texts: Vec<String> = keys.iter().enumerate().map(|(row, &key)| text(row, key)).collect();
            texts.iter().map(|text| (!text.is_empty()).then_some(text.as_str())).collect()
        };
        let city = |row: usize, key: u8| if wrong.contains(&row) { "Romx".into() } else { format!("city {}", key % 3) };
        let columns = vec![
            ("zip".to_owned(), column(&|_, key| format!("10{key}"))),
            ("city".to_owned(), column(&city)),
            ("state".to_owned(), column(&|_, key| if key == 4 { String::new() } else { format!("s{}", key % 2) })),
            ("size".to_owned(), column(&|row, _| (row % 4).to_string())),
        ];
        Table::new(columns).unwrap()
    }

    /// What the counts of a model say, by text: independent of codes.
    fn counted(model: &Model) -> Vec<(String, f64)> {
        let mut all: Vec<(String, f64)> = Vec::new();
        for column in &model.columns {
            let text = |attribute: AttributeId, code: Code| {
                model.columns[attribute.index()].lexicon.domain.text(code).unwrap_or("<missing>").to_owned()
            };
            for (place, (&weight, &cells)) in column.weight.iter().zip(column.believed.iter()).enumerate() {
                let name = format!("{:?} {}", column.attribute, text(column.attribute, code(place)));
                all.push((format!("{name} weight"), weight));
                all.push((format!("{name} cells"), cells));
            }
            for context in &column.contexts {
                for (key, group) in context.counts.index() {
                    let key: Vec<String> = context.key.iter().zip(key).map(|(&part, &code)| text(part, code)).collect();
                    for (place, weight) in context.counts.of_group(group) {
                        let value = text(column.attribute, code(place as usize));
                        all.push((format!("{:?} {:?} {key:?} {value}", column.attribute, context.key), weight));
                    }
                }
            }
        }
        all.retain(|&(_, count)| count != 0.0);
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all
    }

    fn assert_same_counts(one: &Model, two: &Model) {
        let (one, two) = (counted(one), counted(two));
        assert_eq!(
            one.iter().map(|(name, _)| name).collect::<Vec<_>>(),
            two.iter().map(|(name, _)| name).collect::<Vec<_>>()
        );
        for ((name, a), (_, b)) in one.iter().zip(&two) {
            assert!((a - b).abs() < 1e-6 * a.abs().max(1.0), "{name}: {a} and {b}");
        }
    }

    /// The model of a whole table, and the same model with the counts of two parts of its rows.
    fn whole_and_parts(keys: &[u8], wrong: &[usize], cut: usize) -> (Model, [Model; 2]) {
        let whole = fit(&table(keys, wrong), &Constraints::default(), &Settings::new().rounds(5));
        let state = &whole.fitted.as_ref().expect("fit remembers its rows").state;
        let part = |rows: std::ops::Range<usize>| {
            let state = state.rows_within(rows);
            let mut part = Model { fitted: None, ..whole.clone() };
            collect(&mut part.columns, &state);
            part
        };
        let parts = [part(0..cut), part(cut..keys.len())];
        (whole, parts)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]

        #[test]
        fn counting_two_parts_and_adding_up_is_counting_the_whole(
            keys in prop::collection::vec(0u8..6, 12..60),
            cut in 0usize..60,
        ) {
            let (whole, [one, two]) = whole_and_parts(&keys, &[5, 9], cut.min(keys.len()));
            assert_same_counts(&one.merge(&two).unwrap(), &whole);
        }

        #[test]
        fn merging_is_associative(keys in prop::collection::vec(0u8..6, 30..90)) {
            let fitted: Vec<Model> = keys
                .chunks(keys.len().div_ceil(3))
                .map(|keys| fit(&table(keys, &[2]), &Constraints::default(), &Settings::new().rounds(4)))
                .collect();
            let left = fitted[0].merge(&fitted[1]).unwrap().merge(&fitted[2]).unwrap();
            let right = fitted[0].merge(&fitted[1].merge(&fitted[2]).unwrap()).unwrap();
            assert_same_counts(&left, &right);
            for (a, b) in left.columns.iter().zip(&right.columns) {
                prop_assert!((a.noise.error_rate - b.noise.error_rate).abs() < 1e-9);
                for (a, b) in a.weights.iter().zip(&b.weights) {
                    prop_assert_eq!(&a.factor, &b.factor);
                    prop_assert!((a.weight - b.weight).abs() < 1e-9);
                }
            }
        }
    }

    #[test]
    fn a_merged_model_judges_new_rows() {
        let keys: Vec<u8> = (0..120).map(|row| row % 6).collect();
        let model = |wrong: &[usize]| fit(&table(&keys, wrong), &Constraints::default(), &Settings::new());
        let merged = model(&[5]).merge(&model(&[9])).unwrap();
        let posterior = crate::infer(&merged, &table(&keys[..20], &[7]));
        let cell = posterior.cells.iter().find(|cell| cell.cell.row.0 == 7 && cell.cell.attribute.0 == 1).unwrap();
        assert_eq!(cell.candidates[0].value.as_deref(), Some("city 1"));
        assert!(cell.candidates[0].probability > 0.9);
    }

    #[test]
    fn models_of_other_columns_are_refused() {
        let keys: Vec<u8> = (0..12).collect();
        let one = fit(&table(&keys, &[]), &Constraints::default(), &Settings::new().rounds(1));
        let other = Table::new(vec![("x".to_owned(), Column::from_iter([Some("1"), Some("2")]))]).unwrap();
        let other = fit(&other, &Constraints::default(), &Settings::new().rounds(1));
        assert!(one.merge(&other).is_err());
    }
}
