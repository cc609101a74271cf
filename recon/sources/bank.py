"""What the readers of bank formats share: text out of bytes, amounts as banks write them, statements."""

import codecs
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Final

from pydantic import Field

from recon.errors import InputRefused
from recon.model.money import decimal_of
from recon.project.models import ConfigModel
from recon.sources.file import CHUNK_BYTES, SourceFile
from recon.sources.reader import Statement
from recon.sources.text import encoding_of, line_blocks

NO_CURRENCY: Final = "XXX"
"""ISO 4217's code for no currency, for those who count amounts whatever their currency."""
_NOT_CP1252: Final = bytes([0x81, 0x8D, 0x8F, 0x90, 0x9D])
_CONTROL_BYTES: Final = bytes({*range(32), 0x7F} - {0x09, 0x0A, 0x0D})
_BYTES_AT_ONCE: Final = 128 * 1024
_LINES_AT_ONCE: Final = 4_000
_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class BankOptions(ConfigModel):
    """The options of bank formats."""

    currency: str | None = Field(
        None,
        description="Currency of entries where the file names none, as ISO 4217 code.",
        pattern=r"[A-Z]{3}",
    )


@dataclass(frozen=True, slots=True)
class BankStatement(Statement):
    """A statement with what only bank formats know.

    `kind` is the kind of message where a reader knows several (`mt942`).
    `starts_message` is false for a further statement inside the same message.
    """

    kind: str | None = None
    starts_message: bool = True


def bank_encoding(file: SourceFile) -> str:
    """The encoding of a text file: by its byte order mark, else UTF-8 if it is, else cp1252, else latin-1.

    Banks send all of these and say none; the last two differ only in characters that no reference holds.
    """
    marked = encoding_of(file.head(4), "")
    if marked:
        return marked
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8 = is_cp1252 = True
    with file.stream() as handle:
        while is_utf8 or is_cp1252:
            chunk = handle.read(CHUNK_BYTES)
            if is_utf8:
                try:
                    decoder.decode(chunk, final=not chunk)
                except UnicodeDecodeError:
                    is_utf8 = False
            is_cp1252 = is_cp1252 and chunk.translate(None, _NOT_CP1252) == chunk
            if not chunk:
                break
    return "utf-8" if is_utf8 else "cp1252" if is_cp1252 else "latin-1"


def text_lines(file: SourceFile, encoding: str) -> Iterator[str]:
    """The lines of a text file, without control characters that no bank means as text (NUL, SOH, ETX, ...).

    Raises:
        InputRefused: bytes that are not of the encoding, or a line longer than any bank format has.
    """
    for text in line_texts(file, encoding):
        yield from text[:-1].split("\n")


def line_texts(file: SourceFile, encoding: str) -> Iterator[str]:
    """The lines of `text_lines` in texts of many lines, each line with LF at its end.

    Raises:
        InputRefused: see `text_lines`.
    """
    with file.stream() as stream:
        for block in line_blocks(file, stream, encoding, _BYTES_AT_ONCE):
            for start in range(0, len(block), _LINES_AT_ONCE):
                text = "\n".join([*block[start : start + _LINES_AT_ONCE], ""])
                yield _without_controls(text)


def text_blocks(file: SourceFile, encoding: str) -> Iterator[str]:
    """The text of a file that need not have lines, in blocks; line ends become LF, control characters vanish.

    Raises:
        InputRefused: bytes that are not of the encoding.
    """
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)("strict"), translate=True)
    with file.stream() as stream:
        chunk = b"-"
        while chunk:
            chunk = stream.read(_BYTES_AT_ONCE)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                message = f"a byte is not {encoding} text ({error.reason})"
                raise InputRefused(file.problem("encoding", message, hint="fetch the file again")) from error
            yield _without_controls(text)


def _without_controls(text: str) -> str:
    data = text.encode("utf-8", "surrogatepass")
    clean = len(data.translate(None, _CONTROL_BYTES)) == len(data)
    return text if clean else _CONTROLS.sub("", text)


_PLAIN_SIGNED = re.compile(r"[+-]?\d{1,16}(?:\.\d{0,8})?", re.ASCII)
_SIGNED = re.compile(r"(?P<before>[+\-\u2212]?)\s*(?P<amount>[^+\-\u2212]*?)\s*(?P<after>[+\-\u2212]?)")


def signed_amount(text: str) -> Decimal | None:
    """The amount of a text with a sign before it, after it (`13467-`) or none, or None; blanks are allowed."""
    if _PLAIN_SIGNED.fullmatch(text):
        return Decimal(text)
    found = _SIGNED.fullmatch(text.strip())
    if not found or (found["before"] and found["after"]):
        return None
    amount = bank_amount(found["amount"])
    if amount is None:
        return None
    return -amount if (found["before"] or found["after"]) in {"-", "\u2212"} else amount


_SIX_DIGITS = re.compile(r"\d{6}", re.ASCII)
_PLAIN = re.compile(r"\d{1,16}(?:[.,]\d{0,8})?", re.ASCII)
_AMOUNT = re.compile(
    r"(?P<whole>[\d ]*|\d{1,3}(?:\.\d{3})+|\d{1,3}(?:'\d{3})+),(?P<cents>\d*)"
    r"|(?P<whole_en>[\d ]*|\d{1,3}(?:,\d{3})+|\d{1,3}(?:'\d{3})+)\.(?P<cents_en>\d*)"
    r"|(?P<only>\d+|\d{1,3}(?:\.\d{3}){2,})",
    re.ASCII,
)
_SEPARATORS = str.maketrans("", "", " .,'")


def bank_amount(text: str) -> Decimal | None:
    """The amount that a text without a sign says, or None.

    One comma or one point is the decimal mark (`1234,`, `,50`, `300.00`); blanks among the whole digits are
    dropped if a mark follows; groups of thousands count only where the other mark makes them certain
    (`1.234,56`). A lone mark before three digits is a decimal mark, as in the SWIFT standard. Anything doubtful
    gives None.
    """
    text = text.strip()
    if _PLAIN.fullmatch(text):
        return Decimal(text.replace(",", "."))
    found = _AMOUNT.fullmatch(text)
    if not found:
        return None
    if found["only"] is not None:
        return decimal_of(found["only"].translate(_SEPARATORS))
    whole = found["whole"] if found["whole"] is not None else found["whole_en"]
    cents = found["cents"] if found["cents"] is not None else found["cents_en"]
    return (
        decimal_of(f"{whole.translate(_SEPARATORS) or '0'}.{cents or '0'}") if whole.strip() or cents else None
    )


@lru_cache(maxsize=20_000)
def in_units(minor: int, decimals: int) -> Decimal | None:
    """The amount of a whole number of minor units; None if it is too large to be stored."""
    return Decimal(minor).scaleb(-decimals) if abs(minor) < 10 ** (16 + decimals) else None


def yymmdd(text: str) -> date | None:
    """The date of six digits, years 80 to 99 being 19xx; None for anything else and for 30 February."""
    if not _SIX_DIGITS.fullmatch(text):
        return None
    year = int(text[:2])
    try:
        return date(year + (1900 if year >= 80 else 2000), int(text[2:4]), int(text[4:6]))
    except ValueError:
        return None


def original_json(fields: Mapping[str, str]) -> str:
    """Original fields as compact JSON text, as `raw_json` writes them, without the cost of an encoder."""
    quoted = [f"{encode_basestring(name)}:{encode_basestring(text)}" for name, text in fields.items()]
    return "{" + ",".join(quoted) + "}"


_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", re.ASCII)


@lru_cache(maxsize=20_000)
def is_iban(text: str) -> bool:
    """Whether the text is an account number with the check digits of ISO 13616."""
    if not _IBAN.fullmatch(text):
        return False
    return int("".join(str(int(character, 36)) for character in text[4:] + text[:4])) % 97 == 1


def account_of(text: str) -> str | None:
    """The account number without the currency that some banks write behind an IBAN."""
    account = text.strip()
    bare = account.replace(" ", "")
    if is_iban(bare):
        return bare
    return bare[:-3] if is_iban(bare[:-3]) else account or None
