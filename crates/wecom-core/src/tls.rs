//! One TLS configuration for everything that is called, WeCom's API and callback URLs alike: which certificates are
//! trusted.

use std::sync::Arc;

/// A client that trusts the roots built in, so that a machine without any certificates can call WeCom, and the
/// machine's own, so that a private deployment behind a certificate that only this machine knows can be called too.
pub fn client() -> Result<rustls::ClientConfig, rustls::Error> {
    let mut roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    // As many as can be read: one that is broken takes nothing from the others.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth())
}
