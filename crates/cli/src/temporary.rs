//! Files that are gone when the program ends, however it does.

use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use tempfile::TempDir;

/// The folder of all of them, which is made for the first.
static FOLDER: Mutex<Option<TempDir>> = Mutex::new(None);

/// A path of this name for a file that is gone when the program ends.
///
/// # Errors
/// When no folder can be made where the system keeps what is temporary.
pub(crate) fn file(name: &str) -> io::Result<PathBuf> {
    let mut folder = FOLDER.lock().unwrap_or_else(PoisonError::into_inner);
    let there = match folder.take() {
        Some(there) => there,
        None => tempfile::Builder::new().prefix("lustrate-").tempdir()?,
    };
    Ok(folder.insert(there).path().join(name))
}

/// Removes them all.
pub(crate) fn remove() {
    drop(FOLDER.lock().unwrap_or_else(PoisonError::into_inner).take());
}
