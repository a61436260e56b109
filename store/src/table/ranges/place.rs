//! A position in a sort.

use crate::table::{Column, Model, Table};
use crate::{Error, Result};
use sea_orm::sea_query::ColumnType;
use sea_orm::{ColumnTrait, DbBackend, IdenStatic, ModelTrait, Value};
use uuid::Uuid;

/// Where a row stands in a sort, and in which cell of the counters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// The sort's key as text that sorts by its bytes as the key does.
    pub key: String,
    /// The row, or where a range begins.
    pub id: Uuid,
    /// The words of the cell.
    pub cell: Vec<String>,
}

/// What a column that orders holds.
enum Key {
    Text,
    Number,
    Bytes,
}

fn key_of(column: impl ColumnTrait) -> Key {
    match column.def().get_column_type() {
        ColumnType::BigInteger | ColumnType::Integer => Key::Number,
        ColumnType::Binary(_) | ColumnType::VarBinary(_) | ColumnType::Blob => Key::Bytes,
        _ => Key::Text,
    }
}

impl Place {
    /// Before every row.
    pub fn first() -> Self {
        Self { key: String::new(), id: Uuid::nil(), cell: Vec::new() }
    }

    /// Where a row stands.
    pub fn of<T: Table>(sort: T::Sort, row: &Model<T>) -> Result<Self> {
        let key = match row.get(T::order(sort)) {
            Value::String(Some(text)) => text,
            Value::BigInt(Some(number)) => format!("{number:020}"),
            Value::Bytes(Some(bytes)) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
            other => return Err(Error::Unreadable(format!("key {other:?} of a sort"))),
        };
        let Value::Uuid(Some(id)) = row.get(T::ID) else { return Err(Error::Unreadable("a row without an id".into())) };
        Ok(Self { key, id, cell: cell::<T>(row)? })
    }

    /// The key as the column has it.
    pub fn value<T: Table>(&self, sort: T::Sort) -> Result<Value> {
        let unreadable = || Error::Unreadable(format!("place {} in a sort", self.key));
        Ok(match key_of(T::order(sort)) {
            Key::Text => self.key.clone().into(),
            // The first range begins before everything.
            Key::Number if self.key.is_empty() => 0_i64.into(),
            Key::Number => self.key.parse::<i64>().map_err(|_| unreadable())?.into(),
            Key::Bytes => {
                let byte = |at| self.key.get(at..at + 2).and_then(|two| u8::from_str_radix(two, 16).ok());
                let bytes: Option<Vec<u8>> = (0..self.key.len()).step_by(2).map(byte).collect();
                bytes.ok_or_else(unreadable)?.into()
            }
        })
    }
}

/// The words of a row's cell.
pub(super) fn cell<T: Table>(row: &Model<T>) -> Result<Vec<String>> {
    let word = |column: &Column<T>| match row.get(*column) {
        Value::String(Some(word)) => Ok(word),
        other => Err(Error::Unreadable(format!("word {other:?} of a cell"))),
    };
    T::CELL.iter().map(word).collect()
}

/// The key of a sort as [`Place`] has it, in the words of a database.
pub(super) fn key_sql<T: Table>(sort: T::Sort, backend: DbBackend) -> String {
    let column = T::order(sort);
    let name = column.as_str();
    match (key_of(column), backend) {
        (Key::Text, _) => name.to_owned(),
        (Key::Bytes, DbBackend::Postgres) => format!("encode({name}, 'hex')"),
        (Key::Bytes, _) => format!("lower(hex({name}))"),
        (Key::Number, DbBackend::Postgres) => format!("lpad({name}::text, 20, '0')"),
        (Key::Number, _) => format!("printf('%020d', {name})"),
    }
}
