"""1C client-bank exchange (`1CClientBankExchange`), the statement format of Russian accounting programs."""

from recon.sources.onec.reader import OneCReader

READER = OneCReader()

__all__ = ["READER"]
