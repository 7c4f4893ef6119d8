#!/bin/sh
# systemd_units.sh CMAKE BUILD: passes when systemd understands the units, has nothing to object to, and finds the service
# well confined. Needs no running systemd; skipped where its tools are missing.
set -eu
command -v systemd-analyze >/dev/null || { echo "skipped: systemd-analyze is missing"; exit 77; }
cmake=$1 build=$2
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT

"$cmake" --install "$build" --prefix "$stage/usr" >"$stage/log" || { cat "$stage/log"; exit 1; }
mkdir "$stage/units"
# The programs are looked for, so they get the place where they are.
for unit in "$stage"/usr/lib/systemd/system/*; do
  sed "s|=/[^ ]*/confabd |=$stage/usr/bin/confabd |" "$unit" >"$stage/units/${unit##*/}"
done
grep -q "^ExecStart=$stage/usr/bin/confabd " "$stage/units/confabd.service" || { echo "there is no ExecStart="; exit 1; }
# systemd-analyze goes on after most faults, and is content; but it names the file.
is_right() {
  systemd-analyze verify --man=no "$1" >"$stage/said" 2>&1 || return 1
  ! grep -qF "${1##*/}" "$stage/said"
}
for unit in "$stage"/units/*; do
  is_right "$unit" || { cat "$stage/said"; exit 1; }
done
sed 's/^RestartSec=.*/RestartSec=soon/' "$stage/units/confabd.service" >"$stage/wrong.service"
if is_right "$stage/wrong.service"; then echo "faults are overlooked"; exit 1; fi

# 1.5 of 10. What is left is what a chat server needs: the network, and the system's own root folder and users.
systemd-analyze security --no-pager --offline=true --threshold=15 "$stage/units/confabd.service" >"$stage/said" 2>&1 ||
  { grep -v '✓' "$stage/said"; exit 1; }
