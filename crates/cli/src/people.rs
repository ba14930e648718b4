//! What is told of the people who gave labels.

use lustrate::{Agreed, Person, rounded_down};
use lustrate_report::counted;

/// A line for each: how much they said, how often most others said the same, and how far they can be relied on.
pub(crate) fn people_text(agreed: &Agreed) -> String {
    let name = |person: &Person| {
        let who = person.who.as_deref().unwrap_or("(no name)");
        who.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect::<String>()
    };
    let widest = agreed.people.iter().map(|person| name(person).chars().count()).max().unwrap_or(0);
    let line = |person: &Person| {
        let Person { labels, shared, agreed, reliability, .. } = person;
        let name = name(person);
        let same = match shared {
            0 => "none of them shared".to_owned(),
            shared => format!("most others say the same in {agreed} of {shared} shared ones"),
        };
        format!("  {name:widest$}  {}, {same}; right in {}\n", counted(*labels, "cell"), rounded_down(*reliability, 2))
    };
    let unlike = agreed.disagreements.len() as u64;
    let head =
        format!("labels of {} people; of {} they say different things\n", agreed.people.len(), counted(unlike, "cell"));
    head + &agreed.people.iter().map(line).collect::<String>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_has_a_line() {
        let person = |who: Option<&str>, shared, agreed| Person {
            who: who.map(str::to_owned),
            labels: 12,
            shared,
            agreed,
            reliability: 0.958,
        };
        let agreed = Agreed { people: vec![person(None, 0, 0), person(Some("ann"), 9, 8)], ..Agreed::default() };
        let expected = "\
labels of 2 people; of 0 cells they say different things
  (no name)  12 cells, none of them shared; right in 0.95
  ann        12 cells, most others say the same in 8 of 9 shared ones; right in 0.95
";
        assert_eq!(people_text(&agreed), expected);
    }
}
