//! What the columns of a table are, found from their values, dirty ones among them.
//!
//! One search is one file in `profile/`. What most values of a column show is its kind; the others are suspicious.

mod addresses;
mod codes;
mod found;
mod kind;
mod members;
mod moments;
mod numbers;
mod shapes;
mod slips;
mod spread;
mod stand_ins;
mod suspicious;
mod values;

use lustrate_table::{AttributeId, Column, Table};
use lustrate_values::ColumnType;
use rayon::prelude::*;

use self::found::{Found, Reading};
pub use self::kind::{ColumnKind, DayOrder, Digits, Numbering};
pub use self::shapes::Shape;
pub use self::spread::Quantiles;
pub use self::suspicious::{Doubt, Suspicious};
pub use self::values::Counted;
use self::values::{Value, cells, most_frequent};

/// What a column is and holds. Values are codes of its dictionary.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnProfile {
    /// The column.
    pub attribute: AttributeId,
    /// All cells.
    pub rows: u64,
    /// The cells that are missing, empty or blank.
    pub missing: u64,
    /// How many different values there are, what stands in the place of one not among them.
    pub distinct: u64,
    /// Spellings of a missing value, and words among numbers that say why there is none; those in most cells first.
    pub stand_ins: Vec<Counted>,
    /// What most values are.
    pub kind: ColumnKind,
    /// The cells whose values are of the kind.
    pub read: u64,
    /// Whether nearly no value is in two cells. It is not asked of values that are measured.
    pub uniqueness: Uniqueness,
    /// The commonest shapes of the values.
    pub shapes: Vec<Shape>,
    /// How many shapes there are.
    pub shapes_in_all: u64,
    /// How the numbers or moments lie.
    pub quantiles: Option<Quantiles>,
    /// The characters of the shortest and the longest value.
    pub lengths: Option<(u64, u64)>,
    /// The values in most cells.
    pub top: Vec<Counted>,
    /// Values that are unlike the others, those in most cells first; the first of them where there are many.
    pub suspicious: Vec<Suspicious>,
    /// The cells of all suspicious values.
    pub suspicious_cells: u64,
    /// What whole values match, as a rule writes it between slashes.
    pub pattern: Option<String>,
    column_type: Option<ColumnType>,
}

/// Whether the values of a column tell its rows apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Uniqueness {
    /// Nearly every value is in one cell alone.
    NearlyUnique,
    /// Values repeat, or are measured.
    Repeated,
}

/// How much of a column a profile tells.
const TOP: usize = 10;
const SHAPES: usize = 6;
const SUSPICIOUS: usize = 50;
/// Values are nearly unique if there are so many for each cell, of so many cells.
const UNIQUE: f64 = 0.95;
const FEWEST: u64 = 20;
/// An enumeration of more members is told as a code, if its members are codes.
const MEMBERS: usize = 12;

/// Profiles of all columns, in the order of the table, which are looked at side by side: one pass over the cells of each,
/// and the rest by its distinct values. The outcome is the same for any number of threads and any order of the rows.
///
/// ```
/// use lustrate_discover::{ColumnKind, profile};
/// use lustrate_table::{Column, Table};
/// use lustrate_values::ColumnType;
///
/// let waits: Column = (0..40).map(|row| Some(["12", "20", "35", "n/a"][row % 4])).collect();
/// let table = Table::new(vec![("wait".into(), waits)])?;
/// let [wait] = &profile(&table)[..] else { panic!("one column") };
/// assert_eq!((wait.kind.name(), wait.read), ("integer", 30));
/// assert_eq!(wait.column_type(), Some(ColumnType::Integer));
/// assert_eq!(wait.stand_ins[0].cells, 10);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn profile(table: &Table) -> Vec<ColumnProfile> {
    let ids: Vec<AttributeId> = table.schema().ids().collect();
    ids.par_iter().map(|&attribute| profile_column(table, attribute)).collect()
}

/// The profile of one column.
pub fn profile_column(table: &Table, attribute: AttributeId) -> ColumnProfile {
    of_column(attribute, table.column(attribute))
}

impl ColumnProfile {
    /// The cells that hold a value and nothing that stands in the place of one.
    pub fn present(&self) -> u64 {
        self.rows - self.missing - self.stand_ins.iter().map(|value| value.cells).sum::<u64>()
    }

    /// The share of the cells with a value that the kind reads; 1 where there is none.
    pub fn share(&self) -> f64 {
        if self.present() == 0 { 1.0 } else { self.read as f64 / self.present() as f64 }
    }

    /// The type that may be declared of the column, together with its `stand_ins` as spellings of a missing value: nearly
    /// all values are of it and would stay as they are written. `None` where that is not sure.
    pub fn column_type(&self) -> Option<ColumnType> {
        self.column_type.clone()
    }
}

fn of_column(attribute: AttributeId, column: &Column) -> ColumnProfile {
    let all = values::present(column);
    let rows = column.len() as u64;
    let missing = rows - cells(&all);
    let Decided { found, values, stand_ins } = decide(&all);
    let shapes = shapes::shapes(&values);
    let present = cells(&values);
    let suspicious = suspicious::suspicious(&values, &found, &shapes);
    let unique = present >= FEWEST && values.len() as f64 >= UNIQUE * present as f64;
    let measured = found.kind.is_measured() && !matches!(found.kind, ColumnKind::Integer(_));
    let lengths = values.iter().map(|value| value.text.chars().count() as u64);
    ColumnProfile {
        attribute,
        rows,
        missing,
        distinct: values.len() as u64,
        stand_ins: most_frequent(&stand_ins, stand_ins.len()).into_iter().map(Value::counted).collect(),
        read: found.read(&values),
        uniqueness: if unique && !measured { Uniqueness::NearlyUnique } else { Uniqueness::Repeated },
        shapes_in_all: shapes.len() as u64,
        shapes: shapes.into_iter().take(SHAPES).collect(),
        quantiles: Quantiles::new(&mut found.numbers(&values)),
        lengths: lengths.clone().min().zip(lengths.max()),
        top: most_frequent(&values, TOP).into_iter().map(Value::counted).collect(),
        suspicious_cells: suspicious.iter().map(|value| value.cells).sum(),
        suspicious: suspicious.into_iter().take(SUSPICIOUS).collect(),
        kind: found.kind,
        pattern: found.pattern,
        column_type: found.column_type,
    }
}

/// The kind of a column, and which of its values it was told from.
struct Decided<'a> {
    found: Found,
    values: Vec<Value<'a>>,
    stand_ins: Vec<Value<'a>>,
}

fn decide<'a>(all: &[Value<'a>]) -> Decided<'a> {
    let (never, values) = stand_ins::never_values(all);
    if values.is_empty() {
        return Decided { found: Found::new(ColumnKind::Empty, Vec::new()), values, stand_ins: never };
    }
    let few = members::members(&values);
    if let Some(found) = few.clone().filter(|few| !matches!(few.kind, ColumnKind::Enumeration { .. })) {
        return Decided { found, values, stand_ins: never };
    }
    let (words, others) = stand_ins::among_measures(&values);
    if let Some(found) = measured(&others) {
        let stand_ins = never.into_iter().chain(words).collect();
        return Decided { found, values: others, stand_ins };
    }
    let found = addresses::addresses(&values).or_else(|| {
        let codes = codes::codes(&values);
        let many = |few: &Found| matches!(&few.kind, ColumnKind::Enumeration { members } if members.len() > MEMBERS);
        if codes.is_some() && few.as_ref().is_none_or(many) { codes } else { few }
    });
    let text = || Found::new(ColumnKind::Text, vec![Reading::Read; values.len()]).declared(ColumnType::Text, &values);
    let found = found.unwrap_or_else(text);
    Decided { found, values, stand_ins: never }
}

/// Numbers, dates, times, durations, and digits that are codes.
fn measured(values: &[Value<'_>]) -> Option<Found> {
    if let Some(found) = moments::moments(values) {
        return Some(found);
    }
    // Digits that name something are no numbers even where they are too few for a shape.
    if codes::are_codes(values) {
        return codes::codes(values);
    }
    let Some(found) = numbers::numbers(values) else { return numbers::durations(values) };
    if matches!(found.kind, ColumnKind::Integer(_)) && codes::count_through(values) {
        return Some(Found { kind: ColumnKind::Code(Numbering::Counted), ..found });
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use lustrate_table::RowId;

    use super::*;

    /// The text of the cell of a row.
    type Cell<'a> = &'a dyn Fn(usize) -> Option<String>;

    fn table(columns: &[(&str, Cell<'_>)], rows: usize) -> Table {
        let column = |cell: Cell<'_>| {
            let cells: Vec<Option<String>> = (0..rows).map(cell).collect();
            cells.iter().map(Option::as_deref).collect::<Column>()
        };
        Table::new(columns.iter().map(|(name, cell)| ((*name).to_owned(), column(*cell))).collect()).unwrap()
    }

    fn kinds(table: &Table) -> Vec<String> {
        profile(table).iter().map(|column| column.kind.to_string()).collect()
    }

    #[test]
    fn columns_are_what_their_values_show() {
        let found = table(
            &[
                ("row", &|row| Some((row + 1).to_string())),
                ("flag", &|row| Some((row % 2).to_string())),
                ("year", &|row| Some((1960 + row % 60).to_string())),
                ("zip", &|row| Some(format!("{:05}", row % 150 * 613))),
                ("area", &|row| Some(["01907", "35233", "90210"][row % 3].to_owned())),
                ("born", &|row| Some(format!("19{}-0{}-1{}", 40 + row % 60, 1 + row % 9, row % 10))),
                ("pay", &|row| Some(format!("{}.{:02}", 100 + row * 7, row % 100))),
                ("sex", &|row| Some(["female", "male"][row % 2].to_owned())),
                ("mail", &|row| Some(format!("a{row}@example.org"))),
                ("note", &|row| Some(format!("seen {} times, {}", row, ["late", "early", "never again"][row % 3]))),
                ("none", &|_| None),
                ("same", &|_| Some("x".to_owned())),
            ],
            300,
        );
        let expected = [
            "code: a running number",
            "yes or no",
            "integer",
            "code",
            "enumeration of 3 values",
            "date as %Y-%m-%d",
            "number of 2 decimals",
            "enumeration of 2 values",
            "e-mail address",
            "text",
            "empty",
            "constant",
        ];
        assert_eq!(kinds(&found), expected);
        let declared: Vec<bool> = profile(&found).iter().map(|column| column.column_type().is_some()).collect();
        assert_eq!(declared, [true, true, true, true, true, true, true, true, true, true, false, false]);
    }

    #[test]
    fn what_is_counted_adds_up() {
        let cell = |row: usize| match row % 10 {
            0 => None,
            1 => Some(" ".to_owned()),
            2 => Some("N/A".to_owned()),
            _ => Some((row % 7).to_string()),
        };
        let [column] = &profile(&table(&[("a", &cell)], 100))[..] else { panic!("one column") };
        assert_eq!((column.rows, column.missing, column.present(), column.read), (100, 20, 70, 70));
        assert_eq!((column.distinct, column.share(), column.lengths), (7, 1.0, Some((1, 1))));
        assert_eq!(column.top.iter().map(|value| value.cells).sum::<u64>(), 70);
    }

    #[test]
    fn neither_threads_nor_the_order_of_rows_matter() {
        let cell = |row: usize| {
            Some(if row.is_multiple_of(31) { format!("?{}", row % 3) } else { (row * row % 97).to_string() })
        };
        let word = |row: usize| Some(["ab", "cd", "c d", "ab "][row * row % 4].to_owned());
        let found = table(&[("a", &cell), ("b", &word)], 400);
        let told = |table: &Table| -> Vec<String> {
            let texts = |column: &ColumnProfile| -> Vec<Option<String>> {
                let dictionary = table.column(column.attribute).dictionary();
                let codes = column.top.iter().map(|value| value.code);
                let codes = codes.chain(column.suspicious.iter().map(|value| value.code));
                codes.map(|code| dictionary.text(code).map(str::to_owned)).collect()
            };
            let numbers = |column: &ColumnProfile| format!("{:?} {:?}", column.quantiles, column.shapes);
            let found = profile(table);
            found.iter().map(|column| format!("{} {:?} {}", column.kind, texts(column), numbers(column))).collect()
        };
        let whole = told(&found);
        let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        assert_eq!(alone.install(|| told(&found)), whole);
        let rows: Vec<RowId> = (0..400).map(|row| RowId(row * 177 % 400)).collect();
        let columns = found.schema().ids().map(|id| {
            let texts = rows.iter().map(|&row| found.column(id).text(row));
            (found.schema().name(id).to_owned(), texts.collect::<Column>())
        });
        assert_eq!(told(&Table::new(columns.collect()).unwrap()), whole);
    }

    #[test]
    fn odd_tables_are_told_in_bounds() {
        assert_eq!(kinds(&table(&[("a", &|_| None)], 0)), ["empty"]);
        assert_eq!(
            kinds(&table(&[("a", &|_| Some("7".to_owned())), ("b", &|_| Some("N/A".to_owned()))], 1)),
            ["integer", "empty"]
        );
        let long = |row: usize| Some("0123456789".repeat(100_000) + &row.to_string());
        let found = profile(&table(&[("a", &long)], 3));
        assert_eq!((found[0].kind.name(), found[0].lengths), ("text", Some((1_000_001, 1_000_001))));
        let wide: Vec<(String, Column)> = (0..10_000)
            .map(|place| (place.to_string(), [Some("1"), None, Some("x y")].into_iter().collect()))
            .collect();
        assert_eq!(profile(&Table::new(wide).unwrap()).len(), 10_000);
    }
}
