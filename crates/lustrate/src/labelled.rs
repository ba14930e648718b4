//! What the labels of a run teach of how each column is written, and what they make of the view.

use std::collections::BTreeMap;

use lustrate_labels::{Agreed, Labels};
use lustrate_normalise::{ConversionKind, Normalised, Shown, normalise};
use lustrate_programs::{Example, Learned, Program, Rewritten, Value, learn};
use lustrate_repair::{Converted, Decision, Policy, Repair, Repairs};
use lustrate_rules::Constraints;
use lustrate_table::{AttributeId, CellId, Code, RowId, Table, count_codes};
use lustrate_values::Rewrite;

/// The rows that a reason names, at most.
const MOST_NAMED: usize = 3;

/// What labels teach of the writing of the columns.
pub(crate) struct Taught {
    columns: Vec<TaughtColumn>,
    /// What the labelled cells read in the canonical view.
    cells: BTreeMap<CellId, Option<String>>,
}

/// The same of one column.
pub(crate) struct TaughtColumn {
    pub(crate) attribute: AttributeId,
    learned: Learned,
    /// The cells of the examples, in their order.
    examples: Vec<CellId>,
    /// The values of the column, row by row.
    codes: Vec<Code>,
}

impl Taught {
    /// Learns from what people agree on. `view` is the table as it would be written without them.
    pub(crate) fn new(table: &Table, view: &Normalised, constraints: &Constraints, agreed: &Agreed) -> Self {
        let fixed = |attribute: AttributeId| constraints.columns().get(attribute).never_repair;
        let mut labelled: BTreeMap<AttributeId, Vec<CellId>> = BTreeMap::new();
        for &cell in agreed.cells.keys().filter(|cell| !fixed(cell.attribute)) {
            labelled.entry(cell.attribute).or_default().push(cell);
        }
        let columns: Vec<(AttributeId, Vec<CellId>)> = labelled.into_iter().collect();
        let given: Vec<(Vec<Example<'_>>, Vec<Value<'_>>)> = (columns.iter())
            .map(|(attribute, cells)| (examples(table, view, agreed, cells), values(table, view, *attribute)))
            .collect();
        let learned = learn(&given).into_iter().zip(columns);
        let columns = learned.filter_map(|(learned, (attribute, examples))| {
            let learned = learned?;
            let codes = table.column(attribute).codes().to_vec();
            Some(TaughtColumn { attribute, learned, examples, codes })
        });
        Taught { columns: columns.collect(), cells: canonical(table, constraints, agreed) }
    }

    /// The view in which all cells are written as was shown, and those that were labelled read what was said.
    pub(crate) fn view(&self, table: &Table, view: Normalised) -> Normalised {
        let shown =
            self.columns.iter().fold(view, |view, column| view.with_shown(table, column.attribute, &column.shown()));
        shown.with_labels(&self.cells)
    }

    /// The view in which all cells are written as was shown, and nothing is known of those that were labelled.
    pub(crate) fn view_without_cells(&self, table: &Table, view: Normalised) -> Normalised {
        self.columns.iter().fold(view, |view, column| view.with_shown(table, column.attribute, &column.shown()))
    }

    /// What the labelled cells should read in the view, each with the probability of that.
    pub(crate) fn truth(&self, agreed: &Agreed) -> BTreeMap<CellId, (Option<String>, f64)> {
        let of = |(&cell, text): (&CellId, &Option<String>)| (cell, (text.clone(), agreed.cells[&cell].probability));
        self.cells.iter().map(of).collect()
    }

    /// What was learned, column by column.
    pub(crate) fn columns(&self) -> &[TaughtColumn] {
        &self.columns
    }
}

/// Whether it is likelier than not that a value is to be written so.
fn is_shown(rewritten: &Rewritten) -> bool {
    rewritten.probability >= 0.5
}

fn examples<'a>(table: &'a Table, view: &'a Normalised, agreed: &'a Agreed, cells: &[CellId]) -> Vec<Example<'a>> {
    let example = |&cell: &CellId| {
        let label = &agreed.cells[&cell];
        Example {
            written: table.text(cell),
            now: view.table.text(cell),
            meant: label.value.as_deref(),
            weight: label.probability,
        }
    };
    cells.iter().map(example).collect()
}

/// The distinct values of a column, by code, and behind them the missing one. What the view makes of a value is what it makes
/// of the first row that holds it.
fn values<'a>(table: &'a Table, view: &'a Normalised, attribute: AttributeId) -> Vec<Value<'a>> {
    let column = table.column(attribute);
    let counts = count_codes(column.codes(), column.dictionary().len());
    let mut first: Vec<Option<RowId>> = vec![None; column.dictionary().len() + 1];
    for row in table.row_ids() {
        first[slot(table, attribute, column.code(row))].get_or_insert(row);
    }
    let value = |(place, first): (usize, &Option<RowId>)| {
        let written =
            (place < column.dictionary().len()).then(|| column.dictionary().text(Code(place as u32))).flatten();
        let now = first.map_or(written, |row| view.table.text(CellId { row, attribute }));
        let cells = counts.get(place).copied().unwrap_or_default();
        Value { written, now, cells: u64::from(cells) }
    };
    first.iter().enumerate().map(value).collect()
}

fn slot(table: &Table, attribute: AttributeId, code: Code) -> usize {
    if code.is_null() { table.column(attribute).dictionary().len() } else { code.index() }
}

/// What the labelled cells read in the canonical view: what is declared of their columns holds of what people write too.
fn canonical(table: &Table, constraints: &Constraints, agreed: &Agreed) -> BTreeMap<CellId, Option<String>> {
    let mut rows: Vec<RowId> = agreed.cells.keys().map(|cell| cell.row).collect();
    rows.dedup();
    let mut small = table.select(&rows);
    for (cell, label) in &agreed.cells {
        let row = RowId(rows.binary_search(&cell.row).expect("the rows are those of the labels") as u32);
        small.set(CellId { row, ..*cell }, label.value.as_deref());
    }
    let view = normalise(&small, constraints).table;
    let text = |&cell: &CellId| {
        let row = RowId(rows.binary_search(&cell.row).expect("the rows are those of the labels") as u32);
        (cell, view.text(CellId { row, ..cell }).map(str::to_owned))
    };
    agreed.cells.keys().map(text).collect()
}

impl TaughtColumn {
    fn shown(&self) -> Vec<Option<Shown>> {
        let reasons: Vec<String> = self.learned.programs.iter().map(|program| self.reason(program)).collect();
        let shown = |rewritten: &Option<Rewritten>| {
            let rewritten = rewritten.as_ref().filter(|rewritten| rewritten.as_now || is_shown(rewritten))?;
            Some(Shown {
                new: rewritten.new.clone(),
                confidence: rewritten.probability,
                reason: reasons[rewritten.program].clone(),
                as_found: rewritten.as_now,
            })
        };
        self.learned.rewritten.iter().map(shown).collect()
    }

    /// What was done to which labelled cells: `as in 4 labelled rows (2, 17, 30, …)`.
    fn reason(&self, program: &Program) -> String {
        let rows: Vec<String> =
            program.examples.iter().take(MOST_NAMED).map(|&at| self.examples[at].row.number().to_string()).collect();
        let more = if program.examples.len() > MOST_NAMED { ", …" } else { "" };
        match program.examples.len() {
            0 => "no labelled row is written so".to_owned(),
            1 => format!("as in the row that was labelled ({})", rows[0]),
            many => format!("as in the {many} rows that were labelled ({}{more})", rows.join(", ")),
        }
    }

    /// What was learned that writes cells otherwise: the rewrites, the labelled rows that show each, and the cells of the rows
    /// from `first` on, whose numbers count from there; a labelled row before it has none.
    pub(crate) fn programs(&self, first: u32) -> impl Iterator<Item = (&[Rewrite], Vec<RowId>, u64)> {
        let mut cells = vec![0u64; self.learned.programs.len()];
        let missing = self.learned.rewritten.len().saturating_sub(1);
        for code in self.codes.iter().skip(first as usize) {
            let place = if code.is_null() { missing } else { code.index() };
            let rewritten = self.learned.rewritten.get(place).and_then(Option::as_ref);
            if let Some(rewritten) = rewritten.filter(|rewritten| is_shown(rewritten) && !rewritten.as_now) {
                cells[rewritten.program] += 1;
            }
        }
        let programs = self.learned.programs.iter().zip(cells).filter(|(program, _)| !program.rewrites.is_empty());
        programs.map(move |(program, cells)| {
            let rows = program.examples.iter().filter_map(|&at| self.examples[at].row.0.checked_sub(first).map(RowId));
            (program.rewrites.as_slice(), rows.collect(), cells)
        })
    }
}

/// The repairs with those that people asked for: each labelled cell that reads otherwise becomes what was said, however sure
/// anything else is, and one that was said to be right is not changed.
pub(crate) fn with_labelled(
    mut repairs: Repairs,
    table: &Table,
    labels: &Labels,
    agreed: &Agreed,
    policy: &Policy,
) -> Repairs {
    /// Nobody is always right.
    const MOST_CONFIDENT: f64 = 0.9999;
    repairs.items.retain(|repair| !agreed.cells.contains_key(&repair.cell));
    for (&cell, label) in &agreed.cells {
        let old = table.text(cell);
        if old == label.value.as_deref() {
            continue;
        }
        let decision = if label.probability >= policy.apply_at() { Decision::Apply } else { Decision::Review };
        let said: Vec<String> = label.labels.iter().map(|&at| said(labels, at)).collect();
        repairs.items.push(Repair {
            cell,
            old: old.map(str::to_owned),
            new: label.value.clone(),
            confidence: label.probability.min(MOST_CONFIDENT),
            decision,
            withheld: None,
            rule: None,
            contributions: Vec::new(),
            alternatives: Vec::new(),
            conversion: Some(Converted {
                kind: ConversionKind::Labelled,
                reason: format!("corrected by {}", said.join(" and ")),
            }),
        });
    }
    repairs.items.sort_by_key(|repair| repair.cell);
    repairs
}

/// Who said it, and where: `Anna (orders.labels.csv:12)`.
pub(crate) fn said(labels: &Labels, place: usize) -> String {
    let label = &labels.items[place];
    let who = label.who.as_deref().unwrap_or("hand");
    format!("{who} ({}:{})", label.place.file, label.place.line)
}
