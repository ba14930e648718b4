//! The tables that ship are those that the example program makes.

use std::fs;

use lustrate_testkit::project_root;

#[path = "../examples/testdata.rs"]
#[expect(dead_code, reason = "the `main` of the program is not for tests")]
mod program;

const SHIPPED: [&str; 4] = ["orders.csv", "orders.planted.csv", "orders.rules", "orders.truth.csv"];

#[test]
fn what_ships_is_what_the_generator_makes() {
    let folder = tempfile::tempdir().unwrap();
    program::make(folder.path()).unwrap();
    for name in SHIPPED {
        let [made, shipped] = [folder.path().to_owned(), project_root().join("testdata")].map(|folder| {
            let path = folder.join(name);
            fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        });
        assert!(made == shipped, "{name} is not what the generator makes: run the example `testdata` of this crate");
        assert!(shipped.len() < 600_000, "{name} is too large to ship: {} bytes", shipped.len());
    }
}
