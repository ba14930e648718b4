//! Columns as a model can read them: what is a number in the language of the table, and what rules say is one, as plain decimals.

use lustrate_rules::Constraints;
use lustrate_table::{Column, Table, parse_number};

/// The share of the values of a column that must be numbers, so that it is one of numbers.
const MOST: f64 = 0.7;

/// How the columns of a table are read.
pub(super) struct Readable {
    constraints: Constraints,
    /// The columns that are written otherwise for the model.
    columns: Vec<(String, How)>,
}

/// How a text of a column is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    /// As the rules say: a date, a time, a quantity, a duration.
    Declared,
    /// With a comma before the decimals, and points or blanks between thousands.
    Comma,
    /// With commas between thousands.
    Thousands,
}

impl Readable {
    /// Finds out how the columns of a table are read.
    pub(super) fn new(table: &Table, constraints: &Constraints) -> Self {
        let all = [How::Declared, How::Comma, How::Thousands];
        let mut columns = Vec::new();
        for id in table.schema().ids() {
            let column = table.column(id);
            let share = |read: &dyn Fn(&str) -> bool| {
                let held = column.dictionary().iter().filter(|(_, text)| !text.trim().is_empty());
                let (mut numbers, mut texts) = (0_usize, 0_usize);
                held.for_each(|(_, text)| {
                    texts += 1;
                    numbers += usize::from(read(text));
                });
                numbers as f64 / texts.max(1) as f64
            };
            if share(&|text| parse_number(text).is_some()) >= MOST {
                continue;
            }
            let reads = |how: &How| {
                let read = |text: &str| read(*how, constraints, id, text).is_some();
                share(&read) >= MOST
            };
            if let Some(how) = all.into_iter().find(reads) {
                columns.push((table.schema().name(id).to_owned(), how));
            }
        }
        Readable { constraints: constraints.clone(), columns }
    }

    /// The same, which leaves the target as it is written.
    pub(super) fn but(mut self, target: &str) -> Self {
        self.columns.retain(|(name, _)| name != target);
        self
    }

    /// The same for who writes numbers back: what only rules can read stays as it is.
    pub(super) fn without_declared(mut self) -> Self {
        self.columns.retain(|(_, how)| *how != How::Declared);
        self
    }

    /// A number of a column as the table writes numbers.
    pub(super) fn written(&self, column: &str, number: &str) -> String {
        match self.columns.iter().any(|(name, how)| name == column && *how == How::Comma) {
            true => number.replace('.', ","),
            false => number.to_owned(),
        }
    }

    /// A table with the same columns, which are written as plain decimals where they are numbers. What cannot be read stays.
    pub(super) fn of(&self, table: &Table) -> Table {
        let mut made = table.clone();
        for (name, how) in &self.columns {
            let Some(id) = table.schema().find(name) else { continue };
            let column = table.column(id);
            let of_code: Vec<String> = column
                .dictionary()
                .iter()
                .map(|(_, text)| {
                    read(*how, &self.constraints, id, text).map_or_else(|| text.to_owned(), |number| number.to_string())
                })
                .collect();
            let text = |code: &lustrate_table::Code| (!code.is_null()).then(|| of_code[code.index()].as_str());
            made.replace(id, column.codes().iter().map(text).collect::<Column>());
        }
        made
    }
}

fn read(how: How, constraints: &Constraints, id: lustrate_table::AttributeId, text: &str) -> Option<f64> {
    let number = match how {
        How::Declared => constraints.columns().number(id, text)?,
        How::Comma => decimal(text, ',', &['.', ' ', '\u{a0}', '\u{202f}', '\''])?,
        How::Thousands => decimal(text, '.', &[','])?,
    };
    number.is_finite().then_some(number)
}

/// A number with one mark before the decimals and others between thousands, three digits behind each.
fn decimal(text: &str, point: char, between: &[char]) -> Option<f64> {
    let text = text.trim();
    let (whole, decimals) = text.split_once(point).map_or((text, None), |(whole, decimals)| (whole, Some(decimals)));
    if decimals.is_some_and(|decimals| !decimals.bytes().all(|byte| byte.is_ascii_digit())) {
        return None;
    }
    let unsigned = whole.trim_start_matches(['-', '+']);
    let mut groups = unsigned.split(|mark| between.contains(&mark));
    let first = groups.next()?;
    let is_group = |group: &str| group.len() == 3;
    let are_digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    let rest: Vec<&str> = groups.collect();
    let is_number = are_digits(first)
        && rest.iter().all(|group| is_group(group) && are_digits(group))
        && (rest.is_empty() || (1..=3).contains(&first.len()));
    if !is_number || (first.is_empty() && decimals.is_none_or(str::is_empty)) {
        return None;
    }
    let sign = if whole.starts_with('-') { "-" } else { "" };
    format!("{sign}0{first}{}.{}0", rest.concat(), decimals.unwrap_or_default()).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        let comma = |text| decimal(text, ',', &['.', ' ']);
        assert_eq!(
            ["1,5", "-0,34", "1.234,5", "12 000", "7", ",5"].map(comma).map(Option::unwrap),
            [1.5, -0.34, 1234.5, 12000.0, 7.0, 0.5]
        );
        for text in ["", "-", ",", "1,2,3", "1.23,4", "a", "1234.567,8", "2020-01-31", "1,5 m"] {
            assert_eq!(comma(text), None, "{text}");
        }
        assert_eq!(decimal("1,234,567.5", '.', &[',']), Some(1_234_567.5));
    }

    #[test]
    fn only_columns_that_need_it_are_written_otherwise() {
        let column = |texts: [&str; 4]| texts.into_iter().map(Some).collect::<Column>();
        let columns =
            [("a", ["1,5", "2,25", "n/a", "3"]), ("b", ["1.5", "2", "3", "4"]), ("c", ["x", "y", "1,5", "z"])];
        let table = Table::new(columns.map(|(name, texts)| (name.to_owned(), column(texts))).to_vec()).unwrap();
        let constraints = lustrate_rules::bind(&lustrate_rules::Rules::default(), table.schema()).unwrap();
        let made = Readable::new(&table, &constraints).of(&table);
        let texts = |id| made.row_ids().map(|row| made.column(id).text(row).unwrap()).collect::<Vec<_>>();
        let ids: Vec<_> = table.schema().ids().collect();
        assert_eq!(texts(ids[0]), ["1.5", "2.25", "n/a", "3"]);
        assert!(made.shares(&table, ids[1]) && made.shares(&table, ids[2]));
    }
}
