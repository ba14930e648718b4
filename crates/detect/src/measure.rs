//! What a check measures, made ready to be taken of any rows.

use lustrate_rules::{Constraints, Measure};
use lustrate_table::{AttributeId, Code, Column, RowId};

use crate::drift::Drift;
use crate::typed::Typed;

/// A measure over one table. What costs a pass over the column is done once, not once for each group.
pub(crate) enum Gauge<'t> {
    /// The number of rows.
    Rows,
    /// What is counted in a column.
    Counted(Count, &'t Column),
    /// What is reckoned from the numbers of a column, one a row.
    Reckoned(Reckoning, Vec<Option<f64>>),
    /// How far a column has drifted.
    Drift(Drift<'t>),
}

/// What is counted.
pub(crate) enum Count {
    Present,
    Distinct,
    Missing,
}

/// What is reckoned from numbers, of which there is at least one.
#[derive(Clone, Copy)]
pub(crate) enum Reckoning {
    Sum,
    Mean,
    Median,
    Min,
    Max,
    Deviation,
}

impl<'t> Gauge<'t> {
    pub(crate) fn new(typed: Typed<'t>, constraints: &'t Constraints, measure: &Measure) -> Self {
        let counted = |count, attribute: AttributeId| Gauge::Counted(count, typed.table.column(attribute));
        let reckoned = |reckoning, attribute| Gauge::Reckoned(reckoning, typed.numbers(attribute));
        match *measure {
            Measure::Rows => Gauge::Rows,
            Measure::Count(attribute) => counted(Count::Present, attribute),
            Measure::Distinct(attribute) => counted(Count::Distinct, attribute),
            Measure::Nulls(attribute) => counted(Count::Missing, attribute),
            Measure::Sum(attribute) => reckoned(Reckoning::Sum, attribute),
            Measure::Mean(attribute) => reckoned(Reckoning::Mean, attribute),
            Measure::Median(attribute) => reckoned(Reckoning::Median, attribute),
            Measure::Min(attribute) => reckoned(Reckoning::Min, attribute),
            Measure::Max(attribute) => reckoned(Reckoning::Max, attribute),
            Measure::Deviation(attribute) => reckoned(Reckoning::Deviation, attribute),
            Measure::Drift { attribute, reference, other } => {
                Gauge::Drift(Drift::new(typed, attribute, &constraints.reference(reference).table, other))
            }
        }
    }

    /// What is measured of some rows; `None` where that is unknown.
    pub(crate) fn measure(&self, rows: &[RowId]) -> Option<f64> {
        let measured = match self {
            Gauge::Rows => rows.len() as f64,
            Gauge::Counted(count, column) => count.of(rows.iter().map(|&row| column.code(row)).collect()),
            Gauge::Reckoned(reckoning, numbers) => {
                reckoning.of(rows.iter().filter_map(|row| numbers[row.index()]).collect())?
            }
            Gauge::Drift(drift) => drift.index(rows)?,
        };
        Some(measured).filter(|measured| !measured.is_nan())
    }
}

impl Count {
    fn of(&self, mut codes: Vec<Code>) -> f64 {
        let rows = codes.len();
        codes.retain(|code| !code.is_null());
        match self {
            Count::Present => codes.len() as f64,
            Count::Distinct => {
                codes.sort_unstable();
                codes.dedup();
                codes.len() as f64
            }
            Count::Missing if rows == 0 => 0.0,
            Count::Missing => (rows - codes.len()) as f64 / rows as f64,
        }
    }
}

impl Reckoning {
    /// Numbers are added in the order of their size, so that the order of the rows changes no digit.
    fn of(self, mut numbers: Vec<f64>) -> Option<f64> {
        numbers.sort_unstable_by(f64::total_cmp);
        let (first, last) = (*numbers.first()?, *numbers.last()?);
        let mean = || numbers.iter().sum::<f64>() / numbers.len() as f64;
        Some(match self {
            Reckoning::Sum => numbers.iter().sum(),
            Reckoning::Mean => mean(),
            Reckoning::Median => {
                let middle = numbers.len() / 2;
                if numbers.len() % 2 == 1 {
                    numbers[middle]
                } else {
                    f64::midpoint(numbers[middle - 1], numbers[middle])
                }
            }
            Reckoning::Min => first,
            Reckoning::Max => last,
            Reckoning::Deviation if numbers.len() < 2 => return None,
            Reckoning::Deviation => {
                let mean = mean();
                let squares: f64 = numbers.iter().map(|number| (number - mean).powi(2)).sum();
                (squares / (numbers.len() - 1) as f64).sqrt()
            }
        })
    }
}
