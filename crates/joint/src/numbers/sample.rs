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
    index: Index,
    /// Numbers that come once, and a half: the mass that goes to numbers not seen.
    spread: f64,
    centre: f64,
    scale: f64,
    /// Half the window in which others are near.
    near: f64,
}

impl Sample {
    /// The sample; `step` is the distance of two neighbouring numbers at its centre, on its scale.
    pub(crate) fn new(numbers: Vec<f64>, step: f64) -> Self {
        Sample::counted(numbers.into_iter().map(|number| (number, 1)).collect(), step)
    }

    /// The same of numbers that come so often each.
    pub(crate) fn counted(mut numbers: Counted, step: f64) -> Self {
        numbers.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        numbers.dedup_by(|next, one| {
            let same = next.0 == one.0;
            one.1 += if same { next.1 } else { 0 };
            same
        });
        let once = numbers.iter().filter(|(_, count)| *count == 1).count();
        let values: Vec<f64> = numbers.iter().map(|(number, _)| *number).collect();
        let ends = numbers.iter().scan(0, |end, (_, count)| {
            *end += count;
            Some(*end)
        });
        let (up_to, index): (Vec<u32>, Index) = (ends.collect(), Index::new(&values));
        let rows = up_to.last().map_or(0, |&all| all as usize);
        let centre = nth(&numbers, rows / 2);
        let mut far = numbers;
        far.iter_mut().for_each(|(number, _)| *number = (*number - centre).abs());
        far.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        // Where half of the numbers are the same, the next nearest tell how far they reach.
        let reach = NORMAL * nth(&far, rows / 2);
        let scale = reach.max(0.5 * nth(&far, (0.75 * rows as f64) as usize)).max(step);
        let near = (1.06 * scale * (rows.max(1) as f64).powf(-0.2)).max(0.6 * step);
        Sample { values, up_to, index, spread: once as f64 + 0.5, centre, scale, near }
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
        let within = |from: usize, to: usize, is_own: bool| {
            (self.first(to) - self.first(from) - f64::from(u8::from(is_own))).max(0.0)
        };
        let (low, high) = (number - near, number + near);
        let from = self.index.partition_point(&self.values, low, |other| other < low);
        let to = self.index.partition_point(&self.values, high, |other| other <= high);
        let nearby = within(from, to, own.is_some_and(|own| (low..=high).contains(&own)));
        let at = self.index.partition_point(&self.values, number, |other| other < number);
        let behind = at + usize::from(self.values.get(at) == Some(&number));
        let same = within(at, behind, own == Some(number));
        let broad = BROAD * self.scale;
        let tail = 1.0 / (std::f64::consts::PI * broad * (1.0 + ((number - self.centre) / broad).powi(2)));
        let density = (nearby / (2.0 * near) + TAIL * tail) / (rows + TAIL);
        let smooth = (density * step).min(1.0);
        (same + self.spread * smooth) / (rows + self.spread)
    }
}

/// Where numbers of a size begin among sorted ones, by intervals of one length: a number is found at once.
#[derive(Clone, Debug, Default)]
struct Index {
    least: f64,
    /// Intervals for each unit.
    scale: f64,
    /// For each interval the place of the first number in it or behind it, and the end; empty where there are few numbers.
    starts: Vec<u32>,
}

impl Index {
    /// Fewer numbers are looked through.
    const LEAST: usize = 32;

    fn new(sorted: &[f64]) -> Self {
        let (Some(&least), Some(&most)) = (sorted.first(), sorted.last()) else { return Index::default() };
        let scale = (sorted.len() - 1) as f64 / (most - least);
        if sorted.len() < Index::LEAST || !scale.is_finite() || !least.is_finite() {
            return Index::default();
        }
        let mut index = Index { least, scale, starts: Vec::with_capacity(sorted.len() + 1) };
        for (place, &number) in (0u32..).zip(sorted) {
            let interval = index.interval(number, sorted.len());
            while index.starts.len() <= interval {
                index.starts.push(place);
            }
        }
        index.starts.resize(sorted.len() + 1, sorted.len() as u32);
        index
    }

    /// The interval of a number among those of so many: never before that of a smaller one, however it is rounded.
    fn interval(&self, number: f64, intervals: usize) -> usize {
        // What is less than all is in the first, which a cast makes of a number below zero.
        (((number - self.least) * self.scale) as usize).min(intervals - 1)
    }

    /// How many of the numbers come before those for which `before`, which asks how they compare with `bound`, no longer
    /// holds.
    fn partition_point(&self, sorted: &[f64], bound: f64, before: impl Fn(f64) -> bool) -> usize {
        if self.starts.is_empty() {
            return sorted.partition_point(|&other| before(other));
        }
        // Numbers of earlier intervals are smaller than the bound, and those of later ones larger.
        let interval = self.interval(bound, sorted.len());
        let (start, end) = (self.starts[interval] as usize, self.starts[interval + 1] as usize);
        let interval = &sorted[start..end];
        // Most intervals hold a number or two.
        let passed = match interval.len() {
            0..=8 => interval.iter().take_while(|other| before(**other)).count(),
            _ => interval.partition_point(|&other| before(other)),
        };
        start + passed
    }
}

/// Numbers, each with how often it comes.
pub(crate) type Counted = Vec<(f64, u32)>;

/// The number at a place of sorted ones that come so often each; 0 where there is none.
pub(crate) fn nth(sorted: &[(f64, u32)], place: usize) -> f64 {
    let mut up_to = 0;
    let holds = |(_, count): &&(f64, u32)| {
        up_to += *count as usize;
        up_to > place
    };
    sorted.iter().find(holds).map_or(0.0, |(number, _)| *number)
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
        let numbers = [(-1.0, 1), (2.0, 2), (3.0, 1), (8.0, 1)];
        let places = [0, 2, 4, 5].map(|place| nth(&numbers, place));
        assert_eq!(places, [-1.0, 2.0, 8.0, 0.0]);
        assert_eq!((Sample::counted(numbers.to_vec(), 1.0).len(), Sample::new(Vec::new(), 1.0).len()), (5, 0));
    }

    #[test]
    fn an_index_finds_what_a_search_through_all_finds() {
        for power in [1, 3] {
            let mut sorted: Vec<f64> = (0..500).map(|i| (f64::from(i * i % 499) / 7.0 - 20.0).powi(power)).collect();
            sorted.sort_unstable_by(f64::total_cmp);
            sorted.dedup();
            let index = Index::new(&sorted);
            let near = |number: f64| [number.next_down(), number, number.next_up(), number + 0.3];
            let bounds = sorted.iter().copied().flat_map(near).chain([-1e9, 1e9, f64::MIN, f64::MAX]);
            for bound in bounds {
                let below = index.partition_point(&sorted, bound, |other| other < bound);
                let up_to = index.partition_point(&sorted, bound, |other| other <= bound);
                assert_eq!(below, sorted.partition_point(|&other| other < bound), "{bound}");
                assert_eq!(up_to, sorted.partition_point(|&other| other <= bound), "{bound}");
            }
        }
    }

    #[test]
    fn numbers_that_repeat_are_more_than_their_neighbours() {
        let numbers = (0..300).map(|i| f64::from(i % 3) * 50.0).collect();
        let sample = Sample::new(numbers, 1.0);
        assert!((sample.mass(50.0, 1.0, None) - 1.0 / 3.0).abs() < 0.01);
        assert!(sample.mass(51.0, 1.0, None) < 1e-3);
    }
}
