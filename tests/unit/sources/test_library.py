"""The shipped profiles: each is sound, is found by the files it reads, and can be extended by a project's own."""

from pathlib import Path

import pytest

from recon.errors import ConfigError, UsageError
from recon.sources.file import SourceFile
from recon.sources.library import fitting, shipped_names, shipped_profile, shipped_profiles
from recon.sources.mapping.derive import derived_fields
from recon.sources.profiles import extending
from recon.sources.profiles.describing import about, checks_of, conventions_of, starter
from recon.sources.profiles.profile import TableProfile, load_profile
from tests.unit.sources.workbench import profile, read_bytes

REPORT = (
    "balance_transaction_id,created_utc,available_on_utc,currency,gross,fee,net,reporting_category\n"
    "txn_1,2026-10-01 09:30:00,2026-10-03 00:00:00,usd,100.00,3.20,96.80,charge\n"
)
OWN = """\
source: till
extends: stripe_balance_change
title: Stripe of the shop
files: inbox/*
account: acct_1
"""


def test_every_shipped_profile_is_sound() -> None:
    loaded = shipped_profiles()
    assert tuple(one.source for one in loaded) == shipped_names()
    for one in loaded:
        derived_fields(one)
        assert about(one)
        assert checks_of(one)
        assert conventions_of(one) or not isinstance(one.profile, TableProfile)


def test_an_unknown_name_is_refused_with_a_hint() -> None:
    with pytest.raises(UsageError, match="did you mean `stripe_payouts`"):
        shipped_profile("stripe_payout")


def test_the_nearest_profile_is_first(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    path.write_text("automatic_payout_id," + REPORT.replace("txn_1", "po_1,txn_1"), encoding="utf-8")
    with SourceFile(path) as file:
        assert [one.name for one in fitting(file)][:2] == [
            "stripe_payout_reconciliation",
            "stripe_balance_change",
        ]


@pytest.mark.parametrize("content", ["a,b\n1,2\n", REPORT.replace("2026-10-01 09:30:00", "soon"), ""])
def test_a_file_that_no_profile_reads_is_left_alone(tmp_path: Path, content: str) -> None:
    path = tmp_path / "report.csv"
    path.write_text(content, encoding="utf-8")
    with SourceFile(path) as file:
        assert fitting(file) == []


def test_a_project_extends_a_shipped_profile(tmp_path: Path) -> None:
    own = profile(tmp_path, OWN + "dates: {zone: Europe/Berlin}\ntype:\n  words: {charge: other}\n")
    result = read_bytes(tmp_path, REPORT.encode(), own)
    (row,) = result.rows
    assert (row["account"], row["type"], row["type_raw"]) == ("acct_1", "other", "charge")
    assert (str(row["event_time"]), row["ref_processor"]) == ("2026-10-01 07:30:00", "txn_1")


def test_what_is_wrong_with_the_whole_is_told_in_the_project_s_own_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as error:
        profile(tmp_path, OWN + "money: {decimal: ';'}\ncolumns: {evnt_time: created}\n")
    shown = [(one.place.file, one.place.line, one.message) for one in error.value.problems if one.place]
    assert [line for _, line, _ in shown] == [6, 7]
    assert {file for file, _, _ in shown} == {"configs/sources/till.yaml"}


@pytest.mark.parametrize(
    ("name", "message"), [("stripe_balance_chnge", "no shipped profile"), ("till", "no shipped profile")]
)
def test_an_unknown_base_is_told_at_its_place(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message) as error:
        profile(tmp_path, OWN.replace("stripe_balance_change", name))
    (problem,) = error.value.problems
    assert problem.place
    assert (problem.place.line, problem.place.column) == (2, 10)


def test_a_circle_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "library"
    folder.mkdir()
    (folder / "a.yaml").write_text("extends: b\n", encoding="utf-8")
    (folder / "b.yaml").write_text("extends: a\n", encoding="utf-8")
    monkeypatch.setattr(extending, "library_folder", lambda: folder)
    with pytest.raises(ConfigError, match="profiles extend each other: a -> b -> a"):
        profile(tmp_path, OWN.replace("stripe_balance_change", "a"))


def test_tests_are_not_taken_over(tmp_path: Path) -> None:
    assert shipped_profile("paypal_settlement").profile.tests
    own = profile(tmp_path, OWN.replace("stripe_balance_change", "paypal_settlement"))
    assert own.profile.tests == ()


def test_a_changed_shipped_profile_changes_what_extends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "library"
    folder.mkdir()
    shipped = shipped_profile("stripe_balance_change").document
    (folder / "stripe_balance_change.yaml").write_text(shipped.text, encoding="utf-8")
    monkeypatch.setattr(extending, "library_folder", lambda: folder)
    before = profile(tmp_path, OWN)
    assert profile(tmp_path, OWN).document.sha256 == before.document.sha256
    changed = shipped.text.replace("charge: payment", "charge: other")
    (folder / "stripe_balance_change.yaml").write_text(changed, encoding="utf-8")
    after = profile(tmp_path, OWN)
    assert after.document.sha256 != before.document.sha256
    assert after.meaning != before.meaning


def test_tests_and_comments_mean_nothing_for_what_is_read(tmp_path: Path) -> None:
    before = profile(tmp_path, OWN)
    tests = "tests:\n  - name: one\n    rows: |\n      a\n    entries: []\n"
    assert profile(tmp_path, f"# of the shop\n{OWN}{tests}").meaning == before.meaning
    assert profile(tmp_path, OWN.replace("acct_1", "acct_2")).meaning != before.meaning


def test_a_starter_is_a_profile(tmp_path: Path) -> None:
    for one in shipped_profiles():
        path = tmp_path / "mine.yaml"
        path.write_text(starter(one, "mine"), encoding="utf-8")
        loaded = load_profile(path)
        assert loaded.profile.files == ["inbox/mine/*"]
        assert loaded.profile.account == one.profile.account


@pytest.mark.parametrize("mark", [";", "\t"])
def test_a_report_that_was_saved_again_is_what_it_was(tmp_path: Path, mark: str) -> None:
    path = tmp_path / "again.csv"
    path.write_text(REPORT.replace(",", mark), encoding="utf-8")
    with SourceFile(path) as file:
        nearest = fitting(file)[0]
    assert (nearest.name, nearest.delimiter) == ("stripe_balance_change", mark)
    own = starter(nearest.loaded, "mine", nearest.delimiter)
    read = read_bytes(tmp_path, path.read_bytes(), profile(tmp_path, own))
    assert [str(one) for one in read.column("gross")] == ["100.00000000"]
