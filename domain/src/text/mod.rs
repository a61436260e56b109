//! Text as people write it, and the key for searching and sorting it (spec M3, M4).

mod hidden;
pub mod normalize;
#[cfg_attr(target_arch = "wasm32", path = "seen_by_browser.rs")]
mod seen;

#[cfg(test)]
mod seen_by_browser;

pub use hidden::{is_deceptive, is_invisible};
pub use seen::{hides, strip, visible, without_hidden};

#[cfg(not(target_arch = "wasm32"))]
mod alike;
#[cfg(not(target_arch = "wasm32"))]
mod fold;
#[cfg(not(target_arch = "wasm32"))]
pub mod grams;
#[cfg(not(target_arch = "wasm32"))]
pub use alike::looks_like;
#[cfg(not(target_arch = "wasm32"))]
pub use fold::{fold, same_name};

/// Up to two initials, shown instead of a picture: the first characters of the first and last words of the name, or of
/// the address if there is no name.
pub fn initials(name: &str, email: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|w| w.chars().find(|c| c.is_alphanumeric()));
    match (words.next(), words.next_back()) {
        (Some(first), last) => capitals([Some(first), last]),
        (None, _) => capitals([email.chars().find(|c| c.is_alphanumeric()), None]),
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn capitals(letters: [Option<char>; 2]) -> String {
    letters.into_iter().flatten().flat_map(char::to_uppercase).collect()
}

/// The browser's own conversion: the tables would be a noticeable part of the download.
#[cfg(target_arch = "wasm32")]
fn capitals(letters: [Option<char>; 2]) -> String {
    let letters: String = letters.into_iter().flatten().collect();
    js_sys::JsString::from(letters).to_upper_case().into()
}

/// "1,204,311": digits in groups of three.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.char_indices() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_three() {
        assert_eq!([0, 999, 1_000, 1_204_311].map(grouped), ["0", "999", "1,000", "1,204,311"]);
    }

    #[test]
    fn initials_come_from_the_first_and_the_last_word() {
        assert_eq!(initials("Ana Maria Lima", ""), "AL");
        assert_eq!(initials("孫 浩然", ""), "孫浩");
        assert_eq!(initials("", "d.marchetti@acme.example"), "D");
        assert_eq!(initials("(Bo)", ""), "B");
    }
}
