"""What was published: a folder that the ledger vouches for through the hash of its manifest."""

import hashlib
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from recon.errors import ControlFailed, Problem
from recon.store.disk import disk_errors, sha256_of_file
from recon.store.manifest import MANIFEST, changed, files_of, parse


@dataclass(frozen=True)
class Published:
    """One published folder.

    `identity` is what it was published as, `shown` its path within the project, `manifest_sha256` what the
    ledger recorded, `at` when (UTC), `seq` the ledger's row.
    """

    kind: str
    identity: str
    folder: Path
    shown: str
    manifest_sha256: str
    at: str
    seq: int
    _verified: set[str] = field(default_factory=set, compare=False, repr=False)

    @cached_property
    def manifest(self) -> Mapping[str, Any]:
        """What the folder is about, checked against the ledger when first read.

        Raises:
            ControlFailed: the manifest is missing or was changed.
        """
        path = self.folder / MANIFEST
        shown = f"{self.shown}/{MANIFEST}"
        if not path.is_file():
            raise ControlFailed(
                changed(f"{self.kind} {self.identity} was published, but its manifest is gone", shown)
            )
        with disk_errors("read a manifest", path):
            content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != self.manifest_sha256:
            raise ControlFailed(changed("the manifest is not the one that the ledger recorded", shown))
        return parse(content.decode("utf-8"), shown)

    @property
    def present(self) -> bool:
        """Whether the folder is where it was published."""
        return self.folder.is_dir()

    def names(self) -> list[str]:
        """The files of the folder, as its manifest lists them."""
        return [str(listed["name"]) for listed in self.manifest["files"]]

    def rows(self, name: str) -> int:
        """The rows of one of the files, as its manifest says.

        Raises:
            KeyError: the manifest lists no such file.
        """
        return int(self._listed(name)["rows"])

    def verified(self, name: str) -> Path:
        """The path of one of the files, after its SHA-256 was compared with the manifest, once per process.

        Raises:
            KeyError: the manifest lists no such file.
            ControlFailed: the file is missing or was changed.
        """
        listed = self._listed(name)
        if name not in self._verified:
            problem = self._file_problem(listed)
            if problem:
                raise ControlFailed(problem)
            self._verified.add(name)
        return self.folder / name

    def verify(self) -> None:
        """Look whether every file is as it was published, also those that nobody reads here, such as what a bank gets.

        Raises:
            ControlFailed: a file is missing or was changed.
        """
        for name in self.names():
            self.verified(name)

    def _listed(self, name: str) -> Mapping[str, Any]:
        by_name: dict[str, Mapping[str, Any]] = {file["name"]: file for file in self.manifest["files"]}
        return by_name[name]

    def problems(self) -> list[Problem]:
        """Everything in the folder that is not as it was published, each problem naming the file."""
        if not self.present:
            message = f"{self.kind} {self.identity} was published, but its folder is gone"
            return [changed(message, self.shown)]
        try:
            listed = self.manifest["files"]
        except ControlFailed as error:
            return list(error.problems)
        found = [self._file_problem(file) for file in listed] + self._strays() + self._modes()
        return [problem for problem in found if problem]

    def _file_problem(self, listed: Mapping[str, Any]) -> Problem | None:
        path = self.folder / listed["name"]
        shown = f"{self.shown}/{listed['name']}"
        if path.is_symlink() or not path.is_file():
            return changed("the file was published and is gone", shown)
        with disk_errors("read a published file", path):
            size, sha256 = path.stat().st_size, sha256_of_file(path)
        if size != listed["size"]:
            return changed(f"the file was published with {listed['size']} bytes and has {size}", shown)
        if sha256 != listed["sha256"]:
            return changed("the file's bytes are not those that were published (its SHA-256 differs)", shown)
        return None

    def _strays(self) -> list[Problem | None]:
        names = {self.folder / name for name in self.names()}
        return [
            changed("the file was not published, it was put here later", self._shown(path))
            for path in files_of(self.folder)
            if path not in names
        ]

    def _modes(self) -> list[Problem | None]:
        paths = [self.folder, *self.folder.rglob("*")]
        open_to_others = [path for path in paths if stat.S_IMODE(path.lstat().st_mode) & 0o077]
        return [
            Problem(
                "not-private",
                "others on this machine can read or change it",
                changed("", self._shown(path)).place,
                f"run `chmod go-rwx {self._shown(path)}`",
            )
            for path in open_to_others
        ]

    def _shown(self, path: Path) -> str:
        relative = path.relative_to(self.folder).as_posix()
        return self.shown if relative == "." else f"{self.shown}/{relative}"
