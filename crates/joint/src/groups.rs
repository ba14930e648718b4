//! Dependencies that the model does not know: conditional ones, and the group of a hard one.

use std::collections::BTreeMap;

use lustrate_rules::{CellOf, Constraint, ConstraintId, Constraints, Dependency, Predicate, Strength};
use lustrate_table::{CellId, Code, RowId, Table};

use crate::row::Imagined;
use crate::weights::{given, learned};

/// How much each further row of a group says, in nats; rows beyond the twentieth say nothing more (as in the contexts of
/// the model).
const EACH_ROW: f64 = 2.5;
const MOST_ROWS: f64 = 20.0;

/// A dependency with the values of its groups, among the rows that satisfy its condition.
pub(crate) struct GroupRule {
    pub(crate) rule: ConstraintId,
    pub(crate) weight: f64,
    pub(crate) dependency: Dependency,
    condition: Vec<Predicate>,
    values: BTreeMap<Vec<Code>, BTreeMap<Code, u32>>,
}

impl GroupRule {
    /// The rule, where a constraint is a conditional dependency or a hard one.
    pub(crate) fn new(
        table: &Table,
        constraints: &Constraints,
        rule: ConstraintId,
        constraint: &Constraint,
    ) -> Option<Self> {
        let (dependency, condition) = constraint.as_conditional_dependency()?;
        if condition.is_empty() && constraint.strength != Strength::Hard {
            return None;
        }
        let mut found = GroupRule { rule, weight: 0.0, dependency, condition, values: BTreeMap::new() };
        for row in table.row_ids() {
            let value = table.code(CellId { row, attribute: found.dependency.rhs });
            if let Some(key) = found.key(table, constraints, row).filter(|_| !value.is_null()) {
                *found.values.entry(key).or_default().entry(value).or_default() += 1;
            }
        }
        found.weight = given(constraint.strength).unwrap_or_else(|| {
            let rows: u32 = found.values.values().flat_map(BTreeMap::values).sum();
            let most: u32 = found.values.values().filter_map(|values| values.values().max()).sum();
            learned(f64::from(most), f64::from(rows - most))
        });
        Some(found)
    }

    /// The rows whose value is not the one that most other rows of their group hold.
    pub(crate) fn rows(&self, table: &Table, constraints: &Constraints) -> Vec<RowId> {
        let disagrees = |&row: &RowId| {
            let Some(key) = self.key(table, constraints, row) else { return false };
            let own = table.code(CellId { row, attribute: self.dependency.rhs });
            self.leader(&key, Some(own)).is_some_and(|leader| leader != own)
        };
        table.row_ids().filter(disagrees).collect()
    }

    /// The value that most rows of the group of a row hold, the row left out.
    pub(crate) fn proposal(&self, table: &Table, constraints: &Constraints, row: RowId) -> Option<Code> {
        let own = table.code(CellId { row, attribute: self.dependency.rhs });
        self.leader(&self.key(table, constraints, row)?, Some(own))
    }

    /// `ln(P_group(v) + exp(−w))`; 0 where the row has no group.
    pub(crate) fn log_factor(&self, imagined: &Imagined<'_>, constraints: &Constraints) -> f64 {
        let table = imagined.table;
        let attributes = self.dependency.lhs.iter().chain([&self.dependency.rhs]);
        if attributes.clone().any(|&attribute| imagined.is_unlisted(attribute)) || !self.applies(imagined, constraints)
        {
            return 0.0;
        }
        let find = |attribute| table.column(attribute).dictionary().find(imagined.text(attribute)?);
        let Some(key) = self.dependency.lhs.iter().map(|&part| find(part)).collect::<Option<Vec<Code>>>() else {
            return 0.0;
        };
        let Some(values) = self.values.get(&key) else { return 0.0 };
        let row = imagined.row;
        let own = table.code(CellId { row, attribute: self.dependency.rhs });
        let here = self.key(table, constraints, row).is_some_and(|written| written == key);
        let count = |value: Code, count: u32| f64::from(count - u32::from(here && value == own)).min(MOST_ROWS);
        let total: f64 = values.iter().map(|(&value, &rows)| (EACH_ROW * count(value, rows)).exp() - 1.0).sum();
        if total <= 0.0 {
            return 0.0;
        }
        let value = find(self.dependency.rhs);
        let rows = value.and_then(|value| values.get(&value).map(|&rows| count(value, rows))).unwrap_or(0.0);
        (((EACH_ROW * rows).exp() - 1.0) / total + (-self.weight).exp()).min(1.0).ln()
    }

    fn applies(&self, imagined: &Imagined<'_>, constraints: &Constraints) -> bool {
        self.condition.iter().all(|predicate| {
            let known = predicate.cells().iter().all(|cell| !imagined.is_unlisted(cell.attribute));
            known && predicate.holds(constraints.columns(), &|cell: CellOf| imagined.text(cell.attribute)) == Some(true)
        })
    }

    /// The key of a row as it is written; `None` where a part is missing or the condition does not hold.
    fn key(&self, table: &Table, constraints: &Constraints, row: RowId) -> Option<Vec<Code>> {
        let text = |cell: CellOf| table.text(CellId { row, attribute: cell.attribute });
        let holds = |predicate: &Predicate| predicate.holds(constraints.columns(), &text) == Some(true);
        if !self.condition.iter().all(holds) {
            return None;
        }
        let code = |&attribute| Some(table.code(CellId { row, attribute })).filter(|code| !code.is_null());
        self.dependency.lhs.iter().map(code).collect()
    }

    /// The most frequent value, one row with this value left out; `None` where two are equally frequent.
    fn leader(&self, key: &[Code], left_out: Option<Code>) -> Option<Code> {
        let values = self.values.get(key)?;
        let count = |(&value, &rows): (&Code, &u32)| (rows - u32::from(left_out == Some(value)), value);
        let mut counts: Vec<(u32, Code)> = values.iter().map(count).filter(|(rows, _)| *rows > 0).collect();
        counts.sort_unstable_by(|a, b| b.cmp(a));
        let first = counts.first()?;
        counts.get(1).is_none_or(|second| second.0 < first.0).then_some(first.1)
    }
}
