"""MT940 and MT942: customer statements and interim reports of SWIFT, as banks really write them."""

from recon.sources.mt940.reader import Mt940Reader

READER = Mt940Reader()

__all__ = ["READER"]
