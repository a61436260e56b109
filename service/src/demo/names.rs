//! Names of people in many scripts, each with the letters from which an address is made.
//!
//! The tables are text: `weight` says how common a table is, `order` how its names are put together.
//! An entry is a name, `man's/woman's` where they differ, and `=` with its form in ASCII letters where
//! that is not just the name without its marks.

use super::dice::Dice;
use domain::text::fold;

const TABLES: [&str; 24] = [
    include_str!("names/arabic.txt"),
    include_str!("names/armenian.txt"),
    include_str!("names/bengali.txt"),
    include_str!("names/chinese.txt"),
    include_str!("names/czech.txt"),
    include_str!("names/english.txt"),
    include_str!("names/french.txt"),
    include_str!("names/georgian.txt"),
    include_str!("names/german.txt"),
    include_str!("names/greek.txt"),
    include_str!("names/hebrew.txt"),
    include_str!("names/hindi.txt"),
    include_str!("names/japanese.txt"),
    include_str!("names/korean.txt"),
    include_str!("names/nordic.txt"),
    include_str!("names/polish.txt"),
    include_str!("names/portuguese.txt"),
    include_str!("names/russian.txt"),
    include_str!("names/spanish.txt"),
    include_str!("names/tamil.txt"),
    include_str!("names/thai.txt"),
    include_str!("names/turkish.txt"),
    include_str!("names/ukrainian.txt"),
    include_str!("names/vietnamese.txt"),
];

/// A name and its form in lower-case ASCII letters.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Spelled {
    text: String,
    ascii: String,
}

/// A family name as men and as women bear it.
#[derive(Clone, Debug)]
struct Family {
    man: Spelled,
    woman: Spelled,
}

/// One table.
#[derive(Clone, Debug, Default)]
struct Table {
    weight: u64,
    family_first: bool,
    two_families: bool,
    joined: bool,
    women: Vec<Spelled>,
    men: Vec<Spelled>,
    families: Vec<Family>,
}

/// Somebody's name.
#[derive(Clone, Debug)]
pub(super) struct FullName {
    /// As it is written.
    pub text: String,
    /// The given name in ASCII letters.
    pub given: String,
    /// The family name in ASCII letters.
    pub family: String,
}

/// All tables.
pub(super) struct Names {
    tables: Vec<Table>,
    weight: u64,
}

impl Names {
    /// Reads the tables.
    pub fn read() -> Self {
        let tables: Vec<Table> = TABLES.iter().map(|text| Table::read(text)).collect();
        let weight = tables.iter().map(|table| table.weight).sum();
        Self { tables, weight }
    }

    /// Somebody's name.
    pub fn draw(&self, dice: &mut Dice) -> FullName {
        let mut place = dice.below(self.weight);
        let mut table = &self.tables[0];
        for one in &self.tables {
            table = one;
            if place < one.weight {
                break;
            }
            place -= one.weight;
        }
        table.draw(dice)
    }
}

impl Table {
    fn read(text: &str) -> Self {
        let mut table = Self::default();
        let mut section = "";
        for line in text.lines() {
            let entries = match line.split_once(": ") {
                Some((name, entries)) if !line.starts_with(' ') => {
                    section = name;
                    entries
                }
                _ => line,
            };
            let names = entries.split(',').map(str::trim).filter(|entry| !entry.is_empty());
            match section {
                "weight" => table.weight = entries.trim().parse().unwrap_or_default(),
                "order" => {
                    table.family_first = entries.starts_with("family");
                    table.two_families = entries.ends_with("family family");
                    table.joined = entries.ends_with("joined");
                }
                "women" => table.women.extend(names.map(|entry| entry_of(entry).woman)),
                "men" => table.men.extend(names.map(|entry| entry_of(entry).man)),
                "families" => table.families.extend(names.map(entry_of)),
                _ => {}
            }
        }
        table
    }

    fn draw(&self, dice: &mut Dice) -> FullName {
        let woman = dice.below(2) == 0;
        let given = dice.pick(if woman { &self.women } else { &self.men });
        let family = |dice: &mut Dice| {
            let family = dice.pick(&self.families);
            if woman { &family.woman } else { &family.man }
        };
        let first = family(dice);
        let mut families = first.text.clone();
        if self.two_families && dice.in_hundred(80) {
            families = format!("{families} {}", family(dice).text);
        }
        let mut givens = given.text.clone();
        // A second given name keeps a million people apart.
        if !self.family_first && dice.in_hundred(12) {
            let second = dice.pick(if woman { &self.women } else { &self.men });
            if second != given {
                givens = format!("{givens} {}", second.text);
            }
        }
        let between = if self.joined { "" } else { " " };
        let text = match self.family_first {
            true => format!("{families}{between}{givens}"),
            false => format!("{givens}{between}{families}"),
        };
        FullName { text, given: given.ascii.clone(), family: first.ascii.clone() }
    }
}

fn entry_of(entry: &str) -> Family {
    let (text, ascii) = entry.split_once('=').unwrap_or((entry, entry));
    let (man, woman) = text.split_once('/').unwrap_or((text, text));
    let (man_ascii, woman_ascii) = ascii.split_once('/').unwrap_or((ascii, ascii));
    let spelled = |text: &str, ascii: &str| Spelled { text: text.into(), ascii: letters(ascii) };
    Family { man: spelled(man, man_ascii), woman: spelled(woman, woman_ascii) }
}

fn letters(text: &str) -> String {
    fold(text).chars().filter(char::is_ascii_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::PersonName;
    use std::collections::HashSet;

    #[test]
    fn every_name_can_be_borne_and_has_letters_for_an_address() {
        for (table, text) in Names::read().tables.iter().zip(TABLES) {
            let start: String = text.lines().nth(2).unwrap_or_default().chars().take(40).collect();
            assert!(table.weight > 0, "{start}");
            assert!(table.women.len() >= 32 && table.men.len() >= 32 && table.families.len() >= 32, "{start}");
            let families = table.families.iter().flat_map(|family| [&family.man, &family.woman]);
            for name in table.women.iter().chain(&table.men).chain(families) {
                assert!(PersonName::parse(&name.text).is_ok(), "{name:?}");
                assert!(name.ascii.len() >= 2, "{name:?}");
                assert!(!name.text.contains(['=', '/', ':']), "{name:?}");
            }
        }
    }

    #[test]
    fn women_and_men_bear_their_own_form_of_a_family_name() {
        let family = entry_of("Щукин/Щукина=shchukin/shchukina");
        assert_eq!((family.man.text.as_str(), family.woman.ascii.as_str()), ("Щукин", "shchukina"));
        let family = entry_of("Ångström");
        assert_eq!((family.woman.text.as_str(), family.man.ascii.as_str()), ("Ångström", "angstrom"));
    }

    #[test]
    fn names_stay_varied_among_many() {
        let names = Names::read();
        let mut dice = Dice::new(1);
        let different: HashSet<String> = (0..10_000).map(|_| names.draw(&mut dice).text).collect();
        assert!(different.len() > 8_500, "{}", different.len());
    }
}
