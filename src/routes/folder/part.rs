//! Parts of a folder's listing: large folders are answered in pages of rows, which the client may have sorted
//! and filtered.

use std::cmp::Reverse;
use std::num::IntErrorKind;
use std::ops::Range;

use crate::error::Error;
use crate::http::query::{field, raw_field};
use crate::names::{Finder, Query};
use crate::site::row::Row;

/// Maximum number of rows in one part: what a page or its JSON can hold within the free plan's 10 ms.
pub(crate) const MAX_ROWS: usize = 1_000;

/// The part of a listing that a request asks for, by the query fields `page`, `per_page`, `sort`, `order` and
/// `filter`.
#[derive(Debug, Default)]
pub(crate) struct PartRequest<'q> {
    /// The number of the part, from 1 on; `None` if the query names none.
    page: Option<usize>,
    /// The number of rows in a part, from 1 to [`MAX_ROWS`]; `None` if the query names none.
    per_page: Option<usize>,
    sort: Sort,
    is_descending: bool,
    filter: Option<Query>,
    query: &'q str,
}

/// The property by which rows are sorted; within folders and files, folders first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Sort {
    /// The name, in the order of [`crate::names`].
    #[default]
    Name,
    /// The size; rows without a size come last.
    Size,
    /// The time of the last change; rows without a time come last.
    Time,
}

/// One part of a listing.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// The number of the part, from 1 on.
    pub page: usize,
    /// The number of parts, at least 1.
    pub pages: usize,
    /// The indexes of the part's rows among all selected rows.
    pub range: Range<usize>,
}

impl Part {
    /// The only part, with all `count` rows.
    pub fn whole(count: usize) -> Self {
        Self { page: 1, pages: 1, range: 0..count }
    }
}

/// The query fields that a link to another part keeps.
const FIELDS: [&str; 6] = ["per_page", "sort", "order", "filter", "format", "hours"];

impl<'q> PartRequest<'q> {
    /// Reads the part from a request's query.
    ///
    /// # Errors
    /// [`Error::BadQuery`] for a number, a property, an order or words that are not valid.
    pub fn parse(query: &'q str) -> Result<Self, Error> {
        if query.is_empty() {
            return Ok(Self::default());
        }
        let number = |name| match raw_field(query, name) {
            None | Some("") => Ok(None),
            Some(text) => whole(text).filter(|number| *number > 0).map(Some).ok_or(Error::BadQuery),
        };
        let per_page = number("per_page")?;
        if per_page.is_some_and(|rows| rows > MAX_ROWS) {
            return Err(Error::BadQuery);
        }
        let sort = match raw_field(query, "sort") {
            None | Some("" | "name") => Sort::Name,
            Some("size") => Sort::Size,
            Some("time") => Sort::Time,
            Some(_) => return Err(Error::BadQuery),
        };
        let is_descending = match raw_field(query, "order") {
            None | Some("" | "asc") => false,
            Some("desc") => true,
            Some(_) => return Err(Error::BadQuery),
        };
        let filter = field(query, "filter").filter(|words| !words.trim().is_empty());
        let filter = match filter {
            None => None,
            Some(words) => Some(Query::parse(&words).ok_or(Error::BadQuery)?),
        };
        Ok(Self { page: number("page")?, per_page, sort, is_descending, filter, query })
    }

    /// Whether the query names a part, an order or a filter.
    pub fn is_explicit(&self) -> bool {
        self.page.is_some()
            || self.per_page.is_some()
            || self.filter.is_some()
            || self.order() != (Sort::Name, false)
    }

    /// The number of rows in a part, if the query says it.
    pub fn per_page(&self) -> Option<usize> {
        self.per_page
    }

    /// The words of the filter, as the query has them.
    pub fn filter(&self) -> Option<String> {
        self.filter.is_some().then(|| field(self.query, "filter")).flatten()
    }

    /// The property by which the rows are sorted, and whether the largest comes first.
    pub fn order(&self) -> (Sort, bool) {
        (self.sort, self.is_descending)
    }

    /// The fields of the query that say how the rows are sorted and how many a part has, with their values.
    pub fn order_fields(&self) -> impl Iterator<Item = (&'static str, &'q str)> {
        ["sort", "order", "per_page"].into_iter().filter_map(|name| {
            Some((name, raw_field(self.query, name).filter(|it| !it.is_empty())?))
        })
    }

    /// Leaves the rows that match the filter, and sorts them.
    pub fn select(&self, rows: &mut Vec<Row<'_>>) {
        if let Some(query) = &self.filter {
            let mut finder = Finder::new(query);
            rows.retain(|row| finder.match_name(row.name, query.all()).is_some());
        }
        let is_descending = self.is_descending;
        match self.sort {
            Sort::Name if is_descending => {
                rows.reverse();
                rows.sort_by_key(|row| !row.folder);
            }
            Sort::Name => {}
            Sort::Size => sort_by(rows, is_descending, |row| row.size),
            Sort::Time => sort_by(rows, is_descending, |row| row.modified),
        }
    }

    /// The part among `count` selected rows: the last one where the query names one beyond it. It has
    /// `usual` rows unless the query says how many.
    pub fn of(&self, count: usize, usual: usize) -> Part {
        let per_page = self.per_page.unwrap_or(usual);
        let pages = count.div_ceil(per_page).max(1);
        let page = self.page.unwrap_or(1).min(pages);
        let start = (page - 1) * per_page;
        Part { page, pages, range: start..count.min(start + per_page) }
    }

    /// The relative URL of another part of the same rows in the same form.
    pub fn href(&self, page: usize) -> String {
        self.href_with(&FIELDS) + &format!("page={page}")
    }

    /// The beginning of a relative URL with these fields of the query, each followed by `&`.
    fn href_with(&self, fields: &[&str]) -> String {
        let mut href = "?".to_owned();
        for name in fields {
            if let Some(value) = raw_field(self.query, name).filter(|value| !value.is_empty()) {
                href.extend([*name, "="]);
                crate::percent::push_wire(&mut href, value);
                href.push('&');
            }
        }
        href
    }

    /// The relative URL of the first part of the same rows in another order.
    pub fn sorted_href(&self, sort: &str, is_descending: bool) -> String {
        let order = if is_descending { "desc" } else { "asc" };
        let mut href = self.href_with(&["per_page", "filter"]);
        href.extend(["sort=", sort, "&order=", order]);
        href
    }

    /// The value of the `Link` header that names the parts around this one (RFC 8288); `None` if there are
    /// none.
    pub fn link_header(&self, part: &Part) -> Option<String> {
        let next = (part.page < part.pages).then(|| (part.page + 1, "next"));
        let previous = (part.page > 1).then(|| (part.page - 1, "prev"));
        let links = [next, previous, Some((1, "first")), Some((part.pages, "last"))];
        let links = links.into_iter().flatten();
        let links = links.map(|(page, rel)| format!("<{}>; rel=\"{rel}\"", self.href(page)));
        (part.pages > 1).then(|| links.collect::<Vec<_>>().join(", "))
    }
}

/// A whole number in digits; one that is too large for the platform, where it may have 32 bits only, as the
/// largest that there is.
fn whole(text: &str) -> Option<usize> {
    match text.parse::<u64>() {
        Ok(number) => Some(usize::try_from(number).unwrap_or(usize::MAX)),
        Err(error) if *error.kind() == IntErrorKind::PosOverflow => Some(usize::MAX),
        Err(_) => None,
    }
}

/// Sorts by a property that not all rows have; equal rows keep their order.
fn sort_by<K: Ord>(rows: &mut [Row<'_>], is_descending: bool, of: impl Fn(&Row<'_>) -> Option<K>) {
    if is_descending {
        rows.sort_by_key(|row| (!row.folder, Reverse(of(row))));
    } else {
        rows.sort_by_key(|row| (!row.folder, of(row).is_none(), of(row)));
    }
}

#[cfg(test)]
mod tests;
