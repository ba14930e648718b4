//! Two heaps of numbers: is one the other in another unit, or another sort of things?

use std::f64::consts::PI;

use crate::units::Map;

/// Numbers of a heap, in order, on the scale on which units are compared.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heap<'a>(pub &'a [f64]);

/// The standard deviation of a normal in half its interquartile range.
const OF_QUARTILES: f64 = 1.349;
/// No heap is narrower: numbers are rounded.
const LEAST_WIDTH: f64 = 0.02;

impl Heap<'_> {
    pub fn count(self) -> f64 {
        self.0.len() as f64
    }

    /// The place below which a share of the numbers lies.
    pub fn quantile(self, share: f64) -> f64 {
        let place = share * (self.count() - 1.0).max(0.0);
        let (low, high) = (self.0[place.floor() as usize], self.0[place.ceil() as usize]);
        low + (place - place.floor()) * (high - low)
    }

    pub fn middle(self) -> f64 {
        self.quantile(0.5)
    }

    /// The width as a standard deviation, from the quartiles.
    pub fn width(self) -> f64 {
        ((self.quantile(0.75) - self.quantile(0.25)) / OF_QUARTILES).max(LEAST_WIDTH)
    }

    /// The variance of the middle, which is a median.
    pub fn middle_variance(self) -> f64 {
        0.5 * PI * self.width().powi(2) / self.count()
    }

    /// How many different numbers there are, and in how large a share the commonest is.
    pub fn variety(self) -> (usize, f64) {
        let runs = self.0.chunk_by(|a, b| a == b);
        let (count, most) = runs.fold((0, 0), |(count, most), run| (count + 1, most.max(run.len())));
        (count, most as f64 / self.count().max(1.0))
    }
}

/// How far from exact a factor may be, whatever is counted: numbers are rounded.
const ROUNDING: f64 = 0.01;
/// Standard errors by which two places may differ.
const ERRORS: f64 = 3.0;
/// How far the middles of two sorts of things lie apart (Laplace, on the scale), and the share that lies anywhere within so
/// much.
const APART: f64 = 1.0;
const ANYWHERE: (f64, f64) = (0.1, 20.0);
/// How far the widths of two sorts differ, and those of one sort in two units, in logarithms.
const SORTS_DIFFER: f64 = 0.7;
const UNITS_DIFFER: f64 = 0.1;

/// The logarithm of the evidence of two places, one moved onto the other: `off` is what is left between them, `variance` how
/// sure that is, `apart` how far they were, `slope` that of the map. `None` where they do not lie on each other.
pub(super) fn log_place(off: f64, variance: f64, apart: f64, slope: f64) -> Option<f64> {
    let variance = variance + ROUNDING * ROUNDING;
    if off * off > ERRORS * ERRORS * variance {
        return None;
    }
    let of_units = -0.5 * off * off / variance - 0.5 * (2.0 * PI * variance).ln();
    let near = (-apart.abs() / APART).exp() / (2.0 * APART);
    let of_sorts = (1.0 - ANYWHERE.0) * near + ANYWHERE.0 / ANYWHERE.1;
    Some(of_units - (of_sorts / slope).ln())
}

/// The same of the widths of two heaps, one of which was converted; `differ` is the logarithm of their ratio. `None` where
/// they are not alike.
pub(super) fn log_width(differ: f64, variance: f64) -> Option<f64> {
    let of = |spread: f64| {
        let variance = variance + spread * spread;
        -0.5 * differ * differ / variance - 0.5 * variance.ln()
    };
    let variance_of_units = variance + UNITS_DIFFER * UNITS_DIFFER;
    (differ * differ <= ERRORS * ERRORS * variance_of_units).then(|| of(UNITS_DIFFER) - of(SORTS_DIFFER))
}

/// The logarithm of the evidence that the numbers of one heap are those of the other in another unit, against their being
/// of two sorts; `None` where place, width or shape forbid it.
pub(super) fn log_evidence(most: Heap<'_>, others: Heap<'_>, map: Map) -> Option<f64> {
    let apart = others.middle() - most.middle();
    let off = map.apply(others.middle()) - most.middle();
    let variance = most.middle_variance() + map.slope.powi(2) * others.middle_variance();
    let place = log_place(off, variance, apart, map.slope)?;
    let differ = (map.slope * others.width() / most.width()).ln();
    // The logarithm of a width from quartiles varies more than that of a standard deviation: 1.36 / n, not 0.5 / n.
    let width = log_width(differ, 1.36 / most.count() + 1.36 / others.count())?;
    let moved: Vec<f64> = others.0.iter().map(|&place| map.apply(place)).collect();
    (distance(most.0, &moved) <= critical(most.count(), others.count())).then_some(place + width)
}

/// The greatest distance between the shares of two ordered samples that lie below a place (Smirnov).
pub(super) fn distance(one: &[f64], other: &[f64]) -> f64 {
    let (mut a, mut b, mut most) = (0, 0, 0.0f64);
    while a < one.len() && b < other.len() {
        let at = one[a].min(other[b]);
        // Rounding made nearly equal numbers of equal ones.
        a += one[a..].iter().take_while(|&&x| x <= at + ROUNDING).count();
        b += other[b..].iter().take_while(|&&x| x <= at + ROUNDING).count();
        most = most.max((a as f64 / one.len() as f64 - b as f64 / other.len() as f64).abs());
    }
    most
}

/// The distance that one in two hundred pairs of samples of one kind exceeds.
fn critical(one: f64, other: f64) -> f64 {
    1.73 * (1.0 / one + 1.0 / other).sqrt() + ROUNDING
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heap(from: f64, width: f64, count: usize) -> Vec<f64> {
        (0..count).map(|place| from + width * (place as f64 / count as f64 - 0.5)).collect()
    }

    #[test]
    fn a_heap_that_is_moved_by_the_factor_is_in_another_unit() {
        let map = Map { slope: 1.0, offset: 60f64.ln() };
        let (most, others) = (heap(4.5, 1.0, 200), heap(4.5 - 60f64.ln(), 1.0, 30));
        assert!(log_evidence(Heap(&most), Heap(&others), map).is_some_and(|evidence| evidence > 5.0));
        // Elsewhere, or wider, it is another sort.
        assert_eq!(log_evidence(Heap(&most), Heap(&heap(1.2, 1.0, 30)), map), None);
        assert_eq!(log_evidence(Heap(&most), Heap(&heap(4.5 - 60f64.ln(), 4.0, 30)), map), None);
    }

    #[test]
    fn samples_of_one_kind_are_near() {
        assert_eq!(distance(&[1.0, 2.0], &[1.0, 2.0]), 0.0);
        assert_eq!(distance(&[1.0, 2.0], &[3.0]), 1.0);
    }
}
