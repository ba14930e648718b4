//! Pairs of records with their levels, and how much of what columns tell they agree in.

use rayon::prelude::*;

use super::Level;
use super::blocking::Pair;
use super::field::Field;

/// Records that agree in this share of what columns tell agree in most.
const STRICT: f64 = 0.8;

/// Pairs of records with their levels.
#[derive(Debug, Default)]
pub(super) struct Comparisons {
    pub pairs: Vec<Pair>,
    levels: Vec<Option<Level>>,
    agreements: Vec<Agreement>,
    fields: usize,
}

impl Comparisons {
    /// Compares pairs.
    pub fn new(fields: &[Field], pairs: Vec<Pair>) -> Self {
        let mut levels = vec![None; pairs.len() * fields.len()];
        let width = fields.len().max(1);
        levels.par_chunks_mut(width).zip(&pairs).for_each(|(levels, &(one, other))| {
            for (level, field) in levels.iter_mut().zip(fields) {
                *level = field.level(one as usize, other as usize);
            }
        });
        let tells: Vec<f64> = fields.iter().map(Field::tells).collect();
        let agreements = levels.par_chunks(width).map(|levels| Agreement::of(fields, &tells, levels)).collect();
        Comparisons { pairs, levels, agreements, fields: fields.len() }
    }

    /// The level of each field of a pair.
    pub fn levels(&self, place: usize) -> &[Option<Level>] {
        &self.levels[place * self.fields..(place + 1) * self.fields]
    }

    /// How much a pair agrees.
    pub fn agreement(&self, place: usize) -> &Agreement {
        &self.agreements[place]
    }
}

/// Whether a pair agrees in most, and in most but for a field.
#[derive(Clone, Debug)]
pub(super) struct Agreement {
    is_strict: bool,
    /// A bit for each of the first fields: whether the pair agrees in most of the others.
    without: u64,
}

/// Sums over fields: what they tell, and in how much of it records agree.
#[derive(Clone, Copy, Debug, Default)]
struct Told {
    agree: f64,
    all: f64,
}

impl Agreement {
    /// Of the levels of a pair.
    pub fn new(fields: &[Field], levels: &[Option<Level>]) -> Self {
        Agreement::of(fields, &fields.iter().map(Field::tells).collect::<Vec<_>>(), levels)
    }

    fn of(fields: &[Field], tells: &[f64], levels: &[Option<Level>]) -> Self {
        let of_field = |field: usize| match levels[field] {
            // A column in which no value is there twice has nothing to agree in.
            Some(level) if !fields[field].is_unique() => {
                let share = f64::from(u8::from(level <= Level::Slip));
                Told { agree: share * tells[field], all: tells[field] }
            }
            _ => Told::default(),
        };
        let whole = (0..fields.len()).map(of_field).fold(Told::default(), |sum, told| sum.plus(told, 1.0));
        let mut without = 0;
        for field in 0..fields.len().min(64) {
            without |= u64::from(whole.plus(of_field(field), -1.0).is_most()) << field;
        }
        Agreement { is_strict: whole.is_most(), without }
    }

    /// Whether the pair agrees in most.
    pub fn is_strict(&self) -> bool {
        self.is_strict
    }

    /// Whether the pair agrees in most of the fields but for one.
    pub fn is_strict_without(&self, field: usize) -> bool {
        if field < 64 { self.without >> field & 1 == 1 } else { self.is_strict }
    }
}

impl Told {
    fn plus(self, other: Told, sign: f64) -> Told {
        Told { agree: self.agree + sign * other.agree, all: self.all + sign * other.all }
    }

    fn is_most(self) -> bool {
        // What is subtracted again leaves a rounding behind.
        self.all > 1e-6 && self.agree >= STRICT * self.all - 1e-9
    }
}
