"""A bot that misses nothing and says everything once, written as docs/protocol.md says.

It owns one connection at a time. When that breaks, or the server is killed and starts again on the same history, it
comes back under its name, in its rooms, hears what it missed, and sends again what was not confirmed. Call turn() again
and again, from one thread.
"""
import json
import select
import socket
import time


class Bot:
    def __init__(self, where, name, rooms, prefix):
        self.where, self.name, self.rooms, self.prefix = where, name, rooms, prefix
        self.socket, self.unread = None, b""
        self.token = None
        self.settled = False  # the place that the token is for has our name and our rooms
        self.last_id = 0     # all up to here was heard
        self.newest = 0      # the highest id heard
        self.behind = False  # what came between the two may be missing
        self.ready = False   # named, in its rooms, and not behind
        self.number = 0      # of the last tag
        self.waiting = {}    # tag -> line: said, and not confirmed yet
        self.messages = {}   # id -> (room, from, text), its own too
        self.whispers = {}   # id -> (from, to, text)
        self.errors = []     # (line, code): what was refused
        self.answers = {}    # tag -> the events that answer it
        self.done = set()    # tags whose answer has ended

    # What the owner calls.

    def say(self, line):
        """Says a line, or gives a command that says one (/in ROOM TEXT, to NAME TEXT): once, whatever breaks."""
        self.number += 1
        tag = f"{self.prefix}{self.number}"
        self.waiting[tag] = line
        if self.ready:
            self.send(f"/tag {tag} {line}")
        return tag

    def ask(self, line):
        """Asks something: answers[tag] is whole when tag is in done. An answer may be long, so a pong marks its end."""
        self.number += 1
        tag = f"{self.prefix}{self.number}"
        self.answers[tag] = []
        self.send(f"/tag {tag} {line}\n/tag {tag} /ping end")
        return tag

    def turn(self, patience=0.05):
        """Connects if need be, and handles what comes within `patience` seconds."""
        if self.socket is None and not self.connect():
            return time.sleep(patience)
        if not select.select([self.socket], [], [], patience)[0]:
            return
        try:
            piece = self.socket.recv(65536)
        except OSError:
            piece = b""
        if not piece:
            return self.lost()
        lines = (self.unread + piece).split(b"\n")
        self.unread = lines.pop()  # without its end a line was cut
        for line in lines:
            if line.startswith(b"{"):
                self.handle(json.loads(line))

    # The connection.

    def connect(self):
        try:
            self.socket = socket.create_connection(self.where, timeout=5)
        except OSError:
            return False
        self.unread, self.ready, self.steps, self.step = b"", False, [], None
        # At once: a connection that says nothing for 50 ms is announced as a user of its own.
        self.send(f"/resume {self.token} {self.last_id}" if self.token else "/json on")
        return self.socket is not None

    def lost(self):
        self.socket.close()
        self.socket, self.ready = None, False
        for tag in self.answers.keys() - self.done:
            del self.answers[tag]  # whoever asked asks again

    def send(self, lines):
        try:
            self.socket.sendall(lines.encode() + b"\n")
        except (OSError, AttributeError):
            if self.socket is not None:
                self.lost()

    # Coming back: one step after the other, each ended by its pong.

    def begin(self, welcome):
        self.token = welcome.get("token", self.token)
        self.steps = ["/heartbeat 30"]
        self.settled = self.settled and bool(welcome.get("resumed"))  # else the place is a new one, or was half taken
        if not self.settled:
            name = [] if welcome["name"] == self.name else [f"rename {self.name}"]
            self.steps += [*name, *(f"/join {room}" for room in self.rooms), "/room lobby"]
        self.behind = self.last_id != 0 and (self.behind or not self.settled or not welcome.get("complete"))
        if self.behind:
            self.steps += [f"/history #{room} 200" for room in ["lobby", *self.rooms]]
        self.next_step()

    def next_step(self):
        if self.steps:
            self.step, self.oldest = self.steps.pop(0), 0
            return self.send(f"/tag step {self.step}\n/tag step /ping step")
        self.step, self.behind, self.ready, self.settled, self.last_id = None, False, True, True, self.newest
        for tag, line in list(self.waiting.items()):
            self.send(f"/tag {tag} {line}")

    def handle_step(self, event):
        if event["type"] == "message":
            self.oldest = self.oldest or event["id"]  # a page has the oldest first
        elif event["type"] == "error" and event["code"] == "name-in-use":
            self.steps.insert(0, self.step)  # the server has not noticed yet that the last connection is gone
            time.sleep(0.05)
        elif event["type"] == "history" and event["more"] and self.oldest > self.last_id:
            self.steps.insert(0, f"/history {self.step.split()[1]} 200 before {self.oldest}")
        elif event["type"] == "pong":
            self.next_step()

    # What the server says.

    def handle(self, event):
        tag = event.get("tag")
        if event["type"] == "welcome":
            self.begin(event)
        elif event["type"] in ("message", "private"):
            self.hear(event)
        if tag == "step":
            self.handle_step(event)
        elif tag in self.answers:
            self.answers[tag].append(event)
            if event["type"] == "pong":
                self.done.add(tag)
        elif event["type"] == "error" and tag in self.waiting:
            self.errors.append((self.waiting.pop(tag), event["code"]))

    def hear(self, event):
        for tag in (event.get("tag"), event.get("own_tag")):
            self.waiting.pop(tag, None)  # one of ours: confirmed, or found in the history
        self.newest = max(self.newest, event["id"])
        if self.ready:
            self.last_id = self.newest
        if event["type"] == "private":
            self.whispers[event["id"]] = (event["from"], event["to"], event["text"])
        else:
            self.messages[event["id"]] = (event.get("room", "lobby"), event["from"], event["text"])
