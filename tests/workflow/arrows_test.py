#!/usr/bin/env python3
"""Passes when arrows.py (named by the only argument) finds each kind of wrong #include in a small tree, and no other."""
import os
import subprocess
import sys
import tempfile

ARROWS = sys.argv[1]

PAGE = """# How it is built

## Who includes what

| files | include | never |
|---|---|---|
| `common/` | `common/` | `sockets` |
| `server/chat/hub.*` | `common/` `server/chat/` | `sockets` |
| `server/chat/` | `common/` `server/chat/` `server/store/message.hpp` | `server/chat/hub.hpp` `sockets` `threads` |
| `server/net/` | `common/` `server/chat/` `server/net/` | |
| `server/store/` | `common/` `server/store/` | |
| `client/` | `common/` `client/` | `terminals` `files` |

## Later

| not | of | it |
"""

GOOD = {
    "common/text.hpp": ["<string>"],
    "server/chat/hub.hpp": ['"common/text.hpp"', '"server/chat/room.hpp"'],
    "server/chat/hub.cpp": ['"server/chat/hub.hpp"', "<vector>"],
    "server/chat/room.hpp": ['"common/text.hpp"', '"common/version.hpp"'],  # a header that is generated
    "server/chat/talk.cpp": ['"server/store/message.hpp"'],
    "server/net/session.hpp": ["<asio/ip/tcp.hpp>", "<sys/socket.h>", '"server/chat/hub.hpp"'],
    "server/store/message.hpp": ["<cstdint>"],
    "client/app.cpp": ['"common/text.hpp"'],
}

failures = 0


def check(what, said, *expected):
    """`expected`: what has to be in each line of what was said; without any, all has to be well."""
    global failures
    code, text = said
    lines = text.splitlines()
    well = code == 1 and len(lines) == len(expected) and all(e in line for e, line in zip(expected, lines))
    if not (well if expected else code == 0):
        failures += 1
        print(f"{what}: code {code}, said:\n{text}\nexpected: {expected}")


def run(changes, page=PAGE):
    with tempfile.TemporaryDirectory() as top:
        for path, includes in {**GOOD, **changes}.items():
            os.makedirs(os.path.join(top, os.path.dirname(path)), exist_ok=True)
            with open(os.path.join(top, path), "w", encoding="utf-8") as file:
                file.write("#pragma once\n" + "".join(f"#include {each}\n" for each in includes) + "// as \"server/x\"\n")
        with open(os.path.join(top, "page.md"), "w", encoding="utf-8") as file:
            file.write(page)
        done = subprocess.run([sys.executable, ARROWS, top, os.path.join(top, "page.md")], capture_output=True,
                              text=True, check=False)
        return done.returncode, (done.stdout + done.stderr).strip()


check("a tree in which all is well", run({}))
check("common includes the server", run({"common/bad.cpp": ['"server/chat/room.hpp"']}),
      "common/bad.cpp includes server/chat/room.hpp")
check("common includes the client", run({"common/bad.hpp": ['"client/app.hpp"']}),
      "common/bad.hpp includes client/app.hpp")
check("in angle brackets", run({"common/bad.hpp": ["<client/app.hpp>"]}), "common/bad.hpp includes client/app.hpp")
check("with blanks", run({"common/bad.hpp": ['"common/text.hpp"\n  #  include  "client/app.hpp"']}),
      "common/bad.hpp includes client/app.hpp")
check("the store includes the chat", run({"server/store/bad.cpp": ['"server/chat/room.hpp"']}),
      "server/store/bad.cpp includes server/chat/room.hpp")
check("the chat includes the net", run({"server/chat/bad.cpp": ['"server/net/task.hpp"']}),
      "server/chat/bad.cpp includes server/net/task.hpp")
check("the chat includes more of the store than it may", run({"server/chat/bad.cpp": ['"server/store/writer.hpp"']}),
      "server/chat/bad.cpp includes server/store/writer.hpp")
for header in ("asio.hpp", "asio/post.hpp", "sys/socket.h", "netinet/in.h", "sys/epoll.h"):
    check("the chat includes a socket header", run({"server/chat/bad.cpp": [f"<{header}>"]}),
          f"server/chat/bad.cpp gets {header} (sockets)")
check("the chat knows threads", run({"server/chat/bad.cpp": ["<mutex>"]}), "gets mutex (threads)")
check("the client's rules know files", run({"client/bad.cpp": ["<fstream>"]}), "gets fstream (files)")
check("the client's rules know the terminal", run({"client/bad.cpp": ["<termios.h>"]}), "gets termios.h (terminals)")
check("a feature includes the hub", run({"server/chat/bad.cpp": ['"server/chat/hub.hpp"']}),
      "server/chat/bad.cpp gets server/chat/hub.hpp")
check("a feature gets the hub through another header",
      run({"server/chat/bad.cpp": ['"server/chat/way.hpp"'], "server/chat/way.hpp": ['"server/chat/hub.hpp"']}),
      "server/chat/bad.cpp gets server/chat/hub.hpp (server/chat/hub.hpp) by server/chat/bad.cpp > server/chat/way.hpp",
      "server/chat/way.hpp gets server/chat/hub.hpp")
check("a socket header comes through a header of the store",
      run({"server/store/message.hpp": ["<netinet/in.h>"]}),
      "server/chat/talk.cpp gets netinet/in.h (sockets) by server/chat/talk.cpp > server/store/message.hpp")
check("a path that does not start at the top", run({"server/chat/bad.cpp": ['"room.hpp"']}),
      'server/chat/bad.cpp: "room.hpp" is not written from the top folder')
check("a folder that no row names", run({"server/other/new.cpp": []}), "server/other/new.cpp is in no row of the table")
check("headers that include each other", run({"common/a.hpp": ['"common/b.hpp"'], "common/b.hpp": ['"common/a.hpp"']}))
check("a row of which one part fits no file", run({}, PAGE.replace("| `client/` |", "| `client/` `tools/` |")))
check("a row that fits no file", run({}, PAGE.replace("\n## Later", "| `tools/` | `common/` | |\n\n## Later")),
      "no file is any of tools/")
check("a word that means nothing", run({}, PAGE.replace("`files` |", "`file` |")), "'file' is neither a path nor one of")
check("a row without its last column", run({}, PAGE.replace("| `sockets` |\n", "|\n", 1)), "a row needs")
check("a page without the table", run({}, "# How it is built\n"), 'has no "## Who includes what"')
check("a table without rows", run({}, PAGE[:PAGE.index("| `common/`")]), "has no table")

sys.exit(f"{failures} checks failed" if failures else 0)
