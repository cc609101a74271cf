"""A published payout done again from the copies in its own folder, and compared file by file, byte by byte."""

from recon.errors import ControlFailed
from recon.model.versions import refuse_other_versions
from recon.payouts.desk.materials import FactFiles, Material, Materials
from recon.payouts.desk.open_books import opening
from recon.payouts.desk.shelf import PAYOUT, PLAN_FILE, PublishedPayout, Shelf
from recon.payouts.desk.work import PayoutWork
from recon.project.workspace import Project
from recon.store.manifest import MANIFEST, compose
from recon.store.replayed import compared
from recon.store.scratch import scratch_folder
from recon.store.store import Store


def replay_payout(project: Project, store: Store, payout: PublishedPayout) -> list[str]:
    """Do the work of a payout again in a private folder; the names of its files, which came out the same.

    Raises:
        UsageError: the payout was made by other versions of the program or its libraries.
        ControlFailed: files came out different, each named; something that the payout rests on was changed.
    """
    manifest = f"{payout.published.shown}/{MANIFEST}"
    refuse_other_versions(payout.manifest["inputs"]["versions"], "the payout", manifest)
    work = _work(project, store, payout)
    with (
        scratch_folder(project.temporary_dir, "replay-") as folder,
        opening(project, store, work.run, [folder]) as opened,
    ):
        content = work.write(folder, opened)
        text = compose(folder, PAYOUT, work.inputs, content, payout.identity)
        (folder / MANIFEST).write_text(text, "utf-8")
        found = dict(compared(payout.published, folder))
    if problems := [problem for problem in found.values() if problem is not None]:
        raise ControlFailed(*problems)
    return list(found)


def _work(project: Project, store: Store, payout: PublishedPayout) -> PayoutWork:
    shelf = Shelf(store)
    inputs = payout.manifest["inputs"]
    line = [shelf.named(str(identity)) for identity in inputs["line"]]

    def copies(kind: str) -> list[Material]:
        return [Material.of(path, shown) for path, shown in payout.inputs(kind)]

    plan = Material.of(payout.file(PLAN_FILE), f"{payout.published.shown}/{PLAN_FILE}")
    materials = Materials(plan, FactFiles(copies("facts")), copies("adjustments"))
    run = store.run(str(inputs["run"]))
    return PayoutWork(project, store, run, payout.as_written, materials, payout.period, line)
