//! What number is usual in a column, given the rest of the row.

use std::collections::BTreeMap;

use lustrate_table::{AttributeId, Code, RowId, Table};
use rayon::prelude::*;

use super::sample::{Counted, Sample, median, nth};

/// What a category says is as sure as if so many rows of the whole column were in it.
const WHOLE: f64 = 5.0;
/// The share of rows whose context is wrong.
const WRONG_CONTEXT: f64 = 0.05;
/// Categories of fewer rows on average say nothing.
const LEAST_GROUP: usize = 8;
/// Rows at least from which a context is chosen.
const LEAST_ROWS: usize = 60;
/// Nats that a context must give for each row.
const LEAST_GAIN: f64 = 0.15;
/// Rows from which the context is chosen.
pub(crate) const LOOKED_AT: usize = 2_000;
/// The share of rows, the least fitting, that are left out where contexts are compared.
const LEFT_OUT: f64 = 0.15;

/// The scale on which a column is looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Scale {
    /// As it is.
    Linear,
    /// Logarithmic beyond this size, linear within.
    Logarithmic(f64),
}

impl Scale {
    /// The scale of sorted numbers: logarithmic where they have one sign and reach over more than a power of ten.
    pub(crate) fn of(sorted: &[(f64, u32)], step: f64) -> Self {
        let all = sorted.iter().map(|(_, count)| *count as usize).sum::<usize>() as f64;
        let at = |share: f64| nth(sorted, (share * all) as usize);
        let (low, high) = (at(0.1), at(0.9));
        if low > 0.0 && high > 10.0 * low { Scale::Logarithmic((0.1 * at(0.05)).max(step)) } else { Scale::Linear }
    }

    pub(crate) fn at(self, number: f64) -> f64 {
        match self {
            Scale::Linear => number,
            Scale::Logarithmic(unit) => (number / unit).asinh(),
        }
    }

    /// How long a short interval at a number is on the scale.
    pub(crate) fn step(self, number: f64, step: f64) -> f64 {
        match self {
            Scale::Linear => step,
            Scale::Logarithmic(unit) => step / number.hypot(unit),
        }
    }
}

/// What the density is given.
#[derive(Clone, Debug)]
pub(crate) enum Context {
    /// Nothing.
    Column,
    /// The value of an attribute of few values.
    Group { attribute: AttributeId, parts: BTreeMap<Code, Sample> },
    /// Another column of numbers, along a line on the scales of both.
    Line { attribute: AttributeId, scale: Scale, slope: f64, residuals: Sample },
}

/// The numbers of a column, without those that are believed to be wrong.
pub(crate) struct Numbers<'a> {
    pub(crate) attribute: AttributeId,
    pub(crate) scale: Scale,
    pub(crate) step: f64,
    /// The numbers of all rows, and whether they count.
    written: &'a [Option<f64>],
    counted: &'a [bool],
    /// Those that count, sorted.
    numbers: Counted,
    /// The length of a step at the centre of the column, on its scale.
    central_step: f64,
}

impl<'a> Numbers<'a> {
    /// `numbers` are those of `written`, sorted, without those of the rows that are not `counted`.
    pub(crate) fn new(
        attribute: AttributeId,
        (written, counted): (&'a [Option<f64>], &'a [bool]),
        numbers: Counted,
        scale: Scale,
        step: f64,
    ) -> Self {
        let all: usize = numbers.iter().map(|(_, count)| *count as usize).sum();
        let central_step = scale.step(nth(&numbers, all / 2), step);
        Numbers { attribute, scale, step, written, counted, numbers, central_step }
    }

    fn of(&self, row: RowId) -> Option<f64> {
        self.written[row.index()].filter(|_| self.counted[row.index()])
    }
}

/// The numbers that a column holds beside each value of another, sorted, each with how many rows hold both.
pub(crate) type Pairs = Vec<((Code, f64), u32)>;

/// Those of some rows.
pub(crate) fn pairs(table: &Table, written: &[Option<f64>], other: AttributeId, rows: &[RowId]) -> Pairs {
    let column = table.column(other);
    let pair = |&row: &RowId| {
        let code = column.code(row);
        written[row.index()].filter(|_| !code.is_null()).map(|number| ((code, number), 1))
    };
    let mut pairs: Pairs = rows.iter().filter_map(pair).collect();
    pairs.sort_unstable_by(|a, b| by_value(&a.0, &b.0));
    pairs.dedup_by(|next, one| {
        let same = by_value(&next.0, &one.0).is_eq();
        one.1 += if same { next.1 } else { 0 };
        same
    });
    pairs.shrink_to_fit();
    pairs
}

/// The order of pairs.
pub(crate) fn by_value(one: &(Code, f64), other: &(Code, f64)) -> std::cmp::Ordering {
    one.0.cmp(&other.0).then(one.1.total_cmp(&other.1))
}

/// What is left out of a density, and what it is asked of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    /// The number that the row holds as it is written, where it is counted.
    pub(crate) own: Option<f64>,
    /// What the row holds in the attribute of the context, as it is written.
    pub(crate) own_context: Given,
    /// What it would hold there.
    pub(crate) context: Given,
}

/// What a row holds in the attribute of the context.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Given {
    Nothing,
    Code(Code),
    Number(f64),
}

/// What a density may be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Chosen {
    /// Nothing.
    Column,
    /// The value of an attribute of few values.
    Group(AttributeId),
    /// Another column of numbers.
    Line(AttributeId),
}

impl Chosen {
    pub(crate) fn attribute(self) -> Option<AttributeId> {
        match self {
            Chosen::Column => None,
            Chosen::Group(attribute) | Chosen::Line(attribute) => Some(attribute),
        }
    }
}

/// Contexts that are compared. In a table of more columns those of a column stand near it: what belongs together does.
const MOST_COMPARED: usize = 20_000;

/// For each column the context that says most, as far as none is then given what it says something of itself: two columns
/// that each tell what is usual in the other would both be evidence for the same thing.
pub(crate) fn choose(table: &Table, columns: &[Numbers<'_>], rows: &[RowId]) -> Vec<Chosen> {
    let looked_at = &rows[..rows.len().min(LOOKED_AT)];
    if looked_at.len() < LEAST_ROWS {
        return vec![Chosen::Column; columns.len()];
    }
    let all = table.schema().len();
    let reach = if columns.len() * all <= MOST_COMPARED { all } else { MOST_COMPARED / columns.len() / 2 };
    let gains = |place: usize| -> Vec<(f64, usize, Chosen)> {
        let numbers = &columns[place];
        let mut density = Density::of_column(numbers);
        let least = density.fit(table, numbers, columns, looked_at) + LEAST_GAIN;
        let near = |attribute: &AttributeId| attribute.0.abs_diff(numbers.attribute.0) as usize <= reach;
        let others = table.schema().ids().filter(|&attribute| attribute != numbers.attribute).filter(near);
        let contexts = others.flat_map(|attribute| [Chosen::Group(attribute), Chosen::Line(attribute)]);
        let gain = |chosen: Chosen| {
            density.context = context(table, numbers, columns, chosen, looked_at)?;
            let gain = density.fit(table, numbers, columns, looked_at) - least;
            (gain > 0.0).then_some((gain, place, chosen))
        };
        contexts.filter_map(gain).collect()
    };
    let mut gains: Vec<(f64, usize, Chosen)> = (0..columns.len()).into_par_iter().flat_map_iter(gains).collect();
    gains.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.attribute().cmp(&b.2.attribute())));
    let mut chosen = vec![Chosen::Column; columns.len()];
    for (_, place, context) in gains {
        if chosen[place] == Chosen::Column && !leads_to(columns, &chosen, context.attribute(), columns[place].attribute)
        {
            chosen[place] = context;
        }
    }
    chosen
}

/// Whether what is given leads back to an attribute.
fn leads_to(columns: &[Numbers<'_>], chosen: &[Chosen], from: Option<AttributeId>, to: AttributeId) -> bool {
    let mut at = from;
    while let Some(attribute) = at {
        if attribute == to {
            return true;
        }
        at =
            columns.iter().position(|column| column.attribute == attribute).and_then(|place| chosen[place].attribute());
    }
    false
}

fn context(
    table: &Table,
    numbers: &Numbers<'_>,
    columns: &[Numbers<'_>],
    chosen: Chosen,
    rows: &[RowId],
) -> Option<Context> {
    match chosen {
        Chosen::Column => Some(Context::Column),
        Chosen::Group(attribute) => {
            // Of the rows that are looked at first none is believed to be wrong yet.
            group(numbers, attribute, &pairs(table, numbers.written, attribute, rows))
        }
        Chosen::Line(attribute) => {
            let other = columns.iter().find(|other| other.attribute == attribute)?;
            line(numbers, other, rows)
        }
    }
}

/// The grain of a column: many of its numbers are multiples of so many steps.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Grain {
    steps: f64,
    /// The share of numbers that are.
    share: f64,
}

impl Grain {
    fn of(numbers: &Numbers<'_>) -> Self {
        const STEPS: [f64; 11] = [2.0, 5.0, 10.0, 20.0, 25.0, 50.0, 100.0, 200.0, 250.0, 500.0, 1000.0];
        let rows = |numbers: &mut dyn Iterator<Item = &(f64, u32)>| {
            numbers.map(|(_, count)| *count as usize).sum::<usize>() as f64
        };
        let all = rows(&mut numbers.numbers.iter());
        let weigh = |steps: f64| {
            let is_on = |(number, _): &&(f64, u32)| is_multiple(*number, steps * numbers.step);
            let on = rows(&mut numbers.numbers.iter().filter(is_on));
            let share = (on + 0.5) / (all + 1.0);
            let gain = share * (share * steps).ln() + (1.0 - share) * ((1.0 - share) * steps / (steps - 1.0)).ln();
            (gain, Grain { steps, share })
        };
        let best = STEPS.into_iter().map(weigh).max_by(|a, b| a.0.total_cmp(&b.0));
        best.filter(|(gain, _)| *gain > 0.05).map_or(Grain { steps: 1.0, share: 1.0 }, |(_, grain)| grain)
    }

    /// How many steps of mass a number stands for.
    fn steps(self, number: f64, step: f64) -> f64 {
        match is_multiple(number, self.steps * step) {
            true => self.steps * self.share,
            false if self.steps > 1.0 => (1.0 - self.share) * self.steps / (self.steps - 1.0),
            false => 1.0,
        }
    }
}

fn is_multiple(number: f64, of: f64) -> bool {
    let times = number / of;
    (times - times.round()).abs() < 1e-6
}

/// The density of a column.
#[derive(Clone, Debug)]
pub(crate) struct Density {
    scale: Scale,
    step: f64,
    grain: Grain,
    all: Sample,
    context: Context,
    /// The log mass that half of the rows have at least.
    pub(crate) typical: f64,
}

impl Density {
    /// The density of a column, given what was chosen; `pairs` are those with a chosen group, without the rows that do not
    /// count.
    pub(crate) fn new(
        table: &Table,
        numbers: &Numbers<'_>,
        columns: &[Numbers<'_>],
        (chosen, pairs): (Chosen, &Pairs),
        rows: &[RowId],
    ) -> Self {
        let mut density = Density::of_column(numbers);
        let context = match chosen {
            Chosen::Group(attribute) => group(numbers, attribute, pairs),
            _ => context(table, numbers, columns, chosen, rows),
        };
        density.context = context.unwrap_or(Context::Column);
        let mut masses = density.masses(table, numbers, columns, &rows[..rows.len().min(LOOKED_AT)]);
        masses.sort_unstable_by(f64::total_cmp);
        density.typical = median(&masses);
        density
    }

    fn of_column(numbers: &Numbers<'_>) -> Self {
        let on_scale = numbers.numbers.iter().map(|(number, count)| (numbers.scale.at(*number), *count));
        let all = Sample::counted(on_scale.collect(), numbers.central_step);
        let grain = Grain::of(numbers);
        Density { scale: numbers.scale, step: numbers.step, grain, all, context: Context::Column, typical: 0.0 }
    }

    /// The attribute that it is given.
    pub(crate) fn given(&self) -> Option<AttributeId> {
        match &self.context {
            Context::Column => None,
            Context::Group { attribute, .. } | Context::Line { attribute, .. } => Some(*attribute),
        }
    }

    /// Whether it is given a number.
    pub(crate) fn is_line(&self) -> bool {
        matches!(self.context, Context::Line { .. })
    }

    /// The log share of a number.
    pub(crate) fn log_mass(&self, number: f64, asked: &Asked) -> f64 {
        let at = |number: f64| self.scale.at(number);
        let step = self.scale.step(number, self.step * self.grain.steps(number, self.step));
        let (own, place) = (asked.own.map(at), at(number));
        let whole = self.all.mass(place, step, own);
        let same = asked.context == asked.own_context;
        let given = match (&self.context, asked.context) {
            (Context::Group { parts, .. }, Given::Code(code)) => parts.get(&code).map(|part| {
                let rows = (part.len() as f64 - f64::from(u8::from(same && own.is_some()))).max(0.0);
                (rows * part.mass(place, step, own.filter(|_| same)) + WHOLE * whole) / (rows + WHOLE)
            }),
            (Context::Line { scale, slope, residuals, .. }, Given::Number(other)) => {
                let along = |place: f64, other: f64| place - slope * scale.at(other);
                let own = match asked.own_context {
                    Given::Number(other) => own.map(|own| along(own, other)),
                    _ => None,
                };
                Some(residuals.mass(along(place, other), step, own))
            }
            _ => None,
        };
        given.map_or(whole, |given| (1.0 - WRONG_CONTEXT) * given + WRONG_CONTEXT * whole).max(1e-30).ln()
    }

    fn masses(&self, table: &Table, numbers: &Numbers<'_>, others: &[Numbers<'_>], rows: &[RowId]) -> Vec<f64> {
        let mass = |&row: &RowId| {
            let number = numbers.of(row)?;
            let context = self.context_of(table, others, row);
            Some(self.log_mass(number, &Asked { own: Some(number), own_context: context, context }))
        };
        rows.iter().filter_map(mass).collect()
    }

    /// The mean log share of the rows that fit best.
    fn fit(&self, table: &Table, numbers: &Numbers<'_>, others: &[Numbers<'_>], rows: &[RowId]) -> f64 {
        let mut masses = self.masses(table, numbers, others, rows);
        masses.sort_unstable_by(f64::total_cmp);
        let kept = &masses[(LEFT_OUT * masses.len() as f64) as usize..];
        kept.iter().sum::<f64>() / kept.len().max(1) as f64
    }

    fn context_of(&self, table: &Table, others: &[Numbers<'_>], row: RowId) -> Given {
        match &self.context {
            Context::Column => Given::Nothing,
            Context::Group { attribute, .. } => {
                let column = table.column(*attribute);
                Some(column.code(row)).filter(|code| !code.is_null()).map_or(Given::Nothing, Given::Code)
            }
            Context::Line { attribute, .. } => {
                let other = others.iter().find(|other| other.attribute == *attribute);
                let number = other.and_then(|other| other.of(row));
                number.map_or(Given::Nothing, Given::Number)
            }
        }
    }
}

fn group(numbers: &Numbers<'_>, attribute: AttributeId, pairs: &Pairs) -> Option<Context> {
    let parts = || pairs.chunk_by(|one, other| one.0.0 == other.0.0);
    let counted: usize = pairs.iter().map(|(_, count)| *count as usize).sum();
    let all = parts().count();
    if all < 2 || counted < LEAST_GROUP * all {
        return None;
    }
    let part = |part: &[((Code, f64), u32)]| {
        let on_scale = part.iter().map(|((_, number), count)| (numbers.scale.at(*number), *count));
        (part[0].0.0, Sample::counted(on_scale.collect(), numbers.central_step))
    };
    Some(Context::Group { attribute, parts: parts().map(part).collect() })
}

/// The line of the medians of slopes between the lower and the upper half of the other column.
fn line(numbers: &Numbers<'_>, other: &Numbers<'_>, rows: &[RowId]) -> Option<Context> {
    let point = |&row: &RowId| {
        let (x, y) = (other.of(row)?, numbers.of(row)?);
        Some((other.scale.at(x), numbers.scale.at(y)))
    };
    let mut points: Vec<(f64, f64)> = rows.iter().filter_map(point).collect();
    if points.len() < 4 * LEAST_GROUP {
        return None;
    }
    points.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let half = points.len() / 2;
    let slope = |(low, high): (&(f64, f64), &(f64, f64))| (high.1 - low.1) / (high.0 - low.0);
    let mut slopes: Vec<f64> =
        points[..half].iter().zip(&points[half..]).map(slope).filter(|s| s.is_finite()).collect();
    slopes.sort_unstable_by(f64::total_cmp);
    let slope = median(&slopes);
    if slope == 0.0 {
        return None;
    }
    let residuals = points.iter().map(|(x, y)| y - slope * x).collect();
    let residuals = Sample::new(residuals, numbers.central_step);
    Some(Context::Line { attribute: other.attribute, scale: other.scale, slope, residuals })
}

#[cfg(test)]
mod tests {
    use lustrate_table::{Column, parse_number};

    use super::*;

    fn table(columns: &[(&str, Vec<String>)]) -> Table {
        let column = |cells: &Vec<String>| cells.iter().map(|cell| Some(cell.as_str())).collect::<Column>();
        Table::new(columns.iter().map(|(name, cells)| ((*name).to_owned(), column(cells))).collect()).unwrap()
    }

    /// The numbers of rows that all count.
    fn numbers(attribute: u32, values: &[Option<f64>]) -> Numbers<'_> {
        const COUNTED: [bool; 200] = [true; 200];
        let mut sorted: Counted = values.iter().flatten().map(|&number| (number, 1)).collect();
        sorted.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        Numbers::new(AttributeId(attribute), (values, &COUNTED), sorted, Scale::Linear, 1.0)
    }

    fn values(table: &Table, attribute: u32) -> Vec<Option<f64>> {
        let column = table.column(AttributeId(attribute));
        table.row_ids().map(|row| column.text(row).and_then(parse_number)).collect()
    }

    #[test]
    fn a_category_tells_what_is_usual() {
        let kind = |row: usize| if row.is_multiple_of(2) { "mouse" } else { "horse" };
        let weight = |row: usize| if row.is_multiple_of(2) { 20 + row % 9 } else { 500 + row % 70 };
        let table = table(&[
            ("kind", (0..200).map(|row| kind(row).to_owned()).collect()),
            ("weight", (0..200).map(|row| weight(row).to_string()).collect()),
        ]);
        let values = values(&table, 1);
        let rows: Vec<RowId> = table.row_ids().collect();
        let chosen = choose(&table, &[numbers(1, &values)], &rows);
        assert_eq!(chosen, [Chosen::Group(AttributeId(0))]);
        let pairs = pairs(&table, &values, AttributeId(0), &rows);
        let density = Density::new(&table, &numbers(1, &values), &[], (chosen[0], &pairs), &rows);
        assert_eq!(density.given(), Some(AttributeId(0)));
        let mouse = Given::Code(table.column(AttributeId(0)).code(RowId(0)));
        let asked = Asked { own: None, own_context: mouse, context: mouse };
        assert!(density.log_mass(24.0, &asked) > density.log_mass(520.0, &asked) + 3.0);
    }

    #[test]
    fn another_column_tells_what_is_usual() {
        let table = table(&[
            ("net", (0..200).map(|row| (1000 + 37 * row % 9000).to_string()).collect()),
            ("gross", (0..200).map(|row| (1100 + 41 * row % 9900 + row % 7).to_string()).collect()),
        ]);
        let (net, gross) =
            (values(&table, 0), (0..200).map(|row| Some(1.1 * (1000 + 37 * row % 9000) as f64 + (row % 7) as f64)));
        let gross: Vec<Option<f64>> = gross.collect();
        let rows: Vec<RowId> = table.row_ids().collect();
        let columns = [numbers(0, &net), numbers(1, &gross)];
        let chosen = choose(&table, &columns, &rows);
        assert_eq!(chosen.iter().filter(|chosen| **chosen == Chosen::Column).count(), 1, "one is given the other");
        let density = Density::new(&table, &columns[1], &columns, (Chosen::Line(AttributeId(0)), &Pairs::new()), &rows);
        assert!(density.is_line());
        let asked = Asked { own: None, own_context: Given::Nothing, context: Given::Number(5000.0) };
        assert!(density.log_mass(5503.0, &asked) > density.log_mass(8000.0, &asked) + 3.0);
    }
}
