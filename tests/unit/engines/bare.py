"""An engine without files, for tests that match or compute what they bring themselves."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from itertools import count

from recon.engines.duck import DuckEngine
from recon.engines.types import CODED

_NUMBERS = count(1)
_OPEN = ExitStack()
"""What stays open until the process ends."""


@cache
def _opened() -> DuckEngine:
    """The one engine of this process. To open one takes 30 ms of CPU, as much as most tests take with it."""
    return _OPEN.enter_context(DuckEngine.open())


@contextmanager
def bare_engine() -> Iterator[DuckEngine]:
    """An engine that holds nothing and reaches no file: a database of its own beside those of other tests."""
    name = f"bare_{next(_NUMBERS)}"
    with _opened().beside() as engine:
        engine.rows(f"ATTACH ':memory:' AS {name}")
        engine.rows(f"USE {name}")
        try:
            for column in CODED:
                engine.code(column)
            yield engine
        finally:
            engine.rows("USE memory")
            engine.rows(f"DETACH {name}")
