//! The wide table: half small categories, some of which determine others, half numbers.

use rand::RngExt;

use super::record::Record;
use super::words::Words;
use super::{KEYS, Made, Stream, stream};

const VALUES: Words = Words::new(2, 0);

/// Groups of columns of each half.
const GROUPS: usize = 50;
/// Columns of a group.
const OF_GROUP: usize = 5;
/// The most categories of a column.
const CATEGORIES: usize = 20;

/// A table of 500 columns. Of five categories the first determines the next two; of five numbers the second goes with the
/// first.
pub(crate) struct Wide {
    rows: u64,
    /// For each group, what the categories of the first column stand for in the next two.
    maps: Vec<[[u32; CATEGORIES]; 2]>,
    /// For each group, the number of categories of the first column and of each that is free.
    counts: Vec<[u32; 3]>,
    /// For each group, how large its numbers are.
    sizes: Vec<u32>,
}

impl Wide {
    /// A table of so many rows.
    pub(crate) fn new(rows: u64) -> Self {
        let stream = &mut stream(KEYS);
        let mut map = || [0; CATEGORIES].map(|_| stream.random_range(0..8));
        let maps = (0..GROUPS).map(|_| [map(), map()]).collect();
        let counts = (0..GROUPS).map(|_| [0; 3].map(|_| stream.random_range(3..=CATEGORIES as u32))).collect();
        let sizes = (0..GROUPS).map(|_| 10_u32.pow(stream.random_range(1..6))).collect();
        Wide { rows, maps, counts, sizes }
    }

    fn column(half: &str, group: usize, place: usize) -> String {
        format!("{half}{:03}", group * OF_GROUP + place)
    }
}

impl Made for Wide {
    fn name(&self) -> String {
        format!("wide-{}", self.rows)
    }

    fn rows(&self) -> u64 {
        self.rows
    }

    fn header(&self) -> Vec<String> {
        let places = |half| (0..GROUPS).flat_map(move |group| (0..OF_GROUP).map(move |place| (half, group, place)));
        places("category_")
            .chain(places("number_"))
            .map(|(half, group, place)| Wide::column(half, group, place))
            .collect()
    }

    fn rules(&self) -> String {
        let rule = |group| {
            let [key, first, second] = [0, 1, 2].map(|place| Wide::column("category_", group, place));
            format!("fd {key} -> {first}, {second}\n")
        };
        (0..GROUPS).map(rule).collect()
    }

    fn rate(&self, _: usize) -> f64 {
        0.02
    }

    fn draw(&self, _: u64, stream: &mut Stream, record: &mut Record) {
        let word = |group: usize, place: usize, number: u32| {
            VALUES.word((group * 120 + place * 20) as u64 + u64::from(number))
        };
        for group in 0..GROUPS {
            let [keys, free @ ..] = self.counts[group];
            let key = stream.random_range(0..keys);
            record.push(format_args!("{}", word(group, 0, key)));
            for (place, map) in self.maps[group].iter().enumerate() {
                record.push(format_args!("{}", word(group, 1 + place, map[key as usize])));
            }
            for (place, count) in free.into_iter().enumerate() {
                record.push(format_args!("{}", word(group, 3 + place, stream.random_range(0..count))));
            }
        }
        for &size in &self.sizes {
            let first = stream.random_range(0..size);
            record.push(format_args!("{first}"));
            record.push(format_args!("{}.{}", first / 2, stream.random_range(0..10)));
            record.push(format_args!("{}", stream.random_range(0..size)));
            record.push(format_args!("{}.{:02}", stream.random_range(0..size), stream.random_range(0..100)));
            record.push(format_args!("{}", stream.random_range(0..100)));
        }
    }
}
