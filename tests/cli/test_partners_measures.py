"""Figures of the agent network, compared with what plain Python makes of the story's own files."""

import contextlib
import csv
import io
import json
import shutil
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from recon.cli.app import run
from sample_data import play

JSON = ("--format", "json")
BOTH = ("--period", "2026-10-01..2026-11-30")


class Network:
    """The story with the files of both months taken in."""

    def __init__(self, folder: Path) -> None:
        self.folder = play.stage("agent_network", folder)
        play.deliver(self.folder, "2026-11")
        self.recon("run", "--period", "2026-11", "--fail-on", "none")

    def recon(self, *words: str, status: int = 0) -> str:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            ended = run(("--project", str(self.folder), *words))
        assert ended == status, (words, err.getvalue())
        return out.getvalue()

    def rows(self, *words: str) -> list[dict[str, Any]]:
        return list(json.loads(self.recon(*words, *JSON)))

    def table(self, name: str) -> list[dict[str, str]]:
        path = self.folder / "configs" / "partners" / "registry" / f"{name}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def book(self) -> Iterator[tuple[str, date, dict[str, str]]]:
        """Every line of the book with the agent who held its terminal."""
        holdings = self.table("holdings")
        for path in sorted((self.folder / "data").glob("*/book_*.csv")):
            with path.open(encoding="utf-8", newline="") as file:
                for line in csv.DictReader(file):
                    day = date.fromisoformat(line["at"][:10])
                    yield held_by(holdings, line["terminal"], day), day, line


def held_by(holdings: Sequence[dict[str, str]], thing: str, day: date) -> str:
    return next(
        row["partner"]
        for row in holdings
        if row["thing"] == thing and row["from"] <= day.isoformat() <= (row["until"] or "9999-12-31")
    )


@pytest.fixture(scope="session")
def network(tmp_path_factory: pytest.TempPathFactory) -> Network:
    return Network(tmp_path_factory.mktemp("network") / "agents")


@pytest.fixture
def own(network: Network, tmp_path: Path) -> Network:
    """A copy to change."""
    copy = object.__new__(Network)
    copy.folder = tmp_path / "agents"
    shutil.copytree(network.folder, copy.folder)
    return copy


def test_sums_by_agent_and_month_are_those_of_the_files(network: Network) -> None:
    expected: dict[tuple[str, str], dict[str, Any]] = {}
    for agent, day, line in network.book():
        own = expected.setdefault(
            (f"{day:%Y-%m}", agent), {"volume": Decimal(0), "count": 0, "days": set(), "bills": 0}
        )
        own["volume"] += Decimal(line["value"])
        own["count"] += line["kind"] == "SALE"
        own["bills"] += line["product"] == "bill"
        own["days"].add(day)
    found = {
        (row["month"], row["partner"]): {
            "volume": Decimal(row["volume"]), "count": row["count"], "days": row["active_days"], "bills": row["bills"],
        }
        for row in network.rows("partners", "kpi", *BOTH)
        if row["currency"]
    }  # fmt: skip
    assert found == {key: own | {"days": len(own["days"])} for key, own in expected.items()}


def test_what_a_corrected_file_took_back_counts_no_more(own: Network) -> None:
    """A line is corrected to 4,000 more: it counted as it was and as it is."""

    def volume() -> Decimal:
        rows = own.rows("partners", "kpi", "--period", "2026-11", "--by", "all")
        return sum((Decimal(row["volume"]) for row in rows), Decimal(0))

    before = volume()
    book = max((own.folder / "data").glob("2026-11/book_*.csv"))
    lines = book.read_text(encoding="utf-8").splitlines()
    place = lines[0].split(",").index("value")
    cells = lines[1].split(",")
    cells[place] = str(Decimal(cells[place]) + 4000)
    book.write_text("\n".join([lines[0], ",".join(cells), *lines[2:], ""]), encoding="utf-8")
    own.recon("run", "--period", "2026-11", "--fail-on", "none")
    assert volume() == before + 4000


def test_groups_follow_who_stood_where_on_the_day(network: Network) -> None:
    """Money of groups adds up to the money of all, whatever moved in between."""
    whole = sum(Decimal(row["volume"]) for row in network.rows("partners", "kpi", *BOTH, "--by", "all"))
    for by in ("aggregator", "product"):
        rows = network.rows("partners", "kpi", *BOTH, "--by", by)
        assert sum(Decimal(row["volume"]) for row in rows) == whole, by
    moved = {row["aggregator"]: Decimal(row["volume"]) for row in network.rows(
        "partners", "kpi", "--period", "2026-10", "--by", "aggregator")}  # fmt: skip
    hierarchy = [row for row in network.table("hierarchy") if row["who"] == "AG-05"]
    assert [row["above"] for row in hierarchy] == ["AGG-BAOBAB", "AGG-PALM"]
    palm = sum(
        (Decimal(line["value"]) for agent, day, line in network.book() if day.month == 10 and (
            agent in {"AG-01", "AG-02", "AG-03", "AG-04"} or (agent == "AG-05" and day >= date(2026, 10, 19)))),
        Decimal(0),
    )  # fmt: skip
    assert moved["AGG-PALM"] == palm
    vacant = network.rows("partners", "kpi", "--period", "2026-11", "--by", "coordinator")
    assert sum(Decimal(row["volume"]) for row in vacant) < sum(
        Decimal(row["volume"]) for row in network.rows("partners", "kpi", "--period", "2026-11", "--by", "all")
    )


def test_weeks_contacts_and_issues_by_coordinator(network: Network) -> None:
    found = network.rows("partners", "kpi", *BOTH, "--by", "owner", "--each", "week")
    weeks = {row["week"] for row in found}
    assert weeks == {f"2026-W{number}" for number in range(40, 49)}
    owners, contacts = network.table("owners"), network.table("contacts")
    for row in found:
        sunday = date.fromisocalendar(2026, int(row["week"][-2:]), 7)
        mine = {
            one["partner"]
            for one in owners
            if one["owner"] == row["owner"] and one["partner"].startswith("AG-")
            and one["from"] <= sunday.isoformat() <= (one["until"] or "9")
        }  # fmt: skip
        spoken = {
            one["partner"]
            for one in contacts
            if sunday - timedelta(days=6) <= date.fromisoformat(one["day"]) <= sunday
        }
        expected = None if not mine else Decimal(100 * len(mine & spoken)) / len(mine)
        shown = row["coverage_percent"]
        assert (shown is None) == (expected is None), row
        assert expected is None or abs(Decimal(shown) - expected) < Decimal("0.01"), row
    issues = network.table("issues")
    whole = network.rows("partners", "kpi", *BOTH, "--by", "all", "--each", "period")
    assert whole[0]["opened"] == len(issues)
    assert whole[0]["resolved"] == sum("" < one["resolved"] <= "2026-11-30" for one in issues)
    assert whole[0]["still_open"] == sum(not "" < one["resolved"] <= "2026-11-30" for one in issues)


def test_targets_retention_and_who_came(network: Network) -> None:
    rows = {(row["month"], row["partner"]): row for row in network.rows("partners", "kpi", *BOTH)}
    november = rows["2026-11", "AG-07"]
    assert november["target"] == "650000.00"
    attained = 100 * Decimal(november["volume"]) / 650000
    assert abs(Decimal(november["attained_percent"]) - attained) < Decimal("0.01")
    assert (rows["2026-10", "AG-07"]["activated"], november["activated"], november["retention_percent"]) == (
        1,
        0,
        "100.00",
    )
    week = network.rows(
        "partners", "kpi", "--period", "2026-10-05..2026-10-11", "--each", "week", "--figure", "target"
    )
    assert Decimal(week[0]["target"]) == (Decimal(650000) * 7 / 31).quantize(Decimal("0.01"), "ROUND_DOWN")


def test_figures_are_facts_that_payouts_read(network: Network) -> None:
    from recon.payouts.periods.known_facts import read_facts

    path = network.folder / "figures.csv"
    network.recon("partners", "figures", "--period", "2026-10", "--by", "aggregator", "--figure", "volume",
                  "--figure", "coverage_percent", "--output", str(path))  # fmt: skip
    facts = read_facts(path, "figures.csv")
    assert {(one.payee, one.name) for one in facts} == {
        (who, name)
        for who in ("AGG-BAOBAB", "AGG-IROKO", "AGG-PALM")
        for name in ("volume", "coverage_percent")
    }
    assert {(one.first, one.last) for one in facts} == {(date(2026, 10, 1), date(2026, 10, 31))}


def test_a_scorecard_has_before_and_peers(network: Network) -> None:
    lines = {
        row["figure"]: row for row in network.rows("partners", "scorecard", "AG-07", "--period", "2026-11")
    }
    volumes = {
        row["partner"]: Decimal(row["volume"]) for row in network.rows("partners", "kpi", "--period", "2026-11")
    }
    assert Decimal(lines["volume"]["now"]) == volumes["AG-07"]
    assert Decimal(lines["volume"]["peers"]) == sorted(volumes[name] for name in ("AG-05", "AG-06", "AG-08"))[1]
    before = Decimal(lines["volume"]["before"])
    change = 100 * (volumes["AG-07"] - before) / before
    assert abs(Decimal(lines["volume"]["change_percent"]) - change) < Decimal("0.01")
    people = network.rows("partners", "scorecard", "SC-01", "--period", "2026-11")
    assert {row["figure"] for row in people} >= {"volume", "coverage percent", "still open"}


def test_what_is_unknown_is_refused(network: Network) -> None:
    network.recon("partners", "kpi", *BOTH, "--by", "coordinatr", status=2)
    network.recon("partners", "kpi", *BOTH, "--figure", "volum", status=2)
    network.recon("partners", "scorecard", "AG-99", "--period", "2026-11", status=2)


def test_a_promotion_counts_once_a_second_person_approves(own: Network) -> None:
    (move,) = own.rows("partners", "rate", "--period", "2026-10")
    assert (move["partner"], move["before"], move["after"]) == ("AGG-IROKO", "one star", "two stars")
    assert move["met"] == [
        "network_terminals is 5, needs 5", "network_volume is 1550000, needs 1500000",
    ]  # fmt: skip
    propose = ("partners", "rate", "--period", "2026-10", "--propose", "--reason", "review", "--by", "n.eze")
    own.recon(*propose)
    own.recon(*propose, status=2)
    (waiting,) = own.rows("partners", "ratings")
    assert (waiting["state"], waiting["holds"]) == ("pending", "")
    before = own.rows("payouts", "ladders", "--period", "2026-11")
    assert {row["payee"]: row["before"] for row in before}["AGG-IROKO"] == "two stars"
    number = str(waiting["number"])
    own.recon("partners", "approve", number, "--by", "n.eze", status=4)
    own.recon("partners", "approve", number, "--by", "f.bello")
    (rated,) = own.rows("partners", "ratings", "AGG-IROKO")
    assert (rated["state"], rated["holds"], rated["by"], rated["approved_by"]) == (
        "approved", "from 2026-11-01", "n.eze", "f.bello",
    )  # fmt: skip
    assert [row["partner"] for row in own.rows("partners", "rate", "--period", "2026-10")] == ["AGG-IROKO"]


def test_an_approved_level_is_paid_whatever_the_figures_say(own: Network) -> None:
    from recon.partners.ratings import Recommendation, levels_held, propose_ratings
    from recon.project.workspace import open_project
    from recon.store.four_eyes import approve
    from recon.store.people import acting
    from recon.store.store import Store

    project = open_project(own.folder)
    store = Store.open(project)

    def people(name: str) -> Any:
        return acting(project.settings, name)

    for day, level in ((date(2026, 10, 1), "three stars"), (date(2026, 11, 1), "one star")):
        move = Recommendation("stars", "AGG-BAOBAB", "two stars", level, day, "agreed")
        (asked,) = propose_ratings(store, people("n.eze"), [move], "by contract")
        approve(store.ledger, people("f.bello"), [asked.number])
    assert list(levels_held(store)) == [
        ("AGG-BAOBAB", "stars", "three stars", date(2026, 10, 1), date(2026, 10, 31)),
        ("AGG-BAOBAB", "stars", "one star", date(2026, 11, 1), date.max),
    ]
    calculate = ("payouts", "calculate", "--plan", "aggregator_stars", "--period")
    paid = {row["payee"]: Decimal(row["earned"]) for row in own.rows(*calculate, "2026-10")}
    assert paid["AGG-BAOBAB"] == Decimal(1600000) * 2 / 10000
    assert "AGG-BAOBAB" not in {
        row["payee"] for row in own.rows(*calculate, "2026-11") if Decimal(row["earned"])
    }


MONITORS = """monitors:
  - {name: many in an hour, kind: velocity, window: hour, at_least: 12, hold: payout, owner: n.eze, severity: high}
  - {name: reversals, kind: reversals, percent: 3, at_least: 2, window: period, hold: entries}
"""


def test_an_alert_holds_a_payout_until_two_people_let_it_go(own: Network) -> None:
    (own.folder / "configs" / "partners" / "monitors.yaml").write_text(MONITORS, "utf-8")
    monitor = ("partners", "monitor", "--period", "2026-10", "--record", "--by", "cron")
    raised = own.rows(*monitor)
    assert {(row["monitor"], row["partner"]) for row in raised} == {("many in an hour", "AG-01")}
    own.recon(*monitor)
    kept = own.rows("partners", "alerts", "--state", "open")
    assert [row["alert"] for row in kept] == [row["alert"] for row in raised]
    own.recon("partners", "alerts", "--state", "opened", status=2)
    entries = own.rows("partners", "alert", kept[0]["alert"])
    assert len(entries) == kept[0]["entries"] == 12
    assert {row["place"].partition(":")[0] for row in entries} == {"data/2026-10/book_2026-10.csv"}
    calculate = ("payouts", "calculate", "--period", "2026-10", "--plan", "agent_commission")

    def held() -> dict[str, Any]:
        (row,) = (row for row in own.rows(*calculate) if row["payee"] == "AG-01")
        return row

    before = held()
    assert Decimal(before["held"]) == -Decimal(before["earned"]) != 0
    names = [row["alert"] for row in kept]
    dispose = ("partners", "dispose", *names, "--reason", "market day", "--as")
    own.recon(*dispose, "nonsense", status=2)
    own.recon(*dispose, "false_alarm", "--by", "n.eze")
    own.recon(*dispose, "false_alarm", "--by", "n.eze", status=2)
    (waiting,) = own.rows("partners", "pending")
    own.recon("partners", "approve", str(waiting["number"]), "--by", "n.eze", status=4)
    own.recon("partners", "approve", str(waiting["number"]), "--by", "f.bello")
    assert Decimal(held()["held"]) > Decimal(before["held"])
    assert {row["state"] for row in own.rows("partners", "alerts")} == {"false_alarm"}


def test_an_alert_on_entries_holds_what_rests_on_them(own: Network) -> None:
    (own.folder / "configs" / "partners" / "monitors.yaml").write_text(MONITORS, "utf-8")
    own.recon("partners", "monitor", "--period", "2026-11", "--record")
    alerts = own.rows("partners", "alerts")
    (reversals,) = (row for row in alerts if row["monitor"] == "reversals")
    facts = (own.folder / "store").exists() and own.rows("partners", "alert", reversals["alert"])
    assert isinstance(facts, list)
    assert len(facts) == 2
    from recon.payouts.desk.registry import registry_known
    from recon.project.workspace import open_project
    from recon.store.store import Store

    project = open_project(own.folder)
    flags = {one.value for one in registry_known(project, Store.open(project)) if one.what == "flag"}
    assert flags == {row["entry"] for row in facts}
    own.recon(
        "partners", "dispose", *(row["alert"] for row in alerts), "--as", "confirmed", "--reason", "admitted"
    )
    assert {row["state"] for row in own.rows("partners", "alerts")} == {"confirmed"}
    assert {row["hold"] for row in own.rows("partners", "alerts")} == {"payout", "entries"}


def test_a_payout_is_not_approved_once_an_alert_holds_it(own: Network) -> None:
    month = ("--period", "2026-10", "--plan", "agent_commission")
    own.recon("payouts", "run", *month, "--by", "cron")
    own.recon("payouts", "review", "agent_commission-2026-10", "--by", "r.adeyemi")
    (own.folder / "configs" / "partners" / "monitors.yaml").write_text(MONITORS, "utf-8")
    own.recon("partners", "monitor", "--period", "2026-10", "--record")
    own.recon("payouts", "approve", "agent_commission-2026-10", "--by", "h.okon", status=2)


def test_the_page_on_partners_can_be_followed(own: Network) -> None:
    from tests.cli.test_readme import walk

    walk("docs/partners.md", own.folder)


def test_the_page_names_every_table_and_column() -> None:
    from docs.press.stage import ROOT
    from recon.partners.registry.tables import TABLES

    page = (ROOT / "docs" / "partners.md").read_text("utf-8")
    for name, table in TABLES.items():
        columns = ", ".join(f"**{one.name}**" if one.needed else one.name for one in table.columns)
        assert f"| `{name}`: {table.says} | {columns} |" in page


def test_a_report_says_what_the_figures_say_and_is_the_same_twice(own: Network, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    own.recon("partners", "monitor", "--period", "2026-11", "--record")
    report = ("partners", "report", "--period", "2026-11", "--by", "region", "--folder")
    files = own.rows(*report, str(tmp_path / "one"))
    own.recon(*report, str(tmp_path / "two"))
    names = sorted(Path(row["file"]).name for row in files)
    assert names == ["2026-11_by_region_week.html", "2026-11_by_region_week.xlsx"]
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
        assert (tmp_path / "one" / name).stat().st_mode & 0o777 == 0o600
    book = load_workbook(tmp_path / "one" / names[1])
    assert book.sheetnames == ["Overview", "By week", "Declines", "Queries", "Issues", "Alerts"]
    assert [sheet.freeze_panes for sheet in book] == ["B4", "B4", "B5", "B5", "B5", "B5"]
    assert [len(book[name]._charts) for name in book.sheetnames] == [1, 1, 0, 0, 0, 0]
    figures = {
        row["region"]: row for row in own.rows("partners", "kpi", "--period", "2026-11", "--by", "region")
    }
    lines = list(book["Overview"].iter_rows(values_only=True))
    start = next(number for number, line in enumerate(lines) if line[0] == "Region")
    head = [str(cell).lower().replace(" ", "_") for cell in lines[start]]
    for line in lines[start + 1 :]:
        told = dict(zip(head, line, strict=True))
        shown = figures[str(told["region"])]
        for name in ("volume", "count", "active", "attained_percent", "still_open"):
            assert Decimal(str(told[name])) == Decimal(str(shown[name])), name
    page = (tmp_path / "one" / names[0]).read_text("utf-8")
    assert "<script" not in page
    assert all(f">{money(row['volume'])}</td>" in page for row in figures.values())
    assert "2 reversals beside" in page


def money(text: str) -> str:
    return f"{Decimal(text):,.2f}"
