#!/usr/bin/env python3
"""proxies.py SERVER PAGE NAME: passes when people who come through the proxy NAME (haproxy, nginx) are in the chat with
their own addresses, and its checks are nobody. The proxy's configuration is what PAGE says, letter by letter but for
addresses. Exit status 77: the proxy is not installed."""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

PATIENCE = 30  # seconds


def address(number):
    """An address of loopback that nobody else takes by chance."""
    seed = os.getpid() * 4
    return f"127.{16 + seed // 62500 % 200}.{1 + seed // 250 % 250}.{1 + (seed + number) % 250}"


SERVER, FRONT, SOMEBODY, NEIGHBOUR = (address(number) for number in range(4))

WRAPPED = {
    "haproxy": "global\n  log stderr local0\n{page}",
    "nginx": "load_module /usr/lib/nginx/modules/ngx_stream_module.so;\nworker_processes 1;\nerror_log stderr;\n"
             "pid {folder}/pid;\nevents {{}}\n{page}",
}
COMMANDS = {
    "haproxy": ["haproxy", "-db", "-q", "-f"],
    "nginx": ["nginx", "-g", "daemon off;", "-c"],
}


def configuration(page, name, folder):
    """What the page says for that proxy, for the addresses here; checks come more often."""
    with open(page, encoding="utf-8") as file:
        found = re.search(rf"^```text recipe={name}\n(.*?)^```$", file.read(), re.MULTILINE | re.DOTALL)
    assert found, f"{page} has no recipe {name}"
    text = found.group(1)
    for said, here in (("10.0.0.2", SERVER), ("10.0.0.5", FRONT), (" check ", " check inter 20ms ")):
        text = text.replace(said, here)
    return WRAPPED[name].format(page=text, folder=folder)


def waits(so, what):
    until = time.monotonic() + PATIENCE
    while not so():
        assert time.monotonic() < until, f"waited in vain for {what}"
        time.sleep(0.005)


class Person:
    """Somebody who connects, from an address of its own."""

    def __init__(self, to, source):
        def connects():
            try:
                self.socket = socket.create_connection((to, 8888), PATIENCE, (source, 0))
                return True
            except ConnectionRefusedError:
                return False

        waits(connects, f"somebody at {to}")
        self.name = "%s:%d" % self.socket.getsockname()
        self.lines = self.socket.makefile("r", encoding="utf-8")

    def line(self):
        return self.lines.readline().rstrip("\n")

    def say(self, text):
        self.socket.sendall(text.encode() + b"\n")


def counted(where, what):
    with urllib.request.urlopen(f"http://{where}/metrics") as answer:
        for line in answer.read().decode().splitlines():
            if line.startswith(what + " "):
                return float(line.split()[1])
    raise AssertionError(f"no metric {what}")


def talk(where, checks):
    """One who is there already, one who comes through the proxy."""
    direct = Person(SERVER, NEIGHBOUR)
    assert direct.line() == f"[{direct.name}]{direct.name}: is online"
    through = Person(FRONT, SOMEBODY)
    assert through.name.startswith(SOMEBODY)
    came = f"[{through.name}]{through.name}: is online"
    assert through.line() == came and direct.line() == came
    through.say("hello")
    said = f"[{through.name}]{through.name}: hello"
    assert through.line() == said and direct.line() == said
    if checks:  # of which each is one more that was let in
        waits(lambda: counted(where, 'confab_arrivals_total{result="admitted"}') >= 4, "checks")
    direct.say("/ping")
    heard = direct.line()
    assert heard == "pong", heard
    through.socket.shutdown(socket.SHUT_WR)
    assert direct.line().startswith(f"[{through.name}]{through.name}: ")
    direct.socket.close()


def main(server, page, name):
    if not shutil.which(name):
        print(f"skipped: {name} is not installed")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "proxy.conf")
        with open(file, "w", encoding="utf-8") as out:
            out.write(configuration(page, name, folder))
        started = []
        try:
            started.append(subprocess.Popen(
                [server, "--listen", f"line:{SERVER}:8888,proxy=127.0.0.1", "--listen", f"admin:{SERVER}:0",
                 "--history", "off", "--lang", "en"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
            assert started[0].stdout.readline() == f"listening on {SERVER}:8888\n"
            where = started[0].stdout.readline().split()[-1]
            started.append(subprocess.Popen(COMMANDS[name] + [file]))
            talk(where, checks=name == "haproxy")
        finally:
            for each in reversed(started):
                each.terminate()
            for each in started:
                each.wait(PATIENCE)
        errors = started[0].stderr.read()
        assert "warn" not in errors and "PROXY" not in errors, errors
        assert started[0].returncode == 0
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
