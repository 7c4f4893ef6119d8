#!/bin/sh
# recipes.sh SERVER CLIENT OPERATIONS README: passes when the recipes of the two pages, run letter by letter, do what
# the pages say. A recipe is a block that is fenced with ```sh recipe=NAME.
set -eu
server_program=$1 client_program=$2 operations=$3 readme=$4
scratch=$(mktemp -d)
trap 'finish $?' EXIT
finish() {
  trap - EXIT
  if [ -n "${server:-}" ]; then kill "$server" 2>/dev/null || true; fi
  if [ "$1" -ne 0 ] && [ -s "$scratch/log" ]; then cat "$scratch/log"; fi
  rm -rf "$scratch"
  exit "$1"
}

fail() { printf '%s\n' "$*"; exit 1; }

# recipe PAGE NAME: the block's lines.
recipe() {
  awk -v name="$2" '$0 == "```sh recipe=" name { inside = 1; next } /^```$/ { inside = 0 } inside' "$1" |
    grep . || fail "$1 has no recipe $2"
}

# do_recipe NAME: runs it in this shell, as somebody who pastes it.
do_recipe() { eval "$(recipe "$operations" "$1")"; }

# Under the names and at the places that the pages speak of.
mkdir -p "$scratch/bin" "$scratch/build/bin" "$scratch/home"
ln -s "$server_program" "$scratch/bin/confabd"
ln -s "$client_program" "$scratch/bin/confab"
ln -s "$client_program" "$scratch/build/bin/client"
printf '#!/bin/sh\necho 2026-11-21\n' >"$scratch/bin/date"  # midnight may come at any time
chmod +x "$scratch/bin/date"
PATH=$scratch/bin:$PATH
cd "$scratch"
HOME=$scratch/home XDG_STATE_HOME=$scratch/state LC_ALL=C.UTF-8
export HOME XDG_STATE_HOME LC_ALL PATH

data=$scratch/data backups=$scratch/backups log=$scratch/log motd=$scratch/motd ip=127.0.0.1 port=0
config=$scratch/confab.toml dropins=$scratch/dropins
do_recipe places
[ "$data" = "$scratch/data" ] || fail "the page cannot be told where the data is"
printf 'Welcome to the club\n' >"$motd"
: >"$log"

say() { confab --ip "$ip" --port "${line##*:}" --name robot --once "$1" >/dev/null || fail "cannot say '$1'"; }
exported() { confabd --data-dir "$data" --export - 2>/dev/null; }
expect() { exported | grep -q "\"text\":\"$1\"" || fail "'$1' is not in the history"; }
expect_no() { if exported | grep -q "\"text\":\"$1\""; then fail "'$1' is in the history"; fi; }

# What systemd would do with the unit.
server=
systemctl() {
  case $1 in
    stop)
      if [ -n "$server" ]; then kill "$server" && wait "$server"; fi
      server=
      ;;
    start)
      rm -f ready && mkfifo ready
      confabd --config "$config" >ready 2>>"$log" &
      server=$!
      read -r line <ready || fail "the service does not start: $(tail -n 1 "$log")"
      ;;
    restart) systemctl stop && systemctl start ;;
    daemon-reload) ;;
    *) fail "unexpected: systemctl $*" ;;
  esac
}

# Opened to the network: as installed, but for the folder. The port that it names may be taken.
sed "s|/var/lib/confab|$data|; s/:8888/:0/" "$(dirname "$operations")/../server/confab.toml" >"$config"
systemctl start
case $line in 'listening on 127.0.0.1:'*) ;; *) fail "can be reached from elsewhere: $line" ;; esac
before=$server
eval "$(recipe "$operations" open | sed 's/:8888/:0/')"
case $line in 'listening on 0.0.0.0:'*) ;; *) fail "is not open: $line" ;; esac
[ "$server" != "$before" ] || fail "was not started again"
# Said twice it is as before, also where tables follow. With a file that is wrong the server goes on.
printf '[keep]\ndays = 0\n' >>"$config"
cp "$config" once
eval "$(recipe "$operations" open | sed 's/:8888/:0/')"
case $line in 'listening on 0.0.0.0:'*) ;; *) fail "is not open: $line" ;; esac
cmp once "$config" || fail "another file than before"
echo 'days = 1' >>"$config"
before=$server
if eval "$(recipe "$operations" open | sed 's/:8888/:0/')" 2>refused; then fail "a wrong file is well"; fi
grep -q "$config:.*days" refused || fail "does not say what is wrong: $(cat refused)"
if [ "$server" != "$before" ] || ! kill -0 "$server"; then fail "a wrong file has ended the server"; fi
sed -i '$d' "$config"

# A backup of a running server, and the way back.
say 'said before the backup'
do_recipe backup >/dev/null
today=$backups/$(date +%F)
[ "$(stat -c %a "$today")" = 700 ] || fail "others can look into the backup's folder"
[ "$(stat -c %a "$today/history.db")" = 600 ] || fail "others can read the backup"
say 'said after the backup'
if confabd --config "$config" --restore "$today" >refused 2>&1; then fail "restored under a running server"; fi
grep -q 'another confab' refused || fail "refused for another reason: $(cat refused)"
# A server that is killed leaves a write-ahead log, which must not come back with the backup.
kill -9 "$server"
wait "$server" 2>/dev/null || true
server=
do_recipe restore >restored || fail "not restored: $(cat restored)"
grep -q 'the history is whole' restored || fail "not checked: $(cat restored)"
expect 'said before the backup'
expect_no 'said after the backup'
aside=$(sed -n 's/^what was there is now in //p' restored)
confabd --data-dir "$aside" --export - 2>/dev/null | grep -q 'said after the backup' || fail "nothing is aside"
say 'said after the restore'

# Every night, and those that are old.
nightly=$(recipe "$operations" nightly | sed "s|/etc/confab/confab.toml|$config|; s|/var/backups/confab|$backups|")
rm -r "$today"
sh -c "$nightly"
[ -e "$today/history.db" ] || fail "no backup in the night"
mkdir "$backups/2026-10-01"
touch -d '40 days ago' "$backups/2026-10-01"
rm -r "$today"
sh -c "$nightly"
[ -e "$today/history.db" ] || fail "a backup of today went as an old one"
[ ! -e "$backups/2026-10-01" ] || fail "an old backup stayed"

# Another folder.
# shellcheck disable=SC2034 # the recipe uses it
new_data=$scratch/elsewhere
old_data=$data
do_recipe move
data=$new_data
say 'said elsewhere'
systemctl stop
expect 'said after the restore'
expect 'said elsewhere'
[ ! -e "$old_data" ] || fail "the old folder is still used"
grep -qxF "ReadWritePaths=$new_data" "$dropins/data.conf" || fail "the unit does not know the new folder"

# A log that is rotated under a running server.
do_recipe start >/dev/null
do_recipe rotate
[ -s "$log.1" ] || fail "the old log is gone"
[ ! -s "$log" ] || fail "the log was not emptied"
do_recipe stop
server=
grep -q 'telling everyone' "$log" || fail "nothing is logged after the rotation"
[ "$(tr -d '\0' <"$log" | wc -c)" -eq "$(stat -c %s "$log")" ] || fail "the log has a hole"

# The page's configuration file is one, and says what it is said to.
config=$scratch/confab.toml
awk '$0 == "```toml" { inside = 1; next } /^```$/ { inside = 0 } inside' "$operations" >"$config"
do_recipe print-config >printed
for each in 'port = 9999  # command line' 'keep-days = 365  # .*confab.toml:' 'name = "Our chat"  # .*confab.toml:1'; do
  grep -q "^$each" printed || fail "--print-config does not say '$each': $(cat printed)"
done
# The places that it names are not here, and its port may be taken.
sed "s|/etc/confab/motd|$motd|; s/:8888/:0/" "$config" >"$config.here"
config=$config.here
do_recipe check-config >/dev/null || fail "the page's configuration file would not start a server"

# A server that reads its file again.
rm -f ready && mkfifo ready
printf 'name = "Our chat"\n' >reloaded.toml
confabd --ip "$ip" --port 0 --data-dir "$data" --config reloaded.toml >ready 2>>"$log" &
server=$!
read -r line <ready || fail "a file with a name starts no server"
printf 'name = "Their chat"\n' >reloaded.toml
do_recipe reload >said || fail "the page's way to reload fails"
grep -q '^reloaded reloaded.toml: name' said || fail "what has changed is not said: $(cat said)"
printf 'nam = "x"\n' >reloaded.toml
if (do_recipe reload) 2>said; then fail "a wrong file is reloaded"; fi
grep -q 'nothing has changed: reloaded.toml:1: unknown key' said || fail "why not is not said: $(cat said)"
do_recipe stop
server=

# A renewed certificate: what certbot runs. The group of the package is not on this machine.
tls=$scratch/tls RENEWED_LINEAGE=$scratch/live
export tls RENEWED_LINEAGE
mkdir "$RENEWED_LINEAGE"
renew() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=$1" \
    -keyout "$RENEWED_LINEAGE/privkey.pem" -out "$RENEWED_LINEAGE/fullchain.pem" 2>/dev/null
}
cat >"$scratch/bin/install" <<'EOF'
#!/bin/sh
for last; do :; done
case " $* " in *' -d '*) exec mkdir -p "$last" ;; esac
shift 6
exec cp "$1" "$2"
EOF
cat >"$scratch/bin/systemctl" <<'EOF'
#!/bin/sh
[ "$*" = 'reload-or-restart confabd' ] || exit 1
[ -z "$server" ] || exec confabd --reload "$server"
EOF
chmod +x "$scratch/bin/install" "$scratch/bin/systemctl"
recipe "$operations" deploy-hook >hook
renew first
sh hook
printf 'listen = ["tls:127.0.0.1:0"]\ntls-cert = "%s"\ntls-key = "%s"\n' "$tls/fullchain.pem" "$tls/privkey.pem" >tls.toml
rm -f ready && mkfifo ready
confabd --data-dir "$data" --config tls.toml >ready 2>>"$log" &
server=$!
export server
read -r line <ready || fail "a certificate of certbot starts no server: $(tail -n 1 "$log")"
shown() { openssl s_client -connect "${line#listening on }" </dev/null 2>/dev/null | openssl x509 -noout -subject; }
[ "$(shown)" = "subject=CN = first" ] || fail "another certificate: $(shown)"
renew second
sh hook >said || fail "the hook fails: $(cat said)"
grep -q '^reloaded tls.toml: tls-cert' said || fail "what has changed is not said: $(cat said)"
[ "$(shown)" = "subject=CN = second" ] || fail "the old certificate is still shown: $(shown)"
do_recipe stop
server=

# A server that cannot start ends the script at once, and says why.
if (data=/dev/null/none && do_recipe start) >refused 2>&1; then fail "started without a folder"; fi
grep -q '/dev/null/none' refused || fail "does not say why it cannot start: $(cat refused)"

# The club's line is one that does not end, so it runs in the background here. Its port is one that was free just now.
do_recipe start >/dev/null
port=${line##*:}
do_recipe stop
server=
mkfifo where
(eval "exec $(recipe "$operations" club)") >where 2>>"$log" &
server=$!
read -r line <where || fail "the club's server does not start"
printf '0\n' | confab --ip "$ip" --port "$port" >heard 2>&1 || fail "the club cannot be reached"
grep -q 'Welcome to the club' heard || fail "the club does not greet: $(cat heard)"

# What the README says, but for the port.
CONFAB_PORT=$port
export CONFAB_PORT
script=$(recipe "$readme" script)
(eval "$script") || fail "the README's script fails"
expect 'The build is green'
connect=$(recipe "$readme" connect | sed "s/8888/$port/")
printf '0\n' | (eval "$connect") >/dev/null || fail "the README's way to connect fails"
# Waiting for a line does not find the one that was said before; the next line ends nc. On a busy machine 50 ms may pass
# before the first line, so this gets more than one chance.
await=$(recipe "$readme" wait | sed "s/8888/$port/")
for try in 1 2 3 4 5; do
  (eval "$await") >heard &
  waiting=$!
  until [ "$(confab --quiet --once /count)" = "2 online" ] || ! kill -0 "$waiting" 2>/dev/null; do :; done
  say "It is green again, $try"
  say 'And more'
  wait "$waiting" || fail "the README's way to wait for a line fails"
  if grep -q "robot: It is green again, $try" heard; then break; fi
done
grep -q "robot: It is green again, $try" heard || fail "waits for another line: $(cat heard)"
kill "$server"
wait "$server" || fail "the club's server does not end well"
server=

# A bare Debian has no nc: the page says what to install before its first one.
awk '/netcat-openbsd/ { told = 1 } /^ *\$ nc / { exit !told } END { exit !told }' "$readme" ||
  fail "the README does not say where nc comes from"
