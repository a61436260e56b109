//! Signing in (spec L1).

use super::TimeZone;
use crate::paths;
use crate::ui::{CheckedForm, Field, PasswordField, Submit};
use domain::Email;
use domain::setup::{FieldError, SignInForm};
use leptos::prelude::*;

/// The form **Sign in**.
#[component]
pub(super) fn SignIn(
    form: SignInForm,
    #[prop(optional_no_strip)] problem: Option<String>,
    errors: Vec<FieldError>,
) -> impl IntoView {
    let SignInForm { email, next, time_zone, .. } = form;
    let first = errors.is_empty() && problem.is_none();
    view! {
        <div class="card">
            <h1>"Sign in"</h1>
            <CheckedForm action=paths::SIGN_IN problem=problem errors=errors check=check>
                <input type="hidden" name="next" value=next/>
                <TimeZone value=time_zone/>
                <Field name="email" label="Email" value=email kind="email" autocomplete="username" first=first/>
                <PasswordField autocomplete="current-password"/>
                <Submit label="Sign in"/>
            </CheckedForm>
            <p><a href=paths::FORGOT rel="external">"Forgot password?"</a></p>
        </div>
    }
}

fn check(value: &dyn Fn(&str) -> String) -> Vec<FieldError> {
    let email = Email::parse(&value("email")).err().map(|refused| FieldError::at("email", refused.0));
    let password = value("password").is_empty().then(|| FieldError::at("password", "A password is missing."));
    email.into_iter().chain(password).collect()
}

/// Signed in, and a member nowhere.
#[component]
pub(super) fn NoOrganization(email: String) -> impl IntoView {
    view! {
        <div class="statement">
            <h1>"No organization yet"</h1>
            <p>"You are signed in as "<bdi class="strong">{email}</bdi>", and this address is not a member of any organization here."</p>
            <p>"Ask an administrator of your organization to invite this address, or sign in with another one."</p>
            <form method="post" action=paths::SIGN_OUT>
                <button type="submit" class="button">"Sign out"</button>
            </form>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_fields_are_named_at_once() {
        let errors = check(&|_| String::new());
        assert_eq!(errors.iter().map(|error| error.field.as_str()).collect::<Vec<_>>(), ["email", "password"]);
    }
}
