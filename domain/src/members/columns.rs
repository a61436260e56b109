//! The columns of the members table that can be hidden (spec M9).

use super::MemberSort;
use crate::Refused;
use crate::table::ColumnChoice;
use serde::{Deserialize, Serialize};

/// A column that can be hidden. Name and address are always shown, because a row means nothing without them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum MemberColumn {
    /// The organization role.
    Role,
    /// The groups.
    Groups,
    /// When the member was added.
    Created,
    /// When the member was last seen.
    LastActive,
    /// How often the member signed in.
    Logins,
    /// When the member last signed in.
    LastLogin,
    /// The address of that sign-in.
    LastLoginIp,
}

impl MemberColumn {
    /// Every column, in the order of the table (spec M1).
    pub const ALL: [Self; 7] =
        [Self::Role, Self::Groups, Self::Created, Self::LastActive, Self::Logins, Self::LastLogin, Self::LastLoginIp];

    /// The column's sort order, if it has one (spec M4).
    pub const fn sort(self) -> Option<MemberSort> {
        match self {
            Self::Role => Some(MemberSort::Role),
            Self::Groups => None,
            Self::Created => Some(MemberSort::Created),
            Self::LastActive => Some(MemberSort::LastActive),
            Self::Logins => Some(MemberSort::Logins),
            Self::LastLogin => Some(MemberSort::LastLogin),
            Self::LastLoginIp => Some(MemberSort::LastLoginIp),
        }
    }
    /// The heading (spec M1).
    pub const fn label(self) -> &'static str {
        match self.sort() {
            Some(sort) => sort.label(),
            None => "Groups",
        }
    }
    /// The word in a URL: the same as for its sort order, if it has one.
    pub fn word(self) -> &'static str {
        use crate::table::SortColumn;
        self.sort().map_or("groups", MemberSort::word)
    }
    /// Reads the word of a URL or a form.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.word() == word)
    }
    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl From<MemberColumn> for String {
    fn from(column: MemberColumn) -> Self {
        column.word().into()
    }
}

impl TryFrom<String> for MemberColumn {
    type Error = Refused;
    fn try_from(word: String) -> Result<Self, Refused> {
        Self::parse(&word).ok_or_else(|| Refused::because("No such column."))
    }
}

/// The columns that are shown; all of them by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct ShownColumns(u8);

impl Default for ShownColumns {
    fn default() -> Self {
        Self::ALL
    }
}

impl ShownColumns {
    /// Every column.
    pub const ALL: Self = Self((1 << MemberColumn::ALL.len()) - 1);
    /// Only name and address.
    pub const NONE: Self = Self(0);

    /// Says whether a column is shown.
    pub const fn has(self, column: MemberColumn) -> bool {
        self.0 & column.bit() != 0
    }
    /// The same columns and one more.
    pub const fn and(self, column: MemberColumn) -> Self {
        Self(self.0 | column.bit())
    }
    /// How many are shown besides name and address.
    pub const fn len(self) -> usize {
        self.0.count_ones() as usize
    }
    /// Says whether only name and address are shown.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl FromIterator<MemberColumn> for ShownColumns {
    fn from_iter<I: IntoIterator<Item = MemberColumn>>(columns: I) -> Self {
        columns.into_iter().fold(Self::NONE, Self::and)
    }
}

impl ColumnChoice for ShownColumns {
    const OFFERED: bool = true;

    /// Reads words separated by dots, which a URL need not encode, or by commas. `all` and `none` mean what they say;
    /// `name` and `email` name columns that are shown anyway.
    fn parse(words: &str) -> (Option<Self>, bool) {
        let (mut named, mut understood) = (None::<Self>, true);
        for word in words.split(['.', ',']) {
            let so_far = named.unwrap_or(Self::NONE);
            match (word, MemberColumn::parse(word)) {
                (_, Some(column)) => named = Some(so_far.and(column)),
                ("all", _) => named = Some(Self::ALL),
                ("none" | "name" | "email", _) => named = Some(so_far),
                _ => understood = false,
            }
        }
        (named, understood)
    }

    fn words(self) -> String {
        match self {
            Self::ALL => "all".into(),
            Self::NONE => "none".into(),
            some => {
                let shown = MemberColumn::ALL.into_iter().filter(|column| some.has(*column));
                shown.map(MemberColumn::word).collect::<Vec<_>>().join(".")
            }
        }
    }
}

impl From<ShownColumns> for String {
    fn from(columns: ShownColumns) -> Self {
        columns.words()
    }
}

/// Meaningless words are ignored; if no word is meaningful, all columns are shown.
impl From<String> for ShownColumns {
    fn from(words: String) -> Self {
        Self::parse(&words).0.unwrap_or_default()
    }
}

#[cfg(test)]
pub(super) fn any_columns() -> impl proptest::strategy::Strategy<Value = ShownColumns> {
    use proptest::strategy::Strategy;
    (0..=ShownColumns::ALL.0).prop_map(ShownColumns)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        // spec M9
        #[test]
        fn chosen_columns_survive_their_words(columns in any_columns()) {
            prop_assert_eq!(ShownColumns::parse(&columns.words()), (Some(columns), true));
            prop_assert_eq!(ShownColumns::from(String::from(columns)), columns);
            prop_assert_eq!(MemberColumn::ALL.into_iter().filter(|one| columns.has(*one)).count(), columns.len());
            prop_assert_eq!(columns.is_empty(), columns == ShownColumns::NONE);
        }

        #[test]
        fn any_words_give_columns_that_survive_theirs(words in "([a-z_]{0,6}|role|ip|all|none|[.,]){0,8}") {
            if let (Some(columns), _) = ShownColumns::parse(&words) {
                prop_assert_eq!(ShownColumns::parse(&columns.words()), (Some(columns), true));
            }
        }
    }

    #[test]
    fn every_column_has_a_word_and_a_label_of_its_own() {
        for (index, column) in MemberColumn::ALL.into_iter().enumerate() {
            assert_eq!(MemberColumn::parse(column.word()), Some(column));
            assert!(MemberColumn::ALL[..index].iter().all(|other| other.label() != column.label()));
            // An address writes it as it is.
            assert!(column.word().bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
        }
        assert_eq!(MemberColumn::parse("email"), None);
    }

    #[test]
    fn words_without_meaning_are_told() {
        assert_eq!(ShownColumns::parse("colour"), (None, false));
        assert_eq!(ShownColumns::parse("role.colour"), (Some(ShownColumns::NONE.and(MemberColumn::Role)), false));
        assert_eq!(ShownColumns::parse("name,email"), (Some(ShownColumns::NONE), true));
        assert_eq!(ShownColumns::from(String::new()), ShownColumns::ALL);
    }
}
