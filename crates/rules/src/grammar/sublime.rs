//! The grammar in the form of Sublime Text, which `bat` reads too: a region is a context that is pushed and popped.

use serde_json::{Map, Value, json};

/// What a TextMate grammar says, as a `.sublime-syntax` file.
pub(super) fn syntax(grammar: &Value) -> String {
    let mut contexts = Map::new();
    contexts.insert("main".to_owned(), context(grammar));
    for (name, rule) in grammar["repository"].as_object().into_iter().flatten() {
        let is_group = rule.get("match").is_none() && rule.get("begin").is_none();
        contexts.insert(name.clone(), if is_group { context(rule) } else { json!([translated(rule)]) });
    }
    let syntax = json!({
        "name": grammar["name"],
        "file_extensions": grammar["fileTypes"],
        "scope": grammar["scopeName"],
        "contexts": contexts,
    });
    let mut yaml = "%YAML 1.2\n---\n# Made by the program: see crates/rules/src/grammar.rs.\n".to_owned();
    write(&syntax, 0, &mut yaml);
    yaml
}

fn context(rule: &Value) -> Value {
    rule["patterns"].as_array().into_iter().flatten().map(translated).collect()
}

fn translated(rule: &Value) -> Value {
    if let Some(include) = rule["include"].as_str() {
        return json!({ "include": include.trim_start_matches('#') });
    }
    if rule.get("match").is_some() {
        let mut pattern = json!({ "match": rule["match"] });
        copy(rule, "name", &mut pattern, "scope");
        copy(rule, "captures", &mut pattern, "captures");
        return pattern;
    }
    let mut end = json!({ "match": rule["end"], "pop": true });
    copy(rule, "endCaptures", &mut end, "captures");
    let mut within = Vec::new();
    within.extend(rule.get("name").map(|scope| json!({ "meta_scope": scope })));
    within.push(end);
    within.extend(rule["patterns"].as_array().into_iter().flatten().map(translated));
    let mut pattern = json!({ "match": rule["begin"], "push": within });
    copy(rule, "beginCaptures", &mut pattern, "captures");
    pattern
}

/// Copies what a rule says under a key, if it says anything. A capture is its scope and nothing more.
fn copy(rule: &Value, key: &str, pattern: &mut Value, other_key: &str) {
    let Some(value) = rule.get(key) else { return };
    pattern[other_key] = match value.as_object() {
        Some(captures) => captures.iter().map(|(group, capture)| (group.clone(), capture["name"].clone())).collect(),
        None => value.clone(),
    };
}

/// Writes YAML in blocks. Keys stand without quotes, as the numbers of groups have to; every text of JSON is one of YAML.
fn write(value: &Value, indent: usize, yaml: &mut String) {
    let margin = " ".repeat(indent);
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                yaml.push_str(&format!("{margin}{key}:"));
                if value.is_object() || value.is_array() {
                    yaml.push('\n');
                    write(value, indent + 2, yaml);
                } else {
                    yaml.push_str(&format!(" {value}\n"));
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                // The first line of an item stands behind its dash.
                let start = yaml.len();
                write(item, indent + 2, yaml);
                yaml.replace_range(start..start + indent + 2, &format!("{margin}- "));
            }
        }
        scalar => yaml.push_str(&format!("{margin}{scalar}\n")),
    }
}
