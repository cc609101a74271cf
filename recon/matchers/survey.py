"""What a scope holds, looked up in one reading: its accounts, currencies and types, its days, counts and sums.

Whoever wants to know reads the table `surveyed`, which is small, and not the view `scope` over the files once more.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from recon.engines.duck import DuckEngine
from recon.engines.types import CODED

SURVEYED: Final = "surveyed"
"""Rule set, side, `is_new`, account, currency, type and the `day` that entries count from; of the entries that have all
these in common, the count `n`, the sum `amount` of what is compared, the latest `business_date`, and the `first` and
`last` of all their dates."""
MOST_CODES: Final = 1_000
"""A column of more texts than these is kept as text."""
_DATES: Final = "business_date, booking_date, value_date"


def survey(engine: DuckEngine) -> None:
    """Materialise `surveyed` from `scope`."""
    kept = ", ".join(("ruleset", "side", "is_new", *CODED))
    engine.materialise(
        SURVEYED,
        f"SELECT {kept}, {day_of('scope')} AS day, count(*) AS n, CAST(sum(compared) AS DECIMAL(38,8)) AS amount, "
        f"max(business_date) AS business_date, min(least({_DATES})) AS first, max(greatest({_DATES})) AS last "
        f"FROM scope GROUP BY {kept}, day",
    )


def keep_codes(engine: DuckEngine) -> None:
    """Let codes stand for the few texts that some columns of the scope hold; a column of many stays text.

    Reads `surveyed`. Pools that were loaded before are of no use afterwards.
    """
    for name in CODED:
        found = engine.rows(
            f"SELECT DISTINCT {name} FROM {SURVEYED} WHERE {name} IS NOT NULL LIMIT {MOST_CODES + 1}"
        )
        if len(found) <= MOST_CODES:
            engine.code(name, [row[0] for row in found])


def extent(engine: DuckEngine, ruleset: str, as_of: date) -> tuple[Sequence[str], tuple[date, date]]:
    """The currencies and the range of days of a rule set's scope; reads `surveyed`."""
    rows = engine.rows(
        f"SELECT currency, min(first), max(last) FROM {SURVEYED} WHERE ruleset = ? GROUP BY currency "
        "ORDER BY currency",
        (ruleset,),
    )
    first = min((row[1] for row in rows if row[1] is not None), default=as_of)
    last = max((row[2] for row in rows if row[2] is not None), default=as_of)
    return [row[0] for row in rows], (first, max(last, as_of))


def day_of(table: str) -> str:
    """The day that an entry counts from: its business date, else the next best date that it has."""
    columns = ("business_date", "booking_date", "value_date", "first_seen")
    return "coalesce(" + ", ".join(f"{table}.{column}" for column in columns) + ")"
