//! Jobs in processes of their own, so that one that dies takes no other with it, and each has its own peak of memory.

use std::process::{Command, Output, Stdio};

use lustrate::Error;
use serde::de::DeserializeOwned;

/// Runs a program and reads what it prints: a `Result<T, String>` as JSON.
///
/// # Errors
/// What went wrong with the job, or with its process.
pub fn result_of<T: DeserializeOwned>(command: &mut Command) -> Result<T, String> {
    // Without a backtrace the message of a panic is the last that is said.
    let output = command.env("RUST_BACKTRACE", "0").stdin(Stdio::null()).output();
    read(&output.map_err(|error| format!("cannot start a process: {error}"))?)
}

/// What a process printed; of one that died, the end of what it said.
fn read<T: DeserializeOwned>(output: &Output) -> Result<T, String> {
    let printed = output.status.success().then(|| serde_json::from_slice(&output.stdout));
    match printed {
        Some(Ok(result)) => result,
        Some(Err(error)) => Err(format!("the process printed no result: {error}")),
        None => Err(format!("{}: {}", output.status, last_words(&String::from_utf8_lossy(&output.stderr)))),
    }
}

/// The last line that a process said; the message of a panic comes before a note on how to see more of it.
pub(crate) fn last_words(said: &str) -> &str {
    let mut lines = said.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("note:"));
    lines.next_back().unwrap_or("nothing was said")
}

/// The titles of an error's messages, in one line.
pub fn told(error: Error) -> String {
    let titles: Vec<String> = error.diagnostics().iter().map(|diagnostic| diagnostic.title.clone()).collect();
    titles.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_is_not_there_is_told() {
        let failed = result_of::<u32>(&mut Command::new("no such program"));
        assert!(failed.unwrap_err().starts_with("cannot start a process: "));
    }

    #[cfg(unix)]
    #[test]
    fn a_process_that_dies_is_told_with_its_last_words() {
        let read = |script: &str| read::<u32>(&Command::new("sh").args(["-c", script]).output().unwrap());
        let died = read("echo out of luck >&2; echo 'note: run with more' >&2; exit 101").unwrap_err();
        assert_eq!(died, "exit status: 101: out of luck");
        assert!(read("echo hello").unwrap_err().starts_with("the process printed no result: "));
        assert_eq!(read(r#"echo '{"Err":"rows differ"}'"#), Err("rows differ".to_owned()));
        assert_eq!(read(r#"echo '{"Ok":7}'"#), Ok(7));
    }
}
