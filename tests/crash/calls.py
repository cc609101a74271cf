"""The calls of a process that change something below a folder, read from what `strace` wrote."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.crash.asking import KILL, Ended
from tests.crash.zygote import LAST, WITHOUT_EFFECT

What = tuple[str, str]
"""A kind of call, and the path that it changes, whichever number it has."""


@dataclass(frozen=True)
class Call:
    """One call of a work that changes something below its folder."""

    kind: str
    path: str
    number: int
    """Which of its kind it is in its process."""
    start: int = 0
    """The start of the scenario from which the work is begun that makes it."""

    @property
    def what(self) -> What:
        """The call, whichever number it has."""
        return self.kind, self.path


def changing(ended: Ended, root: Path, start: int) -> list[Call]:
    """The calls of a process that change something below the folder, in their order."""
    counts: Counter[str] = Counter()
    found: list[Call] = []
    for line in ended.seen:
        if call := re.match(r"\d+ (\w+)\(", line):
            counts[call[1]] += 1
            if what := changed(line, root):
                found.append(Call(*what, counts[call[1]], start))
    if others := [line for line in ended.elsewhere if changed(line, root)]:
        raise SystemExit(f"a thread of its own changes something: {others[:3]}")
    if unknown := {one.kind for one in found} - set(WITHOUT_EFFECT):
        raise SystemExit(f"calls that nobody can fail yet: {sorted(unknown)}")
    if many := [kind for kind, count in counts.items() if count >= LAST[kind]]:
        raise SystemExit(f"more calls than can be counted: {many}")
    return found


def changed(line: str, root: Path) -> What | None:
    """The kind of call and the path below the folder, without numbers of processes and of temporary files."""
    call = re.match(r"\d+ (\w+)\(", line)
    path = re.search(f'{re.escape(str(root))}(/[^">]*)', line)
    if not call or not path or (call[1] == "openat" and not re.search("O_CREAT|O_TRUNC", line)):
        return None
    return call[1], re.sub(r"(?<=\.new-)\d+|(?<=tmp)\d{8}|(?<=[.-])\d{8}(?=\.)", "#", path[1])


def hit(ended: Ended, fault: str, root: Path) -> What | None:
    """The call that was failed."""
    calls = [line for line in ended.seen if re.match(r"\d+ \w+\(", line)]
    struck = calls[-1:] if fault == KILL else [line for line in calls if "(INJECTED)" in line]
    return changed(struck[0], root) if struck else None


def ending(one: list[Call], other: list[Call]) -> int:
    """How many of their last calls are the same."""
    alike = 0
    while alike < min(len(one), len(other)) and one[-1 - alike].what == other[-1 - alike].what:
        alike += 1
    return alike


def spread(calls: list[Call], most: int) -> list[Call]:
    """So many calls, spread evenly; all of them for 0."""
    if not most:
        return calls
    step = max(1, len(calls) // most)
    return calls[step // 2 :: step]
