//! The rules for passwords (NIST SP 800-63B-4, section 3.1.1.2): a minimum length is the only one that the browser can
//! check. The server also refuses passwords that are easy to guess.

use crate::{Refused, text};
use serde::{Deserialize, Serialize};

/// A password that is long enough, in the form in which it is hashed. It is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// The fewest characters, given that the password is the only factor.
    pub const SHORTEST: usize = 15;
    /// The most characters. A longer password would cost more to hash without being harder to guess.
    pub const LONGEST: usize = 256;

    /// Checks a new password. Spaces count, even at the ends, and nothing is cut off.
    pub fn parse(text: &str) -> Result<Self, Refused> {
        let password = Self::typed(text);
        let count = password.0.chars().count();
        if text.is_empty() {
            Err(Refused::because("A password is missing."))
        } else if count < Self::SHORTEST {
            Err(Refused::because(format!(
                "A password has at least {} characters; this one has {count}. A few words in a row are easy to remember.",
                Self::SHORTEST
            )))
        } else if count > Self::LONGEST {
            Err(Refused::because(format!("A password has at most {} characters; this one has {count}.", Self::LONGEST)))
        } else {
            Ok(password)
        }
    }

    /// Takes a password that was typed at sign-in. It needs no check, but the same form: NFKC.
    pub fn typed(text: &str) -> Self {
        // Far more than any password that was accepted; what is longer cannot be right and must not cost.
        let cut: String = text.chars().take(Self::LONGEST * 4).collect();
        Self(text::normalize::nfkc(&cut))
    }

    /// The characters to hash.
    pub fn secret(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

/// The server's opinion of a password that is being chosen, before it is sent (spec L1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Strength {
    /// How hard it is to guess, as zxcvbn counts: 0–4.
    pub score: u8,
    /// Why it would be refused, or how good it is: a sentence.
    pub words: String,
}

impl Strength {
    /// The best score.
    pub const BEST: u8 = 4;
    /// The lowest score that is accepted.
    pub const ACCEPTED: u8 = 3;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_the_only_rule_and_counts_characters() {
        assert!(Password::parse("fourteen chars").is_err());
        assert!(Password::parse("fifteen chars !").is_ok());
        assert!(Password::parse("пятнадцать букв").is_ok());
        assert!(Password::parse(&"a b".repeat(100)).is_err());
        assert_eq!(Password::typed("ﬁ"), Password::typed("fi"));
        assert_eq!(format!("{:?}", Password::typed("secret")), "Password(…)");
    }
}
