//! Numbers: equations, orders, what is usual, and what is left to a person.

use lustrate_repair::{Decision, reason};
use lustrate_table::{AttributeId, CellId, RowId};

use super::*;

/// Sixty orders of items, price and total in cents; rows are changed by `(row, column, text)`.
fn orders(changes: &[(usize, usize, &str)]) -> Table {
    let mut rows: Vec<Vec<String>> = (0..60)
        .map(|row| {
            let (items, price) = (2 + row * 7 % 11, 115 + row * row * 37 % 4_700);
            let money = |cents: usize| format!("{}.{:02}", cents / 100, cents % 100);
            vec![items.to_string(), money(price), money(items * price)]
        })
        .collect();
    for &(row, column, text) in changes {
        rows[row][column] = text.to_owned();
    }
    table(&["items", "price", "total"], &rows)
}

fn applied(table: &Table, rules: &str) -> Vec<(u32, u32, Option<String>)> {
    let constraints = constraints(rules, table);
    assert_adds_up(&posterior(table, &constraints));
    let repairs = repairs(table, &constraints);
    let made = repairs.into_iter().filter(|repair| repair.decision == Decision::Apply);
    made.map(|repair| (repair.cell.row.0, repair.cell.attribute.0, repair.new)).collect()
}

fn text(table: &Table, row: u32, attribute: u32) -> Option<String> {
    table.text(CellId { row: RowId(row), attribute: AttributeId(attribute) }).map(str::to_owned)
}

#[test]
fn an_equation_that_nobody_wrote_puts_numbers_right_in_all_directions() {
    let truth = orders(&[]);
    assert_eq!(applied(&truth, ""), []);
    let (total, price) = (text(&truth, 7, 2).unwrap(), text(&truth, 23, 1).unwrap());
    let (shifted, negative) = (total.replace('.', "") + ".00", format!("-{price}"));
    let dirty = orders(&[(7, 2, &shifted), (23, 1, &negative), (41, 2, "")]);
    let expected = [(7, 2, Some(total)), (23, 1, Some(price)), (41, 2, text(&truth, 41, 2))];
    assert_eq!(applied(&dirty, ""), expected);
    let constraints = constraints("", &dirty);
    let repairs = repairs(&dirty, &constraints);
    let words = reason(dirty.schema(), &constraints, &repairs[0]).to_string();
    assert!(words.contains("total = items * price in nearly all rows"), "{words}");
}

#[test]
fn an_equation_that_two_slips_make_true_is_left_to_a_person() {
    let dirty = orders(&[(10, 0, "5"), (10, 1, "30.50"), (10, 2, "15.25")]);
    let rules = "totals: require total ~= items * price within 0.001";
    assert_eq!(applied(&dirty, rules), []);
    let constraints = constraints(rules, &dirty);
    let open = repairs(&dirty, &constraints);
    assert_eq!(open.iter().map(|repair| repair.cell.row.0).collect::<Vec<_>>(), [10]);
    assert_eq!(open[0].decision, Decision::Review);
}

/// Parcels of which the heavier is not the cheaper one: weight in grams and postage in cents, one step for 500 grams.
fn parcels(changes: &[(usize, usize, &str)]) -> Table {
    let mut rows: Vec<Vec<String>> = (0..80)
        .map(|row| {
            let weight = 60 + row * 1_237 % 6_000;
            let postage = 210 + 55 * (weight as usize).div_ceil(500);
            vec![weight.to_string(), format!("{}.{:02}", postage / 100, postage % 100)]
        })
        .collect();
    for &(row, column, text) in changes {
        rows[row][column] = text.to_owned();
    }
    table(&["weight", "postage"], &rows)
}

const POSTAGE: &str = "postage: deny a.weight < b.weight by number and a.postage > b.postage by number";

#[test]
fn an_order_leaves_an_interval_that_one_slip_reaches() {
    let truth = parcels(&[]);
    assert_eq!(applied(&truth, POSTAGE), []);
    let postage = text(&truth, 12, 1).unwrap();
    let dirty = parcels(&[(12, 1, &format!("{}.00", postage.replace('.', "")))]);
    assert_eq!(applied(&dirty, POSTAGE), [(12, 1, Some(postage))]);
}

#[test]
fn an_interval_of_many_numbers_is_no_answer() {
    let dirty = parcels(&[(12, 0, "77771")]);
    let changed = applied(&dirty, POSTAGE);
    assert!(changed.iter().all(|(row, ..)| *row == 12), "{changed:?}");
    assert!(changed.iter().all(|(_, attribute, _)| *attribute != 0), "{changed:?}");
}
