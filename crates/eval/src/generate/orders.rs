//! Lines of orders.

use rand::RngExt;
use rand::distr::Distribution;

use super::day::Day;
use super::words::{Place, ids, person, places, street};
use super::{Blueprint, by_popularity, one_of};
use crate::noise::Stream;

pub(super) const BLUEPRINT: Blueprint = Blueprint {
    columns: &[
        "order_id",
        "customer_id",
        "customer",
        "street",
        "postal_code",
        "city",
        "region",
        "product_id",
        "product",
        "category",
        "price",
        "quantity",
        "discount",
        "total",
        "ordered",
        "shipped",
    ],
    rules: "\
version 1

# An order is of one customer and one day.
orders: fd order_id -> customer_id, ordered, shipped

customers: fd customer_id -> customer, street, postal_code
places: fd postal_code -> city, region
products: fd product_id -> product, category, price

# The discount, in percent, depends on the quantity alone, and more is never dearer.
discounts: fd quantity -> discount
totals: fd product_id, quantity -> total
cheaper: deny a.quantity > b.quantity by number and a.discount < b.discount by number

times: deny shipped < ordered by text
",
    records,
};

struct Customer {
    id: String,
    name: String,
    street: String,
    place: usize,
}

struct Product {
    id: String,
    name: String,
    category: &'static str,
    cents: u64,
}

struct Order {
    id: usize,
    customer: usize,
    ordered: Day,
    shipped: Option<Day>,
}

fn records(rows: usize, stream: &mut Stream) -> Vec<Vec<String>> {
    let places = places((rows / 60).max(8), stream);
    let customers = customers((rows / 25).max(12), places.len(), stream);
    let products = products((rows / 40).max(10), stream);
    let (by_customer, by_product) = (by_popularity(customers.len()), by_popularity(products.len()));
    let mut records = Vec::with_capacity(rows);
    let mut id = 10_000;
    while records.len() < rows {
        id += stream.random_range(1..4);
        let order = order(id, by_customer.sample(stream), stream);
        let customer = &customers[order.customer];
        for _ in 0..stream.random_range(1..=5).min(rows - records.len()) {
            let product = &products[by_product.sample(stream)];
            records.push(record(&order, customer, &places[customer.place], product, quantity(stream)));
        }
    }
    records
}

fn record(order: &Order, customer: &Customer, place: &Place, product: &Product, quantity: u64) -> Vec<String> {
    let discount = discount(quantity);
    let total = (product.cents * quantity * (100 - discount) + 50) / 100;
    vec![
        order.id.to_string(),
        customer.id.clone(),
        customer.name.clone(),
        customer.street.clone(),
        place.postal_code.clone(),
        place.city.clone(),
        place.region.to_owned(),
        product.id.clone(),
        product.name.clone(),
        product.category.to_owned(),
        money(product.cents),
        quantity.to_string(),
        discount.to_string(),
        money(total),
        order.ordered.to_string(),
        order.shipped.map(|day| day.to_string()).unwrap_or_default(),
    ]
}

/// Customers, one in twelve a near-duplicate of another: a namesake elsewhere, or a neighbour in the same street.
fn customers(count: usize, places: usize, stream: &mut Stream) -> Vec<Customer> {
    let by_place = by_popularity(places);
    let mut customers: Vec<Customer> = Vec::with_capacity(count);
    for number in ids(count, 1_000..1_000 + 9 * count, stream) {
        let mut customer = Customer {
            id: format!("C{number:05}"),
            name: person(stream),
            street: street(stream),
            place: by_place.sample(stream),
        };
        if !customers.is_empty() && stream.random_ratio(1, 12) {
            let other = &customers[stream.random_range(0..customers.len())];
            if stream.random_bool(0.5) {
                customer.name.clone_from(&other.name);
            } else {
                let way = other.street.trim_start_matches(|char: char| char.is_ascii_digit());
                customer.street = format!("{}{way}", stream.random_range(1..200));
                customer.place = other.place;
            }
        }
        customers.push(customer);
    }
    customers
}

const MATERIAL: [&str; 10] =
    ["Bamboo", "Canvas", "Ceramic", "Copper", "Cotton", "Glass", "Linen", "Oak", "Steel", "Walnut"];

const GOODS: [(&str, &str); 12] = [
    ("Apron", "Kitchen"),
    ("Bowl", "Kitchen"),
    ("Clock", "Living"),
    ("Cushion", "Living"),
    ("Desk", "Office"),
    ("Jug", "Kitchen"),
    ("Lamp", "Living"),
    ("Planter", "Garden"),
    ("Rake", "Garden"),
    ("Shelf", "Office"),
    ("Tray", "Kitchen"),
    ("Watering Can", "Garden"),
];

const SIZE: [&str; 4] = ["L", "M", "S", "XL"];

/// Products; the sizes of one thing are near-duplicates at different prices, as in any shop.
fn products(count: usize, stream: &mut Stream) -> Vec<Product> {
    let numbers = ids(count, 100..100 + 9 * count, stream);
    let product = |number| {
        let (thing, category) = one_of(&GOODS, stream);
        let name = format!("{} {thing} {}", one_of(&MATERIAL, stream), one_of(&SIZE, stream));
        let cents = 100 * stream.random_range(3..180) + one_of(&[0, 50, 95, 99], stream);
        Product { id: format!("P-{number}"), name, category, cents }
    };
    numbers.into_iter().map(product).collect()
}

/// The last day that the table knows of, in days of the year: what is sent later is not sent yet.
const LAST_DAY: u32 = 350;

fn order(id: usize, customer: usize, stream: &mut Stream) -> Order {
    let new_year = Day::first_of(2024);
    let ordered = stream.random_range(0..LAST_DAY);
    let shipped = ordered + one_of(&[0, 1, 1, 1, 2, 2, 3, 4, 7, 12], stream);
    let shipped = (shipped <= LAST_DAY).then(|| new_year.after(shipped));
    Order { id, customer, ordered: new_year.after(ordered), shipped }
}

fn quantity(stream: &mut Stream) -> u64 {
    one_of(&[1, 1, 1, 1, 2, 2, 2, 3, 4, 5, 6, 8, 10, 12, 20, 24, 50], stream)
}

/// The discount on a quantity, in percent.
fn discount(quantity: u64) -> u64 {
    match quantity {
        0..5 => 0,
        5..10 => 5,
        10..20 => 10,
        20..50 => 15,
        _ => 20,
    }
}

fn money(cents: u64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}
