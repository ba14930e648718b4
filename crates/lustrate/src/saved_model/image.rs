//! What is in the file of a model, as plain data. It is a map by names: fields that a later version adds are skipped by this one,
//! and those that it lacks are empty.

use std::collections::BTreeMap;
use std::sync::Arc;

use lustrate_diagnostic::SourceText;
use lustrate_model::{Judgement, Parameters};
use lustrate_rules::{Form, Rules, parse_as};
use lustrate_table::{Column, RowId, RowLines, Table};
use serde::{Deserialize, Serialize};

use super::rows::compact;
use super::{CellDecision, RulesOrigin, SavedModel};
use crate::settings::Learning;

#[derive(Serialize, Deserialize)]
pub(super) struct Image {
    rows: TableImage,
    rules: RulesImage,
    settings: Learning,
    parameters: Parameters,
    #[serde(default)]
    judgement: Judgement,
    #[serde(default)]
    decisions: Vec<CellDecision>,
}

#[derive(Serialize, Deserialize)]
struct TableImage {
    columns: Vec<ColumnImage>,
    /// The ragged rows, from 0.
    #[serde(default)]
    ragged: Vec<u32>,
}

#[derive(Serialize, Deserialize)]
struct ColumnImage {
    name: String,
    /// The distinct values in the order of their first appearance.
    values: Vec<String>,
    /// For each row the place of its value among these, from 1; 0 where it is missing.
    cells: Vec<u32>,
}

#[derive(Serialize, Deserialize)]
struct RulesImage {
    given: bool,
    /// Names of files, and texts in the rule language.
    texts: Vec<(String, String)>,
    /// The tables that rules name, by their paths.
    #[serde(default)]
    references: BTreeMap<String, TableImage>,
}

impl Image {
    pub(super) fn new(model: &SavedModel) -> Self {
        let references = model.rules.references().map(|(path, table)| (path.to_owned(), TableImage::new(table)));
        Image {
            rows: TableImage::new(&model.rows),
            rules: RulesImage {
                given: model.origin == RulesOrigin::Given,
                texts: model.rules.texts(),
                references: references.collect(),
            },
            settings: Learning::new(&model.settings),
            parameters: model.parameters.clone(),
            judgement: model.judgement.clone(),
            decisions: model.decisions.clone(),
        }
    }

    /// The model.
    ///
    /// # Errors
    /// What contradicts itself, in words.
    pub(super) fn model(self) -> Result<SavedModel, String> {
        let rows = self.rows.table()?;
        let RulesImage { given, .. } = self.rules;
        for decision in &self.decisions {
            let column = rows.schema().find(&decision.column);
            if column.is_none() || decision.row >= rows.rows() as u64 {
                return Err(format!(
                    "a decision is of no cell, row {} of `{}`",
                    decision.row.saturating_add(1),
                    decision.column
                ));
            }
        }
        Ok(SavedModel {
            file: None,
            rows,
            rules: self.rules.rules()?,
            origin: if given { RulesOrigin::Given } else { RulesOrigin::Found },
            settings: self.settings.settings()?,
            parameters: self.parameters,
            judgement: self.judgement,
            decisions: self.decisions,
        })
    }
}

impl TableImage {
    fn new(table: &Table) -> Self {
        let table = compact(table);
        let column = |attribute| {
            let column = table.column(attribute);
            ColumnImage {
                name: table.schema().name(attribute).to_owned(),
                values: column.dictionary().iter().map(|(_, text)| text.to_owned()).collect(),
                cells: column.codes().iter().map(|code| code.0.wrapping_add(1)).collect(),
            }
        };
        TableImage {
            columns: table.schema().ids().map(column).collect(),
            ragged: table.ragged().iter().map(|row| row.0).collect(),
        }
    }

    fn table(self) -> Result<Table, String> {
        let columns: Vec<(String, Column)> = self
            .columns
            .into_iter()
            .map(|column| Ok((column.name.clone(), column.column()?)))
            .collect::<Result<_, String>>()?;
        let table = Table::new(columns).map_err(|error| error.to_string())?;
        let ascending = self.ragged.is_sorted_by(|a, b| a < b);
        if !ascending || self.ragged.last().is_some_and(|&row| row as usize >= table.rows()) {
            return Err("the ragged rows are none of its rows".to_owned());
        }
        Ok(table.with_lines(RowLines::new(), self.ragged.into_iter().map(RowId).collect()))
    }
}

impl ColumnImage {
    fn column(self) -> Result<Column, String> {
        // A row of each value, and one without, from which the rows are drawn.
        let values: Column =
            std::iter::once(None).chain(self.values.iter().map(|value| Some(value.as_str()))).collect();
        if values.dictionary().len() != self.values.len() {
            return Err(format!("a value of column `{}` is listed twice", self.name));
        }
        if self.cells.iter().any(|&place| place as usize > self.values.len()) {
            return Err(format!("a cell of column `{}` has none of its values", self.name));
        }
        Ok(values.select(&self.cells.iter().map(|&place| RowId(place)).collect::<Vec<_>>()))
    }
}

impl RulesImage {
    fn rules(self) -> Result<Rules, String> {
        let mut rules = Rules::new();
        for (name, text) in self.texts {
            let parsed = parse_as(&Arc::new(SourceText::new(name.clone(), text)), Form::Lustrate).into_result();
            rules.extend(parsed.map_err(|mistakes| {
                let first = mistakes.iter().next().map_or(String::new(), |mistake| format!(": {}", mistake.title));
                format!("its rules from `{name}` cannot be read{first}")
            })?);
        }
        let mut references = self.references;
        for wanted in rules.wanted() {
            if let Some(table) = references.remove(&wanted.path) {
                rules.attach(&wanted.rules_file, &wanted.file, Arc::new(table.table()?));
            }
        }
        Ok(rules)
    }
}
