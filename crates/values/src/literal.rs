//! Texts and regular expressions as the rule language writes them.

/// A text in double quotes, with the escapes that the lexer of the rule language resolves.
pub fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// A regular expression between slashes. It stands on one line, begins with no blank, and has no backslash before a slash:
/// `on_a_line` makes any expression so.
pub fn between_slashes(written: &str) -> String {
    format!("/{}/", written.replace('/', "\\/"))
}

/// An expression that says the same and can stand between slashes: a slash is written without a backslash, a line end as
/// `\n`, and a blank at the start by its number.
pub(crate) fn on_a_line(written: &str) -> String {
    let mut line = String::with_capacity(written.len());
    let mut characters = written.chars();
    while let Some(c) = characters.next() {
        match c {
            '\\' => match characters.next() {
                Some('/') => line.push('/'),
                Some('\n') => line.push_str("\\n"),
                Some('\r') => line.push_str("\\r"),
                escaped => line.extend(std::iter::once('\\').chain(escaped)),
            },
            '\n' => line.push_str("\\n"),
            '\r' => line.push_str("\\r"),
            c if line.is_empty() && c.is_whitespace() => line.push_str(&format!("\\x{{{:x}}}", u32::from(c))),
            c => line.push(c),
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_on_a_line_says_the_same() {
        assert_eq!(on_a_line(r"a\/b"), "a/b");
        assert_eq!(on_a_line(r"a\\/b"), r"a\\/b");
        assert_eq!(on_a_line(" a\nb"), r"\x{20}a\nb");
        assert_eq!(on_a_line(r"(\d+) kg"), r"(\d+) kg");
        let one = regex::Regex::new(&on_a_line(" a\n/")).unwrap();
        assert!(one.is_match(" a\n/"));
    }

    #[test]
    fn slashes_and_quotes_are_escaped() {
        assert_eq!(between_slashes("a/b"), r"/a\/b/");
        assert_eq!(quoted("a\"\\\n"), r#""a\"\\\n""#);
    }
}
