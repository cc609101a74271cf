"""A finding: something that is wrong with the registry, how bad it is, and whom it is about."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from recon.errors import Problem

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong, how bad it is, and whom it is about."""

    severity: Severity
    about: str
    problem: Problem

    @property
    def order(self) -> tuple[str, int, str, str, str]:
        """Findings come by place."""
        place = self.problem.place
        where = (place.file, place.line or 0, place.field or "") if place else ("", 0, "")
        return *where, self.problem.code, self.problem.message


def errors(found: Iterable[tuple[str, Problem]]) -> Iterator[Finding]:
    """Findings that must not stay."""
    return (Finding("error", about, problem) for about, problem in found)
