//! The files that a command line names as the table.

use std::path::{Path, PathBuf};

use lustrate::{Diagnostic, renamed, with_word};
use lustrate_report::counted;

use crate::outputs::identity;
use crate::streams::{input_name, is_stream};

/// The files that words name, in their order: a word that names no file but has `*`, `?` or `[` in it stands for all files
/// that it matches, by name, but for those that a run on others of them writes.
///
/// # Errors
/// A word that matches no file, a file that is named twice, and standard input among others.
pub(crate) fn expand(words: &[PathBuf]) -> Result<Vec<PathBuf>, Diagnostic> {
    let mut files = Vec::with_capacity(words.len());
    for word in words {
        match is_pattern(word) {
            true => files.extend(matched(word)?),
            false => files.push(word.clone()),
        }
    }
    if files.len() > 1 && files.iter().any(|file| is_stream(file)) {
        let title = "standard input (`-`) cannot be one of several files";
        return Err(Diagnostic::error("stream-among-files", title).help("name `-` alone, or files only"));
    }
    let same = |place: &usize| files[..*place].iter().any(|earlier| identity(earlier) == identity(&files[*place]));
    match (1..files.len()).find(same) {
        Some(twice) => {
            let title = format!("`{}` is named twice", files[twice].display());
            Err(Diagnostic::error("same-input", title).help("name each file once: its rows would count twice"))
        }
        None => Ok(files),
    }
}

/// What messages call the table that words name: its file, or what stands for its files.
pub(crate) fn table_name(words: &[PathBuf]) -> String {
    match words {
        [only] => input_name(only),
        [first, others @ ..] => format!("{} and {}", input_name(first), counted(others.len() as u64, "more file")),
        [] => String::new(),
    }
}

/// Whether a word stands for files that it matches.
pub(crate) fn is_pattern(word: &Path) -> bool {
    let has_signs = word.to_str().is_some_and(|word| word.contains(['*', '?', '[']));
    has_signs && word.symlink_metadata().is_err()
}

fn matched(word: &Path) -> Result<Vec<PathBuf>, Diagnostic> {
    let shown = word.display();
    let pattern = word.to_str().expect("a pattern is text");
    let options = glob::MatchOptions { require_literal_leading_dot: true, ..glob::MatchOptions::new() };
    let found = glob::glob_with(pattern, options).map_err(|error| {
        let title = format!("`{shown}` is no file, and no pattern either: {}", error.msg);
        Diagnostic::error("bad-pattern", title)
            .help("check the path; `*` and `?` stand for any letters, `[ab]` for one of these")
    })?;
    let mut files: Vec<PathBuf> = found.flatten().filter(|path| path.is_file()).collect();
    files.sort();
    let made: Vec<PathBuf> = files.iter().flat_map(|file| made_of(file)).collect();
    files.retain(|file| !made.contains(file));
    if files.is_empty() {
        let title = format!("no file matches `{shown}`");
        return Err(Diagnostic::error("no-such-file", title).help("check the path, or name the files one by one"));
    }
    Ok(files)
}

/// What a run writes beside a file.
fn made_of(file: &Path) -> [PathBuf; 3] {
    [with_word(file, "clean"), with_word(file, "quarantine"), file.with_file_name(renamed(file, "repairs.csv"))]
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in
            ["part-10.csv", "part-2.csv", "part-2.clean.csv", "part-2.repairs.csv", ".part-0.csv", "[x].csv", "x.csv"]
        {
            fs::write(folder.path().join(name), "a\n1\n").unwrap();
        }
        fs::create_dir(folder.path().join("part-3.csv")).unwrap();
        folder
    }

    fn expanded(words: &[&str]) -> Result<Vec<String>, &'static str> {
        let folder = folder();
        let words: Vec<PathBuf> = words.iter().map(|word| folder.path().join(word)).collect();
        let name = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
        expand(&words).map(|files| files.iter().map(name).collect()).map_err(|error| error.code)
    }

    #[test]
    fn a_pattern_stands_for_files_by_name_without_what_a_run_wrote() {
        assert_eq!(expanded(&["part-*.csv"]).unwrap(), ["part-10.csv", "part-2.csv"]);
        assert_eq!(expanded(&["x.csv", "part-?.csv"]).unwrap(), ["x.csv", "part-2.csv"]);
        assert_eq!(expanded(&["part-2.clean.csv"]).unwrap(), ["part-2.clean.csv"], "what is named is read");
    }

    #[test]
    fn a_file_that_is_called_like_a_pattern_is_a_file() {
        assert_eq!(expanded(&["[x].csv"]).unwrap(), ["[x].csv"]);
        assert_eq!(expanded(&["[xy].csv"]).unwrap(), ["x.csv"]);
        assert_eq!(expanded(&["none.csv"]).unwrap(), ["none.csv"], "who reads it says that it is missing");
    }

    #[test]
    fn nothing_twice_nothing_at_all_and_streams_are_refused() {
        assert_eq!(expanded(&["none-*.csv"]), Err("no-such-file"));
        assert_eq!(expanded(&["x.csv", "[xy].csv"]), Err("same-input"));
        assert_eq!(expanded(&["part-[.csv"]), Err("bad-pattern"));
        assert_eq!(expand(&["-".into(), "x.csv".into()]).unwrap_err().code, "stream-among-files");
    }
}
