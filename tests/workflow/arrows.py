#!/usr/bin/env python3
"""arrows.py TOP PAGE: passes when every #include under TOP is one that the table in PAGE allows.

The table is the one under "## Who includes what". Its columns: the files that a row is for, what of ours they include,
and what they never include, not even through a header of ours. The first row that fits a file holds for it. An entry is
a folder (`common/`), a file (`client/ui/screen.hpp`), both with `*` for any characters, or one of the words below.
"""
import fnmatch
import os
import re
import sys

HEADING = "## Who includes what"
OURS = ("common/", "server/", "client/")
WORDS = {
    "sockets": ("asio.hpp", "asio/*", "sys/socket.h", "sys/un.h", "sys/epoll.h", "netinet/*", "arpa/*", "net/*",
                "netdb.h", "linux/*"),
    "threads": ("thread", "mutex", "shared_mutex", "condition_variable", "future", "atomic", "semaphore", "latch",
                "barrier", "pthread.h"),
    "files": ("fstream", "filesystem", "fcntl.h", "unistd.h", "sys/stat.h", "sys/mman.h", "dirent.h", "sqlite3.h"),
    "terminals": ("termios.h", "sys/ioctl.h", "pty.h"),
}
INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)', re.MULTILINE)


class Row:
    def __init__(self, files, allowed, never):
        self.files, self.allowed, self.never = files, allowed, never
        self.used = False


def fits(path, pattern):
    return fnmatch.fnmatchcase(path, pattern + "*" if pattern.endswith("/") else pattern)


def fits_any(path, patterns):
    return any(fits(path, each) for each in patterns)


def read_rules(page):
    with open(page, encoding="utf-8") as file:
        text = file.read()
    start = text.find(HEADING + "\n")
    if start < 0:
        sys.exit(f'{page} has no "{HEADING}"')
    section = text[start + len(HEADING):]
    end = section.find("\n## ")
    lines = [each for each in section[:end if end >= 0 else len(section)].splitlines() if each.startswith("|")]
    rows = []
    for line in lines[2:]:
        cells = [re.findall(r"`([^`]+)`", cell) for cell in line.strip().strip("|").split("|")]
        if len(cells) != 3 or not cells[0]:
            sys.exit(f"{page}: a row needs files, what they include and what never: {line}")
        for word in cells[2]:
            if word not in WORDS and "/" not in word:
                sys.exit(f"{page}: '{word}' is neither a path nor one of: {', '.join(WORDS)}")
        rows.append(Row(*cells))
    if not rows:
        sys.exit(f'{page} has no table under "{HEADING}"')
    return rows


def includes_of(path):
    """What a file includes: ours as paths from the top, and the others."""
    with open(path, encoding="utf-8") as file:
        found = INCLUDE.findall(file.read())
    quoted = [each for each, _ in found if each]
    others = [each for _, each in found if each]
    return quoted + [each for each in others if each.startswith(OURS)], [
        each for each in others if not each.startswith(OURS)]


class Tree:
    def __init__(self, top):
        self.top = top
        self.files = {}
        for folder in OURS:
            for here, _, names in os.walk(os.path.join(top, folder)):
                for name in names:
                    if name.endswith((".cpp", ".hpp", ".h")):
                        path = os.path.join(here, name)
                        self.files[os.path.relpath(path, top)] = includes_of(path)

    def reached(self, start):
        """Every header that `start` gets, with the way to it; what is not in the tree is generated, and ends there."""
        ways, left = {}, [(start, (start,))]
        while left:
            path, way = left.pop()
            ours, others = self.files.get(path, ([], []))
            for each in ours + others:
                if each not in ways:
                    ways[each] = way
                    left.append((each, way + (each,)))
        return ways


def forbidden(header, word):
    return fits_any(header, WORDS[word]) if word in WORDS else fits(header, word)


def problems_of(tree, path, row):
    ours, _ = tree.files[path]
    for each in ours:
        if not each.startswith(OURS):
            yield f'{path}: "{each}" is not written from the top folder'
        elif not fits_any(each, row.allowed):
            yield f"{path} includes {each}"
    for header, way in sorted(tree.reached(path).items()):
        for word in row.never:
            if forbidden(header, word):
                yield f"{path} gets {header} ({word}) by {' > '.join(way + (header,))}"


def main():
    _, top, page = sys.argv
    rows = read_rules(page)
    tree = Tree(top)
    problems = []
    for path in sorted(tree.files):
        row = next((each for each in rows if fits_any(path, each.files)), None)
        if row is None:
            problems.append(f"{path} is in no row of the table")
            continue
        row.used = True
        problems += problems_of(tree, path, row)
    problems += [f"no file is any of {', '.join(each.files)}" for each in rows if not each.used]
    if problems:
        sys.exit("\n".join(problems))
    print(f"{len(tree.files)} files include what they may")


main()
