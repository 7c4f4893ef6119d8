#!/bin/bash
# base.sh FOLDER PACKAGE...: makes FOLDER the root of a minimal Debian 12, with everything downloaded that it takes to
# install these packages there, and systemd. What is there already is used again as long as it suits them: then no
# network is needed.
set -euo pipefail
folder=$1
shift

# What has to change for it to be made anew.
wanted=$(sha256sum "$0" | cut -d' ' -f1; for each in "$@"; do dpkg-deb --field "$each" Depends; done)
if [[ -r $folder/made-for && $(<"$folder/made-for") == "$wanted" ]]; then exit 0; fi

rm -rf "$folder" "$folder.new"
# Where this machine gets its own packages from.
# shellcheck disable=SC2016 # that is for apt-get
mirror=$(apt-get indextargets --format '$(CODENAME) $(SITE)' 'Created-By: Packages' |
  awk '$1 == "bookworm" { print $2; exit }')
debootstrap --variant=minbase bookworm "$folder.new" "${CONFAB_MIRROR:-${mirror:-http://deb.debian.org/debian}}" >"$folder.log" 2>&1 ||
  { tail -5 "$folder.log"; exit 1; }
cp /etc/resolv.conf "$folder.new/etc/resolv.conf"
cp "$@" "$folder.new/tmp"
# The lists are those of debootstrap, so what they name is there.
download() {
  chroot "$folder.new" env DEBIAN_FRONTEND=noninteractive apt-get -y --no-install-recommends --download-only install "$@" \
    >>"$folder.log" 2>&1 || { tail -5 "$folder.log"; exit 1; }
}
download "${@/#*\//\/tmp\/}"
download systemd
rm -f "$folder.new"/tmp/*.deb "$folder.new/etc/resolv.conf"
printf '%s\n' "$wanted" >"$folder.new/made-for"
mv "$folder.new" "$folder"
