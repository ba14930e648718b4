//! The bytes of the file that a table came from.

use std::io::Read;

use lustrate_table::OriginFile;

use crate::WriteError;
use crate::read::cannot_read;
use crate::write::read_again;

/// Reads the whole file once more, without its compression.
///
/// # Errors
/// When it cannot be read, or has another length than it had.
pub(crate) fn origin_bytes(file: &OriginFile) -> Result<Vec<u8>, WriteError> {
    let mut content = Vec::new();
    read_again(file)?.read_to_end(&mut content).map_err(|error| cannot_read(&file.path, &error))?;
    Ok(content)
}
