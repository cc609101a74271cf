"""QIF: the line format of Quicken and Microsoft Money, one field a line, `^` after each record."""

from recon.sources.qif.reader import QifReader

READER = QifReader()

__all__ = ["READER"]
