"""Mastercard IPM clearing files: ISO 8583 messages as rows, one column per data element; an extra, `recon[ipm]`.

Messages of a file are wrapped in records with a length of four bytes, and those often in blocks of 1014 bytes. The
file's own header and trailer (1644) are no rows; their count of messages and checksum of amounts must tie.
"""

import logging
import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, Final

import polars as pl

from recon.errors import InputRefused
from recon.model.money import currency_of_number
from recon.sources.file import SourceFile
from recon.sources.profiles.layouts import TableLayout
from recon.sources.reader import Fit, Refused
from recon.sources.tables.table import Chunk, Wanted, empty, header_of

_BLOCK: Final = 1014
_FILLER: Final = b"\x40\x40"
_LONGEST: Final = 6_000
_CHUNK_ROWS: Final = 5_000
_MTI: Final = {"latin_1": b"1644", "cp500": b"\xf1\xf6\xf4\xf4"}
"""How a file's first message begins, after its length, in ASCII and in EBCDIC."""
_ROWS: Final = ("1240", "1442", "1740")
"""Presentments, chargebacks, fee collections: the messages that move money."""
_TRAILER: Final = "695"
_ELEMENTS: Final = (
    *(f"DE{number}" for number in (
        2, 3, 4, 5, 6, 9, 10, 12, 22, 23, 24, 25, 26, 30, 31, 32, 33, 37, 38, 40, 41, 42, 43, 48, 49, 50, 51, 54, 62,
        63, 71, 72, 73, 93, 94, 95, 100, 111, 123, 124, 125,
    )),
    "PDS0023", "PDS0025", "PDS0146", "PDS0148", "PDS0158", "PDS0165", "DE43_NAME", "DE43_SUBURB",
)  # fmt: skip
_MADE: Final = ("FLOW", "CURRENCY", "FILE", "FILE_DATE")
"""Columns beside the data elements: message type, processing code and `R` for a reversal; the letters of the
currency DE49; the file's identifier (PDS0105) and its date."""


class IpmReader:
    """IPM files."""

    name = "ipm"
    extensions = (".ipm",)

    def sniff(self, head: bytes, path: Path) -> Fit | None:  # noqa: ARG002  (such files have any name)
        """A file header message behind its length."""
        encoding = _encoding(head)
        if encoding is None or int.from_bytes(head[:4], "big") > _LONGEST:
            return None
        return Fit(90, f"a Mastercard IPM file by its header message, in {encoding}")

    def chunks(self, file: SourceFile, layout: TableLayout, wanted: Wanted, decimal: str) -> Iterator[Chunk]:  # noqa: ARG002  (the format says itself where its rows are)
        """The messages that move money; the first chunk's rows count records, not bytes.

        Raises:
            InputRefused: `cardutil` is not installed, the file is cut, or its count or checksum does not tie.
        """
        parse = _parser(file)
        if not file.size:
            raise empty(file)
        encoding = _encoding(file.head(64))
        if encoding is None:
            raise InputRefused(
                file.problem(
                    "ipm", "the file does not begin with an IPM header (1644)", hint="is it an IPM file?"
                )
            )
        reading = _Reading(file, _names(wanted), encoding)
        header_of([], [], list(reading.names), wanted, file)
        with file.stream() as stream:
            for number, record in enumerate(_records(_plain(stream, file), file), 1):
                try:
                    message = parse(record, encoding)
                except _cardutil_error() as error:
                    reading.broken.append(_unread(number, record, error))
                    reading.lines += 1
                    reading.messages += 1
                    continue
                reading.take(number, message)
                if len(reading.rows) >= _CHUNK_ROWS:
                    yield reading.chunk()
        reading.check()
        yield reading.chunk()


@cache
def _cardutil_error() -> type[Exception]:
    from cardutil import CardutilError

    found: type[Exception] = CardutilError
    return found


def _parser(file: SourceFile) -> Any:  # noqa: ANN401  (cardutil has no types)
    """What turns the bytes of a message into its elements, all of them text, dates and amounts as they stand.

    Raises:
        InputRefused: the extra is not installed.
    """
    try:
        from cardutil import iso8583
        from cardutil.config import config
    except ImportError as error:
        hint = "install the extra: pip install 'recon[ipm]'"
        raise InputRefused(
            file.problem("extra-missing", "reading IPM files needs the package cardutil", hint=hint)
        ) from error
    logging.getLogger("cardutil").setLevel(logging.ERROR)
    drop = {"field_python_type", "field_date_format"}
    bits = {
        bit: {name: value for name, value in one.items() if name not in drop}
        for bit, one in config["bit_config"].items()
    }
    return lambda record, encoding: iso8583.loads(record, encoding=encoding, iso_config=bits)


def _encoding(head: bytes) -> str | None:
    return next((name for name, first in _MTI.items() if head[4:8] == first), None)


def _plain(stream: BinaryIO, file: SourceFile) -> Iterator[bytes]:
    """The file without the two filler bytes of each block, if it has blocks."""
    blocked = file.size % _BLOCK == 0 and file.head(_BLOCK)[-2:] == _FILLER
    while block := stream.read(_BLOCK):
        yield block[:-2] if blocked else block


def _records(parts: Iterator[bytes], file: SourceFile) -> Iterator[bytes]:
    """Records behind their lengths, up to the length zero that ends a file.

    Raises:
        InputRefused: the file ends before that, or a length is no length.
    """
    held, number = b"", 0
    while True:
        number += 1
        while len(held) < 4 and (part := next(parts, b"")):
            held += part
        length = struct.unpack(">I", held[:4])[0] if len(held) >= 4 else -1
        while len(held) < 4 + length and (part := next(parts, b"")):
            held += part
        if length == 0:
            return
        if length < 0 or len(held) < 4 + length or length > _LONGEST:
            why = f"claims {length:,} bytes" if length > _LONGEST else "ends too early"
            hint = "fetch the file again, in binary mode"
            raise InputRefused(
                file.problem("ipm", f"the record {why}: the file is cut or damaged", line=number, hint=hint)
            )
        yield held[4 : 4 + length]
        held = held[4 + length :]


def _names(wanted: Wanted) -> tuple[str, ...]:
    """The columns: the data elements and sub-elements that clearing uses, and any other that is asked for."""
    asked = [name for one in wanted for name in one if re.fullmatch(r"DE\d+|PDS\d{4}|DE43_\w+", name)]
    return tuple(dict.fromkeys(["MTI", *_ELEMENTS, *sorted(asked), *_MADE]))


def _unread(number: int, record: bytes, error: Exception) -> Refused:
    why = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return Refused(number, None, None, "message", f"the message cannot be read: {why}", record.hex())


@dataclass
class _Reading:
    """What is remembered of the messages so far."""

    file: SourceFile
    names: tuple[str, ...]
    encoding: str
    rows: list[tuple[int, list[str], str]] = field(default_factory=list)
    aside: list[tuple[int, str]] = field(default_factory=list)
    broken: list[Refused] = field(default_factory=list)
    lines: int = 0
    messages: int = 0
    checksum: int = 0
    stated: dict[str, str] | None = None
    header: str = ""

    def take(self, number: int, message: Mapping[str, object]) -> None:
        """One message."""
        said = {name: _text(value) for name, value in message.items()}
        kind, function = said["MTI"], said.get("DE24", "")
        self.lines += 1
        self.messages += 1
        amount = said.get("DE4", "")
        self.checksum += int(amount) if amount.isdecimal() else 0
        shown = "|".join(f"{name}={value}" for name, value in said.items())
        if kind == "1644":
            self.header = said.get("PDS0105", self.header)
            self.stated = said if function == _TRAILER else self.stated
            self.aside.append((number, shown))
        elif kind in _ROWS:
            said |= self._made(said)
            self.rows.append((number, [said.get(name, "") for name in self.names], shown))
        else:
            reason = f"{kind} is no message type that is known here"
            self.broken.append(Refused(number, "MTI", kind, "message", reason, shown))

    def _made(self, said: Mapping[str, str]) -> dict[str, str]:
        reversal = "-R" if said.get("PDS0025", "").startswith("R") else ""
        return {
            "FLOW": f"{said['MTI']}-{said.get('DE3', '')[:2]}{reversal}",
            "CURRENCY": currency_of_number(number := said.get("DE49", "")) or number,
            "FILE": self.header,
            "FILE_DATE": self.header[3:9],
        }

    def check(self) -> None:
        """Compare the trailer's count and checksum with what was read.

        Raises:
            InputRefused: there is no trailer, or one of them differs; both figures are named.
        """
        if self.stated is None:
            raise InputRefused(
                self.file.problem("control-total", "the file has no trailer (1644-695)", hint=_HINT)
            )
        read = {
            "PDS0306": ("messages", self.messages),
            "PDS0301": ("minor units", self.checksum),
        }
        problems = [
            self.file.problem(
                "control-total",
                f"the trailer says {stated:,} {what}; read were {found:,}",
                field=name,
                hint=_HINT,
            )
            for name, (what, found) in read.items()
            if (text := self.stated.get(name, "").strip()).isdecimal()
            for stated in [int(text)]
            if stated != found
        ]
        if problems:
            raise InputRefused(*problems)

    def chunk(self) -> Chunk:
        """The messages since the last chunk."""
        made = Chunk(
            cells=pl.DataFrame(
                [cells for _, cells, _ in self.rows],
                schema=dict.fromkeys(self.names, pl.String()),
                orient="row",
            ),
            line_no=pl.Series("line_no", [number for number, _, _ in self.rows], dtype=pl.Int64),
            text=[shown for _, _, shown in self.rows],
            lines=self.lines,
            aside=self.aside,
            broken=self.broken,
            encoding=self.encoding,
        )
        self.rows, self.aside, self.broken, self.lines = [], [], [], 0
        return made


_HINT: Final = "the file is cut or damaged; fetch it again"


def _text(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


READER: Final = IpmReader()
