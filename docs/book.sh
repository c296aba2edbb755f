#!/usr/bin/env bash
# Builds the book of the documents into target/book/html, and fails where a link of it leads nowhere. Needs mdbook 0.5;
# .github/workflows/ci.yml names the version that it installs.
set -euo pipefail
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

# mdbook builds pages whose links lead nowhere. The pages of the book itself are looked at: those that mdbook adds (the page that is
# printed, the contents, the one for what is not found) have the same links again, seen from elsewhere.
html=target/book/html
dead=0 links=0
while IFS= read -r page; do
  folder=$(dirname "$page")
  while IFS= read -r link; do
    links=$((links + 1))
    path=${link%%#*}
    anchor=''
    [ "$path" = "$link" ] || anchor=${link#*#}
    path=${path%%\?*}
    # Letters beyond ASCII stand in links as %E4%BD%93.
    path=$(printf '%b' "${path//%/\\x}")
    anchor=$(printf '%b' "${anchor//%/\\x}")
    target=$page
    [ -z "$path" ] || target=$folder/$path
    # A folder is what its index is; a server shows none of its own.
    [ ! -d "$target" ] || target=${target%/}/index.html
    if [ ! -e "$target" ]; then
      echo "${page#"$html"/}: $link leads to no page" >&2
      dead=$((dead + 1))
    elif [ -n "$anchor" ] && [ -f "$target" ] && [[ $target = *.html ]] && ! grep -qF "id=\"$anchor\"" "$target"; then
      echo "${page#"$html"/}: $link leads to no heading" >&2
      dead=$((dead + 1))
    fi
  done < <(grep -oE '(href|src)="[^"]+"' "$page" | sed -e 's/^[a-z]*="//' -e 's/"$//' -e 's/&amp;/\&/g' |
    grep -vE '^([a-z]+:|//|data:)' | sort -u)
done < <(find "$html" -name '*.html' ! -name 'print.html' ! -name 'toc.html' ! -name '404.html' | sort)

if [ "$links" -lt 500 ]; then
  echo "only $links links were looked at: the book is not built as it was" >&2
  exit 1
fi
if [ "$dead" -gt 0 ]; then
  echo "$dead of $links links lead nowhere" >&2
  exit 1
fi
echo "$links links lead somewhere; target/book/html/index.html"
