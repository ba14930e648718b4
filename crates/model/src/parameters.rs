//! What a model learned, apart from its rows: put to the same rows it is the model again, without fitting.
//!
//! Most of a model is counts, and lists of strings, that follow from the rows and from what is believed of them. They are
//! many times as large as the rows, so they are not kept but made again, by the functions that `fit` uses.

use lustrate_discover::Derived;
use lustrate_rules::{ConstraintId, Constraints, Dependency};
use lustrate_table::{AttributeId, Code, Table, row_hashes};
use serde::{Deserialize, Serialize};

use crate::channel::{NoiseTally, TableNoise};
use crate::column::{ColumnModel, ContextModel, FactorWeight, Role, Source};
use crate::counting::collect;
use crate::factors::FactorId;
use crate::factors::context::{Calibration, Novelty};
use crate::factors::reverse::Side;
use crate::fit::{first_model, first_state, is_scored, reverses};
use crate::model::{Fitted, KnownDependency, Model, UnusedRule};
use crate::settings::{KNOWN, Part, Settings};
use crate::state::{ColumnState, State, fingerprint};
use crate::tally::GroupTally;

/// What was learned of rows, and what is believed of their cells.
///
/// ```
/// use lustrate_model::{Model, Parameters, Settings, fit, infer};
/// # use lustrate_rules::Constraints;
/// # use lustrate_table::{Column, Table};
/// # let cells = |value: &'static str, odd: &'static str| {
/// #     (0..30).map(move |row| Some(if row % 2 == 1 { "x" } else if row == 6 { odd } else { value })).collect::<Column>()
/// # };
/// # let table = Table::new(vec![("zip".into(), cells("00184", "00184")), ("city".into(), cells("Rome", "Rone"))])?;
/// # let (constraints, settings) = (Constraints::default(), Settings::new());
/// let model = fit(&table, &constraints, &settings);
/// let parameters: Parameters = model.parameters().expect("it was fitted on rows");
/// let again = Model::restore(&table, &constraints, &settings, &parameters).expect("these are the rows");
/// assert_eq!(infer(&again, &table), infer(&model, &table));
/// # Ok::<(), lustrate_table::TableError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Parameters {
    /// Tells the rows.
    fingerprint: u64,
    unused: Vec<Unused>,
    dependencies: Vec<Known>,
    derived: Vec<PutTogether>,
    /// The share of rows in which each pair of columns is exchanged, in the order of the pairs.
    exchanged: Vec<f64>,
    columns: Vec<ColumnParameters>,
}

/// What was learned of one column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct ColumnParameters {
    /// The number of its values, proposed ones among them: codes are places among these.
    values: usize,
    noise: NoiseTally,
    contexts: Vec<ContextParameters>,
    weights: Vec<Weight>,
    /// The rows of which something else is believed than what is written, each with the code of that.
    changed: Vec<(u32, u32)>,
    /// The confidences that occur, ascending, in bits.
    confidences: Vec<u32>,
    /// The place among these of that of each row.
    confidence: Vec<u32>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct ContextParameters {
    key: Vec<u32>,
    source: Basis,
    /// Whether written values are counted beside what is believed.
    written: bool,
    calibration: Calibration,
    novelty: Option<Novelty>,
    holds: f64,
}

/// Where a context comes from.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
enum Basis {
    Given(u32),
    Found,
    Pair,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Weight {
    factor: Factor,
    dependency: bool,
    weight: f64,
    rows: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Factor {
    Absence(u32),
    Context(Vec<u32>),
    Derived,
    PartOf(u32),
    For(Vec<u32>, u32),
    Against(Vec<u32>, u32),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Unused {
    rule: u32,
    coverage: f64,
    agreement: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Known {
    key: Vec<u32>,
    determined: u32,
    rule: Option<u32>,
    holds: f64,
    rows: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct PutTogether {
    target: u32,
    left: u32,
    separator: String,
    right: u32,
    share: f64,
}

impl Model {
    /// What was learned; `None` for a sum of models, which knows no rows.
    pub fn parameters(&self) -> Option<Parameters> {
        let fitted = self.fitted.as_ref()?;
        let columns = self.columns.iter().zip(fitted.state.columns());
        Some(Parameters {
            fingerprint: fitted.fingerprint,
            unused: self.unused.iter().map(Unused::new).collect(),
            dependencies: self.dependencies.iter().map(Known::new).collect(),
            derived: self.derived.iter().map(PutTogether::new).collect(),
            exchanged: self.pairs.iter().map(|pair| pair.rate).collect(),
            columns: columns.map(|(column, rows)| ColumnParameters::new(column, rows)).collect(),
        })
    }

    /// The model that these parameters are of. `None` where they are not: the rows, the constraints or the settings are others
    /// than those that it was fitted on, or something is damaged. Then only [`fit`](crate::fit()) gives a model.
    pub fn restore(
        table: &Table,
        constraints: &Constraints,
        settings: &Settings,
        parameters: &Parameters,
    ) -> Option<Model> {
        let hashes = row_hashes(table, settings.sampling_seed());
        if fingerprint(&hashes) != parameters.fingerprint {
            return None;
        }
        let (domains, mut state) = first_state(table, settings);
        let mut model = first_model(table, domains, constraints, &mut state, settings);
        if !parameters.are_of(&model, &state, constraints) {
            return None;
        }
        model.unused = parameters.unused.iter().map(Unused::rule).collect();
        model.dependencies = parameters.dependencies.iter().map(Known::dependency).collect();
        model.derived = parameters.derived.iter().map(PutTogether::derived).collect();
        model.pairs.iter_mut().zip(&parameters.exchanged).for_each(|(pair, &rate)| pair.rate = rate);
        let reverse = settings.has(Part::Reverse);
        for (column, learned) in model.columns.iter_mut().zip(&parameters.columns) {
            learned.put_into(column);
            if reverse && column.role == Role::Active {
                column.reverses = reverses(&model.dependencies, column.attribute);
            }
        }
        for (rows, learned) in state.columns_mut().iter_mut().zip(&parameters.columns) {
            learned.put_into_rows(rows);
        }
        let looked_at = |column: &&mut ColumnModel| is_scored(column) && column.noise_tally.cells > 0.0;
        if model.columns.iter_mut().any(|column| looked_at(&column)) {
            model.table_noise = TableNoise::new(model.columns.iter().filter(|c| is_scored(c)).map(|c| &c.noise_tally));
            let table_noise = &model.table_noise;
            model.columns.iter_mut().filter(looked_at).for_each(|column| column.update_noise(table_noise));
        }
        collect(&mut model.columns, &state);
        model.fitted = Some(Fitted { fingerprint: parameters.fingerprint, hashes, state, values: None });
        Some(model)
    }
}

impl Parameters {
    /// Whether every place that is named is there.
    fn are_of(&self, model: &Model, state: &State, constraints: &Constraints) -> bool {
        let is_column = |&column: &u32| (column as usize) < model.columns.len();
        let is_rule = |rule: u32| (rule as usize) < constraints.iter().count();
        let is_key = |key: &[u32]| {
            let differ = key.iter().enumerate().all(|(at, part)| !key[..at].contains(part));
            !key.is_empty() && differ && key.iter().all(is_column)
        };
        let is_known = |known: &Known| {
            let other = is_column(&known.determined) && !known.key.contains(&known.determined);
            is_key(&known.key) && other && known.rule.is_none_or(is_rule)
        };
        let is_derived = |derived: &PutTogether| [derived.target, derived.left, derived.right].iter().all(is_column);
        let is_context = |column: &ColumnModel, context: &ContextParameters| {
            let given = if let Basis::Given(rule) = context.source { is_rule(rule) } else { true };
            is_key(&context.key) && !context.key.contains(&column.attribute.0) && given
        };
        let is_of = |(column, learned): (&ColumnModel, &ColumnParameters)| {
            learned.values == column.lexicon.domain.len()
                && (learned.contexts.is_empty() || column.role == Role::Active)
                && learned.contexts.iter().all(|context| is_context(column, context))
                && learned.are_of_rows(state.rows())
        };
        self.columns.len() == model.columns.len()
            && self.exchanged.len() == model.pairs.len()
            && self.unused.iter().all(|unused| is_rule(unused.rule))
            && self.dependencies.iter().all(is_known)
            && self.derived.iter().all(is_derived)
            && model.columns.iter().zip(&self.columns).all(is_of)
    }
}

impl ColumnParameters {
    fn new(column: &ColumnModel, rows: &ColumnState) -> Self {
        let changed = rows
            .current
            .iter()
            .zip(rows.observed.iter())
            .enumerate()
            .filter(|(_, (current, written))| current != written);
        let bits = |confidence: &f32| confidence.to_bits();
        // Of numbers that are not negative the bits are in the order of the numbers.
        let mut confidences: Vec<u32> = rows.confidence.iter().map(bits).collect();
        confidences.sort_unstable();
        confidences.dedup();
        let place = |confidence: &f32| confidences.partition_point(|&known| known < confidence.to_bits()) as u32;
        ColumnParameters {
            values: column.lexicon.domain.len(),
            noise: column.noise_tally.clone(),
            contexts: column.contexts.iter().map(ContextParameters::new).collect(),
            weights: column.weights.iter().map(Weight::new).collect(),
            changed: changed.map(|(row, (current, _))| (row as u32, current.0)).collect(),
            confidence: rows.confidence.iter().map(place).collect(),
            confidences,
        }
    }

    fn are_of_rows(&self, rows: usize) -> bool {
        let is_value = |code: u32| Code(code).is_null() || (code as usize) < self.values;
        self.changed.iter().all(|&(row, code)| (row as usize) < rows && is_value(code))
            && self.confidence.len() == rows
            && self.confidence.iter().all(|&place| (place as usize) < self.confidences.len())
            && self.confidences.iter().all(|&bits| (0.0..=KNOWN).contains(&f32::from_bits(bits)))
    }

    fn put_into(&self, column: &mut ColumnModel) {
        column.noise_tally = self.noise.clone();
        column.contexts = self.contexts.iter().map(ContextParameters::context).collect();
        column.weights = self.weights.iter().map(Weight::weight).collect();
    }

    fn put_into_rows(&self, rows: &mut ColumnState) {
        self.changed.iter().for_each(|&(row, code)| rows.believe(row as usize, Code(code)));
        let confidence = || self.confidence.iter().map(|&place| f32::from_bits(self.confidences[place as usize]));
        // Cells that are as sure as they were at first are told by their values.
        if !rows.confidence.iter().copied().eq(confidence()) {
            rows.confidence = confidence().collect();
        }
    }
}

impl ContextParameters {
    fn new(context: &ContextModel) -> Self {
        ContextParameters {
            key: places(&context.key),
            source: match context.source {
                Source::Given(rule) => Basis::Given(rule.0),
                Source::Found => Basis::Found,
                Source::Pair => Basis::Pair,
            },
            written: context.written.is_some(),
            calibration: context.calibration,
            novelty: context.novelty,
            holds: context.holds,
        }
    }

    /// The context, which has counted nothing yet.
    fn context(&self) -> ContextModel {
        ContextModel {
            key: attributes(&self.key),
            source: match self.source {
                Basis::Given(rule) => Source::Given(ConstraintId(rule)),
                Basis::Found => Source::Found,
                Basis::Pair => Source::Pair,
            },
            counts: GroupTally::default(),
            written: self.written.then(GroupTally::default),
            calibration: self.calibration,
            novelty: self.novelty,
            holds: self.holds,
        }
    }
}

impl Weight {
    fn new(weight: &FactorWeight) -> Self {
        let factor = match &weight.factor {
            FactorId::Absence(with) => Factor::Absence(with.0),
            FactorId::Context(key) => Factor::Context(places(key)),
            FactorId::Derived => Factor::Derived,
            FactorId::PartOf(whole) => Factor::PartOf(whole.0),
            FactorId::Reverse(others, determined, Side::For) => Factor::For(places(others), determined.0),
            FactorId::Reverse(others, determined, Side::Against) => Factor::Against(places(others), determined.0),
        };
        Weight { factor, dependency: weight.dependency, weight: weight.weight, rows: weight.rows }
    }

    fn weight(&self) -> FactorWeight {
        let factor = match &self.factor {
            Factor::Absence(with) => FactorId::Absence(AttributeId(*with)),
            Factor::Context(key) => FactorId::Context(attributes(key)),
            Factor::Derived => FactorId::Derived,
            Factor::PartOf(whole) => FactorId::PartOf(AttributeId(*whole)),
            Factor::For(others, determined) => {
                FactorId::Reverse(attributes(others), AttributeId(*determined), Side::For)
            }
            Factor::Against(others, determined) => {
                FactorId::Reverse(attributes(others), AttributeId(*determined), Side::Against)
            }
        };
        FactorWeight { factor, dependency: self.dependency, weight: self.weight, rows: self.rows }
    }
}

impl Unused {
    fn new(unused: &UnusedRule) -> Self {
        Unused { rule: unused.rule.0, coverage: unused.coverage, agreement: unused.agreement }
    }

    fn rule(&self) -> UnusedRule {
        UnusedRule { rule: ConstraintId(self.rule), coverage: self.coverage, agreement: self.agreement }
    }
}

impl Known {
    fn new(known: &KnownDependency) -> Self {
        Known {
            key: places(&known.dependency.lhs),
            determined: known.dependency.rhs.0,
            rule: known.rule.map(|rule| rule.0),
            holds: known.holds,
            rows: known.rows,
        }
    }

    fn dependency(&self) -> KnownDependency {
        KnownDependency {
            dependency: Dependency { lhs: attributes(&self.key), rhs: AttributeId(self.determined) },
            rule: self.rule.map(ConstraintId),
            holds: self.holds,
            rows: self.rows,
        }
    }
}

impl PutTogether {
    fn new(derived: &Derived) -> Self {
        let Derived { target, left, right, ref separator, share } = *derived;
        PutTogether { target: target.0, left: left.0, separator: separator.clone(), right: right.0, share }
    }

    fn derived(&self) -> Derived {
        let [target, left, right] = [self.target, self.left, self.right].map(AttributeId);
        Derived { target, left, separator: self.separator.clone(), right, share: self.share }
    }
}

fn places(attributes: &[AttributeId]) -> Vec<u32> {
    attributes.iter().map(|attribute| attribute.0).collect()
}

fn attributes(places: &[u32]) -> Vec<AttributeId> {
    places.iter().map(|&place| AttributeId(place)).collect()
}

#[cfg(test)]
mod tests {
    use lustrate_table::Column;

    use super::*;
    use crate::{fit, infer};

    /// Stations with their towns and shires, some of them wrong, some missing; `seed` makes other rows.
    fn stations(rows: usize, seed: usize) -> Table {
        const TOWNS: [&str; 5] = ["Oldham", "Sandby", "Thornstad", "Ravnby", "Kirkwall"];
        const SHIRES: [&str; 5] = ["North", "North", "South", "East", "East"];
        let texts = |of: &dyn Fn(usize) -> Option<String>| (0..rows).map(of).collect::<Vec<_>>();
        let is = |row: usize, every: usize| (row * 7 + seed) % every == 3;
        let columns = [
            ("station", texts(&|row| Some(format!("S10{}", row % 5)))),
            (
                "town",
                texts(&|row| {
                    (!is(row, 31))
                        .then(|| if is(row, 23) { TOWNS[row % 5].replace('o', "x") } else { TOWNS[row % 5].to_owned() })
                }),
            ),
            ("shire", texts(&|row| Some(if is(row, 41) { "-".to_owned() } else { SHIRES[row % 5].to_owned() }))),
            ("label", texts(&|row| Some(format!("S10{}/{}", row % 5, SHIRES[row % 5])))),
            ("level", texts(&|row| Some((row * 37 % 90).to_string()))),
        ];
        let column = |texts: Vec<Option<String>>| texts.iter().map(|text| text.as_deref()).collect::<Column>();
        Table::new(columns.map(|(name, texts)| (name.to_owned(), column(texts))).into()).unwrap()
    }

    fn restored(table: &Table, parameters: &Parameters) -> Option<Model> {
        Model::restore(table, &Constraints::default(), &Settings::new(), parameters)
    }

    #[test]
    fn a_restored_model_believes_what_it_believed_of_its_rows_and_of_others() {
        let (table, others) = (stations(300, 0), stations(40, 5));
        let model = fit(&table, &Constraints::default(), &Settings::new());
        let parameters = model.parameters().unwrap();
        assert!(parameters.columns.iter().any(|column| !column.changed.is_empty()));
        assert!(parameters.columns.iter().any(|column| !column.contexts.is_empty()));
        let again = restored(&table, &parameters).unwrap();
        assert_eq!(infer(&again, &table), infer(&model, &table));
        assert_eq!(infer(&again, &others), infer(&model, &others));
        assert_eq!(again.parameters().unwrap(), parameters);
    }

    #[test]
    fn the_model_of_a_table_of_one_row_or_none_is_restored() {
        for rows in [0, 1] {
            let table = stations(rows, 0);
            let model = fit(&table, &Constraints::default(), &Settings::new());
            let again = restored(&table, &model.parameters().unwrap()).unwrap();
            assert_eq!(infer(&again, &stations(3, 1)), infer(&model, &stations(3, 1)));
        }
    }

    #[test]
    fn parameters_of_other_rows_restore_nothing() {
        let parameters = fit(&stations(60, 0), &Constraints::default(), &Settings::new()).parameters().unwrap();
        assert!(restored(&stations(60, 1), &parameters).is_none());
        assert!(restored(&stations(59, 0), &parameters).is_none());
    }

    #[test]
    fn damaged_parameters_restore_nothing() {
        let table = stations(60, 0);
        let parameters = fit(&table, &Constraints::default(), &Settings::new()).parameters().unwrap();
        let damages: [fn(&mut Parameters); 7] = [
            |it| it.columns.truncate(3),
            |it| it.columns[1].confidence.truncate(59),
            |it| it.columns[1].confidences.clear(),
            |it| it.columns[1].changed.push((60, 0)),
            |it| it.columns[1].changed.push((0, 1000)),
            |it| it.columns[1].contexts[0].key = vec![9],
            |it| it.exchanged.push(0.5),
        ];
        for (place, damage) in damages.into_iter().enumerate() {
            let mut damaged = parameters.clone();
            damage(&mut damaged);
            assert!(restored(&table, &damaged).is_none(), "damage {place}");
        }
    }

    #[test]
    fn a_sum_of_models_has_no_parameters() {
        let fitted = |seed| fit(&stations(60, seed), &Constraints::default(), &Settings::new());
        assert!(fitted(0).merge(&fitted(1)).unwrap().parameters().is_none());
    }
}
