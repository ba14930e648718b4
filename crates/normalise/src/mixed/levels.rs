//! Groups that lie at one level, but for some that lie at the same level in another unit.

use super::compared::{Heap, log_place, log_width};
use crate::units::Map;

/// Groups that are in another unit, and what speaks for it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Levels {
    /// For each group whether it is in the other unit.
    pub others: Vec<bool>,
    /// The logarithm of the evidence for a unit against other things.
    pub log_evidence: f64,
    /// Where the numbers of most groups lie, and those of the others, on the scale.
    pub places: (f64, f64),
}

/// Groups that lie at the level of most, at the least; and the largest share of groups in another unit.
const FEWEST: usize = 3;
const LARGEST: f64 = 0.4;
/// Numbers of all groups in another unit, at the least.
const NUMBERS: usize = 8;
/// Two levels are so many spreads of the centres of one apart.
const SPREADS: f64 = 6.0;
/// Every centre lies within this share of the way between the two levels from its own.
const NEAR: f64 = 0.3;
/// A middle group of less variety says how a thing is priced rather than how it is measured.
const VARIETY: (usize, f64) = (4, 0.6);

/// Which of the groups, each in order and of some size, are in the unit of a map.
pub(super) fn levels(groups: &[Heap<'_>], map: Map) -> Option<Levels> {
    let centres: Vec<f64> = groups.iter().map(|group| group.middle()).collect();
    let mut sorted = centres.clone();
    sorted.sort_by(f64::total_cmp);
    let level = Heap(&sorted).middle();
    let other_level = map.back(level);
    let apart = other_level - level;
    let others: Vec<bool> =
        centres.iter().map(|centre| (centre - other_level).abs() < (centre - level).abs()).collect();
    let of =
        |wanted: bool| groups.iter().zip(&others).filter(move |(_, other)| **other == wanted).map(|(group, _)| *group);
    let (most, rest) = (of(false).count(), of(true).count());
    let numbers: usize = of(true).map(|group| group.0.len()).sum();
    let all: usize = groups.iter().map(|group| group.0.len()).sum();
    let few = rest as f64 <= LARGEST * groups.len() as f64 && 2 * numbers < all;
    if most < FEWEST || rest == 0 || !few || numbers < NUMBERS {
        return None;
    }
    let varied = |group: Heap<'_>| {
        let (different, commonest) = group.variety();
        different >= VARIETY.0 && commonest <= VARIETY.1
    };
    if !groups.iter().all(|group| varied(*group)) {
        return None;
    }
    // Both levels, as far as their groups show, on the scale of the declared unit.
    let converted = |group: Heap<'_>| map.apply(group.middle());
    let mean = |sum: f64, count: usize| sum / count as f64;
    let centre = mean(of(false).map(|group| group.middle()).sum(), most);
    let other_centre = mean(of(true).map(converted).sum(), rest);
    let squares: f64 = of(false).map(|group| (group.middle() - centre).powi(2)).sum::<f64>();
    let freedom = (most - 1) as f64;
    let noise = mean(groups.iter().map(|group| group.middle_variance()).sum(), groups.len());
    // Few groups say little of their spread; it is taken as so much larger.
    let variance = (squares / freedom * (1.0 + 2.0 / freedom)).max(noise);
    let spread = variance.sqrt();
    let way = (map.apply(level) - level).abs().min(apart.abs());
    let near = |place: f64| (place - centre).abs() <= NEAR * way;
    let all_near = of(false).all(|group| near(group.middle())) && of(true).all(|group| near(converted(group)));
    let alike = of(true).all(|group| (converted(group) - centre).abs() <= 3.0 * spread + 0.02);
    if way < SPREADS * spread || !all_near || !alike {
        return None;
    }
    let place = log_place(
        other_centre - centre,
        variance * (1.0 / most as f64 + 1.0 / rest as f64),
        mean(of(true).map(|group| group.middle()).sum(), rest) - centre,
        map.slope,
    )?;
    let width = |wanted: bool| {
        let mut widths: Vec<f64> = of(wanted).map(|group| group.width().ln()).collect();
        widths.sort_by(f64::total_cmp);
        Heap(&widths).middle()
    };
    let differ = width(true) + map.slope.ln() - width(false);
    let width = log_width(differ, 1.36 / numbers as f64 + 1.36 / (all - numbers) as f64 + 0.02)?;
    let places = (centre, mean(of(true).map(|group| group.middle()).sum(), rest));
    Some(Levels { log_evidence: place + width, others: others.clone(), places })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(centres: &[f64], expected: Option<&[usize]>) {
        let groups: Vec<Vec<f64>> = centres
            .iter()
            .map(|centre| (0..15).map(|place| centre + 0.4 * (f64::from(place) / 14.0 - 0.5)).collect())
            .collect();
        let heaps: Vec<Heap<'_>> = groups.iter().map(|group| Heap(group)).collect();
        let found = levels(&heaps, Map { slope: 1.0, offset: 2.2046f64.ln() });
        let others = found.map(|found| (0..centres.len()).filter(|&group| found.others[group]).collect::<Vec<_>>());
        assert_eq!(others.as_deref(), expected, "{centres:?}");
    }

    #[test]
    fn a_group_at_the_level_of_the_others_in_another_unit_is_found() {
        check(&[4.25, 4.3, 3.47, 4.22, 4.28, 4.26], Some(&[2]));
        // Too few groups, groups between, and groups at many levels say nothing.
        check(&[4.25, 4.3, 3.47], None);
        check(&[4.25, 4.3, 3.47, 4.22, 3.85, 4.26], None);
        check(&[4.25, 4.9, 3.47, 2.8, 4.28, 5.6], None);
    }
}
