//! Tests that could not run.

use std::io::{self, Write};

/// Says on standard error that a test did not run, and what it lacked: `skipped: <what> (<lacks>)`.
///
/// The line is written past the capture of the test harness, so that a run in which nothing was tested does not look
/// like one in which all went well.
pub fn skip(what: &str, lacks: &str) {
    // A notice that cannot be written is no reason to fail.
    let _ = writeln!(io::stderr(), "skipped: {what} ({lacks})");
}
