"""The report as a page: nothing from outside, everything escaped, the figures of the workbook, the same bytes again."""

import re
import shutil
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from recon.model.wording import counted, money, plain_words
from recon.outputs.exact import percent
from recon.outputs.html.page import report_page
from recon.outputs.performance import AUTOMATIC, BY_HAND, performance
from recon.outputs.report import RunReport

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="module")
def page(report: RunReport, run_folder: Path) -> str:
    return report_page(report, performance(report, run_folder)).decode("utf-8")


class Tags(HTMLParser):
    """Counts elements and sees that each one is closed in turn."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, *_: object) -> None:
        self.seen.append(tag)
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, *_: object) -> None:
        self.seen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_it_is_whole_and_takes_nothing_from_outside(page: str) -> None:
    tags = Tags()
    tags.feed(page)
    assert tags.open == []
    assert not {"script", "link", "img", "iframe", "object", "base", "form"} & set(tags.seen)
    assert not re.search(r"https?:|url\(|@import|@font-face|\bsrc=|\bon\w+=", page)
    assert tags.seen.count("svg") == 4 - 1, "rates, causes and ages; no trend with a single point"


def test_it_says_what_the_report_says(page: str, report: RunReport) -> None:
    tags = Tags()
    tags.feed(page)
    assert counted(report.break_count, "break") in tags.text
    for line in report.breaks:
        assert plain_words(line.kind) in tags.text
    for ruleset in report.rulesets:
        for rate in ruleset.rates:
            assert money(rate.matched_amount, rate.currency) in tags.text
            assert percent(rate.matched_count, rate.count) in tags.text


def test_text_of_the_data_is_text(report: RunReport, run_folder: Path) -> None:
    evil = "<script>alert(1)</script>"
    changed = replace(
        report,
        about=replace(report.about, project=evil),
        rulesets=tuple(replace(one, title=f'"{evil}') for one in report.rulesets),
        breaks=tuple(replace(one, kind=evil) for one in report.breaks),
    )
    made = report_page(changed, performance(changed, run_folder)).decode("utf-8")
    assert "<script" not in made
    assert "&lt;script&gt;" in made


def test_equal_runs_give_equal_pages(page: str, report: RunReport, run_folder: Path) -> None:
    assert report_page(report, performance(report, run_folder)).decode("utf-8") == page


def test_matches_are_told_apart_by_who_made_them(report: RunReport, run_folder: Path) -> None:
    found = performance(report, run_folder, {"no-such-break": "ada"})
    assert {line.way for line in found.ways} <= {AUTOMATIC, BY_HAND}
    assert sum(line.matches for line in found.ways) == report.match_count
    assert sum(line.count for line in found.causes) == report.break_count
    assert sum(line.count for line in found.owners) == report.break_count
    assert [line.owner for line in found.owners if line.owner] == []


@pytest.mark.slow
@pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed")
def test_a_browser_shows_and_prints_it(page: str, tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text(page, encoding="utf-8")
    pdf = tmp_path / "report.pdf"
    command = [
        str(BROWSER), "--headless", "--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND",
        f"--user-data-dir={tmp_path / 'profile'}",
        f"--print-to-pdf={pdf}", (tmp_path / "report.html").as_uri(),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    assert pdf.read_bytes().startswith(b"%PDF")
