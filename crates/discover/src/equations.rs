//! Columns that others add up or multiply to: `total = net + tax`, `amount = price * quantity`, `pounds = 2.2046 * kilos`.

use std::collections::BTreeSet;

use lustrate_table::AttributeId;
use rayon::prelude::*;

use crate::numbers::{SURE, sample, surprise};
use crate::{NumberColumn, Quantity};

/// An equation between columns of numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct ProposedEquation {
    /// The column on the left.
    pub target: AttributeId,
    /// What it is.
    pub form: EquationForm,
    /// How far apart both sides may be: the target is rounded.
    pub tolerance: f64,
    /// Rows in which all columns have a value.
    pub rows: u32,
    /// Of these, rows in which both sides are further apart.
    pub exceptions: u32,
    /// The evidence against an accident, in nats.
    pub score: f64,
}

/// The right side of an equation.
#[derive(Clone, Debug, PartialEq)]
pub enum EquationForm {
    /// A multiple of one column.
    Multiple {
        /// The constant.
        factor: f64,
        /// The column.
        of: AttributeId,
    },
    /// The product of two columns and a constant: 1, or 0.01 where one is in percent.
    Product {
        /// The columns, in order.
        factors: [AttributeId; 2],
        /// The constant.
        scale: f64,
    },
    /// One column divided by another, rounded.
    Quotient {
        /// What is divided.
        dividend: AttributeId,
        /// By what.
        divisor: AttributeId,
    },
    /// The sum of two or three columns, in order. A difference is the sum read from its other end.
    Sum(Vec<AttributeId>),
}

/// An equation holds in this share of the rows, and of those in which no column is zero: one wrong cell of three or four
/// breaks it.
const HOLDS: f64 = 0.85;
/// Exceptions that make no difference between two readings of an equation, as a share of the rows.
const HARDLY: f64 = 0.03;
/// Rows in which no column is zero, at least, and their share of those with all values.
const LEAST_ROWS: usize = 12;
const LEAST_SHARE: f64 = 0.05;
/// A column takes part if it has this many different values.
const LEAST_DISTINCT: usize = 4;
/// Columns of which sums of two and products are tried, and those of sums of three: the fullest.
const MOST_COLUMNS: usize = 150;
const MOST_OF_THREE: usize = 40;
/// Rows of the first look; how many of them may fail.
const FIRST_LOOK: usize = 24;
const FIRST_FAILED: usize = 6;
/// Rows in which what passes is held against other pairings, before it is counted in all rows.
const SAMPLE: usize = 2_000;
/// Equations that are proposed.
const MOST_EQUATIONS: usize = 10;

/// Proposes at most ten equations between the columns of numbers, the best borne out first, without those that follow from
/// others: of a sum and its differences one, of copies of a column one.
///
/// Numbers are written with a certain number of decimals, and an equation has to hold within half a unit of the last of
/// them. Every column has to matter: if the values of one are taken from other rows, the equation must hold so much less
/// often that it is no accident of all that were tried. All triples of up to 150 columns, and sums of three of up to 40,
/// are looked at in 24 rows, which few pass; those in 2,000 rows drawn by `hashes`, and what is left is counted in all.
/// The result depends on no order of rows.
pub fn proposed_equations(columns: &[NumberColumn<'_>], hashes: &[u64]) -> Vec<ProposedEquation> {
    let rows = sample(hashes, SAMPLE);
    let columns = usable(columns, &rows);
    let table = Equations { columns: &columns, rows: &rows, all: hashes.len() };
    let count = columns.len();
    let small = count.min(MOST_OF_THREE);
    let tries = (count.pow(3) + small.pow(4)) as f64;
    let found = |of_target: &(dyn Fn(usize) -> Vec<Candidate> + Sync)| -> Vec<Measured> {
        let found: Vec<Vec<Candidate>> = (0..count).into_par_iter().map(of_target).collect();
        let measured = found.into_iter().flatten().filter_map(|candidate| table.measure(candidate, tries));
        best_of_columns(measured.collect())
    };
    let multiples = found(&|target| table.multiples(target));
    // Of columns that are the same but for a factor the first stands for all.
    let copies: BTreeSet<usize> =
        multiples.iter().map(|found| found.candidate.parts[0].max(found.candidate.target)).collect();
    let original = |column: &usize| !copies.contains(column);
    let mut others = found(&|target| table.of_two(target, &original));
    if others.len() < MOST_EQUATIONS {
        let sums: BTreeSet<Vec<usize>> = others.iter().map(Measured::members).collect();
        let threes =
            found(&|target| if target < small { table.of_three(target, small, &original) } else { Vec::new() });
        others.extend(threes.into_iter().filter(|found| !follows(&found.candidate, &sums, count)));
    }
    let mut all: Vec<Measured> = multiples.into_iter().chain(others).collect();
    all.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.members().cmp(&b.members())));
    all.truncate(MOST_EQUATIONS);
    all.into_iter().map(|found| table.proposed(found)).collect()
}

/// A column with what is known of how it is written.
struct Written<'a> {
    column: NumberColumn<'a>,
    /// The unit of the last decimal.
    unit: f64,
}

/// An equation that may hold.
#[derive(Clone, Debug)]
struct Candidate {
    target: usize,
    parts: Vec<usize>,
    operation: Operation,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Operation {
    Multiple(f64),
    Product(f64),
    Quotient,
    Sum,
}

/// An equation that holds.
#[derive(Clone, Debug)]
struct Measured {
    candidate: Candidate,
    tolerance: f64,
    rows: u32,
    exceptions: u32,
    score: f64,
}

struct Equations<'a> {
    columns: &'a [Written<'a>],
    rows: &'a [usize],
    all: usize,
}

impl Measured {
    /// The columns of the equation, sorted.
    fn members(&self) -> Vec<usize> {
        let mut members = self.candidate.parts.clone();
        members.push(self.candidate.target);
        members.sort_unstable();
        members
    }
}

impl Operation {
    fn of(self, parts: &[f64]) -> f64 {
        match self {
            Operation::Multiple(factor) => factor * parts[0],
            Operation::Product(scale) => scale * parts[0] * parts[1],
            Operation::Quotient => parts[0] / parts[1],
            Operation::Sum => parts.iter().sum(),
        }
    }
}

impl Equations<'_> {
    fn value(&self, column: usize, row: usize) -> Option<f64> {
        self.columns[column].column.value(row)
    }

    /// How far apart both sides may be: half a unit of the target, and what the rounding of a factor makes of it.
    fn tolerance(&self, candidate: &Candidate) -> f64 {
        let half = |column: usize| 0.5 * self.columns[column].unit;
        let of_parts = match candidate.operation {
            Operation::Multiple(factor) if factor != 1.0 => factor.abs() * half(candidate.parts[0]),
            _ => 0.0,
        };
        (half(candidate.target) + of_parts) * (1.0 + 1e-6)
    }

    /// Whether both sides are near enough to each other.
    fn agrees(candidate: &Candidate, target: f64, parts: &[f64], tolerance: f64) -> bool {
        let difference = (target - candidate.operation.of(parts)).abs();
        difference <= tolerance + 1e-9 * target.abs()
    }

    /// The numbers of a row: the target first. `None` where one is missing.
    fn numbers(&self, candidate: &Candidate, row: usize) -> Option<(f64, Vec<f64>)> {
        let parts: Option<Vec<f64>> = candidate.parts.iter().map(|&part| self.value(part, row)).collect();
        Some((self.value(candidate.target, row)?, parts?))
    }

    /// Whether an equation holds in most of the first rows in which no column is zero.
    fn passes_first_look(&self, candidate: &Candidate) -> bool {
        let tolerance = self.tolerance(candidate);
        let (mut seen, mut failed) = (0, 0);
        let mut parts = [0.0; 3];
        for &row in self.rows {
            let Some(target) = self.value(candidate.target, row).filter(|&target| target != 0.0) else { continue };
            let parts = &mut parts[..candidate.parts.len()];
            let mut whole = true;
            for (value, &part) in parts.iter_mut().zip(&candidate.parts) {
                *value = self.value(part, row).unwrap_or(0.0);
                whole &= *value != 0.0;
            }
            if !whole {
                continue;
            }
            seen += 1;
            failed += usize::from(!Self::agrees(candidate, target, parts, tolerance));
            if failed > FIRST_FAILED {
                return false;
            }
            if seen == FIRST_LOOK {
                break;
            }
        }
        seen >= LEAST_ROWS && 4 * failed <= seen
    }

    /// The rows of the sample in which an equation holds.
    fn holding(&self, candidate: &Candidate) -> usize {
        let tolerance = self.tolerance(candidate);
        let numbers = self.rows.iter().filter_map(|&row| self.numbers(candidate, row));
        numbers.filter(|(target, parts)| Self::agrees(candidate, *target, parts, tolerance)).count()
    }

    fn multiples(&self, target: usize) -> Vec<Candidate> {
        // A multiple and its inverse are one; the later column is the target.
        let multiple = |part: usize| {
            let ratio = |&row: &usize| Some(self.value(target, row)? / self.value(part, row)?);
            let mut ratios: Vec<f64> =
                self.rows.iter().filter_map(ratio).filter(|ratio| ratio.is_finite() && *ratio != 0.0).collect();
            if ratios.len() < LEAST_ROWS {
                return None;
            }
            let middle = ratios.len() / 2;
            let (_, &mut median, _) = ratios.select_nth_unstable_by(middle, f64::total_cmp);
            let candidate = |factor| Candidate { target, parts: vec![part], operation: Operation::Multiple(factor) };
            let exact = candidate(median);
            self.passes_first_look(&exact).then_some(())?;
            // The roundest constant that serves as well, about.
            let least = 0.99 * self.holding(&exact) as f64;
            let rounded = (1..=6).map(|digits| candidate(round_to(median, digits)));
            Some(rounded.into_iter().find(|rounded| self.holding(rounded) as f64 >= least).unwrap_or(exact))
        };
        (0..target).filter_map(multiple).collect()
    }

    fn of_two(&self, target: usize, original: &dyn Fn(&usize) -> bool) -> Vec<Candidate> {
        let parts: Vec<usize> = (0..self.columns.len()).filter(original).filter(|&part| part != target).collect();
        let mut found = Vec::new();
        if !original(&target) {
            return found;
        }
        for (place, &one) in parts.iter().enumerate() {
            for &other in &parts[place + 1..] {
                let mut consider = |parts: [usize; 2], operation| {
                    let candidate = Candidate { target, parts: parts.to_vec(), operation };
                    let passes = self.passes_first_look(&candidate);
                    if passes {
                        found.push(candidate);
                    }
                    passes
                };
                consider([one, other], Operation::Sum);
                let product = consider([one, other], Operation::Product(1.0));
                if !product && !consider([one, other], Operation::Product(0.01)) {
                    consider([one, other], Operation::Quotient);
                    consider([other, one], Operation::Quotient);
                }
            }
        }
        found
    }

    fn of_three(&self, target: usize, among: usize, original: &dyn Fn(&usize) -> bool) -> Vec<Candidate> {
        let parts: Vec<usize> = (0..among).filter(original).filter(|&part| part != target).collect();
        let mut found = Vec::new();
        for (i, &one) in parts.iter().enumerate() {
            for (j, &other) in parts.iter().enumerate().skip(i + 1) {
                for &third in &parts[j + 1..] {
                    let candidate = Candidate { target, parts: vec![one, other, third], operation: Operation::Sum };
                    found.extend(Some(candidate).filter(|candidate| self.passes_first_look(candidate)));
                }
            }
        }
        found
    }

    /// Counts an equation in all rows, and how often it would hold by accident in those of the sample.
    fn measure(&self, candidate: Candidate, tries: f64) -> Option<Measured> {
        let tolerance = self.tolerance(&candidate);
        let agrees = |target: f64, parts: &[f64]| Self::agrees(&candidate, target, parts, tolerance);
        let numbers: Vec<(f64, Vec<f64>)> = (self.rows.iter())
            .filter_map(|&row| self.numbers(&candidate, row))
            .filter(|(target, parts)| *target != 0.0 && parts.iter().all(|&part| part != 0.0))
            .collect();
        let telling = numbers.len();
        let hold = numbers.iter().filter(|(target, parts)| agrees(*target, parts)).count();
        if telling < LEAST_ROWS || (hold as f64) < HOLDS * telling as f64 {
            return None;
        }
        // Each part in turn is taken from another row; the part that matters least says how sure the equation is.
        let by_chance = |part: usize| {
            let mut alike = 0;
            for shift in SHIFTS {
                for (row, (target, parts)) in numbers.iter().enumerate() {
                    let mut parts = parts.clone();
                    parts[part] = numbers[(row + shift) % telling].1[part];
                    alike += usize::from(agrees(*target, &parts));
                }
            }
            (alike as f64 + 1.0) / ((SHIFTS.len() * telling) as f64 + 1.0)
        };
        let chance = (0..candidate.parts.len()).map(by_chance).fold(0.0, f64::max);
        let score = surprise(hold as f64, telling as f64, chance);
        if score < SURE + tries.ln() {
            return None;
        }
        let all = (0..self.all).filter_map(|row| self.numbers(&candidate, row));
        let (rows, held) = all
            .fold((0u32, 0u32), |(rows, held), (target, parts)| (rows + 1, held + u32::from(agrees(target, &parts))));
        let holds = f64::from(held) >= HOLDS * f64::from(rows);
        let enough = telling as f64 >= LEAST_SHARE * f64::from(rows).min(self.rows.len() as f64);
        (holds && enough).then_some(Measured { candidate, tolerance, rows, exceptions: rows - held, score })
    }

    fn proposed(&self, found: Measured) -> ProposedEquation {
        let id = |column: usize| self.columns[column].column.attribute;
        let parts: Vec<AttributeId> = found.candidate.parts.iter().map(|&part| id(part)).collect();
        let form = match found.candidate.operation {
            Operation::Multiple(factor) => EquationForm::Multiple { factor, of: parts[0] },
            Operation::Product(scale) => EquationForm::Product { factors: [parts[0], parts[1]], scale },
            Operation::Quotient => EquationForm::Quotient { dividend: parts[0], divisor: parts[1] },
            Operation::Sum => EquationForm::Sum(parts),
        };
        let Measured { tolerance, rows, exceptions, score, .. } = found;
        ProposedEquation { target: id(found.candidate.target), form, tolerance, rows, exceptions, score }
    }
}

/// Rows of the sample are paired with those so many further on.
const SHIFTS: [usize; 3] = [1, 5, 11];

/// The columns of numbers with enough different values, the fullest, in their order.
fn usable<'a>(columns: &[NumberColumn<'a>], rows: &[usize]) -> Vec<Written<'a>> {
    let mut usable: Vec<(usize, Written<'a>)> = (columns.par_iter())
        .filter(|column| column.quantity == Quantity::Number)
        .filter_map(|&column| {
            let mut values: Vec<f64> = rows.iter().filter_map(|&row| column.value(row)).collect();
            let present = values.len();
            let unit = unit(&values);
            values.sort_unstable_by(f64::total_cmp);
            values.dedup();
            (present >= LEAST_ROWS && values.len() >= LEAST_DISTINCT).then_some((present, Written { column, unit }))
        })
        .collect();
    usable.sort_by_key(|(present, written)| (std::cmp::Reverse(*present), written.column.attribute));
    usable.truncate(MOST_COLUMNS);
    // The fullest stand first only where some are left out of sums of three.
    if usable.len() <= MOST_OF_THREE {
        usable.sort_by_key(|(_, written)| written.column.attribute);
    }
    usable.into_iter().map(|(_, written)| written).collect()
}

/// The unit of the last decimal that all but one in a hundred of the values are written with.
fn unit(values: &[f64]) -> f64 {
    let coarse = |value: &f64, unit: f64| {
        let scaled = value / unit;
        (scaled - scaled.round()).abs() <= 1e-6 * scaled.abs().clamp(1.0, 1e3)
    };
    let units = (0..=6).map(|decimals| 10f64.powi(-decimals));
    let fits = |unit: &f64| 100 * values.iter().filter(|value| !coarse(value, *unit)).count() <= values.len();
    units.into_iter().find(fits).unwrap_or(1e-7)
}

/// A number with so many significant digits.
fn round_to(value: f64, digits: i32) -> f64 {
    let scale = 10f64.powi(digits - 1 - value.abs().log10().floor() as i32);
    (value * scale).round() / scale
}

/// Of several equations between the same columns the least accidental, whose target is written most exactly, of those with
/// hardly more exceptions than any; a product before a quotient, which rounding makes hold more often.
fn best_of_columns(mut found: Vec<Measured>) -> Vec<Measured> {
    found.sort_by_cached_key(|found| (found.members(), found.candidate.target));
    let best = |same: &[Measured]| {
        let fewest = same.iter().map(|found| found.exceptions).min().unwrap_or(0);
        let few = same.iter().filter(|found| f64::from(found.exceptions - fewest) <= HARDLY * f64::from(found.rows));
        // The first of equals.
        let whole = |found: &Measured| found.candidate.operation != Operation::Quotient;
        few.rev().max_by(|a, b| whole(a).cmp(&whole(b)).then(a.score.total_cmp(&b.score))).cloned()
    };
    found.chunk_by(|a, b| a.members() == b.members()).filter_map(best).collect()
}

/// Whether a sum of three is two sums of two, one within the other.
fn follows(candidate: &Candidate, sums: &BTreeSet<Vec<usize>>, columns: usize) -> bool {
    let sorted = |mut columns: Vec<usize>| {
        columns.sort_unstable();
        columns
    };
    (0..3).any(|left_out| {
        let rest: Vec<usize> = (0..3).filter(|&part| part != left_out).map(|part| candidate.parts[part]).collect();
        (0..columns).any(|part_sum| {
            sums.contains(&sorted(vec![rest[0], rest[1], part_sum]))
                && sums.contains(&sorted(vec![candidate.target, candidate.parts[left_out], part_sum]))
        })
    })
}

#[cfg(test)]
mod tests;
