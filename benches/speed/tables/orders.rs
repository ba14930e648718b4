//! The main table: lines of orders, with fifteen dependencies of seven keys.

use rand::RngExt;

use super::record::Record;
use super::words::Words;
use super::{KEYS, Made, Stream, stream};

const FIRST: Words = Words::new(3, 9_000);
const LAST: Words = Words::new(3, 0);
const STREETS: Words = Words::new(4, 5_000);
const CITIES: Words = Words::new(4, 0);
const REGIONS: Words = Words::new(3, 2_000);
const COUNTRIES: Words = Words::new(2, 100);
const THINGS: Words = Words::new(4, 4_000);
const CATEGORIES: Words = Words::new(3, 6_000);
const BRANDS: Words = Words::new(3, 8_000);
const SUPPLIERS: Words = Words::new(4, 10_000);

const COLUMNS: [&str; 20] = [
    "order_id",
    "customer_id",
    "customer_name",
    "street",
    "phone",
    "postal_code",
    "city",
    "region",
    "country",
    "product_id",
    "product_name",
    "category",
    "brand",
    "brand_country",
    "price",
    "branch_id",
    "branch_manager",
    "branch_city",
    "supplier",
    "ordered_on",
];

/// What determines what.
const DEPENDENCIES: [(&str, &[&str]); 7] = [
    ("customer_id", &["customer_name", "street", "phone", "postal_code"]),
    ("postal_code", &["city"]),
    ("city", &["region"]),
    ("region", &["country"]),
    ("product_id", &["product_name", "category", "brand", "price", "supplier"]),
    ("brand", &["brand_country"]),
    ("branch_id", &["branch_manager", "branch_city"]),
];

/// Lines of orders: customers with addresses, postal codes in cities in regions, products of brands, branches.
///
/// The keys grow with the rows: a customer has ten.
pub(crate) struct Orders {
    rows: u64,
    columns: usize,
    customers: Vec<Customer>,
    /// The city of each postal code.
    postal: Vec<u32>,
    /// The region of each city.
    cities: Vec<u32>,
    /// The country of each region.
    regions: Vec<u32>,
    products: Vec<Product>,
    /// The country of each brand.
    brands: Vec<u32>,
    branches: Vec<Branch>,
}

struct Customer {
    name: Name,
    house: u32,
    street: u32,
    area: u32,
    phone: u32,
    postal: u32,
}

struct Product {
    name: Name,
    size: u32,
    category: u32,
    brand: u32,
    cents: u32,
    supplier: u32,
}

struct Branch {
    manager: Name,
    city: u32,
}

/// Two words.
#[derive(Clone, Copy)]
struct Name(u32, u32);

impl Orders {
    /// A table of so many rows and of the first so many of its twenty columns.
    pub(crate) fn new(rows: u64, columns: usize) -> Self {
        let stream = &mut stream(KEYS);
        let count = |share: u64, least: u64, most: u64| (rows / share).clamp(least, most) as u32;
        let postal = count(50, 10, 20_000);
        let cities = postal.min(8_000);
        let (brands, suppliers) = (400, count(50, 5, 2_000));
        Orders {
            rows,
            columns,
            customers: many(count(10, 20, u64::from(u32::MAX)), || Customer::draw(postal, stream)),
            postal: many(postal, || stream.random_range(0..cities)),
            cities: many(cities, || stream.random_range(0..40)),
            regions: many(40, || stream.random_range(0..8)),
            products: many(count(40, 10, 5_000), || Product::draw(brands, suppliers, stream)),
            brands: many(brands, || stream.random_range(0..8)),
            branches: many(count(50, 5, 400), || Branch {
                manager: Name::draw(400, 3_000, stream),
                city: stream.random_range(0..cities),
            }),
        }
    }

    fn has(&self, column: &str) -> bool {
        COLUMNS[..self.columns].contains(&column)
    }
}

fn many<T>(count: u32, mut one: impl FnMut() -> T) -> Vec<T> {
    (0..count).map(|_| one()).collect()
}

impl Customer {
    fn draw(postal: u32, stream: &mut Stream) -> Self {
        Customer {
            name: Name::draw(400, 3_000, stream),
            house: stream.random_range(1..200),
            street: stream.random_range(0..2_000),
            area: stream.random_range(100..999),
            phone: stream.random_range(0..1_000_000),
            postal: stream.random_range(0..postal),
        }
    }
}

impl Product {
    fn draw(brands: u32, suppliers: u32, stream: &mut Stream) -> Self {
        Product {
            name: Name::draw(300, 300, stream),
            size: stream.random_range(1..90),
            category: stream.random_range(0..30),
            brand: stream.random_range(0..brands),
            cents: stream.random_range(100..90_000),
            supplier: stream.random_range(0..suppliers),
        }
    }
}

impl Name {
    fn draw(first: u32, second: u32, stream: &mut Stream) -> Self {
        Name(stream.random_range(0..first), stream.random_range(0..second))
    }
}

impl Made for Orders {
    fn name(&self) -> String {
        format!("orders-{}x{}", self.rows, self.columns)
    }

    fn rows(&self) -> u64 {
        self.rows
    }

    fn header(&self) -> Vec<String> {
        COLUMNS[..self.columns].iter().map(|&name| name.to_owned()).collect()
    }

    fn rules(&self) -> String {
        let mut rules = "column order_id text id\n".to_owned();
        for (key, determined) in DEPENDENCIES.iter().filter(|(key, _)| self.has(key)) {
            let there: Vec<&str> = determined.iter().copied().filter(|column| self.has(column)).collect();
            rules += &format!("fd {key} -> {}\n", there.join(", "));
        }
        rules
    }

    fn rate(&self, column: usize) -> f64 {
        // The number of the order is the row's own.
        if column == 0 { 0.0 } else { 0.02 }
    }

    fn draw(&self, row: u64, stream: &mut Stream, record: &mut Record) {
        let customer = stream.random_range(0..self.customers.len());
        let product = stream.random_range(0..self.products.len());
        let branch = stream.random_range(0..self.branches.len());
        let (year, month, day) =
            (stream.random_range(2020..2024), stream.random_range(1..13), stream.random_range(1..29));
        let number = |number: u32| u64::from(number);

        let of = &self.customers[customer];
        let city = self.postal[of.postal as usize];
        let region = self.cities[city as usize];
        record.push(format_args!("{:010}", row + 1));
        record.push(format_args!("C{customer:07}"));
        record.push(format_args!("{} {}", FIRST.word(number(of.name.0)), LAST.word(number(of.name.1))));
        record.push(format_args!("{} {} Street", of.house, STREETS.word(number(of.street))));
        record.push(format_args!("+44 {} {:06}", of.area, of.phone));
        // A factor that shares no divisor with 90,000 makes each code once.
        record.push(format_args!("{:05}", 10_000 + number(of.postal) * 48_271 % 90_000));
        record.push(format_args!("{}", CITIES.word(number(city))));
        record.push(format_args!("{} County", REGIONS.word(number(region))));
        record.push(format_args!("{}land", COUNTRIES.word(number(self.regions[region as usize]))));

        let of = &self.products[product];
        let brand_country = self.brands[of.brand as usize];
        record.push(format_args!("P-{product:05}"));
        record.push(format_args!(
            "{} {} {} cm",
            THINGS.word(number(of.name.0)),
            THINGS.word(1_000 + number(of.name.1)),
            of.size
        ));
        record.push(format_args!("{} goods", CATEGORIES.word(number(of.category))));
        record.push(format_args!("{} & Sons", BRANDS.word(number(of.brand))));
        record.push(format_args!("{}land", COUNTRIES.word(number(brand_country))));
        record.push(format_args!("{}.{:02}", of.cents / 100, of.cents % 100));

        let Branch { manager, city } = &self.branches[branch];
        record.push(format_args!("B{branch:04}"));
        record.push(format_args!("{} {}", FIRST.word(number(manager.0)), LAST.word(number(manager.1))));
        record.push(format_args!("{}", CITIES.word(number(*city))));
        record.push(format_args!("{} Supplies Ltd", SUPPLIERS.word(number(of.supplier))));
        record.push(format_args!("{year}-{month:02}-{day:02}"));
        record.truncate(self.columns);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fewer_columns_have_the_dependencies_that_are_left() {
        assert_eq!(Orders::new(100, 20).rules().matches("fd ").count(), 7);
        let rules = Orders::new(100, 15).rules();
        assert_eq!(rules.matches("fd ").count(), 6);
        assert!(rules.contains("fd product_id -> product_name, category, brand, price\n"), "{rules}");
    }

    #[test]
    fn a_postal_code_stands_for_one_number() {
        let codes: std::collections::BTreeSet<u64> = (0..20_000).map(|number| number * 48_271 % 90_000).collect();
        assert_eq!(codes.len(), 20_000);
    }
}
