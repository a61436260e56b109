//! The part of a password that the estimator looks at, so that no password costs more than a bounded amount of work.
//!
//! zxcvbn looks a password up once for every way to read its digits and signs as letters, and there may be more than a
//! thousand ways: a password of a hundred characters then cost two seconds. What it looks up grows with the square of
//! the length. So a password with few ways is seen whole, which is any that people choose; of another one a part is
//! seen. A part is no harder to guess than the whole, as long as nothing counts that a word across the cut could cover:
//! whatever is accepted for its part would be accepted whole.

use std::ops::Range;

/// The estimator looks at so many characters; it cuts off the others itself.
const MOST_CHARACTERS: usize = 100;
/// The most work: ways to read the digits and signs, times the square of the number of characters.
pub(super) const MOST_WORK: usize = 50_000;
/// No word that the estimator knows by itself is longer.
const LONGEST_WORD: usize = 24;

/// The letters that zxcvbn 3.1 reads into digits and signs, each with how often one adds a way: a sign that was taken
/// for another letter before gives two.
const READ_AS: [(char, &[(char, usize)]); 12] = [
    ('a', &[('4', 1), ('@', 1)]),
    ('b', &[('8', 1)]),
    ('c', &[('(', 1), ('{', 1), ('[', 1), ('<', 1)]),
    ('e', &[('3', 1)]),
    ('g', &[('6', 1), ('9', 1)]),
    ('i', &[('1', 1), ('!', 1), ('|', 1)]),
    ('l', &[('1', 2), ('|', 2), ('7', 1)]),
    ('o', &[('0', 1)]),
    ('s', &[('$', 1), ('5', 1)]),
    ('t', &[('+', 1), ('7', 2)]),
    ('x', &[('%', 1)]),
    ('z', &[('2', 1)]),
];

/// In how many ways at most the estimator reads the digits and signs of some characters as letters.
pub(super) fn ways(characters: &[char]) -> usize {
    let of_letter = |signs: &[(char, usize)]| -> usize {
        signs.iter().filter(|(sign, _)| characters.contains(sign)).map(|(_, ways)| ways).sum()
    };
    READ_AS.iter().map(|(_, signs)| of_letter(signs).max(1)).product()
}

/// How much work the estimator has with some characters.
pub(super) fn work(characters: &[char]) -> usize {
    ways(characters) * characters.len().pow(2)
}

/// What the estimator sees of a password.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// All that it would look at.
    Whole,
    /// A part that is at least as easy to guess.
    Part(String),
}

/// Chooses it; the longest word that the estimator is given has so many characters.
pub(super) fn seen(password: &str, longest_given: usize) -> Seen {
    let characters: Vec<char> = password.chars().take(MOST_CHARACTERS).collect();
    let length = characters.len();
    if work(&characters) <= MOST_WORK {
        return Seen::Whole;
    }
    let mut best = 0..0;
    let mut from = 0;
    for to in 1..=length {
        while characters.get(from..to).is_some_and(|some| work(some) > MOST_WORK) {
            from += 1;
        }
        let counts = without_edges(from..to, length, LONGEST_WORD.max(longest_given));
        if counts.len() > best.len() {
            best = counts;
        }
    }
    Seen::Part(characters.get(best).unwrap_or_default().iter().collect())
}

/// Leaves out, at each end that is a cut, what a word across it could cover.
fn without_edges(part: Range<usize>, length: usize, longest_word: usize) -> Range<usize> {
    let from = if part.start == 0 { 0 } else { part.start + longest_word };
    let to = if part.end == length { length } else { part.end.saturating_sub(longest_word) };
    from..to.max(from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    /// What zxcvbn 3.1 does, reduced to its number: the letters in any order.
    fn read(letters: &[usize], characters: &HashSet<char>) -> usize {
        let mut ways: Vec<Vec<char>> = vec![Vec::new()];
        for letter in letters {
            let here: Vec<char> =
                READ_AS[*letter].1.iter().map(|(sign, _)| *sign).filter(|sign| characters.contains(sign)).collect();
            if here.is_empty() {
                continue;
            }
            let mut next = Vec::new();
            for sign in here {
                for way in &ways {
                    let mut with = way.clone();
                    if way.contains(&sign) {
                        next.push(way.clone());
                    } else {
                        with.push(sign);
                    }
                    next.push(with);
                }
            }
            ways = next;
        }
        ways.len()
    }

    fn signs() -> Vec<char> {
        let all: HashSet<char> = READ_AS.iter().flat_map(|(_, signs)| signs.iter().map(|(sign, _)| *sign)).collect();
        let mut all: Vec<char> = all.into_iter().collect();
        all.sort_unstable();
        all
    }

    #[test]
    fn the_ways_are_never_fewer_than_the_estimator_goes() {
        let signs = signs();
        assert_eq!(ways(&signs), 1_440);
        let mut dice = super::super::worst::Dice::new(7);
        for _ in 0..400 {
            let mut order: Vec<usize> = (0..READ_AS.len()).collect();
            dice.shuffle(&mut order);
            let some: HashSet<char> = signs.iter().copied().filter(|_| dice.below(100) < 60).collect();
            let list: Vec<char> = some.iter().copied().collect();
            assert!(read(&order, &some) <= ways(&list), "{order:?} {list:?}");
        }
    }

    #[test]
    fn what_people_choose_is_seen_whole() {
        for password in [
            "violet anchor tundra mosaic",
            "Tr0ub4dor&3 correct h0rse b@ttery $taple!",
            "kx9#Vq2$Lm7!Rt4@Wz8%Yb3^Nc6&Pd1*",
            &"a fairly long sentence of many words ".repeat(3),
            "12345678901234567890",
        ] {
            assert_eq!(seen(password, 0), Seen::Whole, "{password}");
        }
    }

    #[test]
    fn no_part_is_more_work_than_the_bound_and_its_edges_do_not_count() {
        let dense = "4@{([<8693!1|70$5+2%".repeat(5);
        assert_eq!(seen(&dense, 0), Seen::Part(String::new()));
        let words = "correct horse battery staple ";
        let mixed = format!("{words}4@{{([<8693!1|70$5+2%{words}");
        let Seen::Part(part) = seen(&mixed, 0) else { panic!("it was seen whole") };
        assert!(!part.is_empty() && mixed.contains(&part), "{part}");
        assert_eq!(without_edges(0..50, 100, 24), 0..26);
        assert_eq!(without_edges(30..100, 100, 24), 54..100);
        assert_eq!(without_edges(30..60, 100, 24), 54..54);
        assert_eq!(without_edges(0..50, 100, 34), 0..16, "a name that is longer than any word");
    }
}
