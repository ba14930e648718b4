//! The verb that says why a cell reads as it does.

use lustrate_model::{Attention, Candidate, CellPosterior, Contribution, Evidence};
use lustrate_repair::{Change, Repair, Withheld, contribution_words, withheld_words};
use lustrate_rules::{ColumnRole, ConstraintId, Rules};
use lustrate_table::{AttributeId, CellId, RowId, Table};

use crate::column_explanation::ColumnExplanation;
use crate::explanation::{ExplainedCandidate, ExplainedContribution, Explanation, Fate, ReadAs, RulePlace, Verdict};
use crate::naming::{doubt, why_apart};
use crate::outcome::{Decision, Outcome};
use crate::passes::{Pass, Wanted, go_over};
use crate::repair_with_model::{Basis, Keep};
use crate::rule_explanation::RuleExplanation;
use crate::run::{Memory, Progress, Run, Settled};
use crate::{Error, Settings};

/// Probabilities below this are not told apart, so that nothing can be said of what they are made of.
const LEAST: f64 = 1e-290;

/// Says of each of these cells what is believed of it, why, and what [`repair`](crate::repair()) does with it.
///
/// It is the run of [`repair`](crate::repair()) with the same rules and settings, so that the numbers are those of its
/// repairs, whichever cells are asked for. Cells that are surely right are explained too; of cells in columns that the
/// model leaves alone it says why it does. The contributions of each candidate add up to
/// `ln(probability / probability of what is written)`.
///
/// ```
/// use lustrate::{CellName, Settings, Verdict, explain};
/// # use lustrate::{Column, Table};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let cells = |value: &'static str, odd: &'static str| {
/// #     (0..30).map(move |row| Some(if row % 2 == 1 { "x" } else if row == 6 { odd } else { value })).collect::<Column>()
/// # };
/// # let table = Table::new(vec![("zip".into(), cells("00184", "00184")), ("city".into(), cells("Rome", "Rone"))])?;
/// # let source = lustrate::SourceText::new("cities.rules", "zip: fd zip -> city");
/// # let rules = lustrate::parse(&std::sync::Arc::new(source)).rules;
/// let cell = "7:city".parse::<CellName>()?.find(&table)?;
/// let explanations = explain(&table, &rules, &Settings::new(), &[cell])?;
/// let best = &explanations[0].candidates[0];
/// let sum: f64 = best.contributions.iter().map(|contribution| contribution.log_odds).sum();
/// assert!((sum - (best.probability / explanations[0].probability.unwrap()).ln()).abs() < 1e-6);
/// # assert_eq!(explanations[0].fate.decision, Verdict::Apply);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// As [`repair`](crate::repair()).
///
/// # Panics
/// When a cell is none of the table; [`CellName::find`](crate::CellName::find) gives only such as are.
pub fn explain(table: &Table, rules: &Rules, settings: &Settings, cells: &[CellId]) -> Result<Vec<Explanation>, Error> {
    explain_with(table, rules, settings, cells, &|_| ())
}

/// The same, telling how far it has come.
///
/// # Errors
/// As [`explain`].
///
/// # Panics
/// As [`explain`].
pub fn explain_with(
    table: &Table,
    rules: &Rules,
    settings: &Settings,
    cells: &[CellId],
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Vec<Explanation>, Error> {
    let asked = Asked { cells: cells.to_vec(), ..Asked::default() };
    explain_all(table, rules, settings, &asked, progress).map(|explained| explained.cells)
}

/// What is to be explained.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Cells.
    pub cells: Vec<CellId>,
    /// Rules, by their names or what stands for one.
    pub rules: Vec<String>,
    /// Columns.
    pub columns: Vec<AttributeId>,
}

/// The explanations of what was asked for, in the same order.
#[derive(Clone, Debug)]
pub struct Explained {
    /// Of each cell.
    pub cells: Vec<Explanation>,
    /// Of each rule, one for each column that it determines.
    pub rules: Vec<RuleExplanation>,
    /// Of each column.
    pub columns: Vec<ColumnExplanation>,
}

/// Explains cells, rules and columns of one run; see [`explain`].
///
/// # Errors
/// As [`repair`](crate::repair()); a rule that there is not.
///
/// # Panics
/// As [`explain`].
pub fn explain_all(
    table: &Table,
    rules: &Rules,
    settings: &Settings,
    asked: &Asked,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Explained, Error> {
    let known = |cell: &CellId| cell.row.index() < table.rows() && cell.attribute.index() < table.schema().len();
    assert!(asked.cells.iter().all(known), "the cells are of the table");
    let run = Run::new(table, rules, settings)?;
    let named: Vec<ConstraintId> =
        asked.rules.iter().map(|name| run.named(name)).collect::<Result<Vec<_>, _>>()?.concat();
    run.within_threads(|| {
        let cells = &asked.cells.iter().copied().collect();
        let basis = Basis::Rules(rules);
        let wanted = Wanted { basis, settings, cells, blamed_by: &named, memory: Memory::All, keep: Keep::Nothing };
        let mut explained = CellsExplained::of(asked.cells.iter().copied());
        let mut learned = (Vec::new(), Vec::new());
        let look = &mut |pass: Pass<'_>, outcome: &Outcome| {
            explained.explain(&pass, outcome);
            if pass.is_first {
                // What rules and columns are believed to be is learned from the table as it was read.
                let explaining = Explaining::of(&pass);
                let rules = named.iter().map(|&rule| explaining.rule(rule)).collect();
                learned = (rules, asked.columns.iter().map(|&column| explaining.column(column)).collect());
            }
        };
        go_over(table, &run, wanted, look, progress)?;
        let (rules, columns) = learned;
        Ok(Explained { cells: explained.finish(), rules, columns })
    })?
}

/// What the passes of a run believe of some cells and do with them. Of a cell that reads otherwise in the end that is said by the
/// pass that changed it last, of one that reads as at first by the last if others changed it and changed it back, and else by
/// the first.
pub(crate) struct CellsExplained {
    cells: Vec<CellExplained>,
}

struct CellExplained {
    cell: CellId,
    explanation: Option<Explanation>,
    /// Whether a pass changed it that was looked at.
    is_changed: bool,
}

impl CellsExplained {
    /// None of them is explained yet.
    pub(crate) fn of(cells: impl Iterator<Item = CellId>) -> Self {
        let unexplained = |cell| CellExplained { cell, explanation: None, is_changed: false };
        CellsExplained { cells: cells.map(unexplained).collect() }
    }

    /// Explains what a pass says of them; later passes come first.
    pub(crate) fn explain(&mut self, pass: &Pass<'_>, outcome: &Outcome) {
        let explaining = Explaining::of(pass);
        for CellExplained { cell, explanation, is_changed } in &mut self.cells {
            let reads_as_at_first = outcome.table.text(*cell) == outcome.original.text(*cell);
            let changed_here = pass.changed(*cell);
            let decides = match reads_as_at_first {
                true => pass.is_last || (pass.is_first && !*is_changed && !changed_here),
                false => changed_here && !*is_changed,
            };
            *is_changed |= changed_here;
            if decides {
                let written = outcome.original.text(*cell).map(str::to_owned);
                *explanation = Some(Explanation { written, ..explaining.explanation(*cell) });
            }
        }
    }

    /// The explanations, in the order of the cells.
    pub(crate) fn finish(self) -> Vec<Explanation> {
        let explained = self.cells.into_iter().map(|cell| cell.explanation);
        explained.map(|explained| explained.expect("some pass decides every cell")).collect()
    }
}

/// A run, of which cells, rules and columns are explained.
pub(crate) struct Explaining<'a> {
    pub(crate) table: &'a Table,
    pub(crate) run: &'a Run<'a>,
    pub(crate) settled: &'a Settled,
}

impl<'a> Explaining<'a> {
    fn of(pass: &'a Pass<'_>) -> Self {
        Explaining { table: pass.table, run: pass.run, settled: pass.settled }
    }
}

impl Explaining<'_> {
    fn explanation(&self, cell: CellId) -> Explanation {
        let Explaining { table, run, settled } = self;
        let believed = settled.believed.get(&cell);
        let text = |attribute| table.text(CellId { row: cell.row, attribute }).unwrap_or("").to_owned();
        let told = |posterior: &&CellPosterior| posterior.observed_probability >= LEAST;
        let candidates = believed.filter(told).into_iter().flat_map(|posterior| {
            let usable = posterior.candidates.iter().filter(|candidate| candidate.probability >= LEAST);
            usable.map(|candidate| self.candidate(posterior, candidate))
        });
        let set_apart = settled.quarantine.get(&cell.row).map(|reasons| {
            let words = reasons.iter().map(|reason| why_apart(table, &settled.constraints, reason));
            words.collect::<Vec<_>>().join("; ")
        });
        Explanation {
            row: cell.row.number(),
            line: table.line(cell.row),
            key: run.ids.iter().map(|&id| text(id)).collect(),
            column: table.schema().name(cell.attribute).to_owned(),
            written: table.text(cell).map(str::to_owned),
            read_as: self.read_as(cell),
            attention: self.attention(cell.attribute),
            probability: believed.map(|posterior| posterior.observed_probability),
            unlisted: believed.map(|posterior| posterior.unlisted),
            candidates: candidates.collect(),
            fate: self.fate(cell, believed),
            set_apart,
        }
    }

    /// What was changed before the model saw it.
    fn read_as(&self, cell: CellId) -> Option<ReadAs> {
        let read = self.settled.view.table.text(cell);
        if read == self.table.text(cell) {
            return None;
        }
        let conversions = &self.settled.view.conversions;
        let conversion = conversions.iter().find(|conversion| conversion.cell == cell);
        let reason = match (conversion, read) {
            (Some(conversion), _) => conversion.reason.clone(),
            (None, None) => "it stands for a missing value".to_owned(),
            (None, Some(_)) if !self.settled.constraints.columns().get(cell.attribute).rewrites.is_empty() => {
                "a rewrite of the column says how it is written".to_owned()
            }
            (None, Some(_)) => "the column declares how it is written".to_owned(),
        };
        let confidence = conversion.map(|conversion| conversion.confidence);
        Some(ReadAs { value: read.map(str::to_owned), confidence, reason })
    }

    /// Why the cells of a column are not looked at in full, if they are not.
    pub(crate) fn attention(&self, attribute: AttributeId) -> Option<String> {
        let rule = self.settled.constraints.columns().get(attribute);
        let is = |role| rule.roles.contains(&role);
        let alone = match self.settled.model().attention(attribute) {
            Attention::Everything => return None,
            Attention::StringsOnly => {
                "nearly every row has a value of its own and no rule determines it, so only its spelling is looked at"
            }
            Attention::NothingProposed => {
                "it is left alone: nearly every row has a value of its own, no rule determines it, and no spelling looks wrong"
            }
            Attention::OneValue => "it is left alone: all rows have the same value, or none",
            Attention::LeftAlone if is(ColumnRole::Id) => "it is left alone: it identifies rows",
            Attention::LeftAlone if is(ColumnRole::Label) => "it is left alone: it is a label, which the rules declare",
            Attention::LeftAlone if is(ColumnRole::Weight) => {
                "it is left alone: it is a weight, which the rules declare"
            }
            Attention::LeftAlone => "it is left alone",
        };
        Some(alone.to_owned())
    }

    fn candidate(&self, posterior: &CellPosterior, candidate: &Candidate) -> ExplainedCandidate {
        let change = Change { old: posterior.observed.as_deref(), new: candidate.value.as_deref() };
        let mut contributions: Vec<ExplainedContribution> = Vec::new();
        for contribution in &candidate.contributions {
            let explained = self.contribution(posterior.cell, change, contribution);
            // What says the same is one thing to a person, whichever steps of the run said it.
            match contributions.iter_mut().find(|said| said.words == explained.words) {
                Some(said) => said.log_odds += explained.log_odds,
                None => contributions.push(explained),
            }
        }
        contributions.sort_by(|a, b| b.log_odds.abs().total_cmp(&a.log_odds.abs()));
        ExplainedCandidate {
            value: candidate.value.clone(),
            probability: candidate.probability,
            log_odds: contributions.iter().map(|contribution| contribution.log_odds).sum(),
            contributions,
        }
    }

    fn contribution(&self, cell: CellId, change: Change<'_>, contribution: &Contribution) -> ExplainedContribution {
        let constraints = &self.settled.constraints;
        let (kind, rule) = match &contribution.evidence {
            Evidence::Prior => ("prior", None),
            Evidence::InSum => ("column-and-row", None),
            Evidence::Context { rule, .. } => ("context", *rule),
            Evidence::Reverse { .. } => ("reverse", None),
            Evidence::Spelling => ("spelling", None),
            Evidence::Error { .. } => ("error", None),
            Evidence::Absence { .. } => ("absence", None),
            Evidence::OtherChanges => ("other-changes", None),
            Evidence::Labels { .. } => ("labels", None),
            Evidence::Exchanged { .. } => ("exchanged", None),
            Evidence::Rule { rule, .. } => ("rule", Some(*rule)),
            Evidence::Relation { .. } => ("relation", None),
            Evidence::Usual { .. } => ("usual", None),
            Evidence::Sources { .. } => ("sources", None),
            Evidence::Reference { rule, .. } => ("reference", Some(*rule)),
        };
        ExplainedContribution {
            kind,
            rule: rule.map(|rule| constraints.get(rule).name.clone()),
            rule_at: rule.map(|rule| {
                let origin = &constraints.get(rule).origin;
                RulePlace { file: origin.file.clone(), line: origin.line }
            }),
            rows: match &contribution.evidence {
                Evidence::Context { key, .. } => self.supporting(cell, key, change.new),
                _ => Vec::new(),
            },
            words: contribution_words(self.table.schema(), constraints, change, contribution),
            log_odds: contribution.log_odds,
        }
    }

    /// The first other rows with the same key that hold a value.
    fn supporting(&self, cell: CellId, key: &[(AttributeId, String)], value: Option<&str>) -> Vec<u64> {
        const MOST: usize = 5;
        let view = &self.settled.view.table;
        let has_key = |row: &RowId| {
            let text = |attribute| view.text(CellId { row: *row, attribute });
            key.iter().all(|(attribute, value)| text(*attribute) == Some(value))
        };
        let holds = |row: &RowId| view.text(CellId { row: *row, attribute: cell.attribute }) == value;
        let rows = view.row_ids().filter(|row| *row != cell.row && holds(row) && has_key(row));
        rows.take(MOST).map(RowId::number).collect()
    }

    pub(crate) fn fate(&self, cell: CellId, believed: Option<&CellPosterior>) -> Fate {
        let repairs = &self.settled.repairs.items;
        let Ok(place) = repairs.binary_search_by_key(&cell, |repair| repair.cell) else {
            let reason = self.why_left(cell, believed);
            return Fate { decision: Verdict::Leave, value: None, confidence: None, doubt: None, reason };
        };
        let repair = &repairs[place];
        let decision = match repair.decision {
            Decision::Apply => Verdict::Apply,
            Decision::Review => Verdict::Review,
        };
        Fate {
            decision,
            value: repair.new.clone(),
            confidence: Some(repair.confidence),
            doubt: doubt(repair.decision, repair.withheld),
            reason: self.why_decided(repair),
        }
    }

    fn why_decided(&self, repair: &Repair) -> String {
        let (apply_at, constraints) = (self.run.policy.apply_at(), &self.settled.constraints);
        let converted = repair.conversion.as_ref().map(|conversion| format!("; {}", conversion.reason));
        let why = match (repair.decision, repair.withheld) {
            (Decision::Apply, _) => format!("cells are changed from {apply_at} on"),
            (Decision::Review, None) => format!("it is less sure than {apply_at}, from which on cells are changed"),
            (Decision::Review, Some(withheld)) => withheld_words(constraints, withheld),
        };
        // Which rule it is that asks for a change that nothing else speaks for.
        let rule = match (repair.withheld, repair.rule) {
            (Some(Withheld::Believed), Some(rule)) => format!(" (rule {})", constraints.get(rule).name),
            _ => String::new(),
        };
        why + &rule + &converted.unwrap_or_default()
    }

    fn why_left(&self, cell: CellId, believed: Option<&CellPosterior>) -> String {
        let column = self.settled.constraints.columns().get(cell.attribute);
        if column.roles.contains(&ColumnRole::Id) {
            return "the column identifies rows, and is never changed".to_owned();
        }
        if column.never_repair {
            return "the column is never repaired, as the rules say".to_owned();
        }
        let Some(posterior) = believed else {
            return "nothing is believed of it: its column is left alone".to_owned();
        };
        let best = posterior.candidates.first().filter(|best| best.probability > posterior.observed_probability);
        let review_at = self.run.policy.review_at();
        match best {
            None => "nothing else is more probable than what is written".to_owned(),
            Some(best) if best.probability < review_at => {
                format!("nothing else is as probable as {review_at}, from which on cells are shown for review")
            }
            Some(_) => "what it was probably meant to hold is what is written".to_owned(),
        }
    }
}
