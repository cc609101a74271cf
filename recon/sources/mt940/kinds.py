"""What the codes of a movement mean in canonical types, where that is certain; otherwise the type is `other`.

The transaction type identification codes are those of the SWIFT standard for field 61, the German business
codes (GVC) those of the German banking industry's catalogue.
"""

from functools import lru_cache
from typing import Final

SWIFT: Final = {
    "BNK": "fee", "BRF": "fee", "CHG": "fee", "COM": "fee",
    "INT": "interest",
    "CMS": "transfer", "CMT": "transfer", "CMZ": "transfer",
    "FEX": "conversion",
    "CHK": "payment", "CLR": "payment", "DDT": "payment", "LBX": "payment", "STO": "payment", "TCK": "payment",
    "TRF": "payment",
}  # fmt: skip
"""By the three letters after S, N or F."""

GVC: Final = {
    "104": "payment", "105": "payment", "106": "payment", "107": "payment", "110": "payment", "116": "payment",
    "117": "payment", "118": "payment", "119": "payment", "152": "payment", "166": "payment", "168": "payment",
    "169": "payment", "171": "payment", "174": "payment", "177": "payment", "191": "payment", "192": "payment",
    "194": "payment", "195": "payment",
    "808": "fee", "809": "fee", "810": "fee",
    "814": "interest", "815": "interest",
    "820": "transfer", "833": "transfer",
}  # fmt: skip
"""By German business code; it says more than the SWIFT code beside it and wins."""


@lru_cache(maxsize=1_000)
def entry_type(kind: str | None, gvc: str | None) -> str:
    """The canonical type of a movement by its transaction type (`NTRF`) and its German business code."""
    if gvc is not None and gvc in GVC:
        return GVC[gvc]
    return SWIFT.get(kind[1:], "other") if kind else "other"
