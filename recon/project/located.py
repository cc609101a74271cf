"""Configuration files with positions: read as text, built into models, every problem at `file:line:col`."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from recon.errors import ConfigError, Place, Problem
from recon.project.excerpt import excerpt, split_lines
from recon.project.nodes import Mapping, Mark, Node, Scalar, Steps, find, mark_of
from recon.project.suggest import did_you_mean
from recon.project.text_tree import text_tree
from recon.project.validation import findings
from recon.project.yaml_text import Complaint, compose

LARGEST = 1_000_000
"""Bytes of a configuration file; long lookup tables belong into CSV files beside it."""

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class ConfigFile:
    """A configuration file as it was read: the name used in messages, its bytes, and the hash that stands for it.

    The hash of a profile that extends another is of both.
    """

    shown: str
    content: bytes = field(repr=False)
    sha256: str

    @classmethod
    def of(cls, shown: str, content: bytes) -> "ConfigFile":
        """A file of these bytes, which stand for nothing but themselves."""
        return cls(shown, content, hashlib.sha256(content).hexdigest())

    @property
    def text(self) -> str:
        """Its text, without a mark of the encoding."""
        return self.content.decode("utf-8-sig")


@dataclass(frozen=True)
class Document:
    """A configuration file, its tree of settings, and where each of them stands."""

    path: Path
    file: ConfigFile
    root: Node

    @property
    def shown(self) -> str:
        """The name used in messages."""
        return self.file.shown

    @property
    def sha256(self) -> str:
        """The hash of its bytes, and of all that it extends."""
        return self.file.sha256

    @cached_property
    def text(self) -> str:
        """What it says."""
        return self.file.text

    @cached_property
    def lines(self) -> Sequence[str]:
        """The lines of the text."""
        return split_lines(self.text)

    def build(self, model: type[M], at: Steps = ()) -> M:
        """The settings at `at` as a model.

        Raises:
            ConfigError: with all problems of these settings, in the order of the file.
        """
        node = find(self.root, at)
        tree = None if node is None else text_tree(node, at)
        try:
            return model.model_validate(tree)
        except ValidationError as error:
            problems = [
                self.problem(one.steps, one.code, one.message, one.hint, key=one.key)
                for one in findings(error, tree, self.root, at)
            ]
        raise ConfigError(*in_file_order(problems))

    def place(self, steps: Steps, *, key: bool = False, offset: int = 0) -> Place:
        """Where the value at `steps` begins, or its name with `key`; the nearest setting above if it is absent.

        `offset` counts characters into the text of a value that stands on one line.
        """
        mark = mark_of(self.root, steps, key=key)
        node = find(self.root, steps)
        if offset and isinstance(node, Scalar):
            mark = self._within(node, offset)
        return Place(self.shown, mark.line, mark.column)

    def problem(
        self,
        steps: Steps,
        code: str,
        message: str,
        hint: str | None = None,
        *,
        key: bool = False,
        offset: int = 0,
    ) -> Problem:
        """A problem at a value or its name, with the excerpt of the file."""
        return self._at(self.place(steps, key=key, offset=offset), code, message, hint)

    def complaint(self, complaint: Complaint) -> Problem:
        """A problem of the text itself, with the excerpt of the file."""
        place = Place(self.shown, complaint.mark.line, complaint.mark.column)
        return self._at(place, complaint.code, complaint.message, complaint.hint)

    def _at(self, place: Place, code: str, message: str, hint: str | None) -> Problem:
        shown = excerpt(self.lines, place.line or 1, place.column)
        return Problem(code, message, place, hint, shown)

    def _within(self, node: Scalar, offset: int) -> Mark:
        """The mark of a character inside a value; the beginning of a value that is folded over lines."""
        if node.style in {"", "'", '"'}:
            line = self.lines[node.mark.line - 1]
            column = node.mark.column + offset + (1 if node.style else 0)
            return Mark(node.mark.line, column) if column <= len(line) + 1 else node.mark
        if node.style == "|":
            before = node.text[:offset].split("\n")
            number = node.mark.line + len(before)
            if number <= len(self.lines):
                line = self.lines[number - 1]
                return Mark(number, len(line) - len(line.lstrip(" ")) + len(before[-1]) + 1)
        return node.mark


def in_file_order(problems: Iterable[Problem]) -> list[Problem]:
    """Problems by file, line and column."""

    def order(problem: Problem) -> tuple[str, int, int, str]:
        place = problem.place
        return (place.file, place.line or 0, place.column or 0, problem.message) if place else ("", 0, 0, "")

    return sorted(problems, key=order)


def read_file(path: Path, shown: str) -> ConfigFile:
    """A configuration file, known to be text.

    Raises:
        ConfigError: if the file is missing, unreadable, larger than `LARGEST`, or not UTF-8.
    """
    place = Place(shown)
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise ConfigError(Problem("unreadable-file", "this is no ordinary file", place))
        raw = b"" if size > LARGEST else path.read_bytes()
    except FileNotFoundError:
        hint = did_you_mean(path.name, _names_beside(path))
        raise ConfigError(Problem("missing-file", "there is no such file", place, hint)) from None
    except OSError as error:
        raise ConfigError(Problem("unreadable-file", f"cannot be read: {error.strerror}", place)) from None
    if size > LARGEST:
        hint = "keep long lists as a CSV file beside it"
        message = f"{size:,} bytes; a configuration file has at most {LARGEST:,}"
        raise ConfigError(Problem("too-big", message, place, hint))
    try:
        raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = split_lines(raw[: error.start].decode("utf-8-sig", errors="replace"))
        here = Place(shown, len(before), len(before[-1]) + 1)
        lines = split_lines(raw.decode("utf-8-sig", errors="replace"))
        message = f"the byte 0x{raw[error.start]:02X} is not UTF-8 text"
        hint = "save the file in the encoding UTF-8"
        problem = Problem("not-utf-8", message, here, hint, excerpt(lines, len(before), len(before[-1]) + 1))
        raise ConfigError(problem) from None
    return ConfigFile.of(shown, raw)


def _names_beside(path: Path) -> list[str]:
    try:
        return [beside.name for beside in path.parent.iterdir()]
    except OSError:
        return []


def read_yaml(path: Path, shown: str | None = None) -> Document:
    """A YAML file as text with positions; `shown` is its name in messages, by default the path.

    Raises:
        ConfigError: with all problems of the text: see `yaml_text` for what is refused.
    """
    name = shown or path.as_posix()
    file = read_file(path, name)
    root, complaints = compose(file.text)
    document = Document(path, file, root or Mapping({}, Mark(1, 1)))
    if complaints:
        raise ConfigError(*in_file_order(document.complaint(one) for one in complaints))
    if root is None or (isinstance(root, Scalar) and root.text == ""):
        hint = "write its settings, or delete it"
        raise ConfigError(Problem("empty-file", "the file has no settings", Place(name), hint))
    if not isinstance(root, Mapping):
        raise ConfigError(document.problem((), "not-settings", "expected settings (`name: value`) at the top"))
    return document
