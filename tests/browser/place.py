"""Where the tests of the page happen: a server of their own, a proxy in front of it that can be cut, people with nc, and
a browser. Every case has a new server and an empty browser, and at its end nothing may have been refused or have failed
in the page."""
import contextlib
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from webdriver import PATIENCE, Browser  # noqa: E402

SERVER = sys.argv[1]


class Server:
    """The real server, with a line listener and a web listener."""

    def __init__(self, *options):
        self.folder, self.options, self.line, self.web = tempfile.TemporaryDirectory(prefix="confab-page."), options, 0, 0
        self.start()

    def start(self):
        # Whatever becomes of this test, the server goes with it.
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", SERVER, "--listen", f"line:127.0.0.1:{self.line}", "--listen", f"web:127.0.0.1:{self.web}",
             "--lang", "en", "--log-level", "warn", "--data-dir", self.folder.name, *self.options], stdout=subprocess.PIPE, text=True)
        places = [self.process.stdout.readline(), self.process.stdout.readline()]
        self.line, self.web = (int(re.search(r":(\d+)", place.split("127.0.0.1")[1])[1]) for place in places)

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def end(self):
        self.kill()
        self.folder.cleanup()


class Proxy:
    """Passes bytes on to a port, until it is cut: then what there was ends, and nobody gets through."""

    def __init__(self, port):
        self.behind, self.open, self.pairs = port, True, set()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                near = self.listener.accept()[0]
            except OSError:
                return
            far = None
            with contextlib.suppress(OSError):
                if self.open:
                    far = socket.create_connection(("127.0.0.1", self.behind))
            if far is None:
                near.close()
                continue
            pair = (near, far)
            self.pairs.add(pair)
            for one, other in (pair, pair[::-1]):
                threading.Thread(target=self.forward, args=(one, other, pair), daemon=True).start()

    def forward(self, source, target, pair):
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                target.sendall(piece)
        for each in pair:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        self.pairs.discard(pair)

    def cut(self):
        self.open = False
        for pair in list(self.pairs):
            for each in pair:
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)

    def mend(self):
        self.open = True

    def end(self):
        self.cut()
        self.listener.close()


class Person:
    """Somebody with nc."""

    def __init__(self, port, name, *first):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.lines, self.changed = [], threading.Condition()
        threading.Thread(target=self.read, daemon=True).start()
        self.say("/replay off", f"rename {name}", *first)
        self.hears(f"Your name is now: {name}")

    def read(self):
        with contextlib.suppress(OSError), self.socket.makefile("r", encoding="utf-8", newline="\n") as stream:
            for line in stream:
                with self.changed:
                    self.lines.append(line.rstrip("\n"))
                    self.changed.notify_all()

    def say(self, *lines):
        self.socket.sendall("".join(line + "\n" for line in lines).encode())

    def hears(self, text, times=1):
        """Waits until that many lines contain the text."""
        with self.changed:
            if not self.changed.wait_for(lambda: sum(text in line for line in self.lines) >= times, PATIENCE):
                raise AssertionError(f"not heard {times} times: {text}\n" + "\n".join(self.lines[-40:]))

    def texts(self):
        """What was said in the lobby, without who said it."""
        return [line.split(": ", 1)[1] for line in self.lines if re.match(r"\[[^]]+\][^ ]+: (?!is (online|offline|now))", line)]

    def leave(self):
        self.say("/quit")
        self.hears("Goodbye")
        self.socket.close()


ROWS = """[...document.querySelectorAll('.log:not([hidden]) .row[data-id]')].map((row) =>
  [Number(row.dataset.id), row.querySelector('.text').textContent])"""


class Place:
    def __init__(self, browser, *options):
        self.browser, self.server = browser, Server(*options)
        self.proxy = Proxy(self.server.web)
        self.url = f"http://127.0.0.1:{self.proxy.port}/"
        self.people = []
        self.windows = browser.windows()
        self.scripts = []
        browser.go("about:blank")
        browser.devtools("Storage.clearDataForOrigin", origin="*", storageTypes="all")

    def person(self, name, *first):
        made = Person(self.server.line, name, *first)
        self.people.append(made)
        return made

    def enter(self, name, hash=""):
        """A first visit."""
        self.browser.go(self.url + hash)
        self.browser.wait("document.activeElement?.id === 'card-name'")
        self.browser.keys(name, "Enter")
        self.browser.wait("document.getElementById('my-name').textContent === arguments[0]", name)

    def before_the_page(self, script):
        """Runs it in each page that is loaded from here on, before the page's own."""
        self.scripts.append(self.browser.devtools("Page.addScriptToEvaluateOnNewDocument", source=script)["identifier"])

    def say(self, *lines):
        for line in lines:
            self.browser.run("document.getElementById('draft').focus()")
            self.browser.keys(line, "Enter")

    def rows(self):
        """Ids and texts of what is shown as said."""
        return self.browser.value(ROWS)

    def shows(self, text, patience=None):
        self.browser.wait("[...document.querySelectorAll('.log:not([hidden]) .row')].some((row) => row.querySelector('.text').textContent.includes(arguments[0]))",
                          text, patience=patience)

    def open(self, label):
        """Opens a conversation in the list."""
        entry = "[...document.querySelectorAll('.entry')].find((a) => a.querySelector('.label').textContent === arguments[0])"
        self.browser.wait(f"{entry} !== undefined", label)
        self.browser.run(f"{entry}.click()", label)
        self.browser.wait("document.getElementById('title').textContent === arguments[0]", label)

    def end(self):
        # Lost connections are told by the browser itself, and are what these tests are about.
        console = [line for line in self.browser.console() if "WebSocket" not in line and "ERR_CONNECTION" not in line and "ERR_EMPTY" not in line]
        for handle in self.browser.windows():
            if handle not in self.windows:
                self.browser.window(handle)
                self.browser.ask("DELETE", "/window")
        self.browser.window(self.windows[0])
        for script in self.scripts:
            self.browser.devtools("Page.removeScriptToEvaluateOnNewDocument", identifier=script)
        self.browser.go("about:blank")
        for each in self.people:
            each.socket.close()
        self.proxy.end()
        self.server.end()
        assert not console, console


def run(*cases, **how):
    """Runs each case, with the server's options that it names in `options`; the first that fails ends it."""
    wanted = sys.argv[2:]
    with Browser(**how) as browser:
        for case in cases:
            title = case.__doc__.strip().split("\n")[0]
            if wanted and not any(word in title for word in wanted):
                continue
            begun = time.monotonic()
            place = Place(browser, *getattr(case, "options", ()))
            try:
                case(place, browser)
            except BaseException:
                print("FAILED:", title, flush=True)
                with contextlib.suppress(Exception):
                    browser.screenshot(os.environ.get("CONFAB_FAILED_PICTURE", "failed.png"))
                raise
            place.end()
            print(f"passed in {time.monotonic() - begun:.1f} s: {title}", flush=True)
