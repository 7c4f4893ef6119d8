#!/bin/sh
# same_options.sh PROGRAM PAGE: passes when the program's --help and its manual page name the same --options.
set -eu
lists=$(mktemp -d)
trap 'rm -rf "$lists"' EXIT

options() { grep -oE -- '--[a-z][a-z0-9-]*' | sort -u; }
"$1" --help | options >"$lists/--help"
# Wide, so that no option is broken over two lines; terminals get bold as x, backspace, x.
mandoc -T ascii -O width=1000 "$2" | sed 's/.\x08//g' | options >"$lists/manual"

cd "$lists"
if diff -u --label --help --label manual -- ./--help manual; then exit 0; fi
echo "$1 --help and $2 differ as shown: - is only in --help, + only in the manual page"
exit 1
