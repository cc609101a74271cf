"""Fails the work of a crash scenario from outside, system call by system call, SQLite's and DuckDB's own included.

`strace` injects the faults into processes that were forked with everything imported (`zygote`). Each fault is looked
up in what `strace` wrote: one that hit another call than the one it was meant for is told as missed. Calls that leave
the same files behind recover alike: each such state is recovered from once.
"""

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tests.crash.asking import KILL, Zygote
from tests.crash.calls import Call, changing, ending, hit
from tests.crash.driver import State, left


class Tracer:
    """Fails the calls of a scenario's work, one after the other, and looks at what is left each time."""

    def __init__(self, folder: Path, faults: Mapping[str, str], traced: Zygote, undisturbed: Zygote) -> None:
        self.folder = folder
        self.faults = faults
        self.traced = traced
        self.undisturbed = undisturbed
        self.root = folder / "work"
        self.bases = [folder / "base"]
        self.known: dict[State, dict[str, object]] = {}
        self.proven: set[State] = set()
        self.expected: Any = None
        self.undisturbed.done("prepare", self.bases[0])

    def calls(self, starts: int = 9) -> list[Call]:
        """Every call of an undisturbed work, each with the latest start after which it is made in the same way.

        A start is what may have been done before the work: it only saves the time until the call is made.
        """
        while (
            len(self.bases) < starts
            and not self.undisturbed.ask("advance", self._fresh(0), len(self.bases)).status
        ):
            self.bases.append(self.root.rename(self.folder / f"base-{len(self.bases)}"))
        made = [self._made(start) for start in range(len(self.bases))]
        plan = made[0]
        for later in made[1:]:
            alike = ending(plan, later)
            plan = plan[: len(plan) - alike] + later[len(later) - alike :]
        return plan

    def _made(self, start: int) -> list[Call]:
        """The calls of an undisturbed work from a start."""
        ended = self.traced.ask("work", self._fresh(start))
        if ended.status:
            raise SystemExit(f"the work ended with {ended.status} while it was only watched: {ended.said}")
        if start == 0:
            self.expected = json.loads(self.undisturbed.done("manifests", self.root))
        return changing(ended, self.root, start)

    def fail(self, call: Call) -> dict[str, object]:
        """Let the work fail there; tells how it ended and all that is wrong, before the next one and after it."""
        fault = self.faults[call.kind]
        ended = self.traced.ask("work", self._fresh(call.start), failing=(call.kind, call.number))
        where = hit(ended, fault, self.root)
        told = {"fault": fault, "call": call.what, "status": ended.status, "said": ended.said[-1000:]}
        promised = [line for line in ended.said.splitlines() if '"event"' not in line]
        state = (*promised, *left(self.root))
        if state not in self.known:
            self.known[state] = self._recovered(promised)
        return told | {"missed": None if where == call.what else [where]} | self.known[state]

    def _recovered(self, promised: list[str]) -> dict[str, object]:
        """What is wrong with what was left, and with what the next work makes of it."""
        before = json.loads(self.undisturbed.done("faults_before_recovery", self.root, promised))
        if (proven := published(self.root)) not in self.proven:
            before += json.loads(self.undisturbed.done("disproved", self.root))
            self.proven.add(proven)
        following = self.undisturbed.ask("work", self.root)
        after = json.loads(self.undisturbed.done("faults_after_next", self.root, self.expected))
        return {
            "before": before,
            "next": [following.status, following.said[-2000:]] if following.status else None,
            "after": after,
        }

    def _fresh(self, start: int) -> Path:
        shutil.rmtree(self.root, ignore_errors=True)
        return Path(shutil.copytree(self.bases[start], self.root))


def published(root: Path) -> State:
    """What a proof rests on: what lies in its place, and the ledger with its log."""
    apart = re.compile(r"/\.tmp-|\.scratch|/lock|-shm$|\.new-")
    return tuple((name, content) for name, _, content in left(root) if not apart.search(name))


@contextmanager
def tracing(scenario: str, folder: Path, faults: Mapping[str, str]) -> Iterator[Tracer]:
    """A tracer for as long as the block lasts. Without kills the process that is watched also recovers."""
    with closing(Zygote(scenario, folder, faults)) as traced:
        if KILL not in faults.values():
            yield Tracer(folder, faults, traced, traced)
            return
        with closing(Zygote(scenario, folder, {})) as undisturbed:
            yield Tracer(folder, faults, traced, undisturbed)
