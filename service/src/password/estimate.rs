//! Estimates how hard a password is to guess (decisions 7 and 29).

use super::seen::{Seen, seen};
use domain::Password;
use domain::password::Strength;

/// How many characters a password must have besides what its owner is called.
const OWN_PART: usize = 8;
/// So many words are known about somebody: more than any name, organization and address have.
const MOST_WORDS: usize = 100;
/// No name has a longer word; the estimator multiplies for each of its letters.
const LONGEST_GIVEN: usize = 48;

/// What is said of a password that is made of what is known.
const KNOWN: &str =
    "This password is made of what is known about you. Four unrelated words are long and easy to remember.";
/// What is said where so little of it is seen that nobody can tell.
const UNSEEN: &str = "This password has so many different digits and signs in place of letters that its strength cannot be told. Four unrelated words are long and easy to remember.";

/// Estimates it, as somebody would guess who knows what it is about. The work is bounded, whatever the password is.
pub(super) fn estimate(password: &Password, about: &[String]) -> Strength {
    let known = about.iter().filter(|text| text.chars().count() > 3);
    let rest = known.fold(password.secret().to_lowercase(), |rest, text| rest.replace(&text.to_lowercase(), ""));
    if rest.chars().count() < OWN_PART {
        return Strength { score: 0, words: KNOWN.into() };
    }
    let words = words(about);
    let longest = words.iter().map(|word| word.chars().count()).max().unwrap_or_default();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (judged, whole) = match seen(password.secret(), longest) {
        Seen::Whole => (zxcvbn::zxcvbn(password.secret(), &words), true),
        Seen::Part(part) => (zxcvbn::zxcvbn(&part, &words), false),
    };
    let score = u8::from(judged.score());
    let words = if score < Strength::ACCEPTED && !whole {
        UNSEEN.into()
    } else if score < Strength::ACCEPTED {
        let why = judged.feedback().and_then(|feedback| feedback.warning()).map(|warning| format!(" {warning}"));
        format!(
            "This password is among the first that would be guessed.{} Four unrelated words are long and easy to remember.",
            why.unwrap_or_default()
        )
    } else if score < Strength::BEST {
        "This password is good.".into()
    } else {
        "This password is very good.".into()
    };
    Strength { score, words }
}

/// The words of what is known.
fn words(about: &[String]) -> Vec<String> {
    let mut words = Vec::new();
    for text in about {
        for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 2) {
            let characters: Vec<char> = word.chars().collect();
            words.extend(characters.chunks(LONGEST_GIVEN).map(String::from_iter));
        }
    }
    words.truncate(MOST_WORDS);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(password: &str, about: &[&str]) -> u8 {
        let about: Vec<String> = about.iter().map(|text| (*text).to_owned()).collect();
        estimate(&Password::parse(password).unwrap(), &about).score
    }

    #[test]
    fn what_is_known_is_guessed_first_however_long_its_words_are() {
        let long = "donaudampfschifffahrtsgesellschaft";
        assert!(score(&format!("{long}2026"), &[long]) < Strength::ACCEPTED);
        assert!(score(&format!("{long}password1"), &[&format!("Erste {long}")]) < Strength::ACCEPTED);
        assert_eq!(words(&["a bc def".into(), "x".repeat(60)]).len(), 3);
        assert_eq!(words(&["word ".repeat(5_000)]).len(), MOST_WORDS);
    }

    #[test]
    fn a_password_that_is_seen_in_part_is_never_accepted_where_the_whole_is_refused() {
        let mut dice = super::super::worst::Dice::new(11);
        let mut parts = 0;
        for _ in 0..40 {
            let password = dice.medley();
            let Seen::Part(part) = seen(&password, 0) else { continue };
            parts += 1;
            let (part, whole) =
                (u8::from(zxcvbn::zxcvbn(&part, &[]).score()), u8::from(zxcvbn::zxcvbn(&password, &[]).score()));
            assert!(part < Strength::ACCEPTED || whole >= Strength::ACCEPTED, "{password}");
        }
        assert!(parts > 3, "{parts} were seen in part");
    }
}
