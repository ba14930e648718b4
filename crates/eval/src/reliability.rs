//! Whether confidence means what it says: claims about cells, each with a confidence, held against the truth.

use lustrate_table::{CellId, Table};
use serde::Serialize;

/// What somebody says of a cell, and how sure that is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Claim<'a> {
    /// The cell, its column by its place in the truth.
    pub cell: CellId,
    /// What it should read; `None` for missing.
    pub value: Option<&'a str>,
    /// The probability of that, from 0 to 1.
    pub confidence: f64,
}

/// Claims by their confidence, in ten bins of one width.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reliability {
    /// The bins with a claim in them, from the least confidence to the greatest.
    pub bins: Vec<ReliabilityBin>,
    /// The expected calibration error, from 0 to 1: the mean over the claims of how far the share of right ones in their bin
    /// is from its mean confidence (Naeini, Cooper and Hauskrecht 2015; Guo et al. 2017, equation 3). `None` without a
    /// claim.
    pub error: Option<f64>,
}

/// Claims of similar confidence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct ReliabilityBin {
    /// The least confidence of the bin.
    pub from: f64,
    /// The confidence at which the next bin begins.
    pub to: f64,
    /// The claims.
    pub claims: u64,
    /// Those that are right.
    pub right: u64,
    /// The mean of their confidences.
    pub confidence: f64,
}

const BINS: u8 = 10;

/// Holds claims against the truth. A claim is right where the texts are the same, a missing cell being the empty text, as in
/// the raw reading of [`score`](crate::score()).
///
/// # Panics
/// When a claim is about a cell that the truth does not have.
pub fn reliability<'a>(truth: &Table, claims: impl IntoIterator<Item = Claim<'a>>) -> Reliability {
    let mut bins = [ReliabilityBin::default(); BINS as usize];
    for claim in claims {
        let bin = &mut bins[place(claim.confidence)];
        bin.claims += 1;
        bin.right += u64::from(claim.value.unwrap_or("") == truth.text(claim.cell).unwrap_or(""));
        bin.confidence += claim.confidence;
    }
    let claims: u64 = bins.iter().map(|bin| bin.claims).sum();
    let off: f64 = bins.iter().map(|bin| (bin.confidence - bin.right as f64).abs()).sum();
    let bound = |place: u8| f64::from(place) / f64::from(BINS);
    let with_bounds = |(place, bin): (u8, ReliabilityBin)| ReliabilityBin {
        from: bound(place),
        to: bound(place + 1),
        confidence: bin.confidence / bin.claims as f64,
        ..bin
    };
    Reliability {
        bins: (0..BINS).zip(bins).filter(|(_, bin)| bin.claims > 0).map(with_bounds).collect(),
        error: (claims > 0).then(|| off / claims as f64),
    }
}

fn place(confidence: f64) -> usize {
    ((confidence * f64::from(BINS)).floor().max(0.0) as usize).min(usize::from(BINS) - 1)
}

#[cfg(test)]
mod tests {
    use lustrate_table::{AttributeId, RowId};

    use super::*;

    fn judged(claims: &[(u32, Option<&'static str>, f64)]) -> Reliability {
        let truth = Table::new(vec![("a".into(), [Some("x"), None, Some("y")].into_iter().collect())]).unwrap();
        let claim = |&(row, value, confidence): &(u32, Option<&'static str>, f64)| Claim {
            cell: CellId { row: RowId(row), attribute: AttributeId(0) },
            value,
            confidence,
        };
        reliability(&truth, claims.iter().map(claim))
    }

    #[test]
    fn claims_are_right_to_the_letter_and_missing_is_the_empty_text() {
        let judged = judged(&[(0, Some("x"), 0.85), (1, Some(""), 0.81), (2, Some("Y"), 0.89), (1, None, 1.0)]);
        let counts: Vec<_> = judged.bins.iter().map(|bin| (bin.from, bin.to, bin.claims, bin.right)).collect();
        assert_eq!(counts, [(0.8, 0.9, 3, 2), (0.9, 1.0, 1, 1)]);
        assert!((judged.bins[0].confidence - 0.85).abs() < 1e-9);
    }

    #[test]
    fn the_error_is_weighted_by_claims() {
        let error =
            judged(&[(0, Some("x"), 0.8), (0, Some("y"), 0.8), (0, Some("x"), 0.8), (2, Some("y"), 0.96)]).error;
        assert!((error.unwrap() - (3.0 * (0.8 - 2.0 / 3.0) + 0.04) / 4.0).abs() < 1e-9);
        assert_eq!(judged(&[]), Reliability { bins: Vec::new(), error: None });
    }

    #[test]
    fn a_bound_belongs_to_the_bin_that_it_begins() {
        assert_eq!([0.0, 0.3, 0.7, 0.9, 0.99, 1.0].map(place), [0, 3, 7, 9, 9, 9]);
    }
}
