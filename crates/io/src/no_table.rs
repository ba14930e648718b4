//! What is told of columns that make no table.

use lustrate_diagnostic::Diagnostic;
use lustrate_table::TableError;

/// The message for a file whose columns make no table.
pub(crate) fn no_table(name: &str, error: &TableError) -> Diagnostic {
    let help = match error {
        TableError::TooManyRows => "split the file into smaller ones",
        TableError::DuplicateName(_) => "rename one of the two columns",
        TableError::UnequalLength(_) | TableError::OtherColumns(_) => "write or download the file again",
    };
    Diagnostic::error("no-table", format!("`{name}`: {error}")).help(help)
}
