"""bot_test.py SERVER CLIENT cuts|kills [SEED]: two bots and the real client talk while the connections of one bot are
cut 50 times and those of the client ten times, or the server is killed five times and the client is cut three times
besides. Every line must be heard once by everybody, and be in the history once."""
import collections
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

from bot import Bot

PATIENCE = 120 if os.environ.get("CONFAB_SANITIZED") else 60


class Server:
    def __init__(self, program, folder):
        self.program, self.folder, self.port = program, folder, 0
        self.start()

    def start(self):
        # Whatever becomes of this test, the server goes with it.
        command = ["setpriv", "--pdeathsig", "KILL", self.program, "--ip", "127.0.0.1", "--port", str(self.port), "--lang", "en",
                   "--data-dir", self.folder]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        assert line.startswith("listening on "), line
        self.port = int(line.rsplit(":", 1)[1])

    def end(self, how):
        self.process.send_signal(how)
        status = self.process.wait(PATIENCE)
        self.process.stdout.close()
        return status

    def history(self):
        """What is kept, as the texts of its messages."""
        out = subprocess.run([self.program, "--export", "-", "--data-dir", self.folder], capture_output=True, check=True)
        return [json.loads(line)["text"] for line in out.stdout.splitlines()]


class Proxy:
    """Passes bytes on, and cuts as many connections as it was asked to, each after a random number of bytes."""

    def __init__(self, port, seed):
        self.port_behind, self.random, self.cuts_left = port, random.Random(seed), 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.where = self.listener.getsockname()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            near = self.listener.accept()[0]
            try:
                far = socket.create_connection(("127.0.0.1", self.port_behind))
            except OSError:  # it was killed, and is not back yet
                near.close()
                continue
            budget = [self.random.randrange(400, 4000)]
            for pair in ((near, far), (far, near)):
                threading.Thread(target=self.forward, args=(*pair, budget), daemon=True).start()

    def forward(self, source, target, budget):
        try:
            while piece := source.recv(1500):
                budget[0] -= len(piece)
                if budget[0] < 0 and self.cuts_left > 0:
                    self.cuts_left -= 1
                    target.sendall(piece[: self.random.randrange(len(piece) + 1)])
                    break
                target.sendall(piece)
        except OSError:
            pass
        for each in (source, target):
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


class Client:
    """The real client, fed by a pipe; what it shows is collected."""

    def __init__(self, program, where):
        self.shown = []
        command = ["setpriv", "--pdeathsig", "KILL", program, "-ip", where[0], "-port", str(where[1]), "--name", "carol", "--reconnect", "1000",
                   "--lang", "en"]
        environment = dict(os.environ, XDG_STATE_HOME=tempfile.mkdtemp(dir=os.environ["TMPDIR"]))
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
        self.say("1")  # public chat
        threading.Thread(target=self.read, daemon=True).start()

    def ready(self):
        """It hears everything that is said from now on: a client in a pipe does not ask what was said before."""
        return any(line.startswith("public[carol]>") for line in list(self.shown))

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def read(self):
        for line in self.process.stdout:
            self.shown.append(line)

    def missing(self, said):
        self.missed = [text for text in said if in_lobby(text)]
        for line in list(self.shown):
            text = line.rstrip().split(": ", 1)[-1]
            if text in self.missed:
                self.missed.remove(text)
        return self.missed

    def state(self):
        return "carol misses", self.missed, "and has shown", self.shown[-400:]

    def turn(self, patience):
        """It runs by itself."""

    def end(self):
        self.process.stdin.close()
        return self.process.wait(PATIENCE)


def until(done, what, bots):
    end = time.monotonic() + PATIENCE
    while not done():
        if time.monotonic() > end:
            state = [each.state() if isinstance(each, Client) else
                     (each.name, each.ready, each.waiting, len(each.messages)) for each in bots]
            raise SystemExit(f"waited too long for {what}: {state}")
        for each in bots:
            each.turn(0.005)


def check_once(texts, heard, who):
    counted = collections.Counter(heard)
    wrong = {text: counted[text] for text in texts if counted[text] != 1}
    if wrong:
        raise SystemExit(f"{who}: not once, but so often: {dict(list(wrong.items())[:10])}")


def in_lobby(text):
    """Two of three lines of the bots are said there, and all of the client."""
    return int(text.split()[1]) % 3 != 0 or text.endswith("carol")


def run(server, alice, bob, carol, trouble, said):
    """`trouble(round)` breaks something; false when there was enough."""
    until(lambda: alice.ready and bob.ready and carol.ready(), "all to arrive", (alice, bob))
    number = 0
    while trouble(number):
        for bot in (alice, bob):
            number += 1
            line = f"line {number} of {bot.name}"
            said.append(line)
            bot.say(line if number % 3 else f"/in tea {line}")
        if number % 6 == 0:
            line = f"line {number} of carol"
            said.append(line)
            carol.say(line)
        for bot in (alice, bob):
            bot.turn(0.005)
    everything = lambda bot: not bot.waiting and len(bot.messages) >= len(said)
    until(lambda: everything(alice) and everything(bob), "all lines to be heard", (alice, bob))


def ask_questions(alice, bob, said):
    """What else bots do: whispers, paging, searching, taking back; each answered whole."""
    alice.say("to bob between us")
    until(lambda: not alice.waiting and bob.whispers, "the whisper", (alice, bob))
    assert list(bob.whispers.values()) == [("alice", "bob", "between us")] == list(alice.whispers.values())

    def answer(line):
        tag = alice.ask(line)
        until(lambda: tag in alice.done or tag not in alice.answers, line, (alice, bob))
        return alice.answers[tag]

    pages, before = [], ""
    while True:
        *page, end, _ = answer(f"/history #lobby 50{before}")
        pages = page + pages
        if not end["more"]:
            break
        before = f" before {page[0]['id']}"
    ids = [each["id"] for each in pages]
    assert ids == sorted(set(ids)), "pages overlap, or are out of order"
    check_once([line for line in said if in_lobby(line)], [each["text"] for each in pages], "the pages")
    own = [each for each in pages if each.get("own_tag")]
    assert own and all(each["from"] == "alice" for each in own)
    found = [each["text"] for each in answer(f"/search {said[0]}") if each["type"] == "message"]
    assert said[0] in found, found
    last = alice.say("a slip")
    until(lambda: last not in alice.waiting, "the slip", (alice, bob))
    gone = max(id for id, message in alice.messages.items() if message[2] == "a slip")
    assert answer(f"/recall {gone}")[0]["type"] == "recalled"


def main():
    program, client, kind = sys.argv[1:4]
    seed = int(sys.argv[4]) if len(sys.argv) > 4 else 1
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TMPDIR"] = folder
        server = Server(program, os.path.join(folder, "data"))
        proxy, carols_proxy = Proxy(server.port, seed), Proxy(server.port, seed + 1)
        direct = ("127.0.0.1", server.port)
        alice = Bot(proxy.where if kind == "cuts" else direct, "alice", ["tea"], "a")
        bob = Bot(direct, "bob", ["tea"], "b")
        carol = Client(client, carols_proxy.where)
        said, kills = [], [5]

        def cut(number):
            if number == 0:
                proxy.cuts_left, carols_proxy.cuts_left = 50, 10
            return proxy.cuts_left > 0

        def kill(number):
            if number == 0:
                carols_proxy.cuts_left = 3  # each while it comes back costs it twice the wait of the one before
            if number % 60 == 59 or number % 60 == 58:
                server.end(signal.SIGKILL)
                server.start()
                kills[0] -= 1
            return kills[0] > 0

        run(server, alice, bob, carol, cut if kind == "cuts" else kill, said)
        until(lambda: not carol.missing(said), "the client", (alice, bob, carol))
        ask_questions(alice, bob, said)
        status = carol.end()
        assert status == 0, f"the client's exit status is {status}"
        assert proxy.cuts_left == carols_proxy.cuts_left == 0, "not all cuts were made"
        assert server.end(signal.SIGTERM) == 0
        for bot in (alice, bob):
            check_once(said, [text for _, _, text in bot.messages.values()], bot.name)
            assert not bot.errors, bot.errors
        check_once([text for text in said if in_lobby(text)],
                   [line.rstrip().split(": ", 1)[-1] for line in carol.shown], "the client")
        check_once(said, server.history(), "the history")
    print(f"{len(said)} lines, each once")


main()
