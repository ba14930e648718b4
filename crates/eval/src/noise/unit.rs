//! A number in another unit: `10` inches become `25.4`.
//!
//! Sources that measure in inches, pounds or miles in a column of centimetres, kilograms or kilometres. One conversion a
//! column; the unit itself is not written.

use super::{Edit, Example, Kind, Plant, Stream};
use crate::decimal::Decimal;
use crate::dirt::Site;
use crate::generate::one_of;

pub(super) const KIND: Kind = Kind {
    name: "unit",
    summary: "a number in another unit, one conversion a column",
    example: Example { before: "10", after: "25.4" },
    plant: Plant::Cells(plant),
};

/// Centimetres of an inch, metres of a foot, kilometres of a mile, kilograms of a pound, litres of a gallon, grams of an
/// ounce, thousandths of a whole; and some the other way.
const FACTORS: [f64; 11] = [2.54, 1.0 / 2.54, 0.3048, 3.2808, 1.609, 0.6214, 0.4536, 2.2046, 3.785, 28.35, 1000.0];

fn plant(site: &Site<'_>, _: &mut Stream) -> Vec<Edit> {
    let Some(number) = site.text(site.cell()).and_then(Decimal::parse) else { return Vec::new() };
    let factor = one_of(&FACTORS, &mut site.column_constants());
    vec![(site.cell(), Some(converted(number, factor)))]
}

/// The number times the factor, with three digits that say something at least, and as many decimals as before.
fn converted(number: Decimal<'_>, factor: f64) -> String {
    let value = number.value() * factor;
    let needed = (2.0 - value.abs().max(1e-9).log10().floor()).max(0.0) as usize;
    let text = format!("{value:.*}", needed.max(number.decimals()));
    let spare = text.bytes().rev().take_while(|digit| *digit == b'0').count();
    let decimals = text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    let text = &text[..text.len() - spare.min(decimals - number.decimals().min(decimals))];
    text.trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conversion_keeps_what_the_number_says() {
        let converted = |text, factor| converted(Decimal::parse(text).unwrap(), factor);
        assert_eq!(converted("10", 2.54), "25.4");
        assert_eq!(converted("-3.50", 1000.0), "-3500.00");
        assert_eq!(converted("7", 0.4536), "3.18");
        assert_eq!(converted("12345", 0.3048), "3763");
        assert_eq!(converted("0", 2.54), "0");
        assert_eq!(converted("1000", 2.0), "2000");
    }
}
