"""MT940 and MT942 files, read message by message into entries and statements."""

import re
from collections.abc import Iterator
from pathlib import Path

from recon.sources.bank import BankOptions, bank_encoding, line_texts
from recon.sources.file import SourceFile
from recon.sources.mt940.fields import fields
from recon.sources.mt940.message import Reading
from recon.sources.reader import Batch, Collector, Fit

_MESSAGE = re.compile(rb"(?:^|[\r\n{])\s*(?:\{[^\r\n]*\{4:\s*)?:20:", re.DOTALL)
_BODY = re.compile(rb"(?:^|[\r\n])[ \t]*:(?:60[FM]|61|62[FM]|34F|25P?|28C?):")
_INDENTED = re.compile(rb"(?:^|[\r\n])[ \t]+:20:")
_INDENT = re.compile(r"^[ \t]+(?=:(?:\d{2}[A-Z]?|NS):)", re.ASCII | re.MULTILINE)
_LINE = re.compile(rb"(?:^|[\r\n]):61:\d{6}(?:\d{4})?[ER]?[CD]", re.IGNORECASE)


class Mt940Reader:
    """The reader of MT940 and MT942 files.

    A row keeps what its :61: and :86: say; a date that does not exist leaves the date empty and a warning. A
    :61: that is no movement is a refused row. A balance that is no balance fails the control of its statement, and so
    does a file that ends before the closing balance and the end mark of its last one; a file that ends in the head of
    a statement or inside a movement is refused whole.
    """

    name = "mt940"
    extensions = (".sta", ".940", ".mt940", ".942", ".mt942", ".swi", ".fin", ".txt")
    options = BankOptions

    def sniff(self, head: bytes, path: Path) -> Fit | None:  # noqa: ARG002 - content decides, never the name
        """Whether the file has fields of an MT940 or MT942 message."""
        if _MESSAGE.search(head) and _BODY.search(head):
            return Fit(95, "fields :20: and :25:, :60:, :61: or :34F: of an MT940 or MT942 message")
        if _LINE.search(head):
            return Fit(70, "statement lines :61: without a message around them")
        return None

    def read(self, file: SourceFile, options: BankOptions) -> Iterator[Batch]:
        """The file in batches; a statement comes with or after its last entries."""
        encoding = bank_encoding(file)
        reading = Reading(file, options, Collector(encoding))
        texts = line_texts(file, encoding)
        if _INDENTED.search(file.head()):
            texts = (_INDENT.sub("", text) for text in texts)
        for field in fields(texts):
            reading.out.lines += field.count
            reading.take(field)
            if reading.out.full:
                yield reading.out.batch()
        reading.end()
        yield reading.out.batch()
