//! The page that the link of an invitation opens (spec I5, I7).

use super::TimeZone;
use crate::paths;
use crate::people::password::NewPassword;
use crate::ui::{CheckedForm, Field, PasswordField, Submit};
use domain::invitations::{Ended, JoinForm, LinkShown};
use domain::setup::FieldError;
use leptos::prelude::*;

/// The page of a link: the way in, or why there is none.
#[component]
pub(super) fn Join(
    link: LinkShown,
    mark: String,
    form: JoinForm,
    #[prop(optional_no_strip)] problem: Option<String>,
    errors: Vec<FieldError>,
) -> impl IntoView {
    let LinkShown::Open { organization, inviter, email, name, has_account, copied, signed_in } = link else {
        let LinkShown::Ended { why, inviter, organization } = link else { return ().into_any() };
        return ended(why, &inviter, &organization);
    };
    let heading = "Join ".to_owned() + organization.name.as_str();
    let same = signed_in.as_ref().map(|signed_in| signed_in.eq_ignore_ascii_case(&email));
    let way = match (same, has_account) {
        (Some(true), _) => accept(mark),
        (Some(false), _) => switch(&email, &signed_in.unwrap_or_default()),
        (None, true) => sign_in((email, mark, copied), problem, errors),
        (None, false) => register((organization.name.to_string(), copied), (email, mark, name), form, problem, errors),
    };
    view! {
        <div class="card">
            <h1><bdi>{heading}</bdi></h1>
            <p class="dim"><bdi>{inviter}</bdi>" invites you."</p>
            {way}
        </div>
    }
    .into_any()
}

fn register(
    (organization, copied): (String, bool),
    (email, mark, name): (String, String, String),
    form: JoinForm,
    problem: Option<String>,
    errors: Vec<FieldError>,
) -> AnyView {
    let first = errors.is_empty() && problem.is_none();
    let name = if form.name.is_empty() { name } else { form.name };
    view! {
        <p>"You sign in as "<bdi class="strong">{email.clone()}</bdi>"."</p>
        <CheckedForm action=paths::INVITE problem=problem errors=errors check=check_new>
            <input type="hidden" name="what" value="join"/>
            <input type="hidden" name="mark" value=mark/>
            <TimeZone value=form.time_zone/>
            <input type="hidden" name="username" autocomplete="username" value=email/>
            <Field name="name" label="Your name" value=name autocomplete="name" first=first/>
            <NewPassword known=organization/>
            <Submit label="Join"/>
        </CheckedForm>
        {copied.then(|| {
            let way = paths::with_query(paths::INVITE, paths::HAS_ACCOUNT);
            view! { <p><a href=way rel="external">"I have an account already"</a></p> }
        })}
    }
    .into_any()
}

fn check_new(value: &dyn Fn(&str) -> String) -> Vec<FieldError> {
    let form = JoinForm { name: value("name"), password: value("password"), ..JoinForm::default() };
    form.check().err().unwrap_or_default()
}

/// Where the link was copied, it is the visitor who says that there is an account (spec L8).
fn sign_in((email, mark, copied): (String, String, bool), problem: Option<String>, errors: Vec<FieldError>) -> AnyView {
    let said = if copied { "If there is an account for " } else { "There is an account for " };
    let then = if copied { ", sign in with its password to join." } else { ". Sign in with its password to join." };
    view! {
        <p>{said}<bdi class="strong">{email.clone()}</bdi>{then}</p>
        <CheckedForm action=paths::INVITE problem=problem errors=errors check=check_known>
            <input type="hidden" name="what" value="sign-in"/>
            <input type="hidden" name="mark" value=mark/>
            <TimeZone value=String::new()/>
            <input type="hidden" name="username" autocomplete="username" value=email/>
            <PasswordField autocomplete="current-password"/>
            <Submit label="Sign in and join"/>
        </CheckedForm>
        <p><a href=paths::FORGOT rel="external">"Forgot password?"</a></p>
        {copied.then(|| view! { <p><a href=paths::INVITE rel="external">"I have no account yet"</a></p> })}
    }
    .into_any()
}

fn check_known(value: &dyn Fn(&str) -> String) -> Vec<FieldError> {
    let missing = value("password").is_empty();
    missing.then(|| FieldError::at("password", "A password is missing.")).into_iter().collect()
}

fn accept(mark: String) -> AnyView {
    view! {
        <p>"You are signed in with the address that is invited."</p>
        <form class="form" method="post" action=paths::INVITE>
            <input type="hidden" name="what" value="accept"/>
            <input type="hidden" name="mark" value=mark/>
            <button type="submit" class="button primary wide">"Join"</button>
        </form>
    }
    .into_any()
}

fn switch(invited: &str, signed_in: &str) -> AnyView {
    view! {
        <p>
            "The invite is for "<bdi class="strong">{invited.to_owned()}</bdi>", and you are signed in as "
            <bdi class="strong">{signed_in.to_owned()}</bdi>"."
        </p>
        <p class="dim">"Switching signs you out here. You come back to this page."</p>
        <form class="form" method="post" action=paths::INVITE>
            <input type="hidden" name="what" value="switch"/>
            <button type="submit" class="button primary wide">"Switch account"</button>
        </form>
        <p><a href=paths::ROOT rel="external">{"Stay as ".to_owned() + signed_in}</a></p>
    }
    .into_any()
}

/// Why a link opens nothing, and what to do (spec I5).
fn ended(why: Ended, inviter: &str, organization: &str) -> AnyView {
    let ask = if inviter.is_empty() { "an administrator of the organization" } else { inviter };
    let to = if organization.is_empty() { "the organization" } else { organization };
    let (title, text) = match why {
        Ended::Used => (
            "This invite was used already",
            ["If it was you, sign in: you belong to ", to, ". If not, tell ", ask, "."].concat(),
        ),
        Ended::Expired => (
            "This invite has expired",
            ["Invites work for some days only. Ask ", ask, " to send you a new one."].concat(),
        ),
        Ended::Replaced => (
            "There is a newer invite",
            ["A newer link took the place of this one. Look for the latest mail about ", to, ", or ask ", ask, "."]
                .concat(),
        ),
        Ended::Invalid => (
            "This invite is not valid",
            [
                "It was taken back, or the address is not complete. Open the link as it stands in the mail, or ask ",
                ask,
                ".",
            ]
            .concat(),
        ),
    };
    view! {
        <div class="statement">
            <h1>{title}</h1>
            <p><bdi>{text}</bdi></p>
            <p><a class="button" href=paths::ROOT rel="external">"Sign in"</a></p>
        </div>
    }
    .into_any()
}
