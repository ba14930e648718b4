//! A model under the rules and settings that somebody asks for.

use lustrate_rules::Rules;

use super::{RulesOrigin, SavedModel};
use crate::run::Progress;
use crate::{Error, Settings};

impl SavedModel {
    /// The model of the same rows under the rules and settings that are asked for; `None` where it is the model itself. No rules,
    /// and settings that are all the defaults, ask for nothing: those of the model hold. What people decided stays.
    ///
    /// # Errors
    /// As [`SavedModel::fit`].
    pub fn adapted(
        &self,
        rules: &Rules,
        settings: &Settings,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<Option<SavedModel>, Error> {
        let asked = settings.learning();
        let same_settings = asked == Settings::default() || asked == self.settings;
        if self.goes_by(rules) && same_settings {
            return Ok(None);
        }
        let rules = if rules.is_empty() { self.given_rules() } else { rules };
        let learning = if same_settings { &self.settings } else { settings };
        // The labels of those settings are of other rows.
        let settings = learning.learning().deciding_as(settings).only_labels(self.labels());
        let fitted = SavedModel::fit_with(&self.rows, rules, &settings, progress)?;
        Ok(Some(SavedModel { file: self.file.clone(), ..fitted }))
    }

    /// Whether a run by these rules would go by those of the model.
    fn goes_by(&self, rules: &Rules) -> bool {
        rules.is_empty() || (self.origin == RulesOrigin::Given && super::same_rules(rules, &self.rules))
    }
}
