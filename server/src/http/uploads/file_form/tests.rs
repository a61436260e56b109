//! The outcome for any form, however it arrives.

use super::*;
use futures_util::stream;
use std::convert::Infallible;

const TYPE: &str = "multipart/form-data; boundary=x";
const PART: &str = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"p.csv\"\r\n\r\n";
const BOUNDS: Bounds = Bounds { file: 1_000_000, silence: Duration::from_secs(60) };
/// Long enough for whatever is there, short enough to wait for.
const SHORT: Bounds = Bounds { silence: Duration::from_millis(50), ..BOUNDS };

async fn read(
    body: impl Stream<Item = Result<Bytes, Infallible>>,
    bounds: Bounds,
) -> Result<(String, Vec<u8>), NotRead> {
    let mut form = FileForm::new(TYPE, body, bounds)?;
    let name = form.find("file").await?;
    let mut file = Vec::new();
    let bytes = form.copy(&mut file).await?;
    assert_eq!(bytes, file.len() as u64);
    Ok((name, file))
}

/// A body that comes in pieces of so many bytes.
fn pieces(body: &str, size: usize) -> impl Stream<Item = Result<Bytes, Infallible>> {
    let pieces: Vec<_> = body.as_bytes().chunks(size).map(|some| Ok(Bytes::copy_from_slice(some))).collect();
    stream::iter(pieces)
}

/// A body of these bytes, and then the same ones again and again.
fn endless(body: String, again: String) -> impl Stream<Item = Result<Bytes, Infallible>> {
    let first = stream::once(async { Ok(Bytes::from(body)) });
    first.chain(stream::repeat(Bytes::from(again)).map(Ok))
}

#[tokio::test]
async fn the_file_is_the_same_however_it_arrives() {
    let content = "email\r\n--\r\n--y\r\r\n\n-\r\n--";
    let body = format!(
        "before\r\n--x\r\nContent-Disposition: form-data; name=\"beside\"\r\n\r\n1\r\n{PART}{content}\r\n--x--\r\nafter"
    );
    for size in 1..=body.len() {
        let (name, file) = read(pieces(&body, size), BOUNDS).await.unwrap();
        assert_eq!((name.as_str(), file.as_slice()), ("p.csv", content.as_bytes()), "in pieces of {size}");
    }
    let (_, file) = read(pieces(&format!("{PART}\r\n--x--"), 3), BOUNDS).await.unwrap();
    assert!(file.is_empty());
}

#[tokio::test]
async fn what_is_no_form_with_a_file_is_told_apart() {
    let part = "--x\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\n1\r\n";
    for (body, no_file) in [
        ("", false),
        ("nonsense", false),
        ("--x\r\nnonsense", false),
        ("--x\r\nnonsense\r\n\r\n", false),
        ("--xy\r\n", false),
        (PART, false),
        (&format!("{PART}broken off"), false),
        ("--x--\r\n", true),
        (&format!("{part}--x--\r\n"), true),
        (&part.repeat(20), true),
    ] {
        let outcome = read(pieces(body, 7), BOUNDS).await;
        assert!(matches!(&outcome, Err(NotRead::NoFile)) == no_file, "{body:?}: {outcome:?}");
        assert!(matches!(outcome, Err(NotRead::NoFile | NotRead::NoForm)), "{body:?}");
    }
    for kind in ["", "text/csv", "multipart/form-data", "multipart/mixed; boundary=x", "multipart/form-data; boundary="]
    {
        assert!(FileForm::new(kind, pieces("", 1), BOUNDS).is_err(), "{kind}");
    }
    let long = format!("multipart/form-data; boundary={}", "x".repeat(71));
    assert!(FileForm::new(&long, pieces("", 1), BOUNDS).is_err());
}

// None of these ends, and all that a client could send must not be kept until it does.
#[tokio::test]
async fn whatever_does_not_end_is_refused_after_little() {
    let kib = || "x".repeat(1_024);
    for (begin, again) in [
        (String::new(), kib()),
        ("".into(), "\r\n--y\r\n".repeat(100)),
        ("--x".into(), kib()),
        ("--x\r\nContent-Disposition: ".into(), kib()),
        ("--x\r\n".into(), format!("X: {}\r\n", kib())),
        ("--x\r\n".into(), "X:\r\n".repeat(300)),
        ("--x\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\n".into(), kib()),
        ("".into(), "--x\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\n\r\n".repeat(20)),
    ] {
        let mut form = FileForm::new(TYPE, endless(begin.clone(), again), BOUNDS).unwrap();
        assert!(matches!(form.find("file").await, Err(NotRead::NoForm | NotRead::NoFile)), "{begin}");
        assert!(form.came <= AROUND_THE_FILE + 4_096, "{begin}: {} bytes were read", form.came);
        assert!(form.window.len() <= LONGEST_HEADING + 8 * 1_024, "{begin}: {} bytes are kept", form.window.len());
    }
}

#[tokio::test]
async fn a_file_and_all_around_it_have_a_bound() {
    let bounds = Bounds { file: 10_000, ..BOUNDS };
    let fits = format!("{PART}{}\r\n--x--\r\n", "x".repeat(10_000));
    assert_eq!(read(pieces(&fits, 999), bounds).await.unwrap().1.len(), 10_000);
    let one_more = format!("{PART}{}\r\n--x--\r\n", "x".repeat(10_001));
    assert!(matches!(read(pieces(&one_more, 999), bounds).await, Err(NotRead::TooLarge)));
    let outcome = read(endless(PART.into(), "x".repeat(1_000)), bounds).await;
    assert!(matches!(outcome, Err(NotRead::TooLarge)));
    let around = "--x\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\n".to_owned() + &"x".repeat(60_000);
    let outcome = read(pieces(&format!("{}{fits}", format!("{around}\r\n").repeat(2)), 999), bounds).await;
    assert!(matches!(outcome, Err(NotRead::TooLarge)));
}

#[tokio::test]
async fn silence_is_noticed_wherever_it_is() {
    let whole = format!("before\r\n{PART}email\r\n--x");
    for end in 0..whole.len() {
        let body = pieces(&whole[..end], 1_000).chain(stream::pending());
        assert!(
            matches!(read(body, Bounds { silence: Duration::from_millis(2), ..SHORT }).await, Err(NotRead::TooSlow)),
            "after {end} bytes"
        );
    }
    // What follows the file need not come.
    assert!(read(pieces(&whole, 1_000).chain(stream::pending()), SHORT).await.is_ok());
}
