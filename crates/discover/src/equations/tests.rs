use super::*;

fn mix(row: usize, salt: u64) -> f64 {
    let mixed = (row as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15 ^ salt.wrapping_mul(0xc2b2_ae3d_27d4_eb4f));
    ((mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 11) as f64 / (1u64 << 53) as f64
}

fn propose(columns: &[Vec<Option<f64>>]) -> Vec<ProposedEquation> {
    let column = |(place, values)| NumberColumn {
        attribute: AttributeId(place as u32),
        quantity: Quantity::Number,
        values: Vec::as_slice(values),
    };
    let columns: Vec<NumberColumn<'_>> = columns.iter().enumerate().map(column).collect();
    let rows = columns.first().map_or(0, |column| column.values.len());
    let hashes: Vec<u64> = (0..rows as u64).map(|row| row.wrapping_mul(0x9e37_79b9_7f4a_7c15)).collect();
    proposed_equations(&columns, &hashes)
}

fn forms(columns: &[Vec<Option<f64>>]) -> Vec<(u32, EquationForm)> {
    propose(columns).into_iter().map(|found| (found.target.0, found.form)).collect()
}

fn cents(value: f64) -> f64 {
    (100.0 * value).round() / 100.0
}

fn numbers(rows: usize, value: impl Fn(usize) -> f64) -> Vec<Option<f64>> {
    (0..rows).map(|row| Some(value(row))).collect()
}

fn ids<const N: usize>(ids: [u32; N]) -> [AttributeId; N] {
    ids.map(AttributeId)
}

#[test]
fn a_sum_is_found_through_errors_and_told_once() {
    let net = |row: usize| cents(10.0 + 500.0 * mix(row, 1));
    let tax = |row: usize| cents(1.0 + 40.0 * mix(row, 2));
    let mut total = numbers(200, |row| cents(net(row) + tax(row)));
    total[3] = Some(7.0);
    total[9] = None;
    let found = propose(&[numbers(200, net), numbers(200, tax), total]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].target.0, found[0].form.clone()), (2, EquationForm::Sum(ids([0, 1]).to_vec())));
    assert_eq!((found[0].rows, found[0].exceptions), (199, 1));
}

#[test]
fn a_product_is_rounded_to_the_unit_of_its_target() {
    let price = |row: usize| cents(3.0 * mix(row, 1) + 0.17);
    let amount = |row: usize| cents(0.5 + 9.0 * mix(row, 2));
    let due = |row: usize| (10.0 * price(row) * amount(row)).round() / 10.0;
    let found = forms(&[numbers(200, price), numbers(200, amount), numbers(200, due)]);
    assert_eq!(found, [(2, EquationForm::Product { factors: ids([0, 1]), scale: 1.0 })]);
}

#[test]
fn a_rounded_quotient_is_told_as_one() {
    let due = |row: usize| cents(900.0 * mix(row, 1) + 50.0);
    let pieces = |row: usize| (30.0 * mix(row, 2)).floor() + 2.0;
    let each = |row: usize| cents(due(row) / pieces(row));
    let found = forms(&[numbers(200, due), numbers(200, pieces), numbers(200, each)]);
    assert_eq!(found, [(2, EquationForm::Quotient { dividend: AttributeId(0), divisor: AttributeId(1) })]);
}

#[test]
fn a_unit_is_a_multiple() {
    let kilos = |row: usize| (10.0 * (40.0 + 60.0 * mix(row, 1))).round() / 10.0;
    let pounds = |row: usize| (kilos(row) * 2.204_62).round();
    let found = propose(&[numbers(200, kilos), numbers(200, pounds)]);
    let [ProposedEquation { form: EquationForm::Multiple { factor, .. }, .. }] = found.as_slice() else {
        panic!("{found:?}")
    };
    assert!((factor - 2.204_62).abs() < 0.003, "{factor}");
}

#[test]
fn of_three_parts_the_sums_within_are_told() {
    let part = |salt: u64| move |row: usize| cents(5.0 + 90.0 * mix(row, salt));
    let (a, b, c) = (part(1), part(2), part(3));
    let whole = |row: usize| cents(a(row) + b(row) + c(row));
    let columns = [numbers(150, a), numbers(150, b), numbers(150, c), numbers(150, whole)];
    assert_eq!(forms(&columns), [(3, EquationForm::Sum(ids([0, 1, 2]).to_vec()))]);
    let half = numbers(150, |row| cents(a(row) + b(row)));
    let [a, b, c, whole] = columns;
    let mut found = forms(&[a, b, c, whole, half]);
    found.sort_by_key(|(target, _)| *target);
    let sum = |parts: [u32; 2]| EquationForm::Sum(ids(parts).to_vec());
    assert_eq!(found, [(3, sum([2, 4])), (4, sum([0, 1]))]);
}

#[test]
fn independent_and_empty_columns_make_no_equation() {
    let columns: Vec<_> = (0..8).map(|salt| numbers(400, |row| (20.0 * mix(row, salt)).floor())).collect();
    assert_eq!(propose(&columns), []);
    let zero = |row: usize| if row == 5 { 3.0 } else { 0.0 };
    assert_eq!(propose(&[numbers(90, zero), numbers(90, |row| mix(row, 1)), numbers(90, |row| mix(row, 2))]), []);
    assert_eq!(propose(&[vec![None; 50], vec![Some(1.0); 50]]), []);
    assert_eq!(propose(&[Vec::new()]), []);
}
