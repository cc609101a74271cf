"""Profiles that say `extends:`: the settings of a shipped profile, and over them those of the project's own."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from recon.errors import ConfigError
from recon.model.ids import content_id
from recon.project.located import Document, read_yaml
from recon.project.nodes import Entry, Mapping, Mark, Node, Scalar, Sequence, Steps
from recon.project.shipped import shipped_configs
from recon.project.suggest import did_you_mean

EXTENDS: Final = "extends"
TESTS: Final = "tests"
_MERGED: Final[frozenset[Steps]] = frozenset(
    {
        (), ("layout",), ("layout", "other_names"), ("money",), ("money", "fee_parts"), ("dates",), ("columns",),
        ("columns", "attributes"), ("type",), ("type", "words"), ("status",), ("status", "words"), ("derive",),
        ("statement",),
    }
)  # fmt: skip
"""Sections in which single settings are taken from either profile; any other setting is taken whole."""

_OWN: Final = frozenset({"tests"})
"""Settings that are not taken over: tests are of the profile in which they stand."""


def library_folder() -> Path:
    """The folder of the profiles that come with the program."""
    return shipped_configs() / "sources" / "library"


def library_paths() -> dict[str, Path]:
    """The files of the shipped profiles by name, in the order of the names."""
    return {path.stem: path for path in sorted(library_folder().glob("*.yaml"))}


def extended(document: Document) -> Document:
    """The document with the settings that it takes from a shipped profile; the same when it takes none.

    Settings taken over stand, for messages, where the profile says what it extends. The hash is of all files that it
    is made of, so that a new version of a shipped profile is a change of what extends it.

    Raises:
        ConfigError: there is no shipped profile of that name, or profiles extend each other in a circle.
    """
    seen: list[str] = []
    hashes = [document.sha256]
    root, entry = document.root, _named(document.root)
    while entry is not None:
        name = entry.text
        known = library_paths()
        if name not in known or name in seen:
            circle = " -> ".join([*seen, name])
            message = (
                f"profiles extend each other: {circle}" if name in seen else f"no shipped profile `{name}`"
            )
            hint = did_you_mean(name, known) or "`recon sources library` lists them"
            raise ConfigError(document.problem((EXTENDS,), "unknown-profile", message, hint))
        seen.append(name)
        shipped = read_yaml(known[name], name)
        hashes.append(shipped.sha256)
        base = _to_take_over(shipped.root)
        root = _over(_moved(base, entry.mark), root, ())
        entry = _named(base, entry.mark)
    if not seen:
        return document
    sha256 = hashlib.sha256("".join(hashes).encode()).hexdigest()
    return replace(document, root=root, file=replace(document.file, sha256=sha256))


def meaning_of(root: Node) -> str:
    """A hash of all settings of a profile, those taken over included, without its tests and its comments."""
    return content_id(_settings(root, ()), 64)


def _settings(node: Node, steps: Steps) -> Iterator[str]:
    """Every setting with its path, in the order of the file: that of columns and lists may matter."""
    if isinstance(node, Scalar):
        yield from (json.dumps(steps), "null" if node.is_null else "text", node.text)
    elif isinstance(node, Sequence):
        yield from (json.dumps(steps), "list")
        for number, item in enumerate(node.items):
            yield from _settings(item, (*steps, number))
    else:
        yield from (json.dumps(steps), "settings")
        for name, entry in node.entries.items():
            if (*steps, name) != (TESTS,):
                yield from _settings(entry.node, (*steps, name))


def _to_take_over(root: Node) -> Node:
    """What another profile takes over: all settings but the tests, which are of this profile as it stands."""
    if not isinstance(root, Mapping):
        return root
    return replace(root, entries={name: one for name, one in root.entries.items() if name != TESTS})


def _named(root: Node, mark: Mark | None = None) -> Scalar | None:
    """What a profile extends, standing at `mark`."""
    entry = root.entries.get(EXTENDS) if isinstance(root, Mapping) else None
    if entry is None or not isinstance(entry.node, Scalar):
        return None
    return replace(entry.node, mark=mark or entry.node.mark)


def _over(base: Node, own: Node, steps: Steps) -> Node:
    if steps not in _MERGED or not isinstance(base, Mapping) or not isinstance(own, Mapping):
        return own
    entries = {name: entry for name, entry in base.entries.items() if steps or name not in _OWN}
    for name, entry in own.entries.items():
        below = entries.pop(name, None)
        entries[name] = (
            entry if below is None else Entry(entry.key_mark, _over(below.node, entry.node, (*steps, name)))
        )
    return Mapping(entries, own.mark)


def _moved(node: Node, mark: Mark) -> Node:
    """The same settings, all standing at one place."""
    if isinstance(node, Scalar):
        return replace(node, mark=mark)
    if isinstance(node, Sequence):
        return Sequence(tuple(_moved(item, mark) for item in node.items), mark)
    return Mapping({name: Entry(mark, _moved(one.node, mark)) for name, one in node.entries.items()}, mark)
