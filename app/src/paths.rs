//! The one place that makes a link.

use domain::bulk::BulkForm;
use domain::groups::{GroupMemberQuery, GroupQuery};
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
/// The parameter by which a visitor of that page says that they have an account, where the page does not know (spec L8).
pub const HAS_ACCOUNT: &str = "account";
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
/// The page **Add Group Member** (spec G6); its form goes there too.
pub fn add_group_member(organization: &Slug, group: GroupId) -> String {
    self::group(organization, group) + "/add"
}
/// What can be done with one of a group's people (spec G5); its forms go there too.
pub fn group_member(organization: &Slug, group: GroupId, member: MemberId) -> String {
    [&self::group(organization, group), "/members/", &member.to_string()].concat()
}
/// What is done with several of a group's people (spec G5, M11); its forms go there too.
pub fn chosen_group_members(organization: &Slug, group: GroupId) -> String {
    self::group(organization, group) + "/chosen"
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
/// The table of groups, in whatever state the parameters after the path say (spec G1).
pub fn groups_table(organization: &Slug) -> String {
    format!("/o/{organization}/groups")
}
/// The table of groups in a state.
pub fn groups(organization: &Slug, query: &GroupQuery) -> String {
    with_query(&groups_table(organization), &query.print())
}
/// The form **Create Group** (spec G2).
pub fn new_group(organization: &Slug) -> String {
    format!("/o/{organization}/groups/new")
}
/// The form **Edit Group**.
pub fn edit_group(organization: &Slug, group: GroupId) -> String {
    format!("/o/{organization}/groups/{group}/edit")
}
/// The form **Delete Group** (spec G4).
pub fn delete_group(organization: &Slug, group: GroupId) -> String {
    format!("/o/{organization}/groups/{group}/delete")
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
/// Where a form has all letters sent again that failed and wait.
pub fn send_all_again(organization: &Slug) -> String {
    format!("/o/{organization}/mail/again")
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

/// A page of an organization, as far as the first load tells them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// The members table.
    Members,
    /// Another one about members: a [`MemberPlace`].
    OfMembers,
    /// One about groups: a [`GroupPlace`].
    Groups,
    /// Any other: an [`AroundPlace`].
    Around,
}

/// What comes after the organization in the path of an address: nothing at its home page.
fn inside(path: &str) -> Option<Option<&str>> {
    let rest = path.strip_prefix("/o/")?;
    Some(rest.split_once('/').map(|(_, rest)| rest))
}

/// A page that is neither about members nor about groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AroundPlace {
    /// The home page.
    Home,
    /// The mail.
    Mail,
    /// The audit log.
    Audit,
    /// The profile of whoever looks.
    Profile,
    /// The settings.
    Settings,
}

impl AroundPlace {
    /// Reads the path of an address.
    pub fn of(path: &str) -> Option<Self> {
        match inside(path)? {
            None => Some(Self::Home),
            Some("mail") => Some(Self::Mail),
            Some("audit") => Some(Self::Audit),
            Some("profile") => Some(Self::Profile),
            Some("settings") => Some(Self::Settings),
            Some(_) => None,
        }
    }
}

/// A page about members besides their table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberPlace {
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
    /// One member.
    Member(MemberId),
}

impl MemberPlace {
    /// Reads the path of an address.
    pub fn of(path: &str) -> Option<Self> {
        let rest = inside(path)??.strip_prefix("members/")?;
        match rest.split_once('/') {
            None if rest == "import" => Some(Self::Imports),
            None if rest == "invite" => Some(Self::Invite),
            None if rest == "bulk" => Some(Self::Bulk),
            None => rest.parse().ok().map(Self::Member),
            Some(("import", id)) => id.parse().ok().map(Self::Import),
            Some(("bulk", id)) => id.parse().ok().map(Self::BulkJob),
            Some(_) => None,
        }
    }
}

/// The part of the address of everything about groups.
const GROUPS: &str = "groups";

/// A page about groups. It is told apart by the code that draws it, so that it takes nothing of the first load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupPlace {
    /// The table.
    Table,
    /// **Create Group**.
    New,
    /// **Edit Group**.
    Edit(GroupId),
    /// **Delete Group**.
    Delete(GroupId),
    /// One group's people.
    People(GroupId),
    /// **Add Group Member**.
    Add(GroupId),
    /// What is done with several members of a group.
    Chosen(GroupId),
    /// What can be done with a member of a group.
    Member(GroupId, MemberId),
}

impl GroupPlace {
    /// Reads the path of an address.
    pub fn of(path: &str) -> Option<Self> {
        match inside(path)??.strip_prefix(GROUPS)? {
            "" => Some(Self::Table),
            "/new" => Some(Self::New),
            rest => {
                let rest = rest.strip_prefix('/')?;
                let (id, what) = rest.split_once('/').map_or((rest, None), |(id, what)| (id, Some(what)));
                let id = id.parse().ok()?;
                match what {
                    None => Some(Self::People(id)),
                    Some("edit") => Some(Self::Edit(id)),
                    Some("delete") => Some(Self::Delete(id)),
                    Some("add") => Some(Self::Add(id)),
                    Some("chosen") => Some(Self::Chosen(id)),
                    Some(what) => Some(Self::Member(id, what.strip_prefix("members/")?.parse().ok()?)),
                }
            }
        }
    }
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
            Some("members") => Page::Members,
            Some(rest) if rest.starts_with("members/") => Page::OfMembers,
            Some(rest) if rest.starts_with(GROUPS) => Page::Groups,
            _ => Page::Around,
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
    fn every_link_leads_to_its_page() {
        let acme = Slug::parse("acme").unwrap();
        let at = |page| Place::In(acme.clone(), page);
        assert_eq!(Place::of(&members_table(&acme)), at(Page::Members));
        for (path, place) in [
            (home(&acme), Some(AroundPlace::Home)),
            (settings(&acme), Some(AroundPlace::Settings)),
            (mail_page(&acme, 1), Some(AroundPlace::Mail)),
            (audit(&acme), Some(AroundPlace::Audit)),
            (profile(&acme), Some(AroundPlace::Profile)),
            ("/o/acme/".into(), None),
            ("/o/acme/mail/x".into(), None),
        ] {
            assert_eq!(Place::of(&path), at(Page::Around), "{path}");
            assert_eq!(AroundPlace::of(&path), place, "{path}");
        }
        let uuid = "0197a8b4-0000-7000-8000-000000000001";
        let (file, person): (ImportId, MemberId) = (uuid.parse().unwrap(), uuid.parse().unwrap());
        let (many, id): (BulkId, GroupId) = (uuid.parse().unwrap(), uuid.parse().unwrap());
        for (path, place) in [
            (imports(&acme), Some(MemberPlace::Imports)),
            (import(&acme, file), Some(MemberPlace::Import(file))),
            (invite(&acme), Some(MemberPlace::Invite)),
            (bulk(&acme), Some(MemberPlace::Bulk)),
            (bulk_job(&acme, many), Some(MemberPlace::BulkJob(many))),
            (member(&acme, person), Some(MemberPlace::Member(person))),
            ("/o/acme/members/x".into(), None),
            ("/o/acme/members/x/y".into(), None),
            ("/o/acme/members/".into(), None),
        ] {
            assert_eq!(Place::of(&path), at(Page::OfMembers), "{path}");
            assert_eq!(MemberPlace::of(&path), place, "{path}");
        }
        for (path, place) in [
            (groups_table(&acme), Some(GroupPlace::Table)),
            (new_group(&acme), Some(GroupPlace::New)),
            (edit_group(&acme, id), Some(GroupPlace::Edit(id))),
            (delete_group(&acme, id), Some(GroupPlace::Delete(id))),
            (group(&acme, id), Some(GroupPlace::People(id))),
            (add_group_member(&acme, id), Some(GroupPlace::Add(id))),
            (chosen_group_members(&acme, id), Some(GroupPlace::Chosen(id))),
            (group_member(&acme, id, person), Some(GroupPlace::Member(id, person))),
            ("/o/acme/groups/x".into(), None),
            ("/o/acme/groups/x/edit".into(), None),
            ("/o/acme/groupsx".into(), None),
        ] {
            assert_eq!(Place::of(&path), at(Page::Groups), "{path}");
            assert_eq!(GroupPlace::of(&path), place, "{path}");
        }
        assert_eq!(group_beside(&members_table(&acme), id), group(&acme, id));
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
