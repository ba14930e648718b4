//! What a model is to predict, found in a table.

use lustrate_diagnostic::{Diagnostic, Diagnostics, nearest};
use lustrate_learn::{
    Class, FeatureError, FeatureSettings, Featuriser, Leak, Learner, LeftOut, ProtectedGroups, RareClasses, Target,
    TargetError, leaks,
};
use lustrate_rules::{ColumnRole, Constraints};
use lustrate_table::{AttributeId, Table, parse_number};

use super::readable::Readable;
use crate::Error;

/// Rows that a class needs, so that each fold of a cross-validation has one to learn from and one to judge.
const LEAST_ROWS: usize = 5;

/// What a model is to predict, and from what.
#[derive(Clone, Debug, Default)]
pub struct ModelTask {
    /// The column to predict; `None` for the one that the rules declare with the role `label`.
    pub target: Option<String>,
    /// Columns that are no features.
    pub exclude: Vec<String>,
    /// Columns whose groups must be treated alike; none for those that the rules declare with the role `protected`.
    pub protected: Vec<String>,
    /// The class that is good to have; `None` for the last one, in the order of numbers or of the alphabet.
    pub favourable: Option<String>,
    /// The kind of the model.
    pub learner: Learner,
}

/// A task, found in a table.
pub(super) struct Prepared {
    pub(super) target: Target,
    pub(super) features: FeatureSettings,
    pub(super) protected: Vec<String>,
    pub(super) groups: ProtectedGroups,
    pub(super) favourable: Class,
    /// How much each row of the table counts, where a column says so.
    pub(super) weights: Option<Vec<f64>>,
    pub(super) learner: Learner,
    pub(super) notes: Diagnostics,
    /// What is told of the favourable class where groups are compared by it, and nobody named it.
    pub(super) favourable_note: Option<Diagnostic>,
}

impl ModelTask {
    /// Finds the task in a table.
    ///
    /// # Errors
    /// A target that is missing, constant, continuous, of too many classes, or that another column copies; columns that are not
    /// there; a protected column with one group; a favourable class that is none; no column that is a feature.
    pub(super) fn prepare(&self, table: &Table, constraints: &Constraints) -> Result<Prepared, Error> {
        let name = self.target_name(table, constraints)?;
        let target = Target::fit(table, &name, LEAST_ROWS, RareClasses::LeaveOut).map_err(|error| refused(&error))?;
        let mut notes = Diagnostics::default();
        notes.extend(unlabelled(table, &target)?.into_iter().collect());
        let seen = Readable::new(table, constraints).but(&name).of(table);
        let features = self.features(&seen, constraints, &target)?;
        notes.extend(given_away(&seen, &target, &features)?.into_iter().collect());
        let protected = self.protected_columns(table, constraints, &target)?;
        let groups = ProtectedGroups::new(table, &protected)
            .map_err(|error| no_column(table, &error.column, "which was to be protected"))?;
        one_group(table, &protected)?;
        let (favourable, favourable_note) = self.favourable_class(&target, good(table, constraints, &target))?;
        let favourable_note = favourable_note.filter(|_| !protected.is_empty());
        let weights = weights(table, constraints, &mut notes);
        Ok(Prepared {
            target,
            features,
            protected,
            groups,
            favourable,
            weights,
            learner: self.learner,
            notes,
            favourable_note,
        })
    }

    fn target_name(&self, table: &Table, constraints: &Constraints) -> Result<String, Error> {
        if let Some(name) = &self.target {
            return match table.schema().find(name) {
                Some(_) => Ok(name.clone()),
                None => Err(no_column(table, name, "which was to be the target")),
            };
        }
        match constraints.columns().of_role(ColumnRole::Label).collect::<Vec<_>>()[..] {
            [only] => Ok(table.schema().name(only).to_owned()),
            [] => Err(Error::settings(
                "no-target",
                "it is not said which column a model is to predict",
                "name it with `--target COLUMN`, or give it its role in the rules: `column COLUMN label`",
            )),
            [first, second, ..] => Err(Error::settings(
                "several-targets",
                format!(
                    "the rules declare several labels, `{}` and `{}` among them",
                    table.schema().name(first),
                    table.schema().name(second)
                ),
                "say with `--target COLUMN` which of them is to be predicted",
            )),
        }
    }

    fn features(&self, table: &Table, constraints: &Constraints, target: &Target) -> Result<FeatureSettings, Error> {
        let mut exclude = self.exclude.clone();
        for name in &exclude {
            if table.schema().find(name).is_none() {
                return Err(no_column(table, name, "which was to be no feature"));
            }
            if name == target.name() {
                let title = format!("`{name}` is the target, and was to be excluded");
                return Err(Error::settings(
                    "target-excluded",
                    title,
                    "leave out `--exclude` for it, or name another target",
                ));
            }
        }
        for role in [ColumnRole::Id, ColumnRole::Label, ColumnRole::Weight] {
            let declared = constraints.columns().of_role(role).map(|id| table.schema().name(id).to_owned());
            exclude.extend(declared.filter(|name| name != target.name()));
        }
        let settings = FeatureSettings { exclude, ..FeatureSettings::default() };
        match Featuriser::fit(table, target.name(), &settings) {
            Ok(_) => Ok(settings),
            Err(error) => Err(no_features(&error)),
        }
    }

    fn protected_columns(
        &self,
        table: &Table,
        constraints: &Constraints,
        target: &Target,
    ) -> Result<Vec<String>, Error> {
        let declared = || constraints.columns().of_role(ColumnRole::Protected);
        let names: Vec<String> = match self.protected.is_empty() {
            true => declared().map(|id| table.schema().name(id).to_owned()).collect(),
            false => self.protected.clone(),
        };
        match names.iter().find(|name| *name == target.name()) {
            Some(name) if !self.protected.is_empty() => {
                let title = format!("`{name}` is the target, and was to be protected too");
                Err(Error::settings(
                    "target-protected",
                    title,
                    "protect the columns whose groups are to be treated alike",
                ))
            }
            _ => Ok(names.into_iter().filter(|name| name != target.name()).collect()),
        }
    }

    /// The class that is good to have, and what is told of it where nobody named it.
    fn favourable_class(&self, target: &Target, good: Option<String>) -> Result<(Class, Option<Diagnostic>), Error> {
        let classes = target.classes();
        if let Some(name) = self.favourable.as_ref().or(good.as_ref()) {
            let class = target.class(name).ok_or_else(|| {
                let meant = nearest(name, classes.iter().map(String::as_str));
                let meant = meant.map_or(String::new(), |near| format!("write `{near}`; "));
                let title = format!("`{name}` is no class of `{}`", target.name());
                Error::settings("unknown-class", title, format!("{meant}the classes are {}", listed(classes)))
            })?;
            return Ok((class, None));
        }
        let last = classes.last().expect("a target has two classes at least");
        let title = format!("`{last}` is taken for the class of `{}` that is good to have", target.name());
        let note = Diagnostic::note("favourable-class", title);
        let note = note.help(format!("if it is another, name it with `--favourable`: {}", listed(classes)));
        Ok((Class(classes.len() as u32 - 1), Some(note)))
    }
}

/// The class of the target that the rules call good.
fn good(table: &Table, constraints: &Constraints, target: &Target) -> Option<String> {
    let id = table.schema().find(target.name())?;
    constraints.columns().get(id).good.iter().find(|value| target.class(value).is_some()).cloned()
}

impl Prepared {
    /// The weights of some rows.
    pub(super) fn weights_of(&self, rows: &[usize]) -> Option<Vec<f64>> {
        self.weights.as_ref().map(|weights| rows.iter().map(|&row| weights[row]).collect())
    }
}

/// How much each row counts by the column of role `weight`. What is no weight counts as 1, which is told.
fn weights(table: &Table, constraints: &Constraints, notes: &mut Diagnostics) -> Option<Vec<f64>> {
    let id = constraints.columns().of_role(ColumnRole::Weight).next()?;
    let weight = |text: &str| parse_number(text).filter(|weight| weight.is_finite() && *weight >= 0.0);
    let mut odd = 0;
    let weights = table.row_ids().map(|row| {
        table.column(id).text(row).and_then(weight).unwrap_or_else(|| {
            odd += 1;
            1.0
        })
    });
    let weights: Vec<f64> = weights.collect();
    if odd > 0 {
        let name = table.schema().name(id);
        let title = format!("{odd} rows have no weight in `{name}` that can be used, and count once");
        notes.push(Diagnostic::warning("no-weight", title).help("write a number of 0 or more into each"));
    }
    Some(weights)
}

/// What is told of rows that have no class that can be learned.
fn unlabelled(table: &Table, target: &Target) -> Result<Option<Diagnostic>, Error> {
    let labels = target.labels(table).map_err(|error| refused(&error))?;
    let rows = labels.iter().filter(|label| label.is_none()).count();
    let title = format!(
        "{rows} of {} rows have no value in `{}`, or a class of fewer than {LEAST_ROWS} rows: no model learns from them",
        table.rows(),
        target.name()
    );
    Ok((rows > 0).then(|| Diagnostic::note("rows-without-label", title)))
}

/// What is told of columns that give the target away.
///
/// # Errors
/// A column that is the target in other words.
fn given_away(table: &Table, target: &Target, features: &FeatureSettings) -> Result<Option<Diagnostic>, Error> {
    let found = leaks(table, target, &features.exclude).map_err(|error| no_features(&error))?;
    let mut determining = Vec::new();
    for leak in found {
        match leak {
            Leak::Copy { column, rows } => {
                let name = target.name();
                let title = format!(
                    "`{column}` is `{name}` in other words, in all of {rows} rows: a model would learn nothing else"
                );
                return Err(Error::settings(
                    "target-leak",
                    title,
                    format!("leave it out with `--exclude {column}`, or predict another column"),
                ));
            }
            Leak::Determines { column, errors, rows } => determining.push((column, rows - errors, rows)),
        }
    }
    let Some((column, right, rows)) = determining.first() else { return Ok(None) };
    let others = match determining.len() - 1 {
        0 => String::new(),
        others => format!(", and {others} more columns as many"),
    };
    let title = format!("`{column}` tells the class of {right} of {rows} rows by itself{others}");
    let excluded: Vec<String> = determining.iter().map(|(column, ..)| format!("--exclude {column}")).collect();
    Ok(Some(Diagnostic::warning("target-leak", title).help(format!(
        "if that is not known yet when the class is to be predicted, leave it out: `{}`",
        excluded.join(" ")
    ))))
}

/// A protected column in which all rows are alike has nothing to compare.
fn one_group(table: &Table, protected: &[String]) -> Result<(), Error> {
    for column in protected {
        let groups = ProtectedGroups::new(table, std::slice::from_ref(column))
            .map_err(|error| no_column(table, &error.column, "which was to be protected"))?;
        if groups.len() < 2 {
            let only = groups.names().first().map_or(String::new(), |name| format!(" ({name})"));
            let title =
                format!("the protected column `{column}` has one group only{only}: there is none to compare it with");
            return Err(Error::settings("one-group", title, "leave it out, or protect a column of several groups"));
        }
    }
    Ok(())
}

/// A message for a column that is not there.
pub(super) fn no_column(table: &Table, name: &str, what: &str) -> Error {
    let names = || table.schema().ids().map(|id: AttributeId| table.schema().name(id));
    let meant = nearest(name, names()).map_or(String::new(), |near| format!("write `{near}`; "));
    let columns: Vec<String> = names().map(str::to_owned).collect();
    let title = format!("no column `{name}` in the table, {what}");
    Error::settings("unknown-column", title, format!("{meant}the columns are {}", listed(&columns)))
}

/// A few names, and how many more there are.
fn listed(names: &[String]) -> String {
    const MOST: usize = 12;
    let shown = names.iter().take(MOST).map(String::as_str).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(MOST) {
        0 => shown,
        more => format!("{shown}, and {more} more"),
    }
}

/// A message for a column that is no target.
fn refused(error: &TargetError) -> Error {
    let (code, help) = match error {
        TargetError::NoSuchColumn { columns, .. } => ("unknown-column", format!("the columns are {}", listed(columns))),
        TargetError::Empty { .. } => ("empty-target", "name a column that says of each row what it is".to_owned()),
        TargetError::Constant { .. } => {
            ("constant-target", "there is nothing to predict: name a column of two classes or more".to_owned())
        }
        TargetError::Continuous { .. } => (
            "continuous-target",
            "a class is needed: name a column of a few values, or add one that cuts the number, such as `income > 50000`"
                .to_owned(),
        ),
        TargetError::TooManyClasses { .. } => (
            "too-many-classes",
            "name a column of a few values; names and texts cannot be predicted as classes".to_owned(),
        ),
        TargetError::RareClasses { .. } => (
            "rare-classes",
            format!("two classes of {LEAST_ROWS} rows or more are needed: take more rows, or join the classes"),
        ),
    };
    Error::settings(code, error.to_string(), help)
}

/// A message for a table that makes no features.
pub(super) fn no_features(error: &FeatureError) -> Error {
    match error {
        FeatureError::Target(error) => refused(error),
        FeatureError::NoSuchColumn { .. } => {
            Error::settings("unknown-column", error.to_string(), "give the table the same columns")
        }
        FeatureError::NoFeatures { columns } => {
            let why = |left_out: &LeftOut| match left_out {
                LeftOut::Asked => "excluded",
                LeftOut::Constant => "the same in all rows",
                LeftOut::NearUnique => "another in nearly every row",
                LeftOut::Identifier => "a number of the row",
            };
            let told: Vec<String> =
                columns.iter().map(|(name, left_out)| format!("{name} ({})", why(left_out))).collect();
            let help = format!(
                "a model needs columns that several rows share or that are numbers; there are {}",
                listed(&told)
            );
            Error::settings("no-features", error.to_string(), help)
        }
    }
}
