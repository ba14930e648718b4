//! The factors of a run, the rows that each concerns, and how one row is decided.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use lustrate_detect::Detection;
use lustrate_model::CellPosterior;
use lustrate_rules::{CellOf, Changes, ColumnRole, Comparison, Constraint, Constraints, Scope, Strength};
use lustrate_table::{AttributeId, CellId, RowId, Table};
use rayon::prelude::*;

use crate::decided::Decided;
use crate::factors::{Factor, leaves_open};
use crate::groups::GroupRule;
use crate::numbers::{Asking, Groundwork, Learned, NumberColumns, OrderRule, RelationRows, given, learn, relations};
use crate::proposals::{common_values, named_by_rules, numbers, proposals};
use crate::references::LookupRule;
use crate::row::{Basis, Cell, Changes as Changed, Choice, marginals};
use crate::shares::Shares;
use crate::weights::{broken_rows, repairs, rule_weights};

/// Cells of a row at most that are decided together; others stay as they are written.
const MOST_CELLS: usize = 5;
/// The same where numbers are concerned: of them few are changed.
const MOST_CELLS_OF_NUMBERS: usize = 9;
/// The rows with a missing value that a rule on single rows names.
fn open_rows(table: &Table, constraints: &Constraints, constraint: &Constraint) -> Vec<RowId> {
    let naming = constraint.predicates.len() > 1
        && constraint.predicates.iter().any(|predicate| {
            predicate.as_compare().is_some_and(|compare| {
                let missing = table.column(compare.left.attribute).codes().iter().any(|code| code.is_null());
                compare.comparison == Comparison::NotEqual && missing
            })
        });
    let open = |&row: &RowId| {
        let text = |cell: CellOf| table.text(CellId { row, attribute: cell.attribute });
        naming && leaves_open(constraint, constraints.columns(), &text).is_some()
    };
    if naming { table.row_ids().filter(open).collect() } else { Vec::new() }
}

/// The shares of sets of attributes that are decided afresh.
pub(crate) type SharesOfSets = BTreeMap<Vec<AttributeId>, Shares>;

/// The factors of a run, and the rows that each concerns.
pub(crate) struct Prepared<'a> {
    pub(crate) constraints: &'a Constraints,
    pub(crate) factors: Vec<Factor<'a>>,
    pub(crate) columns: NumberColumns,
    pub(crate) rows: BTreeMap<RowId, Vec<usize>>,
    /// The rows that break a hard rule on single rows.
    breaking: BTreeSet<RowId>,
    lasting: Lasting,
}

/// What is found once, as nothing that is learned of errors changes it.
struct Lasting {
    groundwork: Groundwork,
    /// The rows that each of the first factors concerns, those that are not of numbers.
    rows: Vec<Vec<RowId>>,
    relations: Vec<RelationRows>,
}

impl<'a> Prepared<'a> {
    /// With nothing learned of errors.
    pub(crate) fn new(table: &Table, constraints: &'a Constraints, detection: &Detection) -> Self {
        let learned = Learned::default();
        let groundwork = Groundwork::new(table, constraints);
        let columns = groundwork.columns(table, constraints, &learned.errors, &learned.wrong);
        let (mut factors, mut concerned) = (Vec::new(), Vec::new());
        let mut breaking = BTreeSet::new();
        for weight in rule_weights(table, constraints, detection) {
            let constraint = constraints.get(weight.rule);
            if given(table, &columns, weight.rule, constraint).is_some() {
                continue;
            }
            let mut rows = broken_rows(table, constraints, detection, weight.rule);
            if constraint.strength == Strength::Hard {
                breaking.extend(rows.iter().copied());
            }
            rows.extend(open_rows(table, constraints, constraint));
            let mut attributes: Vec<AttributeId> = constraint.cells().into_iter().map(|cell| cell.attribute).collect();
            attributes.dedup();
            factors.push(Factor::Row { rule: weight.rule, constraint, attributes, weight: weight.log_weight });
            concerned.push(rows);
        }
        for (rule, constraint) in constraints.iter().filter(|(_, c)| c.scope == Scope::Pair && repairs(c)) {
            if let Some(group) = GroupRule::new(table, constraints, rule, constraint) {
                concerned.push(group.rows(table, constraints));
                factors.push(Factor::Group(group));
            }
        }
        for lookup in constraints.lookups().iter().filter(|lookup| lookup.strength.repairs()) {
            let lookup = LookupRule::new(constraints, lookup);
            concerned.push(lookup.rows(table));
            factors.push(Factor::Lookup(lookup));
        }
        let relations = relations(table, constraints, &columns);
        breaking.extend(relations.iter().filter(|relation| relation.is_hard).flat_map(|relation| &relation.rows));
        let lasting = Lasting { groundwork, rows: concerned, relations };
        let mut prepared = Prepared { constraints, factors, columns, rows: BTreeMap::new(), breaking, lasting };
        prepared.add_numbers(table, detection, &learned);
        prepared
    }

    /// The same with what was learned. Rows that were added are forgotten.
    pub(crate) fn relearn(&mut self, table: &Table, detection: &Detection, learned: &Learned) {
        self.factors.truncate(self.lasting.rows.len());
        self.columns = self.lasting.groundwork.columns(table, self.constraints, &learned.errors, &learned.wrong);
        self.add_numbers(table, detection, learned);
    }

    /// Adds the factors of numbers, and puts together the rows of all.
    fn add_numbers(&mut self, table: &Table, detection: &Detection, learned: &Learned) {
        let Prepared { constraints, factors, columns, lasting, .. } = self;
        let mut concerned: Vec<Cow<'_, [RowId]>> = lasting.rows.iter().map(|rows| rows.into()).collect();
        // What is usual comes before what binds numbers: without it a binding rule has many ways out, and says little.
        for column in columns.values().filter(|column| !is_fixed(constraints, column.attribute)) {
            concerned.push(column.unusual_rows(table, columns).into());
            factors.push(Factor::Usual(Arc::clone(column)));
        }
        for relation in &lasting.relations {
            concerned.push((&relation.rows).into());
            factors.push(Factor::Relation(relation.weighed(&learned.exceptions)));
        }
        for of in constraints.iter() {
            let order = OrderRule::new(table, (constraints, detection), of, columns, &learned.exceptions);
            if let Some(order) = order {
                concerned.push(order.blamed.clone().into());
                factors.push(Factor::Order(order));
            }
        }
        let mut rows: BTreeMap<RowId, Vec<usize>> = BTreeMap::new();
        for (place, concerned) in concerned.iter().enumerate() {
            for &row in concerned.iter() {
                rows.entry(row).or_default().push(place);
            }
        }
        self.rows = rows;
    }

    /// Whether these factors concern numbers.
    pub(crate) fn is_of_numbers(&self, places: &[usize]) -> bool {
        places.iter().any(|&place| match &self.factors[place] {
            Factor::Row { attributes, .. } => attributes.iter().any(|named| self.columns.contains_key(named)),
            factor => factor.is_of_numbers(),
        })
    }

    pub(crate) fn learn(&self, table: &Table, cells: &BTreeMap<CellId, CellPosterior>) -> Learned {
        let relations = self.factors.iter().filter_map(|factor| match factor {
            Factor::Relation(relation) => Some(relation),
            _ => None,
        });
        let mut learned = learn(table, &self.columns, &relations.collect::<Vec<_>>(), cells);
        for factor in &self.factors {
            if let Factor::Order(order) = factor {
                let exceptions = order.exceptions(|cell| learned.wrong.contains(&cell));
                learned.exceptions.insert(order.words.clone(), exceptions);
            }
        }
        learned
    }

    /// Decides these rows, each with the factors that concern it. What is not known of the shares of the table is found.
    pub(crate) fn decide_rows(
        &self,
        table: &Table,
        known: &BTreeMap<CellId, CellPosterior>,
        rows: &[RowId],
        shares: &mut SharesOfSets,
    ) -> BTreeMap<CellId, CellPosterior> {
        let rows: Vec<(RowId, &[usize])> = rows.iter().map(|&row| (row, self.places(row))).collect();
        self.add_shares(table, &rows, shares);
        let decided: Vec<Vec<CellPosterior>> =
            rows.par_iter().map(|(row, places)| self.decide(table, *row, places, known, shares)).collect();
        decided.into_iter().flatten().map(|cell| (cell.cell, cell)).collect()
    }

    /// The factors that concern a row.
    pub(crate) fn places(&self, row: RowId) -> &[usize] {
        self.rows.get(&row).map_or(&[], Vec::as_slice)
    }

    /// Adds the rows in which the model would change a cell that a rule on single rows names: the change may break it.
    pub(crate) fn add_changes(&mut self, cells: &BTreeMap<CellId, CellPosterior>) {
        let changed = cells
            .values()
            .filter(|cell| cell.candidates.first().is_some_and(|best| best.probability > cell.observed_probability));
        for cell in changed {
            for (place, factor) in self.factors.iter().enumerate() {
                let Factor::Row { attributes, .. } = factor else { continue };
                if attributes.contains(&cell.cell.attribute) {
                    let places = self.rows.entry(cell.cell.row).or_default();
                    if !places.contains(&place) {
                        places.push(place);
                    }
                }
            }
        }
    }

    /// The attributes that are decided together where these factors concern a row: those that most of them name first.
    pub(crate) fn cells(&self, row: RowId, places: &[usize]) -> Vec<AttributeId> {
        let mut named: BTreeMap<AttributeId, usize> = BTreeMap::new();
        for &place in places {
            let factor = &self.factors[place];
            for attribute in factor.attributes() {
                let is_known = self.constraints.known().contains(&CellId { row, attribute });
                if !is_known && self.may_change(factor, attribute) {
                    *named.entry(attribute).or_default() += 1;
                }
            }
        }
        let mut attributes: Vec<(AttributeId, usize)> = named.into_iter().collect();
        attributes.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        attributes.truncate(if self.is_of_numbers(places) { MOST_CELLS_OF_NUMBERS } else { MOST_CELLS });
        let mut attributes: Vec<AttributeId> = attributes.into_iter().map(|(attribute, _)| attribute).collect();
        attributes.sort_unstable();
        attributes
    }

    fn may_change(&self, factor: &Factor<'_>, attribute: AttributeId) -> bool {
        let allowed = factor.rule(attribute).is_none_or(|rule| match &self.constraints.get(rule).changes {
            Changes::Any => true,
            Changes::Only(attributes) => attributes.contains(&attribute),
            Changes::None => false,
        });
        let protected = self.constraints.columns().get(attribute).roles.contains(&ColumnRole::Protected);
        let authority = factor.is_authority(self.constraints);
        allowed && !is_fixed(self.constraints, attribute) && (!protected || authority)
    }

    /// Whether the cells are weighed without the model: the row breaks a hard rule on more than one of them.
    fn is_afresh(&self, row: RowId, attributes: &[AttributeId]) -> bool {
        let hard = |place: &usize| match &self.factors[*place] {
            Factor::Row { constraint, attributes: named, .. } => {
                constraint.strength == Strength::Hard
                    && named.iter().filter(|named| attributes.contains(named)).count() > 1
            }
            _ => false,
        };
        self.breaking.contains(&row) && self.rows.get(&row).is_some_and(|places| places.iter().any(hard))
    }

    /// Adds the shares of every set of attributes that is decided afresh.
    fn add_shares(&self, table: &Table, rows: &[(RowId, &[usize])], shares: &mut SharesOfSets) {
        let sets = rows.iter().filter_map(|&(row, places)| {
            let attributes = self.cells(row, places);
            self.is_afresh(row, &attributes).then_some(attributes)
        });
        let unknown: BTreeSet<Vec<AttributeId>> = sets.filter(|set| !shares.contains_key(set)).collect();
        let found = unknown.into_par_iter().map(|attributes| {
            let shares = Shares::new(table, &attributes, &self.breaking);
            (attributes, shares)
        });
        shares.extend(found.collect::<Vec<_>>());
    }

    fn decide(
        &self,
        table: &Table,
        row: RowId,
        places: &[usize],
        known: &BTreeMap<CellId, CellPosterior>,
        shares: &SharesOfSets,
    ) -> Vec<CellPosterior> {
        let attributes = self.cells(row, places);
        if attributes.is_empty() {
            return Vec::new();
        }
        let afresh = self.is_afresh(row, &attributes);
        let concerning: Vec<&Factor<'_>> = places.iter().map(|&place| &self.factors[place]).collect();
        let of_numbers = self.is_of_numbers(places);
        let touches = |factor: &&Factor<'_>| {
            let weighed = match factor {
                // What the model believes of a determined column says so already.
                Factor::Usual(column) => of_numbers && !column.is_determined,
                Factor::Relation(_) | Factor::Order(_) => of_numbers,
                _ => true,
            };
            weighed && factor.attributes().iter().any(|named| attributes.contains(named))
        };
        let factors: Vec<&Factor<'_>> = self.factors.iter().filter(touches).collect();
        let cell = |&attribute: &AttributeId| {
            let basis = basis(&concerning, attribute, afresh);
            let known = known.get(&CellId { row, attribute });
            self.cell(table, row, attribute, (basis, known), (&concerning, &factors))
        };
        let mut cells: Vec<Cell> = attributes.iter().map(cell).collect();
        let shares = if afresh { shares.get(&attributes) } else { None };
        let changes = if of_numbers { Changed::Few } else { Changed::Any };
        let rules = (self.constraints, &self.columns);
        let found = marginals(table, rules, row, &mut cells, (shares, &factors), changes);
        let result = Decided { prepared: self, table, row, cells, found, factors, has_shares: shares.is_some() };
        result.posteriors(known, places)
    }

    fn cell(
        &self,
        table: &Table,
        row: RowId,
        attribute: AttributeId,
        (basis, known): (Basis, Option<&CellPosterior>),
        (concerning, factors): (&[&Factor<'_>], &[&Factor<'_>]),
    ) -> Cell {
        if let (Some(column), Basis::Model | Basis::Afresh) = (self.columns.get(&attribute), basis) {
            let asking = Asking { table, constraints: self.constraints, row, columns: &self.columns, factors };
            let mut proposed = numbers(table, row, column, &self.columns, factors);
            proposed.extend(proposals(table, self.constraints, row, attribute, factors));
            return asking.cell(column, known, &proposed);
        }
        let column = table.column(attribute);
        let distinct = column.dictionary().len();
        let written = column.text(row).map(str::to_owned);
        let believed = known.filter(|_| matches!(basis, Basis::Model | Basis::Key));
        let log = |probability: f64| probability.max(1e-299).ln();
        let observed = believed.map_or(0.0, |known| log(known.observed_probability));
        let mut cell = Cell { attribute, choices: vec![Choice::listed(written, observed, Vec::new())] };
        let believed_values = believed.into_iter().flat_map(|known| &known.candidates);
        cell.choices.extend(
            believed_values.map(|c| Choice::listed(c.value.clone(), log(c.probability), c.contributions.clone())),
        );
        if basis == Basis::Afresh {
            for (value, rule) in named_by_rules(attribute, concerning) {
                cell.name(value, rule);
            }
        }
        for value in proposals(table, self.constraints, row, attribute, factors) {
            cell.propose(&value, basis, distinct);
        }
        if believed.is_none() {
            for value in known.into_iter().flat_map(|known| &known.candidates).filter_map(|c| c.value.as_deref()) {
                cell.propose(value, basis, distinct);
            }
        }
        if basis == Basis::Afresh {
            common_values(table, attribute).iter().for_each(|value| cell.propose(value, basis, distinct));
        }
        let listed = |known: &CellPosterior| {
            known.observed_probability + known.candidates.iter().map(|c| c.probability).sum::<f64>()
        };
        cell.close(believed.map(|known| (1.0 - listed(known)).max(1e-9).ln()), distinct);
        cell
    }
}

fn basis(concerning: &[&Factor<'_>], attribute: AttributeId, afresh: bool) -> Basis {
    let lookups = || {
        concerning.iter().filter_map(|factor| match factor {
            Factor::Lookup(lookup) => Some(lookup),
            _ => None,
        })
    };
    if lookups().any(|lookup| lookup.sets(attribute)) {
        Basis::Reference
    } else if lookups().any(|lookup| lookup.attributes().any(|named| named == attribute)) {
        Basis::Key
    } else if afresh {
        Basis::Afresh
    } else {
        Basis::Model
    }
}

/// Whether the cells of a column are never changed.
pub(crate) fn is_fixed(constraints: &Constraints, attribute: AttributeId) -> bool {
    let column = constraints.columns().get(attribute);
    column.never_repair || column.roles.contains(&ColumnRole::Id)
}
