//! Splits a pasted text into entries.

use crate::text;

/// Characters that people put before the items of a list.
const BULLETS: [char; 11] = ['•', '‣', '◦', '▪', '●', '·', '-', '–', '—', '*', '>'];

/// The names that mail programs give to headers with addresses, in lower case.
const LABELS: &str = "to cc bcc from reply-to an von kopie à de copie cci para cco da a ccn aan van till från kopia \
    til fra kopi do od dw komu кому от копия 收件人 发件人 抄送 宛先 差出人";

/// The most bytes of such a label.
const LONGEST_LABEL: usize = 12;

/// How many apostrophes a name in single quotes may have, so that no text is costly to read.
const MOST_APOSTROPHES: usize = 4;

/// Splits what was typed or pasted into entries, as written, trimmed, none empty, in order.
///
/// Commas, semicolons, tabs and line breaks separate, except in quotes, `<…>` and `(…)` that close on
/// their line. Kept together are `Lima, Ana <ana@example.com>` where nothing else is in the line, and a
/// spreadsheet's row whose last cell alone is an address. Spaces separate where only addresses stand
/// between them.
pub fn split(text: &str) -> Vec<String> {
    let mut entries = Vec::new();
    for row in cut(text, is_strong) {
        let cells = cut(row, |c| c == '\t');
        match row_of_one(&cells) {
            Some(entry) => entries.push(entry),
            None => entries.extend(cells.into_iter().flat_map(cell)),
        }
    }
    entries
}

/// The entry of a row of cells if only the last cell has an address: the others are the name.
fn row_of_one(cells: &[&str]) -> Option<String> {
    let (last, names) = cells.split_last()?;
    if names.is_empty() || !last.contains('@') || names.iter().any(|name| name.contains('@')) || cell(last).len() != 1 {
        return None;
    }
    let names = names.join(" ");
    if last.contains('<') {
        Some(format!("{names} {last}"))
    } else if last.starts_with('"') || !last.contains(char::is_whitespace) {
        Some(format!("{names} <{last}>"))
    } else {
        None
    }
}

/// The entries of a text whose only separators are commas and spaces.
fn cell(text: &str) -> Vec<String> {
    let pieces = cut(text, is_comma);
    if let Some((last, names)) = pieces.split_last()
        && last.contains('@')
        && last.contains('<')
        && !names.iter().any(|name| name.contains('@'))
    {
        return vec![text.trim_matches(|c| is_junk(c) || is_comma(c)).to_owned()];
    }
    let mut entries = Vec::new();
    for piece in pieces {
        if piece.split_whitespace().all(is_bare) {
            entries.extend(piece.split_whitespace().map(|word| word.trim_matches(is_junk).to_owned()));
        } else {
            entries.push(piece.to_owned());
        }
    }
    entries
}

/// A word that can only be an address.
fn is_bare(word: &str) -> bool {
    word.matches('@').count() == 1 && !word.contains(['<', '>', '"', '(', ')', ':', '\\'])
}

/// The parts between separators, trimmed, none empty. Text in quotes or brackets is not split.
fn cut(text: &str, separates: fn(char) -> bool) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut begin, mut at, mut before) = (0, 0, None);
    while let Some(rest) = text.get(at..)
        && let Some(c) = rest.chars().next()
    {
        let length = closed(rest, c, before);
        let next = at + length.unwrap_or(c.len_utf8());
        if separates(c) {
            parts.extend(text.get(begin..at));
            begin = next;
        }
        (at, before) = (next, Some(c));
    }
    parts.extend(text.get(begin..));
    parts.into_iter().map(undecorated).filter(|part| !part.is_empty()).collect()
}

/// The length of the quotes or brackets that the text begins with, if they close on their line. A mark that does not
/// close is an ordinary character and swallows nothing.
fn closed(text: &str, first: char, before: Option<char>) -> Option<usize> {
    match first {
        '<' => {
            let local = text.get(1..).filter(|inside| inside.starts_with('"')).and_then(|inside| quoted(inside, None));
            let from = 1 + local.unwrap_or(0);
            let end = text.get(from..)?.find(|c| matches!(c, '<' | '>') || is_line_break(c))?;
            text.get(from + end..)?.starts_with('>').then_some(from + end + 1)
        }
        '(' => {
            let end = text.get(1..)?.find(|c| matches!(c, '(' | ')' | '<' | '@') || is_line_break(c))?;
            text.get(1 + end..)?.starts_with(')').then_some(end + 2)
        }
        _ if is_double_quote(first) => quoted(text, before),
        _ if is_single_quote(first) && !is_within(before) => {
            // An apostrophe is a letter of many names, so these quotes close before a bracket only.
            let mut apostrophes = 0;
            for (at, c) in text.char_indices().skip(1) {
                let after = text.get(at + c.len_utf8()..)?;
                if is_single_quote(c) {
                    if after.strip_prefix(' ').unwrap_or(after).starts_with('<') {
                        return Some(at + c.len_utf8());
                    }
                    apostrophes += 1;
                }
                if apostrophes > MOST_APOSTROPHES || matches!(c, '@' | '<') || is_line_break(c) {
                    return None;
                }
            }
            None
        }
        _ => None,
    }
}

/// The length of the double quotes that the text begins with. They open before a word and close after
/// one, on the same line; a backslash escapes.
pub(super) fn quoted(text: &str, before: Option<char>) -> Option<usize> {
    let mut characters = text.char_indices();
    let (_, first) = characters.next()?;
    if is_within(before) {
        return None;
    }
    while let Some((at, c)) = characters.next() {
        if is_line_break(c) {
            return None;
        }
        if first == '"' && c == '\\' {
            characters.next().filter(|(_, escaped)| !is_line_break(*escaped))?;
        } else if if first == '"' { c == '"' } else { c != '"' && is_double_quote(c) } {
            let end = at + c.len_utf8();
            return (!text.get(end..)?.starts_with(char::is_alphanumeric)).then_some(end);
        }
    }
    None
}

/// Says whether the following text is in the middle of a word, where no quotes open.
fn is_within(before: Option<char>) -> bool {
    before.is_some_and(|c| c.is_alphanumeric() || c == '\\')
}

/// The text without meaningless decoration around an entry: invisible characters, bullets and numbers of lists, labels
/// of mail headers.
pub(super) fn undecorated(text: &str) -> &str {
    let mut text = text.trim_matches(is_junk);
    loop {
        let digits = text.chars().take_while(char::is_ascii_digit).count();
        let mark = match digits {
            0 => text.strip_prefix(BULLETS),
            1..=3 => text.get(digits..).and_then(|rest| rest.strip_prefix(['.', ')'])),
            _ => None,
        };
        let mark = mark.filter(|rest| rest.is_empty() || rest.starts_with(is_junk));
        let label = || {
            let (label, rest) = text.split_once(is_colon)?;
            let label = label.trim();
            let known = label.len() <= LONGEST_LABEL && LABELS.split(' ').any(|known| known == label.to_lowercase());
            known.then_some(rest)
        };
        match mark.or_else(label) {
            Some(rest) => text = rest.trim_start_matches(is_junk),
            None => return text,
        }
    }
}

pub(super) fn is_colon(c: char) -> bool {
    matches!(c, ':' | '：')
}

/// Says whether a character is invisible decoration around an entry. Some letters are invisible too; those belong to
/// the address.
pub(super) fn is_junk(c: char) -> bool {
    text::is_invisible(c) && !c.is_alphanumeric()
}

/// Says whether a character separates or quotes entries.
pub(super) fn is_mark(c: char) -> bool {
    is_separator(c) || is_double_quote(c) || is_single_quote(c)
}

pub(super) fn is_separator(c: char) -> bool {
    is_strong(c) || is_comma(c) || c == '\t'
}

/// Says whether a character always separates.
fn is_strong(c: char) -> bool {
    is_line_break(c) || matches!(c, ';' | '；')
}

fn is_comma(c: char) -> bool {
    matches!(c, ',' | '，' | '、')
}

fn is_line_break(c: char) -> bool {
    matches!(c, '\n' | '\u{B}' | '\u{C}' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

pub(super) fn is_double_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '‟' | '«' | '»' | '＂')
}

pub(super) fn is_single_quote(c: char) -> bool {
    matches!(c, '\'' | '‘' | '’' | '‚' | '‛' | '`' | '´')
}
