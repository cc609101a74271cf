"""CAMT.052, 053 and 054 of ISO 20022: account reports, statements and notifications, versions 1 to 14."""

from recon.sources.camt.reader import CamtReader

READER = CamtReader()

__all__ = ["READER"]
