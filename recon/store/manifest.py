"""The manifest of a published folder: every file with its SHA-256, and what the folder is about."""

import json
from collections.abc import Mapping
from pathlib import Path

from recon.errors import ControlFailed, Place, Problem
from recon.store.canonical import canonical, sha256_of_value
from recon.store.disk import sha256_of_file

MANIFEST = "manifest.json"


def compose(
    folder: Path, kind: str, inputs: Mapping[str, object], content: Mapping[str, object], identity: str
) -> str:
    """The text of the manifest of what lies in a folder.

    It holds `kind`, `<kind>_id`, `inputs`, `files` (name, sha256, size; rows and logical digest of Parquet),
    then whatever the caller adds. It says nothing of time or place, so that the same work gives the same text.

    Raises:
        ValueError: the caller's content uses a name that the manifest gives itself.
    """
    own: dict[str, object] = {
        "kind": kind,
        f"{kind}_id": identity,
        "inputs": dict(inputs),
        "files": [_listed(folder, path) for path in files_of(folder)],
    }
    clashes = sorted(name for name in content if name in own and content[name] != own[name])
    if clashes:
        raise ValueError(f"the manifest itself says {', '.join(clashes)}")
    return canonical({**content, **own}) + "\n"


def files_of(folder: Path) -> list[Path]:
    """The files under a folder, the manifest apart, in the order of their names."""
    found = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    return sorted(path for path in found if path != folder / MANIFEST)


def _listed(folder: Path, path: Path) -> dict[str, object]:
    listed: dict[str, object] = {
        "name": path.relative_to(folder).as_posix(),
        "sha256": sha256_of_file(path),
        "size": path.stat().st_size,
    }
    if path.suffix == ".parquet":
        from recon.store.digest import listed_digest  # it brings pyarrow, which readers of manifests do without

        listed["rows"], listed["digest"] = listed_digest(path)
    return listed


def parse(text: str, shown: str) -> dict[str, object]:
    """The manifest's values.

    Raises:
        ControlFailed: the text is no manifest.
    """
    try:
        manifest = json.loads(text)
        names = [file["name"] for file in manifest["files"]]
    except (ValueError, KeyError, TypeError) as error:
        raise ControlFailed(changed(f"the manifest cannot be read: {error}", shown)) from error
    if not isinstance(manifest, dict) or len(set(names)) != len(names):
        raise ControlFailed(changed("the manifest lists a file twice", shown))
    return manifest


def inputs_hash(inputs: object) -> str:
    """The hash by which the ledger remembers what a folder was made from."""
    return sha256_of_value(inputs)


def changed(message: str, shown: str) -> Problem:
    """The problem of something published that is no longer what it was."""
    hint = "restore it from a backup; published data is never edited in place"
    return Problem("published-changed", message, Place(shown), hint)
