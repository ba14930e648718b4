//! Mends can be pasted: what a message about a file of the corpus says to write, written somewhere about the marked place,
//! takes the message away.

use std::fs;
use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, SourceText};
use lustrate_rules::{Form, parse_as};
use lustrate_testkit::project_root;

/// The messages about a statement, which is a line.
fn told(line: &str) -> Vec<Diagnostic> {
    parse_as(&Arc::new(SourceText::new("x.rules", line)), Form::Lustrate).diagnostics.iter().cloned().collect()
}

/// What stands between the backticks behind the first "write".
fn mend(help: &str) -> Option<&str> {
    let (_, rest) = help.split_once("write `")?;
    let (mend, _) = rest.split_once('`')?;
    Some(mend)
}

/// The places in a line at which something may be replaced: the ends of words, texts and signs.
fn ends(line: &str) -> Vec<usize> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut ends = vec![0, line.len()];
    let mut before = ' ';
    for (place, c) in line.char_indices() {
        if !(is_word(before) && is_word(c)) {
            ends.push(place);
        }
        before = c;
    }
    ends.sort_unstable();
    ends.dedup();
    ends
}

/// Whether the mend, in the place of some part of the line that touches the marked one, leaves fewer messages, or as many
/// that are all about what comes behind it.
fn helps(line: &str, diagnostic: &Diagnostic, mend: &str, messages: usize) -> bool {
    let span = diagnostic.label.as_ref().map(|label| label.span).unwrap();
    let ends = ends(line);
    let mut parts: Vec<(usize, usize)> = Vec::new();
    for &start in ends.iter().filter(|&&start| start <= span.end) {
        parts.extend(ends.iter().filter(|&&end| end >= start && end >= span.start).map(|&end| (start, end)));
    }
    parts.sort_by_key(|&(start, end)| start.abs_diff(span.start) + end.abs_diff(span.end));
    parts.iter().any(|&(start, end)| {
        ["", " "].into_iter().any(|blank| {
            let begun = format!("{}{blank}{mend}", &line[..start]);
            let left = told(&format!("{begun}{blank}{}", &line[end..]));
            let is_behind = |left: &Diagnostic| left.label.as_ref().is_some_and(|label| label.span.start > begun.len());
            left.len() < messages || left.len() == messages && left.iter().all(is_behind)
        })
    })
}

#[test]
fn what_a_message_says_to_write_can_be_written() {
    let folder = project_root().join("testdata/rules/err");
    let mut paths: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "rules"));
    paths.sort();
    let (mut tried, mut failures) = (0, Vec::new());
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        for line in text.lines().filter(|line| line.len() < 200) {
            let messages = told(line);
            for diagnostic in &messages {
                let Some(mend) = diagnostic.help.as_deref().and_then(mend) else { continue };
                tried += 1;
                if !helps(line, diagnostic, mend, messages.len()) {
                    failures.push(format!(
                        "{}: {line}\n    {}",
                        path.file_stem().unwrap().display(),
                        diagnostic.help.as_deref().unwrap()
                    ));
                }
            }
        }
    }
    assert!(tried > 300, "{tried} mends");
    assert!(failures.is_empty(), "{} of {tried}\n{}", failures.len(), failures.join("\n"));
}
