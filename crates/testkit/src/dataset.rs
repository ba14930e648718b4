//! Where test data is.

use std::env;
use std::path::{Path, PathBuf};

/// The files of a data set with truth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatasetPaths {
    /// The folder of the data set.
    pub folder: PathBuf,
    /// The table with errors.
    pub dirty: PathBuf,
    /// The same table without them.
    pub truth: PathBuf,
    /// Its denial constraints, in the form of HoloClean.
    pub constraints: PathBuf,
}

/// The project's top folder.
pub fn project_root() -> PathBuf {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    crates.and_then(Path::parent).expect("the crate lies in `crates` of the project").to_owned()
}

/// A data set of other projects by its name: a folder with `dirty.csv`, `clean.csv` and `constraints.txt` under
/// `LUSTRATE_DATASETS`, or under `../shared/datasets` beside the project. `None` where a file of it is absent; a test
/// then calls [`skip`](crate::skip) and returns.
pub fn dataset(name: &str) -> Option<DatasetPaths> {
    let folder = match env::var_os("LUSTRATE_DATASETS") {
        Some(folder) => PathBuf::from(folder),
        None => project_root().join("../shared/datasets"),
    };
    let folder = folder.join(name);
    let file = |name: &str| Some(folder.join(name)).filter(|path| path.is_file());
    let (dirty, truth, constraints) = (file("dirty.csv")?, file("clean.csv")?, file("constraints.txt")?);
    Some(DatasetPaths { folder, dirty, truth, constraints })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_the_folder_of_the_workspace() {
        assert!(project_root().join("crates/testkit/Cargo.toml").is_file());
    }

    #[test]
    fn an_unknown_data_set_is_absent() {
        assert_eq!(dataset("no such data set"), None);
    }
}
