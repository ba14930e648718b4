//! A statement that may be proposed.

use lustrate_table::AttributeId;

use crate::Section;

/// A statement before it is held against the rows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Draft {
    /// Where it stands in the file.
    pub section: Section,
    /// The statement. A column of which less is said where the rows do not bear all of it out has the rest behind it.
    pub statements: Vec<String>,
    /// The column that it declares.
    pub declares: Option<AttributeId>,
    /// What speaks for it.
    pub evidence: Evidence,
}

/// What is told of a statement.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Evidence {
    /// In how many rows it holds, which is counted of all rows.
    Counted,
    /// These words.
    Told(String),
    /// The first words of the first statement, the second of all that the draft says.
    ToldOfFirst(String, String),
}

impl Draft {
    /// A rule of which is counted where it holds.
    pub fn rule(section: Section, statement: String) -> Self {
        Draft { section, statements: vec![statement], declares: None, evidence: Evidence::Counted }
    }

    /// The statement as it stands now.
    pub fn statement(&self) -> Option<&str> {
        self.statements.first().map(String::as_str)
    }

    /// The draft without the statement as it stands now.
    pub fn weaken(&mut self) {
        self.statements.remove(0);
        if let Evidence::ToldOfFirst(_, words) = &self.evidence {
            self.evidence = Evidence::Told(words.clone());
        }
    }
}
