//! How the rows of a Parquet file are grouped.

use lustrate_table::{Origin, Table};
use parquet::file::reader::FileReader;
use parquet::file::serialized_reader::SerializedFileReader;

use crate::WriteError;
use crate::ended::EndedFile;
use crate::parquet_read::damaged;
use crate::write::open_again;

/// The rows of each row group of the Parquet file that a table came from, in order; none for other tables.
///
/// # Errors
/// When the file has gone, is not as long as it was, or cannot be read.
pub fn row_groups(table: &Table) -> Result<Vec<u64>, WriteError> {
    let Some(Origin::Parquet { file, .. }) = table.origin() else { return Ok(Vec::new()) };
    let reader =
        SerializedFileReader::new(EndedFile::new(open_again(file)?)).map_err(|error| damaged(&file.path, &error))?;
    Ok(reader.metadata().row_groups().iter().map(|group| group.num_rows() as u64).collect())
}
