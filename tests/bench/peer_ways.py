"""How each of the other libraries is asked for the pairs of the first leg, at its natural settings.

Every way reads the entries, finds pairs and writes them as `left_id`, `right_id`. Libraries take what they were made
for: data frames, dictionaries, records. What they cannot express (amounts that differ by a cent, parts of a payment,
another currency) they miss.
"""

import csv
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import duckdb

from tests.bench.generate import INTERNAL, PROCESSOR

KEYS: Final = ["ref_merchant", "currency", "gross", "type"]
Pairs = Iterable[tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Way:
    """One library: the module it needs (None for none), the most orders it is asked for, and how it is asked."""

    needs: str | None
    most: int
    pairs: Callable[[Path], Pairs]


def write_pairs(pairs: Pairs, path: Path) -> None:
    """Write pairs of entry ids as Parquet, by way of a text file that every library can be read from."""
    text = path.with_suffix(".csv")
    with text.open("w", encoding="utf-8", newline="") as target:
        rows = csv.writer(target)
        rows.writerow(["left_id", "right_id"])
        rows.writerows(pairs)
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"COPY (FROM read_csv('{text}', all_varchar=true)) TO '{path}' (FORMAT parquet)")
    text.unlink()


def _rows(entries: Path, source: str, *more: str) -> list[tuple[Any, ...]]:
    columns = ", ".join(("entry_id", "ref_merchant", "currency", "gross", "type", *more))
    with duckdb.connect(":memory:", config={"threads": 2}) as connection:
        return connection.execute(
            f"SELECT {columns} FROM read_parquet('{entries}') WHERE source = '{source}'"
        ).fetchall()


def _frames(entries: Path, *more: str) -> list[Any]:
    """Both sides as data frames; amounts are whole hundredths, as frames hold no decimals."""
    frames = []
    for source in (INTERNAL, PROCESSOR):
        rows = _rows(entries, source, *more)
        names = ["entry_id", *KEYS, *(name.rpartition(" ")[2] for name in more)]
        frame = import_module("pandas").DataFrame(rows, columns=names)
        frame["gross"] = [int(amount * 100) for amount in frame["gross"]]
        frames.append(frame)
    return frames


def _duckdb_exact(entries: Path) -> Pairs:
    side = "(SELECT * FROM read_parquet('{0}') WHERE source = '{1}')"
    left, right = (side.format(entries, source) for source in (INTERNAL, PROCESSOR))
    with duckdb.connect(":memory:", config={"threads": 2}) as connection:
        return connection.execute(
            f"SELECT l.entry_id, r.entry_id FROM {left} l JOIN {right} r USING ({', '.join(KEYS)})"
        ).fetchall()


def _normalised(frame: Any) -> Any:
    text = frame["ref_merchant"].astype("string").str.upper().str.replace(r"[^A-Z0-9]", "", regex=True)
    frame["ref_merchant"] = text.str.lstrip("0")
    return frame.dropna(subset=["ref_merchant"])


def _pandas(entries: Path) -> Pairs:
    left, right = map(_normalised, _frames(entries))
    found = left.merge(right, on=KEYS, suffixes=("_l", "_r"))
    return zip(found["entry_id_l"], found["entry_id_r"], strict=True)


def _datacompy(entries: Path) -> Pairs:
    left, right = (frame.dropna(subset=["ref_merchant"]) for frame in _frames(entries))
    compared = import_module("datacompy").PandasCompare(
        left, right, join_columns=KEYS, df1_name="left", df2_name="right"
    )
    both = compared.intersect_rows
    one, other = sorted(name for name in both.columns if name.startswith("entry_id") and "match" not in name)
    return zip(both[one], both[other], strict=True)


def _reconpy(entries: Path) -> Pairs:
    left, right = (frame.dropna(subset=["ref_merchant"]) for frame in _frames(entries))
    left, right = left.rename(columns={"entry_id": "left_id"}), right.rename(columns={"entry_id": "right_id"})
    found = import_module("reconPy").recon(
        left, right, KEYS[:2], KEYS[:2], ["gross"], ["gross"], ["left_id"], ["right_id"]
    )
    both = found.dropna(subset=["left_id", "right_id"])
    return zip(both["left_id"], both["right_id"], strict=True)


def _splink(entries: Path) -> Pairs:
    """Links by probability, trained on the data itself; each entry goes with its best at nine in ten or more."""
    splink = import_module("splink")
    levels = import_module("splink.comparison_library")
    days = "CAST(business_date AS VARCHAR) AS day"
    left, right = (frame.rename(columns={"entry_id": "unique_id"}) for frame in _frames(entries, days))
    settings = splink.SettingsCreator(
        link_type="link_only",
        comparisons=[
            levels.JaroWinklerAtThresholds("ref_merchant", [0.95, 0.85]),
            levels.ExactMatch("gross"),
            levels.ExactMatch("currency"),
            levels.ExactMatch("type"),
        ],
        blocking_rules_to_generate_predictions=[
            splink.block_on("ref_merchant"),
            splink.block_on("gross", "currency", "day"),
        ],
    )
    database = splink.DuckDBAPI()
    linker = splink.Linker([database.register(one) for one in (left, right)], settings)
    linker.training.estimate_u_using_random_sampling(max_pairs=1_000_000)
    linker.training.estimate_parameters_using_expectation_maximisation(splink.block_on("ref_merchant"))
    linker.training.estimate_parameters_using_expectation_maximisation(splink.block_on("gross", "currency"))
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


def _bankstatementparser(entries: Path) -> Pairs:
    both = [
        [
            {
                "id": row[0],
                "reference": row[1],
                "currency": row[2],
                "amount": row[3],
                "date": row[5].isoformat(),
            }
            for row in _rows(entries, source, "business_date")
        ]
        for source in (INTERNAL, PROCESSOR)
    ]
    report = import_module("bankstatementparser.reconciliation").reconcile_payments_and_statements(*both)
    return ((one.payment_record["id"], one.statement_record["id"]) for one in report.matches)


def _reconcile_py(entries: Path) -> Pairs:
    library = import_module("reconcile")
    sides = [
        [
            library.Record(amount=Decimal(row[3]), date=row[5], reference=row[1] or "", id=row[0])
            for row in _rows(entries, source, "business_date")
        ]
        for source in (INTERNAL, PROCESSOR)
    ]
    rules = (
        library.FieldRule("amount", "gate", abs_tol=Decimal("0.01")),
        library.FieldRule("date", "gate", day_tol=6),
        library.FieldRule("reference", "grade", weight=1.0),
    )
    found = library.reconcile(*sides, library.ReconcileConfig(rules=rules, threshold=0.8))
    return ((one, other) for match in found.matches for one in match.left_ids for other in match.right_ids)


WAYS: Final[Mapping[str, Way]] = {
    "DuckDB, exact join": Way(None, 100_000_000, _duckdb_exact),
    "pandas, normalised": Way("pandas", 10_000_000, _pandas),
    "datacompy": Way("datacompy", 10_000_000, _datacompy),
    "splink": Way("splink", 100_000, _splink),
    "reconpy": Way("reconPy.py", 100_000, _reconpy),
    "bankstatementparser, two-way": Way("bankstatementparser", 100_000, _bankstatementparser),
    "reconcile-py": Way("reconcile", 10_000, _reconcile_py),
}
"""A library that takes minutes at a size is not asked for more: reconcile-py looks at every pair."""

if __name__ == "__main__":
    sys.path.append(str(Path.cwd() / ".venv" / "peers"))
    name, given, target = sys.argv[1:]
    write_pairs(WAYS[name].pairs(Path(given)), Path(target))
