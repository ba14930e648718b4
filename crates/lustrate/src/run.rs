//! What `repair` and `explain` have in common: the run from a table and its rules to the decision for every cell.

mod past;
mod settled;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use lustrate_detect::{Detection, detect};
use lustrate_diagnostic::{Diagnostic, nearest};
use lustrate_joint::Joint;
use lustrate_labels::{Agreed, Labels};
use lustrate_link::find_sources;
use lustrate_model::{CellPosterior, Judgement, Model, Posterior, temper};
use lustrate_normalise::{Conversion, ConversionKind, FoundFormat, Normalised, Written, find_formats, normalise};
use lustrate_repair::{
    Phrasebook, Policy, Repairs, decide, decide_once, guard, keep_reasons, quarantine, reconcile, with_conversions,
    withhold_apart,
};
use lustrate_rules::{ColumnRole, ConstraintId, Constraints, Rules, bind};
use lustrate_table::{AttributeId, CellId, Table};

use crate::as_written::set_apart_as_written;
use crate::discover::discover;
use crate::labelled::{Taught, with_labelled};
use crate::lessons::Lessons;
use crate::memory::{LeftOut, left_out};
use crate::notes::sources_found;
use crate::repair::withhold_unfit;
use crate::repair_with_model::Keep;
use crate::time::{Clock, CutShort};
use crate::{Error, Omission, Settings};
use past::{Judged, Past, infer_rows};

pub(crate) use past::with_origin_of;
pub(crate) use settled::{Memory, Settled};

/// How far a run has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Looking for conventions of writing.
    FindingFormats,
    /// Looking for violations of the rules.
    Detecting,
    /// Counting what goes with what, before the first round.
    Counting,
    /// Learning: this round, of so many.
    Fitting {
        /// The round, from 1.
        round: u32,
        /// The number of rounds.
        of: u32,
    },
    /// Judging every cell: first those are found that are doubtful at all.
    Inferring {
        /// The rows that are judged; none as long as doubtful cells are looked for.
        rows: u64,
        /// All rows that will be.
        of: u64,
    },
    /// Holding the repairs against the rules.
    Reconciling,
}

/// Labels of which one is no likelier than another decide nothing.
const EVEN: f64 = 0.5;

/// A table, the rules that fit it, and how it is to be repaired.
pub(crate) struct Run<'a> {
    table: &'a Table,
    /// Those that were given, or that the table shows where none were.
    rules: Cow<'a, Rules>,
    pub(crate) settings: &'a Settings,
    /// The time that is left.
    clock: Clock,
    constraints: Constraints,
    /// The columns that identify rows.
    pub(crate) ids: Vec<AttributeId>,
    /// The columns that are not looked at so that it takes no more memory than it may.
    pub(crate) left_out: LeftOut,
    /// From which confidence on a cell is changed, and shown for review.
    pub(crate) policy: Policy,
    /// What people said of single cells.
    pub(crate) labels: Labels,
    /// What they agree on.
    pub(crate) agreed: Agreed,
    /// What is known of the first rows of the table, if only the others are to be repaired.
    past: Option<Past<'a>>,
}

impl<'a> Run<'a> {
    /// Binds the rules to the table.
    pub(crate) fn new(table: &'a Table, rules: &'a Rules, settings: &'a Settings) -> Result<Self, Error> {
        settings.check()?;
        let clock = Clock::start(settings.most_time());
        let rules = match rules.are_only_rewrites() && !settings.omits(Omission::Discovery) {
            true => Cow::Owned(with_discovered(table, rules, settings)?),
            false => Cow::Borrowed(rules),
        };
        Ok(Run { clock, ..Run::by(table, rules, settings)? })
    }

    /// The same run, for which the time counts from the begin of an earlier one on.
    pub(crate) fn begun_with(self, earlier: &Run<'_>) -> Self {
        Run { clock: earlier.clock, ..self }
    }

    /// Whether there is time to go over the table once more.
    pub(crate) fn has_time_for_more(&self) -> bool {
        self.clock.lets_go_over_it_again()
    }

    /// Binds the rules of a run to its table.
    fn by(table: &'a Table, rules: Cow<'a, Rules>, settings: &'a Settings) -> Result<Self, Error> {
        let constraints = bind(&rules, table.schema()).map_err(Error::Rules)?;
        let ids = ids(table, &constraints, settings)?;
        let constraints = constraints.with_ids(&ids);
        let idle: Vec<AttributeId> = left_alone(&constraints, &ids).collect();
        let left_out = left_out(table, &idle, settings)?;
        let labels = settings.given_labels().clone();
        let agreed = decided(labels.agree());
        Ok(Run {
            table,
            rules,
            settings,
            clock: Clock::start(settings.most_time()),
            constraints,
            ids,
            left_out,
            policy: settings.policy()?,
            labels,
            agreed,
            past: None,
        })
    }

    /// The rules of a name; one that determines several columns is several.
    ///
    /// # Errors
    /// A name that no rule has.
    pub(crate) fn named(&self, name: &str) -> Result<Vec<ConstraintId>, Error> {
        let all = || self.constraints.iter().filter(|(id, _)| !self.constraints.joins(*id));
        let found: Vec<ConstraintId> =
            all().filter(|(_, constraint)| constraint.name == name).map(|(id, _)| id).collect();
        if !found.is_empty() {
            return Ok(found);
        }
        // A statement that determines several columns is a rule for each of them, all of one name.
        let mut names: Vec<&str> = Vec::new();
        for (_, constraint) in all() {
            if !names.contains(&constraint.name.as_str()) {
                names.push(&constraint.name);
            }
        }
        let meant = nearest(name, names.iter().copied()).map_or(String::new(), |near| format!("write `{near}`; "));
        let known = if names.is_empty() {
            "no rules were given".to_owned()
        } else {
            format!("the rules are {}", names.join(", "))
        };
        let title = format!("no rule `{name}`, which was to be explained");
        Err(Error::settings("unknown-rule", title, meant + &known))
    }

    /// Runs something with as many threads as the settings say.
    pub(crate) fn within_threads<T: Send>(&self, run: impl FnOnce() -> T + Send) -> Result<T, Error> {
        within_threads(self.settings, run)
    }

    /// Does it. What is believed of the cells that are `asked` for, and of those that `rules_asked` blame, is kept however
    /// sure it is; nothing else depends on them.
    pub(crate) fn settle(
        &self,
        asked: &BTreeSet<CellId>,
        rules_asked: &[ConstraintId],
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Settled {
        self.settle_keeping(asked, rules_asked, (Memory::All, Keep::Nothing), progress)
    }

    /// The same, for which only so much is kept. Nothing that is decided depends on that.
    pub(crate) fn settle_keeping(
        &self,
        asked: &BTreeSet<CellId>,
        rules_asked: &[ConstraintId],
        (memory, keep): (Memory, Keep),
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Settled {
        let Run { table, rules, policy, .. } = self;
        let constraints = self.constraints.clone();
        let asked = &self.asked(asked);
        progress(Progress::FindingFormats);
        let (view, formats) = self.view();
        let taught = self.taught(&view);
        let judgement = taught.as_ref().map(|taught| self.judgement(taught, &view, progress));
        let (view, constraints) = self.labelled(taught.as_ref(), view, constraints);
        let formats = if taught.is_some() { still_followed(formats, &view) } else { formats };
        let mut repairs = Repairs::default();
        let mut believed: BTreeMap<CellId, CellPosterior> = BTreeMap::new();
        let book = Arc::new(Phrasebook::new(table.schema(), &constraints));
        let decide_part = &mut |constraints: &Constraints, part: Posterior| {
            let part = match &judgement {
                Some(judgement) => judgement.apply(part),
                None => part,
            };
            let mut decided = match memory {
                Memory::All => {
                    let decided = decide(&part, policy);
                    believed.extend(part.cells.into_iter().map(|cell| (cell.cell, cell)));
                    decided
                }
                Memory::Reasons => decide_once(part, policy),
            };
            guard(&mut decided, constraints);
            if memory == Memory::Reasons {
                keep_reasons(&mut decided, table, constraints, &book);
            }
            repairs.items.append(&mut decided.items);
        };
        let Believed { constraints, before, model, judged, found, cut_short } =
            self.believe(&view.table, constraints, decide_part, progress);
        // By their cells alone, as millions of repairs take room.
        repairs.items.sort_by_cached_key(|repair| repair.cell);
        // The counts of a large table are larger than the table, and nothing below asks for them where nothing is explained.
        let is_over = memory == Memory::Reasons && self.past.is_none();
        let lessons = is_over.then(|| Lessons::of(&view.table, &constraints, &before, &model, keep));
        let model = (!is_over).then_some(model);
        withhold_unfit(table, &mut repairs);
        let blamed = rules_asked.iter().flat_map(|&rule| &before.of(rule).blame.cells);
        let asked = asked.iter().chain(blamed).copied();
        let unheard: BTreeSet<CellId> = asked.filter(|cell| !believed.contains_key(cell)).collect();
        if let Some(model) = model.as_ref().filter(|_| memory == Memory::All && !unheard.is_empty()) {
            // Asked for by themselves: what is weighed jointly must not depend on what somebody wants to know.
            infer_rows(model, &view.table, &unheard, judged, &|| true, &mut |_, part| {
                let asked = part.cells.into_iter().filter(|cell| unheard.contains(&cell.cell));
                believed.extend(asked.map(|cell| (cell.cell, cell)));
            });
        }
        progress(Progress::Reconciling);
        let Judged { table, view, formats, before, repairs, believed } =
            self.new_rows(&constraints, Judged { table: self.table, view, formats, before, repairs, believed });
        let lessons = lessons.unwrap_or_else(|| {
            let model = model.as_ref().expect("a model is given back only once its lessons are told");
            Lessons::of(&view.table, &constraints, &before, model, keep)
        });
        let model = model.filter(|_| memory == Memory::All);
        let reconciled = reconcile(&view.table, &constraints, &before, repairs);
        let mut quarantine = quarantine(&reconciled.table, &constraints, &reconciled.detection);
        let repairs = with_conversions(reconciled.repairs, &view.conversions, table, policy);
        let mut repairs = with_labelled(repairs, table, &self.labels, &self.own_agreed(), &constraints);
        withhold_unfit(table, &mut repairs);
        withhold_apart(&mut repairs, &quarantine);
        set_apart_as_written(table, rules, &constraints, &mut repairs, &mut quarantine);
        Settled {
            constraints,
            formats,
            view,
            before,
            lessons,
            model,
            found,
            cut_short,
            believed,
            reconciled: reconciled.table,
            not_borne_out: reconciled.not_borne_out,
            after: reconciled.detection,
            repairs,
            quarantine,
            taught,
            judgement: judgement.unwrap_or_default(),
        }
    }

    /// What is believed of a view, by the model and all that weighs cells jointly: it is given part by part, so that what is told
    /// of the cells of a large table is not held at once.
    fn believe(
        &self,
        view: &Table,
        constraints: Constraints,
        each: &mut (dyn FnMut(&Constraints, Posterior) + Send),
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Believed {
        let settings = self.settings;
        progress(Progress::Detecting);
        let before = detect(view, &constraints);
        let mut cut_short = CutShort::default();
        let (model, judged) = self.model(view, &constraints, &mut cut_short, progress);
        let of = judged.len() as u64;
        progress(Progress::Inferring { rows: 0, of });
        cut_short.sources = !settings.omits(Omission::Sources) && !self.clock.lets_look_for_sources();
        let without_sources = cut_short.sources || settings.omits(Omission::Sources);
        let sources = if without_sources { None } else { find_sources(view, &constraints) };
        let found = sources.as_ref().map(|sources| sources_found(self.table, sources));
        let constraints = match sources {
            Some(sources) => constraints.with_fusions(vec![sources]),
            None => constraints,
        };
        let mut joint = Joint::new(view, &constraints, &before);
        let is_joint = !settings.omits(Omission::Joint);
        let needed = joint.concerned();
        let go_on = &|| self.clock.lets_judge();
        let until = infer_rows(&model, view, &needed, judged.clone(), go_on, &mut |rows, part| {
            let done = rows.end.saturating_sub(judged.start);
            let part = if is_joint { joint.weigh(rows, part) } else { part };
            each(&constraints, temper(part));
            progress(Progress::Inferring { rows: u64::from(done), of });
        });
        let own = |row: u32| u64::from(row - judged.start);
        cut_short.rows = (until < judged.end).then(|| (own(until) + 1, own(judged.end)));
        if is_joint {
            each(&constraints, temper(joint.finish()));
        }
        Believed { constraints, before, model, judged, found, cut_short }
    }

    /// What labels teach of how columns are written; `None` where there are none.
    fn taught(&self, view: &Normalised) -> Option<Taught> {
        let labelled = !self.agreed.cells.is_empty();
        labelled.then(|| Taught::new(self.table, view, &self.constraints, &self.agreed))
    }

    /// What labels say of the changes that would be made without them.
    fn judgement(&self, taught: &Taught, view: &Normalised, progress: &(dyn Fn(Progress) + Sync)) -> Judgement {
        if let Some(past) = &self.past {
            return past.judgement.clone();
        }
        let unaware = taught.view_without_cells(self.table, view.clone(), self.first_new());
        let mut posterior = Posterior::default();
        let all = &mut |_: &Constraints, part: Posterior| posterior.cells.extend(part.cells);
        self.believe(&unaware.table, self.constraints.clone(), all, progress);
        posterior.cells.sort_by_key(|cell| cell.cell);
        Judgement::learn(&posterior, &taught.truth(&self.agreed))
    }

    /// The view and the rules of a table in which the labelled cells are known.
    fn labelled(
        &self,
        taught: Option<&Taught>,
        view: Normalised,
        constraints: Constraints,
    ) -> (Normalised, Constraints) {
        match taught {
            Some(taught) => {
                let known = self.agreed.cells.keys().copied().collect();
                (taught.view(self.table, view, self.first_new()), constraints.with_known(known))
            }
            None => (view, constraints),
        }
    }
}

/// What comes of believing something of a view.
struct Believed {
    /// The rules, with the sources that were found.
    constraints: Constraints,
    before: Detection,
    model: Model,
    /// The rows that the model judges.
    judged: std::ops::Range<u32>,
    /// What is told of the sources that were found.
    found: Option<Diagnostic>,
    /// What there was no time for.
    cut_short: CutShort,
}

impl Run<'_> {
    /// The rules that it goes by: those that were given, or those that the table shows.
    pub(crate) fn rules(&self) -> &Rules {
        &self.rules
    }

    /// The table as the model sees it, and the columns of which a convention of writing was found.
    fn view(&self) -> (Normalised, Vec<FoundFormat>) {
        let Run { table, settings, constraints, ids, .. } = self;
        let view = normalise(table, constraints);
        let mut formats = find_formats(&view.table, constraints);
        let identifies = |attribute: &AttributeId| ids.contains(attribute);
        formats.retain(|format| {
            let touches_id = identifies(&format.attribute) || format.with.as_ref().is_some_and(identifies);
            settings.follows(format.convention.name) && !touches_id
        });
        (view.with_formats(table, &formats), formats)
    }

    /// The settings of the model of the table.
    fn model_settings(&self) -> lustrate_model::Settings {
        let left_alone = left_alone(&self.constraints, &self.ids).chain(self.left_out.columns.iter().copied());
        left_alone.fold(self.settings.model(), |model, id| model.leave_alone(id))
    }
}

/// What is agreed on, without the cells of which one answer is no likelier than another.
fn decided(mut agreed: Agreed) -> Agreed {
    agreed.cells.retain(|_, label| label.probability > EVEN);
    agreed
}

/// The conventions that still write cells otherwise after labels, with the cells.
fn still_followed(mut formats: Vec<FoundFormat>, view: &Normalised) -> Vec<FoundFormat> {
    for format in formats.iter_mut().filter(|format| format.written == Written::AsFound) {
        let kind = ConversionKind::Found(format.convention.name);
        // A convention may have come after another, which the conversion is called by.
        let named = format!("format {}: ", format.convention.name);
        let its = |conversion: &&Conversion| {
            let is_its = conversion.kind == kind || conversion.reason.contains(&named);
            conversion.cell.attribute == format.attribute && is_its
        };
        format.cells = view.conversions.iter().filter(its).count() as u64;
    }
    formats.retain(|format| format.cells > 0);
    formats
}

/// Rewrites, and the rules that a table shows once its values are written so.
fn with_discovered(table: &Table, rewrites: &Rules, settings: &Settings) -> Result<Rules, Error> {
    if rewrites.is_empty() {
        return Ok(discover(table, settings)?.rules());
    }
    let constraints = bind(rewrites, table.schema()).map_err(Error::Rules)?;
    let mut rules = rewrites.clone();
    rules.extend(discover(&normalise(table, &constraints).table, settings)?.rules());
    Ok(rules)
}

/// The columns that say nothing of others and that statistics do not repair.
fn left_alone(constraints: &Constraints, ids: &[AttributeId]) -> impl Iterator<Item = AttributeId> {
    let roles = [ColumnRole::Label, ColumnRole::Weight];
    let declared = roles.into_iter().flat_map(|role| constraints.columns().of_role(role));
    ids.iter().copied().chain(declared).collect::<Vec<_>>().into_iter()
}

/// The columns that identify rows: those of the settings, and those that the rules declare.
pub(crate) fn ids(table: &Table, constraints: &Constraints, settings: &Settings) -> Result<Vec<AttributeId>, Error> {
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

/// Runs something with as many threads as the settings say.
pub(crate) fn within_threads<T: Send>(settings: &Settings, run: impl FnOnce() -> T + Send) -> Result<T, Error> {
    let Some(threads) = settings.thread_count() else { return Ok(run()) };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let refused =
        |error| Error::settings("no-threads", format!("cannot start {threads} threads: {error}"), "take fewer");
    let pool = pool.map_err(refused)?;
    Ok(pool.install(run))
}
