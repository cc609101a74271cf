"""Running balances as proof: which amounts, with which sign, lead from one balance to the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Final

Amounts = Sequence[Decimal | None]
_SHARE: Final = Decimal("0.6")
"""Part of the steps that must tie for a balance to be taken as running: rows may be cut out of a file."""


@dataclass(frozen=True)
class Steps:
    """How many steps from row to row the balance shows, and how many of them an amount explains."""

    ties: int
    steps: int
    newest_first: bool = False

    @property
    def proven(self) -> bool:
        """Whether the balance proves the amounts: most steps tie, and not by chance."""
        return self.ties >= 1 and self.ties >= self.steps * _SHARE and self.steps > 0

    @property
    def complete(self) -> bool:
        """Whether every step ties."""
        return self.proven and self.ties == self.steps


NO_STEPS: Final = Steps(0, 0)


def steps_of(amounts: Amounts, balances: Amounts, keys: Sequence[str] | None = None) -> Steps:
    """The better of both orders, oldest row first and newest first; each key has balances of its own."""
    groups: dict[str, list[tuple[Decimal, Decimal]]] = {}
    for at, (amount, balance) in enumerate(zip(amounts, balances, strict=True)):
        if balance is not None:
            groups.setdefault(keys[at] if keys else "", []).append((amount or Decimal(0), balance))
    old = new = old_steps = new_steps = 0
    for rows in groups.values():
        for (first, before), (second, after) in pairwise(rows):
            if after != before or second:
                old_steps += 1
                old += bool(second) and after - before == second
            if after != before or first:
                new_steps += 1
                new += bool(first) and before - after == first
    return Steps(new, new_steps, newest_first=True) if new > old else Steps(old, old_steps)
