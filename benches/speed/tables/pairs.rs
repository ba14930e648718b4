//! The table of the rule checks: a dependency, and an order of numbers within groups.

use rand::RngExt;

use super::record::Record;
use super::words::Words;
use super::{ErrorKind, KEYS, Made, Stream, stream};

const CITIES: Words = Words::new(4, 0);
const REGIONS: Words = Words::new(3, 2_000);

/// How the columns of numbers are read.
pub(crate) const TYPES: &str = "column quantity integer\ncolumn discount integer\n";
/// A dependency.
pub(crate) const DEPENDENCY: &str = "fd postal_code -> city\n";
/// A denial constraint with an equality and two inequalities.
pub(crate) const ORDER: &str = "deny a.region = b.region and a.quantity > b.quantity and a.discount < b.discount\n";

const COUNT_OF_REGIONS: u32 = 50;
const CITY: usize = 1;
const DISCOUNT: usize = 4;

/// Sales: postal codes with cities; in each region a discount that grows with the quantity.
///
/// No cell is missing, so that every system counts the same rows: errors are values of other rows.
pub(crate) struct Pairs {
    rows: u64,
    /// The city of each postal code.
    postal: Vec<u32>,
    /// From how many more pieces on each region gives a percent more.
    steps: Vec<u32>,
}

impl Pairs {
    /// A table of so many rows.
    pub(crate) fn new(rows: u64) -> Self {
        let stream = &mut stream(KEYS);
        let codes = (rows / 50).clamp(10, 20_000) as u32;
        let postal = (0..codes).map(|_| stream.random_range(0..codes.min(8_000))).collect();
        let steps = (0..COUNT_OF_REGIONS).map(|_| stream.random_range(50..500)).collect();
        Pairs { rows, postal, steps }
    }
}

impl Made for Pairs {
    fn name(&self) -> String {
        format!("pairs-{}", self.rows)
    }

    fn rows(&self) -> u64 {
        self.rows
    }

    fn header(&self) -> Vec<String> {
        ["postal_code", "city", "region", "quantity", "discount"].map(str::to_owned).into()
    }

    fn rules(&self) -> String {
        [TYPES, DEPENDENCY, ORDER].concat()
    }

    fn rate(&self, column: usize) -> f64 {
        match column {
            CITY => 0.02,
            // A single wrong number breaks the rule together with a large part of its region.
            DISCOUNT => 0.001,
            _ => 0.0,
        }
    }

    fn draw(&self, _: u64, stream: &mut Stream, record: &mut Record) {
        let postal = stream.random_range(0..self.postal.len());
        let region = stream.random_range(0..COUNT_OF_REGIONS);
        let quantity = stream.random_range(1..50_000_u32);
        record.push(format_args!("{:05}", 10_000 + postal));
        record.push(format_args!("{}", CITIES.word(self.postal[postal].into())));
        record.push(format_args!("{} County", REGIONS.word(region.into())));
        record.push(format_args!("{quantity}"));
        record.push(format_args!("{}", quantity / self.steps[region as usize]));
    }

    fn errors(&self) -> &[ErrorKind] {
        &[ErrorKind::OfAnotherRow]
    }
}
