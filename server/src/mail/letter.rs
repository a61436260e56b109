//! What letters look like: plain text, and the same as HTML that old mail clients show too.

use super::written::{Bits, Written, plain_part};
use lettre::Message;
use lettre::error::Error;
use lettre::message::header::{ContentTransferEncoding, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use maud::{DOCTYPE, html};
use service::outbox::{Due, Letter};

/// A letter, before it is put into an envelope.
struct Draft {
    subject: String,
    /// The recipient's name, if it is known.
    name: Option<String>,
    greeting: String,
    /// The text before the link, one paragraph each.
    before: Vec<String>,
    button: &'static str,
    link: String,
    after: Vec<String>,
}

/// Writes a letter. Its Message-ID is derived from its id, so that a letter that was handed over twice appears once.
pub fn write(mail: &Due, from: &Mailbox, origin: &str) -> Result<Written, Error> {
    let draft = draft(&mail.letter, origin).ok_or(Error::MissingTo)?;
    let to = super::address::in_ascii(mail.recipient.parse().map_err(|_| Error::MissingTo)?);
    let id = format!("<{}@{}>", mail.id, from.email.domain());
    let to = Mailbox::new(draft.name.clone(), to);
    let whole = message(&draft, (from, &to), &id, Bits::Eight)?;
    let seven_bit = message(&draft, (from, &to), &id, Bits::Seven)?;
    Ok(Written::of(&whole, &seven_bit))
}

fn message(draft: &Draft, (from, to): (&Mailbox, &Mailbox), id: &str, bits: Bits) -> Result<Message, Error> {
    let automatic = HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".into());
    let plain = plain_part(&text(draft), bits);
    let mut both = MultiPart::alternative().build();
    if plain.headers().get() == Some(ContentTransferEncoding::EightBit) {
        // What holds such a part is one itself (RFC 2045, section 6.4).
        both = MultiPart::alternative().header(ContentTransferEncoding::EightBit).build();
    }
    Message::builder()
        .from(from.clone())
        .to(to.clone())
        .subject(draft.subject.clone())
        .message_id(Some(id.to_owned()))
        .raw_header(automatic)
        .multipart(both.singlepart(plain).singlepart(SinglePart::html(page(draft))))
}

/// The draft of a letter; `None` for one without content.
fn draft(letter: &Letter, origin: &str) -> Option<Draft> {
    Some(match letter {
        Letter::Nothing => return None,
        Letter::Invitation { token, organization, inviter, name, expires } => Draft {
            subject: format!("{inviter} invites you to {organization}"),
            name: Some(name.clone()).filter(|name| !name.is_empty()),
            greeting: greeting(name),
            before: vec![format!("{inviter} invites you to join {organization} on Muster.")],
            button: "Join",
            link: format!("{origin}/invite/{token}"),
            after: vec![
                format!("The link is for you alone, works once, and until {expires}."),
                "If you did not expect this, ignore it: nothing happens without you.".into(),
            ],
        },
        Letter::PasswordReset { token, name } => Draft {
            subject: "Set a new password".into(),
            name: Some(name.clone()).filter(|name| !name.is_empty()),
            greeting: greeting(name),
            before: vec!["Somebody, hopefully you, asked for a new password for this address.".into()],
            button: "Set a new password",
            link: format!("{origin}/reset/{token}"),
            after: vec![
                "The link works once, and for one hour.".into(),
                "If it was not you, ignore this: your password stays as it is.".into(),
            ],
        },
        Letter::MembershipEnding { organization, slug, group, group_name, name, people, .. } => Draft {
            subject: format!("Memberships in {group_name} end"),
            name: Some(name.clone()).filter(|name| !name.is_empty()),
            greeting: greeting(name),
            before: ending(organization, group_name, people),
            button: "Open the group",
            link: origin.to_owned() + &app::paths::group(slug, *group),
            after: vec![
                "From then on they have no access through the group. To let them stay, give them another day there."
                    .into(),
                "You are told because you own the group.".into(),
            ],
        },
    })
}

/// The most people that a letter names.
const MOST_NAMED: usize = 50;

/// The text about memberships that are about to end.
fn ending(organization: &str, group: &str, people: &[String]) -> Vec<String> {
    let what = if people.len() == 1 { "This membership" } else { "These memberships" };
    let end = if people.len() == 1 { "ends" } else { "end" };
    let mut lines = vec![format!("{what} in the group {group} of {organization} {end} within a day:")];
    lines.extend(people.iter().take(MOST_NAMED).cloned());
    if let Some(others) = people.len().checked_sub(MOST_NAMED).filter(|others| *others > 0) {
        lines.push(format!("and {others} more"));
    }
    lines
}

fn greeting(name: &str) -> String {
    if name.is_empty() { "Hello,".into() } else { format!("Hello {name},") }
}

fn text(draft: &Draft) -> String {
    let mut lines = vec![draft.greeting.clone()];
    lines.extend(draft.before.iter().cloned());
    lines.push(format!("{}:\n{}", draft.button, draft.link));
    lines.extend(draft.after.iter().cloned());
    lines.join("\n\n") + "\n"
}

/// Styles are inline and the frame is a table, because every mail client understands that.
fn page(draft: &Draft) -> String {
    const FONT: &str = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:15px;line-height:22px;color:#1c2230;";
    let paragraph = format!("margin:0 0 16px;{FONT}");
    let quiet = "margin:0 0 8px;font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:13px;line-height:19px;color:#5a6375;";
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light";
                title { (draft.subject) }
            }
            body style="margin:0;padding:0;background:#f4f5f8;" {
                table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="background:#f4f5f8;" {
                    tr { td align="center" style="padding:32px 16px;" {
                        table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:520px;background:#ffffff;border:1px solid #dfe3ea;border-radius:8px;" {
                            tr { td style="padding:32px;" {
                                p style=(paragraph) { (draft.greeting) }
                                @for line in &draft.before { p style=(paragraph) { (line) } }
                                table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:8px 0 24px;" {
                                    tr { td style="background:#2f55d4;border-radius:6px;" {
                                        a href=(draft.link) style="display:inline-block;padding:11px 22px;font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:15px;font-weight:600;color:#ffffff;text-decoration:none;" { (draft.button) }
                                    } }
                                }
                                @for line in &draft.after { p style=(quiet) { (line) } }
                                p style=(format!("{quiet}word-break:break-all;")) { "The link in full: " (draft.link) }
                            } }
                        }
                    } }
                }
            }
        }
    }
    .into_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn invitation(name: &str, organization: &str) -> Draft {
        let letter = Letter::Invitation {
            token: "abc".into(),
            organization: organization.into(),
            inviter: "Ana".into(),
            name: name.into(),
            expires: "1 Jan 2027".into(),
        };
        draft(&letter, "https://muster.example").unwrap()
    }

    #[test]
    fn both_parts_hold_the_link() {
        let draft = invitation("Ben", "Acme");
        for part in [text(&draft), page(&draft)] {
            assert!(part.contains("https://muster.example/invite/abc") && part.contains("Hello Ben,"), "{part}");
        }
    }

    // spec I8
    #[test]
    fn the_link_stands_whole_on_one_line_of_what_goes_over_the_line() {
        let from = Mailbox::new(None, "muster@muster.example".parse().unwrap());
        let to = Mailbox::new(None, "ben@acme.example".parse().unwrap());
        let long = format!("https://{}.example/invite/{}", "portal".repeat(10), "t".repeat(43));
        for (name, link, bits) in [
            ("Ben", long.as_str(), Bits::Seven),
            ("Ben", long.as_str(), Bits::Eight),
            ("Jörg Müller", long.as_str(), Bits::Eight),
            ("Ирина 📬", long.as_str(), Bits::Eight),
            // As long as a line of quoted-printable can be.
            ("Ирина 📬", &long[long.len() - 76..], Bits::Seven),
        ] {
            let mut draft = invitation(name, "Acme");
            draft.link = link.into();
            let letter = message(&draft, (&from, &to), "<1@muster.example>", bits).unwrap().formatted();
            let letter = String::from_utf8(letter).unwrap();
            assert!(letter.contains(&format!("\r\nJoin:\r\n{link}\r\n")), "{name}, {bits:?}: {letter}");
            assert!(bits == Bits::Eight || letter.is_ascii());
            let eight = letter.matches("Content-Transfer-Encoding: 8bit\r\n").count();
            assert_eq!(eight, if name == "Ben" || bits == Bits::Seven { 0 } else { 2 }, "{letter}");
        }
        // What no line of mail can hold.
        let letter = message(&invitation("Ben", &"Acme ".repeat(250)), (&from, &to), "<1@x>", Bits::Eight).unwrap();
        assert!(letter.formatted().split(|byte| *byte == b'\n').all(|line| line.len() < 998));
    }

    // spec G7
    #[test]
    fn owners_read_whose_membership_ends() {
        let people = |number: usize| (0..number).map(|n| format!("Person {n}: 23 Nov 2026")).collect();
        let letter = |people| Letter::MembershipEnding {
            organization: "Acme".into(),
            slug: domain::Slug::parse("acme").unwrap(),
            group: "0197a8b4-0000-7000-8000-000000000001".parse().unwrap(),
            group_name: "Design".into(),
            name: "Ben".into(),
            members: Vec::new(),
            people,
        };
        let one = text(&draft(&letter(people(1)), "https://muster.example").unwrap());
        assert!(one.contains("This membership in the group Design of Acme ends within a day:"), "{one}");
        assert!(one.contains("Person 0: 23 Nov 2026") && one.contains("https://muster.example/o/acme/"), "{one}");
        let many = text(&draft(&letter(people(53)), "https://muster.example").unwrap());
        assert!(many.contains("Person 49") && !many.contains("Person 50") && many.contains("and 3 more"), "{many}");
    }

    #[test]
    fn names_are_text_in_the_page() {
        assert!(!page(&invitation("<b>", "<script>")).contains("<script>"));
    }
}
