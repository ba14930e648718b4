//! The files that rules name: tables of what is true, and other rule files.
//!
//! This crate opens no file. [`Rules::wanted`] says which files are needed and where they are looked for; who reads
//! them hands them over with [`Rules::attach`] and [`Rules::include`], until nothing is wanted any more.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, Diagnostics, SourceText, Span};
use lustrate_table::Table;

use crate::name::{Name, quoted};
use crate::statements::Nulls;
use crate::{Form, Rules, Written};

/// A file that a statement names and that has not been handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The name of the rule file.
    pub rules_file: String,
    /// The file, as the rule writes it.
    pub file: String,
    /// Where it is looked for: beside the rule file, unless the path is absolute. A rule file that is handed over must
    /// have this as the name of its [`SourceText`], so that the files that it names are looked for beside it.
    pub path: String,
    /// What it is.
    pub kind: WantedKind,
    /// The text that names it.
    pub source: Arc<SourceText>,
    /// Where in the text.
    pub span: Span,
}

/// What a file is to the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WantedKind {
    /// A table of what is true: [`Rules::attach`] takes it.
    Reference,
    /// Rules: [`Rules::include`] takes them.
    RuleFile {
        /// The form that the statement says; the content tells it otherwise.
        form: Option<Form>,
    },
}

/// A file as a statement names it.
pub(crate) struct NamedFile<'a> {
    /// The file, and where it is named.
    pub file: &'a Name,
    /// What it is.
    pub kind: WantedKind,
}

impl Rules {
    /// The files that are still needed, each once, in the order in which they are named. A rule file that would
    /// include itself is not among them; [`bind`](crate::bind) reports it.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use lustrate_diagnostic::SourceText;
    ///
    /// let text = "use \"published.txt\" as holoclean";
    /// let rules = lustrate_rules::parse(&Arc::new(SourceText::new("rules/hospital.rules", text))).rules;
    /// let wanted = rules.wanted();
    /// assert_eq!(wanted[0].path, "rules/published.txt");
    /// ```
    pub fn wanted(&self) -> Vec<Wanted> {
        let mut seen = BTreeSet::new();
        let mut wanted = Vec::new();
        for (written, named) in self.named_files() {
            let (from, path) = ends(written, &named);
            let there = match named.kind {
                WantedKind::Reference => self.attached.contains_key(&path),
                WantedKind::RuleFile { .. } => {
                    self.included.iter().any(|(_, to)| *to == path) || self.reaches(&path, &from)
                }
            };
            if !there && seen.insert(path.clone()) {
                wanted.push(Wanted {
                    rules_file: written.source().name.clone(),
                    file: named.file.text.clone(),
                    path,
                    kind: named.kind,
                    source: written.source().clone(),
                    span: named.file.span(),
                });
            }
        }
        wanted
    }

    /// The paths of the files that were handed over: tables first, then rule files, each once.
    pub fn handed_over(&self) -> Vec<String> {
        let used: BTreeSet<&String> = self.included.iter().map(|(_, to)| to).collect();
        self.attached.keys().chain(used).cloned().collect()
    }

    /// Hands over a table that a rule file names.
    pub fn attach(&mut self, rules_file: &str, file: &str, table: Arc<Table>) {
        self.attached.insert(beside(rules_file, file), table);
    }

    /// Hands over the rules of a file that another one uses; they follow the statement that names it. A file counts
    /// once, however many use it. Its `table` statement is left out: the file that uses it says what the rules are
    /// about. Nothing changes where no statement names the file.
    pub fn include(&mut self, rules_file: &str, file: &str, rules: Rules) {
        let (from, path) = (beside(rules_file, rules_file_name(rules_file)), beside(rules_file, file));
        let uses = |written: &Written| {
            let names = |named: &NamedFile<'_>| named.file.text == file && named.kind != WantedKind::Reference;
            written.source().name == rules_file && written.rule.statement.files().iter().any(names)
        };
        let Some(place) = self.items.iter().position(uses) else { return };
        let mut rules = rules;
        if self.items[place].rule.statement.nulls() == Nulls::Counted {
            rules.count_null();
        }
        let followers = rules.items.into_iter().filter(|written| written.rule.statement.table().is_none());
        self.items.splice(place + 1..place + 1, followers);
        self.attached.extend(rules.attached);
        self.included.extend(rules.included);
        self.unfit.extend(rules.unfit);
        self.left_out += rules.left_out;
        self.told_apart.extend(rules.told_apart);
        self.included.insert((from, path));
    }

    /// Whether the rules of a file are here because another file uses it.
    pub fn is_used(&self, rules_file: &str) -> bool {
        let path = beside(rules_file, rules_file_name(rules_file));
        self.included.iter().any(|(_, to)| *to == path)
    }

    /// Whether a statement only stands for rules that are there.
    pub(crate) fn stands_for_included(&self, written: &Written) -> bool {
        written.rule.statement.files().iter().any(|named| {
            let (_, path) = ends(written, named);
            named.kind != WantedKind::Reference && self.included.iter().any(|(_, to)| *to == path)
        })
    }

    /// What is wrong with the rule files that rules use: those that were not handed over, and those that include
    /// themselves.
    pub(crate) fn report_uses(&self, diagnostics: &mut Diagnostics) {
        for (written, named) in self.named_files().filter(|(_, named)| named.kind != WantedKind::Reference) {
            let (from, path) = ends(written, &named);
            let shown = quoted(&named.file.text);
            let diagnostic = if self.reaches(&path, &from) && !self.included.contains(&(from, path.clone())) {
                let title = format!("{shown} uses this file, so its rules would include themselves");
                Diagnostic::error("circular-use", title).help("leave this `use` out: every rule counts once")
            } else if self.included.iter().any(|(_, to)| *to == path) {
                continue;
            } else {
                let title = format!("the rules of {shown} were not read");
                Diagnostic::error("no-rules", title).help(looked_for(&path))
            };
            diagnostics.push(diagnostic.at(written.source(), named.file.span(), "named here"));
        }
    }

    fn named_files(&self) -> impl Iterator<Item = (&Written, NamedFile<'_>)> {
        self.items.iter().flat_map(|written| {
            let files = written.rule.statement.files();
            files.into_iter().map(move |named| (written, named))
        })
    }

    /// Whether one rule file is another, or uses it, directly or through others.
    fn reaches(&self, from: &str, to: &str) -> bool {
        let uses: Vec<_> = self
            .named_files()
            .filter(|(_, named)| named.kind != WantedKind::Reference)
            .map(|(written, named)| ends(written, &named))
            .collect();
        let mut reached = BTreeSet::from([from]);
        let mut open = vec![from];
        while let Some(file) = open.pop() {
            if file == to {
                return true;
            }
            let next = uses.iter().filter(|(user, _)| user == file).map(|(_, used)| used.as_str());
            open.extend(next.filter(|used| reached.insert(used)));
        }
        false
    }
}

/// The paths of the rule file of a statement and of a file that it names.
fn ends(written: &Written, named: &NamedFile<'_>) -> (String, String) {
    let rules_file = &written.source().name;
    (beside(rules_file, rules_file_name(rules_file)), beside(rules_file, &named.file.text))
}

/// The last part of a path.
fn rules_file_name(rules_file: &str) -> &str {
    Path::new(rules_file).file_name().and_then(|name| name.to_str()).unwrap_or(rules_file)
}

/// Where a file is looked for that a rule file names: in the folder of the rule file, unless its path is absolute.
/// Steps to the same folder and back are left out, so that one file has one path.
pub(crate) fn beside(rules_file: &str, file: &str) -> String {
    let folder = Path::new(rules_file).parent().unwrap_or(Path::new(""));
    let mut path = PathBuf::new();
    for component in folder.join(file).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if matches!(path.components().next_back(), Some(Component::Normal(_))) => {
                path.pop();
            }
            component => path.push(component),
        }
    }
    path.display().to_string()
}

/// The help for a file that is not there.
pub(crate) fn looked_for(path: &str) -> String {
    format!(
        "the file is looked for at `{path}`, beside the rule file; write another path in the quotes if it is elsewhere"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{bind_what_fits, parse};
    use lustrate_table::Schema;

    fn rules(file: &str, text: &str) -> Rules {
        let parsed = parse(&Arc::new(SourceText::new(file, text)));
        assert!(parsed.diagnostics.is_empty(), "{}", parsed.diagnostics);
        parsed.rules
    }

    fn codes(rules: &Rules) -> Vec<&'static str> {
        let (_, diagnostics) = bind_what_fits(rules, &Schema::of_text(["x", "y"]).unwrap());
        diagnostics.iter().map(|diagnostic| diagnostic.code).collect()
    }

    fn paths(rules: &Rules) -> Vec<String> {
        rules.wanted().into_iter().map(|wanted| wanted.path).collect()
    }

    #[test]
    fn a_file_is_looked_for_beside_the_rule_file() {
        assert_eq!(beside("x.rules", "y.csv"), "y.csv");
        assert_eq!(beside("a/b/x.rules", "./../c/y.csv"), "a/c/y.csv");
        assert_eq!(beside("../x.rules", "../y.csv"), "../../y.csv");
        assert_eq!(beside("a/x.rules", "/y.csv"), "/y.csv");
    }

    #[test]
    fn rules_of_a_used_file_follow_in_place() {
        let mut all = rules("d/x.rules", "table \"x.csv\"\nuse \"y.txt\"\nunique x");
        assert_eq!((paths(&all), codes(&all)), (vec!["d/y.txt".to_owned()], vec!["no-rules"]));
        all.include("d/x.rules", "y.txt", rules("d/y.txt", "table \"z.csv\"\nfd x -> y"));
        assert_eq!(all.table(), Some("x.csv"));
        assert_eq!(all.to_string(), "table \"x.csv\"\nfd x -> y\nunique x\n");
        assert_eq!((paths(&all), codes(&all)), (vec![], vec![]));
        assert!(all.is_used("d/y.txt") && !all.is_used("d/x.rules") && !all.is_used("y.txt"));
    }

    #[test]
    fn a_file_of_others_may_be_used_with_missing_values_that_count() {
        let text =
            "t1&t2&EQ(t1.x,t2.x)&IQ(t1.y,t2.y)\nt1&t2&EQ(t1.x,t2.y)&LT(t1.y,t2.y)&EQ(t1.x,'1')\nt1&IQ(t1.x,t1.y)";
        let mut all = rules("x.rules", "use \"y.txt\" as holoclean counting null");
        all.include("x.rules", "y.txt", rules("y.txt", text));
        let ours = "fd x -> y counting null\n\
                    deny a.x = b.y counting null and a.y < b.y by number or text and a.x = \"1\" ignoring case\n\
                    deny x != y counting null\n";
        assert_eq!(all.to_string(), ours);
    }

    #[test]
    fn a_file_that_includes_itself_is_reported_once() {
        let itself = rules("x.rules", "use \"./x.rules\"");
        assert_eq!((paths(&itself), codes(&itself)), (vec![], vec!["circular-use"]));
        let mut all = rules("top.rules", "use \"x.rules\"");
        all.include("top.rules", "x.rules", rules("x.rules", "use \"y.rules\""));
        all.include("x.rules", "y.rules", rules("y.rules", "use \"x.rules\""));
        assert_eq!((paths(&all), codes(&all)), (vec![], vec!["circular-use"]));
    }

    #[test]
    fn a_file_that_two_use_counts_once() {
        let mut all = rules("top.rules", "use \"x.rules\"\nuse \"y.rules\"");
        all.include("top.rules", "x.rules", rules("x.rules", "use \"z.rules\""));
        all.include("top.rules", "y.rules", rules("y.rules", "use \"z.rules\""));
        assert_eq!(paths(&all), ["z.rules"]);
        all.include("x.rules", "z.rules", rules("z.rules", "fd x -> y"));
        assert_eq!((paths(&all), codes(&all)), (vec![], vec![]));
        assert_eq!(all.to_string(), "fd x -> y\n");
    }
}
