//! Units of measure: their names and the factors between them.
//!
//! Factors are exact by definition: multiples of SI units from the SI brochure (9th edition, BIPM 2019), all others from
//! NIST Special Publication 811 (2008), appendix B. Gallons, quarts, pints, cups and fluid ounces are those of the United
//! States; a ton is the tonne of 1000 kg.

use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

mod table;

use table::UNITS;

/// What a unit measures. Only units of one dimension convert into each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dimension {
    /// Time spans, in seconds.
    Time,
    /// Lengths, in metres.
    Length,
    /// Masses, in kilograms.
    Mass,
    /// Volumes, in litres.
    Volume,
    /// Temperatures, in kelvins.
    Temperature,
    /// Speeds, in metres a second.
    Speed,
    /// Pressures, in pascals.
    Pressure,
    /// Energies, in joules.
    Energy,
    /// Powers, in watts.
    Power,
    /// Areas, in square metres.
    Area,
    /// Amounts of data, in bytes.
    Data,
    /// Shares of a whole, in ones.
    Share,
    /// Amounts of one currency, whichever it is, in its main unit.
    Money,
}

/// A unit of measure. It displays as its symbol.
#[derive(Clone, Copy)]
pub struct Unit(&'static Definition);

/// One line of the table of units.
struct Definition {
    /// What it measures.
    dimension: Dimension,
    /// How it is written canonically, and all other ways.
    symbol: &'static str,
    names: &'static [&'static str],
    /// How much of the dimension's own unit one of it is.
    factor: f64,
    /// Where its zero lies, in the dimension's own unit: 273.15 for °C.
    zero: f64,
}

impl Unit {
    /// The unit of a name, whatever it measures: `kg`, `pounds`, `min`. Symbols are told apart by case where only case
    /// tells them apart. `m` is the metre.
    pub fn find(name: &str) -> Option<Unit> {
        find_among(name, |_| true)
    }

    /// The unit of a name among those of one dimension, where `m` may be the minute.
    pub fn find_of(dimension: Dimension, name: &str) -> Option<Unit> {
        find_among(name, |definition| definition.dimension == dimension)
    }

    /// All units, by dimension.
    pub fn all() -> impl Iterator<Item = Unit> {
        UNITS.iter().map(Unit)
    }

    /// How it is written: `min`, `kg`, `°C`.
    pub fn symbol(self) -> &'static str {
        self.0.symbol
    }

    /// All ways to write it.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.0.symbol).chain(self.0.names.iter().copied())
    }

    /// What it measures.
    pub fn dimension(self) -> Dimension {
        self.0.dimension
    }

    /// How many of the other unit one of this is, as 60 for hours and minutes; `None` where it measures something else, or
    /// where the zeros of the two differ, as those of °C and °F.
    pub fn factor_to(self, other: Unit) -> Option<f64> {
        let shared = self.dimension() == other.dimension() && self.0.zero == other.0.zero;
        shared.then(|| self.0.factor / other.0.factor)
    }

    /// A number of this unit as a number of the other; `None` where the two measure different things.
    pub fn convert(self, number: f64, other: Unit) -> Option<f64> {
        if self == other {
            return Some(number);
        }
        if self.dimension() != other.dimension() {
            return None;
        }
        if self.0.zero == other.0.zero {
            return Some(number * self.0.factor / other.0.factor);
        }
        Some((number * self.0.factor + self.0.zero - other.0.zero) / other.0.factor)
    }

    /// Whether its zero is nothing at all, so that numbers of it add up and have ratios.
    pub fn begins_at_nothing(self) -> bool {
        self.0.zero == 0.0
    }
}

/// The unit that is written so; if there is none, the only one that is written so but for case.
fn find_among(name: &str, fits: impl Fn(&Definition) -> bool) -> Option<Unit> {
    if name.len() > NAMES.longest {
        return None;
    }
    let fitting = |named: Option<&'static Vec<Unit>>| named.into_iter().flatten().copied().filter(|unit| fits(unit.0));
    if let Some(exact) = fitting(NAMES.exact.get(name)).next() {
        return Some(exact);
    }
    let mut folded = fitting(NAMES.folded.get(name.to_lowercase().as_str()));
    folded.next().filter(|_| folded.next().is_none())
}

/// The units by their names.
static NAMES: LazyLock<Names> = LazyLock::new(|| {
    let mut names = Names { exact: HashMap::new(), folded: HashMap::new(), longest: 0 };
    for unit in Unit::all() {
        for name in unit.names() {
            let folded = name.to_lowercase();
            // The kelvin sign has three bytes and is a `k` in small letters; no sign loses more.
            names.longest = names.longest.max(3 * folded.len()).max(name.len());
            for of_name in [names.exact.entry(name).or_default(), names.folded.entry(folded).or_default()] {
                if of_name.last() != Some(&unit) {
                    of_name.push(unit);
                }
            }
        }
    }
    names
});

/// What finds a unit without asking every unit for every name.
struct Names {
    /// The units that are written so, in the order of the table.
    exact: HashMap<&'static str, Vec<Unit>>,
    /// Those that are written so in small letters.
    folded: HashMap<String, Vec<Unit>>,
    /// No text of more bytes is a name.
    longest: usize,
}

impl PartialEq for Unit {
    fn eq(&self, other: &Unit) -> bool {
        self.dimension() == other.dimension() && self.symbol() == other.symbol()
    }
}

impl Eq for Unit {}

impl fmt::Debug for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Unit({})", self.symbol())
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.symbol())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(number: f64, from: &str, to: &str, expected: f64) {
        let (from, to) = (Unit::find(from).unwrap(), Unit::find(to).unwrap());
        let converted = from.convert(number, to).unwrap();
        assert!((converted - expected).abs() <= 1e-12 * expected.abs(), "{converted} is not {expected}");
    }

    #[test]
    fn conversions_are_those_of_the_definitions() {
        check(2.0, "h", "min", 120.0);
        check(1.0, "week", "h", 168.0);
        check(1.0, "lb", "kg", 0.45359237);
        check(16.0, "oz", "lb", 1.0);
        check(1.0, "mile", "ft", 5280.0);
        check(1.0, "gal", "cup", 16.0);
        check(1.0, "gal", "cubic inch", 231.0);
        check(1.0, "psi", "Pa", 6_894.757_293_168_361);
        check(1.0, "mph", "km/h", 1.609344);
        check(1.0, "kWh", "MJ", 3.6);
        check(1.0, "GiB", "MiB", 1024.0);
    }

    #[test]
    fn temperatures_are_moved_as_well_as_scaled() {
        check(100.0, "°C", "°F", 212.0);
        check(-40.0, "°F", "°C", -40.0);
        check(0.0, "°C", "K", 273.15);
        let [celsius, fahrenheit] = ["°C", "°F"].map(|name| Unit::find(name).unwrap());
        assert_eq!(celsius.factor_to(fahrenheit), None);
    }

    #[test]
    fn names_in_full_and_in_other_cases_are_understood() {
        for (name, symbol) in [("Hours", "h"), ("MIN", "min"), ("kilograms", "kg"), ("LBS", "lb"), ("percent", "%")] {
            assert_eq!(Unit::find(name).map(Unit::symbol), Some(symbol));
        }
        assert_eq!(Unit::find("K").map(Unit::symbol), Some("K"));
        assert_eq!(Unit::find("parsnip"), None);
    }

    #[test]
    fn a_name_that_only_case_tells_from_another_is_found_exactly_or_not_at_all() {
        for unit in Unit::all() {
            for name in unit.names() {
                assert!(Unit::find(name).is_some(), "{name}");
            }
        }
        let both = ["MW", "mW", "Mw"].map(|name| Unit::find(name).map(Unit::symbol));
        let alike: Vec<&str> = Unit::all().map(Unit::symbol).filter(|symbol| symbol.to_lowercase() == "mw").collect();
        assert_eq!(both[2], if alike.len() == 1 { Some(alike[0]) } else { None });
        assert_eq!(Unit::find("\u{212a}g").map(Unit::symbol), Some("kg"), "the kelvin sign is a k in small letters");
        assert_eq!(Unit::find(&"kilograms of everything ".repeat(20)), None);
    }

    #[test]
    fn m_is_a_minute_among_times_and_a_metre_elsewhere() {
        assert_eq!(Unit::find_of(Dimension::Time, "m").map(Unit::symbol), Some("min"));
        assert_eq!(Unit::find("m").map(Unit::symbol), Some("m"));
    }

    #[test]
    fn no_two_units_of_a_dimension_share_a_name() {
        for unit in Unit::all() {
            for name in unit.0.names.iter().chain([&unit.0.symbol]) {
                assert_eq!(Unit::find_of(unit.dimension(), name), Some(unit), "{name}");
            }
        }
    }

    #[test]
    fn what_measures_something_else_does_not_convert() {
        let [metre, kilogram] = ["m", "kg"].map(|name| Unit::find(name).unwrap());
        assert_eq!((metre.convert(1.0, kilogram), metre.factor_to(kilogram)), (None, None));
    }
}
