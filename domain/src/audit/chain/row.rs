//! The bytes of an audit row, from which its mark is made.

use crate::{AuditId, MemberId, OrganizationId, Timestamp};

/// The first byte of a row's bytes. A change of the format takes another one.
const ROW: u8 = 1;

/// A row of the log as the database stores it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRow<'a> {
    /// The organization whose log it is in.
    pub organization: OrganizationId,
    /// The row.
    pub id: AuditId,
    /// When it happened.
    pub at: Timestamp,
    /// The member who did it, if it was a member.
    pub actor_id: Option<MemberId>,
    /// Who did it.
    pub actor: &'a str,
    /// The word of the action, even if it is unknown.
    pub action: &'a str,
    /// The id of the thing that it was done to, if it has one.
    pub target_id: Option<uuid::Uuid>,
    /// What it was done to.
    pub target: &'a str,
    /// The state before, as the stored text.
    pub before: Option<&'a str>,
    /// The state after, as the stored text.
    pub after: Option<&'a str>,
    /// The network address, as the stored bytes.
    pub ip: &'a [u8],
    /// The id of the request.
    pub request_id: &'a str,
}

impl StoredRow<'_> {
    /// Bytes that are unique to this row and the same on every database: fixed fields as they are, each text preceded
    /// by its length, and a byte in front of each field that may be absent.
    pub fn canonical(&self) -> Vec<u8> {
        let mut out = Bytes(Vec::with_capacity(256));
        out.0.push(ROW);
        out.uuid(self.organization.uuid());
        out.uuid(self.id.uuid());
        out.number(self.at.millis());
        out.optional(self.actor_id, |out, id| out.uuid(id.uuid()));
        out.text(self.actor.as_bytes());
        out.text(self.action.as_bytes());
        out.optional(self.target_id, Bytes::uuid);
        out.text(self.target.as_bytes());
        out.optional(self.before, |out, text| out.text(text.as_bytes()));
        out.optional(self.after, |out, text| out.text(text.as_bytes()));
        out.text(self.ip);
        out.text(self.request_id.as_bytes());
        out.0
    }
}

/// Bytes being built.
pub(super) struct Bytes(pub Vec<u8>);

impl Bytes {
    pub fn uuid(&mut self, id: uuid::Uuid) {
        self.0.extend_from_slice(id.as_bytes());
    }
    pub fn number(&mut self, number: i64) {
        self.0.extend_from_slice(&number.to_be_bytes());
    }
    pub fn text(&mut self, text: &[u8]) {
        self.0.extend_from_slice(&(text.len() as u64).to_be_bytes());
        self.0.extend_from_slice(text);
    }
    pub fn optional<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        self.0.push(value.is_some().into());
        if let Some(value) = value {
            write(self, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    /// The fields of a row, owned.
    type Fields = (
        (u128, u128, i64, Option<u128>, String),
        (String, Option<u128>, String),
        (Option<String>, Option<String>, Vec<u8>, String),
    );

    fn bytes(fields: &Fields) -> Vec<u8> {
        let ((organization, id, at, actor_id, actor), (action, target_id, target), (before, after, ip, request_id)) =
            fields;
        let row = StoredRow {
            organization: OrganizationId::from_uuid(Uuid::from_u128(*organization)),
            id: AuditId::from_uuid(Uuid::from_u128(*id)),
            at: Timestamp::from_millis(*at),
            actor_id: actor_id.map(|id| MemberId::from_uuid(Uuid::from_u128(id))),
            actor,
            action,
            target_id: target_id.map(Uuid::from_u128),
            target,
            before: before.as_deref(),
            after: after.as_deref(),
            ip,
            request_id,
        };
        row.canonical()
    }

    /// Short texts made of few letters, so that small differences occur.
    fn fields() -> impl Strategy<Value = Fields> {
        let text = || "[ab]{0,3}";
        let some = || prop::option::of("[ab]{0,2}");
        let id = || prop::option::of(0..3_u128);
        (
            (0..2_u128, 0..2_u128, 0..2_i64, id(), text()),
            (text(), id(), text()),
            (some(), some(), prop::collection::vec(0..2_u8, 0..3), text()),
        )
    }

    #[test]
    fn a_row_has_the_bytes_that_are_written_down() {
        let row = (
            (1, 2, 3, None, "a".into()),
            ("b".into(), Some(4), String::new()),
            (None, Some("c".into()), vec![9], "r".into()),
        );
        let id = |last: u8| [vec![0; 15], vec![last]].concat();
        let text = |text: &[u8]| [vec![0; 7], vec![u8::try_from(text.len()).unwrap()], text.to_vec()].concat();
        let expected = [
            vec![1],
            id(1),
            id(2),
            vec![0, 0, 0, 0, 0, 0, 0, 3, 0],
            text(b"a"),
            text(b"b"),
            vec![1],
            id(4),
            text(b""),
            vec![0, 1],
            text(b"c"),
            text(&[9]),
            text(b"r"),
        ];
        assert_eq!(
            bytes(&row),
            expected.concat(),
            "marks of before depend on it: another form takes another first byte"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4_096, ..ProptestConfig::default() })]

        #[test]
        fn different_rows_have_different_bytes(one in fields(), other in fields()) {
            prop_assert_eq!(one == other, bytes(&one) == bytes(&other));
        }

        #[test]
        fn a_change_of_any_field_changes_the_bytes(row in fields(), other in fields(), field in 0..12_usize) {
            let mut changed = row.clone();
            match field {
                0 => changed.0.0 = other.0.0,
                1 => changed.0.1 = other.0.1,
                2 => changed.0.2 = other.0.2,
                3 => changed.0.3 = other.0.3,
                4 => changed.0.4 = other.0.4,
                5 => changed.1.0 = other.1.0,
                6 => changed.1.1 = other.1.1,
                7 => changed.1.2 = other.1.2,
                8 => changed.2.0 = other.2.0,
                9 => changed.2.1 = other.2.1,
                10 => changed.2.2 = other.2.2,
                _ => changed.2.3 = other.2.3,
            }
            prop_assert_eq!(changed == row, bytes(&changed) == bytes(&row));
        }
    }
}
