"""What bank transaction codes of ISO 20022 mean in canonical types, where that is certain; otherwise `other`."""

from functools import lru_cache
from typing import Final

STATUSES: Final = {"BOOK": "booked", "PDNG": "pending", "FUTR": "pending", "INFO": "info"}
"""Entry status codes; FUTR is a future booking."""

SUB_FAMILIES: Final = {
    "CHRG": "fee", "COMM": "fee", "FEES": "fee",
    "INTR": "interest",
    "BOOK": "transfer", "SWEP": "transfer", "TOPG": "transfer", "ZABA": "transfer", "COAT": "transfer",
    "RPCR": "other", "RRTN": "other", "RCDD": "other", "UPCQ": "other", "UPCT": "other", "UPDD": "other",
    "UPTC": "other", "PRCT": "other", "PRDD": "other", "ADJT": "adjustment", "CAJT": "adjustment", "DAJT": "adjustment",
}  # fmt: skip
"""They say more than their family; returns and reversals are told apart by the rules of a reconciliation."""

FAMILIES: Final = {
    "CCRD": "payment", "ICDT": "payment", "ICHQ": "payment", "IDDT": "payment", "IRCT": "payment",
    "MCRD": "payment", "RCDT": "payment", "RCHQ": "payment", "RDDT": "payment", "RRCT": "payment",
    "CAPL": "transfer",
}  # fmt: skip

DOMAINS: Final = {"FORX": "conversion"}


@lru_cache(maxsize=20_000)
def kind_of(
    domain: str | None, family: str | None, sub_family: str | None, proprietary: str | None
) -> tuple[str, str | None]:
    """The canonical type of a bank transaction code, and the code as text."""
    iso = "/".join(code for code in (domain, family, sub_family) if code)
    written = " ".join(part for part in (iso, proprietary) if part) or None
    return entry_type(domain, family, sub_family), written


def entry_type(domain: str | None, family: str | None, sub_family: str | None) -> str:
    """The canonical type of a bank transaction code."""
    return (
        SUB_FAMILIES.get(sub_family or "")
        or (FAMILIES.get(family or "") if domain in {"PMNT", "CAMT"} else None)
        or DOMAINS.get(domain or "")
        or "other"
    )
