//! The lowered form of a rule: the only form that detectors and factors see.
//!
//! A constraint forbids: a row (or a pair of different rows) for which all predicates hold is a violation. A
//! comparison with null is unknown, and unknown violates nothing.

use std::collections::BTreeMap;

use lustrate_diagnostic::{Diagnostics, Span};
use lustrate_table::AttributeId;

/// All constraints of a run, bound to one schema, in the order in which they were written.
#[derive(Clone, Debug, Default)]
pub struct Constraints {
    items: Vec<Constraint>,
    because: BTreeMap<ConstraintId, String>,
    notes: Diagnostics,
}

impl Constraints {
    /// Constraints in the order in which they were written.
    pub fn new(items: Vec<Constraint>) -> Self {
        Constraints { items, ..Constraints::default() }
    }

    /// Constraints with the reasons that their rules give, and what was noted when they were bound.
    pub(crate) fn with_notes(
        items: Vec<Constraint>,
        because: BTreeMap<ConstraintId, String>,
        notes: Diagnostics,
    ) -> Self {
        Constraints { items, because, notes }
    }

    /// The constraints in order; [`ConstraintId`] is the place in this slice.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (ConstraintId, &Constraint)> {
        self.items.iter().enumerate().map(|(place, constraint)| (ConstraintId(place as u32), constraint))
    }

    /// One constraint.
    pub fn get(&self, id: ConstraintId) -> &Constraint {
        &self.items[id.0 as usize]
    }

    /// Why a constraint holds, as its rule says with `because`.
    pub fn because(&self, id: ConstraintId) -> Option<&str> {
        self.because.get(&id).map(String::as_str)
    }

    /// Warnings and notes from binding: rules that are used, perhaps not as they were meant.
    pub fn notes(&self) -> &Diagnostics {
        &self.notes
    }

    /// The number of constraints.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

/// The place of a constraint in its [`Constraints`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ConstraintId(pub u32);

/// One denial constraint.
#[derive(Clone, Debug, PartialEq)]
pub struct Constraint {
    /// The rule's name, or a short text made from it (`fd zip -> city`): what reports and repairs show.
    pub name: String,
    /// Where the rule was written.
    pub origin: RuleOrigin,
    /// What the predicates range over.
    pub scope: Scope,
    /// Predicates that must not hold together. Never empty.
    pub predicates: Vec<Predicate>,
    /// How strongly it is meant.
    pub strength: Strength,
}

/// The file and place of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleOrigin {
    /// The name of the file, as it was given.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The bytes of the rule in the file.
    pub span: Span,
}

/// What the predicates of a constraint range over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// One row; only [`Tuple::A`] occurs.
    Row,
    /// Two different rows.
    Pair,
}

/// How strongly a rule is meant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Strength {
    /// The output satisfies it.
    Hard,
    /// Evidence, whose weight is learned; `log_weight` fixes it.
    Soft {
        /// The weight that the user gave.
        log_weight: Option<f64>,
    },
}

/// One comparison.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Predicate {
    /// The left side: always a cell.
    pub left: CellOf,
    /// How they are compared.
    pub comparison: Comparison,
    /// The right side.
    pub right: Operand,
    /// What the two sides are compared as. Equality of [`Domain::Text`] is equality of the text.
    pub domain: Domain,
}

/// An attribute of one of the two rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CellOf {
    /// Which of the rows.
    pub tuple: Tuple,
    /// Which attribute.
    pub attribute: AttributeId,
}

/// The two rows of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tuple {
    /// The first, or the only one.
    A,
    /// The second.
    B,
}

impl Tuple {
    /// The other row of the pair.
    pub fn other(self) -> Self {
        match self {
            Tuple::A => Tuple::B,
            Tuple::B => Tuple::A,
        }
    }
}

/// The right side of a comparison.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operand {
    /// A cell.
    Cell(CellOf),
    /// A constant: its text as written, compared as the predicate's domain says.
    Constant(String),
}

/// The six comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl Comparison {
    /// The comparison that holds exactly where this one does not.
    pub fn negated(self) -> Self {
        match self {
            Comparison::Equal => Comparison::NotEqual,
            Comparison::NotEqual => Comparison::Equal,
            Comparison::Less => Comparison::GreaterOrEqual,
            Comparison::LessOrEqual => Comparison::Greater,
            Comparison::Greater => Comparison::LessOrEqual,
            Comparison::GreaterOrEqual => Comparison::Less,
        }
    }

    /// The comparison with its sides exchanged.
    pub fn flipped(self) -> Self {
        match self {
            Comparison::Less => Comparison::Greater,
            Comparison::LessOrEqual => Comparison::GreaterOrEqual,
            Comparison::Greater => Comparison::Less,
            Comparison::GreaterOrEqual => Comparison::LessOrEqual,
            same => same,
        }
    }

    /// Whether it holds for two values that compare so.
    pub fn holds(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            Comparison::Equal => ordering.is_eq(),
            Comparison::NotEqual => ordering.is_ne(),
            Comparison::Less => ordering.is_lt(),
            Comparison::LessOrEqual => ordering.is_le(),
            Comparison::Greater => ordering.is_gt(),
            Comparison::GreaterOrEqual => ordering.is_ge(),
        }
    }

    /// The sign in our language.
    pub fn sign(self) -> &'static str {
        match self {
            Comparison::Equal => "=",
            Comparison::NotEqual => "!=",
            Comparison::Less => "<",
            Comparison::LessOrEqual => "<=",
            Comparison::Greater => ">",
            Comparison::GreaterOrEqual => ">=",
        }
    }
}

/// What two sides are compared as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Domain {
    /// Text, exactly.
    Text,
    /// Text without regard to case.
    FoldedText,
    /// Numbers; text that is no number compares as unknown.
    Number,
}

/// A functional dependency: rows that agree on `lhs` agree on `rhs`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Dependency {
    /// The determining attributes, sorted, without repeats.
    pub lhs: Vec<AttributeId>,
    /// The determined attribute, not one of `lhs`.
    pub rhs: AttributeId,
}

impl Constraint {
    /// The functional dependency that this constraint is, if it is one: a pair constraint with equalities of one
    /// attribute between the two rows and exactly one inequality (`!=`) of one attribute, all of exact text.
    pub fn as_dependency(&self) -> Option<Dependency> {
        if self.scope != Scope::Pair {
            return None;
        }
        let mut lhs = Vec::new();
        let mut rhs = None;
        for predicate in &self.predicates {
            let Operand::Cell(right) = &predicate.right else { return None };
            let same = predicate.left.attribute == right.attribute
                && predicate.left.tuple != right.tuple
                && predicate.domain == Domain::Text;
            match predicate.comparison {
                Comparison::Equal if same => lhs.push(predicate.left.attribute),
                Comparison::NotEqual if same && rhs.is_none() => rhs = Some(predicate.left.attribute),
                _ => return None,
            }
        }
        lhs.sort_unstable();
        lhs.dedup();
        rhs.filter(|rhs| !lhs.is_empty() && !lhs.contains(rhs)).map(|rhs| Dependency { lhs, rhs })
    }
}
