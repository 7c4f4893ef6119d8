#!/bin/sh
# same_completions.sh PROGRAM DIRECTORY NAME OPTION WORD WHOLE: passes when the completion files for NAME offer the options
# of PROGRAM --help, and no other, and bash makes WHOLE of WORD behind OPTION, with a blank or an = between.
set -eu
name=$3
lists=$(mktemp -d)
trap 'rm -rf "$lists"' EXIT

options() { grep -oE -- '--[a-z][a-z0-9-]*' | sort -u; }
"$1" --help | options >"$lists/help"
options <"$2/$name.bash" >"$lists/bash"
options <"$2/_$name" >"$lists/zsh"
sed -n 's/.* -l \([a-z-]*\).*/--\1/p' "$2/$name.fish" | sort -u >"$lists/fish"
for shell in bash zsh fish; do
  diff -u "$lists/help" "$lists/$shell" || { echo "completion for $shell and $1 --help differ as shown"; exit 1; }
done

# offered FILE WORDS...: what bash makes of the last of them.
offered() {
  # shellcheck disable=SC2016 # that is for the other shell
  bash -c '. "$1"; COMP_WORDS=("${@:2}"); COMP_CWORD=$(($# - 2)); "_$2"; echo "${COMPREPLY[*]}"' _ "$@"
}
for between in '' =; do
  offer=$(offered "$2/$name.bash" "$name" "$4" ${between:+"$between"} "$5")
  test "$offer" = "$6" || { echo "bash offers '$offer' for $4 $between $5"; exit 1; }
done
test -n "$(offered "$2/$name.bash" "$name" "$4" =)" || { echo "bash offers nothing for $4="; exit 1; }
