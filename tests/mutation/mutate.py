#!/usr/bin/env python3
"""Makes small changes to the product's code, one at a time, and says which of them no test notices.

The changes are in changes/*.txt, a block each:

    FILE: what goes wrong
    - the text as it is (one or more lines; it occurs once in FILE, and the space around it does not matter)
    + the text instead (any number of lines)

Works on a copy of the tree, with a build of its own, under build/mutation. For each change the unit tests of its own area
run first, and those of the whole programs only if they notice nothing.

usage: mutate.py --check          only whether each change can still be made
       mutate.py [FILE...]        make those to the files (or folders) named; without any, all
"""

import os
import pathlib
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WORK = ROOT / "build" / "mutation"
JOBS = os.environ.get("CONFAB_JOBS") or str(os.cpu_count())
WANTED = 90  # per cent

# The folder of a changed file, and the program that tests it. The first that fits.
NEAR = [("server/chat/", "test_chat"), ("server/net/", "test_net"), ("server/history/", "test_store"), ("server/store/", "test_store"),
        ("server/", "test_server"), ("common/", "test_common"), ("client/terminal/", "test_terminal"),
        ("client/", "test_client")]


class Change:
    def __init__(self, source, line, file, title):
        self.where = f"{source.name}:{line}"
        self.file, self.title = file, title
        self.old, self.new = [], []

    def apply(self, text):
        """The changed text; ValueError when the old one does not occur exactly once."""
        lines = text.split("\n")
        stripped = [each.strip() for each in lines]
        wanted = [each.strip() for each in self.old]
        at = [i for i in range(len(lines)) if stripped[i:i + len(wanted)] == wanted]
        if len(wanted) == 1 and not at:  # a part of a line
            at = [i for i, each in enumerate(lines) if wanted[0] in each]
            if len(at) == 1 and lines[at[0]].count(wanted[0]) == 1 and len(self.new) <= 1:
                lines[at[0]] = lines[at[0]].replace(wanted[0], self.new[0].strip() if self.new else "")
                return "\n".join(lines)
        if len(at) != 1:
            raise ValueError(f"{self.where}: the old text occurs {len(at)} times in {self.file}")
        if wanted == [each.strip() for each in self.new]:
            raise ValueError(f"{self.where}: changes nothing")
        lines[at[0]:at[0] + len(wanted)] = self.new
        return "\n".join(lines)

    def can_be_made(self):
        try:
            return bool(self.old) and self.apply((ROOT / self.file).read_text()) is not None
        except (ValueError, OSError):
            return False


def read_changes():
    changes = []
    for source in sorted((HERE / "changes").glob("*.txt")):
        current = None
        for number, line in enumerate(source.read_text().split("\n"), 1):
            if not line.strip() or line.startswith("#"):
                current = None
            elif line[:2] in ("- ", "+ ") and current is not None:
                (current.old if line[0] == "-" else current.new).append(line[2:])
            elif ": " in line:
                current = Change(source, number, *line.split(": ", 1))
                changes.append(current)
            else:
                raise ValueError(f"{source.name}:{number}: neither the head of a change nor a line of one")
    return changes


def check(changes):
    """Whether each can be made; says which cannot."""
    faults = []
    titles = {}
    for each in changes:
        try:
            if not each.old:
                raise ValueError(f"{each.where}: there is no old text")
            each.apply((ROOT / each.file).read_text())
        except (ValueError, OSError) as fault:
            faults.append(str(fault))
        key = (each.file, each.title)
        if key in titles:
            faults.append(f"{each.where}: has the title of {titles[key]}")
        titles[key] = each.where
    for fault in faults:
        print(fault)
    print(f"{len(changes)} changes, {len(faults)} that cannot be made")
    return not faults


def run(command, seconds, log):
    """Whether it ends well and in time. What does not end is killed with all that it started."""
    with open(log, "wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                                   cwd=WORK, start_new_session=True)
        try:
            return process.wait(seconds) == 0
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()
            return False


class Bench:
    """A copy of the tree and its build."""

    def __init__(self):
        self.source, self.build = WORK / "source", WORK / "build"
        self.build.mkdir(parents=True, exist_ok=True)
        self.source.mkdir(exist_ok=True)
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout
        names = {name for name in listed.decode().split("\0") if name and (ROOT / name).is_file()}
        for name in names:
            to = self.source / name
            to.parent.mkdir(parents=True, exist_ok=True)
            if not to.exists() or to.read_bytes() != (ROOT / name).read_bytes():
                shutil.copy2(ROOT / name, to)
                os.utime(to)
        for path in [p for p in self.source.rglob("*") if p.is_file()]:
            if str(path.relative_to(self.source)) not in names:
                path.unlink()
        # Not optimised: each program is built far more often than it is run.
        self.must(["cmake", "-S", str(self.source), "-B", str(self.build), "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Debug",
                   "-DCMAKE_CXX_FLAGS_DEBUG=-O0 -g0", "-DCONFAB_UNITY_TESTS=ON", "-DCONFAB_WERROR=OFF"], 300)
        self.must(self.making("all"), 3600)
        for program in {near for _, near in NEAR}:
            self.must([str(self.build / "bin" / program)], 300)

    def making(self, *targets):
        return ["cmake", "--build", str(self.build), "--parallel", JOBS, "--target", *targets]

    def must(self, command, seconds):
        log = WORK / "log"
        if not run(command, seconds, log):
            sys.exit(f"without any change this fails: {' '.join(command)}\n{log.read_text(errors='replace')[-4000:]}")

    def verdict(self, change):
        """How it went with the change made: which tests noticed; None: none."""
        path = self.source / change.file
        before = path.read_text()
        log = WORK / "log"
        try:
            path.write_text(change.apply(before))
            near = next(program for folder, program in NEAR if change.file.startswith(folder))
            if not run(self.making(near), 1200, log):
                return "does not compile"
            if not run([str(self.build / "bin" / near), "--abort"], 300, log):
                return near
            if not run(self.making("all"), 3600, log):
                return "does not compile"
            tests = ["ctest", "--test-dir", str(self.build), "--parallel", JOBS, "--stop-on-failure",
                     "--label-regex", "integration|terminal" if change.file.startswith("client/") else "integration"]
            return None if run(tests, 1800, log) else "the programs' tests"
        finally:
            path.write_text(before)
            os.utime(path)


def report(results):
    missed = [change for change, verdict in results if verdict is None]
    broken = [change for change, verdict in results if verdict == "does not compile"]
    areas = {}
    for change, verdict in results:
        area = areas.setdefault(os.path.dirname(change.file), [0, 0])
        area[0] += verdict is not None
        area[1] += 1
    print()
    for area, (noticed, made) in sorted(areas.items()):
        print(f"{area:20} {noticed:4} of {made:4} noticed, {100 * noticed // made} %")
    for change in missed:
        print(f"NOT NOTICED {change.where} {change.file}: {change.title}")
    for change in broken:
        print(f"DOES NOT COMPILE {change.where} {change.file}: {change.title}")
    made = len(results)
    print(f"{made - len(missed)} of {made} changes were noticed")
    return not broken and (made - len(missed)) * 100 >= WANTED * made


def main(arguments):
    changes = read_changes()
    if arguments == ["--check"]:
        return check(changes)
    chosen = [each for each in changes if not arguments or
              any(each.file == name.rstrip("/") or each.file.startswith(name.rstrip("/") + "/") for name in arguments)]
    if not chosen:
        sys.exit(f"no change is to any of {', '.join(arguments)}")
    stale = not check(chosen)  # the sources have moved on; the others can be made all the same
    chosen = [each for each in chosen if each.can_be_made()]
    bench = Bench()
    results = []
    for number, each in enumerate(chosen, 1):
        began = time.monotonic()
        verdict = bench.verdict(each)
        results.append((each, verdict))
        print(f"[{number}/{len(chosen)}] {each.file}: {each.title}: {verdict or 'NOT NOTICED'} "
              f"({time.monotonic() - began:.0f} s)", flush=True)
    return report(results) and not stale


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1:]) else 1)
