//! `muster audit verify` (spec A1): checks for each organization that its audit log is as it was written.

use super::words::count;
use super::{close, open, refused, say};
use crate::cli::Verify;
use crate::config::Config;
use crate::failure::Failure;
use domain::text::grouped;
use service::Operator;
use service::audit_chain::{self, Fault, Found, Verified};

/// Verifies; the exit code is 1 where something was changed.
pub async fn verify(config: &Config, command: Verify) -> Result<(), Failure> {
    let (database, services) = open(config).await?;
    let mut whole = true;
    let each = |verified: Verified| {
        whole &= verified.faults == 0;
        lines(&verified).iter().for_each(|line| say(line));
    };
    let operator = Operator::on_this_machine();
    let outcome = audit_chain::verify(&services, &operator, command.organization.as_ref(), command.expect, each).await;
    close(database).await;
    outcome.map_err(|error| match (error, &command.organization) {
        (service::Error::NotFound, Some(slug)) => {
            Failure::usage(format!("--organization: there is no organization “{slug}”."))
        }
        (error, _) => refused(&error, |field| format!("--{field}")),
    })?;
    if whole { Ok(()) } else { Err(Failure::InPart) }
}

fn lines(verified: &Verified) -> Vec<String> {
    let slug = &verified.slug;
    let mut lines: Vec<String> = verified.told.iter().map(|found| format!("{slug}: {}", told(*found))).collect();
    if verified.faults > lines.len() as u64 {
        lines.push(format!("{slug}: and more."));
    }
    if verified.foreign {
        lines.push(format!(
            "{slug}: nothing in the log is of this installation's key: run this with the key that the server has, MUSTER_SECRET_KEY or the file secret.key in the data directory."
        ));
    }
    lines.push(format!("{slug}: {}", summary(verified)));
    lines
}

/// "acme: seal 12, row 0197…: the row is missing."
fn told(Found { position, fault }: Found) -> String {
    let place = position.map_or_else(String::new, |position| format!("seal {position}, "));
    let seal = position.unwrap_or_default();
    match fault {
        Fault::RowChanged(row) => {
            format!("{place}row {row}: it was changed, or was not written by Muster.")
        }
        Fault::RowMissing(row) => format!("{place}row {row}: it is missing."),
        Fault::RowAdded(row) => {
            format!("row {row}: it is in no seal: it was added behind Muster's back, or its seal was taken away.")
        }
        Fault::RowRepeated(row) => format!("{place}row {row}: it is sealed more than once."),
        Fault::SealChanged => format!("seal {seal}: it was changed, or stands at another place."),
        Fault::SealsMissing(first) if first == seal => format!("seal {seal}: it is missing."),
        Fault::SealsMissing(first) => format!("seals {first} to {seal}: they are missing."),
        Fault::SlipUnreadable => "what waits to be sealed was changed.".into(),
        Fault::AdoptionAdded => {
            "rows are named as older than the chain, which they are not: it was not Muster that did.".into()
        }
        Fault::NotedDiffers => {
            format!("seal {seal}: it is not the one that was noted: the log was changed from there on, or before.")
        }
        Fault::NotedGone => format!("seal {seal}, which was noted, is not there: the end of the log was taken away."),
    }
}

fn summary(verified: &Verified) -> String {
    let result = match verified.faults {
        0 => "as it was written".to_owned(),
        1 => "1 fault".into(),
        faults => format!("{} faults", grouped(faults)),
    };
    let adopted = match verified.adopted {
        0 => String::new(),
        adopted => match verified.lost {
            None => format!(" ({} from before there were seals)", grouped(adopted)),
            Some(_) => format!(" ({} taken as they were found when the key was replaced)", grouped(adopted)),
        },
    };
    let waiting = match verified.waiting {
        0 => String::new(),
        waiting => format!(", {} to be sealed", count(waiting, "row waits", "rows wait")),
    };
    let lost = verified.lost.map_or_else(String::new, |lost| {
        format!(
            "; the key of the seals up to {} was lost: of these it is only known that their rows are there",
            grouped(lost.unsigned_abs())
        )
    });
    let head = verified.head.map_or_else(String::new, |head| format!(". Head: {head}"));
    format!("{result}; {} sealed{adopted}{waiting}{lost}{head}", count(verified.rows, "row", "rows"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::audit::chain::{ChainHash, ChainHead};

    fn verified() -> Verified {
        let head = Some(ChainHead { position: 87, hash: ChainHash([0xab; 32]) });
        Verified { slug: "acme".into(), rows: 1_204, head, ..Verified::default() }
    }

    #[test]
    fn a_whole_log_is_one_line_with_its_head() {
        let hash = "ab".repeat(32);
        assert_eq!(lines(&verified()), [format!("acme: as it was written; 1,204 rows sealed. Head: 87:{hash}")]);
        let some = Verified { adopted: 1_000, waiting: 1, head: None, ..verified() };
        let expected =
            "acme: as it was written; 1,204 rows sealed (1,000 from before there were seals), 1 row waits to be sealed";
        assert_eq!(lines(&some), [expected]);
    }

    // decision 35
    #[test]
    fn what_is_not_known_of_a_log_whose_key_was_lost_is_said() {
        let verified = Verified { lost: Some(1_200), adopted: 1_203, head: None, ..verified() };
        let expected = "acme: as it was written; 1,204 rows sealed (1,203 taken as they were found when the key was replaced); \
             the key of the seals up to 1,200 was lost: of these it is only known that their rows are there";
        assert_eq!(lines(&verified), [expected]);
    }

    #[test]
    fn each_fault_is_a_line_with_its_place() {
        let row = "0197a8b4-0000-7000-8000-000000000001".parse().unwrap();
        let found = |position, fault| Found { position, fault };
        let told = vec![
            found(Some(12), Fault::RowMissing(row)),
            found(Some(14), Fault::SealsMissing(14)),
            found(Some(19), Fault::SealsMissing(17)),
        ];
        let lines = lines(&Verified { faults: 4, told, foreign: true, ..verified() });
        assert_eq!(lines[0], format!("acme: seal 12, row {row}: it is missing."));
        assert_eq!(
            lines[1..4],
            ["acme: seal 14: it is missing.", "acme: seals 17 to 19: they are missing.", "acme: and more."]
        );
        assert!(lines[4].contains("MUSTER_SECRET_KEY") && lines[5].starts_with("acme: 4 faults; "), "{lines:?}");
    }
}
