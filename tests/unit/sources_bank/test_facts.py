"""Facts of statement files, and which reader recognises which content."""

import json
from decimal import Decimal
from pathlib import Path
from zipfile import ZipFile

import pytest

from recon.errors import InputRefused
from recon.sources.facts import BANK_FORMATS, facts
from recon.sources.registry import FORMATS, fits
from tests.properties import test_bank_readers as samples


@pytest.mark.parametrize("name", sorted(samples.SAMPLES))
def test_content_tells_the_format_whatever_the_name(name: str, tmp_path: Path) -> None:
    for text in samples.SAMPLES[name]:
        found = fits(text.encode(), tmp_path / "export.csv")
        assert found[0][0] == name


def test_every_bank_format_that_is_registered_has_facts() -> None:
    assert set(BANK_FORMATS) == set(FORMATS)


def test_facts_of_a_statement(tmp_path: Path) -> None:
    path = tmp_path / "any.name"
    path.write_text(samples.MT940, encoding="utf-8")
    found = facts(path)
    assert (found.format, found.n_statements, found.n_transactions) == ("mt940", 1, 3)
    assert found.sum_credits == {"EUR": Decimal("31.25")}
    assert found.sum_debits == {"EUR": Decimal("5.5")}
    assert (found.opening, found.closing, found.control_ok) == ((Decimal(100),), (Decimal("125.75"),), None)


def test_an_interim_report_is_mt942_and_its_totals_tie(tmp_path: Path) -> None:
    path = tmp_path / "interim"
    path.write_text(samples.MT942, encoding="utf-8")
    assert (facts(path).format, facts(path).control_ok) == ("mt942", True)


def test_a_currency_that_is_not_said_is_blank(tmp_path: Path) -> None:
    path = tmp_path / "any"
    path.write_text("!Type:Bank\nD1/31/95\nT-5.00\n^\n", encoding="utf-8")
    found = facts(path)
    assert (found.sum_debits, found.currency) == ({"": Decimal(5)}, ())


@pytest.mark.parametrize(("curdef", "currency"), [("<CURDEF>CAD", ("CAD",)), ("", ())])
def test_the_currencies_of_an_ofx_file_are_those_of_its_statements(
    curdef: str, currency: tuple[str, ...], tmp_path: Path
) -> None:
    path = tmp_path / "any"
    row = "<STMTTRN><TRNTYPE>OTHER<DTPOSTED>20260105<TRNAMT>5.00<FITID>1<CURRENCY><CURSYM>USD</CURRENCY></STMTTRN>"
    path.write_text(
        f"OFXHEADER:100\n\n<OFX><STMTRS>{curdef}<BANKTRANLIST>{row}</BANKTRANLIST></STMTRS></OFX>\n"
    )
    found = facts(path)
    assert (found.sum_credits, found.currency) == ({"USD": Decimal(5)}, currency)


def test_the_files_of_an_archive_are_counted_together(tmp_path: Path) -> None:
    path = tmp_path / "two.zip"
    with ZipFile(path, "w") as archive:
        archive.writestr("b.sta", samples.MT940)
        archive.writestr("a.csv", "Date,Text,Amount (USD)\n2026-10-13,Deposit,5.00\n2026-10-14,Fee,-1.00\n")
    found, one = facts(path), facts(tmp_path / "two.zip!b.sta")
    assert (found.format, found.n_statements, found.n_transactions) == ("csv;mt940", 2, 5)
    assert found.sum_credits == {**one.sum_credits, "USD": Decimal(5)}
    assert (found.opening, found.closing, found.currency) == (one.opening, one.closing, ("EUR", "USD"))
    assert found.profile == "draft"


def test_refused_rows_refuse_the_facts_and_are_all_named(tmp_path: Path) -> None:
    path = tmp_path / "any"
    path.write_text(samples.MT940.replace("0102CR30,00", "0102CRx").replace("DR5,50", "DRy"), encoding="utf-8")
    with pytest.raises(InputRefused) as caught:
        facts(path)
    assert [problem.place.line for problem in caught.value.problems if problem.place] == [5, 7]


def test_what_is_no_statement_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("nothing here\nlooks like money\n", encoding="utf-8")
    with pytest.raises(InputRefused, match="this is no statement file"):
        facts(path)


def test_the_command_prints_json(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    from recon.cli.app import run

    path = tmp_path / "any"
    path.write_text(samples.CAMT, encoding="utf-8")
    assert run(("sources", "facts", str(path), "--format", "json")) == 0
    assert json.loads(capfd.readouterr().out)["sum_credits"] == {"EUR": "10.00"}


def test_the_command_lists_facts(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    from recon.cli.app import run

    path = tmp_path / "any"
    path.write_text(samples.MT940, encoding="utf-8")
    assert run(("sources", "facts", str(path), "--format", "csv")) == 0
    lines = capfd.readouterr().out.splitlines()
    assert "sum_credits,EUR:31.25" in lines
    assert "closing,125.75" in lines


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("name", sorted(samples.SAMPLES))
def test_unicode_and_line_ends_of_any_kind_change_nothing(
    name: str, end: str, encoding: str, tmp_path: Path
) -> None:
    text = samples.SAMPLES[name][0]
    plain, other = tmp_path / "plain", tmp_path / "other"
    plain.write_text(text, encoding="utf-8")
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    other.write_bytes((mark + text.replace("\n", end)).encode(encoding))
    assert facts(other) == facts(plain)


@pytest.mark.parametrize("encoding", ["cp1251", "cp866", "koi8-r", "iso8859-5", "mac-cyrillic"])
def test_a_1c_file_is_read_in_each_russian_encoding(encoding: str, tmp_path: Path) -> None:
    plain, other = tmp_path / "plain", tmp_path / "other"
    plain.write_text(samples.ONEC, encoding="utf-8")
    other.write_bytes(samples.ONEC.encode(encoding))
    assert facts(other) == facts(plain)


def test_an_ofx_file_in_small_letters_says_the_same(tmp_path: Path) -> None:
    plain, other = tmp_path / "plain", tmp_path / "other"
    plain.write_text(samples.OFX, encoding="utf-8")
    other.write_text(samples.OFX.lower().replace("ofxheader", "OFXHEADER"), encoding="utf-8")
    assert facts(other) == facts(plain)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "the file is empty"),
        ("\n \n", "the file is empty"),
        ("%PDF-1.7\n", "a PDF document"),
        ("<html><table><tr><td>2026-10-01</td></tr></table></html>", "a page in HTML"),
        ('<?xml version="1.0"?>\n<Workbook xmlns="urn:x"/>', "a workbook in XML"),
        ('{"transactions": []}', "a JSON document"),
        ("00100000         2123456789012300", "a statement in the format CNAB"),
        ("01BGMAX               0120260115173035010331P", "a statement in the format BgMax"),
        ("#FLAGGA 0\n#FORMAT PC8\n", "bookkeeping entries"),
        ("101 123456789 9876543212601150900A094101", "an ACH file"),
        (
            '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"/>',
            "an answer to payments|pain.002",
        ),
        ('<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.060.001.03"/>', "of another kind"),
    ],
)
def test_another_kind_of_file_is_told_by_its_name(content: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "bank.xls"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputRefused, match=said) as refused:
        facts(path)
    assert all(problem.hint for problem in refused.value.problems)
