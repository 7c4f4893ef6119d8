"""Confines a process as a systemd unit asks, without systemd: what of a unit can be had by the kernel's own calls.

Unlike systemd, which lets a forbidden system call fail, this kills whoever makes one: nobody could overlook that.
"""

import ctypes
import os
import resource
import struct
import subprocess

import seccomp

libc = ctypes.CDLL(None, use_errno=True)

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 1, 2, 4, 8, 32, 4096, 16384, 1 << 18
AT_FDCWD, AT_RECURSIVE, SYS_MOUNT_SETATTR, MOUNT_ATTR_RDONLY = -100, 0x8000, 442, 1
PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_SET_MDWE, CLONE_NEWNS = 24, 38, 65, 0x00020000
FAMILIES = {"AF_UNIX": 1, "AF_INET": 2, "AF_INET6": 10}

# Each setting of a unit is one that is done here, one that says how systemd minds the service, or one that only systemd
# can do and the kernel enforces elsewhere. A new one belongs into one of them.
DONE = {"CapabilityBoundingSet", "ExecStart", "Group", "LimitNOFILE", "MemoryDenyWriteExecute", "NoNewPrivileges",
        "PrivateDevices", "PrivateMounts", "PrivateTmp", "ProcSubset", "ProtectHome", "ProtectProc", "ProtectSystem",
        "RestrictAddressFamilies", "RuntimeDirectory", "RuntimeDirectoryMode", "StateDirectory", "StateDirectoryMode",
        "SystemCallArchitectures", "SystemCallFilter", "UMask", "User"}
MINDED = {"ExecReload", "Restart", "RestartPreventExitStatus", "RestartSec", "SystemCallErrorNumber", "TimeoutStopSec",
          "Type", "WatchdogSec"}
NOT_HERE = {"DevicePolicy", "KeyringMode", "LockPersonality", "ProtectClock", "ProtectControlGroups", "ProtectHostname",
            "ProtectKernelLogs", "ProtectKernelModules", "ProtectKernelTunables", "RemoveIPC", "RestrictNamespaces",
            "RestrictRealtime", "RestrictSUIDSGID"}


def check(result, what):
    if result != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{what}: {os.strerror(error)}")


def mount(source, target, kind=None, flags=0, data=None):
    encoded = [None if each is None else each.encode() for each in (source, target, kind, data)]
    check(libc.mount(encoded[0], encoded[1], encoded[2], ctypes.c_ulong(flags), encoded[3]), f"mount {target}")


def prctl(*arguments):
    numbers = [ctypes.c_ulong(each) for each in arguments] + [ctypes.c_ulong(0)] * (5 - len(arguments))
    check(libc.prctl(*numbers), f"prctl {arguments[0]}")


def settings_of(unit):
    """The settings of [Service], each with its values in order."""
    section, found = None, {}
    for line in open(unit, encoding="utf-8"):
        line = line.strip()
        if line.startswith("["):
            section = line
        elif section == "[Service]" and line and not line.startswith("#"):
            name, value = line.split("=", 1)
            found.setdefault(name, []).append(value)
    unknown = set(found) - DONE - MINDED - NOT_HERE
    if unknown:
        raise ValueError(f"{unit}: this test does not know what to do with {', '.join(sorted(unknown))}")
    return found


def system_call_sets():
    """The names in each of systemd's sets of system calls."""
    sets, current = {}, None
    for line in subprocess.check_output(["systemd-analyze", "syscall-filter"], text=True).splitlines():
        line = line.split("#")[0]
        if line.startswith("@"):
            current = sets.setdefault(line.strip(), [])
        elif line.strip() and current is not None:
            current.append(line.strip())
    return sets


def allowed_calls(filters):
    """What SystemCallFilter= comes to, line after line, beginning with what is allowed."""
    sets = system_call_sets()

    def whole(name):
        if not name.startswith("@"):
            return {name}
        return set().union(*(whole(each) for each in sets[name]))

    allowed = whole("@default")
    for line in filters:
        for name in line.lstrip("~").split():
            allowed = allowed - whole(name) if line.startswith("~") else allowed | whole(name)
    return allowed


def forbid_all_but(calls, families):
    """From here on, whoever makes another system call than these is killed; so is socket() for another family."""
    # An old CPU's calls, and those of newer kernels than the library knows, are not there to be allowed.
    rules = seccomp.SyscallFilter(seccomp.KILL_PROCESS)
    for name in sorted(calls - {"socket"}):
        try:
            rules.add_rule(seccomp.ALLOW, name)
        except (ValueError, RuntimeError):
            pass
    for family in families:
        rules.add_rule(seccomp.ALLOW, "socket", seccomp.Arg(0, seccomp.EQ, family))
    rules.load()


def one(settings, name, default=""):
    return settings.get(name, [default])[-1]


def lay_out(settings, root, uid, gid):
    """The files as the service sees them. In a mount namespace of its own, in which `root` is a mount point."""
    for base, name in (("/var/lib", "StateDirectory"), ("/run", "RuntimeDirectory")):
        folder = f"{root}{base}/{one(settings, name)}"
        os.makedirs(folder, exist_ok=True)
        os.chown(folder, uid, gid)
        os.chmod(folder, int(one(settings, name + "Mode"), 8))
        mount(folder, folder, flags=MS_BIND)
    if one(settings, "ProtectSystem") == "strict":
        attributes = struct.pack("QQQQ", MOUNT_ATTR_RDONLY, 0, 0, 0)
        check(libc.syscall(SYS_MOUNT_SETATTR, AT_FDCWD, root.encode(), AT_RECURSIVE, attributes, len(attributes)), "strict")
        for base, name in (("/var/lib", "StateDirectory"), ("/run", "RuntimeDirectory")):
            mount(None, f"{root}{base}/{one(settings, name)}", flags=MS_REMOUNT | MS_BIND)
    if one(settings, "PrivateTmp") == "yes":
        mount("tmpfs", f"{root}/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777")
    if one(settings, "ProtectHome") == "yes":
        for each in ("/home", "/root"):
            mount("tmpfs", root + each, "tmpfs", MS_RDONLY, "mode=000")
    if one(settings, "PrivateDevices") == "yes":
        devices = [(each, os.stat("/dev/" + each).st_rdev) for each in ("null", "zero", "full", "random", "urandom")]
        mount("tmpfs", f"{root}/dev", "tmpfs", MS_NOSUID | MS_NOEXEC, "mode=755")
        for name, number in devices:
            os.mknod(f"{root}/dev/{name}", 0o020666, number)
            os.chmod(f"{root}/dev/{name}", 0o666)
    seen = {"invisible": "hidepid=invisible"}[one(settings, "ProtectProc")], {"pid": "subset=pid"}[one(settings, "ProcSubset")]
    mount("proc", f"{root}/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, ",".join(seen))


def give_up_privileges(settings, uid, gid):
    if one(settings, "CapabilityBoundingSet", "all") == "":
        capability = 0
        while libc.prctl(PR_CAPBSET_DROP, ctypes.c_ulong(capability), 0, 0, 0) == 0:  # until there is none of that number
            capability += 1
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    if one(settings, "NoNewPrivileges") == "yes":
        prctl(PR_SET_NO_NEW_PRIVS, 1)
    if one(settings, "MemoryDenyWriteExecute") == "yes":
        prctl(PR_SET_MDWE, 1)


def run(unit, root, command=None, environment=None):
    """Becomes the service that the unit describes, or `command` in its place, inside of `root`. Needs root's rights."""
    settings = settings_of(unit)
    command = command or one(settings, "ExecStart").split()
    calls = allowed_calls(settings["SystemCallFilter"])
    families = [FAMILIES[each] for each in one(settings, "RestrictAddressFamilies").split()]
    os.umask(0)
    check(libc.unshare(CLONE_NEWNS), "unshare")
    mount(None, "/", flags=MS_REC | MS_PRIVATE)
    mount(root, root, flags=MS_BIND | MS_REC)
    with open(f"{root}/etc/passwd", encoding="utf-8") as users:
        user = next(line.split(":") for line in users if line.startswith(one(settings, "User") + ":"))
    uid, gid = int(user[2]), int(user[3])
    lay_out(settings, root, uid, gid)
    # A container may have less to give than the unit asks for.
    files = min(int(one(settings, "LimitNOFILE")), resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    os.chroot(root)
    os.chdir("/")
    os.umask(int(one(settings, "UMask"), 8))
    give_up_privileges(settings, uid, gid)
    variables = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": user[5], "USER": user[0], "LOGNAME": user[0],
                 **(environment or {})}
    forbid_all_but(calls, families)
    os.execve(command[0], command, variables)
