//! The model of a table: what `fit` learns and `infer` uses.

use std::sync::{Arc, OnceLock};

use crate::map::HashMap;
use lustrate_discover::Derived;
use lustrate_rules::{ConstraintId, Dependency};
use lustrate_table::AttributeId;
use rayon::prelude::*;

use crate::absences::Absences;
use crate::channel::{NOISES, Noise, TableNoise};
use crate::column::{ColumnModel, Membership, Role};
use crate::exchange::Pair;
use crate::factors::FactorId;
use crate::factors::context::Calibration;
use crate::fit::is_scored;
use crate::round::Shared;
use crate::settings::Settings;
use crate::state::State;
use crate::values::Values;

/// Counts of what is believed of the rows of one table or several, and the weights that say how to read them.
///
/// The counts are sums over cells, so that models of the same shape can be added up: [`Model::merge`].
#[derive(Clone, Debug)]
pub struct Model {
    pub(crate) names: Vec<String>,
    /// The names of the constraints that it was fitted under: [`ConstraintId`]s are places in this list.
    pub(crate) rules: Vec<String>,
    pub(crate) unused: Vec<UnusedRule>,
    pub(crate) columns: Vec<ColumnModel>,
    pub(crate) dependencies: Vec<KnownDependency>,
    pub(crate) pairs: Vec<Pair>,
    pub(crate) absences: Absences,
    pub(crate) derived: Vec<Derived>,
    pub(crate) table_noise: TableNoise,
    pub(crate) settings: Settings,
    pub(crate) fitted: Option<Fitted>,
}

/// A dependency that the model uses.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct KnownDependency {
    pub(crate) dependency: Dependency,
    /// The rule that gives it; `None` for one that was found.
    pub(crate) rule: Option<ConstraintId>,
    /// The share of covered rows in which it holds, each row left out of its own evidence.
    pub(crate) holds: f64,
    /// The rows in which this was looked at.
    pub(crate) rows: f64,
}

/// What is believed of the rows that the model was fitted on: with it, each row is left out of the counts that
/// explain it.
#[derive(Clone, Debug)]
pub(crate) struct Fitted {
    pub(crate) fingerprint: u64,
    pub(crate) hashes: Vec<u64>,
    pub(crate) state: State,
    /// The values of each column, where they are those that the rounds looked at.
    pub(crate) values: Option<Arc<Vec<Values>>>,
}

/// A given dependency that is no evidence for repairs, because the data contradict it or hardly ever meet its key.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UnusedRule {
    /// The rule.
    pub rule: ConstraintId,
    /// The share of all rows whose key occurs in another row.
    pub coverage: f64,
    /// Of these, the share in which at least half of the other rows with the key agree.
    pub agreement: f64,
}

/// A given dependency that is evidence for repairs, with what was learned of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LearnedRule {
    /// The rule.
    pub rule: ConstraintId,
    /// The share of the rows whose key occurs in another row in which it holds, each row left out of its own evidence.
    pub holds: f64,
    /// By how much what it says is multiplied where a cell is weighed; `None` where its column is not weighed by it.
    pub weight: Option<f64>,
}

/// What a model says of one attribute.
#[derive(Clone, Debug, PartialEq)]
pub struct LearnedColumn {
    /// The share of cells that are wrong.
    pub error_rate: f64,
    /// The share of each kind of noise among the wrong cells, the most frequent first.
    pub noises: Vec<(Noise, f64)>,
    /// The attributes whose values predict this one, most trusted first, with the share of their groups in which one
    /// value is meant.
    pub contexts: Vec<(Vec<AttributeId>, f64)>,
}

/// How far a given dependency holds in the rows that a model was fitted on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RuleSupport {
    /// The share of the rows whose key occurs in another row in which it holds, each row left out of its own evidence.
    pub holds: f64,
    /// The rows in which this was looked at.
    pub rows: f64,
}

/// How closely a model looks at the cells of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attention {
    /// At everything: how common and well-formed values are, what the rest of the row says, and how errors are made.
    Everything,
    /// Nearly every row has a value of its own, and no given dependency determines it: only the strings are looked at.
    StringsOnly,
    /// The same, and no string looks like another that was meant: left alone.
    NothingProposed,
    /// All rows have one value: left alone.
    OneValue,
    /// It was to be left alone ([`Settings::leave_alone`]).
    LeftAlone,
}

impl Model {
    /// How closely the cells of an attribute are looked at. Of those that are left alone there is no posterior.
    pub fn attention(&self, attribute: AttributeId) -> Attention {
        let column = &self.columns[attribute.index()];
        match column.role {
            Role::Active => Attention::Everything,
            Role::LongTailed if is_scored(column) => Attention::StringsOnly,
            Role::LongTailed => Attention::NothingProposed,
            Role::Idle if self.settings.leaves_alone(attribute) => Attention::LeftAlone,
            Role::Idle => Attention::OneValue,
        }
    }

    /// The names of the attributes, in order.
    pub fn attributes(&self) -> &[String] {
        &self.names
    }

    /// The number of rows that the model has seen.
    pub fn rows(&self) -> f64 {
        self.columns.first().map_or(0.0, |column| column.believed.iter().sum())
    }

    /// Given dependencies that were left out.
    pub fn unused_rules(&self) -> &[UnusedRule] {
        &self.unused
    }

    /// Given dependencies that are evidence for repairs.
    pub fn learned_rules(&self) -> impl Iterator<Item = LearnedRule> {
        self.dependencies.iter().filter_map(|known| {
            let column = &self.columns[known.dependency.rhs.index()];
            let is_it = |factor: &FactorId| matches!(factor, FactorId::Context(key) if *key == known.dependency.lhs);
            let weight = column.weights.iter().find(|weight| is_it(&weight.factor)).map(|weight| weight.weight);
            Some(LearnedRule { rule: known.rule?, holds: known.holds, weight })
        })
    }

    /// The dependencies that no rule gives and that the data show, by determined attribute and then by key, each with the
    /// share of the rows whose key occurs in another row in which it holds.
    pub fn found_dependencies(&self) -> Vec<(&Dependency, f64)> {
        let found = self.dependencies.iter().filter(|known| known.rule.is_none());
        let mut found: Vec<_> = found.map(|known| (&known.dependency, known.holds)).collect();
        found.sort_by(|(one, _), (other, _)| (one.rhs, &one.lhs).cmp(&(other.rhs, &other.lhs)));
        found
    }

    /// The model without the rows that it was fitted on.
    pub(crate) fn without_rows(&self) -> Model {
        Model {
            names: self.names.clone(),
            rules: self.rules.clone(),
            unused: self.unused.clone(),
            columns: self.columns.clone(),
            dependencies: self.dependencies.clone(),
            pairs: self.pairs.clone(),
            absences: self.absences.clone(),
            derived: self.derived.clone(),
            table_noise: self.table_noise.clone(),
            settings: self.settings.clone(),
            fitted: None,
        }
    }

    /// What was learned of an attribute.
    pub fn column(&self, attribute: AttributeId) -> LearnedColumn {
        let column = &self.columns[attribute.index()];
        let mut contexts: Vec<_> =
            column.contexts.iter().map(|context| (context.key.clone(), context.calibration.rho)).collect();
        contexts.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let mut noises: Vec<_> = NOISES.into_iter().map(|noise| (noise, column.noise.share(noise))).collect();
        noises.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        LearnedColumn { error_rate: column.noise.error_rate, noises, contexts }
    }

    /// How far a given dependency was found to hold; `None` for other rules, and for one that is no evidence.
    pub fn support(&self, rule: ConstraintId) -> Option<RuleSupport> {
        let known = self.dependencies.iter().find(|known| known.rule == Some(rule))?;
        Some(RuleSupport { holds: known.holds, rows: known.rows })
    }

    /// What all columns of a round share.
    pub(crate) fn shared<'a>(
        &'a self,
        columns: &[ColumnModel],
        state: &'a State,
        hashes: &'a [u64],
        membership: Membership,
        values: &'a [Values],
    ) -> Shared<'a> {
        let mut calibrations: HashMap<Dependency, Calibration> = HashMap::default();
        for known in &self.dependencies {
            let rho = known.holds.min(0.99);
            calibrations.insert(known.dependency.clone(), Calibration { alpha: 1.0, rho });
        }
        for column in columns {
            for context in column.contexts.iter().filter(|context| context.counts.groups() > 0) {
                let dependency = Dependency { lhs: context.key.clone(), rhs: column.attribute };
                calibrations.insert(dependency, context.calibration);
            }
        }
        Shared {
            state,
            hashes,
            drawn: OnceLock::new(),
            lexicons: columns.iter().map(|column| Arc::clone(&column.lexicon)).collect(),
            error_rates: columns.iter().map(|column| column.noise.error_rate).collect(),
            calibrations,
            derived: &self.derived,
            absences: &self.absences,
            table_noise: &self.table_noise,
            settings: &self.settings,
            membership,
            values,
        }
    }

    /// The values of each column; little of one that is not scored.
    pub(crate) fn values(&self) -> Vec<Values> {
        let values =
            |column: &ColumnModel| if is_scored(column) { Values::new(column) } else { Values::unscored(column) };
        self.columns.par_iter().map(values).collect()
    }
}
