//! What people write is text wherever a page shows it. The cells of tables are written into the page as text (decision 13),
//! and so is the title, so each has to be escaped.

use crate::audited::world::{SETTINGS, World};
use crate::support::{Call, Server};

/// A name that would end the title and begin a script.
const NAME: &str = "</title><script>alert(1)</script>";
/// The same as text.
const SHOWN: &str = "&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;";

#[test]
fn a_name_that_looks_like_a_script_is_text_in_every_table_and_title() {
    let world = World::new(Server::with(SETTINGS));
    let email = world.address();
    let import = world.judged_file(&format!("email,name,groups\n{email},{NAME},{NAME}\n"));
    let (_, id) = import.rsplit_once('/').unwrap();
    let before = world.log().len();
    let applied = world.server.send(Call::post(&import).cookie(&world.ana).change("import/apply", &[("import", id)]));
    assert_eq!(applied.status, 303, "{}", applied.text());
    world.log_of(before + 2);
    let found = world.answer("/api/groups/list", &[("query", "q=alert")]);
    let group = found["page"]["rows"][0]["id"].as_str().unwrap().to_owned();
    let member = world.answer("/api/members/list", &[("query", &format!("q={email}"))]);
    let member = member["page"]["rows"][0]["id"].as_str().unwrap().to_owned();
    let bulk = world.key();
    world.answer("/api/bulk/begin", &[("id", &bulk), ("action", "end-sessions"), ("form[members][0]", &member)]);
    let mut wrong = Vec::new();
    for path in [
        "/o/acme/members".to_owned(),
        "/o/acme/groups".to_owned(),
        format!("/o/acme/groups/{group}"),
        format!("/o/acme/members/{member}"),
        format!("/o/acme/members/bulk/{bulk}"),
        "/o/acme/audit".to_owned(),
        import,
    ] {
        let page = world.server.get_as(&world.ana, &path);
        let text = page.text();
        assert_eq!(page.status, 200, "{path}: {text}");
        if text.contains(NAME) || !text.contains(SHOWN) {
            wrong.push(path);
        }
    }
    assert!(wrong.is_empty(), "{wrong:?} have it as a script, or do not show it");
}
