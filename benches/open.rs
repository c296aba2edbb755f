//! What it costs to open a callback: the way from the bytes of a request to an event and its identity.
//!
//! The whole has a budget of 3 µs on one core for a body of 859 bytes, the size of a genuine customer event
//! (docs/PERFORMANCE.md). The phases are measured beside it, so that a slower whole shows where.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use wecom_core::{
    callback::{self, Keys, Sealed},
    event::{Event, Identity},
};

/// An event as long as the one that the budget was set with: sealed and in its envelope it has 859 bytes.
const MESSAGE: &str = include_str!("add_event.xml");

fn open(c: &mut Criterion) {
    let keys = Keys::new("SynTok3n9", "Zq1Xw2Ec3Rv4Tb5Yn6Um7Ik8Ol9Pa0Sd1Fg2Hj3Kl4A", "ww9f3c1d7be20a4455")
        .expect("well-formed keys");
    let sealed = callback::seal(
        &keys,
        MESSAGE.trim_end().as_bytes(),
        "1733900462",
        "1372623149",
        *b"0123456789abcdef",
    );
    let (query, body) = (sealed.to_query(), sealed.to_xml("ww9f3c1d7be20a4455", Some("218")));
    let request = Sealed { query: &query, body: body.as_bytes() };
    let plaintext = callback::open(&keys, &request).expect("what was sealed opens").into_bytes();
    let event = Event::from_payload(&plaintext);
    // Refused after envelope and signature: what an attacker costs, and by difference what decrypting does.
    let forged_query = query.replacen("nonce=1", "nonce=2", 1);
    let forged = Sealed { query: &forged_query, body: body.as_bytes() };

    let mut group = c.benchmark_group("open a callback");
    group.throughput(Throughput::Bytes(body.len() as u64));
    group.bench_function(format!("whole: {} bytes to event and identity", body.len()), |bencher| {
        bencher.iter(|| {
            let plaintext =
                callback::open(&keys, black_box(&request)).expect("what was sealed opens").into_bytes();
            let event = Event::from_payload(&plaintext);
            let identity = Identity::of(&plaintext, &event);
            (plaintext, event, identity)
        });
    });
    group.bench_function("envelope, signature, and refusal of a forgery", |bencher| {
        bencher.iter(|| callback::open(&keys, black_box(&forged)).is_err());
    });
    group.bench_function("envelope, signature, decryption", |bencher| {
        bencher.iter(|| callback::open(&keys, black_box(&request)));
    });
    group.bench_function("event", |bencher| bencher.iter(|| Event::from_payload(black_box(&plaintext))));
    group.bench_function("identity", |bencher| bencher.iter(|| Identity::of(black_box(&plaintext), &event)));
    group.finish();
}

criterion_group!(benches, open);
criterion_main!(benches);
