//! Fitting: rounds over all columns, every column scored on the same state (Jacobi), the counts renewed between
//! rounds by what is believed.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;

use lustrate_discover::{
    Agreement, CodeColumn, Derived, FoundDependency, PairGain, dependencies, derived_columns, leave_one_out, pair_gains,
};
use lustrate_rules::{Constraint, Constraints, Dependency};
use lustrate_table::{AttributeId, Code, Column, Dictionary, Table, row_hashes};
use rayon::prelude::*;

use crate::absences::Absences;
use crate::channel::TableNoise;
use crate::column::{ColumnModel, ContextModel, Membership, ReverseModel, Role, Source, first_confidence, key_groups};
use crate::confidence::Confidence;
use crate::counting::collect;
use crate::elsewhere::look_elsewhere;
use crate::exchange::{exchanges, learn_rates, pairs, with_exchanges};
use crate::factors::context::Calibration;
use crate::lexicon::{Lexicon, code, slot};
use crate::model::{Fitted, KnownDependency, Model, UnusedRule};
use crate::outcomes::Outcomes;
use crate::placeholders::placeholders;
use crate::round::{Learning, learn, scorers};
use crate::sampled::{learn as learn_from_sample, membership};
use crate::scorer::FactsCache;
use crate::settings::{CONTEXT_DISTINCT, LEAST_GAIN, LONG_TAILED, MOST_PAIRS, Part, Settings, WARM_UP};
use crate::settle::{Stage, settle};
use crate::state::{ColumnState, State, fingerprint, sample};
use crate::tally::GroupTally;
use crate::text::near::Looking;
use crate::values::Values;

/// Learns a model of a table under constraints. Never fails: a table of nothing gives a model of nothing.
///
/// Of a table of more than 20,000 rows all rows are counted as they are written, and the rounds look at a sample of them, drawn
/// by what the rows hold: every row is then judged once, by [`infer`](crate::infer).
///
/// Of the rounds of the settings the last is left to [`infer`](crate::infer), which scores the same rows with what
/// all others learned.
pub fn fit(table: &Table, constraints: &Constraints, settings: &Settings) -> Model {
    fit_with(table, constraints, settings, &|_, _| ControlFlow::Continue(()))
}

/// The same, telling before each round its number, from 1, and how many there are. A round that is broken off is not begun, nor
/// are those after it: what was learned so far is the model.
pub fn fit_with(
    table: &Table,
    constraints: &Constraints,
    settings: &Settings,
    on_round: &(dyn Fn(u32, u32) -> ControlFlow<()> + Sync),
) -> Model {
    let hashes = row_hashes(table, settings.sampling_seed());
    let (domains, mut state) = first_state(table, settings);
    let mut model = first_model(table, domains, constraints, &mut state, settings);
    state.know(constraints.known());
    if membership(table.rows()) == Membership::Written {
        return learn_from_sample(model, state, hashes, constraints, on_round);
    }
    let facts: Vec<FactsCache> = model.columns.iter().map(|_| FactsCache::default()).collect();
    let gains = relate(&mut model, &state, constraints, &hashes);
    build_contexts(&mut model, &state, &gains);
    let rounds = if table.rows() < 2 { 1 } else { settings.round_count() };
    for round in 0..rounds - 1 {
        if on_round(round + 1, rounds - 1).is_break() {
            break;
        }
        if round == 4 || round == 6 {
            let gains = pair_gains(&code_columns(&model, &state), &contextual(&model), &hashes);
            model.derived = derived(&model, &state, &hashes);
            build_contexts(&mut model, &state, &gains);
        } else if round == 0 {
            model.derived = derived(&model, &state, &hashes);
        }
        collect(&mut model.columns, &state);
        let values = model.values();
        let outcomes = one_round(&mut model, &values, &state, &hashes, Membership::Counted, round, &facts);
        settle(&mut state, &outcomes, if round < WARM_UP { Stage::WarmUp } else { Stage::Repair });
        state.know(constraints.known());
        learn_table(&mut model, &state);
    }
    collect(&mut model.columns, &state);
    model.fitted = Some(Fitted { fingerprint: fingerprint(&hashes), hashes, state, values: None });
    model
}

/// Scores all columns on the same state, and learns from them.
pub(crate) fn one_round(
    model: &mut Model,
    values: &[Values],
    state: &State,
    hashes: &[u64],
    membership: Membership,
    round: u32,
    facts: &[FactsCache],
) -> Vec<Option<Outcomes>> {
    // Counts that are not renewed from round to round are read anew only once changes have been made.
    let calibrate = match membership {
        Membership::Written => matches!(round, 0 | 3),
        _ => matches!(round, 0 | 2 | 3 | 4 | 6),
    };
    let learning = Learning { calibrate, weights: round >= WARM_UP };
    let mut learned = None;
    // The shared part is read off the columns as they were before the round: all columns see the same state.
    let mut columns = std::mem::take(&mut model.columns);
    let shared = model.shared(&columns, state, hashes, membership, values);
    let mut outcomes: Vec<Option<Outcomes>> = columns
        .par_iter_mut()
        .zip(facts)
        .map(|(column, facts)| is_scored(column).then(|| learn(column, &shared, &learning, facts)))
        .collect();
    if round >= WARM_UP && !model.pairs.is_empty() {
        let (found, sums) = exchanges(&model.pairs, &scorers(&columns, &shared, facts), &outcomes);
        with_exchanges(&mut outcomes, &found, state);
        learned = Some(sums);
    }
    model.columns = columns;
    if let Some(sums) = learned {
        let active = model.columns.iter().filter(|column| column.role == Role::Active).count();
        learn_rates(&mut model.pairs, &sums, state.rows() as f64, active as f64);
    }
    outcomes
}

/// Whether there is anything to say of a column: a long-tailed one is scored only where its strings propose something.
pub(crate) fn is_scored(column: &ColumnModel) -> bool {
    match column.role {
        Role::Idle => false,
        Role::LongTailed => !column.lexicon.proposals.is_empty(),
        Role::Active => true,
    }
}

/// What the columns share after a round: noise, and how well the dependencies hold.
fn learn_table(model: &mut Model, state: &State) {
    model.table_noise = TableNoise::new(model.columns.iter().filter(|c| is_scored(c)).map(|c| &c.noise_tally));
    let table_noise = model.table_noise.clone();
    model
        .columns
        .par_iter_mut()
        .filter(|column| is_scored(column))
        .for_each(|column| column.update_noise(&table_noise));
    let columns = code_columns(model, state);
    let holds: Vec<f64> =
        model.dependencies.par_iter().map(|known| holds(&measure(&known.dependency, &columns, state), state)).collect();
    for (known, holds) in model.dependencies.iter_mut().zip(holds) {
        known.holds = holds;
        for context in &mut model.columns[known.dependency.rhs.index()].contexts {
            if context.key == known.dependency.lhs {
                context.holds = holds;
            }
        }
    }
}

/// The values of every column, and the rows in codes that count up in the order of the texts: what is equally good is
/// then told apart by its text, and not by the row in which it came first. Of a column that is left alone only which cells
/// are missing.
pub(crate) fn first_state(table: &Table, settings: &Settings) -> (Vec<Arc<Dictionary>>, State) {
    let column = |attribute: AttributeId| {
        let column = table.column(attribute);
        let column = if settings.leaves_alone(attribute) { presence(column) } else { column.sorted() };
        let (observed, domain) = column.into_parts();
        let confidence = Confidence::OfCells(Vec::new());
        (domain, ColumnState::as_written(observed, confidence))
    };
    let ids: Vec<AttributeId> = table.schema().ids().collect();
    let (domains, columns) = ids.into_par_iter().map(column).unzip();
    (domains, State::new(columns))
}

/// A column in which all cells that are there hold one value.
pub(crate) fn presence(column: &Column) -> Column {
    column.codes().iter().map(|code| (!code.is_null()).then_some("")).collect()
}

pub(crate) fn first_model(
    table: &Table,
    domains: Vec<Arc<Dictionary>>,
    constraints: &Constraints,
    state: &mut State,
    settings: &Settings,
) -> Model {
    let rows = table.rows();
    let determined: BTreeSet<AttributeId> =
        constraints.iter().filter_map(|(_, constraint)| evidence(constraint)).map(|d| d.rhs).collect();
    let ids: Vec<AttributeId> = table.schema().ids().collect();
    let looking = if membership(rows) == Membership::Written { Looking::WhenAsked } else { Looking::AtOnce };
    let mut columns: Vec<ColumnModel> = ids
        .into_par_iter()
        .zip(domains)
        .map(|(attribute, domain)| {
            let mut written = vec![0u32; domain.len() + 1];
            state.column(attribute).observed.iter().for_each(|&code| written[slot(code)] += 1);
            let distinct = written.iter().filter(|&&count| count > 0).count();
            let role = if distinct <= 1 || settings.leaves_alone(attribute) {
                Role::Idle
            } else if distinct as f64 > LONG_TAILED * rows as f64 && !determined.contains(&attribute) {
                Role::LongTailed
            } else {
                Role::Active
            };
            let lexicon = match role {
                Role::Idle => Lexicon::unread(domain, &written),
                _ => Lexicon::new(domain, &written, looking),
            };
            ColumnModel::new(attribute, role, Arc::new(lexicon))
        })
        .collect();
    look_elsewhere(&mut columns, settings);
    if settings.has(Part::Placeholders) {
        let found = placeholders(&columns, state);
        columns = columns.into_iter().zip(found).map(|(column, found)| column.with_placeholders(&found)).collect();
    }
    for (column, rows) in columns.iter().zip(state.columns_mut()) {
        let first = (0..column.lexicon.slots()).map(|slot| first_confidence(column, code(slot)));
        let of_values = Confidence::OfValues { written: Arc::clone(&rows.observed), of: first.collect() };
        rows.confidence = match looking {
            Looking::WhenAsked => of_values,
            Looking::AtOnce => of_values.iter().copied().collect(),
        };
    }
    let pairs = if settings.has(Part::Exchanges) { pairs(&columns) } else { Vec::new() };
    Model {
        names: table.schema().attributes().iter().map(|attribute| attribute.name.clone()).collect(),
        rules: constraints.iter().map(|(_, constraint)| constraint.name.clone()).collect(),
        unused: Vec::new(),
        columns,
        dependencies: Vec::new(),
        pairs,
        absences: if settings.has(Part::Absences) { Absences::new(state) } else { Absences::default() },
        derived: Vec::new(),
        table_noise: TableNoise::prior(),
        settings: settings.clone(),
        fitted: None,
    }
}

/// The dependency that a constraint is, if it may change what it determines: a rule that only warns is no evidence.
fn evidence(constraint: &Constraint) -> Option<Dependency> {
    let dependency = constraint.as_dependency().filter(|_| constraint.strength.repairs())?;
    constraint.changes.allow(dependency.rhs).then_some(dependency)
}

/// A dependency is used if its key covers this share of the rows, and holds in this share of those.
const LEAST_COVERAGE: f64 = 0.3;
const LEAST_AGREEMENT: f64 = 0.5;

/// Finds what depends on what.
fn relate(model: &mut Model, state: &State, constraints: &Constraints, hashes: &[u64]) -> Vec<PairGain> {
    let columns = code_columns(model, state);
    let active = contextual(model);
    let gains = pair_gains(&columns, &active, hashes);
    let found = dependencies(&columns, &active, &gains, hashes);
    relate_with(model, state, constraints, &gains, found);
    gains
}

/// The dependencies that are used: the given dependencies that the data do not contradict, and those that they show.
pub(crate) fn relate_with(
    model: &mut Model,
    state: &State,
    constraints: &Constraints,
    gains: &[PairGain],
    found: Vec<FoundDependency>,
) {
    let columns = code_columns(model, state);
    let rows = state.rows() as f64;
    let mut known: Vec<KnownDependency> = Vec::new();
    for (id, constraint) in constraints.iter() {
        let Some(dependency) = evidence(constraint) else { continue };
        let left_alone = dependency.lhs.iter().any(|&part| model.settings.leaves_alone(part));
        let usable = model.columns[dependency.rhs.index()].role != Role::Idle && !left_alone;
        if usable && known.iter().all(|known| known.dependency != dependency) {
            known.push(KnownDependency { dependency, rule: Some(id), holds: 0.0, rows });
        }
    }
    if model.settings.has(Part::FoundDependencies) {
        for found in found {
            if known.iter().all(|known| known.dependency != found.dependency) {
                known.push(KnownDependency { dependency: found.dependency, rule: None, holds: 0.0, rows });
            }
        }
    }
    // Published rules are partly wrong: one that covers little or holds in few rows is no evidence.
    let mut unused = Vec::new();
    known.retain_mut(|known| {
        let single = |gain: &&PairGain| gain.target == known.dependency.rhs && known.dependency.lhs == [gain.key];
        // What groups that were drawn whole showed is not measured again where that would be a pass over very many rows.
        let drawn = gains.iter().find(single).filter(|_| membership(state.rows()) == Membership::Written);
        let agreement = drawn.map_or_else(|| measure(&known.dependency, &columns, state), |gain| gain.agreement);
        known.holds = holds(&agreement, state);
        let used = agreement.coverage >= LEAST_COVERAGE && known.holds >= LEAST_AGREEMENT;
        if let Some(rule) = known.rule.filter(|_| !used) {
            unused.push(UnusedRule { rule, coverage: agreement.coverage, agreement: agreement.agreement });
        }
        used
    });
    model.dependencies = known;
    model.unused = unused;
}

fn measure(dependency: &Dependency, columns: &[CodeColumn<'_>], state: &State) -> Agreement {
    let target = columns[dependency.rhs.index()];
    leave_one_out(&key_groups(state, &dependency.lhs).rows_by_group(), target, &target.counts())
}

fn holds(agreement: &Agreement, state: &State) -> f64 {
    agreement.agreement.min(1.0 - 1.0 / (state.rows() as f64 * agreement.coverage + 2.0))
}

/// Columns that take part in contexts.
pub(crate) fn contextual(model: &Model) -> Vec<AttributeId> {
    model.columns.iter().filter(|column| column.role == Role::Active).map(|column| column.attribute).collect()
}

pub(crate) fn code_columns<'a>(model: &Model, state: &'a State) -> Vec<CodeColumn<'a>> {
    let columns = model.columns.iter().zip(state.columns());
    columns.map(|(column, rows)| CodeColumn { codes: &rows.current, distinct: column.lexicon.domain.len() }).collect()
}

/// Gives every active column its contexts and reverse factors; those that it had keep what they learned.
pub(crate) fn build_contexts(model: &mut Model, state: &State, gains: &[PairGain]) {
    let dependencies = &model.dependencies;
    let long_tailed: BTreeSet<AttributeId> =
        model.columns.iter().filter(|c| c.role == Role::LongTailed).map(|c| c.attribute).collect();
    let rows = state.rows() as f64;
    let repeats: Vec<bool> = (model.columns.iter())
        .map(|c| c.believed_or_written().filter(|&count| count > 0.0).count() as f64 <= CONTEXT_DISTINCT * rows)
        .collect();
    let pairs = model.settings.has(Part::Pairs);
    let reverse = model.settings.has(Part::Reverse);
    for column in model.columns.iter_mut().filter(|column| column.role == Role::Active) {
        let attribute = column.attribute;
        let mut wanted: Vec<(Vec<AttributeId>, Source, f64)> = (dependencies.iter())
            .filter(|known| known.dependency.rhs == attribute)
            .filter(|known| known.dependency.lhs.iter().all(|part| !long_tailed.contains(part)))
            .map(|known| (known.dependency.lhs.clone(), known.rule.map_or(Source::Found, Source::Given), known.holds))
            .collect();
        if pairs {
            let mut best: Vec<&PairGain> = (gains.iter())
                .filter(|gain| {
                    gain.target == attribute && gain.agreement.gain > LEAST_GAIN && repeats[gain.key.index()]
                })
                .filter(|gain| wanted.iter().all(|(key, ..)| key.as_slice() != [gain.key]))
                .collect();
            best.sort_by(|a, b| b.agreement.gain.total_cmp(&a.agreement.gain).then(a.key.cmp(&b.key)));
            wanted.extend(best.into_iter().take(MOST_PAIRS).map(|gain| (vec![gain.key], Source::Pair, 0.0)));
        }
        let mut had = std::mem::take(&mut column.contexts);
        column.contexts = wanted
            .into_iter()
            .map(|(key, source, holds)| match had.iter().position(|context| context.key == key) {
                Some(place) => ContextModel { source, holds, ..had.swap_remove(place) },
                None => ContextModel {
                    key,
                    source,
                    counts: GroupTally::default(),
                    written: None,
                    calibration: Calibration { alpha: 1.0, rho: 0.0 },
                    novelty: None,
                    holds,
                },
            })
            .collect();
        column.reverses = if reverse { reverses(dependencies, attribute) } else { Vec::new() };
    }
}

/// The reverse factors of a column, which have counted nothing yet.
pub(crate) fn reverses(dependencies: &[KnownDependency], attribute: AttributeId) -> Vec<ReverseModel> {
    let determines = dependencies.iter().filter(|known| known.dependency.lhs.contains(&attribute));
    let reverse = |known: &KnownDependency| ReverseModel {
        others: known.dependency.lhs.iter().copied().filter(|&part| part != attribute).collect(),
        dependency: known.dependency.clone(),
        counts: GroupTally::default(),
    };
    determines.map(reverse).collect()
}

/// Rows that are looked at for derived columns.
const DERIVED_SAMPLE: usize = 1000;

pub(crate) fn derived(model: &Model, state: &State, hashes: &[u64]) -> Vec<Derived> {
    if !model.settings.has(Part::Derived) {
        return Vec::new();
    }
    let rows = sample(hashes, DERIVED_SAMPLE, |_| true);
    let texts: Vec<Option<Vec<&str>>> = (model.columns.iter())
        .map(|column| {
            let current = &state.column(column.attribute).current;
            let text = |code: Code| column.lexicon.domain.text(code).unwrap_or("");
            (column.role != Role::Idle).then(|| rows.iter().map(|row| text(current[row.index()])).collect())
        })
        .collect();
    let few_values = |derived: &Derived| model.columns[derived.target.index()].lexicon.domain.len() > 6;
    derived_columns(&texts).into_iter().filter(few_values).collect()
}
