//! Names that look the same although they are written with different letters (UTS 39, section 4).

use super::same_name;
use unicode_security::skeleton;

/// Says whether a reader would take one name for the other, ignoring case, and counting letters of other scripts that
/// have the same shape as the same.
pub fn looks_like(name: &str, other: &str) -> bool {
    // Capitals have other shapes than small letters: Α looks like A, α like a.
    let other = shape(other);
    shape(name) == other || shape(&same_name(name)) == other
}

/// The shape of a name, without case. A capital I has the shape of a small l, and a small m that of rn.
fn shape(name: &str) -> String {
    same_name(&skeleton(name).collect::<String>()).replace(['l', '1', '|'], "i").replace("rn", "m")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_the_reserved_name_is_told_apart_from_what_does_not() {
        for name in [
            "administrators",
            "ADMINistrators",
            "аdministrators",
            "ΑDΜΙΝΙSΤRΑΤΟRS",
            "administrat\u{1D5C8}rs",
            "ａｄｍｉｎｉｓｔｒａｔｏｒｓ",
            "ADMıNISTRATORS",
            "admin\u{456}strators",
            "adrninistrators",
            "𝐚𝐝𝐦𝐢𝐧𝐢𝐬𝐭𝐫𝐚𝐭𝐨𝐫𝐬",
        ] {
            assert!(looks_like(name, "administrators"), "{name}");
        }
        for name in ["administrator", "administrators 2", "Verwaltung", "administratörs", "Admins", "администраторы"]
        {
            assert!(!looks_like(name, "administrators"), "{name}");
        }
    }
}
