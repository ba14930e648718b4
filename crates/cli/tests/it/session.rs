//! A folder in which the program is run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use snapbox::{IntoData, assert_data_eq};
use tempfile::TempDir;

/// Rows whose rule says what the one wrong city should be.
pub const CITIES: &str = "\
zip,city
00184,Rome
10115,Berlin
00184,Rome
00184,Rom
10115,Berlin
00184,Rome
10115,Berlin
00184,Rome
10115,Berlin
";

/// The rule of [`CITIES`].
pub const CITY_RULE: &str = "places: fd zip -> city\n";

/// A temporary folder, which is the current one of the programs that it runs.
pub struct Session {
    folder: TempDir,
}

impl Session {
    /// A folder with these files in it.
    pub fn with(files: &[(&str, &str)]) -> Self {
        let session = Session { folder: tempfile::tempdir().unwrap() };
        files.iter().for_each(|(name, text)| session.write(name, text.as_bytes()));
        session
    }

    /// A folder with `cities.csv` and `cities.rules` in it.
    pub fn of_cities() -> Self {
        Session::with(&[("cities.csv", CITIES), ("cities.rules", CITY_RULE)])
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.path().join(name), bytes).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap()
    }

    /// The names of all files, hidden ones too.
    pub fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path()).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// The program with the words of a line for arguments.
    pub fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lustrate"));
        command.args(line.split_whitespace()).current_dir(self.path()).stdin(Stdio::null());
        command.env_remove("NO_COLOR").env("TERM", "xterm-256color");
        command
    }

    /// Runs it to its end.
    pub fn output(&self, line: &str) -> Output {
        self.command(line).output().unwrap()
    }

    /// What a line comes to: the exit code, then standard output, then standard error, each if there is any.
    pub fn run(&self, line: &str) -> String {
        let output = self.output(line);
        let mut text = format!("exit {}\n", output.status.code().expect("the program was not killed"));
        for (name, bytes) in [("stdout", output.stdout), ("stderr", output.stderr)] {
            if !bytes.is_empty() {
                text += &format!("--- {name}\n{}", String::from_utf8(bytes).unwrap());
            }
        }
        text
    }

    /// Runs a line that must fail: what it says must be as expected, and the folder as it was.
    #[track_caller]
    pub fn fails(&self, line: &str, expected: impl IntoData) {
        let before = self.names();
        assert_data_eq!(self.run(line), expected.into_data().raw());
        assert_eq!(self.names(), before, "{line}");
    }

    /// Runs a line that must do what it should.
    pub fn done(&self, line: &str) -> String {
        let output = self.output(line);
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }
}

/// The folder of the project.
pub fn project_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}
