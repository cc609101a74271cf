"""Days in the names of files, and the days of which none came."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon.errors import ConfigError
from recon.sources.intake.arrivals import missing_files
from recon.sources.profiles.expected import Every, Expect, absent, days_of
from recon.sources.profiles.patterns import FilePattern
from recon.sources.profiles.profile import load_profiles
from tests.unit.sources.packing import zipped
from tests.unit.sources.test_ingest import Shop
from tests.unit.sources.workbench import BASIC, HEADER, profile

DATED = BASIC.replace("files: inbox/*.csv", "files: inbox/till_{yyyyMMdd}.csv\nexpect: {every: day}")


@pytest.mark.parametrize(
    ("pattern", "name", "day"),
    [
        ("inbox/a_{yyyyMMdd}.csv", "inbox/a_20261014.csv", "2026-10-14"),
        ("inbox/a_{yyMMdd}*.csv", "inbox/a_261014_v2.csv", "2026-10-14"),
        ("inbox/*_{dd-MM-yyyy}.csv", "inbox/x_y_14-10-2026.csv", "2026-10-14"),
        ("inbox/?{yyyy.MM.dd}", "inbox/b2026.10.14", "2026-10-14"),
        ("inbox/*.zip!*_{yyyyMMdd}_detail.csv", "inbox/x.zip!1_20261014_detail.csv", "2026-10-14"),
        ("inbox/b_{yyyyMMdd}.zip!*.csv", "inbox/b_20261014.zip!x.csv", "2026-10-14"),
        ("inbox/a_{yyyyMMdd}.csv", "inbox/a_20261350.csv", None),
        ("inbox/a_{yyyyMMdd}.csv", "inbox/b_20261014.csv", None),
        ("inbox/*.csv", "inbox/a_20261014.csv", None),
    ],
)
def test_the_day_in_a_name(pattern: str, name: str, day: str | None) -> None:
    found = FilePattern.parse(pattern).day(name)
    assert (str(found) if found else None) == day


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("/etc/*", "leaves the project"),
        ("inbox/../../*", "leaves the project"),
        ("inbox/{yyyyMM}.csv", "is no date in a file name"),
        ("inbox/{day}.csv", "is no date in a file name"),
        ("inbox/{yyyyMMdd}_{yyyyMMdd}.csv", "has two dates"),
        ("{yyyyMMdd}/a.csv", "in the name of a folder"),
    ],
)
def test_patterns_that_say_no_day(tmp_path: Path, pattern: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        profile(tmp_path, BASIC, ("inbox/*.csv", f'"{pattern}"'))
    assert said in str(caught.value)


def test_what_is_expected_needs_a_day(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="write where their names say it"):
        profile(tmp_path, BASIC, ("inbox/*.csv", "inbox/*.csv\nexpect: {every: day}"))


DAILY = Expect(every="day")
SINCE = Expect(every="day", since=date(2026, 10, 10))
IN_NIGERIA = Expect(every="business day", calendar="NG")


def days(*texts: str) -> list[date]:
    return [date.fromisoformat(text) for text in texts]


@pytest.mark.parametrize(
    ("expect", "there", "until", "said"),
    [
        (DAILY, ["2026-10-12", "2026-10-13", "2026-10-15"], "2026-10-16", "daily, none for 2026-10-14"),
        (DAILY, ["2026-10-12"], "2026-10-13", None),
        (Expect(every="day", after=0), ["2026-10-12"], "2026-10-13", "daily, none for 2026-10-13"),
        (DAILY, ["2026-10-12"], "2026-10-17", "daily, none for 2026-10-13 to 2026-10-16"),
        (SINCE, ["2026-10-12"], "2026-10-13", "daily, none for 2026-10-10 to 2026-10-11"),
        (DAILY, [], "2026-10-13", None),
        (Expect(every="business day"), ["2026-10-09"], "2026-10-13", "every business day, none for 2026-10-12"),
        (IN_NIGERIA, ["2026-09-30"], "2026-10-03", "every business day, none for 2026-10-02"),
        (Expect(every="week"), ["2026-10-07", "2026-10-21"], "2026-10-27", "weekly, none for the week of 2026-10-12"),
        (Expect(every="month"), ["2026-07-31", "2026-09-01"], "2026-11-02", "monthly, none for 2026-08, 2026-10"),
        (Expect(every="month"), ["2026-09-30"], "2026-10-31", None),
    ],
)  # fmt: skip
def test_what_is_absent(expect: Expect, there: list[str], until: str, said: str | None) -> None:
    found = absent("till", expect, days(*there), date.fromisoformat(until))
    assert (found.words.removeprefix("expected ") if found else None) == said


@given(
    every=st.sampled_from(["day", "business day", "week", "month"]),
    first=st.dates(date(2020, 1, 1), date(2026, 1, 1)),
    gaps=st.lists(st.integers(1, 45), max_size=20),
    ahead=st.integers(0, 90),
)
def test_nothing_is_absent_twice_or_there(every: Every, first: date, gaps: Sequence[int], ahead: int) -> None:
    """With the absent days added nothing is absent; without any of them it is told again."""
    there = {first}
    for gap in gaps:
        there.add(max(there) + timedelta(days=gap))
    until = max(there) + timedelta(days=ahead)
    expect = Expect(every=every)
    found = absent("till", expect, there, until)
    if found is None:
        return
    assert not there & set(found.days)
    assert list(found.days) == sorted(set(found.days))
    assert absent("till", expect, {*there, *found.days}, until) is None
    assert max(found.days) < until


def test_days_are_of_files_in_the_project_and_in_the_store(tmp_path: Path) -> None:
    shop = Shop(tmp_path, DATED)
    for day in ("20261012", "20261013", "20261016"):
        shop.file(f"till_{day}.csv", f"{HEADER}2026-10-12,{day},1\n")
    shop.ingest()
    (tmp_path / "inbox" / "till_20261012.csv").unlink()
    profiles = load_profiles(shop.project)
    (found,) = missing_files(shop.project, profiles)
    assert found.words == "expected daily, none for 2026-10-14 to 2026-10-15"
    assert days_of(profiles[0].profile.files, ["inbox/till_20261012.csv"]) == {date(2026, 10, 12)}
    shop.file("till_20261014.csv", f"{HEADER}2026-10-14,late,1\n")
    (found,) = missing_files(shop.project, profiles)
    assert found.words == "expected daily, none for 2026-10-15"


def test_days_in_the_names_of_members(tmp_path: Path) -> None:
    text = DATED.replace("till_{yyyyMMdd}.csv", "*.zip!till_{yyyyMMdd}.csv")
    shop = Shop(tmp_path, text)
    members = {f"till_202610{day}.csv": f"{HEADER}2026-10-{day},A,1\n".encode() for day in (12, 14)}
    (tmp_path / "inbox" / "a.zip").write_bytes(zipped({**members, "readme.txt": b"hello"}))
    (found,) = missing_files(shop.project, load_profiles(shop.project))
    assert found.words == "expected daily, none for 2026-10-13"
    assert shop.ingest().entries == 2
