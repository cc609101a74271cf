"""Real exports of banks and processors, read with small profiles, against facts found by other programs."""

import csv
import os
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from tests.unit.sources.corpus import PROFILES
from tests.unit.sources.workbench import Result, profile, read_bytes

ROOT = Path(__file__).parents[3]
CORPUS = (ROOT / os.environ.get("RECON_ACCEPTANCE", "../shared/acceptance")).resolve()

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the acceptance files are not here")


def facts() -> dict[str, dict[str, str]]:
    with (CORPUS / "statements.csv").open(encoding="utf-8", newline="") as file:
        return {row["file"]: row for row in csv.DictReader(file)}


def stated(text: str) -> dict[str, Decimal]:
    """`1.00`, or `EUR:1.00;USD:2.00`; zero sums are left out."""
    pairs = [part.rpartition(":") for part in text.split(";")]
    return {currency: Decimal(amount) for currency, _, amount in pairs if Decimal(amount)}


def sums(result: Result, *, by_currency: bool, sign: int) -> dict[str, Decimal]:
    found: dict[str, Decimal] = defaultdict(Decimal)
    for row in result.rows:
        if row["amount"] * sign > 0:
            found[row["currency"] if by_currency else ""] += row["amount"] * sign
    return dict(found)


@pytest.mark.parametrize("name", PROFILES)
def test_a_real_export(tmp_path: Path, name: str) -> None:
    fact = facts()[name]
    content = (CORPUS / "statements" / name).read_bytes()
    result = read_bytes(tmp_path, content, profile(tmp_path, PROFILES[name]), name)
    assert result.refused == []
    assert result.conserved
    assert len(result.rows) == int(fact["n_transactions"])
    by_currency = ":" in fact["sum_credits"]
    assert sums(result, by_currency=by_currency, sign=1) == stated(fact["sum_credits"])
    assert sums(result, by_currency=by_currency, sign=-1) == stated(fact["sum_debits"])
    for one in result.statements:
        assert one.control_ok is not False
        if fact["opening"]:
            assert (one.opening, one.closing) == (Decimal(fact["opening"]), Decimal(fact["closing"]))
