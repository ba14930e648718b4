//! Regular expressions that a whole text must match.

use std::fmt;

use lustrate_diagnostic::Diagnostic;
pub(crate) use lustrate_values::between_slashes;
use regex::Regex;

use crate::cursor::Cursor;
use crate::lexer::TokenKind;

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

/// Reads a regular expression between slashes.
pub(crate) fn pattern(cursor: &mut Cursor<'_>) -> Result<Pattern, Diagnostic> {
    let Some(TokenKind::Regex(written)) = cursor.peek() else {
        let help = match cursor.peek() {
            Some(TokenKind::Text(text)) => format!("write `/{}/`", text.replace('/', "\\/")),
            _ => "write it between slashes, as `/[0-9]{5}/`, with no blank behind the first".to_owned(),
        };
        return Err(cursor.expected("a regular expression").help(help));
    };
    let pattern = Pattern::new(written).map_err(|error| {
        if let regex::Error::CompiledTooBig(most) = error {
            let title = format!("the regular expression takes more than {} MiB of memory", most >> 20);
            return Diagnostic::error("bad-pattern", title)
                .at(cursor.source, cursor.span(), "too large with its repetitions written out")
                .help("repeat less: counts such as `{1000}` within each other multiply");
        }
        // The compiler draws the expression on several lines; what it lacks is on the last.
        let shown = error.to_string();
        let cause = shown.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
        Diagnostic::error("bad-pattern", format!("the regular expression is not right: {cause}"))
            .at(cursor.source, cursor.span(), "does not compile")
            .help(mend_of(&cause))
    })?;
    cursor.advance();
    Ok(pattern)
}

/// What to write instead where the compiler says that an expression lacks something.
fn mend_of(cause: &str) -> &'static str {
    if cause.starts_with("unclosed character class") {
        "close the class with `]`, or write `\\[` for the character"
    } else if cause.starts_with("unclosed group") {
        "close the group with `)`, or write `\\(` for the character"
    } else if cause.starts_with("unopened group") {
        "open the group with `(`, or write `\\)` for the character"
    } else if cause.starts_with("unclosed counted repetition") || cause.starts_with("repetition quantifier") {
        "write the count as `{5}` or `{2,5}`, or `\\{` for the character"
    } else if cause.starts_with("repetition operator missing") {
        "write what is repeated before `*`, `+`, `?` or `{`, or `\\` before the character that stands for itself"
    } else if cause.starts_with("invalid repetition count range") {
        "write the smaller count first, as in `{2,5}`"
    } else if cause.starts_with("exceed") {
        "write it with fewer brackets within each other"
    } else if cause.starts_with("look-around") || cause.starts_with("backreferences") {
        "write it without looking around or back: say it in two rules, each with an expression of its own"
    } else {
        "write `\\` before a character such as `(`, `[`, `*` or `+` that stands for itself"
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.written == other.written
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&between_slashes(&self.written))
    }
}
