//! The cells of one row, weighed together: every assignment is looked at.

use lustrate_model::{Contribution, Evidence, Noise};
use lustrate_rules::{ConstraintId, Constraints};
use lustrate_table::{AttributeId, CellId, Code, RowId, Table, parse_number};
use rapidfuzz::distance::osa;

use crate::factors::Factor;
use crate::numbers::NumberColumns;
use crate::shares::Shares;

/// Assignments of a row at most.
const MOST_ASSIGNMENTS: usize = 20_000;
/// Choices of a cell that are looked at together with a change of another cell, where not all are.
const MOST_BESIDE_ANOTHER: usize = 4;
/// Cells of a row that are changed at most, where not all assignments are looked at.
const MOST_CHANGES: usize = 5;
/// What an error costs, in nats: one cell in twenty is wrong, in every column alike.
const ERROR: f64 = 2.94;
/// What it costs at most that the error reads just this text.
const UNRELATED: f64 = 4.0;
/// What a change costs where nothing is known of the error.
pub(crate) const CHANGE: f64 = ERROR + UNRELATED;
/// Each edit of a typing error.
const EDIT: f64 = 2.0;
/// What it costs that a value is none of those that are listed.
const NEW: f64 = 2.3;
/// What it says for a value that a hard rule names it as the one that must be (`then city = "New York"`), in nats: the
/// author of the rule looked for the error there.
const NAMED: f64 = 2.0;
/// Probabilities below this are not told apart.
const LEAST_LOG: f64 = -690.0;

/// How the evidence within a cell is weighed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Basis {
    /// As the model believes.
    Model,
    /// Afresh, without the model: a wrong cell is as probable in every column.
    Afresh,
    /// Afresh, because a reference says what the cell is: the odds of a change are those of the reference.
    Reference,
    /// As the model believes, of a key that a reference may correct: what it does not list costs each edit dearly.
    Key,
}

/// A cell of the row with what it may read.
pub(crate) struct Cell {
    pub(crate) attribute: AttributeId,
    /// The written value first.
    pub(crate) choices: Vec<Choice>,
}

/// One value that a cell may have been meant to hold.
#[derive(Clone)]
pub(crate) struct Choice {
    pub(crate) value: Value,
    /// The number that it is, if it is one.
    pub(crate) number: Option<f64>,
    /// Its log weight before the factors.
    pub(crate) log_weight: f64,
    /// What that weight is made of, against what is written.
    pub(crate) contributions: Vec<Contribution>,
}

impl Choice {
    /// A text, or missing.
    pub(crate) fn listed(value: Option<String>, log_weight: f64, contributions: Vec<Contribution>) -> Self {
        let number = value.as_deref().and_then(parse_number);
        Choice { value: Value::Listed(value), number, log_weight, contributions }
    }

    /// The text; `None` for missing and for what is not listed.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Listed(text) => text.as_deref(),
            Value::Unlisted => None,
        }
    }
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// A text, or missing.
    Listed(Option<String>),
    /// Any value that is not listed.
    Unlisted,
}

/// A row as it would be under an assignment.
pub(crate) struct Imagined<'r> {
    pub(crate) table: &'r Table,
    pub(crate) row: RowId,
    cells: &'r [Cell],
    chosen: &'r [usize],
}

impl<'r> Imagined<'r> {
    /// A row in which some cells hold what was chosen.
    pub(crate) fn new(table: &'r Table, row: RowId, cells: &'r [Cell], chosen: &'r [usize]) -> Self {
        Imagined { table, row, cells, chosen }
    }

    /// Whether the value of the attribute is one that is not listed: nothing is known of it.
    pub(crate) fn is_unlisted(&self, attribute: AttributeId) -> bool {
        self.choice(attribute).is_some_and(|choice| choice.value == Value::Unlisted)
    }

    /// The text of the attribute; `None` where it is missing or not listed.
    pub(crate) fn text(&self, attribute: AttributeId) -> Option<&'r str> {
        match self.choice(attribute).map(|choice| &choice.value) {
            Some(Value::Listed(text)) => text.as_deref(),
            Some(Value::Unlisted) => None,
            None => self.table.text(CellId { row: self.row, attribute }),
        }
    }

    /// The number of an attribute that is a column of numbers; `None` where it holds none.
    pub(crate) fn number(&self, attribute: AttributeId, columns: &NumberColumns) -> Option<f64> {
        match self.choice(attribute) {
            Some(choice) => choice.number,
            None => columns.get(&attribute)?.written[self.row.index()],
        }
    }

    /// The code of the text of the attribute, null where it is missing; `None` where no row holds it.
    pub(crate) fn code(&self, attribute: AttributeId) -> Option<Code> {
        let column = self.table.column(attribute);
        match self.choice(attribute).map(|choice| &choice.value) {
            None => Some(column.code(self.row)),
            Some(Value::Listed(None)) => Some(Code::NULL),
            Some(Value::Listed(Some(text))) => column.dictionary().find(text),
            Some(Value::Unlisted) => None,
        }
    }

    fn choice(&self, attribute: AttributeId) -> Option<&'r Choice> {
        let place = self.cells.iter().position(|cell| cell.attribute == attribute)?;
        Some(&self.cells[place].choices[self.chosen[place]])
    }
}

impl Cell {
    /// Adds the value that a hard rule names as the one that must be, for a row that is decided afresh.
    pub(crate) fn name(&mut self, value: &str, rule: ConstraintId) {
        self.propose(value, Basis::Afresh, 2);
        let named = |choice: &&mut Choice| choice.value == Value::Listed(Some(value.to_owned()));
        if let Some(choice) = self.choices.iter_mut().skip(1).find(named) {
            choice.log_weight += NAMED;
            let evidence = Evidence::Rule { rule, ways: Vec::new() };
            choice.contributions.push(Contribution { evidence, log_odds: NAMED });
        }
    }

    /// Adds a value that is proposed, unless the cell has it or has as many as may be.
    pub(crate) fn propose(&mut self, value: &str, basis: Basis, distinct: usize) {
        const MOST: usize = 8;
        let known = |choice: &Choice| choice.value == Value::Listed(Some(value.to_owned()));
        if self.choices.len() >= MOST || self.choices.iter().any(known) {
            return;
        }
        let Value::Listed(written) = &self.choices[0].value else { return };
        let edits = written.as_deref().map(|written| osa::distance(written.chars(), value.chars()) as f64);
        let emission = edits.map_or(UNRELATED, |edits| EDIT * edits);
        let cost = match basis {
            Basis::Model => ERROR + emission.min(UNRELATED),
            Basis::Afresh => ERROR + emission.min((distinct.max(2) as f64 - 1.0).ln()),
            Basis::Reference => CHANGE,
            Basis::Key => ERROR + UNRELATED * edits.unwrap_or(1.0),
        };
        let log_weight = self.choices[0].log_weight.max(-12.0) - cost;
        let log_odds = log_weight - self.choices[0].log_weight;
        let noise = match (edits, emission < UNRELATED) {
            (None, _) => Noise::Missing,
            (Some(_), true) => Noise::Typo,
            (Some(_), false) => Noise::Unrelated,
        };
        let contributions = vec![Contribution { evidence: Evidence::Error { noise }, log_odds }];
        self.choices.push(Choice::listed(Some(value.to_owned()), log_weight, contributions));
    }

    /// Adds the choice of any other value. `log_weight` is what the model says of it.
    pub(crate) fn close(&mut self, log_weight: Option<f64>, distinct: usize) {
        let unknown = self.choices[0].log_weight - ERROR - (distinct.max(2) as f64).ln() - NEW;
        let log_weight = log_weight.unwrap_or(unknown).max(LEAST_LOG);
        self.choices.push(Choice { value: Value::Unlisted, number: None, log_weight, contributions: Vec::new() });
    }
}

/// Which assignments are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Changes {
    /// All of them.
    Any,
    /// Those that change few cells, a third and more of them only beside the best.
    Few,
}

/// What the stages said: for each cell and choice the log marginal before the factors and after each.
pub(crate) struct Marginals {
    /// `[stage][cell][choice]`, normalised within each cell.
    pub(crate) stages: Vec<Vec<Vec<f64>>>,
}

/// Weighs every assignment: first the cells alone, then the shares where there are any, then factor by factor.
pub(crate) fn marginals(
    table: &Table,
    (constraints, columns): (&Constraints, &NumberColumns),
    row: RowId,
    cells: &mut [Cell],
    (shares, factors): (Option<&Shares>, &[&Factor<'_>]),
    changes: Changes,
) -> Marginals {
    let assignments = match changes {
        Changes::Any => {
            within_bounds(cells);
            assignments(cells)
        }
        Changes::Few => {
            let weigh = |chosen: &[usize]| {
                let own: f64 = cells.iter().zip(chosen).map(|(cell, &choice)| cell.choices[choice].log_weight).sum();
                let imagined = Imagined { table, row, cells, chosen };
                own + factors.iter().map(|factor| factor.log_factor(&imagined, constraints, columns)).sum::<f64>()
            };
            few_changes(cells, &weigh)
        }
    };
    let mut weights: Vec<f64> = assignments
        .iter()
        .map(|chosen| cells.iter().zip(chosen).map(|(cell, &choice)| cell.choices[choice].log_weight).sum())
        .collect();
    let mut stages = vec![marginal(cells, &assignments, &weights)];
    let mut add = |factor: &dyn Fn(&Imagined<'_>) -> f64| {
        for (weight, chosen) in weights.iter_mut().zip(&assignments) {
            *weight += factor(&Imagined { table, row, cells, chosen });
        }
        stages.push(marginal(cells, &assignments, &weights));
    };
    if let Some(shares) = shares {
        add(&|imagined| shares.log_factor(imagined));
    }
    for factor in factors {
        add(&|imagined| factor.log_factor(imagined, constraints, columns));
    }
    Marginals { stages }
}

/// The row as it is written.
pub(crate) fn as_written(table: &Table, row: RowId) -> Imagined<'_> {
    Imagined { table, row, cells: &[], chosen: &[] }
}

/// Leaves out the last listed choices of the cell with the most until every assignment can be looked at.
fn within_bounds(cells: &mut [Cell]) {
    while cells.iter().map(|cell| cell.choices.len()).product::<usize>() > MOST_ASSIGNMENTS {
        let Some(longest) = cells.iter_mut().max_by_key(|cell| cell.choices.len()) else { return };
        let last_listed = longest.choices.len() - 2;
        longest.choices.remove(last_listed);
    }
}

fn assignments(cells: &[Cell]) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    for cell in cells {
        all = all
            .into_iter()
            .flat_map(|chosen: Vec<usize>| {
                (0..cell.choices.len()).map(move |choice| chosen.iter().copied().chain([choice]).collect())
            })
            .collect();
    }
    all
}

/// The row as it is written, every change of one cell, and of two cells the changes that are best by themselves; then, as
/// long as it makes the row more probable, the best of all with one more cell changed.
fn few_changes(cells: &[Cell], weigh: &dyn Fn(&[usize]) -> f64) -> Vec<Vec<usize>> {
    let none = vec![0; cells.len()];
    let mut top = (weigh(&none), none.clone());
    let mut all = vec![none.clone()];
    let mut best: Vec<Vec<usize>> = Vec::new();
    let mut add = |chosen: Vec<usize>, top: &mut (f64, Vec<usize>)| {
        let weight = weigh(&chosen);
        if weight > top.0 {
            *top = (weight, chosen.clone());
        }
        all.push(chosen);
        weight
    };
    for (place, cell) in cells.iter().enumerate() {
        let weighed = (1..cell.choices.len()).map(|choice| {
            let mut chosen = none.clone();
            chosen[place] = choice;
            (add(chosen, &mut top), choice)
        });
        let mut weighed: Vec<(f64, usize)> = weighed.collect();
        weighed.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        weighed.truncate(MOST_BESIDE_ANOTHER);
        best.push(weighed.into_iter().map(|(_, choice)| choice).collect());
    }
    for one in 0..cells.len() {
        for other in one + 1..cells.len() {
            for (&first, &second) in
                best[one].iter().flat_map(|first| best[other].iter().map(move |second| (first, second)))
            {
                let mut chosen = none.clone();
                (chosen[one], chosen[other]) = (first, second);
                add(chosen, &mut top);
            }
        }
    }
    let changes = |chosen: &[usize]| chosen.iter().filter(|&&choice| choice > 0).count();
    for depth in 2..MOST_CHANGES {
        let from = top.1.clone();
        if changes(&from) < depth {
            break;
        }
        for (place, choices) in best.iter().enumerate().filter(|(place, _)| from[*place] == 0) {
            for &choice in choices {
                let mut chosen = from.clone();
                chosen[place] = choice;
                add(chosen, &mut top);
            }
        }
    }
    all
}

fn marginal(cells: &[Cell], assignments: &[Vec<usize>], weights: &[f64]) -> Vec<Vec<f64>> {
    let most = |of: &mut dyn Iterator<Item = f64>| of.fold(f64::NEG_INFINITY, f64::max);
    let top = most(&mut weights.iter().copied());
    let total = top + weights.iter().map(|weight| (weight - top).exp()).sum::<f64>().ln();
    let of_cell = |(place, cell): (usize, &Cell)| {
        // Each choice has a maximum of its own, so that one of a probability near nothing is still told exactly.
        let mut tops = vec![f64::NEG_INFINITY; cell.choices.len()];
        for (chosen, &weight) in assignments.iter().zip(weights) {
            tops[chosen[place]] = tops[chosen[place]].max(weight);
        }
        let mut sums = vec![0.0; cell.choices.len()];
        for (chosen, &weight) in assignments.iter().zip(weights) {
            sums[chosen[place]] += (weight - tops[chosen[place]]).exp();
        }
        tops.iter().zip(sums).map(|(top, sum): (&f64, f64)| (top + sum.ln() - total).max(LEAST_LOG)).collect()
    };
    cells.iter().enumerate().map(of_cell).collect()
}
