//! Unicode normalization. The server uses a library; the browser uses its own function, because the library's tables
//! would be a large part of the download.

#[cfg(not(target_arch = "wasm32"))]
mod with_tables {
    use unicode_normalization::UnicodeNormalization;

    /// Canonical composition (UAX 15), the form in which names are stored.
    pub fn nfc(text: &str) -> String {
        text.nfc().collect()
    }
    /// Compatibility composition (UAX 15), the form in which passwords are hashed (NIST SP 800-63B-4, 3.1.1.2) and
    /// addresses are stored.
    pub fn nfkc(text: &str) -> String {
        text.nfkc().collect()
    }
}
#[cfg(not(target_arch = "wasm32"))]
pub use with_tables::{nfc, nfkc};

#[cfg(target_arch = "wasm32")]
mod by_browser {
    fn normalize(text: &str, form: &str) -> String {
        js_sys::JsString::from(text).normalize(form).into()
    }
    /// Canonical composition (UAX 15), the form in which names are stored.
    pub fn nfc(text: &str) -> String {
        normalize(text, "NFC")
    }
    /// Compatibility composition (UAX 15), the form in which passwords are hashed and addresses are stored.
    pub fn nfkc(text: &str) -> String {
        normalize(text, "NFKC")
    }
}
#[cfg(target_arch = "wasm32")]
pub use by_browser::{nfc, nfkc};
