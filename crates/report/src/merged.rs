//! What is said of models that were added up.

use lustrate::{Colour, RulesOrigin, SavedModel};

use crate::lines::labelled;
use crate::numbers::counted;
use crate::shell::command;

/// Which models were added up, `rows` being the rows of each in words, and what the sum in `file` is good for: four lines, each
/// ended by a line end.
pub fn merged(rows: &[String], sum: &SavedModel, file: &str, colour: Colour) -> String {
    let all = counted(sum.rows().rows() as u64, "row");
    let columns = counted(sum.rows().schema().len() as u64, "column");
    let rules = counted(sum.rules().len() as u64, "statement");
    let origin = match sum.rules_origin() {
        RulesOrigin::Given => "given",
        RulesOrigin::Found => "discovered in all rows, as none were given",
    };
    let lines = [
        ("Merged", format!("{} models of {}: {all}, {columns}", rows.len(), rows.join(" + "))),
        ("Rules", format!("{rules}, {origin}")),
        ("Written", file.to_owned()),
        ("Next", format!("repair the next file: {}", command(["repair", "NEXT", "--model", file]))),
    ];
    labelled(&lines, colour)
}
