//! The table with a large domain: a column whose values are all different.

use rand::RngExt;

use super::record::Record;
use super::words::Words;
use super::{KEYS, Made, Stream, stream};

const CITIES: Words = Words::new(4, 0);
const MANAGERS: Words = Words::new(3, 9_000);

/// Serial numbers of things, each once, with the branch that sold it and the branch's city and manager: two, so that of a branch
/// and a city that do not go together it can be told which is wrong.
pub(crate) struct Domain {
    rows: u64,
    /// The numbers of the city and of the manager of each branch.
    branches: Vec<[u32; 2]>,
}

impl Domain {
    /// A table of so many rows.
    pub(crate) fn new(rows: u64) -> Self {
        let stream = &mut stream(KEYS);
        Domain { rows, branches: (0..1_000).map(|_| [0; 2].map(|_| stream.random_range(0..600))).collect() }
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
        ["serial", "branch", "city", "manager"].map(str::to_owned).into()
    }

    fn rules(&self) -> String {
        "fd branch -> city, manager\n".to_owned()
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
        let [city, manager] = self.branches[branch];
        record.push(format_args!("{}", CITIES.word(city.into())));
        record.push(format_args!("{}", MANAGERS.word(manager.into())));
    }
}
