//! Rules as written: a statement with its name, its policy and its place.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, Diagnostics, SourceText, Span};
use lustrate_table::Table;

use crate::name::{Name, label};
use crate::policy::Policy;
use crate::statements::{Role, Statement};
use crate::{Form, Parsed, Strength, parse_as};

/// One statement, with its name and its policy. It displays as it is written in our language.
///
/// ```
/// use lustrate_rules::{Fd, Rule};
///
/// let rule = Rule::from(Fd::new(["zip"], ["city", "state"])).named("zip").hard();
/// assert_eq!(rule.to_string(), "zip: fd zip -> city, state hard");
/// ```
#[derive(Clone, Debug)]
pub struct Rule {
    pub(crate) name: Option<Name>,
    pub(crate) statement: Arc<dyn Statement>,
    pub(crate) policy: Policy,
}

impl Rule {
    /// A statement without a name, with the default policy.
    pub(crate) fn new(statement: impl Statement) -> Self {
        Rule { name: None, statement: Arc::new(statement), policy: Policy::default() }
    }

    /// Gives the rule a name, which reports and repairs show.
    pub fn named(mut self, name: &str) -> Self {
        self.name = Some(Name::unplaced(name));
        self
    }

    /// The output must satisfy the rule.
    pub fn hard(mut self) -> Self {
        self.policy.strength = Strength::Hard;
        self
    }

    /// The rule is evidence of this weight (a logarithm, above 0) instead of a weight that is learned.
    pub fn soft(mut self, log_weight: f64) -> Self {
        self.policy.strength = Strength::Soft { log_weight: Some(log_weight) };
        self
    }

    /// Says why the rule holds; explanations show it.
    pub fn because(mut self, reason: &str) -> Self {
        self.policy.because = Some(reason.to_owned());
        self
    }

    /// The name, if it has one.
    pub fn name(&self) -> Option<&str> {
        self.name.as_ref().map(|name| name.text.as_str())
    }

    /// The statement's keyword, such as `fd`.
    pub fn keyword(&self) -> &'static str {
        self.statement.kind().keyword
    }

    pub(crate) fn policy(&self) -> &Policy {
        &self.policy
    }
}

impl FromStr for Rule {
    type Err = Diagnostics;

    /// Reads one statement of our language.
    ///
    /// ```
    /// let rule: lustrate_rules::Rule = "deny ships < ordered".parse().unwrap();
    /// assert_eq!(rule.named("order").hard().to_string(), "order: deny ships < ordered hard");
    /// ```
    fn from_str(text: &str) -> Result<Rule, Diagnostics> {
        let source = Arc::new(SourceText::new("rule", text));
        let rules = parse_as(&source, Form::Lustrate).into_result()?;
        match <[Written; 1]>::try_from(rules.items) {
            Ok([written]) => Ok(written.rule),
            Err(items) => Err(Diagnostic::error("one-rule", format!("expected one statement, found {}", items.len()))
                .at(&source, Span::new(0, text.len()), "not one statement")
                .help("read several as a file")
                .into()),
        }
    }
}

impl PartialEq for Rule {
    /// Whether they say the same, wherever they were written.
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.policy == other.policy && self.statement.equals(&*other.statement)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(name) = &self.name {
            write!(f, "{}: ", label(&name.text))?;
        }
        write!(f, "{}{}", self.statement, self.policy)
    }
}

/// A rule and where it was written.
#[derive(Clone, Debug)]
pub struct Written {
    pub(crate) rule: Rule,
    pub(crate) form: Form,
    pub(crate) source: Arc<SourceText>,
    pub(crate) span: Span,
}

impl Written {
    /// What was written.
    pub fn rule(&self) -> &Rule {
        &self.rule
    }

    /// The form of the file.
    pub fn form(&self) -> Form {
        self.form
    }

    /// The file.
    pub fn source(&self) -> &Arc<SourceText> {
        &self.source
    }

    /// The rule's bytes in the file.
    pub fn span(&self) -> Span {
        self.span
    }
}

impl PartialEq for Written {
    /// Whether they say the same, wherever they were written.
    fn eq(&self, other: &Self) -> bool {
        self.rule == other.rule
    }
}

/// All rules of a run, from one file or several, in the order in which they were read.
///
/// They display as one file in our language, a rule a line, in the one canonical form. Rules of a file that another
/// one uses stand in the place of its `use`.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    pub(crate) items: Vec<Written>,
    table: Option<String>,
    /// Tables that rules name, by their path.
    pub(crate) attached: BTreeMap<String, Arc<Table>>,
    /// Statements with mistakes, which take no part in anything but in finding their other mistakes.
    pub(crate) unfit: Vec<Written>,
    /// The rule files whose rules are here because another file uses them: the path of that file, and their own.
    pub(crate) included: BTreeSet<(String, String)>,
    /// The number of statements of these files that are not among the items, for mistakes in them: the unfit ones, and
    /// those that could not be read.
    pub(crate) left_out: u64,
    /// The files in which statements were told apart, so that every mistake with a place in one is that of a statement.
    pub(crate) told_apart: Vec<Arc<SourceText>>,
}

impl PartialEq for Rules {
    /// Whether they say the same, wherever they were written and whatever is in the files that they name.
    fn eq(&self, other: &Self) -> bool {
        self.items == other.items && self.table == other.table
    }
}

impl Rules {
    /// No rules.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the rules of another file behind these.
    pub fn extend(&mut self, later: Rules) {
        self.items.extend(later.items);
        self.unfit.extend(later.unfit);
        self.attached.extend(later.attached);
        self.included.extend(later.included);
        self.left_out += later.left_out;
        self.told_apart.extend(later.told_apart);
    }

    pub(crate) fn push(&mut self, rule: Written) {
        self.items.push(rule);
    }

    /// Keeps a statement with a mistake, which is none of the rules, so that its other mistakes are found.
    pub(crate) fn push_unfit(&mut self, rule: Written) {
        self.unfit.push(rule);
        self.left_out += 1;
    }

    /// Makes missing a value like any other in all comparisons of two columns by `=` and `!=`.
    pub(crate) fn count_null(&mut self) {
        for written in &mut self.items {
            if let Some(counting) = written.rule.statement.counting_null() {
                written.rule.statement = counting.statement;
            }
        }
    }

    /// The rules in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Written> {
        self.items.iter()
    }

    /// The number of statements.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// The number of statements that are not among these because there is a mistake in them.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    /// Leaves out the rules at these places, for mistakes in them.
    pub(crate) fn leave_out(&mut self, places: &BTreeSet<usize>) {
        let mut place = 0..;
        self.items.retain(|_| !place.next().is_some_and(|place| places.contains(&place)));
        self.left_out += places.len() as u64;
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Whether they say nothing but how values are written otherwise.
    pub fn are_only_rewrites(&self) -> bool {
        self.items.iter().all(|written| written.rule.statement.kind().role == Role::Rewriting)
    }

    /// The file of the table that the rules are about: the one that was set, or else that of the last `table`
    /// statement. Messages name it.
    pub fn table(&self) -> Option<&str> {
        let stated = || self.items.iter().rev().find_map(|written| written.rule.statement.table());
        self.table.as_deref().or_else(stated)
    }

    /// Sets the file of the table that the rules are about, over all `table` statements.
    pub fn set_table(&mut self, file: &str) {
        self.table = Some(file.to_owned());
    }
}

impl fmt::Display for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = self.items.iter().filter(|written| !self.stands_for_included(written));
        shown.try_for_each(|written| writeln!(f, "{}", written.rule))
    }
}

/// Rules that code makes, as if they had been read from a file of the given name that holds their canonical form.
/// So their mistakes (a column on both sides of a dependency, say) are shown with a place like all others.
///
/// ```
/// use lustrate_rules::{Fd, Rule, compose};
///
/// let parsed = compose("proposed.rules", &[Fd::new(["zip"], ["city"]).into()]);
/// assert_eq!(parsed.rules.to_string(), "fd zip -> city\n");
/// ```
pub fn compose(file: &str, rules: &[Rule]) -> Parsed {
    let lines: String = rules.iter().map(|rule| format!("{rule}\n")).collect();
    parse_as(&Arc::new(SourceText::new(file, lines)), Form::Lustrate)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Fd, Unique};

    #[test]
    fn rules_of_several_files_stand_one_behind_the_other() {
        let mut rules = compose("x.rules", &["table \"x.csv\"".parse().unwrap()]).rules;
        rules.extend(compose("y.rules", &[Unique::new(["id"]).into()]).rules);
        assert_eq!(rules.to_string(), "table \"x.csv\"\nunique id\n");
        assert_eq!(
            rules.iter().map(|written| written.source().name.as_str()).collect::<Vec<_>>(),
            ["x.rules", "y.rules"]
        );
        assert_eq!(rules.table(), Some("x.csv"));
        rules.set_table("z.csv");
        assert_eq!(rules.table(), Some("z.csv"));
    }

    #[test]
    fn a_mistake_in_composed_rules_is_shown_with_its_place() {
        let rules = [Rule::from(Fd::new(["x y"], ["z"])).because("law"), Fd::new(["x"], []).into()];
        let parsed = compose("proposed", &rules);
        assert_eq!(parsed.rules.to_string(), "fd \"x y\" -> z because \"law\"\n");
        let label = parsed.diagnostics.iter().next().unwrap().label.clone().unwrap();
        assert_eq!(label.source.place(label.span.start), (2, 8));
    }

    #[test]
    fn a_text_of_two_statements_is_not_one_rule() {
        assert!("fd x -> y\nfd y -> x".parse::<Rule>().is_err());
        assert!("".parse::<Rule>().is_err());
    }
}
