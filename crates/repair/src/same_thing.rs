//! Why two rows are one thing, in words.

use lustrate_detect::{Level, Waterfall, WaterfallStep};
use lustrate_table::Schema;

/// Columns that are named; those that weigh less are counted.
const MOST_NAMED: usize = 6;

/// Weights nearer to nothing than this, to base 2, are not told.
const LEAST_TOLD: f64 = 0.05;

/// What columns say of two rows being one thing, those that weigh most first, each with its weight to base 2, and what comes
/// of it: `same born (+9.1), name alike .93 (+5.2), suburb differs (−2.0): 99.8 % one thing`.
pub fn same_thing_words(schema: &Schema, waterfall: &Waterfall) -> String {
    let mut steps: Vec<&WaterfallStep> =
        waterfall.steps.iter().filter(|step| step.level.is_some() && step.weight.abs() >= LEAST_TOLD).collect();
    steps.sort_by(|a, b| b.weight.abs().total_cmp(&a.weight.abs()));
    let (named, rest) = steps.split_at(steps.len().min(MOST_NAMED));
    let mut words: Vec<String> = named.iter().filter_map(|step| of_column(schema, step)).collect();
    if !rest.is_empty() {
        let weight: f64 = rest.iter().map(|step| step.weight).sum();
        words.push(format!("{} more ({})", rest.len(), signed(weight)));
    }
    format!("{}: {} one thing", words.join(", "), percent(waterfall.probability))
}

fn of_column(schema: &Schema, step: &WaterfallStep) -> Option<String> {
    let name = schema.name(step.attribute);
    let likeness = step.likeness.map_or(String::new(), |likeness| format!(" {}", hundredths(likeness)));
    let said = match step.level? {
        Level::Same => format!("same {name}"),
        Level::Slip if step.likeness.is_none() => format!("{name} a slip apart"),
        Level::Slip | Level::Alike => format!("{name} alike{likeness}"),
        Level::Differs => format!("{name} differs"),
    };
    let given = step.given.filter(|_| step.level == Some(Level::Same));
    let given = given.map_or(String::new(), |given| format!(" beside {}", schema.name(given)));
    Some(format!("{said}{given} ({})", signed(step.weight)))
}

/// `+9.1`, `−2.0`.
fn signed(weight: f64) -> String {
    if weight < 0.0 { format!("−{:.1}", -weight) } else { format!("+{weight:.1}") }
}

/// `.93`; what is not the same is never 1.
fn hundredths(likeness: f64) -> String {
    format!(".{:02}", ((100.0 * likeness) as u32).min(99))
}

/// `99.8 %`; what is not certain is never 100 %.
fn percent(probability: f64) -> String {
    if probability > 0.999 { "more than 99.9 %".to_owned() } else { format!("{:.1} %", 100.0 * probability) }
}

#[cfg(test)]
mod tests {
    use lustrate_table::{AttributeId, Column, Table};

    use super::*;

    fn step(attribute: u32, level: Option<Level>, likeness: Option<f64>, weight: f64) -> WaterfallStep {
        WaterfallStep { attribute: AttributeId(attribute), level, likeness, given: None, weight }
    }

    #[test]
    fn what_weighs_most_comes_first_and_what_weighs_nothing_is_left_out() {
        let column = || -> Column { [Some("x")].into_iter().collect() };
        let names = ["name", "born", "suburb", "state", "phone"];
        let table = Table::new(names.map(|name| (name.to_owned(), column())).to_vec()).unwrap();
        let mut steps = vec![
            step(0, Some(Level::Alike), Some(0.936), 5.23),
            step(1, Some(Level::Same), None, 9.1),
            step(2, Some(Level::Differs), Some(0.4), -2.0),
            step(3, Some(Level::Same), None, 0.01),
            step(4, None, None, 0.0),
        ];
        let words = |steps: &[WaterfallStep]| {
            same_thing_words(table.schema(), &Waterfall { prior: -3.0, steps: steps.to_vec(), probability: 0.9983 })
        };
        let said = "same born (+9.1), name alike .93 (+5.2), suburb differs (−2.0): 99.8 % one thing";
        assert_eq!(words(&steps), said);
        steps[3] = WaterfallStep { given: Some(AttributeId(1)), ..step(3, Some(Level::Same), None, 1.0) };
        assert!(words(&steps).contains("same state beside born (+1.0)"), "{}", words(&steps));
    }
}
