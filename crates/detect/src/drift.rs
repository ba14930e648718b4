//! How far a column has drifted from that of a reference: the population stability index.
//!
//! With the share p of the reference and the share q of the table in every bin, the index is the sum of
//! (q − p) · ln(q / p) (Siddiqi, "Credit Risk Scorecards", Wiley 2006). Bins are the deciles of the reference for numbers
//! and the single values otherwise. A share is taken as at least [`FLOOR`], so that a bin which is empty on one side
//! counts, and counts finitely. Missing values are in no bin, nor is what reads as no number where numbers are compared.

use std::collections::BTreeMap;

use lustrate_table::{AttributeId, Code, Column, Kind, RowId, Table, count_codes};

use crate::typed::{Typed, TypedColumn};

/// The least share of a bin.
const FLOOR: f64 = 1e-4;
/// The number of bins of numbers.
const BINS: usize = 10;

/// A column, held against that of a reference.
pub(crate) struct Drift<'t> {
    column: &'t Column,
    /// The bin of each value of the column.
    bins: Vec<Option<usize>>,
    /// The share of the reference in each bin; `None` where the reference has no values.
    shares: Option<Vec<f64>>,
}

impl<'t> Drift<'t> {
    /// `attribute` of the table against `other` of the reference, whose texts are read by the type of `attribute`. Without a
    /// declared type they are numbers where those of the reference mostly are.
    pub(crate) fn new(typed: Typed<'t>, attribute: AttributeId, reference: &'t Table, other: AttributeId) -> Self {
        let now = typed.column(attribute);
        let before = TypedColumn { column: reference.column(other), ..now };
        let numbers = match &typed.columns.get(attribute).column_type {
            Some(declared) => declared.is_ordered(),
            None => reference.schema().kind(other) == Kind::Number,
        };
        let (of_before, of_now) = if numbers { deciles(before, now) } else { values(before.column, now.column) };
        let mut counts: Vec<u64> = Vec::new();
        for (bin, count) in of_before.iter().zip(counts_of(before.column)) {
            if let Some(bin) = *bin {
                counts.resize(counts.len().max(bin + 1), 0);
                counts[bin] += u64::from(count);
            }
        }
        let all = of_now.iter().flatten().max().map_or(0, |bin| bin + 1);
        counts.resize(counts.len().max(all), 0);
        let total: u64 = counts.iter().sum();
        let shares = counts.iter().map(|&count| count as f64 / total as f64).collect();
        Drift { column: now.column, bins: of_now, shares: (total > 0).then_some(shares) }
    }

    /// The index of some rows of the table against the whole reference; `None` where either has no values.
    pub(crate) fn index(&self, rows: &[RowId]) -> Option<f64> {
        let shares = self.shares.as_ref()?;
        let mut counts = vec![0_u64; shares.len()];
        for code in rows.iter().map(|&row| self.column.code(row)).filter(|code| !code.is_null()) {
            if let Some(bin) = self.bins[code.index()] {
                counts[bin] += 1;
            }
        }
        let total: u64 = counts.iter().sum();
        let term = |(&count, &before): (&u64, &f64)| {
            let (now, before) = ((count as f64 / total as f64).max(FLOOR), before.max(FLOOR));
            (now - before) * (now / before).ln()
        };
        (total > 0).then(|| counts.iter().zip(shares).map(term).sum())
    }
}

fn counts_of(column: &Column) -> Vec<u32> {
    count_codes(column.codes(), column.dictionary().len())
}

/// The bins of the values of either column, cut at the deciles of the first. A number that is a cut is below it.
fn deciles(before: TypedColumn, now: TypedColumn) -> (Vec<Option<usize>>, Vec<Option<usize>>) {
    let of_code = |column: TypedColumn| -> Vec<Option<f64>> {
        column.column.dictionary().iter().map(|(_, text)| column.number(text)).collect()
    };
    let (numbers_before, numbers_now) = (of_code(before), of_code(now));
    let of_row = |code: &Code| if code.is_null() { None } else { numbers_before[code.index()] };
    let mut sorted: Vec<f64> = before.column.codes().iter().filter_map(of_row).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let cut = |bin: usize| (!sorted.is_empty()).then(|| sorted[(sorted.len() * bin).div_ceil(BINS) - 1]);
    let mut cuts: Vec<f64> = (1..BINS).filter_map(cut).collect();
    cuts.dedup();
    let bin = |number: Option<f64>| number.map(|number| cuts.partition_point(|&cut| cut < number));
    (numbers_before.into_iter().map(bin).collect(), numbers_now.into_iter().map(bin).collect())
}

/// A bin for each text that either column has, in the order of the texts, so that the order of the rows changes no digit.
fn values(before: &Column, now: &Column) -> (Vec<Option<usize>>, Vec<Option<usize>>) {
    let texts = [before, now].into_iter().flat_map(|column| {
        column.dictionary().iter().zip(counts_of(column)).filter(|(_, count)| *count > 0).map(|((_, text), _)| text)
    });
    let mut bins: BTreeMap<&str, usize> = texts.map(|text| (text, 0)).collect();
    bins.values_mut().zip(0..).for_each(|(bin, place)| *bin = place);
    let of = |column: &Column| column.dictionary().iter().map(|(_, text)| bins.get(text).copied()).collect();
    (of(before), of(now))
}
