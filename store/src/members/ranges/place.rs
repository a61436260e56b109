//! A place in a sort.

use crate::entities::members::{Column, Model};
use crate::{Error, Result};
use domain::members::MemberSort;
use sea_orm::{DbBackend, Value};
use uuid::Uuid;

/// Where a member stands in a sort, and in which cell of the counters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// The sort's key as text that sorts by its bytes as the key does.
    pub key: String,
    /// The member, or where a range begins.
    pub id: Uuid,
    /// State, kind and role.
    pub cell: [String; 3],
}

impl Place {
    /// Before every member.
    pub fn first() -> Self {
        Self { key: String::new(), id: Uuid::nil(), cell: Default::default() }
    }

    /// Where a member stands.
    pub fn of(sort: MemberSort, row: &Model) -> Self {
        let number = |number: i64| format!("{number:020}");
        let key = match sort {
            MemberSort::Name => row.name_key.clone(),
            MemberSort::Email => row.email_key.clone(),
            MemberSort::Role => row.role.clone(),
            MemberSort::Created => number(row.created_at),
            MemberSort::LastActive => number(row.last_active_at),
            MemberSort::Logins => number(row.logins_count),
            MemberSort::LastLogin => number(row.last_login_at),
            MemberSort::LastLoginIp => row.last_login_ip.iter().map(|byte| format!("{byte:02x}")).collect(),
        };
        Self { key, id: row.id, cell: [row.state.clone(), row.kind.clone(), row.role.clone()] }
    }

    /// The key as the column has it.
    pub fn value(&self, sort: MemberSort) -> Result<Value> {
        let unreadable = || Error::Unreadable(format!("place {} in a sort", self.key));
        Ok(match sort {
            MemberSort::Name | MemberSort::Email | MemberSort::Role => self.key.clone().into(),
            MemberSort::Created | MemberSort::LastActive | MemberSort::Logins | MemberSort::LastLogin => {
                // The first range begins before everything.
                if self.key.is_empty() {
                    0_i64.into()
                } else {
                    self.key.parse::<i64>().map_err(|_| unreadable())?.into()
                }
            }
            MemberSort::LastLoginIp => {
                let byte = |at| self.key.get(at..at + 2).and_then(|two| u8::from_str_radix(two, 16).ok());
                let bytes: Option<Vec<u8>> = (0..self.key.len()).step_by(2).map(byte).collect();
                bytes.ok_or_else(unreadable)?.into()
            }
        })
    }
}

/// The key of a sort as [`Place`] has it, in the words of a database.
pub(super) fn key_sql(sort: MemberSort, backend: DbBackend) -> String {
    let column = crate::members::sources::order_of(sort);
    let name = sea_orm::IdenStatic::as_str(&column);
    match (column, backend) {
        (Column::NameKey | Column::EmailKey | Column::Role, _) => name.to_owned(),
        (Column::LastLoginIp, DbBackend::Postgres) => format!("encode({name}, 'hex')"),
        (Column::LastLoginIp, _) => format!("lower(hex({name}))"),
        (_, DbBackend::Postgres) => format!("lpad({name}::text, 20, '0')"),
        _ => format!("printf('%020d', {name})"),
    }
}
