//! Which rows a person should look at: those whose answers would teach most.
//!
//! Each cell belongs to topics: that values of its column are written so, that a change for such a reason is right, which
//! value a thing has. A topic is worth the square root of the cells that hang on it, or of the wrong decisions that are
//! expected in it, and each answer leaves a third of what it was worth. Rows are taken one by one, the one that is worth most
//! then (the greedy choice, which is within 1 - 1/e of the best: Nemhauser, Wolsey and Fisher 1978).

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use lustrate_labels::{Labels, Proposal, Question};
use lustrate_model::{CellPosterior, Evidence};
use lustrate_programs::{odd_runs, shape};
use lustrate_repair::reason;
use lustrate_rules::{ColumnRole, Rules};
use lustrate_table::{AttributeId, CellId, Code, RowId, Table};

use crate::run::{Progress, Run, Settled};
use crate::{Error, Settings};

/// What is left of the worth of a topic after an answer to it, and of one that asks what a thing is.
const LEFT: f64 = 0.35;
const LEFT_OF_THING: f64 = 0.05;
/// A column in which nearly every row has a value of its own and all are written alike says nothing of others.
const ALIKE: f64 = 0.999;

/// The rows that would teach most, the best first; `earlier` labels are taken into account, and their rows are not asked
/// again. Fewer come back where a table has no more to ask.
///
/// # Errors
/// As [`repair`](crate::repair()).
pub fn ask(
    table: &Table,
    rules: &Rules,
    settings: &Settings,
    earlier: &Labels,
    rows: usize,
) -> Result<Vec<Question>, Error> {
    ask_with(table, rules, settings, earlier, rows, &|_| ())
}

/// The same, telling how far it has come.
///
/// # Errors
/// As [`repair`](crate::repair()).
pub fn ask_with(
    table: &Table,
    rules: &Rules,
    settings: &Settings,
    earlier: &Labels,
    rows: usize,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Vec<Question>, Error> {
    let settings = settings.clone().labels(earlier.clone());
    let run = Run::new(table, rules, &settings)?;
    run.within_threads(|| {
        let settled = run.settle(&Default::default(), &[], progress);
        let answered: BTreeSet<RowId> = earlier.items.iter().map(|label| label.cell.row).collect();
        let topics = Topics::new(table, &run, &settled);
        let chosen = topics.choose(table, &answered, rows);
        chosen.into_iter().map(|(row, why)| question(table, &settled, row, why)).collect()
    })
}

fn question(table: &Table, settled: &Settled, row: RowId, why: String) -> Question {
    let of_row = settled.repairs.items.iter().filter(|repair| repair.cell.row == row);
    let proposal = |repair: &lustrate_repair::Repair| Proposal {
        attribute: repair.cell.attribute,
        value: repair.new.clone(),
        confidence: repair.confidence,
        reason: reason(table.schema(), &settled.constraints, repair).to_string(),
    };
    Question { row, why, proposals: of_row.map(proposal).collect() }
}

/// What an answer says something of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Topic {
    /// How values of a column are written that are written alike now, and whether the engine rewrites them.
    Writing(AttributeId, String, bool),
    /// Whether changes of a column for such a reason are right.
    Reason(AttributeId, &'static str),
    /// What was meant by characters that may be damaged.
    Character(String),
    /// What a column reads for a thing: the key and its values.
    Thing(AttributeId, Vec<(AttributeId, String)>),
}

/// The topics of a table and what each is worth.
struct Topics {
    topics: Vec<(Topic, f64)>,
    /// By row the topics of its cells.
    of_row: Vec<Vec<u32>>,
}

impl Topics {
    fn new(table: &Table, run: &Run<'_>, settled: &Settled) -> Self {
        let apply_at = run.policy.apply_at();
        let mut found =
            Found { apply_at, places: BTreeMap::new(), weights: Vec::new(), of_row: vec![Vec::new(); table.rows()] };
        // What sources report is written as most of them write it.
        let reported: BTreeSet<AttributeId> =
            settled.believed.values().filter(|cell| is_reported(cell)).map(|cell| cell.cell.attribute).collect();
        let is_written = |attribute: &AttributeId| is_asked(run, settled, *attribute) && !reported.contains(attribute);
        for attribute in table.schema().ids().filter(is_written) {
            found.add_writing(table, settled, attribute);
        }
        for cell in settled.believed.values().filter(|cell| is_asked(run, settled, cell.cell.attribute)) {
            found.add_doubt(cell);
        }
        let mut topics: Vec<(Topic, f64)> = vec![(Topic::Reason(AttributeId(0), ""), 0.0); found.weights.len()];
        for (topic, place) in found.places {
            let weight = found.weights[place as usize];
            // An answer on a thing decides all of its cells; one on a way of writing only may, the less likely the more there are.
            let worth = if matches!(topic, Topic::Thing(..)) { weight } else { weight.sqrt() };
            topics[place as usize] = (topic, worth);
        }
        Topics { topics, of_row: found.of_row }
    }

    /// The best rows, one by one, each with what it is asked for.
    fn choose(&self, table: &Table, answered: &BTreeSet<RowId>, rows: usize) -> Vec<(RowId, String)> {
        let mut left = vec![1.0; self.topics.len()];
        for row in answered {
            self.answer(*row, &mut left);
        }
        let worth = |row: RowId, left: &[f64]| -> f64 {
            let of = &self.of_row[row.index()];
            of.iter().map(|&topic| self.topics[topic as usize].1 * left[topic as usize]).sum()
        };
        let hashes = lustrate_table::row_hashes(table, 0);
        // Cells of ragged lines may sit in the wrong columns.
        let is_whole = |row: &RowId| table.ragged().binary_search(row).is_err();
        let fresh = table.row_ids().filter(|row| !answered.contains(row) && is_whole(row));
        let mut heap: BinaryHeap<Offer> =
            fresh.map(|row| Offer { worth: worth(row, &left), hash: hashes[row.index()], row }).collect();
        let mut chosen = Vec::new();
        // What a row is worth only falls: one that is still the best after it was weighed anew is the best of all.
        while let Some(offer) = heap.pop() {
            let now = worth(offer.row, &left);
            if now <= 0.0 || chosen.len() == rows {
                break;
            }
            if heap.peek().is_some_and(|next| next.worth > now) {
                heap.push(Offer { worth: now, ..offer });
                continue;
            }
            chosen.push((offer.row, self.why(table, offer.row, &left)));
            self.answer(offer.row, &mut left);
        }
        chosen
    }

    fn answer(&self, row: RowId, left: &mut [f64]) {
        for &topic in &self.of_row[row.index()] {
            let is_thing = matches!(self.topics[topic as usize].0, Topic::Thing(..));
            left[topic as usize] *= if is_thing { LEFT_OF_THING } else { LEFT };
        }
    }

    /// What an answer of a row would teach most.
    fn why(&self, table: &Table, row: RowId, left: &[f64]) -> String {
        let worth = |&&topic: &&u32| self.topics[topic as usize].1 * left[topic as usize];
        let best = self.of_row[row.index()].iter().max_by(|a, b| worth(a).total_cmp(&worth(b)).then(b.cmp(a)));
        let Some((topic, weight)) = best.map(|&topic| &self.topics[topic as usize]) else { return String::new() };
        let name = |attribute: AttributeId| table.schema().name(attribute);
        match topic {
            Topic::Writing(attribute, ..) => {
                let cells = (weight * weight).round().max(1.0);
                let text = table.text(CellId { row, attribute: *attribute });
                match text {
                    Some(text) => format!("{cells} cells of {} are written like {}", name(*attribute), short(text)),
                    None => format!("{cells} cells of {} are missing", name(*attribute)),
                }
            }
            Topic::Character(run) => {
                let cells = (weight * weight).round().max(1.0);
                format!("what is meant by \"{}\" in {cells} cells", run.escape_unicode())
            }
            Topic::Reason(attribute, words) => {
                format!("whether changes of {} {words} are right", name(*attribute))
            }
            Topic::Thing(attribute, key) => {
                let key: Vec<String> =
                    key.iter().map(|(part, text)| format!("{} = {}", name(*part), short(text))).collect();
                format!("what {} is for {}", name(*attribute), key.join(", "))
            }
        }
    }
}

/// A row that may be asked.
struct Offer {
    worth: f64,
    /// Rows that are worth the same are told apart by what they hold, not by where they stand.
    hash: u64,
    row: RowId,
}

impl Ord for Offer {
    fn cmp(&self, other: &Self) -> Ordering {
        self.worth.total_cmp(&other.worth).then(other.hash.cmp(&self.hash)).then(other.row.cmp(&self.row))
    }
}

impl PartialOrd for Offer {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Offer {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Offer {}

/// Topics while they are found.
struct Found {
    /// From which confidence on a cell is changed.
    apply_at: f64,
    places: BTreeMap<Topic, u32>,
    /// What hangs on each: cells, or expected wrong decisions.
    weights: Vec<f64>,
    of_row: Vec<Vec<u32>>,
}

impl Found {
    fn place(&mut self, topic: Topic) -> u32 {
        let next = self.weights.len() as u32;
        let place = *self.places.entry(topic).or_insert(next);
        if place == next {
            self.weights.push(0.0);
        }
        place
    }

    fn add(&mut self, row: RowId, place: u32, weight: f64) {
        self.weights[place as usize] += weight;
        let of = &mut self.of_row[row.index()];
        if !of.contains(&place) {
            of.push(place);
        }
    }

    fn add_writing(&mut self, table: &Table, settled: &Settled, attribute: AttributeId) {
        let column = table.column(attribute);
        let shapes: Vec<String> = column.dictionary().iter().map(|(_, text)| shape(Some(text))).collect();
        let missing = shape(None);
        let of = |code: Code| if code.is_null() { &missing } else { &shapes[code.index()] };
        let mut distinct: Vec<&String> = shapes.iter().collect();
        distinct.sort_unstable();
        distinct.dedup();
        if distinct.len() <= 1 && column.dictionary().len() as f64 >= ALIKE * table.rows() as f64 {
            return;
        }
        let mut place_of: BTreeMap<(Code, bool), u32> = BTreeMap::new();
        for row in table.row_ids() {
            let cell = CellId { row, attribute };
            let code = column.code(row);
            let is_rewritten = table.text(cell) != settled.view.table.text(cell);
            let place = match place_of.get(&(code, is_rewritten)) {
                Some(&place) => place,
                None => {
                    let place = self.place(Topic::Writing(attribute, of(code).clone(), is_rewritten));
                    place_of.insert((code, is_rewritten), place);
                    place
                }
            };
            self.add(row, place, 1.0);
        }
        if column.dictionary().iter().all(|(_, text)| text.is_ascii()) {
            return;
        }
        let runs: Vec<Vec<u32>> = column.dictionary().iter().map(|(_, text)| self.characters(text)).collect();
        for row in table.row_ids() {
            let code = column.code(row);
            for &place in runs.get(code.0 as usize).into_iter().flatten() {
                self.add(row, place, 1.0);
            }
        }
    }

    fn characters(&mut self, text: &str) -> Vec<u32> {
        let mut runs = odd_runs(text);
        runs.sort_unstable();
        runs.dedup();
        runs.into_iter().map(|run| self.place(Topic::Character(run.to_owned()))).collect()
    }

    fn add_doubt(&mut self, cell: &CellPosterior) {
        let Some(best) = cell.candidates.first() else { return };
        let doubt = match is_reported(cell) && best.probability < self.apply_at {
            // An answer on a thing settles what is written in all of its rows, whatever it is.
            true => 1.0 - cell.observed_probability,
            false => best.probability.min(1.0 - best.probability),
        };
        if doubt < 0.01 {
            return;
        }
        let reasons = best.contributions.iter().filter(|c| !matches!(c.evidence, Evidence::Error { .. }));
        let loudest = reasons.max_by(|a, b| a.log_odds.total_cmp(&b.log_odds));
        let (words, key) = loudest.map_or(("", None), |contribution| match &contribution.evidence {
            Evidence::Context { key, .. } => ("by rows with the same key", Some(key.clone())),
            Evidence::Sources { thing, .. } => ("by what most sources say", Some(thing.clone())),
            Evidence::Rule { .. } => ("by a rule", None),
            Evidence::Reference { key, .. } => ("by a reference", Some(key.clone())),
            Evidence::Reverse { .. } => ("by what goes with it", None),
            Evidence::Spelling | Evidence::Prior | Evidence::InSum => ("by how they are spelled", None),
            Evidence::Exchanged { .. } => ("that are exchanged", None),
            Evidence::Relation { .. } | Evidence::Usual { .. } => ("by other numbers of the row", None),
            _ => ("for other reasons", None),
        });
        let place = self.place(Topic::Reason(cell.cell.attribute, words));
        self.add(cell.cell.row, place, doubt);
        if let Some(key) = key {
            let place = self.place(Topic::Thing(cell.cell.attribute, key));
            self.add(cell.cell.row, place, doubt);
        }
    }
}

/// Whether sources say what a cell reads.
fn is_reported(cell: &CellPosterior) -> bool {
    let says = |contribution: &lustrate_model::Contribution| matches!(contribution.evidence, Evidence::Sources { .. });
    cell.candidates.iter().any(|candidate| candidate.contributions.iter().any(says))
}

/// Whether there is anything to ask of a column.
fn is_asked(run: &Run<'_>, settled: &Settled, attribute: AttributeId) -> bool {
    let column = settled.constraints.columns().get(attribute);
    let fixed = column.never_repair || column.roles.contains(&ColumnRole::Id);
    let names = |fusion: &lustrate_rules::Fusion| fusion.source == attribute || fusion.entity.contains(&attribute);
    !fixed && !run.ids.contains(&attribute) && !settled.constraints.fusions().iter().any(names)
}

fn short(text: &str) -> String {
    const MOST: usize = 40;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("\"{}…\"", &text[..end]),
        None => format!("\"{text}\""),
    }
}
