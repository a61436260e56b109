//! Makes every link. Links to pages come from the list of pages; the other targets (of forms, of files) and the part
//! after the question mark are below.

pub use crate::routes::links::*;

use domain::bulk::BulkForm;
use domain::groups::{GroupMemberQuery, GroupQuery};
use domain::members::MemberQuery;
use domain::{GroupId, MemberId, Slug};
use form_urlencoded::{Serializer, parse};

/// Ends the session (POST).
pub const SIGN_OUT: &str = "/sign-out";
/// The parameter of [`INVITE`] by which a visitor says that they have an account, where the page does not know (spec L8).
pub const HAS_ACCOUNT: &str = "account";
/// Remembers a colour scheme (POST).
pub const THEME: &str = "/theme";
/// The parameter that narrows the sidebar's groups where there is no JavaScript (spec M2).
pub const GROUP_SEARCH: &str = "groups";

/// The members table in a state.
pub fn members(organization: &Slug, query: &MemberQuery) -> String {
    with_query(&members_table(organization), &query.print())
}
/// The link to a group, made from the one to the members table.
pub fn group_beside(members_table: &str, group: GroupId) -> String {
    let organization = members_table.strip_suffix("members").unwrap_or_default();
    [organization, "groups/", &group.to_string()].concat()
}
/// One group's page in a state.
pub fn group_in_state(organization: &Slug, group: GroupId, query: &GroupMemberQuery) -> String {
    with_query(&self::group(organization, group), &query.print())
}
/// Who was chosen, and from which view of the group, from what comes after the question mark.
pub fn chosen_people(query: &str) -> (Vec<MemberId>, GroupMemberQuery) {
    let query = query.trim_start_matches('?');
    let people = parse(query.as_bytes()).filter(|(key, _)| key == "member").filter_map(|(_, id)| id.parse().ok());
    (people.collect(), GroupMemberQuery::parse(&parameter(query, FROM)).0)
}
/// The table of groups in a state.
pub fn groups(organization: &Slug, query: &GroupQuery) -> String {
    with_query(&groups_table(organization), &query.print())
}
/// The refused rows of an import, as a file.
pub fn refused_rows(import: &str) -> String {
    import.to_owned() + "/refused.csv"
}
/// Whom the page [`bulk`] is about, from what comes after the question mark: members one by one, or all of a view.
pub fn bulk_form(query: &str) -> BulkForm {
    let mut form = BulkForm::default();
    for (key, value) in parse(query.as_bytes()) {
        match &*key {
            "member" => form.members.extend(value.parse::<MemberId>()),
            "all" => form.matching = Some(["?", &value].concat()),
            _ => {}
        }
    }
    form
}
/// The results of a [`bulk_job`], as a file.
pub fn results(job: &str) -> String {
    job.to_owned() + "/results.csv"
}
/// The stream that says that members changed, as it happens.
pub fn live(organization: &Slug) -> String {
    members_table(organization) + "/live"
}
/// A page of the organization's mail; the first is 1.
pub fn mail_page(organization: &Slug, page: u32) -> String {
    let pages = (page > 1).then(|| ("page".to_owned(), page.to_string()));
    with_parameters(&mail(organization), pages)
}
/// The audit log as a file.
pub fn audit_file(organization: &Slug) -> String {
    audit(organization) + ".csv"
}
/// The sign-in form, which leads back to where somebody was.
pub fn sign_in_then(next: &str) -> String {
    with_parameters(SIGN_IN, [("next".to_owned(), next.to_owned())])
}
/// Writes a letter.
pub fn letter_to(email: &str) -> String {
    ["mailto:", email].concat()
}
/// A path and what comes after the question mark, if anything.
pub fn with_query(path: &str, query: &str) -> String {
    let mark = if query.is_empty() { "" } else { "?" };
    [path, mark, query].concat()
}

/// The parameter by which a form knows from which view of a table somebody came.
pub const FROM: &str = "from";

/// A form of a group, that leads back to the view of the groups it was opened from.
pub fn from_groups(form: &str, view: &GroupQuery) -> String {
    with_parameters(form, [(FROM.to_owned(), view.print())])
}

/// Where somebody goes from a form of a group: to the view they came from, else to the group, or to all of them.
pub fn back_to_groups(organization: &Slug, form_query: &str, group: Option<GroupId>) -> String {
    let from = parse(form_query.trim_start_matches('?').as_bytes()).find(|(key, _)| key == FROM);
    match (from, group) {
        (Some((_, view)), _) => groups(organization, &GroupQuery::parse(&view).0),
        (None, Some(group)) => self::group(organization, group),
        (None, None) => groups_table(organization),
    }
}

/// The page of a group, with a list of groups that is narrowed too.
pub fn and_group_search(group: &str, search: &str) -> String {
    with_parameters(group, [(GROUP_SEARCH.to_owned(), search.to_owned())])
}

/// A path and parameters, written as a form writes them.
pub fn with_parameters(path: &str, parameters: impl IntoIterator<Item = (String, String)>) -> String {
    with_query(path, &Serializer::new(String::new()).extend_pairs(parameters).finish())
}

/// The parameters of a query but for some: what a GET form carries along in hidden fields.
pub fn carried(query: &str, without: &[&str]) -> Vec<(String, String)> {
    parse(query.as_bytes())
        .filter(|(key, _)| !without.contains(&&**key))
        .map(|(k, v)| (k.into_owned(), v.into_owned()))
        .collect()
}
/// One parameter of a query, empty where it is not there.
pub fn parameter(query: &str, name: &str) -> String {
    parse(query.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::members::MemberSort;

    #[test]
    fn a_form_of_a_group_leads_back_to_where_it_was_opened() {
        let acme = Slug::parse("acme").unwrap();
        let id: GroupId = "0197a8b4-0000-7000-8000-000000000001".parse().unwrap();
        let view = GroupQuery::parse("q=a%26b&page=2").0;
        let form = from_groups(&edit_group(&acme, id), &view);
        let (path, query) = form.split_once('?').unwrap();
        assert_eq!(path, edit_group(&acme, id));
        for query in [query.to_owned(), ["?", query].concat()] {
            assert_eq!(back_to_groups(&acme, &query, Some(id)), groups(&acme, &view));
        }
        assert_eq!(back_to_groups(&acme, "", Some(id)), group(&acme, id));
        assert_eq!(back_to_groups(&acme, "from=", Some(id)), groups_table(&acme));
        assert_eq!(back_to_groups(&acme, "", None), groups_table(&acme));
        // Only ever within the organization.
        assert_eq!(back_to_groups(&acme, "from=https%3A%2F%2Felsewhere.example", None), groups_table(&acme));
    }

    #[test]
    fn a_form_carries_the_rest_of_the_query() {
        let carried = carried("q=a+b&sort=name&page=3", &["q", "page"]);
        assert_eq!(carried, [("sort".to_owned(), "name".to_owned())]);
    }

    #[test]
    fn links_are_canonical() {
        let acme = Slug::parse("acme").unwrap();
        assert_eq!(members(&acme, &MemberQuery::default()), "/o/acme/members");
        assert_eq!(members(&acme, &MemberQuery::default().sorted_by(MemberSort::Name)), "/o/acme/members?sort=name");
        let id: GroupId = "0197a8b4-0000-7000-8000-000000000001".parse().unwrap();
        assert_eq!(group_beside(&members_table(&acme), id), group(&acme, id));
        assert_eq!(live(&acme), "/o/acme/members/live");
        assert_eq!(audit_file(&acme), "/o/acme/audit.csv");
        assert_eq!(sign_in_then("/o/acme/members?q=a&b"), "/sign-in?next=%2Fo%2Facme%2Fmembers%3Fq%3Da%26b");
    }
}
