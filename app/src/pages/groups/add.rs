//! The page **Add Group Member** (spec G6).

use crate::api::{AddGroupMembers, find_group_candidates};
use crate::changes::{ChangeForm, Done, Sender, SentForm, word};
use crate::groups::ends_field;
use crate::layout::Main;
use crate::load::{Loaded, Loading, Shown};
use crate::organization::Organization;
use crate::paths;
use crate::problem::loaded_or_problem;
use crate::ui::{SearchInput, Submit, Tone, error_line, tag};
use domain::groups::{AddFacts, Candidate, Found, LEAST_OF_OWNERS};
use domain::{GroupId, MemberId, MemberKind};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The parameter of the search.
const SEARCH: &str = "q";

/// The page.
#[component]
pub fn AddGroupMemberPage(group: GroupId) -> impl IntoView {
    let Organization { slug, sidebar, .. } = Organization::current();
    let query = use_location().search.get_untracked();
    let search = RwSignal::new(paths::parameter(&query, SEARCH));
    let facts = Loaded::new(move || find_group_candidates(slug.clone(), group, search.get()));
    // Counts those who were added: the next ones are other people, for another time, in a form of their own.
    let round = RwSignal::new(0_usize);
    let sender = Sender::new(move || {
        // Who was added is in the group already from now on.
        facts.retry().run(());
        sidebar.retry().run(());
    });
    let done = Callback::new(move |done: Done| {
        sender.done(done);
        search.set(String::new());
        round.update(|round| *round += 1);
    });
    let show = move || -> Shown {
        // The form stays while people are searched, so that the search keeps its focus.
        let there = Memo::new(move |_| facts.good().is_some());
        Box::new(move || {
            round.track();
            let first = there.get().then(|| untrack(|| facts.good())).flatten();
            match first {
                Some(first) => {
                    view! { <Form group=group first=(*first).clone() facts=facts search=search query=query.clone() done=done/> }
                        .into_any()
                }
                None => loaded_or_problem(facts, |_| ().into_any()),
            }
        })
    };
    view! {
        <Main>
            <Loading show=Box::new(show)/>
        </Main>
    }
}

/// What was chosen: it stays on top of what a search finds.
type Chosen = RwSignal<Vec<Candidate>>;

#[component]
fn Form(
    group: GroupId,
    /// What is known of the group.
    first: AddFacts,
    facts: Loaded<AddFacts>,
    search: RwSignal<String>,
    /// What the address searches for.
    query: String,
    done: Callback<Done>,
) -> impl IntoView {
    let Organization { slug, viewer, .. } = Organization::current();
    let page = paths::add_group_member(&slug, group);
    let change = word::<AddGroupMembers>();
    let sent = SentForm::current(&[change]);
    let typed: Vec<MemberId> = match &sent {
        Some(sent) => sent.all("form[members][]").filter_map(|id| id.parse().ok()).collect(),
        None => Vec::new(),
    };
    let ends = sent.as_ref().map(|sent| sent.text("form[ends]")).unwrap_or_default();
    let confirmed = sent.as_ref().is_some_and(|sent| sent.typed("form[confirmed]").is_some());
    let before = of_found(&first.found).iter().filter(|one| typed.contains(&one.person.id)).cloned().collect();
    let chosen: Chosen = RwSignal::new(before);
    let organization = viewer.good().map(|viewer| viewer.organization.name.to_string()).unwrap_or_default();
    let rows = move || {
        let mut rows = chosen.get_untracked();
        for one in facts.good().iter().flat_map(|facts| of_found(&facts.found)) {
            if !rows.iter().any(|other| other.person.id == one.person.id) {
                rows.push(one.clone());
            }
        }
        rows
    };
    let hint = move || facts.good().and_then(|facts| hint(&facts.found));
    let hint = move || hint().map(|hint| view! { <p class="hint" role="status">{hint}</p> }.into_any());
    let text = Memo::new(move |_| search.get());
    let find = Callback::new(move |typed: String| search.set(typed.trim().to_owned()));
    let AddFacts { group: tag, built_in, today, zone, .. } = first;
    let action = paths::with_query(&page, &query);
    view! {
        <div class="title"><h1>"Add Group Member"</h1></div>
        <p class="dim">"To the group "<bdi>{tag.name}</bdi></p>
        <form class="narrow" method="get" action=page>
            <SearchInput id="find-people" name="Search members" placeholder="Part of name or address" parameter=SEARCH text=text search=find main=true/>
        </form>
        <section class="panel narrow">
            <ChangeForm change=change action=action sent=sent check=|_| Vec::new() done=done>
                <input type="hidden" name="group" value=group.to_string()/>
                <fieldset class="field" id="members" aria-describedby="members-error">
                    <legend>"People"</legend>
                    <ul class="checks with-roles people">
                        <For each=rows key=|one| (one.person.id, one.already) children=move |one| row(chosen, one, &typed)/>
                    </ul>
                    {hint}
                    {error_line("members")}
                </fieldset>
                {match built_in {
                    true => agreement(&organization, confirmed),
                    false => ends_field("form[ends]", ends, today, &zone),
                }}
                <div class="actions">
                    <Submit label="Add Group Member"/>
                    <a class="button" href=paths::group(&slug, group)>"Go to the group"</a>
                </div>
            </ChangeForm>
        </section>
    }
}

fn of_found(found: &Found) -> &[Candidate] {
    match found {
        Found::People { people, .. } => people,
        Found::TooShort | Found::TurnedOff => &[],
    }
}

fn hint(found: &Found) -> Option<String> {
    match found {
        Found::People { people, more: false } if people.is_empty() => Some("Nobody is found by that.".into()),
        Found::People { more: true, .. } => {
            Some("More people are found than are shown: type more of the name or the address.".into())
        }
        Found::People { .. } => None,
        Found::TooShort => {
            let least = LEAST_OF_OWNERS.to_string();
            Some(["Type at least ", &least, " characters of a name or an address."].concat())
        }
        Found::TurnedOff => {
            Some("An administrator turned off that owners of groups search the organization’s members. Ask an administrator to add people.".into())
        }
    }
}

/// Somebody to choose; who is in the group already cannot be.
fn row(chosen: Chosen, one: Candidate, typed: &[MemberId]) -> AnyView {
    let (id, already) = (one.person.id, one.already);
    let on =
        typed.contains(&id) && !already || chosen.with_untracked(|all| all.iter().any(|other| other.person.id == id));
    let (name, email) = (one.person.called().to_owned(), one.person.email.clone());
    let email = (name != email).then(|| view! { " "<bdi class="dim">{email}</bdi> }.into_any());
    let external = (one.person.kind == MemberKind::External).then(|| tag(Tone::Accent, "External User").into_string());
    let external = external.map(|text| view! { " "<span inner_html=text></span> }.into_any());
    let there = already.then(|| tag(Tone::Quiet, "in the group already").into_string());
    let there = there.map(|text| view! { " "<span inner_html=text></span> }.into_any());
    let change = move |now: bool| {
        chosen.update_untracked(|all| {
            all.retain(|other| other.person.id != id);
            if now {
                all.push(one.clone());
            }
        });
    };
    view! {
        <li>
            <label>
                <input type="checkbox" name="form[members][]" value=id.to_string() checked=on disabled=already on:change:target=move |event| change(event.target().checked())/>
                <span class="person-choice">
                    <bdi>{name}</bdi>
                    {email}
                    {external}
                    {there}
                </span>
            </label>
        </li>
    }
    .into_any()
}

/// Asks whoever adds to `administrators` whether they mean it (spec R1).
fn agreement(organization: &str, agreed: bool) -> AnyView {
    let means = [
        "Whoever is in administrators may do everything in ",
        organization,
        ": each of them gets the organization role Administrator at once.",
    ]
    .concat();
    view! {
        <div class="field">
            <p class="notice">{means}</p>
            <div class="checks with-roles">
                <label>
                    <input type="checkbox" id="confirmed" name="form[confirmed]" value="true" checked=agreed aria-describedby="confirmed-error"/>
                    {["They are to administer ", organization].concat()}
                </label>
            </div>
            {error_line("confirmed")}
        </div>
    }
    .into_any()
}
