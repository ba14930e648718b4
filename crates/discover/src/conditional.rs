//! Dependencies that hold for a part of the rows: `fd zip -> street when country = "UK"`, and constants:
//! `if marital_status = "single" then married_exemption = "0"`.

use std::collections::{BTreeMap, BTreeSet};

use lustrate_table::{AttributeId, Code};
use rayon::prelude::*;

use crate::accept::{Dirt, is_borne_out, is_clean_enough};
use crate::cover::Edge;
use crate::numbers::{SURE, surprise};
use crate::proposals::{groups, singles};
use crate::{CodeColumn, DependencySearch, Marginal, ProposedDependency, Support, support};

/// A dependency among the rows that hold a value, which fails among the others.
#[derive(Clone, Debug, PartialEq)]
pub struct ConditionalDependency {
    /// The attribute and the value of the rows that it is about.
    pub condition: (AttributeId, Code),
    /// The determining attribute.
    pub lhs: AttributeId,
    /// The determined attribute.
    pub rhs: AttributeId,
    /// What speaks for it among these rows, or a sample of them.
    pub support: Support,
    /// The evidence that the condition matters, in nats.
    pub score: f64,
}

/// A value that rows with another value hold.
#[derive(Clone, Debug, PartialEq)]
pub struct ConditionalConstant {
    /// The attribute and the value of the rows that it is about.
    pub condition: (AttributeId, Code),
    /// The attribute and the value that these rows hold.
    pub constant: (AttributeId, Code),
    /// Rows with both values present and the first as the condition says.
    pub rows: u32,
    /// Of these, rows with another second value.
    pub exceptions: u32,
    /// The evidence against an accident, in nats.
    pub score: f64,
}

/// A condition is about this share of the rows, at least and at most,
const LEAST_SHARE: f64 = 0.1;
const MOST_SHARE: f64 = 0.9;
/// and its attribute has at most so many values.
const MOST_VALUES: usize = 60;
/// Attributes that are tried as conditions, those with the fewest values.
const MOST_CONDITIONS: usize = 24;
/// Single dependencies that are tried under conditions, the best borne out.
const MOST_DEPENDENCIES: usize = 100;
/// Rows of a key that are looked at.
const SAMPLE: usize = 20_000;
/// Outside of the condition this share of the rows contradicts the dependency.
const FAILS: f64 = 0.04;
/// A constant holds in this share of the rows that it is about,
const CONSTANT_HOLDS: f64 = 0.995;
/// and in no more than this share of the others.
const CONSTANT_ELSEWHERE: f64 = 0.8;
/// Proposals of either kind.
const MOST: usize = 3;

/// Proposes at most three dependencies that hold where an attribute has a certain value and not elsewhere.
///
/// `known` are the dependencies that hold everywhere: what they determine needs no condition. The evidence that a
/// condition matters is taken from groups, not rows: how many groups of the key the condition leaves unbroken, against the
/// share of broken ones elsewhere.
pub fn conditional_dependencies(
    search: &DependencySearch<'_>,
    known: &[ProposedDependency],
) -> Vec<ConditionalDependency> {
    let marginals: Vec<Marginal> = search.columns.par_iter().map(|&column| Marginal::new(column)).collect();
    let conditions = conditions(search);
    let determined: BTreeSet<AttributeId> =
        known.iter().flat_map(|line| line.rhs.iter().map(|&(target, _)| target)).collect();
    let mut failing: Vec<Edge> = singles(search, &marginals).edges;
    let measured = failing.len();
    failing.retain(|edge| {
        !determined.contains(&edge.dependency.rhs) && edge.support.evidence >= SURE + (measured as f64).ln()
    });
    failing.sort_by(|a, b| {
        b.support.evidence.total_cmp(&a.support.evidence).then_with(|| a.dependency.cmp(&b.dependency))
    });
    failing.truncate(MOST_DEPENDENCIES);
    let values: usize = conditions.iter().map(|(_, values)| values.len()).sum();
    let tries = (measured * values).max(1);
    let found: Vec<Vec<ConditionalDependency>> = failing
        .par_iter()
        .map(|edge| {
            let (lhs, rhs) = (edge.dependency.lhs[0], edge.dependency.rhs);
            let whole = groups(search, &[lhs], SAMPLE);
            let mut found = Vec::new();
            for (attribute, values) in conditions.iter().filter(|&&(attribute, _)| attribute != lhs && attribute != rhs)
            {
                let column = search.columns[attribute.index()];
                let split = whole.split(column);
                let of = |holds: &dyn Fn(Code) -> bool| {
                    let groups = split.iter().filter(|rows| holds(column.codes[rows[0].index()]));
                    support(groups, search.columns[rhs.index()], &marginals[rhs.index()])
                };
                for &(value, share) in values {
                    let (inside, outside) = (of(&|code| code == value), of(&|code| code != value));
                    let rows = whole.whole() * share;
                    let unbroken = |found: &Support| f64::from(found.groups - found.broken);
                    let elsewhere = unbroken(&outside) / f64::from(outside.groups.max(1));
                    let score = surprise(unbroken(&inside), f64::from(inside.groups), elsewhere);
                    let holds = is_borne_out(&inside, rows, tries) && is_clean_enough(&inside, Dirt::NONE);
                    let fails = f64::from(outside.systematic) >= FAILS * f64::from(outside.rows) && outside.rows > 0;
                    if holds && fails && score >= SURE + (tries as f64).ln() {
                        let condition = (*attribute, value);
                        found.push(ConditionalDependency { condition, lhs, rhs, support: inside, score });
                    }
                }
            }
            found
        })
        .collect();
    let mut found: Vec<ConditionalDependency> = found.into_iter().flatten().collect();
    found.sort_by(|a, b| {
        b.score.total_cmp(&a.score).then((a.rhs, a.lhs, a.condition).cmp(&(b.rhs, b.lhs, b.condition)))
    });
    // One for each target and condition.
    let mut told = BTreeSet::new();
    found.retain(|found| told.insert((found.rhs, found.condition)));
    found.truncate(MOST);
    found
}

/// Proposes at most three constants: values that all rows with a frequent value of another attribute hold, and that are
/// not usual elsewhere.
///
/// Where dependencies of `known` tie both attributes to the same things, these are counted and not their rows: that
/// forty rows of three hospitals have the same owner says as much as three rows.
pub fn conditional_constants(search: &DependencySearch<'_>, known: &[ProposedDependency]) -> Vec<ConditionalConstant> {
    let conditions = conditions(search);
    let keys = known.iter().flat_map(|line| &line.lhs);
    let implied: BTreeMap<AttributeId, BTreeSet<AttributeId>> = keys.map(|&key| (key, closure(key, known))).collect();
    let implies = |key: AttributeId, id: AttributeId| implied.get(&key).is_some_and(|of| of.contains(&id));
    let values: usize = conditions.iter().map(|(_, values)| values.len()).sum();
    let tries = (values * search.targets.len()).max(1) as f64;
    let found: Vec<Vec<ConditionalConstant>> = conditions
        .par_iter()
        .map(|(attribute, values)| {
            let about: Vec<(Code, Vec<usize>)> =
                values.iter().map(|&(value, _)| (value, rows_with(search.columns[attribute.index()], value))).collect();
            let targets = search.targets.iter().filter(|&target| target != attribute && !implies(*attribute, *target));
            let mut found = Vec::new();
            for &target in targets {
                let ties = |key: AttributeId, id: AttributeId| key == id || implies(key, id);
                let units: Vec<AttributeId> = (implied.keys().copied())
                    .filter(|&key| key != *attribute && ties(key, *attribute) && ties(key, target))
                    .collect();
                found.extend(constants(search, *attribute, &about, target, &units, tries));
            }
            found
        })
        .collect();
    let mut found: Vec<ConditionalConstant> = found.into_iter().flatten().collect();
    found.sort_by(|a, b| b.score.total_cmp(&a.score).then((a.condition, a.constant).cmp(&(b.condition, b.constant))));
    found.truncate(MOST);
    found
}

fn rows_with(column: CodeColumn<'_>, value: Code) -> Vec<usize> {
    (0..column.codes.len()).filter(|&row| column.codes[row] == value).collect()
}

/// Whether the values of some rows differ too often for that one of them is a constant: of two rows that differ one at least
/// is an exception. It looks at the rows in twos, and at no more than it takes.
fn differ_too_often(rows: &[usize], column: CodeColumn<'_>) -> bool {
    let may_differ = ((1.0 - CONSTANT_HOLDS) * rows.len() as f64) as usize;
    let mut present = rows.iter().map(|&row| column.codes[row]).filter(|code| !code.is_null());
    let twos = std::iter::from_fn(|| present.next().zip(present.next()));
    twos.filter(|(one, other)| one != other).nth(may_differ).is_some()
}

/// The constants of one target under the values of one attribute, given with the rows that hold them. A pass over these
/// rows where a value could be constant, and over few of them elsewhere.
fn constants(
    search: &DependencySearch<'_>,
    attribute: AttributeId,
    values: &[(Code, Vec<usize>)],
    target: AttributeId,
    units: &[AttributeId],
    tries: f64,
) -> Vec<ConditionalConstant> {
    let column = search.columns[target.index()];
    let mut found = Vec::new();
    let may_be_constant = values.iter().filter(|(_, rows)| !differ_too_often(rows, column));
    let mut of_column: Option<Vec<u32>> = None;
    for (value, about) in may_be_constant {
        let counts = of_column.get_or_insert_with(|| {
            let mut counts = column.counts();
            counts.pop();
            counts
        });
        let total: u32 = counts.iter().sum();
        let about: Vec<usize> = about.iter().copied().filter(|&row| !column.codes[row].is_null()).collect();
        let mut within = vec![0u32; column.distinct];
        about.iter().for_each(|&row| within[column.codes[row].index()] += 1);
        let rows: u32 = within.iter().sum();
        let Some(top) = (0..within.len()).max_by_key(|&code| (within[code], std::cmp::Reverse(code))) else { continue };
        let held = within[top];
        if rows == 0 || f64::from(held) < CONSTANT_HOLDS * f64::from(rows) || total <= rows {
            continue;
        }
        let elsewhere = f64::from(counts[top] - held) / f64::from(total - rows);
        let distinct = |unit: &AttributeId| {
            let mut seen = vec![false; search.columns[unit.index()].distinct + 1];
            about.iter().for_each(|&row| {
                seen[search.columns[unit.index()].slot(search.columns[unit.index()].codes[row])] = true
            });
            seen.into_iter().filter(|&seen| seen).count()
        };
        let things = units.iter().map(distinct).min().unwrap_or(about.len()) as f64;
        let share = f64::from(counts[top]) / f64::from(total);
        let score = surprise(f64::from(held) / f64::from(rows) * things, things, share);
        if elsewhere <= CONSTANT_ELSEWHERE && score >= SURE + tries.ln() {
            found.push(ConditionalConstant {
                condition: (attribute, *value),
                constant: (target, Code(top as u32)),
                rows,
                exceptions: rows - held,
                score,
            });
        }
    }
    found
}

/// What an attribute determines by the known dependencies.
fn closure(key: AttributeId, known: &[ProposedDependency]) -> BTreeSet<AttributeId> {
    let mut reached: BTreeSet<AttributeId> = [key].into();
    loop {
        let before = reached.len();
        for line in known {
            if line.lhs.iter().all(|part| reached.contains(part)) {
                reached.extend(line.rhs.iter().map(|&(target, _)| target));
            }
        }
        if reached.len() == before {
            reached.remove(&key);
            return reached;
        }
    }
}

/// An attribute with those of its values that many rows hold, each with its share of the rows.
type Condition = (AttributeId, Vec<(Code, f64)>);

/// The attributes with few values, those with the fewest first.
fn conditions(search: &DependencySearch<'_>) -> Vec<Condition> {
    let rows = search.hashes.len() as f64;
    let mut found: Vec<(usize, Condition)> = (search.determinants.par_iter())
        .filter_map(|&attribute| {
            let mut counts = search.columns[attribute.index()].counts();
            counts.pop();
            let distinct = counts.iter().filter(|&&count| count > 0).count();
            let share = |(code, &count): (usize, &u32)| (Code(code as u32), f64::from(count) / rows);
            let frequent = |&(_, share): &(Code, f64)| (LEAST_SHARE..=MOST_SHARE).contains(&share);
            let values: Vec<(Code, f64)> = counts.iter().enumerate().map(share).filter(frequent).collect();
            (distinct <= MOST_VALUES && !values.is_empty()).then_some((distinct, (attribute, values)))
        })
        .collect();
    found.sort_by_key(|&(distinct, (attribute, _))| (distinct, attribute));
    found.truncate(MOST_CONDITIONS);
    found.into_iter().map(|(_, condition)| condition).collect()
}

#[cfg(test)]
mod tests {
    use lustrate_table::Column;

    use super::*;
    use crate::proposed_dependencies;

    /// A table, and what of it is to be told.
    fn with<T>(
        columns: &[Vec<String>],
        tell: impl Fn(&DependencySearch<'_>, &[ProposedDependency], &dyn Fn((AttributeId, Code)) -> String) -> T,
    ) -> T {
        let columns: Vec<Column> = columns
            .iter()
            .map(|cells| cells.iter().map(|cell| Some(cell.as_str())).collect::<Column>().sorted())
            .collect();
        let codes: Vec<_> = columns
            .iter()
            .map(|column| CodeColumn { codes: column.codes(), distinct: column.dictionary().len() })
            .collect();
        let all: Vec<_> = (0..codes.len() as u32).map(AttributeId).collect();
        let hashes: Vec<u64> =
            (0..columns[0].len() as u64).map(|row| row.wrapping_mul(0x9e37_79b9_7f4a_7c15)).collect();
        let search = DependencySearch { columns: &codes, hashes: &hashes, determinants: &all, targets: &all };
        let text = |(attribute, code): (AttributeId, Code)| {
            let text = columns[attribute.index()].dictionary().text(code).unwrap_or("?");
            format!("{} = {text}", attribute.0)
        };
        tell(&search, &proposed_dependencies(&search), &text)
    }

    fn mix(row: usize, salt: u64) -> usize {
        let mixed = (row as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15 ^ salt.wrapping_mul(0xc2b2_ae3d_27d4_eb4f));
        ((mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 33) as usize
    }

    #[test]
    fn a_dependency_of_one_country_is_found() {
        let country = |row: usize| mix(row, 1) % 3;
        let zip = |row: usize| 100 * country(row) + mix(row, 2) % 60;
        let street = |row: usize| if country(row) == 1 { zip(row) * 7 % 301 } else { mix(row, 3) % 4 + zip(row) };
        let column = |cell: &dyn Fn(usize) -> usize| (0..3000).map(|row| cell(row).to_string()).collect::<Vec<_>>();
        let columns = [column(&country), column(&zip), column(&street)];
        let found = with(&columns, |search, known, text| {
            let found = conditional_dependencies(search, known);
            found.iter().map(|f| format!("{} -> {} when {}", f.lhs.0, f.rhs.0, text(f.condition))).collect::<Vec<_>>()
        });
        assert_eq!(found, ["1 -> 2 when 0 = 1"]);
    }

    #[test]
    fn a_constant_of_one_status_is_found() {
        let status = |row: usize| mix(row, 1) % 2;
        let relief = |row: usize| if status(row) == 1 { 0 } else { mix(row, 2) % 4 };
        let column = |cell: &dyn Fn(usize) -> usize| (0..2000).map(|row| cell(row).to_string()).collect::<Vec<_>>();
        let found = with(&[column(&status), column(&relief)], |search, known, text| {
            let found = conditional_constants(search, known);
            found.iter().map(|f| format!("if {} then {}", text(f.condition), text(f.constant))).collect::<Vec<_>>()
        });
        assert!(found.contains(&"if 0 = 1 then 1 = 0".to_owned()), "{found:?}");
    }

    #[test]
    fn a_city_with_one_postal_code_is_no_constant() {
        // Every code is of one city; the commonest city has one code.
        let code = |row: usize| [0, 0, 0, 0, 1, 2, 3, 4, 5, 6][mix(row, 1) % 10];
        let city = |row: usize| [0, 1, 1, 2, 2, 3, 3][code(row)];
        let column = |cell: &dyn Fn(usize) -> usize| (0..900).map(|row| cell(row).to_string()).collect::<Vec<_>>();
        let columns = [column(&code), column(&city)];
        assert_eq!(with(&columns, |search, known, _| conditional_constants(search, known)), []);
    }

    #[test]
    fn rows_of_few_things_are_counted_once() {
        // Twelve hospitals with fifty rows each, all of the first four have the same owner by accident.
        let hospital = |row: usize| mix(row, 1) % 12;
        let state = |row: usize| usize::from(hospital(row) < 4);
        let owner = |row: usize| if hospital(row) < 4 { 0 } else { hospital(row) % 3 };
        let column = |cell: &dyn Fn(usize) -> usize| (0..600).map(|row| cell(row).to_string()).collect::<Vec<_>>();
        let columns = [column(&hospital), column(&state), column(&owner)];
        assert_eq!(with(&columns, |search, known, _| conditional_constants(search, known)), []);
    }

    #[test]
    fn rows_that_differ_are_left_after_a_few_and_rare_exceptions_are_not() {
        let of = |cell: &dyn Fn(u32) -> Code| {
            let codes: Vec<Code> = (0..1_000).map(cell).collect();
            differ_too_often(&(0..1_000).collect::<Vec<_>>(), CodeColumn { codes: &codes, distinct: 9 })
        };
        assert!(of(&|row| Code(row % 2)));
        assert!(!of(&|row| Code(u32::from(row < 11) * (row % 2))));
        assert!(of(&|row| Code(u32::from(row < 12) * (row % 2))));
        assert!(!of(&|row| if row > 3 { Code::NULL } else { Code(row) }));
    }
}
