//! The rules that a table shows, for people and for programs.

use std::path::Path;

use lustrate::{Colour, Proposals, Section};
use serde::Serialize;

use crate::lines::{labelled, with_parts};
use crate::numbers::counted;
use crate::shell::command;

/// What was found in a table, and where it went.
#[derive(Clone, Copy, Debug)]
pub struct Discovered<'a> {
    /// What was found.
    pub found: &'a Proposals,
    /// The name of the table's file.
    pub data: &'a str,
    /// The rule file that was written; `None` where the rules are the result.
    pub output: Option<&'a Path>,
}

/// The rule file; where it was written, what is in it and what to do next.
pub fn discovered_text(discovered: &Discovered<'_>, colour: Colour) -> String {
    let Discovered { found, data, output } = discovered;
    let Some(output) = output else { return found.text(data) };
    let shown = output.display().to_string();
    let kinds = found.items.iter().map(|item| name(item.section));
    let total = counted(found.items.len() as u64, "rule");
    let rows = format!("{}, {}", counted(found.rows, "row"), counted(found.columns, "column"));
    let next = command(["repair", *data, "-r", &shown]);
    labelled(
        &[
            ("Table", format!("{data}: {rows}")),
            ("Rules", with_parts(total, kinds, "kind")),
            ("File", shown),
            ("Next", format!("read it, leave out what is not so, and run {next}")),
        ],
        colour,
    )
}

/// One object: the table, and the rules with what speaks for each.
pub fn discovered_json(discovered: &Discovered<'_>) -> String {
    #[derive(Serialize)]
    struct Item<'a> {
        about: &'static str,
        rule: &'a str,
        evidence: &'a str,
    }
    #[derive(Serialize)]
    struct Object<'a> {
        data: &'a str,
        rows: u64,
        columns: u64,
        output: Option<String>,
        rules: Vec<Item<'a>>,
        remarks: &'a [String],
    }
    let Discovered { found, data, output } = *discovered;
    let items = found.items.iter();
    let rules = items.map(|item| Item { about: name(item.section), rule: &item.statement, evidence: &item.evidence });
    let output = output.map(|output| output.display().to_string());
    let object = Object {
        data,
        rows: found.rows,
        columns: found.columns,
        output,
        rules: rules.collect(),
        remarks: &found.remarks,
    };
    serde_json::to_string_pretty(&object).expect("texts and numbers make JSON") + "\n"
}

/// What the statements of a section are about.
fn name(section: Section) -> &'static str {
    match section {
        Section::Columns => "columns",
        Section::Sources => "sources",
        Section::Keys => "keys",
        Section::Dependencies => "dependencies",
        Section::Conditions => "conditions",
        Section::Numbers => "numbers",
    }
}
