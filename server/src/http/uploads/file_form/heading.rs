//! Parses header values with parameters, such as `form-data; name="file"; filename="people.csv"`.

/// A parameter of a value, with or without quotes. Browsers write `%22` for a quote inside of them.
pub fn parameter(value: &str, wanted: &str) -> Option<String> {
    let (_, mut rest) = value.split_once(';')?;
    loop {
        let (name, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let (text, left) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => after.split_at(after.find(';').unwrap_or(after.len())),
        };
        if name.trim_matches([' ', '\t', ';']).eq_ignore_ascii_case(wanted) {
            return Some(text.trim_end().to_owned());
        }
        rest = left;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_found_whatever_stands_in_others() {
        let value = "form-data; name=\"file\"; filename=\"a; name=b.csv\"";
        assert_eq!(parameter(value, "name").as_deref(), Some("file"));
        assert_eq!(parameter(value, "filename").as_deref(), Some("a; name=b.csv"));
        assert_eq!(parameter(value, "boundary"), None);
        assert_eq!(parameter("multipart/form-data; Boundary=x-y; charset=z", "boundary").as_deref(), Some("x-y"));
        for none in ["", "form-data", "form-data; name", "form-data; name=\"x", ";;;=;=;"] {
            assert_eq!(parameter(none, "name"), None, "{none}");
        }
    }
}
