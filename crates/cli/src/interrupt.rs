//! Ctrl-C, and the signals that ask a program to end.

use std::process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use lustrate::abandon_unfinished;

use crate::{temporary, terminal};

/// What shells report for a program that was interrupted.
const INTERRUPTED: i32 = 130;

/// Whether an interrupt is ending the program.
static ENDING: AtomicBool = AtomicBool::new(false);

/// From now on an interrupt ends the program at once, also while it writes: files that are not whole are removed, and where
/// several belong together those of them that are new. An output is then the old file, the whole new one, or absent.
/// With `--force` some of several outputs may be new and the others old, as each takes the place of its own.
pub(crate) fn install() {
    // Where no handler can be set an interrupt ends the program at once, as it does any other.
    let _ = ctrlc::set_handler(|| {
        ENDING.store(true, Ordering::SeqCst);
        // No file gets its name from here on.
        let _abandoned = abandon_unfinished();
        terminal::restore();
        temporary::remove();
        process::exit(INTERRUPTED)
    });
    // A limit on the size of files (`ulimit -f`) ends a program without a word, unless it says that it is told by the write.
    #[cfg(unix)]
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, std::sync::Arc::default());
}

/// Does not return if an interrupt is ending the program: what fails because its files are gone is not to be told.
pub(crate) fn give_way() {
    while ENDING.load(Ordering::SeqCst) {
        thread::park();
    }
}
