#!/bin/sh
# Writes the manual pages (English and Chinese) and the shells' completions of a program, as packages carry them.
#   deploy/manual.sh target/release/wecom-greeter FOLDER
set -eu
program=$1
folder=$2

mkdir -p "$folder/man/man1" "$folder/man/zh_CN/man1" "$folder/completions"
"$program" --lang en manual "$folder/man/man1"
"$program" --lang zh manual "$folder/man/zh_CN/man1"
# `man` wants its pages compressed, and packages are made anew to the byte only where no time is in them.
gzip -9nf "$folder"/man/man1/*.1 "$folder"/man/zh_CN/man1/*.1
"$program" completion bash > "$folder/completions/wecom-greeter.bash"
"$program" completion zsh > "$folder/completions/_wecom-greeter"
"$program" completion fish > "$folder/completions/wecom-greeter.fish"
