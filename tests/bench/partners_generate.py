"""Partners with ten weeks of entries, and what was planted among them: risks and declines, for known truth.

`python -m tests.bench.partners_generate ENTRIES FOLDER` writes the entries as Parquet, the registry as CSV, and
`truth.csv`: what is planted with whom. Draws are hashes of what they are for, so that equal sizes are equal files.
"""

import argparse
import csv
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from recon.engines.duck import DuckEngine, sql_type
from recon.model.tables import ENTRIES

FIRST, LAST = date(2026, 8, 23), date(2026, 10, 31)
DAYS: Final = (LAST - FIRST).days + 1
PER_PARTNER: Final = 200
"""Entries of a partner on the average, so that ten million are those of fifty thousand."""
ENTRIES_FILE, TRUTH_FILE, REGISTRY = "entries.parquet", "truth.csv", "registry"
PLANTED: Final = {
    "structuring": (101, 7), "velocity": (103, 11), "round_amounts": (107, 13), "spike": (109, 17),
    "reversals": (113, 19), "night": (127, 23), "shared_device": (131, 29), "reused_proof": (137, 31),
    "decline": (139, 37),
}  # fmt: skip
"""Planted with every partner whose number leaves this remainder: divisor and remainder."""
RECENT: Final = 14
"""Days over which planted declines last."""
MEMORY_MB: Final = 2_000


def partners_for(entries: int) -> int:
    """How many partners make about so many entries."""
    return max(200, entries // PER_PARTNER)


def generate(entries: int, folder: Path) -> None:
    """Write everything into a new folder."""
    count = partners_for(entries)
    (folder / REGISTRY).mkdir(parents=True)
    spill = folder / "spill"
    spill.mkdir()
    with DuckEngine.open(MEMORY_MB, 2, spill, [], [folder]) as engine:
        engine.materialise("drawn", _drawn(count))
        absent = {field.name: f"CAST(NULL AS {sql_type(field.type)})" for field in ENTRIES}
        columns = ", ".join(f"{sql} AS {name}" for name, sql in (absent | _COLUMNS).items())
        engine.copy(f"SELECT {columns} FROM drawn ORDER BY day, i, k", folder / ENTRIES_FILE, ENTRIES)
    spill.rmdir()
    _write_registry(count, folder / REGISTRY)
    with (folder / TRUTH_FILE).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(truth(count))


def truth(count: int) -> list[tuple[str, str]]:
    """What is planted, and with whom; a shared device is shared with the next partner."""
    found = [
        (kind, name(number))
        for kind, (divisor, remainder) in PLANTED.items()
        for number in range(count)
        if number % divisor == remainder
    ]
    found += [(kind, name(int(who[1:]) + 1)) for kind, who in found if kind == "shared_device"]
    return sorted(one for one in set(found) if int(one[1][1:]) < count)


def name(number: int) -> str:
    """The name of a partner."""
    return f"P{number:06}"


def _planted(kind: str) -> str:
    divisor, remainder = PLANTED[kind]
    return f"i % {divisor} = {remainder}"


def _draw(what: str, below: int) -> str:
    """A number below a limit that depends on partner, day, entry and purpose alone."""
    return f"CAST(hash(i, day, k, '{what}') % {below} AS BIGINT)"


def _drawn(count: int) -> str:
    """Entries: ordinary ones by how busy partner, weekday and month's end are, then those that are planted."""
    days = f"SELECT DATE '{FIRST}' + CAST(d AS INTEGER) AS day FROM range({DAYS}) AS r(d)"
    busy = (
        "(2 + CAST(hash(i, 'size') % 5 AS BIGINT)) * CASE WHEN dayofweek(day) IN (0, 6) THEN 5 ELSE 10 END "
        "* CASE WHEN day >= last_day(day) - 1 THEN 16 ELSE 10 END"
    )
    fewer = (
        f"CASE WHEN {_planted('decline')} AND day > DATE '{LAST - timedelta(days=RECENT)}' THEN 25 ELSE 100 END"
    )
    ordinary = (
        f"SELECT i, day, k, 'ordinary' AS why FROM range({count}) AS p(i), ({days}), range(12) AS e(k) "
        f"WHERE k * 10000 + hash(i, day, k, 'there') % 10000 < {busy} * {fewer} * 76 // 100"
    )
    more = {
        "structuring": (5, f"day IN (DATE '{date(2026, 10, 6)}', DATE '{date(2026, 10, 13)}')"),
        "velocity": (25, f"day = DATE '{date(2026, 10, 8)}'"),
        "spike": (20, f"day = DATE '{date(2026, 10, 20)}'"),
        "night": (6, f"day = DATE '{date(2026, 10, 15)}'"),
        "reused_proof": (2, f"day = DATE '{date(2026, 10, 22)}'"),
    }
    parts = [ordinary] + [
        f"SELECT i, day, 100 + k AS k, '{kind}' AS why FROM range({count}) AS p(i), ({days}), range({many}) AS e(k) "
        f"WHERE {_planted(kind)} AND {when}"
        for kind, (many, when) in more.items()
    ]
    return " UNION ALL ".join(parts)


_VALUE: Final = (
    f"CASE WHEN why = 'structuring' THEN 19100 + {_draw('near', 18)} * 50 WHEN why = 'velocity' THEN 1000 "
    f"WHEN why = 'spike' THEN 30000 + {_draw('spike', 100)} * 50 "
    f"WHEN {_planted('round_amounts')} THEN 10000 * (1 + {_draw('round', 3)}) "
    f"WHEN {_draw('thousands', 100)} < 15 THEN 1000 * (1 + {_draw('round', 35)}) "
    f"ELSE 1050 + {_draw('value', 700)} * 50 END"
)
_REVERSED: Final = (
    f"why = 'ordinary' AND {_draw('reversed', 1000)} < CASE WHEN {_planted('reversals')} THEN 150 ELSE 4 END"
)
_HOUR: Final = (
    f"CASE WHEN why = 'night' THEN 0 WHEN why = 'velocity' THEN 12 "
    f"WHEN {_draw('late', 1000)} < 2 THEN 23 ELSE 7 + {_draw('hour', 13)} END"
)
_DEVICE: Final = (
    f"'D' || CASE WHEN i > 0 AND (i - 1) % {PLANTED['shared_device'][0]} = {PLANTED['shared_device'][1]} "
    "AND day >= DATE '2026-10-26' THEN i - 1 ELSE i END"
)
_PROOF: Final = "CASE WHEN why = 'reused_proof' THEN 'PROOF-' || i ELSE '' END"
_COLUMNS: Final = {
    "entry_id": "printf('%06d%04d%03d', i, day - DATE '2026-01-01', k)",
    "source": "'book'",
    "file_id": "'0000000000000000'",
    "line_no": "CAST(i AS BIGINT)",
    "account": "'BOOK'",
    "booking_date": "day",
    "business_date": "day",
    "event_time": f"CAST(day AS TIMESTAMP) + to_hours({_HOUR}) + to_minutes({_draw('minute', 60)})",
    "amount": f"CASE WHEN {_REVERSED} THEN -1 ELSE 1 END * {_VALUE}",
    "gross": f"CASE WHEN {_REVERSED} THEN -1 ELSE 1 END * {_VALUE}",
    "fee": "-20",
    "currency": "'NGN'",
    "is_reversal": _REVERSED,
    "type": f"CASE WHEN {_REVERSED} THEN 'refund' ELSE 'payment' END",
    "status": "'booked'",
    "attributes": f"MAP {{'terminal': 'T' || i, 'device': {_DEVICE}, 'proof': {_PROOF}, "
    f"'product': CASE WHEN {_draw('product', 10)} < 6 THEN 'withdrawal' ELSE 'transfer' END}}",
}


def _write_registry(count: int, folder: Path) -> None:
    """Partners of twenty regions, each with a terminal, under one coordinator for each hundred."""
    numbers = range(count)
    tables: dict[str, list[tuple[str, ...]]] = {
        "partners": [("partner", "kind", "name", "region"),
                     *((name(one), "agent", f"Agent {one}", f"R{one % 20:02}") for one in numbers)],
        "statuses": [("partner", "status"), *((name(one), "active") for one in numbers)],
        "people": [("person", "role", "name"),
                   *((f"C{one:04}", "coordinator", f"Coordinator {one}") for one in range(count // 100 + 1))],
        "hierarchy": [("who", "above"), *((name(one), f"C{one // 100:04}") for one in numbers)],
        "owners": [("partner", "owner"), *((name(one), f"C{one // 100:04}") for one in numbers)],
        "holdings": [("partner", "what", "thing"), *((name(one), "terminal", f"T{one}") for one in numbers)],
    }  # fmt: skip
    for table, rows in tables.items():
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("entries", type=int)
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    generate(given.entries, given.folder)
