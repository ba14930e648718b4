//! Columns of which one is never more than the other: `ordered <= shipped`.

use std::collections::BTreeSet;

use lustrate_table::AttributeId;
use rayon::prelude::*;

use crate::NumberColumn;
use crate::numbers::{SURE, sample, surprise};

/// An order `low <= high`, or `low < high`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ProposedOrder {
    /// The attribute that is less.
    pub low: AttributeId,
    /// The attribute that is more.
    pub high: AttributeId,
    /// Whether the two are never equal, where they would be if they could.
    pub strict: bool,
    /// Rows in which both have a value.
    pub rows: u32,
    /// Of these, rows in which it does not hold.
    pub exceptions: u32,
    /// How many exceptions there would be if the two columns had nothing to do with each other.
    pub by_chance: f64,
    /// The evidence against that, in nats.
    pub score: f64,
}

/// An order holds in this share of the rows: where a cell in thirty is wrong, some of the wrong ones break it.
const HOLDS: f64 = 0.97;
/// It is broken in at least this share of them where the columns are paired at random,
const BROKEN_BY_CHANCE: f64 = 0.05;
/// and is broken so many times as often, at most.
const LESS_THAN_CHANCE: f64 = 0.1;
/// Of columns of which one is a function of the other an order is no rule of its own: this share of the rows repeats a value
/// of one, and this share of these has the same value of the other.
const REPEATS: f64 = 0.3;
const FUNCTION: f64 = 0.9;
/// Columns that are equal in this share of the rows are copies.
const COPIES: f64 = 0.9;
/// Rows at the smallest difference that occurs, from which on it is told that none are equal.
const AT_SMALLEST: usize = 20;
/// Rows with both values at least.
const LEAST_ROWS: usize = 20;
/// Columns that are compared, the fullest.
const MOST_COLUMNS: usize = 1_000;
/// Rows of the first look, and of the second.
const FIRST_LOOK: usize = 64;
const SAMPLE: usize = 10_000;
/// Of the first rows at most this many may break an order.
const FIRST_BROKEN: usize = 6;
/// Orders that are proposed.
const MOST_ORDERS: usize = 10;

/// Proposes at most ten orders between columns of one kind, the best borne out first, without those that follow from two
/// others.
///
/// An order says something only where the columns overlap: it has to be broken often when the values of one column are
/// paired with those of other rows, and hardly ever in the rows themselves. Every pair of columns is looked at in 64 rows;
/// those that pass in 10,000 rows, drawn by `hashes`; those that pass there in all. What a price and a weight have to do with
/// each other only names can tell: it is for the caller to ask columns of one unit together. The result depends on no order of rows.
pub fn proposed_orders(columns: &[NumberColumn<'_>], hashes: &[u64]) -> Vec<ProposedOrder> {
    let columns = fullest(columns);
    let rows = sample(hashes, SAMPLE);
    let pairs: Vec<(usize, usize)> = (0..columns.len())
        .flat_map(|low| (0..columns.len()).map(move |high| (low, high)))
        .filter(|&(low, high)| low != high && columns[low].quantity == columns[high].quantity)
        .collect();
    let tries = pairs.len() as f64;
    let all: Vec<usize> = (0..hashes.len()).collect();
    let mut found: Vec<ProposedOrder> = pairs
        .into_par_iter()
        .filter_map(|(low, high)| {
            let (low, high) = (columns[low], columns[high]);
            passes_first_look(&low, &high, &rows).then_some(())?;
            order(&low, &high, &rows, tries)?;
            if rows.len() == all.len() { order(&low, &high, &rows, tries) } else { order(&low, &high, &all, tries) }
        })
        .collect();
    found.sort_by(|a, b| b.score.total_cmp(&a.score).then((a.low, a.high).cmp(&(b.low, b.high))));
    let mut reduced = reduce(found);
    reduced.truncate(MOST_ORDERS);
    reduced
}

/// The columns with the most values, in their order.
fn fullest<'a>(columns: &[NumberColumn<'a>]) -> Vec<NumberColumn<'a>> {
    let mut columns = columns.to_vec();
    if columns.len() > MOST_COLUMNS {
        let present = |column: &NumberColumn<'_>| column.values.iter().flatten().count();
        columns.sort_by_cached_key(|column| (std::cmp::Reverse(present(column)), column.attribute));
        columns.truncate(MOST_COLUMNS);
        columns.sort_by_key(|column| column.attribute);
    }
    columns
}

fn both<'a>(
    low: &'a NumberColumn<'_>,
    high: &'a NumberColumn<'_>,
    rows: &'a [usize],
) -> impl Iterator<Item = (f64, f64)> + 'a {
    rows.iter().filter_map(|&row| Some((low.value(row)?, high.value(row)?)))
}

fn passes_first_look(low: &NumberColumn<'_>, high: &NumberColumn<'_>, rows: &[usize]) -> bool {
    if both(low, high, rows).take(FIRST_LOOK).filter(|(low, high)| low > high).nth(FIRST_BROKEN).is_some() {
        return false;
    }
    let (mut lows, mut highs): (Vec<f64>, Vec<f64>) = both(low, high, rows).take(FIRST_LOOK).unzip();
    broken_by_chance(&mut lows, &mut highs) >= BROKEN_BY_CHANCE / 2.0
}

/// The order, if it holds in some rows. A sort of their values.
fn order(low: &NumberColumn<'_>, high: &NumberColumn<'_>, rows: &[usize], tries: f64) -> Option<ProposedOrder> {
    // Most orders that passed the first look are broken too often in the rows that follow.
    let may_break = ((1.0 - HOLDS) * rows.len() as f64) as usize;
    if both(low, high, rows).filter(|(low, high)| low > high).nth(may_break).is_some() {
        return None;
    }
    let (mut lows, mut highs): (Vec<f64>, Vec<f64>) = both(low, high, rows).unzip();
    let rows = lows.len();
    let of = |holds: fn(f64, f64) -> bool| lows.iter().zip(&highs).filter(|&(&low, &high)| holds(low, high)).count();
    let (exceptions, equal) = (of(|low, high| low > high), of(|low, high| low == high));
    if rows < LEAST_ROWS || (exceptions as f64) > (1.0 - HOLDS) * rows as f64 || equal as f64 > COPIES * rows as f64 {
        return None;
    }
    if is_function(&lows, &highs) || is_function(&highs, &lows) {
        return None;
    }
    let strict = equal == 0 && is_strict(&lows, &highs);
    let by_chance = broken_by_chance(&mut lows, &mut highs);
    let score = surprise((rows - exceptions) as f64, rows as f64, 1.0 - by_chance);
    let telling = by_chance >= BROKEN_BY_CHANCE && exceptions as f64 <= LESS_THAN_CHANCE * by_chance * rows as f64;
    (telling && score >= SURE + tries.ln()).then_some(ProposedOrder {
        low: low.attribute,
        high: high.attribute,
        strict,
        rows: rows as u32,
        exceptions: exceptions as u32,
        by_chance: by_chance * rows as f64,
        score,
    })
}

/// Whether the values of some rows say those of the others.
fn is_function(keys: &[f64], values: &[f64]) -> bool {
    let mut pairs: Vec<(f64, f64)> = keys.iter().copied().zip(values.iter().copied()).collect();
    pairs.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let (mut repeated, mut same) = (0, 0);
    for group in pairs.chunk_by(|a, b| a.0 == b.0).filter(|group| group.len() > 1) {
        repeated += group.len();
        same += group.chunk_by(|a, b| a.1 == b.1).map(<[_]>::len).max().unwrap_or(0);
    }
    repeated as f64 >= REPEATS * keys.len() as f64 && same as f64 >= FUNCTION * repeated as f64
}

/// Whether no row is equal although many are as near to it as values come.
fn is_strict(lows: &[f64], highs: &[f64]) -> bool {
    let differences = || lows.iter().zip(highs).map(|(low, high)| high - low).filter(|&difference| difference > 0.0);
    let smallest = differences().fold(f64::INFINITY, f64::min);
    differences().filter(|&difference| difference <= smallest * (1.0 + 1e-9)).count() >= AT_SMALLEST
}

/// The share of all pairs of a low and a high value in which the low one is more.
fn broken_by_chance(lows: &mut [f64], highs: &mut [f64]) -> f64 {
    lows.sort_unstable_by(f64::total_cmp);
    highs.sort_unstable_by(f64::total_cmp);
    let (mut below, mut broken) = (0, 0.0);
    for low in lows.iter() {
        while below < highs.len() && highs[below] < *low {
            below += 1;
        }
        broken += below as f64;
    }
    broken / (lows.len() as f64 * highs.len() as f64)
}

/// Leaves out what follows from two others. Two columns that are each at most the other are none.
fn reduce(found: Vec<ProposedOrder>) -> Vec<ProposedOrder> {
    let holds: BTreeSet<(AttributeId, AttributeId)> = found.iter().map(|order| (order.low, order.high)).collect();
    let middles: BTreeSet<AttributeId> = found.iter().map(|order| order.high).collect();
    let follows = |order: &ProposedOrder| {
        middles.iter().any(|&middle| holds.contains(&(order.low, middle)) && holds.contains(&(middle, order.high)))
    };
    found.iter().filter(|order| !holds.contains(&(order.high, order.low)) && !follows(order)).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Quantity;

    fn mix(row: usize, salt: u64) -> f64 {
        let mixed = (row as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15 ^ salt.wrapping_mul(0xc2b2_ae3d_27d4_eb4f));
        ((mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 11) as f64 / (1u64 << 53) as f64
    }

    fn propose(columns: &[Vec<Option<f64>>]) -> Vec<(u32, u32, bool)> {
        let column = |(place, values)| NumberColumn {
            attribute: AttributeId(place as u32),
            quantity: Quantity::Number,
            values: Vec::as_slice(values),
        };
        let columns: Vec<NumberColumn<'_>> = columns.iter().enumerate().map(column).collect();
        let rows = columns.first().map_or(0, |column| column.values.len());
        let hashes: Vec<u64> = (0..rows as u64).map(|row| row.wrapping_mul(0x9e37_79b9_7f4a_7c15)).collect();
        proposed_orders(&columns, &hashes).iter().map(|order| (order.low.0, order.high.0, order.strict)).collect()
    }

    fn numbers(rows: usize, value: impl Fn(usize) -> f64) -> Vec<Option<f64>> {
        (0..rows).map(|row| Some(value(row))).collect()
    }

    #[test]
    fn one_date_after_the_other_is_found_through_errors() {
        let ordered = |row: usize| (365.0 * mix(row, 1)).floor();
        let shipped = |row: usize| ordered(row) + (9.0 * mix(row, 2)).floor();
        let mut late = numbers(400, shipped);
        late[5] = Some(-40.0);
        late[7] = None;
        assert_eq!(propose(&[numbers(400, ordered), late]), [(0, 1, false)]);
    }

    #[test]
    fn what_is_never_equal_but_often_near_is_strict() {
        let start = |row: usize| (365.0 * mix(row, 1)).floor();
        let end = |row: usize| start(row) + 1.0 + (9.0 * mix(row, 2)).floor();
        assert_eq!(propose(&[numbers(400, start), numbers(400, end)]), [(0, 1, true)]);
        let measured = |row: usize| start(row) + 0.01 + mix(row, 3);
        assert_eq!(propose(&[numbers(400, start), numbers(400, measured)]), [(0, 1, false)]);
    }

    #[test]
    fn what_follows_is_left_out() {
        let first = |row: usize| 100.0 * mix(row, 1);
        let second = |row: usize| first(row) + 20.0 * mix(row, 2);
        let third = |row: usize| second(row) + 20.0 * mix(row, 3);
        let mut found = propose(&[numbers(300, first), numbers(300, third), numbers(300, second)]);
        found.sort_unstable();
        assert_eq!(found, [(0, 2, false), (2, 1, false)]);
    }

    #[test]
    fn very_many_columns_take_bounded_time() {
        let columns: Vec<_> = (0..1500).map(|place| numbers(50, |row| f64::from(place % 40) + mix(row, 7))).collect();
        propose(&columns);
    }

    #[test]
    fn columns_of_different_size_are_not_ordered() {
        assert_eq!(propose(&[numbers(300, |row| mix(row, 1)), numbers(300, |row| 5.0 + mix(row, 2))]), []);
        assert_eq!(propose(&[numbers(300, |row| mix(row, 1)), numbers(300, |row| mix(row, 2))]), []);
    }

    #[test]
    fn what_is_a_function_of_the_other_is_no_order() {
        let pieces = |row: usize| (12.0 * mix(row, 1)).floor();
        assert_eq!(propose(&[numbers(300, |row| (pieces(row) / 2.0).floor()), numbers(300, pieces)]), []);
    }

    #[test]
    fn copies_empty_columns_and_no_rows_are_no_order() {
        let a = numbers(300, |row| mix(row, 1));
        assert_eq!(propose(&[a.clone(), a]), []);
        assert_eq!(propose(&[vec![None; 300], vec![Some(1.0); 300]]), []);
        assert_eq!(propose(&[Vec::new(), Vec::new()]), []);
    }
}
