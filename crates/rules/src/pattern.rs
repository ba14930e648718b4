//! Regular expressions that a whole text must match.

use std::fmt;

use regex::Regex;

/// A regular expression, anchored at both ends. Two are the same if they are written alike.
#[derive(Clone, Debug)]
pub struct Pattern {
    written: String,
    anchored: Regex,
}

impl Pattern {
    /// Compiles what stands between the slashes.
    ///
    /// # Errors
    /// What the expression lacks, as the compiler says it.
    pub fn new(written: &str) -> Result<Self, regex::Error> {
        // The expression alone is compiled first, so that a bracket of ours cannot close one of its own.
        Regex::new(written)?;
        let anchored = Regex::new(&format!("^(?:{written})$"))?;
        Ok(Pattern { written: written.to_owned(), anchored })
    }

    /// The expression as it is written, without slashes.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// Whether the whole text matches.
    pub fn matches(&self, text: &str) -> bool {
        self.anchored.is_match(text)
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.written == other.written
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{}/", self.written.replace('/', "\\/"))
    }
}
