//! Latent entities: rows as noisy copies of the things that they are about.
//!
//! Attributes that depend on one key describe one thing (a provider, a product), and the rows with that key are copies of
//! it, each with errors of its own. A row is about
//!
//! ```text
//! P(e | row) ∝ P(e) · Π_A P(o_A | e)         P(e) ∝ the other rows of e, or the chance that a row is the first of its entity
//! P(o | e)   = (1 - eps) P_e(o) + eps Σ_v P_e(v) Ch(o | v)
//! P_e(v)     = rho T(v) + (1 - rho) (n_ev + alpha pt) / (n_e + alpha)
//! T(v)       ∝ pt(v) Π_j Ch(o_j | v)         over the other copies j: what they read, never what is believed of them
//! ```
//!
//! so that a row with a wrong key is known by its other attributes. What is not a copy of a known entity may be about one
//! that is new, or about one that is new and much like a known one: `12040 Oak Road` and `12046 Oak Road` stay apart where
//! they differ in more than errors explain.
//!
//! Sources: Steorts, Hall and Fienberg, "A Bayesian approach to graphical record linkage and deduplication", 2016, have
//! rows as noisy copies of latent entities; Lew and others, "PClean", 2021, the same under a program that people write.
//! An entity is named by its key; which rows are copies of it is decided anew in every round.

use lustrate_rules::{ConstraintId, Dependency};
use lustrate_table::{AttributeId, Code, Groups, RowId};
use rayon::prelude::*;

use crate::calibrate::{Observation, calibrate};
use crate::channel::{Noise, TableNoise};
use crate::column::{ColumnModel, Membership, Role};
use crate::factors::context::Calibration;
use crate::lexicon::{MISSING, code, slot};
use crate::map::HashMap;
use crate::model::KnownDependency;
use crate::scorer::{FactsCache, facts, pair_likelihood};
use crate::settings::{GIVEN, HARD};
use crate::state::{State, sample};
use crate::tally::{Group, GroupTally, NO_GROUP};
use crate::values::Values;

/// Attributes that describe one kind of thing.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    /// The attribute that names an entity.
    pub(crate) key: AttributeId,
    /// All attributes that determine each other with the key, itself among them.
    pub(crate) keys: Vec<AttributeId>,
    /// What describes the entity: the key and all that depends on it.
    pub(crate) attributes: Vec<Described>,
    /// The rows of each entity, by the confidence in their keys.
    pub(crate) weights: Vec<f64>,
}

/// One attribute of a kind of thing.
#[derive(Clone, Debug)]
pub(crate) struct Described {
    pub(crate) attribute: AttributeId,
    /// The rule that says that the key determines it; of the key itself, none.
    pub(crate) rule: Option<ConstraintId>,
    /// The share of rows in which it follows from the key; 0 where nothing says that it does directly.
    pub(crate) holds: f64,
    /// Written values by entity.
    pub(crate) counts: GroupTally,
    pub(crate) calibration: Calibration,
}

impl Block {
    /// The place of an attribute among those of the block.
    pub(crate) fn place(&self, attribute: AttributeId) -> Option<usize> {
        self.attributes.iter().position(|described| described.attribute == attribute)
    }

    /// Whether the block says of the target what a context with this key says.
    pub(crate) fn covers(&self, key: &[AttributeId], target: AttributeId) -> bool {
        self.place(target).is_some() && key.iter().all(|&part| self.place(part).is_some())
    }

    /// Counts what is written in the rows by the entities that they are taken for.
    pub(crate) fn collect(&mut self, state: &State, entity_of: &[Code]) {
        let bound = entity_of.iter().filter(|code| !code.is_null()).map(|code| code.index() + 1).max().unwrap_or(0);
        let groups = Groups::by_codes(&[(entity_of, bound)]);
        let key = state.column(self.key);
        self.weights = vec![0.0; groups.len()];
        for row in 0..state.rows() {
            if let Some(group) = groups.group(RowId(row as u32)) {
                let named = key.observed[row] == entity_of[row];
                self.weights[group as usize] += if named { f64::from(key.confidence[row]) } else { 1.0 };
            }
        }
        for described in &mut self.attributes {
            let column = state.column(described.attribute);
            described.counts = GroupTally::new(&groups, &[entity_of], |row| slot(column.observed[row]), |_| 1.0);
        }
    }
}

/// The kinds of things of a table: for each attribute that alone determines others, those that depend on it.
pub(crate) fn blocks(dependencies: &[KnownDependency], columns: &[ColumnModel]) -> Vec<Block> {
    let usable = |attribute: AttributeId| columns[attribute.index()].role == Role::Active;
    let edges: Vec<(AttributeId, &KnownDependency)> = (dependencies.iter())
        .filter_map(|known| match known.dependency.lhs.as_slice() {
            &[key] if usable(key) && usable(known.dependency.rhs) => Some((key, known)),
            _ => None,
        })
        .collect();
    let mut keys: Vec<AttributeId> = edges.iter().map(|&(key, _)| key).collect();
    keys.sort_unstable();
    keys.dedup();
    let reach: HashMap<AttributeId, Vec<AttributeId>> = keys.iter().map(|&key| (key, reachable(key, &edges))).collect();
    let mut blocks: Vec<Block> = Vec::new();
    for &key in &keys {
        if blocks.iter().any(|block| block.keys.contains(&key)) {
            continue;
        }
        let reached = &reach[&key];
        let back = |other: &AttributeId| reach.get(other).is_some_and(|reached| reached.contains(&key));
        let mut same: Vec<AttributeId> = reached.iter().copied().filter(back).collect();
        same.insert(0, key);
        let described = |&attribute: &AttributeId| {
            let direct = edges.iter().filter(|(from, known)| same.contains(from) && known.dependency.rhs == attribute);
            let best = direct.max_by(|a, b| (a.1.rule.is_some(), a.1.holds).partial_cmp(&(b.1.rule.is_some(), b.1.holds)).unwrap_or(std::cmp::Ordering::Equal));
            Described {
                attribute,
                rule: best.and_then(|(_, known)| known.rule),
                holds: best.map_or(0.0, |(_, known)| known.holds),
                counts: GroupTally::default(),
                calibration: Calibration { alpha: 1.0, rho: 0.9 },
            }
        };
        // What follows from another attribute of the entity says nothing new of the entity.
        let direct = |attribute: &&AttributeId| {
            let implied = |&(from, known): &(AttributeId, &KnownDependency)| {
                known.dependency.rhs == **attribute && !same.contains(&from) && reached.contains(&from) && !reach[&from].contains(&from)
            };
            **attribute != key && (same.contains(attribute) || !edges.iter().any(implied))
        };
        let attributes = std::iter::once(&key).chain(reached.iter().filter(direct)).map(described);
        blocks.push(Block { key, attributes: attributes.collect(), keys: same, weights: Vec::new() });
    }
    blocks
}

/// What depends on an attribute, directly or not, without itself.
fn reachable(from: AttributeId, edges: &[(AttributeId, &KnownDependency)]) -> Vec<AttributeId> {
    let mut found = vec![from];
    let mut next = 0;
    while next < found.len() {
        let here = found[next];
        for (_, known) in edges.iter().filter(|&&(key, _)| key == here) {
            let Dependency { rhs, .. } = known.dependency;
            if !found.contains(&rhs) {
                found.push(rhs);
            }
        }
        next += 1;
    }
    found.remove(0);
    found.sort_unstable();
    found
}

/// The entities of a block as one round sees them.
pub(crate) struct Entities<'a> {
    pub(crate) block: &'a Block,
    columns: Vec<&'a ColumnModel>,
    values: Vec<&'a Values>,
    table_noise: &'a TableNoise,
    facts: Vec<&'a FactsCache>,
    /// What the copies say of each attribute of each entity.
    summaries: Vec<Vec<Summary>>,
    /// The entity that a key names, by slot of the key.
    of_key: Vec<Group>,
    /// Of every other attribute that names entities: the entity in which a value has most copies, and how many.
    owners: Vec<HashMap<u32, (Group, f64)>>,
    /// The chance that a row is the first of its entity.
    first: f64,
    /// The chance that an entity has a twin: another that differs from it in nothing but the key.
    twin: f64,
    /// The chance that the key of each entity is no misread key of a twin.
    real: Vec<f64>,
}

/// What one more copy of a value says, in nats, is within these bounds.
const COPY: (f64, f64) = (0.5, 60.0);
/// A probability is no smaller than this.
const LEAST: f64 = 1e-290;
/// Values of an entity that are looked at one by one.
const LEADERS: usize = 4;
/// Other values of an entity that are held against its leaders.
const MOST_VARIANTS: usize = 40;
/// The share of new entities that are much like a known one.
const ALIKE: f64 = 0.1;
/// Entities with so many rows tell whether entities have twins.
const ESTABLISHED: f64 = 3.0;
/// Twins that an entity is held against.
const MOST_TWINS: usize = 50;
/// An entity is beyond doubt from this chance on that its key is its own.
const REAL: f64 = 0.99;
/// The chance that two entities share what names one of them.
const TAKEN: f64 = 0.01;
/// A key in so many rows is no misread one.
const MOST_MISREAD: f64 = 20.0;
/// The chance that an attribute of two entities that are alike is the same.
const SHARED: f64 = 0.5;

/// The log weights of the values of one attribute of one entity.
#[derive(Clone, Debug)]
struct Summary {
    /// The likeliest, `log pt(v) + Σ_j log Ch(o_j | v) / (eps theta(o_j))`.
    leaders: [(u32, f64); LEADERS],
    /// The same of all other values that a copy reads, together.
    others: f64,
    /// Of all values that no copy reads.
    unread: f64,
}

const NO_VALUE: u32 = u32::MAX;

impl Summary {
    fn likeliest(&self) -> u32 {
        let better = |best: (u32, f64), leader: (u32, f64)| if leader.1 > best.1 { leader } else { best };
        self.leaders.iter().copied().fold((NO_VALUE, f64::NEG_INFINITY), better).0
    }
}

/// What is known of an attribute of an entity without one of its rows.
pub(crate) struct View<'e, 'a> {
    entities: &'e Entities<'a>,
    place: usize,
    entity: Group,
    /// What the row reads, if it is counted among the copies.
    own: Option<u32>,
    /// What the row reads, if it is counted at all: of this value its own cell is no evidence.
    asked: Option<u32>,
    leaders: [(u32, f64); LEADERS],
    log_total: f64,
}

impl<'a> Entities<'a> {
    pub(crate) fn new(
        block: &'a Block,
        columns: &'a [ColumnModel],
        values: &'a [Values],
        table_noise: &'a TableNoise,
        facts: &'a [FactsCache],
    ) -> Self {
        let places = || block.attributes.iter().map(|described| described.attribute.index());
        let columns: Vec<&ColumnModel> = places().map(|place| &columns[place]).collect();
        let values: Vec<&Values> = places().map(|place| &values[place]).collect();
        let facts: Vec<&FactsCache> = places().map(|place| &facts[place]).collect();
        let counts = &block.attributes[0].counts;
        let mut of_key = vec![NO_GROUP; columns[0].lexicon.slots()];
        let groups = || 0..counts.groups() as Group;
        groups().for_each(|group| of_key[slot(counts.key(group as usize)[0])] = group);
        let owners = (0..block.attributes.len()).map(|place| {
            let mut owners: HashMap<u32, (Group, f64)> = HashMap::default();
            let described = &block.attributes[place];
            if place > 0 && block.keys.contains(&described.attribute) {
                for group in groups() {
                    for &(slot, copies) in described.counts.of_group(group).iter().filter(|entry| entry.0 as usize != MISSING) {
                        let owner = owners.entry(slot).or_insert((group, copies));
                        if copies > owner.1 {
                            *owner = (group, copies);
                        }
                    }
                }
            }
            owners
        });
        let owners = owners.collect();
        let single = groups().filter(|&group| counts.rows(group) <= 1.0).count() as f64;
        let rows = counts.weight_of_all();
        let first = (single + 0.5) / (rows + 1.0);
        let mut entities =
            Entities { block, columns, values, table_noise, facts, summaries: Vec::new(), of_key, owners, first, twin: 0.0, real: Vec::new() };
        let summaries = (0..block.attributes.len()).map(|place| {
            let groups = block.attributes[place].counts.groups() as Group;
            (0..groups).into_par_iter().map(|group| entities.summary(place, group)).collect()
        });
        let summaries = summaries.collect();
        entities.summaries = summaries;
        entities.meet_twins();
        entities
    }

    /// Learns how often entities have twins, and how real each is.
    fn meet_twins(&mut self) {
        let likeliest = |place: usize, group: Group| self.summaries[place][group as usize].likeliest();
        let described = |group: Group| -> Vec<u32> { (1..self.columns.len()).map(|place| likeliest(place, group)).collect() };
        let counts = self.counts(0);
        let mut alike: HashMap<Vec<u32>, Vec<Group>> = HashMap::default();
        for group in 0..counts.groups() as Group {
            alike.entry(described(group)).or_default().push(group);
        }
        let rows = |group: Group| counts.rows(group);
        let (mut twins, mut established) = (0.0, 0.0);
        for groups in alike.values() {
            let many = groups.iter().filter(|&&group| rows(group) >= ESTABLISHED).count() as f64;
            established += many;
            twins += if many > 1.0 { many } else { 0.0 };
        }
        let twin = (twins + 0.5) / (established + 10.0);
        let all = counts.weight_of_all();
        let real = |group: Group, twins: &[Group]| {
            let own = slot(self.key_of(group)) as u32;
            let copies = rows(group);
            let real = (twin * self.first).ln() + copies * self.log_prior(0, own as usize);
            let error = self.columns[0].noise.error_rate.ln();
            let misread = |&twin: &Group| {
                let read = self.log_misread(0, own, slot(self.key_of(twin)) as u32);
                copies * ((rows(twin) / all).ln() + error + read)
            };
            let others = twins.iter().filter(|&&twin| twin != group && rows(twin) > copies).take(MOST_TWINS);
            let misread = others.map(misread).fold(f64::NEG_INFINITY, f64::max);
            1.0 / (1.0 + (misread - real).exp())
        };
        let mut all_real = vec![1.0; counts.groups()];
        for groups in alike.values().filter(|groups| groups.len() > 1) {
            for &group in groups.iter().filter(|&&group| rows(group) < MOST_MISREAD) {
                all_real[group as usize] = real(group, groups);
            }
        }
        self.real = all_real;
        self.twin = twin;
    }

    fn counts(&self, place: usize) -> &GroupTally {
        &self.block.attributes[place].counts
    }

    /// The log type-level prior of a value.
    pub(crate) fn log_prior(&self, place: usize, slot: usize) -> f64 {
        self.values[place].log_prior_unmarked[slot].clamp(-660.0, 0.0)
    }

    fn prior(&self, place: usize, slot: usize) -> f64 {
        self.log_prior(place, slot).exp()
    }

    /// The same without a cell of its own, which reads the value and is believed.
    pub(crate) fn log_prior_without(&self, place: usize, slot: usize) -> f64 {
        self.values[place].log_prior_without(slot, 1.0).clamp(-660.0, 0.0)
    }

    /// The log prior of a value beyond the copies of an entity: what these say is counted by itself. `asked` is a value
    /// that a cell reads which is no evidence either.
    fn log_prior_beyond(&self, place: usize, entity: Group, slot: u32, asked: Option<u32>, own: Option<u32>) -> f64 {
        let values = self.values[place];
        let asked = if asked == Some(slot) && own != Some(slot) { 1.0 } else { 0.0 };
        let cells = self.counts(place).weight(entity, slot as usize) + asked;
        if cells == 0.0 {
            return self.log_prior(place, slot as usize);
        }
        values.log_prior_beyond(slot as usize, cells * values.confidence(slot as usize), cells).clamp(-660.0, 0.0)
    }

    /// What one copy says of a value whose log prior is this: `log (1 - eps) / (eps theta(v))`.
    fn copy_says(&self, place: usize, slot: u32, log_prior: f64) -> f64 {
        let noise = &self.columns[place].noise;
        let read = if slot as usize == MISSING {
            noise.log_share(Noise::Missing)
        } else {
            noise.log_share(Noise::Unrelated) + self.values[place].log_emission_given(slot as usize, log_prior)
        };
        let right = ((1.0 - noise.error_rate) / noise.error_rate).ln();
        (right - read).clamp(COPY.0, COPY.1)
    }

    /// `log pt(v)` and what these copies say for `v` by reading it.
    fn alone(&self, place: usize, entity: Group, slot: u32, copies: f64, asked: Option<u32>, own: Option<u32>) -> f64 {
        let log_prior = self.log_prior_beyond(place, entity, slot, asked, own);
        log_prior + self.copy_says(place, slot, log_prior) * copies
    }

    fn summary(&self, place: usize, entity: Group) -> Summary {
        let read = self.counts(place).of_group(entity);
        let mut weights: Vec<(u32, f64)> =
            read.iter().map(|&(slot, copies)| (slot, self.alone(place, entity, slot, copies, None, None))).collect();
        weights.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let mut leaders = [(NO_VALUE, f64::NEG_INFINITY); LEADERS];
        for (leader, &(slot, weight)) in leaders.iter_mut().zip(&weights) {
            let variants = read.iter().filter(|&&(other, _)| other != slot).take(MOST_VARIANTS);
            let gain: f64 = variants.map(|&(other, copies)| copies * self.variant(place, other, slot)).sum();
            *leader = (slot, weight + gain);
        }
        let others = log_sum(weights.iter().skip(LEADERS).map(|&(_, weight)| weight));
        let known: f64 = read.iter().map(|&(slot, _)| self.prior(place, slot as usize)).sum();
        Summary { leaders, others, unread: (1.0 - known).max(1e-6).ln() }
    }

    /// What it says for a value that a copy reads another: more than nothing where the one may be the other misread.
    fn variant(&self, place: usize, observed: u32, meant: u32) -> f64 {
        if observed as usize == MISSING || meant as usize == MISSING {
            return 0.0;
        }
        (self.log_misread(place, observed, meant) - self.unrelated(place, observed as usize)).max(0.0)
    }

    /// The probability that an attribute varies from one value to another between things that are alike: no error, and
    /// any edit as good as another.
    fn varies(&self, place: usize, from: u32, to: u32) -> f64 {
        const EDITS: f64 = 60.0;
        if from as usize == MISSING {
            return 0.0;
        }
        let facts = facts(self.columns[place], self.facts[place], to, from);
        let distinct = f64::from(self.columns[place].lexicon.strings(code(from as usize)).distinct) + 1.0;
        facts.edits.as_ref().map_or(0.0, |edits| (EDITS * distinct).powi(-(edits.len() as i32)))
    }

    /// The log probability that an error reads `observed` where `meant` was meant.
    fn log_misread(&self, place: usize, observed: u32, meant: u32) -> f64 {
        let (column, values, facts) = (self.columns[place], self.values[place], self.facts[place]);
        pair_likelihood(column, values, self.table_noise, facts, observed, meant).log
    }

    /// The log probability that an unrelated error reads `observed`.
    fn unrelated(&self, place: usize, observed: usize) -> f64 {
        unrelated(self.columns[place], self.values[place], observed)
    }

    /// The entity that a key names.
    pub(crate) fn named(&self, key: Code) -> Group {
        if key.is_null() { NO_GROUP } else { self.of_key.get(slot(key)).copied().unwrap_or(NO_GROUP) }
    }

    /// The key that names an entity.
    pub(crate) fn key_of(&self, entity: Group) -> Code {
        if entity == NO_GROUP { Code::NULL } else { self.counts(0).key(entity as usize)[0] }
    }

    /// What is known of an attribute of an entity; `own` is what the row reads that is asked about, if it is counted
    /// among the copies.
    pub(crate) fn view(&self, place: usize, entity: Group, own: Option<u32>, asked: Option<u32>) -> View<'_, 'a> {
        let Summary { mut leaders, mut others, unread } = self.summaries[place][entity as usize].clone();
        if let Some(own) = own {
            let mut among = false;
            for (slot, weight) in leaders.iter_mut().filter(|leader| leader.0 != NO_VALUE) {
                if *slot == own {
                    let log_prior = self.log_prior_beyond(place, entity, own, None, None);
                    *weight -= self.copy_says(place, own, log_prior);
                    among = true;
                } else {
                    *weight -= self.variant(place, own, *slot);
                }
            }
            if !among {
                let copies = self.counts(place).weight(entity, own as usize);
                let with = self.alone(place, entity, own, copies, None, None);
                let without = self.alone(place, entity, own, copies - 1.0, None, None);
                others = log_sum([log_difference(others, with), without].into_iter());
            }
        }
        for (slot, weight) in leaders.iter_mut().filter(|leader| leader.0 != NO_VALUE) {
            if Some(*slot) == asked && own != asked {
                let copies = self.counts(place).weight(entity, *slot as usize);
                *weight += self.alone(place, entity, *slot, copies, asked, own)
                    - self.alone(place, entity, *slot, copies, None, None);
            }
            *weight += self.taken(place, entity, *slot);
        }
        let log_total = log_sum(leaders.iter().map(|&(_, weight)| weight).chain([others, unread]));
        View { entities: self, place, entity, own, asked, leaders, log_total }
    }

    /// What it says against a value of another key of the entity that it names another entity already.
    fn taken(&self, place: usize, entity: Group, slot: u32) -> f64 {
        match self.owners[place].get(&slot) {
            Some(&(owner, copies)) if owner != entity && copies > self.counts(place).weight(entity, slot as usize) => {
                TAKEN.ln()
            }
            _ => 0.0,
        }
    }

    /// What a cell of its own adds to the log prior of what it reads.
    fn own_prior(&self, place: usize, slot: usize) -> f64 {
        (self.log_prior(place, slot) - self.log_prior_without(place, slot)).max(0.0)
    }

    /// The log probability that a row reads `observed` if it is about an entity that is not known.
    fn log_reading_of_new(&self, place: usize, observed: usize, asked: Option<u32>) -> f64 {
        let error = self.columns[place].noise.error_rate;
        let own = if asked == Some(observed as u32) { self.own_prior(place, observed) } else { 0.0 };
        ((1.0 - error) * (self.log_prior(place, observed) - own).exp() + error * self.unrelated(place, observed).exp()).max(LEAST).ln()
    }
}

impl View<'_, '_> {
    /// `P_e(v)`.
    pub(crate) fn probability(&self, slot: usize) -> f64 {
        let View { entities, place, .. } = *self;
        let whole = self.functional(slot);
        let Calibration { alpha, rho } = entities.block.attributes[place].calibration;
        let copies = self.copies(slot) * entities.values[place].legitimate[slot];
        rho * whole + (1.0 - rho) * (copies + alpha * self.prior(slot)) / (self.all_copies() + alpha)
    }

    /// The prior of a value, the cell itself left out.
    fn prior(&self, slot: usize) -> f64 {
        let own = if self.asked == Some(slot as u32) { self.entities.own_prior(self.place, slot) } else { 0.0 };
        (self.entities.log_prior(self.place, slot) - own).exp()
    }

    /// The other copies that read a value.
    pub(crate) fn copies(&self, slot: usize) -> f64 {
        let own = if self.own == Some(slot as u32) { 1.0 } else { 0.0 };
        (self.entities.counts(self.place).weight(self.entity, slot) - own).max(0.0)
    }

    /// All other copies.
    pub(crate) fn all_copies(&self) -> f64 {
        self.entities.counts(self.place).total(self.entity) - if self.own.is_some() { 1.0 } else { 0.0 }
    }

    /// The values that the copies speak for, likeliest first.
    pub(crate) fn leaders(&self) -> impl Iterator<Item = u32> {
        let mut leaders = self.leaders;
        leaders.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        leaders.into_iter().map(|(slot, _)| slot).take_while(|&slot| slot != NO_VALUE)
    }

    fn likeliest(&self) -> Option<u32> {
        let best = |best: (u32, f64), leader: (u32, f64)| if leader.1 > best.1 { leader } else { best };
        let (slot, weight) = self.leaders.into_iter().fold((NO_VALUE, f64::NEG_INFINITY), best);
        (slot != NO_VALUE && weight.is_finite()).then_some(slot)
    }

    /// The log probability that a row of the entity reads `observed`.
    fn log_reading(&self, observed: usize) -> f64 {
        let View { entities, place, .. } = *self;
        let error = entities.columns[place].noise.error_rate;
        let right = self.probability(observed);
        let any = entities.unrelated(place, observed).exp();
        let mut wrong = any * (1.0 - right).max(0.0);
        if let Some(meant) = self.likeliest().filter(|&meant| meant as usize != observed && observed != MISSING) {
            let probability = self.probability(meant as usize);
            wrong += probability * (entities.log_misread(place, observed as u32, meant).exp() - any).max(0.0);
        }
        ((1.0 - error) * right + error * wrong).max(LEAST).ln()
    }

    /// The log probability that a row reads `observed` if it is about another entity that is much like this one. Its
    /// key is never the same.
    fn log_reading_of_alike(&self, observed: usize) -> f64 {
        self.probability_of_alike(observed).max(LEAST).ln()
    }

    /// The probability of a value in another entity that is much like this one.
    pub(crate) fn probability_of_alike(&self, slot: usize) -> f64 {
        let View { entities, place, .. } = *self;
        let differs = self.likeliest().filter(|&near| near as usize != slot && slot != MISSING);
        let near = differs.map_or(0.0, |near| entities.varies(place, near, slot as u32));
        let other = 0.5 * self.prior(slot) + 0.5 * near;
        if place == 0 {
            let named = entities.of_key.get(slot).copied().unwrap_or(NO_GROUP);
            let own = if self.asked == Some(slot as u32) { 1.0 } else { 0.0 };
            let known = named != NO_GROUP && entities.counts(0).rows(named) > own;
            return if known { entities.columns[0].noise.error_rate * other } else { other };
        }
        SHARED * self.probability(slot) + (1.0 - SHARED) * other
    }
}

fn log_sum(logs: impl Iterator<Item = f64> + Clone) -> f64 {
    let most = logs.clone().fold(f64::NEG_INFINITY, f64::max);
    if most == f64::NEG_INFINITY { most } else { most + logs.map(|log| (log - most).exp()).sum::<f64>().ln() }
}

/// `log (e^a - e^b)` for `a >= b` up to rounding.
fn log_difference(a: f64, b: f64) -> f64 {
    if a <= b + 1e-12 { f64::NEG_INFINITY } else { a + (-(b - a).exp()).ln_1p() }
}

fn unrelated(column: &ColumnModel, values: &Values, observed: usize) -> f64 {
    if observed == MISSING {
        return column.noise.log_share(Noise::Missing);
    }
    column.noise.log_share(Noise::Unrelated) + values.log_emission[observed]
}

/// One thing that a row may be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum About {
    /// This entity.
    Known(Group),
    /// Another that is much like this one.
    Alike(Group),
    /// One of which nothing is known.
    New,
}

/// What the rows of a table may be about.
#[derive(Clone, Debug, Default)]
pub(crate) struct Copies {
    attributes: usize,
    /// The entity whose counts each row is part of.
    pub(crate) counted: Vec<Group>,
    /// The first option of each row, and the end; a row without options is beyond doubt about what it is counted under.
    starts: Vec<u32>,
    options: Vec<About>,
    log_weights: Vec<f64>,
    /// What each attribute adds to the weight of each option.
    readings: Vec<f64>,
}

impl Copies {
    /// What a row may be about with the probabilities that all attributes but one give.
    pub(crate) fn without(&self, row: usize, place: usize, out: &mut Vec<(About, f64)>) {
        let reading = |option: usize| self.readings[option * self.attributes + place];
        self.weighed(row, reading, out);
    }

    /// What a row is most probably about.
    pub(crate) fn best(&self, row: usize) -> About {
        let mut options = Vec::new();
        self.weighed(row, |_| 0.0, &mut options);
        let better = |best: (About, f64), option: (About, f64)| if option.1 > best.1 { option } else { best };
        options.into_iter().fold((About::New, 0.0), better).0
    }

    fn weighed(&self, row: usize, left_out: impl Fn(usize) -> f64, out: &mut Vec<(About, f64)>) {
        out.clear();
        let (start, end) = (self.starts[row] as usize, self.starts[row + 1] as usize);
        if start == end {
            out.push((About::Known(self.counted[row]), 1.0));
            return;
        }
        out.extend((start..end).map(|o| (self.options[o], self.log_weights[o] - left_out(o))));
        let total = log_sum(out.iter().map(|option| option.1));
        out.iter_mut().for_each(|option| option.1 = (option.1 - total).exp());
    }

    fn push(&mut self, option: About, log_prior: f64, readings: impl Iterator<Item = f64>) {
        let before = self.readings.len();
        self.readings.extend(readings);
        let weight = log_prior + self.readings[before..].iter().sum::<f64>();
        self.options.push(option);
        self.log_weights.push(weight);
    }
}

/// Entities that share so rare a value with a row are looked at.
const MOST_SHARING: usize = 400;
/// Entities that are looked at for one row.
const MOST_LOOKED_AT: usize = 4000;
/// Entities that are weighed for one row.
const MOST_WEIGHED: usize = 12;
const BLOCK_OF_ROWS: usize = 512;

/// Weighs for every row which entities it may be a copy of; `entity_of` is what each row was counted under.
pub(crate) fn copies(entities: &Entities<'_>, state: &State, entity_of: &[Code], membership: Membership) -> Copies {
    let postings: Vec<Postings> = entities.block.attributes.iter().map(Postings::new).collect();
    let attributes = entities.block.attributes.len();
    let rows: Vec<usize> = (0..state.rows()).collect();
    let weigh = |looked_at: &mut HashMap<Group, f64>, rows: &[usize]| {
        let mut part = Copies { attributes, ..Copies::default() };
        for &row in rows {
            let counted = entities.named(entity_of[row]);
            part.counted.push(counted);
            part.starts.push(part.options.len() as u32);
            let reading = Reading::new(entities, state, row, counted, membership);
            if !reading.is_plain(&postings) {
                reading.weigh(&postings, looked_at, &mut part);
            }
        }
        part
    };
    let parts: Vec<Copies> = rows.par_chunks(BLOCK_OF_ROWS).map_init(HashMap::default, weigh).collect();
    let mut all = Copies { attributes, ..Copies::default() };
    for part in parts {
        let offset = all.options.len() as u32;
        all.counted.extend(part.counted);
        all.starts.extend(part.starts.iter().map(|start| start + offset));
        all.options.extend(part.options);
        all.log_weights.extend(part.log_weights);
        all.readings.extend(part.readings);
    }
    all.starts.push(all.options.len() as u32);
    all
}

/// What a row reads.
struct Reading<'r, 'a> {
    entities: &'r Entities<'a>,
    counted: Group,
    membership: Membership,
    observed: Vec<usize>,
    /// What the row adds to the weight of the entity that it is counted under.
    own_weight: f64,
}

impl<'r, 'a> Reading<'r, 'a> {
    fn new(entities: &'r Entities<'a>, state: &State, row: usize, counted: Group, membership: Membership) -> Self {
        let read = |described: &Described| slot(state.column(described.attribute).observed[row]);
        let key = state.column(entities.block.key);
        let named = counted != NO_GROUP && key.observed[row] == entities.key_of(counted);
        let own_weight = if named { f64::from(key.confidence[row]) } else { 1.0 };
        let observed = entities.block.attributes.iter().map(read).collect();
        Reading { entities, counted, membership, observed, own_weight }
    }

    /// What the row itself adds to the counts of an entity.
    fn own(&self, place: usize, entity: Group) -> Option<u32> {
        let own = self.membership == Membership::Counted && entity == self.counted;
        own.then_some(self.observed[place] as u32)
    }

    /// What the row itself adds to the values of the column.
    fn asked(&self, place: usize) -> Option<u32> {
        (self.membership == Membership::Counted).then_some(self.observed[place] as u32)
    }

    /// The rows of an entity other than this one.
    fn others(&self, entity: Group) -> f64 {
        self.entities.counts(0).rows(entity) - if self.own(0, entity).is_some() { 1.0 } else { 0.0 }
    }

    /// The weight of an entity without the row.
    fn weight(&self, entity: Group) -> f64 {
        let own = if self.own(0, entity).is_some() { self.own_weight } else { 0.0 };
        let rows = self.entities.counts(0).rows(entity);
        // Of an entity that is hardly real its own row takes its share away, and no more.
        let weight = self.entities.block.weights[entity as usize] * self.entities.real[entity as usize];
        weight * ((rows - own) / rows).max(0.0)
    }

    /// Whether the row is beyond doubt a copy of the entity under which it is counted, whichever attribute is left out:
    /// it reads in every attribute what most other copies read, and in two of them what only those read.
    fn is_plain(&self, postings: &[Postings]) -> bool {
        let entity = self.counted;
        if entity == NO_GROUP || self.others(entity) < 1.0 || self.entities.real[entity as usize] < REAL {
            return false;
        }
        let others = self.others(entity);
        let own = if self.own(0, entity).is_some() { 1.0 } else { 0.0 };
        let agrees = |(place, &observed): (usize, &usize)| {
            self.entities.counts(place).weight(entity, observed) - own >= 0.7 * others
        };
        let specific = postings.iter().zip(&self.observed).filter(|(p, slot)| p.sharing(**slot).len() == 1).count();
        specific >= 2 && self.observed.iter().enumerate().all(agrees)
    }

    fn weigh(&self, postings: &[Postings], looked_at: &mut HashMap<Group, f64>, out: &mut Copies) {
        let (options, rest, skipped) = self.options(postings, looked_at);
        let entities = self.entities;
        let rows = entities.counts(0).weight_of_all();
        let read = || self.observed.iter().enumerate();
        let mut last = (f64::NEG_INFINITY, Vec::new());
        for &entity in options.iter().filter(|&&entity| self.others(entity) > 0.0) {
            let views: Vec<View<'_, '_>> =
                (0..self.observed.len()).map(|place| entities.view(place, entity, self.own(place, entity), self.asked(place))).collect();
            let share = (self.weight(entity) / rows).max(LEAST).ln();
            let known = read().map(|(place, &observed)| views[place].log_reading(observed));
            let known: Vec<f64> = known.collect();
            let prior = (1.0 - entities.first).ln() + share;
            out.push(About::Known(entity), prior, known.iter().copied());
            last = (prior, known);
            let alike = read().map(|(place, &observed)| views[place].log_reading_of_alike(observed));
            let twin = read().skip(1).all(|(place, &observed)| views[place].likeliest() == Some(observed as u32));
            let alike_share = if twin { entities.twin } else { ALIKE };
            out.push(About::Alike(entity), (entities.first * alike_share).ln() + share, alike);
        }
        let new = read().map(|(place, &observed)| match (place, entities.of_key.get(observed)) {
            // A new entity has a key of its own.
            (0, Some(&group)) if group != NO_GROUP && self.others(group) > 0.0 => {
                (entities.columns[0].noise.error_rate).ln() + entities.unrelated(0, observed)
            }
            _ => entities.log_reading_of_new(place, observed, self.asked(place)),
        });
        // Where what the row reads is so common that its entities were not looked at, it may be any of them.
        let first = if skipped { 1.0 } else { entities.first * (1.0 - ALIKE) };
        out.push(About::New, first.ln(), new);
        if rest > 0 && !last.1.is_empty() {
            // Entities that were not weighed are as probable as the last that was; nothing is known of what they read.
            let (prior, readings) = last.clone();
            out.push(About::New, prior + (rest as f64).ln(), readings.into_iter());
        }
    }

    /// The entities to weigh, how many more share as much with the row as the last of them, and whether those that
    /// share only something common were not looked at.
    fn options(&self, postings: &[Postings], looked_at: &mut HashMap<Group, f64>) -> (Vec<Group>, usize, bool) {
        let mut lists: Vec<&[Group]> = postings.iter().zip(&self.observed).map(|(p, &slot)| p.sharing(slot)).collect();
        lists.sort_by_key(|list| list.len());
        looked_at.clear();
        let groups = self.entities.counts(0).groups() as f64;
        let mut left = MOST_LOOKED_AT;
        let mut skipped = false;
        for list in lists.into_iter().filter(|list| !list.is_empty()) {
            if list.len() > left || list.len() > MOST_SHARING {
                skipped = looked_at.is_empty();
                break;
            }
            left -= list.len();
            let says = ((groups + 1.0) / list.len() as f64).ln();
            list.iter().for_each(|&group| *looked_at.entry(group).or_default() += says);
        }
        for &near in self.entities.columns[0].lexicon.near(code(self.observed[0])) {
            let group = self.entities.named(near);
            if group != NO_GROUP {
                *looked_at.entry(group).or_default() += (groups + 1.0).ln();
            }
        }
        let mut shared: Vec<(Group, f64)> = looked_at.iter().map(|(&group, &says)| (group, says)).collect();
        // Keys tell equals apart: groups are numbered by the first row in which they come.
        let key = |group: Group| self.entities.key_of(group).0;
        shared.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| key(a.0).cmp(&key(b.0))));
        let rest = match shared.get(MOST_WEIGHED - 1) {
            Some(&(_, least)) => shared[MOST_WEIGHED..].iter().take_while(|(_, says)| *says >= least - 1e-9).count(),
            None => 0,
        };
        shared.truncate(MOST_WEIGHED);
        let mut options: Vec<Group> = shared.into_iter().map(|(group, _)| group).collect();
        if self.counted != NO_GROUP && !options.contains(&self.counted) {
            options.insert(0, self.counted);
        }
        (options, rest, skipped)
    }
}

/// The entities by the values that they have.
struct Postings {
    starts: Vec<u32>,
    groups: Vec<Group>,
}

impl Postings {
    fn new(described: &Described) -> Self {
        let counts = &described.counts;
        let mut pairs: Vec<(u32, Group)> = Vec::new();
        for group in 0..counts.groups() as Group {
            let leaders = counts.leaders(group).iter().take(2);
            pairs.extend(leaders.map(|&slot| (slot, group)));
        }
        pairs.sort_unstable();
        let slots = pairs.last().map_or(0, |&(slot, _)| slot as usize + 1);
        let mut starts = vec![0u32; slots + 1];
        pairs.iter().for_each(|&(slot, _)| starts[slot as usize + 1] += 1);
        (0..slots).for_each(|slot| starts[slot + 1] += starts[slot]);
        Postings { starts, groups: pairs.into_iter().map(|(_, group)| group).collect() }
    }

    fn sharing(&self, slot: usize) -> &[Group] {
        if slot == MISSING || slot + 1 >= self.starts.len() {
            return &[];
        }
        &self.groups[self.starts[slot] as usize..self.starts[slot + 1] as usize]
    }
}

/// The keys under which the rows are counted from now on: each row under the entity that it is most probably about,
/// one of an unknown entity under its own key.
pub(crate) fn reassigned(entities: &Entities<'_>, copies: &Copies, state: &State) -> Vec<Code> {
    let own = &state.column(entities.block.key).current;
    let entity = |row: usize| match copies.best(row) {
        About::Known(group) => entities.key_of(group),
        About::Alike(_) | About::New => own[row],
    };
    (0..state.rows()).into_par_iter().map(entity).collect()
}

/// Rows on which the attributes of a block are calibrated.
const CALIBRATED: usize = 2000;

/// How far each attribute of a block follows from the entity.
pub(crate) fn calibrated(
    entities: &Entities<'_>,
    state: &State,
    entity_of: &[Code],
    hashes: &[u64],
) -> Vec<Calibration> {
    let learned = |place: usize| {
        let described = &entities.block.attributes[place];
        let column = state.column(described.attribute);
        let sampled = sample(hashes, CALIBRATED, |row| !column.observed[row.index()].is_null());
        let observe = |row: &RowId| {
            let entity = entities.named(entity_of[row.index()]);
            let observed = slot(column.observed[row.index()]);
            let others = if entity == NO_GROUP { 0.0 } else { described.counts.total(entity) - 1.0 };
            (others > 0.0).then(|| Observation {
                same: (described.counts.weight(entity, observed) - 1.0).max(0.0),
                others,
                functional: entities.view(place, entity, Some(observed as u32), Some(observed as u32)).functional(observed),
                share: entities.prior(place, observed).min(1.0),
                weight: f64::from(column.confidence[row.index()]).clamp(0.05, 1.0).powi(2),
            })
        };
        let observations: Vec<Observation> = sampled.iter().filter_map(observe).collect();
        let mut calibration = calibrate(&observations);
        if described.holds >= HARD {
            calibration.rho = calibration.rho.max(described.holds);
        }
        if described.rule.is_some() || place == 0 {
            calibration.rho = calibration.rho.max(GIVEN);
        }
        calibration
    };
    (0..entities.block.attributes.len()).into_par_iter().map(learned).collect()
}

impl View<'_, '_> {
    /// `T(v)`.
    fn functional(&self, slot: usize) -> f64 {
        let leader = self.leaders.iter().find(|leader| leader.0 as usize == slot);
        let alone = || {
            let (entities, value) = (self.entities, slot as u32);
            entities.alone(self.place, self.entity, value, self.copies(slot), self.asked, self.own)
                + entities.taken(self.place, self.entity, value)
        };
        (leader.map_or_else(alone, |leader| leader.1) - self.log_total).min(0.0).exp()
    }
}
