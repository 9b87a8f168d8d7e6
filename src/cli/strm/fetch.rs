//! Fetches a sidecar: from the site, which redirects to 123Pan's CDN.

use url::Url;

use crate::cli::http::{Method, Request};
use crate::cli::site_client::{SiteClient, error_code, href};
use crate::cli::site_crawl::CrawlTarget;

/// The maximum size of a sidecar in bytes.
pub const MAX_BYTES: usize = 32 << 20;
/// The maximum number of redirects that are followed.
const MAX_REDIRECTS: usize = 5;

/// Fetches the file at a decoded path of the site; `length` is the size in its listing.
///
/// # Errors
/// The reason why there are no bytes, in words that follow the path.
pub fn fetch(
    site: &SiteClient<'_>,
    target: &CrawlTarget<'_>,
    path: &str,
    length: Option<u64>,
) -> Result<Vec<u8>, String> {
    if length
        .is_some_and(|length| usize::try_from(length).map_or(true, |length| length > MAX_BYTES))
    {
        return Err(format!("larger than {} MB", MAX_BYTES >> 20));
    }
    let referer = format!("{}/", site.base);
    let first = format!("{}{}", target.prefix, href(path, false));
    let response = site.get_file(&first, &target.headers(&referer), MAX_BYTES);
    let mut response = response.map_err(|error| error.to_string())?;
    let mut url =
        Url::parse(&format!("{}{first}", site.base)).map_err(|error| error.to_string())?;
    for _ in 0..MAX_REDIRECTS {
        if !(300..400).contains(&response.status) {
            break;
        }
        let location = response.header("location").unwrap_or_default();
        url = url.join(&location).map_err(|_| "the redirect leads nowhere".to_owned())?;
        // No cookie and no referrer: they are the site's.
        let request =
            Request { max_body: MAX_BYTES, ..Request::new(Method::Get, url.as_str(), &[]) };
        response = site.client.send(&request).map_err(|error| error.to_string())?;
    }
    if response.status != 200 {
        let code = error_code(&response).unwrap_or_default();
        let host = url.host_str().unwrap_or_default();
        return Err(format!("{host} answers {} {code}", response.status).trim_end().to_owned());
    }
    if response.is_cut {
        return Err(format!("larger than {} MB", MAX_BYTES >> 20));
    }
    match length {
        Some(length) if u64::try_from(response.body.len()) != Ok(length) => {
            Err("not as long as the site lists it".to_owned())
        }
        _ => Ok(response.body),
    }
}
