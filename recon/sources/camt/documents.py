"""Where the documents of a CAMT file begin, and in which encoding they really are."""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from typing import Final

from recon.sources.bank import bank_encoding
from recon.sources.file import SourceFile

BLOCK_BYTES: Final = 64 * 1024
LONGEST_GAP: Final = 256
"""Bytes from the end of a document to the beginning of the next one in the same file."""

_DOCUMENT: Final = rb"(?:[\w.-]+:)?Document"
_BETWEEN: Final = b"\0\x1a" + BOM_UTF8
"""What transfers leave between and behind documents, beside blanks: padding, the end mark of DOS, byte order marks."""
_BETWEEN_TEXT: Final = rb"[\s\0\x1a]|" + BOM_UTF8
_NEXT: Final = re.compile(rb"</%b\s*>((?:%b)*)(?=<\?xml|<(%b)[\s>])" % (_DOCUMENT, _BETWEEN_TEXT, _DOCUMENT))
_ROOT: Final = re.compile(
    rb"(?:%b)?\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*<%b[\s>]" % (BOM_UTF8, _DOCUMENT), re.DOTALL
)
_DECLARED: Final = re.compile(rb"\s*<\?xml[^>]*?\sencoding\s*=\s*[\"']([\w.-]+)[\"']", re.ASCII)


def real_encoding(file: SourceFile) -> str | None:
    """The encoding to take instead of the declared one, None where that may be right.

    A byte order mark of UTF-16 says more than a declaration. What is declared as UTF-8, or not at all, and is none,
    is read as the other formats of banks are.
    """
    head = file.head()
    if head.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return "utf-16"
    declared = _DECLARED.match(head.removeprefix(BOM_UTF8))
    if declared and declared[1].lower() not in {b"utf-8", b"utf8", b"us-ascii"}:
        return None
    found = bank_encoding(file)
    return None if found.startswith("utf") else {"latin-1": "iso-8859-1"}.get(found, found)


def pieces(file: SourceFile) -> Iterator[tuple[bytes, bool]]:
    """The bytes of a file piece by piece, and whether a further document begins with the piece.

    Documents of several days are put behind each other to one file, some with their XML declarations. Where the
    documents stand inside another element, only a declaration begins a file of its own.
    """
    bare = _ROOT.match(file.head().lstrip()) is not None
    with file.stream() as stream:
        block = stream.read(BLOCK_BYTES).lstrip()
        if block.startswith(BOM_UTF8) and block[len(BOM_UTF8) :][:1].isspace():
            block = block.removeprefix(BOM_UTF8).lstrip()
        held, begins = b"", False
        while block:
            data = held + block
            while found := _next_document(data, bare=bare):
                yield data[: found.start(1)] + _line_ends(found[1]), begins
                data, begins = data[found.end() :], True
            block = stream.read(BLOCK_BYTES)
            cut = max(len(data) - LONGEST_GAP, 0) if block else len(data)
            if cut:
                yield data[:cut] if block else _without_padding(data), begins
                begins = False
            held = data[cut:]


def _next_document(data: bytes, *, bare: bool) -> re.Match[bytes] | None:
    """The end of a document behind which a further one begins."""
    if b"Document" not in data:  # the expression would look at every tag
        return None
    return next((found for found in _NEXT.finditer(data) if bare or found[2] is None), None)


def _line_ends(gap: bytes) -> bytes:
    """A gap without what is no blank, so that lines count on."""
    return gap.translate(None, _BETWEEN)


def _without_padding(data: bytes) -> bytes:
    """The last bytes of a file without padding and the end mark of DOS."""
    if b"\0<" in data or b"<\0" in data:
        return data  # UTF-16, in which a zero byte is half of a character
    return data.rstrip(b" \t\r\n\0\x1a").removesuffix(BOM_UTF8)
