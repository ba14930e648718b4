//! What holds of the whole page, whatever the table.

use lustrate::{Diagnostic, Repair, Table};

use super::fixture::{Fixture, cities, orders};
use super::*;

fn page(fixture: &Fixture) -> String {
    report_html(&fixture.report())
}

/// The page without its style and script.
fn visible(page: &str) -> String {
    let without = |page: &str, name: &str| {
        let (before, rest) = page.split_once(&format!("<{name}>")).unwrap();
        format!("{before}{}", rest.split_once(&format!("</{name}>")).unwrap().1)
    };
    without(&without(page, "style"), "script")
}

#[test]
fn the_same_run_gives_the_same_bytes() {
    assert_eq!(page(&orders()), page(&orders()));
}

#[test]
fn markup_and_what_cannot_be_seen_is_text_wherever_it_stands() {
    let nasty = "</style><script>alert(1)</script>\"'\u{2028}\u{202e}\u{1b}&amp;";
    let mut fixture = cities(&format!("city{nasty}"), &format!("Rome{nasty}"), &format!("Rone{nasty}"));
    assert!(fixture.outcome.totals.applied > 0);
    fixture.run.data = nasty.into();
    fixture.run.rules = vec![nasty.into()];
    fixture.outcome.notes.push(Diagnostic::note("nasty", nasty).help(nasty));
    let mut doubtful: Repair = fixture.outcome.repairs[0].clone();
    doubtful.decision = lustrate::Decision::Review;
    fixture.outcome.repairs.push(doubtful);
    fixture.outcome.totals.for_review = 1;
    let page = page(&fixture);
    assert_eq!((page.matches("<script").count(), page.matches("</style").count()), (1, 1), "{page}");
    let visible = visible(&page);
    for unseen in ['\u{2028}', '\u{202e}', '\u{1b}'] {
        assert!(!visible.contains(unseen), "{unseen:?}");
    }
    assert!(visible.contains("&lt;script&gt;") && visible.contains("\\u{202e}") && visible.contains("&amp;amp;"));
}

#[test]
fn headings_are_in_order_and_every_link_has_its_end() {
    let page = visible(&page(&orders()));
    let levels: Vec<u32> = page.split("<h").skip(1).filter_map(|rest| rest.chars().next()?.to_digit(10)).collect();
    assert_eq!(levels.iter().filter(|&&level| level == 1).count(), 1);
    assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{levels:?}");
    for link in page.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(page.contains(&format!(" id=\"{link}\"")), "{link}");
    }
    let ids: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(ids.iter().collect::<std::collections::BTreeSet<_>>().len(), ids.len());
}

#[test]
fn nothing_is_loaded_and_nothing_is_styled_in_place() {
    let page = visible(&page(&orders()));
    for loading in [" src=", "http:", "https:", "url(", " style=", " onclick", "<link", "<iframe"] {
        assert!(!page.contains(loading), "{loading}");
    }
}

#[test]
fn a_page_of_a_table_with_one_row_without_errors_or_rules_is_whole() {
    for fixture in
        [Fixture::new("a\n1\n", ""), cities("city", "Rome", "Rome"), Fixture::new("a,b\n1,2\n", "fd a -> b\n")]
    {
        let page = page(&fixture);
        assert!(page.ends_with("</body></html>\n") && !visible(&page).contains("NaN"), "{page}");
        assert!(page.contains("What was done") && page.contains("About this run"));
    }
}

#[test]
fn the_size_is_bounded_whatever_the_table() {
    // The run is on a small table, as it would take long on one of so many columns; what it is said to be about is large.
    let header: Vec<String> = (0..1_500).map(|column| format!("column {column} {}", "<".repeat(50))).collect();
    let text = |row: usize| format!("{}{}", "\u{202e}".repeat(90), row % 3);
    let column = |name: &String| (name.clone(), (0..6).map(text).collect::<Vec<_>>());
    let texts: Vec<(String, Vec<String>)> = header.iter().map(column).collect();
    let columns =
        texts.iter().map(|(name, texts)| (name.clone(), texts.iter().map(|text| Some(text.as_str())).collect()));
    let mut fixture = orders();
    fixture.outcome.original = Table::new(columns.collect()).unwrap();
    fixture.outcome.table = fixture.outcome.original.clone();
    let mut doubtful = orders().outcome.for_review().next().unwrap().clone();
    doubtful.old = Some("\u{202e}".repeat(10_000));
    doubtful.new = Some("&".repeat(10_000));
    doubtful.reason = "<".repeat(10_000).into();
    let repairs = header.iter().flat_map(|column| {
        let named = Repair { column: column.clone().into(), ..doubtful.clone() };
        let changed = Repair { decision: lustrate::Decision::Apply, doubt: None, ..named.clone() };
        (1..=20).map(move |row| Repair { row, ..named.clone() }).chain([changed])
    });
    fixture.outcome.repairs = repairs.collect();
    fixture.outcome.totals.for_review = 30_000;
    fixture.outcome.totals.applied = 1_500;
    let rule = orders().outcome.rules[0].clone();
    fixture.outcome.rules = vec![rule; 3_000];
    let determined = |place: usize| lustrate::DependencyOutcome {
        determining: vec![header[place].clone(), header[place * 7 % 100].clone()],
        determined: header[(place * place + 1) % 100].clone(),
        rule: Some("<".repeat(100)),
        holds: 0.9,
    };
    fixture.outcome.dependencies = (0..1_500).map(determined).collect();
    (0..2_000).for_each(|_| fixture.outcome.notes.push(Diagnostic::note("long", "'".repeat(3_000))));
    let page = page(&fixture);
    assert!(page.len() <= MOST_BYTES, "{}", page.len());
}
