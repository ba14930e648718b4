//! Columns that mix units are found among many made-up ones whose units are known; clean ones are left alone.

use lustrate_normalise::{MixedUnits, find_mixed_units};
use lustrate_table::{AttributeId, Column, RowId, Table};
use lustrate_values::Unit;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn normal(random: &mut ChaCha8Rng) -> f64 {
    let (a, b): (f64, f64) = (random.random_range(1e-12..1.0), random.random());
    (-2.0 * a.ln()).sqrt() * (std::f64::consts::TAU * b).cos()
}

/// Columns of texts: those that hold numbers, and keys.
#[derive(Default)]
struct Made {
    columns: Vec<(String, Vec<String>)>,
    numbers: Vec<AttributeId>,
    keys: Vec<AttributeId>,
}

impl Made {
    fn number(&mut self, name: &str, values: &[f64], decimals: usize) {
        self.numbers.push(AttributeId(self.columns.len() as u32));
        self.columns.push((name.to_owned(), values.iter().map(|value| format!("{value:.decimals$}")).collect()));
    }

    fn texts(&mut self, name: &str, texts: Vec<String>) {
        self.numbers.push(AttributeId(self.columns.len() as u32));
        self.columns.push((name.to_owned(), texts));
    }

    fn key(&mut self, name: &str, values: &[usize]) {
        self.keys.push(AttributeId(self.columns.len() as u32));
        self.columns.push((name.to_owned(), values.iter().map(|value| format!("{name} {value}")).collect()));
    }

    fn table(&self) -> Table {
        let column = |cells: &Vec<String>| cells.iter().map(|cell| Some(cell.as_str())).collect::<Column>();
        Table::new(self.columns.iter().map(|(name, cells)| (name.clone(), column(cells))).collect()).unwrap()
    }

    fn found(&self) -> Vec<MixedUnits> {
        find_mixed_units(&self.table(), &self.numbers, &self.keys)
    }
}

/// A number as people write it: of three digits or so.
fn written(value: f64) -> String {
    let digits = (2.0 - value.abs().max(1e-9).log10().floor()).clamp(0.0, 3.0) as usize;
    let text = format!("{value:.digits$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// A table in which every number is in the unit of its column.
fn clean(seed: u64) -> Made {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let rows = [50, 120, 300, 700, 2000][random.random_range(0..5)];
    let mut made = Made::default();
    let groups: Vec<usize> = [2, 3, 5, 8, 15, 30].map(|most| random.random_range(1..=most).max(2)).to_vec();
    let keys: Vec<Vec<usize>> =
        groups.iter().map(|&count| (0..rows).map(|_| random.random_range(0..count)).collect()).collect();
    for (nth, key) in keys.iter().enumerate() {
        made.key(["sort", "kind", "ward", "site", "sensor", "product"][nth], key);
    }
    let names =
        ["x", "weight", "length", "duration", "temperature", "price", "wait_min", "height_cm", "mass_kg", "temp_c"];
    for nth in 0..8 {
        let name = format!("r{nth} {}", names[random.random_range(0..names.len())]);
        let name = name.as_str();
        let key = &keys[random.random_range(0..keys.len())];
        let count = groups[keys.iter().position(|other| std::ptr::eq(other, key)).unwrap()];
        let centre = (random.random_range(0.0..8.0f64)).exp();
        let sigma = random.random_range(0.05..1.2);
        let levels: Vec<f64> = {
            let spread = random.random_range(0.0..2.0);
            (0..count).map(|_| spread * normal(&mut random)).collect()
        };
        let share = random.random_range(0.03..0.5);
        let apart = random.random_range(0.3..5.0);
        let second = random.random_range(0.05..1.0);
        let mut heap = |row: usize, kind: usize| -> f64 {
            match kind {
                // One heap, two, one level a group, heavy tails, a few prices.
                0 => centre * (sigma * normal(&mut random)).exp(),
                1 if random.random_bool(share) => centre * (apart + second * normal(&mut random)).exp(),
                1 => centre * (sigma * normal(&mut random)).exp(),
                2 => centre * (levels[key[row]] + sigma * normal(&mut random)).exp(),
                3 => centre / random.random_range(1e-4..1.0f64).powf(1.0 / random.random_range(0.8..3.0)),
                4 => centre * levels[key[row]].exp(),
                5 => centre * (levels[key[row]] + 0.02 * normal(&mut random)).exp(),
                // Counts, years, shares, answers from 1 to 7.
                6 => (-(1.0 - random.random::<f64>()).ln() * centre.min(40.0)).floor(),
                7 => (2010.0 + 6.0 * normal(&mut random)).floor(),
                8 => 100.0 * random.random::<f64>().powf(sigma * 2.0),
                9 => random.random_range(1..=7) as f64,
                // Half and half at ends.
                10 if random.random_bool(share) => 0.0,
                10 => centre * random.random::<f64>(),
                // One group far from all others.
                11 => {
                    let level = if key[row] == 0 { apart } else { 0.03 * levels[key[row]] };
                    centre * (level + 0.3 * second * normal(&mut random)).exp()
                }
                // Temperatures and other numbers around zero.
                _ => 15.0 + 10.0 * sigma * normal(&mut random),
            }
        };
        let kind = random_kind(seed, nth);
        let values: Vec<f64> = (0..rows).map(|row| heap(row, kind)).collect();
        if seed.is_multiple_of(2) {
            made.texts(name, values.iter().map(|&value| written(value)).collect());
        } else {
            made.number(name, &values, [0, 1, 2][nth % 3]);
        }
    }
    made
}

fn random_kind(seed: u64, nth: usize) -> usize {
    ((seed as usize).wrapping_mul(7) + nth * 5) % 13
}

/// Two heaps, or one group, at any distance from the rest: by accident at that of two units.
const ACCIDENTS: [usize; 2] = [1, 11];

#[test]
fn clean_tables_mix_no_units() {
    let tables = 300;
    let (mut wrong, mut accidents) = (Vec::new(), 0);
    for seed in 0..tables {
        let made = clean(seed);
        for found in made.found() {
            let kind = random_kind(seed, found.attribute.index() - made.keys.len());
            if ACCIDENTS.contains(&kind) {
                accidents += 1;
            } else {
                wrong.push(format!("table {seed}, kind {kind}: {found:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    // One column in seven or so is of that kind.
    assert!(accidents * 50 <= tables * 8 / 7, "{accidents} accidents in {tables} tables");
}

/// A column of one unit some of which is in another.
struct Mixture {
    name: &'static str,
    unit: &'static str,
    other: &'static str,
    centre: f64,
    sigma: f64,
    /// How many groups, how many of them are in the other unit now and then, and what share of these.
    groups: (usize, usize),
    share: f64,
    rows: usize,
}

/// What was found of a mixture: whether the pair and the groups were, and how many numbers are.
fn find(mixture: &Mixture, seed: u64) -> (bool, Vec<MixedUnits>) {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let [unit, other] = [mixture.unit, mixture.other].map(|name| Unit::find(name).unwrap());
    let level: Vec<f64> = (0..mixture.groups.0).map(|_| 0.05 * normal(&mut random)).collect();
    let groups: Vec<usize> = (0..mixture.rows).map(|row| row % mixture.groups.0).collect();
    let linear = unit.factor_to(other).is_none();
    let values = groups.iter().map(|&group| {
        let z = level[group] + mixture.sigma * normal(&mut random);
        let value = if linear { mixture.centre + 10.0 * z } else { mixture.centre * z.exp() };
        let is_other = group < mixture.groups.1 && random.random_bool(mixture.share);
        written(if is_other { unit.convert(value, other).unwrap() } else { value })
    });
    let mut made = Made::default();
    made.texts(mixture.name, values.collect());
    made.key("ward", &groups);
    let rest: Vec<usize> = (0..mixture.rows).map(|_| random.random_range(0..3)).collect();
    made.key("sort", &rest);
    let found = made.found();
    let right = found.first().is_some_and(|found| {
        let factor = |a: Unit, b: Unit| a.convert(1.0, b).unwrap() - a.convert(0.0, b).unwrap();
        (factor(found.other, found.unit) / factor(other, unit) - 1.0).abs() < 1e-9
            && found.by.is_some() == (mixture.groups.0 > mixture.groups.1)
    });
    (right, found)
}

fn check(mixture: &Mixture, least: usize) -> Option<String> {
    let (mut right, mut wrong) = (0, 0);
    for seed in 0..10 {
        let (is_right, found) = find(mixture, seed);
        right += usize::from(is_right);
        wrong += usize::from(!is_right && !found.is_empty());
    }
    let Mixture { name, unit, other, sigma, groups, share, .. } = mixture;
    let told =
        format!("{name}: {other} among {unit}, {sigma}, {groups:?}, {share}: {right} of 10 right, {wrong} wrong");
    (right < least || wrong > 1).then_some(told)
}

#[test]
fn units_that_are_mixed_anywhere_are_found() {
    let mixture = |name, unit, other, centre, sigma, share| Mixture {
        name,
        unit,
        other,
        centre,
        sigma,
        groups: (6, 6),
        share,
        rows: 300,
    };
    let failures = [
        check(&mixture("wait", "min", "h", 90.0, 0.3, 0.1), 8),
        check(&mixture("x", "min", "h", 90.0, 0.3, 0.1), 5),
        check(&mixture("x", "min", "h", 90.0, 0.6, 0.3), 5),
        check(&mixture("price", "money", "cent", 12.0, 0.5, 0.2), 8),
        check(&mixture("weight", "kg", "g", 2.0, 0.5, 0.2), 8),
        check(&mixture("height", "cm", "m", 170.0, 0.06, 0.1), 8),
        check(&mixture("weight_kg", "kg", "lb", 70.0, 0.12, 0.2), 5),
        check(&mixture("temp_c", "°C", "°F", 22.0, 0.15, 0.2), 8),
    ];
    let failures: Vec<String> = failures.into_iter().flatten().collect();
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn groups_in_another_unit_are_found() {
    let mixture = |name, unit, other, centre, sigma| Mixture {
        name,
        unit,
        other,
        centre,
        sigma,
        groups: (8, 1),
        share: 1.0,
        rows: 320,
    };
    let failures = [
        check(&mixture("wait", "min", "h", 90.0, 0.5), 9),
        check(&mixture("x", "min", "h", 90.0, 0.5), 8),
        check(&mixture("weight_kg", "kg", "lb", 70.0, 0.2), 8),
        check(&mixture("height_m", "m", "ft", 1.7, 0.06), 6),
        check(&mixture("temp_c", "°C", "°F", 22.0, 0.2), 8),
        check(&mixture("temperature", "°C", "°F", 22.0, 0.2), 8),
        check(&mixture("reading", "°C", "°F", 22.0, 0.2), 5),
    ];
    let failures: Vec<String> = failures.into_iter().flatten().collect();
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn neither_threads_nor_the_order_of_rows_matter() {
    let mut made = Made::default();
    let groups: Vec<usize> = (0..240).map(|row| row % 6).collect();
    let texts = groups.iter().enumerate().map(|(row, &group)| {
        let minutes = 70.0 + (row * row % 61) as f64;
        if group == 2 { format!("{:.1}", minutes / 60.0) } else { minutes.to_string() }
    });
    made.texts("wait", texts.collect());
    made.key("ward", &groups);
    let table = made.table();
    let whole = find_mixed_units(&table, &made.numbers, &made.keys);
    assert_eq!(whole.len(), 1);
    assert_eq!((whole[0].in_other, whole[0].numbers, whole[0].by), (40, 240, Some(AttributeId(1))));
    let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    assert_eq!(alone.install(|| find_mixed_units(&table, &made.numbers, &made.keys)), whole);
    let turned: Vec<RowId> = (0..240).map(|row| RowId(row * 77 % 240)).collect();
    assert_eq!(find_mixed_units(&table.select(&turned), &made.numbers, &made.keys), whole);
}
