"""The renderings of the sample month, as last reviewed."""

import warnings
from pathlib import Path

from recon.outputs.assemble import assemble
from recon.outputs.excel.workbook import write_workbook
from recon.outputs.json import as_json
from recon.outputs.text import as_text
from tests.golden.compare import same_as_golden
from tests.golden.workbook_text import workbook_text
from tests.unit.outputs.story import month

RUN = "2026-10-31-5f0c9a1b"


def test_the_terminal(tmp_path: Path) -> None:
    report = assemble(month().write(tmp_path / RUN))
    text = as_text(report, folder=f"runs/{RUN}", workbook=f"reports/{RUN}/reconciliation.xlsx")
    same_as_golden("report/terminal.txt", text)


def test_the_json(tmp_path: Path) -> None:
    same_as_golden("report/report.json", as_json(assemble(month().write(tmp_path / RUN))))


def test_the_workbook(tmp_path: Path) -> None:
    folder = month().write(tmp_path / RUN)
    path = write_workbook(assemble(folder), folder, tmp_path / "reconciliation.xlsx")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*extension is not supported", UserWarning)
        same_as_golden("report/workbook.txt", workbook_text(path))
