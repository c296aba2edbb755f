#!/bin/sh
# Builds the book of the documents into target/book/html. Needs mdbook (`cargo install mdbook`, or its binary).
set -eu
cd "$(dirname "$0")/.."

# The pages, and what they link to; tests/documents.rs holds it to them.
paths='README.md README.zh-CN.md CONTRIBUTING.md CHANGELOG.md SECURITY.md docs deploy src/default.toml
  crates/wecom-core/README.md crates/wecom-client/README.md crates/wecom-simulator/README.md
  crates/wecom-client/src/client/call.rs'

rm -rf target/book
mkdir -p target/book/src
# shellcheck disable=SC2086 # a list of paths without blanks
tar cf - $paths | tar xf - -C target/book/src

# The contents stand in docs/ and begin one folder further up here.
sed -e 's#](\.\./#](#' -e t -e 's#](#](docs/#' docs/SUMMARY.md > target/book/src/SUMMARY.md
rm target/book/src/docs/SUMMARY.md target/book/src/docs/book.*

mdbook build docs
echo "target/book/html/index.html"
