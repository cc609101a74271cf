"""An XML stream cut into the groups that matter, with bounds: no DOCTYPE, no entities, limited depth and size."""

from collections.abc import Callable, Iterator
from typing import Final
from xml.parsers import expat

from recon.errors import InputRefused
from recon.sources.camt.documents import pieces, real_encoding
from recon.sources.camt.elements import CONTAINERS, Element, Group
from recon.sources.camt.entry import Entry
from recon.sources.camt.known import Known
from recon.sources.file import SourceFile

DEEPEST: Final = 64
"""Levels of elements; the standard's deepest has about 20."""
LONGEST_TEXT: Final = 1_000_000
MOST_LEAVES: Final = 10_000
"""Texts of one group (an entry, a transaction detail)."""
MOST_PLACES: Final = 10_000
"""Places of elements that are remembered; documents of the standard have a few hundred."""
MOST_GROUPS: Final = 250_000
"""Groups inside one group (transaction details of one batch entry)."""

_EMITTED: Final = CONTAINERS | {"Bal", "Ntry"}
_CUT_SHORT: Final = frozenset(
    expat.errors.codes[text]
    for text in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
)


class GroupParser:
    """Feeds on bytes and collects finished groups in `finished`: balances, entries, then their container.

    An entry comes with what it says; the texts of its group may have been left out.

    `records` counts the balances, entries and containers that were opened.
    """

    def __init__(self, file: SourceFile) -> None:
        self.finished: list[tuple[Group, Entry | None]] = []
        self._real = real_encoding(file)
        self.encoding = self._real or "utf-8"
        self.containers = 0
        self.records = 0
        self._file = file
        self._open = [Group("", 1)]
        self._within = [Element("", "", False, 0)]
        self._places = 0
        self._text: list[str] = []
        self._lines = 0
        self._known = Known()
        self._parser = self._made()

    def begin_again(self) -> None:
        """Take what comes next for a document of its own, when one has been parsed to its end."""
        self._lines += self._parser.CurrentLineNumber - 1
        self.encoding = self._real or "utf-8"
        self._known = Known()
        self._parser = self._made()

    def _made(self) -> expat.XMLParserType:
        made = expat.ParserCreate(self._real)
        made.buffer_text = True
        made.StartElementHandler, made.EndElementHandler = self._handlers()
        made.CharacterDataHandler = self._text.append
        made.XmlDeclHandler = self._declared
        made.StartDoctypeDeclHandler = self._doctype
        return made

    def feed(self, data: bytes, *, last: bool = False) -> None:
        """Parse some bytes.

        Raises:
            InputRefused: they are no XML, hold a DOCTYPE, go beyond a bound, or end too early.
        """
        try:
            self._parser.Parse(self._known.blanked(data, self.encoding, last=last), last)
            self._known.parsed(self._parser.CurrentByteIndex)
            self._check_bounds()
        except expat.ExpatError as error:
            cut = last and error.code in _CUT_SHORT
            raise InputRefused(
                self._file.problem(
                    "truncated" if cut else "xml",
                    "the document ends before its elements do"
                    if cut
                    else f"this is no XML: {expat.ErrorString(error.code)}",
                    line=self._lines + error.lineno,
                    column=error.offset + 1,
                    hint="the transfer was cut short; fetch the file again" if cut else "fetch the file again",
                )
            ) from error
        except (LookupError, ValueError) as error:
            raise self._refusal("encoding", f"the document's encoding cannot be read: {error}") from error

    def _handlers(self) -> tuple[Callable[[str, dict[str, str]], None], Callable[[str], None]]:
        """What expat calls where an element starts and ends; they run for every element, so they do little."""
        within, opened, pieces = self._within, self._open, self._text
        is_leaf = False

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal is_leaf
            element = within[-1].inside.get(name) or self._met(within[-1], name)
            within.append(element)
            if element.begins:
                self._begin(element.tag, opened[-1])
            if attributes and "Ccy" in attributes:
                opened[-1].leaves.append((f"{element.path}@Ccy", attributes["Ccy"].strip().upper()))
            pieces.clear()
            is_leaf = True

        def end(_name: str) -> None:
            nonlocal is_leaf
            element = within.pop()
            if element.begins:
                self._close()
            elif is_leaf and (text := "".join(pieces).strip()):
                opened[-1].leaves.append((element.path, text))
            is_leaf = False

        return start, end

    def _met(self, within: Element, name: str) -> Element:
        """An element at a place that was not met before; only so many places are remembered."""
        if within.depth >= DEEPEST:
            raise self._refusal("xml-depth", f"elements are nested more than {DEEPEST} deep")
        element = within.child(name)
        if self._places < MOST_PLACES:
            self._places += 1
            within.inside[name] = element
        return element

    def _begin(self, tag: str, parent: Group) -> None:
        if tag in CONTAINERS:
            self.containers += 1
        if tag in _EMITTED:
            self.records += 1
        elif len(parent.groups) >= MOST_GROUPS:
            raise self._refusal("xml-size", f"an entry has more than {MOST_GROUPS:,} details")
        group = Group(tag, self._lines + self._parser.CurrentLineNumber, parent, self.containers)
        if tag == "Ntry":
            group.place = self._parser.CurrentByteIndex
        self._open.append(group)

    def _close(self) -> None:
        group = self._open.pop()
        self._check_leaves(group)
        if group.tag in _EMITTED:
            self.finished.append((group, self._known.entry(group) if group.tag == "Ntry" else None))
        elif group.parent:
            group.parent.groups.append(group)

    def _check_leaves(self, group: Group) -> None:
        if len(group.leaves) > MOST_LEAVES:
            raise self._refusal("xml-size", f"an element holds more than {MOST_LEAVES:,} texts")

    def _check_bounds(self) -> None:
        """Refuse what grows beyond all measure; looked at after each block of bytes and where a group closes."""
        if sum(map(len, self._text)) > LONGEST_TEXT:
            raise self._refusal("xml-size", f"a text of more than {LONGEST_TEXT:,} characters")
        for group in self._open:
            self._check_leaves(group)

    def _declared(self, version: str, encoding: str | None, standalone: int) -> None:  # noqa: ARG002
        self.encoding = self._real or (encoding or "utf-8").lower()

    def _doctype(self, name: str, *_: object) -> None:
        raise self._refusal("xml-doctype", f"the document declares a DOCTYPE ({name}), which no bank does")

    def _refusal(self, code: str, message: str) -> InputRefused:
        line, column = self._lines + self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1
        hint = "do not open this file; ask the sender what it is"
        return InputRefused(self._file.problem(code, message, line=line, column=column, hint=hint))


def groups(file: SourceFile) -> Iterator[GroupParser]:
    """The parser of a file after each block of bytes; take what is in `finished` and clear it.

    Raises:
        InputRefused: see `GroupParser.feed`.
    """
    parser = GroupParser(file)
    for piece, begins in pieces(file):
        if begins:
            parser.feed(b"", last=True)
            yield parser
            parser.begin_again()
        parser.feed(piece)
        yield parser
    parser.feed(b"", last=True)
    yield parser
