//! Labels of one cell that say different things, as people are told of them.

use lustrate_diagnostic::{Diagnostic, Diagnostics};
use lustrate_table::Table;

use crate::mistakes::shown;
use crate::{Agreed, Disagreement, Label, Labels, Said};

impl Labels {
    /// A warning for each cell of which labels say different things, with the place of each and what is taken for true.
    pub fn tell_disagreements(&self, agreed: &Agreed, table: &Table) -> Diagnostics {
        agreed.disagreements.iter().map(|found| self.warning(found, agreed, table)).collect()
    }

    fn warning(&self, found: &Disagreement, agreed: &Agreed, table: &Table) -> Diagnostic {
        let labels: Vec<&Label> = found.labels.iter().map(|&place| &self.items[place]).collect();
        let said: Vec<String> = labels.iter().map(|label| said_where(label)).collect();
        let (row, column) = (found.cell.row.number(), table.schema().name(found.cell.attribute));
        let title = format!("row {row}, column `{column}`: labels disagree: {}", said.join("; "));
        let taken = agreed.cells.get(&found.cell);
        let taken = taken.map_or(String::new(), |label| {
            let probability = (label.probability * 100.0).floor() / 100.0;
            format!("{} is taken for right ({probability:.2}); ", shown(label.value.as_deref()))
        });
        Diagnostic::warning("labels-disagree", title).help(format!("{taken}mend the line that is wrong"))
    }
}

fn said_where(label: &Label) -> String {
    let said = match &label.said {
        Said::Value(value) => shown(value.as_deref()),
        Said::Unknown => "unknown".to_owned(),
    };
    let who = label.who.as_deref().map_or(String::new(), |who| format!(" by {who}"));
    format!("{said} in `{}`, line {}{who}", label.place.file, label.place.line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::table;

    #[test]
    fn both_places_are_shown() {
        let table = table("city\nRom");
        let text = "row,column,correct,who\n1,city,Rome,ann\n1,city,Roma,bob\n";
        let labels = Labels::read("x.csv", text.as_bytes(), &table, &[]).unwrap();
        let told = labels.tell_disagreements(&labels.agree(), &table);
        let told: Vec<&str> = told.iter().map(|told| told.title.as_str()).collect();
        assert_eq!(
            told,
            [
                "row 1, column `city`: labels disagree: `Rome` in `x.csv`, line 2 by ann; `Roma` in `x.csv`, line 3 by bob"
            ]
        );
    }
}
