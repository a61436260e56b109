//! One's own profile (spec L3).

use super::forgot::check_password;
use super::loaded_or_problem;
use crate::api::show_profile;
use crate::forms::FormState;
use crate::layout::Organization;
use crate::load::Loaded;
use crate::paths;
use crate::ui::{CheckedForm, Clock, Field, Loading, Main, PasswordField, Submit, Tone, tag, time};
use domain::Slug;
use domain::profile::{Profile, SessionRow};
use domain::setup::FieldError;
use leptos::prelude::*;
use maud::html;

/// The page **Your Profile**.
#[component]
pub fn ProfilePage() -> impl IntoView {
    let slug = Organization::current().slug;
    let profile = {
        let slug = slug.clone();
        Loaded::new(move || show_profile(slug.clone()))
    };
    let show = move |profile| page(&slug, profile);
    view! {
        <Main title="Your Profile">
            <Loading show=Box::new(move || {
                let show = show.clone();
                Box::new(move || loaded_or_problem(profile, show.clone()))
            })/>
        </Main>
    }
}

fn page(slug: &Slug, profile: Profile) -> AnyView {
    let (said, errors) = match FormState::current() {
        FormState::Profile { said, errors } => (said, errors),
        _ => (String::new(), Vec::new()),
    };
    let (of_password, of_zone): (Vec<_>, Vec<_>) = errors.into_iter().partition(|error| error.field != "time_zone");
    Clock::told(profile.now);
    let said = (!said.is_empty()).then(|| view! { <div class="panel" role="status"><p>{said}</p></div> }.into_any());
    view! {
        <div class="title"><h1>"Your Profile"</h1></div>
        <p class="dim"><bdi class="strong">{profile.name.clone()}</bdi>" · "<bdi>{profile.email.clone()}</bdi></p>
        {said}
        {sessions(slug, &profile)}
        {password(slug, profile.email.clone(), of_password)}
        {time_zone(slug, &profile, of_zone)}
    }
    .into_any()
}

fn sessions(slug: &Slug, profile: &Profile) -> AnyView {
    let action = paths::profile(slug);
    let others = (profile.sessions.len() > 1).then(|| {
        view! {
            <form method="post" action=action.clone()>
                <input type="hidden" name="what" value="sessions"/>
                <input type="hidden" name="session" value="others"/>
                <button type="submit" class="button">"End all others"</button>
            </form>
        }
        .into_any()
    });
    let row = |row: &SessionRow| {
        let seen = html! {
            @if row.here { (tag(Tone::Accent, "This browser")) } @else { "Last used " (time(row.last_seen, profile.now, &profile.zone)) }
            span class="dim" { " · signed in " (time(row.begun, profile.now, &profile.zone)) @if let Some(ip) = &row.ip { " from " (ip) } }
        };
        let end = (!row.here).then(|| {
            view! {
                <form method="post" action=action.clone()>
                    <input type="hidden" name="what" value="sessions"/>
                    <input type="hidden" name="session" value=row.id.to_string()/>
                    <button type="submit" class="button" aria-label=["End ", &row.device].concat()>"End"</button>
                </form>
            }
            .into_any()
        });
        view! {
            <li>
                <div><p class="strong">{row.device.clone()}</p><p class="small" inner_html=seen.into_string()></p></div>
                {end}
            </li>
        }
        .into_any()
    };
    view! {
        <section class="panel" aria-labelledby="sessions">
            <h2 id="sessions">"Your sessions"</h2>
            <ul class="sessions">{profile.sessions.iter().map(row).collect::<Vec<_>>()}</ul>
            {others}
        </section>
    }
    .into_any()
}

fn password(slug: &Slug, email: String, errors: Vec<FieldError>) -> AnyView {
    view! {
        <section class="panel narrow" aria-labelledby="change">
            <h2 id="change">"Password"</h2>
            <p class="hint">"Wherever else you are signed in, you are signed out by it."</p>
            <CheckedForm action=paths::profile(slug) problem=None errors=errors check=check>
                <input type="hidden" name="what" value="password"/>
                // For those who keep passwords.
                <input type="text" name="username" autocomplete="username" value=email hidden readonly/>
                <Field name="current" label="Current password" kind="password" autocomplete="current-password"/>
                <PasswordField label="New password" autocomplete="new-password" hint="At least 15 characters. A few words in a row are easy to remember."/>
                <Submit label="Change password"/>
            </CheckedForm>
        </section>
    }
    .into_any()
}

fn check(value: &dyn Fn(&str) -> String) -> Vec<FieldError> {
    let missing = value("current").is_empty().then(|| FieldError::at("current", "Your current password is missing."));
    missing.into_iter().chain(check_password(value)).collect()
}

fn time_zone(slug: &Slug, profile: &Profile, errors: Vec<FieldError>) -> AnyView {
    let now = profile.time_zone.as_ref().map(ToString::to_string).unwrap_or_default();
    let option =
        |zone: &String| view! { <option value=zone.clone() selected=*zone == now>{zone.clone()}</option> }.into_any();
    let error = errors.into_iter().map(|error| view! { <p class="error" role="alert">{error.message}</p> }.into_any());
    view! {
        <section class="panel narrow" aria-labelledby="zone">
            <h2 id="zone">"Time zone"</h2>
            <form class="form" method="post" action=paths::profile(slug)>
                <input type="hidden" name="what" value="time-zone"/>
                <div class="field">
                    <label for="time_zone">"Times are shown in"</label>
                    <select id="time_zone" name="time_zone">
                        <option value="" selected=now.is_empty()>"The organization's time zone"</option>
                        {profile.zones.iter().map(option).collect::<Vec<_>>()}
                    </select>
                    {error.collect::<Vec<_>>()}
                </div>
                <button type="submit" class="button">"Save"</button>
            </form>
        </section>
    }
    .into_any()
}
