//! What the labels of a run teach of how each column is written, and what they make of the view.

use std::collections::{BTreeMap, BTreeSet};

use lustrate_labels::{Agreed, Labels};
use lustrate_normalise::{ConversionKind, Normalised, Shown, normalise};
use lustrate_programs::{Example, Learned, Program, Rewritten, Value, learn};
use lustrate_repair::{Converted, Decision, Repair, Repairs, Withheld};
use lustrate_rules::{ColumnRole, Constraints};
use lustrate_table::{AttributeId, CellId, Code, RowId, Table, count_codes};
use lustrate_values::{Rewrite, rewrite};

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
        let cells = canonical(table, constraints, agreed);
        let mut labelled: BTreeMap<AttributeId, Vec<CellId>> = BTreeMap::new();
        // Cells of ragged lines may sit in the wrong columns.
        let is_whole = |cell: &CellId| table.ragged().binary_search(&cell.row).is_err();
        for &cell in agreed.cells.keys().filter(|cell| !is_fixed(constraints, cell.attribute) && is_whole(cell)) {
            labelled.entry(cell.attribute).or_default().push(cell);
        }
        let columns: Vec<(AttributeId, Vec<CellId>)> = labelled.into_iter().collect();
        let given: Vec<(Vec<Example<'_>>, Vec<Value<'_>>)> = (columns.iter())
            .map(|(attribute, of)| (examples(table, view, agreed, &cells, of), values(table, view, *attribute)))
            .collect();
        let learned = learn(&given).into_iter().zip(columns);
        let columns = learned.filter_map(|(learned, (attribute, examples))| {
            let mut learned = learned?;
            // What the view makes of a value by its row is no way of writing it.
            for place in by_row(table, view, attribute) {
                learned.rewritten[place] = None;
            }
            let codes = table.column(attribute).codes().to_vec();
            Some(TaughtColumn { attribute, learned, examples, codes })
        });
        Taught { columns: columns.collect(), cells }
    }

    /// The view in which all cells are written as was shown, and those that were labelled read what was said. Rows before
    /// `first` are those of a model.
    pub(crate) fn view(&self, table: &Table, view: Normalised, first: u32) -> Normalised {
        self.view_without_cells(table, view, first).with_labels(&self.cells)
    }

    /// The view in which all cells are written as was shown, and nothing is known of those that were labelled.
    pub(crate) fn view_without_cells(&self, table: &Table, view: Normalised, first: u32) -> Normalised {
        let columns = self.columns.iter();
        columns.fold(view, |view, column| view.with_shown(table, column.attribute, &column.shown(first)))
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

/// Whether the cells of a column are never changed.
pub(crate) fn is_fixed(constraints: &Constraints, attribute: AttributeId) -> bool {
    let column = constraints.columns().get(attribute);
    column.never_repair || column.roles.contains(&ColumnRole::Id)
}

/// The labelled cells of a column as examples. Who leaves a value as it is does not say that it is to be written otherwise than
/// what is declared of the column has it.
fn examples<'a>(
    table: &'a Table,
    view: &'a Normalised,
    agreed: &'a Agreed,
    canonical: &BTreeMap<CellId, Option<String>>,
    cells: &[CellId],
) -> Vec<Example<'a>> {
    let example = |&cell: &CellId| {
        let label = &agreed.cells[&cell];
        let (written, now, meant) = (table.text(cell), view.table.text(cell), label.value.as_deref());
        let is_declared = meant == written && canonical[&cell].as_deref() == now;
        Example { written, now, meant: if is_declared { now } else { meant }, weight: label.probability }
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
        let cells = match place < column.dictionary().len() {
            true => u64::from(counts.get(place).copied().unwrap_or_default()),
            false => table.rows() as u64 - counts.iter().map(|&count| u64::from(count)).sum::<u64>(),
        };
        Value { written, now, cells }
    };
    first.iter().enumerate().map(value).collect()
}

/// The values of a column of which the view makes one thing in one row and another in the next.
fn by_row(table: &Table, view: &Normalised, attribute: AttributeId) -> BTreeSet<usize> {
    let (read, seen) = (table.column(attribute), view.table.column(attribute));
    let mut first: Vec<Option<Code>> = vec![None; read.dictionary().len() + 1];
    let mut varying = BTreeSet::new();
    for row in table.row_ids() {
        let (place, code) = (slot(table, attribute, read.code(row)), seen.code(row));
        if *first[place].get_or_insert(code) != code {
            varying.insert(place);
        }
    }
    varying
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
    // What people write is what they mean: rewrites of what was written are not for it.
    let view = normalise(&small, &constraints.clone().without_rewrites()).table;
    let text = |&cell: &CellId| {
        let row = RowId(rows.binary_search(&cell.row).expect("the rows are those of the labels") as u32);
        (cell, view.text(CellId { row, ..cell }).map(str::to_owned))
    };
    agreed.cells.keys().map(text).collect()
}

impl TaughtColumn {
    fn shown(&self, first: u32) -> Vec<Option<Shown>> {
        let reasons: Vec<String> = self.learned.programs.iter().map(|program| self.reason(program, first)).collect();
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

    /// The labelled rows that show a program: `as in 4 labelled rows (2, 17, 30, …)`.
    fn reason(&self, program: &Program, first: u32) -> String {
        let rows: Vec<RowId> = program.examples.iter().map(|&at| self.examples[at].row).collect();
        as_in(&rows, first)
    }

    /// What was learned that writes cells otherwise: the rewrites, the labelled rows that show each, and the cells from row
    /// `first` on that it changes at a confidence of `least` or more.
    pub(crate) fn programs(&self, first: u32, least: f64) -> impl Iterator<Item = (&[Rewrite], Vec<RowId>, u64)> {
        let mut cells = vec![0u64; self.learned.programs.len()];
        let missing = self.learned.rewritten.len().saturating_sub(1);
        for code in self.codes.iter().skip(first as usize) {
            let place = if code.is_null() { missing } else { code.index() };
            let rewritten = self.learned.rewritten.get(place).and_then(Option::as_ref);
            if let Some(rewritten) = rewritten.filter(|rewritten| rewritten.probability >= least && !rewritten.as_now) {
                cells[rewritten.program] += 1;
            }
        }
        let programs = self.learned.programs.iter().zip(cells).filter(|(program, _)| !program.rewrites.is_empty());
        programs.map(move |(program, cells)| {
            let rows = program.examples.iter().map(|&at| self.examples[at].row).collect();
            (program.rewrites.as_slice(), rows, cells)
        })
    }
}

impl TaughtColumn {
    /// Whether these rewrites, as rules, do to every value what was learned of it and nothing else. What is learned holds for
    /// values of one shape, and a rule for all that it fits.
    pub(crate) fn is_rule(&self, table: &Table, rewrites: &[Rewrite]) -> bool {
        let column = table.column(self.attribute);
        let does = |(text, learned): (Option<&str>, &Option<Rewritten>)| match rewrite(rewrites, text) {
            None => true,
            Some((new, _)) => learned.as_ref().is_some_and(|learned| learned.new == new),
        };
        let texts = column.dictionary().iter().map(|(_, text)| Some(text));
        let missing = column.codes().iter().any(|code| code.is_null()).then_some(None);
        let last = self.learned.rewritten.last().filter(|_| missing.is_some());
        texts.zip(&self.learned.rewritten).chain(missing.zip(last)).all(does)
    }
}

/// The labelled rows that show something, in words; those before `first` are of a model.
pub(crate) fn as_in(rows: &[RowId], first: u32) -> String {
    let own: Vec<u64> = rows.iter().filter_map(|row| Some(RowId(row.0.checked_sub(first)?).number())).collect();
    let of_model = rows.len() - own.len();
    let named: Vec<String> = own.iter().take(MOST_NAMED).map(u64::to_string).collect();
    let more = if own.len() > MOST_NAMED { ", …" } else { "" };
    let labelled = match own.len() {
        0 => None,
        1 => Some(format!("the labelled row {}", named[0])),
        many => Some(format!("{many} labelled rows ({}{more})", named.join(", "))),
    };
    let known = match of_model {
        0 => None,
        1 => Some("a labelled row of the model".to_owned()),
        many => Some(format!("{many} labelled rows of the model")),
    };
    let all: Vec<String> = labelled.into_iter().chain(known).collect();
    if all.is_empty() { "as other labelled cells are".to_owned() } else { format!("as in {}", all.join(" and ")) }
}

/// The repairs with those that people asked for: each labelled cell that reads otherwise becomes what was said, however sure
/// anything else is, and one that was said to be right is not changed. Cells of columns that are never repaired stay, and
/// those of ragged lines, which may sit in the wrong columns, wait for a person.
pub(crate) fn with_labelled(
    mut repairs: Repairs,
    table: &Table,
    labels: &Labels,
    agreed: &Agreed,
    constraints: &Constraints,
) -> Repairs {
    /// Nobody is always right.
    const MOST_CONFIDENT: f64 = 0.9999;
    /// From this on a label decides, whatever is asked of repairs that nobody saw.
    const DECIDES: f64 = 0.7;
    repairs.items.retain(|repair| !agreed.cells.contains_key(&repair.cell));
    for (&cell, label) in &agreed.cells {
        let old = table.text(cell);
        if old == label.value.as_deref() || is_fixed(constraints, cell.attribute) {
            continue;
        }
        let mut said: Vec<String> = label.labels.iter().map(|&at| said(labels, at)).collect();
        said.dedup();
        let mut repair = Repair {
            cell,
            old: old.map(str::to_owned),
            new: label.value.clone(),
            confidence: label.probability.min(MOST_CONFIDENT),
            decision: if label.probability >= DECIDES { Decision::Apply } else { Decision::Review },
            withheld: None,
            rule: None,
            grounds: Vec::new().into(),
            alternatives: Vec::new(),
            conversion: Some(Box::new(Converted {
                kind: ConversionKind::Labelled,
                reason: format!("corrected by {}", said.join(" and ")),
            })),
        };
        if table.ragged().binary_search(&cell.row).is_ok() {
            repair.withhold(Withheld::RaggedLine);
        }
        repairs.items.push(repair);
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
