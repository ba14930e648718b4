//! The meaning of a predicate, word by word: what detectors make fast, and what asks about a row that is only imagined.

use std::cmp::Ordering;

use crate::{
    Arithmetic, CellOf, CellTest, Columns, Compare, Constraint, Domain, Formula, Operand, Predicate, Presence,
    Tolerance, Tuple,
};

impl Predicate {
    /// Whether it holds of cells with these texts; `None` where that is unknown because one is missing, or is not read by
    /// the type of its column.
    pub fn holds<'t>(&self, columns: &Columns, text: &dyn Fn(CellOf) -> Option<&'t str>) -> Option<bool> {
        match self {
            Predicate::Compare(compare) => compare.holds(columns, text),
            Predicate::Null { cell, presence } => Some(text(*cell).is_none() == (*presence == Presence::Missing)),
            Predicate::Member { cell, test, polarity } => {
                Some(polarity.agrees(test.passes(columns, *cell, text(*cell)?)?))
            }
            Predicate::Similar { left, right, measure, polarity } => {
                let (one, other) = (text(*left)?, operand(right, text)?);
                let number = |side: &str| columns.number(left.attribute, side);
                Some(polarity.agrees(measure.alike(one, other, &number)?))
            }
            Predicate::Formula { left, comparison, right, tolerance } => {
                let (left, right) = (left.value(columns, text)?, right.value(columns, text)?);
                Some(comparison.holds(tolerance.compare(left, right)))
            }
        }
    }

    /// The predicate with its rows called otherwise.
    pub fn renamed(&self, rename: fn(Tuple) -> Tuple) -> Predicate {
        let cell = |cell: CellOf| CellOf { tuple: rename(cell.tuple), ..cell };
        let side = |side: &Operand| match side {
            Operand::Cell(of) => Operand::Cell(cell(*of)),
            Operand::Constant(text) => Operand::Constant(text.clone()),
        };
        match self.clone() {
            Predicate::Compare(compare) => {
                Predicate::Compare(Compare { left: cell(compare.left), right: side(&compare.right), ..compare })
            }
            Predicate::Null { cell: of, presence } => Predicate::Null { cell: cell(of), presence },
            Predicate::Member { cell: of, test, polarity } => Predicate::Member { cell: cell(of), test, polarity },
            Predicate::Similar { left, right, measure, polarity } => {
                Predicate::Similar { left: cell(left), right: side(&right), measure, polarity }
            }
            Predicate::Formula { left, comparison, right, tolerance } => {
                let (left, right) = (left.renamed(rename), right.renamed(rename));
                Predicate::Formula { left, comparison, right, tolerance }
            }
        }
    }

    /// The predicate that holds exactly where this one is known not to hold; where it is unknown, both are.
    pub fn negated(&self) -> Predicate {
        let mut negated = self.clone();
        match &mut negated {
            Predicate::Compare(Compare { comparison, .. }) | Predicate::Formula { comparison, .. } => {
                *comparison = comparison.negated();
            }
            Predicate::Null { presence, .. } => *presence = presence.negated(),
            Predicate::Member { polarity, .. } | Predicate::Similar { polarity, .. } => *polarity = polarity.negated(),
        }
        negated
    }

    /// The comparison that it is, if it is one.
    pub fn as_compare(&self) -> Option<&Compare> {
        match self {
            Predicate::Compare(compare) => Some(compare),
            _ => None,
        }
    }

    /// The cells that it names.
    pub fn cells(&self) -> Vec<CellOf> {
        match self {
            Predicate::Compare(Compare { left, right, .. }) | Predicate::Similar { left, right, .. } => match right {
                Operand::Cell(right) => vec![*left, *right],
                Operand::Constant(_) => vec![*left],
            },
            Predicate::Null { cell, .. } | Predicate::Member { cell, .. } => vec![*cell],
            Predicate::Formula { left, right, .. } => {
                let mut cells = Vec::new();
                left.push_cells(&mut cells);
                right.push_cells(&mut cells);
                cells
            }
        }
    }
}

impl Constraint {
    /// Whether cells with these texts break it: whether all predicates are known to hold.
    pub fn is_broken<'t>(&self, columns: &Columns, text: &dyn Fn(CellOf) -> Option<&'t str>) -> bool {
        self.predicates.iter().all(|predicate| predicate.holds(columns, text) == Some(true))
    }

    /// The cells that it names, sorted, each once.
    pub fn cells(&self) -> Vec<CellOf> {
        let mut cells: Vec<CellOf> = self.predicates.iter().flat_map(Predicate::cells).collect();
        cells.sort_unstable();
        cells.dedup();
        cells
    }
}

impl Compare {
    fn holds<'t>(&self, columns: &Columns, text: &dyn Fn(CellOf) -> Option<&'t str>) -> Option<bool> {
        let (left, right) = (text(self.left), operand(&self.right, text));
        let counts_null = self.domain == Domain::TextOrNull && !self.comparison.is_order();
        if counts_null && matches!(self.right, Operand::Cell(_)) && (left.is_none() || right.is_none()) {
            return Some(self.comparison.holds(left.cmp(&right)));
        }
        let (left, right) = (left?, right?);
        let ordering = match self.domain {
            Domain::Text | Domain::TextOrNull => left.cmp(right),
            Domain::FoldedText => left.to_lowercase().cmp(&right.to_lowercase()),
            Domain::Number => {
                // A constant is read by the type of the column on the left.
                let other = match &self.right {
                    Operand::Cell(cell) => cell.attribute,
                    Operand::Constant(_) => self.left.attribute,
                };
                let (left, right) = (columns.number(self.left.attribute, left)?, columns.number(other, right)?);
                left.partial_cmp(&right)?
            }
        };
        Some(self.comparison.holds(ordering))
    }
}

fn operand<'t: 'o, 'o>(operand: &'o Operand, text: &dyn Fn(CellOf) -> Option<&'t str>) -> Option<&'o str> {
    match operand {
        Operand::Cell(cell) => text(*cell),
        Operand::Constant(constant) => Some(constant),
    }
}

impl CellTest {
    /// Whether a text of a column passes; `None` where that is unknown.
    pub fn passes(&self, columns: &Columns, cell: CellOf, text: &str) -> Option<bool> {
        // Where the table is looked at as it was read, blanks and spellings of a missing value are still there.
        let declared = columns.get(cell.attribute);
        let text = if declared.origin.is_some() { text.trim() } else { text };
        if declared.nulls.contains(text) {
            return None;
        }
        match self {
            CellTest::OneOf(values) => Some(values.contains(text)),
            CellTest::OneOfNumbers(numbers) => {
                columns.number(cell.attribute, text).map(|number| numbers.contains(&number))
            }
            CellTest::Matches(pattern) => Some(pattern.matches(text)),
            CellTest::Between(low, high) => {
                columns.number(cell.attribute, text).map(|number| (*low..=*high).contains(&number))
            }
            CellTest::OfType => {
                let column_type = declared.column_type.as_ref();
                Some(column_type.is_none_or(|column_type| column_type.read(text).is_some()))
            }
        }
    }
}

impl Formula {
    /// Its value; `None` where a cell is missing or reads no number, or something is divided by zero.
    pub fn value<'t>(&self, columns: &Columns, text: &dyn Fn(CellOf) -> Option<&'t str>) -> Option<f64> {
        self.value_with(&|cell| columns.number(cell.attribute, text(cell)?))
    }

    /// Its value for cells of these numbers.
    pub fn value_with(&self, number: &dyn Fn(CellOf) -> Option<f64>) -> Option<f64> {
        match self {
            Formula::Cell(cell) => number(*cell),
            Formula::Number(number) => Some(*number),
            Formula::Binary(operation, left, right) => {
                operation.apply(left.value_with(number)?, right.value_with(number)?)
            }
        }
    }

    fn push_cells(&self, cells: &mut Vec<CellOf>) {
        match self {
            Formula::Cell(cell) => cells.push(*cell),
            Formula::Number(_) => {}
            Formula::Binary(_, left, right) => {
                left.push_cells(cells);
                right.push_cells(cells);
            }
        }
    }
}

impl Arithmetic {
    fn apply(self, left: f64, right: f64) -> Option<f64> {
        let value = match self {
            Arithmetic::Add => left + right,
            Arithmetic::Subtract => left - right,
            Arithmetic::Multiply => left * right,
            Arithmetic::Divide => left / right,
        };
        Some(value).filter(|value| value.is_finite())
    }
}

impl Tolerance {
    /// How two numbers compare, those within the tolerance being equal.
    pub fn compare(self, left: f64, right: f64) -> Ordering {
        let greater = left.abs().max(right.abs());
        let slack = match self {
            Tolerance::Rounding => 1e-9 * greater,
            Tolerance::Absolute(by) => by + 1e-9 * greater,
            Tolerance::Relative(share) => (share + 1e-9) * greater,
        };
        if (left - right).abs() <= slack { Ordering::Equal } else { left.total_cmp(&right) }
    }
}
