//! Which pairs of records are compared at all: those that several keys bring together.
//!
//! A key is the value of a column, the beginnings of the values of two columns, a word that few records have, or a place
//! beside each other when the values of a column are sorted, forwards or from their ends (the sorted neighbourhood of
//! Hernández & Stolfo, "The merge/purge problem for large databases", SIGMOD 1995). Records of one key are a block; in a
//! block that is too large they are sorted by the column that tells most, and each is compared with those that follow. The
//! keys that bring the fewest pairs come first, until there are so many pairs for each record: what is compared grows with
//! the rows, and not with their square.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use rayon::prelude::*;

use super::field::{Field, MISSING};
use super::{Compared, RecordSettings};

/// Pairs of a table that are all compared.
const FEW_PAIRS: u64 = 200_000;

/// Columns by which keys are made.
const MOST_FIELDS: usize = 10;

/// Records on either side of a record in a sorted column that it is compared with.
const NEIGHBOURS: usize = 3;

/// A pair of records, the first by its number before the other.
pub(super) type Pair = (u32, u32);

/// What brings records together.
#[derive(Clone, Copy, Debug)]
enum Key {
    Value(usize),
    Beginnings(usize, usize),
    Word(usize),
    Neighbours(usize),
    NeighboursFromTheEnd(usize),
}

/// The records that are compared, in order, and how many pairs that share a key are not.
pub(super) fn candidates(fields: &[Field], records: usize, settings: &RecordSettings) -> (Vec<Pair>, Compared) {
    let all = records as u64 * (records as u64).saturating_sub(1) / 2;
    if all <= FEW_PAIRS {
        let pairs: Vec<Pair> =
            (0..records as u32).flat_map(|one| (one + 1..records as u32).map(move |other| (one, other))).collect();
        return (pairs, Compared { pairs: all, left_out: 0 });
    }
    let telling = telling(fields, records);
    let keys = keys(telling.len());
    let beginnings: Vec<Vec<u32>> = telling.par_iter().map(|field| field.beginnings()).collect();
    let brought: Vec<Brought> =
        keys.par_iter().map(|&key| bring(key, &telling, &beginnings, records, settings.block)).collect();
    let mut order: Vec<usize> = (0..brought.len()).collect();
    order.sort_by_key(|&place| (brought[place].pairs.len(), place));
    let budget = settings.pairs_per_row * records;
    let mut compared = Compared::default();
    let mut pairs: Vec<Pair> = Vec::new();
    for place in order {
        let Brought { pairs: more, left_out } = &brought[place];
        compared.left_out += left_out;
        if pairs.len() + more.len() > budget {
            compared.left_out += more.len() as u64;
        } else {
            pairs.extend(more);
        }
    }
    pairs.par_sort_unstable();
    pairs.dedup();
    compared.pairs = pairs.len() as u64;
    (pairs, compared)
}

/// The columns that keys are made of, those that tell most first.
fn telling(fields: &[Field], records: usize) -> Vec<&Field> {
    let tells = |field: &Field| field.tells() * field.present as f64 / records as f64;
    let mut telling: Vec<&Field> = fields.iter().collect();
    telling.sort_by(|a, b| tells(b).total_cmp(&tells(a)));
    telling.truncate(MOST_FIELDS);
    telling
}

fn keys(fields: usize) -> Vec<Key> {
    let singles = (0..fields).flat_map(|field| {
        [Key::Value(field), Key::Word(field), Key::Neighbours(field), Key::NeighboursFromTheEnd(field)]
    });
    let pairs = (0..fields).flat_map(|one| (one + 1..fields).map(move |other| Key::Beginnings(one, other)));
    singles.chain(pairs).collect()
}

#[derive(Debug, Default)]
struct Brought {
    pairs: Vec<Pair>,
    left_out: u64,
}

fn bring(key: Key, telling: &[&Field], beginnings: &[Vec<u32>], records: usize, block: usize) -> Brought {
    let code = |field: usize, record: usize| Some(telling[field].codes[record]).filter(|&code| code != MISSING);
    // Sorts what is in a block that is too large: by the column that tells most of those that are not in the key.
    let sorted_by = |used: &[usize]| (0..telling.len()).find(|field| !used.contains(field)).unwrap_or(0);
    let beginning = |field: usize, record: usize| Some(beginnings[field][code(field, record)? as usize]);
    match key {
        Key::Value(field) => {
            let keyed = (0..records).filter_map(|record| Some((u64::from(code(field, record)?), record as u32)));
            blocks(keyed.collect(), &telling[sorted_by(&[field])].codes, block)
        }
        Key::Beginnings(one, other) => {
            let keyed = (0..records).filter_map(|record| {
                let (first, second) = (beginning(one, record)?, beginning(other, record)?);
                Some((u64::from(first) << 32 | u64::from(second), record as u32))
            });
            blocks(keyed.collect(), &telling[sorted_by(&[one, other])].codes, block)
        }
        Key::Word(field) => {
            let of_record = |record| {
                let words = telling[field].words(record);
                let several = if words.len() > 1 { words } else { &[] };
                several.iter().map(move |&word| (u64::from(word), record as u32))
            };
            rare_blocks((0..records).flat_map(of_record).collect(), block)
        }
        Key::Neighbours(field) => {
            let placed = (0..records).filter_map(|record| Some((code(field, record)?, record as u32)));
            neighbours(placed.collect())
        }
        Key::NeighboursFromTheEnd(field) => {
            let order = telling[field].order_from_the_end();
            let placed = (0..records).filter_map(|record| Some((order[code(field, record)? as usize], record as u32)));
            neighbours(placed.collect())
        }
    }
}

/// All pairs of each block of at most so many records; of a larger one those that are near each other in the sorted order.
fn blocks(mut keyed: Vec<(u64, u32)>, sorted_by: &[u32], block: usize) -> Brought {
    keyed.sort_unstable();
    let mut brought = Brought::default();
    for records in keyed.chunk_by(|a, b| a.0 == b.0) {
        let mut records: Vec<u32> = records.iter().map(|&(_, record)| record).collect();
        let all = records.len() as u64 * (records.len() as u64 - 1) / 2;
        if records.len() > block {
            records.sort_by_key(|&record| (sorted_by[record as usize], record));
        }
        let before = brought.pairs.len();
        near(&records, block.saturating_sub(1).max(1), &mut brought.pairs);
        brought.left_out += all - (brought.pairs.len() - before) as u64;
    }
    brought
}

/// All pairs of the records that have a word which at most so many have. Other words tell little, and are no keys.
fn rare_blocks(mut keyed: Vec<(u64, u32)>, block: usize) -> Brought {
    keyed.sort_unstable();
    let mut brought = Brought::default();
    for records in keyed.chunk_by(|a, b| a.0 == b.0).filter(|records| records.len() <= block) {
        let records: Vec<u32> = records.iter().map(|&(_, record)| record).collect();
        near(&records, records.len(), &mut brought.pairs);
    }
    brought.pairs.sort_unstable();
    brought.pairs.dedup();
    brought
}

/// Each record with those that follow it in the order of their places. Records of one place come in an order that is none.
fn neighbours(mut placed: Vec<(u32, u32)>) -> Brought {
    let mixed = FixedState::default();
    placed.sort_by_cached_key(|&(place, record)| (place, mixed.hash_one(record)));
    let records: Vec<u32> = placed.into_iter().map(|(_, record)| record).collect();
    let mut brought = Brought::default();
    near(&records, NEIGHBOURS, &mut brought.pairs);
    brought
}

fn near(records: &[u32], window: usize, pairs: &mut Vec<Pair>) {
    for (place, &one) in records.iter().enumerate() {
        pairs.extend(records[place + 1..].iter().take(window).map(|&other| (one.min(other), one.max(other))));
    }
}
