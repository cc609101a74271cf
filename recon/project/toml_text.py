"""TOML with positions: `recon.toml` and the user's defaults, as the same tree of text that YAML becomes.

The standard reader says nothing about places, so that names are looked up in the text by a small scan of its
tables and assignments. A value inside an inline table or a list stands at the assignment it belongs to.
"""

import re
import tomllib
from pathlib import Path
from typing import Any

from recon.errors import ConfigError, Place, Problem
from recon.project.excerpt import split_lines
from recon.project.located import Document, read_file
from recon.project.nodes import Entry, Mapping, Mark, Node, Scalar, Sequence, Steps
from recon.project.yaml_text import Complaint

_NAME = r"""(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')"""
_NAMES = rf"{_NAME}(?:\s*\.\s*{_NAME})*"
_TABLE = re.compile(rf"^\s*(\[\[?)\s*({_NAMES})\s*\]")
_ASSIGNMENT = re.compile(rf"^\s*({_NAMES})\s*=\s*")
_POSITION = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")


def read_toml(path: Path, shown: str | None = None) -> Document:
    """A TOML file as text with positions; `shown` is its name in messages, by default the path.

    Raises:
        ConfigError: if the file cannot be read or is not TOML.
    """
    name = shown or path.as_posix()
    file = read_file(path, name)
    text = file.text
    try:
        values = tomllib.loads(text, parse_float=str)
    except tomllib.TOMLDecodeError as error:
        document = Document(path, file, Mapping({}, Mark(1, 1)))
        raise ConfigError(document.complaint(_syntax(str(error), split_lines(text)))) from None
    except RecursionError:
        raise ConfigError(Problem("too-deep", "values are nested too deep", Place(name))) from None
    return Document(path, file, _node(values, (), _marks(text)))


def _syntax(message: str, lines: list[str]) -> Complaint:
    """What the reader found wrong, at its place; an unfinished text is wrong at its last line."""
    position = _POSITION.search(message)
    what = _POSITION.sub("", message)
    last = max((number for number, line in enumerate(lines, start=1) if line.strip()), default=1)
    mark = (
        Mark(int(position[1]), int(position[2]))
        if position and position[1]
        else Mark(last, len(lines[last - 1]) + 1)
    )
    if what == "Cannot overwrite a value":
        indent = len(lines[mark.line - 1]) - len(lines[mark.line - 1].lstrip())
        hint = "keep one of the two"
        return Complaint(
            "duplicate-setting", "this setting is already set above", Mark(mark.line, indent + 1), hint
        )
    if what.startswith("Cannot declare ("):
        hint = "move its settings under the first one"
        return Complaint("duplicate-setting", "this table is already there above", Mark(mark.line, 1), hint)
    hint = 'a setting is written `name = "text"`, `name = 12` or `name = ["a", "b"]`, under its `[table]`'
    return Complaint("syntax", f"not valid TOML: {what[:1].lower()}{what[1:]}", mark, hint)


def _marks(text: str) -> dict[Steps, tuple[Mark, Mark]]:
    """Where each table and assignment stands: the mark of its name and of its value."""
    marks: dict[Steps, tuple[Mark, Mark]] = {}
    table: Steps = ()
    for number, line in enumerate(split_lines(text), start=1):
        if header := _TABLE.match(line):
            mark = Mark(number, header.start(2) + 1)
            table = _steps(header[2])
            for length in range(1, len(table) + 1):
                marks.setdefault(table[:length], (mark, mark))
        elif assignment := _ASSIGNMENT.match(line):
            steps = (*table, *_steps(assignment[1]))
            key, value = Mark(number, assignment.start(1) + 1), Mark(number, assignment.end() + 1)
            for length in range(len(table) + 1, len(steps)):
                marks.setdefault(steps[:length], (key, value))
            marks.setdefault(steps, (key, value))
    return marks


def _steps(names: str) -> Steps:
    return tuple(name.strip("\"'") for name in re.findall(_NAME, names))


def _node(value: Any, steps: Steps, marks: dict[Steps, tuple[Mark, Mark]]) -> Node:  # noqa: ANN401  (any TOML value)
    """A value as a node, placed at the nearest name known to the scan."""
    mark = _nearest(steps, marks)[1]
    if isinstance(value, dict):
        entries = {}
        for name, below in value.items():
            inner = (*steps, name)
            entries[name] = Entry(_nearest(inner, marks)[0], _node(below, inner, marks))
        return Mapping(entries, mark)
    if isinstance(value, list):
        return Sequence(tuple(_node(item, steps, marks) for item in value), mark)
    if isinstance(value, bool):
        return Scalar("true" if value else "false", mark)
    return Scalar(str(value), mark, '"' if isinstance(value, str) else "")


def _nearest(steps: Steps, marks: dict[Steps, tuple[Mark, Mark]]) -> tuple[Mark, Mark]:
    for length in range(len(steps), 0, -1):
        if steps[:length] in marks:
            return marks[steps[:length]]
    return Mark(1, 1), Mark(1, 1)
