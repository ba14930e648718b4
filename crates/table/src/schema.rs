//! The names and kinds of the columns.

use crate::AttributeId;

/// What the values of an attribute are compared as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// Numbers: at least nine in ten of the cells that are not missing parse as one.
    Number,
}

/// A column's name and kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// The name, unique within its schema.
    pub name: String,
    /// What its values are compared as.
    pub kind: Kind,
}

/// The attributes of a table, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schema {
    attributes: Vec<Attribute>,
}

impl Schema {
    /// A schema of attributes whose names differ; `None` where two are the same.
    pub fn new(attributes: Vec<Attribute>) -> Option<Self> {
        let mut names: Vec<&str> = attributes.iter().map(|attribute| attribute.name.as_str()).collect();
        names.sort_unstable();
        names.windows(2).all(|pair| pair[0] != pair[1]).then_some(Schema { attributes })
    }

    /// A schema of text attributes, for rules that are bound without data.
    pub fn of_text<'a>(names: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        Self::new(names.into_iter().map(|name| Attribute { name: name.to_owned(), kind: Kind::Text }).collect())
    }

    /// The number of attributes.
    pub fn len(&self) -> usize {
        self.attributes.len()
    }

    /// Whether there is no attribute.
    pub fn is_empty(&self) -> bool {
        self.attributes.is_empty()
    }

    /// The attributes in order.
    pub fn attributes(&self) -> &[Attribute] {
        &self.attributes
    }

    /// The ids in order.
    pub fn ids(&self) -> impl ExactSizeIterator<Item = AttributeId> + use<> {
        (0..self.attributes.len() as u32).map(AttributeId)
    }

    /// The name of an attribute.
    pub fn name(&self, attribute: AttributeId) -> &str {
        &self.attributes[attribute.index()].name
    }

    /// What the values of an attribute are compared as.
    pub fn kind(&self, attribute: AttributeId) -> Kind {
        self.attributes[attribute.index()].kind
    }

    /// Says what the values of an attribute are compared as.
    pub(crate) fn set_kind(&mut self, attribute: AttributeId, kind: Kind) {
        self.attributes[attribute.index()].kind = kind;
    }

    /// The attribute of a name, compared exactly.
    pub fn find(&self, name: &str) -> Option<AttributeId> {
        self.ids().find(|&id| self.name(id) == name)
    }
}
