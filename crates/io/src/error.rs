//! Why a file could not be read or written.

use std::io;
use std::path::Path;

use lustrate_diagnostic::Diagnostic;

/// Why a file could not be read. The diagnostic names the file, the place in it where there is one, and the mend.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.title)]
pub struct ReadError(Box<Diagnostic>);

impl ReadError {
    /// The message with its mend.
    pub fn diagnostic(&self) -> &Diagnostic {
        &self.0
    }

    /// The message with its mend.
    pub fn into_diagnostic(self) -> Diagnostic {
        *self.0
    }
}

impl From<Diagnostic> for ReadError {
    fn from(diagnostic: Diagnostic) -> Self {
        ReadError(Box::new(diagnostic))
    }
}

/// Why a file could not be written. Nothing is left half written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// What was asked for cannot be done; the diagnostic says why, and what to do instead.
    #[error("{}", .0.title)]
    Refused(Box<Diagnostic>),
    /// The system failed while the file was being written.
    #[error("cannot write: {0}")]
    Io(#[from] io::Error),
}

impl WriteError {
    /// The message with its mend.
    pub fn into_diagnostic(self) -> Diagnostic {
        match self {
            WriteError::Refused(diagnostic) => *diagnostic,
            WriteError::Io(error) => Diagnostic::error("cannot-write", format!("cannot write: {error}")),
        }
    }

    /// Names the file in a failure of the system.
    pub(crate) fn on(self, path: &Path) -> Self {
        match self {
            WriteError::Refused(_) => self,
            WriteError::Io(error) => cannot_write(path, &error).into(),
        }
    }
}

impl From<Diagnostic> for WriteError {
    fn from(diagnostic: Diagnostic) -> Self {
        WriteError::Refused(Box::new(diagnostic))
    }
}

impl From<ReadError> for WriteError {
    /// Writing reads the origin of the table again.
    fn from(error: ReadError) -> Self {
        WriteError::Refused(error.0)
    }
}

/// The message for a failure of the system while a file was written.
pub(crate) fn cannot_write(path: &Path, error: &io::Error) -> Diagnostic {
    let diagnostic = Diagnostic::error("cannot-write", format!("cannot write `{}`: {error}", path.display()));
    match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            diagnostic.help("name an output in a folder that you may write to")
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            diagnostic.help("free some space, or name an output on another disk")
        }
        io::ErrorKind::FileTooLarge => diagnostic
            .help("raise the limit on the size of files (`ulimit -f`), or name an output on a disk that has none"),
        _ => diagnostic,
    }
}
