//! Writes many rows with few statements.
//!
//! The text is put together here instead of by the query builder, whose tree for some ten thousand values
//! costs more than the database takes to write them. Rows come in powers of two, so that the same few
//! texts come back and stay prepared.

use crate::Result;
use sea_orm::{
    ActiveModelTrait, ActiveValue, ConnectionTrait, DbBackend, EntityTrait, IdenStatic, Iterable, Statement, Value,
};
use std::fmt::Write;

/// The most values that one statement carries; SQLite's bound, the lower of the two, is 32,766.
const MOST_VALUES: usize = 18_432;

/// The most rows of one statement that finds them as `given`: the next ones are put together meanwhile.
const MOST_GIVEN: usize = 2_048;

/// A statement in the making.
struct Text {
    backend: DbBackend,
    sql: String,
    values: Vec<Value>,
}

impl Text {
    fn new(backend: DbBackend, sql: String) -> Self {
        Self { backend, sql, values: Vec::new() }
    }

    fn push(&mut self, sql: &str) {
        self.sql.push_str(sql);
    }

    fn value(&mut self, value: Value) {
        self.values.push(value);
        match self.backend {
            // Writing to a String does not fail.
            DbBackend::Postgres => _ = write!(self.sql, "${}", self.values.len()),
            _ => self.sql.push('?'),
        }
    }

    /// `(?, ?), (?, ?)` for rows of so many values.
    fn rows(&mut self, values: impl Iterator<Item = Value>, columns: usize) {
        for (index, value) in values.enumerate() {
            self.push(match index {
                0 => "(",
                _ if index % columns == 0 => "), (",
                _ => ", ",
            });
            self.value(value);
        }
        self.push(")");
    }

    async fn execute(self, db: &impl ConnectionTrait) -> Result<()> {
        db.execute_raw(Statement::from_sql_and_values(self.backend, self.sql, self.values)).await?;
        Ok(())
    }
}

/// How many of the rows that are left the next statement takes.
fn some(left: usize, columns: usize) -> usize {
    let most = (MOST_VALUES / columns).max(1).min(left.max(1));
    1 << most.ilog2()
}

/// Inserts rows whose columns are all set.
pub(crate) async fn insert<E, M>(db: &impl ConnectionTrait, mut rows: impl ExactSizeIterator<Item = M>) -> Result<()>
where
    E: EntityTrait + Default,
    M: ActiveModelTrait<Entity = E>,
{
    let columns: Vec<E::Column> = E::Column::iter().collect();
    let table = E::default();
    let mut next = || {
        let number = some(rows.len(), columns.len());
        let value = |row: &mut M, column| match row.take(column) {
            ActiveValue::Set(value) | ActiveValue::Unchanged(value) => value,
            ActiveValue::NotSet => Value::String(None),
        };
        let values: Vec<Value> = rows
            .by_ref()
            .take(number)
            .flat_map(|mut row| columns.iter().map(|column| value(&mut row, *column)).collect::<Vec<_>>())
            .collect();
        (!values.is_empty()).then(|| insertion(db.get_database_backend(), table.table_name(), &columns, values))
    };
    let mut statement = next();
    while let Some(text) = statement {
        // The next one is put together while the database works on this.
        let (done, following) = tokio::join!(text.execute(db), async { next() });
        done?;
        statement = following;
    }
    Ok(())
}

/// The statement that inserts rows. A value that a column has in all of them is bound once.
fn insertion(backend: DbBackend, table: &str, columns: &[impl IdenStatic], values: Vec<Value>) -> Text {
    let width = columns.len();
    let (first, others) = values.split_at(width);
    let same: Vec<bool> = (0..width)
        .map(|column| !others.is_empty() && others.iter().skip(column).step_by(width).all(|v| *v == first[column]))
        .collect();
    let names = columns.iter().map(|column| format!("\"{}\"", column.as_str())).collect::<Vec<_>>().join(", ");
    let mut text = Text::new(backend, format!("INSERT INTO \"{table}\" ({names}) SELECT "));
    let mut given = 0;
    for (column, same) in same.iter().enumerate() {
        text.push(if column == 0 { "" } else { ", " });
        if *same {
            text.value(first[column].clone());
        } else {
            given += 1;
            text.push(&format!("column{given}"));
        }
    }
    text.push(" FROM (VALUES ");
    let varying = values.into_iter().enumerate().filter(|(place, _)| !same[place % width]);
    text.rows(varying.map(|(_, value)| value), given.max(1));
    text.push(") AS given");
    text
}

/// Changes many rows of one organization, each to its own values: `set` names the columns of `given`,
/// whose first is `id`.
pub(crate) async fn update<const N: usize>(
    db: &impl ConnectionTrait,
    table: &str,
    set: &str,
    given: [&str; N],
    organization: uuid::Uuid,
    rows: Vec<[Value; N]>,
) -> Result<()> {
    let then = format!(
        "UPDATE \"{table}\" SET {set} FROM given WHERE \"{table}\".id = given.id AND \"{table}\".organization_id = "
    );
    with_given(db, given, [&then, ""], organization, rows.into_iter()).await
}

/// Runs a statement over rows that it finds as `given`. The organization's id is put between its two parts.
pub(crate) async fn with_given<const N: usize>(
    db: &impl ConnectionTrait,
    given: [&str; N],
    then: [&str; 2],
    organization: uuid::Uuid,
    mut rows: impl ExactSizeIterator<Item = [Value; N]>,
) -> Result<()> {
    let backend = db.get_database_backend();
    let mut next = || {
        let number = some(rows.len(), N).min(MOST_GIVEN);
        let some: Vec<Value> = rows.by_ref().take(number).flatten().collect();
        (!some.is_empty()).then(|| {
            let mut text = Text::new(backend, format!("WITH given ({}) AS (VALUES ", given.join(", ")));
            text.rows(some.into_iter(), N);
            text.push(") ");
            text.push(then[0]);
            text.value(organization.into());
            text.push(then[1]);
            text
        })
    };
    let mut statement = next();
    while let Some(text) = statement {
        // As above.
        let (done, following) = tokio::join!(text.execute(db), async { next() });
        done?;
        statement = following;
    }
    Ok(())
}

/// A list for `IN`, brought to the next power of two with what is in it already: lists of every length
/// would each be a statement of its own to keep prepared.
pub(crate) fn padded<T: Clone>(list: &[T]) -> impl Iterator<Item = T> {
    let padding = list.last().into_iter().cycle().take(list.len().next_power_of_two() - list.len());
    list.iter().chain(padding).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_go_in_powers_of_two_within_the_bound() {
        assert_eq!([1, 2, 3, 1_000, 100_000].map(|left| some(left, 18)), [1, 2, 2, 512, 1_024]);
        assert_eq!(some(9, MOST_VALUES * 2), 1);
    }

    #[test]
    fn lists_are_padded_with_what_is_in_them() {
        assert_eq!(padded(&[1, 2, 3, 4, 5]).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 5, 5, 5]);
        assert_eq!(padded(&[1, 2]).count(), 2);
        // next_power_of_two of nothing is one.
        assert_eq!(padded::<i32>(&[]).count(), 0);
    }

    #[test]
    fn what_all_rows_have_is_bound_once() {
        #[derive(Clone, Copy, Debug)]
        struct Name(&'static str);
        impl sea_orm::Iden for Name {
            fn unquoted(&self) -> &str {
                self.0
            }
        }
        impl IdenStatic for Name {
            fn as_str(&self) -> &'static str {
                self.0
            }
        }
        let text = |values: &[i32]| {
            let values = values.iter().copied().map(Value::from).collect();
            let text = insertion(DbBackend::Postgres, "t", &["a", "b", "c"].map(Name), values);
            (text.sql, text.values.len())
        };
        let head = "INSERT INTO \"t\" (\"a\", \"b\", \"c\") SELECT";
        assert_eq!(
            text(&[7, 1, 2, 7, 3, 4]),
            (format!("{head} $1, column1, column2 FROM (VALUES ($2, $3), ($4, $5)) AS given"), 5)
        );
        assert_eq!(
            text(&[7, 1, 2]),
            (format!("{head} column1, column2, column3 FROM (VALUES ($1, $2, $3)) AS given"), 3)
        );
    }

    #[test]
    fn placeholders_are_those_of_the_database() {
        let text = |backend| {
            let mut text = Text::new(backend, String::new());
            text.rows([1, 2, 3, 4].into_iter().map(Value::from), 2);
            text.sql
        };
        assert_eq!(text(DbBackend::Sqlite), "(?, ?), (?, ?)");
        assert_eq!(text(DbBackend::Postgres), "($1, $2), ($3, $4)");
    }
}
