//! The upkeep of long tables once a minute, on both databases (DESIGN 7).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

mod support;

use domain::Password;
use service::Operator;
use service::demo::Plan;
use support::*;

#[tokio::test]
async fn long_tables_get_ranges_that_follow_sign_ins() {
    for i in installations().await {
        i.found("Acme", "ana@acme.example").await;
        let plan = Plan { members: 10_000, groups: 3, seed: 1 };
        let proof = Operator::on_this_machine();
        service::demo::run(&i.services, &proof, plan, Password::typed(PASSWORD), |_| {}).await.unwrap();
        let sets = "SELECT COUNT(*) FROM member_range_sets";
        assert_eq!(i.db.number(sets).await, 0);
        service::upkeep::run(&i.services).await.unwrap();
        // One for each sort; Acme is too short for any.
        assert_eq!(i.db.number(sets).await, 8);
        let members = "SELECT CAST(SUM(members) AS BIGINT) FROM member_ranges";
        assert_eq!(i.db.number(members).await, 80_000);
        i.clock.forward(60);
        i.enter("security@demo.example", &slug("demo")).await.unwrap();
        assert_eq!(i.db.number(members).await, 80_000);
        service::upkeep::run(&i.services).await.unwrap();
        assert_eq!((i.db.number(sets).await, i.db.number(members).await), (8, 80_000));
    }
}
