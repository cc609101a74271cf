"""The sample month as a run folder, its report, and its workbook read back."""

from pathlib import Path

import openpyxl
import pytest

from recon.outputs.assemble import assemble
from recon.outputs.excel.workbook import write_workbook
from recon.outputs.report import RunReport
from tests.unit.outputs.story import month


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return month().write(tmp_path_factory.mktemp("runs") / "2026-10-31-5f0c9a1b")


@pytest.fixture(scope="session")
def report(run_folder: Path) -> RunReport:
    return assemble(run_folder)


@pytest.fixture(scope="session")
def workbook_file(report: RunReport, run_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_workbook(report, run_folder, tmp_path_factory.mktemp("reports") / "reconciliation.xlsx")


@pytest.fixture(scope="session")
def workbook(workbook_file: Path) -> openpyxl.Workbook:
    """With formulas."""
    return openpyxl.load_workbook(workbook_file)


@pytest.fixture(scope="session")
def values(workbook_file: Path) -> openpyxl.Workbook:
    """With cached values."""
    return openpyxl.load_workbook(workbook_file, data_only=True)
