//! What was found, as a rule file.

use std::fmt::Write;
use std::sync::Arc;

use lustrate_diagnostic::SourceText;
use lustrate_rules::{Form, Rules, parse_as};

/// The rules that a table shows, in the order in which a person reads them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Proposals {
    /// The statements, by section.
    pub items: Vec<Proposal>,
    /// What else is seen, which no statement says: columns that are put together from others, values of one column that
    /// stand in another. Each is a sentence without its stop.
    pub remarks: Vec<String>,
    /// Data rows of the table.
    pub rows: u64,
    /// Columns of the table.
    pub columns: u64,
}

/// A statement and what speaks for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// Where it stands.
    pub section: Section,
    /// The statement, in the rule language, on one line.
    pub statement: String,
    /// What speaks for it, in a sentence without its stop.
    pub evidence: String,
}

/// The parts of a proposed file, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// What columns are, and how they are written.
    Columns,
    /// Who reports on what.
    Sources,
    /// Keys.
    Keys,
    /// What depends on what.
    Dependencies,
    /// What follows from a single value.
    Conditions,
    /// Orders and equations between numbers.
    Numbers,
}

impl Section {
    /// The line above its statements.
    fn title(self) -> &'static str {
        match self {
            Section::Columns => "What the columns hold. What is behind `format` is how most values are written.",
            Section::Sources => "Rows are reports of several sources, which count by how often they are right.",
            Section::Keys => "No two rows have the same key.",
            Section::Dependencies => {
                "Rows that agree left of the arrow agree right of it. The best borne out come first."
            }
            Section::Conditions => "What follows from single values.",
            Section::Numbers => "Orders and equations within a row.",
        }
    }
}

impl Proposals {
    /// The name of the rules where they stand in no file.
    pub const NAME: &str = "discovered";

    /// The statements of a section.
    pub fn of(&self, section: Section) -> impl Iterator<Item = &Proposal> {
        self.items.iter().filter(move |item| item.section == section)
    }

    /// Them as a rule file about the table of this name, each with what speaks for it behind it.
    ///
    /// It says nothing that [`Proposals::rules`] does not say: both give the same repairs.
    pub fn text(&self, table: &str) -> String {
        let rows = if self.rows == 1 { "the row" } else { "the rows" };
        let show = if self.rows == 1 { "shows" } else { "show" };
        let mut text = format!(
            "# What {rows} of {} {show}; how often each line holds stands behind it. Leave out or mend what is not so: what a\n\
             # line forbids is put right where that is sure enough, and with `warn` behind it is only told.\n\nversion 1\n",
            one_line(table)
        );
        let mut section = None;
        for item in &self.items {
            if section != Some(item.section) {
                section = Some(item.section);
                writeln!(text, "\n# {}", item.section.title()).expect("a text takes what is written");
            }
            writeln!(text, "{}  # {}", item.statement, one_line(&item.evidence)).expect("a text takes what is written");
        }
        if !self.remarks.is_empty() {
            text.push_str("\n# Seen too, and no rule:\n");
        }
        for remark in &self.remarks {
            writeln!(text, "# {}", one_line(remark)).expect("a text takes what is written");
        }
        if self.items.is_empty() {
            text.push_str("\n# No rule was found that the rows bear out.\n");
        }
        text
    }

    /// Them as rules.
    pub fn rules(&self) -> Rules {
        let lines: String = self.items.iter().map(|item| format!("{}\n", item.statement)).collect();
        parse_as(&Arc::new(SourceText::new(Self::NAME, lines)), Form::Lustrate).rules
    }
}

/// A text on one line, as a comment must be.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
