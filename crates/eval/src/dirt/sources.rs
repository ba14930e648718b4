//! Dirt of a table of reports: sources that are wrong each with a rate of their own, and sources that copy.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use lustrate_table::{AttributeId, CellId, RowId, Table};
use rand::seq::{IndexedRandom, IteratorRandom, SliceRandom};
use rand::{RngExt, SeedableRng};

use super::site::{Ground, Site};
use super::{DirtError, Spoiled, edits};
use crate::generate::one_of;
use crate::noise::{Edit, Kind, Stream, find_kind};

/// How the sources of a table of reports are wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceDirt {
    /// The name of the column of the sources.
    pub source: String,
    /// The name of the column of the things that they report on.
    pub thing: String,
    /// The share of wrong cells of a source, copiers left aside: the mean over all sources.
    pub rate: f64,
    /// The share of wrong cells of the best and the worst source.
    pub rates: RangeInclusive<f64>,
    /// The share of the sources that copy from another one.
    pub copiers: f64,
    /// The share of its values that a copier takes from the other source, where that one reports on the same thing.
    pub copied: f64,
    /// The share of its other wrong values that a source shares with the first source that was wrong there: what was
    /// announced and did not come true.
    pub rumoured: f64,
    /// The share of the sources that leave values out.
    pub gappy: f64,
    /// The share of the cells that such a source leaves out.
    pub missing: f64,
    /// Same table, settings and seed give the same dirt.
    pub seed: u64,
}

impl SourceDirt {
    /// Sources that are wrong in 2 to 60 % of their cells and in 30 % on average, half of the time as others are. Four
    /// in ten copy nine in ten of their values; one in eight leaves out 15 %. From seed 0.
    pub fn new(source: &str, thing: &str) -> Self {
        SourceDirt {
            source: source.to_owned(),
            thing: thing.to_owned(),
            rate: 0.3,
            rates: 0.02..=0.6,
            copiers: 0.4,
            copied: 0.9,
            rumoured: 0.5,
            gappy: 0.125,
            missing: 0.15,
            seed: 0,
        }
    }

    /// The same with another mean share of wrong cells. The best and the worst source stay within its bounds.
    pub fn rate(self, rate: f64) -> Self {
        SourceDirt { rate, ..self }
    }

    /// The same from another seed.
    pub fn seed(self, seed: u64) -> Self {
        SourceDirt { seed, ..self }
    }
}

/// Plants errors in a table of reports, source by source.
///
/// A wrong value is one that could be right: a little off, that of another thing, or that of another column of the row
/// that looks alike. About some cells of some things nobody is wrong, and about others most are. A copier takes the values of its original, right and wrong ones, where both report on a thing, and
/// is otherwise wrong at its own rate; what is planted in it has the kind that it has in its original. Rows without a
/// source or without a thing, and these two columns, stay clean.
///
/// ```
/// use lustrate_eval::{Shape, SourceDirt, generate, spoil_sources};
///
/// let truth = generate(Shape::Reports, 500, 1).table;
/// let spoiled = spoil_sources(&truth, &SourceDirt::new("source", "sailing").seed(2))?;
/// assert!(spoiled.planted.len() > truth.cells() / 10);
/// # Ok::<(), lustrate_eval::DirtError>(())
/// ```
///
/// # Errors
/// When the settings name a column that the table does not have, or a rate is not from 0 to 1.
pub fn spoil_sources(truth: &Table, settings: &SourceDirt) -> Result<Spoiled, DirtError> {
    let find = |name: &String| truth.schema().find(name).ok_or_else(|| DirtError::UnknownColumn(name.clone()));
    let (source, thing) = (find(&settings.source)?, find(&settings.thing)?);
    let SourceDirt { rate, copiers, copied, rumoured, gappy, missing, .. } = *settings;
    let rates = [rate, *settings.rates.start(), *settings.rates.end(), copiers, copied, rumoured, gappy, missing];
    if let Some(&wrong) = rates.iter().find(|rate| !(0.0..=1.0).contains(*rate)) {
        return Err(DirtError::Rate(wrong));
    }
    let columns: Vec<AttributeId> = truth.schema().ids().filter(|&id| id != source && id != thing).collect();
    let mut ground = Ground::new(truth, vec![truth.rows(); truth.schema().len()], settings.seed);
    let sources = sources(truth, (source, thing), settings);
    let mut matters = BTreeMap::new();
    for (at, reporter) in sources.iter().enumerate() {
        let mut stream = stream(settings.seed, at + 1);
        let original = reporter.original.map(|original| &sources[original]);
        for (&thing, &row) in &reporter.rows {
            for cell in columns.iter().map(|&attribute| CellId { row, attribute }) {
                let matter = matters.entry((thing, cell.attribute)).or_insert_with(|| Matter::new(&mut stream));
                if stream.random_bool(reporter.missing) {
                    ground.plant(kind("missing"), vec![(cell, None)]);
                } else if let Some(original) = original
                    && let Some(&row) = original.rows.get(thing)
                    && stream.random_bool(settings.copied)
                {
                    copy(&mut ground, CellId { row, ..cell }, cell);
                } else if stream.random_bool((reporter.rate * matter.difficulty).min(1.0)) {
                    match matter.rumour.filter(|_| stream.random_bool(settings.rumoured)) {
                        Some(rumour) => copy(&mut ground, rumour, cell),
                        None => go_wrong(&mut ground, cell, &columns, &mut stream),
                    }
                    matter.rumour.get_or_insert(cell);
                }
            }
        }
    }
    Ok(ground.into_spoiled())
}

/// What is reported: one column of one thing.
struct Matter {
    /// By how much the rate of a source is multiplied here; 1 on average.
    difficulty: f64,
    /// The first cell that was wrong of its own.
    rumour: Option<CellId>,
}

impl Matter {
    fn new(stream: &mut Stream) -> Self {
        Matter { difficulty: stream.random_range(0.0..2.0), rumour: None }
    }
}

/// What is drawn for one source.
struct Reporter<'a> {
    rate: f64,
    missing: f64,
    /// The place of the source that it copies, which comes before it.
    original: Option<usize>,
    /// Its row by thing; the first where it reports on one twice.
    rows: BTreeMap<&'a str, RowId>,
}

/// The sources, those that copy behind the others.
fn sources<'a>(truth: &'a Table, key: (AttributeId, AttributeId), settings: &SourceDirt) -> Vec<Reporter<'a>> {
    let mut rows: BTreeMap<&str, BTreeMap<&str, RowId>> = BTreeMap::new();
    for row in truth.row_ids() {
        let [source, thing] = [key.0, key.1].map(|attribute| truth.text(CellId { row, attribute }));
        if let (Some(source), Some(thing)) = (source, thing) {
            rows.entry(source).or_default().entry(thing).or_insert(row);
        }
    }
    let mut stream = stream(settings.seed, 0);
    let count = rows.len();
    let share = |share: f64| (share * count as f64).round() as usize;
    let mut rows: Vec<_> = rows.into_values().collect();
    rows.shuffle(&mut stream);
    let mut rates = rates(count, settings);
    rates.shuffle(&mut stream);
    let gappy = rand::seq::index::sample(&mut stream, count, share(settings.gappy)).into_vec();
    let independent = count - share(settings.copiers).min(count.saturating_sub(1));
    // One original is copied by many and one by few: a bloc that outvotes its betters, and a pair. That of the bloc is
    // one of the worse half; a bloc that is right harms nobody.
    let mut by_rate: Vec<usize> = (0..independent).collect();
    by_rate.sort_by(|&a, &b| rates[b].total_cmp(&rates[a]));
    let bloc = by_rate[..independent.div_ceil(2)].choose(&mut stream).copied();
    let pair = by_rate.iter().copied().filter(|&other| Some(other) != bloc).choose(&mut stream).or(bloc);
    let reporters = rows.into_iter().zip(rates.iter().copied()).enumerate().map(|(at, (rows, rate))| {
        let original = if at % 4 == 0 { pair } else { bloc };
        let original = original.filter(|_| at >= independent);
        let missing = if gappy.contains(&at) { settings.missing } else { 0.0 };
        Reporter { rate, missing, original, rows }
    });
    reporters.collect()
}

/// So many rates within the bounds whose mean is that of the settings, as near as the bounds let it be.
fn rates(count: usize, settings: &SourceDirt) -> Vec<f64> {
    let (low, high) = settings.rates.clone().into_inner();
    let mean = settings.rate.clamp(low.min(high), low.max(high));
    // The mean of u^power for u uniform from 0 to 1 is 1 / (power + 1).
    let power = (high - low) / (mean - low) - 1.0;
    let rate = |place: usize| low + (high - low) * ((place as f64 + 0.5) / count as f64).powf(power);
    (0..count).map(|place| if mean > low { rate(place) } else { low }).collect()
}

/// Plants in a cell what is planted in that of the original.
fn copy(ground: &mut Ground<'_>, original: CellId, cell: CellId) {
    // What the original leaves out, the copier does not show.
    if let Some((kind, Some(text))) = ground.planted(original) {
        let text = text.to_owned();
        ground.plant(kind, vec![(cell, Some(text))]);
    }
}

/// How often a value that cannot be planted is drawn again.
const TRIES: usize = 20;

fn go_wrong(ground: &mut Ground<'_>, cell: CellId, columns: &[AttributeId], stream: &mut Stream) {
    for _ in 0..TRIES {
        let kind = kind(one_of(&["near", "near", "near", "swap", "swap", "foreign"], stream));
        let edits = match kind.name {
            "foreign" => alike(&Site::new(ground, cell), columns, stream),
            _ => edits(&Site::new(ground, cell), kind, stream),
        };
        if ground.plant(kind, edits) {
            return;
        }
    }
}

/// The value of another reported column of the row whose digits and marks stand as in the cell: a planned time for that
/// which was measured.
fn alike(site: &Site<'_>, columns: &[AttributeId], stream: &mut Stream) -> Vec<Edit> {
    let shape =
        |text: &str| text.chars().map(|char| if char.is_ascii_digit() { '0' } else { char }).collect::<String>();
    let here = site.text(site.cell()).map(shape);
    let others = columns.iter().filter_map(|&attribute| site.text(CellId { attribute, ..site.cell() }));
    let other = others.filter(|text| here.as_ref() == Some(&shape(text))).choose(stream);
    other.map(|text| (site.cell(), Some(text.to_owned()))).into_iter().collect()
}

fn kind(name: &str) -> &'static Kind {
    find_kind(name).expect("the kinds that sources go wrong by are in the list")
}

/// The random numbers of a source, by its place; of place 0, those of what is drawn for all.
fn stream(seed: u64, place: usize) -> Stream {
    let mut stream = Stream::seed_from_u64(seed);
    stream.set_stream(u64::MAX - place as u64);
    stream
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{Shape, generate};

    fn settings() -> SourceDirt {
        SourceDirt::new("source", "sailing").seed(4)
    }

    fn text(table: &Table, row: RowId, column: &str) -> Option<String> {
        table.text(CellId { row, attribute: table.schema().find(column).unwrap() }).map(str::to_owned)
    }

    /// The share of wrong cells by source.
    fn shares(spoiled: &Spoiled) -> Vec<f64> {
        let mut cells: BTreeMap<_, (f64, f64)> = BTreeMap::new();
        for row in spoiled.dirty.row_ids() {
            let wrong = spoiled.planted.iter().filter(|planted| planted.cell.row == row).count();
            let (sum, of) = cells.entry(text(&spoiled.dirty, row, "source")).or_default();
            (*sum, *of) = (*sum + wrong as f64, *of + (spoiled.dirty.schema().len() - 2) as f64);
        }
        cells.into_values().map(|(wrong, of)| wrong / of).collect()
    }

    #[test]
    fn sources_differ_and_their_mean_is_the_rate() {
        let truth = generate(Shape::Reports, 1500, 2).table;
        let alone = SourceDirt { copiers: 0.0, gappy: 0.0, ..settings() };
        let shares = shares(&spoil_sources(&truth, &alone).unwrap());
        let mean = shares.iter().sum::<f64>() / shares.len() as f64;
        let best = shares.iter().copied().fold(1.0, f64::min);
        let worst = shares.iter().copied().fold(0.0, f64::max);
        assert!((mean - 0.3).abs() < 0.03 && best < 0.1 && worst > 0.5, "{best} to {worst}, mean {mean}");
    }

    #[test]
    fn copiers_and_rumours_repeat_wrong_values() {
        let truth = generate(Shape::Reports, 1500, 2).table;
        let repeated = |copiers, rumoured| {
            let settings = SourceDirt { copiers, rumoured, ..settings() };
            let mut counts: BTreeMap<_, usize> = BTreeMap::new();
            for planted in spoil_sources(&truth, &settings).unwrap().planted {
                if planted.column == "fare" && planted.new.is_some() {
                    let thing = text(&truth, planted.cell.row, "sailing");
                    *counts.entry((thing, planted.new)).or_default() += 1;
                }
            }
            counts.into_values().filter(|&count| count >= 4).count()
        };
        let (neither, copiers, rumours) = (repeated(0.0, 0.0), repeated(0.4, 0.0), repeated(0.0, 0.5));
        assert!(
            copiers > 10 + 3 * neither && rumours > 10 + 3 * neither,
            "wrong values in four reports: {copiers} by copiers, {rumours} by rumours, {neither} by neither"
        );
    }

    #[test]
    fn few_sources_leave_cells_out() {
        let truth = generate(Shape::Reports, 1500, 2).table;
        let spoiled = spoil_sources(&truth, &settings()).unwrap();
        let missing = spoiled.planted.iter().filter(|planted| planted.new.is_none());
        let sources: BTreeSet<_> = missing.map(|planted| text(&truth, planted.cell.row, "source")).collect();
        assert_eq!(sources.len(), 3);
        assert!(spoiled.planted.iter().all(|planted| !["source", "sailing"].contains(&planted.column.as_str())));
    }

    #[test]
    fn settings_that_do_not_fit_are_refused() {
        let truth = generate(Shape::Reports, 100, 2).table;
        let refused = |settings| spoil_sources(&truth, &settings).unwrap_err();
        assert_eq!(refused(SourceDirt::new("site", "sailing")), DirtError::UnknownColumn("site".to_owned()));
        assert_eq!(refused(settings().rate(-0.1)), DirtError::Rate(-0.1));
    }
}
