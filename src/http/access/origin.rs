//! Whether a request that a browser sends was made by our own pages.
//!
//! `SameSite=Strict` keeps the session from other sites already. This is the second lock: a page of another port of the same
//! host is the same site.

use actix_web::{HttpRequest, http::Method, http::header};

/// Whether a request changes nothing by its verb.
pub(in crate::http) fn only_reads(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Whether our own pages have sent it. Browsers say so in `Sec-Fetch-Site`, over plain HTTP on a private address in `Origin`
/// only; one that says neither is too old to be believed.
pub fn is_from_our_pages(request: &HttpRequest) -> bool {
    let text = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return site == "same-origin";
    }
    let (Some(origin), Some(host)) = (text(header::ORIGIN.as_str()), text(header::HOST.as_str())) else {
        return false;
    };
    let authority = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    authority.is_some_and(|authority| authority.eq_ignore_ascii_case(host))
}

/// Whether the browser speaks HTTPS, as a proxy in front of us says. Whoever lies here gets a cookie that is sent over HTTPS
/// only.
pub(in crate::http) fn is_https(request: &HttpRequest) -> bool {
    request.connection_info().scheme() == "https"
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::our_pages(&[("sec-fetch-site", "same-origin")], true)]
    #[case::another_port(&[("sec-fetch-site", "same-site"), ("origin", "http://greeter:8081")], false)]
    #[case::another_site(&[("sec-fetch-site", "cross-site")], false)]
    #[case::plain_http(&[("origin", "http://greeter:8081")], true)]
    #[case::behind_a_proxy(&[("origin", "https://Greeter:8081")], true)]
    #[case::another_origin(&[("origin", "http://greeter:8082")], false)]
    #[case::a_longer_name(&[("origin", "http://greeter:8081.evil.example")], false)]
    #[case::a_sandbox(&[("origin", "null")], false)]
    #[case::neither(&[], false)]
    fn only_our_pages_may_change_something(#[case] headers: &[(&str, &str)], #[case] expected: bool) {
        let mut request = TestRequest::post().insert_header(("host", "greeter:8081"));
        for header in headers {
            request = request.insert_header(*header);
        }
        assert_eq!(is_from_our_pages(&request.to_http_request()), expected);
    }
}
