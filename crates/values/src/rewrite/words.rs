//! Rewrites in words for people.

use super::{Operation, Part, Rewrite, Template, Whole};

impl Rewrite {
    /// What it does, in words without a full stop: "`Calif.` becomes `CA`", "the first part comes last".
    pub fn words(&self) -> String {
        match self {
            Rewrite::Value { from, to } => format!("{} becomes {}", value(from.as_deref()), value(to.as_deref())),
            Rewrite::Every { from, to } if to.is_empty() => format!("every `{from}` is taken away"),
            Rewrite::Every { from, to } => format!("every `{from}` becomes `{to}`"),
            Rewrite::Pattern { pattern, to } => of_pattern(pattern, to),
        }
    }
}

fn value(text: Option<&str>) -> String {
    match text {
        None => "a missing value".to_owned(),
        Some("") => "an empty text".to_owned(),
        Some(text) => format!("`{text}`"),
    }
}

fn of_pattern(pattern: &Whole, to: &Template) -> String {
    let zeros = ["0+(", "0*("].iter().any(|zeros| pattern.written().starts_with(zeros));
    match &to.parts[..] {
        [] => format!("what looks like `{pattern}` becomes an empty text"),
        [Part::Text(text)] => format!("what looks like `{pattern}` becomes `{text}`"),
        [Part::Group(1, operations)] if zeros && operations.is_empty() && pattern.groups() == 1 => {
            "zeros before it are taken away".to_owned()
        }
        parts if pattern.is_one_group() => about_the_whole(parts),
        [Part::Group(number, operations)] => {
            let part = if pattern.groups() == 1 { "a part of it".to_owned() } else { part(*number, pattern.groups()) };
            format!("only {part} stays{}", behind(operations))
        }
        parts => in_order(parts, pattern.groups()).unwrap_or_else(|| put_together(parts, pattern.groups())),
    }
}

/// What is done to a value as a whole, and what is put around it.
fn about_the_whole(parts: &[Part]) -> String {
    let place = parts.iter().position(|part| matches!(part, Part::Group(..)));
    let (Some(place), 1) = (place, parts.iter().filter(|part| matches!(part, Part::Group(..))).count()) else {
        return put_together(parts, 1);
    };
    let mut said = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        match part {
            Part::Text(text) if at < place => said.push(format!("`{text}` is put before it")),
            Part::Text(text) => said.push(format!("`{text}` is put behind it")),
            Part::Group(_, operations) => said.extend(operations.iter().map(|operation| alone(*operation))),
        }
    }
    if said.is_empty() { "it stays as it is".to_owned() } else { and(&said) }
}

/// Parts of which each is there once, with one text between them.
fn in_order(parts: &[Part], groups: usize) -> Option<String> {
    let (mut order, mut between, mut done): (Vec<usize>, Vec<&str>, Vec<String>) = Default::default();
    for (at, one) in parts.iter().enumerate() {
        match one {
            Part::Group(number, operations) => {
                // Two parts may follow each other with nothing between them.
                if between.len() < order.len() {
                    between.push("");
                }
                if !operations.is_empty() {
                    done.push(format!("{}{}", part(*number, groups), behind(operations)));
                }
                order.push(*number);
            }
            Part::Text(text) if !order.is_empty() && at + 1 < parts.len() => between.push(text),
            Part::Text(_) => return None,
        }
    }
    let mut sorted = order.clone();
    sorted.sort_unstable();
    let one_between = between.windows(2).all(|pair| pair[0] == pair[1]);
    if groups < 2 || !sorted.iter().copied().eq(1..=groups) || !one_between {
        return None;
    }
    let last = groups;
    let moved = if order.is_sorted() {
        "the parts stay in their order".to_owned()
    } else if groups == 2 {
        "the two parts change places".to_owned()
    } else if order[last - 1] == 1 && order[..last - 1].is_sorted() {
        "the first part comes last".to_owned()
    } else if order[0] == last && order[1..].is_sorted() {
        "the last part comes first".to_owned()
    } else {
        let parts: Vec<String> = order.iter().map(|&number| part(number, groups)).collect();
        format!("its parts come in another order: {}", and(&parts))
    };
    let with = match between.first() {
        Some(&"") | None => String::new(),
        Some(text) => format!(", with `{text}` between them"),
    };
    let done: String = done.iter().map(|done| format!(", {done}")).collect();
    Some(moved + &with + &done)
}

/// All that a value is put together from.
fn put_together(parts: &[Part], groups: usize) -> String {
    let piece = |one: &Part| match one {
        Part::Text(text) => format!("`{text}`"),
        Part::Group(number, operations) => {
            let done: Vec<String> = operations.iter().map(|operation| of_a_part(*operation)).collect();
            let done = if done.is_empty() { String::new() } else { format!(" ({})", and(&done)) };
            part(*number, groups) + &done
        }
    };
    format!("it is put together from {}", and(&parts.iter().map(piece).collect::<Vec<_>>()))
}

/// `the second part`
fn part(number: usize, groups: usize) -> String {
    const ORDINALS: [&str; 10] =
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
    match ORDINALS.get(number.wrapping_sub(1)) {
        Some(_) if groups == 1 => "its part".to_owned(),
        Some(ordinal) => format!("the {ordinal} part"),
        None => format!("part {number}"),
    }
}

/// What is done to a part, behind its name.
fn behind(operations: &[Operation]) -> String {
    let done: Vec<String> = operations.iter().map(|operation| of_a_part(*operation)).collect();
    if done.is_empty() { String::new() } else { format!(" {}", and(&done)) }
}

fn of_a_part(operation: Operation) -> String {
    match operation {
        Operation::Pad(width) => format!("with zeros before it up to {}", characters(width)),
        Operation::StripZeros => "without the zeros before it".to_owned(),
        Operation::MonthName => "as the name of a month".to_owned(),
        Operation::MonthNumber => "as the number of a month".to_owned(),
        Operation::First(length) => format!("with its first {} only", characters(length)),
        Operation::Last(length) => format!("with its last {} only", characters(length)),
        Operation::Upper => "in capitals".to_owned(),
        Operation::Lower => "in small letters".to_owned(),
        Operation::Title => "with a capital at the start of each word".to_owned(),
        Operation::Trim => "without the blanks around it".to_owned(),
        Operation::Number => "as a plain number".to_owned(),
    }
}

/// What is done to a value as a whole.
fn alone(operation: Operation) -> String {
    match operation {
        Operation::Pad(width) => format!("zeros are put before it up to {}", characters(width)),
        Operation::StripZeros => "zeros before it are taken away".to_owned(),
        Operation::First(length) => format!("only its first {} {}", characters(length), stay(length)),
        Operation::Last(length) => format!("only its last {} {}", characters(length), stay(length)),
        Operation::Trim => "blanks around it are taken away".to_owned(),
        other => format!("it is written {}", of_a_part(other)),
    }
}

fn characters(count: usize) -> String {
    if count == 1 { "character".to_owned() } else { format!("{count} characters") }
}

fn stay(count: usize) -> &'static str {
    if count == 1 { "stays" } else { "stay" }
}

/// `a, b and c`
fn and(items: &[String]) -> String {
    match items {
        [rest @ .., last] if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        items => items.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, to: &str, words: &str) {
        let rewrite = Rewrite::Pattern { pattern: Whole::new(pattern).unwrap(), to: Template::parse(to).unwrap() };
        assert_eq!(rewrite.words(), words, "/{pattern}/ -> {to}");
    }

    #[test]
    fn whole_values_and_occurrences() {
        let value = |from: Option<&str>, to: Option<&str>| {
            Rewrite::Value { from: from.map(str::to_owned), to: to.map(str::to_owned) }.words()
        };
        assert_eq!(value(Some("Calif."), Some("CA")), "`Calif.` becomes `CA`");
        assert_eq!(value(None, Some("none")), "a missing value becomes `none`");
        assert_eq!(value(Some("?"), None), "`?` becomes a missing value");
        assert_eq!(value(Some("?"), Some("")), "`?` becomes an empty text");
        let every = |from: &str, to: &str| Rewrite::Every { from: from.into(), to: to.into() }.words();
        assert_eq!(every("Ã©", "é"), "every `Ã©` becomes `é`");
        assert_eq!(every(";", ""), "every `;` is taken away");
    }

    #[test]
    fn parts_that_move() {
        check(r"(\d+)-(\d+)", "{2}/{1}", "the two parts change places, with `/` between them");
        check(
            r"(\d+)-(\d+)-(\d+)",
            "{2 pad 2}.{3}.{1 month name}",
            "the first part comes last, with `.` between them, the second part with zeros before it up to 2 characters, \
             the first part as the name of a month",
        );
        check(r"(a)(b)(c)", "{3}{1}{2}", "the last part comes first");
        check(
            r"(a)(b)(c)",
            "{3}{2}{1}",
            "its parts come in another order: the third part, the second part and the first part",
        );
        check(r"(a) (b)", "{1}-{2}", "the parts stay in their order, with `-` between them");
        check(
            r"(\d+)/(\d+)/(\d{4})",
            "{2}. {1}.{3 last 2}",
            "it is put together from the second part, `. `, the first part, `.` and the third part (with its last 2 characters only)",
        );
        check(r"(a)(b)", "x{2}{1}", "it is put together from `x`, the second part and the first part");
    }

    #[test]
    fn parts_that_go_and_values_as_a_whole() {
        check(r"0+(\d+)", "{1}", "zeros before it are taken away");
        check(r"(\d+) kg", "{1}", "only a part of it stays");
        check(r"(a), (b)", "{2 upper}", "only the second part stays in capitals");
        check("(.*)", "{1 title}", "it is written with a capital at the start of each word");
        check("(.+)", "no. {1}", "`no. ` is put before it");
        check("(.+)", "{1 last 1}", "only its last character stays");
        check("(.+)", "{1}{1}", "it is put together from its part and its part");
        check("x.*", "other", "what looks like `x.*` becomes `other`");
    }
}
