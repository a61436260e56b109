//! Taking ownership of an installation (spec T2).

use crate::support::{Answer, Call, PASSWORD, Server};

#[test]
fn without_the_code_nobody_sees_the_form() {
    let server = Server::start();
    let missing = server.get("/set-up");
    let wrong = server.get("/set-up?code=0123456789abcdef0123456789abcdef");
    assert_eq!((server.get("/").status, missing.status, wrong.status), (200, 200, 403));
    for answer in [missing, wrong] {
        assert!(!answer.text().contains("name=\"password\""));
    }
}

#[test]
fn a_wrong_code_sets_nothing_up_and_keeps_what_was_typed() {
    let server = Server::start();
    let answer = server.set_up("0123456789abcdef0123456789abcdef");
    assert_eq!(answer.status, 422);
    assert!(answer.text().contains("ana@acme.example") && !answer.text().contains(PASSWORD));
    assert_eq!(answer.header("set-cookie"), None);
    let path = server.set_up_path();
    assert_eq!(server.get(&path).status, 200);
}

#[test]
fn a_refused_form_keeps_what_was_typed_but_not_the_password() {
    let server = Server::start();
    let code = server.set_up_code();
    let fields = [
        ("code", &*code),
        ("organization", "Acme"),
        ("name", "Ana Lima"),
        ("email", "ana at acme"),
        ("password", "hunter2"),
    ];
    let answer = server.send(Call::post("/set-up").form(&fields));
    let page = answer.text();
    assert_eq!(answer.status, 422);
    assert!(page.contains("Ana Lima") && page.contains("ana at acme") && page.contains("is not an e-mail address"));
    assert!(!page.contains("hunter2"));
}

#[test]
fn the_right_code_makes_the_first_organization_and_the_page_never_comes_back() {
    let server = Server::start();
    let path = server.set_up_path();
    assert_eq!(server.get(&path).status, 200);
    let answer = server.set_up(path.split_once('=').unwrap().1);
    assert_eq!((answer.status, answer.header("location")), (303, Some("/o/acme")));
    let cookie = answer.cookie().unwrap();
    assert_eq!(server.get_as(&cookie, "/o/acme").status, 200);
    assert_eq!((server.get(&path).status, server.get(&path).header("location")), (303, Some("/")));
    assert_eq!(server.set_up(path.split_once('=').unwrap().1).status, 409);
}

fn of_two_at_once_one_wins(server: &Server) {
    let code = server.set_up_code();
    let mut answers: Vec<Answer> = std::thread::scope(|scope| {
        let both = [scope.spawn(|| server.set_up(&code)), scope.spawn(|| server.set_up(&code))];
        both.into_iter().map(|one| one.join().unwrap()).collect()
    });
    answers.sort_by_key(|answer| answer.status);
    let said: Vec<_> = answers.iter().map(Answer::text).collect();
    assert_eq!(answers.iter().map(|answer| answer.status).collect::<Vec<_>>(), [303, 409], "{said:?}");
    assert!(answers[1].text().contains("Somebody else has set up Muster"));
    assert_eq!(answers[1].header("set-cookie"), None);
}

#[test]
fn of_two_at_once_one_wins_on_sqlite() {
    of_two_at_once_one_wins(&Server::start());
}

#[test]
fn of_two_at_once_one_wins_on_postgresql() {
    of_two_at_once_one_wins(&Server::on_postgres());
}
