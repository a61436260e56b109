//! Removes invisible characters from names, makes names unique, and computes their keys by today's rules (spec G2, M3).
//! Where names of groups or views now differ only in case, quotes, dashes and spaces, all but one get a number.

use crate::bulk;
use domain::text::{fold, grams::Scope, looks_like, normalize::nfc, same_name, strip, without_hidden};
use domain::{GroupName, OrganizationId};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, FromQueryResult, Statement, Value};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};
use std::collections::{BTreeMap, HashSet};
use uuid::Uuid;

/// So many rows are read at once.
const BATCH: u64 = 5_000;

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0023_names"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        groups(db).await?;
        views(db).await?;
        simple(db).await?;
        members(db).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn failed(error: crate::Error) -> DbErr {
    DbErr::Custom(error.to_string())
}

/// The text as it would be taken today; what was lost when it was saved is a question mark.
fn cleaned(text: &str) -> String {
    nfc(strip(&without_hidden(&text.replace(char::REPLACEMENT_CHARACTER, "?"))))
}

/// The same of a name that cannot be empty.
fn cleaned_name(name: &str) -> String {
    let name = cleaned(name);
    if name.is_empty() { "?".into() } else { name }
}

/// The condition that a column has something other than printable ASCII, or blanks in a row. All others stay as they are.
fn unusual(backend: DbBackend, column: &str) -> String {
    let other = match backend {
        DbBackend::Postgres => format!("{column} COLLATE \"C\" ~ '[^ -~]'"),
        _ => format!("{column} GLOB '*[^ -~]*'"),
    };
    format!("({other} OR {column} LIKE '%  %')")
}

/// A name that is to be the only one of its kind beside others of the same owner.
#[derive(FromQueryResult)]
struct Named {
    organization_id: Uuid,
    owner: Uuid,
    id: Uuid,
    name: String,
    name_identity: String,
}

/// A table of names of which each owner has each once.
struct Table {
    name: &'static str,
    /// All rows, as [`Named`].
    all: &'static str,
    /// The most characters of a name.
    longest: usize,
    /// A name that is nobody's.
    reserved: Option<&'static str>,
}

impl Table {
    fn reserves(&self, name: &str) -> bool {
        self.reserved.is_some_and(|reserved| looks_like(name, reserved))
    }

    /// Whether a name stays as it is.
    fn keeps(&self, one: &Named) -> bool {
        same_name(&one.name) == one.name_identity && cleaned(&one.name) == one.name && !self.reserves(&one.name)
    }
}

const GROUPS: Table = Table {
    name: "groups",
    all: "SELECT organization_id, organization_id AS owner, id, name, name_identity FROM groups \
          WHERE built_in = 0 ORDER BY created_at, id",
    longest: 200,
    reserved: Some(GroupName::ADMINISTRATORS),
};

const VIEWS: Table = Table {
    name: "views",
    all: "SELECT organization_id, member_id AS owner, id, name, name_identity FROM views ORDER BY id",
    longest: 60,
    reserved: None,
};

/// The name, with a number where another one has it already, or it is reserved.
fn apart(name: &str, table: &Table, taken: &HashSet<String>) -> String {
    let fits = |name: &str| !taken.contains(&same_name(name)) && !table.reserves(name);
    if fits(name) {
        return name.to_owned();
    }
    let numbered = |number: u32| {
        let number = format!(" ({number})");
        cleaned(&name.chars().take(table.longest - number.len()).collect::<String>()) + &number
    };
    (2..).map(numbered).find(|name| fits(name)).unwrap_or_default()
}

/// The rows whose name or key changes, with the name that they get.
fn renamed(all: Vec<Named>, table: &Table) -> Vec<(Named, String)> {
    let mut owners: BTreeMap<(Uuid, Uuid), Vec<Named>> = BTreeMap::new();
    for one in all {
        owners.entry((one.organization_id, one.owner)).or_default().push(one);
    }
    let mut changed = Vec::new();
    for rows in owners.into_values() {
        // Whoever bears a name rightly keeps it.
        let (right, wrong): (Vec<_>, Vec<_>) = rows.into_iter().partition(|one| table.keeps(one));
        let mut taken: HashSet<String> = right.into_iter().map(|one| one.name_identity).collect();
        for one in wrong {
            let name = cleaned(&one.name).split_whitespace().collect::<Vec<_>>().join(" ");
            let name = apart(&cleaned_name(&name), table, &taken);
            taken.insert(same_name(&name));
            changed.push((one, name));
        }
    }
    changed
}

async fn groups(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    for (one, name) in renamed_in(db, &GROUPS).await? {
        let Named { organization_id, id, name: before, .. } = one;
        if name != before {
            tracing::warn!(organization = %organization_id, group = %id, "the group {before:?} is called {name:?} now: its name had what cannot be seen, or was that of another one");
        }
        let set = "UPDATE groups SET name_identity = {}, name_key = {}, name = {}, version = version + 1 \
                   WHERE organization_id = {} AND id = {}";
        let keys = [same_name(&name).into(), fold(&name).into()];
        execute(db, set, keys.into_iter().chain([name.into(), organization_id.into(), id.into()])).await?;
    }
    // Keys of all others: quotes, dashes and blanks fold.
    #[derive(FromQueryResult)]
    struct Group {
        organization_id: Uuid,
        id: Uuid,
        name: String,
        description: String,
        name_key: String,
    }
    let backend = db.get_database_backend();
    let sql = format!(
        "SELECT organization_id, id, name, description, name_key FROM groups WHERE {} OR {}",
        unusual(backend, "name"),
        unusual(backend, "description")
    );
    for one in Group::find_by_statement(Statement::from_string(backend, sql)).all(db).await? {
        let (key, description) = (fold(&one.name), cleaned(&one.description));
        if key != one.name_key || description != one.description {
            let set = "UPDATE groups SET name_key = {}, description = {} WHERE organization_id = {} AND id = {}";
            execute(db, set, [key.into(), description.into(), one.organization_id.into(), one.id.into()]).await?;
        }
    }
    Ok(())
}

async fn views(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    for (one, name) in renamed_in(db, &VIEWS).await? {
        let set = "UPDATE views SET name_identity = {}, name = {} WHERE organization_id = {} AND id = {}";
        let key = same_name(&name).into();
        execute(db, set, [key, name.into(), one.organization_id.into(), one.id.into()]).await?;
    }
    Ok(())
}

/// What changes in a table, each row's key out of the way of all others: no key begins with a blank.
async fn renamed_in(db: &impl ConnectionTrait, table: &Table) -> Result<Vec<(Named, String)>, DbErr> {
    let all = Named::find_by_statement(Statement::from_string(db.get_database_backend(), table.all)).all(db).await?;
    let changed = renamed(all, table);
    for (one, _) in &changed {
        let set = format!("UPDATE {} SET name_identity = {{}} WHERE organization_id = {{}} AND id = {{}}", table.name);
        execute(db, &set, [format!(" {}", one.id).into(), one.organization_id.into(), one.id.into()]).await?;
    }
    Ok(changed)
}

/// A statement with `{}` for each value.
async fn execute(
    db: &impl ConnectionTrait,
    template: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<(), DbErr> {
    let backend = db.get_database_backend();
    let mut sql = String::new();
    for (number, part) in template.split("{}").enumerate() {
        if number > 0 {
            sql += &if backend == DbBackend::Postgres { format!("${number}") } else { "?".into() };
        }
        sql += part;
    }
    db.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    Ok(())
}

/// Names that need not differ: those of organizations and accounts.
async fn simple(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        id: Uuid,
        name: String,
    }
    let backend = db.get_database_backend();
    for (table, set) in [
        ("organizations", "UPDATE organizations SET name = {}, name_key = {} WHERE id = {}"),
        ("accounts", "UPDATE accounts SET name = {} WHERE id = {}"),
    ] {
        let sql = format!("SELECT id, name FROM {table} WHERE {}", unusual(backend, "name"));
        for Row { id, name } in Row::find_by_statement(Statement::from_string(backend, sql)).all(db).await? {
            let clean = cleaned_name(&name);
            if table == "organizations" {
                execute(db, set, [clean.clone().into(), fold(&clean).into(), id.into()]).await?;
            } else if clean != name {
                execute(db, set, [clean.into(), id.into()]).await?;
            }
        }
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct Member {
    organization_id: Uuid,
    id: Uuid,
    email: String,
    email_key: String,
    name: String,
    name_key: String,
    state: String,
    kind: String,
    role: String,
}

async fn members(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    let backend = db.get_database_backend();
    let mut after = (Uuid::nil(), Uuid::nil());
    loop {
        let (one, other) = if backend == DbBackend::Postgres { ("$1", "$2") } else { ("?", "?") };
        let sql = format!(
            "SELECT organization_id, id, email, email_key, name, name_key, state, kind, role FROM members \
             WHERE (organization_id, id) > ({one}, {other}) AND ({} OR {}) ORDER BY organization_id, id LIMIT {BATCH}",
            unusual(backend, "name"),
            unusual(backend, "email"),
        );
        let statement = Statement::from_sql_and_values(backend, sql, [after.0.into(), after.1.into()]);
        let rows = Member::find_by_statement(statement).all(db).await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = (last.organization_id, last.id);
        let mut changed: BTreeMap<Uuid, Vec<(Member, String)>> = BTreeMap::new();
        for one in rows {
            let name = cleaned(&one.name);
            if name != one.name || fold(&name) != one.name_key || fold(&one.email) != one.email_key {
                changed.entry(one.organization_id).or_default().push((one, name));
            }
        }
        for (organization, some) in changed {
            change(db, organization, some).await.map_err(failed)?;
        }
    }
}

async fn change(db: &impl ConnectionTrait, organization: Uuid, some: Vec<(Member, String)>) -> crate::Result<()> {
    let scope = Scope::of(OrganizationId::from_uuid(organization));
    let is_postgres = db.get_database_backend() == DbBackend::Postgres;
    let mut rows = Vec::with_capacity(some.len());
    let mut documents = Vec::with_capacity(some.len());
    for (one, name) in some {
        let (email_key, name_key) = (fold(&one.email), fold(&name));
        let words = [&one.state, &one.kind, &one.role].map(|word| scope.mark(word));
        let document = [scope.document([&email_key, &name_key]), words.join(" ")].join(" ");
        rows.push([Value::from(one.id), name.into(), name_key.into(), email_key.into()]);
        documents.push([Value::from(one.id), document.into()]);
    }
    let set = "name = given.name, name_key = given.name_key, email_key = given.email_key, version = version + 1";
    bulk::update(db, "members", set, ["id", "name", "name_key", "email_key"], organization, rows).await?;
    if is_postgres {
        let then = "UPDATE member_search SET grams = array_to_tsvector(string_to_array(given.grams, ' ')) \
                    FROM given WHERE member_search.member_id = given.id AND member_search.organization_id = ";
        bulk::with_given(db, ["id", "grams"], [then, ""], organization, documents.into_iter()).await?;
    } else {
        let ids: Vec<_> = documents.iter().map(|[id, _]| [id.clone()]).collect();
        let gone = "DELETE FROM member_search WHERE rowid IN (SELECT members.row_id FROM given CROSS JOIN members \
                    WHERE members.id = given.id AND members.organization_id = ";
        bulk::with_given(db, ["id"], [gone, ")"], organization, ids.into_iter()).await?;
        let added = "INSERT INTO member_search (rowid, grams) SELECT members.row_id, given.grams \
                     FROM given CROSS JOIN members WHERE members.id = given.id AND members.organization_id = ";
        bulk::with_given(db, ["id", "grams"], [added, ""], organization, documents.into_iter()).await?;
    }
    // The ranges of the sorts are counted anew within a minute.
    let forget = "DELETE FROM member_range_sets WHERE organization_id = {}";
    execute(db, forget, [organization.into()]).await.map_err(Into::into)
}
