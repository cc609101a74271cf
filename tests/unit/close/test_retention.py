"""What may be removed and what never is: closed, continued, paid on; an interrupted removal is finished."""

import zipfile
from datetime import UTC, date, datetime, timedelta

import pytest

from recon.close.periods.controls import Control
from recon.close.periods.signing import prepare, sign
from recon.close.periods.standing import standing
from recon.close.retention import candidates, prune
from recon.model.periods import Period
from recon.outputs.assemble import assemble
from recon.outputs.excel.workbook import write_workbook
from recon.project.workspace import Project
from recon.runs.match import match
from recon.sources.intake.ingest import ingest
from recon.store.people import Person
from recon.store.store import Store
from tests.unit.runs.worlds import ONE_RULE_SET, SETTINGS, Sale, new_project, world_of

OCTOBER = Period.parse("2026-10")
KEEPING = SETTINGS + "\n[retention]\nruns_days = 60\nreports_days = 60\ncrashes_days = 30\n"
pytestmark = pytest.mark.slow


def later(project: Project, days: int) -> Store:
    """The store by a clock that runs ahead."""
    return Store.open(project, lambda: datetime.now(UTC) + timedelta(days))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Two nights, the run of the month from the first file on, its closing, and a night after it."""
    project = new_project(tmp_path_factory.mktemp("kept") / "world", KEEPING, ONE_RULE_SET)
    for file in world_of([Sale(1, 10_000), Sale(2, 20_000, day=1), Sale(3, 5_000, settled=False)]).files():
        file.write(project.root / "inbox")
    store = Store.open(project)
    ingest(project, store, sources=None)
    for day in (6, 8):
        match(project, store, as_of=date(2026, 10, day))
    month = match(project, store, period="2026-10", as_of=OCTOBER.last, fresh=True).run
    controls = [Control("proof", holds=True, evidence="")]
    prepare(store, Person("ada", "ada"), standing(store, OCTOBER), controls, "")
    for level, who in (("reviewed", "ben"), ("approved", "cleo")):
        sign(store, Person(who, who), standing(store, OCTOBER), level, controls, "")
    match(project, store, as_of=date(2026, 11, 2))
    for run in store.runs():
        write_workbook(
            assemble(run.folder), run.folder, project.reports_dir / run.identity / "reconciliation.xlsx"
        )
    crashes = store.folder / "crashes"
    crashes.mkdir(0o700)
    (crashes / "trace.txt").write_text("x")
    assert store.runs()[2].identity == month.identity
    return project


def test_nothing_goes_before_its_time(project: Project) -> None:
    assert candidates(project, later(project, 29)) == []
    assert [one.kind for one in candidates(project, later(project, 31))] == ["crash"]


def test_nights_that_nothing_rests_on_go_and_all_else_stays(project: Project) -> None:
    store = later(project, 61)
    first, second, month, last = (run.identity for run in store.runs())
    edited = project.reports_dir / month / "reconciliation.xlsx"
    with zipfile.ZipFile(edited, "a") as book:
        book.writestr("xl/comments.xml", "saved by somebody")
    found = {(one.kind, one.name): one.keeps for one in candidates(project, store)}
    assert {name for (kind, name), keeps in found.items() if kind == "run" and not keeps} == {first, second}
    assert found["run", month] == "2026-10 was closed on it, or on one that continues it"
    assert found["run", last] == "runs continue from it"
    assert found["workbook", month] == "somebody wrote into it"
    assert found["workbook", first] == found["crash", "trace.txt"] == ""
    chosen = [one for one in candidates(project, store) if not one.keeps]
    prune(store, chosen)
    fresh = Store.open(project)
    assert [run.identity for run in fresh.runs()] == [month, last]
    assert not (project.runs_dir / first).exists()
    assert not (project.reports_dir / first).exists()
    assert edited.exists()
    assert [row.body["identity"] for row in fresh.ledger.rows("run.pruned")] == [first, second]
    assert fresh.verify_all() == []
    assert [one.kind for one in candidates(project, later(project, 61)) if not one.keeps] == []
    assert match(project, fresh, as_of=date(2026, 11, 3)).is_new, "what goes on needs nothing of it"


def test_a_removal_that_was_interrupted_is_finished_by_the_next_writer(project: Project) -> None:
    store = Store.open(project)
    with store.writing("match"):
        pass
    lonely = match(project, store, period="2026-11-10", as_of=date(2026, 11, 10), fresh=True).run
    match(project, store, as_of=date(2026, 11, 20), fresh=True)
    body = {"identity": lonely.identity, "folder": lonely.shown, "manifest": lonely.manifest_sha256}
    store.ledger.append("run.pruned", body)
    assert lonely.folder.exists()
    assert Store.open(project).verify_all() == [], "readers look for it no more"
    with Store.open(project).writing("match"):
        pass
    assert not lonely.folder.exists()
    again = match(project, store, period="2026-11-10", as_of=date(2026, 11, 10), fresh=True)
    assert (again.is_new, again.run.identity) == (True, lonely.identity), "the same run can be made again"
    assert Store.open(project).verify_all() == []
