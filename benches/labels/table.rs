//! The report, as Markdown.

use crate::measure::Line;

fn number(value: f64) -> String {
    if value.is_nan() {
        return "–".to_owned();
    }
    format!("{value:.4}").trim_start_matches('0').to_owned()
}

/// One data set, as soon as it is measured.
pub(crate) fn row(line: &Line, counts: &[usize]) -> String {
    let cells = counts.iter().zip(&line.counts).map(|(count, of)| {
        format!(
            "{count}: {} before, {} asked, {} with mistakes, {} random",
            number(of.before),
            number(of.asked),
            number(of.mistaken),
            number(of.random)
        )
    });
    format!("{} ({} without labels)  {}", line.name, number(line.without), cells.collect::<Vec<_>>().join("; "))
}

pub(crate) fn report(lines: &[Line], counts: &[usize], wrong: f64) -> String {
    let mut text = format!(
        "# What a few corrected rows are worth\n\nRaw F1 on the rows that nobody labelled. *asked*: the rows were those that the engine asked for; *random*: drawn at random; *mistakes*: asked, with {:.0} % of the labels wrong; *before*: without labels, on the same rows as *asked*. Other systems are scored on all rows.\n\n",
        wrong * 100.0
    );
    text.push_str("| data set | labels |");
    counts.iter().for_each(|count| text.push_str(&format!(" {count} rows |")));
    text.push_str(" other systems |\n| --- | --- |");
    text.push_str(&" ---: |".repeat(counts.len()));
    text.push_str(" --- |\n");
    for line in lines {
        let peers: Vec<String> = line.peers.iter().map(|(name, f1)| format!("{name} {}", number(*f1))).collect();
        type Pick = fn(&crate::measure::Counted) -> f64;
        let kinds: [(&str, Pick); 4] = [
            ("before", |of| of.before),
            ("asked", |of| of.asked),
            ("mistakes", |of| of.mistaken),
            ("random", |of| of.random),
        ];
        for (at, (kind, pick)) in kinds.into_iter().enumerate() {
            let cells: Vec<String> = line.counts.iter().map(|of| number(pick(of))).collect();
            let (name, others) = if at == 0 { (line.name.as_str(), peers.join("; ")) } else { ("", String::new()) };
            text.push_str(&format!("| {name} | {kind} | {} | {others} |\n", cells.join(" | ")));
        }
    }
    text
}
