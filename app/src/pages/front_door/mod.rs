//! The pages outside any organization: sign-in, set-up, invitations and forgotten passwords.

mod forgot;
mod join;
mod set_up;
mod sign_in;

use crate::forms::FormState;
use crate::layout::{BareHeader, Main};
use crate::ui::{Title, effect, live};
use forgot::{Forgot, LookIntoMail, Reset};
use join::Join;
use leptos::prelude::*;
use set_up::{SetUp, SetUpNeedsCode};
use sign_in::{NoOrganization, SignIn};

/// The page at `/`, `/sign-in`, `/set-up`, `/invite` and the like. Which it is, the server says.
#[component]
pub fn FrontDoor() -> impl IntoView {
    let (title, content) = match FormState::current() {
        FormState::SetUp { form, errors } => ("Set up", view! { <SetUp form=form errors=errors/> }.into_any()),
        FormState::SetUpNeedsCode => ("Set up", view! { <SetUpNeedsCode/> }.into_any()),
        FormState::NoOrganization { email } => ("No organization", view! { <NoOrganization email=email/> }.into_any()),
        FormState::SignIn { form, problem, errors } => {
            ("Sign in", view! { <SignIn form=form problem=problem errors=errors/> }.into_any())
        }
        FormState::Join { link, mark, form, problem, errors } => {
            ("Join", view! { <Join link=link mark=mark form=form problem=problem errors=errors/> }.into_any())
        }
        FormState::Forgot { email, errors } => {
            ("Forgot password", view! { <Forgot email=email errors=errors/> }.into_any())
        }
        FormState::LookIntoMail => ("Look into your mail", view! { <LookIntoMail/> }.into_any()),
        FormState::Reset { whose, mark, errors } => {
            ("New password", view! { <Reset whose=whose mark=mark errors=errors/> }.into_any())
        }
        _ => ("Sign in", view! { <SignIn form=Default::default() problem=None errors=Vec::new()/> }.into_any()),
    };
    Title::set_page(title);
    view! {
        <div class="plain">
            <BareHeader/>
            <Main class="middle">{content}</Main>
        </div>
    }
}

/// A hidden field that tells the browser's time zone, from which the account's is guessed (spec M1).
#[component]
fn TimeZone(value: String) -> impl IntoView {
    let zone = RwSignal::new(value);
    effect(move |_| {
        if let Some(name) = crate::ui::browser::time_zone() {
            zone.set(name);
        }
    });
    view! { <input type="hidden" name="time_zone" value=live(move || zone.get())/> }
}
