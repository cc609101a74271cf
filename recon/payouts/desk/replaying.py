"""A published payout done again from the copies in its own folder, and compared file by file, byte by byte."""

from collections.abc import Iterator
from pathlib import Path

from recon.errors import ControlFailed, Place, Problem
from recon.model.versions import refuse_other_versions
from recon.payouts.desk.materials import FactFiles, Material, Materials
from recon.payouts.desk.open_books import opening
from recon.payouts.desk.shelf import PAYOUT, PLAN_FILE, PublishedPayout, Shelf
from recon.payouts.desk.work import PayoutWork
from recon.project.workspace import Project
from recon.store.disk import sha256_of_file
from recon.store.manifest import MANIFEST, compose, files_of
from recon.store.scratch import scratch_folder
from recon.store.store import Store

HINT = "the published file is not what its inputs give; restore it from a backup, or find out who changed it"


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
        problems = list(_differences(folder, payout))
    if problems:
        raise ControlFailed(*problems)
    return [*payout.published.names(), MANIFEST]


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


def _differences(folder: Path, payout: PublishedPayout) -> Iterator[Problem]:
    made = {path.relative_to(folder).as_posix() for path in (*files_of(folder), folder / MANIFEST)}
    for name in sorted({*made, *payout.published.names(), MANIFEST}):
        place = Place(f"{payout.published.shown}/{name}")
        published, again = payout.published.folder / name, folder / name
        if not again.is_file():
            yield Problem(
                "replay-differs", "the file was published, and the replay does not give it", place, HINT
            )
        elif not published.is_file():
            yield Problem("replay-differs", "the replay gives this file, and it is not there", place, HINT)
        elif sha256_of_file(published) != sha256_of_file(again):
            yield Problem("replay-differs", "its bytes are not those that the replay gives", place, HINT)
