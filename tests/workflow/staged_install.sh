#!/bin/sh
# staged_install.sh CMAKE BUILD VERSION: installs into a directory of its own, runs what is there, and removes it.
set -eu
cmake=$1 build=$2 version=$3
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT

"$cmake" --install "$build" --prefix "$stage" >"$stage/log" || { cat "$stage/log"; exit 1; }
for program in confabd confab; do
  printed=$("$stage/bin/$program" --version)
  case $printed in
    *"$version"*) ;;
    *) echo "$program --version says '$printed', not $version"; exit 1 ;;
  esac
done
for file in share/man/man1/confabd.1 share/man/man1/confab.1 \
  share/bash-completion/completions/confab share/zsh/vendor-completions/_confab \
  share/bash-completion/completions/confabd share/zsh/vendor-completions/_confabd \
  share/fish/vendor_completions.d/confab.fish share/fish/vendor_completions.d/confabd.fish \
  lib/systemd/system/confabd.service lib/systemd/system/confabd.socket lib/sysusers.d/confab.conf etc/confab/confab.toml \
  share/doc/confab/README.md share/doc/confab/CHANGELOG.md share/doc/confab/LICENSE share/doc/confab/protocol.md; do
  test -s "$stage/$file" || { echo "$file is not installed"; exit 1; }
done

# What somebody has changed there stays.
echo 'max-users = 7' >"$stage/etc/confab/confab.toml"
"$cmake" --install "$build" --prefix "$stage" >"$stage/log" || { cat "$stage/log"; exit 1; }
test "$(cat "$stage/etc/confab/confab.toml")" = 'max-users = 7' || { echo "the configuration was overwritten"; exit 1; }
