//! Where a call contains ids, and what they name.

use super::OURS;
use crate::support::Call;

/// A kind of thing that has an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Member,
    Group,
    Import,
    Bulk,
    View,
    Letter,
    Session,
}

impl Kind {
    pub const ALL: [Self; 7] =
        [Self::Member, Self::Group, Self::Import, Self::Bulk, Self::View, Self::Letter, Self::Session];

    pub fn word(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Group => "group",
            Self::Import => "import",
            Self::Bulk => "bulk",
            Self::View => "view",
            Self::Letter => "letter",
            Self::Session => "session",
        }
    }

    /// Whether somebody can delete one.
    pub fn is_deleted(self) -> bool {
        matches!(self, Self::Member | Self::Group | Self::Import | Self::View)
    }
}

/// What an id is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Is {
    /// The name of a thing that is there before.
    Thing(Kind),
    /// A name that the caller makes up.
    Key,
}

/// What comes after these segments of a path.
pub const OF_PATHS: &[(&str, Is)] = &[
    ("members", Is::Thing(Kind::Member)),
    ("groups", Is::Thing(Kind::Group)),
    ("import", Is::Thing(Kind::Import)),
    ("bulk", Is::Thing(Kind::Bulk)),
    ("mail", Is::Thing(Kind::Letter)),
];

/// What stands in fields of these names, of a form or after a question mark; `form[members][0]` is `members`.
/// The first line counts whose words are in the path or the body.
const OF_FIELDS: &[(&str, &str, Is)] = &[
    ("/", "member", Is::Thing(Kind::Member)),
    ("/", "members", Is::Thing(Kind::Member)),
    ("/", "group", Is::Thing(Kind::Group)),
    ("/", "groups", Is::Thing(Kind::Group)),
    ("/", "in-", Is::Thing(Kind::Group)),
    ("/", "import", Is::Thing(Kind::Import)),
    ("/", "view", Is::Thing(Kind::View)),
    ("/", "mail", Is::Thing(Kind::Letter)),
    ("/", "session", Is::Thing(Kind::Session)),
    ("/", "submission", Is::Key),
    ("bulk/begin", "id", Is::Key),
    ("/members/bulk", "id", Is::Key),
    ("groups/create", "id", Is::Key),
    ("/groups/new", "id", Is::Key),
    ("bulk/", "id", Is::Thing(Kind::Bulk)),
    // `member;GROUP:owner`.
    ("/", "seen", Is::Thing(Kind::Group)),
    // The table's: `group=GROUP`.
    ("members/list", "query", Is::Thing(Kind::Group)),
];

const LENGTH: usize = 36;

/// A call with the ids in it.
pub struct Places<'a> {
    call: &'a Call,
    /// The path and the body, each with where ids begin in it.
    texts: [(String, Vec<(usize, Is)>); 2],
}

impl<'a> Places<'a> {
    pub fn of(call: &'a Call) -> Self {
        let [path, body] = [call.path(), call.body_text()];
        let in_path = ids(path).map(|at| (at, what(call, path, at)));
        let in_body = ids(body).map(|at| (at, what(call, body, at)));
        let texts = [(path.to_owned(), in_path.collect()), (body.to_owned(), in_body.collect())];
        Self { call, texts }
    }

    /// The kinds of things in it, each once.
    pub fn kinds(&self) -> Vec<Kind> {
        let all = self.texts.iter().flat_map(|(_, ids)| ids);
        let mut kinds: Vec<Kind> =
            all.filter_map(|(_, is)| if let Is::Thing(kind) = is { Some(*kind) } else { None }).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }

    /// The ids of one kind.
    pub fn of_kind(&self, kind: Kind) -> Vec<String> {
        let of_text = |(text, ids): &(String, Vec<(usize, Is)>)| {
            let of_kind = ids.iter().filter(|(_, is)| *is == Is::Thing(kind));
            of_kind.map(|(at, _)| text[*at..at + LENGTH].to_owned()).collect::<Vec<_>>()
        };
        self.texts.iter().flat_map(of_text).collect()
    }

    pub fn is_empty(&self) -> bool {
        self.texts.iter().all(|(_, ids)| ids.is_empty())
    }

    pub fn has_organization(&self) -> bool {
        self.call.path().starts_with("/o/") || self.call.body_text().contains("organization=")
    }

    /// The same in another organization and with other ids.
    pub fn with(&self, slug: &str, mut id: impl FnMut(Is, &str) -> String) -> Call {
        let [path, body] = &self.texts;
        let mut changed = |(text, ids): &(String, Vec<(usize, Is)>)| {
            let mut text = text.clone();
            // From the end, so that what comes before stays where it is.
            for (at, is) in ids.iter().rev() {
                let new = id(*is, &text[*at..at + LENGTH]);
                text.replace_range(*at..at + LENGTH, &new);
            }
            text
        };
        let (path, body) = (changed(path), changed(body));
        let ours = format!("/o/{OURS}");
        let path = match path.strip_prefix(&ours) {
            Some(rest) if rest.is_empty() || rest.starts_with(['/', '?']) => format!("/o/{slug}{rest}"),
            _ => path,
        };
        let body = body.replace(&format!("organization={OURS}"), &format!("organization={slug}"));
        self.call.about(path, body)
    }
}

/// Where UUIDs begin.
fn ids(text: &str) -> impl Iterator<Item = usize> {
    let is_id = |at: &usize| {
        text.get(*at..at + LENGTH).is_some_and(|id| {
            let hyphens = [8, 13, 18, 23];
            id.bytes()
                .enumerate()
                .all(|(n, byte)| if hyphens.contains(&n) { byte == b'-' } else { byte.is_ascii_hexdigit() })
        })
    };
    (0..text.len()).filter(is_id)
}

/// What an id is, by what stands before it.
fn what(call: &Call, text: &str, at: usize) -> Is {
    let before = &text[..at];
    let is_path = text.starts_with('/') && !before.contains('?');
    if is_path {
        let segment = before.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        return after(segment).unwrap_or_else(|| panic!("{text}: what stands after {segment:?}? {WHAT_TO_DO}"));
    }
    let pair = before.rsplit(['&', '?']).next().unwrap_or_default();
    let key = pair.split('=').next().unwrap_or_default();
    let name = key.split(['[', ']']).rfind(|part| part.parse::<u32>().is_err() && !part.is_empty());
    let name = name.unwrap_or_default();
    let is_in = |route: &str| call.path().contains(route) || call.body_text().contains(route);
    let found = OF_FIELDS.iter().find(|(route, of, _)| *of == name && is_in(route));
    found.unwrap_or_else(|| panic!("{}: what is in the field {name:?}? {WHAT_TO_DO}", call.path())).2
}

/// What stands in a path after a segment.
pub fn after(segment: &str) -> Option<Is> {
    OF_PATHS.iter().find(|(of, _)| *of == segment).map(|(_, is)| *is)
}

const WHAT_TO_DO: &str = "Say it in server/tests/process/authorized/places.rs.";

#[test]
fn ids_are_found_wherever_they_stand() {
    let id = "0197a8b4-0000-7000-8000-00000000ffff";
    let call = Call::post(&format!("/o/acme/members/{id}?group={id}")).form(&[
        ("submission", id),
        ("seen", &format!("member;{id}:owner")),
        ("form[members][0]", id),
    ]);
    let places = Places::of(&call);
    assert_eq!(places.kinds(), [Kind::Member, Kind::Group]);
    assert_eq!(places.of_kind(Kind::Group).len(), 2);
    let other = places.with("nobody", |is, _| if is == Is::Key { "KEY".into() } else { "THING".into() });
    assert_eq!(other.path(), "/o/nobody/members/THING?group=THING");
    assert!(other.body_text().starts_with("submission=KEY&seen=member%3BTHING%3Aowner&"), "{}", other.body_text());
}
