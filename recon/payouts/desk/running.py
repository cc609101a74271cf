"""Payouts computed and published: one for each plan in force, and nothing at all when nothing is new."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path

from recon.errors import ConfigError, Problem, UsageError
from recon.model.periods import Period
from recon.payouts.desk.covering import begins_late, too_early
from recon.payouts.desk.due_periods import of_another_length
from recon.payouts.desk.ended import has_something
from recon.payouts.desk.materials import FactFiles, Material, Materials
from recon.payouts.desk.open_books import Opened, opening
from recon.payouts.desk.shelf import PAYOUT, PublishedPayout, Shelf
from recon.payouts.desk.states import CALCULATED, state_of
from recon.payouts.desk.work import PayoutWork
from recon.payouts.library import Filed, plans_in
from recon.payouts.plan.plan import Plan
from recon.payouts.review.unknown import refuse_unknown
from recon.project.folders import files_in
from recon.project.workspace import Project
from recon.store.disk import PRIVATE_FOLDER
from recon.store.manifest import MANIFEST, compose
from recon.store.publish import publishing
from recon.store.published import Published
from recon.store.store import Store

DAY = timedelta(days=1)
PARTNERS = "partners"
TABLES = (".csv", ".xlsx")


@dataclass(frozen=True, slots=True)
class PayoutOutcome:
    """A payout of a plan, and what became of it: `new`, `unchanged`, or `closed` (late facts go to the open period)."""

    payout: PublishedPayout
    became: str


@dataclass(frozen=True)
class Asked:
    """What payouts are asked for: the run they are paid on, the period, and the files beside the plans.

    `registry` is what the registry of partners says, where the project has one.
    """

    project: Project
    store: Store
    run: Published
    period: Period
    facts: Sequence[Path] = ()
    adjustments: Sequence[Path] = ()
    registry: Sequence[Material] = ()

    @cached_property
    def known(self) -> FactFiles:
        """The tables of what is known of payees, for all plans."""
        shown = self.project.relative
        return FactFiles([*self.registry, *(Material.of(path, shown(path)) for path in self.facts)])

    def work(self, shelf: Shelf, filed: Filed) -> PayoutWork:
        """The work of one plan."""
        shown = self.project.relative
        materials = Materials(
            Material.of(filed.path, filed.document.shown),
            self.known,
            [Material.of(path, shown(path)) for path in self.adjustments],
        )
        line = shelf.line(filed.plan.plan, self.period)
        return PayoutWork(self.project, self.store, self.run, filed.plan, materials, self.period, line)


def tables_of(project: Project, kind: str) -> list[Path]:
    """The project's own tables of a kind: `facts` or `adjustments` under `configs/partners/`.

    Raises:
        ConfigError: their folder cannot be opened.
    """
    return files_in(project.configs / PARTNERS / kind, TABLES, project.relative)


def run_payouts(
    asked: Asked, plans: Sequence[Filed], by: str, ended: Sequence[Filed] = ()
) -> Iterator[PayoutOutcome]:
    """Compute and publish the payout of each plan, in their order; nothing, where one of them comes too early.

    Of plans that have `ended` those are paid that still hold money, or of which something became known late.

    Raises:
        ConfigError: a plan's version was changed after it had paid a period that is closed, or it looks for what no
            source has.
        UsageError: the run ends before the period does; an earlier period of a plan is not paid; a later one is closed;
            or the run is older than the one paid on before.
        InputRefused: facts, adjustments or entries lack what a plan needs.
        ControlFailed: something published was changed, or the disk fails.
        Busy: another process is writing.
    """
    refuse_unknown(asked.project, asked.store, plans)
    shelf = Shelf(asked.store)
    with opening(asked.project, asked.store, asked.run, [asked.store.payouts_folder]) as opened:
        still = [one for one in ended if has_something(shelf, asked.work(shelf, one), opened)]
        _refuse_early(asked, [*plans, *still])
        for filed in (*plans, *still):
            with asked.store.writing("payouts"):
                yield _run_one(asked, filed, by, opened)


def why_early(asked: Asked, plans: Sequence[Filed]) -> list[Problem]:
    """What keeps the period from being paid by these plans: the run ends before it, or days before it are not paid."""
    names = [one.plan.plan for one in plans]
    return too_early(Shelf(asked.store), asked.run, _versions(asked), names, asked.period)


def begun_late(asked: Asked, plans: Sequence[Filed]) -> list[str]:
    """What to know of plans whose first payout this would be, while they were in force before it."""
    shelf, versions = Shelf(asked.store), _versions(asked)
    found = (
        begins_late(
            [plan for plan in versions if plan.plan == name], shelf.line(name, asked.period), asked.period
        )
        for name in dict.fromkeys(one.plan.plan for one in plans)
    )
    return [one for one in found if one is not None]


def _versions(asked: Asked) -> list[Plan]:
    return [one.plan for one in plans_in(asked.project.plans_dir, asked.project.relative)]


def _refuse_early(asked: Asked, plans: Sequence[Filed]) -> None:
    shelf = Shelf(asked.store)
    standing = [(one, shelf.current(one.plan.plan, asked.period)) for one in plans]
    still_open = [one for one, payout in standing if payout is None or not state_of(asked.store, payout).closed]
    lengths = (
        of_another_length(one.plan, asked.period) for one in still_open if one.plan.counts_in(asked.period)
    )
    problems = [one for one in lengths if one is not None]
    if still_open and (problems := [*problems, *why_early(asked, still_open)]):
        raise UsageError(*problems)


def _run_one(asked: Asked, filed: Filed, by: str, opened: Opened) -> PayoutOutcome:
    shelf = Shelf(asked.store)
    work = asked.work(shelf, filed)
    _refuse_edited(shelf, work)
    standing = shelf.current(filed.plan.plan, asked.period)
    if standing is not None and state_of(asked.store, standing).closed:
        return PayoutOutcome(standing, "unchanged" if standing.identity == work.identity else "closed")
    _refuse_going_back(shelf, work)
    _refuse_overlap(shelf, work)
    _refuse_amid(shelf, work)
    work.refuse_never_paid()
    parent = asked.store.payouts_folder
    with publishing(asked.store, PAYOUT, work.identity, parent, work.inputs) as publication:
        if publication.already is not None:
            return PayoutOutcome(PublishedPayout(publication.already), "unchanged")
        publication.content.update(work.write(publication.folder, opened))
        asked.store.ledger.append(f"{PAYOUT}.{CALCULATED}", {"identity": work.identity, "by": by})
    return PayoutOutcome(PublishedPayout(publication.published), "new")


def _refuse_edited(shelf: Shelf, work: PayoutWork) -> None:
    """Refuse a version that says something else than when it paid a closed period."""
    for payout in shelf.all:
        if payout.manifest["version"] != work.plan.version or not state_of(shelf.store, payout).closed:
            continue
        if payout.manifest["inputs"]["files"]["inputs/plan.yaml"] != work.inputs["files"]["inputs/plan.yaml"]:
            message = f"{work.plan.version} was changed after it paid {payout.period} ({payout.identity})"
            hint = (
                f"a version is never edited in place: put back the copy in {payout.published.shown}/inputs/plan.yaml "
                "and give the change an `effective` day of its own"
            )
            raise ConfigError(Problem("plan-edited", message, work.place, hint))


def _refuse_overlap(shelf: Shelf, work: PayoutWork) -> None:
    """Refuse a period that shares days with another one: their entries would be paid twice."""
    wanted = work.period
    for payout in shelf.standing(plans=[work.plan.plan]):
        other = payout.period
        if other != wanted and other.first <= wanted.last and wanted.first <= other.last:
            message = f"{work.plan.plan}: {wanted} shares days with {other}, which {payout.identity} pays"
            hint = "pay whole months, or periods that begin where the one before ends"
            raise UsageError(Problem("period-overlap", message, hint=hint))


def _refuse_amid(shelf: Shelf, work: PayoutWork) -> None:
    """Refuse a version that takes effect within a closed period, which an earlier version paid as a whole."""
    plan = work.plan
    for payout in work.line:
        period, paid_by = payout.period, payout.as_written
        amid = paid_by.effective < plan.effective and period.first < plan.effective <= period.last
        if amid and state_of(shelf.store, payout).closed:
            message = f"{plan.version} takes effect within {period}, and {paid_by.version} paid all of it"
            hint = f"let it take effect on {period.first}, which pays the difference now, or on {period.last + DAY}"
            raise UsageError(Problem("two-versions", message, work.place, hint))


def _refuse_going_back(shelf: Shelf, work: PayoutWork) -> None:
    """Refuse to compute a period behind one that is closed, or on a run behind the one paid on before."""
    plan = work.plan.plan
    later = [one for one in shelf.later(plan, work.period) if state_of(shelf.store, one).closed]
    if later:
        message = f"{plan}: {later[0].period} is closed, {work.period} lies before it"
        hint = "what is late for it is booked in the open period by itself"
        raise UsageError(Problem("period-closed", message, hint=hint))
    for payout in work.line:
        before = shelf.store.run(str(payout.manifest["run"]))
        if str(work.run.manifest.get("as_of", "")) < str(before.manifest.get("as_of", "")):
            message = (
                f"run {work.run.identity} is older than {before.identity}, which {payout.identity} was paid on"
            )
            raise UsageError(Problem("period-closed", message, hint="pay on the latest run: `--run latest`"))


def preview(asked: Asked, plans: Sequence[Filed], folder: Path) -> Iterator[PublishedPayout]:
    """What `run_payouts` would publish, in folders below `folder`; nothing is stored and no lock is taken.

    Raises:
        ConfigError, InputRefused, ControlFailed: as `run_payouts`.
    """
    refuse_unknown(asked.project, asked.store, plans)
    shelf = Shelf(asked.store)
    with opening(asked.project, asked.store, asked.run, [folder]) as opened:
        for number, filed in enumerate(plans):
            work = asked.work(shelf, filed)
            work.refuse_never_paid()
            own = folder / str(number)
            own.mkdir(PRIVATE_FOLDER)
            content = work.write(own, opened)
            text = compose(own, PAYOUT, work.inputs, content, work.identity)
            (own / MANIFEST).write_text(text, "utf-8")
            manifest_sha256 = hashlib.sha256(text.encode()).hexdigest()
            yield PublishedPayout(Published(PAYOUT, work.identity, own, "not stored", manifest_sha256, "", 0))
