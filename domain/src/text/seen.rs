//! The visible part of a typed or pasted text: what is stripped at its ends, what is refused inside it, and how a
//! message shows such characters (spec M1, G2, I2).

use super::hidden::{is_blank, is_deceptive, is_ignorable};

/// Says whether a character can be drawn in colour, as emoji are.
fn is_picture(c: char) -> bool {
    matches!(c, '\u{A9}' | '\u{AE}' | '\u{203C}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{2190}'..='\u{27FF}' | '\u{2900}'..='\u{2BFF}' | '\u{3030}'
        | '\u{303D}' | '\u{3297}' | '\u{3299}' | '\u{1F000}'..='\u{1FAFF}')
}

/// Says whether a letter belongs to a script whose letters change their shape when they join: Arabic, Mongolian, Adlam,
/// and the scripts of India, its neighbours and the islands.
fn joins(c: char) -> bool {
    let is_of_such = matches!(c, '\u{0600}'..='\u{109F}' | '\u{1780}'..='\u{18AF}' | '\u{1B00}'..='\u{1BFF}' | '\u{A800}'..='\u{ABFF}'
        | '\u{FB50}'..='\u{FDFF}' | '\u{10A00}'..='\u{11FFF}' | '\u{1E900}'..='\u{1E95F}');
    is_of_such && !is_ignorable(c)
}

/// Says whether an invisible character has a use between its neighbours: it joins emoji or letters, or chooses how the
/// character before it is drawn.
fn has_a_use(before: Option<char>, c: char, after: Option<char>) -> bool {
    let Some(before) = before else { return false };
    match c {
        '\u{200C}' | '\u{200D}' if joins(before) => after.is_some_and(joins),
        '\u{200D}' => (is_picture(before) || before == '\u{FE0F}') && after.is_some_and(is_picture),
        '\u{180B}'..='\u{180F}' => matches!(before, '\u{1820}'..='\u{18AA}'),
        // Emoji, and the keys of a telephone: `emoji_keycap_sequence` of UTS #51.
        '\u{FE0E}' | '\u{FE0F}' => {
            is_picture(before) || (after == Some('\u{20E3}') && matches!(before, '0'..='9' | '#' | '*'))
        }
        '\u{FE00}'..='\u{FE02}' | '\u{E0100}'..='\u{E01EF}' => {
            matches!(before, '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
        }
        // Flags of England, Scotland and Wales.
        '\u{E0020}'..='\u{E007F}' => before == '\u{1F3F4}' || matches!(before, '\u{E0020}'..='\u{E007E}'),
        _ => false,
    }
}

/// The text without the blanks and invisible characters at its ends that pasting leaves there.
pub fn strip(text: &str) -> &str {
    let (mut from, mut to, mut at) = (text.len(), 0, 0);
    for (c, is_seen) in seen(text) {
        let next = at + c.len_utf8();
        if c == char::REPLACEMENT_CHARACTER || is_seen && !is_blank(c) {
            from = from.min(at);
            to = next;
        }
        at = next;
    }
    text.get(from..to).unwrap_or_default()
}

/// Says of each character whether it is visible in its place, or has a use there. U+FFFD, which stands for a lost
/// character, is neither.
fn seen(text: &str) -> impl Iterator<Item = (char, bool)> {
    let (mut before, mut all) = (None, text.chars().peekable());
    std::iter::from_fn(move || {
        let c = all.next()?;
        let hidden = c == char::REPLACEMENT_CHARACTER || is_deceptive(c) || is_ignorable(c);
        let is_seen = !hidden || has_a_use(before, c, all.peek().copied());
        before = is_seen.then_some(c);
        Some((c, is_seen))
    })
}

/// Says whether a text contains invisible or lost characters, for which it is refused.
pub fn hides(text: &str) -> bool {
    seen(text).any(|(_, is_seen)| !is_seen)
}

/// The text with invisible characters spelt out, as `<U+200B>`, so that no error message can deceive.
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (c, is_seen) in seen(text) {
        if is_seen {
            out.push(c);
        } else {
            out += &format!("<U+{:04X}>", u32::from(c));
        }
    }
    out
}

/// The text without invisible characters, for searching, and for text that was stored before such characters were
/// refused.
pub fn without_hidden(text: &str) -> String {
    seen(text).filter(|(_, is_seen)| *is_seen).map(|(c, _)| c).collect()
}

#[cfg(test)]
mod tests {
    use super::super::is_invisible;
    use super::*;
    use proptest::prelude::*;

    /// `Default_Ignorable_Code_Point` of Unicode 17.0, from DerivedCoreProperties.txt.
    const IGNORABLE: &[(u32, u32)] = &[
        (0xAD, 0xAD),
        (0x34F, 0x34F),
        (0x61C, 0x61C),
        (0x115F, 0x1160),
        (0x17B4, 0x17B5),
        (0x180B, 0x180F),
        (0x200B, 0x200F),
        (0x202A, 0x202E),
        (0x2060, 0x206F),
        (0x3164, 0x3164),
        (0xFE00, 0xFE0F),
        (0xFEFF, 0xFEFF),
        (0xFFA0, 0xFFA0),
        (0xFFF0, 0xFFF8),
        (0x1BCA0, 0x1BCA3),
        (0x1D173, 0x1D17A),
        (0xE0000, 0xE0FFF),
    ];

    fn ignorable() -> impl Iterator<Item = char> {
        IGNORABLE.iter().flat_map(|(from, to)| (*from..=*to).filter_map(char::from_u32))
    }

    #[test]
    fn whatever_unicode_lets_programs_ignore_is_stripped_at_the_ends_and_refused_between_letters() {
        let mut all = 0;
        for c in ignorable() {
            all += 1;
            assert!(is_invisible(c), "{c:?}");
            assert_eq!(strip(&format!("{c} Sales{c}{c} ")), "Sales", "{c:?}");
            let inside = format!("Sa{c}les");
            assert!(hides(&inside), "{c:?}");
            assert_eq!(visible(&inside), format!("Sa<U+{:04X}>les", u32::from(c)));
            assert_eq!(without_hidden(&inside), "Sales");
        }
        assert_eq!(all, 4_174);
    }

    #[test]
    fn every_field_that_people_type_strips_it_at_the_ends_and_refuses_or_passes_over_it_inside() {
        use crate::groups::GroupDescription;
        use crate::table::Search;
        use crate::views::ViewName;
        use crate::{Email, GroupName, OrganizationName, PersonName};
        for c in ignorable().chain(['\u{0}', '\u{7}', '\u{1B}']) {
            let (around, inside) = (format!("{c}Ana{c}"), format!("An{c}a"));
            let written = format!("An<U+{:04X}>a", u32::from(c));
            macro_rules! fields {
                ($($field:ty),*) => {$(
                    assert_eq!(<$field>::parse(&around).unwrap().as_str(), "Ana", "{c:?}");
                    assert!(<$field>::parse(&inside).unwrap_err().0.contains(&written), "{c:?}");
                )*};
            }
            fields!(PersonName, OrganizationName, GroupName, ViewName, GroupDescription);
            assert_eq!(Email::parse(&format!("{c}ana@x.example{c}")).unwrap().as_str(), "ana@x.example", "{c:?}");
            for address in [format!("an{c}a@x.example"), format!("ana@x{c}y.example")] {
                let refused = Email::parse(&address).unwrap_err().0;
                assert!(refused.starts_with(&visible(&address)), "{refused}");
            }
            for typed in [around, inside] {
                assert_eq!(Search::parse(&typed).unwrap().as_str(), "Ana", "{c:?}");
            }
        }
    }

    #[test]
    fn what_has_a_use_where_it_stands_stays() {
        for text in [
            "Team \u{2764}\u{FE0F}",
            "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467} Family",
            "\u{1F3F3}\u{FE0F}\u{200D}\u{1F308}",
            "\u{1F3F4}\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}",
            "1\u{FE0F}\u{20E3} First",
            "علی\u{200C}رضا",
            "क्\u{200D}ष",
            "葛\u{E0100}城",
            "辻\u{E0101}",
            "ᠠ\u{180B}ᠨ",
            "ᠠ\u{180E}ᠠ",
            "⠠⠁\u{2800}⠇",
        ] {
            assert!(!hides(text), "{text:?}");
            assert_eq!((strip(text), visible(text).as_str(), without_hidden(text).as_str()), (text, text, text));
        }
        for text in [
            "Sales\u{200D}Team",
            "a\u{200C}b",
            "a\u{FE0F}b",
            "é\u{E0100}x",
            "\u{1F468}\u{200D}x",
            "a\u{E0067}b",
            "ا\u{200C}\u{61C}ب",
            "❤\u{200D}\u{2800}",
            " \u{FE0E}\u{20E3}",
            "a\u{FE0F}\u{20E3}",
            "\u{FFFD}",
            "a\nb",
        ] {
            assert!(hides(text), "{text:?}");
        }
    }

    /// Texts that contain the characters that matter here, among others.
    fn peculiar() -> impl Strategy<Value = String> {
        let one = "[ a1\u{FFFD}\u{61C}\u{627}\u{915}\u{94D}\u{17B4}\u{180B}-\u{180F}\u{1820}\u{200B}-\u{200F}\u{20E3}\u{2764}\u{2800}\u{845B}\
                   \u{FE00}-\u{FE0F}\u{FEFF}\u{1F3F4}\u{1F468}\u{E0020}-\u{E0022}\u{E007F}\u{E0100}]{0,8}";
        prop_oneof![one, any::<String>()]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn the_browser_refuses_and_changes_nothing_that_the_server_takes(text in peculiar()) {
            use super::super::seen_by_browser as browser;
            let shown = without_hidden(&text);
            let taken = strip(&shown);
            prop_assert!(!hides(taken));
            prop_assert_eq!(browser::strip(taken), taken);
            prop_assert!(!browser::hides(taken));
            prop_assert_eq!(browser::visible(taken), taken);
            prop_assert_eq!(browser::without_hidden(taken), taken);
        }

        #[test]
        fn what_is_shown_hides_nothing(text in peculiar()) {
            prop_assert!(!hides(&visible(&text)), "{:?}", visible(&text));
            prop_assert!(!hides(&without_hidden(&text)));
            let stripped = strip(&text);
            prop_assert_eq!(strip(stripped), stripped);
            let clean = without_hidden(&text);
            prop_assert_eq!(without_hidden(&clean), clean);
        }
    }
}
