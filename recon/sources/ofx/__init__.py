"""OFX, QFX and QBO: statements of banks, cards and brokers, as SGML (version 1) or XML (version 2)."""

from recon.sources.ofx.reader import OfxReader

READER = OfxReader()

__all__ = ["READER"]
