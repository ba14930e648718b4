//! The file formats.

use std::path::Path;

/// The first and the last bytes of a Parquet file.
pub(crate) const PARQUET_MAGIC: &[u8] = b"PAR1";

/// A file format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Csv,
    Parquet,
}

impl Format {
    /// The format that the extension of a file stands for: Parquet for `.parquet` and `.pq`, text for all else. How the file
    /// is compressed is told by [`compression_by_name`](crate::compression::compression_by_name).
    pub(crate) fn by_extension(path: &Path) -> Self {
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or("");
        if ["parquet", "pq"].iter().any(|known| extension.eq_ignore_ascii_case(known)) {
            Format::Parquet
        } else {
            Format::Csv
        }
    }
}
