"""One thing that a plan leaves for its author to decide."""

from dataclasses import dataclass
from decimal import Decimal

Steps = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to decide: where in the plan, what, and how many units are counted twice if that is the matter."""

    code: str
    message: str
    steps: Steps
    hint: str
    value: Decimal | None = None
    counted_twice: Decimal = Decimal(0)
