//! A letter as it is sent: its lines of text stay whole, so that a link can be read and copied in any program.
//! Quoted-printable would cut it into pieces.

use lettre::Message;
use lettre::address::Envelope;
use lettre::message::header::{ContentTransferEncoding, ContentType};
use lettre::message::{Body, SinglePart};

/// The most bytes of a line in mail (RFC 5322, section 2.1.1).
const LONGEST_LINE: usize = 998;

/// A letter that is ready to be handed over.
pub struct Written {
    /// The sender and the recipient.
    pub envelope: Envelope,
    /// The letter as it is. If it is not ASCII, the server has to accept eight bits (8BITMIME, RFC 6152).
    pub whole: Vec<u8>,
    /// The letter for a server that accepts only seven bits.
    pub seven_bit: Vec<u8>,
}

/// How many bits a server accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bits {
    /// ASCII only.
    Seven,
    /// Any byte.
    Eight,
}

impl Written {
    /// Combines both forms of the same letter.
    pub fn of(whole: &Message, seven_bit: &Message) -> Self {
        Self { envelope: whole.envelope().clone(), whole: whole.formatted(), seven_bit: seven_bit.formatted() }
    }
}

/// The text of a letter. A text with a line that is too long for mail, or that needs eight bits where only seven are
/// accepted, becomes quoted-printable, whose lines have 76 characters.
pub fn plain_part(text: &str, bits: Bits) -> SinglePart {
    let lines: Vec<String> = text.lines().map(|line| line.replace('\r', " ")).collect();
    let fits = lines.iter().all(|line| line.len() <= LONGEST_LINE);
    let encoding = match (text.is_ascii(), bits) {
        (true, _) if fits => ContentTransferEncoding::SevenBit,
        (false, Bits::Eight) if fits => ContentTransferEncoding::EightBit,
        _ => ContentTransferEncoding::QuotedPrintable,
    };
    let text = lines.join("\r\n") + "\r\n";
    let body = match encoding {
        ContentTransferEncoding::QuotedPrintable => Body::new_with_encoding(text, encoding).unwrap_or_else(Body::new),
        encoding => Body::dangerous_pre_encoded(text.into_bytes(), encoding),
    };
    SinglePart::builder().header(ContentType::TEXT_PLAIN).body(body)
}
