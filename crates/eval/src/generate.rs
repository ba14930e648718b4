//! Makes true tables from a seed: several related entities in one wide table, as exports and joins give them, or numbers
//! that name nothing.
//!
//! Popular entities come often and most come rarely (Zipf), some are near-duplicates of others, some names are not
//! ASCII, and the rules that come with a table hold in it without exception.

mod day;
mod orders;
mod parcels;
mod providers;
mod reports;
mod sensors;
mod visits;
mod words;

use lustrate_table::{Column, Table};
use rand::SeedableRng;
use rand::distr::Distribution;
use rand::distr::weighted::WeightedIndex;
use rand::seq::IndexedRandom;

use crate::noise::Stream;

/// What a generated table is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Lines of orders: customers at addresses, products with prices, quantities with discounts, dates.
    Orders,
    /// Parcels: sizes, weights, amounts, days. Numbers bound by orders, sums and products instead of names.
    Parcels,
    /// A register of medical practitioners: names, training, practices with their sites, addresses, phones.
    Providers,
    /// Reports of several sources on sailings of ferries: times, berths, fares.
    Reports,
    /// Readings of sensors: stations in regions, models with limits, values.
    Sensors,
    /// Visits to hospitals: patients, hospitals at addresses, diagnoses, dates.
    Visits,
}

impl Shape {
    /// All shapes, by name.
    pub const ALL: [Shape; 6] =
        [Shape::Orders, Shape::Parcels, Shape::Providers, Shape::Reports, Shape::Sensors, Shape::Visits];

    /// The name in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Shape::Orders => "orders",
            Shape::Parcels => "parcels",
            Shape::Providers => "providers",
            Shape::Reports => "reports",
            Shape::Sensors => "sensors",
            Shape::Visits => "visits",
        }
    }

    fn blueprint(self) -> Blueprint {
        match self {
            Shape::Orders => orders::BLUEPRINT,
            Shape::Parcels => parcels::BLUEPRINT,
            Shape::Providers => providers::BLUEPRINT,
            Shape::Reports => reports::BLUEPRINT,
            Shape::Sensors => sensors::BLUEPRINT,
            Shape::Visits => visits::BLUEPRINT,
        }
    }
}

/// A true table and what holds in it.
#[derive(Clone, Debug)]
pub struct Generated {
    /// The table. A value that is not known, such as the day of something yet to come, is missing.
    pub table: Table,
    /// A rule file (`fd` and `deny` statements) that the table satisfies.
    pub rules_text: &'static str,
}

/// A true table of a shape. The same shape, number of rows and seed give the same table.
///
/// ```
/// use lustrate_eval::{Shape, generate};
///
/// let generated = generate(Shape::Visits, 100, 7);
/// assert_eq!(generated.table.rows(), 100);
/// assert!(generated.rules_text.contains("fd hospital_id -> hospital"));
/// ```
pub fn generate(shape: Shape, rows: usize, seed: u64) -> Generated {
    let blueprint = shape.blueprint();
    let records = (blueprint.records)(rows, &mut Stream::seed_from_u64(seed));
    let column = |place: usize| -> Column {
        records.iter().map(|record| Some(record[place].as_str()).filter(|text| !text.is_empty())).collect()
    };
    let columns = blueprint.columns.iter().enumerate().map(|(place, name)| ((*name).to_owned(), column(place)));
    let table = Table::new(columns.collect()).expect("the columns of a shape have different names and one length");
    Generated { table, rules_text: blueprint.rules }
}

/// How tables of a shape are made.
struct Blueprint {
    columns: &'static [&'static str],
    rules: &'static str,
    /// So many records, each with a text for every column; empty is missing.
    records: fn(usize, &mut Stream) -> Vec<Vec<String>>,
}

/// Draws places in a list, the first ones most often: Zipf's law with Mandelbrot's shift, 1 / (place + 3).
///
/// # Panics
/// When the list is empty.
fn by_popularity(len: usize) -> impl Distribution<usize> {
    WeightedIndex::new((0..len).map(|place| 1.0 / (place as f64 + 3.0))).expect("a list of entities is not empty")
}

/// One of a list of our own, which is never empty.
pub(crate) fn one_of<T: Copy>(list: &[T], stream: &mut Stream) -> T {
    *list.choose(stream).expect("a list of words is not empty")
}

#[cfg(test)]
mod tests;
