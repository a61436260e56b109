use super::*;
use crate::import::grammar::MOST_CELLS;
use proptest::prelude::*;

type Read = (u64, Result<Vec<Vec<u8>>, Broken>);

/// Gives its bytes in pieces of one to seven.
struct Drops<'a>(&'a [u8], usize);
impl io::Read for Drops<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.1 = self.1 % 7 + 1;
        let some = self.1.min(self.0.len()).min(buffer.len());
        let (now, later) = self.0.split_at(some);
        buffer[..some].copy_from_slice(now);
        self.0 = later;
        Ok(some)
    }
}

fn all(records: &mut Records<impl io::Read>) -> Vec<Read> {
    let mut all = Vec::new();
    while let Some(record) = records.next().unwrap() {
        all.push((record.line, record.cells.map(|cells| cells.iter().map(<[u8]>::to_vec).collect())));
    }
    all
}

fn read(file: &[u8]) -> Vec<Read> {
    all(&mut Records::new(file, b','))
}

fn row<const N: usize>(line: u64, cells: [&str; N]) -> Read {
    (line, Ok(cells.iter().map(|cell| cell.as_bytes().to_vec()).collect()))
}

#[test]
fn a_record_knows_the_line_where_it_starts() {
    for end in ["\n", "\r\n", "\r"] {
        let file = ["a,b", "", "\"c", "d\",e", "f"].join(end);
        let cell = format!("c{end}d");
        let expected = [row(1, ["a", "b"]), row(3, [&cell, "e"]), row(5, ["f"])];
        assert_eq!(read(file.as_bytes()), expected, "{end:?}");
        assert_eq!(read(format!("{file}{end}").as_bytes()), expected, "{end:?}");
    }
}

#[test]
fn quotes_hold_delimiters_line_breaks_and_doubled_quotes() {
    assert_eq!(read(b"\"a,b\",\"c \"\"d\"\"\n\",e\n"), [row(1, ["a,b", "c \"d\"\n", "e"])]);
}

#[test]
fn blanks_before_and_after_quotes_are_none_of_the_cell() {
    assert_eq!(read(b"a, \"b, c\" ,\t\"d\"\n"), [row(1, ["a", "b, c", "d"])]);
    let mut tabs = Records::new(&b"a\t \"b\tc\"\t\"d\"\n"[..], b'\t');
    assert_eq!(all(&mut tabs), [row(1, ["a", "b\tc", "d"])]);
}

#[test]
fn what_follows_a_quote_on_its_line_is_read_as_it_was_meant() {
    assert_eq!(read(b"Lena \"Leni\" Holt,\"Omar\" Reis\n"), [row(1, ["Lena \"Leni\" Holt", "Omar Reis"])]);
    assert_eq!(
        read(b"\"Bo \"B\" Li\",\"a \"\"b\"\" \"c\"\"d\" e\"\n"),
        [row(1, ["Bo \"B\" Li", "a \"b\" \"c\"d\" e"])]
    );
}

#[test]
fn a_quote_that_is_never_closed_breaks_one_line() {
    assert_eq!(read(b"a\n\"b,c\nd"), [row(1, ["a"]), (2, Err(Broken::Unclosed)), row(3, ["d"])]);
    assert_eq!(read(b"a\n\"b\""), [row(1, ["a"]), row(2, ["b"])]);
    // Closed by a quote that another cell begins with.
    assert_eq!(read(b"\"a\nb,\"c\"\n"), [(1, Err(Broken::Unclosed)), row(2, ["b", "c"])]);
    let quotes = "a,\"b\n".repeat(3);
    assert_eq!(read(quotes.as_bytes()), [1, 2, 3].map(|line| (line, Err(Broken::Unclosed))));
}

#[test]
fn a_quote_swallows_nobody_even_where_another_closes_it() {
    let read = |file: &str| {
        let mut records = Records::new(file.as_bytes(), b',');
        records.expect(2);
        all(&mut records)
    };
    let broken = |line| (line, Err(Broken::Unclosed));
    let file = "ana@x.example,\"Ana\nbo@x.example,Bo\nper@x.example,Per\"\n";
    assert_eq!(read(file), [broken(1), row(2, ["bo@x.example", "Bo"]), row(3, ["per@x.example", "Per\""])]);
    let file = "ana@x.example,\"Ana\nper@x.example,\",Per\"\n";
    assert_eq!(read(file), [broken(1), row(2, ["per@x.example", ",Per"])]);
    assert_eq!(read("ana@x.example,\"Ana\nper@x.example,\"\n"), [broken(1), broken(2)]);
    // What only goes on in another line is a cell.
    let file = "\"Bo\nthe second\",bo@x.example\n";
    assert_eq!(read(file), [row(1, ["Bo\nthe second", "bo@x.example"])]);
}

#[test]
fn what_is_too_large_is_passed_over_and_reading_goes_on() {
    let cells = format!("x{}y\nb\n", ",".repeat(MOST_CELLS));
    assert_eq!(read(cells.as_bytes()), [(1, Err(Broken::TooManyCells)), row(2, ["b"])]);
    let padded = format!("x{}\nb\n", ", ".repeat(20_000));
    assert_eq!(read(padded.as_bytes())[0].1.as_ref().map(Vec::len), Ok(MOST_CELLS));
    let fits = format!("{}\nb\n", "x".repeat(LONGEST_RECORD));
    assert!(read(fits.as_bytes())[0].1.is_ok());
    for much in [LONGEST_RECORD + 1, 3 * LONGEST_RECORD, 40 * LONGEST_RECORD] {
        let text = format!("a\n{},y\nb\n", "x".repeat(much));
        assert_eq!(read(text.as_bytes()), [row(1, ["a"]), (2, Err(Broken::TooLong)), row(3, ["b"])]);
        let text = format!("a\n\"{}\",y\nb\n", "x\n".repeat(much / 2));
        let told = read(text.as_bytes());
        assert_eq!((told[1].clone(), told.len()), ((2, Err(Broken::Unclosed)), much / 2 + 3));
    }
}

#[test]
fn quotes_without_end_cost_no_more_than_their_length() {
    let begun = std::time::Instant::now();
    for line in ["\"\n", "\"a\n", "a,\"b\n", "\"\"\"\n", "\"a\"\"\n", "a@b,\"\n", " \" \n"] {
        let file = line.repeat(2_000_000 / line.len());
        let mut records = Records::new(file.as_bytes(), b',');
        records.expect(2);
        while records.next().unwrap().is_some() {}
    }
    assert!(begun.elapsed() < std::time::Duration::from_secs(20), "{:?}", begun.elapsed());
}

fn messy() -> impl Strategy<Value = Vec<u8>> {
    let pieces =
        prop::sample::select(vec!["a", "é", ",", "\"", "\"\"", "\n", "\r\n", "\r", ";", " ", "\",\"", "a@b,c\n"]);
    prop::collection::vec(pieces, 0..60).prop_map(|pieces| pieces.concat().into_bytes())
}

/// What is written by the book.
fn by_the_book() -> impl Strategy<Value = Vec<u8>> {
    let cell = "[aé,;\" \r\n]{0,6}";
    prop::collection::vec(prop::collection::vec(cell, 1..5), 0..12).prop_map(|rows| {
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        rows.iter().for_each(|row| writer.write_record(row).unwrap());
        writer.into_inner().unwrap()
    })
}

proptest! {
    #[test]
    fn records_by_the_book_are_those_of_the_csv_crate(file in by_the_book()) {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(&file[..]);
        let theirs: Vec<Vec<Vec<u8>>> =
            reader.byte_records().map(|record| record.unwrap().iter().map(<[u8]>::to_vec).collect()).collect();
        let ours: Vec<_> = read(&file).into_iter().map(|(_, cells)| cells.unwrap()).collect();
        prop_assert_eq!(ours, theirs);
    }

    #[test]
    fn how_the_bytes_arrive_makes_no_difference(file in messy()) {
        let mut dropping = Records::new(Drops(&file, 0), b',');
        prop_assert_eq!(all(&mut dropping), read(&file));
        prop_assert_eq!(dropping.bytes(), file.len() as u64);
    }

    // spec A2
    #[test]
    fn every_line_is_in_one_record(file in prop_oneof![messy(), prop::collection::vec(any::<u8>(), 0..300)], columns in 0_usize..4) {
        let mut records = Records::new(&file[..], b',');
        records.expect(columns);
        let all_lines: Vec<&[u8]> = lines(&file).collect();
        let mut told = vec![0; all_lines.len()];
        while let Some(record) = records.next().unwrap() {
            let mut raw = lines(record.raw);
            for line in record.line..record.line + record.lines {
                let place = usize::try_from(line).unwrap() - 1;
                told[place] += 1;
                prop_assert_eq!(raw.next(), Some(all_lines[place]));
            }
            prop_assert_eq!(raw.next(), None);
        }
        for (line, told) in all_lines.iter().zip(told) {
            prop_assert!(told == 1 || line.is_empty() && told == 0, "{:?} is told {} times", line, told);
        }
    }
}
