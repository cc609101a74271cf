"""One tokenizer for both kinds of OFX: tags with the text behind them, closed or not, entities or bare."""

import re
from collections.abc import Iterator
from functools import lru_cache
from html.entities import html5
from typing import Final

from recon.errors import InputRefused
from recon.sources.bank import bank_encoding, text_blocks
from recon.sources.file import SourceFile

LONGEST_TOKEN: Final = 1_000_000
_TOKEN: Final = re.compile(r"<\s*(/?)\s*([A-Za-z][\w.:\-]*)([^<>]*)>([^<]*)")
_DOCTYPE: Final = re.compile(r"<!\s*DOCTYPE", re.IGNORECASE)
_ENTITY: Final = re.compile(r"&(#\d{1,6}|#x[0-9a-fA-F]{1,6}|[A-Za-z]{2,8});")
_DECLARED: Final = re.compile(rb"(?:CHARSET\s*:\s*|encoding\s*=\s*[\"'])([\w\-]+)", re.IGNORECASE)
_SINGLE_BYTE: Final = frozenset(
    {
        *(f"cp{number}" for number in (437, 850, 852, 866, *range(1250, 1259))),
        *(f"windows-{n}" for n in range(1250, 1259)),
    }
    | {f"iso-8859-{number}" for number in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 16)}
)
"""Character sets that are believed when a file declares them."""
_MOST_CHARACTERS: Final = 0x10FFFF


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


def tokens(file: SourceFile, encoding: str) -> Iterator[Token]:
    """The tags of a file in order.

    Raises:
        InputRefused: a DOCTYPE, a token beyond all bounds, bytes that are not of the encoding.
    """
    line, rest = 1, ""
    for block in text_blocks(file, encoding):
        text = rest + block
        end = text.rfind("<") if block else len(text)
        if end < 0:
            end = len(text)
        if doctype := _DOCTYPE.search(text, 0, end):
            raise _refused(
                file, "xml-doctype", "the file declares a DOCTYPE", line + text.count("\n", 0, doctype.start())
            )
        position = 0
        for found in _TOKEN.finditer(text, 0, end):
            closes, name, _, words = found.groups()
            start = found.start()
            line += text.count("\n", position, start)
            position = start
            yield closes == "/", _name(name), unescaped(words), line
        line += text.count("\n", position, end)
        rest = text[end:]
        if len(rest) > LONGEST_TOKEN:
            raise _refused(file, "too-long", f"a text of more than {LONGEST_TOKEN:,} characters", line)


@lru_cache(maxsize=1_000)
def _name(written: str) -> str:
    return written.rpartition(":")[2].upper()


def unescaped(text: str) -> str:
    """The text without entities; an ampersand that begins none stays one. Blanks around it are dropped."""
    text = text.strip()
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(found: re.Match[str]) -> str:
    name = found[1]
    if not name.startswith("#"):
        return html5.get(f"{name};", found[0]).replace("\xa0", " ")
    number = int(f"0{name[1:]}", 16) if name[1] in "xX" else int(name[1:])
    return chr(number) if 32 <= number <= _MOST_CHARACTERS and not 0xD800 <= number < 0xE000 else ""


def _refused(file: SourceFile, code: str, message: str, line: int) -> InputRefused:
    hint = "do not open this file; ask the sender what it is"
    return InputRefused(file.problem(code, message, line=line, hint=hint))
