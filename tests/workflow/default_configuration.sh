#!/bin/sh
# default_configuration.sh SERVER FILE: passes when the file is a right configuration, each of its keys that are commented
# out is a right one with a right value, and those that are not called examples are the defaults.
set -eu
server=$1 file=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
LC_ALL=C.UTF-8
export LC_ALL

printed() { "$server" --config "$1" --print-config || { echo "refused: $1"; exit 1; }; }

printed "$file" >"$scratch/as_it_is"
test "$(grep -c '^data-dir = "/var/lib/confab"  # .*confab.toml:' "$scratch/as_it_is")" = 1
test "$(grep -cE '^  "(line:127.0.0.1:8888|web:127.0.0.1:8080,optional)",  # .*confab.toml:' "$scratch/as_it_is")" = 2
test "$(grep -cE '^[a-z-]+ = ' "$scratch/as_it_is")" = 2 || { echo "it sets more than the folder and the places"; exit 1; }

sed 's/^#\([a-z-]* = \)/\1/' "$file" >"$scratch/all.toml"
printed "$scratch/all.toml" >"$scratch/all"
keys=$(sed -n 's/^#\([a-z-]*\) = .*/\1/p' "$file")
test "$(echo "$keys" | wc -l)" -gt 5 || { echo "the keys are not found"; exit 1; }
: >"$scratch/empty.toml"
printed "$scratch/empty.toml" >"$scratch/defaults"
for key in $keys; do
  sed -n "/^$key = /,/all.toml:/p" "$scratch/all" | grep -q 'all.toml:[0-9]*$'  || { echo "$key is not in force"; exit 1; }
  # The paragraph of an example says so.
  if awk -v key="#$key = " '/Example/ { example = 1 } /^$/ { example = 0 } index($0, key) == 1 { exit !example }' \
    "$file"; then continue; fi
  default=$(sed -n "s/^# *\($key = .*[^ ]\)  # default.*/\1/p" "$scratch/defaults")
  grep -qxF "#$default" "$file" || { echo "the default is '$default'"; exit 1; }
done
