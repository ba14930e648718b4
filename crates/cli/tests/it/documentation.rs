//! Completions and manual pages are made of the program itself.

use crate::session::Session;

/// The commands, as the help lists them.
fn commands(session: &Session) -> Vec<String> {
    let help = session.done("--help");
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let named = listed.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    named.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

#[test]
fn completions_of_every_shell_name_every_command_and_option() {
    let session = Session::with(&[]);
    let commands = commands(&session);
    assert!(commands.len() >= 9, "{commands:?}");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = session.done(&format!("completions {shell}"));
        for word in commands.iter().map(String::as_str).chain(["dry-run", "apply-at", "fail-if"]) {
            assert!(script.contains(word), "{shell} lacks {word}");
        }
    }
}

#[cfg(unix)]
#[test]
fn the_script_for_bash_is_one_and_completes() {
    let session = Session::with(&[]);
    session.write("lustrate.bash", session.done("completions bash").as_bytes());
    let ask = "source ./lustrate.bash && COMP_WORDS=(lustrate rep) COMP_CWORD=1 && \
               _lustrate lustrate rep lustrate && echo \"${COMPREPLY[@]}\"";
    let Ok(output) = std::process::Command::new("bash").args(["-c", ask]).current_dir(session.path()).output() else {
        return;
    };
    assert_eq!(String::from_utf8_lossy(&output.stdout), "repair\n", "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn there_is_a_manual_page_for_every_command() {
    let session = Session::with(&[]);
    std::fs::create_dir(session.path().join("man1")).unwrap();
    session.done("man man1");
    let commands = commands(&session);
    let mut pages: Vec<String> = commands.iter().map(|command| format!("lustrate-{command}.1")).collect();
    pages.push("lustrate.1".to_owned());
    pages.sort();
    let entries = std::fs::read_dir(session.path().join("man1")).unwrap();
    let mut written: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    written.sort();
    assert_eq!(written, pages);
    for page in written {
        let text = session.read(&format!("man1/{page}"));
        assert!(text.contains(".TH") && text.contains("Exit codes:"), "{page}");
    }
    let page = session.done("man");
    assert!(commands.iter().all(|command| page.contains(&format!("lustrate\\-{command}(1)"))), "{page}");
    assert!(session.run("man man1").contains("are there already"));
    session.done("man man1 --force");
}
