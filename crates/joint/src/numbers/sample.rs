//! A robust density of numbers: how many of a sample lie near, with broad tails and with the values that repeat.

/// The mass of the broad tail, in observations.
const TAIL: f64 = 1.0;
/// The tail is so many times as broad as the sample.
const BROAD: f64 = 3.0;
/// The scale of a normal distribution over its median absolute deviation.
const NORMAL: f64 = 1.4826;

/// Numbers on the scale on which their density is taken.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sample {
    /// The numbers, each once and in order, and how many there are up to and with each: what is looked up often is small.
    values: Vec<f64>,
    up_to: Vec<u32>,
    /// Numbers that come once, and a half: the mass that goes to numbers not seen.
    spread: f64,
    centre: f64,
    scale: f64,
    /// Half the window in which others are near.
    near: f64,
}

impl Sample {
    /// The sample; `step` is the distance of two neighbouring numbers at its centre, on its scale.
    pub(crate) fn new(mut numbers: Vec<f64>, step: f64) -> Self {
        numbers.sort_unstable_by(f64::total_cmp);
        let runs = || numbers.chunk_by(|a, b| a == b);
        let once = runs().filter(|run| run.len() == 1).count();
        let values: Vec<f64> = runs().map(|run| run[0]).collect();
        let ends = runs().scan(0, |end, run| {
            *end += run.len() as u32;
            Some(*end)
        });
        let up_to = ends.collect();
        let (rows, centre) = (numbers.len(), median(&numbers));
        let mut far = numbers;
        far.iter_mut().for_each(|number| *number = (*number - centre).abs());
        // Where half of the numbers are the same, the next nearest tell how far they reach.
        let reach = NORMAL * nth(&mut far, rows / 2);
        let scale = reach.max(0.5 * nth(&mut far, (0.75 * rows as f64) as usize)).max(step);
        let near = (1.06 * scale * (rows.max(1) as f64).powf(-0.2)).max(0.6 * step);
        Sample { values, up_to, spread: once as f64 + 0.5, centre, scale, near }
    }

    /// The size of the sample.
    pub(crate) fn len(&self) -> usize {
        self.up_to.last().map_or(0, |&all| all as usize)
    }

    /// How many numbers are the first so many distinct ones.
    fn first(&self, values: usize) -> f64 {
        values.checked_sub(1).map_or(0.0, |last| f64::from(self.up_to[last]))
    }

    /// The share of a number, which stands for an interval of length `step`; `own` is left out of the sample.
    pub(crate) fn mass(&self, number: f64, step: f64, own: Option<f64>) -> f64 {
        let rows = (self.len() as f64 - f64::from(u8::from(own.is_some()))).max(0.0);
        let near = self.near.max(0.6 * step);
        let within = |low: f64, high: f64| {
            let from = self.values.partition_point(|&other| other < low);
            let to = from + self.values[from..].partition_point(|&other| other <= high);
            let own = own.is_some_and(|own| (low..=high).contains(&own));
            (self.first(to) - self.first(from) - f64::from(u8::from(own))).max(0.0)
        };
        let broad = BROAD * self.scale;
        let tail = 1.0 / (std::f64::consts::PI * broad * (1.0 + ((number - self.centre) / broad).powi(2)));
        let density = (within(number - near, number + near) / (2.0 * near) + TAIL * tail) / (rows + TAIL);
        let smooth = (density * step).min(1.0);
        (within(number, number) + self.spread * smooth) / (rows + self.spread)
    }
}

/// The number that would be at a place if they were sorted; 0 where there is none.
pub(crate) fn nth(numbers: &mut [f64], place: usize) -> f64 {
    let is_there = place < numbers.len();
    if is_there { *numbers.select_nth_unstable_by(place, f64::total_cmp).1 } else { 0.0 }
}

pub(crate) fn median(sorted: &[f64]) -> f64 {
    sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_centre_is_dense_and_a_lone_number_is_not_its_own_evidence() {
        let mut numbers: Vec<f64> = (0..200).map(|i| 10.0 + f64::from(i) * 0.05).collect();
        numbers.push(1000.0);
        let sample = Sample::new(numbers, 0.01);
        let centre = sample.mass(15.0, 0.01, None);
        assert!(centre > 5e-4, "{centre}");
        let outlier = sample.mass(1000.0, 0.01, Some(1000.0));
        assert!(outlier < 1e-3 * centre, "{outlier}");
    }

    #[test]
    fn the_number_at_a_place_is_that_of_the_sorted_ones() {
        let numbers = [3.0, -1.0, 2.0, 2.0, 8.0];
        let places = [0, 2, 4, 5].map(|place| nth(&mut numbers.clone(), place));
        assert_eq!(places, [-1.0, 2.0, 8.0, 0.0]);
        assert_eq!((Sample::new(numbers.to_vec(), 1.0).len(), Sample::new(Vec::new(), 1.0).len()), (5, 0));
    }

    #[test]
    fn numbers_that_repeat_are_more_than_their_neighbours() {
        let numbers = (0..300).map(|i| f64::from(i % 3) * 50.0).collect();
        let sample = Sample::new(numbers, 1.0);
        assert!((sample.mass(50.0, 1.0, None) - 1.0 / 3.0).abs() < 0.01);
        assert!(sample.mass(51.0, 1.0, None) < 1e-3);
    }
}
