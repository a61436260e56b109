//! The folded key: what search and sort compare instead of the text itself.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The key of a text: compatibility decomposition without marks, case folded, and the letters that
/// Unicode does not decompose written as their base letters. It is not any country's alphabet (spec M4).
///
/// Folding a key again gives the key.
pub fn fold(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    for c in text.nfkd().flat_map(char::to_lowercase).nfkd() {
        if is_combining_mark(c) {
            continue;
        }
        match spelled_out(c) {
            Some(letters) => key.push_str(letters),
            None => key.push(c),
        }
    }
    key
}

fn spelled_out(c: char) -> Option<&'static str> {
    Some(match c {
        'ı' | 'ɨ' => "i",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' | 'ɖ' => "d",
        'ħ' => "h",
        'ŧ' => "t",
        'ŋ' => "n",
        'ĸ' => "k",
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'ς' => "σ",
        'ѐ' => "е",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::fold;
    use proptest::prelude::*;

    #[test]
    fn letters_that_do_not_decompose_are_folded_too() {
        for (text, key) in [
            ("Þórsdóttir", "thorsdottir"),
            ("Łukasz Świątek", "lukasz swiatek"),
            ("IŞIK ışık", "isik isik"),
            ("İstanbul", "istanbul"),
            ("STRASSE Straße", "strasse strasse"),
            ("Søren Ångström", "soren angstrom"),
            ("ΟΔΥΣΣΕΥΣ Οδυσσεύς", "οδυσσευσ οδυσσευσ"),
            ("Иванов Ёлкин", "иванов елкин"),
            ("孫 浩然", "孫 浩然"),
            ("ﬁn", "fin"),
        ] {
            assert_eq!(fold(text), key);
        }
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in any::<String>()) {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn ascii_is_only_lower_cased(text in "[ -~]*") {
            prop_assert_eq!(fold(&text), text.to_ascii_lowercase());
        }
    }
}
