//! Approximate functional dependencies with one or two attributes on the left, and the gain of every single
//! attribute for every other.

use lustrate_rules::Dependency;
use lustrate_table::{AttributeId, RowsByGroup};
use rayon::prelude::*;

use crate::leave_one_out::leave_one_out_of;
use crate::screen::tries;
use crate::{Agreement, CodeColumn, KeyGroups, Marginal, leave_one_out};

/// A dependency that the data show.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundDependency {
    /// The dependency.
    pub dependency: Dependency,
    /// How well it holds.
    pub agreement: Agreement,
}

/// How much one attribute tells of another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PairGain {
    /// The attribute that is known.
    pub key: AttributeId,
    /// The attribute that is predicted.
    pub target: AttributeId,
    /// How well.
    pub agreement: Agreement,
}

/// A key needs at most this share of distinct values: where nearly every row has its own, nothing is repeated.
const KEY_DISTINCT: f64 = 0.6;
/// A dependency holds for at least this share of the rows that its key covers.
const HOLDS: f64 = 0.97;
/// Its exceptions are at most this share of what guessing the commonest value would get wrong.
const LIFT: f64 = 0.34;
/// A target with this many determinants of one attribute needs no pairs.
const ENOUGH_SINGLE: usize = 3;

/// Rows that are passed over for one pair, and for all pairs together; with more, groups are drawn by the hashes of their
/// rows.
const MOST_OF_PAIR: usize = 200_000;
const MOST_ROWS: usize = 400_000_000;
/// Two attributes with a third that are tried, and the rows that are passed over for them: at least 25,000 for each.
const MOST_TRIPLES: usize = 20_000;
const TRIPLE_ROWS: usize = 500_000_000;

/// The gains of ordered pairs of the attributes in `active`, by target and then by key: of all pairs of up to 224
/// attributes, and of the 50,000 that pairs of rows speak most for where there are more. A pass over the rows for each;
/// beyond 200,000 rows, or 4·10⁸ for all pairs together, over a sample that keeps groups together.
///
/// `hashes` are one number a row that depends on nothing but its texts. Codes count up in the order of the texts.
pub fn pair_gains(columns: &[CodeColumn<'_>], active: &[AttributeId], hashes: &[u64]) -> Vec<PairGain> {
    let counts: Vec<Vec<u32>> = columns.par_iter().map(CodeColumn::counts).collect();
    let marginals: Vec<Marginal> = columns.par_iter().map(|&column| Marginal::new(column)).collect();
    let tries = tries(columns, &marginals, hashes, &keys(columns, &counts, active), active);
    let passes: usize = tries.iter().map(|(_, targets)| targets.len()).sum();
    let most = rows_of_each(MOST_ROWS, passes);
    let by_key: Vec<Vec<PairGain>> = tries
        .into_par_iter()
        .map(|(key, targets)| {
            let measured = agreements(columns, &counts, hashes, most, key, &targets);
            let gain = |(target, agreement)| PairGain { key, target, agreement };
            targets.into_iter().zip(measured).map(gain).collect()
        })
        .collect();
    let mut gains: Vec<PairGain> = by_key.into_iter().flatten().collect();
    gains.sort_by_key(|gain| (gain.target, gain.key));
    gains
}

/// How well the groups of a key, of which at most about `most` rows are looked at, predict some targets.
fn agreements(
    columns: &[CodeColumn<'_>],
    counts: &[Vec<u32>],
    hashes: &[u64],
    most: usize,
    key: AttributeId,
    targets: &[AttributeId],
) -> Vec<Agreement> {
    let (key, rows) = (columns[key.index()], hashes.len());
    let of = |target: &AttributeId| (columns[target.index()], counts[target.index()].as_slice());
    if rows <= most {
        let groups = CodeColumn::groups(&[key]).rows_by_group();
        return targets.iter().map(of).map(|(target, counts)| leave_one_out(&groups, target, counts)).collect();
    }
    let groups = KeyGroups::new(&[key], hashes, most);
    targets.iter().map(of).map(|(target, counts)| sampled(&groups, rows, target, counts)).collect()
}

/// Of a budget of rows what each of so many passes may look at.
fn rows_of_each(budget: usize, passes: usize) -> usize {
    MOST_OF_PAIR.min(budget / passes.max(1))
}

/// What a sample of the groups of a key says of a table of so many rows.
fn sampled(groups: &KeyGroups, rows: usize, target: CodeColumn<'_>, counts: &[u32]) -> Agreement {
    let found = leave_one_out_of(groups.iter(), target, counts);
    let scale = rows as f64 / groups.whole().max(1.0);
    Agreement { coverage: found.coverage * scale, gain: found.gain * scale, ..found }
}

/// Finds approximate dependencies among the attributes in `active`, by target, single attributes before pairs.
///
/// `gains` are [`pair_gains`] of the same columns and `hashes`. Pairs are tried over small domains (at most 2√rows values,
/// and never fewer than 64) and only where fewer than three single attributes determine the target; of more than 20,000
/// those whose parts gain most. A pass over the rows for each; beyond 200,000 rows, or 5·10⁸ for all together, over a
/// sample that keeps groups together.
pub fn dependencies(
    columns: &[CodeColumn<'_>],
    active: &[AttributeId],
    gains: &[PairGain],
    hashes: &[u64],
) -> Vec<FoundDependency> {
    let rows = columns.first().map_or(0, |column| column.codes.len());
    let counts: Vec<Vec<u32>> = columns.par_iter().map(CodeColumn::counts).collect();
    let small = 64.0_f64.max(2.0 * (rows as f64).sqrt());
    let is_small = |key: AttributeId| (distinct(&counts[key.index()]) as f64) <= small;
    let by_target: Vec<(Vec<FoundDependency>, Vec<Triple>)> = active
        .par_iter()
        .map(|&target| {
            let mode = f64::from(counts[target.index()].iter().copied().max().unwrap_or(0)) / rows as f64;
            let start = gains.partition_point(|gain| gain.target < target);
            let singles = gains[start..].iter().take_while(|gain| gain.target == target);
            let (holding, weaker): (Vec<&PairGain>, Vec<&PairGain>) =
                singles.partition(|gain| gain.agreement.coverage > 0.2 && holds(&gain.agreement, mode));
            let found: Vec<FoundDependency> =
                holding.iter().map(|gain| found_dependency(vec![gain.key], target, gain.agreement)).collect();
            let enough = found.len() >= ENOUGH_SINGLE;
            let weaker: Vec<&PairGain> = weaker.into_iter().filter(|gain| !enough && is_small(gain.key)).collect();
            (found, triples(target, &weaker))
        })
        .collect();
    let (singles, triples): (Vec<_>, Vec<_>) = by_target.into_iter().unzip();
    let mut found: Vec<FoundDependency> = singles.into_iter().flatten().collect();
    found.extend(pairs(columns, &counts, hashes, triples.into_iter().flatten().collect()));
    found.sort_by(|a, b| {
        let order = |found: &FoundDependency| (found.dependency.rhs, found.dependency.lhs.len());
        order(a).cmp(&order(b)).then_with(|| a.dependency.lhs.cmp(&b.dependency.lhs))
    });
    found
}

/// Two attributes that may determine a third.
struct Triple {
    target: AttributeId,
    key: [AttributeId; 2],
    /// The gains of the two together.
    gain: f64,
    /// The better agreement of the two.
    agreement: f64,
}

/// The pairs of attributes that may determine a target, at most as many as are tried of all targets.
fn triples(target: AttributeId, weaker: &[&PairGain]) -> Vec<Triple> {
    let mut found = Vec::new();
    for (place, one) in weaker.iter().enumerate() {
        let triple = |other: &&PairGain| Triple {
            target,
            key: [one.key, other.key],
            gain: one.agreement.gain + other.agreement.gain,
            agreement: one.agreement.agreement.max(other.agreement.agreement),
        };
        found.extend(weaker[place + 1..].iter().map(triple).filter(|triple| triple.gain > 0.02));
    }
    best(found, MOST_TRIPLES)
}

fn best(mut triples: Vec<Triple>, most: usize) -> Vec<Triple> {
    if triples.len() > most {
        triples.sort_by(|a, b| b.gain.total_cmp(&a.gain).then((a.target, a.key).cmp(&(b.target, b.key))));
        triples.truncate(most);
        triples.shrink_to_fit();
    }
    triples
}

/// The triples that hold.
fn pairs(
    columns: &[CodeColumn<'_>],
    counts: &[Vec<u32>],
    hashes: &[u64],
    triples: Vec<Triple>,
) -> Vec<FoundDependency> {
    let triples = best(triples, MOST_TRIPLES);
    let most = rows_of_each(TRIPLE_ROWS, triples.len());
    let measured = measured(columns, counts, hashes, triples, most);
    let holding = measured.into_iter().filter(|(triple, found)| found.coverage > 0.5 && holds(found, triple.agreement));
    holding.map(|(triple, found)| found_dependency(triple.key.to_vec(), triple.target, found)).collect()
}

/// How well both parts of a triple together predict its target, over at most about `most` rows. Where rows are drawn, the
/// part with more values leads: its groups are drawn once, and split by the other.
fn measured(
    columns: &[CodeColumn<'_>],
    counts: &[Vec<u32>],
    hashes: &[u64],
    mut triples: Vec<Triple>,
    most: usize,
) -> Vec<(Triple, Agreement)> {
    let of = |target: AttributeId| (columns[target.index()], counts[target.index()].as_slice());
    let rows = hashes.len();
    let found: Vec<Vec<Agreement>> = if rows <= most {
        triples.sort_unstable_by_key(|triple| (triple.key, triple.target));
        let by_key: Vec<&[Triple]> = triples.chunk_by(|a, b| a.key == b.key).collect();
        let of_key = |same: &&[Triple]| {
            let groups = grouped(columns, &same[0].key);
            let targets = same.iter().map(|triple| of(triple.target));
            targets.map(|(target, counts)| leave_one_out(&groups, target, counts)).collect()
        };
        by_key.par_iter().map(of_key).collect()
    } else {
        let values: Vec<usize> = counts.iter().map(|counts| distinct(counts)).collect();
        let lead = |key: [AttributeId; 2]| usize::from(values[key[1].index()] >= values[key[0].index()]);
        triples.sort_unstable_by_key(|triple| (triple.key[lead(triple.key)], triple.key, triple.target));
        let leads = |triple: &Triple| triple.key[lead(triple.key)];
        let by_lead: Vec<&[Triple]> = triples.chunk_by(|a, b| leads(a) == leads(b)).collect();
        let of_lead = |same: &&[Triple]| {
            let whole = KeyGroups::new(&[columns[leads(&same[0]).index()]], hashes, most);
            let mut found = Vec::with_capacity(same.len());
            for same in same.chunk_by(|a, b| a.key == b.key) {
                let key = same[0].key;
                let groups = whole.split(columns[key[1 - lead(key)].index()]);
                let targets = same.iter().map(|triple| of(triple.target));
                found.extend(targets.map(|(target, counts)| sampled(&groups, rows, target, counts)));
            }
            found
        };
        by_lead.par_iter().map(of_lead).collect()
    };
    triples.into_iter().zip(found.into_iter().flatten()).collect()
}

fn holds(agreement: &Agreement, base: f64) -> bool {
    agreement.agreement >= HOLDS && 1.0 - agreement.agreement < LIFT * (1.0 - base)
}

fn found_dependency(mut lhs: Vec<AttributeId>, rhs: AttributeId, agreement: Agreement) -> FoundDependency {
    lhs.sort_unstable();
    FoundDependency { dependency: Dependency { lhs, rhs }, agreement }
}

fn grouped(columns: &[CodeColumn<'_>], key: &[AttributeId]) -> RowsByGroup {
    CodeColumn::groups(&key.iter().map(|&attribute| columns[attribute.index()]).collect::<Vec<_>>()).rows_by_group()
}

fn keys(columns: &[CodeColumn<'_>], counts: &[Vec<u32>], active: &[AttributeId]) -> Vec<AttributeId> {
    let repeats = |&attribute: &AttributeId| {
        let rows = columns[attribute.index()].codes.len() as f64;
        distinct(&counts[attribute.index()]) as f64 <= KEY_DISTINCT * rows
    };
    active.iter().copied().filter(repeats).collect()
}

fn distinct(counts: &[u32]) -> usize {
    counts.iter().filter(|&&count| count > 0).count()
}

#[cfg(test)]
mod tests {
    use lustrate_table::{Code, Column};

    use super::*;

    fn find(columns: &[Vec<String>]) -> Vec<(Vec<u32>, u32)> {
        let columns: Vec<Column> =
            columns.iter().map(|cells| cells.iter().map(|cell| Some(cell.as_str())).collect()).collect();
        let codes: Vec<_> = columns
            .iter()
            .map(|column| CodeColumn { codes: column.codes(), distinct: column.dictionary().len() })
            .collect();
        let active: Vec<_> = (0..codes.len() as u32).map(AttributeId).collect();
        let hashes: Vec<u64> = (0..columns[0].len() as u64).collect();
        let found = dependencies(&codes, &active, &pair_gains(&codes, &active, &hashes), &hashes);
        let ids =
            |found: &FoundDependency| (found.dependency.lhs.iter().map(|id| id.0).collect(), found.dependency.rhs.0);
        found.iter().map(ids).collect()
    }

    #[test]
    fn a_sample_measures_what_all_rows_do() {
        let column = |cell: &dyn Fn(u64) -> u64| -> Column {
            let cells: Vec<String> = (0..20_000).map(|row| cell(row).to_string()).collect();
            cells.iter().map(|cell| Some(cell.as_str())).collect()
        };
        let mix = |row: u64| row.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
        let (key, target) =
            (column(&|row| row / 3), column(&|row| if mix(row) % 10 == 0 { mix(row) % 7 } else { row / 3 % 7 }));
        let code = |column| -> CodeColumn<'_> {
            let column: &Column = column;
            CodeColumn { codes: column.codes(), distinct: column.dictionary().len() }
        };
        let hashes: Vec<u64> = (0..20_000).map(mix).collect();
        let columns = [code(&key), code(&target)];
        let counts = columns.map(|column| column.counts());
        let of = |most| agreements(&columns, &counts, &hashes, most, AttributeId(0), &[AttributeId(1)])[0];
        let (all, sampled) = (of(20_000), of(6_000));
        assert!((all.coverage - sampled.coverage).abs() < 0.01, "{all:?} {sampled:?}");
        assert!((all.agreement - sampled.agreement).abs() < 0.02 && (all.gain - sampled.gain).abs() < 0.03);
    }

    #[test]
    fn two_attributes_measured_on_a_sample_tell_what_they_do_on_all_rows() {
        let column = |cell: &dyn Fn(u64) -> u64| -> Column {
            let cells: Vec<String> = (0..20_000).map(|row| cell(row).to_string()).collect();
            cells.iter().map(|cell| Some(cell.as_str())).collect()
        };
        let mix = |row: u64| row.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
        let made = [
            column(&|row| mix(row) % 50),
            column(&|row| mix(row) / 50 % 9),
            column(&|row| if mix(row) / 450 % 20 == 0 { 99 } else { (mix(row) % 50 + mix(row) / 50 % 9) % 7 }),
        ];
        let columns: Vec<CodeColumn<'_>> =
            made.iter().map(|of| CodeColumn { codes: of.codes(), distinct: of.dictionary().len() }).collect();
        let hashes: Vec<u64> = (0..20_000).map(mix).collect();
        let counts: Vec<Vec<u32>> = columns.iter().map(CodeColumn::counts).collect();
        let of = |most| {
            let triple =
                Triple { target: AttributeId(2), key: [AttributeId(0), AttributeId(1)], gain: 1.0, agreement: 0.0 };
            measured(&columns, &counts, &hashes, vec![triple], most)[0].1
        };
        let (all, sampled) = (of(20_000), of(5_000));
        assert!(all.agreement > 0.9 && (all.agreement - sampled.agreement).abs() < 0.02, "{all:?} {sampled:?}");
        // The gain is less by what smaller groups tell less.
        assert!((all.coverage - sampled.coverage).abs() < 0.05 && sampled.gain > 0.8 * all.gain, "{all:?} {sampled:?}");
    }

    #[test]
    fn wide_and_long_tables_are_looked_at_in_as_many_rows_as_the_budget_has() {
        assert_eq!(rows_of_each(MOST_ROWS, 60 * 59), 400_000_000 / 3_540);
        assert_eq!(rows_of_each(MOST_ROWS, 20 * 19), MOST_OF_PAIR);
        assert!(rows_of_each(TRIPLE_ROWS, MOST_TRIPLES) >= 25_000);
        let column: Vec<Code> = (0..30_000).map(|row| Code(row * 7 % 90)).collect();
        let groups = KeyGroups::new(&[CodeColumn { codes: &column, distinct: 90 }], &[7; 30_000], 12_000);
        assert!((11_000..=12_000).contains(&groups.rows()), "{}", groups.rows());
    }

    #[test]
    fn a_dependency_is_found_through_errors_and_its_reverse_is_not() {
        let zip: Vec<String> = (0..400).map(|row| format!("z{}", row % 40)).collect();
        let mut city: Vec<String> = (0..400).map(|row| format!("c{}", row % 40 % 8)).collect();
        city[7] = "c0".into();
        assert_eq!(find(&[zip, city]), [(vec![0], 1)]);
    }

    #[test]
    fn two_attributes_may_determine_what_neither_does() {
        let a: Vec<String> = (0..900).map(|row| (row % 6).to_string()).collect();
        let b: Vec<String> = (0..900).map(|row| (row / 6 % 6).to_string()).collect();
        let c: Vec<String> = (0..900).map(|row| ((row % 6) * 2 + (row / 6 % 6) / 3).to_string()).collect();
        assert!(find(&[a, b, c]).contains(&(vec![0, 1], 2)));
    }
}
