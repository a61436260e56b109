//! Checks how mail leaves: talks to the mail server up to the point where a letter would begin.

use super::report::Report;
use crate::config::{Config, Encryption};
use crate::mail::{self, Post};

/// Checks the mail server.
pub async fn check(config: &Config, report: &mut Report) {
    let Some(server) = &config.mail.smtp else {
        let folder = mail::folder(&config.data_dir);
        let found = format!("no mail server is configured: letters become files in {}", folder.display());
        return report.warning("mail", &found, "Set MUSTER_SMTP_URL (--smtp-url), or nobody receives them.");
    };
    let origin = config.public_url(config.listen).origin().to_owned();
    let post = Post::new(&config.mail, &config.data_dir, origin);
    let place = format!("{}:{}", server.host, server.port);
    match post.try_out().await {
        None => {}
        Some(Err(said)) => {
            report.problem("mail", &format!("{place}: {said}"), "Letters wait until it is mended; MUSTER_SMTP_URL (--smtp-url) says where the server is and how it is talked to, MUSTER_MAIL_FROM who letters are from.");
        }
        Some(Ok(_)) if server.tells_password_to_all() => report.warning(
            "mail",
            &format!("{place} is given the user and the password without encryption"),
            "Add ?tls=required to MUSTER_SMTP_URL (--smtp-url).",
        ),
        Some(Ok(false)) if matches!(server.encryption, Encryption::Offered(_)) => report.warning(
            "mail",
            &format!("{place} offers no encryption, and letters with links go there in the clear"),
            "Use a server that does, with ?tls=required, or leave the option out where the network is your own.",
        ),
        Some(Ok(encrypted)) => {
            let how = if encrypted { "encrypted" } else { "not encrypted" };
            let who = if server.credentials.is_some() { "the user and the sender" } else { "the sender" };
            report.ok("mail", &format!("{place} accepts {who} ({how}); no letter was sent"));
        }
    }
}
