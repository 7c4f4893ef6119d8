#!/usr/bin/env python3
"""proxies.py SERVER PAGE NAME: passes when people who come through a proxy are in the chat with their own addresses, and
its checks are nobody. NAME is a recipe of PAGE: haproxy or nginx, which pass lines on, or haproxy-http, nginx-http or
caddy, which pass WebSocket on. The proxy's configuration is what PAGE says, letter by letter but for addresses. Exit
status 77: the proxy is not installed."""

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

NGINX = "{modules}worker_processes 1;\nerror_log stderr;\npid {folder}/pid;\nevents {{}}\n"
STREAM = "load_module /usr/lib/nginx/modules/ngx_stream_module.so;\n"
# Around what the page says.
WRAPPED = {
    "haproxy": "global\n  log stderr local0\n{page}",
    "haproxy-http": "global\n  log stderr local0\n{page}",
    "nginx": STREAM + NGINX.replace("{modules}", "") + "{page}",
    "nginx-http": NGINX.replace("{modules}", "") + "http {{\naccess_log off;\n{page}}}\n",
    "caddy": "{{\n  admin off\n}}\n{page}",
}
COMMANDS = {
    "haproxy": ["haproxy", "-db", "-q", "-f"],
    "nginx": ["nginx", "-g", "daemon off;", "-c"],
    "caddy": ["caddy", "run", "--adapter", "caddyfile", "--config"],
}


def configuration(page, name, folder):
    """What the page says for that proxy, for the addresses here; checks come more often."""
    with open(page, encoding="utf-8") as file:
        found = re.search(rf"^```text recipe={name}\n(.*?)^```$", file.read(), re.MULTILINE | re.DOTALL)
    assert found, f"{page} has no recipe {name}"
    text = found.group(1)
    for said, here in (("10.0.0.2", SERVER), ("10.0.0.5", FRONT), (" check ", " check inter 20ms "),
                       # Here it has no certificate to get, and no other port.
                       ("chat.example.org {", f"http://chat.example.org:8888 {{\n  bind {FRONT}")):
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


class Browser:
    """Somebody who connects by WebSocket, from an address of its own."""

    def __init__(self, to, source):
        self.person = Person(to, source)
        self.address = source
        self.person.say("GET /ws HTTP/1.1\r\nHost: chat.example.org\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                        "Origin: http://chat.example.org\r\nX-Forwarded-For: 198.51.100.1\r\n\r")
        self.bytes = self.person.socket.makefile("rb")
        self.status = self.bytes.readline().split()[1]
        assert self.status == b"101", self.status
        while self.bytes.readline() != b"\r\n":
            pass
        self.waiting = []

    def line(self):
        while not self.waiting:
            kind, size = self.bytes.read(2)
            assert kind == 0x81 and size <= 126, (kind, size)
            if size == 126:
                size = int.from_bytes(self.bytes.read(2), "big")
            self.waiting += self.bytes.read(size).decode().splitlines()
        return self.waiting.pop(0)

    def say(self, text):
        data = text.encode()
        self.person.socket.sendall(bytes([0x81, 0x80 | len(data), 0, 0, 0, 0]) + data)


def counted(where, what):
    with urllib.request.urlopen(f"http://{where}/metrics") as answer:
        for line in answer.read().decode().splitlines():
            if line.startswith(what + " "):
                return float(line.split()[1])
    raise AssertionError(f"no metric {what}")


def talk(through, name):
    """`through`, who is called so, comes through the proxy; somebody is there already."""
    direct = Person(SERVER, NEIGHBOUR)
    assert direct.line() == f"[{direct.name}]{direct.name}: is online"
    through = through(FRONT, SOMEBODY)
    shown = f"[{name(through)}]{name(through)}: "
    came = through.line()
    assert came == shown + "is online", came
    heard = direct.line()
    assert heard == came, heard
    through.say("hello")
    said = shown + "hello"
    assert through.line() == said and direct.line() == said
    return direct, through


def lines_through(where, proxy):
    direct, _ = talk(Person, lambda who: who.name)
    if proxy == "haproxy":  # of its checks each is one more that was let in
        waits(lambda: counted(where, 'confab_arrivals_total{result="admitted"}') >= 4, "checks")
    direct.say("/ping")
    heard = direct.line()
    assert heard == "pong", heard


def browsers_through(_where, _proxy):
    _, through = talk(Browser, lambda who: who.address)
    through.say("/whoami")
    heard = through.line()
    assert heard.endswith("The connection is not encrypted"), heard


def main(server, page, name):
    program = name.split("-")[0]
    if not shutil.which(program):
        print(f"skipped: {program} is not installed")
        return 77
    lines = name in ("haproxy", "nginx")
    listen = ([f"line:{SERVER}:8888,proxy=127.0.0.1"] if lines else
              [f"line:{SERVER}:8888", f"web:{SERVER}:8080"])
    arguments = [each for place in listen + [f"admin:{SERVER}:0"] for each in ("--listen", place)]
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "proxy.conf")
        with open(file, "w", encoding="utf-8") as out:
            out.write(configuration(page, name, folder))
        started = []
        try:
            started.append(subprocess.Popen(
                [server, *arguments, "--web-host", "chat.example.org", "--web-proxy", "127.0.0.1", "--history", "off",
                 "--lang", "en"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
            said = [started[0].stdout.readline() for _ in range(len(listen) + 1)]
            assert said[0] == f"listening on {SERVER}:8888\n", said
            where = said[-1].split()[-1]
            started.append(subprocess.Popen(COMMANDS[program] + [file], env={**os.environ, "HOME": folder},
                                            stderr=None if program != "caddy" else subprocess.DEVNULL))
            (lines_through if lines else browsers_through)(where, program)
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
