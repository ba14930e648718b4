//! Parcels that were sent: sizes, weights, amounts and days, and next to nothing that names a thing.
//!
//! No column determines another one. What binds the numbers is order, sums and products.

use rand::RngExt;

use super::day::Day;
use super::{Blueprint, one_of};
use crate::noise::Stream;

pub(super) const BLUEPRINT: Blueprint = Blueprint {
    columns: &[
        "kind",
        "length_cm",
        "width_cm",
        "height_cm",
        "volume_l",
        "net_kg",
        "gross_kg",
        "density",
        "zone",
        "postage",
        "items",
        "price",
        "total",
        "insured",
        "least_days",
        "most_days",
        "sent",
        "delivered",
    ],
    rules: "\
version 1

# Length is the longest side, and height the shortest.
longest: deny width_cm > length_cm by number
shortest: deny height_cm > width_cm by number
volumes: require volume_l ~= length_cm * width_cm * height_cm / 1000 within 0.01
packing: deny net_kg > gross_kg by number

# What each kind may be.
lengths: deny length_cm > 160
letters: deny kind = \"letter\" and gross_kg > 2
flat: deny kind = \"letter\" and height_cm > 4
tubes: deny kind = \"tube\" and length_cm < 40
crates: deny kind = \"crate\" and length_cm < 50
light: deny density = \"light\" and gross_kg > 0.16 * volume_l
heavy: deny density = \"heavy\" and gross_kg < 0.49 * volume_l

# In one zone the heavier parcel is not the cheaper one.
postage: deny a.zone = b.zone and a.gross_kg < b.gross_kg by number and a.postage > b.postage by number

totals: require total ~= items * price within 0.01
insured: deny insured > total by number
some: deny items < 1
times: deny most_days < least_days by number
days: deny delivered < sent by text
",
    records,
};

/// A kind with the bounds of its sides in millimetres, longest first, and of its weight in grams.
struct Kind {
    name: &'static str,
    sides: [(u64, u64); 3],
    heaviest: u64,
}

const LETTER: Kind = Kind { name: "letter", sides: [(150, 350), (110, 250), (2, 30)], heaviest: 1_950 };
const PACKET: Kind = Kind { name: "packet", sides: [(180, 450), (120, 300), (20, 115)], heaviest: 5_000 };
const BOX: Kind = Kind { name: "box", sides: [(250, 900), (200, 600), (100, 450)], heaviest: 30_000 };
const TUBE: Kind = Kind { name: "tube", sides: [(420, 1_200), (60, 150), (50, 140)], heaviest: 10_000 };
const CRATE: Kind = Kind { name: "crate", sides: [(550, 1_550), (400, 1_000), (300, 900)], heaviest: 300_000 };

/// In hundredths of a kilogram per litre.
const LIGHT: u64 = 15;
const MEDIUM: u64 = 50;

/// What is under way on this day of the year is not delivered yet.
const LAST_DAY: u32 = 350;

fn records(rows: usize, stream: &mut Stream) -> Vec<Vec<String>> {
    (0..rows).map(|_| record(stream)).collect()
}

fn record(stream: &mut Stream) -> Vec<String> {
    let kind = one_of(&[&LETTER, &PACKET, &PACKET, &PACKET, &BOX, &BOX, &BOX, &TUBE, &CRATE], stream);
    let [length, width, height] = sides(kind, stream);
    // One cubic millimetre is a ten thousandth of a hundredth of a litre.
    let volume = (length * width * height + 5_000) / 10_000;
    let gross = gross(kind, volume, stream);
    let net = gross - (gross * stream.random_range(2..12) / 100).min(gross - 1);
    let zone = one_of(&[1, 1, 1, 2, 2, 3, 3, 4, 5], stream);
    let items = one_of(&[1, 1, 1, 1, 2, 2, 3, 4, 5, 6, 8, 10, 12, 20, 25, 40], stream);
    let price = 95 + stream.random_range(1..200) * stream.random_range(1..200) / one_of(&[1, 2, 4, 8], stream);
    let total = items * price;
    let insured = if stream.random_bool(0.4) { total * stream.random_range(30..=100) / 100 / 5_000 } else { 0 };
    let least_days = zone as u32 + stream.random_range(0..3);
    let most_days = least_days + stream.random_range(0..5);
    let sent = stream.random_range(0..LAST_DAY);
    // One in ten is late.
    let late = if stream.random_ratio(1, 10) { stream.random_range(1..9) } else { 0 };
    let delivered = sent + stream.random_range(least_days..=most_days) + late;
    let day = |day| Day::first_of(2024).after(day).to_string();
    vec![
        kind.name.to_owned(),
        decimal(length, 1),
        decimal(width, 1),
        decimal(height, 1),
        decimal(volume, 2),
        decimal(net, 3),
        decimal(gross, 3),
        density(gross, volume).to_owned(),
        zone.to_string(),
        decimal(postage(zone, gross), 2),
        items.to_string(),
        decimal(price, 2),
        decimal(total, 2),
        if insured > 0 { (50 * insured).to_string() } else { String::new() },
        least_days.to_string(),
        most_days.to_string(),
        day(sent),
        if delivered <= LAST_DAY { day(delivered) } else { String::new() },
    ]
}

/// Three sides in millimetres, longest first. Half of the boxes and packets are of the sizes that are sold.
fn sides(kind: &Kind, stream: &mut Stream) -> [u64; 3] {
    let step = if stream.random_bool(0.5) { 50 } else { 1 };
    let mut sides = kind.sides.map(|(least, most)| {
        let side = stream.random_range(least..=most);
        (side / step * step).max(least)
    });
    sides.sort_unstable_by(|a, b| b.cmp(a));
    sides
}

/// The weight in grams with packing, for a volume in hundredths of a litre.
fn gross(kind: &Kind, volume: u64, stream: &mut Stream) -> u64 {
    let (from, to) = one_of(&[(3, LIGHT), (LIGHT, MEDIUM), (LIGHT, MEDIUM), (MEDIUM, 130)], stream);
    // Hundredths of a kilogram per litre, times hundredths of a litre: tenths of a gram.
    (stream.random_range(from..to) * volume / 10).clamp(12, kind.heaviest)
}

/// The class of a weight in grams and a volume in hundredths of a litre.
fn density(gross: u64, volume: u64) -> &'static str {
    match 10 * gross {
        tenths if tenths <= LIGHT * volume => "light",
        tenths if tenths <= MEDIUM * volume => "medium",
        _ => "heavy",
    }
}

/// Cents by zone and started half kilograms.
fn postage(zone: u64, gross: u64) -> u64 {
    250 + 130 * zone + (35 + 15 * zone) * gross.div_ceil(500)
}

/// A number of tenths, hundredths or thousandths.
fn decimal(number: u64, places: u32) -> String {
    let one = 10u64.pow(places);
    format!("{}.{:0width$}", number / one, number % one, width = places as usize)
}
