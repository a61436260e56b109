//! Passwords for commands: from a file, a terminal or standard input, but never from the arguments, which every user of
//! the machine can see.

use crate::failure::Failure;
use std::fs::File;
use std::io::{BufRead, BufReader, IsTerminal, Read};
use std::path::Path;

/// More than any accepted password has; a wrong file must not fill the memory.
const MOST_BYTES: u64 = 8 * 1024;

/// The first line of a file.
pub fn of_file(path: &Path) -> Result<String, Failure> {
    let refuse = |why: String| {
        Failure::usage(format!("--password-file: {why}; accepted is a file whose first line is the password."))
    };
    let file = File::open(path).map_err(|error| refuse(format!("“{}” cannot be read: {error}", path.display())))?;
    match first_line(file) {
        Some(line) if !line.is_empty() => Ok(line),
        _ => Err(refuse(format!("the first line of “{}” is empty or no text", path.display()))),
    }
}

/// Asked twice on a terminal, else the first line of standard input.
pub fn ask(whose: &str) -> Result<String, Failure> {
    if !std::io::stdin().is_terminal() {
        return first_line(std::io::stdin()).filter(|line| !line.is_empty()).ok_or_else(|| {
            Failure::usage(
                "A password is needed: give --password-file, or the password as the first line of standard input.",
            )
        });
    }
    let read = |prompt: String| {
        rpassword::prompt_password(prompt)
            .map_err(|error| Failure::fault(format!("The password cannot be read from the terminal: {error}.")))
    };
    let password = read(format!("Password of {whose}: "))?;
    if read("The same password again: ".into())? == password {
        Ok(password)
    } else {
        Err(Failure::usage("The two passwords differ; nothing was changed."))
    }
}

/// The first line without its end; nothing where it is no text.
fn first_line(source: impl Read) -> Option<String> {
    let mut line = String::new();
    BufReader::new(source.take(MOST_BYTES)).read_line(&mut line).ok()?;
    let end = line.trim_end_matches(['\r', '\n']).len();
    line.truncate(end);
    Some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_line_counts_and_its_spaces_stay() {
        assert_eq!(first_line(&b" four words in a row \r\nmore"[..]).unwrap(), " four words in a row ");
        assert_eq!(first_line(&b"no end of line"[..]).unwrap(), "no end of line");
        assert_eq!(first_line(&b"\xff"[..]), None);
    }

    #[test]
    fn a_missing_or_empty_file_is_refused_with_its_option() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("password");
        assert!(of_file(&path).unwrap_err().sentence().unwrap().starts_with("--password-file: "));
        std::fs::write(&path, "\n").unwrap();
        assert!(of_file(&path).is_err());
        std::fs::write(&path, "four words in a row\n").unwrap();
        assert_eq!(of_file(&path).unwrap(), "four words in a row");
    }
}
