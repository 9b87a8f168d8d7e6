//! The links between the parts of a large folder's page.

use signpost_pages::view::{Column, PagerView};

use super::part::{Part, PartRequest, Sort};

/// The pager of a folder's page; `None` where the page has all rows, in their usual order.
pub(super) fn pager<'v>(
    wanted: &PartRequest<'v>,
    part: &Part,
    total: usize,
) -> Option<PagerView<'v>> {
    if part.pages == 1 && !wanted.is_explicit() {
        return None;
    }
    let (sort, is_descending) = wanted.order();
    let columns =
        [(Sort::Name, "name", false), (Sort::Size, "size", true), (Sort::Time, "time", true)];
    Some(PagerView {
        first: (part.range.start + 1).min(part.range.end),
        last: part.range.end,
        total,
        previous: (part.page > 1).then(|| wanted.href(part.page - 1)),
        next: (part.page < part.pages).then(|| wanted.href(part.page + 1)),
        filter: wanted.filter().unwrap_or_default().into(),
        fields: wanted.order_fields().map(|(name, value)| (name.into(), value.into())).collect(),
        columns: columns.map(|(column, name, descends_first)| {
            let is_current = column == sort;
            Column {
                is_descending: is_current.then_some(is_descending),
                href: wanted
                    .sorted_href(name, if is_current { !is_descending } else { descends_first }),
            }
        }),
    })
}
