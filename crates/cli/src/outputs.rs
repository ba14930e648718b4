//! The files that a command is going to write: whether they can be.

use std::fs;
use std::path::{Path, PathBuf};

use lustrate::{Diagnostic, Overwrite, check_output};

use crate::failure::Failure;
use crate::streams::{input_name, is_stream};

/// Whether outputs can be named after a table: it is no standard input, nor only a name for an open file, such as
/// `/dev/stdin`.
pub(crate) fn is_namesake(input: &Path) -> bool {
    let folder = fs::canonicalize(folder_of(input)).unwrap_or_default();
    let is_descriptor = folder == Path::new("/dev") || (folder.starts_with("/proc") && folder.ends_with("fd"));
    !is_stream(input) && !is_descriptor
}

/// Refuses to name outputs after what is only a name for an open file.
///
/// # Errors
/// One message, which asks for a name.
pub(crate) fn check_namesake(input: &Path) -> Result<(), Diagnostic> {
    if is_namesake(input) {
        return Ok(());
    }
    let title = format!("`{}` is no file after which the output could be named", input_name(input));
    let help = "name the output with `-o`, such as `-o clean.csv`; `-o -` is standard output";
    Err(Diagnostic::error("no-output-name", title).help(help))
}

/// Looks before the long work whether everything can be written that will be: no output is an input or another
/// output, its folder is there and can be written to, and what is there may be overwritten.
///
/// # Errors
/// One message, which names all outputs that are there already.
pub(crate) fn check_outputs(outputs: &[&Path], inputs: &[&Path], overwrite: Overwrite) -> Result<(), Failure> {
    for (place, output) in outputs.iter().enumerate() {
        check_names(output, &outputs[..place], inputs)?;
        check_output(output, Overwrite::Yes)?;
        check_folder(output)?;
    }
    let there = outputs.iter().filter(|output| overwrite == Overwrite::No && output.symlink_metadata().is_ok());
    let there: Vec<String> = there.map(|output| format!("`{}`", output.display())).collect();
    let (title, them) = match there.split_last() {
        None => return Ok(()),
        Some((only, [])) => (format!("{only} is there already"), "it"),
        Some((last, others)) => (format!("{} and {last} are there already", others.join(", ")), "them"),
    };
    let help = format!("add `--force` to overwrite {them}, or name another output");
    Err(Diagnostic::error("output-exists", title).help(help).into())
}

fn check_names(output: &Path, earlier: &[&Path], inputs: &[&Path]) -> Result<(), Diagnostic> {
    let shown = output.display();
    let is_same = |other: &&Path| identity(other) == identity(output);
    if inputs.iter().any(is_same) {
        let title = format!("`{shown}` is an input, which is never written to");
        return Err(Diagnostic::error("output-is-input", title).help("name another output"));
    }
    if earlier.iter().any(is_same) {
        let title = format!("`{shown}` cannot hold two outputs");
        return Err(Diagnostic::error("same-output", title).help("name a file for each of them"));
    }
    Ok(())
}

fn check_folder(output: &Path) -> Result<(), Diagnostic> {
    let folder = folder_of(output);
    tempfile::tempfile_in(folder).map(drop).map_err(|error| {
        let (output, folder) = (output.display(), folder.display());
        let title = format!("cannot write `{output}`: no file can be made in `{folder}`: {error}");
        Diagnostic::error("cannot-write", title).help("name an output in a folder that you may write to, with `-o`")
    })
}

/// The one path that stands for a file, whether it is there or not.
pub(crate) fn identity(path: &Path) -> PathBuf {
    let by_folder = || Some(fs::canonicalize(folder_of(path)).ok()?.join(path.file_name()?));
    fs::canonicalize(path).ok().or_else(by_folder).unwrap_or_else(|| path.to_owned())
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_output_is_no_input_and_no_other_output_however_it_is_spelt() {
        let folder = tempfile::tempdir().unwrap();
        let [input, output] = ["in.csv", "out.csv"].map(|name| folder.path().join(name));
        fs::write(&input, "a\n1\n").unwrap();
        let codes = |outputs: &[&Path]| match check_outputs(outputs, &[&input], Overwrite::Yes) {
            Err(Failure::Told(refused)) => refused.iter().map(|diagnostic| diagnostic.code).collect(),
            _ => Vec::new(),
        };
        assert_eq!(codes(&[&output]), Vec::<&str>::new());
        assert_eq!(codes(&[&folder.path().join("./in.csv")]), ["output-is-input"]);
        assert_eq!(codes(&[&output, &folder.path().join("./out.csv")]), ["same-output"]);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
