//! What went wrong with a letter, in the words that are stored and shown on the page **Mail**. The beginning and the
//! end of the text tell who has to act.

/// What a mail server refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// To talk at all.
    Connection,
    /// To encrypt.
    Encryption,
    /// Who signs in.
    User,
    /// The address that mail is from.
    Sender,
    /// Mail from this installation, whoever it is from: its network, its name, that it relays, how much it sends.
    Installation,
    /// The recipient.
    Recipient,
    /// The letter.
    Letter,
}

impl Refused {
    /// Whether an operator can mend it, so that letters wait for that.
    pub const fn is_operators(self) -> bool {
        !matches!(self, Self::Recipient | Self::Letter)
    }

    /// The problem that an answer of a mail server is.
    pub fn sentence(self, code: u16, words: &str) -> String {
        let for_now = if code < 500 { " for now" } else { "" };
        format!("The mail server refused {}{for_now}: {code} {words}", self.what())
    }

    /// What the problem begins with where it is refused for good.
    pub(super) fn begins(self) -> String {
        format!("The mail server refused {}: ", self.what())
    }

    const fn what(self) -> &'static str {
        match self {
            Self::Connection => "the connection",
            Self::Encryption => "to encrypt",
            Self::User => "the user or the password",
            Self::Sender => "the sender",
            Self::Installation => "to take mail from this server",
            Self::Recipient => "the recipient",
            Self::Letter => "the letter",
        }
    }
}

/// What the problem ends with where a letter was given up because it waited for too long.
pub(super) const WAITED: &str = " It was tried for three days.";

/// What the page **Mail** says of letters that wait after a failure, or did until they were given up; empty where there
/// are none.
pub(super) fn told(held: &store::outbox::Held) -> String {
    let letters = |number: u64| match number {
        1 => "1 letter".to_owned(),
        number => format!("{number} letters"),
    };
    let mut told = Vec::new();
    if held.sender > 0 {
        let whose = letters(held.sender);
        told.push(format!(
            "The mail server refuses the sender of {whose}. Whoever runs this server has to allow it there, or to change MUSTER_MAIL_FROM."
        ));
    }
    if held.waiting > 0 {
        let what = letters(held.waiting);
        told.push(match held.waiting {
            1 => format!("{what} waits and is tried again by itself, for three days."),
            _ => format!("{what} wait and are tried again by themselves, for three days."),
        });
    }
    if held.over > 0 {
        let (what, verb) = (letters(held.over), if held.over == 1 { "was" } else { "were" });
        told.push(format!("{what} {verb} given up after three days."));
    }
    told.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::outbox::Held;

    #[test]
    fn what_waits_is_told_with_whose_move_it_is() {
        assert_eq!(told(&Held::default()), "");
        let many = Held { waiting: 12, sender: 3, over: 1 };
        assert_eq!(
            told(&many),
            "The mail server refuses the sender of 3 letters. Whoever runs this server has to allow it there, or to change \
             MUSTER_MAIL_FROM. 12 letters wait and are tried again by themselves, for three days. 1 letter was given up after \
             three days."
        );
        let one = Held { waiting: 1, sender: 0, over: 0 };
        assert_eq!(told(&one), "1 letter waits and is tried again by itself, for three days.");
    }
}
