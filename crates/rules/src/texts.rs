//! Rules as texts to keep, from which they can be read again where the files are not at hand.

use std::sync::Arc;

use lustrate_table::Table;

use crate::Rules;

impl Rules {
    /// The rules in their canonical form, as texts with the names of the files that they stand in: parsed in this order, one
    /// behind the other, they are the rules again. Where it can be, each statement is on the line on which it was written.
    ///
    /// Rules of a file that another one uses stand in the place of its `use`, so that a file may come twice: what is before
    /// that, and what is behind. Tables that rules name are no part of it: [`Rules::references`] gives them.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use lustrate_diagnostic::SourceText;
    ///
    /// let text = "# by law\nzip:  fd zip->city";
    /// let rules = lustrate_rules::parse(&Arc::new(SourceText::new("hospital.rules", text))).rules;
    /// assert_eq!(rules.texts(), [("hospital.rules".to_owned(), "\nzip: fd zip -> city\n".to_owned())]);
    /// ```
    pub fn texts(&self) -> Vec<(String, String)> {
        let mut texts: Vec<(String, String)> = Vec::new();
        let mut lines = 0;
        for written in self.items.iter().filter(|written| !self.stands_for_included(written)) {
            let name = &written.source().name;
            if texts.last().is_none_or(|(last, _)| last != name) {
                texts.push((name.clone(), String::new()));
                lines = 0;
            }
            let (_, text) = texts.last_mut().expect("one was pushed if there was none");
            let (line, _) = written.source().place(written.span().start);
            let blank = (line as usize).saturating_sub(lines + 1);
            text.extend(std::iter::repeat_n('\n', blank));
            let statement = written.rule().to_string();
            lines += blank + 1 + statement.matches('\n').count();
            text.push_str(&statement);
            text.push('\n');
        }
        texts
    }

    /// The tables that were handed over ([`Rules::attach`]), by their paths.
    pub fn references(&self) -> impl ExactSizeIterator<Item = (&str, &Arc<Table>)> {
        self.attached.iter().map(|(path, table)| (path.as_str(), table))
    }
}

#[cfg(test)]
mod tests {
    use lustrate_diagnostic::SourceText;

    use super::*;
    use crate::parse;

    fn read(name: &str, text: &str) -> Rules {
        parse(&Arc::new(SourceText::new(name, text))).into_result().unwrap()
    }

    fn lines(rules: &Rules) -> Vec<(String, u32, String)> {
        let line = |written: &crate::Written| {
            let (line, _) = written.source().place(written.span().start);
            (written.source().name.clone(), line, written.rule().to_string())
        };
        rules.iter().filter(|written| written.rule().keyword() != "use").map(line).collect()
    }

    #[test]
    fn the_texts_are_the_rules_again_each_on_its_line() {
        let mut rules =
            read("x.rules", "# of towns\n\nunique id\nuse \"y.rules\"\n\n\nzip: fd zip ->\n  city hard # by law\n");
        rules.include("x.rules", "y.rules", read("y.rules", "\ndeny ships < ordered\n"));
        rules.extend(read("z.rules", "column weight text"));
        let mut again = Rules::new();
        for (name, text) in rules.texts() {
            again.extend(read(&name, &text));
        }
        assert_eq!(lines(&again), lines(&rules));
        assert_eq!(again.to_string(), rules.to_string());
        assert_eq!(again.texts(), rules.texts());
    }
}
