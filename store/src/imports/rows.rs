//! The rows of an import.

use super::{signed, unsigned};
use crate::entities::import_rows::{ActiveModel, Column, Entity, Model};
use crate::entities::imports;
use crate::{Error, Result, bulk};
use domain::import::Outcome;
use domain::{Email, ImportId, OrganizationId, text};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
    Value,
};
use std::collections::HashMap;
use uuid::Uuid;

/// How many rows are looked through at once.
const LOOKED_THROUGH: u64 = 5_000;

/// A row of a file, judged.
#[derive(Clone, Debug)]
pub struct Row {
    /// The line of the file where it starts.
    pub line: u64,
    /// What stands in it as address.
    pub email: String,
    /// What stands in it as name.
    pub name: String,
    /// Its cells, as JSON.
    pub cells: String,
    /// What the import does to it.
    pub judged: Judged,
}

/// What an import does to a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// In a word.
    pub outcome: Outcome,
    /// What is done, or the reason of the refusal.
    pub detail: String,
    /// The heading of the column at fault; empty where there is none.
    pub column: &'static str,
}

/// Adds rows.
pub async fn add(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    id: ImportId,
    rows: impl ExactSizeIterator<Item = Row>,
) -> Result<()> {
    let row = |row: Row| ActiveModel {
        organization_id: Set(organization.uuid()),
        import_id: Set(id.uuid()),
        line: Set(signed(row.line)),
        outcome: Set(row.judged.outcome.word().into()),
        email: Set(row.email),
        name: Set(row.name),
        detail: Set(row.judged.detail),
        column_word: Set(row.judged.column.into()),
        cells: Set(row.cells),
    };
    bulk::insert(db, rows.map(row)).await
}

/// Judges rows anew, by their lines.
pub async fn change(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    id: ImportId,
    rows: Vec<(u64, Judged)>,
) -> Result<()> {
    let given = |(line, judged): (u64, Judged)| {
        [
            signed(line).into(),
            id.uuid().into(),
            judged.outcome.word().into(),
            judged.detail.into(),
            judged.column.into(),
        ]
    };
    let then = "UPDATE import_rows SET outcome = given.outcome, detail = given.detail, column_word = given.column_word \
                FROM given WHERE import_rows.import_id = given.import_id AND import_rows.line = given.line \
                AND import_rows.organization_id = ";
    let names = ["line", "import_id", "outcome", "detail", "column_word"];
    bulk::with_given(db, names, [then, ""], organization.uuid(), rows.into_iter().map(given)).await
}

/// One page of the rows, in the order of the file.
pub async fn list(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    id: ImportId,
    outcome: Option<Outcome>,
    (offset, most): (u64, u64),
) -> Result<Vec<Row>> {
    let all = match outcome {
        Some(outcome) => its(organization, id).filter(Column::Outcome.eq(outcome.word())),
        None => its(organization, id),
    };
    // Passing over rows goes by the index alone.
    let start = all.clone().select_only().column(Column::Line).order_by_asc(Column::Line).offset(offset).limit(1);
    let Some(start) = start.into_tuple::<i64>().one(db).await? else { return Ok(Vec::new()) };
    let rows = all.filter(Column::Line.gte(start)).order_by_asc(Column::Line).limit(most).all(db).await?;
    rows.into_iter().map(row).collect()
}

/// The next rows after a line that are not refused.
pub async fn next(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    id: ImportId,
    after: u64,
    most: u64,
) -> Result<Vec<Row>> {
    let rows = its(organization, id)
        .filter(Column::Line.gt(signed(after)))
        .filter(Column::Outcome.ne(Outcome::Refused.word()))
        .order_by_asc(Column::Line)
        .limit(most)
        .all(db)
        .await?;
    rows.into_iter().map(row).collect()
}

/// The next rows after a line that have an outcome.
pub async fn of_outcome(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    id: ImportId,
    outcome: Outcome,
    (after, most): (u64, u64),
) -> Result<Vec<Row>> {
    let rows = its(organization, id)
        .filter(Column::Outcome.eq(outcome.word()))
        .filter(Column::Line.gt(signed(after)))
        .order_by_asc(Column::Line)
        .limit(most)
        .all(db)
        .await?;
    rows.into_iter().map(row).collect()
}

/// Where rows name somebody, and up to which line each file was looked through.
#[derive(Debug, Default)]
pub struct Mentions {
    /// The folded name of whom is looked for; empty where only the address is.
    name: String,
    /// Rows of which nothing is left.
    theirs: Vec<(Uuid, i64)>,
    /// Rows of others that say something of them, with the cells and the detail that are left.
    others: Vec<(Uuid, i64, String, String)>,
    read: HashMap<Uuid, i64>,
}

impl Mentions {
    /// Looks for somebody of that name too, in rows whose address is none.
    pub fn of(name: &str) -> Self {
        Self { name: text::fold(name.trim()), ..Self::default() }
    }

    fn is_name(&self, text: &str) -> bool {
        !self.name.is_empty() && text::fold(text.trim()) == self.name
    }

    /// What is left of a row. A refused one made nobody, and its address is often none at all: it goes where it names
    /// the person anywhere, by the whole name too.
    fn look_at(&mut self, id: Uuid, email: &Email, row: Looked) {
        let cells: Vec<String> = serde_json::from_str(&row.cells).unwrap_or_default();
        let refused = row.outcome == Outcome::Refused.word();
        let named = |text: &String| email.is_named_in(text);
        if named(&row.email)
            || refused
                && ([&row.name, &row.detail].into_iter().chain(&cells).any(named)
                    || self.is_name(&row.name)
                    || cells.iter().any(|cell| self.is_name(cell)))
        {
            self.theirs.push((id, row.line));
        } else if cells.iter().chain([&row.detail]).any(named) {
            let left = |text: String| if named(&text) { String::new() } else { text };
            let cells = serde_json::Value::from_iter(cells.into_iter().map(left)).to_string();
            self.others.push((id, row.line, cells, left(row.detail)));
        }
    }
}

/// What is looked at of a row.
#[derive(FromQueryResult)]
struct Looked {
    line: i64,
    outcome: String,
    email: String,
    name: String,
    detail: String,
    cells: String,
}

/// Looks through the rows of all files for an address, some at a time; what was looked through already is passed over.
pub async fn look_for(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    email: &Email,
    mut mentions: Mentions,
) -> Result<Mentions> {
    let ids: Vec<Uuid> = imports::Entity::find()
        .select_only()
        .column(imports::Column::Id)
        .filter(imports::Column::OrganizationId.eq(organization.uuid()))
        .into_tuple()
        .all(db)
        .await?;
    for id in ids {
        let mut after = mentions.read.get(&id).copied().unwrap_or_default();
        loop {
            let rows: Vec<Looked> = its(organization, ImportId::from_uuid(id))
                .select_only()
                .columns([Column::Line, Column::Outcome, Column::Email, Column::Name, Column::Detail, Column::Cells])
                .filter(Column::Line.gt(after))
                .order_by_asc(Column::Line)
                .limit(LOOKED_THROUGH)
                .into_model()
                .all(db)
                .await?;
            let Some(last) = rows.last() else { break };
            after = last.line;
            for row in rows {
                mentions.look_at(id, email, row);
            }
        }
        mentions.read.insert(id, after);
    }
    Ok(mentions)
}

/// Takes out of rows what they say of whom they name (spec E6).
pub async fn forget(db: &impl ConnectionTrait, organization: OrganizationId, mentions: Mentions) -> Result<()> {
    let then = "UPDATE import_rows SET email = '', name = '', detail = '', cells = '[]' \
                FROM given WHERE import_rows.import_id = given.import_id AND import_rows.line = given.line \
                AND import_rows.organization_id = ";
    let given = mentions.theirs.into_iter().map(|(id, line)| [Value::from(line), id.into()]);
    bulk::with_given(db, ["line", "import_id"], [then, ""], organization.uuid(), given).await?;
    let then = "UPDATE import_rows SET cells = given.cells, detail = given.detail \
                FROM given WHERE import_rows.import_id = given.import_id AND import_rows.line = given.line \
                AND import_rows.organization_id = ";
    let given = |(id, line, cells, detail): (Uuid, i64, String, String)| {
        [Value::from(line), id.into(), cells.into(), detail.into()]
    };
    let given = mentions.others.into_iter().map(given);
    bulk::with_given(db, ["line", "import_id", "cells", "detail"], [then, ""], organization.uuid(), given).await
}

fn its(organization: OrganizationId, id: ImportId) -> sea_orm::Select<Entity> {
    Entity::find().filter(Column::OrganizationId.eq(organization.uuid())).filter(Column::ImportId.eq(id.uuid()))
}

fn row(row: Model) -> Result<Row> {
    let outcome = Outcome::parse(&row.outcome)
        .ok_or_else(|| Error::Unreadable(format!("an imported row has the outcome {}", row.outcome)))?;
    let column = domain::import::Column::of_word(&row.column_word).map_or("", domain::import::Column::word);
    Ok(Row {
        line: unsigned(row.line),
        email: row.email,
        name: row.name,
        cells: row.cells,
        judged: Judged { outcome, detail: row.detail, column },
    })
}
