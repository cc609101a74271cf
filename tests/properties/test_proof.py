"""Whatever becomes of the entries of a run, the proof holds, the bridge closes, and the checker agrees."""

from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow.parquet as pq
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from recon.breaks.lifecycle import find_breaks
from recon.breaks.settings import BreakSettings
from recon.close.proof import proof_ok, prove
from recon.close.verify import verify_run
from tests.unit.breaks.books import RULESET, Books, Row, hashed
from tests.unit.close.folders import respell, write_run

SLOW = settings(
    max_examples=8,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)
AMOUNTS = st.decimals(-(10**16) + 1, 10**16 - 1, places=8)
BUCKETS = ("opening", "new", "matched", "excluded", "closing")


@st.composite
def books(draw: st.DrawFn) -> Books:
    """Entries of two sides, accounts and currencies, each matched in some group, left out, suggested or open."""
    result = Books()
    groups: dict[tuple[str, int], list[str]] = defaultdict(list)
    for number in range(draw(st.integers(0, 14))):
        side = draw(st.sampled_from(("left", "right")))
        currency = draw(st.sampled_from(("NGN", "USD")))
        entry = result.entry(
            side,
            f"e{number:02}",
            str(draw(AMOUNTS)),
            currency=currency,
            account=draw(st.sampled_from(("1", "2"))),
            is_new=draw(st.booleans()),
            ref_merchant=draw(st.sampled_from((None, "M1", "M2"))),
            status=draw(st.sampled_from(("booked", "failed"))),
            type=draw(st.sampled_from(("payment", "refund", "chargeback"))),
        )
        place = draw(st.integers(0, 5))
        if place < 3:
            groups[currency, place].append(entry)
        elif place == 3:
            result.exclude(entry, "left out")
    for (currency, place), members in sorted(groups.items()):
        state = "suggested" if place == 2 else draw(st.sampled_from(("confirmed", "manual")))
        result.match(
            f"{currency}{place}", *members, state=state, variance_kind=draw(st.sampled_from((None, "fee")))
        )
    return result


def recomputed(run: Books) -> dict[tuple[str, str, str], dict[str, tuple[int, Decimal]]]:
    """The proof's rows in plain Python: side, account and currency to bucket, count and amount."""
    states = {row["match_id"]: row["state"] for row in run.matches}
    matched = {row["entry_id"] for row in run.members if states[row["match_id"]] != "suggested"}
    excluded = {row["entry_id"] for row in run.excluded}
    rows: dict[tuple[str, str, str], dict[str, tuple[int, Decimal]]] = {}
    for row in run.scope:
        entry = row["entry_id"]
        place = "matched" if entry in matched else "excluded" if entry in excluded else "closing"
        sums = rows.setdefault(
            (row["side"], row["account"], row["currency"]), dict.fromkeys(BUCKETS, (0, Decimal(0)))
        )
        for bucket in ("new" if row["is_new"] else "opening", place):
            count, amount = sums[bucket]
            sums[bucket] = (count + 1, amount + row["compared"])
    return rows


@SLOW
@given(books())
def test_the_proof_is_what_plain_python_counts(run: Books) -> None:
    with run.engine() as engine:
        find_breaks(engine, {RULESET: BreakSettings()}, run.as_of)
        prove(engine, hashed)
        assert engine.rows("SELECT * FROM proof_failures") == []
        assert proof_ok(engine)
        proof: list[Row] = engine.table("SELECT * FROM proof").to_pylist()
        bridge: list[Row] = engine.table("SELECT * FROM bridge").to_pylist()
    found = {
        (row["side"], row["account"], row["currency"]): {
            bucket: (row[f"{bucket}_count"], row[f"{bucket}_amount"]) for bucket in BUCKETS
        }
        for row in proof
    }
    assert found == recomputed(run)
    for currency in {row["currency"] for row in run.scope}:
        sides = {"left": Decimal(0), "right": Decimal(0)}
        for row in run.scope:
            if row["currency"] == currency:
                sides[row["side"]] += row["compared"]
        explained = sum(
            (row["amount"] for row in bridge if row["currency"] == currency and row["class"] != "total"),
            Decimal(0),
        )
        residuals = [
            row["amount"] for row in bridge if row["currency"] == currency and row["class"] == "residual"
        ]
        assert explained == sides["left"] - sides["right"]
        assert residuals == [Decimal(0)]


@settings(SLOW, max_examples=4)
@given(books(), st.data())
def test_the_checker_agrees_until_one_amount_changes(run: Books, data: st.DataObject) -> None:
    for row in run.scope:
        row["is_new"] = True  # no run came before
    with TemporaryDirectory() as temporary:
        folder = write_run(run, Path(temporary) / "run")
        assert [str(problem) for problem in verify_run(folder)] == []
        tables = [
            (table, column)
            for table, column in (("members", "amount"), ("open", "compared"), ("excluded", "amount"))
            if pq.read_metadata(folder / f"{table}.parquet").num_rows
        ]
        if not tables:
            return
        table, column = data.draw(st.sampled_from(tables))
        rows = pq.read_metadata(folder / f"{table}.parquet").num_rows
        spoilt = data.draw(st.integers(0, rows - 1))

        def change(held: list[Row]) -> None:
            held[spoilt][column] += Decimal("0.00000001")

        respell(folder, table, change)
        assert {problem.place.file for problem in verify_run(folder) if problem.place} & {
            "run/matches.parquet",
            "run/breaks.parquet",
            "run/proof.parquet",
        }
