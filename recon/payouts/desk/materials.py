"""The files that a payout is made from: its plan, facts and adjustments; copied into its folder as they were."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from recon.errors import InputRefused, Place, Problem
from recon.model.periods import Period
from recon.payouts.desk.shelf import PLAN_FILE
from recon.payouts.periods.known_facts import KnownFact, known_in, read_facts
from recon.payouts.periods.period import Known
from recon.store.disk import PRIVATE_FILE


@dataclass(frozen=True)
class Material:
    """One input file: its bytes, where it lies, and the name it has in messages."""

    path: Path
    shown: str
    content: bytes = field(repr=False)

    @classmethod
    def of(cls, path: Path, shown: str) -> "Material":
        """A file as it is now.

        Raises:
            InputRefused: it cannot be read.
        """
        try:
            return cls(path, shown, path.read_bytes())
        except OSError as error:
            problem = Problem("unreadable-file", f"cannot be read: {error.strerror}", Place(shown))
            raise InputRefused(problem) from None


@dataclass(frozen=True, eq=False)
class FactFiles:
    """The tables of what is known of payees. They are read once, for all plans that are paid on them."""

    files: Sequence[Material] = ()
    _known: dict[Period, Known] = field(default_factory=dict, repr=False)

    @cached_property
    def rows(self) -> list[KnownFact]:
        """The rows of all tables.

        Raises:
            InputRefused: rows are wrong.
        """
        return [fact for one in self.files for fact in read_facts(one.path, one.shown, one.content)]

    def known(self, period: Period, number: int) -> Known:
        """What they say for a period, the plan's so-manieth.

        Raises:
            InputRefused: two rows say two things of one day.
        """
        if period not in self._known:
            self._known[period] = known_in(self.rows, period)
        return replace(self._known[period], number=number)


@dataclass(frozen=True)
class Materials:
    """The files that a payout is made from."""

    plan: Material
    facts: FactFiles = field(default_factory=FactFiles)
    adjustments: Sequence[Material] = ()

    @cached_property
    def named(self) -> dict[str, Material]:
        """Every file by the name of its copy in the payout's folder."""
        found = {PLAN_FILE: self.plan}
        for kind, files in (("facts", self.facts.files), ("adjustments", self.adjustments)):
            for number, one in enumerate(sorted(files, key=lambda file: file.path.name), start=1):
                found[f"inputs/{kind}/{number:02}{one.path.suffix}"] = one
        return found

    @property
    def hashes(self) -> dict[str, str]:
        """The SHA-256 of each file by the name of its copy."""
        return {name: hashlib.sha256(one.content).hexdigest() for name, one in self.named.items()}

    def copy_to(self, folder: Path) -> None:
        """Write the copies, private to their owner."""
        for name, one in self.named.items():
            copy = folder / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(one.content)
            copy.chmod(PRIVATE_FILE)
