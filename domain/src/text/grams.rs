//! N-gram tokens, which the search index of either database holds instead of text (DESIGN 3). The databases' own
//! trigram indexes find nothing under three characters and do not distinguish organizations.

/// The longest piece of text that one token holds, in characters.
const LONGEST: usize = 3;

/// The characters that are written as themselves in a token. Every other one is written as [`ESCAPE`] and its number in
/// four digits, so that no token is the beginning of another one that ends in the middle of a character.
const PLAIN: &[u8] = b"abcdefghijklmnopqrstuvw0123456789";
const ESCAPE: char = 'x';
const MARK: char = 'y';
const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// The prefix of an organization's tokens, so that a search does not walk over another organization's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope(String);

impl Scope {
    /// The scope of an organization: forty random bits of its id. Two organizations that happen to share them only slow
    /// each other down, because the rows found are still checked for their organization.
    pub fn of(organization: crate::OrganizationId) -> Self {
        let mut bits = organization.uuid().as_u128() & ((1 << 40) - 1);
        let mut scope = String::with_capacity(8);
        for _ in 0..8 {
            scope.push(char::from(DIGITS[(bits % 36) as usize]));
            bits /= 36;
        }
        Self(scope)
    }

    fn token(&self, out: &mut String, characters: &[char]) {
        out.push_str(&self.0);
        for c in characters {
            if u8::try_from(*c).is_ok_and(|byte| PLAIN.contains(&byte)) {
                out.push(*c);
            } else {
                out.push(ESCAPE);
                let number = *c as usize;
                let places = [36 * 36 * 36, 36 * 36, 36, 1];
                out.extend(places.map(|place| char::from(DIGITS[number / place % 36])));
            }
        }
    }

    /// A token that no text has, for other things that the same index is searched for: a word of a closed set.
    pub fn mark(&self, word: &str) -> String {
        format!("{}{MARK}{word}", self.0)
    }

    /// The tokens of folded texts, separated by spaces: for each character the piece that begins there, which is
    /// shorter at the end of a text.
    pub fn document(&self, texts: impl IntoIterator<Item: AsRef<str>>) -> String {
        let mut out = String::new();
        for text in texts {
            let characters: Vec<char> = text.as_ref().chars().collect();
            for begin in 0..characters.len() {
                if !out.is_empty() {
                    out.push(' ');
                }
                self.token(&mut out, &characters[begin..(begin + LONGEST).min(characters.len())]);
            }
        }
        out
    }

    /// The tokens to look for in order to find a folded needle that is not empty.
    pub fn needle(&self, needle: &str) -> Needle {
        let characters: Vec<char> = needle.chars().collect();
        let token = |characters: &[char]| {
            let mut token = String::new();
            self.token(&mut token, characters);
            token
        };
        if characters.len() < LONGEST {
            Needle::Beginning(token(&characters))
        } else {
            Needle::Row(characters.windows(LONGEST).map(token).collect())
        }
    }
}

/// A needle as tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Needle {
    /// Exactly the texts with a token that begins like this contain the needle.
    Beginning(String),
    /// Exactly the texts with these tokens in a row contain the needle.
    Row(Vec<String>),
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn scope() -> Scope {
        Scope::of(crate::OrganizationId::from_uuid(uuid::Uuid::from_u128(7)))
    }

    /// What the databases do with the tokens.
    fn finds(document: &str, needle: &Needle) -> bool {
        let tokens: Vec<&str> = document.split(' ').collect();
        match needle {
            Needle::Beginning(beginning) => tokens.iter().any(|token| token.starts_with(beginning)),
            Needle::Row(row) => tokens.windows(row.len()).any(|some| some == row.as_slice()),
        }
    }

    proptest! {
        #[test]
        fn tokens_find_what_the_texts_contain(
            email in "[a-cxyz0@.孫é]{0,8}", name in "[a-cxyz 孫浩\u{10FFFF}]{0,8}", needle in "[a-cxyz0@.孫浩\u{10FFFF}]{1,5}",
        ) {
            let contained = email.contains(&needle) || name.contains(&needle);
            prop_assert_eq!(finds(&scope().document([&email, &name]), &scope().needle(&needle)), contained);
        }

        #[test]
        fn tokens_are_plain_words(text in any::<String>()) {
            let document = scope().document([text.as_str(), ""]);
            prop_assert!(document.bytes().all(|b| b == b' ' || b.is_ascii_digit() || b.is_ascii_lowercase()));
            prop_assert!(document.split(' ').all(|token| token.len() <= 8 + 5 * LONGEST));
            prop_assert!(document.split(' ').all(|token| !token.starts_with(&scope().mark(""))));
        }
    }

    #[test]
    fn tokens_of_organizations_differ() {
        let other = Scope::of(crate::OrganizationId::from_uuid(uuid::Uuid::from_u128(8)));
        assert!(!finds(&other.document(["ana", ""]), &scope().needle("ana")));
    }
}
