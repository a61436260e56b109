//! The forms about one person in a group: **Edit Group Role** and **Remove From Group** (spec G5, G7).

use super::{ends_field, error_at, role_field};
use crate::api::{ApiError, change_group_role, remove_group_member, show_group_member};
use crate::changes::{CHANGE, SentForm};
use crate::organization::Organization;
use crate::paths;
use crate::ui::{browser, live_if, meanwhile, time};
use domain::groups::{GroupMemberFacts, NOT_IN_GROUP, RoleChanged};
use domain::setup::FieldError;
use domain::viewer::Viewer;
use domain::{GroupId, GroupRole, MemberId, Slug};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlInputElement};

/// Somebody who was changed in a group.
#[derive(Clone)]
pub struct Done {
    /// Who.
    pub member: MemberId,
    /// What they are now, as a sentence.
    pub message: String,
    /// Whether they are in the group no more.
    pub removed: bool,
}

/// What can be done with somebody in a group. The forms go to `action`; whoever is told of what was done shows it.
pub fn actions(
    slug: &Slug,
    facts: GroupMemberFacts,
    viewer: &Viewer,
    action: &str,
    done: Option<Callback<Done>>,
) -> AnyView {
    let standing = viewer.standing;
    let (group, id, called) = (facts.group.clone(), facts.person.id, facts.person.called().to_owned());
    let own = facts.person.email.eq_ignore_ascii_case(&viewer.email);
    let yourself = (own && !standing.is_administrator()).then(|| {
        let text = "This is you: without the role Owner you cannot change who is in this group any more.";
        view! { <p class="notice">{text}</p> }.into_any()
    });
    // Whoever takes themselves out sees the group no more: that leads to another page.
    let removal = Removal {
        group: (group.id, group.name.clone()),
        member: (id, called.clone()),
        organization: viewer.organization.name.to_string(),
        administers: facts.built_in,
        done: done.filter(|_| yourself.is_none() && !(own && facts.built_in)),
    };
    // Only administrators say which other groups somebody is in.
    let edit = standing.is_administrator().then(|| {
        let to = paths::member(slug, id);
        view! { <p><a class="button" href=to>"Edit Member"</a>" Organization role and all groups."</p> }.into_any()
    });
    let what = match (&facts.ended, facts.built_in) {
        (Some(ended), _) => {
            let add = paths::add_group_member(slug, group.id);
            let text = maud::html! { "The membership ended " (time(*ended, facts.now, &facts.zone)) ". It gives nothing any more." };
            view! {
                <p inner_html=text.into_string()></p>
                <p><a class="button" href=add>"Add Group Member"</a></p>
            }
            .into_any()
        }
        (None, true) => view! {
            <p>"Everybody in this group is an Administrator; nobody has a group role here."</p>
            {refused()}
            {removal.form(slug, action)}
        }
        .into_any(),
        (None, false) => view! {
            {yourself}
            <section class="panel narrow" aria-labelledby="role">
                <h2 id="role">"Edit Group Role"</h2>
                <RoleForm path=action.to_owned() facts=facts done=done/>
            </section>
            {refused()}
            {removal.form(slug, action)}
        }
        .into_any(),
    };
    view! {
        {what}
        {edit}
    }
    .into_any()
}

/// The changes of the forms.
const ROLE: &str = "groups/people/role";
const REMOVE: &str = "groups/people/remove";

/// Why somebody could not be taken out of the group by a form that was sent without JavaScript.
fn refused() -> Option<AnyView> {
    let sent = SentForm::current(&[REMOVE])?;
    let why = sent.why();
    Some(view! { <p class="error" role="alert">{why}</p> }.into_any())
}

#[component]
fn RoleForm(
    path: String,
    facts: GroupMemberFacts,
    /// Is told that it was saved, and shows it.
    done: Option<Callback<Done>>,
) -> impl IntoView {
    let slug = Organization::current().slug;
    let (group, member) = (facts.group.id, facts.person.id);
    let called = facts.person.called().to_owned();
    let sent = SentForm::current(&[ROLE]);
    let role = sent.as_ref().and_then(|sent| GroupRole::parse(sent.typed("role")?).ok()).unwrap_or(facts.joined.role);
    let ends = sent.as_ref().map_or_else(|| facts.ends.clone(), |sent| sent.text("ends"));
    let SentForm { errors: wrong, changes: changed, .. } = sent.unwrap_or_default();
    let seen = RwSignal::new(facts.joined);
    let (errors, outcome, saving) = (RwSignal::new(wrong), RwSignal::new(String::new()), RwSignal::new(false));
    let changes = RwSignal::new(changed);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let form = event.target().and_then(|form| form.dyn_into::<Element>().ok());
        let Some(form) = form.filter(|_| !saving.get_untracked()) else { return };
        let value = |selector: &str| {
            let input = form.query_selector(selector).ok()??.dyn_into::<HtmlInputElement>().ok()?;
            Some(input.value())
        };
        let role = value("input[name=role]:checked").and_then(|word| GroupRole::parse(&word).ok());
        let (Some(role), Some(ends)) = (role, value("input[name=ends]")) else { return };
        saving.set(true);
        outcome.set(String::new());
        let (slug, called) = (slug.clone(), called.clone());
        spawn_local(async move {
            let answer = change_group_role(slug.clone(), group, member, seen.get_untracked(), role, ends.clone()).await;
            // An end is a day here and an instant there: what is saved is asked for.
            let now = match (&answer, done) {
                (Ok(RoleChanged::Saved), Some(done)) => {
                    let until = if ends.is_empty() { String::new() } else { [", until the end of ", &ends].concat() };
                    let message = [&called, " is ", role.label(), " in this group now", &until, "."].concat();
                    done.try_run(Done { member, message, removed: false });
                    None
                }
                (Ok(RoleChanged::Saved), None) => {
                    show_group_member(slug, group, member).await.ok().map(|facts| facts.joined)
                }
                _ => None,
            };
            if saving.try_set(false).is_some() {
                return; // Gone with its page.
            }
            changes.set(Vec::new());
            errors.set(Vec::new());
            match answer {
                Ok(RoleChanged::Saved) => {
                    seen.update(|seen| *seen = now.unwrap_or(*seen));
                    outcome.set("Saved.".into());
                }
                Ok(RoleChanged::Changed { what, now }) => {
                    seen.set(now);
                    changes.set(what);
                }
                Err(ApiError::Invalid(wrong)) => errors.set(wrong),
                Err(error) => errors.set(vec![FieldError::at("member", why(&error))]),
            }
        });
    };
    let busy = live_if(move || saving.get(), "true");
    view! {
        <form class="form" method="post" action=path on:submit=submit on:input=move |_| errors.set(Vec::new())>
            <input type="hidden" name=CHANGE value=ROLE/>
            <input type="hidden" name="group" value=group.to_string()/>
            <input type="hidden" name="member" value=member.to_string()/>
            <input type="hidden" name="seen" value=facts.joined.to_string()/>
            {role_field(Some(role), errors)}
            {ends_field("ends", ends, facts.today, &facts.zone, errors)}
            <div class="told">
                <div role="alert">{move || meanwhile(&changes.get())}</div>
                {error_at(errors, "member")}
                <p class="outcome" role="status">{move || outcome.get()}</p>
            </div>
            <div class="actions"><button type="submit" class="button primary" aria-busy=busy>"Save"</button></div>
        </form>
    }
}

/// What somebody is told whose change failed.
fn why(error: &ApiError) -> String {
    match error {
        ApiError::NotFound => NOT_IN_GROUP.to_owned(),
        error => error.sentence(),
    }
}

/// Taking somebody out of a group.
struct Removal {
    group: (GroupId, String),
    member: (MemberId, String),
    organization: String,
    /// Whether it takes the role Administrator.
    administers: bool,
    /// Is told of it, where the page stays.
    done: Option<Callback<Done>>,
}

impl Removal {
    /// Asks once more, with what it means.
    fn form(self, slug: &Slug, path: &str) -> AnyView {
        let Self { group: (group, group_name), member: (member, called), organization, administers, done } = self;
        let means = match administers {
            true => {
                [&called, " loses the role Administrator at once, and stays in ", &organization, " as Member."].concat()
            }
            false => {
                [&called, " loses at once what ", &group_name, " gives, and stays in ", &organization, "."].concat()
            }
        };
        let (slug, name) = (slug.clone(), called.clone());
        let (problem, busy) = (RwSignal::new(String::new()), RwSignal::new(false));
        let submit = move |event: SubmitEvent| {
            let Some(done) = done else { return };
            event.prevent_default();
            if busy.get_untracked() {
                return;
            }
            busy.set(true);
            let (slug, message) = (slug.clone(), [&name, " is not in this group any more."].concat());
            spawn_local(async move {
                let answer = remove_group_member(slug, group, member).await;
                if answer.is_ok() {
                    done.try_run(Done { member, message, removed: true });
                }
                if busy.try_set(false).is_none()
                    && let Err(error) = answer
                {
                    problem.set(why(&error));
                }
            });
        };
        let busy = live_if(move || busy.get(), "true");
        // What opened may lie below what is in sight.
        let opened = |event: Event| {
            let details = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            let open = details.filter(|details| details.has_attribute("open"));
            if let Some(form) = open.and_then(|details| details.query_selector("form").ok().flatten()) {
                browser::focus(&form);
            }
        };
        view! {
            <details class="removal" on:toggle=opened>
                <summary class="button">"Remove From Group"</summary>
                <form method="post" action=path.to_owned() on:submit=submit tabindex="-1">
                    <input type="hidden" name=CHANGE value=REMOVE/>
                    <input type="hidden" name="group" value=group.to_string()/>
                    <input type="hidden" name="member" value=member.to_string()/>
                    <p>{means}</p>
                    <p class="error" role="alert" hidden=live_if(move || problem.with(String::is_empty), "")>{move || problem.get()}</p>
                    <button type="submit" class="button danger wraps" aria-busy=busy>
                        {["Remove ", &called, " from ", &group_name].concat()}
                    </button>
                </form>
            </details>
        }
        .into_any()
    }
}
