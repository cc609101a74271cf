"""The story of the channel desk, played as a user plays it: settlements, claims, margin and breaks to the cent."""

import contextlib
import csv
import io
import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from recon.cli.app import run
from recon.payouts.steps import STEPS
from sample_data import generate, play
from tests.cli.test_readme import walk

ROOT = Path(play.__file__).parent / "channel_ops"
FIRST, SECOND = "2026-10-01..2026-10-15", "2026-10-16..2026-10-31"
MONTH = ("--period", "2026-10")
TRADE = ("channel", "product", "card")


class Played:
    """The story played to its end, in brief, and a way to ask it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        told = io.StringIO()
        with contextlib.redirect_stdout(told):
            assert play.main(["channel_ops", str(folder), "--brief"]) == 0
        self.told = told.getvalue()

    def ask(self, *words: str) -> list[dict[str, Any]]:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = run(("--project", str(self.folder), *words, "--format", "json"))
        assert status == 0, (words, err.getvalue())
        return [dict(row) for row in json.loads(out.getvalue())]

    def refused(self, *words: str) -> str:
        err = io.StringIO()
        with contextlib.redirect_stderr(err), contextlib.redirect_stdout(io.StringIO()):
            assert run(("--project", str(self.folder), *words)) == 2
        return err.getvalue()


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    return Played(tmp_path_factory.mktemp("stories") / "channel_ops")


@pytest.fixture(scope="module")
def findings() -> dict[str, Any]:
    return dict(json.loads((ROOT / "expected" / "findings.json").read_text(encoding="utf-8")))


def expected(name: str) -> list[dict[str, str]]:
    with (ROOT / "expected" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.slow
def test_every_merchant_and_funder_is_settled_to_the_cent(played: Played) -> None:
    found = {}
    for row in played.ask("payouts", "list"):
        payout, plan = row["payout"], row["plan"].partition("@")[0]
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            run(("--project", str(played.folder), "payouts", "show", payout, "--format", "json"))
        for one in json.loads(out.getvalue())["payouts"]:
            if any(Decimal(one[step]) for step in STEPS):
                found[row["period"], plan, one["payee"]] = {step: one[step] for step in (*STEPS, "net")}
    wanted = {
        (row["period"], row["plan"], row["payee"]): {step: row[step] for step in (*STEPS, "net")}
        for row in expected("payouts.csv")
    }
    assert found == wanted


@pytest.mark.slow
def test_the_margin_is_exact_by_group_and_in_all(played: Played) -> None:
    groups = [word for name in TRADE for word in ("--by", name)]
    found = played.ask("channels", "margin", *MONTH, *groups)
    shown = [{name: str(value) for name, value in row.items()} for row in found]
    assert sorted(shown, key=str) == sorted(expected("margin.csv"), key=str)
    whole: Counter[str] = Counter()
    for row in played.ask("channels", "margin", *MONTH, "--by", "merchant", "--by", "week"):
        whole[row["currency"]] += Decimal(row["margin"])  # type: ignore[assignment]  # a counter of decimals
    assert whole == {
        code: sum(Decimal(row["margin"]) for row in expected("margin.csv") if row["currency"] == code)
        for code in ("CNY", "USD")
    }
    assert "no group chanel" in played.refused("channels", "margin", *MONTH, "--by", "chanel")


@pytest.mark.slow
def test_what_is_wrong_is_found_with_its_money(played: Played, findings: dict[str, Any]) -> None:
    wrong = {
        (row["source"], row["kind"]): (row["count"], row["amount"])
        for row in played.ask("channels", "bills", *MONTH, "--wrong")
    }
    over = findings["overcharged"]
    assert wrong["ledger", "fee_overcharge"] == (over["entries"], over["amount"])
    assert wrong["alipay", "amount_mismatch"] == (1, findings["short remittance"])
    assert (wrong["alipay", "duplicate"][0], wrong["ledger", "missing_in_processor"][0]) == (1, 1)
    breaks = {
        row["kind"]: row["reference"]
        for row in played.ask("breaks", "list")
        if row["kind"] in {"duplicate", "missing_in_processor"}
    }
    assert breaks == {
        "duplicate": findings["twice on the bill"][0],
        "missing_in_processor": findings["missing on the bill"][0],
    }
    bills = {row["channel"]: row for row in played.ask("channels", "bills", *MONTH)}
    assert {name: row["lines"] - row["matched"] for name, row in bills.items()} == {
        "wechat": 0,
        "alipay": 1,
        "unionpay": 0,
        "cards": 0,
    }
    assert all(
        Decimal(row["net"]) == Decimal(row["remitted"]) + Decimal(row["outstanding"]) for row in bills.values()
    )


@pytest.mark.slow
def test_campaigns_are_shared_up_to_their_budget(played: Played, findings: dict[str, Any]) -> None:
    found = {row["campaign"]: row for row in played.ask("channels", "campaigns", *MONTH)}
    golden, autumn = found["GOLDEN-WEEK"], found["AUTUMN-BACK"]
    said = findings["GOLDEN-WEEK"]
    assert (golden["discounts"], golden["budget"], golden["over"], golden["claimed"]) == tuple(said.values())
    assert (autumn["discounts"], autumn["claimed"]) == tuple(findings["AUTUMN-BACK"].values())
    for row in found.values():
        assert Decimal(row["ours"]) == Decimal(row["given"]) - Decimal(row["claimed"])
    claims = [(row["payee"], row["what"], row["amount"]) for row in played.ask("channels", "claims", *MONTH)]
    assert ("Dragon Cola", "approved", said["brand"]) in claims
    answered = played.ask("payouts", "inquire", "Dragon Cola")
    assert [(row["what"], row["amount"]) for row in answered] == [
        ("earned", said["brand"]),
        ("owed to us", said["brand"]),
    ]
    assert sum(Decimal(amount) for payee, _, amount in claims if payee == "Alipay") == Decimal(
        autumn["claimed"]
    )
    effects = {(row["campaign"], row["payments"]): row for row in played.ask("channels", "effect", *MONTH)}
    part, rest = effects["GOLDEN-WEEK", "with"], effects["GOLDEN-WEEK", "without"]
    assert (part["count"], part["discounts"], rest["discounts"]) == (
        golden["entries"],
        golden["discounts"],
        "0.00",
    )
    assert part["count"] + rest["count"] == sum(
        row["kind"] == "SALE" and row["merchant"] in {"M-01", "M-03"} for row in _ledger(played.folder, FIRST)
    )


@pytest.mark.slow
def test_what_a_merchant_is_owed_is_said_and_explained_to_the_line(played: Played) -> None:
    owed = played.ask("channels", "settlements", *MONTH)
    journal = [
        row for period in (FIRST, SECOND) for row in played.ask("payouts", "journal", "--period", period)
    ]
    for currency in ("CNY", "USD"):
        for what, account in (("waiting", "Merchant funds not yet due"), ("reserve", "Merchant reserve")):
            booked = sum(
                Decimal(row["amount"]) * (1 if row["side"] == "credit" else -1)
                for row in journal
                if row["account"] == account and row["currency"] == currency
            )
            assert booked == sum(
                Decimal(row["amount"]) for row in owed if (row["what"], row["currency"]) == (what, currency)
            )
    assert {row["payee"] for row in owed if row["what"] == "held"} == {"M-06"}
    assert {row["day"] for row in owed if row["what"] == "waiting"} == {"2026-11-02", "2026-11-03"}
    lines = played.ask("payouts", "explain", "M-07", "--period", SECOND)
    fees = [row for row in lines if row["component"] == "chargeback fee" and row["kind"] == "rate"]
    assert [row["amount"] for row in fees] == ["-25.00"]
    places = {row["place"] for row in lines if row["kind"] == "entry"}
    assert all(place.startswith(f"data/{SECOND}/ledger_2026-10-16.csv:") for place in places)
    assert places
    assert "say nothing of M-99" in played.refused("channels", "settlements", *MONTH, "--merchant", "M-99")
    assert "nothing to settle is stored" in played.refused("channels", "settlements", "--period", "2026-09")


@pytest.mark.slow
def test_the_workbook_says_the_same_and_is_the_same_again(played: Played, tmp_path: Path) -> None:
    written = sorted((played.folder / "reports" / "channels").glob("*.xlsx"))
    assert [path.name for path in written] == ["channels_2026-10.xlsx"]
    played.ask("channels", "report", *MONTH, "--folder", str(tmp_path))
    assert (tmp_path / "channels_2026-10.xlsx").read_bytes() == written[0].read_bytes()
    book = openpyxl.load_workbook(written[0], data_only=True)
    assert book.sheetnames == [
        "Bills", "Differences", "Settlements", "Campaigns", "Effect", "Claims", "Margin", "Margin by merchant",
    ]  # fmt: skip
    sheet = book["Margin"]
    heads = [cell.value for cell in sheet[4]]
    totals = {
        row[heads.index("Currency")].value: row[heads.index("Margin")].value
        for row in sheet
        if str(row[0].value).startswith("Total ")
    }
    for currency, amount in totals.items():
        rows = [Decimal(row["margin"]) for row in expected("margin.csv") if row["currency"] == currency]
        assert Decimal(str(amount)) == sum(rows)
    assert set(totals) == {"CNY", "USD"}


@pytest.mark.slow
def test_the_brief_play_says_what_it_came_to(played: Played, findings: dict[str, Any]) -> None:
    assert f"wrong     fee_overcharge on ledger: {findings['overcharged']['entries']}, 6.73 CNY" in played.told
    assert "claim     Dragon Cola owes 20.00 CNY" in played.told
    assert "workbook  reports/channels/channels_2026-10.xlsx" in played.told
    assert played.ask("partners", "alerts")[0]["partner"] == "M-06"
    pages = {
        path.name: path.read_text(encoding="utf-8")
        for path in (played.folder / "reports" / "statements" / SECOND).iterdir()
    }
    assert "Owed to us" in pages["Alipay.html"]
    assert "Net payout" in pages["M-05.html"]


def test_files_at_hand_are_the_generators() -> None:
    assert generate.differences(ROOT, generate.STORIES["channel_ops"]()) == []


def _ledger(folder: Path, period: str) -> list[dict[str, str]]:
    (path,) = (folder / "data" / period).glob("ledger_*.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.slow
def test_the_page_on_channels_can_be_followed(played: Played) -> None:
    walk("docs/channels.md", played.folder)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("channels bills", "no channel has a bill of 2031-01"),
        ("channels bills --wrong", "no break of bills is open in 2031-01"),
        ("channels margin", "no entry of 2031-01 was matched with a bill"),
        ("channels campaigns", "no campaign has anything of 2031-01"),
        ("channels effect", "no campaign has anything of 2031-01"),
        ("channels report", "nothing is known of 2031-01: every sheet of the workbook is empty"),
        ("payouts ladders", "nobody is on a ladder of the plans in force in 2031-01"),
        ("payouts list", "no payout of 2031-01 is stored"),
    ],
)
def test_an_empty_answer_says_so(played: Played, words: str, says: str) -> None:
    err = io.StringIO()
    with contextlib.redirect_stderr(err), contextlib.redirect_stdout(io.StringIO()):
        assert run(("--project", str(played.folder), *words.split(), "--period", "2031-01")) == 0
    assert err.getvalue() == f"{says}\n"
