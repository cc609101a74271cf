"""A released order has one proof and one credit of its own, whatever arrives, is matched, approved and exported when.

Runs say whatever hypothesis wants, also what no matcher would: an order matched with another's proof, a credit given to
two proofs on two nights, matches taken back after a release.
"""

import tempfile
from collections import Counter
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from recon.errors import UsageError
from recon.releases.released import batches
from recon.store.four_eyes import proposals
from tests.unit.releases.stage import ADA, CREDITED, PROVEN, Pair, Stage, line

ANY = st.integers(0, 50)
OLD = st.sampled_from([None, None, None, None, 0, 1])
"""Something of its own, or that of an earlier order."""
PAID = st.tuples(st.just("paid"), OLD, OLD)
STEPS = st.one_of(
    PAID,
    PAID,
    PAID,
    st.tuples(st.just("forward"), st.sampled_from([3, 3, 3, 2, 1]), ANY),
    st.tuples(st.just("again"), ANY, ANY),
    st.tuples(st.just("cross"), ANY, ANY),
    st.tuples(st.sampled_from(["back", "cancel"]), ANY, ANY),
)
"""Orders that are paid, the way of what is ready up to the export, and everything that may come across it."""


class Desk:
    """A desk, and what has arrived at it."""

    def __init__(self, folder: Path) -> None:
        self.stage = Stage(folder)
        self.stage.run()
        self.orders: list[tuple[str, str]] = []
        self.made: list[Pair] = []
        self.exports = 0

    def do(self, what: str, first: Any, second: Any) -> None:
        """One step."""
        getattr(self, what)(first, second)

    def paid(self, old_number: int | None, old_mark: int | None) -> None:
        """An order with its proof and its credit, matched at once; its number or its reference may be another's."""
        number = len(self.orders)
        order = f"R{number}" if old_number is None or not number else self.orders[old_number % number][0]
        mark = f"FT{number}" if old_mark is None or not number else self.orders[old_mark % number][1]
        self.stage.deliver(
            line("orders", f"o{number}", "10", ref_merchant=order, units="1"),
            line("proofs", f"p{number}", "10", ref_merchant=order, ref_bank=mark),
            line("bank", f"c{number}", "10", ref_bank=mark, entity=None),
        )
        self.orders.append((order, mark))
        self.night([(PROVEN, f"o{number}", f"p{number}"), (CREDITED, f"p{number}", f"c{number}")], back=False)

    def cross(self, first: int, second: int) -> None:
        """A night on which matches are taken back, and an order gets the proof, or a proof the credit, of another."""
        if self.orders:
            left, right = first % len(self.orders), second % len(self.orders)
            rules, *sides = (PROVEN, "o", "p") if first % 2 else (CREDITED, "p", "c")
            self.night([(rules, f"{sides[0]}{left}", f"{sides[1]}{right}")], back=bool(second % 3))

    def night(self, pairs: list[tuple[str, str, str]], *, back: bool) -> None:
        """A run makes matches; with `back`, whatever was matched with these entries comes back into scope first."""
        names = {name for _, *both in pairs for name in both}
        returned = {
            (rules, side, name)
            for rules, _, *both in self.made
            for side, name in zip(("left", "right"), both, strict=True)
            if back and names & set(both)
        }
        made = [(rules, f"m{len(self.made)}-{rules}", left, right) for rules, left, right in pairs]
        self.stage.run(made, returned=sorted(returned))
        self.made += made

    def back(self, which: int, _: int) -> None:
        """The bank takes a credit back."""
        if self.orders:
            mark = self.orders[which % len(self.orders)][1]
            self.stage.deliver(line("bank", f"x{len(self.stage.ingests)}", "-10", ref_bank=mark, entity=None))

    def cancel(self, which: int, _: int) -> None:
        """An order is cancelled."""
        if self.orders:
            order, name = self.orders[which % len(self.orders)][0], f"x{len(self.stage.ingests)}"
            self.stage.deliver(line("orders", name, "-10", ref_merchant=order, units="1"))

    def again(self, which: int, _: int) -> None:
        """Somebody proposes an order by its number, whatever became of it."""
        with suppress(UsageError):
            self.stage.propose(self.orders[which % len(self.orders)][0] if self.orders else "R0")

    def forward(self, acts: int, _: int) -> None:
        """What is ready is proposed, approved, and exported; a second export gives nothing."""
        for act in (self.stage.propose, self.stage.approve, self.export)[:acts]:
            act()

    def export(self) -> None:
        self.exports += self.stage.tomorrow().export() is not None
        assert self.stage.export() is None

    def check(self) -> None:
        """Nothing was released twice, and everything by two."""
        made = batches(self.stage.store)
        assert len(made) == self.exports
        rows = [row for batch in made for row in batch.rows]
        spent = [
            *(
                (name, row[name])
                for row in rows
                for name in ("order", "order_entry", "proof_entry", "credit_entry")
            ),
            *(("mark", mark) for row in rows for mark in row["proof_marks"]),
        ]
        assert [one for one, count in Counter(spent).items() if count > 1] == []
        asked = {one.number: one for one in proposals(self.stage.store.ledger, "release_order")}
        for row in rows:
            assert row["amount"] == Decimal(10)
            assert self.orders[int(row["order_entry"][1:])][0] == row["order"]
            assert asked[row["proposal"]].state == "approved"
            assert (row["proposed_by"], row["approved_by"]) == (ADA.name, "ben")


@settings(max_examples=8)
@given(steps=st.lists(STEPS, min_size=5, max_size=12))
def test_no_order_proof_or_credit_is_released_twice(steps: list[tuple[str, Any, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        for what, first, second in [*steps, ("forward", 3, 0)]:
            desk.do(what, first, second)
        desk.check()
