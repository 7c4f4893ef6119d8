"""package_test.py BASE NEW-SERVER NEW-CLIENT OLD-SERVER OLD-CLIENT [WORD]: what becomes of the packages on a Debian; with
WORD only the scenarios that have it in their title.

BASE is what base.sh made; the old ones are of the same tree, under a lower version. For namespaces of its own, as
in_namespaces.sh makes them.
"""

import os
import re
import subprocess
import sys
import tempfile
import time

from machine import Machine, User

BASE, SERVER, CLIENT, OLD_SERVER, OLD_CLIENT = sys.argv[1:6]
CONFIGURATION = "/etc/confab/confab.toml"
ENABLED = "/etc/systemd/system/multi-user.target.wants/confabd.service"
SCENARIOS = []


def scenario(title):
    """Marks a function that gets a machine of its own."""
    def mark(function):
        SCENARIOS.append((title, function))
        return function
    return mark


def recipe(name):
    """What docs/operations.md says to type."""
    page = os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..", "docs", "operations.md")
    with open(page, encoding="utf-8") as text:
        return re.search(rf"^```sh recipe={name}\n(.*?)^```$", text.read(), re.M | re.S).group(1)


def names(*packages):
    return [os.path.basename(each) for each in packages]


def version(package):
    return subprocess.check_output(["dpkg-deb", "--field", package, "Version"], text=True).strip()


def repacked(package, folder, change, name):
    """The package with its files changed, as NAME."""
    inside = f"{folder}/{name}.d"
    subprocess.run(["dpkg-deb", "--raw-extract", package, inside], check=True)
    change(inside)
    subprocess.run(["dpkg-deb", "--root-owner-group", "--build", inside, f"{folder}/{name}"], check=True,
                   stdout=subprocess.DEVNULL)
    return f"{folder}/{name}"


def chats(machine, port=8888):
    """The server that the unit starts serves the client, and neither says that something is wrong."""
    server = machine.serve()
    assert server.where() == f"127.0.0.1:{port}"
    there = User(port)
    there.say("rename resident")
    there.hear("Your name is now: resident")
    machine.say(f"hello from {port}", "--port", str(port))
    there.hear(f"visitor: hello from {port}")
    said, status = server.stop(there)
    assert status == 0 and not re.search("warn|error|<[0-4]>", said), said


def history(machine):
    return machine.do("confabd", "--config", CONFIGURATION, "--export", "-")


@scenario("installed, reconfigured, upgraded, removed, installed again and purged")
def whole_life(machine):
    before = machine.files()
    machine.install(*names(OLD_SERVER, OLD_CLIENT))
    assert version(OLD_SERVER).split("-")[0] in machine.do("confabd", "--version")
    assert re.fullmatch(r"confab:x:(\d+):\1:[^:]*:/var/lib/confab:/usr/sbin/nologin\n",
                        machine.do("getent", "passwd", "confab"))
    assert machine.owned(CONFIGURATION) == "640 root:confab"
    assert machine.owned("/var/lib/confab") == "700 confab:confab"
    assert machine.has(ENABLED)
    assert machine.do("dpkg", "--audit") == ""
    chats(machine)
    assert machine.owned("/var/lib/confab/history.db") == "600 confab:confab"

    changed = re.sub(r"(?m)^listen = .*$", 'listen = ["line:127.0.0.1:9999"]', machine.read(CONFIGURATION))
    machine.write(CONFIGURATION, changed)
    machine.do("confabd", "--config", CONFIGURATION, "--check-config")
    chats(machine, 9999)

    machine.install(*names(SERVER, CLIENT))
    assert version(SERVER).split("-")[0] in machine.do("confabd", "--version")
    assert machine.read(CONFIGURATION) == changed
    assert machine.owned(CONFIGURATION) == "640 root:confab"
    chats(machine, 9999)
    assert "hello from 8888" in history(machine)

    status, said = machine.try_to("apt-get", "-y", "install", f"/srv/packages/{names(OLD_SERVER)[0]}")
    assert status != 0 and "--allow-downgrades" in said, said
    said = machine.do("dpkg", "--install", f"/srv/packages/{names(OLD_SERVER)[0]}")
    assert f"{version(SERVER)} is newer than {version(OLD_SERVER)}" in said, said
    said = machine.do("dpkg", "--install", f"/srv/packages/{names(SERVER)[0]}")
    assert "is newer than" not in said, said

    machine.do("apt-get", "-y", "remove", "confab-server", "confab")
    assert not machine.has("/usr/bin/confabd") and not machine.has("/usr/bin/confab")
    assert machine.read(CONFIGURATION) == changed
    machine.install(*names(SERVER, CLIENT))
    chats(machine, 9999)
    kept = history(machine)
    assert kept.count("hello from 9999") == 3, kept

    said = machine.do("apt-get", "-y", "purge", "confab-server", "confab")
    assert "what people said is still in /var/lib/confab" in said and "user confab stays" in said, said
    machine.do("apt-get", "-y", "autoremove", "--purge")
    left = machine.files() - before
    people = {each for each in left if each.startswith("/var/lib/confab")}
    assert "/var/lib/confab/history.db" in people
    assert left - people - NO_MATTER == set(), left
    assert machine.do("getent", "passwd", "confab")


@scenario("purged before anybody said anything, nothing is left but the user")
def unused(machine):
    before = machine.files()
    machine.install(*names(SERVER, CLIENT))
    said = machine.do("apt-get", "-y", "purge", "confab-server", "confab")
    assert "what people said" not in said and "user confab stays" in said, said
    machine.do("apt-get", "-y", "autoremove", "--purge")
    left = machine.files() - before
    assert left - NO_MATTER == set(), left


@scenario("a configuration that both sides have changed stays as the administrator has it")
def both_changed(machine):
    def change(inside):
        with open(inside + CONFIGURATION, "a", encoding="utf-8") as file:
            file.write("\n# A new line of the package.\n")

    with tempfile.TemporaryDirectory() as folder:
        new = repacked(SERVER, folder, change, "changed.deb")
        subprocess.run(["cp", new, machine.path("/srv/packages")], check=True)
    machine.install(*names(OLD_SERVER))
    ours = machine.read(CONFIGURATION) + "max-users = 7\n"
    machine.write(CONFIGURATION, ours)
    os.chmod(machine.path(CONFIGURATION), 0o600)
    machine.do("chown", "confab:confab", CONFIGURATION)
    said = machine.do("dpkg", "--install", "/srv/packages/changed.deb", answers="\n")
    assert "The default action is to keep your current version" in said, said
    assert machine.read(CONFIGURATION) == ours
    assert machine.owned(CONFIGURATION) == "600 confab:confab"
    assert "A new line of the package" in machine.read(CONFIGURATION + ".dpkg-dist")
    machine.do("dpkg", "--purge", "confab-server")
    assert not machine.has("/etc/confab")


@scenario("a service that was disabled stays so, a folder with other owners, too")
def disabled(machine):
    machine.install(*names(OLD_SERVER))
    os.remove(machine.path(ENABLED))
    machine.do("dpkg-statoverride", "--update", "--add", "root", "root", "0600", CONFIGURATION)
    machine.install(*names(SERVER))
    assert not machine.has(ENABLED)
    assert machine.owned(CONFIGURATION) == "600 root:root"


@scenario("where systemd runs, the server is started, restarted and stopped, as policy-rc.d allows")
def with_systemd_running(machine):
    machine.pretend_systemd()
    machine.install(*names(OLD_SERVER))
    asked = machine.asked()
    assert asked.count("start") == 1 and "restart" not in asked and "stop" not in asked, asked
    assert asked.index("daemon-reload") < asked.index("start"), asked
    machine.install(*names(SERVER))
    asked = machine.asked()
    assert asked.count("restart") == 1 and "start" not in asked and "stop" not in asked, asked
    machine.do("apt-get", "-y", "remove", "confab-server")
    asked = machine.asked()
    assert asked[0] == "stop" and "start" not in asked and "restart" not in asked, asked

    machine.write("/usr/sbin/policy-rc.d", "#!/bin/sh\nexit 101\n")
    os.chmod(machine.path("/usr/sbin/policy-rc.d"), 0o755)
    machine.install(*names(SERVER))
    asked = machine.asked()
    assert "start" not in asked and "restart" not in asked, asked


@scenario("with systemd installed, its own tools have nothing to object to")
def with_systemd_installed(machine):
    machine.do("apt-get", "-y", "--no-install-recommends", "install", "systemd")
    machine.install(*names(SERVER, CLIENT))
    assert not machine.has("/usr/bin/systemd-sysusers.standalone")
    assert machine.do("dpkg-query", "-W", "-f", "${Status}", "systemd") == "install ok installed"
    assert machine.do("systemctl", "is-enabled", "confabd").strip() == "enabled"
    said = machine.do("systemd-analyze", "verify", "--man=no", "/usr/lib/systemd/system/confabd.service")
    assert "confabd" not in said, said
    chats(machine)


def pasted(machine, *recipes, **others):
    """Types what the page says, into one shell."""
    text = "\n".join(recipe(each) for each in ("places",) + recipes)
    return machine.do("bash", "-c", "cd /srv/packages\n" + text.replace("0.0.0.0:8888", "127.0.0.1:9999"), **others)


def wait_for(machine, what, *command):
    """Until the command says so."""
    deadline = time.monotonic() + 30
    while what not in machine.try_to(*command)[1]:
        assert time.monotonic() < deadline, f"{' '.join(command)}: never {what}"
        time.sleep(0.1)


@scenario("with systemd as process 1: all that the page says, a crash, a socket, the watchdog")
def with_systemd_as_first_process(machine):
    machine.do("apt-get", "-y", "--no-install-recommends", "install", "systemd")
    if not machine.boot():
        print("package: skipped: no systemd of its own can be had here")
        return
    machine.do("mkdir", "/srv/later")
    for each in names(SERVER, CLIENT):
        machine.do("mv", f"/srv/packages/{each}", "/srv/later")
    pasted(machine, "install", answers="y\n")
    wait_for(machine, "listening on 127.0.0.1:8888", "journalctl", "-u", "confabd")
    machine.say("hello at first")
    process = machine.do("systemctl", "show", "-P", "MainPID", "confabd").strip()
    assert machine.do("stat", "-c", "%U", f"/proc/{process}").strip() == "confab"

    machine.do("systemctl", "kill", "--signal=ABRT", "confabd")
    wait_for(machine, "NRestarts=1", "systemctl", "show", "-p", "NRestarts", "confabd")
    wait_for(machine, "active", "systemctl", "is-active", "confabd")

    pasted(machine, "open")
    wait_for(machine, "listening on 127.0.0.1:9999", "journalctl", "-u", "confabd")
    user = User(9999)
    machine.do("apt-get", "-y", "install", *(f"/srv/later/{each}" for each in names(SERVER, CLIENT)))
    user.hear("shutting down")
    assert machine.do("systemctl", "is-active", "confabd") == "active\n"
    wait_for(machine, f"confab {version(SERVER).split('-')[0]},", "journalctl", "-u", "confabd")

    wait_for(machine, "0 users online", "systemctl", "show", "-P", "StatusText", "confabd")

    # systemd holds the place: who comes starts the server.
    machine.do("systemctl", "stop", "confabd")
    machine.do("bash", "-c", "mkdir /etc/systemd/system/confabd.socket.d && cat >/etc/systemd/system/confabd.socket.d/here.conf",
               answers="[Socket]\nListenStream=\nListenStream=127.0.0.1:7777\n")
    machine.do("systemctl", "daemon-reload")
    pasted(machine, "socket")
    machine.do("systemctl", "stop", "confabd")
    machine.say("hello, wake up", "--port", "7777")
    assert machine.do("systemctl", "is-active", "confabd") == "active\n"
    machine.do("systemctl", "disable", "--now", "confabd.socket")

    # It is ended and started anew when it says no longer that all is well.
    machine.do("bash", "-c", 'mkdir -p "$0" && cat >"$0/soon.conf"', "/etc/systemd/system/confabd.service.d",
               answers="[Service]\nWatchdogSec=4\nTimeoutAbortSec=1\nRestartSec=0\n")
    machine.do("systemctl", "daemon-reload")
    machine.do("systemctl", "restart", "confabd")
    machine.do("systemctl", "kill", "--signal=STOP", "confabd")
    wait_for(machine, "NRestarts=1", "systemctl", "show", "-p", "NRestarts", "confabd")
    assert "Watchdog timeout" in machine.do("journalctl", "-u", "confabd")
    wait_for(machine, "active", "systemctl", "is-active", "confabd")

    pasted(machine, "backup")
    machine.say("hello after the backup", "--port", "9999")
    said = pasted(machine, "restore")
    assert "the history is whole" in said, said
    wait_for(machine, "active", "systemctl", "is-active", "confabd")
    machine.say("hello after the restore", "--port", "9999")
    kept = history(machine)
    assert "hello at first" in kept and "hello after the restore" in kept and "after the backup" not in kept, kept
    machine.do("bash", "-c", f"new_data=/srv/chat\n{recipe('places')}\n{recipe('move')}")
    wait_for(machine, "active", "systemctl", "is-active", "confabd")
    machine.say("hello from elsewhere", "--port", "9999")
    assert "hello from elsewhere" in history(machine) and machine.has("/srv/chat/history.db")

    machine.write(CONFIGURATION, "max-user = 7\n")
    machine.try_to("systemctl", "restart", "confabd")
    wait_for(machine, "failed", "systemctl", "is-active", "confabd")
    said = machine.do("systemctl", "show", "--property=ExecMainStatus,NRestarts", "confabd")
    assert sorted(said.split()) == ["ExecMainStatus=2", "NRestarts=0"], said
    machine.do("apt-get", "-y", "purge", "confab-server")
    assert machine.try_to("systemctl", "cat", "confabd")[0] != 0


@scenario("systemd may come later")
def systemd_later(machine):
    machine.install(*names(SERVER))
    machine.do("apt-get", "-y", "--no-install-recommends", "install", "systemd")
    assert machine.do("dpkg-query", "-W", "-f", "${Status}", "confab-server") == "install ok installed"
    assert machine.do("systemctl", "is-enabled", "confabd").strip() == "enabled"


@scenario("the two packages take the place of the one that there was")
def of_one_two(machine):
    with tempfile.TemporaryDirectory() as folder:
        os.makedirs(f"{folder}/confab/DEBIAN")
        for each in (SERVER, CLIENT):
            subprocess.run(["dpkg-deb", "--extract", each, f"{folder}/confab"], check=True)
        for each in ("etc", "usr/lib", "usr/share/doc", "usr/share/lintian"):
            subprocess.run(["rm", "-r", f"{folder}/confab/{each}"], check=True)
        with open(f"{folder}/confab/DEBIAN/control", "w", encoding="ascii") as control:
            control.write("Package: confab\nVersion: 0.1.0\nArchitecture: all\nMaintainer: x <x@x.invalid>\nDescription: both\n")
        subprocess.run(["dpkg-deb", "--root-owner-group", "--build", f"{folder}/confab", machine.path("/srv/packages/both.deb")],
                       check=True, stdout=subprocess.DEVNULL)
    machine.do("dpkg", "--install", "/srv/packages/both.deb")
    assert machine.has("/usr/bin/confabd")
    # The server alone would take the server away from the old one, so that one has to go.
    status, said = machine.try_to("dpkg", "--install", f"/srv/packages/{names(SERVER)[0]}")
    assert status != 0 and "breaks confab" in said, said
    assert machine.do("dpkg-query", "-S", "/usr/bin/confabd").startswith("confab:")
    machine.install(*names(SERVER, CLIENT))
    for package, program in (("confab-server", "confabd"), ("confab", "confab")):
        assert machine.do("dpkg-query", "-S", f"/usr/bin/{program}").startswith(f"{package}:")
        assert machine.do("dpkg-query", "-S", f"/usr/share/man/man1/{program}.1.gz").startswith(f"{package}:")
    chats(machine)


# The copies that the tools keep which make users.
NO_MATTER = {"/etc/passwd-", "/etc/group-", "/etc/shadow-", "/etc/gshadow-", "/etc/.pwd.lock"}


def main():
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    word = sys.argv[6] if sys.argv[6:] else ""
    chosen = [each for each in SCENARIOS if word in each[0]]
    assert chosen, f"no scenario is called {word}"
    for title, function in chosen:
        begin = time.monotonic()
        with Machine(BASE, (SERVER, CLIENT, OLD_SERVER, OLD_CLIENT)) as machine:
            function(machine)
        print(f"package: {title}: {time.monotonic() - begin:.1f} s", flush=True)


main()
