"""`recon sources`: list, detect, preview, check, schema."""

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.test_ingest import GOOD, Recon, put, shop
from tests.unit.sources.test_processors_west import STRIPE
from tests.unit.sources.workbench import HEADER

__all__ = ["shop"]


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_list_counts_files_found_and_taken(shop: Path, recon: Recon) -> None:
    put(shop, "a.csv", GOOD)
    put(shop, "b.csv", HEADER + "2026-10-02,B,2\n")
    assert recon("ingest", "inbox/a.csv").status == 0
    (row,) = rows(recon("sources", "list").stdout)
    assert (row["source"], row["reader"], row["files"], row["taken"]) == ("till", "csv", "2", "1")


def test_detect_says_why_and_drafts(shop: Path, recon: Recon) -> None:
    path = put(shop, "a.csv", GOOD + "2026-10-02,B,2\n")
    done = recon("sources", "detect", str(path))
    assert done.status == 0
    (row,) = rows(done.stdout)
    assert row["reader"] == "csv"
    assert "same number of cells" in row["reason"]
    draft = recon("sources", "detect", "--draft", str(path))
    assert draft.stdout.startswith("source: a\n")


def test_the_library_is_listed_known_and_taken_over(shop: Path, recon: Recon) -> None:
    listed = {row["profile"]: row for row in rows(recon("sources", "library").stdout)}
    assert listed["stripe_payouts"]["title"] == "Stripe, payouts, itemised"
    assert "make net on each line" in listed["stripe_payouts"]["checks"]
    path = put(shop, "report.csv", STRIPE)
    (best, *_) = rows(recon("sources", "detect", str(path)).stdout)
    assert best["profile"] == "stripe_payout_reconciliation"
    draft = recon("sources", "detect", "--draft", str(path))
    assert "extends: stripe_payout_reconciliation\n" in draft.stdout
    counted = json.loads(recon("sources", "facts", str(path), "--format", "json").stdout)
    assert (counted["profile"], counted["sum_credits"]) == ("stripe_payout_reconciliation", {"USD": "96.80"})
    source = shop / "configs" / "sources" / "stripe.yaml"
    assert recon("sources", "library", "stripe_payout_reconciliation", "--output", str(source)).status == 0
    (shop / "inbox" / "stripe").mkdir()
    put(shop, "stripe/report.csv", STRIPE)
    (row,) = rows(recon("sources", "check", "stripe").stdout)
    assert (row["source"], row["entries"], row["proof"], row["net"]) == ("stripe", "4", "ok", "11.50")
    unknown = recon("sources", "library", "stripe_payout")
    assert unknown.status == 2
    assert "did you mean `stripe_payouts`?" in unknown.stderr


def test_a_draft_replaces_no_file(shop: Path, recon: Recon) -> None:
    path = put(shop, "a.csv", GOOD + "2026-10-02,B,2\n")
    draft = ("sources", "detect", "--draft", str(path), "--output", "drafted.yaml")
    assert recon(*draft).status == 0
    assert (shop / "drafted.yaml").read_text(encoding="utf-8").startswith("source: a\n")
    (shop / "drafted.yaml").write_text("mine", encoding="utf-8")
    again = recon(*draft)
    assert again.status == 2
    assert "drafted.yaml: there is such a file already" in again.stderr
    assert (shop / "drafted.yaml").read_text(encoding="utf-8") == "mine"


def test_detect_knows_what_it_does_not_know(shop: Path, recon: Recon) -> None:
    done = recon("sources", "detect", str(put(shop, "a.bin", b"\x00\x01\x02")))
    assert done.status == 3
    assert "no reader knows this kind of file" in done.stderr


def test_preview_shows_fields_beside_the_original(shop: Path, recon: Recon) -> None:
    put(shop, "a.csv", GOOD)
    found = rows(recon("sources", "preview", "till").stdout)
    shown = {row["field"]: row["value"] for row in found}
    assert (shown["amount"], shown["booking_date"], shown["account"]) == ("1.00", "2026-10-01", "SHOP")
    assert {row["raw_field"]: row["raw_value"] for row in found if row["raw_field"]} == {
        "Date": "2026-10-01",
        "Ref": "A",
        "Amount": "1",
    }


def test_check_proves_files_and_stores_nothing(shop: Path, recon: Recon) -> None:
    put(shop, "a.csv", GOOD + "2026-10-02,B,-2.50\n")
    done = recon("sources", "check")
    assert done.status == 0
    (row,) = rows(done.stdout)
    assert (row["lines"], row["entries"], row["recognised"], row["proof"]) == ("3", "2", "1", "ok")
    assert (row["credits"], row["debits"], row["net"]) == ("1.00", "2.50", "-1.50")
    assert not (shop / "store" / "entries").exists()


def test_check_lists_refused_rows(shop: Path, recon: Recon) -> None:
    put(shop, "a.csv", GOOD + "2026-10-02,B,x\n")
    done = recon("sources", "check", "--refused", "--format", "json")
    assert done.status == 3
    (row,) = json.loads(done.stdout)
    assert (row["line"], row["field"], row["value"], row["text"]) == (3, "amount", "x", "2026-10-02,B,x")
    assert "inbox/a.csv:3:amount:" in done.stderr


@pytest.mark.parametrize("reader", ["csv", "excel", "mt940"])
def test_schema(shop: Path, recon: Recon, reader: str) -> None:
    assert shop.is_dir()
    done = recon("sources", "schema", reader)
    assert json.loads(done.stdout)["$schema"].startswith("http://json-schema.org/draft-07/")


def test_tests_of_profiles_are_run_and_told_at_their_place(shop: Path, recon: Recon) -> None:
    assert "no profile here has tests" in recon("sources", "test").stderr
    path = shop / "configs" / "sources" / "till.yaml"
    rows = HEADER.strip() + "\n      2026-10-01,A,5"
    test = f"tests:\n  - name: one row\n    rows: |\n      {rows}\n    entries: [{{amount: 5}}]\n"
    path.write_text(path.read_text(encoding="utf-8") + test, encoding="utf-8")
    done = recon("sources", "test", "till")
    assert (done.status, rows_of(done.stdout)) == (0, [("till", "one row", "passed")])
    path.write_text(path.read_text(encoding="utf-8").replace("amount: 5", "amount: 6"), encoding="utf-8")
    done = recon("sources", "test")
    assert (done.status, rows_of(done.stdout)) == (2, [("till", "one row", "failed")])
    assert "configs/sources/till.yaml:" in done.stderr
    assert "entry 1, amount: expected 6, found 5" in done.stderr


def rows_of(text: str) -> list[tuple[str, ...]]:
    return [tuple(row.values()) for row in rows(text)]
