//! The rules that a table shows.

use lustrate_normalise::CONVENTIONS;
use lustrate_propose::{Proposals, Without, propose};
use lustrate_rules::Constraints;
use lustrate_table::Table;

use crate::run::{ids, within_threads};
use crate::{Error, Settings};

/// The rules that a table shows, each with what speaks for it: what [`repair`](crate::repair()) goes by where no rules are
/// given.
///
/// ```
/// use lustrate::{Settings, discover};
/// # use lustrate::{Column, Table};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let column = |of: fn(usize) -> String| (0..400).map(|row| Some(of(row))).collect::<Vec<_>>();
/// # let cells = |texts: &[Option<String>]| texts.iter().map(|text| text.as_deref()).collect::<Column>();
/// # let zip = cells(&column(|row| format!("{:05}", 90_000 + row % 40)));
/// # let city = cells(&column(|row| ["Rome", "Oslo", "Bern", "Lima", "Kyiv"][row % 5].to_owned()));
/// # let table = Table::new(vec![("zip".into(), zip), ("city".into(), city)])?;
/// let found = discover(&table, &Settings::new())?;
/// assert!(found.items.iter().any(|item| item.statement == "fd zip -> city"));
/// println!("{}", found.text("places.csv"));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// Settings that make no sense; an id column that the table does not have.
pub fn discover(table: &Table, settings: &Settings) -> Result<Proposals, Error> {
    settings.check()?;
    let ids = ids(table, &Constraints::default(), settings)?;
    let declined = CONVENTIONS.iter().filter(|convention| !settings.follows(convention.name));
    let conventions = declined.map(|convention| convention.name.to_owned()).collect();
    within_threads(settings, || propose(table, &Without { ids, conventions }))
}
