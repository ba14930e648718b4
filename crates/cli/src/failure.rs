//! Why a command did not come to its end.

use std::io;

use lustrate::{Diagnostic, Diagnostics, Error, FailedRule, ReadError, WriteError};

/// Why a command did not come to its end.
#[derive(Debug)]
pub(crate) enum Failure {
    /// What is wrong, to be told to the user.
    Told(Diagnostics),
    /// Nobody reads our results any more (`lustrate … | head`), which is no failure to tell anyone about.
    ClosedPipe,
}

impl From<Diagnostic> for Failure {
    fn from(diagnostic: Diagnostic) -> Self {
        Failure::Told(diagnostic.into())
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Told(error.diagnostics())
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        error.into_diagnostic().into()
    }
}

impl From<WriteError> for Failure {
    fn from(error: WriteError) -> Self {
        error.into_diagnostic().into()
    }
}

/// A failure of standard output.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Failure::ClosedPipe,
            _ => {
                let title = format!("cannot write to standard output: {error}");
                Diagnostic::error("standard-output", title).help("send the output elsewhere").into()
            }
        }
    }
}

/// The messages about rules that make a run fail.
pub(crate) fn failures(failed: &[FailedRule]) -> Diagnostics {
    let told = |rule: &FailedRule| {
        let title = format!("rule {} ({}:{}) fails: {}", rule.name, rule.file, rule.line, rule.reason);
        let help = "mend the data, or write `warn` instead of `fail` where it should only be reported";
        Diagnostic::error("rule-failed", title).help(help)
    };
    failed.iter().map(told).collect()
}
