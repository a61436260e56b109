//! The organization's settings (spec A8, R2).

use crate::api::{SetGroupRules, SetInviteLifetime, show_settings};
use crate::changes::{ChangeForm, Sender, SentForm, word};
use crate::layout::Main;
use crate::load::{Loaded, Loading};
use crate::organization::Organization;
use crate::paths;
use crate::problem::loaded_or_problem;
use crate::ui::{Field, Submit};
use domain::members::MemberQuery;
use domain::organizations::{InviteLifetime, OrganizationSettings};
use domain::setup::FieldError;
use domain::{Bytes, Slug};
use leptos::prelude::*;

/// The page **Settings**.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let slug = Organization::current().slug;
    let members = paths::members(&slug, &MemberQuery::default());
    let settings = {
        let slug = slug.clone();
        Loaded::new(move || show_settings(slug.clone()))
    };
    let sender = Sender::new(move || settings.retry().run(()));
    let show = move |settings| show(settings, &slug, members.clone(), sender);
    view! {
        <Main>
            <Loading show=Box::new(move || {
                let show = show.clone();
                Box::new(move || loaded_or_problem(settings, show.clone()))
            })/>
        </Main>
    }
}

fn show(settings: OrganizationSettings, slug: &Slug, members: String, sender: Sender) -> AnyView {
    let OrganizationSettings { summary, time_zone, invite_lifetime, monthly_capacity, reserved, owner_search } =
        settings;
    let zone = time_zone.map_or_else(|| "UTC, as none is set".into(), |zone| zone.to_string());
    let facts = [
        ("Name", summary.name.to_string(), "Stands in the header and in invitations."),
        ("Slug", summary.slug.to_string(), "Its part of every address here."),
        ("Kind", summary.kind.to_string(), "Customers use Muster for their own people; partners support customers."),
        ("Time zone", zone, "Times are shown in it to people who chose none themselves."),
    ];
    let fact = |(name, value, hint)| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd><bdi>{value}</bdi><span class="hint">{hint}</span></dd>
            </div>
        }
        .into_any()
    };
    view! {
        <div class="title"><h1>"Settings"</h1></div>
        <dl class="facts panel">{Vec::from(facts.map(fact))}</dl>
        {invites(slug, invite_lifetime, sender)}
        {groups(slug, (monthly_capacity, reserved), owner_search, sender)}
        <section class="panel" aria-labelledby="mail">
            <h2 id="mail">"Mail"</h2>
            <p>"Which invites were sent, and what mail servers said about those that were not."</p>
            <p><a class="button" href=paths::mail(slug)>"Mail"</a></p>
        </section>
        <p><a class="button" href=members>"Users & Groups"</a></p>
    }
    .into_any()
}

/// How long invites live (spec I5).
fn invites(slug: &Slug, lifetime: InviteLifetime, sender: Sender) -> AnyView {
    let change = word::<SetInviteLifetime>();
    let sent = SentForm::current(&[change]);
    let days = sent.as_ref().map_or_else(|| lifetime.days().to_string(), |sent| sent.text("days"));
    view! {
        <section class="panel narrow" aria-labelledby="invites">
            <h2 id="invites">"Invites"</h2>
            <ChangeForm change=change action=paths::settings(slug) sent=sent check=check done=sender>
                <Field name="days" label="Invites are valid for (days)" value=days kind="number" autocomplete="off" hint="1 to 30. Afterwards the link says that it has expired, and whom to ask."/>
                <Submit label="Save"/>
            </ChangeForm>
        </section>
    }
    .into_any()
}

fn check(value: &dyn Fn(&str) -> String) -> Vec<FieldError> {
    let refused = InviteLifetime::parse(&value("days")).err();
    refused.map(|refused| FieldError::at("days", refused.0)).into_iter().collect()
}

/// What groups may reserve together, and what their owners may do (spec F3, R6).
fn groups(slug: &Slug, (capacity, reserved): (Bytes, Bytes), owner_search: bool, sender: Sender) -> AnyView {
    let change = word::<SetGroupRules>();
    let sent = SentForm::current(&[change]);
    let (capacity, owner_search) = match &sent {
        Some(sent) => (sent.text("capacity"), sent.typed("owner_search").is_some()),
        None => (capacity.to_string(), owner_search),
    };
    let taken = match reserved.is_none() {
        true => "Groups have reserved nothing of it yet.".to_owned(),
        false => ["Groups have reserved ", &reserved.to_string(), " of it."].concat(),
    };
    view! {
        <section class="panel narrow" aria-labelledby="groups">
            <h2 id="groups">"Groups"</h2>
            <ChangeForm change=change action=paths::settings(slug) sent=sent check=check_capacity done=sender>
                <Field name="capacity" label="Monthly capacity" value=capacity autocomplete="off" hint="What the organization has a month for uploads, such as 500 GB or 2 TB. Groups reserve shares of it."/>
                <p class="hint">{taken}</p>
                <div class="checks one">
                    <label>
                        <input type="checkbox" name="owner_search" value="true" checked=owner_search/>
                        "Group owners may search the organization's members"
                    </label>
                </div>
                <Submit label="Save groups"/>
            </ChangeForm>
        </section>
    }
    .into_any()
}

fn check_capacity(value: &dyn Fn(&str) -> String) -> Vec<FieldError> {
    let refused = Bytes::parse(&value("capacity")).err();
    refused.map(|refused| FieldError::at("capacity", refused.0)).into_iter().collect()
}
