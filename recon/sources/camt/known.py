"""The forms of entries that a file has shown, and what later entries of these forms say without being parsed."""

import re
from typing import Final

from recon.sources.camt.elements import Group
from recon.sources.camt.entry import Entry, entry_of
from recon.sources.camt.forms import Form, form_of, pieces_of

LONGEST: Final = 32 * 1024
"""Bytes of an entry that may be known by its form; a batch entry of hundreds of details has one of its own."""
MOST_HELD: Final = 4 * LONGEST
MOST_FORMS: Final = 256
MOST_MISSES: Final = 1024
"""Entries of no known form after which, if few others were known, a file is parsed throughout."""
_ENTRY: Final = re.compile(rb"<((?:[A-Za-z][A-Za-z0-9]*:)?Ntry)>")
_ENCODINGS: Final = frozenset({"utf-8", "us-ascii", "iso-8859-1"})
_NO_TEXT: Final = bytes({*range(32)} - {0x09, 0x0A, 0x0D})
_NO_CHARACTERS: Final = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")
_BLANKS: Final = bytes(10 if byte == 10 else 13 if byte == 13 else 32 for byte in range(256))
"""Line ends stay, so that every place after an entry is where it was."""


class Known:
    """Takes entries of known forms out of a document on its way to the parser.

    What is between their tags is blanked, so the parser still sees where an entry stands and that the document
    around it is whole. An entry is told apart by the byte at which it begins.
    """

    def __init__(self) -> None:
        self._forms: dict[str, Form] = {}
        self._read: dict[int, Entry] = {}
        self._unread: dict[int, list[str]] = {}
        self._tag = b""
        self._held = b""
        self._fed = 0
        self._hits = self._misses = 0

    def blanked(self, data: bytes, encoding: str, *, last: bool) -> bytes:
        """The next bytes for the parser; an entry that is not yet whole is held back."""
        data, self._held = self._held + data, b""
        begins = self._fed == 0  # the document has not yet said its encoding
        if not (begins or last) and self._is_plain(data, encoding):
            data = self._taken(data, encoding)
        self._fed += len(data)
        return data

    def entry(self, group: Group) -> Entry:
        """What an entry says, once the parser has come to its end."""
        entry = self._read.pop(group.place, None)
        if entry is not None:
            entry.line_no = group.line_no
            return entry
        entry = entry_of(group)
        pieces = self._unread.pop(group.place, None)
        if pieces is not None and len(self._forms) < MOST_FORMS:
            form = form_of(pieces[1::2])
            if form is not None and form.entry(group.line_no, pieces) == entry:
                self._forms["<".join(pieces[1::2])] = form
        return entry

    def parsed(self, place: int) -> None:
        """Forget what stood before a byte that the parser has passed: it was in a comment, and no entry."""
        for waiting in (self._read, self._unread):
            for passed in [start for start in waiting if start < place]:
                del waiting[passed]

    def _is_plain(self, data: bytes, encoding: str) -> bool:
        """Whether it is worth looking, and no byte stands for what is no character of XML."""
        return (
            encoding in _ENCODINGS
            and (self._misses < MOST_MISSES or self._misses < self._hits)
            and len(data.translate(None, _NO_TEXT)) == len(data)
            and not any(character in data for character in _NO_CHARACTERS)
        )

    def _taken(self, data: bytes, encoding: str) -> bytes:
        if not self._tag:
            found = _ENTRY.search(data)
            self._tag = found[1] if found else b""
        opening, closing = b"<%b>" % self._tag, b"</%b>" % self._tag
        parts, at = [], 0
        while (start := data.find(opening, at)) >= 0:
            begin = start + len(opening)
            end = data.find(closing, begin)
            if end < 0:
                if len(data) - start <= MOST_HELD:
                    data, self._held = data[:start], data[start:]
                break
            content = data[begin:end]
            if end - begin <= LONGEST and self._reads(content, encoding, self._fed + start):
                content = content.translate(_BLANKS)
            parts += [data[at:begin], content]
            at = end
        return b"".join([*parts, data[at:]])

    def _reads(self, content: bytes, encoding: str, place: int) -> bool:
        """Whether what an entry says is known without parsing it."""
        pieces = pieces_of(content, encoding)
        if pieces is None:
            return False
        form = self._forms.get("<".join(pieces[1::2]))
        if form is None:
            self._misses += 1
            self._unread[place] = pieces
            return False
        entry = form.entry(0, pieces)
        if entry is None:
            return False
        self._hits += 1
        self._read[place] = entry
        return True
