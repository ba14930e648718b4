//! The report in a real browser. Where there is none, the tests say so on standard error and are not to be counted as passed.

mod chromium;
mod pages;

use std::path::PathBuf;

use serde_json::{Value, json};

use chromium::Browser;
use pages::Pages;

/// A browser, or a notice that the test of this name did not run.
fn browser(test: &str) -> Option<Browser> {
    let found = chromium::find();
    if found.is_none() {
        lustrate_testkit::skip(test, "no chromium is installed; LUSTRATE_CHROMIUM names one");
    }
    found.map(|program| Browser::start(&program))
}

fn all(pages: &Pages) -> Vec<PathBuf> {
    let mut all = pages.odd();
    all.push(pages.orders());
    all
}

#[test]
fn nothing_goes_wrong_and_nothing_is_loaded() {
    let Some(mut browser) = browser("nothing_goes_wrong_and_nothing_is_loaded") else { return };
    let pages = Pages::new();
    for page in all(&pages) {
        browser.open(&page);
        let wrong = ["Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Audits.issueAdded"];
        assert_eq!(browser.events(&wrong), Vec::<&Value>::new(), "{}", page.display());
        assert_eq!(browser.events(&["Network.requestWillBeSent"]).len(), 1, "{}", page.display());
        assert_eq!(browser.value("document.compatMode"), "CSS1Compat");
    }
}

#[test]
fn a_policy_that_is_broken_would_be_seen() {
    let Some(mut browser) = browser("a_policy_that_is_broken_would_be_seen") else { return };
    let pages = Pages::new();
    let page = pages.nasty();
    let text = std::fs::read_to_string(&page).unwrap();
    std::fs::write(&page, text.replace("</main>", "<script>window.hurt = 1</script></main>")).unwrap();
    browser.open(&page);
    assert_eq!(browser.value("window.hurt ?? 0"), 0);
    assert!(!browser.events(&["Log.entryAdded"]).is_empty(), "the browser tells what it did not allow");
}

#[test]
fn a_script_in_a_cell_is_text() {
    let Some(mut browser) = browser("a_script_in_a_cell_is_text") else { return };
    let pages = Pages::new();
    browser.open(&pages.nasty());
    assert_eq!(browser.value("window.hurt ?? 0"), 0);
    assert_eq!(browser.value("document.querySelectorAll('script').length"), 1);
    assert_eq!(browser.value("document.querySelectorAll('img').length"), 0);
    assert_eq!(browser.value("document.body.textContent.includes('<script>window.hurt = 1')"), true);
    assert!(browser.events(&["Page.javascriptDialogOpening"]).is_empty());
}

#[test]
fn no_page_is_wider_than_its_window_in_either_colours() {
    let Some(mut browser) = browser("no_page_is_wider_than_its_window_in_either_colours") else { return };
    let pages = Pages::new();
    for page in all(&pages) {
        browser.open(&page);
        let mut papers = Vec::new();
        for (width, scheme) in [(360, "light"), (360, "dark"), (768, "light"), (1280, "light"), (1280, "dark")] {
            browser.window(width, scheme);
            let wide = browser.value("document.documentElement.scrollWidth");
            let widest = "[...document.querySelectorAll('main *')].filter(e => !e.closest('.scroll') && \
                          e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 80)).slice(0, 3)";
            let widest = browser.value(widest);
            assert!(wide.as_u64().unwrap() <= u64::from(width), "{} at {width}: {wide} {widest}", page.display());
            assert_eq!(widest, json!([]), "{} at {width}", page.display());
            papers.push(browser.value("getComputedStyle(document.body).backgroundColor"));
        }
        assert_eq!((&papers[0], &papers[1]), (&papers[3], &papers[4]));
        assert_ne!(papers[0], papers[1]);
    }
}

#[test]
fn every_text_stands_out_from_what_is_behind_it() {
    let Some(mut browser) = browser("every_text_stands_out_from_what_is_behind_it") else { return };
    let pages = Pages::new();
    browser.open(&pages.orders());
    // The contrast of WCAG 2.2, which is to be 4.5 at least.
    let dim = r"(() => {
        const parts = color => color.match(/[\d.]+/g).map(Number);
        const light = color => {
            const [r, g, b] = parts(color).slice(0, 3).map(c => (c /= 255) <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4);
            return .2126 * r + .7152 * g + .0722 * b;
        };
        const behind = e => {
            for (; e; e = e.parentElement) {
                const color = getComputedStyle(e).backgroundColor, alpha = parts(color)[3];
                if (alpha === undefined || alpha > 0) return color;
            }
        };
        const found = new Set();
        for (const e of document.querySelectorAll('body *')) {
            const text = [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
            if (!text || ['SCRIPT', 'STYLE', 'OPTION'].includes(e.tagName)) continue;
            const style = getComputedStyle(e), svg = e.namespaceURI.endsWith('svg');
            const [a, b] = [light(svg ? style.fill : style.color), light(behind(e))].sort((x, y) => y - x);
            if ((a + .05) / (b + .05) < 4.5) found.add(`${e.tagName}.${e.getAttribute('class')} ${((a + .05) / (b + .05)).toFixed(2)}`);
        }
        return [...found];
    })()";
    for scheme in ["light", "dark"] {
        browser.window(1280, scheme);
        assert_eq!(browser.value(dim), json!([]), "{scheme}");
    }
}

#[test]
fn boxes_of_the_graph_hold_their_labels_and_stand_apart() {
    let Some(mut browser) = browser("boxes_of_the_graph_hold_their_labels_and_stand_apart") else { return };
    let pages = Pages::new();
    // Boxes that overlap, labels that stick out of their box, and what sticks out of the picture.
    let wrong = r"[...document.querySelectorAll('svg.graph')].flatMap(svg => {
        const within = (a, b) => a.left >= b.left - 1 && a.right <= b.right + 1 && a.top >= b.top - 1 && a.bottom <= b.bottom + 1;
        const boxes = [...svg.querySelectorAll('rect, circle')].map(e => e.getBoundingClientRect());
        const overlap = boxes.flatMap((a, i) => boxes.slice(i + 1)
            .filter(b => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
            .map(b => `overlap at ${b.left}, ${b.top}`));
        const out = [...svg.querySelectorAll('.node text')]
            .filter(t => !within(t.getBoundingClientRect(), t.parentElement.querySelector('rect').getBoundingClientRect()))
            .map(t => `out of its box: ${t.textContent}`);
        const all = svg.getBoundingClientRect();
        const beyond = [...svg.querySelectorAll('*')].filter(e => !within(e.getBoundingClientRect(), all))
            .map(e => `out of the picture: ${e.outerHTML.slice(0, 80)}`);
        return [...overlap, ...out, ...beyond];
    })";
    let mut drawn = 0;
    for page in [vec![pages.orders(), pages.related()], pages.odd()].concat() {
        browser.open(&page);
        browser.window(1280, "light");
        assert_eq!(browser.value(wrong), json!([]), "{}", page.display());
        drawn += browser.value("document.querySelectorAll('svg.graph .node').length").as_u64().unwrap();
    }
    assert!(drawn >= 12, "{drawn}");
    browser.open(&pages.related());
    browser.reload_without_scripts();
    let document = browser.call("DOM.getDocument", json!({}))["root"]["nodeId"].clone();
    for (selector, least) in [("svg.graph .node", 8), ("#dependencies tbody tr", 9), ("#profile tbody tr", 12)] {
        let found = browser.call("DOM.querySelectorAll", json!({ "nodeId": document, "selector": selector }));
        assert!(found["nodeIds"].as_array().unwrap().len() >= least, "{selector}");
    }
}

#[test]
fn heads_sort_their_table_by_mouse_and_by_keyboard() {
    let Some(mut browser) = browser("heads_sort_their_table_by_mouse_and_by_keyboard") else { return };
    let pages = Pages::new();
    browser.open(&pages.orders());
    let head = |place: u32| format!("document.querySelector('table.review th:nth-child({place})')");
    let cells = |place: u32| {
        format!("[...document.querySelectorAll('table.review tbody tr')].map(r => r.cells[{}].textContent)", place - 1)
    };
    let rows = "[...document.querySelectorAll('table.review tbody tr')].map(r => Number(r.cells[0].dataset.v))";
    let before = browser.value(rows);
    browser.value(&format!("{}.querySelector('button').click()", head(1)));
    assert_eq!(browser.value(&format!("{}.getAttribute('aria-sort')", head(1))), "descending");
    let numbers: Vec<f64> = serde_json::from_value(browser.value(rows)).unwrap();
    assert!(numbers.len() > 10 && numbers.is_sorted_by(|a, b| a >= b), "{numbers:?}");

    browser.value(&format!("{}.querySelector('button').focus()", head(2)));
    browser.press("Enter", 13);
    assert_eq!(browser.value(&format!("{}.getAttribute('aria-sort')", head(2))), "ascending");
    assert_eq!(browser.value(&format!("{}.getAttribute('aria-sort')", head(1))), Value::Null);
    let columns: Vec<String> = serde_json::from_value(browser.value(&cells(2))).unwrap();
    assert!(columns.is_sorted(), "{columns:?}");
    browser.press("Enter", 13);
    assert_eq!(browser.value(&format!("{}.getAttribute('aria-sort')", head(2))), "descending");

    let mut sorted: Vec<f64> = serde_json::from_value(before).unwrap();
    let mut numbers: Vec<f64> = serde_json::from_value(browser.value(rows)).unwrap();
    sorted.sort_by(f64::total_cmp);
    numbers.sort_by(f64::total_cmp);
    assert_eq!(numbers, sorted, "no row is lost");
}

#[test]
fn the_filter_leaves_the_rows_that_fit_and_counts_them() {
    let Some(mut browser) = browser("the_filter_leaves_the_rows_that_fit_and_counts_them") else { return };
    let pages = Pages::new();
    browser.open(&pages.orders());
    let shown = "[...document.querySelectorAll('table.review tbody tr')].filter(r => r.offsetHeight > 0).map(r => r.cells[1].textContent)";
    let all: Vec<String> = serde_json::from_value(browser.value(shown)).unwrap();
    let column = all[0].clone();
    let choose = |name: &str, value: &str| {
        format!(
            "(() => {{ const field = document.forms[0].elements['{name}']; field.value = {}; \
                 field.dispatchEvent(new Event('input', {{ bubbles: true }})); }})()",
            json!(value)
        )
    };
    browser.value(&choose("column", &format!("={column}")));
    let left: Vec<String> = serde_json::from_value(browser.value(shown)).unwrap();
    let expected = all.iter().filter(|other| **other == column).count();
    assert!(expected < all.len() && left == vec![column; expected], "{left:?}");
    let told = browser.value("document.querySelector('output').textContent");
    assert_eq!(told, format!("{expected} of {} cells shown", all.len()));

    browser.value(&choose("text", "no cell says this"));
    assert_eq!(browser.value(shown), json!([]));
    browser.value(&choose("text", ""));
    browser.value(&choose("column", ""));
    assert_eq!(browser.value(shown), json!(all));
}

#[test]
fn it_prints_with_everything_that_is_folded_away() {
    let Some(mut browser) = browser("it_prints_with_everything_that_is_folded_away") else { return };
    let pages = Pages::new();
    browser.open(&pages.orders());
    let folded =
        "[...document.querySelectorAll('details table')].filter(t => t.offsetHeight > 0 && t.checkVisibility()).length";
    let every = browser.value("document.querySelectorAll('details table').length");
    assert_eq!(browser.value(folded), 0);
    browser.call("Emulation.setEmulatedMedia", json!({ "media": "print" }));
    assert_eq!(browser.value(folded), every);
    assert_eq!(browser.value("getComputedStyle(document.querySelector('form.filter')).display"), "none");
    browser.call("Emulation.setEmulatedMedia", json!({ "media": "" }));
    let printed = browser.call("Page.printToPDF", json!({ "printBackground": true }));
    let pdf = printed["data"].as_str().unwrap();
    // `%PDF-1` in base 64.
    assert!(pdf.starts_with("JVBERi0x") && pdf.len() > 50_000, "{}", pdf.len());
}

#[test]
fn without_scripts_all_cells_are_there_and_nothing_asks_to_be_pressed() {
    let Some(mut browser) = browser("without_scripts_all_cells_are_there_and_nothing_asks_to_be_pressed") else {
        return;
    };
    let pages = Pages::new();
    let page = pages.orders();
    browser.open(&page);
    let rows = browser.value("document.querySelectorAll('table.review tbody tr').length");
    browser.reload_without_scripts();
    let document = browser.call("DOM.getDocument", json!({}))["root"]["nodeId"].clone();
    let mut found = |selector: &str| {
        let asked = json!({ "nodeId": document, "selector": selector });
        browser.call("DOM.querySelectorAll", asked)["nodeIds"].as_array().unwrap().len()
    };
    assert_eq!(json!(found("table.review tbody tr:not([hidden])")), rows);
    assert_eq!((found("th button"), found("form.filter[hidden]"), found("form.filter")), (0, 1, 1));
}
