//! Going on after mistakes: the rules that can be used, and a warning for each of the others.

use std::collections::BTreeSet;
use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, Diagnostics, Label, Severity};
use lustrate_table::Schema;

use crate::bind::{Attempt, attempt};
use crate::statements::Role;
use crate::{Parsed, Rules, Written};

impl Parsed {
    /// Leaves out the rules with a mistake, those that do not fit the columns of a table among them, and makes a warning
    /// of each error that says so. [`Rules::left_out`] counts them. [`bind`](crate::bind) finds no error in the others.
    ///
    /// An error that is about no statement stays one: a file that cannot be read or is no rule file. So does it where no
    /// rule is left.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use lustrate_diagnostic::SourceText;
    /// use lustrate_rules::parse;
    /// use lustrate_table::Schema;
    ///
    /// let text = "t1&t2&EQ(t1.zip,t2.zip)&IQ(t1.city,t2.city)\nt1&t2&EQ(t1.zip,t2.zip)&NEQ(t1.city,t2.city)\n\
    ///             t1&t2&EQ(t1.zip,t2.zip)&IQ(t1.sate,t2.sate)\n";
    /// let parsed = parse(&Arc::new(SourceText::new("constraints.txt", text)));
    /// let usable = parsed.usable(Some(&Schema::of_text(["zip", "city", "state"]).unwrap()));
    /// assert_eq!(usable.rules.to_string(), "fd zip -> city\n");
    /// assert_eq!(usable.rules.left_out(), 2);
    /// assert!(!usable.diagnostics.has_errors());
    /// ```
    pub fn usable(self, schema: Option<&Schema>) -> Parsed {
        let Parsed { mut rules, mut diagnostics } = self;
        // A statement that names a file that cannot be read is among the rules.
        let named = places(&rules, &diagnostics);
        rules.leave_out(&named);
        if let Some(schema) = schema {
            let unfit = leave_out_unfit(&mut rules, schema);
            diagnostics.extend(unfit);
        }
        rules.unfit.clear();
        let told_apart = |label: &Label| rules.told_apart.iter().any(|source| Arc::ptr_eq(source, &label.source));
        let as_warning = |diagnostic: &Diagnostic| match &diagnostic.label {
            Some(label) if diagnostic.is_error() && told_apart(label) => as_warning(diagnostic.clone()),
            _ => diagnostic.clone(),
        };
        let mut told: Diagnostics = diagnostics.iter().map(as_warning).collect();
        let is_rule = |role: Role| matches!(role, Role::Rule | Role::Rewriting | Role::Check);
        if rules.left_out() > 0 && !rules.iter().any(|written| is_rule(written.rule.statement.kind().role)) {
            told.push(nothing_left(rules.left_out()));
        }
        told.sort();
        Parsed { rules, diagnostics: told }
    }
}

/// Leaves out the rules that do not fit the columns of a table; the errors say why. A rule may depend on a statement that
/// is left out, so what is left is tried again.
fn leave_out_unfit(rules: &mut Rules, schema: &Schema) -> Diagnostics {
    let mut errors = Vec::new();
    loop {
        let Attempt { diagnostics, unfit, .. } = attempt(rules, schema);
        let mut places = places(rules, &diagnostics);
        places.extend(unfit);
        // Their unknown columns are told once.
        rules.unfit.clear();
        errors.extend(diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).cloned());
        if places.is_empty() {
            return errors.into_iter().collect();
        }
        rules.leave_out(&places);
    }
}

/// The places of the rules in which an error lies.
fn places(rules: &Rules, diagnostics: &Diagnostics) -> BTreeSet<usize> {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
    let labels: Vec<_> = errors.filter_map(|diagnostic| diagnostic.label.as_ref()).collect();
    let has_one = |(_, written): &(usize, &Written)| {
        let (source, span) = (written.source(), written.span());
        let within = |label: &&Label| {
            Arc::ptr_eq(&label.source, source) && span.start <= label.span.start && label.span.end <= span.end
        };
        labels.iter().any(within)
    };
    rules.iter().enumerate().filter(has_one).map(|(place, _)| place).collect()
}

fn as_warning(mut diagnostic: Diagnostic) -> Diagnostic {
    diagnostic.severity = Severity::Warning;
    diagnostic.title += ", so the rule is left out";
    diagnostic
}

fn nothing_left(left_out: u64) -> Diagnostic {
    let title = match left_out {
        1 => "the one rule has a mistake, so none is left".to_owned(),
        _ => format!("all {left_out} rules have mistakes, so none is left"),
    };
    Diagnostic::error("no-rules", title).help("correct one of them at least")
}

#[cfg(test)]
mod tests {
    use lustrate_diagnostic::SourceText;

    use super::*;
    use crate::{bind, bind_what_fits, parse};

    fn usable(text: &str) -> Parsed {
        let schema = Schema::of_text(["zip", "city", "state"]).unwrap();
        let usable = parse(&Arc::new(SourceText::new("x.rules", text))).usable(Some(&schema));
        let (_, diagnostics) = bind_what_fits(&usable.rules, &schema);
        assert!(!diagnostics.has_errors(), "{text}\n{diagnostics}");
        usable
    }

    fn check(text: &str) -> (String, u64, Vec<String>) {
        let Parsed { rules, diagnostics } = usable(text);
        let shown = |diagnostic: &Diagnostic| format!("{:?} {}", diagnostic.severity, diagnostic.title);
        (rules.to_string(), rules.left_out(), diagnostics.iter().map(shown).collect())
    }

    #[test]
    fn a_rule_with_two_mistakes_is_left_out_once() {
        let (rules, left_out, told) = check("fd zpi -> city, sate\nfd zip -> state");
        assert_eq!((rules.as_str(), left_out), ("fd zip -> state\n", 1));
        let expected = ["zpi", "sate"].map(|name| format!("Warning no column `{name}`, so the rule is left out"));
        assert_eq!(told, expected);
    }

    #[test]
    fn all_forms_of_files_are_gone_on_with() {
        let constraints = "t1&t2&EQ(t1.zip,t2.zip)&IQ(t1.city,t2.city)\nt1&EX(t1.a,'x')\nt1&t2&EQ(t1.q,t2.q)";
        assert_eq!(check(constraints).1, 2);
        assert_eq!(check("zip -> city\nzip city\nzip -> town").1, 2);
        assert_eq!(
            check("fd zip -> city\nfd zip\ndeny zip ! city\nfd zip -> town\nrows: check rows > 1; fd a -> b").1,
            4
        );
    }

    #[test]
    fn the_columns_of_a_rule_with_a_mistake_are_told_once_and_stop_nothing() {
        let (rules, left_out, told) = check("fd zip -> zip, sate\ncolumn town number\nfd zip -> city");
        assert_eq!((rules.as_str(), left_out), ("fd zip -> city\n", 2));
        let both_sides = "`zip` stands on both sides, and always determines itself";
        let expected = [both_sides, "no column `sate`", "no column `town`"];
        assert_eq!(told, expected.map(|title| format!("Warning {title}, so the rule is left out")));
    }

    #[test]
    fn signs_of_other_languages_leave_out_the_rules_that_they_stand_in() {
        for text in ["deny zip == city", "fd zip → city", "unique ‘zip’", "fd zip -> ^", "t1&t2&EQ(t1.zip,t2.zip)"]
        {
            assert_eq!(check(&format!("fd zip -> city\n{text}\nunique state")).1, 1, "{text}");
        }
    }

    #[test]
    fn a_statement_in_json_is_left_out_and_a_file_that_is_wrong_as_a_whole_is_an_error() {
        let file = |version: u32, end: &str| {
            format!(
                "{{\"version\": {version}, \"statements\": [{{\"kind\": \"unique\", \"columns\": [\"zip\"]}}, \
                 {{\"kind\": \"unique\"}}, {{\"kind\": \"fd\", \"determining\": [\"zip\"], \"determined\": [\"zip\"]}}]{end}"
            )
        };
        assert_eq!(check(&file(1, "}")).0, "unique zip\n");
        assert_eq!(check(&file(1, "}")).1, 2);
        assert!(usable(&file(2, "}")).diagnostics.has_errors());
        assert!(usable(&file(1, "")).diagnostics.has_errors());
    }

    #[test]
    fn a_file_that_is_no_text_stays_an_error() {
        let mut parsed = parse(&Arc::new(SourceText::new("x.rules", "fd zip -> city")));
        parsed.diagnostics.push(SourceText::decode("y.rules", b"fd \xff").unwrap_err());
        assert!(parsed.usable(None).diagnostics.has_errors());
    }

    #[test]
    fn a_rule_goes_with_the_statement_that_it_depends_on() {
        let (rules, left_out, told) =
            check("column zip integer unit \"furlong\"\ncolumn town number\nrequire city > 3\nfd zip -> city");
        assert_eq!((rules.as_str(), left_out), ("fd zip -> city\n", 3), "{told:?}");
    }

    #[test]
    fn where_no_rule_is_left_that_is_an_error() {
        let Parsed { rules, diagnostics } = usable("table \"x.csv\"\nfd zpi -> city\nfd zip city");
        assert_eq!((rules.len(), rules.left_out()), (1, 2));
        let errors: Vec<_> = diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).collect();
        assert_eq!(errors[0].title, "all 2 rules have mistakes, so none is left");
        assert_eq!(errors.len(), 1);
    }

    #[test]
    fn files_that_are_used_are_gone_on_with_too() {
        let mut parsed = parse(&Arc::new(SourceText::new("x.rules", "use \"y.txt\"\nuse \"z.txt\"\nfd zip -> city")));
        let used = parse(&Arc::new(SourceText::new("y.txt", "zip -> state\nzip | \nzip -> town")));
        parsed.rules.include("x.rules", "y.txt", used.rules);
        parsed.diagnostics.extend(used.diagnostics);
        let schema = Schema::of_text(["zip", "city", "state"]).unwrap();
        let usable = parsed.usable(Some(&schema));
        assert_eq!(usable.rules.to_string(), "fd zip -> state\nfd zip -> city\n");
        assert_eq!(usable.rules.left_out(), 3);
        assert_eq!(bind(&usable.rules, &schema).unwrap().left_out(), 3);
    }

    #[test]
    fn rules_without_mistakes_are_left_as_they_are() {
        assert_eq!(check("fd zip -> city"), ("fd zip -> city\n".to_owned(), 0, vec![]));
        assert_eq!(check(""), (String::new(), 0, vec![]));
    }
}
