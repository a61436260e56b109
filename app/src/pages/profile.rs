//! The page **Your Profile** (spec L3, M1).

use crate::api::{ChangeOwnName, ChooseTimeZone, EndOtherSessions, EndOwnSession, show_profile};
use crate::changes::{CHANGE, ChangeForm, OWN_PASSWORD, Sender, SentForm, word};
use crate::layout::Main;
use crate::load::{Loaded, Loading};
use crate::organization::Organization;
use crate::paths;
use crate::people::password::{NewPassword, check_password};
use crate::problem::loaded_or_problem;
use crate::theme::Theme;
use crate::ui::{CheckedForm, Clock, Field, Submit, Tone, error_line, tag, time};
use domain::profile::{MOST_SESSIONS, Profile, SessionRow};
use domain::setup::FieldError;
use domain::{PersonName, Slug};
use leptos::prelude::*;
use maud::html;

/// The page **Your Profile**.
#[component]
pub fn ProfilePage() -> impl IntoView {
    let Organization { slug, viewer, .. } = Organization::current();
    let profile = {
        let slug = slug.clone();
        Loaded::new(move || show_profile(slug.clone()))
    };
    let sender = Sender::new(move || {
        profile.retry().run(());
        viewer.retry().run(());
    });
    let show = move |profile| page(&slug, profile, sender);
    view! {
        <Main>
            <Loading show=Box::new(move || {
                let show = show.clone();
                Box::new(move || loaded_or_problem(profile, show.clone()))
            })/>
        </Main>
    }
}

fn page(slug: &Slug, profile: Profile, sender: Sender) -> AnyView {
    let of_password = SentForm::current(&[OWN_PASSWORD]).unwrap_or_default().errors;
    Clock::told(profile.now);
    view! {
        <div class="title"><h1>"Your Profile"</h1></div>
        <p class="dim"><bdi class="strong">{profile.name.clone()}</bdi>" · "<bdi>{profile.email.clone()}</bdi></p>
        {sessions(slug, &profile, sender)}
        {name(slug, &profile, sender)}
        {password(slug, (profile.name.clone(), profile.email.clone()), of_password)}
        {time_zone(slug, &profile, sender)}
        {theme(slug)}
    }
    .into_any()
}

fn sessions(slug: &Slug, profile: &Profile, sender: Sender) -> AnyView {
    let action = paths::profile(slug);
    let (end_one, end_others) = (word::<EndOwnSession>(), word::<EndOtherSessions>());
    let others = (profile.sessions.len() > 1).then(|| {
        view! {
            <form method="post" action=action.clone()>
                <input type="hidden" name=CHANGE value=end_others/>
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
                    <input type="hidden" name=CHANGE value=end_one/>
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
        <section class="panel" aria-labelledby="sessions" on:submit=move |event| _ = sender.submit(&event)>
            <h2 id="sessions">"Your sessions"</h2>
            <ul class="sessions">{profile.sessions.iter().map(row).collect::<Vec<_>>()}</ul>
            <p class="hint">{format!("At most {MOST_SESSIONS} at once. One more ends the one that was not used for longest.")}</p>
            {others}
        </section>
    }
    .into_any()
}

fn name(slug: &Slug, profile: &Profile, sender: Sender) -> AnyView {
    let change = word::<ChangeOwnName>();
    let sent = SentForm::current(&[change]);
    let name = sent.as_ref().map_or_else(|| profile.name.clone(), |sent| sent.text("name"));
    view! {
        <section class="panel narrow" aria-labelledby="called">
            <h2 id="called">"Name"</h2>
            <ChangeForm change=change action=paths::profile(slug) sent=sent check=check_name done=sender>
                <Field name="name" label="Your name" value=name autocomplete="name" hint="Others see it in every organization that you belong to."/>
                <Submit label="Change name"/>
            </ChangeForm>
        </section>
    }
    .into_any()
}

fn check_name(value: &dyn Fn(&str) -> String) -> Vec<FieldError> {
    let refused = PersonName::parse(&value("name")).err();
    refused.map(|refused| FieldError::at("name", refused.0)).into_iter().collect()
}

/// The same choice as in the header's menu, for who looks for it here. The server remembers it in a cookie, so that the
/// next page has it from its first byte.
fn theme(slug: &Slug) -> AnyView {
    let now = Theme::current();
    let option =
        |theme: Theme| view! { <option value=theme.word() selected=theme == now>{theme.label()}</option> }.into_any();
    view! {
        <section class="panel narrow" aria-labelledby="colours">
            <h2 id="colours">"Theme"</h2>
            <form class="form" method="post" action=paths::THEME>
                <input type="hidden" name="next" value=paths::profile(slug)/>
                <div class="field">
                    <label for="theme_choice">"Colours in this browser"</label>
                    <select id="theme_choice" name="theme">{Vec::from(Theme::ALL.map(option))}</select>
                </div>
                <button type="submit" class="button">"Use theme"</button>
            </form>
        </section>
    }
    .into_any()
}

fn password(slug: &Slug, (name, email): (String, String), errors: Vec<FieldError>) -> AnyView {
    view! {
        <section class="panel narrow" aria-labelledby="change">
            <h2 id="change">"Password"</h2>
            <p class="hint">"Wherever else you are signed in, you are signed out by it."</p>
            <CheckedForm action=paths::profile(slug) problem=None errors=errors check=check>
                // For those who keep passwords.
                <input type="text" name="username" autocomplete="username" value=email hidden readonly/>
                <Field name="current" label="Current password" kind="password" autocomplete="current-password"/>
                <NewPassword label="New password" known=name/>
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

fn time_zone(slug: &Slug, profile: &Profile, sender: Sender) -> AnyView {
    let change = word::<ChooseTimeZone>();
    let sent = SentForm::current(&[change]);
    let now = profile.time_zone.as_ref().map(ToString::to_string).unwrap_or_default();
    let option =
        |zone: &String| view! { <option value=zone.clone() selected=*zone == now>{zone.clone()}</option> }.into_any();
    let (none, zones) = (now.is_empty(), profile.zones.iter().map(option).collect::<Vec<_>>());
    view! {
        <section class="panel narrow" aria-labelledby="zone">
            <h2 id="zone">"Time zone"</h2>
            <ChangeForm change=change action=paths::profile(slug) sent=sent check=|_| Vec::new() done=sender>
                <div class="field">
                    <label for="time_zone">"Times are shown in"</label>
                    <select id="time_zone" name="time_zone" aria-describedby="time_zone-error">
                        <option value="" selected=none>"The organization's time zone"</option>
                        {zones}
                    </select>
                    {error_line("time_zone")}
                </div>
                <button type="submit" class="button">"Save"</button>
            </ChangeForm>
        </section>
    }
    .into_any()
}
