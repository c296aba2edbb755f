# Two stages: one that has Rust, and one that has nothing but the program.
FROM rust:1.95-slim-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev make && rm -rf /var/lib/apt/lists/*
WORKDIR /src
# Dependencies first: they are built again only when a manifest or the lock file changes.
COPY Cargo.toml Cargo.lock ./
COPY crates/wecom-core/Cargo.toml crates/wecom-core/
COPY crates/wecom-client/Cargo.toml crates/wecom-client/
COPY crates/wecom-simulator/Cargo.toml crates/wecom-simulator/
RUN mkdir -p src benches && echo 'fn main() {}' > src/main.rs && touch src/lib.rs \
 && for bench in open rules acks; do echo 'fn main() {}' > benches/$bench.rs; done \
 && for crate in core client simulator; do mkdir -p crates/wecom-$crate/src crates/wecom-$crate/examples; touch crates/wecom-$crate/src/lib.rs; done \
 && echo 'fn main() {}' > crates/wecom-core/examples/open_callback.rs \
 && mkdir -p crates/wecom-client/tests/it && echo 'fn main() {}' > crates/wecom-client/tests/it/main.rs \
 && cargo build --locked --release --bin wecom-greeter && rm -rf src benches crates
COPY . .
RUN touch src/main.rs src/lib.rs crates/*/src/lib.rs && cargo build --locked --release --bin wecom-greeter
# The folder of the database belongs to whom the program runs as. Builders differ in whom WORKDIR gives it to.
RUN mkdir /data && chown 65532:65532 /data && chmod 700 /data

FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /src/target/release/wecom-greeter /usr/local/bin/wecom-greeter
# The database, unless DATABASE_URL says otherwise: mount a volume here.
COPY --from=build --chown=65532:65532 /data /data
WORKDIR /data
ENV DATABASE_URL=sqlite:///data/greeter.db
USER nonroot
VOLUME /data
# 8080: callbacks. 8081: health, metrics and administration, on the container's own loopback unless
# GREETER_ADMIN_LISTEN=0.0.0.0:8081 says otherwise; do not publish it to the network.
EXPOSE 8080 8081
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["/usr/local/bin/wecom-greeter", "health"]
ENTRYPOINT ["/usr/local/bin/wecom-greeter"]
CMD ["serve"]
