"""BAI2, BAI1 and NAI: cash management reports of North American, Australian and New Zealand banks."""

from recon.sources.bai2.reader import Bai2Reader

READER = Bai2Reader()

__all__ = ["READER"]
