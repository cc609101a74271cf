"""Books that tempt a matcher into trying every pair: each must end in seconds, with the right answer or none.

Every case has orders and settlement lines of which the truth is plain; what may be confirmed, and how much of it may
only be suggested, is said with it.
"""

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import duckdb
from rich.table import Table

from recon.engines.duck import DuckEngine
from recon.model.tables import ENTRIES, FILES
from recon.store.store import Store
from tests.bench.generate import EMPTY, INTERNAL, PROCESSOR, empty, entry
from tests.bench.measure import Usage, measured
from tests.bench.project import fresh_project

AMOUNT: Final = "CAST(({0}) AS DECIMAL(24,8))"
DAY: Final = "DATE '2026-10-05'"


@dataclass(frozen=True, slots=True)
class Case:
    """`lefts` orders and `rights` lines; amount, day and reference are SQL of the number `i` of a row."""

    name: str
    lefts: int
    rights: int
    amount: str
    day: str
    reference: str
    confirmed: int
    """How many pairs have to be confirmed."""
    said: str
    """What the answer is to be."""


CASES: Final = (
    Case(
        "every amount equal, with references", 200_000, 200_000, "1000", DAY, "'TX' || i", 200_000, "all paired"
    ),
    Case("every reference missing", 200_000, 200_000, "1000 + i * 0.01", DAY, "NULL", 0, "suggested at most"),
    Case("10,000 equal amounts on one day", 10_000, 10_000, "1000", DAY, "NULL", 0, "twins, suggested at most"),
    Case(
        "200,000 equal amounts on one day", 200_000, 200_000, "1000", DAY, "NULL", 0, "twins, suggested at most"
    ),
    Case(
        "one reference for everything", 200_000, 200_000, "1000", DAY, "'TX'", 200_000, "twins, paired in order"
    ),
    Case("one side empty", 500_000, 0, "1000 + i % 977", DAY, "'TX' || i", 0, "all open"),
    Case("one order against 500,000 lines", 1, 500_000, "1000", DAY, "NULL", 0, "suggested at most"),
)


def scaled(case: Case, most: int) -> Case:
    """The case with so many rows on a side at most."""
    fewer = {name: min(getattr(case, name), most) for name in ("lefts", "rights", "confirmed")}
    return replace(case, **fewer)


@dataclass(frozen=True, slots=True)
class SkewResult:
    """What a case took, and what the run's manifest counts."""

    case: Case
    used: Usage
    confirmed: int
    suggested: int
    proof: str

    @property
    def is_right(self) -> bool:
        """Whether what must be confirmed was, nothing else, and the run is proven."""
        return self.used.status == 0 and self.confirmed == self.case.confirmed and self.proof == "ok"


def measure_skew(bench: Path, root: Path, command: tuple[str, ...]) -> list[SkewResult]:
    """Run every case as a project of its own."""
    return [_measure(bench, root, command, number, case) for number, case in enumerate(CASES)]


def _measure(bench: Path, root: Path, command: tuple[str, ...], number: int, case: Case) -> SkewResult:
    data = bench / "data" / f"skew-{number}"
    write(case, data)
    project = fresh_project(bench, f"skew-{number}", data)
    log = bench / "logs" / f"skew-{number}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    used = measured([sys.executable, "-m", "recon", "--project", str(project.root), *command], root, log)
    if used.status:
        return SkewResult(case, used, 0, 0, "failed")
    manifest = Store.open(project).runs()[-1].manifest
    counts = manifest["counts"]
    return SkewResult(case, used, int(counts["matches"]), int(counts["suggestions"]), str(manifest["proof"]))


def write(case: Case, folder: Path) -> None:
    """The files of an ingest; both sides have the same rows, and as many of them as the case says."""
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(":memory:", config={"memory_limit": "1GB", "threads": 2}) as connection:
        engine = DuckEngine(connection)
        money = AMOUNT.format(case.amount)
        values = {
            "booking_date": case.day, "business_date": case.day, "amount": money, "gross": money,
            "currency": "'NGN'", "type": "'payment'", "line_no": "i",
            "ref_merchant": f"CAST({case.reference} AS VARCHAR)",
        }  # fmt: skip
        parts = []
        for source, account, count in ((INTERNAL, "ORDERS", case.lefts), (PROCESSOR, "PSP-1", case.rights)):
            own = {"entry_id": f"md5('{source}' || i)[1:24]", "account": f"'{account}'"}
            rows = entry(source, {**values, **own}, f"range({count}) t(i)")
            parts.append(f"(SELECT * FROM ({rows}) ORDER BY business_date, entry_id)")
        engine.copy(
            " UNION ALL ".join(f"SELECT * FROM {part}" for part in parts), folder / "entries.parquet", ENTRIES
        )
        for name, schema in {**EMPTY, "files.parquet": FILES}.items():
            engine.copy(empty(schema), folder / name, schema)


def skew_table(results: list[SkewResult]) -> Table:
    """One row per case."""
    table = Table(title="skew: what tempts a matcher into trying every pair")
    for title in ("case", "answer"):
        table.add_column(title)
    for title in ("orders", "lines", "wall s", "CPU s", "peak MB", "confirmed", "suggested", "right"):
        table.add_column(title, justify="right")
    for one in results:
        figures = (f"{one.used.wall:.1f}", f"{one.used.cpu:.1f}", f"{one.used.peak_mb:.0f}")
        counted = (f"{one.confirmed:,}", f"{one.suggested:,}", "yes" if one.is_right else "NO")
        table.add_row(
            one.case.name, one.case.said, f"{one.case.lefts:,}", f"{one.case.rights:,}", *figures, *counted
        )
    return table
