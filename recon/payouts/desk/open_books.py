"""The books of a run for all plans that are paid on it: opened when the first needs them, and once."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

from recon.engines.duck import DuckEngine
from recon.payouts.books.activity import Books
from recon.payouts.books.run_books import books_of
from recon.project.workspace import Project
from recon.store.published import Published
from recon.store.scratch import scratch_folder
from recon.store.store import Store

Opened = Callable[[], tuple[DuckEngine, Books]]


@contextmanager
def opening(project: Project, store: Store, run: Published, outputs: Sequence[Path]) -> Iterator[Opened]:
    """Gives what opens the books; whoever asks again gets the same. Below `outputs` payouts may be written.

    Raises:
        ControlFailed: something published is gone or was changed, or the disk or the memory does not suffice.
    """
    machine = project.settings.run
    with ExitStack() as stack:

        @cache
        def opened() -> tuple[DuckEngine, Books]:
            spill = stack.enter_context(scratch_folder(project.temporary_dir, "spill-"))
            held = books_of(store, run, machine.memory_mb, machine.threads, temporary=spill, outputs=outputs)
            return stack.enter_context(held)

        yield opened
