"""The work of one payout: everything its amounts depend on, and how the files of its folder come from that.

`running` publishes what the work writes; `replaying` does the same work again and compares. A payout's key is a hash
of its run, its plan, the facts and adjustments it was given, the payout before it, and the versions that compute it.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from recon.engines.trouble import machine_errors
from recon.errors import InputRefused, Place, Problem
from recon.model.ids import content_id
from recon.model.periods import Period
from recon.model.versions import versions
from recon.payouts.adjustment_file import adjustments_of, of_closed
from recon.payouts.adjustments import Adjustment
from recon.payouts.desk.computing import Computed, compute_payout
from recon.payouts.desk.materials import Materials
from recon.payouts.desk.open_books import Opened
from recon.payouts.desk.shelf import PublishedPayout
from recon.payouts.desk.states import state_of
from recon.payouts.desk.writing import write_payout
from recon.payouts.plan.plan import Plan
from recon.payouts.rows import Kind
from recon.project.workspace import Project
from recon.store.canonical import canonical
from recon.store.published import Published
from recon.store.store import Store


@dataclass(frozen=True)
class PayoutWork:
    """One payout's inputs. The same inputs give the same identity and the same bytes."""

    project: Project
    store: Store
    run: Published
    plan: Plan
    materials: Materials
    period: Period
    line: Sequence[PublishedPayout]

    @cached_property
    def inputs(self) -> dict[str, Any]:
        """What the payout is made from, as its manifest records it."""
        return {
            "run": self.run.identity,
            "plan": self.plan.version,
            "period": str(self.period),
            "line": [one.identity for one in self.line],
            "files": self.materials.hashes,
            "versions": versions(),
        }

    @cached_property
    def key(self) -> str:
        """The payout's key: the hash of its inputs."""
        return content_id([canonical(self.inputs)], 40)

    @property
    def identity(self) -> str:
        """The payout's name: its plan, its period, and the beginning of its key."""
        plan = re.sub(r"[^A-Za-z0-9_=-]+", "-", self.plan.plan).strip("-") or "plan"
        return f"{plan[:60]}-{self.period}-{self.key[:10]}"

    @property
    def place(self) -> Place:
        """The plan's file, for messages."""
        return Place(self.materials.plan.shown)

    @cached_property
    def by_hand(self) -> list[Adjustment]:
        """The adjustments of this plan and period.

        Raises:
            InputRefused: rows are wrong.
        """
        return [
            found
            for one in self.materials.adjustments
            for found in adjustments_of(one.path, one.shown, self.plan, self.period)
        ]

    def refuse_never_paid(self) -> None:
        """Refuse adjustments of periods that are closed without them.

        Raises:
            InputRefused: with every such row.
        """
        if problems := [problem for payout in self.line for problem in self._never_paid(payout)]:
            raise InputRefused(*problems)

    def _never_paid(self, payout: PublishedPayout) -> Iterator[Problem]:
        """Adjustments of a closed period that it was paid without: no period would pay them any more."""
        rows = [
            row
            for one in self.materials.adjustments
            for row in of_closed(one.path, one.shown, self.plan.plan, payout.period)
        ]
        if not rows or not state_of(self.store, payout).closed:
            return
        booked = Counter(
            (one["payee"], one["amount"]) for one in payout.payments if one["kind"] == Kind.ADJUSTMENT
        )
        for who, amount, place in rows:
            if booked[who, amount]:
                booked[who, amount] -= 1
                continue
            message = (
                f"{payout.period} of {payout.plan} is closed and was paid without it: it would never be paid"
            )
            hint = f"say the period in which it is to be paid, such as {self.period}"
            yield Problem("period-closed", message, replace(place, field="period"), hint)

    def write(self, folder: Path, opened: Opened) -> dict[str, Any]:
        """Compute the payout and write its tables into a folder; gives what its manifest says beside the files.

        `opened` gives the books of the run, in an engine that may write into the folder.

        Raises:
            ConfigError: the plan asks for what the books do not have.
            InputRefused: facts, adjustments or entries lack what the plan needs.
            ControlFailed: a file that it rests on was changed, or the disk fails.
        """
        engine, books = opened()
        with machine_errors(self.project.settings.run.memory_mb):
            computed: Computed = compute_payout(
                engine, books, self.plan, self.period, self.line, self.materials.facts, self.by_hand
            )
            content = write_payout(computed, folder)
        self.materials.copy_to(folder)
        return content | {
            "payout_key": self.key,
            "project": self.project.settings.project.name,
            "run": self.run.identity,
            "previous": self.line[-1].identity if self.line else None,
            "authors": sorted({one.author for one in self.by_hand if one.author}),
        }
