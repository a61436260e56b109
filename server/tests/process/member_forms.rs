//! **Edit Member**, **Invite Member**, a bulk action and an action for several people in a group, as a browser without
//! JavaScript sends them: a refused form comes back with what was typed, and each reason is at its field (decision 43).

use crate::audited::world::{SETTINGS, World};
use crate::support::{Answer, Call, Server};

fn ours() -> World {
    World::new(Server::with(SETTINGS))
}

/// The page to which a change led, with its flash message.
fn led_to(world: &World, answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.text());
    let cookies = format!("{}; {}", world.ana, answer.cookie().expect("a flash message"));
    world.server.get_as(&cookies, answer.header("location").unwrap()).text()
}

/// Whether an option of a choice is chosen.
fn chosen(page: &str, word: &str) -> bool {
    page.contains(&format!("value=\"{word}\" selected"))
}

// spec E1, decision 16
#[test]
fn an_edit_that_came_late_keeps_what_was_chosen_and_says_what_somebody_else_did() {
    let world = ours();
    let (id, (group, _)) = (world.invited().id, world.group());
    let path = format!("/o/acme/members/{id}");
    let role = format!("wanted[roles][in-{group}]");
    let edit = |seen: &str, wanted: &str| {
        let fields = [
            ("member", id.as_str()),
            ("seen", seen),
            ("wanted[role]", wanted),
            ("wanted[groups][]", &group),
            (&role, "observer"),
        ];
        world.server.send(Call::post(&path).cookie(&world.ana).change("members/edit", &fields))
    };
    world.answer("/api/members/edit", &[("member", &id), ("seen", "member"), ("wanted[role]", "administrator")]);
    let late = edit("member", "security");
    let page = late.text();
    assert_eq!(late.status, 409, "{page}");
    assert!(page.contains("Somebody else changed this in the meantime. Nothing was saved."), "{page}");
    assert!(chosen(&page, "security") && chosen(&page, "observer"), "what was chosen stays: {page}");
    assert!(page.contains("name=\"seen\" value=\"administrator\""), "saving again replaces their change: {page}");
    let page = led_to(&world, &edit("administrator", "security"));
    assert!(page.contains("Saved what ") && chosen(&page, "security") && chosen(&page, "observer"), "{page}");
}

// spec E1, R7
#[test]
fn an_edit_that_cannot_be_says_why_in_its_form() {
    let world = ours();
    let id = world.invited().id;
    let path = format!("/o/acme/members/{id}");
    let fields = [
        ("member", id.as_str()),
        ("seen", "member"),
        ("wanted[role]", "security"),
        ("wanted[groups][]", "0197a8b4-0000-7000-8000-00000000ffff"),
    ];
    let refused = world.server.send(Call::post(&path).cookie(&world.ana).change("members/edit", &fields));
    let page = refused.text();
    assert_eq!(refused.status, 422, "{page}");
    let (_, at_groups) = page.split_once("id=\"edit-groups-error\"").unwrap();
    let (at_groups, _) = at_groups.split_once("</p>").unwrap();
    assert!(at_groups.contains("One of these groups is not there any more."), "{at_groups}");
    assert!(chosen(&page, "security"), "{page}");
}

// spec I3, I4
#[test]
fn those_who_are_not_invited_come_back_with_the_reason_of_each() {
    let world = ours();
    let (group, _) = world.group();
    let send = |emails: &str| {
        let fields = [
            ("submission", world.key()),
            ("emails", emails.to_owned()),
            ("form[role]", "security".into()),
            ("form[groups][]", group.clone()),
            ("form[group_role]", "owner".into()),
        ];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        world.server.send(Call::post("/o/acme/members/invite").cookie(&world.ana).change("invites/send", &fields))
    };
    let partly = send("good@x.example\nbroken, ana@acme.example");
    let page = partly.text();
    assert_eq!(partly.status, 422, "{page}");
    assert!(page.contains("1 person invited. 2 addresses were not, and say why."), "{page}");
    assert!(page.contains("broken is not an e-mail address: it has no @ sign"), "{page}");
    assert!(page.contains("ana@acme.example is already a member."), "{page}");
    assert!(page.contains(">broken\nana@acme.example</textarea>"), "they stay in the box: {page}");
    assert!(chosen(&page, "security") && chosen(&page, "owner"), "{page}");
    assert!(page.contains(&format!("value=\"{group}\" checked")), "{page}");
    let whole = send(&"x".repeat(251));
    assert_eq!(whole.status, 422);
    assert!(whole.text().contains("One entry has at most 250 characters"), "{}", whole.text());
    assert!(whole.text().contains(&format!(">{}</textarea>", "x".repeat(251))), "nothing that was typed is lost");
    assert!(led_to(&world, &send("one@x.example two@x.example")).contains("2 people invited."));
}

// spec M11
#[test]
fn a_change_of_many_is_for_those_whom_the_address_of_its_form_names() {
    let world = ours();
    let (one, other) = (world.invited().id, world.invited().id);
    let path = format!("/o/acme/members/bulk?member={one}&member={other}");
    let begin = |cookie: &str, action: &str| {
        Call::post(&path).cookie(cookie).change("bulk/begin", &[("id", &world.key()), ("action", action)])
    };
    let before = world.log().len();
    assert_eq!(world.server.send(begin(&world.mia, "remove")).status, 403);
    let refused = world.server.send(begin(&world.ana, "role"));
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("Choose a role.") && chosen(&refused.text(), "role"), "{}", refused.text());
    assert_eq!(world.log().len(), before);
    let begun = world.server.send(begin(&world.ana, "remove"));
    assert_eq!(begun.status, 303, "{}", begun.text());
    assert!(begun.header("location").unwrap().starts_with("/o/acme/members/bulk/"));
    assert_eq!(world.log_of(before + 2)[..2], ["member.removed", "member.removed"]);
}

// spec E3, E4
#[test]
fn a_removal_says_the_same_with_and_without_javascript_and_names_what_takes_it_back() {
    let world = ours();
    let remove = |id: &str| {
        let path = format!("/o/acme/members/{id}");
        Call::post(&path).cookie(&world.ana).change("members/remove", &[("member", id)])
    };
    let (one, other) = (world.invited(), world.invited());
    let page = led_to(&world, &world.server.send(remove(&one.id)));
    let sentence = " was removed. Restore brings them back, with their role and groups.";
    assert!(page.contains(sentence), "{page}");
    let answer = world.server.send(remove(&other.id).header("Accept", "application/json"));
    let text = answer.text();
    assert_eq!(answer.status, 200, "{text}");
    assert!(text.contains(sentence), "{text}");
    let undo = format!(r#""undo":{{"change":"members/restore","fields":[["member","{}"]]}}"#, other.id);
    assert!(text.contains(&undo), "{text}");
    let path = format!("/o/acme/members/{}", other.id);
    let restore = Call::post(&path).cookie(&world.ana).change("members/restore", &[("member", &other.id)]);
    assert!(led_to(&world, &world.server.send(restore)).contains(" is invited again: a new link is on its way."));
}

// spec G5, M11
#[test]
fn several_people_without_a_role_are_refused_at_the_field() {
    let world = ours();
    let (group, person) = world.grouped();
    let member = person.id;
    let path = format!("/o/acme/groups/{group}/chosen?member={member}");
    let fields = [("group", group.as_str()), ("members[]", member.as_str())];
    let before = world.log().len();
    let call = Call::post(&path).cookie(&world.ana).change("groups/people/chosen/role", &fields);
    let refused = world.server.send(call);
    let page = refused.text();
    assert_eq!(refused.status, 422, "{page}");
    let (_, at_role) = page.split_once("id=\"role-error\"").unwrap();
    let (at_role, _) = at_role.split_once("</p>").unwrap();
    assert!(at_role.contains("Choose a group role."), "{at_role}");
    assert_eq!(world.log().len(), before);
}
