"""A performance report tells what partners asked and how they were answered, on its own sheet and on the page."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from recon.breaks.cases.case import Link, cases
from recon.breaks.cases.report import Timed, timed
from recon.breaks.cases.working import open_case, reply, resolve
from recon.errors import Place
from recon.outputs.partners.assemble import queries_of
from recon.outputs.partners.excel import partner_workbook
from recon.outputs.partners.html import partner_page
from recon.outputs.partners.report import PartnerReport, QueryLine
from recon.partners.registry.reading import FIRST, LAST, Row
from recon.partners.registry.registry import Registry
from recon.project.cases import CaseSettings
from recon.store.ledger import Ledger
from recon.store.people import Person

ADA = Person("ada", "ada")
SETTINGS = CaseSettings()
OCTOBER = date(2026, 10, 1), date(2026, 10, 31)


def partner(identity: str, name: str) -> Row:
    return Row("partners", {"partner": identity, "name": name, "kind": "agent"}, FIRST, LAST, Place("p.csv", 2))


@pytest.fixture
def held(tmp_path: Path) -> list[Timed]:
    """Four cases: resolved, answered, linked to a partner by another asker, and of nobody in the registry."""
    now = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)

    def clock() -> datetime:
        nonlocal now
        now += timedelta(minutes=30)
        return now

    ledger = Ledger.open(tmp_path / "ledger.db", clock)
    open_case(ledger, ADA, "AG-01", "where is 12.50?", [], owner="ben")
    open_case(ledger, ADA, "beacon books", "=why so little", [])
    open_case(ledger, ADA, "the bank", "who is this?", [Link("merchant", "AG-02")])
    open_case(ledger, ADA, "somebody else", "nothing of ours", [])
    reply(ledger, ADA, "1", "which day?", waits=True)
    reply(ledger, ADA, "1", "the 2nd", incoming=True)
    reply(ledger, ADA, "2", "tax was withheld")
    resolve(ledger, ADA, "1", SETTINGS, SETTINGS.causes[0], "paid on 6 October")
    return [timed(one, SETTINGS, datetime(2026, 11, 1, tzinfo=UTC)) for one in cases(ledger)]


@pytest.fixture
def queries(held: list[Timed]) -> list[QueryLine]:
    registry = Registry.of([partner("AG-01", "Ada"), partner("AG-02", "Beacon Books")])
    return queries_of(registry, held, "Africa/Lagos", *OCTOBER)


def test_queries_are_those_of_partners_with_their_answers(queries: list[QueryLine]) -> None:
    assert [(one.case, one.partner, one.answer, one.resolved) for one in queries] == [
        ("C-0001", "AG-01", "paid on 6 October", date(2026, 10, 5)),
        ("C-0002", "AG-02", "tax was withheld", None),
        ("C-0003", "AG-02", "", None),
    ]
    assert [one.cause for one in queries] == [SETTINGS.causes[0], "", ""]
    assert {one.opened for one in queries} == {date(2026, 10, 5)}


def test_a_query_counts_while_it_is_open(held: list[Timed]) -> None:
    registry = Registry.of([partner("AG-01", "Ada"), partner("AG-02", "Beacon Books")])
    later = queries_of(registry, held, "UTC", date(2026, 11, 1), date(2026, 11, 30))
    assert [one.case for one in later] == ["C-0002", "C-0003"]
    assert queries_of(registry, held, "UTC", date(2026, 9, 1), date(2026, 9, 30)) == []


def test_both_forms_tell_them_and_text_stays_text(queries: list[QueryLine]) -> None:
    report = PartnerReport(
        "acme", "2026-10", OCTOBER[1], "partner", "week", ["volume"], frozenset({"volume"}), [], [], [], [], [], queries
    )  # fmt: skip
    content = partner_workbook(report)
    assert content == partner_workbook(report)
    sheet = load_workbook(BytesIO(content))["Queries"]
    told = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5)]
    assert [row[0] for row in told] == ["C-0001", "C-0002", "C-0003"]
    assert (told[0][6], told[0][10]) == ("ben", "paid on 6 October")
    assert sheet["D6"].data_type == "s"
    assert sheet["D6"].value in {"=why so little", "'=why so little"}
    page = partner_page(report).decode("utf-8")
    assert "Queries and answers" in page
    assert "tax was withheld" in page
