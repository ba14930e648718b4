//! Why a command did not come to its end.

use std::io;

use lustrate::{Diagnostic, Diagnostics, Error, ReadError, WriteError};

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
