//! A file that is to be read as a table, and what is known of it beforehand.

use std::path::{Path, PathBuf};

use crate::CsvOptions;

/// A file that is to be read as a table, and what is known of it beforehand.
///
/// ```
/// use lustrate_io::{CsvOptions, TableFile, read_table_file};
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("orders.txt");
/// # std::fs::write(&path, "id|city\n1|Bend\n")?;
/// let file = TableFile::new(&path).text(CsvOptions { delimiter: Some(b'|'), encoding: None, ..CsvOptions::default() });
/// assert_eq!(read_table_file(&file)?.table.schema().len(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableFile {
    path: PathBuf,
    name: Option<PathBuf>,
    options: CsvOptions,
    sheet: Option<String>,
}

impl TableFile {
    /// The file at a path, of which nothing is known.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        TableFile { path: path.into(), name: None, options: CsvOptions::default(), sheet: None }
    }

    /// What messages call it, where that is not its path.
    pub fn called(mut self, name: impl Into<PathBuf>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// How it is written, if it is text.
    pub fn text(mut self, options: CsvOptions) -> Self {
        self.options = options;
        self
    }

    /// Which sheet of a workbook is read, by its name, or its number from 1; the first without this.
    pub fn sheet(mut self, sheet: Option<impl Into<String>>) -> Self {
        self.sheet = sheet.map(Into::into);
        self
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What messages call it.
    pub fn name(&self) -> &Path {
        self.name.as_deref().unwrap_or(&self.path)
    }

    /// The sheet that is asked for.
    pub(crate) fn asked_sheet(&self) -> Option<&str> {
        self.sheet.as_deref()
    }

    /// How it is written, if it is text, as far as that is known.
    pub(crate) fn options(&self) -> CsvOptions {
        self.options
    }
}

impl<P: AsRef<Path>> From<P> for TableFile {
    fn from(path: P) -> Self {
        TableFile::new(path.as_ref())
    }
}
