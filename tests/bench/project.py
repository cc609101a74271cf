"""A project of its own for each size: the bench's configuration, and the generated entries published as an ingest."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from recon.model import tables
from recon.project.workspace import Project, open_project
from recon.store.publish import publishing
from recon.store.store import Store
from tests.bench import facts, generate, keyless

HERE: Final = Path(__file__).parent
CONFIGS: Final = HERE / "configs"
SETTINGS: Final = """\
[project]
name = "bench"

[run]
threads = 2
"""


def data_folder(bench: Path, size: int) -> Path:
    """The generated files of a size; made once and kept until the generator or the tables change."""
    code = b"".join(Path(module.__file__ or "").read_bytes() for module in (facts, generate, keyless, tables))
    folder = bench / "data" / f"{size}-{hashlib.sha256(code).hexdigest()[:12]}"
    if not (folder / generate.TRUTH_FILE).is_file():
        making = folder.with_suffix(".making")
        shutil.rmtree(making, ignore_errors=True)
        # in a process of its own: a process that is measured later would count this one's memory at its start
        command = [sys.executable, "-m", "tests.bench.generate", str(size), str(making)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        making.rename(folder)
    return folder


def fresh_project(bench: Path, name: str, data: Path) -> Project:
    """A new project whose only ingest holds the generated entries.

    Raises:
        ReconError: the project or its store cannot be written.
    """
    root = bench / "projects" / name
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    (root / "recon.toml").write_text(SETTINGS, encoding="utf-8")
    shutil.copytree(CONFIGS, root / "configs")
    project = open_project(root)
    take_in(project, data)
    return project


def take_in(project: Project, data: Path) -> None:
    """Publish a folder of generated files as an ingest.

    Raises:
        ReconError: the store cannot be written.
    """
    store = Store.open(project)
    with publishing(store, "ingest", f"bench-{data.name}", store.ingests_folder, {"files": []}) as publication:
        for path in sorted(data.glob("*.parquet")):
            if path.name != generate.TRUTH_FILE:
                shutil.copyfile(path, publication.folder / path.name)
