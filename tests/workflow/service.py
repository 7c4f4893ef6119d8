"""A service that runs confined, and those who use it."""

import os
import signal
import socket

import confined

PATIENCE = 30  # seconds


class Service:
    """A child that is confined; the server, or another command."""

    def __init__(self, unit, root, command=None, environment=None):
        reading, writing = os.pipe()
        self.output = os.fdopen(reading, "rb")
        self.child = os.fork()
        if self.child == 0:
            os.dup2(writing, 1)
            os.dup2(writing, 2)
            try:
                confined.run(unit, root, command, environment)
            except BaseException as failed:  # pylint: disable=broad-except
                print("cannot be confined:", failed, flush=True)
            os._exit(99)
        os.close(writing)

    def where(self):
        """Where it listens, as soon as it does."""
        heard = []
        for line in self.output:
            heard.append(line.decode())
            if heard[-1].startswith("listening on "):
                return heard[-1].rstrip().rsplit(" ", 1)[1]
        raise AssertionError(f"does not listen: {heard}")

    def stop(self, *users):
        """Ends it as `systemctl stop` does. These users are all that there are."""
        os.kill(self.child, signal.SIGTERM)
        for user in users:
            user.leave()
        return self.end()

    def end(self):
        """What it said until it ended, and how that was: an exit status, or a signal as a negative number."""
        said = self.output.read().decode()
        self.output.close()
        return said, os.waitstatus_to_exitcode(os.waitpid(self.child, 0)[1])


class User:
    """Somebody with nc, at a port or the path of a unix socket."""

    def __init__(self, where=8888):
        self.socket = socket.socket(socket.AF_INET if isinstance(where, int) else socket.AF_UNIX)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(("127.0.0.1", where) if isinstance(where, int) else where)
        self.lines = self.socket.makefile("r", encoding="utf-8")

    def say(self, text):
        self.socket.sendall(text.encode() + b"\n")

    def hear(self, text):
        for line in self.lines:
            if text in line:
                return
        raise AssertionError(f"the connection ended before '{text}' was heard")

    def leave(self):
        """When the server has said goodbye."""
        for _ in self.lines:
            pass
        self.lines.close()
        self.socket.close()
