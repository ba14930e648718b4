//! The table with a large domain: a column whose values are all different.

use rand::RngExt;

use super::record::Record;
use super::words::Words;
use super::{KEYS, Made, Stream, stream};

const CITIES: Words = Words::new(4, 0);

/// Serial numbers of things, each once, with the branch that sold it, its city, and an amount.
pub(crate) struct Domain {
    rows: u64,
    /// The city of each branch.
    branches: Vec<u32>,
}

impl Domain {
    /// A table of so many rows.
    pub(crate) fn new(rows: u64) -> Self {
        let stream = &mut stream(KEYS);
        Domain { rows, branches: (0..1_000).map(|_| stream.random_range(0..600)).collect() }
    }
}

impl Made for Domain {
    fn name(&self) -> String {
        format!("domain-{}", self.rows)
    }

    fn rows(&self) -> u64 {
        self.rows
    }

    fn header(&self) -> Vec<String> {
        ["serial", "branch", "city", "amount"].map(str::to_owned).into()
    }

    fn rules(&self) -> String {
        "fd branch -> city\n".to_owned()
    }

    fn rate(&self, _: usize) -> f64 {
        0.02
    }

    fn draw(&self, row: u64, stream: &mut Stream, record: &mut Record) {
        // A factor that shares no divisor with the number of serials makes each once, in no order.
        const SERIALS: u64 = 10_000_000_000;
        const FACTOR: u64 = 387_420_489;
        let branch = stream.random_range(0..self.branches.len());
        record.push(format_args!("S{:010}", row % SERIALS * FACTOR % SERIALS));
        record.push(format_args!("B{branch:04}"));
        record.push(format_args!("{}", CITIES.word(self.branches[branch].into())));
        record.push(format_args!("{}.{:02}", stream.random_range(1..500), stream.random_range(0..100)));
    }
}
