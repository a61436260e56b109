//! The content types of the site's files.

/// The content type of a file, by its extension. Files of other kinds, including the compressed versions, are not
/// served.
pub fn content_type(name: &str) -> Option<&'static str> {
    let (_, ending) = name.rsplit_once('.')?;
    Some(match ending {
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "ico" => "image/x-icon",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_have_the_type_that_browsers_insist_on() {
        assert_eq!(content_type("pkg/muster.0123456789abcdef.js"), Some("text/javascript; charset=utf-8"));
        assert_eq!(content_type("pkg/muster.wasm"), Some("application/wasm"));
        assert_eq!(content_type("pkg/muster.wasm.br"), None);
        assert_eq!(content_type("README"), None);
    }
}
