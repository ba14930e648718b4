//! Ctrl-C, and the signals that ask a program to end.

use std::sync::{Mutex, PoisonError};

use crate::{temporary, terminal};

/// Held while files are being written.
static WRITING: Mutex<()> = Mutex::new(());

/// What shells report for a program that was interrupted.
const INTERRUPTED: i32 = 130;

/// From now on an interrupt waits until the files that are being written are whole, and then ends the program: so it
/// leaves neither half a file nor a temporary one.
pub(crate) fn install() {
    // Where no handler can be set an interrupt ends the program at once, as it does any other.
    let _ = ctrlc::set_handler(|| {
        uninterrupted(|| {
            terminal::restore();
            temporary::remove();
            std::process::exit(INTERRUPTED)
        })
    });
}

/// Writes files without being interrupted.
pub(crate) fn uninterrupted<T>(write: impl FnOnce() -> T) -> T {
    let _writing = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    write()
}
