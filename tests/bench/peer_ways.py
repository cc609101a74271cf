"""How each of the other libraries is asked for the pairs of a leg, at its natural settings.

Every way reads the entries, sums payouts, finds pairs and leaves what is over. Libraries take what they were made
for: data frames, dictionaries, records. What they cannot express (amounts that differ by a cent, parts of a payment,
another currency) they miss.
"""

import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import duckdb

from tests.bench.peer_books import Book, Leg, Pairs, legs_of, write_pairs

WHOLE, FIRST = "both legs", "first leg"


@dataclass(frozen=True, slots=True)
class Way:
    """One library: the module it needs (None for none), the most orders it is asked for, and how it is asked.

    One that only tells how many entries differ, and never which belong together, gives no pairs.
    """

    needs: str | None
    most: int
    pairs: Callable[[Leg], Pairs | None]


def _rows_of(book: Book) -> str:
    """A query for the rows of a book, summed where it is."""
    reads = f"FROM read_parquet('{book.entries}') WHERE source = '{book.source}'"
    if not book.is_summed:
        return (
            f"SELECT entry_id, {book.reference} AS reference, currency, {book.amount} AS amount, type {reads}"
        )
    sums = f"sum({book.amount}) AS amount, 'payout' AS type"
    return f"SELECT {book.reference} AS entry_id, {book.reference} AS reference, currency, {sums} {reads} GROUP BY ALL"


def _duckdb_exact(leg: Leg) -> Pairs:
    with duckdb.connect(":memory:", config={"threads": 2}) as connection:
        return connection.execute(
            f"SELECT l.entry_id, r.entry_id FROM ({_rows_of(leg.left)}) l JOIN ({_rows_of(leg.right)}) r "
            f"USING ({', '.join(leg.keys)})"
        ).fetchall()


def _normalised(frame: Any) -> Any:
    text = frame["reference"].astype("string").str.upper().str.replace(r"[^A-Z0-9]", "", regex=True)
    frame["reference"] = text.str.lstrip("0")
    return frame.dropna(subset=["reference"])


def _pandas(leg: Leg) -> Pairs:
    left, right = (_normalised(book.frame()) for book in (leg.left, leg.right))
    found = left.merge(right, on=leg.keys, suffixes=("_l", "_r"))
    return zip(found["entry_id_l"], found["entry_id_r"], strict=True)


def _referenced(leg: Leg) -> list[Any]:
    columns = ["entry_id", *leg.keys]
    return [book.frame()[columns].dropna(subset=["reference"]) for book in (leg.left, leg.right)]


def _datacompy(leg: Leg) -> Pairs:
    left, right = _referenced(leg)
    compared = import_module("datacompy").PandasCompare(
        left, right, join_columns=leg.keys, df1_name="left", df2_name="right"
    )
    both = compared.intersect_rows
    one, other = sorted(name for name in both.columns if name.startswith("entry_id") and "match" not in name)
    return zip(both[one], both[other], strict=True)


def _reconpy(leg: Leg) -> Pairs:
    left, right = _referenced(leg)
    left, right = left.rename(columns={"entry_id": "left_id"}), right.rename(columns={"entry_id": "right_id"})
    found = import_module("reconPy").recon(
        left, right, leg.keys[:2], leg.keys[:2], ["amount"], ["amount"], ["left_id"], ["right_id"]
    )
    both = found.dropna(subset=["left_id", "right_id"])
    return zip(both["left_id"], both["right_id"], strict=True)


def _splink(leg: Leg) -> Pairs:
    """Links by probability, trained on the data itself; each entry goes with its best at nine in ten or more."""
    splink = import_module("splink")
    levels = import_module("splink.comparison_library")
    left, right = (
        book.frame().rename(columns={"entry_id": "unique_id"}).astype({"day": "string"})
        for book in (leg.left, leg.right)
    )
    settings = splink.SettingsCreator(
        link_type="link_only",
        comparisons=[
            levels.JaroWinklerAtThresholds("reference", [0.95, 0.85]),
            *(levels.ExactMatch(name) for name in leg.keys[1:]),
        ],
        blocking_rules_to_generate_predictions=[
            splink.block_on("reference"),
            splink.block_on("amount", "currency", "day"),
        ],
    )
    database = splink.DuckDBAPI()
    linker = splink.Linker([database.register(one) for one in (left, right)], settings)
    linker.training.estimate_u_using_random_sampling(max_pairs=1_000_000)
    linker.training.estimate_parameters_using_expectation_maximisation(splink.block_on("reference"))
    linker.training.estimate_parameters_using_expectation_maximisation(splink.block_on("amount", "currency"))
    found = linker.inference.predict(threshold_match_probability=0.9).as_duckdbpyrelation()
    best = found.project("unique_id_l, unique_id_r, match_probability").order(
        "match_probability DESC, unique_id_l, unique_id_r"
    )
    return _best(best.fetchall(), set(left["unique_id"]))


def _best(rows: Iterable[tuple[str, str, float]], lefts: set[str]) -> Iterable[tuple[str, str]]:
    taken: set[str] = set()
    for one, other, _ in rows:
        pair = (one, other) if one in lefts else (other, one)
        if not taken.intersection(pair):
            taken.update(pair)
            yield pair


def _bankstatementparser(leg: Leg) -> Pairs:
    both = [
        [
            {"id": one, "reference": reference, "currency": currency, "amount": amount, "date": day.isoformat()}
            for one, reference, currency, amount, _, day in book.records()
        ]
        for book in (leg.left, leg.right)
    ]
    report = import_module("bankstatementparser.reconciliation").reconcile_payments_and_statements(*both)
    return ((one.payment_record["id"], one.statement_record["id"]) for one in report.matches)


def _reconcile_py(leg: Leg) -> Pairs:
    library = import_module("reconcile")
    sides = [
        [
            library.Record(amount=Decimal(amount), date=day, reference=reference or "", id=one)
            for one, reference, _, amount, _, day in book.records()
        ]
        for book in (leg.left, leg.right)
    ]
    rules = (
        library.FieldRule("amount", "gate", abs_tol=Decimal("0.01")),
        library.FieldRule("date", "gate", day_tol=6),
        library.FieldRule("reference", "grade", weight=1.0),
    )
    found = library.reconcile(*sides, library.ReconcileConfig(rules=rules, threshold=0.8))
    return ((one, other) for match in found.matches for one in match.left_ids for other in match.right_ids)


def _fastrecon(leg: Leg) -> None:
    """It compares two files by key: how many keys either side lacks, how many rows differ, with a few of them shown."""
    library = import_module("fastrecon")
    with TemporaryDirectory() as folder, duckdb.connect(":memory:", config={"threads": 2}) as connection:
        files = [Path(folder) / f"{side}.parquet" for side in ("left", "right")]
        for book, path in zip((leg.left, leg.right), files, strict=True):
            rows = f"SELECT {', '.join(leg.keys)} FROM ({_rows_of(book)})"
            connection.execute(f"COPY ({rows}) TO '{path}' (FORMAT parquet)")
        both = [library.ParquetFile(path=str(path)) for path in files]
        print(library.compare(*both, keys=leg.keys[:2]).summary())  # noqa: T201  (its output goes to a log)


WAYS: Final[Mapping[str, Way]] = {
    "DuckDB, exact join": Way(None, 100_000_000, _duckdb_exact),
    "pandas, normalised": Way("pandas", 10_000_000, _pandas),
    "datacompy": Way("datacompy", 10_000_000, _datacompy),
    "splink": Way("splink", 100_000, _splink),
    "reconpy": Way("reconPy.py", 1_000_000, _reconpy),
    "bankstatementparser, two-way": Way("bankstatementparser", 1_000_000, _bankstatementparser),
    "fastrecon, counts alone": Way("fastrecon", 10_000_000, _fastrecon),
    "reconcile-py": Way("reconcile", 10_000, _reconcile_py),
}
"""A library that takes more than ten minutes or 12 GB at a size is not asked for it: reconcile-py looks at every pair,
splink went beyond 20 GB with a million orders."""


def main(name: str, entries: Path, folder: Path, job: str) -> None:
    """Do the job with one library, leg by leg."""
    folder.mkdir(parents=True, exist_ok=True)
    for leg in legs_of(entries, is_whole=job == WHOLE):
        pairs = WAYS[name].pairs(leg)
        if pairs is not None:
            write_pairs(pairs, leg, folder)


if __name__ == "__main__":
    sys.path.append(str(Path.cwd() / ".venv" / "peers"))
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4])
