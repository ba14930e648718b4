//! The forms of the repairs file.

use std::path::Path;

use lustrate_diagnostic::Diagnostic;

/// A form of the repairs file. All have the fields of [`REPAIRS_HEADER`](crate::REPAIRS_HEADER), and in all of them a
/// missing value differs from an empty text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RepairsForm {
    /// Comma-separated, with a header. Missing is the empty field, the empty text is written `""`; keys and alternatives are
    /// joined by `|`.
    Csv,
    /// A JSON object a line. Missing is `null`; keys and alternatives are lists.
    JsonLines,
    /// Columns with types. Missing is null; keys are lists, alternatives lists of values with their probabilities.
    Parquet,
}

impl RepairsForm {
    /// The form for the extension of a file name, without regard to case; `None` where there is no such form.
    pub fn by_extension(extension: &str) -> Option<Self> {
        match extension.to_ascii_lowercase().as_str() {
            "csv" => Some(RepairsForm::Csv),
            "jsonl" => Some(RepairsForm::JsonLines),
            "parquet" => Some(RepairsForm::Parquet),
            _ => None,
        }
    }

    /// The form of a file by its name.
    ///
    /// # Errors
    /// A name that stands for no form.
    pub fn of(path: &Path) -> Result<Self, Diagnostic> {
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        RepairsForm::by_extension(extension).ok_or_else(|| {
            let title = format!("`{}` is no name of a repairs file", path.display());
            let help = "give the file one of the endings `.csv`, `.jsonl` and `.parquet`";
            Diagnostic::error("repairs-form", title).help(help)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_follows_the_extension() {
        assert_eq!(RepairsForm::by_extension("CSV"), Some(RepairsForm::Csv));
        assert_eq!(RepairsForm::by_extension("jsonl"), Some(RepairsForm::JsonLines));
        assert_eq!(RepairsForm::of(Path::new("a.b.Parquet")), Ok(RepairsForm::Parquet));
        assert!(RepairsForm::of(Path::new("a.txt")).is_err() && RepairsForm::of(Path::new("csv")).is_err());
    }
}
