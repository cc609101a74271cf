"""The workbook: live totals that carry their value, text that stays text, the same bytes for the same run."""

import hashlib
import re
import stat
import time
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from recon.errors import ControlFailed
from recon.outputs.assemble import assemble
from recon.outputs.excel.limits import MOST_BREAKS, fits
from recon.outputs.excel.workbook import write_workbook
from recon.outputs.report import RunReport
from tests.unit.outputs.builder import RunBuilder
from tests.unit.outputs.formulas import Evaluator
from tests.unit.outputs.story import month

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")

SHEETS = [
    "About", "Summary", "Statement 1", "Statement 2", "Balances", "Ageing", "Performance", "Breaks", "Matches",
    "Checks", "Sign-off",
]  # fmt: skip


def written(run: RunBuilder, folder: Path, most_rows: int = MOST_BREAKS) -> Path:
    run.write(folder)
    return write_workbook(assemble(folder), folder, folder.parent / f"{folder.name}.xlsx", most_rows=most_rows)


def rows_of(book: openpyxl.Workbook, sheet: str) -> list[dict[str, object]]:
    head, *rows = book[sheet].iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


def test_sheets_in_reading_order_none_hidden_no_merged_cells(workbook: openpyxl.Workbook) -> None:
    assert workbook.sheetnames == SHEETS
    for sheet in workbook.worksheets:
        assert sheet.sheet_state == "visible"
        assert not sheet.merged_cells.ranges
        assert sheet.page_setup.orientation == "landscape"
        assert int(sheet.page_setup.paperSize) == 9
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (None, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage


def test_every_formula_has_the_value_that_its_constants_give(
    workbook: openpyxl.Workbook, values: openpyxl.Workbook
) -> None:
    evaluator = Evaluator(workbook)
    seen = 0
    for sheet, cell, formula in evaluator.formulas():
        cached = values[sheet][cell].value
        expected = evaluator.value(sheet, cell)
        if isinstance(expected, Decimal):
            assert cached is not None, f"{sheet}!{cell} {formula}"
            assert Decimal(str(cached)) == expected, f"{sheet}!{cell} {formula}"
        else:
            assert cached == expected, f"{sheet}!{cell} {formula}"
        seen += 1
    assert seen > 200


def test_both_adjusted_balances_of_the_bank_account_by_hand(values: openpyxl.Workbook) -> None:
    def named(name: str) -> object:
        sheet, cell = values.defined_names[name].attr_text.replace("'", "").replace("$", "").split("!")
        return values[sheet][cell].value

    # left: 20 payouts of 3 lines, one with a cent too much, an offset of zero; right the same payouts in one line
    payouts = sum(Decimal(3) * (1000 + n * 3) + Decimal("4.5") for n in range(20))
    assert named("adjusted_left_5") == float(payouts + 8000)
    assert named("adjusted_right_5") == float(payouts + 8000)
    assert named("difference_5") == 0


def test_text_that_looks_like_a_formula_or_a_number_stays_text(tmp_path: Path) -> None:
    run = RunBuilder()
    run.ruleset("a_vs_b", "a", "b", passes=["=1+1"])
    texts = ['=HYPERLINK("http://x")', "+441632960000", "-5", "@SUM(A1)", "0004711", "\tx", "1e5", "http://x.example",
             " padded ", "a\x01b", "_x0041_", "<a> & 'b'", "a\uffffb"]  # fmt: skip
    for n, text in enumerate(texts):
        run.open("a_vs_b", "left", "acc", f"NGN {n + 1}.00", "in_transit", reference=text, counterparty=text)
    path = written(run, tmp_path / "run")
    rows = rows_of(openpyxl.load_workbook(path), "Breaks")
    by_amount = {row["Amount"]: row for row in rows}
    for n, text in enumerate(texts):
        shown = text.replace("\x01", "_x0001_").replace("\uffff", "_xFFFF_").replace("_x0041_", "_x005F_x0041_")
        assert by_amount[n + 1]["Reference"] == shown, text
        assert by_amount[n + 1]["Counterparty"] == shown
    assert not [f for f in Evaluator(openpyxl.load_workbook(path)).formulas() if f[0] == "Breaks"]
    matches = openpyxl.load_workbook(path)["Matches"]
    assert (matches["B6"].value, matches["B6"].data_type) == ("=1+1", "s")


def test_text_longer_than_a_cell_is_cut_and_not_left_out(tmp_path: Path) -> None:
    run = RunBuilder()
    run.ruleset("a_vs_b", "a", "b", passes=["p" * 40_000])
    run.open("a_vs_b", "left", "acc", "NGN 1.00", "in_transit", reference="r" * 40_000)
    run.open("a_vs_b", "left", "acc", "NGN 2.00", "in_transit", reference="\N{COIN}" * 20_000)
    run.open("a_vs_b", "left", "acc", "NGN 3.00", "in_transit", reference="\N{COIN}" * 16_000)
    book = openpyxl.load_workbook(written(run, tmp_path / "run"))
    references = {row["Amount"]: row["Reference"] for row in rows_of(book, "Breaks")}
    assert references == {1: "r" * 32_767, 2: "\N{COIN}" * 16_383, 3: "\N{COIN}" * 16_000}
    assert book["Matches"]["B6"].value == "p" * 32_767


def test_amounts_over_15_digits_are_text_and_flagged(tmp_path: Path) -> None:
    run = RunBuilder()
    run.ruleset("a_vs_b", "a", "b", passes=["p"])
    run.match("a_vs_b", "NGN", [("l", "1234567890123.50")], [("r", "1234567890123.50")])
    run.open("a_vs_b", "left", "l", "NGN 1234567890123456.78", "in_transit")
    run.open("a_vs_b", "left", "l", "NGN -1234567890123456.70", "in_transit")
    path = written(run, tmp_path / "run")
    formulas, cached = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    amounts = {row["Amount"] for row in rows_of(cached, "Breaks")}
    assert amounts == {"1234567890123456.78", "-1234567890123456.7"}
    statement = {str(row[0].value): row[2] for row in formulas["Statement"].iter_rows(max_col=3)}
    assert statement["Total in scope"].value == 1234567890123.58
    assert statement["Adjusted balance"].data_type == "f"
    checks = {str(row[1].value): row for row in cached["Checks"].iter_rows(max_col=7)}
    flagged = checks["Amounts of more than 15 digits, written as text (Excel would round them)"]
    assert (flagged[4].value, flagged[6].value) == (3, "look")  # two breaks, and the absolute amount they make
    assert any("15 digits" in str(cell.value) for row in cached["About"].iter_rows() for cell in row)


def test_totals_over_long_operands_are_exact_text(tmp_path: Path) -> None:
    run = RunBuilder()
    run.ruleset("a_vs_b", "a", "b", passes=["p"])
    run.match("a_vs_b", "NGN", [("l", "1234567890123456.78")], [("r", "1234567890123456.78")])
    cached = openpyxl.load_workbook(written(run, tmp_path / "run"), data_only=True)
    shown = [cell.value for row in cached["Statement"].iter_rows() for cell in row if cell.value is not None]
    assert shown.count("1,234,567,890,123,456.78") == 4
    assert "ties out" in shown
    assert "1,234,567,890,123,456.78" in [cell.value for cell in cached["Checks"]["D"]]


@pytest.mark.parametrize(
    ("amount", "kept"),
    [("999999999999999", True), ("1234567890123456", False), ("0.000000000000001", True), ("1e20", True),
     ("-123456789012345.6", False), ("0", True)],
)  # fmt: skip
def test_what_a_number_cell_keeps(amount: str, kept: bool) -> None:
    assert fits(Decimal(amount)) is kept
    if kept:
        assert Decimal(repr(float(Decimal(amount)))) == Decimal(amount)


def test_equal_runs_give_equal_bytes_at_any_time(report: RunReport, run_folder: Path, tmp_path: Path) -> None:
    first = write_workbook(report, run_folder, tmp_path / "a.xlsx").read_bytes()
    time.sleep(1.1)  # past the resolution of every clock inside a zip
    second = write_workbook(assemble(run_folder), run_folder, tmp_path / "b.xlsx").read_bytes()
    assert hashlib.sha256(first).hexdigest() == hashlib.sha256(second).hexdigest()
    created = openpyxl.load_workbook(tmp_path / "a.xlsx").properties.created
    assert created == datetime(2026, 10, 31)  # noqa: DTZ001  (openpyxl gives it without a zone)


def test_the_file_is_private_and_nothing_else_is_left(workbook_file: Path) -> None:
    assert stat.S_IMODE(workbook_file.stat().st_mode) == 0o600
    assert [path.name for path in workbook_file.parent.iterdir()] == ["reconciliation.xlsx"]


def test_what_a_killed_writer_left_is_swept_and_nothing_of_the_users(
    report: RunReport, run_folder: Path, tmp_path: Path
) -> None:
    path = tmp_path / "pack [1].xlsx"
    (tmp_path / f".{path.name}.a1b2.scratch").mkdir()
    (tmp_path / f".{path.name}.a1b2.scratch" / path.name).write_bytes(b"torn")
    (tmp_path / "notes.scratch").mkdir()
    write_workbook(report, run_folder, path)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["notes.scratch", "pack [1].xlsx"]


def test_a_failure_leaves_the_workbook_before_it(report: RunReport, tmp_path: Path) -> None:
    folder = month().write(tmp_path / "run")
    path = tmp_path / "out" / "pack.xlsx"
    write_workbook(report, folder, path)
    before = path.read_bytes()
    (folder / "breaks.parquet").write_bytes(b"torn")
    with pytest.raises(ControlFailed, match="SHA-256 differs"):
        write_workbook(report, folder, path)
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == ["pack.xlsx"]


def test_breaks_are_a_table_with_filter_drop_down_and_bar(
    workbook: openpyxl.Workbook, report: RunReport
) -> None:
    sheet = workbook["Breaks"]
    table = sheet.tables["breaks_1"]
    assert table.ref == f"A1:Z{report.break_count + 1}" == sheet.dimensions
    assert table.autoFilter.ref == table.ref
    assert sheet.freeze_panes == "B2"
    assert sheet.print_title_rows == "$1:$1"
    validation = sheet.data_validations.dataValidation[0]
    assert validation.formula1 == '"open,investigating,waiting,timing,write-off,resolved"'
    bars = [rule.type for rules in sheet.conditional_formatting for rule in rules.rules]
    assert bars == ["dataBar"]
    for row in rows_of(workbook, "Breaks"):
        assert row["Status"] == "open"
        assert (row["Owner"], row["Comment"], row["Resolution"]) == (None, None, None)


def test_breaks_read_back_with_their_types(values: openpyxl.Workbook) -> None:
    rows = {(row["Break"], row["Currency"], row["Rule set"]): row for row in rows_of(values, "Breaks")}
    missing = rows["missing in bank", "NGN", "processor_vs_bank"]
    assert missing["Amount"] == 44100
    assert missing["Date"] == datetime(2026, 7, 28)  # noqa: DTZ001  (Excel dates have no zone)
    assert missing["Age, days"] == 95
    assert rows["missing in internal", "NGN", "internal_vs_processor"]["Reference"] == "0004711"
    assert rows["unexpected credit", "NGN", "processor_vs_bank"]["Account"] == "0123456789"
    assert rows["unexpected credit", "NGN", "processor_vs_bank"]["Counterparty"] == "Adé & <Sons>"
    assert rows["fx difference", "KWD", "processor_vs_bank"]["Amount"] == 0.005
    ages = [row["Age, days"] for row in rows_of(values, "Breaks")]
    assert ages == sorted(ages, key=lambda age: -int(str(age)))


def test_amounts_are_shown_at_their_currencys_digits(workbook: openpyxl.Workbook) -> None:
    formats = {}
    for row in workbook["Breaks"].iter_rows(min_row=2):
        formats[row[4].value] = row[5].number_format
    assert formats == {
        "NGN": '#,##0.00_);[Red](#,##0.00);"-"??_)',
        "USD": '#,##0.00_);[Red](#,##0.00);"-"??_)',
        "KWD": '#,##0.000_);[Red](#,##0.000);"-"???_)',
        "JPY": '#,##0_);[Red](#,##0);"-"_)',
    }
    assert workbook["Breaks"]["G2"].number_format == "yyyy-mm-dd"


def test_no_total_adds_two_currencies(workbook: openpyxl.Workbook) -> None:
    """Every sum over amounts looks at rows of one currency: its cells share one number format."""
    sums = 0
    for sheet in workbook.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if found := re.search(r"SUM\(([A-Z]+\d+:[A-Z]+\d+)\)", str(cell.value)):
                    formats = {c.number_format for line in sheet[found[1]] for c in line}
                    assert formats == {cell.number_format}, f"{sheet.title}!{cell.coordinate}"
                    sums += 1
    assert sums > 30


@pytest.mark.parametrize(("most", "sheets"), [(5, [5, 5, 3]), (13, [13]), (12, [12, 1])])
def test_more_breaks_than_a_sheet_holds_are_split_and_said(
    report: RunReport, run_folder: Path, tmp_path: Path, most: int, sheets: list[int]
) -> None:
    path = write_workbook(report, run_folder, tmp_path / "pack.xlsx", most_rows=most)
    book = openpyxl.load_workbook(path, data_only=True)
    names = [name for name in book.sheetnames if name.startswith("Breaks")]
    assert names == ["Breaks", *(f"Breaks ({n})" for n in range(2, len(sheets) + 1))]
    assert [len(rows_of(book, name)) for name in names] == sheets
    ids = [row["Break id"] for name in names for row in rows_of(book, name)]
    assert len(set(ids)) == 13
    about = [str(cell.value) for row in book["About"].iter_rows() for cell in row]
    assert any("they are split" in text for text in about) is (len(sheets) > 1)
    stands = [row for row in book["Checks"].iter_rows(values_only=True) if "Breaks of the run" in str(row[1])]
    assert stands[0][3:7] == (13, 13, 0, "pass")


def test_a_run_without_breaks_says_so(tmp_path: Path) -> None:
    run = RunBuilder(as_of=date(2026, 9, 30))
    run.ruleset("a_vs_b", "a", "b", passes=["p"])
    run.match("a_vs_b", "UGX", [("l", "500")], [("r", "500")])
    book = openpyxl.load_workbook(written(run, tmp_path / "run"), data_only=True)
    assert book["Breaks"]["A2"].value == "Nothing is open."
    assert book["Ageing"]["A4"].value == "Nothing is open."
    assert str(book["Summary"]["A4"].value).strip() == "RECONCILED - nothing open; 1 statement ties out"


def test_links_lead_to_sheets_and_names_to_cells(workbook: openpyxl.Workbook) -> None:
    cells = [cell for sheet in workbook.worksheets for row in sheet.iter_rows() for cell in row]
    links = [cell.hyperlink for cell in cells if cell.hyperlink]
    assert len(links) == 10 + 8
    for link in links:
        assert link.location.split("!")[0].strip("'") in workbook.sheetnames
    assert sorted(workbook.defined_names) == sorted(
        f"{name}_{n}" for name in ("adjusted_left", "adjusted_right", "difference") for n in range(1, 9)
    )


def test_the_ageing_chart_is_stacked_by_bucket(workbook_file: Path) -> None:
    with zipfile.ZipFile(workbook_file) as archive:
        chart = archive.read("xl/charts/chart1.xml").decode()
    assert '<c:grouping val="stacked"/>' in chart
    assert chart.count("<c:ser>") == 6


def test_the_footer_names_run_rules_and_page(workbook: openpyxl.Workbook, report: RunReport) -> None:
    for sheet in workbook.worksheets:
        assert sheet.oddFooter.left.text == f"run {report.about.run_id} · rules {report.about.rules_hash}"
        assert sheet.oddFooter.right.text == "page &P of &N"
