//! The one error of this crate.

use lustrate_diagnostic::{Diagnostic, Diagnostics};
use lustrate_io::{ReadError, WriteError};

/// Why a run could not go on. [`Error::diagnostics`] gives the messages with their places and mends.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A table could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A rule file could not be read.
    #[error("{}", .0.title)]
    RuleFile(Box<Diagnostic>),
    /// Rules that do not parse, or do not fit the table.
    #[error("the rules have {} mistakes", .0.iter().filter(|diagnostic| diagnostic.is_error()).count())]
    Rules(Diagnostics),
    /// Settings that make no sense, or do not fit the table.
    #[error("{}", .0.title)]
    Settings(Box<Diagnostic>),
    /// A repairs file that cannot be used, or not on this table.
    #[error("{}", .0.iter().next().map_or("the repairs cannot be used", |first| first.title.as_str()))]
    Repairs(Diagnostics),
    /// Label files that cannot be used, or not for this table.
    #[error("{}", .0.iter().next().map_or("the labels cannot be used", |first| first.title.as_str()))]
    Labels(Diagnostics),
    /// A saved model that cannot be used, or not on this table.
    #[error("{}", .0.title)]
    Model(Box<Diagnostic>),
    /// A file could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl Error {
    /// All messages, sorted by place, each with what to do instead.
    pub fn diagnostics(self) -> Diagnostics {
        match self {
            Error::Read(error) => error.into_diagnostic().into(),
            Error::RuleFile(diagnostic) | Error::Settings(diagnostic) | Error::Model(diagnostic) => {
                (*diagnostic).into()
            }
            Error::Rules(diagnostics) | Error::Repairs(diagnostics) | Error::Labels(diagnostics) => diagnostics,
            Error::Write(error) => error.into_diagnostic().into(),
        }
    }

    pub(crate) fn model(code: &'static str, title: impl Into<String>, help: impl Into<String>) -> Self {
        Error::Model(Box::new(Diagnostic::error(code, title).help(help)))
    }

    pub(crate) fn settings(code: &'static str, title: impl Into<String>, help: impl Into<String>) -> Self {
        Error::Settings(Box::new(Diagnostic::error(code, title).help(help)))
    }
}
