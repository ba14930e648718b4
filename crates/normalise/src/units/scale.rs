//! The scale on which numbers of several units are one heap and the same heap elsewhere.
//!
//! Units with one zero differ by a factor, which the logarithm makes a distance. °C and °F have zeros of their own: there
//! numbers stay as they are, and the heap of the other unit is wider or narrower as well as moved.

use lustrate_values::Unit;

/// The units in which numbers may be: the declared one and others.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitScale {
    /// What numbers are divided by; `None` where their logarithms are taken.
    one: Option<f64>,
    /// How places of each unit become places of the declared one, which comes first.
    maps: Vec<Map>,
}

/// A straight line that takes places of one unit to those of another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Map {
    pub slope: f64,
    pub offset: f64,
}

/// Ten kelvins are to temperatures what a factor of e is to amounts: climates, rooms and bodies differ by parts of it.
const KELVINS: f64 = 10.0;

impl UnitScale {
    /// The scale of units of which one is so many of the declared one: 60 for hours in a column of minutes.
    pub fn of_factors(factors: &[f64]) -> UnitScale {
        let maps = factors.iter().map(|factor| Map { slope: 1.0, offset: factor.ln() });
        UnitScale { one: None, maps: std::iter::once(Map::SAME).chain(maps).collect() }
    }

    /// The scale of a declared unit and others that measure the same; `None` where one of them does not, or where none is
    /// another.
    pub fn new(declared: Unit, others: &[Unit]) -> Option<UnitScale> {
        if others.is_empty() || others.contains(&declared) {
            return None;
        }
        let factors: Option<Vec<f64>> = others.iter().map(|other| other.factor_to(declared)).collect();
        if let Some(factors) = factors {
            return Some(UnitScale::of_factors(&factors));
        }
        let size = |unit: Unit| Some(unit.convert(1.0, declared)? - unit.convert(0.0, declared)?);
        let kelvin = Unit::find("K")?;
        let one = KELVINS * size(kelvin)?;
        let map = |other: &Unit| Some(Map { slope: size(*other)?, offset: other.convert(0.0, declared)? / one });
        let maps: Option<Vec<Map>> = others.iter().map(map).collect();
        Some(UnitScale { one: Some(one), maps: std::iter::once(Map::SAME).chain(maps?).collect() })
    }

    /// Where a number lies; `None` for one that says nothing: a zero or a negative number, where ratios count.
    pub(crate) fn place(&self, number: f64) -> Option<f64> {
        let place = match self.one {
            None if number > 0.0 => number.ln(),
            None => return None,
            Some(one) => number / one,
        };
        place.is_finite().then_some(place)
    }

    /// The number that lies at a place.
    pub(crate) fn number(&self, place: f64) -> f64 {
        self.one.map_or_else(|| place.exp(), |one| place * one)
    }

    /// How places of each unit become places of the declared one, which comes first.
    pub(crate) fn maps(&self) -> &[Map] {
        &self.maps
    }

    /// Whether numbers have the same places on another scale.
    pub(crate) fn is_like(&self, other: &UnitScale) -> bool {
        self.one == other.one
    }

    pub(super) fn is_usable(&self) -> bool {
        self.maps.iter().all(|map| map.slope > 0.0 && map.slope.is_finite() && map.offset.is_finite())
    }
}

impl Map {
    /// That of the declared unit.
    const SAME: Map = Map { slope: 1.0, offset: 0.0 };

    /// The place in the declared unit.
    pub fn apply(self, place: f64) -> f64 {
        self.slope * place + self.offset
    }

    /// The place in the other unit.
    pub fn back(self, place: f64) -> f64 {
        (place - self.offset) / self.slope
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_amount_lies_at_the_same_place_in_every_unit() {
        for (declared, other, number) in [("min", "h", 1.5), ("°C", "°F", 70.0), ("°F", "°C", -40.0), ("K", "°C", 0.0)]
        {
            let [declared, other] = [declared, other].map(|name| Unit::find(name).unwrap());
            let scale = UnitScale::new(declared, &[other]).unwrap();
            let place = scale.maps()[1].apply(scale.place(number).unwrap());
            let converted = other.convert(number, declared).unwrap();
            assert!((scale.number(place) - converted).abs() < 1e-9, "{number} {other}");
            assert!((scale.maps()[1].back(place) - scale.place(number).unwrap()).abs() < 1e-9);
        }
    }

    #[test]
    fn zeros_say_nothing_of_ratios_and_much_of_temperatures() {
        assert_eq!(UnitScale::of_factors(&[60.0]).place(0.0), None);
        let [celsius, fahrenheit] = ["°C", "°F"].map(|name| Unit::find(name).unwrap());
        assert_eq!(UnitScale::new(celsius, &[fahrenheit]).unwrap().place(0.0), Some(0.0));
        assert_eq!(UnitScale::new(celsius, &[Unit::find("kg").unwrap()]), None);
    }
}
