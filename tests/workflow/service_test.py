"""service_test.py CMAKE BUILD: installs into a root of its own and runs the service there, confined as its unit asks.

For a mount, a network and a process namespace of its own, as in_namespaces.sh makes them.
"""

import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile

import confined
from service import PATIENCE, Service, User

USER = 10888


def make_root(root):
    """A system with the programs and libraries of this one, and nothing else of it."""
    for each in ("usr", "etc", "var/lib", "run", "tmp", "dev", "proc", "home", "root", "opt/confab"):
        os.makedirs(f"{root}/{each}")
    for each in ("bin", "sbin", "lib", "lib64"):
        if os.path.islink("/" + each):
            os.symlink(os.readlink("/" + each), f"{root}/{each}")
    confined.mount("/usr", f"{root}/usr", flags=confined.MS_BIND | confined.MS_REC)
    shutil.copy("/etc/ld.so.cache", f"{root}/etc")
    with open(f"{root}/etc/passwd", "w", encoding="ascii") as users:
        users.write(f"confab:x:{USER}:{USER}::/var/lib/confab:/usr/sbin/nologin\n")
    with open(f"{root}/etc/group", "w", encoding="ascii") as groups:
        groups.write(f"confab:x:{USER}:\n")


def install(cmake, build, root):
    """What is installed, in /opt/confab; returns the unit, changed to that place."""
    place = f"{root}/opt/confab"
    subprocess.run([cmake, "--install", build, "--prefix", place], check=True, stdout=subprocess.DEVNULL)
    with open(f"{place}/lib/systemd/system/confabd.service", encoding="utf-8") as unit:
        text = unit.read()
    text = re.sub(r"(?<=[= ])/\S+(?=/bin/confabd |/etc/confab/)", "/opt/confab", re.sub(r" /etc/confab/", " /x/etc/confab/", text))
    assert "ExecStart=/opt/confab/bin/confabd --config /opt/confab/etc/confab/confab.toml\n" in text, text
    with open(f"{root}/confabd.service", "w", encoding="utf-8") as unit:
        unit.write(text)
    return f"{root}/confabd.service"


def probe(unit, root, script, program="/bin/sh"):
    return Service(unit, root, [program, "-c", script]).end()


def check_walls(unit, root):
    """Each wall is there; or the service would work without having been confined."""
    for script in (": >/var/lib/confab/probe && rm /var/lib/confab/probe", ": >/run/confab/probe", ": >/tmp/probe",
                   "test -r /etc/passwd && test ! -e /tmp/probe"):
        said, status = probe(unit, root, script)
        assert status == 0, (script, said, status)
    for script, word in ((": >/etc/probe", "Read-only"), (": >/usr/bin/probe", "Read-only"), (": >/opt/confab/x", "Read-only"),
                         ("cd /root", "can't cd"), ("cd /home", "can't cd"), (": >/dev/probe", "Permission denied"),
                         ("cat /dev/kmsg", "No such file"), ("cat /proc/meminfo", "No such file"),
                         ("test -e /proc/self/fd && test -e /proc/1 || echo invisible && false", "invisible")):
        said, status = probe(unit, root, script)
        assert status > 0 and word in said, (script, said, status)
    said, status = probe(unit, root, "umask; grep -E '^(Uid|CapEff|CapBnd|NoNewPrivs)' /proc/self/status")
    assert said.split() == ["0077", "Uid:"] + [str(USER)] * 4 + ["CapEff:", "0" * 16, "CapBnd:", "0" * 16,
                                                                           "NoNewPrivs:", "1"], said
    python = "/usr/bin/python3"
    said, status = probe(unit, root, "import mmap; mmap.mmap(-1, 4096, prot=7)", python)
    assert status == 1 and "Permission" in said, (said, status)
    for script in ("import socket; socket.socket(socket.AF_NETLINK)", "import os; os.chroot('/')",
                   "import os; os.setpriority(0, 0, 1)"):
        said, status = probe(unit, root, script, python)
        assert status == -signal.SIGSYS, (script, said, status)


class Systemd:
    """What hears how the service is."""

    def __init__(self, root):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(f"{root}/run/notify")
        os.chmod(f"{root}/run/notify", 0o666)
        self.socket.settimeout(PATIENCE)

    def hear(self, what):
        """Until it is said."""
        while what not in self.socket.recv(4096).decode().splitlines():
            pass


def check_chat(unit, root):
    """People chat, the history is kept over a restart, and nothing is logged that is not in order."""
    with open(f"{root}/opt/confab/etc/confab/confab.toml", "r+", encoding="utf-8") as configuration:
        kept = [line for line in configuration if not line.startswith("listen = ")]
        configuration.seek(0)
        configuration.truncate()
        configuration.write("".join(kept))
        configuration.write('listen = ["line:127.0.0.1:8888", "line:unix:/run/confab/chat,mode=0660,group=confab"]\n')
    systemd = Systemd(root)
    for start in ("first", "second"):
        server = Service(unit, root, environment={"NOTIFY_SOCKET": "/run/notify", "WATCHDOG_USEC": "4000000"})
        assert server.where() == "127.0.0.1:8888"
        systemd.hear("READY=1")
        chat = os.stat(f"{root}/run/confab/chat")
        assert (stat.S_IMODE(chat.st_mode), chat.st_uid, chat.st_gid) == (0o660, USER, USER), chat
        alice, bob = User(), User(f"{root}/run/confab/chat")
        alice.say("rename alice")
        alice.hear("Your name is now: alice")
        if start == "second":
            bob.say("/search quince")
            bob.hear("first quince")
        alice.say(f"{start} quince")
        bob.hear(f"{start} quince")
        systemd.hear("WATCHDOG=1")
        command = confined.one(confined.settings_of(unit), "ExecReload").replace("$MAINPID", str(server.child))
        said, status = Service(unit, root, command.split()).end()
        assert status == 0 and "nothing is different" in said, (said, status)
        said, status = server.stop(alice, bob)
        systemd.hear("STOPPING=1")
        assert status == 0, (said, status)
        assert "telling everyone" in said and not re.search("warn|error|<[0-4]>", said), said


def main():
    cmake, build = sys.argv[1:]
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    with tempfile.TemporaryDirectory() as scratch:
        confined.mount("tmpfs", scratch, "tmpfs", 0, "mode=755")
        try:
            root = f"{scratch}/root"
            make_root(root)
            unit = install(cmake, build, root)
            check_walls(unit, root)
            check_chat(unit, root)
            kept = os.stat(f"{root}/var/lib/confab/history.db")
            assert kept.st_uid == USER and stat.S_IMODE(kept.st_mode) == 0o600, kept
        finally:
            confined.check(confined.libc.umount2(scratch.encode(), 2), "umount")  # MNT_DETACH


main()
