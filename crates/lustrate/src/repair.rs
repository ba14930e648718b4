//! The main verb.

use lustrate_detect::detect;
use lustrate_diagnostic::nearest;
use lustrate_io::fits;
use lustrate_joint::{concerned, joint};
use lustrate_link::find_sources;
use lustrate_model::{fit_with, infer_asked};
use lustrate_normalise::{find_formats, normalise};
use lustrate_repair::{
    Repairs, Withheld, apply, decide, guard, quarantine, reconcile, with_conversions, withhold_apart,
};
use lustrate_rules::{ColumnRole, Constraints, Rules, bind};
use lustrate_table::{AttributeId, RowId, Table};

use crate::naming::{Found, outcome};
use crate::notes::{formats_found, partial_coverage, rules_not_borne_out, sources_found, unused_rules};
use crate::outcome::{Decision, Outcome};
use crate::whole::Whole;
use crate::{Error, Settings};

/// How far a run has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Looking for violations of the rules.
    Detecting,
    /// Learning: this round, of so many.
    Fitting {
        /// The round, from 1.
        round: u32,
        /// The number of rounds.
        of: u32,
    },
    /// Judging every cell.
    Inferring,
    /// Holding the repairs against the rules.
    Reconciling,
}

/// Finds and repairs the wrong cells of a table.
///
/// With no rules ([`Rules::default`]) the model rests on what the data show: dependencies, associations, spelling.
///
/// This is the composition of the public verbs, and does nothing that they cannot do one by one. What the rules say of the
/// rows that stay as a whole is told beside it by [`checks`](crate::checks()), [`duplicates`](crate::duplicates()) and
/// [`unknown_keys`](crate::unknown_keys()).
///
/// ```
/// use lustrate::{
///     Policy, apply, bind, concerned, decide, detect, find_formats, find_sources, fit, guard, infer_asked, joint,
///     normalise, quarantine, reconcile, verbs::ModelSettings, with_conversions, withhold_apart, withhold_unfit,
/// };
/// # use lustrate::{Column, Rules, Table};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let cells = |value: &'static str, odd: &'static str| {
/// #     (0..30).map(move |row| Some(if row == 7 { odd } else { value })).collect::<Column>()
/// # };
/// # let table = Table::new(vec![("zip".into(), cells("00184", "00184")), ("city".into(), cells("Rome", "Rone"))])?;
/// # let source = lustrate::SourceText::new("cities.rules", "zip: fd zip -> city");
/// # let rules = lustrate::parse(&std::sync::Arc::new(source)).rules;
/// let constraints = bind(&rules, table.schema()).map_err(lustrate::Error::Rules)?;
/// let view = normalise(&table, &constraints);
/// let formats = find_formats(&view.table, &constraints);
/// let view = view.with_formats(&table, &formats);
/// let detection = detect(&view.table, &constraints);
/// let model = fit(&view.table, &constraints, &ModelSettings::new());
/// let constraints = match find_sources(&view.table, &constraints) {
///     Some(sources) => constraints.with_fusions(vec![sources]),
///     None => constraints,
/// };
/// let asked = concerned(&view.table, &constraints, &detection);
/// let posterior = joint(infer_asked(&model, &view.table, &asked), &view.table, &constraints, &detection);
/// let mut repairs = decide(&posterior, &Policy::default());
/// guard(&mut repairs, &constraints);
/// withhold_unfit(&table, &mut repairs);
/// let reconciled = reconcile(&view.table, &constraints, &detection, repairs);
/// let set_apart = quarantine(&reconciled.table, &constraints, &reconciled.detection);
/// let mut repairs = with_conversions(reconciled.repairs, &view.conversions, &table, &Policy::default());
/// withhold_apart(&mut repairs, &set_apart);
/// let repaired = apply(&table, &repairs);
/// # assert!(set_apart.is_empty());
/// # assert_eq!(repaired.rows(), table.rows());
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// Rules that do not fit the table, all at once; an id column that it does not have; thresholds out of order.
pub fn repair(table: &Table, rules: &Rules, settings: &Settings) -> Result<Outcome, Error> {
    repair_with(table, rules, settings, &|_| ())
}

/// The same, telling how far it has come.
///
/// # Errors
/// As [`repair`].
pub fn repair_with(
    table: &Table,
    rules: &Rules,
    settings: &Settings,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Outcome, Error> {
    settings.check()?;
    let constraints = bind(rules, table.schema()).map_err(Error::Rules)?;
    let ids = ids(table, &constraints, settings)?;
    let constraints = constraints.with_ids(&ids);
    let policy = settings.policy()?;
    let model_settings = left_alone(&constraints, &ids).fold(settings.model(), |model, id| model.leave_alone(id));
    within_threads(settings, || {
        progress(Progress::Detecting);
        let view = normalise(table, &constraints);
        let mut formats = find_formats(&view.table, &constraints);
        let identifies = |attribute: &AttributeId| ids.contains(attribute);
        formats.retain(|format| {
            let touches_id = identifies(&format.attribute) || format.with.as_ref().is_some_and(identifies);
            settings.follows(format.convention.name) && !touches_id
        });
        let view = view.with_formats(table, &formats);
        let before = detect(&view.table, &constraints);
        let model = fit_with(&view.table, &constraints, &model_settings, &|round, of| {
            progress(Progress::Fitting { round, of });
        });
        progress(Progress::Inferring);
        let sources = find_sources(&view.table, &constraints);
        let found = sources.iter().map(|sources| sources_found(table, sources)).collect::<Vec<_>>();
        let constraints = match sources {
            Some(sources) => constraints.with_fusions(vec![sources]),
            None => constraints,
        };
        let asked = concerned(&view.table, &constraints, &before);
        let believed = infer_asked(&model, &view.table, &asked);
        let posterior = joint(believed, &view.table, &constraints, &before);
        let mut repairs = decide(&posterior, &policy);
        guard(&mut repairs, &constraints);
        withhold_unfit(table, &mut repairs);
        progress(Progress::Reconciling);
        let reconciled = reconcile(&view.table, &constraints, &before, repairs);
        let quarantine = quarantine(&reconciled.table, &constraints, &reconciled.detection);
        let staying: Vec<RowId> = table.row_ids().filter(|row| !quarantine.contains_key(row)).collect();
        let (kept, after) = if quarantine.is_empty() {
            (reconciled.table, reconciled.detection)
        } else {
            let kept = reconciled.table.select(&staying);
            let after = detect(&kept, &constraints);
            (kept, after)
        };
        let whole = Whole::new(&kept, &constraints, &after, &staying);
        let mut repairs = with_conversions(reconciled.repairs, &view.conversions, table, &policy);
        withhold_unfit(table, &mut repairs);
        withhold_apart(&mut repairs, &quarantine);
        let mut notes = constraints.notes().clone();
        notes.extend(partial_coverage(&constraints, &before));
        notes.extend(unused_rules(&constraints, &model));
        notes.extend(rules_not_borne_out(&constraints, &reconciled.not_borne_out));
        notes.extend(formats_found(table, &formats));
        found.into_iter().for_each(|note| notes.push(note));
        outcome(Found {
            table,
            repaired: apply(table, &repairs),
            constraints: &constraints,
            ids: &ids,
            before: &before,
            after: &after,
            repairs,
            quarantine,
            whole,
            notes,
        })
    })
}

/// The columns that say nothing of others and that statistics do not repair.
fn left_alone(constraints: &Constraints, ids: &[AttributeId]) -> impl Iterator<Item = AttributeId> {
    let roles = [ColumnRole::Label, ColumnRole::Weight];
    let declared = roles.into_iter().flat_map(|role| constraints.columns().of_role(role));
    ids.iter().copied().chain(declared).collect::<Vec<_>>().into_iter()
}

fn within_threads<T: Send>(settings: &Settings, run: impl FnOnce() -> T + Send) -> Result<T, Error> {
    let Some(threads) = settings.thread_count() else { return Ok(run()) };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let refused =
        |error| Error::settings("no-threads", format!("cannot start {threads} threads: {error}"), "take fewer");
    let pool = pool.map_err(refused)?;
    Ok(pool.install(run))
}

/// The columns that identify rows: those of the settings, and those that the rules declare.
fn ids(table: &Table, constraints: &Constraints, settings: &Settings) -> Result<Vec<AttributeId>, Error> {
    let names = || table.schema().attributes().iter().map(|attribute| attribute.name.as_str());
    let find = |name: &String| {
        table.schema().find(name).ok_or_else(|| {
            let columns = names().collect::<Vec<_>>().join(", ");
            let meant = nearest(name, names()).map_or(String::new(), |near| format!("write `{near}`; "));
            let title = format!("no column `{name}` in the table, which was to identify rows");
            Error::settings("unknown-column", title, format!("{meant}the columns are {columns}"))
        })
    };
    let mut ids: Vec<AttributeId> = settings.ids().iter().map(find).collect::<Result<_, _>>()?;
    let declared = constraints.columns().of_role(ColumnRole::Id);
    ids.extend(declared.filter(|id| !ids.contains(id)).collect::<Vec<_>>());
    Ok(ids)
}

/// Leaves for review the repairs that the file of a table cannot hold: a word in a Parquet column of numbers, a letter
/// that the encoding lacks. Does nothing for a table that came from no file.
pub fn withhold_unfit(table: &Table, repairs: &mut Repairs) {
    for repair in repairs.items.iter_mut().filter(|repair| repair.decision == Decision::Apply) {
        if repair.new.as_deref().is_some_and(|new| !fits(table, repair.cell, new)) {
            repair.withhold(Withheld::ColumnType);
        }
    }
}
