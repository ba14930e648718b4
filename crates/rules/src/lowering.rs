//! What a statement needs to become constraints: the columns of the table, and where to put what comes out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, Diagnostics, SourceText, nearest};
use lustrate_table::{AttributeId, Kind, Schema, Table};
use lustrate_values::ColumnType;

use crate::condition::of_every_row;
use crate::fd_list;
use crate::files::{beside, looked_for};
use crate::keywords::mended;
use crate::name::{Name, quoted};
use crate::policy::{Policy, Terms};
use crate::{
    BoundRewrite, Changes, Check, ColumnRole, Columns, Constraint, ConstraintId, Duplicates, Form, Fusion, Lookup,
    Predicate, Reference, ReferenceId, RuleOrigin, Rules, Scope, Written,
};

/// The columns of a table, found by the names that rules use.
pub(crate) struct Header<'a> {
    schema: &'a Schema,
    /// The table's name, for messages.
    table: Option<&'a str>,
    /// The names without case and punctuation, in order.
    folded: Vec<(String, AttributeId)>,
}

impl<'a> Header<'a> {
    /// The columns of a schema.
    pub fn new(schema: &'a Schema, table: Option<&'a str>) -> Self {
        let mut folded: Vec<_> = schema.ids().map(|id| (fold(schema.name(id)), id)).collect();
        folded.sort();
        Header { schema, table, folded }
    }

    /// The one column whose name is the same but for case and punctuation.
    fn find_folded(&self, name: &str) -> Option<AttributeId> {
        let name = fold(name);
        let start = self.folded.partition_point(|(other, _)| *other < name);
        let mut same = self.folded[start..].iter().take_while(|(other, _)| *other == name);
        match (same.next(), same.next()) {
            (Some(&(_, only)), None) if !name.is_empty() => Some(only),
            _ => None,
        }
    }

    /// The message, without a place, about a name that no column has.
    fn unknown(&self, name: &Name) -> Diagnostic {
        let table = self.table.map(|table| format!(" in {table}")).unwrap_or_default();
        let listing = self.listing();
        let help = match nearest(&name.text, self.names()) {
            Some(near) => format!("write `{}`; {listing}", Name::unplaced(near)),
            None => listing,
        };
        Diagnostic::error("unknown-column", format!("no column `{}`{table}", name.text)).help(help)
    }

    fn names(&self) -> impl Iterator<Item = &'a str> {
        self.schema.attributes().iter().map(|attribute| attribute.name.as_str())
    }

    /// `the columns are provider_number, name, … and 17 more`
    fn listing(&self) -> String {
        let shown = |count: usize| self.names().take(count).collect::<Vec<_>>().join(", ");
        match self.schema.len() {
            0 => "the table has no columns".to_owned(),
            1 => format!("the only column is {}", shown(1)),
            count @ 2..=MOST_NAMES => format!("the columns are {}", shown(count)),
            count => format!("the columns are {}, … and {} more", shown(2), count - 2),
        }
    }
}

/// Names of columns that a message lists whole.
const MOST_NAMES: usize = 8;

fn fold(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Where a name stands, which decides what else it might have been meant as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// In a list of columns, or on the left of a comparison.
    Left,
    /// On the right of a comparison, where a text constant could stand.
    Right,
}

/// The reference tables that the rules so far use.
pub(crate) struct References {
    attached: BTreeMap<String, Arc<Table>>,
    /// Those in use, in the order in which they were first named.
    pub items: Vec<Reference>,
    /// What became of each path: its table, or `None` where there is none, which has been reported.
    found: BTreeMap<String, Option<ReferenceId>>,
}

impl References {
    /// Those of rules, none of which is in use.
    pub fn new(rules: &Rules) -> Self {
        References { attached: rules.attached.clone(), items: Vec::new(), found: BTreeMap::new() }
    }
}

/// What a rule says beside constraints.
pub(crate) enum Relation {
    /// The truth is in a reference table.
    Lookup(Lookup),
    /// Which rows are one thing.
    Duplicates(Duplicates),
    /// Rows are reports of sources.
    Fusion(Fusion),
    /// What must hold of the table as a whole.
    Check(Check),
    /// How the values of a column are written otherwise.
    Rewrite(AttributeId, BoundRewrite),
}

impl Relation {
    /// The constraints of duplicates among those that it names.
    pub fn alternatives(&self) -> Vec<ConstraintId> {
        match self {
            Relation::Duplicates(duplicates) => duplicates.alternatives.clone(),
            Relation::Lookup(_) | Relation::Fusion(_) | Relation::Check(_) | Relation::Rewrite(..) => Vec::new(),
        }
    }

    /// The same with its constraints where they have been put.
    pub fn placed(mut self, places: &[ConstraintId]) -> Self {
        let place = |id: &mut ConstraintId| *id = places[id.0 as usize];
        match &mut self {
            Relation::Lookup(lookup) => lookup.set.iter_mut().for_each(|set| place(&mut set.constraint)),
            Relation::Duplicates(duplicates) => duplicates.alternatives.iter_mut().for_each(place),
            Relation::Fusion(_) | Relation::Check(_) | Relation::Rewrite(..) => {}
        }
        self
    }
}

/// One rule on its way to constraints.
pub(crate) struct Lowering<'a> {
    header: &'a Header<'a>,
    columns: &'a Columns,
    rule: &'a Written,
    references: &'a mut References,
    diagnostics: &'a mut Diagnostics,
    /// Notes that were made already: one a file is enough.
    noted: &'a mut BTreeSet<(String, String)>,
    /// What the policy adds to every constraint.
    terms: Terms,
    /// What came out, in order.
    pub constraints: Vec<Constraint>,
    /// What came out beside them; its [`ConstraintId`]s are places in `constraints`.
    pub relations: Vec<Relation>,
    /// The names of columns that the header lacks, in the order in which they were met.
    pub missing: Vec<String>,
}

impl<'a> Lowering<'a> {
    /// Begins with a rule; `columns` is what was declared of the columns, which is nothing while that is found out.
    pub fn new(
        header: &'a Header<'a>,
        columns: &'a Columns,
        rule: &'a Written,
        references: &'a mut References,
        diagnostics: &'a mut Diagnostics,
        noted: &'a mut BTreeSet<(String, String)>,
    ) -> Self {
        let (constraints, missing) = (Vec::new(), Vec::new());
        Lowering {
            header,
            columns,
            rule,
            references,
            diagnostics,
            noted,
            terms: Terms::default(),
            constraints,
            relations: Vec::new(),
            missing,
        }
    }

    /// The text that the rule was written in.
    pub fn source(&self) -> &'a Arc<SourceText> {
        self.rule.source()
    }

    /// The form of the file that the rule was written in.
    pub fn form(&self) -> Form {
        self.rule.form()
    }

    /// Adds a diagnostic.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Adds a diagnostic, unless this file has one of the same title.
    pub fn note_once(&mut self, diagnostic: Diagnostic) {
        if self.noted.insert((self.source().name.clone(), diagnostic.title.clone())) {
            self.report(diagnostic);
        }
    }

    /// What the values of a column are compared as.
    pub fn kind(&self, attribute: AttributeId) -> Kind {
        self.header.schema.kind(attribute)
    }

    /// The type that a `column` statement declares.
    pub fn declared(&self, attribute: AttributeId) -> Option<&'a ColumnType> {
        self.columns.get(attribute).column_type.as_ref()
    }

    /// The columns that have none of these roles, in order.
    pub fn without_roles(&self, roles: &[ColumnRole]) -> Vec<AttributeId> {
        let has_one = |id: AttributeId| roles.iter().any(|role| self.columns.get(id).roles.contains(role));
        self.header.schema.ids().filter(|&id| !has_one(id)).collect()
    }

    /// Whether a column has exactly this name.
    pub fn has_column(&self, name: &str) -> bool {
        self.header.schema.find(name).is_some()
    }

    /// The column of a name, without a report.
    pub fn known(&self, name: &Name) -> Option<AttributeId> {
        let exact = self.header.schema.find(&name.text);
        exact.or_else(|| match self.rule.form() {
            Form::Lustrate | Form::Json => None,
            Form::HoloClean | Form::Dependencies => self.header.find_folded(&name.text),
        })
    }

    /// The column of a name; one that there is not is reported with what was probably meant. Files in the forms of
    /// others may differ from the header in case and punctuation, which is noted.
    pub fn attribute(&mut self, name: &Name, standing: Standing) -> Option<AttributeId> {
        let Some(attribute) = self.known(name) else {
            self.missing.push(name.text.clone());
            self.report(self.unknown(name, standing));
            return None;
        };
        let real = self.header.schema.name(attribute);
        if real != name.text {
            let title = format!("`{}` is read as the column `{real}`", name.text);
            let diagnostic = Diagnostic::note("column-spelling", title);
            let help = format!("write `{real}`");
            self.note_once(diagnostic.at(self.source(), name.span(), "spelled otherwise in the header").help(help));
        }
        Some(attribute)
    }

    /// The reference table in a file that the rule names; one that was not handed over is reported, once a file.
    pub fn reference(&mut self, file: &Name) -> Option<ReferenceId> {
        let path = beside(&self.source().name, &file.text);
        if let Some(&found) = self.references.found.get(&path) {
            return found;
        }
        let next = ReferenceId(self.references.items.len() as u32);
        let found = match self.references.attached.get(&path) {
            Some(table) => {
                self.references.items.push(Reference { name: file.text.clone(), table: table.clone() });
                Some(next)
            }
            None => {
                let title = format!("the reference table {} was not read", quoted(&file.text));
                let diagnostic = Diagnostic::error("no-reference", title).help(looked_for(&path));
                self.report(diagnostic.at(self.source(), file.span(), "named here"));
                None
            }
        };
        self.references.found.insert(path, found);
        found
    }

    /// The texts in the letters of a column, where its letter case is declared.
    pub fn in_case(&self, attribute: AttributeId, texts: &Arc<BTreeSet<String>>) -> Arc<BTreeSet<String>> {
        match self.columns.get(attribute).letter_case {
            Some(case) => Arc::new(texts.iter().map(|text| case.apply(text)).collect()),
            None => texts.clone(),
        }
    }

    /// The reference table with the letters of its columns written as the columns of the table are declared that are held
    /// against them: the canonical view writes those so, and `Illinois` would never equal `ILLINOIS`. `held` has the columns
    /// of the table, each with that of the reference.
    pub fn reference_in_case(&mut self, id: ReferenceId, held: &[(AttributeId, AttributeId)]) -> ReferenceId {
        let case = |attribute: AttributeId| self.columns.get(attribute).letter_case;
        let cased: Vec<_> = held.iter().filter_map(|&(attribute, other)| Some((other, case(attribute)?))).collect();
        if cased.is_empty() {
            return id;
        }
        let Reference { name, table } = &self.references.items[id.0 as usize];
        let (name, mut table) = (name.clone(), Table::clone(table));
        for (attribute, case) in cased {
            let column = table.column(attribute);
            let texts: Vec<String> = column.dictionary().iter().map(|(_, text)| case.apply(text)).collect();
            let replaced = column.replaced(&texts.iter().map(|text| Some(text.as_str())).collect::<Vec<_>>());
            table.replace(attribute, replaced);
        }
        self.references.items.push(Reference { name, table: Arc::new(table) });
        ReferenceId(self.references.items.len() as u32 - 1)
    }

    /// A reference table that [`Lowering::reference`] has found.
    pub fn reference_table(&self, id: ReferenceId) -> Arc<Table> {
        self.references.items[id.0 as usize].table.clone()
    }

    /// The column of a name in a reference table; one that there is not is reported with what was probably meant.
    pub fn reference_attribute(&mut self, id: ReferenceId, name: &Name) -> Option<AttributeId> {
        let Reference { name: file, table } = &self.references.items[id.0 as usize];
        let found = table.schema().find(&name.text);
        if found.is_none() {
            let diagnostic = Header::new(table.schema(), Some(file)).unknown(name);
            let diagnostic = diagnostic.at(self.source(), name.span(), "not in the header of the reference");
            self.report(diagnostic);
        }
        found
    }

    fn unknown(&self, name: &Name, standing: Standing) -> Diagnostic {
        let begins_dependency = self.rule.form() == Form::Dependencies && name.span().start == self.rule.span().start;
        if let Some(diagnostic) = begins_dependency.then(|| self.mistaken_keyword(name)).flatten() {
            return diagnostic;
        }
        let listing = self.header.listing();
        let near = nearest(&name.text, self.header.names());
        let mut diagnostic = self.header.unknown(name);
        match (near, self.rule.form()) {
            (Some(near), Form::HoloClean | Form::Dependencies) => {
                diagnostic = diagnostic.help(format!("write `{near}`; {listing}"));
            }
            (None, Form::Lustrate | Form::Json)
                if standing == Standing::Right
                    && matches!(name.text.to_lowercase().as_str(), "null" | "none" | "nan" | "na" | "nil") =>
            {
                diagnostic = diagnostic.help(format!(
                    "write `is null` or `is not null` in the place of the sign and `{}`; {listing}",
                    name.text
                ));
            }
            (None, Form::Lustrate | Form::Json) if standing == Standing::Right => {
                diagnostic = diagnostic.help(format!("write `{}` if it is a text; {listing}", quoted(&name.text)));
            }
            _ => {}
        }
        diagnostic.at(self.source(), name.span(), "not in the header")
    }

    /// The diagnostic for the first column of a dependency of a list, if it is rather the keyword of a statement.
    fn mistaken_keyword(&self, name: &Name) -> Option<Diagnostic> {
        let (source, rule) = (self.source(), self.rule.span());
        let behind = &source.text[name.span().end..rule.end];
        if name.text.eq_ignore_ascii_case("fd") && fd_list::begins_with_arrow(behind) {
            let mend = format!("write `fd COLUMN {}`", fd_list::with_our_arrow(behind.trim()));
            let diagnostic = Diagnostic::error("syntax", "nothing stands before the arrow");
            return Some(diagnostic.at(source, name.span(), "a column is missing behind this").help(mend));
        }
        let mend = mended(&source.text[rule.start..rule.end])?;
        let diagnostic = Diagnostic::error("unknown-column", format!("no column `{}`", name.text));
        Some(diagnostic.at(source, name.span(), "not in the header, and no statement").help(mend))
    }

    /// Lowers the rule with its policy.
    pub fn lower(&mut self) {
        let rule = self.rule.rule();
        let terms = rule.policy().lower(self);
        let fits = terms.is_some();
        self.terms = terms.unwrap_or_default();
        // A rule is lowered although its policy does not fit, so that every mistake is reported.
        rule.statement.lower(self);
        let astray = rule.policy().check_columns(self, &self.constraints);
        if !fits || !astray.is_empty() {
            self.constraints.clear();
            self.relations.clear();
        }
        astray.into_iter().for_each(|diagnostic| self.report(diagnostic));
    }

    /// What must hold of every row that the rule speaks of: its `where`, said of [`Tuple::A`](crate::Tuple::A).
    /// [`Lowering::forbid`] adds it by itself.
    pub fn filter(&self) -> &[Predicate] {
        &self.terms.filter
    }

    /// Where the rule was written.
    pub fn origin(&self) -> RuleOrigin {
        let span = self.rule.span();
        let (line, _) = self.source().place(span.start);
        RuleOrigin { file: self.source().name.clone(), line, span }
    }

    /// How strongly the rule is meant, and what it may change.
    pub fn policy(&self) -> &'a Policy {
        self.rule.rule().policy()
    }

    /// Adds a constraint: the predicates must not hold together, of rows of which the policy speaks. `short` names it where
    /// the rule has no name.
    pub fn forbid(&mut self, short: String, scope: Scope, mut predicates: Vec<Predicate>) -> ConstraintId {
        predicates.extend(of_every_row(scope, &self.terms.filter));
        let mut seen = Vec::with_capacity(predicates.len());
        predicates.retain(|predicate| {
            let new = !seen.contains(predicate);
            seen.push(predicate.clone());
            new
        });
        let origin = self.origin();
        let name = self.called(&short);
        let strength = self.rule.rule().policy().strength;
        let changes = self.terms.changes.clone();
        self.constraints.push(Constraint { name, origin, scope, predicates, strength, changes });
        ConstraintId(self.constraints.len() as u32 - 1)
    }

    /// Adds a constraint that two different rows satisfy which are one thing. No cell is changed on account of it.
    pub fn join(&mut self, short: String, predicates: Vec<Predicate>) -> ConstraintId {
        let id = self.forbid(short, Scope::Pair, predicates);
        self.constraints[id.0 as usize].changes = Changes::None;
        id
    }

    /// Adds what is no constraint.
    pub fn relate(&mut self, relation: Relation) {
        self.relations.push(relation);
    }

    /// The name of the rule, or a short text made from it.
    pub fn called(&self, short: &str) -> String {
        self.rule.rule().name().unwrap_or(short).to_owned()
    }
}
