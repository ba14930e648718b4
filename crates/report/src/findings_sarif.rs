//! What breaks the rules, as SARIF 2.1.0: the form in which editors and code hosts take the results of checks.

use std::collections::BTreeMap;

use lustrate::{Findings, Meant, Places, Region};
use serde_json::{Value, json};

use crate::DataName;
use crate::data_name::OwnRow;
use crate::finding::{Finding, one_by_one, word};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// One run with a rule for each rule and a result for each cause, ended by a line end. A result names the file and, of a
/// table of text, the lines and characters of each cell to blame; rules that are `hard` or `fail` are errors, the others
/// warnings. Fingerprints do not depend on where a row is, so that results can be followed from run to run.
pub fn findings_sarif(findings: &Findings, places: &Places, data: impl Into<DataName>) -> String {
    let data = &data.into();
    let rules = rules(findings);
    let index: BTreeMap<&str, usize> = rules.iter().enumerate().map(|(place, rule)| (rule.name, place)).collect();
    let mut seen = BTreeMap::new();
    let results: Vec<Value> = one_by_one(findings)
        .iter()
        .map(|finding| result(finding, index[finding.rule], places, data, &mut seen))
        .collect();
    let files: Vec<&str> = match data.files() {
        [] => vec![data.whole()],
        files => files.iter().map(|file| file.data.as_str()).collect(),
    };
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {
                "driver": {
                    "name": "lustrate",
                    "version": env!("CARGO_PKG_VERSION"),
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "rules": rules.iter().map(RuleOf::described).collect::<Vec<_>>(),
                },
            },
            "columnKind": "unicodeCodePoints",
            "artifacts": files.iter().map(|file| artifact(file)).collect::<Vec<_>>(),
            "results": results,
            "properties": { "rows": findings.rows, "cells": findings.cells, "blamedCells": findings.blamed_cells },
        }],
    });
    serde_json::to_string_pretty(&log).expect("names, texts and numbers serialise") + "\n"
}

/// A rule, whatever it is a rule about.
struct RuleOf<'a> {
    name: &'a str,
    file: &'a str,
    line: u32,
    meant: Meant,
    because: Option<&'a str>,
}

/// All rules by their names, those that hold too; one that determines several columns once.
fn rules(findings: &Findings) -> Vec<RuleOf<'_>> {
    let of_cells = findings.rules.iter().map(|rule| RuleOf {
        name: &rule.name,
        file: &rule.file,
        line: rule.line,
        meant: rule.meant,
        because: rule.because.as_deref(),
    });
    let plain = |name, file, line, meant| RuleOf { name, file, line, meant, because: None };
    let unknown = findings.unknown.iter().map(|rule| plain(rule.name.as_str(), &rule.file, rule.line, rule.meant));
    let duplicates =
        findings.duplicates.iter().map(|rule| plain(rule.name.as_str(), &rule.file, rule.line, rule.meant));
    let checks = findings.checks.iter().map(|rule| plain(rule.name.as_str(), &rule.file, rule.line, rule.meant));
    let mut rules: Vec<RuleOf<'_>> = Vec::new();
    for rule in of_cells.chain(unknown).chain(duplicates).chain(checks) {
        if rules.iter().all(|known| known.name != rule.name) {
            rules.push(rule);
        }
    }
    rules
}

impl RuleOf<'_> {
    fn described(&self) -> Value {
        let mut rule = json!({
            "id": self.name,
            "shortDescription": { "text": self.name },
            "defaultConfiguration": { "level": level(self.meant) },
            "properties": { "policy": word(self.meant), "file": self.file, "line": self.line },
        });
        if let Some(because) = self.because {
            rule["fullDescription"] = json!({ "text": because });
        }
        rule
    }
}

fn level(meant: Meant) -> &'static str {
    match meant {
        Meant::Hard | Meant::Fail => "error",
        Meant::Soft | Meant::Warn => "warning",
    }
}

fn result<'a>(
    finding: &Finding<'a>,
    rule: usize,
    places: &Places,
    data: &DataName,
    seen: &mut BTreeMap<String, u32>,
) -> Value {
    let cells = finding.cells.iter().map(|cell| {
        let region = places.region(cell).map(region);
        let own = data.own(cell.row);
        let name = format!("row {}, {}", own.row, cell.column);
        location(own, region.or_else(|| line(places, cell.row)), Some((&cell.column, name)))
    });
    let rows = finding.rows.iter().filter(|_| finding.cells.is_empty());
    let rows = rows.map(|&row| {
        let own = data.own(row);
        location(own, line(places, row), Some(("row", format!("row {}", own.row))))
    });
    let mut locations: Vec<Value> = cells.chain(rows).collect();
    if locations.is_empty() {
        locations.push(location(data.own(1), None, None));
    }
    // Of rows that are one thing the later ones are there already; where they were first is told beside them.
    let related = if finding.rows.len() > 1 { vec![locations.remove(0)] } else { Vec::new() };
    let identity = identity(finding);
    let times = seen.entry(identity.clone()).and_modify(|times| *times += 1).or_insert(1);
    let mut result = json!({
        "ruleId": finding.rule,
        "ruleIndex": rule,
        "level": level(finding.meant),
        "message": { "text": finding.message },
        "locations": locations,
        "partialFingerprints": { "finding/v1": format!("{:016x}:{times}", fnv_1a(&identity)) },
    });
    if !related.is_empty() {
        result["relatedLocations"] = Value::Array(related);
    }
    result
}

fn artifact(file: &str) -> Value {
    json!({ "location": { "uri": uri(file) }, "roles": ["analysisTarget"] })
}

fn location(own: OwnRow<'_>, region: Option<Value>, logical: Option<(&str, String)>) -> Value {
    let mut physical = json!({ "artifactLocation": { "uri": uri(own.file), "index": own.place } });
    if let Some(region) = region {
        physical["region"] = region;
    }
    let mut location = json!({ "physicalLocation": physical });
    if let Some((name, full)) = logical {
        location["logicalLocations"] = json!([{ "name": name, "fullyQualifiedName": full }]);
    }
    location
}

fn region(region: Region) -> Value {
    json!({
        "startLine": region.line,
        "startColumn": region.column,
        "endLine": region.end_line,
        "endColumn": region.end_column,
    })
}

fn line(places: &Places, row: u64) -> Option<Value> {
    places.line(row).map(|line| json!({ "startLine": line }))
}

/// What makes two findings of two runs the same one: the rule and what is written, not where.
fn identity(finding: &Finding<'_>) -> String {
    let cells = finding.cells.iter().map(|cell| format!("\u{1f}{}\u{1e}{:?}", cell.column, cell.value));
    finding.rule.to_owned() + &cells.collect::<String>()
}

/// The hash FNV-1a of 64 bits (Fowler, Noll, Vo), which is the same on every machine and in every version.
fn fnv_1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// A path as a reference of RFC 3986.
fn uri(path: &str) -> String {
    let path = path.replace('\\', "/");
    let kept = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let encoded =
        path.bytes().map(|byte| if kept(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") });
    let encoded: String = encoded.collect();
    if encoded.starts_with('/') { format!("file://{encoded}") } else { encoded }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_references() {
        assert_eq!(uri("in/orders 1é.csv"), "in/orders%201%C3%A9.csv");
        assert_eq!(uri("/data/a:b.csv"), "file:///data/a%3Ab.csv");
    }

    #[test]
    fn the_hash_is_the_published_one() {
        assert_eq!([fnv_1a(""), fnv_1a("foobar")], [0xcbf2_9ce4_8422_2325, 0x8594_4171_f739_67e8]);
    }
}
