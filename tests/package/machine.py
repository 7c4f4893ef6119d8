"""A Debian of its own for one scenario: what is changed there is gone afterwards."""

import os
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "workflow"))
import confined  # noqa: E402
from service import Service, User  # noqa: E402,F401

PATIENCE = 120  # seconds a command may take

# Answers for systemctl, in a machine that is to look as if systemd ran there, and notes what it was asked.
SYSTEMCTL = """#!/bin/sh
echo "$*" >>/asked
case " $* " in *" show "*LoadState*) echo loaded ;; *" is-enabled "*) echo enabled ;; esac
"""


def remove_when_empty(group):
    """A control group, whose processes have been killed but may not have gone yet."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return os.rmdir(group)
        except OSError:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.02)


class Machine:
    """A root folder over `base`, which stays as it is. In a mount namespace."""

    def __init__(self, base, packages):
        self.folder = tempfile.mkdtemp()
        confined.mount("tmpfs", self.folder, "tmpfs", 0, "mode=755")
        for each in ("changes", "work", "root"):
            os.mkdir(f"{self.folder}/{each}")
        self.root = f"{self.folder}/root"
        confined.mount("overlay", self.root, "overlay", 0,
                       f"lowerdir={base},upperdir={self.folder}/changes,workdir={self.folder}/work")
        confined.mount("proc", f"{self.root}/proc", "proc")
        for each in ("null", "zero", "full", "random", "urandom"):  # debootstrap made them, unless it may not
            if not os.path.exists(f"{self.root}/dev/{each}"):
                os.mknod(f"{self.root}/dev/{each}", 0o020666, os.stat(f"/dev/{each}").st_rdev)
        self.enter = ["chroot", self.root]
        self.first_process = self.cgroup = None
        os.mkdir(self.path("/srv/packages"))
        for each in packages:
            subprocess.run(["cp", each, self.path("/srv/packages")], check=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.first_process:
            self.first_process.kill()
            self.first_process.wait()
            for folder, _, _ in os.walk(self.cgroup, topdown=False):
                remove_when_empty(folder)
        confined.check(confined.libc.umount2(self.folder.encode(), 2), "umount")  # MNT_DETACH
        os.rmdir(self.folder)

    def try_to(self, *command, answers=""):
        """Exit status and output of a command that root gives there."""
        done = subprocess.run([*self.enter, "env", "-i", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8",
                               "PATH=/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin", *command],
                              input=answers, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                              timeout=PATIENCE)
        return done.returncode, done.stdout

    def do(self, *command, answers=""):
        """What it says; it must succeed."""
        status, said = self.try_to(*command, answers=answers)
        assert status == 0, f"{' '.join(command)}: {status}\n{said}"
        return said

    def install(self, *packages):
        """As somebody who has downloaded them."""
        return self.do("apt-get", "-y", "--no-install-recommends", "install",
                       *(f"/srv/packages/{each}" for each in packages))

    def boot(self):
        """Runs systemd there, as process 1 of that machine; False where a container cannot have one."""
        try:
            with open("/proc/self/mountinfo", encoding="ascii") as mounts:
                groups = next(line.split()[4] for line in mounts if " - cgroup2 " in line)
            self.cgroup = f"{groups}/{os.path.basename(self.folder)}"
            os.mkdir(self.cgroup)
        except (StopIteration, OSError):
            return False

        def join():
            with open(f"{self.cgroup}/cgroup.procs", "w", encoding="ascii") as group:
                group.write("0")

        script = """mount -t proc proc proc && mount -t sysfs -o ro sysfs sys && mount -t cgroup2 cgroup2 sys/fs/cgroup &&
                    mount -t tmpfs tmpfs run && exec env -i container=test PATH=/usr/sbin:/usr/bin chroot . /lib/systemd/systemd \
                    --unit=multi-user.target"""
        self.first_process = subprocess.Popen(["unshare", "--cgroup", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", script],
                                              cwd=self.root, preexec_fn=join, stdin=subprocess.DEVNULL,
                                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self.first_process.poll() is None:
            with open(f"/proc/{self.first_process.pid}/task/{self.first_process.pid}/children", encoding="ascii") as children:
                inside = children.read().split()
            if inside:
                self.enter = ["nsenter", "--target", inside[0], "--cgroup", "--mount", "--pid", "--root", "--wd"]
                if self.try_to("systemctl", "is-system-running")[1].strip() in ("running", "degraded"):
                    return True
            time.sleep(0.05)
        raise AssertionError("systemd does not get ready")

    def path(self, name):
        return self.root + name

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)

    def has(self, name):
        return os.path.lexists(self.path(name))

    def files(self):
        """Everything that is there, but for what the package manager keeps and what no restart outlives."""
        found = set()
        for folder, folders, names in os.walk(self.root):
            inside = folder[len(self.root):] or "/"
            if inside in ("/proc", "/run", "/tmp", "/var/cache", "/var/log", "/var/lib/dpkg", "/var/lib/apt"):
                folders.clear()
                continue
            found |= {os.path.join(inside, each) for each in folders + names}
        return found

    def owned(self, name):
        """Mode, owner and group, as `stat` prints them."""
        return self.do("stat", "-c", "%a %U:%G", name).strip()

    def pretend_systemd(self):
        """From now on it looks as if systemd ran; asked() says what it was asked to do."""
        os.makedirs(self.path("/run/systemd/system"))
        self.write("/usr/bin/systemctl", SYSTEMCTL)
        os.chmod(self.path("/usr/bin/systemctl"), 0o755)

    def asked(self):
        """What systemctl was asked to do with the server since the last call."""
        lines = self.read("/asked").splitlines() if self.has("/asked") else []
        self.write("/asked", "")
        words = [[each for each in line.split() if not each.startswith("--")] for line in lines]
        return [each[0] for each in words
                if each == ["daemon-reload"] or
                each[0] in ("start", "stop", "restart") and each[1:] and each[-1] in ("confabd", "confabd.service")]

    def serve(self):
        """The server as the package's unit starts it."""
        return Service(self.path("/usr/lib/systemd/system/confabd.service"), self.root)

    def say(self, text, *options):
        """By the client, as a user of that machine without any rights."""
        return self.do("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "env", "HOME=/nonexistent", "confab",
                       *options, "--name", "visitor", "--once", text)
