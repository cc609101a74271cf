"""The folder of one published run, read for reporting: its manifest and its tables, verified when opened."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from recon.errors import ControlFailed, Place, Problem

if TYPE_CHECKING:
    import polars as pl

_BLOCK = 1 << 20


class RunFolder:
    """Tables of a run by name. A file that is not what the manifest says is never read."""

    def __init__(self, path: Path) -> None:
        """Read the manifest.

        Raises:
            ControlFailed: there is no readable manifest.
        """
        self.path = path
        try:
            manifest = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ControlFailed(
                Problem(
                    code="run-manifest",
                    message=f"the run has no readable manifest: {error}",
                    place=Place(f"{path.name}/manifest.json"),
                    hint="run the period again; an unfinished run is never reported",
                )
            ) from error
        self.manifest: Mapping[str, Any] = manifest
        self._sha256 = {str(file["name"]): str(file["sha256"]) for file in manifest["files"]}
        self._verified: set[str] = set()

    def scan(self, table: str) -> "pl.LazyFrame":
        """The rows of `<table>.parquet`, not yet read.

        Raises:
            ControlFailed: the file is missing or differs from its hash in the manifest.
        """
        import polars as pl

        return pl.scan_parquet(self.verified(table))

    def verified(self, table: str) -> Path:
        """The path of `<table>.parquet`, after its bytes were compared with the manifest.

        Raises:
            ControlFailed: the file is missing or differs from its hash in the manifest.
        """
        name = f"{table}.parquet"
        path = self.path / name
        if name not in self._verified:
            if not path.is_file():
                raise self._failed(name, "is missing")
            if _sha256(path) != self._sha256.get(name):
                raise self._failed(name, "is not what the manifest says")
            self._verified.add(name)
        return path

    def _failed(self, name: str, what: str) -> ControlFailed:
        return ControlFailed(
            Problem(
                code="run-file",
                message=f"the file {what}",
                place=Place(f"{self.path.name}/{name}"),
                hint="restore the run folder from a backup, or run `recon runs replay`",
            )
        )


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
