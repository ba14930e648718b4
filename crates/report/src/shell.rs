//! Commands that a reader can copy into a shell.

/// A command of this program between backticks, each word quoted where a shell would read it otherwise.
pub(crate) fn command<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let words = words.into_iter().map(|word| format!(" {}", shell_word(word)));
    format!("`lustrate{}`", words.collect::<String>())
}

/// A word as shells read it back: as it is where nothing in it means something to them, else in single quotes, and with
/// escapes where it would not fit on one line.
pub(crate) fn shell_word(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./,:@%+=".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    if !word.contains(char::is_control) {
        return format!("'{}'", word.replace('\'', r"'\''"));
    }
    let escaped = |c: char| match c {
        '\'' | '\\' => format!("\\{c}"),
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        '\t' => "\\t".to_owned(),
        c if c.is_ascii_control() => format!("\\{:03o}", u32::from(c)),
        c => c.to_string(),
    };
    format!("$'{}'", word.chars().map(escaped).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_where_a_shell_would_read_them_otherwise() {
        let told = ["a/b-c.csv", "été.csv", "a b", "it's", "a;b", "$x", "", "a\nb'", "~"].map(shell_word);
        let expected = ["a/b-c.csv", "été.csv", "'a b'", r"'it'\''s'", "'a;b'", "'$x'", "''", r"$'a\nb\''", "'~'"];
        assert_eq!(told, expected);
    }
}
