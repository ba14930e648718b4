//! Units that get mixed up, and which of them a column may be in by its name.

use lustrate_values::{Dimension, Unit};

/// Two units that stand in one column now and then.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pair {
    /// That of most numbers.
    pub unit: Unit,
    /// That of the others.
    pub other: Unit,
    /// How likely it is these two, where some units are mixed up.
    pub weight: f64,
}

/// What the name of a column says of its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NamedUnit {
    /// Nothing.
    Nothing,
    /// What is measured, as `weight` or `temperature`.
    Dimension(Dimension),
    /// The unit itself, as `wait_min` or `weight (kg)`.
    Unit(&'static str),
}

/// How often two units are mixed up in a column, beside all other pairs.
const PAIRS: [(&str, &str, f64); 40] = [
    ("min", "h", 40.0),
    ("s", "min", 10.0),
    ("ms", "s", 10.0),
    ("h", "d", 5.0),
    ("s", "h", 1.0),
    ("d", "week", 1.0),
    ("g", "kg", 15.0),
    ("kg", "lb", 10.0),
    ("mg", "g", 3.0),
    ("µg", "mg", 2.0),
    ("g", "oz", 2.0),
    ("kg", "t", 1.0),
    ("oz", "lb", 1.0),
    ("m", "km", 10.0),
    ("cm", "m", 10.0),
    ("mm", "m", 5.0),
    ("m", "ft", 10.0),
    ("km", "mi", 5.0),
    ("cm", "in", 6.0),
    ("mm", "cm", 2.0),
    ("mm", "in", 2.0),
    ("in", "ft", 1.0),
    ("ml", "l", 10.0),
    ("l", "gal", 2.0),
    ("ml", "fl oz", 2.0),
    ("cl", "l", 1.0),
    ("cent", "money", 25.0),
    ("°C", "°F", 20.0),
    ("°C", "K", 1.0),
    ("km/h", "mph", 3.0),
    ("km/h", "m/s", 2.0),
    ("W", "kW", 3.0),
    ("Wh", "kWh", 2.0),
    ("kJ", "kcal", 2.0),
    ("mbar", "bar", 1.0),
    ("psi", "bar", 1.0),
    ("mmHg", "kPa", 1.0),
    ("m²", "ft²", 2.0),
    ("MB", "GB", 2.0),
    ("kB", "MB", 2.0),
];

/// Between which numbers of a unit the middle of a column usually lies; elsewhere another unit would have been taken.
const USUAL: [(&str, f64, f64); 21] = [
    ("s", 0.5, 20_000.0),
    ("min", 1.0, 3_000.0),
    ("h", 0.2, 300.0),
    ("d", 0.5, 1_500.0),
    ("mg", 0.5, 5_000.0),
    ("g", 0.5, 20_000.0),
    ("kg", 0.05, 2_000.0),
    ("lb", 0.2, 4_000.0),
    ("mm", 0.5, 5_000.0),
    ("cm", 0.5, 500.0),
    ("m", 0.2, 10_000.0),
    ("km", 0.2, 5_000.0),
    ("ft", 1.0, 2_000.0),
    ("ml", 1.0, 5_000.0),
    ("l", 0.1, 500.0),
    ("money", 0.2, 1e7),
    ("cent", 20.0, 1e7),
    ("°C", -30.0, 60.0),
    ("°F", -20.0, 140.0),
    ("K", 240.0, 340.0),
    ("km/h", 1.0, 400.0),
];
/// What is left of a weight outside them.
const UNUSUAL: f64 = 0.1;

/// Words for what is measured.
const WORDS: [(&str, Dimension); 34] = [
    ("duration", Dimension::Time),
    ("wait", Dimension::Time),
    ("waiting", Dimension::Time),
    ("delay", Dimension::Time),
    ("elapsed", Dimension::Time),
    ("runtime", Dimension::Time),
    ("latency", Dimension::Time),
    ("time", Dimension::Time),
    ("weight", Dimension::Mass),
    ("mass", Dimension::Mass),
    ("length", Dimension::Length),
    ("height", Dimension::Length),
    ("width", Dimension::Length),
    ("depth", Dimension::Length),
    ("distance", Dimension::Length),
    ("altitude", Dimension::Length),
    ("elevation", Dimension::Length),
    ("diameter", Dimension::Length),
    ("volume", Dimension::Volume),
    ("capacity", Dimension::Volume),
    ("temp", Dimension::Temperature),
    ("temperature", Dimension::Temperature),
    ("speed", Dimension::Speed),
    ("velocity", Dimension::Speed),
    ("pressure", Dimension::Pressure),
    ("energy", Dimension::Energy),
    ("power", Dimension::Power),
    ("area", Dimension::Area),
    ("price", Dimension::Money),
    ("cost", Dimension::Money),
    ("amount", Dimension::Money),
    ("fee", Dimension::Money),
    ("salary", Dimension::Money),
    ("revenue", Dimension::Money),
];

/// Units of so many letters mean nothing else, and these; `in` and `min` do where nothing says what is measured.
const LONG: usize = 4;
const CLEAR: [&str; 9] = ["kg", "km", "cm", "mm", "ml", "lb", "lbs", "hrs", "ft"];

/// What the name of a column says of its unit. A unit is a word of its own; one of a single letter stands at the end, behind
/// a word for what it measures.
pub(super) fn named_unit(name: &str) -> NamedUnit {
    let words = words(name);
    let known = |word: &str| WORDS.iter().find(|(known, _)| *known == word).map(|(_, dimension)| *dimension);
    let measured = words.iter().find_map(|word| known(&word.to_lowercase()));
    let last = words.len().saturating_sub(1);
    // A first word that is a unit and more names something else: `second name`, `ton of coal`.
    let first = usize::from(words.len() > 1 || words.iter().any(|word| word.chars().count() < LONG));
    let unit = (first..words.len()).rev().find_map(|place| {
        let word = words[place].as_str();
        let length = word.chars().count();
        match measured {
            Some(dimension) => Unit::find_of(dimension, word).filter(|_| length > 1 || place == last),
            None => Unit::find(word).filter(|_| length >= LONG || CLEAR.contains(&word.to_lowercase().as_str())),
        }
    });
    match (unit, measured) {
        (Some(unit), _) => NamedUnit::Unit(unit.symbol()),
        (None, Some(dimension)) => NamedUnit::Dimension(dimension),
        (None, None) => NamedUnit::Nothing,
    }
}

/// The words of a name, which end at other signs and where a capital follows a small letter.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for c in name.chars() {
        if before.is_lowercase() && c.is_uppercase() {
            words.push(String::new());
        }
        if c.is_alphanumeric() || c == '°' {
            words.last_mut().expect("there is one").push(c);
        } else {
            words.push(String::new());
        }
        before = c;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The pairs that a column may mix whose middle lies here, with their weights: of a column of which nothing is known they
/// add up to 1 where all levels are usual, of one whose name says what is measured they always do.
pub(super) fn pairs(named: NamedUnit, middle: f64) -> Vec<Pair> {
    let unit = |symbol: &str| Unit::all().find(|unit| unit.symbol() == symbol);
    let both = PAIRS.iter().flat_map(|&(a, b, weight)| [(a, b, weight), (b, a, weight)]);
    let fits = |pair: &Pair| match named {
        NamedUnit::Nothing => true,
        NamedUnit::Dimension(dimension) => pair.unit.dimension() == dimension,
        NamedUnit::Unit(symbol) => pair.unit.symbol() == symbol,
    };
    let fitting = both.filter_map(|(a, b, weight)| Some(Pair { unit: unit(a)?, other: unit(b)?, weight })).filter(fits);
    let mut pairs: Vec<Pair> = fitting.map(|pair| Pair { weight: pair.weight * level(pair, middle), ..pair }).collect();
    let whole: f64 = match named {
        // Each pair is there twice, with either unit as that of most numbers.
        NamedUnit::Nothing => PAIRS.iter().map(|pair| pair.2).sum(),
        _ => pairs.iter().map(|pair| pair.weight).sum(),
    };
    pairs.iter_mut().for_each(|pair| pair.weight /= whole);
    pairs
}

/// What is left of the weight of a pair where the middle of a column lies here.
fn level(pair: Pair, middle: f64) -> f64 {
    let usual = |unit: Unit, middle: f64| {
        let usual = USUAL.iter().find(|(symbol, ..)| *symbol == unit.symbol());
        usual.is_none_or(|(_, low, high)| (*low..=*high).contains(&middle))
    };
    let other = pair.unit.convert(middle, pair.other).unwrap_or(middle);
    if usual(pair.unit, middle) && usual(pair.other, other) { 1.0 } else { UNUSUAL }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expected: NamedUnit) {
        assert_eq!(named_unit(name), expected, "{name}");
    }

    #[test]
    fn names_say_what_is_measured_and_in_what() {
        for name in ["wait_min", "wait (min)", "waitMin", "Waiting time, minutes", "turnaround mins", "Minutes"] {
            check(name, NamedUnit::Unit("min"));
        }
        check("temp_c", NamedUnit::Unit("°C"));
        check("height_ft", NamedUnit::Unit("ft"));
        check("Weight", NamedUnit::Dimension(Dimension::Mass));
        for name in ["min", "second name", "group c", "x", "", "in", "F", "minority", "score_min", "check in"] {
            check(name, NamedUnit::Nothing);
        }
    }

    #[test]
    fn every_pair_is_of_units_that_there_are_and_that_convert() {
        let all = pairs(NamedUnit::Nothing, 1.0);
        assert_eq!(all.len(), 2 * PAIRS.len());
        assert!(all.iter().all(|pair| pair.unit.convert(1.0, pair.other).is_some() && pair.unit != pair.other));
        for (symbol, ..) in USUAL {
            assert!(Unit::all().any(|unit| unit.symbol() == symbol), "{symbol}");
        }
    }

    #[test]
    fn a_name_leaves_only_pairs_of_its_unit() {
        let of_minutes = pairs(NamedUnit::Unit("min"), 90.0);
        assert!(of_minutes.iter().all(|pair| pair.unit.symbol() == "min") && of_minutes.len() == 2);
    }
}
