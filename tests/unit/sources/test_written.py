"""Workbooks that are text: pages in HTML and the XML of Excel 2003, as banks hand them out under .xls."""

from decimal import Decimal
from pathlib import Path

import pytest

from recon.errors import InputRefused
from recon.sources.facts import Facts, facts
from recon.sources.file import SourceFile
from recon.sources.tables.page import page_rows

PAGE = (
    '<html><head><meta charset="utf-8"><style>td {color: red}</style></head><body>\n'
    "<table><tr><td>Account</td><td>123</td></tr></table>\n"
    "<table border=1><tr><td colspan=4>Statement of May</td></tr>\n"
    "<tr><th>Date</th><th>Description</th><th>Debit</th><th>Credit</th><th>Balance</th></tr>\n"
    "<tr><td>13/05/2026</td><td>Fish &amp; Co<br>Ltd</td><td>100.50</td><td>&nbsp;</td><td>899.50</td></tr>\n"
    "<tr><td>14/05/2026<td>Wages<td><td>1,000.00<td>1,899.50\n</table></body></html>\n"
)
XML = (
    '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="May"><Table>\n'
    '<Row><Cell ss:MergeAcross="3"><Data ss:Type="String">Movimientos</Data></Cell></Row>\n'
    '<Row ss:Index="4"><Cell><Data ss:Type="String">Fecha</Data></Cell><Cell><Data ss:Type="String">Concepto</Data>'
    '</Cell><Cell><Data ss:Type="String">Importe</Data></Cell><Cell><Data ss:Type="String">Saldo</Data></Cell></Row>\n'
    '<Row><Cell><Data ss:Type="DateTime">2026-05-13T00:00:00.000</Data></Cell><Cell><Data ss:Type="String">Luz</Data>'
    '</Cell><Cell><Data ss:Type="Number">-100.5</Data></Cell><Cell><Data ss:Type="Number">899.5</Data></Cell></Row>\n'
    '<Row><Cell><Data ss:Type="DateTime">2026-05-14T00:00:00.000</Data></Cell><Cell ss:Index="3">'
    '<Data ss:Type="Number">1000</Data></Cell><Cell><Data ss:Type="Number">1899.5</Data></Cell></Row>\n'
    "</Table></Worksheet></Workbook>\n"
)


def facts_of(folder: Path, content: str, encoding: str = "utf-8") -> Facts:
    path = folder / "statement.xls"
    path.write_bytes(content.encode(encoding))
    return facts(path)


@pytest.mark.parametrize(
    "content", [PAGE, XML, XML.replace("-100.5<", "-100.5<!-- x --><")], ids=["page", "xml", "remark"]
)
def test_a_statement_is_read(content: str, tmp_path: Path) -> None:
    found = facts_of(tmp_path, content)
    assert (found.format, found.n_transactions, found.control_ok) == ("excel", 2, True)
    assert list(found.sum_credits.values()) == [Decimal(1000)]
    assert list(found.sum_debits.values()) == [Decimal("100.50")]


def test_a_page_is_in_the_encoding_that_it_says(tmp_path: Path) -> None:
    page = PAGE.replace("utf-8", "windows-1254").replace("Wages", "Maaş")
    assert facts_of(tmp_path, page, "cp1254").n_transactions == 2
    with pytest.raises(InputRefused, match="not utf-8 text"):
        facts_of(tmp_path, PAGE.replace("Wages", "Maaş"), "cp1254")


def rows_of(folder: Path, content: str) -> dict[str, list[tuple[str, ...]]]:
    path = folder / "page.xls"
    path.write_text(content, encoding="utf-8")
    with SourceFile(path) as file:
        return page_rows(content.encode(), file)


def test_cells_over_several_places_stand_in_the_first(tmp_path: Path) -> None:
    page = (
        "<table><tr><td rowspan=2>a<td colspan=2>b</tr><tr><td>c<td>d</tr><tr><td>e</table>"
        "<table><tr><td>f<table><tr><td>g</table>h</td><td colspan=0>i</table>"
    )
    assert rows_of(tmp_path, page) == {
        "table 1": [("a", "b", ""), ("", "c", "d"), ("e",)],
        "table 2": [("fh", "i")],
        "table 3": [("g",)],
    }


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (PAGE[:-40], "truncated"),
        (XML[:-40], "workbook"),
        (
            XML.replace('<Data ss:Type="Number">1000</Data>', "").replace(
                'Index="3"', 'Index="3" ss:Formula="=1"'
            ),
            "formula",
        ),
        (XML.replace("<Workbook", '<!DOCTYPE a [<!ENTITY b "c">]>\n<Workbook'), "format-unknown"),
        ("<html><body>Please log in<table><tr><td>Name</td></tr></table></body></html>", "format-unknown"),
    ],
    ids=["cut page", "cut xml", "formula", "doctype", "no statement"],
)
def test_what_cannot_be_read_is_refused(content: str, code: str, tmp_path: Path) -> None:
    with pytest.raises(InputRefused) as refused:
        facts_of(tmp_path, content)
    assert [problem.code for problem in refused.value.problems] == [code]
