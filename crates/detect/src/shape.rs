//! What a pair constraint says, put in order: what each role demands for itself, and what the two are compared by.

use lustrate_rules::{Comparison, Constraint, Domain, Operand, Predicate, Tuple};
use lustrate_table::AttributeId;

use crate::single_row::RowPredicate;

/// A pair constraint, without repeated predicates.
pub(crate) struct Shape<'c> {
    /// What the row in role `a` has to satisfy for itself.
    pub(crate) a: Vec<RowPredicate<'c>>,
    /// What the row in role `b` has to satisfy for itself.
    pub(crate) b: Vec<RowPredicate<'c>>,
    /// What the two rows have to satisfy together.
    pub(crate) cross: Vec<CrossPredicate>,
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
        let mut shape = Shape { a: Vec::new(), b: Vec::new(), cross: Vec::new() };
        for predicate in &constraint.predicates {
            let Predicate::Compare(predicate) = predicate else { continue };
            match &predicate.right {
                Operand::Cell(right) if right.tuple != predicate.left.tuple => {
                    let (mut left, mut right) = (predicate.left, *right);
                    let mut comparison = predicate.comparison;
                    if left.tuple == Tuple::B {
                        (left, right) = (right, left);
                        comparison = comparison.flipped();
                    }
                    let (left, right) = (left.attribute, right.attribute);
                    push_new(&mut shape.cross, CrossPredicate { left, comparison, right, domain: predicate.domain });
                }
                _ if predicate.left.tuple == Tuple::A => push_new(&mut shape.a, RowPredicate::new(predicate)),
                _ => push_new(&mut shape.b, RowPredicate::new(predicate)),
            }
        }
        shape
    }

    /// Whether the constraint reads the same with its roles exchanged.
    pub(crate) fn is_symmetric(&self) -> bool {
        self.has_equal_filters() && self.cross.iter().all(|predicate| self.cross.contains(&predicate.exchanged()))
    }

    /// The form of the constraint, which the way to its smallest change depends on.
    pub(crate) fn form(&self) -> Form {
        let straight = self.cross.iter().all(|predicate| predicate.left == predicate.right);
        if !straight || !self.has_equal_filters() {
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

    /// The attributes of the cells to blame in a row that takes part in a role: those compared by `!=` or by order;
    /// where there are none those that are equated; where there are none either those of the row's own predicates.
    pub(crate) fn blamed_attributes(&self, role: Tuple) -> Vec<AttributeId> {
        let unequal = self.cross.iter().filter(|predicate| predicate.comparison != Comparison::Equal);
        let mut attributes: Vec<AttributeId> = unequal.map(|predicate| predicate.attribute(role)).collect();
        if attributes.is_empty() {
            attributes.extend(self.cross.iter().map(|predicate| predicate.attribute(role)));
        }
        if attributes.is_empty() {
            let own = if role == Tuple::A { &self.a } else { &self.b };
            attributes.extend(own.iter().flat_map(RowPredicate::attributes));
        }
        attributes
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

fn push_new<T: PartialEq>(items: &mut Vec<T>, item: T) {
    if !items.contains(&item) {
        items.push(item);
    }
}
