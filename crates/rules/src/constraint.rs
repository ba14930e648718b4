//! The lowered form of a rule: the only form that detectors and factors see.
//!
//! A constraint forbids: a row (or a pair of different rows) for which all predicates hold is a violation. A
//! comparison with null is unknown, and unknown violates nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use lustrate_diagnostic::{Diagnostics, Span};
use lustrate_table::{AttributeId, CellId};
use lustrate_values::Similarity;

use crate::{Check, Columns, Duplicates, Fusion, Lookup, Pattern, Reference};

/// All constraints of a run, bound to one schema, in the order in which they were written.
#[derive(Clone, Debug, Default)]
pub struct Constraints {
    items: Vec<Constraint>,
    because: BTreeMap<ConstraintId, String>,
    notes: Diagnostics,
    pub(crate) columns: Columns,
    pub(crate) references: Vec<Reference>,
    pub(crate) lookups: Vec<Lookup>,
    pub(crate) duplicates: Vec<Duplicates>,
    pub(crate) fusions: Vec<Fusion>,
    pub(crate) checks: Vec<Check>,
    pub(crate) left_out: u64,
    pub(crate) known: BTreeSet<CellId>,
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
        Constraints { items, because, notes, ..Constraints::default() }
    }

    /// What is declared of the columns.
    pub fn columns(&self) -> &Columns {
        &self.columns
    }

    /// A reference table.
    pub fn reference(&self, id: ReferenceId) -> &Reference {
        &self.references[id.0 as usize]
    }

    /// The rules that look values up in reference tables, in the order in which they were written.
    pub fn lookups(&self) -> &[Lookup] {
        &self.lookups
    }

    /// The rules that say when two rows are one thing.
    pub fn duplicates(&self) -> &[Duplicates] {
        &self.duplicates
    }

    /// Whether a constraint only says which rows are one thing: it is an alternative of [`Constraints::duplicates`], and
    /// rows that satisfy it break nothing.
    pub fn joins(&self, id: ConstraintId) -> bool {
        self.duplicates.iter().any(|duplicates| duplicates.alternatives.contains(&id))
    }

    /// The rules that say which rows are reports of one thing by several sources.
    pub fn fusions(&self) -> &[Fusion] {
        &self.fusions
    }

    /// The rules on the table as a whole.
    pub fn checks(&self) -> &[Check] {
        &self.checks
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

    /// The number of rules that are not among these because there was a mistake in them ([`Rules::left_out`]).
    ///
    /// [`Rules::left_out`]: crate::Rules::left_out
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    /// The cells of the table at hand that are known to be right, because somebody said so.
    pub fn known(&self) -> &BTreeSet<CellId> {
        &self.known
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
    /// Which cells it may change.
    pub changes: Changes,
}

/// Which cells a rule may change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Changes {
    /// All that it names.
    #[default]
    Any,
    /// Only those of these attributes (`repair city, state only`).
    Only(Vec<AttributeId>),
    /// None (`never repair`): what breaks it is reported.
    None,
}

impl Changes {
    /// Whether the rule may change cells of an attribute.
    pub fn allow(&self, attribute: AttributeId) -> bool {
        match self {
            Changes::Any => true,
            Changes::Only(attributes) => attributes.contains(&attribute),
            Changes::None => false,
        }
    }
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

impl RuleOrigin {
    /// The place of a rule that nobody wrote: the data show it.
    pub fn nowhere() -> Self {
        RuleOrigin { file: String::new(), line: 0, span: Span::new(0, 0) }
    }
}

/// What the predicates of a constraint range over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// One row; only [`Tuple::A`] occurs.
    Row,
    /// Two different rows.
    Pair,
    /// A row and a row of a reference table, whose cells are those of [`Tuple::B`].
    Reference(ReferenceId),
}

/// The place of a reference table in its [`Constraints`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ReferenceId(pub u32);

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
    /// What breaks it is reported, and changes nothing.
    Warn,
    /// The same, and the run fails where more than this share of the rows break it; an aggregate has no share and fails
    /// where it does not hold.
    Fail {
        /// The share, from 0 to 1.
        above: f64,
    },
}

impl Strength {
    /// Whether the rule is evidence for repairs at all.
    pub fn repairs(self) -> bool {
        matches!(self, Strength::Hard | Strength::Soft { .. })
    }
}

/// What may hold of a row or a pair of rows. A predicate on a missing value is unknown, but for [`Predicate::Null`].
#[derive(Clone, Debug, PartialEq)]
pub enum Predicate {
    /// `a.x < b.y`, `x = "text"`: what detectors sort and count by.
    Compare(Compare),
    /// `x is null`, `x is not null`: the only predicate that is known of a missing value.
    Null {
        /// Which cell.
        cell: CellOf,
        /// Whether the value must be missing or must be there.
        presence: Presence,
    },
    /// `x in ("a", "b")`, `x in 1..5`, `x matches /re/`: a test of one text.
    Member {
        /// Which cell.
        cell: CellOf,
        /// What it is held against.
        test: CellTest,
        /// Whether it must pass or fail.
        polarity: Polarity,
    },
    /// `a.x ~ b.x`, `x !~jw(0.9) "text"`.
    Similar {
        /// The left side.
        left: CellOf,
        /// The right side.
        right: Operand,
        /// How likeness is measured, and what it must reach.
        measure: Similarity,
        /// Whether they must be alike or unlike.
        polarity: Polarity,
    },
    /// `total != net + vat`, `total ~= paid within 1%`: arithmetic, or equality within a tolerance.
    Formula {
        /// The left side.
        left: Formula,
        /// How they are compared.
        comparison: Comparison,
        /// The right side.
        right: Formula,
        /// Sides that differ by no more than this are equal.
        tolerance: Tolerance,
    },
}

/// One comparison.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Compare {
    /// The left side: always a cell.
    pub left: CellOf,
    /// How they are compared.
    pub comparison: Comparison,
    /// The right side.
    pub right: Operand,
    /// What the two sides are compared as. Equality of [`Domain::Text`] is equality of the text.
    pub domain: Domain,
}

/// Whether a value is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It is missing.
    Missing,
    /// It is there.
    Present,
}

impl Presence {
    /// The other one.
    pub fn negated(self) -> Self {
        match self {
            Presence::Missing => Presence::Present,
            Presence::Present => Presence::Missing,
        }
    }
}

/// Whether a test must pass or fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Polarity {
    /// It must pass.
    Positive,
    /// It must fail.
    Negative,
}

impl Polarity {
    /// The other one.
    pub fn negated(self) -> Self {
        match self {
            Polarity::Positive => Polarity::Negative,
            Polarity::Negative => Polarity::Positive,
        }
    }

    /// Whether a test that passed or failed is as it must be.
    pub fn agrees(self, passed: bool) -> bool {
        passed == (self == Polarity::Positive)
    }
}

/// A test of one text.
#[derive(Clone, Debug, PartialEq)]
pub enum CellTest {
    /// It is one of these, exactly.
    OneOf(Arc<BTreeSet<String>>),
    /// Its number is one of these, as the type of its column reads it; unknown where it reads none.
    OneOfNumbers(Arc<Vec<f64>>),
    /// The whole text matches the expression.
    Matches(Pattern),
    /// It lies between the two, both included, as the type of its column reads it; unknown where it reads no number.
    Between(f64, f64),
    /// The type of its column reads it.
    OfType,
}

/// Arithmetic over cells.
#[derive(Clone, Debug, PartialEq)]
pub enum Formula {
    /// A cell, as the type of its column reads it; unknown where it reads no number.
    Cell(CellOf),
    /// A number.
    Number(f64),
    /// Two formulas and what is between them. Division by zero is unknown.
    Binary(Arithmetic, Box<Formula>, Box<Formula>),
}

impl Formula {
    /// The formula with its rows called otherwise.
    pub(crate) fn renamed(&self, rename: fn(Tuple) -> Tuple) -> Formula {
        match self {
            Formula::Cell(cell) => Formula::Cell(CellOf { tuple: rename(cell.tuple), ..*cell }),
            Formula::Number(number) => Formula::Number(*number),
            Formula::Binary(operation, left, right) => {
                Formula::Binary(*operation, Box::new(left.renamed(rename)), Box::new(right.renamed(rename)))
            }
        }
    }
}

/// The four operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arithmetic {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
}

/// By how much two sides may differ and still be equal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tolerance {
    /// By what the arithmetic of decimal fractions loses: a relative 1e-9.
    Rounding,
    /// By this much.
    Absolute(f64),
    /// By this share of the greater side.
    Relative(f64),
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
    /// Text, exactly, in a comparison of two cells by `=` or `!=` for which missing is a value like any other: equal to
    /// itself, and to no text.
    TextOrNull,
    /// Text without regard to case.
    FoldedText,
    /// What the types of the columns read: numbers, days, seconds, units ([`Columns::number`]). A constant is read by the
    /// type of the column on the left. Text that the type does not read compares as unknown.
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
    /// Whether missing values are values like any other to it ([`Domain::TextOrNull`]).
    pub fn counts_null(&self) -> bool {
        let mut compared = self.predicates.iter().filter_map(Predicate::as_compare);
        compared.any(|compare| compare.domain == Domain::TextOrNull)
    }

    /// The functional dependency that this constraint is, if it is one: a pair constraint with equalities of one
    /// attribute between the two rows and exactly one inequality (`!=`) of one attribute, all of exact text.
    /// One that [counts missing values](Constraint::counts_null) says this, and more of those.
    pub fn as_dependency(&self) -> Option<Dependency> {
        self.as_conditional_dependency().filter(|(_, rows)| rows.is_empty()).map(|(dependency, _)| dependency)
    }

    /// The same for a dependency that speaks only of some rows (`fd zip -> street when country = "UK"`): with the
    /// predicates that must hold of both rows, written for [`Tuple::A`]; none for a dependency on all rows.
    pub fn as_conditional_dependency(&self) -> Option<(Dependency, Vec<Predicate>)> {
        if self.scope != Scope::Pair {
            return None;
        }
        let (mut lhs, mut rhs) = (Vec::new(), None);
        let (mut of_a, mut of_b) = (Vec::new(), Vec::new());
        for predicate in &self.predicates {
            let cells = predicate.cells();
            if cells.iter().all(|cell| cell.tuple == Tuple::A) {
                of_a.push(predicate.clone());
                continue;
            }
            if cells.iter().all(|cell| cell.tuple == Tuple::B) {
                of_b.push(predicate.renamed(Tuple::other));
                continue;
            }
            let Predicate::Compare(predicate) = predicate else { return None };
            let Operand::Cell(right) = &predicate.right else { return None };
            let exact = matches!(predicate.domain, Domain::Text | Domain::TextOrNull);
            let same = predicate.left.attribute == right.attribute && exact;
            match predicate.comparison {
                Comparison::Equal if same => lhs.push(predicate.left.attribute),
                Comparison::NotEqual if same && rhs.is_none() => rhs = Some(predicate.left.attribute),
                _ => return None,
            }
        }
        if !(of_a.iter().all(|predicate| of_b.contains(predicate))
            && of_b.iter().all(|predicate| of_a.contains(predicate)))
        {
            return None;
        }
        lhs.sort_unstable();
        lhs.dedup();
        let rhs = rhs.filter(|rhs| !lhs.is_empty() && !lhs.contains(rhs))?;
        Some((Dependency { lhs, rhs }, of_a))
    }
}
