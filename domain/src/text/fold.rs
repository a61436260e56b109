//! The two keys of a text: one for searching and sorting, and one that decides whether two names are the same.

use super::hidden::{is_blank, is_ignorable};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The key of a text for search and sort: its compatibility decomposition without marks, case folded, with letters that
/// Unicode does not decompose written as their base letters, one kind of quotes and dashes, and single spaces. Its
/// order is not that of any country's alphabet (spec M3, M4).
///
/// Folding a key again gives the key.
pub fn fold(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    for c in caseless(text.chars().map(typed).nfkd()).nfkd() {
        if is_combining_mark(c) {
            continue;
        }
        match spelled_out(c) {
            Some(letters) => key.push_str(letters),
            None => push_plain(&mut key, c),
        }
    }
    key
}

/// The key that decides whether two names are the same (spec G2): regardless of case, of Unicode's compatibility forms,
/// and of the kinds of quotes, dashes and spaces. Marks and letters count: **Malmo** is not **Malmö**, and **Lodz** is
/// not **Łódź**. Names with the same key also have the same [`fold`].
pub fn same_name(name: &str) -> String {
    let mut key = String::with_capacity(name.len());
    caseless(name.chars().map(typed).nfkc()).nfkc().for_each(|c| push_plain(&mut key, c));
    key
}

/// Removes case by way of capitals, because the capitals of ß are SS.
fn caseless(text: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
    text.flat_map(char::to_uppercase).flat_map(char::to_lowercase)
}

/// An accent on its own was typed instead of an apostrophe; Unicode takes it for a space with a mark.
fn typed(c: char) -> char {
    if c == '\u{00B4}' { '\'' } else { c }
}

/// Adds a character as it is typed on most keyboards: one of several marks that look alike, one space for any run of
/// spaces, and nothing for an invisible character.
fn push_plain(key: &mut String, c: char) {
    match c {
        '\u{2018}'..='\u{201B}' | '\u{2032}' | '\u{02B9}'..='\u{02BD}' | '\u{05F3}' | '\u{A78C}' => key.push('\''),
        '\u{201C}'..='\u{201F}' | '\u{2033}' | '\u{00AB}' | '\u{00BB}' | '\u{05F4}' => key.push('"'),
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{2043}' | '\u{058A}' | '\u{05BE}' => key.push('-'),
        // What was lost when it was saved is one character that nobody knows.
        char::REPLACEMENT_CHARACTER => key.push('?'),
        c if is_blank(c) => {
            if !key.is_empty() && !key.ends_with(' ') {
                key.push(' ');
            }
        }
        c if is_ignorable(c) || c == '\u{FEFF}' => {}
        c => key.push(c),
    }
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
    use super::*;
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
            ("O’Neil ＯʼNEIL O´Neil", "o'neil o'neil o'neil"),
            ("Jean‐Luc Jean–Luc Jean−Luc", "jean-luc jean-luc jean-luc"),
            ("„Ana“ «Ana»", "\"ana\" \"ana\""),
            ("Ana  \u{A0}\u{3000}Lima", "ana lima"),
            ("An\u{200B}a\u{AD}\u{FEFF}", "ana"),
        ] {
            assert_eq!(fold(text), key);
        }
    }

    #[test]
    fn names_are_the_same_whatever_case_and_signs_they_are_typed_with() {
        for (one, other) in [
            ("Straße", "STRASSE"),
            ("ΟΔΥΣΣΕΥΣ", "Οδυσσευς"),
            ("O'Neil", "O’NEIL"),
            ("Ｓales", "sales"),
            ("Sales\u{200B}", "Sales"),
            ("jean-luc", "Jean‐Luc"),
        ] {
            assert_eq!(same_name(one), same_name(other));
        }
        for (one, other) in [("Malmo", "Malmö"), ("Lodz", "Łódź"), ("Sales 1", "Sales 2")] {
            assert_ne!(same_name(one), same_name(other));
        }
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in any::<String>()) {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn ascii_is_only_lower_cased_and_its_blanks_are_one(text in "[!-~]{0,3}( {1,2}[!-~]{1,3}){0,3}") {
            let lower = text.to_ascii_lowercase().replace("  ", " ");
            prop_assert_eq!(fold(&text), lower.trim_start());
            prop_assert_eq!(same_name(&text), fold(&text));
        }

        #[test]
        fn what_is_the_same_name_is_found_by_the_search(one in any::<String>(), other in any::<String>()) {
            prop_assert_eq!(fold(&same_name(&one)), fold(&one));
            prop_assert_eq!(same_name(&same_name(&one)), same_name(&one));
            prop_assert!(same_name(&one) != same_name(&other) || fold(&one) == fold(&other));
        }
    }
}
