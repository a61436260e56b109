//! Compares an organization with a model of it in memory: after every step of 10,000 random sequences, both are the
//! same, and so are the refusals and the number of audit rows (spec E, R1, R6, R7, G2–G7, A1).
//!
//! Another step is a variant of [`steps::Step`], its strategy in [`steps::turn`], an arm in
//! [`organization::Model::takes`] that says what should come of it, and one in [`play::Play`] that does it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

mod groups;
#[path = "../support/invited.rs"]
mod invited;
mod organization;
mod play;
mod plays_groups;
mod stage;
mod steps;
#[path = "../support/mod.rs"]
mod support;
mod view;

use play::Play;
use proptest::collection::vec;
use proptest::test_runner::{Config, TestRunner};
use stage::Stage;
use std::cell::RefCell;
use store::testing::TestDatabase;
use tokio::runtime::{Builder, Runtime};

/// How many sequences there are on SQLite, half of them on each of two databases; and on PostgreSQL.
const SEQUENCES: u32 = 10_000;
const ON_POSTGRES: u32 = 500;
/// The longest sequence.
const STEPS: usize = 4;

fn play(runtime: &Runtime, stage: &Stage, sequences: u32) {
    let begun = std::time::Instant::now();
    let config = Config { cases: sequences, failure_persistence: None, ..Config::default() };
    let all = vec(steps::turn(), 1..=STEPS);
    // What is tried to make a failing one shorter begins in an organization of its own.
    let last: RefCell<Option<Play>> = RefCell::default();
    let played = TestRunner::new(config).run(&all, |turns| {
        runtime.block_on(async {
            let mut play = match last.take() {
                Some(play) if play.goes_on() => play,
                _ => stage.found().await,
            };
            play.sequences += 1;
            play.run(turns).await?;
            last.replace(Some(play));
            Ok(())
        })
    });
    eprintln!("{sequences} sequences in {} s", begun.elapsed().as_secs());
    if let Err(error) = played {
        panic!("{error}");
    }
    for (name, tried) in stage.tried.borrow().iter() {
        eprintln!("{name}: {} done, {} stale, {} refused", tried[0], tried[1], tried[2]);
        let few = sequences < SEQUENCES / 2
            || name.starts_with("Later")
            || ["GroupRole of administrators", "Chosen of administrators"].contains(&name.as_str());
        assert!(few || tried[0].min(tried[2]) >= 10, "{name} was not tried in earnest");
    }
}

fn played_on(database: impl Future<Output = TestDatabase>, sequences: u32) {
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let stage = runtime.block_on(async { Stage::new(database.await).await });
    play(&runtime, &stage, sequences);
}

// spec E1, E3–E6, R1, R6, R7, G2–G7
#[test]
fn one_half_of_the_sequences_makes_what_the_model_says() {
    played_on(TestDatabase::sqlite(), SEQUENCES / 2);
}

// spec E1, E3–E6, R1, R6, R7, G2–G7
#[test]
fn the_other_half_of_the_sequences_makes_what_the_model_says() {
    played_on(TestDatabase::sqlite(), SEQUENCES / 2);
}

// spec E1, E3–E6, R1, R6, R7, G2–G7
#[test]
fn sequences_make_on_postgres_what_the_model_says() {
    played_on(TestDatabase::postgres(), ON_POSTGRES);
}
