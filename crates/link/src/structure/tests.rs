//! Which tables are reports of sources, and which are not.

use lustrate_rules::{CellOf, Changes, Compare, Comparison, Constraint, Domain, Operand, Predicate, Scope, Tuple};
use lustrate_table::Column;

use super::*;
use crate::fusion::made_up::chance;

const SITE: AttributeId = AttributeId(0);
const FLIGHT: AttributeId = AttributeId(1);
const GATE: AttributeId = AttributeId(2);
const TERMINAL: AttributeId = AttributeId(3);

fn dependency(lhs: AttributeId, rhs: AttributeId) -> Constraint {
    let predicate = |attribute, comparison| {
        let cell = |tuple| CellOf { tuple, attribute };
        let (left, right) = (cell(Tuple::A), Operand::Cell(cell(Tuple::B)));
        Predicate::Compare(Compare { left, comparison, right, domain: Domain::Text })
    };
    Constraint {
        name: "fd".into(),
        origin: RuleOrigin::nowhere(),
        scope: Scope::Pair,
        predicates: vec![predicate(lhs, Comparison::Equal), predicate(rhs, Comparison::NotEqual)],
        strength: Strength::Soft { log_weight: None },
        changes: Changes::Any,
    }
}

fn constraints() -> Constraints {
    Constraints::new(vec![dependency(FLIGHT, GATE), dependency(FLIGHT, TERMINAL)])
}

/// Eight sites on sixty flights; `wrong` says whether a site errs on a flight, and in which of two ways.
fn table(wrong: impl Fn(usize, usize) -> Option<usize>) -> Table {
    table_of(60, wrong)
}

fn table_of(flights: usize, wrong: impl Fn(usize, usize) -> Option<usize>) -> Table {
    let mut cells: [Vec<String>; 4] = Default::default();
    for flight in 0..flights {
        for site in 0..8 {
            let way = wrong(site, flight).map_or(String::new(), |way| format!("-{way}"));
            let row =
                [format!("site{site}"), format!("F{flight}"), format!("G{flight}{way}"), format!("T{flight}{way}")];
            row.into_iter().zip(&mut cells).for_each(|(cell, column)| column.push(cell));
        }
    }
    let column = |cells: &Vec<String>| cells.iter().map(|cell| Some(cell.as_str())).collect::<Column>();
    let names = ["site", "flight", "gate", "terminal"];
    let columns = names.iter().zip(&cells).map(|(name, cells)| (name.to_string(), column(cells)));
    Table::new(columns.collect()).unwrap()
}

#[test]
fn sources_that_are_better_and_worse_are_found() {
    let table = table(|site, flight| (site > 4 && (flight + site) % 3 != 0).then_some(flight % 2));
    let found = find_sources(&table, &constraints()).unwrap();
    assert_eq!((found.source, found.entity), (SITE, vec![FLIGHT]));
    assert_eq!(found.name, "source site entity flight");
}

#[test]
fn what_is_reported_on_is_found_without_a_rule() {
    let table = table(|site, flight| (site > 4 && (flight + site) % 3 != 0).then_some(flight % 2));
    let found = find_sources(&table, &Constraints::default()).unwrap();
    assert_eq!((found.source, found.entity), (SITE, vec![FLIGHT]));
}

#[test]
fn reports_on_more_things_than_are_looked_at_are_found() {
    let table = table_of(6_000, |site, flight| (site > 4 && (flight + site) % 3 != 0).then_some(flight % 2));
    let found = find_sources(&table, &Constraints::default()).unwrap();
    assert_eq!((found.source, found.entity), (SITE, vec![FLIGHT]));
}

#[test]
fn what_another_attribute_determines_is_no_report() {
    // The same rows read as suppliers with two products each, whose names their numbers determine.
    let table = table(|site, flight| (site > 4 && (flight + site) % 3 != 0).then_some(flight % 2));
    assert!(find_sources(&table, &Constraints::new(vec![dependency(GATE, TERMINAL)])).is_none());
}

#[test]
fn states_of_a_thing_are_no_reports() {
    // A shop a month: who leads it, and where it is, changes now and then for good.
    const MONTHS: &str = "January February March April May June July August September October November December";
    let months: Vec<&str> = MONTHS.split(' ').collect();
    let mut cells: [Vec<String>; 4] = Default::default();
    for shop in 0..60 {
        for (month, name) in months.iter().enumerate() {
            let state = usize::from(month > shop % 12);
            let row = [(*name).to_owned(), format!("S{shop}"), format!("L{shop}-{state}"), format!("P{shop}-{state}")];
            row.into_iter().zip(&mut cells).for_each(|(cell, column)| column.push(cell));
        }
    }
    let column = |cells: &Vec<String>| cells.iter().map(|cell| Some(cell.as_str())).collect::<Column>();
    let names = ["month", "shop", "leader", "place"];
    let columns = names.iter().zip(&cells).map(|(name, cells)| (name.to_string(), column(cells)));
    assert!(find_sources(&Table::new(columns.collect()).unwrap(), &Constraints::default()).is_none());
}

#[test]
fn errors_that_nobody_repeats_are_no_reports() {
    let table = table(|site, flight| (site > 4 && (flight + site) % 3 != 0).then_some(1_000 * site + flight));
    assert!(find_sources(&table, &constraints()).is_none());
}

#[test]
fn a_table_with_few_errors_has_no_sources() {
    let table = table(|site, flight| (site > 5 && flight % 20 == 0).then_some(1));
    assert!(find_sources(&table, &constraints()).is_none());
}

#[test]
fn a_declared_source_is_not_looked_for() {
    let table = table(|site, flight| (site > 4 && (flight + site) % 3 != 0).then_some(flight % 2));
    let found = find_sources(&table, &constraints()).unwrap();
    assert!(find_sources(&table, &constraints().with_fusions(vec![found])).is_none());
}

#[test]
fn orders_of_customers_are_no_reports_on_what_they_paid() {
    // Every third product shares its price with the next, and one cell in fifty is that of another order.
    let (mut cells, names) = (<[Vec<String>; 5]>::default(), ["customer", "price", "product", "brand", "supplier"]);
    for order in 0..20_000 {
        let draw = |of: usize, column: usize| (chance([order, of, column]) * of as f64) as usize;
        let product_of = |column: usize| {
            let product = if chance([order, 0, column]) < 0.02 { draw(600, column) } else { draw(600, 0) };
            (product, if product % 3 == 0 { product + 1 } else { product })
        };
        let row = [
            format!("Customer {}", draw(2_000, 9)),
            format!("{}.50", product_of(1).1),
            format!("Product {}", product_of(2).0),
            format!("Brand {}", product_of(3).0 / 2),
            format!("Supplier {}", product_of(4).0 % 250),
        ];
        row.into_iter().zip(&mut cells).for_each(|(cell, column)| column.push(cell));
    }
    let column = |cells: &Vec<String>| cells.iter().map(|cell| Some(cell.as_str())).collect::<Column>();
    let columns = names.iter().zip(&cells).map(|(name, cells)| (name.to_string(), column(cells)));
    assert!(find_sources(&Table::new(columns.collect()).unwrap(), &Constraints::default()).is_none());
}
