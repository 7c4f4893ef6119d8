#!/bin/sh
# has_symbol.sh PROGRAM SYMBOL: passes when SYMBOL is among the names that PROGRAM has or looks for in a library.
if nm -D "$1" | grep -qw "$2"; then exit 0; fi
echo "$1 has no $2"
exit 1
