//! The report: what a run did, on one page.
//!
//! The page is one file. It needs no network and no script: scripts only sort and filter, and the page's own policy allows
//! nothing but its own style and script, by their hashes. Its size is bounded whatever the table ([`MOST_BYTES`]): lists take
//! the room that they are given, and say how much is left out and where it is. The same run gives the same bytes.
//!
//! A section is one file in `sections/`: what it shows, as plain data; how that is drawn; its tests. It has one line in
//! `sections.rs`.

mod charts;
mod choice;
mod difference;
mod html;
mod policy;
mod room;
mod sections;
mod table;
mod value;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;

use lustrate::verbs::SettingsUsed;
use lustrate::{ColumnChange, Explanation, Metadata, Outcome, column_changes};

use crate::{AgainstTruth, Run};
pub(crate) use html::{Html, tag};
use sections::SECTIONS;

pub use choice::cells_to_explain;

/// The size of a report in bytes at the most, whatever the table.
pub const MOST_BYTES: usize = 1_000_000;

/// What a report is made of.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// What the run did.
    pub outcome: &'a Outcome,
    /// The files that it read and wrote.
    pub run: &'a Run,
    /// Its settings.
    pub settings: &'a SettingsUsed,
    /// What was written with it, with the hashes of all files, where it was.
    pub metadata: Option<&'a Metadata>,
    /// Why some of the cells read as they do: those of [`cells_to_explain`], or others.
    pub explanations: &'a [Explanation],
    /// What it was worth, where that is known.
    pub truth: Option<&'a AgainstTruth>,
}

/// A report with what several of its sections need.
pub(crate) struct Subject<'a> {
    report: Report<'a>,
    changes: Vec<ColumnChange>,
}

/// The report as an HTML file.
///
/// ```
/// use lustrate::{Settings, repair_and_explain};
/// use lustrate_report::{Mode, Report, Run, cells_to_explain, report_html};
/// # use lustrate::{Column, Rules, Table};
/// # fn main() -> Result<(), lustrate::Error> {
/// # let table = Table::new(vec![("city".into(), [Some("Rome"), Some("Bern")].into_iter().collect::<Column>())]).expect("one column");
/// # let rules = Rules::default();
/// let settings = Settings::new();
/// let (outcome, explanations) = repair_and_explain(&table, &rules, &settings, &cells_to_explain, &|_| ())?;
/// let run = Run {
///     data: "cities.csv".into(),
///     rules: Vec::new(),
///     cleaned: "cities.clean.csv".into(),
///     repairs: Some("cities.repairs.csv".into()),
///     quarantine: None,
///     report: None,
///     models: Vec::new(),
///     saved_model: None,
///     mode: Mode::Written,
///     files: Vec::new(),
/// };
/// let report = Report {
///     outcome: &outcome,
///     run: &run,
///     settings: &settings.used()?,
///     metadata: None,
///     explanations: &explanations,
///     truth: None,
/// };
/// assert!(report_html(&report).starts_with("<!doctype html>"));
/// # Ok(())
/// # }
/// ```
pub fn report_html(report: &Report<'_>) -> String {
    let subject = Subject { report: *report, changes: column_changes(report.outcome) };
    let drawn: Vec<(&str, &str, Html)> =
        SECTIONS.iter().filter_map(|section| Some((section.id, section.title, (section.draw)(&subject)?))).collect();
    let item = |&(id, title, _): &(&'static str, &'static str, Html)| {
        tag("li").with(tag("a").attr("href", format!("#{id}")).with(title))
    };
    let nav = tag("nav").attr("aria-label", "Sections").with(tag("ol").with_all(drawn.iter().map(item)));
    let section = |(id, title, content): (&'static str, &'static str, Html)| {
        let heading = tag("h2").attr("id", format!("{id}-heading")).with(title);
        tag("section").attr("id", id).attr("aria-labelledby", format!("{id}-heading")).with(heading).with(content)
    };
    let title = value::name(value::file_name(&report.run.data));
    let header = tag("header").with(tag("p").class("kicker").with("Report on a repair")).with(tag("h1").with(title));
    let main = tag("main").attr("id", "main").with_all(drawn.into_iter().map(section));
    let body = tag("body")
        .with(tag("a").class("skip").attr("href", "#main").with("To the content"))
        .with(header)
        .with(tag("div").class("page").with(nav).with(main))
        .with(footer())
        .with(policy::script());
    let page = tag("html").attr("lang", "en").with(head(report)).with(body);
    Html::own("<!doctype html>\n").and(page).into_string() + "\n"
}

fn head(report: &Report<'_>) -> Html {
    let title = format!("{}: report on a repair", crate::values::cut(value::file_name(&report.run.data), 80));
    tag("head")
        .with(tag("meta").attr("charset", "utf-8"))
        .with(policy::policy())
        .with(tag("meta").attr("name", "viewport").attr("content", "width=device-width, initial-scale=1"))
        .with(tag("meta").attr("name", "color-scheme").attr("content", "light dark"))
        .with(tag("title").with(Html::plain(&title)))
        .with(policy::style())
        .into()
}

fn footer() -> Html {
    let text = "Made by Lustrate. The page is one file: it can be sent, kept and printed as it is, and loads nothing.";
    tag("footer").with(tag("p").with(text)).into()
}
