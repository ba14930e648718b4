//! The one canonical form of a rule file.

use std::sync::Arc;

use lustrate_diagnostic::{Diagnostics, SourceText};

use crate::document::Document;

/// A rule file in its one canonical form: a statement a line, clauses and policies in their order, names in quotes only
/// where they need them. Comments stay, and so do blank lines, of which never two follow each other; a comment within a
/// statement of several lines moves in front of it. A file in another form becomes one in our language. The form of a
/// canonical text is the text itself.
///
/// ```
/// use std::sync::Arc;
/// use lustrate_diagnostic::SourceText;
///
/// let text = "#by law\nzip:  fd zip->city   # since 1963\n";
/// let source = Arc::new(SourceText::new("hospital.rules", text));
/// assert_eq!(lustrate_rules::format(&source).unwrap(), "# by law\nzip: fd zip -> city  # since 1963\n");
/// ```
///
/// # Errors
/// All mistakes of a file that has one: no form would keep what it was meant to say.
pub fn format(source: &Arc<SourceText>) -> Result<String, Diagnostics> {
    Ok(Document::read(source)?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn formatted(text: &str) -> Result<String, Diagnostics> {
        format(&Arc::new(SourceText::new("x.rules", text)))
    }

    fn check(text: &str, expected: &str) {
        assert_eq!(formatted(text).unwrap(), expected, "{text}");
        assert_eq!(formatted(expected).unwrap(), expected);
    }

    #[test]
    fn comments_stay_where_they_are() {
        let text = "\n\n#first\n## Keys\n\n\n#  indented \r\nunique id# why\n\n\nfd a->b\n#!last\n#\n\n";
        let expected = "# first\n## Keys\n\n#  indented\nunique id  # why\n\nfd a -> b\n# !last\n#\n";
        check(text, expected);
    }

    #[test]
    fn a_comment_within_a_statement_moves_in_front_of_it() {
        check(
            "# of zip\nfd zip -> # the town\n  # and\n\n city,\n state # by law",
            "# of zip\n# the town\n# and\nfd zip -> city, state  # by law\n",
        );
    }

    #[test]
    fn a_sign_within_a_text_or_an_expression_begins_no_comment() {
        check(
            "require x != \"#1\" and y matches /#[0-9]+/ #2\nunique \"no #\" because \"# 3\"",
            "require x != \"#1\" and y matches /#[0-9]+/  # 2\nunique \"no #\" because \"# 3\"\n",
        );
    }

    #[test]
    fn other_forms_become_our_language() {
        check(
            "\u{feff}# of the hospital\nt1&t2&EQ(t1.Zip #,t2.Zip #)&IQ(t1.City,t2.City)\n\n\n# end",
            "# of the hospital\nfd \"Zip #\" -> City\n\n# end\n",
        );
        check("  # found\r\na | b # c\r\n", "# found\nfd a -> \"b # c\"\n");
    }

    #[test]
    fn a_file_without_statements_keeps_its_comments() {
        check("", "");
        check("\n \n", "");
        check("\n# a -> b\n\n\n# c", "# a -> b\n\n# c\n");
    }

    #[test]
    fn a_file_with_a_mistake_is_refused_with_all_of_them() {
        let mistakes = formatted("# keep\nfd a\nfd b -> c\nfdd a -> b").unwrap_err();
        assert_eq!(mistakes.iter().map(|mistake| mistake.code).collect::<Vec<_>>(), ["syntax", "unknown-statement"]);
    }
}
