//! The one-time set-up of an installation (spec T2).

use super::TimeZone;
use crate::paths;
use crate::people::password::NewPassword;
use crate::ui::{CheckedForm, Field, Submit};
use domain::setup::{FieldError, SetUpForm};
use leptos::prelude::*;

/// The form **Set up Muster**.
#[component]
pub(super) fn SetUp(form: SetUpForm, errors: Vec<FieldError>) -> impl IntoView {
    let SetUpForm { code, organization, name, email, time_zone, .. } = form;
    let first = errors.is_empty();
    // The code has no field of its own; what is wrong with it is wrong with the whole.
    let (of_code, errors): (Vec<_>, Vec<_>) = errors.into_iter().partition(|error| error.field == "code");
    let problem = of_code.into_iter().next().map(|error| error.message);
    view! {
        <div class="card">
            <h1>"Set up Muster"</h1>
            <p class="dim">"This makes the first organization and you its administrator. More organizations can follow."</p>
            <CheckedForm action=paths::SET_UP problem=problem errors=errors check=check>
                <input type="hidden" name="code" value=code/>
                <TimeZone value=time_zone/>
                <Field name="organization" label="Organization name" value=organization autocomplete="organization" first=first/>
                <Field name="name" label="Your name" value=name autocomplete="name"/>
                <Field name="email" label="Email" value=email kind="email" autocomplete="username" hint="You sign in with it."/>
                <NewPassword/>
                <Submit label="Set up Muster"/>
            </CheckedForm>
        </div>
    }
}

fn check(value: &dyn Fn(&str) -> String) -> Vec<FieldError> {
    let form = SetUpForm {
        organization: value("organization"),
        name: value("name"),
        email: value("email"),
        password: value("password"),
        ..SetUpForm::default()
    };
    form.check().err().unwrap_or_default()
}

/// What a visitor without the code reads.
#[component]
pub(super) fn SetUpNeedsCode() -> impl IntoView {
    view! {
        <div class="statement">
            <h1>"Set up Muster"</h1>
            <p>"Nobody owns this installation yet. To make sure that it becomes yours, setting it up takes the one-time code of an address that only you can see."</p>
            <h2>"Where to find it"</h2>
            <p>"Look at the terminal in which the server was started, or at its log. Near the start stands a line such as:"</p>
            <p><code>"http://…/set-up?code=…"</code></p>
            <p>"Open that address here. It works until the installation is set up."</p>
        </div>
    }
}
