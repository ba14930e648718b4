//! The one error of this crate.

use lustrate_diagnostic::{Diagnostic, Diagnostics};
use lustrate_io::{ReadError, WriteError};
use lustrate_repair::PolicyError;

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
    /// Settings that make no sense.
    #[error("{0}")]
    Settings(String),
    /// A file could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl Error {
    /// All messages, sorted by place, each with what to do instead.
    pub fn diagnostics(self) -> Diagnostics {
        match self {
            Error::Read(error) => error.into_diagnostic().into(),
            Error::RuleFile(diagnostic) => (*diagnostic).into(),
            Error::Rules(diagnostics) => diagnostics,
            Error::Settings(message) => Diagnostic::error("settings", message).into(),
            Error::Write(error) => error.into_diagnostic().into(),
        }
    }
}

impl From<PolicyError> for Error {
    fn from(error: PolicyError) -> Self {
        Error::Settings(error.to_string())
    }
}
