"""An OFX text in parts: runs of transactions that are plainly written, and the texts of everything else.

Thousands of transactions of a file have the same tags in the same order and differ in their texts alone. A form is
such a sequence of tags, strictly written, and the place of each field's text. What is not so plain (attributes,
tags in small letters, a bracket in a text, a transaction that is not closed) is read tag by tag.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from json.encoder import encode_basestring
from operator import itemgetter
from typing import Final

from recon.sources.ofx.aggregates import AROUND_TRANSACTION, TRANSACTION, Open
from recon.sources.ofx.entities import unescaped
from recon.sources.reader import ROWS_AT_ONCE

OPENING: Final = f"<{TRANSACTION}>"
CLOSING: Final = f"</{TRANSACTION}>"
LONGEST: Final = 8 * 1024
"""Characters of a transaction that is held back until its end is there."""
MOST_FORMS: Final = 256
_TAG: Final = re.compile(r"(/?)([A-Z][A-Z0-9.]*)", re.ASCII)
_NO_ANGLES: Final = bytes(set(range(256)) - set(b"<>"))


class Form:
    """A sequence of tags, and where its texts go: `paths` names the fields as `PAYEE/NAME`."""

    def __init__(self, places: dict[str, int]) -> None:
        self.paths = tuple(places)
        self.pick = itemgetter(*places.values())
        self.original = ("{" + ",".join(f"{encode_basestring(path)}:%s" for path in places) + "}").__mod__


@dataclass(slots=True)
class Alike:
    """Transactions of one form: the line of each, its number in the run, its texts and tags in turn."""

    lines: list[int] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    pieces: list[list[str]] = field(default_factory=list)

    def columns(self, form: Form) -> list[list[str]]:
        """The texts of each field of the form, as they are meant."""
        return [_meant(column) for column in zip(*map(form.pick, self.pieces), strict=True)]

    def originals(self, form: Form, columns: list[list[str]]) -> list[str]:
        """Each transaction's fields as JSON text."""
        quoted = [map(encode_basestring, column) for column in columns]
        return list(map(form.original, zip(*quoted, strict=True)))


@dataclass(slots=True)
class Run:
    """Transactions that follow one another, by their forms; how many, and the line where the last of them ends."""

    groups: dict[Form, Alike] = field(default_factory=dict)
    count: int = 0
    last_line: int = 0


@dataclass(frozen=True, slots=True)
class Between:
    """A text that is read tag by tag, and the line where it begins."""

    text: str
    line_no: int


def _meant(column: Sequence[str]) -> list[str]:
    return list(map(unescaped if "&" in "".join(column) else str.strip, column))


def form_of(tags: Sequence[str]) -> Form | None:
    """The form of the tags inside a transaction, or None where they must be read one by one."""
    transaction = Open(0)
    for number, tag in enumerate(tags, 1):
        found = _TAG.fullmatch(tag)
        if not found or found[2] in AROUND_TRANSACTION:
            return None
        transaction.take(found[2], str(2 * number), closes=bool(found[1]))
    places = {path: int(place) for path, place in transaction.fields.items()}
    return Form(places) if len(places) > 1 else None


class Forms:
    """The forms of the transactions that a file has shown."""

    def __init__(self) -> None:
        self._forms: dict[str, Form | None] = {}

    def parts(self, text: str, line: int) -> Iterator[Run | Between]:
        """The parts of a text in order. It begins on a line; no tag and no known transaction is cut at its end."""
        paired = brackets_pair(text)
        first, *chunks = text.split(OPENING)
        yield Between(first, line)
        line += first.count("\n")
        run = Run()
        for chunk in chunks:
            content, closing, rest = chunk.partition(CLOSING)
            pieces = content.replace(">", "<").split("<")
            plain = closing and (paired or brackets_pair(content))
            form = self._form("<".join(pieces[1::2])) if plain else None
            if form:
                group = run.groups.get(form) or run.groups.setdefault(form, Alike())
                group.lines.append(line)
                group.numbers.append(run.count)
                group.pieces.append(pieces)
                run.count += 1
                run.last_line = line + content.count("\n")
            else:
                rest = OPENING + chunk
            at, line = line, line + chunk.count("\n")
            is_more = not form or "<" in rest
            if run.count and (is_more or run.count == ROWS_AT_ONCE):
                yield run
                run = Run()
            if is_more:
                yield Between(rest, at if not form else line - rest.count("\n"))
        if run.count:
            yield run

    def _form(self, tags: str) -> Form | None:
        form = self._forms.get(tags)
        if form is None and tags not in self._forms and len(self._forms) < MOST_FORMS:
            form = self._forms[tags] = form_of(tags.split("<"))
        return form


def brackets_pair(text: str) -> bool:
    """Whether the brackets of a text are tags, one behind the other."""
    angles = text.encode(errors="surrogatepass").translate(None, _NO_ANGLES)
    return angles == b"<>" * (len(angles) // 2)


def whole_until(text: str) -> int:
    """Where the last tag of a text begins, or the last transaction where that is near and not yet whole."""
    end = text.rfind("<")
    if end < 0:
        return len(text)
    start = text.rfind(OPENING, max(0, len(text) - LONGEST))
    return start if 0 <= start < end and text.find(CLOSING, start, end) < 0 else end
