"""Without a server: what the bot asks on coming back, cut after every step of it."""
from bot import Bot

ALL = ["/heartbeat 30", "rename alice", "/join tea", "/room lobby", "/history #lobby 200", "/history #tea 200"]


class Nobody:
    """At the other end of a socket."""

    def close(self):
        pass


class Driven(Bot):
    """A bot that is told what the server says; what it sends is in `sent`."""

    def __init__(self):
        super().__init__(None, "alice", ["tea"], "a")
        self.sent = []

    def connect(self):
        self.socket, self.ready, self.steps, self.step = Nobody(), False, [], None
        self.sent = []
        return True

    def send(self, lines):
        self.sent += [line for line in lines.split("\n") if not line.endswith("/ping step")]

    def asked(self):
        return [line.removeprefix("/tag step ") for line in self.sent]

    def welcome(self, token, resumed, name, complete=True):
        self.connect()
        back = {"resumed": True, "complete": complete} if resumed else {}
        self.handle({"type": "welcome", "token": token, "name": name, **back})

    def finish_steps(self, count):
        for _ in range(count):
            if self.ready:
                return
            self.handle({"type": "pong", "tag": "step"})


def settled():
    """A bot that has been in its place, and heard message 7 there."""
    bot = Driven()
    bot.welcome("one", False, "1.2.3.4:5")
    bot.finish_steps(len(ALL) - 2)  # nothing was missed
    assert bot.ready and bot.asked() == ALL[:4], bot.asked()
    bot.hear({"type": "message", "id": 7, "from": "bob", "text": "hi"})
    bot.waiting["a1"] = "not confirmed"
    return bot


def check(got, wanted, when):
    if got != wanted:
        raise SystemExit(f"{when}: asked {got}, not {wanted}")


bot = settled()
bot.lost()
bot.welcome("one", True, "alice")
check(bot.asked(), ALL[:1], "a place that is still ours")
bot.finish_steps(1)
check(bot.asked()[1:], ["/tag a1 not confirmed"], "what waits, after that")

for cut_after in range(len(ALL)):
    for named in (False, True):
        bot = settled()
        bot.lost()
        bot.welcome("two", False, "1.2.3.4:6")  # the server has forgotten it
        bot.finish_steps(cut_after)
        assert not bot.ready
        bot.hear({"type": "message", "id": 9, "from": "bob", "text": "later"})
        bot.lost()
        bot.welcome("two", True, "alice" if named else "1.2.3.4:6")  # it remembers the place that was just made
        bot.finish_steps(len(ALL))
        wanted = [each for each in ALL if not (named and each.startswith("rename"))] + ["/tag a1 not confirmed"]
        check(bot.asked(), wanted, f"cut after {cut_after} steps, {named=}")
        assert bot.ready and bot.last_id == 9

bot = settled()
bot.lost()
bot.welcome("one", True, "alice", complete=False)
bot.lost()
bot.welcome("one", True, "alice")
check(bot.asked(), ALL[:1], "cut before the history was asked")
bot.finish_steps(1)
check(bot.asked()[1:], ALL[4:5], "and the history after it")
