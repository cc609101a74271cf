"""What `recon doctor` asks of the machine: Python, the libraries, the time zones."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version

OLDEST_PYTHON = (3, 11)
_ZONES = ("Africa/Lagos", "Asia/Shanghai", "America/New_York", "UTC")


@dataclass(frozen=True, slots=True)
class Check:
    """One question, its answer (None: cannot be told), what was found, and what to do if the answer is no."""

    question: str
    answer: bool | None
    found: str
    remedy: str = ""

    @property
    def word(self) -> str:
        """The answer in a word."""
        return "unknown" if self.answer is None else "yes" if self.answer else "no"


def of_machine() -> Iterator[Check]:
    """The questions that need no project."""
    yield _python()
    yield _libraries()
    yield _time_zones()


def _python() -> Check:
    found = ".".join(str(part) for part in sys.version_info[:3])
    wanted = ".".join(str(part) for part in OLDEST_PYTHON)
    return Check(
        f"Python {wanted} or later", sys.version_info >= OLDEST_PYTHON, found, f"install Python {wanted}"
    )


def _libraries() -> Check:
    """Whether each library is there in a version the program was tested with."""
    question, remedy = "libraries as required", "install again: `pip install --upgrade recon`"
    try:
        wanted = [line for line in requires("recon") or [] if ";" not in line]
    except PackageNotFoundError:
        return Check(question, None, "recon itself is not installed", "install it: `pip install recon`")
    troubles = [trouble for line in wanted if (trouble := _trouble(line))]
    return Check(question, not troubles, "; ".join(troubles) or f"{len(wanted)} libraries", remedy)


def _trouble(requirement: str) -> str | None:
    """What is wrong with an installed library, given a requirement such as `duckdb<3,>=2.0`."""
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    if name is None:
        return f"`{requirement}` is no requirement"
    try:
        installed = version(name.group())
    except PackageNotFoundError:
        return f"{name.group()} is missing"
    for comparison, bound in re.findall(r"(>=|<)\s*([0-9][0-9.]*)", requirement):
        if (_release(installed) >= _release(bound)) != (comparison == ">="):
            return f"{name.group()} is {installed}, required is {comparison}{bound}"
    return None


def _release(text: str) -> tuple[int, ...]:
    numbers = [int(part) for part in re.findall(r"\d+", text.partition("+")[0])[:4]]
    return (*numbers, *([0] * (4 - len(numbers))))


def _time_zones() -> Check:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    missing = []
    for zone in _ZONES:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, OSError):
            missing.append(zone)
    found = f"missing: {', '.join(missing)}" if missing else "present"
    return Check("time zones present", not missing, found, "install the package `tzdata`")
