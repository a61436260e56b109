//! The page **Add Group Member** (spec G6).

use crate::api::{ApiError, add_group_members, find_group_candidates};
use crate::changes::{CHANGE, SentForm};
use crate::groups::{ends_field, error_at};
use crate::layout::Main;
use crate::load::{Loaded, Loading, Shown};
use crate::organization::Organization;
use crate::paths;
use crate::problem::loaded_or_problem;
use crate::ui::{SearchInput, Tone, browser, live_if, tag};
use domain::groups::{AddFacts, AddForm, Candidate, Found, LEAST_OF_OWNERS};
use domain::setup::FieldError;
use domain::{GroupId, MemberId, MemberKind};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_location;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

/// The change of the form.
const ADD: &str = "groups/people/add";
/// The box with which somebody agrees.
const CONFIRMED: &str = "input[name='form[confirmed]']";

/// The parameter of the search.
const SEARCH: &str = "q";

/// The page.
#[component]
pub fn AddGroupMemberPage(group: GroupId) -> impl IntoView {
    let slug = Organization::current().slug;
    let query = use_location().search.get_untracked();
    let search = RwSignal::new(paths::parameter(&query, SEARCH));
    let facts = Loaded::new(move || find_group_candidates(slug.clone(), group, search.get()));
    let show = move || -> Shown {
        // The form stays while people are searched, so that the search keeps its focus.
        let there = Memo::new(move |_| facts.good().is_some());
        Box::new(move || {
            let first = there.get().then(|| untrack(|| facts.good())).flatten();
            match first {
                Some(first) => {
                    view! { <Form group=group first=(*first).clone() facts=facts search=search query=query.clone()/> }
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
) -> impl IntoView {
    let Organization { slug, viewer, sidebar } = Organization::current();
    let page = paths::add_group_member(&slug, group);
    let sent = SentForm::current(&[ADD]).unwrap_or_default();
    let typed: Vec<MemberId> = sent.all("form[members][]").filter_map(|id| id.parse().ok()).collect();
    let (ends, confirmed) = (sent.text("form[ends]"), sent.typed("form[confirmed]").is_some());
    let wrong = sent.errors;
    let before = of_found(&first.found).iter().filter(|one| typed.contains(&one.person.id)).cloned().collect();
    let chosen: Chosen = RwSignal::new(before);
    let (errors, outcome, sending) = (RwSignal::new(wrong), RwSignal::new(String::new()), RwSignal::new(false));
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
    let slug_of_group = slug.clone();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let element = event.target().and_then(|form| form.dyn_into::<Element>().ok());
        let Some(element) = element.filter(|_| !sending.get_untracked()) else { return };
        sending.set(true);
        outcome.set(String::new());
        let (slug, form) = (slug.clone(), in_form(&element));
        spawn_local(async move {
            let answer = add_group_members(slug, group, form).await;
            if sending.try_set(false).is_some() {
                return; // Gone with its page.
            }
            match answer {
                Ok(added) => {
                    errors.set(Vec::new());
                    chosen.set(Vec::new());
                    outcome.set(added.sentence());
                    // Who comes next is another person, for another time.
                    search.set(String::new());
                    if let Some(ends) = ends_of(&element) {
                        ends.set_value("");
                    }
                    if let Some(search) = browser::find("#find-people") {
                        browser::focus(&search);
                    }
                    // Who was added is in it already from now on.
                    facts.retry().run(());
                    sidebar.retry().run(());
                    uncheck(&element);
                }
                Err(ApiError::Invalid(wrong)) => errors.set(wrong),
                Err(error) => errors.set(vec![FieldError::at("member", error.sentence())]),
            }
        });
    };
    let AddFacts { group: tag, built_in, today, zone, .. } = first;
    let until = match built_in {
        true => agreement(&organization, confirmed, errors),
        false => ends_field("form[ends]", ends, today, &zone, errors),
    };
    let busy = live_if(move || sending.get(), "true");
    view! {
        <div class="title"><h1>"Add Group Member"</h1></div>
        <p class="dim">"To the group "<bdi>{tag.name}</bdi></p>
        <form class="narrow" method="get" action=page.clone()>
            <SearchInput id="find-people" name="Search members" placeholder="Part of name or address" parameter=SEARCH text=text search=find main=true/>
        </form>
        <form class="panel form narrow" method="post" action=paths::with_query(&page, &query) on:submit=submit>
            <input type="hidden" name=CHANGE value=ADD/>
            <input type="hidden" name="group" value=group.to_string()/>
            <fieldset class="field" aria-describedby="members-error">
                <legend>"People"</legend>
                <ul class="checks with-roles people">
                    <For each=rows key=|one| (one.person.id, one.already) children=move |one| row(chosen, errors, one, &typed)/>
                </ul>
                {hint}
                {error_at(errors, "members")}
            </fieldset>
            {until}
            <div class="told">
                {error_at(errors, "member")}
                <p class="outcome" role="status">{move || outcome.get()}</p>
            </div>
            <div class="actions">
                <button type="submit" class="button primary" aria-busy=busy>"Add Group Member"</button>
                <a class="button" href=paths::group(&slug_of_group, group)>"Go to the group"</a>
            </div>
        </form>
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
fn row(chosen: Chosen, errors: RwSignal<Vec<FieldError>>, one: Candidate, typed: &[MemberId]) -> AnyView {
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
        errors.update(|errors| errors.retain(|error| error.field != "members"));
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
fn agreement(organization: &str, agreed: bool, errors: RwSignal<Vec<FieldError>>) -> AnyView {
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
                    <input type="checkbox" name="form[confirmed]" value="true" checked=agreed aria-describedby="confirmed-error"/>
                    {["They are to administer ", organization].concat()}
                </label>
            </div>
            {error_at(errors, "confirmed")}
        </div>
    }
    .into_any()
}

/// The form as it stands in the page: somebody may have chosen before the page came to life.
fn in_form(form: &Element) -> AddForm {
    let input = |selector: &str| form.query_selector(selector).ok()??.dyn_into::<HtmlInputElement>().ok();
    AddForm {
        members: boxes(form).iter().filter_map(|one| one.value().parse().ok()).collect(),
        ends: ends_of(form).map(|input| input.value()).unwrap_or_default(),
        confirmed: input(CONFIRMED).is_some_and(|input| input.checked()),
    }
}

fn ends_of(form: &Element) -> Option<HtmlInputElement> {
    form.query_selector("#ends").ok()??.dyn_into().ok()
}

fn boxes(form: &Element) -> Vec<HtmlInputElement> {
    browser::shown_in(form, "input[name='form[members][]']:checked")
        .into_iter()
        .filter_map(|element| element.dyn_into::<HtmlInputElement>().ok())
        .collect()
}

fn uncheck(form: &Element) {
    boxes(form).iter().for_each(|one| one.set_checked(false));
    if let Ok(Some(agreed)) = form.query_selector(CONFIRMED)
        && let Ok(agreed) = agreed.dyn_into::<HtmlInputElement>()
    {
        agreed.set_checked(false);
    }
}
