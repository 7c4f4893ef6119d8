"""A browser that a test drives: Debian's chromium by its chromium-driver, over WebDriver with the DevTools' commands.
Nothing but Python's own library."""
import base64
import http.client
import json
import os
import shutil
import subprocess
import tempfile
import time

PATIENCE = float(os.environ.get("CONFAB_BROWSER_PATIENCE", "20"))
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
KEYS = {"Enter": "\ue007", "Shift": "\ue008", "Alt": "\ue00a", "Tab": "\ue004", "Escape": "\ue00c", "Up": "\ue013", "Down": "\ue015",
        "Backspace": "\ue003", "PageUp": "\ue00e", "Home": "\ue011", "End": "\ue010"}


class Problem(Exception):
    """What the driver says went wrong."""


class Browser:
    """One browser with one driver; ended by leaving the `with`. One thread at a time."""

    def __init__(self, width=1100, height=720, language="en-GB", arguments=()):
        self.folder = tempfile.mkdtemp(prefix="confab-browser.")
        port = self.start_driver()
        self.http = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions",
                   "--disable-background-networking", "--disable-component-update", "--mute-audio", "--hide-scrollbars", f"--lang={language}",
                   f"--window-size={width},{height}", f"--user-data-dir={self.folder}", *arguments]
        wanted = {"browserName": "chrome", "goog:loggingPrefs": {"browser": "ALL"},
                  "goog:chromeOptions": {"args": options, "binary": shutil.which("chromium"), "prefs": {"intl.accept_languages": language}}}
        self.session = ""
        try:
            made = self.ask("POST", "", {"capabilities": {"alwaysMatch": wanted}})
        except BaseException:
            self.end()
            raise
        self.session = "/" + made["sessionId"]
        self.ask("POST", "/timeouts", {"script": int(PATIENCE * 1000), "pageLoad": int(PATIENCE * 1000), "implicit": 0})

    def start_driver(self):
        """The port where it listens. It picks one by itself, for IPv4 and IPv6, and gives up if the second is taken."""
        said = []
        for _ in range(5):
            # Whatever becomes of this test, the driver goes with it, and the browser with the driver.
            self.driver = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", "chromedriver", "--port=0"], stdout=subprocess.PIPE,
                                           stderr=subprocess.STDOUT, text=True, start_new_session=True)
            for line in self.driver.stdout:
                said.append(line)
                if "started successfully on port" in line:
                    return int(line.rstrip(". \n").rsplit(" ", 1)[1])
            self.driver.wait()
            self.driver.stdout.close()
        raise Problem("the driver does not start: " + "".join(said))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def end(self):
        try:
            if self.session:
                self.ask("DELETE", "")
        except (OSError, Problem, http.client.HTTPException):
            pass
        self.driver.kill()
        self.driver.wait()
        self.driver.stdout.close()
        self.http.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def ask(self, method, path, body=None):
        data = None if method == "GET" else json.dumps(body or {})
        self.http.request(method, "/session" + self.session + path, data, {"Content-Type": "application/json"})
        value = json.loads(self.http.getresponse().read())["value"]
        if isinstance(value, dict) and "error" in value:
            raise Problem(f"{value['error']}: {value['message'].splitlines()[0]}")
        return value

    def go(self, url):
        self.ask("POST", "/url", {"url": url})

    def run(self, script, *arguments):
        """The value that the body of a function returns, which may be a promise."""
        return self.ask("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def value(self, expression, *arguments):
        return self.run(f"return {expression}", *arguments)

    def wait(self, expression, *arguments, patience=None):
        """Waits until the expression is true, and returns its value."""
        end = time.monotonic() + (patience or PATIENCE)
        while True:
            found = self.value(expression, *arguments)
            if found:
                return found
            if time.monotonic() > end:
                raise AssertionError(f"still not: {expression} {arguments}\n{self.value('document.body.innerText')[-3000:]}\n{self.console()}")
            time.sleep(0.02)

    def element(self, css):
        return self.ask("POST", "/element", {"using": "css selector", "value": css})[ELEMENT]

    def click(self, css):
        self.ask("POST", f"/element/{self.element(css)}/click")

    def type(self, css, text):
        self.ask("POST", f"/element/{self.element(css)}/value", {"text": text})

    def keys(self, *presses):
        """Presses keys wherever the focus is: names of KEYS, "Alt+a", or a text that is typed."""
        actions = []
        for press in presses:
            held = []
            while (first := press.split("+", 1))[0] in ("Alt", "Shift") and len(first) == 2:
                held.append(KEYS[first[0]])
                press = first[1]
            for each in [KEYS[press]] if press in KEYS else list(press):
                actions += [{"type": "keyDown", "value": key} for key in held]
                actions += [{"type": "keyDown", "value": each}, {"type": "keyUp", "value": each}]
                actions += [{"type": "keyUp", "value": key} for key in reversed(held)]
        self.ask("POST", "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]})

    def devtools(self, command, **parameters):
        return self.ask("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def console(self):
        """What the browser has said since the last time."""
        return [entry["message"] for entry in self.ask("POST", "/se/log", {"type": "browser"})]

    def windows(self):
        return self.ask("GET", "/window/handles")

    def window(self, handle):
        self.ask("POST", "/window", {"handle": handle})

    def new_window(self):
        handle = self.ask("POST", "/window/new", {"type": "tab"})["handle"]
        self.window(handle)
        return handle

    def size(self, width, height, phone=False):
        self.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=phone)
        self.devtools("Emulation.setTouchEmulationEnabled", enabled=phone)

    def scheme(self, scheme, motion="no-preference"):
        self.devtools("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme},
                                                              {"name": "prefers-reduced-motion", "value": motion}])

    def screenshot(self, file):
        with open(file, "wb") as out:
            out.write(base64.b64decode(self.ask("GET", "/screenshot")))
