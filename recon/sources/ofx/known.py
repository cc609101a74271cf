"""Transactions of a form that was met before: not read tag by tag again, only split, with the same result.

Thousands of transactions of a file have the same tags in the same order and differ in their texts alone. A form is
such a sequence of tags, strictly written, and the place of each field's text. What is not so plain (attributes,
tags in small letters, a bracket in a text, a transaction that is not closed) is read tag by tag.
"""

import re
from collections.abc import Sequence
from json.encoder import encode_basestring
from operator import itemgetter
from typing import Final, NamedTuple

from recon.sources.ofx.aggregates import AROUND_TRANSACTION, TRANSACTION, Open
from recon.sources.ofx.entities import unescaped

OPENING: Final = f"<{TRANSACTION}>"
CLOSING: Final = f"</{TRANSACTION}>"
LONGEST: Final = 8 * 1024
"""Characters of a transaction that may be known by its form."""
MOST_FORMS: Final = 256
_TAG: Final = re.compile(r"(/?)([A-Z][A-Z0-9.]*)", re.ASCII)
_NO_ANGLES: Final = bytes(set(range(256)) - set(b"<>"))


class Said(NamedTuple):
    """What a whole transaction says: fields by path and as JSON text, its first and last line, where it ends."""

    fields: dict[str, str]
    raw: str
    line_no: int
    last_line: int
    end: int


class Form:
    """A sequence of tags, and where its texts go."""

    def __init__(self, places: dict[str, int]) -> None:
        self._paths = tuple(places)
        self._pick = itemgetter(*places.values())
        self._template = "{" + ",".join(f"{encode_basestring(path)}:%s" for path in places) + "}"
        self._quoted = self._template.replace("%s", '"%s"')
        self._quotes = self._quoted.count('"')

    def said(self, pieces: Sequence[str], *, escaped: bool) -> tuple[dict[str, str], str]:
        """Fields by path, and all of them as JSON text, of texts at the even places of some pieces."""
        values = tuple(map(unescaped if escaped else str.strip, self._pick(pieces)))
        raw = self._quoted % values
        if not raw.isprintable() or raw.count('"') != self._quotes or "\\" in raw:
            raw = self._template % tuple(map(encode_basestring, values))
        return dict(zip(self._paths, values, strict=True)), raw


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


class Known:
    """The forms of the transactions that a file has shown."""

    def __init__(self) -> None:
        self._forms: dict[str, Form | None] = {}

    def said(self, text: str, start: int, end: int, line: int, *, paired: bool = False) -> Said | None:
        """What the transaction says that opens at a place of a text; None if its tags must be read one by one.

        `paired`: it is known of the whole text that each `<` has its `>` behind it and no bracket stands alone.
        """
        begin = start + len(OPENING)
        close = text.find(CLOSING, begin, min(end, begin + LONGEST))
        if close < 0:
            return None
        content = text[begin:close]
        pieces = content.replace(">", "<").split("<")
        if not (paired or brackets_pair(content)):
            return None
        key = "<".join(pieces[1::2])
        form = self._forms.get(key)
        if form is None:
            if key in self._forms or len(self._forms) >= MOST_FORMS:
                return None
            form = self._forms[key] = form_of(pieces[1::2])
            if form is None:
                return None
        fields, raw = form.said(pieces, escaped="&" in content)
        return Said(fields, raw, line, line + content.count("\n"), close + len(CLOSING))


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
