"""Bytes of a text file to physical lines: decoded strictly, bounded in length, each bad byte with its place."""

import codecs
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import BinaryIO, Final

from recon.errors import InputRefused, Problem
from recon.sources.file import SourceFile

BLOCK_BYTES: Final = 1024 * 1024
LONGEST_LINE: Final = 1024 * 1024
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CYRILLIC_WORD: Final = re.compile("[\u0400-\u04ff]{3}")
_MIXED_WORD: Final = re.compile("[A-Za-z][\u0400-\u04ff]|[\u0400-\u04ff][A-Za-z]")
_WORD: Final = re.compile(r"\w+")
_CANDIDATES: Final = (
    "gb18030",
    "cp1251",
    "cp1252",
    "cp1250",
    "cp1254",
    "cp932",
    "cp949",
    "big5hkscs",
    "cp1253",
    "cp1255",
    "cp1256",
    "latin-1",
)
_LOOKED_AT: Final = 20_000


def encoding_of(head: bytes, declared: str) -> str:
    """The encoding of a text: what its byte order mark says, or else what was declared."""
    return next((name for mark, name in _MARKS if head.startswith(mark)), declared)


def as_utf8(head: bytes) -> bytes:
    """The beginning of a text that has a byte order mark as UTF-8 without one; other bytes as they are."""
    marked = encoding_of(head, "")
    return head.decode(marked, errors="ignore").encode() if marked else head


def encoding_among(file: SourceFile, declared: str, others: Sequence[str]) -> str:
    """The encoding of a text that may be in several: by its mark, else the first in which all of it can be read.

    UTF-8 comes first, since text of another encoding is hardly ever UTF-8 by chance; the declared one is last.
    """
    marked = encoding_of(file.head(4), "")
    if marked or not others:
        return marked or declared
    named = sorted(dict.fromkeys([*others, declared]), key=lambda name: (name != "utf-8", name == declared))
    return next((name for name in named[:-1] if _is_all(file, name)), named[-1])


def _is_all(file: SourceFile, encoding: str) -> bool:
    """Whether every byte of a file is text of the encoding; a file is asked once."""
    if encoding not in file.readable_as:
        file.readable_as[encoding] = _reads(file, encoding)
    return file.readable_as[encoding]


def _reads(file: SourceFile, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    with file.stream() as stream, suppress(UnicodeDecodeError):
        while chunk := stream.read(BLOCK_BYTES):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
        return True
    return False


def guess_encoding(head: bytes) -> str:
    """The first common encoding in which the bytes make sense, for hints and drafts."""
    marked = encoding_of(head, "")
    if marked:
        return marked
    if wide := _wide(head):
        return wide
    if _decodes(head, "utf-8"):
        return "utf-8"
    fitting = [name for name in _CANDIDATES if _decodes(head, name)]
    return max(fitting, key=lambda name: _known_words(head, name), default="latin-1")


def _known_words(head: bytes, encoding: str) -> int:
    """How many words of statements, of those with other letters than ASCII has, a text holds in an encoding."""
    from recon.sources.detection.lexicon import unaccented, vocabulary

    text = head[:_LOOKED_AT].decode(encoding, errors="ignore")
    narrow, wide = vocabulary()
    accented = {unaccented(word) for word in _WORD.findall(text) if not word.isascii()}
    return len(narrow & accented) + sum(word in text for word in wide)


def _decodes(head: bytes, name: str) -> bool:
    """Whether the bytes are text in the encoding, with letters as people write them."""
    with suppress(UnicodeDecodeError):
        text = codecs.getincrementaldecoder(name)("strict").decode(head)
        if not "".join(text.split()).isprintable():
            return False
        if name == "gb18030":
            return _in_daily_use(text)
        return name != "cp1251" or (bool(_CYRILLIC_WORD.search(text)) and not _MIXED_WORD.search(text))
    return False


def _in_daily_use(text: str) -> bool:
    """Whether nearly all Chinese characters are among the 6,763 of GB 2312; chance makes others."""
    wide = [character for character in text if ord(character) > 127]
    with_others = sum(not _encodes(character, "gb2312") for character in wide)
    return with_others * 20 <= len(wide)


def _encodes(character: str, name: str) -> bool:
    with suppress(UnicodeEncodeError):
        return bool(character.encode(name))
    return False


def line_blocks(
    file: SourceFile, stream: BinaryIO, encoding: str, at_once: int | None = None
) -> Iterator[list[str]]:
    """The physical lines of a text, without their ends, in blocks of a megabyte or of `at_once` bytes.

    CR LF, LF and CR each end a line.

    Raises:
        InputRefused: a byte is not of the encoding, or a line is longer than `LONGEST_LINE` characters.
    """
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)("strict"), translate=True)
    _check_width(file, encoding)
    rest, count, raw = "", 0, b"-"
    while raw:
        raw = stream.read(at_once or BLOCK_BYTES)
        try:
            text = rest + decoder.decode(raw, final=not raw)
        except UnicodeDecodeError as error:
            raise InputRefused(_bad_byte(file, error, encoding, rest, count)) from error
        lines = text.split("\n")
        rest = lines.pop()
        if len(rest) > LONGEST_LINE or (lines and max(map(len, lines)) > LONGEST_LINE):
            raise InputRefused(_too_long(file, [*lines, rest], count))
        count += len(lines)
        if lines:
            yield lines
    if rest:
        yield [rest]


def _check_width(file: SourceFile, encoding: str) -> None:
    """Refuse UTF-16 text without a mark that was declared as something else: every other byte of it is zero."""
    head = file.head()
    found = _wide(head)
    if found and not encoding.startswith(("utf-16", "utf-32")):
        message = f"every other byte is zero: this is not {encoding} text"
        hint = f"the text looks like {found}: set `encoding: {found}` under `layout` in the source's profile"
        raise InputRefused(file.problem("encoding", message, line=1, hint=hint))


def _wide(head: bytes) -> str | None:
    """The kind of UTF-16 that bytes without a mark look like."""
    even, odd, pairs = head[::2].count(0), head[1::2].count(0), max(len(head) // 2, 1)
    if odd * 5 > pairs * 2 and even * 20 <= pairs:
        return "utf-16-le"
    return "utf-16-be" if even * 5 > pairs * 2 and odd * 20 <= pairs else None


def _bad_byte(file: SourceFile, error: UnicodeDecodeError, encoding: str, rest: str, count: int) -> Problem:
    data = bytes(error.object)
    before = rest + data[: error.start].decode(encoding, errors="ignore").replace("\r\n", "\n")
    line = count + before.count("\n") + 1
    column = len(before) - (before.rfind("\n") + 1) + 1
    likely = guess_encoding(
        data[: 64 * 1024] if error.start < 64 * 1024 else data[error.start - 1024 :][: 64 * 1024]
    )
    return file.problem(
        "encoding",
        f"byte 0x{data[error.start]:02x} is not {encoding} text ({error.reason})",
        line=line,
        column=column,
        hint=f"the text looks like {likely}: set `encoding: {likely}` under `layout` in the source's profile",
    )


def _too_long(file: SourceFile, lines: list[str], count: int) -> Problem:
    position, line = next((number, line) for number, line in enumerate(lines, 1) if len(line) > LONGEST_LINE)
    return file.problem(
        "line-too-long",
        f"the line is longer than {LONGEST_LINE:,} characters",
        line=count + position,
        hint="this is not a table of text lines, or its line ends are missing; ask the sender for the file again",
        excerpt=line[:80],
    )
