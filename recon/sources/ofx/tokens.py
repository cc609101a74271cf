"""One tokenizer for both kinds of OFX: tags with the text behind them, closed or not, entities or bare."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from typing import Final

from recon.errors import InputRefused
from recon.sources.bank import bank_encoding, text_blocks
from recon.sources.file import SourceFile
from recon.sources.ofx.entities import unescaped
from recon.sources.ofx.runs import Between, Forms, Run, whole_until

LONGEST_TOKEN: Final = 1_000_000
_TOKEN: Final = re.compile(r"<\s*(/?)\s*([A-Za-z][\w.:\-]*)([^<>]*)>([^<]*)")
_DOCTYPE: Final = re.compile(r"<!\s*DOCTYPE", re.IGNORECASE)
_DECLARED: Final = re.compile(rb"(?:CHARSET\s*:\s*|encoding\s*=\s*[\"'])([\w\-]+)", re.IGNORECASE)
_SINGLE_BYTE: Final = frozenset(
    {
        *(f"cp{number}" for number in (437, 850, 852, 866, *range(1250, 1259))),
        *(f"windows-{n}" for n in range(1250, 1259)),
    }
    | {f"iso-8859-{number}" for number in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 16)}
)
"""Character sets that are believed when a file declares them."""


Token = tuple[bool, str, str, int]
"""A tag: whether it closes, its name in capitals without its name space, its text, and the line it stands on."""


def encoding_of_ofx(file: SourceFile) -> str:
    """The encoding of an OFX file: UTF-8 if it is, else the character set it declares, else cp1252.

    Many files declare USASCII or 1252 and are UTF-8, or the other way round.
    """
    found = bank_encoding(file)
    if found not in {"cp1252", "latin-1"}:
        return found
    declared = _DECLARED.search(file.head(2048))
    name = declared[1].decode("ascii", "replace").lower() if declared else ""
    name = f"cp{name}" if name.isdigit() else name
    return name if name in _SINGLE_BYTE else found


def tokens(file: SourceFile, encoding: str) -> Iterator[Token | Run]:
    """The tags of a file in order; transactions that are plainly written come together in place of their tags.

    Raises:
        InputRefused: a DOCTYPE, a token beyond all bounds, bytes that are not of the encoding.
    """
    line, rest, forms = 1, "", Forms()
    for block in chain(text_blocks(file, encoding), [None]):
        text = rest + (block or "")
        end = len(text) if block is None else whole_until(text)
        text, rest = text[:end], text[end:]
        _check_no_doctype(file, text, line)
        for part in forms.parts(text, line):
            if isinstance(part, Run):
                yield part
            else:
                yield from _one_by_one(part)
        line += text.count("\n")
        if len(rest) > LONGEST_TOKEN:
            raise _refused(file, "too-long", f"a text of more than {LONGEST_TOKEN:,} characters", line)


def _one_by_one(part: Between) -> Iterator[Token]:
    text, line, position = part.text, part.line_no, 0
    for found in _TOKEN.finditer(text):
        closes, name, _, words = found.groups()
        start = found.start()
        line += text.count("\n", position, start)
        position = start
        yield closes == "/", _name(name), unescaped(words), line


def _check_no_doctype(file: SourceFile, text: str, line: int) -> None:
    if "<!" in text and (doctype := _DOCTYPE.search(text)):
        line += text.count("\n", 0, doctype.start())
        raise _refused(file, "xml-doctype", "the file declares a DOCTYPE", line)


@lru_cache(maxsize=1_000)
def _name(written: str) -> str:
    return written.rpartition(":")[2].upper()


def _refused(file: SourceFile, code: str, message: str, line: int) -> InputRefused:
    hint = "do not open this file; ask the sender what it is"
    return InputRefused(file.problem(code, message, line=line, hint=hint))
