//! Ridge regression of several outputs on dense rows.

/// A linear map with an intercept, y = m + W (x − c), that minimises the squared errors plus λ times the squared weights.
pub(crate) struct Ridge {
    /// The weights of each input for all outputs.
    weights: Vec<Vec<f64>>,
    intercept: Vec<f64>,
}

impl Ridge {
    /// Fits outputs `y` of inputs `x`, one row each.
    pub(crate) fn fit(x: &[Vec<f64>], y: &[Vec<f64>], penalty: f64) -> Ridge {
        let (centre, mean) = (means(x), means(y));
        // Inputs that do not vary have no weight, and most features of a sparse row do not.
        let varying: Vec<usize> =
            (0..centre.len()).filter(|&place| x.iter().any(|row| row[place] != x[0][place])).collect();
        let centred: Vec<Vec<f64>> =
            x.iter().map(|row| varying.iter().map(|&place| row[place] - centre[place]).collect()).collect();
        let errors: Vec<Vec<f64>> =
            y.iter().map(|row| row.iter().zip(&mean).map(|(value, mean)| value - mean).collect()).collect();
        let of_varying = if varying.len() <= x.len() {
            let columns = transposed(&centred, varying.len());
            let outputs = transposed(&errors, mean.len());
            let right =
                columns.iter().map(|column| outputs.iter().map(|output| dot(column, output)).collect()).collect();
            solved(gram(&columns, penalty), right)
        } else {
            // Fewer rows than inputs: W = Xᵀ (X Xᵀ + λ)⁻¹ Y is the smaller system.
            let factors = transposed(&solved(gram(&centred, penalty), errors), mean.len());
            let columns = transposed(&centred, varying.len());
            columns.iter().map(|column| factors.iter().map(|factor| dot(column, factor)).collect()).collect()
        };
        let mut weights = vec![Vec::new(); centre.len()];
        let mut intercept = mean;
        for (place, of_input) in varying.into_iter().zip(of_varying) {
            intercept.iter_mut().zip(&of_input).for_each(|(sum, weight)| *sum -= weight * centre[place]);
            weights[place] = of_input;
        }
        Ridge { weights, intercept }
    }

    /// The outputs of a row, given by its entries that are not zero.
    pub(crate) fn predict(&self, entries: &[(usize, f64)]) -> Vec<f64> {
        let mut outputs = self.intercept.clone();
        for &(place, value) in entries {
            outputs.iter_mut().zip(&self.weights[place]).for_each(|(sum, weight)| *sum += value * weight);
        }
        outputs
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn means(rows: &[Vec<f64>]) -> Vec<f64> {
    let mut sums = vec![0.0; rows[0].len()];
    rows.iter().for_each(|row| sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += value));
    sums.iter_mut().for_each(|sum| *sum /= rows.len() as f64);
    sums
}

fn transposed(rows: &[Vec<f64>], width: usize) -> Vec<Vec<f64>> {
    (0..width).map(|place| rows.iter().map(|row| row[place]).collect()).collect()
}

/// The products of all vectors with each other, plus the penalty on the diagonal.
fn gram(vectors: &[Vec<f64>], penalty: f64) -> Vec<Vec<f64>> {
    let entry = |a: usize, b: usize| dot(&vectors[a], &vectors[b]) + if a == b { penalty } else { 0.0 };
    (0..vectors.len()).map(|a| (0..=a).map(|b| entry(a, b)).collect()).collect()
}

/// The solution of A X = B, of whose positive definite A the lower triangle is given, by Cholesky's decomposition.
fn solved(mut lower: Vec<Vec<f64>>, mut right: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
    let size = lower.len();
    for a in 0..size {
        let (done, rest) = lower.split_at_mut(a);
        let row = &mut rest[0];
        for (b, other) in done.iter().enumerate() {
            row[b] = (row[b] - dot(&row[..b], &other[..b])) / other[b];
        }
        row[a] = (row[a] - dot(&row[..a], &row[..a])).max(f64::MIN_POSITIVE).sqrt();
    }
    for (a, factors) in lower.iter().enumerate() {
        let (done, rest) = right.split_at_mut(a);
        for (b, done) in done.iter().enumerate() {
            rest[0].iter_mut().zip(done).for_each(|(value, other)| *value -= factors[b] * other);
        }
        rest[0].iter_mut().for_each(|value| *value /= factors[a]);
    }
    for a in (0..size).rev() {
        let (rest, done) = right.split_at_mut(a + 1);
        for (b, done) in done.iter().enumerate() {
            rest[a].iter_mut().zip(done).for_each(|(value, other)| *value -= lower[a + 1 + b][a] * other);
        }
        rest[a].iter_mut().for_each(|value| *value /= lower[a][a]);
    }
    right
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_linear_map_is_found_with_many_rows_and_with_few() {
        for rows in [3, 40] {
            let x: Vec<Vec<f64>> = (0..rows)
                .map(|row| (0..4).map(|place| ((row * 7 + place * 3) * (place + 2) % 11) as f64).collect())
                .collect();
            let y: Vec<Vec<f64>> = x.iter().map(|x| vec![2.0 * x[0] - x[3] + 1.0, 0.5 * x[1]]).collect();
            let ridge = Ridge::fit(&x, &y, 1e-6);
            for (x, y) in x.iter().zip(&y) {
                let entries: Vec<(usize, f64)> = x.iter().copied().enumerate().collect();
                let predicted = ridge.predict(&entries);
                assert!(predicted.iter().zip(y).all(|(a, b)| (a - b).abs() < 1e-4), "{rows}: {predicted:?} {y:?}");
            }
        }
    }
}
