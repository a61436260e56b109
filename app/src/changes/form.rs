//! A form as a browser posts it.

use super::declared::{self, Declared};
use super::{CHANGE, Partly, SentForm};
use domain::Slug;
use domain::setup::FieldError;
use form_urlencoded::{Serializer, parse};

/// The argument that the address gives, whatever a form says.
const ORGANIZATION: &str = "organization";
/// What is never sent back.
const SECRET: [&str; 2] = ["password", "current"];

/// The fields of a form, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostedForm {
    change: String,
    fields: Vec<(String, String)>,
}

impl PostedForm {
    /// Reads what was posted.
    pub fn read(bytes: &[u8]) -> Self {
        let (named, fields): (Vec<_>, Vec<_>) =
            parse(bytes).into_owned().partition(|(name, _): &(String, String)| name == CHANGE);
        Self { change: named.into_iter().next_back().map(|(_, word)| word).unwrap_or_default(), fields }
    }

    /// The change that it asks for, unless there is none of that name.
    pub fn declared(&self) -> Option<&'static Declared> {
        declared::find(&self.change)
    }

    /// Its fields as arguments of a server function. The organization is the one of the address.
    pub(super) fn arguments(&self, organization: &Slug) -> String {
        let mut arguments = Serializer::new(String::new());
        arguments.append_pair(ORGANIZATION, organization.as_str());
        for (name, value) in &self.fields {
            if name.split('[').next() != Some(ORGANIZATION) {
                arguments.append_pair(name, value);
            }
        }
        arguments.finish()
    }

    /// The form of which a part is done, as the page shows the rest.
    pub fn left(mut self, Partly { message, fields, errors }: Partly) -> SentForm {
        self.fields.retain(|(name, _)| !fields.iter().any(|(of, _)| of == name));
        self.fields.extend(fields);
        SentForm { problem: message, ..self.refused(errors, Vec::new()) }
    }

    /// The form as the page shows it again.
    pub fn refused(self, errors: Vec<FieldError>, changes: Vec<String>) -> SentForm {
        let shown = self.fields.into_iter().filter(|(name, _)| !SECRET.contains(&name.as_str()));
        SentForm { change: self.change, typed: shown.collect(), errors, changes, problem: String::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_change_counts_and_the_organization_is_the_address_s() {
        let form =
            PostedForm::read(b"change=views/rename&view=1&organization=foreign&organization[x]=y&change=views/delete");
        assert_eq!(form.change, "views/delete");
        let acme = Slug::parse("acme").unwrap();
        assert_eq!(form.arguments(&acme), "organization=acme&view=1");
        assert!(PostedForm::read(b"view=1").declared().is_none());
    }

    #[test]
    fn what_is_left_takes_the_place_of_what_was_sent() {
        let form = PostedForm::read(b"change=invites/send&emails=a%40x%2C+b&form[role]=member");
        let fields =
            [("emails", ""), ("form[entries][]", "b")].map(|(name, value)| (name.to_owned(), value.to_owned()));
        let errors = vec![FieldError::at("form[entries][]", "It is none.")];
        let sent = form.left(Partly { message: "1 person invited.".into(), fields: fields.into(), errors });
        assert_eq!((sent.text("emails"), sent.text("form[role]")), (String::new(), "member".to_owned()));
        assert_eq!(sent.all("form[entries][]").collect::<Vec<_>>(), ["b"]);
        assert_eq!((sent.problem.as_str(), sent.errors.len()), ("1 person invited.", 1));
    }

    #[test]
    fn passwords_are_not_sent_back() {
        let form = PostedForm::read(b"change=x&name=Ana&password=secret&current=secret");
        let sent = form.refused(Vec::new(), Vec::new());
        assert_eq!(sent.typed, [("name".to_owned(), "Ana".to_owned())]);
        assert_eq!((sent.typed("name"), sent.is_of("x")), (Some("Ana"), true));
    }
}
