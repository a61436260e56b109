//! The passwords that cost the estimator most: a search for them, and those that it found.
//!
//! The ordinary run checks those that stand in `worst.txt`. `MUSTER_JUDGE_SECONDS=600` searches for so long, each core
//! of the machine by itself, and prints what it found, the costliest first; what is printed belongs into the file:
//!
//! ```sh
//! MUSTER_JUDGE_SECONDS=600 cargo test --release -p service --lib password::worst -- --nocapture
//! ```

use super::estimate::estimate;
use super::seen::{MOST_WORK, Seen, seen, work};
use domain::Password;
use rand_chacha::ChaCha8Rng;
use rand_core::{RngCore, SeedableRng};
use std::time::{Duration, Instant};

/// What a search found, a line each.
const WORST: &str = include_str!("worst.txt");

const SIGNS: &[char] =
    &['4', '@', '8', '(', '{', '[', '<', '3', '6', '9', '1', '!', '|', '7', '0', '$', '5', '+', '%', '2'];
const PIECES: [&str; 30] = [
    "password",
    "qwerty",
    "123456",
    "letmein",
    "dragon",
    "iloveyou",
    "princess",
    "charadriiformesfamily",
    "verwaltungsgemeinschaft",
    "counterintelligence",
    "12345678900987654321",
    "q1w2e3r4t5y6u7i8o9p0",
    "1qaz2wsx3edc",
    "!@#$%^&*()_+{}|",
    "zxcvbnm,./",
    "11/11/1991",
    "1991-11-11",
    "01011990",
    "19901990",
    "abcabc",
    "aaaa",
    "abab",
    "p@$$w0rd",
    "1l|i!7t+",
    "4@aA",
    "c({[<",
    "s5$S",
    "g69G",
    "ananas",
    "the and of to",
];

/// Choices that come out the same for the same seed.
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    pub fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.0.next_u64() % bound as u64).unwrap()
    }

    fn pick<T: Copy>(&mut self, some: &[T]) -> T {
        some[self.below(some.len())]
    }

    pub fn shuffle<T>(&mut self, some: &mut [T]) {
        for end in (1..some.len()).rev() {
            some.swap(end, self.below(end + 1));
        }
    }

    fn character(&mut self) -> char {
        match self.below(4) {
            0 | 1 => self.pick(SIGNS),
            2 => char::from(b'a' + u8::try_from(self.below(26)).unwrap()),
            _ => char::from(b' ' + u8::try_from(self.below(95)).unwrap()),
        }
    }

    /// A piece of a password: a word, some signs, or a part of what is there, once or several times.
    fn piece(&mut self, there: &[char]) -> Vec<char> {
        let piece: Vec<char> = match self.below(4) {
            0 => self.pick(&PIECES).chars().collect(),
            1 => (0..self.below(12) + 1).map(|_| self.character()).collect(),
            2 if !there.is_empty() => {
                let from = self.below(there.len());
                there[from..(from + 1 + self.below(20)).min(there.len())].to_vec()
            }
            _ => {
                let mut signs = SIGNS.to_vec();
                self.shuffle(&mut signs);
                signs.truncate(self.below(SIGNS.len()) + 1);
                signs
            }
        };
        piece.repeat(1 + self.below(6) * self.below(2))
    }

    /// A password of pieces.
    pub fn medley(&mut self) -> String {
        let mut there = Vec::new();
        while there.len() < Password::SHORTEST + self.below(80) {
            there.extend(self.piece(&there));
        }
        there.truncate(100);
        there.into_iter().collect()
    }

    /// One like it.
    fn another(&mut self, password: &str) -> String {
        let mut there: Vec<char> = password.chars().collect();
        for _ in 0..1 + self.below(3) {
            let at = self.below(there.len());
            match self.below(5) {
                0 => there[at] = self.character(),
                1 => {
                    let piece = self.piece(&there);
                    there.splice(at..at, piece);
                }
                2 => {
                    let with = self.below(there.len());
                    there.swap(at, with);
                }
                3 => {
                    let to = (at + 1 + self.below(8)).min(there.len());
                    there.drain(at..to);
                }
                _ => {
                    let piece = self.piece(&there);
                    let to = (at + piece.len()).min(there.len());
                    there.splice(at..to, piece);
                }
            }
            while there.len() < Password::SHORTEST {
                there.push(self.character());
            }
            there.truncate(100);
        }
        there.into_iter().collect()
    }
}

/// How much work the estimator has with a password, as it is seen.
fn work_of(password: &str) -> usize {
    match seen(password, "muster".len()) {
        Seen::Whole => work(&password.chars().take(100).collect::<Vec<_>>()),
        Seen::Part(part) => work(&part.chars().collect::<Vec<_>>()),
    }
}

/// For how long this thread has had a core: what else the machine does costs nothing. Where the system does not say, the
/// time that went by.
fn spent(since: Instant) -> Duration {
    // Whoever gives way is accounted for.
    std::thread::yield_now();
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = text.and_then(|text| text.split(' ').next()?.parse().ok());
    nanos.map_or_else(|| since.elapsed(), Duration::from_nanos)
}

/// How much of a core an estimate takes: the less of two.
fn took(password: &str) -> Duration {
    let Ok(parsed) = Password::parse(password) else { return Duration::ZERO };
    let begun = Instant::now();
    let once = || {
        let before = spent(begun);
        let _ = estimate(&parsed, &["muster".into()]);
        spent(begun) - before
    };
    once().min(once())
}

#[test]
fn the_costliest_passwords_are_bounded_work() {
    assert!(WORST.lines().count() >= 10);
    for password in WORST.lines() {
        assert!(Password::parse(password).is_ok(), "{password}");
        assert!(work_of(password) <= MOST_WORK, "{password}");
    }
    let mut dice = Dice::new(3);
    for _ in 0..2_000 {
        let password = dice.medley();
        assert!(work_of(&password) <= MOST_WORK, "{password}");
    }
}

/// Climbs from many beginnings at once; begins anew where nothing gets worse for long.
#[test]
#[allow(clippy::print_stdout, reason = "what is found is what the long run is for")]
fn a_search_for_the_costliest_passwords() {
    let asked = std::env::var("MUSTER_JUDGE_SECONDS").ok().and_then(|seconds| seconds.parse::<u64>().ok());
    let Some(seconds) = asked else { return };
    let until = Instant::now() + Duration::from_secs(seconds);
    let climb = |seed: u64| {
        let (mut dice, mut found, mut tries) = (Dice::new(seed), Vec::<(Duration, String)>::new(), 0_u64);
        while Instant::now() < until {
            let mut here = dice.medley();
            let (mut worst, mut idle) = (took(&here), 0);
            while idle < 150 && Instant::now() < until {
                let next = dice.another(&here);
                let time = took(&next);
                tries += 1;
                idle += 1;
                if time > worst {
                    (here, worst, idle) = (next, time, 0);
                }
            }
            found.push((worst, here));
            found.sort_by_key(|(time, _)| std::cmp::Reverse(*time));
            found.truncate(20);
        }
        (tries, found)
    };
    let cores = std::thread::available_parallelism().map_or(2, usize::from) as u64;
    let all: Vec<_> = std::thread::scope(|scope| {
        let climb = &climb;
        let threads: Vec<_> = (0..cores).map(|core| scope.spawn(move || climb(core + 1))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let tries: u64 = all.iter().map(|(tries, _)| tries).sum();
    let mut found: Vec<_> = all.into_iter().flat_map(|(_, found)| found).collect();
    found.sort_by_key(|(time, _)| std::cmp::Reverse(*time));
    println!("{tries} passwords in {seconds} s; the costliest:");
    for (time, password) in found.iter().take(20) {
        println!("{:.1} ms\t{}\t{password}", time.as_secs_f64() * 1_000.0, work_of(password));
    }
    println!("A sign-in hashes once; beside it, what people choose:");
    for password in ["violet anchor tundra mosaic", "kx9#Vq2$Lm7!Rt4@Wz8%Yb3^Nc6&Pd1*"] {
        println!("{:.1} ms\t{password}", took(password).as_secs_f64() * 1_000.0);
    }
}
