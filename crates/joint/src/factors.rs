//! The factors of a row: what rules and references say of an assignment of its cells.

use std::sync::Arc;

use lustrate_model::Evidence;
use lustrate_rules::{
    CellOf, Columns, Compare, Comparison, Constraint, ConstraintId, Constraints, Operand, Predicate, Strength,
};
use lustrate_table::{AttributeId, CellId};

use crate::groups::GroupRule;
use crate::numbers::{NumberColumn, NumberColumns, OrderRule, Relation};
use crate::references::LookupRule;
use crate::row::Imagined;

/// One factor.
pub(crate) enum Factor<'a> {
    /// A rule on single rows.
    Row {
        /// The rule.
        rule: ConstraintId,
        /// What it forbids.
        constraint: &'a Constraint,
        /// The attributes that it names.
        attributes: Vec<AttributeId>,
        /// Nats for a violation.
        weight: f64,
    },
    /// A dependency.
    Group(GroupRule),
    /// A lookup.
    Lookup(LookupRule<'a>),
    /// An equation between numbers.
    Relation(Relation),
    /// An order between rows.
    Order(OrderRule),
    /// What number is usual in a column.
    Usual(Arc<NumberColumn>),
}

impl Factor<'_> {
    /// The attributes that it names.
    pub(crate) fn attributes(&self) -> Vec<AttributeId> {
        match self {
            Factor::Row { attributes, .. } => attributes.clone(),
            Factor::Group(group) => group.dependency.lhs.iter().copied().chain([group.dependency.rhs]).collect(),
            Factor::Lookup(lookup) => lookup.attributes().collect(),
            Factor::Relation(relation) => relation.attributes.clone(),
            Factor::Order(order) => order.attributes(),
            Factor::Usual(column) => [column.attribute].into_iter().chain(column.density.given()).collect(),
        }
    }

    /// Whether it may change a protected column.
    pub(crate) fn is_authority(&self, constraints: &Constraints) -> bool {
        match self {
            Factor::Row { constraint, .. } => constraint.strength == Strength::Hard,
            Factor::Group(group) => constraints.get(group.rule).strength == Strength::Hard,
            Factor::Lookup(_) => true,
            Factor::Relation(relation) => {
                relation.rule.is_some_and(|rule| constraints.get(rule).strength == Strength::Hard)
            }
            Factor::Order(order) => constraints.get(order.rule).strength == Strength::Hard,
            Factor::Usual(_) => false,
        }
    }

    /// Whether it is about numbers.
    pub(crate) fn is_of_numbers(&self) -> bool {
        matches!(self, Factor::Relation(_) | Factor::Order(_) | Factor::Usual(_))
    }

    /// The rule that it comes from, if it is one; of a lookup, that of a set attribute or the first.
    pub(crate) fn rule(&self, attribute: AttributeId) -> Option<ConstraintId> {
        match self {
            Factor::Row { rule, .. } => Some(*rule),
            Factor::Group(group) => Some(group.rule),
            Factor::Relation(relation) => relation.rule,
            Factor::Order(order) => Some(order.rule),
            Factor::Usual(_) => None,
            Factor::Lookup(lookup) => {
                let sets = &lookup.lookup.set;
                let set = sets.iter().find(|set| set.attribute == attribute).or(sets.first());
                set.map(|set| set.constraint)
            }
        }
    }

    /// What it says of an assignment, in nats.
    pub(crate) fn log_factor(
        &self,
        imagined: &Imagined<'_>,
        constraints: &Constraints,
        columns: &NumberColumns,
    ) -> f64 {
        match self {
            Factor::Relation(relation) => relation.log_factor(imagined, columns),
            Factor::Order(order) => order.log_factor(imagined, columns),
            Factor::Usual(column) => column.log_usual(imagined, columns),
            Factor::Row { constraint, attributes, weight, .. } => {
                let known = attributes.iter().all(|&attribute| !imagined.is_unlisted(attribute));
                let text = |cell: CellOf| imagined.text(cell.attribute);
                let columns = constraints.columns();
                // A value that is not listed is not the one that the rule names, for that is listed.
                let open = || leaves_open(constraint, columns, &text).is_some();
                if known && constraint.is_broken(columns, &text) || open() { -weight } else { 0.0 }
            }
            Factor::Group(group) => group.log_factor(imagined, constraints),
            Factor::Lookup(lookup) => lookup.log_factor(imagined),
        }
    }

    /// What a contribution of this factor comes from, for a cell of a row.
    pub(crate) fn evidence(&self, constraints: &Constraints, cell: CellId, imagined: &Imagined<'_>) -> Evidence {
        let rule = self.rule(cell.attribute);
        let lookup = match (self, rule) {
            (Factor::Lookup(lookup), _) => lookup,
            (_, Some(rule)) => return Evidence::Rule { rule, ways: Vec::new() },
            (Factor::Relation(relation), None) => return Evidence::Relation { words: relation.words.clone() },
            (Factor::Usual(column), None) => return Evidence::Usual { given: column.density.given() },
            (Factor::Row { .. } | Factor::Group(_) | Factor::Order(_), None) => return Evidence::Prior,
        };
        let text = |attribute| {
            let text = imagined.table.text(CellId { row: cell.row, attribute });
            text.map(|text| (attribute, text.to_owned()))
        };
        let key = if lookup.sets(cell.attribute) {
            lookup.lookup.on.iter().filter_map(|key| text(key.attribute)).collect()
        } else {
            lookup.lookup.set.iter().filter_map(|set| text(set.attribute)).collect()
        };
        let name = constraints.reference(lookup.lookup.reference).name.clone();
        Evidence::Reference { name, rule: rule.unwrap_or(ConstraintId(0)), key }
    }
}

/// The attribute whose missing value a rule on single rows names: `if zip = "75001" then state = "TX"` names the state of a
/// row that satisfies the condition. What is missing breaks no rule, but where a rule says what must be there it is evidence
/// for that value.
pub(crate) fn leaves_open<'t>(
    constraint: &Constraint,
    columns: &Columns,
    text: &dyn Fn(CellOf) -> Option<&'t str>,
) -> Option<AttributeId> {
    let names = |predicate: &Predicate| match predicate {
        Predicate::Compare(Compare { left, comparison: Comparison::NotEqual, right: Operand::Constant(_), .. }) => {
            text(*left).is_none().then_some(left.attribute)
        }
        _ => None,
    };
    let (place, named) = constraint.predicates.iter().enumerate().find_map(|(place, p)| Some((place, names(p)?)))?;
    let holds =
        |(other, predicate): (usize, &Predicate)| other == place || predicate.holds(columns, text) == Some(true);
    // A rule without a condition speaks of all rows, and would fill a column that nobody asked to be filled.
    (constraint.predicates.len() > 1 && constraint.predicates.iter().enumerate().all(holds)).then_some(named)
}
