//! The query behind a table: search, filters, sort and page.

use super::{Direction, PageSize, Search};
use form_urlencoded::{Serializer, parse};

/// The filters of one table.
pub trait Filters: Clone + Default + PartialEq {
    /// Reads one parameter of a URL. `None`: it is not one of this table's. `Some(false)`: it is, but its value is
    /// meaningless.
    fn take(&mut self, key: &str, value: &str) -> Option<bool>;
    /// Prints the filters that are not at their default.
    fn print(&self, out: &mut Serializer<'_, String>);
    /// Applies what one filter implies for another, once all have been read.
    fn settle(&mut self) {}
}

/// A table without filters.
impl Filters for () {
    fn take(&mut self, _key: &str, _value: &str) -> Option<bool> {
        None
    }
    fn print(&self, _out: &mut Serializer<'_, String>) {}
}

/// The columns by which one table sorts.
pub trait SortColumn: Copy + Default + PartialEq + 'static {
    /// Every column.
    const ALL: &'static [Self];
    /// The word in a URL.
    fn word(self) -> &'static str;
}

/// The columns that a table can hide. A table that always shows all columns has `()`.
pub trait ColumnChoice: Copy + PartialEq + 'static {
    /// Whether columns can be chosen; if not, the table has no such parameter.
    const OFFERED: bool;
    /// Reads the words of a URL: the columns that they name, if any, and whether every word is meaningful.
    fn parse(words: &str) -> (Option<Self>, bool);
    /// The words in a URL.
    fn words(self) -> String;
}

impl ColumnChoice for () {
    const OFFERED: bool = false;
    fn parse(_words: &str) -> (Option<Self>, bool) {
        (None, false)
    }
    fn words(self) -> String {
        String::new()
    }
}

/// A part of a URL that is meaningless here. The default applies instead; it never leads to an error page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The parameter.
    pub parameter: String,
}

/// Search, filters, sort, position and columns: everything that decides what a table shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TableQuery<F, S, C = ()> {
    /// The search box.
    pub search: Search,
    /// The filters.
    pub filters: F,
    /// The column that orders the rows.
    pub sort: S,
    /// Its direction.
    pub direction: Direction,
    page: u32,
    /// How many rows a page has.
    pub size: PageSize,
    /// The columns, if the address names them (spec M9); otherwise the reader's own apply.
    pub columns: Option<C>,
}

impl<F: Filters, S: SortColumn, C: ColumnChoice + Default> TableQuery<F, S, C> {
    /// Reads the query part of a URL, without its question mark. Meaningless values fall back to the default and are
    /// noted; parameters of others are ignored.
    pub fn parse(query: &str) -> (Self, Vec<Notice>) {
        let mut read = Self::default();
        let mut notices: Vec<Notice> = Vec::new();
        for (key, value) in parse(query.as_bytes()) {
            if value.is_empty() {
                continue; // What a form sends for a field left empty.
            }
            let understood = match &*key {
                "q" => Search::parse(&value).map(|search| read.search = search).is_some(),
                "sort" => S::ALL.iter().find(|s| s.word() == value).map(|sort| read.sort = *sort).is_some(),
                "dir" => Direction::parse(&value).map(|direction| read.direction = direction).is_some(),
                "page" => value.parse().ok().filter(|page| *page >= 1).map(|page| read.page = page).is_some(),
                "size" => value.parse().ok().and_then(PageSize::of_rows).map(|size| read.size = size).is_some(),
                "columns" if C::OFFERED => {
                    let (columns, understood) = C::parse(&value);
                    read.columns = columns.or(read.columns);
                    understood
                }
                _ => read.filters.take(&key, &value).unwrap_or(true),
            };
            if !understood && !notices.iter().any(|notice| notice.parameter == key) {
                notices.push(Notice { parameter: key.into_owned() });
            }
        }
        read.filters.settle();
        if read.page == 1 {
            read.page = 0;
        }
        (read, notices)
    }

    /// The canonical query part: without defaults, in a fixed order, without a question mark.
    pub fn print(&self) -> String {
        let mut out = Serializer::new(String::new());
        if !self.search.is_empty() {
            out.append_pair("q", self.search.as_str());
        }
        self.filters.print(&mut out);
        if self.sort != S::default() {
            out.append_pair("sort", self.sort.word());
        }
        if self.direction != Direction::default() {
            out.append_pair("dir", self.direction.word());
        }
        if self.page() > 1 {
            out.append_pair("page", &self.page().to_string());
        }
        if self.size != PageSize::default() {
            out.append_pair("size", &self.size.rows().to_string());
        }
        if let Some(columns) = self.columns {
            out.append_pair("columns", &columns.words());
        }
        out.finish()
    }

    /// The number of the page, from 1.
    pub fn page(&self) -> u32 {
        self.page.max(1)
    }
    /// The same rows, on another page.
    pub fn on_page(mut self, page: u32) -> Self {
        self.page = if page <= 1 { 0 } else { page };
        self
    }
    /// The first page of a search for another text.
    pub fn matching(mut self, search: Search) -> Self {
        self.search = search;
        self.on_page(1)
    }
    /// The first page with other filters.
    pub fn filtered(mut self, change: impl FnOnce(&mut F)) -> Self {
        change(&mut self.filters);
        self.filters.settle();
        self.on_page(1)
    }
    /// The first page sorted by a column: ascending, or reversed if it is already sorted by that column.
    pub fn sorted_by(mut self, sort: S) -> Self {
        self.direction = if self.sort == sort { self.direction.reversed() } else { Direction::Ascending };
        self.sort = sort;
        self.on_page(1)
    }
    /// The first page, with another page size.
    pub fn with_size(mut self, size: PageSize) -> Self {
        self.size = size;
        self.on_page(1)
    }
    /// The same rows with these columns, or with the reader's own.
    pub fn with_columns(mut self, columns: Option<C>) -> Self {
        self.columns = columns;
        self
    }
    /// All rows: without search and filters, but with the same order, size and columns.
    pub fn cleared(mut self) -> Self {
        self.search = Search::default();
        self.filters = F::default();
        self.on_page(1)
    }
    /// Says whether a search or a filter narrows the rows.
    pub fn is_narrowed(&self) -> bool {
        !self.search.is_empty() || self.filters != F::default()
    }
}

impl<F: Filters, S: SortColumn, C: ColumnChoice + Default> serde::Serialize for TableQuery<F, S, C> {
    fn serialize<Z: serde::Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
        serializer.serialize_str(&self.print())
    }
}

impl<'de, F: Filters, S: SortColumn, C: ColumnChoice + Default> serde::Deserialize<'de> for TableQuery<F, S, C> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(Self::parse(&text).0)
    }
}
