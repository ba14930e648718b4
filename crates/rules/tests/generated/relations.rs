//! Made-up statements on references, duplicates and sources, and statements on the file as a whole.

use proptest::prelude::*;

/// A line with such a statement, by no means canonical.
pub fn relation() -> impl Strategy<Value = String> {
    prop_oneof![lookup(), duplicate(), source()]
}

/// A line that a file may have many of, and that has neither name nor policy.
pub fn inclusion() -> impl Strategy<Value = String> {
    let form = prop::sample::select(
        &[
            "",
            "as lustrate",
            "as holoclean",
            "as json",
            "as  dependencies",
            "as holoclean  counting null",
            "as dependencies counting null",
        ][..],
    );
    ("[a-z#\"]{0,8}", form).prop_map(|(file, form)| format!("use {} {form}", quoted(&file)))
}

fn name() -> impl Strategy<Value = String> {
    let words = &["zip", "city", "set", "trust", "keep", "table", "x y", "#", "\n"][..];
    prop_oneof![prop::sample::select(words).prop_map(str::to_owned), any::<String>()].prop_map(|name| quoted(&name))
}

fn names() -> impl Strategy<Value = Vec<String>> {
    prop::collection::btree_set(name(), 1..4).prop_map(|names| names.into_iter().collect())
}

const MEASURES: &[&str] = &["", "lev(0.85)", "lev(0.123)", "jw(0.7)", "token(1)", "within(0.7%)", "days(2.5)"];

fn likely() -> impl Strategy<Value = f64> {
    prop_oneof![Just(1.0), 1e-9..1.0, prop::sample::select(&[0.5, 0.95, 0.99][..])]
}

fn lookup() -> impl Strategy<Value = String> {
    let key = (name(), prop::option::of(prop::sample::select(MEASURES)), name());
    let key = key.prop_map(|(column, measure, reference)| match measure {
        None => format!("{column} = {reference}"),
        Some(measure) => format!("{column}~{measure} {reference}"),
    });
    let plain = (name(), name(), likely()).prop_map(|(column, of, least)| format!("{column} ~ {of}({least})"));
    let keys = prop::collection::vec(prop_oneof![key, plain], 1..3);
    let set = (names(), name()).prop_map(|(columns, of)| {
        let set: Vec<_> = columns.iter().map(|column| format!("\"set {}={of}", &column[1..])).collect();
        format!("set {}", set.join(","))
    });
    let trust = likely().prop_map(|trust| format!("trust {trust}"));
    (name(), keys, prop::option::of(set), prop::option::of(trust)).prop_map(|(file, keys, set, trust)| {
        format!("lookup {file} on {} {} {}", keys.join(" , "), set.unwrap_or_default(), trust.unwrap_or_default())
    })
}

fn duplicate() -> impl Strategy<Value = String> {
    let sign = prop_oneof![
        Just("=".to_owned()),
        Just("~".to_owned()),
        likely().prop_map(|least| format!("~ {least}")),
        prop::sample::select(MEASURES).prop_map(|measure| format!("~{measure}")),
    ];
    let signs = (names(), sign).prop_map(|(names, sign)| {
        let signs: Vec<_> = names.iter().map(|name| format!("{name} {sign}")).collect();
        signs.join(" and ")
    });
    let keep = prop_oneof![
        prop::sample::select(&["", "keep first", "keep last", "keep most complete"][..]).prop_map(str::to_owned),
        name().prop_map(|name| format!("keep newest {name}")),
        (name(), names()).prop_map(|(column, order)| format!("keep source {column} {}", order.join(" , "))),
    ];
    let when = prop::collection::vec(signs, 1..3).prop_map(|signs| format!("when {}", signs.join(", or ")));
    let columns = prop_oneof![Just("*".to_owned()), names().prop_map(|names| names.join(" ,"))];
    let at = prop::option::of(likely()).prop_map(|at| at.map(|at| format!("at {at}")).unwrap_or_default());
    let by = (columns, at).prop_map(|(columns, at)| format!("by {columns} {at}"));
    (prop_oneof![when, by], keep).prop_map(|(basis, keep)| format!("duplicate {basis} {keep}"))
}

fn source() -> impl Strategy<Value = String> {
    let trust = (names(), likely()).prop_map(|(names, trust)| {
        let trust: Vec<_> = names.iter().map(|name| format!("{name} {trust}")).collect();
        format!("trust {}", trust.join(","))
    });
    (name(), names(), prop::option::of(trust)).prop_map(|(column, entity, trust)| {
        let entity: Vec<_> = entity.iter().map(|name| format!("\"of {}", &name[1..])).collect();
        format!("source {column} entity {} {}", entity.join(","), trust.unwrap_or_default())
    })
}

fn quoted(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\r', "\\r");
    format!("\"{text}\"")
}
