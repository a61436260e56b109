//! The one place that makes a link.

use domain::bulk::BulkForm;
use domain::members::MemberQuery;
use domain::{BulkId, GroupId, ImportId, MailId, MemberId, Slug};
use form_urlencoded::{Serializer, parse};

/// The front door: sign-in, or the organization that was last entered.
pub const ROOT: &str = "/";
/// The sign-in form.
pub const SIGN_IN: &str = "/sign-in";
/// Ends the session (POST).
pub const SIGN_OUT: &str = "/sign-out";
/// The set-up form (spec T2).
pub const SET_UP: &str = "/set-up";
/// What an invitation's link leads to, once its token is in a cookie (spec I7).
pub const INVITE: &str = "/invite";
/// Asks for a link that replaces a forgotten password (spec L4).
pub const FORGOT: &str = "/forgot-password";
/// What that link leads to, once its token is in a cookie.
pub const RESET: &str = "/reset";
/// Remembers a colour scheme (POST).
pub const THEME: &str = "/theme";
/// The parameter that narrows the sidebar's groups where there is no JavaScript (spec M2).
pub const GROUP_SEARCH: &str = "groups";

/// An organization's home page.
pub fn home(organization: &Slug) -> String {
    format!("/o/{organization}")
}
/// The members table, in whatever state the parameters after the path say.
pub fn members_table(organization: &Slug) -> String {
    format!("/o/{organization}/members")
}
/// The members table in a state.
pub fn members(organization: &Slug, query: &MemberQuery) -> String {
    with_query(&members_table(organization), &query.print())
}
/// One group's page, in its first state.
pub fn group(organization: &Slug, group: GroupId) -> String {
    ["/o/", organization.as_str(), "/groups/", &group.to_string()].concat()
}
/// The same, from the path of the members table.
pub fn group_beside(members_table: &str, group: GroupId) -> String {
    let organization = members_table.strip_suffix("members").unwrap_or_default();
    [organization, "groups/", &group.to_string()].concat()
}
/// Where people are added to a group (spec G6).
pub fn add_group_member(organization: &Slug, group: GroupId) -> String {
    self::group(organization, group) + "/add"
}
/// What can be done with one of a group's people (spec G5); its forms go there too.
pub fn group_member(organization: &Slug, group: GroupId, member: MemberId) -> String {
    [&self::group(organization, group), "/members/", &member.to_string()].concat()
}
/// Where a file of people is chosen (spec A2).
pub fn imports(organization: &Slug) -> String {
    format!("/o/{organization}/members/import")
}
/// What a file of people does, or did.
pub fn import(organization: &Slug, import: ImportId) -> String {
    format!("/o/{organization}/members/import/{import}")
}
/// Its refused rows, as a file.
pub fn refused_rows(import: &str) -> String {
    import.to_owned() + "/refused.csv"
}
/// Where a form decides about it: `apply`, `stop` or `cancel`.
pub fn decide(import: &str, what: &str) -> String {
    [import, "/", what].concat()
}
/// What is to be done with many members (spec M11), as a page of its own; its form goes there too.
pub fn bulk(organization: &Slug) -> String {
    format!("/o/{organization}/members/bulk")
}
/// Whom such a page is about, from what comes after the question mark: members one by one, or all of a view.
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
/// What came of it.
pub fn bulk_job(organization: &Slug, id: BulkId) -> String {
    format!("/o/{organization}/members/bulk/{id}")
}
/// The same as a file.
pub fn results(job: &str) -> String {
    job.to_owned() + "/results.csv"
}
/// The form **Invite Member** as a page of its own (spec I1).
pub fn invite(organization: &Slug) -> String {
    format!("/o/{organization}/members/invite")
}
/// What can be done with a member, as a page of its own (spec M10); its forms go there too.
pub fn member(organization: &Slug, member: MemberId) -> String {
    format!("/o/{organization}/members/{member}")
}
/// Tells of changes of members, as they happen.
pub fn live(organization: &Slug) -> String {
    format!("/o/{organization}/members/live")
}
/// The organization's mail (spec I8).
pub fn mail(organization: &Slug) -> String {
    format!("/o/{organization}/mail")
}
/// A page of it.
pub fn mail_page(organization: &Slug, page: u32) -> String {
    let pages = (page > 1).then(|| ("page".to_owned(), page.to_string()));
    with_parameters(&mail(organization), pages)
}
/// Where a form has a letter sent again.
pub fn send_again(organization: &Slug, mail: MailId) -> String {
    format!("/o/{organization}/mail/{mail}/again")
}
/// One's own profile (spec L3); its forms go there too.
pub fn profile(organization: &Slug) -> String {
    format!("/o/{organization}/profile")
}
/// The audit log (spec A1).
pub fn audit(organization: &Slug) -> String {
    format!("/o/{organization}/audit")
}
/// The same as a file.
pub fn audit_file(organization: &Slug) -> String {
    format!("/o/{organization}/audit.csv")
}
/// The organization's settings.
pub fn settings(organization: &Slug) -> String {
    format!("/o/{organization}/settings")
}
/// The sign-in form, which leads back to where somebody was.
pub fn sign_in_then(next: &str) -> String {
    with_parameters(SIGN_IN, [("next".to_owned(), next.to_owned())])
}
/// Writes a letter.
pub fn letter_to(email: &str) -> String {
    format!("mailto:{email}")
}
/// A path and what comes after the question mark, if anything.
pub fn with_query(path: &str, query: &str) -> String {
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{path}{mark}{query}")
}

/// The page of a group, with a list of groups that is narrowed too.
pub fn and_group_search(group: &str, search: &str) -> String {
    with_parameters(group, [(GROUP_SEARCH.to_owned(), search.to_owned())])
}

/// A path and parameters, written as a form writes them.
pub fn with_parameters(path: &str, parameters: impl IntoIterator<Item = (String, String)>) -> String {
    with_query(path, &Serializer::new(String::new()).extend_pairs(parameters).finish())
}

/// What an address shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// What comes before an organization is entered.
    FrontDoor,
    /// A page of an organization.
    In(Slug, Page),
    /// Nothing.
    Nowhere,
}

/// A page of an organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// Its home page.
    Home,
    /// The members table.
    Members,
    /// Where a file of people is chosen.
    Imports,
    /// What such a file does.
    Import(ImportId),
    /// The form **Invite Member**.
    Invite,
    /// What is to be done with many members.
    Bulk,
    /// What came of it.
    BulkJob(BulkId),
    /// What can be done with a member.
    Member(MemberId),
    /// One group's people.
    Group(GroupId),
    /// Its mail.
    Mail,
    /// Its audit log.
    Audit,
    /// The profile of whoever looks.
    Profile,
    /// Its settings.
    Settings,
    /// None that there is.
    Nowhere,
}

impl Place {
    /// Reads the path of an address: what the functions above write.
    pub fn of(path: &str) -> Self {
        if [ROOT, SIGN_IN, SET_UP, INVITE, FORGOT, RESET].contains(&path) {
            return Self::FrontDoor;
        }
        let rest = path.strip_prefix("/o/").unwrap_or_default();
        let (slug, rest) = rest.split_once('/').map_or((rest, None), |(slug, rest)| (slug, Some(rest)));
        let page = match rest {
            None => Page::Home,
            Some("members") => Page::Members,
            Some("settings") => Page::Settings,
            Some("members/import") => Page::Imports,
            Some("members/invite") => Page::Invite,
            Some("members/bulk") => Page::Bulk,
            Some("mail") => Page::Mail,
            Some("audit") => Page::Audit,
            Some("profile") => Page::Profile,
            Some(rest) => {
                let import = rest.strip_prefix("members/import/").and_then(|id| id.parse().ok()).map(Page::Import);
                let member = rest.strip_prefix("members/").and_then(|id| id.parse().ok()).map(Page::Member);
                let bulk = rest.strip_prefix("members/bulk/").and_then(|id| id.parse().ok()).map(Page::BulkJob);
                let group = rest.strip_prefix("groups/").and_then(|id| id.parse().ok()).map(Page::Group);
                import.or(member).or(bulk).or(group).unwrap_or(Page::Nowhere)
            }
        };
        Slug::parse(slug).map_or(Self::Nowhere, |slug| Self::In(slug, page))
    }
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
    fn a_form_carries_the_rest_of_the_query() {
        let carried = carried("q=a+b&sort=name&page=3", &["q", "page"]);
        assert_eq!(carried, [("sort".to_owned(), "name".to_owned())]);
    }

    #[test]
    fn every_link_leads_to_its_page() {
        let acme = Slug::parse("acme").unwrap();
        let at = |page| Place::In(acme.clone(), page);
        assert_eq!(Place::of(&home(&acme)), at(Page::Home));
        assert_eq!(Place::of(&members_table(&acme)), at(Page::Members));
        assert_eq!(Place::of(&settings(&acme)), at(Page::Settings));
        assert_eq!(Place::of(&imports(&acme)), at(Page::Imports));
        let id: ImportId = "0197a8b4-0000-7000-8000-000000000001".parse().unwrap();
        assert_eq!(Place::of(&import(&acme, id)), at(Page::Import(id)));
        assert_eq!(Place::of(&invite(&acme)), at(Page::Invite));
        assert_eq!(Place::of(&mail_page(&acme, 1)), at(Page::Mail));
        let id: MemberId = "0197a8b4-0000-7000-8000-000000000002".parse().unwrap();
        assert_eq!(Place::of(&member(&acme, id)), at(Page::Member(id)));
        assert_eq!(Place::of(&bulk(&acme)), at(Page::Bulk));
        let id: BulkId = "0197a8b4-0000-7000-8000-000000000003".parse().unwrap();
        assert_eq!(Place::of(&bulk_job(&acme, id)), at(Page::BulkJob(id)));
        let id: GroupId = "0197a8b4-0000-7000-8000-000000000004".parse().unwrap();
        assert_eq!(Place::of(&group(&acme, id)), at(Page::Group(id)));
        assert_eq!(group_beside(&members_table(&acme), id), group(&acme, id));
        assert_eq!(Place::of("/o/acme/"), at(Page::Nowhere));
        for path in [SET_UP, INVITE, FORGOT, RESET] {
            assert_eq!(Place::of(path), Place::FrontDoor, "{path}");
        }
        for path in ["/o", "/o/", "/o/A", "/o//members", "/x", ""] {
            assert_eq!(Place::of(path), Place::Nowhere, "{path}");
        }
    }

    #[test]
    fn links_are_canonical() {
        let acme = Slug::parse("acme").unwrap();
        assert_eq!(members(&acme, &MemberQuery::default()), "/o/acme/members");
        assert_eq!(members(&acme, &MemberQuery::default().sorted_by(MemberSort::Name)), "/o/acme/members?sort=name");
        assert_eq!(sign_in_then("/o/acme/members?q=a&b"), "/sign-in?next=%2Fo%2Facme%2Fmembers%3Fq%3Da%26b");
    }
}
