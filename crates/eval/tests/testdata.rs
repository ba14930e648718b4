//! The tables that ship are those that the example program makes.

use std::fs;
use std::process::Command;

use lustrate_testkit::project_root;

const SHIPPED: [&str; 4] = ["orders.csv", "orders.planted.csv", "orders.rules", "orders.truth.csv"];

/// The example program, which cargo has built beside this test.
fn example() -> Command {
    let test = std::env::current_exe().unwrap();
    let profile = test.parent().and_then(|deps| deps.parent()).expect("tests are built in `deps` of the profile");
    Command::new(profile.join("examples").join(format!("testdata{}", std::env::consts::EXE_SUFFIX)))
}

#[test]
fn what_ships_is_what_the_generator_makes() {
    let folder = tempfile::tempdir().unwrap();
    assert!(example().arg(folder.path()).status().unwrap().success());
    for name in SHIPPED {
        let [made, shipped] = [folder.path().to_owned(), project_root().join("testdata")].map(|folder| {
            let path = folder.join(name);
            fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        });
        assert!(made == shipped, "{name} is not what the generator makes: run the example `testdata` of this crate");
        assert!(shipped.len() < 600_000, "{name} is too large to ship: {} bytes", shipped.len());
    }
}
