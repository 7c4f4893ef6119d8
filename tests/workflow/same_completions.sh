#!/bin/sh
# same_completions.sh PROGRAM DIRECTORY: passes when the completion files offer the options of PROGRAM --help, and no
# other, and bash completes with its file.
set -eu
lists=$(mktemp -d)
trap 'rm -rf "$lists"' EXIT

options() { grep -oE -- '--[a-z][a-z0-9-]*' | sort -u; }
"$1" --help | options >"$lists/help"
options <"$2/confab.bash" >"$lists/bash"
options <"$2/_confab" >"$lists/zsh"
sed -n 's/.* -l \([a-z-]*\).*/--\1/p' "$2/confab.fish" | sort -u >"$lists/fish"
for shell in bash zsh fish; do
  diff -u "$lists/help" "$lists/$shell" || { echo "completion for $shell and $1 --help differ as shown"; exit 1; }
done

# shellcheck disable=SC2016 # that is for the other shell
offered=$(bash -c '. "$1"; COMP_WORDS=(confab --bell m); COMP_CWORD=2; _confab; echo "${COMPREPLY[*]}"' _ "$2/confab.bash")
test "$offered" = mention || { echo "bash offers '$offered' for --bell m"; exit 1; }
