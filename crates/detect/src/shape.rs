//! What a pair constraint says, put in order: what each role demands for itself, and what the two are compared by.

use std::borrow::Cow;

use lustrate_rules::{Changes, Compare, Comparison, Constraint, Domain, Operand, Polarity, Predicate, Tuple};
use lustrate_table::AttributeId;

use crate::residual::normal;
use crate::row_predicate::RowPredicate;

/// A pair constraint, without repeated predicates.
pub(crate) struct Shape<'c> {
    /// What the row in role `a` has to satisfy for itself.
    pub(crate) a: Vec<RowPredicate<'c>>,
    /// What the row in role `b` has to satisfy for itself.
    pub(crate) b: Vec<RowPredicate<'c>>,
    /// What the two rows have to satisfy together.
    pub(crate) cross: Vec<CrossPredicate>,
    /// What the two rows have to satisfy together beyond comparisons of two cells.
    pub(crate) residuals: Vec<Cow<'c, Predicate>>,
}

/// `a.left ? b.right`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CrossPredicate {
    pub(crate) left: AttributeId,
    pub(crate) comparison: Comparison,
    pub(crate) right: AttributeId,
    pub(crate) domain: Domain,
}

/// The shapes for which the smallest set of rows to change is found exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Rows of a group conflict exactly if they differ in the one attribute that is compared besides the
    /// equalities; where none is, all do.
    Parts,
    /// Rows of a group are consistent exactly if the two attributes that are compared besides the equalities order
    /// them alike.
    Monotone,
    /// Any other.
    General,
}

impl<'c> Shape<'c> {
    /// The shape of a constraint of scope pair.
    pub(crate) fn new(constraint: &'c Constraint) -> Self {
        let mut shape = Shape { a: Vec::new(), b: Vec::new(), cross: Vec::new(), residuals: Vec::new() };
        for predicate in &constraint.predicates {
            let cells = predicate.cells();
            let names = |tuple| cells.iter().any(|cell| cell.tuple == tuple);
            match predicate {
                _ if !names(Tuple::B) => push_new(&mut shape.a, RowPredicate::new(predicate)),
                _ if !names(Tuple::A) => push_new(&mut shape.b, RowPredicate::new(predicate)),
                Predicate::Compare(Compare { left, comparison, right: Operand::Cell(right), domain }) => {
                    let (mut left, mut right, mut comparison) = (*left, *right, *comparison);
                    if left.tuple == Tuple::B {
                        (left, right) = (right, left);
                        comparison = comparison.flipped();
                    }
                    let (left, right) = (left.attribute, right.attribute);
                    push_new(&mut shape.cross, CrossPredicate { left, comparison, right, domain: *domain });
                }
                _ => push_new(&mut shape.residuals, normal(predicate)),
            }
        }
        shape
    }

    /// Whether the constraint reads the same with its roles exchanged.
    pub(crate) fn is_symmetric(&self) -> bool {
        self.has_equal_filters()
            && self.cross.iter().all(|predicate| self.cross.contains(&predicate.exchanged()))
            && self.residuals.iter().all(|predicate| self.has_residual(&predicate.renamed(Tuple::other)))
    }

    /// Whether both roles read the same cells and demand the same of them, and nothing is asked pair by pair.
    pub(crate) fn is_straight(&self) -> bool {
        let straight = self.cross.iter().all(|predicate| predicate.left == predicate.right);
        straight && self.residuals.is_empty() && self.has_equal_filters()
    }

    /// The attributes in which two rows have to have the same text, sorted.
    pub(crate) fn left_side(&self) -> Vec<AttributeId> {
        let side = self.cross.iter().filter(|predicate| predicate.is_on_left_side());
        let mut side: Vec<AttributeId> = side.map(|predicate| predicate.left).collect();
        side.sort_unstable();
        side
    }

    /// The form of the constraint, which the way to its smallest change depends on.
    pub(crate) fn form(&self) -> Form {
        if !self.is_straight() {
            return Form::General;
        }
        let mut rest = self.cross.iter().filter(|predicate| predicate.comparison != Comparison::Equal);
        match (rest.next(), rest.next(), rest.next()) {
            (None, ..) => Form::Parts,
            (Some(only), None, _) if only.tells_values_apart() => Form::Parts,
            (Some(first), Some(second), None) if first.is_order() && second.is_order() => Form::Monotone,
            _ => Form::General,
        }
    }

    /// The attributes of the cells to blame in a row that takes part in a role: those compared by `!=`, by order, by
    /// unlikeness or in arithmetic; where there are none those that are equated or alike; where there are none either
    /// those of the row's own predicates.
    pub(crate) fn blamed_attributes(&self, role: Tuple) -> Vec<AttributeId> {
        let compared = self
            .cross
            .iter()
            .map(|predicate| (predicate.comparison != Comparison::Equal, vec![predicate.attribute(role)]));
        let others = self.residuals.iter().map(|predicate| {
            let alike = matches!(**predicate, Predicate::Similar { polarity: Polarity::Positive, .. });
            let cells = predicate.cells().into_iter().filter(|cell| cell.tuple == role);
            (!alike, cells.map(|cell| cell.attribute).collect())
        });
        let both: Vec<(bool, Vec<AttributeId>)> = compared.chain(others).collect();
        let telling = both.iter().any(|(telling, _)| *telling);
        let mut attributes: Vec<AttributeId> =
            both.into_iter().filter(|(of, _)| *of == telling).flat_map(|(_, attributes)| attributes).collect();
        if attributes.is_empty() {
            let own = if role == Tuple::A { &self.a } else { &self.b };
            attributes.extend(own.iter().flat_map(RowPredicate::attributes));
        }
        attributes
    }

    /// Whether the constraint has a residual of this meaning, perhaps written from the other side.
    fn has_residual(&self, predicate: &Predicate) -> bool {
        let predicate = normal(predicate);
        let turned = match predicate.as_ref() {
            Predicate::Formula { left, comparison, right, tolerance } => Some(Predicate::Formula {
                left: right.clone(),
                comparison: comparison.flipped(),
                right: left.clone(),
                tolerance: *tolerance,
            }),
            _ => None,
        };
        self.residuals.iter().any(|own| *own == predicate || Some(own.as_ref()) == turned.as_ref())
    }

    fn has_equal_filters(&self) -> bool {
        self.a.len() == self.b.len() && self.a.iter().all(|predicate| self.b.contains(predicate))
    }
}

impl CrossPredicate {
    /// Whether it is `<`, `<=`, `>` or `>=`.
    pub(crate) fn is_order(&self) -> bool {
        !matches!(self.comparison, Comparison::Equal | Comparison::NotEqual)
    }

    /// Whether it asks for the same text in the same attribute.
    pub(crate) fn is_on_left_side(&self) -> bool {
        self.comparison == Comparison::Equal && self.left == self.right && self.domain == Domain::Text
    }

    /// Of two rows it holds in one role or the other exactly if their values differ.
    fn tells_values_apart(&self) -> bool {
        matches!(self.comparison, Comparison::NotEqual | Comparison::Less | Comparison::Greater)
    }

    fn attribute(&self, role: Tuple) -> AttributeId {
        if role == Tuple::A { self.left } else { self.right }
    }

    fn exchanged(&self) -> Self {
        let comparison = self.comparison.flipped();
        CrossPredicate { left: self.right, comparison, right: self.left, domain: self.domain }
    }
}

/// Of the attributes to blame those that a rule may change. A rule that says which it changes may mean others of those
/// that it names; one that changes nothing still shows where it is broken.
pub(crate) fn allowed(changes: &Changes, blamed: &[AttributeId], named: &[AttributeId]) -> Vec<AttributeId> {
    match changes {
        Changes::Only(only) => {
            let allowed: Vec<AttributeId> =
                named.iter().copied().filter(|attribute| only.contains(attribute)).collect();
            if allowed.is_empty() { blamed.to_vec() } else { allowed }
        }
        Changes::Any | Changes::None => blamed.to_vec(),
    }
}

/// The attributes that a constraint names in a role, sorted, each once.
pub(crate) fn named(constraint: &Constraint, role: Tuple) -> Vec<AttributeId> {
    constraint.cells().into_iter().filter(|cell| cell.tuple == role).map(|cell| cell.attribute).collect()
}

fn push_new<T: PartialEq>(items: &mut Vec<T>, item: T) {
    if !items.contains(&item) {
        items.push(item);
    }
}
