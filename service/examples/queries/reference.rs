//! The best statements for the rows of a page: those that somebody would write by hand who knows the one query, the
//! position of the page and the size of everything. Of several statements that return the same rows, or count them, the
//! fastest is used.

use crate::timed;
use domain::groups::{GroupFacts, GroupQuery, GroupSort};
use domain::members::{MemberQuery, MemberSort};
use domain::table::{Direction, Total};
use domain::text::grams::{Needle, Scope};
use domain::{GroupId, GroupRole, MemberStatus, OrganizationId, Timestamp};
use sea_orm::{ConnectionTrait, DbBackend, Statement};

/// What is measured beside a query of ours.
pub struct Reference<'a, C> {
    db: &'a C,
    rows: Vec<String>,
    counts: Vec<String>,
    /// What the page says besides, each by a statement of its own.
    besides: Vec<String>,
}

/// What came of it.
pub struct Measured {
    /// The rows and their number.
    pub milliseconds: f64,
    /// The statements that were fastest.
    pub statements: Vec<String>,
}

/// How a text or an id is written in a statement.
struct Words {
    postgres: bool,
}

impl Words {
    fn id(&self, id: uuid::Uuid) -> String {
        if self.postgres { format!("'{id}'::uuid") } else { format!("X'{}'", id.simple()) }
    }
    fn text(&self, text: &str) -> String {
        format!("'{}'", text.replace('\'', "''"))
    }
    fn contains(&self, column: &str, needle: &str) -> String {
        let function = if self.postgres { "strpos" } else { "instr" };
        format!("{function}({column}, {}) > 0", self.text(needle))
    }
}

impl<'a, C: ConnectionTrait> Reference<'a, C> {
    /// The statements for a page that was found: its number, and how many rows there are.
    pub fn of(
        db: &'a C,
        organization: OrganizationId,
        query: &MemberQuery,
        now: Timestamp,
        (number, total): (u32, Total),
    ) -> Self {
        let words = Words { postgres: db.get_database_backend() == DbBackend::Postgres };
        let own = words.id(organization.uuid());
        let mut filters = vec![format!("m.organization_id = {own}")];
        let f = &query.filters;
        filters.extend(f.role.map(|role| format!("m.role = '{}'", role.word())));
        filters.extend(f.kind.map(|kind| format!("m.kind = '{}'", kind.word())));
        let now = now.millis();
        filters.push(match f.status {
            Some(MemberStatus::Active) => "m.state = 'active'".into(),
            Some(MemberStatus::Deleted) => "m.state = 'deleted'".into(),
            Some(MemberStatus::Invited) => format!("m.state = 'invited' AND m.invite_expires_at > {now}"),
            Some(MemberStatus::Expired) => format!("m.state = 'invited' AND m.invite_expires_at <= {now}"),
            None if f.shows_deleted() => "1 = 1".into(),
            None => "m.state <> 'deleted'".into(),
        });
        let needle = query.search.needle();
        let mut all = filters.clone();
        if !needle.is_empty() {
            let (email, name) = (words.contains("m.email_key", &needle), words.contains("m.name_key", &needle));
            all.push(format!("({email} OR {name})"));
        }
        let in_group = f.group.map(|group| {
            format!("gm.organization_id = {own} AND gm.group_id = {} AND gm.member_id = m.id", words.id(group.uuid()))
        });
        // A group is driven by its own rows, or asked for each member.
        let mut sources = vec![match &in_group {
            Some(group) => format!(
                "members m WHERE {} AND EXISTS (SELECT 1 FROM group_members gm WHERE {group})",
                all.join(" AND ")
            ),
            None => format!("members m WHERE {}", all.join(" AND ")),
        }];
        if let Some(group) = &in_group {
            sources.push(format!("group_members gm CROSS JOIN members m WHERE {group} AND {}", all.join(" AND ")));
        }
        let hits = (!needle.is_empty()).then(|| hits(&words, organization, &needle));
        if let Some(hits) = &hits {
            let rest = if words.postgres { &all } else { &filters };
            let group = in_group.as_ref().map_or_else(String::new, |group| {
                format!(" AND EXISTS (SELECT 1 FROM group_members gm WHERE {group})")
            });
            let joined = if words.postgres { "h.member_id = m.id" } else { "h.row_id = m.row_id" };
            sources.push(format!("({hits}) h CROSS JOIN members m WHERE {joined} AND {}{group}", rest.join(" AND ")));
        }

        let (key, dir) = (column(query.sort), if query.direction == Direction::Ascending { "ASC" } else { "DESC" });
        let (size, offset) = (query.size.rows(), u64::from(number - 1) * u64::from(query.size.rows()));
        let groups = if words.postgres { "string_agg(g.name, ',')" } else { "group_concat(g.name, ',')" };
        let whole = |source: &str, offset: u64| {
            format!(
                "SELECT p.*, (SELECT {groups} FROM group_members x JOIN groups g ON g.organization_id = x.organization_id \
                 AND g.id = x.group_id WHERE x.organization_id = {own} AND x.member_id = p.id) FROM (SELECT m.* FROM {source} \
                 ORDER BY m.{key} {dir}, m.id {dir} LIMIT {size} OFFSET {offset}) p"
            )
        };
        let mut rows: Vec<String> = sources.iter().map(|source| whole(source, offset)).collect();
        if let (true, Total::Exact(total)) = (offset > 0, total) {
            // Somebody who knows how many there are comes from the end that is nearer.
            let (take, other) = (u64::from(size).min(total - offset), if dir == "ASC" { "DESC" } else { "ASC" });
            let back = |source: &String| {
                let forward = whole(source, total - offset - take);
                let order = format!(" {dir}, m.id {dir} LIMIT {size}");
                forward.replace(&order, &format!(" {other}, m.id {other} LIMIT {take}"))
            };
            rows.extend(sources.iter().map(back).collect::<Vec<_>>());
        }
        let mut counts: Vec<String> = sources
            .iter()
            .map(|source| format!("SELECT COUNT(*) FROM (SELECT 1 FROM {source} LIMIT {}) s", Total::BOUND + 1))
            .collect();
        if let (true, Some(hits)) = (!query.is_narrowed() || f.set() == 0 && !needle.is_empty(), &hits) {
            counts.push(format!("SELECT COUNT(*) FROM ({hits} LIMIT {}) s", Total::BOUND + 1));
        }
        if needle.is_empty()
            && in_group.is_none()
            && !matches!(f.status, Some(MemberStatus::Invited | MemberStatus::Expired))
        {
            let cells = all.join(" AND ");
            counts = vec![format!("SELECT SUM(m.members) FROM member_counts m WHERE {cells}")];
        } else if let (true, Some(group), false, 1) = (needle.is_empty(), f.group, f.shows_deleted(), f.set()) {
            counts = vec![format!(
                "SELECT member_count FROM groups WHERE organization_id = {own} AND id = {}",
                words.id(group.uuid())
            )];
        }
        Self { db, rows, counts, besides: Vec::new() }
    }

    /// The statements for the first page of a group in the order of its roles, or of one role's.
    pub fn by_role(db: &'a C, organization: OrganizationId, group: GroupId, role: Option<GroupRole>) -> Self {
        let words = Words { postgres: db.get_database_backend() == DbBackend::Postgres };
        let (own, group) = (words.id(organization.uuid()), words.id(group.uuid()));
        let role = role.map_or_else(String::new, |role| format!(" AND gm.role = '{}'", role.word()));
        let order = if role.is_empty() { "gm.role, gm.member_id" } else { "m.email_key, m.id" };
        let groups = if words.postgres { "string_agg(g.name, ',')" } else { "group_concat(g.name, ',')" };
        let from = format!(
            "group_members gm CROSS JOIN members m WHERE gm.organization_id = {own} AND gm.group_id = {group}{role} \
             AND m.organization_id = {own} AND m.id = gm.member_id AND m.state <> 'deleted'"
        );
        let rows = format!(
            "SELECT p.*, (SELECT {groups} FROM group_members x JOIN groups g ON g.organization_id = x.organization_id \
             AND g.id = x.group_id WHERE x.organization_id = {own} AND x.member_id = p.id) FROM (SELECT m.* FROM {from} \
             ORDER BY {order} LIMIT 50) p"
        );
        let count = match role.is_empty() {
            true => format!("SELECT member_count FROM groups WHERE organization_id = {own} AND id = {group}"),
            false => format!("SELECT COUNT(*) FROM (SELECT 1 FROM {from} LIMIT {}) s", Total::BOUND + 1),
        };
        Self { db, rows: vec![rows], counts: vec![count], besides: Vec::new() }
    }

    /// The statements for a page of the table **Groups**; `administrators` is looked for by itself, and comes first.
    pub fn of_groups(db: &'a C, organization: OrganizationId, query: &GroupQuery, number: u32) -> Self {
        let words = Words { postgres: db.get_database_backend() == DbBackend::Postgres };
        let (own, needle) = (words.id(organization.uuid()), query.search.needle());
        let matching = match needle.is_empty() {
            true => String::new(),
            false => format!(" AND {}", words.contains("name_key", &needle)),
        };
        let from = format!("groups WHERE organization_id = {own}{matching}");
        let key = if query.sort == GroupSort::Name { "name_key" } else { "member_count" };
        let dir = if query.direction == Direction::Ascending { "ASC" } else { "DESC" };
        let (size, offset) = (query.size.rows(), u64::from(number - 1) * u64::from(query.size.rows()));
        let rows = format!(
            "SELECT * FROM {from} AND built_in = 0 ORDER BY {key} {dir}, id {dir} LIMIT {size} OFFSET {offset}"
        );
        let count = match needle.is_empty() {
            true => format!("SELECT group_count FROM organizations WHERE id = {own}"),
            false => format!("SELECT COUNT(*) FROM {from}"),
        };
        Self { db, rows: vec![rows], counts: vec![count], besides: Vec::new() }
    }

    /// And what the head of a group's page says: the group, whether whoever looks is in it, and how many own it.
    pub fn with_head(mut self, organization: OrganizationId, group: GroupId) -> Self {
        let words = Words { postgres: self.db.get_database_backend() == DbBackend::Postgres };
        let (own, group) = (words.id(organization.uuid()), words.id(group.uuid()));
        let of = format!("organization_id = {own} AND group_id = {group}");
        self.besides = vec![
            format!("SELECT * FROM groups WHERE organization_id = {own} AND id = {group}"),
            format!("SELECT * FROM group_members WHERE {of} AND member_id = {group}"),
            format!(
                "SELECT COUNT(*) FROM (SELECT 1 FROM group_members gm CROSS JOIN members m WHERE gm.{} AND gm.role = 'owner' \
                 AND m.organization_id = {own} AND m.id = gm.member_id AND m.state <> 'deleted' LIMIT {}) s",
                of.replace("group_id", "gm.group_id"),
                GroupFacts::MOST_OWNERS + 1,
            ),
        ];
        self
    }

    /// The rows alone, for what says nothing of how many there are.
    pub fn without_count(mut self) -> Self {
        self.counts.clear();
        self
    }

    /// Runs all of them.
    pub async fn measure(self) -> Measured {
        let (mut milliseconds, mut statements) = (0.0, Vec::new());
        let besides: Vec<&[String]> = self.besides.iter().map(std::slice::from_ref).collect();
        for some in [&[&self.rows[..], &self.counts[..]], &besides[..]].concat() {
            let mut best: Option<(f64, &String)> = None;
            for sql in some {
                let run = || async {
                    let statement = Statement::from_string(self.db.get_database_backend(), sql.clone());
                    self.db.query_all_raw(statement).await.unwrap();
                };
                let median = timed(run).await.median;
                if best.is_none_or(|(least, _)| median < least) {
                    best = Some((median, sql));
                }
            }
            if let Some((median, sql)) = best {
                milliseconds += median;
                statements.push(sql.clone());
            }
        }
        Measured { milliseconds, statements }
    }
}

/// What the search index finds, as an SQL query.
fn hits(words: &Words, organization: OrganizationId, needle: &str) -> String {
    match (Scope::of(organization).needle(needle), words.postgres) {
        (Needle::Beginning(token), false) => {
            format!("SELECT rowid AS row_id FROM member_search WHERE member_search MATCH '\"{token}\"*'")
        }
        (Needle::Row(tokens), false) => {
            format!("SELECT rowid AS row_id FROM member_search WHERE member_search MATCH '\"{}\"'", tokens.join(" "))
        }
        (Needle::Beginning(token), true) => {
            format!("SELECT member_id FROM member_search WHERE grams @@ '{token}:*'::tsquery")
        }
        (Needle::Row(tokens), true) => {
            format!("SELECT member_id FROM member_search WHERE grams @@ '{}'::tsquery", tokens.join(" & "))
        }
    }
}

fn column(sort: MemberSort) -> &'static str {
    match sort {
        MemberSort::Name => "name_key",
        MemberSort::Email => "email_key",
        MemberSort::Role => "role",
        MemberSort::Created => "created_at",
        MemberSort::LastActive => "last_active_at",
        MemberSort::Logins => "logins_count",
        MemberSort::LastLogin => "last_login_at",
        MemberSort::LastLoginIp => "last_login_ip",
    }
}
