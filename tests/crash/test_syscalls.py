"""A run, and what people decide, failed from outside at every system call that changes something.

`strace` injects the faults, so the test runs only where it is installed. By default the disk refuses a few calls of a
run; `RECON_CRASH=all` tries every call in every way.
"""

import json
import os
import shutil
import sys
from collections import Counter
from itertools import cycle
from pathlib import Path

import pytest

from tests.crash.asking import BROKEN, FULL, KILL
from tests.crash.calls import Call, spread
from tests.crash.tracing import tracing
from tests.crash.zygote import WITHOUT_EFFECT

WHOLE = os.environ.get("RECON_CRASH") == "all"
SAMPLE = 5
PARTS = 2
"""The calls of one work and fault are tried in so many tests, so that both cores have something to do."""
EVERY = [
    (work, fault, part)
    for work in ("running", "scenario", "deciding")
    for fault in (KILL, FULL, BROKEN)
    for part in range(PARTS)
]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed"),
]


def share(calls: list[Call], part: int) -> list[Call]:
    """The calls of a part; neighbours stay together, since they often leave the same files behind."""
    size = -(-len(calls) // PARTS)
    return calls[part * size : (part + 1) * size]


def tried(work: str, folder: Path, faults: dict[str, str], most: int = 0, part: int = 0) -> int:
    """Fail some calls, or with 0 all of a part, and look at each; gives how many calls the work makes."""
    with tracing(work, folder, faults) as tracer:
        calls = tracer.calls(starts=1 if most else 9)
        told = [tracer.fail(call) for call in (spread(calls, most) if most else share(calls, part))]
        states = len(tracer.known)
    ways = Counter(f"{one['fault']}, ended with {one['status']}" for one in told)
    line = {"work": work, "part": part, "calls": len(calls), "failed": len(told), "states": states}
    sys.stderr.write(json.dumps(line | {"ways": ways}) + "\n")
    assert [one for one in told if one["missed"]] == [], "the fault hit another call"
    assert [one for one in told if one["before"] or one["next"] or one["after"]] == []
    for one in told:
        wanted = {-9} if one["fault"] == KILL else {0, 4}
        assert one["status"] in wanted, f"killed; a clear error, or one that did not matter: {one}"
    return len(calls)


@pytest.mark.skipif(WHOLE, reason="every call is tried instead")
def test_some_system_calls_of_a_run_fail(tmp_path: Path) -> None:
    ways = cycle((FULL, BROKEN))
    assert tried("running", tmp_path, {kind: next(ways) for kind in WITHOUT_EFFECT}, SAMPLE) > 900


@pytest.mark.skipif(not WHOLE, reason="takes long: RECON_CRASH=all")
@pytest.mark.parametrize(("work", "fault", "part"), EVERY)
def test_every_system_call_may_fail(tmp_path: Path, work: str, fault: str, part: int) -> None:
    """A run, a publication, and what people decide: there once or not at all, and the next work completes."""
    assert tried(work, tmp_path, dict.fromkeys(WITHOUT_EFFECT, fault), part=part) > 200
