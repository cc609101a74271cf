"""Margin by channel: what merchants are charged, less what channels charge and campaigns cost us; by currency."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from recon.payouts.channels.desk import AMOUNTS, ENTRIES, Desk, group

PARTS: Final = ("charged", "given", "claimed", "cost")


@dataclass(frozen=True, slots=True)
class Margin:
    """One group. `given` is what campaigns gave, less what merchants bore of it; `claimed` what funders owe of that.

    Groups are empty for amounts that rest on no single entry of the ledger: lines of a bill that it does not know, a
    match of several entries, rounding of totals.
    """

    by: tuple[str, ...]
    currency: str
    entries: int
    volume: Decimal
    charged: Decimal
    given: Decimal
    claimed: Decimal
    cost: Decimal

    @property
    def margin(self) -> Decimal:
        """What is left to us."""
        return self.charged - self.given + self.claimed - self.cost


def margins(desk: Desk, by: Sequence[str]) -> list[Margin]:
    """The margin of every group, by group and currency; in all of them together each amount is there once.

    Raises:
        ConfigError: there is no such group.
    """
    groups = [group(desk.settings, name) for name in by]
    keys = ", ".join(f"coalesce({sql}, '') AS g{at}" for at, sql in enumerate(groups))
    names = ", ".join(f"g{at}" for at in range(len(groups)))
    sums = ", ".join(f"sum(a.amount) FILTER (a.what = '{part}') AS {part}" for part in PARTS)
    of_entries = f"{AMOUNTS} AS a LEFT JOIN {ENTRIES} AS d USING (entry_id)"
    amounts = f"SELECT {keys}, a.currency, {sums} FROM {of_entries} GROUP BY ALL"
    volumes = f"SELECT {keys}, currency, count(*) AS entries, sum(volume) AS volume FROM {ENTRIES} GROUP BY ALL"
    totals = ", ".join(f"CAST(coalesce({part}, 0) AS DECIMAL(38,8))" for part in PARTS)
    rows = desk.engine.rows(
        f"SELECT {names}, currency, coalesce(entries, 0), CAST(coalesce(volume, 0) AS DECIMAL(38,8)), {totals} "
        f"FROM ({volumes}) FULL JOIN ({amounts}) USING ({names}, currency) ORDER BY ALL"
    )
    count = len(groups)
    found = [Margin(tuple(row[:count]), *row[count:]) for row in rows]
    return [one for one in found if one.entries or any(getattr(one, part) for part in PARTS)]
