//! Standard input and output as tables, and inputs that can be read once only.

use std::fs::{self, File};
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};

use lustrate::{Diagnostic, TableFile, ending_by_content};
use lustrate_report::{STANDARD_INPUT, STANDARD_OUTPUT};

use crate::failure::Failure;
use crate::meter::Meter;
use crate::temporary;

/// What stands for standard input or output on the command line.
pub(crate) const STREAM: &str = "-";

/// Whether a path stands for standard input or output.
pub(crate) fn is_stream(path: &Path) -> bool {
    path == Path::new(STREAM)
}

/// What messages call a table.
pub(crate) fn input_name(data: &Path) -> String {
    if is_stream(data) { STANDARD_INPUT.to_owned() } else { data.display().to_string() }
}

/// What messages call an output.
pub(crate) fn output_name(output: &Path) -> String {
    if is_stream(output) { STANDARD_OUTPUT.to_owned() } else { output.display().to_string() }
}

/// A table as a file that can be read as often as needed: standard input, a pipe or a device is copied first, as what is
/// written is made from it in a second reading.
///
/// # Errors
/// When it cannot be read, or there is no room for the copy.
pub(crate) fn lasting(data: &Path, meter: &Meter) -> Result<TableFile, Failure> {
    if is_stream(data) {
        let is_typed = io::stdin().is_terminal();
        meter.say(if is_typed { "waiting for a table to be typed; Ctrl-D ends it" } else { "reading standard input" });
        return copied(STANDARD_INPUT, io::stdin().lock());
    }
    if !fs::metadata(data).is_ok_and(|found| !found.is_file() && !found.is_dir()) {
        return Ok(TableFile::new(data));
    }
    let name = data.display().to_string();
    meter.say(format!("reading {name}"));
    let pipe = File::open(data).map_err(|error| unreadable(&name, &error))?;
    copied(&name, pipe)
}

fn copied(name: &str, mut input: impl Read) -> Result<TableFile, Failure> {
    let path = temporary::file("standard-input").map_err(|error| no_room(&error))?;
    let mut file = File::create(&path).map_err(|error| no_room(&error))?;
    let mut piece = vec![0; 1 << 16];
    loop {
        let read = match input.read(&mut piece) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(unreadable(name, &error).into()),
        };
        io::Write::write_all(&mut file, &piece[..read]).map_err(|error| no_room(&error))?;
    }
    Ok(TableFile::new(path).called(name))
}

/// A file for what goes to standard output, which is written there once it is whole: in the form of the table.
///
/// # Errors
/// When the table cannot be read, or there is no room for the file.
pub(crate) fn output_of(data: &TableFile) -> Result<PathBuf, Failure> {
    let ending = ending_by_content(data)?;
    Ok(temporary::file(&format!("standard-output.{ending}")).map_err(|error| no_room(&error))?)
}

/// Writes a file to standard output.
///
/// # Errors
/// When nobody reads standard output, or it cannot be written to.
pub(crate) fn send(file: &Path) -> Result<(), Failure> {
    let mut file = File::open(file).map_err(|error| no_room(&error))?;
    let mut out = io::stdout().lock();
    io::copy(&mut file, &mut out)?;
    Ok(io::Write::flush(&mut out)?)
}

fn unreadable(name: &str, error: &io::Error) -> Diagnostic {
    Diagnostic::error("cannot-read", format!("cannot read `{name}`: {error}")).help("name a file instead")
}

fn no_room(error: &io::Error) -> Diagnostic {
    let title = format!("cannot keep a copy of standard input or output: {error}");
    let help = "make room where the system keeps temporary files, or say where else with the variable TMPDIR";
    Diagnostic::error("no-temporary-file", title).help(help)
}
