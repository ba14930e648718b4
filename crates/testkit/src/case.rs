//! Literate cases: found, read and split.

use std::fs;
use std::path::{Path, PathBuf};

use crate::{Block, fence, project_root};

/// One literate case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The name of the file without `.md`.
    pub name: String,
    /// The file.
    pub path: PathBuf,
    /// The title: the first line, without its `#`.
    pub title: String,
    /// What stands between the title and the first block.
    pub sentence: String,
    /// The blocks in order.
    pub blocks: Vec<Block>,
}

/// The cases of a theme: all of `testdata/cases/<theme>/*.md`, by name.
///
/// # Panics
/// When there is none, or one is no case: the message names the file and what it lacks.
pub fn cases(theme: &str) -> Vec<Case> {
    cases_in(&project_root().join("testdata/cases").join(theme))
}

/// The cases of a folder, by name.
///
/// # Panics
/// As [`cases`].
pub fn cases_in(folder: &Path) -> Vec<Case> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let paths = entries.map(|entry| entry.unwrap_or_else(|error| panic!("{}: {error}", folder.display())).path());
    let mut paths: Vec<_> = paths.filter(|path| path.extension().is_some_and(|ext| ext == "md")).collect();
    assert!(!paths.is_empty(), "{}: no case ends in .md", folder.display());
    paths.sort();
    paths.iter().map(|path| Case::read(path)).collect()
}

impl Case {
    /// Reads one case.
    ///
    /// # Panics
    /// When the file cannot be read, has no title or sentence, or leaves a block open.
    pub fn read(path: &Path) -> Case {
        let at = path.display();
        let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{at}: {error}"));
        Case::parse(path, &text).unwrap_or_else(|lack| panic!("{at}: {lack}"))
    }

    fn parse(path: &Path, text: &str) -> Result<Case, String> {
        let blocks = fence::blocks(text).map_err(|line| format!("the block of line {line} is never closed"))?;
        let prose = text.split("\n```").next().unwrap_or_default();
        let (title, sentence) = prose.split_once('\n').unwrap_or((prose, ""));
        let title = title.strip_prefix("# ").ok_or("the first line is no title: write `# ` and the statement")?;
        let sentence = sentence.trim();
        if sentence.is_empty() {
            return Err("no sentence between the title and the first block: say what is expected and why".to_owned());
        }
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Case { name, path: path.to_owned(), title: title.to_owned(), sentence: sentence.to_owned(), blocks })
    }

    /// The text of the first block with this info string, each line with its line end.
    pub fn block(&self, info: &str) -> Option<&str> {
        self.blocks.iter().find(|block| block.info == info).map(|block| block.text.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_has_a_title_a_sentence_and_blocks() {
        let text = "# Typos yield\n\nOne row of four\nis off.\n\n```csv\na\n1\n```\n\n```repairs\n```\n";
        let case = Case::parse(Path::new("detect/typo.md"), text).unwrap();
        assert_eq!((case.name.as_str(), case.title.as_str()), ("typo", "Typos yield"));
        assert_eq!(case.sentence, "One row of four\nis off.");
        assert_eq!(case.block("csv"), Some("a\n1\n"));
        assert_eq!((case.block("repairs"), case.block("findings")), (Some(""), None));
    }

    #[test]
    fn a_case_without_a_sentence_is_refused() {
        let parse = |text| Case::parse(Path::new("x.md"), text).unwrap_err();
        assert!(parse("# Title\n\n```csv\n```\n").contains("no sentence"));
        assert!(parse("Title\n").contains("no title"));
        assert!(parse("# Title\n\nWhy.\n```csv\n").contains("line 4"));
    }
}
