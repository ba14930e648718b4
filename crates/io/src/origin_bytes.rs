//! The bytes of the file that a table came from.

use std::fs;
use std::path::Path;

use crate::WriteError;
use crate::read::cannot_read;
use crate::write::changed_since;

/// Reads the whole file once more.
///
/// # Errors
/// When it cannot be read, or has another length than it had.
pub(crate) fn origin_bytes(path: &Path, bytes: u64) -> Result<Vec<u8>, WriteError> {
    let content = fs::read(path).map_err(|error| cannot_read(path, &error))?;
    if content.len() as u64 == bytes { Ok(content) } else { Err(changed_since(path).into()) }
}
