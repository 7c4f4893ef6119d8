#!/bin/sh
# same_restarts.sh PROGRAM PAGE OPERATIONS: passes when --help, the manual page and docs/operations.md name the same
# options, in the same order, as those that a reload does not change.
set -eu

# What stands between the sentence's beginning and its end, an option a line.
options() { tr '\n' ' ' | sed -n 's/.*These take a restart: *\([^.]*\)\..*/\1/p' | grep -oE -- '--[a-z][a-z-]*'; }

help=$("$1" --help | options)
page=$(mandoc -T ascii -O width=1000 "$2" | sed 's/.\x08//g' | options)
operations=$(options <"$3")
[ -n "$help" ] || { echo "$1 --help does not say what takes a restart"; exit 1; }
for other in "$page" "$operations"; do
  [ "$other" = "$help" ] || { printf '%s\n' "--help has" "$help" "and a page has" "$other"; exit 1; }
done
