"""YAML as text with positions: every scalar stays what was typed, and whatever could surprise is refused.

PyYAML only splits the text into events; its values are never used, because it reads `0012345` as 5349, `NO` as
false, `12:30` as 750 and `0.1` as a float. Aliases, anchors, tags, tabs, duplicate names and a second document
are refused: each lets a file mean something else than what it looks like.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import yaml

from recon.project.excerpt import split_lines
from recon.project.nodes import Entry, Mapping, Mark, Node, Scalar, Sequence

DEEPEST = 40
"""Levels of nesting; a file that goes deeper is a mistake or an attack."""

_LOADER = getattr(yaml, "CLoader", yaml.SafeLoader)
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing wrong with the text itself, before anything is known about its meaning."""

    code: str
    message: str
    mark: Mark
    hint: str | None = None


class _Stop(Exception):
    """The text cannot be read further; the complaint is already noted."""


def compose(text: str) -> tuple[Node | None, list[Complaint]]:
    """The tree of a YAML text and everything wrong with the text; None when there is no usable tree."""
    complaints = _characters(text)
    if complaints:
        return None, complaints
    composer = _Composer(_events(text))
    try:
        node = composer.document()
    except _Stop:
        node = None
    except yaml.MarkedYAMLError as error:
        node = None
        composer.complaints.append(_syntax(error))
    lines = split_lines(text)
    return node, [replace(one, mark=_inside(one.mark, lines)) for one in composer.complaints]


def _inside(mark: Mark, lines: list[str]) -> Mark:
    """The mark, or the end of the text where the scanner stopped behind it."""
    return mark if mark.line <= len(lines) else Mark(len(lines), len(lines[-1]) + 1)


def _events(text: str) -> Iterator[yaml.Event]:
    events: Iterator[yaml.Event] = yaml.parse(text, Loader=_LOADER)
    return events


def _characters(text: str) -> list[Complaint]:
    """Tabs and control characters, one complaint for each line that has them."""
    complaints = []
    for number, line in enumerate(split_lines(text), start=1):
        if (tab := line.find("\t")) >= 0:
            hint = 'indent with spaces; a tab inside a value is written "\\t" in double quotes'
            complaints.append(
                Complaint("tab", "a tab character; this format allows spaces only", Mark(number, tab + 1), hint)
            )
        if control := _UNPRINTABLE.search(line):
            message = f"a control character (U+{ord(control.group()):04X}) that no text should hold"
            complaints.append(
                Complaint("control-character", message, Mark(number, control.start() + 1), "delete it")
            )
    return complaints


@dataclass
class _Composer:
    """Builds nodes from events, noting complaints on the way."""

    events: Iterator[yaml.Event]
    complaints: list[Complaint] = field(default_factory=list)

    def document(self) -> Node | None:
        """The one document of the text; None when it is empty."""
        root: Node | None = None
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    hint = "keep one document in a file; delete the line `---` or move the rest to its own file"
                    self._complain("second-document", "a second document begins here", event, hint)
                    break
                root = self._node(next(self.events), 0)
        return root

    def _node(self, event: yaml.Event, depth: int) -> Node:
        mark = _mark(event)
        if isinstance(event, yaml.AliasEvent):
            hint = "write the value out where it is used"
            self._complain(
                "alias", f"`*{event.anchor}` refers to another place; this format has no aliases", event, hint
            )
            return Scalar("", mark, "*")
        self._plain_only(event)
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(event.value, mark, event.style or "")
        if depth == DEEPEST:
            self._complain("too-deep", f"nested more than {DEEPEST} levels deep", event)
            raise _Stop
        if isinstance(event, yaml.SequenceStartEvent):
            items = []
            while not isinstance(item := next(self.events), yaml.SequenceEndEvent):
                items.append(self._node(item, depth + 1))
            return Sequence(tuple(items), mark)
        return self._mapping(mark, depth)

    def _mapping(self, mark: Mark, depth: int) -> Mapping:
        entries: dict[str, Entry] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            node = self._node(next(self.events), depth + 1)
            if not isinstance(key, Scalar) or key.style == "*":
                self._complain("name-not-text", "the name of a setting must be plain text", event)
            elif key.text == "":
                self._complain("name-missing", "a value without a name before the `:`", event)
            elif key.text in entries:
                first = entries[key.text].key_mark.line
                hint = "keep one of the two; a second value would silently replace the first"
                self._complain("duplicate-setting", f"`{key.text}` is already set at line {first}", event, hint)
            else:
                entries[key.text] = Entry(key.mark, node)
        return Mapping(entries, mark)

    def _plain_only(self, event: yaml.Event) -> None:
        """Complain about an anchor or a tag."""
        if anchor := getattr(event, "anchor", None):
            hint = f"delete `&{anchor}` and write the value out where it is used"
            self._complain(
                "anchor", f"`&{anchor}` names a value for reuse; this format has no anchors", event, hint
            )
        if tag := getattr(event, "tag", None):
            name = tag.replace("tag:yaml.org,2002:", "!!")
            hint = "delete the tag; the setting itself decides how its text is read"
            self._complain("tag", f"`{name}` forces a type; this format has no tags", event, hint)

    def _complain(self, code: str, message: str, event: yaml.Event, hint: str | None = None) -> None:
        self.complaints.append(Complaint(code, message, _mark(event), hint))


def _mark(event: yaml.Event) -> Mark:
    start = event.start_mark
    return Mark(start.line + 1, start.column + 1) if start else Mark(1, 1)


def _syntax(error: yaml.MarkedYAMLError) -> Complaint:
    """A syntax error in the analyst's words: what is usually wrong when the scanner stops like this."""
    problem, context = error.problem or "", error.context or ""
    here = error.problem_mark or error.context_mark
    opened = error.context_mark
    if "quoted scalar" in context and "end of stream" in problem and opened:
        return _at(
            "unclosed-quote",
            "a quote opens here and never closes",
            opened,
            "close it, or double a quote inside the text",
        )
    if "flow" in context and opened:
        message = "a bracket opens here and is not closed where it should be"
        return _at(
            "unclosed-bracket",
            message,
            opened,
            "close it with `]` or `}`; separate the values with commas, and put one that has a comma in quotes",
        )
    if "mapping values" in problem:
        hint = "check the indentation of this line; quote a value that contains `: `"
        return _at("misplaced-colon", "a `:` where no setting can begin", here, hint)
    if "could not find expected ':'" in problem and opened:
        return _at(
            "missing-colon", "this line is no `name: value`", opened, "write a `:` and a space after the name"
        )
    if "cannot start any token" in problem:
        hint = "quote a value that begins with one of @ ` % & * ! | > or a bracket"
        return _at("needs-quotes", "this character cannot begin a value", here, hint)
    if "expected key" in problem or "'-' indicator" in problem or "block end" in problem:
        hint = "settings of one group begin in the same column"
        return _at("indentation", "this line is indented differently from its neighbours", here, hint)
    if "escape character" in problem:
        hint = "write `\\\\` for a backslash, or use single quotes"
        return _at("escape", "a backslash followed by a character it cannot escape", here, hint)
    return _at(
        "syntax",
        f"not valid YAML: {problem or error}",
        here,
        "check quotes, brackets and indentation near this place",
    )


def _at(code: str, message: str, mark: yaml.Mark | None, hint: str) -> Complaint:
    where = Mark(mark.line + 1, mark.column + 1) if mark else Mark(1, 1)
    return Complaint(code, message, where, hint)
