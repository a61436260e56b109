//! Invisible characters.

/// Says whether a character can make text look like other text: controls, line separators, and the
/// embeddings, overrides and isolates of the bidirectional algorithm (UAX 9).
pub fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// Says whether a character shows nothing on its own: spaces, controls, and characters that every program may ignore.
pub fn is_invisible(c: char) -> bool {
    is_blank(c) || is_deceptive(c) || is_ignorable(c)
}

/// Says whether a character is a blank: white space, or the blank of Braille.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{2800}'
}

/// Says whether a character other than a blank has no shape of its own: `Default_Ignorable_Code_Point` (joiners, marks
/// of direction, selectors, fillers), and the marks around annotations.
pub(super) fn is_ignorable(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FFA0}'
        | '\u{FFF0}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}
