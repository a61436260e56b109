//! Forgotten passwords (spec L4).

use crate::paths;
use crate::people::password::{NewPassword, check_password};
use crate::ui::{CheckedForm, Field, Submit};
use domain::Email;
use domain::setup::FieldError;
use leptos::prelude::*;

/// Asks for the address.
#[component]
pub(super) fn Forgot(email: String, errors: Vec<FieldError>) -> impl IntoView {
    let first = errors.is_empty();
    view! {
        <div class="card">
            <h1>"Forgot password"</h1>
            <p class="dim">"You get a link by mail with which you set a new one. It works once, and for an hour."</p>
            <CheckedForm action=paths::FORGOT problem=None errors=errors check=check_email>
                <Field name="email" label="Email" value=email kind="email" autocomplete="username" first=first/>
                <Submit label="Send link"/>
            </CheckedForm>
            <p><a href=paths::SIGN_IN rel="external">"Back to sign-in"</a></p>
        </div>
    }
}

fn check_email(value: &dyn Fn(&str) -> String) -> Vec<FieldError> {
    Email::parse(&value("email")).err().map(|refused| FieldError::at("email", refused.0)).into_iter().collect()
}

/// The same for every address, so that nobody learns which have accounts.
#[component]
pub(super) fn LookIntoMail() -> impl IntoView {
    view! {
        <div class="statement">
            <h1>"Look into your mail"</h1>
            <p>"If this address has an account here, a link to set a new password is on its way to it. It works once, and for an hour."</p>
            <p>"Nothing came? Look among the unwanted mail, or ask an administrator of your organization whether Muster knows you under another address."</p>
            <p><a class="button" href=paths::SIGN_IN rel="external">"Back to sign-in"</a></p>
        </div>
    }
}

/// Asks for the new password.
#[component]
pub(super) fn Reset(
    #[prop(optional_no_strip)] whose: Option<String>,
    mark: String,
    errors: Vec<FieldError>,
) -> impl IntoView {
    let Some(whose) = whose else {
        return view! {
            <div class="statement">
                <h1>"This link is not valid"</h1>
                <p>"It was used already, its hour is over, or a newer one took its place. Your password is what it was."</p>
                <p><a class="button" href=paths::FORGOT rel="external">"Get a new link"</a></p>
            </div>
        }
        .into_any();
    };
    let known = whose.clone();
    view! {
        <div class="card">
            <h1>"New password"</h1>
            <p>"It is for "<bdi class="strong">{whose}</bdi>". Wherever you are signed in with the old one, you are signed out."</p>
            <CheckedForm action=paths::RESET problem=None errors=errors check=check_password>
                <input type="hidden" name="mark" value=mark/>
                <NewPassword known=known/>
                <Submit label="Set password"/>
            </CheckedForm>
        </div>
    }
    .into_any()
}
