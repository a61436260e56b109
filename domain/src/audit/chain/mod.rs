//! What makes the audit log tamper-evident: the bytes of its rows, the marks made from them, and the seals that chain
//! the marks (decision 19). There are no keys here; code that holds the key makes the marks and hashes from these
//! bytes.

mod row;

pub use row::StoredRow;

use crate::{AuditId, OrganizationId, Refused, Timestamp};
use row::Bytes;
use std::fmt;
use std::str::FromStr;

/// The first byte of a seal's bytes. No row's bytes begin with it.
const SEAL: u8 = 2;

/// The most rows that one seal is for.
pub const MOST_IN_A_SEAL: usize = 1_024;

/// The mark that shows that a row is as the application wrote it: half of an HMAC-SHA-256 of its bytes (RFC 2104,
/// section 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark(pub [u8; 16]);

/// A row and its mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarkedRow {
    /// The row.
    pub id: AuditId,
    /// Its mark.
    pub mark: Mark,
}

impl MarkedRow {
    /// Packs rows and their marks into 32 bytes each.
    pub fn pack(rows: &[Self]) -> Vec<u8> {
        rows.iter().flat_map(|row| row.id.uuid().into_bytes().into_iter().chain(row.mark.0)).collect()
    }

    /// The reverse of [`Self::pack`]; `None` for anything that it cannot have made.
    pub fn unpack(bytes: &[u8]) -> Option<Vec<Self>> {
        let (rows, rest) = bytes.as_chunks::<32>();
        let row = |bytes: &[u8; 32]| {
            let (id, mark) = (bytes.first_chunk()?, bytes.last_chunk()?);
            Some(Self { id: AuditId::from_uuid(uuid::Uuid::from_bytes(*id)), mark: Mark(*mark) })
        };
        if rest.is_empty() { rows.iter().map(row).collect() } else { None }
    }
}

/// The hash of a seal, which the next seal contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainHash(pub [u8; 32]);

impl fmt::Display for ChainHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// How rows came to be sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// The application marked them as it wrote them.
    Written,
    /// They existed before the chain did, and were adopted as they were found.
    Adopted,
}

impl Manner {
    /// The word in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Written => "written",
            Self::Adopted => "adopted",
        }
    }

    /// The manner of a word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Written, Self::Adopted].into_iter().find(|manner| manner.word() == word)
    }
}

/// The content of a seal, from which its hash is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedRows<'a> {
    /// The organization whose chain it is in.
    pub organization: OrganizationId,
    /// Its position in the chain; the first is 1.
    pub position: i64,
    /// When it was made.
    pub sealed_at: Timestamp,
    /// How its rows came to be sealed.
    pub manner: Manner,
    /// The packed marks of its rows.
    pub marks: &'a [u8],
    /// The hash of the seal before; `None` for the first.
    pub before: Option<ChainHash>,
}

impl SealedRows<'_> {
    /// Bytes that are unique to this seal.
    pub fn canonical(&self) -> Vec<u8> {
        let mut out = Bytes(Vec::with_capacity(self.marks.len() + 96));
        out.0.push(SEAL);
        out.uuid(self.organization.uuid());
        out.number(self.position);
        out.number(self.sealed_at.millis());
        out.text(self.manner.word().as_bytes());
        out.text(self.marks);
        out.optional(self.before, |out, hash| out.0.extend_from_slice(&hash.0));
        out.0
    }
}

/// The head of a chain at some moment, for an operator to note elsewhere: `87:` and the hash in hexadecimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainHead {
    /// The position of the last seal.
    pub position: i64,
    /// Its hash.
    pub hash: ChainHash,
}

impl fmt::Display for ChainHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.position, self.hash)
    }
}

impl FromStr for ChainHead {
    type Err = Refused;
    fn from_str(text: &str) -> Result<Self, Refused> {
        let read = || {
            let (position, hash) = text.trim().split_once(':')?;
            let digits = hash.chars().map(|digit| digit.to_digit(16)).collect::<Option<Vec<_>>>()?;
            let (pairs, rest) = digits.as_chunks::<2>();
            let bytes: Vec<u8> = pairs.iter().filter_map(|[high, low]| u8::try_from(high * 16 + low).ok()).collect();
            let hash = ChainHash(<[u8; 32]>::try_from(bytes).ok().filter(|_| rest.is_empty())?);
            let position = position.parse().ok().filter(|position| *position > 0)?;
            Some(Self { position, hash })
        };
        read().ok_or_else(|| {
            Refused::because("This is no head of a chain; accepted is what `muster audit verify` prints, such as 87:3f0a… with 64 hexadecimal digits.")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    proptest! {
        #[test]
        fn marks_are_unpacked_as_they_were_packed(rows in prop::collection::vec((any::<u128>(), any::<[u8; 16]>()), 0..5)) {
            let row = |(id, mark)| MarkedRow { id: AuditId::from_uuid(Uuid::from_u128(id)), mark: Mark(mark) };
            let rows: Vec<_> = rows.into_iter().map(row).collect();
            let mut packed = MarkedRow::pack(&rows);
            prop_assert_eq!(MarkedRow::unpack(&packed), Some(rows));
            packed.push(0);
            prop_assert_eq!(MarkedRow::unpack(&packed), None);
        }

        #[test]
        fn a_head_is_read_as_it_is_printed(position in 1..=i64::MAX, hash in any::<[u8; 32]>()) {
            let head = ChainHead { position, hash: ChainHash(hash) };
            prop_assert_eq!(head.to_string().parse::<ChainHead>().unwrap(), head);
        }

        #[test]
        fn reading_a_head_never_panics(text in any::<String>()) {
            let _ = text.parse::<ChainHead>();
        }
    }

    #[test]
    fn different_seals_have_different_bytes() {
        let seal = SealedRows {
            organization: OrganizationId::from_uuid(Uuid::from_u128(1)),
            position: 2,
            sealed_at: Timestamp::from_millis(3),
            manner: Manner::Written,
            marks: &[4; 32],
            before: Some(ChainHash([5; 32])),
        };
        let all = [
            seal.clone(),
            SealedRows { organization: OrganizationId::from_uuid(Uuid::from_u128(2)), ..seal.clone() },
            SealedRows { position: 3, ..seal.clone() },
            SealedRows { sealed_at: Timestamp::from_millis(4), ..seal.clone() },
            SealedRows { manner: Manner::Adopted, ..seal.clone() },
            SealedRows { marks: &[4; 64], ..seal.clone() },
            SealedRows { before: None, ..seal.clone() },
            SealedRows { before: Some(ChainHash([6; 32])), ..seal },
        ];
        let bytes: std::collections::BTreeSet<_> = all.iter().map(SealedRows::canonical).collect();
        assert_eq!(bytes.len(), all.len());
    }

    #[test]
    fn what_is_no_head_is_refused() {
        let hash = "0".repeat(64);
        for wrong in
            ["", "1", "1:", "0:00", "1:0", &hash, &format!("0:{hash}"), &format!("1:{hash}0"), &format!("1:{hash}é")]
        {
            assert!(wrong.parse::<ChainHead>().is_err(), "{wrong}");
        }
    }
}
