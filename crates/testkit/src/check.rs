//! Expected text against what came out.

use std::fmt;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use crate::{Case, fence};

/// An expected block or file that is not what came out. Its `Display` is a line diff with the place of the block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The file.
    pub path: PathBuf,
    /// The info string of the block; empty where the whole file is what is expected.
    pub info: String,
    /// What is expected.
    pub expected: String,
    /// What came out.
    pub actual: String,
}

impl Case {
    /// Compares the first block with this info string with what came out; white space at the end of either does not
    /// count, and a missing block expects nothing.
    ///
    /// With `LUSTRATE_BLESS=1` in the environment the block is rewritten instead, or added to the end of the file.
    ///
    /// # Errors
    /// Where they differ.
    ///
    /// # Panics
    /// When the file is to be rewritten and cannot be.
    pub fn check(&self, info: &str, actual: &str) -> Result<(), Mismatch> {
        let expected = self.block(info).unwrap_or_default();
        if expected.trim_end() == actual.trim_end() {
            return Ok(());
        }
        if blessing() {
            self.bless(info, actual);
            return Ok(());
        }
        let (expected, actual) = (expected.to_owned(), actual.to_owned());
        Err(Mismatch { path: self.path.clone(), info: info.to_owned(), expected, actual })
    }

    /// Writes what came out into the file. The file is read again, since another block may have been written since.
    fn bless(&self, info: &str, actual: &str) {
        let at = self.path.display();
        let old = fs::read_to_string(&self.path).unwrap_or_else(|error| panic!("{at}: {error}"));
        let new = with_block(&old, info, actual);
        fs::write(&self.path, new).unwrap_or_else(|error| panic!("{at}: {error}"));
    }
}

/// Compares a whole file with what came out, line by line; white space at the end of either does not count, and a file
/// that is not there expects nothing.
///
/// With `LUSTRATE_BLESS=1` in the environment the file is written instead.
///
/// # Errors
/// Where they differ.
///
/// # Panics
/// When the file cannot be read, or is to be written and cannot be.
pub fn check_file(path: &Path, actual: &str) -> Result<(), Mismatch> {
    let expected = match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        read => read.unwrap_or_else(|error| panic!("{}: {error}", path.display())),
    };
    if expected.trim_end() == actual.trim_end() {
        return Ok(());
    }
    if blessing() {
        let text = format!("{}\n", actual.trim_end());
        fs::write(path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        return Ok(());
    }
    Err(Mismatch { path: path.to_owned(), info: String::new(), expected, actual: actual.to_owned() })
}

/// Whether what came out is to be written over what was expected.
fn blessing() -> bool {
    env::var_os("LUSTRATE_BLESS").is_some_and(|value| value == "1")
}

/// The text of a case with one block replaced, or added to its end.
fn with_block(case: &str, info: &str, actual: &str) -> String {
    let mut body = actual.trim_end().to_owned();
    if !body.is_empty() {
        body.push('\n');
    }
    let block = fence::blocks(case).ok().and_then(|blocks| blocks.into_iter().find(|block| block.info == info));
    match block {
        Some(block) => [&case[..block.span.start], &body, &case[block.span.end..]].concat(),
        None => format!("{}\n\n```{info}\n{body}```\n", case.trim_end()),
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let block = if self.info.is_empty() { String::new() } else { format!(" `{}`", self.info) };
        writeln!(f, "{}:{block} is not what came out (- expected, + came out)", self.path.display())?;
        let expected: Vec<&str> = self.expected.trim_end().lines().collect();
        let actual: Vec<&str> = self.actual.trim_end().lines().collect();
        for (sign, line) in diff(&expected, &actual) {
            writeln!(f, "{sign} {line}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Mismatch {}

/// A shortest line diff by the longest common subsequence; blocks are a screenful, so its square is small.
fn diff<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<(char, &'a str)> {
    // `common[i][j]`: lines in common of the tails from i and from j.
    let mut common = vec![vec![0usize; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            let skip = common[i + 1][j].max(common[i][j + 1]);
            common[i][j] = if old[i] == new[j] { common[i + 1][j + 1] + 1 } else { skip };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut lines = Vec::new();
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            lines.push((' ', old[i]));
            (i, j) = (i + 1, j + 1);
        } else if j == new.len() || (i < old.len() && common[i + 1][j] >= common[i][j + 1]) {
            lines.push(('-', old[i]));
            i += 1;
        } else {
            lines.push(('+', new[j]));
            j += 1;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASE: &str = "# T\n\nWhy.\n\n```csv\na\n```\n\n```repairs\nold\n```\n\nAfter.\n";

    #[test]
    fn a_blessed_block_replaces_the_old_one_and_nothing_else() {
        assert_eq!(with_block(CASE, "repairs", "new\nlines\n\n"), CASE.replace("old", "new\nlines"));
        assert_eq!(with_block(CASE, "repairs", ""), CASE.replace("old\n", ""));
    }

    #[test]
    fn a_block_that_is_not_there_is_added_to_the_end() {
        assert_eq!(with_block(CASE, "review", "x"), format!("{CASE}\n```review\nx\n```\n"));
    }

    #[test]
    fn a_mismatch_shows_the_lines_that_differ() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("case.md");
        fs::write(&path, CASE.replace("old", "one\ntwo\nthree")).unwrap();
        let case = Case::read(&path);
        assert_eq!(case.check("repairs", "one\ntwo\nthree"), Ok(()));
        assert_eq!(case.check("findings", ""), Ok(()));
        let mismatch = Mismatch { path: Path::new("case.md").into(), ..case.check("repairs", "one\n3\n").unwrap_err() };
        let shown = "case.md: `repairs` is not what came out (- expected, + came out)\n  one\n- two\n- three\n+ 3\n";
        assert_eq!(mismatch.to_string(), shown);
    }

    #[test]
    fn a_file_is_held_against_what_came_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.expected");
        fs::write(&path, "one\ntwo\n").unwrap();
        assert_eq!(check_file(&path, "one\ntwo"), Ok(()));
        let mismatch = check_file(&path, "one\n").unwrap_err();
        let mismatch = Mismatch { path: Path::new("x.expected").into(), ..mismatch };
        assert_eq!(mismatch.to_string(), "x.expected: is not what came out (- expected, + came out)\n  one\n- two\n");
        assert_eq!(check_file(&folder.path().join("absent"), ""), Ok(()));
        assert!(check_file(&folder.path().join("absent"), "x").is_err());
    }
}
