//! How much of a page a list may take, so that a page of any table stays small.

use super::html::Html;

/// A list, cut where it takes more than its room.
pub(crate) struct Fitted {
    /// What is shown.
    pub(crate) html: Html,
    /// How many items that are.
    pub(crate) shown: usize,
}

/// As many items, from the first on, as take so many bytes at most. Items after those are not made.
pub(crate) fn fitted<C: Into<Html>>(items: impl IntoIterator<Item = C>, bytes: usize) -> Fitted {
    let mut fitted = Fitted { html: Html::none(), shown: 0 };
    for item in items {
        let item = item.into();
        if fitted.html.len() + item.len() > bytes {
            break;
        }
        fitted.html = fitted.html.and(item);
        fitted.shown += 1;
    }
    fitted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_room_is_left_out_from_there_on() {
        let fitted = fitted(["abc", "defgh", "i"], 7);
        assert_eq!((fitted.html.into_string().as_str(), fitted.shown), ("abc", 1));
    }
}
