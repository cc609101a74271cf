"""The folder of one published run, read for reporting: its manifest and its tables, verified when opened."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from recon.errors import ControlFailed
from recon.store.disk import sha256_of_file
from recon.store.manifest import MANIFEST, changed, parse

if TYPE_CHECKING:
    import polars as pl


class RunFolder:
    """Tables of a run by name. A file that is not what the manifest says is never read."""

    def __init__(self, path: Path) -> None:
        """Read the manifest.

        Raises:
            ControlFailed: there is no readable manifest.
        """
        self.path = path
        shown = f"{path.name}/{MANIFEST}"
        try:
            text = (path / MANIFEST).read_text(encoding="utf-8")
        except OSError as error:
            raise ControlFailed(
                changed(f"the run has no readable manifest: {error.strerror}", shown)
            ) from error
        self.manifest: Mapping[str, Any] = dict[str, Any](parse(text, shown))
        self._sha256 = {str(file["name"]): str(file["sha256"]) for file in self.manifest["files"]}
        self._verified: set[str] = set()
        self.answers: dict[str, list[dict[str, Any]]] = {}
        """Rows of queries that were asked before, by the name of the query."""

    def scan(self, table: str) -> "pl.LazyFrame":
        """The rows of `<table>.parquet`, not yet read.

        Raises:
            ControlFailed: the file is missing or differs from its hash in the manifest.
        """
        import polars as pl

        name = f"{table}.parquet"
        path = self.path / name
        if name not in self._verified:
            self._verify(path)
            self._verified.add(name)
        return pl.scan_parquet(path, glob=False)

    def _verify(self, path: Path) -> None:
        shown = f"{self.path.name}/{path.name}"
        if not path.is_file():
            raise ControlFailed(changed("the file was published and is gone", shown))
        if sha256_of_file(path) != self._sha256.get(path.name):
            message = "the file's bytes are not those that were published (its SHA-256 differs)"
            raise ControlFailed(changed(message, shown))
