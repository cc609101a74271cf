"""Casework through commands: notes, decisions of two people, the workbook that comes back."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from recon.cli.app import run
from recon.project.workspace import open_project
from recon.store import people
from recon.store.store import Store
from tests.cli.desk import AS_OF, Desk, Run, copied, lay_out
from tests.cli.test_readme import steps, walk


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project after one run; not to be written to."""
    folder = tmp_path_factory.mktemp("casework") / "acme"
    lay_out(folder)
    words = ("run", "--period", "2026-10", "--as-of", AS_OF, "--fail-on", "none")
    assert run(("-q", "--project", str(folder), *words)) == 0
    return folder


@pytest.fixture
def desk(staged: Path, tmp_path: Path, recon: Run) -> Desk:
    return Desk(copied(staged, tmp_path / "acme"), recon)


def test_notes_show_at_once_and_are_undone(desk: Desk) -> None:
    one = desk.id("33.00")
    desk("breaks", "assign", "A-1005", "--to", "ada", "-m", "please look", "--by", "bob")
    desk("breaks", "tag", one[:8], "--add", "q4", "--by", "ada")
    desk("breaks", "comment", "A-1005", "50.00-is-none", "traced", "--by", "ada", status=2)
    desk("breaks", "comment", "A-1005", "traced with the bank", "--by", "ada")
    desk("breaks", "support", "A-1005", "--until", "2026-10-13", "--reason", "paid on the 12th", "--by", "ada")
    shown = desk.breaks()["33.00"]
    assert [shown[name] for name in ("owner", "status", "due", "comment", "tags")] == [
        "ada", "timing", "2026-10-13", "paid on the 12th", ["q4"],
    ]  # fmt: skip
    assert [one["amount"] for one in desk.rows("breaks", "list", "--filter", "tags like '% q4 %'")] == ["33.00"]
    told = desk("breaks", "show", "A-1005").stdout
    assert "bob: please look" in told
    desk("breaks", "undo", "A-1005", "--reason", "not yet", "--by", "ada")
    desk("breaks", "undo", "A-1005", "--reason", "nor this", "--by", "ada")
    shown = desk.breaks()["33.00"]
    assert [shown[name] for name in ("owner", "status", "due", "comment")] == [
        "ada", "open", "2026-10-13", "please look",
    ]  # fmt: skip
    acts = [(one["what"], one["undone"]) for one in desk.rows("breaks", "history", "A-1005") if one["row"]]
    assert acts == [
        ("assign", None), ("tag", None), ("comment", True), ("support", True), ("undid row", None), ("undid row", None),
    ] or [what for what, _ in acts][:4] == ["assign", "tag", "comment", "support"]  # fmt: skip


def test_all_that_waits_is_all_but_ones_own(desk: Desk) -> None:
    path = desk.folder / "recon.toml"
    text = path.read_text(encoding="utf-8").replace(
        'roles = ["controller"]', 'roles = ["controller", "analyst"]'
    )
    path.write_text(text, encoding="utf-8")
    for name, by in (("A-1005", "ada"), ("A-1003", "bob")):
        desk("breaks", "write-off", name, "--reason", "small", "--by", by)
    said = desk("breaks", "approve", "--all", "--by", "bob").stderr
    assert "left for somebody else, since bob had a hand in it: " in said
    assert [one["by"] for one in desk.rows("breaks", "pending")] == ["bob"]
    assert "had a hand in" in desk("breaks", "approve", "--all", "--by", "bob", status=4).stderr


def test_a_write_off_needs_a_second_person_within_limits(desk: Desk) -> None:
    reason = ("--reason", "cash, nobody claims it")
    over = desk("breaks", "write-off", desk.id("50.00"), *reason, "--by", "ada", status=4)
    assert "write off of 50.00 EUR: the limit of the role `analyst` is 40.00" in over.stderr
    desk("breaks", "write-off", "A-1005", *reason, "--by", "ada")
    assert desk.breaks()["33.00"]["status"] == "write-off"
    (waiting,) = desk.rows("breaks", "pending")
    number = str(waiting["number"])
    assert "had a hand in" in desk("breaks", "approve", number, "--by", "ada", status=4).stderr
    desk("breaks", "refuse", number, "--reason", "claim it first", "--by", "bob")
    assert desk.rows("breaks", "pending") == []
    desk("breaks", "write-off", "A-1005", *reason, "--by", "ada")
    desk("breaks", "approve", "--all", "--by", "bob")
    assert "is spoken for: write off by ada" in desk(
        "breaks", "adjust", "A-1005", "--to", "fee", *reason, "--by", "ada", status=2
    ).stderr  # fmt: skip
    desk.next_run()
    assert "33.00" not in desk.breaks()
    desk("runs", "verify")
    desk("breaks", "reopen", "A-1005", "--reason", "the money came", "--by", "ada")
    desk.next_run()
    assert desk.breaks()["33.00"]["state"] == "reopened"
    desk("runs", "verify")


def test_a_filter_acts_on_many_all_or_nothing(desk: Desk) -> None:
    where = ("--filter", "abs(amount) < 40")
    dry = desk("breaks", "write-off", *where, "--reason", "small", "--dry-run", "--by", "ada")
    assert "2 breaks, 33.50 EUR; nothing was written" in dry.stderr
    desk("breaks", "exclude", *where, "--reason", "small", "--by", "ada", status=2)
    assert desk.rows("breaks", "pending") == []
    desk("breaks", "write-off", *where, "--reason", "small", "--by", "ada")
    assert len(desk.rows("breaks", "pending")) == 2
    assert "did you mean `kind`" in desk("breaks", "list", "--filter", "kynd = 'x'", status=2).stderr


def test_a_filter_knows_what_the_list_shows(desk: Desk) -> None:
    route = "- {name: cash, where: amount = 50.00, owner: bob, priority: high, cause: bank, due: {business: 2}}"
    (desk.folder / "configs/routing.yaml").write_text(f"routes:\n  {route}\n", encoding="utf-8")
    desk("breaks", "comment", "A-1005", "traced", "--by", "ada")
    due = desk.breaks()["50.00"]["due"]
    for where, amount in (
        ("owner = 'bob' and priority = 'high' and cause = 'bank'", "50.00"),
        (f"due_date = DATE '{due}' and owner <> ''", "50.00"),
        ("comment = 'traced'", "33.00"),
    ):
        listed = desk.rows("breaks", "list", "--filter", where)
        assert [one["amount"] for one in listed] == [amount], where
        said = desk("breaks", "tag", "--filter", where, "--add", "seen", "--dry-run", "--by", "ada").stderr
        assert f"1 break, {amount} EUR; nothing was written" in said


def test_matches_are_made_and_taken_back_by_hand(desk: Desk) -> None:
    items = (desk.id("33.00"), desk.id("50.00"))
    made = desk("matches", "make", *items, "--reason", "same customer", "--by", "ada", status=2)
    assert "the two sides differ by -17.00 EUR" in made.stderr
    done = desk("matches", "make", *items, "--reason", "same customer", "--difference", "over", "--by", "ada")
    assert "-17.00" in done.stdout
    variance = next(one for one in desk.rows("matches", "list") if one["variance"] == "0.50")
    desk("matches", "unmatch", str(variance["id"])[:10], "--reason", "another order", "--by", "ada")
    desk.next_run()
    assert {"-17.00", "18.90", "18.40"} <= set(desk.breaks())
    desk("runs", "verify")
    desk("runs", "replay")


def test_decisions_of_people_with_a_key_are_signed(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("cryptography")
    monkeypatch.setenv("RECON_KEYS", str(tmp_path / "keys"))
    path = desk.folder / "recon.toml"
    text = path.read_text(encoding="utf-8").replace("users = []\n", "").replace("trust_by = true", "")
    path.write_text(text, encoding="utf-8")
    for name in ("ada", "bob"):
        monkeypatch.setattr(people, "current_user", lambda name=name: name)
        key = desk("people", "keygen").stdout.strip()
        text = text.replace(f"[people.{name}]\n", f'[people.{name}]\nkeys = ["{key}"]\n')
        path.write_text(text, encoding="utf-8")
    desk("breaks", "write-off", "A-1005", "--reason", "cash", "--by", "ada")
    desk("breaks", "approve", "--all")
    desk("runs", "verify")
    ledger = Store.open(open_project(desk.folder)).ledger
    ledger.append(
        "break.noted", {"break": desk.id("33.00"), "note": "assign", "value": "eve", "words": "", "by": "ada"}
    )
    assert "is said to be by ada and is not signed" in desk("runs", "verify", status=4).stderr
    (tmp_path / "keys" / "ada.pem").unlink()
    assert "cannot be read" in desk("breaks", "comment", "A-1005", "x", "--by", "ada", status=4).stderr


def filled(path: Path, break_id: str, **cells: str) -> None:
    """The workbook with cells of one break filled in, as an analyst does it."""
    book = openpyxl.load_workbook(path)
    sheet = book["Breaks"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    for row in sheet.iter_rows(min_row=2):
        if row[0].value == break_id:
            for name, text in cells.items():
                sheet.cell(row[0].row, heads[name]).value = text
    book.save(path)


def through_libreoffice(path: Path) -> None:
    """The workbook opened and saved by LibreOffice."""
    out = path.parent / "saved"
    home = path.parent / "home"
    words = [
        "soffice",
        f"-env:UserInstallation={home.as_uri()}",
        "--headless",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
    ]
    subprocess.run([*words, "--outdir", str(out), str(path)], check=True, capture_output=True, timeout=240)
    shutil.move(out / path.name, path)


@pytest.mark.slow
def test_the_workbook_comes_back(desk: Desk, tmp_path: Path) -> None:
    desk("breaks", "comment", "A-1005", "asked the payer", "--by", "bob")
    path = tmp_path / "pack.xlsx"
    desk("report", "--output", str(path))
    filled(path, desk.id("33.00"), Status="waiting", Owner="ada", Comment="will pay on the 12th")
    filled(path, desk.id("0.50"), Status="write-off", Resolution="below the bank's charge")
    filled(path, desk.id("50.00"), Status="timing")
    filled(path, desk.id("400.00"), Owner="eve")
    if shutil.which("soffice"):
        through_libreoffice(path)
    desk("breaks", "comment", "A-1006", "I am on it", "--by", "bob")
    before = desk.breaks()
    shown = desk("breaks", "import", str(path), "--by", "ada")
    assert "5 changes to be taken" in shown.stderr
    assert "the break was worked on since the workbook: comment by bob" in shown.stderr
    assert "`timing` needs a reason" in shown.stderr
    assert desk.breaks() == before
    assert "is not taken" not in shown.stderr
    desk("breaks", "import", str(path), "--apply", "--by", "ada", status=3)
    after: dict[str, dict[str, Any]] = desk.breaks()
    assert [after["33.00"][name] for name in ("status", "owner", "comment")] == [
        "waiting", "ada", "will pay on the 12th",
    ]  # fmt: skip
    assert (after["400.00"]["owner"], after["0.50"]["status"]) == ("", "write-off")
    (waiting,) = desk.rows("breaks", "pending")
    assert (waiting["by"], waiting["reason"]) == ("ada", "below the bank's charge")
    again = desk("breaks", "import", str(path), "--apply", "--by", "ada", status=3)
    assert "0 changes taken" in again.stderr
    assert desk.breaks() == after


def test_a_workbook_that_nobody_edited_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    odd = ("one\r\ntwo\rthree", "a\x1bb _x0041_", "c" * 40_000, "\N{COIN}" * 20_000)
    for amount, words in zip(("33.00", "0.50", "50.00", "400.00"), odd, strict=True):
        desk("breaks", "comment", desk.id(amount), words, "--by", "bob")
    path = tmp_path / "pack.xlsx"
    desk("report", "--output", str(path))
    filled(path, "")  # saved again by another program
    shown = desk("breaks", "import", str(path), "--by", "ada").stderr
    assert "0 changes to be taken" in shown
    assert "not taken from a workbook" not in shown
    filled(path, desk.id("0.50"), Comment="a _x005F_x0041_ b")
    desk("breaks", "import", str(path), "--apply", "--by", "ada")
    assert desk.breaks()["0.50"]["comment"] == "a _x0041_ b"


def test_edits_of_columns_that_are_the_runs_own_are_told(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "pack.xlsx"
    desk("report", "--output", str(path))
    filled(path, desk.id("33.00"), Owner="ada")
    assert "not taken" not in desk("breaks", "import", str(path), "--by", "ada").stderr
    filled(path, desk.id("33.00"), Amount="34.00", Due="2026-12-01")
    filled(path, desk.id("0.50"), Reference="A-9")
    told = desk("breaks", "import", str(path), "--apply", "--by", "ada").stderr
    assert "`Amount`, `Due` are not taken from a workbook" in told
    assert "`Reference` is not taken from a workbook" in told
    assert "Status, Owner, Comment and Resolution are" in told
    assert "1 change taken" in told


@pytest.mark.slow
def test_the_page_can_be_followed(tmp_path: Path) -> None:
    """It goes on where the tour of the README ends, whose files come first."""
    for step in steps("README.md"):
        if step.file:
            (tmp_path / step.file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / step.file).write_text(step.content, encoding="utf-8")
    walk("docs/casework.md", tmp_path)


def test_what_is_no_workbook_is_refused(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").write_text("no")
    assert "this is no workbook" in desk("breaks", "import", str(tmp_path / "x.xlsx"), status=3).stderr
