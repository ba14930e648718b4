//! Minimising a smooth function of many variables: L-BFGS with a line search for the strong Wolfe conditions (Nocedal and Wright,
//! *Numerical Optimization*, 2nd edition, algorithms 7.4, 7.5, 3.5 and 3.6).

use std::collections::VecDeque;

/// Steps that the curvature is remembered of.
const MEMORY: usize = 10;

/// Sufficient decrease and curvature of a step.
const DECREASE: f64 = 1e-4;
const CURVATURE: f64 = 0.9;

/// Tries of one line search.
const MOST_TRIES: usize = 30;

/// Where the search ended.
#[derive(Clone, Debug)]
pub(crate) struct Minimum {
    /// The variables.
    pub at: Vec<f64>,
    /// The value of the function there.
    #[cfg_attr(not(test), expect(dead_code, reason = "the tests of the search ask for it"))]
    pub value: f64,
}

/// One point of the function: its value, and its gradient.
struct Point {
    at: Vec<f64>,
    value: f64,
    gradient: Vec<f64>,
}

/// Minimises `function`, which writes its gradient and returns its value, until no part of the gradient is larger than
/// `tolerance`, for `most_steps` at most.
pub(crate) fn minimise(
    mut function: impl FnMut(&[f64], &mut [f64]) -> f64,
    start: Vec<f64>,
    tolerance: f64,
    most_steps: usize,
) -> Minimum {
    let mut evaluate = |at: Vec<f64>| {
        let mut gradient = vec![0.0; at.len()];
        let value = function(&at, &mut gradient);
        Point { at, value, gradient }
    };
    let mut here = evaluate(start);
    let mut memory: VecDeque<(Vec<f64>, Vec<f64>, f64)> = VecDeque::new();
    for _ in 0..most_steps {
        if here.gradient.iter().all(|slope| slope.abs() <= tolerance) {
            break;
        }
        let mut direction = descent(&here.gradient, &memory);
        if dot(&direction, &here.gradient) >= 0.0 {
            memory.clear();
            direction = here.gradient.iter().map(|slope| -slope).collect();
        }
        // Without a memory the length of a step is unknown: the first goes no further than one unit.
        let length = if memory.is_empty() { 1.0 / dot(&direction, &direction).sqrt().max(1.0) } else { 1.0 };
        let Some(next) = line_search(&here, &direction, length, &mut evaluate) else {
            if memory.is_empty() {
                break;
            }
            memory.clear();
            continue;
        };
        let moved: Vec<f64> = next.at.iter().zip(&here.at).map(|(a, b)| a - b).collect();
        let bent: Vec<f64> = next.gradient.iter().zip(&here.gradient).map(|(a, b)| a - b).collect();
        let curvature = dot(&moved, &bent);
        if curvature > f64::EPSILON * dot(&bent, &bent) {
            memory.push_back((moved, bent, 1.0 / curvature));
            if memory.len() > MEMORY {
                memory.pop_front();
            }
        }
        here = next;
    }
    Minimum { at: here.at, value: here.value }
}

/// The two-loop recursion: minus the gradient, times the inverse of what is known of the curvature.
fn descent(gradient: &[f64], memory: &VecDeque<(Vec<f64>, Vec<f64>, f64)>) -> Vec<f64> {
    let mut direction: Vec<f64> = gradient.iter().map(|slope| -slope).collect();
    let mut factors = Vec::with_capacity(memory.len());
    for (moved, bent, inverse) in memory.iter().rev() {
        let factor = inverse * dot(moved, &direction);
        add(&mut direction, -factor, bent);
        factors.push(factor);
    }
    if let Some((_, bent, inverse)) = memory.back() {
        let scale = 1.0 / (inverse * dot(bent, bent));
        direction.iter_mut().for_each(|part| *part *= scale);
    }
    for ((moved, bent, inverse), factor) in memory.iter().zip(factors.into_iter().rev()) {
        let other = inverse * dot(bent, &direction);
        add(&mut direction, factor - other, moved);
    }
    direction
}

/// A point along a direction that satisfies the strong Wolfe conditions, or at least decreases the function; `None` where no
/// step does.
fn line_search(
    start: &Point,
    direction: &[f64],
    mut length: f64,
    evaluate: &mut impl FnMut(Vec<f64>) -> Point,
) -> Option<Point> {
    let slope = dot(&start.gradient, direction);
    let step = |length: f64| start.at.iter().zip(direction).map(|(at, part)| at + length * part).collect();
    // The best step so far that decreases enough, and the other end of the bracket once there is one.
    let (mut low, mut low_value, mut low_slope) = (0.0, start.value, slope);
    let mut high: Option<f64> = None;
    let mut best: Option<Point> = None;
    for _ in 0..MOST_TRIES {
        let point = evaluate(step(length));
        let enough = point.value.is_finite() && point.value <= start.value + DECREASE * length * slope;
        if !enough || point.value >= low_value && low > 0.0 {
            let bound = point.value;
            length = {
                let next = parabola(low, low_value, low_slope, length, bound);
                high = Some(length);
                next
            };
        } else {
            let new_slope = dot(&point.gradient, direction);
            if new_slope.abs() <= -CURVATURE * slope {
                return Some(point);
            }
            let upward = high.map_or(new_slope >= 0.0, |high| new_slope * (high - low) >= 0.0);
            if upward {
                high = Some(low);
            }
            (low, low_value, low_slope) = (length, point.value, new_slope);
            best = Some(point);
            length = high.map_or(2.0 * length, |high| 0.5 * (low + high));
        }
        if high.is_some_and(|high| (high - low).abs() <= 1e-12 * low.abs().max(1e-6)) {
            break;
        }
    }
    best
}

/// The lowest point of the parabola through a value and slope at `low` and a value at `high`, kept away from both ends.
fn parabola(low: f64, value: f64, slope: f64, high: f64, bound: f64) -> f64 {
    let width = high - low;
    let bend = bound - value - slope * width;
    let share = if bend.is_finite() && bend > 0.0 { -slope * width / (2.0 * bend) } else { 0.1 };
    low + share.clamp(0.1, 0.9) * width
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn add(sums: &mut [f64], factor: f64, parts: &[f64]) {
    sums.iter_mut().zip(parts).for_each(|(sum, part)| *sum += factor * part);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_valley_of_rosenbrock_is_followed_to_its_end() {
        let rosenbrock = |at: &[f64], gradient: &mut [f64]| {
            let (a, b) = (1.0 - at[0], at[1] - at[0] * at[0]);
            gradient[0] = -2.0 * a - 400.0 * at[0] * b;
            gradient[1] = 200.0 * b;
            a * a + 100.0 * b * b
        };
        let minimum = minimise(rosenbrock, vec![-1.2, 1.0], 1e-9, 200);
        assert!(minimum.at.iter().all(|part| (part - 1.0).abs() < 1e-7), "{:?}", minimum.at);
    }

    #[test]
    fn a_long_ellipsoid_is_no_obstacle() {
        let ellipsoid = |at: &[f64], gradient: &mut [f64]| {
            let weight = |place: usize| 10f64.powi(place as i32);
            at.iter().enumerate().for_each(|(place, part)| gradient[place] = 2.0 * weight(place) * part);
            at.iter().enumerate().map(|(place, part)| weight(place) * part * part).sum()
        };
        let minimum = minimise(ellipsoid, vec![1.0; 6], 1e-8, 300);
        assert!(minimum.value < 1e-15, "{}", minimum.value);
    }

    #[test]
    fn the_search_stops_where_the_function_does_not_fall() {
        let flat = |_: &[f64], gradient: &mut [f64]| {
            gradient.fill(1.0);
            0.0
        };
        assert_eq!(minimise(flat, vec![3.0], 1e-9, 10).at, [3.0]);
    }
}
