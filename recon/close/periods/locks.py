"""The periods that are closed, as the ledger tells it: each is one run, named by the hash of its manifest.

A lock is a row of the ledger and never changes; a period that was opened again has a second row, which says why. What a
run has to know is the locks that stand when it is made: its inputs name the last such row by number and hash.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from recon.errors import ControlFailed, Place, Problem, UsageError
from recon.model.periods import Period
from recon.store.chain import LedgerRow
from recon.store.ledger import Ledger
from recon.store.published import Published

LOCKED: Final = "period.locked"
REOPENED: Final = "period.reopened"


@dataclass(frozen=True, slots=True)
class Lock:
    """One closed period: its closing's number (1 for the first), run, that run's manifest, and who approved it when."""

    period: Period
    number: int
    run: str
    manifest: str
    by: str
    at: str
    seq: int

    @classmethod
    def of(cls, row: LedgerRow) -> "Lock":
        """The lock that a row of the ledger holds."""
        body: dict[str, Any] = row.body
        period = Period.parse(str(body["period"]))
        return cls(period, int(body["closing"]), body["run"], body["manifest"], body["by"], row.at, row.seq)


@dataclass(frozen=True, slots=True)
class Locks:
    """The locks that stand, by period; `through` is the last row of the ledger that locked or opened one."""

    standing: tuple[Lock, ...] = ()
    through: LedgerRow | None = None

    @classmethod
    def of(cls, ledger: Ledger, through: int | None = None) -> "Locks":
        """The locks that stood after a row of the ledger, or that stand now."""
        rows = [row for row in ledger.rows(LOCKED, REOPENED) if through is None or row.seq <= through]
        return cls(_standing(rows), rows[-1] if rows else None)

    @classmethod
    def recorded(cls, ledger: Ledger, inputs: dict[str, Any]) -> "Locks":
        """The locks that a run says stood when it was made.

        Raises:
            ControlFailed: the ledger no longer holds them.
        """
        wanted = inputs.get("closed")
        if wanted is None:
            return cls()
        found = cls.of(ledger, wanted["row"])
        if found.inputs != {"closed": wanted}:
            message = f"the closed periods that the run was made with, up to row {wanted['row']}, are not there"
            hint = "restore the ledger from a backup"
            raise ControlFailed(Problem("ledger-chain", message, Place(ledger.shown), hint))
        return found

    @property
    def inputs(self) -> dict[str, Any]:
        """What a run's inputs say of them; nothing while no period is closed, as in runs before the first closing."""
        if not self.standing or self.through is None:
            return {}
        return {"closed": {"row": self.through.seq, "hash": self.through.hash}}

    @property
    def last(self) -> Lock | None:
        """The lock of the latest period."""
        return self.standing[-1] if self.standing else None

    @property
    def day(self) -> date | None:
        """The last day that is closed."""
        return self.last.period.last if self.last else None

    def at(self, period: Period) -> Lock | None:
        """The lock of exactly this period."""
        return next((one for one in self.standing if one.period == period), None)

    def names(self, run: str) -> Lock | None:
        """The lock whose run this is."""
        return next((one for one in self.standing if one.run == run), None)

    def base(self, runs: Sequence[Published]) -> Published | None:
        """The run that every run after the last closed period rests on: that period's own.

        Raises:
            ControlFailed: it is gone, or is not the one that was locked.
        """
        if self.last is None:
            return None
        found = next((one for one in runs if one.identity == self.last.run), None)
        if found is None or found.manifest_sha256 != self.last.manifest:
            message = (
                f"{self.last.period} was closed on run {self.last.run}, and that run is not there any more"
            )
            raise ControlFailed(Problem("published-changed", message, hint="restore it from a backup"))
        return found

    def refuse(self, as_of: date) -> None:
        """Refuse a run as of a closed day.

        Raises:
            UsageError: it is closed; the message names the closing.
        """
        lock = next((one for one in self.standing if as_of <= one.period.last), None)
        if lock is None:
            return
        message = (
            f"{lock.period} is closed: run {lock.run}, approved by {lock.by} on {lock.at[:10]}; "
            f"a run as of {as_of} would change it"
        )
        hint = f"what is late for it belongs to the next period; `recon reopen {lock.period} --reason …` opens it again"
        raise UsageError(Problem("period-closed", message, hint=hint))


def _standing(rows: Iterable[LedgerRow]) -> tuple[Lock, ...]:
    found: dict[str, Lock] = {}
    for row in rows:
        if row.kind == LOCKED:
            lock = Lock.of(row)
            found[str(lock.period)] = lock
        else:
            found.pop(str(row.body["period"]), None)
    return tuple(sorted(found.values(), key=lambda lock: lock.period))


def line_on(runs: Sequence[Published], base: Published | None) -> Published | None:
    """The latest run that rests on `base`, itself included; without a base, the latest of all.

    Runs that were made before a period was closed and do not rest on its run are passed over: what they found is found
    again from what was closed.
    """
    if base is None:
        return runs[-1] if runs else None
    on_it = {base.identity}
    latest = base
    for run in runs:
        if run.manifest.get("previous_run") in on_it:
            on_it.add(run.identity)
            latest = run
    return latest
