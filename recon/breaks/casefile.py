"""Breaks as they were published: listed by what they are, found by id or reference, followed from run to run."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import islice
from typing import Any

from recon.breaks.called import HAS_REFERENCE, SHORTEST_BEGINNING, plain_name
from recon.breaks.kinds import BreakState
from recon.engines.duck import DuckEngine
from recon.errors import Problem, UsageError
from recon.matchers.wholes import whole_of
from recon.model.money import plain
from recon.project.suggest import did_you_mean
from recon.store.published import Published

SHOWN = 6
"""Breaks that are told apart when a name fits several."""


@dataclass(frozen=True, slots=True)
class Break:
    """A break as a run published it; see `recon.model.tables.BREAKS` for each column."""

    break_id: str
    ruleset: str
    side: str | None
    kind: str
    state: str
    entry_id: str | None
    match_id: str | None
    source: str
    account: str
    currency: str
    amount: Decimal
    business_date: date | None
    first_seen: date
    due_date: date | None
    age_days: int
    age_business_days: int
    reference: str | None
    counterparty: str | None
    reason: str
    next_step: str
    file_id: str | None
    line_no: int | None

    @property
    def is_living(self) -> bool:
        """Whether it still stands."""
        return self.state != BreakState.RESOLVED


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which breaks are asked for; what is not said is not restricted, but for the resolved, which need asking."""

    kinds: Sequence[str] = ()
    rulesets: Sequence[str] = ()
    side: str | None = None
    state: str | None = None
    currency: str | None = None
    account: str | None = None
    older_than: int | None = None
    min_amount: Decimal | None = None

    def holds(self, one: Break) -> bool:
        """Whether a break is among them. `account` may be the end of an account number."""
        return (
            (one.state == self.state if self.state else one.is_living)
            and (not self.kinds or one.kind in self.kinds)
            and (not self.rulesets or one.ruleset in self.rulesets)
            and (self.side is None or one.side == self.side)
            and (self.currency is None or one.currency == self.currency.upper())
            and (self.account is None or one.account.endswith(self.account))
            and (self.older_than is None or one.age_days > self.older_than)
            and (self.min_amount is None or abs(one.amount) >= self.min_amount)
        )


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a break was in one run."""

    run: str
    as_of: str
    state: str
    kind: str
    amount: Decimal
    age_days: int
    reason: str


class Casefile:
    """The breaks of one published run."""

    def __init__(self, run: Published) -> None:
        self.run = run

    @cached_property
    def breaks(self) -> list[Break]:
        """All breaks of the run, the oldest first, of one age the largest first.

        Raises:
            ControlFailed: the file is not what was published.
        """
        found = _read(self.run, "true", [])
        return sorted(found, key=lambda one: (-one.age_days, -abs(one.amount), one.break_id))

    def listed(self, wanted: Wanted) -> list[Break]:
        """The breaks asked for."""
        return [one for one in self.breaks if wanted.holds(one)]

    def find(self, name: str, ruleset: str | None = None) -> Break:
        """The break that a name stands for: its id or entry id, the beginning of one, or a reference of its entry.

        Raises:
            UsageError: no break has it, or several living ones do.
        """
        found = self.named(name, ruleset)
        if len(found) == 1:
            return found[0]
        if found:
            raise UsageError(_several(name, found))
        message = f"run {self.run.identity} has no break `{name}`"
        raise UsageError(Problem("break", message, hint=self.hint(name)))

    def hint(self, name: str) -> str:
        """What somebody may look for whose name is that of no break."""
        near = did_you_mean(name, self._names_like(name))
        return near or f"`recon where {name}` looks for it in all books; `recon breaks list` shows what is open"

    def named(self, name: str, ruleset: str | None = None) -> list[Break]:
        """The breaks that a name may stand for, by the surest way of reading it that finds any.

        Resolved ones are among them only where none is living.
        """
        lowered, plain = name.strip().lower(), plain_name(name)
        entries = self._entries_with_reference(plain)
        ways: tuple[Callable[[Break], bool], ...] = (
            lambda one: one.break_id == lowered,
            lambda one: one.entry_id == lowered,
            lambda one: one.entry_id in entries or (bool(plain) and plain_name(one.reference or "") == plain),
            lambda one: len(lowered) >= SHORTEST_BEGINNING and one.break_id.startswith(lowered),
            lambda one: len(lowered) >= SHORTEST_BEGINNING and (one.entry_id or "").startswith(lowered),
        )
        for way in ways:
            found = [one for one in self.breaks if way(one) and ruleset in {None, one.ruleset}]
            if found:
                return [one for one in found if one.is_living] or found
        return []

    def open_item(self, one: Break) -> dict[str, Any]:
        """The open item that a living break is (OPEN), and as `whole` the entry that it is a part of, or is."""
        with DuckEngine.open(inputs=[self.run.folder]) as engine:
            engine.scan("open_items", [self.run.verified("open.parquet")])
            key = (one.ruleset, one.side, one.entry_id)
            (found,) = engine.table(
                "SELECT * FROM open_items WHERE ruleset = ? AND side = ? AND entry_id = ?", key
            ).to_pylist()
        return {**found, "whole": whole_of(self.run, found["entry_id"])}

    def _entries_with_reference(self, plain: str) -> set[str]:
        """Open entries of which some reference is this text, whatever separators and case it was typed with."""
        if not plain:
            return set()
        with DuckEngine.open(inputs=[self.run.folder]) as engine:
            engine.scan("open_items", [self.run.verified("open.parquet")])
            rows = engine.rows(f"SELECT DISTINCT entry_id FROM open_items WHERE {HAS_REFERENCE}", [plain])
        return {row[0] for row in rows}

    def _names_like(self, name: str) -> list[str]:
        """References and ids that begin like the name, which is enough to find what was mistyped after that.

        One that differs in nothing but digits is another customer's transaction, and is not among them.
        """
        names = [text for one in self.breaks for text in (one.break_id, one.reference) if text]
        start, letters = name[:3].casefold(), _without_digits(name)
        near = (
            text for text in names if text.casefold().startswith(start) and _without_digits(text) != letters
        )
        return list(islice(near, 5_000))


def history(break_id: str, runs: Iterable[Published]) -> list[Sighting]:
    """What a break was in each of some runs that had it, in their order.

    Raises:
        ControlFailed: a file is not what was published.
    """
    found = []
    for run in runs:
        for one in _read(run, "break_id = ?", [break_id]):
            as_of = str(run.manifest["as_of"])
            found.append(
                Sighting(run.identity, as_of, one.state, one.kind, one.amount, one.age_days, one.reason)
            )
    return found


def _read(run: Published, where: str, parameters: Sequence[object]) -> list[Break]:
    with DuckEngine.open(inputs=[run.folder]) as engine:
        engine.scan("breaks", [run.verified("breaks.parquet")])
        names = ", ".join(field.name for field in fields(Break))
        rows = engine.rows(f"SELECT {names} FROM breaks WHERE {where}", parameters)
    return [Break(*row) for row in rows]


def _without_digits(text: str) -> str:
    return re.sub("[0-9]+", "", plain_name(text))


def _several(name: str, found: Sequence[Break]) -> Problem:
    lines = [
        f"  {one.break_id}  {one.kind}  {plain(one.amount, one.currency)} {one.currency}  "
        f"{one.ruleset}, {one.side or 'statement'}"
        for one in found[:SHOWN]
    ]
    if len(found) > SHOWN:
        lines.append(f"  and {len(found) - SHOWN:,} more")
    return Problem(
        "break",
        f"`{name}` is the name of {len(found):,} breaks",
        hint="name one of them by its id, or the beginning of it",
        excerpt="\n".join(lines),
    )
