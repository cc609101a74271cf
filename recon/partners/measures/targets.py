"""Targets of a stretch, and what is attained of them."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import ROUND_DOWN, Context, Decimal
from typing import Final

from recon.partners.measures.stretches import Stretch
from recon.partners.registry.reading import Row
from recon.partners.registry.registry import Registry

_WIDE: Final = Context(prec=60, rounding=ROUND_DOWN)
_CENT: Final = Decimal("0.01")


def percent(part: Decimal | int | None, whole: Decimal | int | None) -> Decimal | None:
    """The part in percent of the whole, cut after two digits; None of nothing."""
    if part is None or not whole:
        return None
    if isinstance(part, int) and isinstance(whole, int):
        return Decimal(part * 10_000 // whole).scaleb(-2)
    return _WIDE.divide(Decimal(part) * 100, Decimal(whole)).quantize(_CENT, context=_WIDE)


class Aims:
    """Targets: a month's value, of which other days have their share. A group without its own has its partners'."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self.any = bool(registry.tables["targets"])

    def of(
        self,
        group: str,
        partners: "Iterator[str] | list[str] | tuple[str, ...]",
        measure: str,
        stretch: Stretch,
    ) -> Decimal | None:
        """The target of a stretch, cut after two digits; None where there is none."""
        own = self._one(group, measure, stretch)
        if own is not None or not self.any:
            return own
        found = [
            one for name in partners if name != group and (one := self._one(name, measure, stretch)) is not None
        ]
        return sum(found, Decimal(0)) if found else None

    def _one(self, who: str, measure: str, stretch: Stretch) -> Decimal | None:
        rows = self._registry.by_key["targets"].get((who, measure), ())
        shares = [one for row in rows for one in _shares(row, stretch)]
        if not shares:
            return None
        total = sum((_WIDE.divide(value * days, Decimal(length)) for value, days, length in shares), Decimal(0))
        return total.quantize(_CENT, context=_WIDE)


def _shares(row: Row, stretch: Stretch) -> Iterator[tuple[Decimal, int, int]]:
    """The month's value, how many days of a month the row holds in the stretch, and how many the month has."""
    current = max(row.first, stretch.first)
    last = min(row.last, stretch.last)
    while current <= last:
        following = (current.replace(day=28) + timedelta(days=4)).replace(day=1)
        end = min(last, following - timedelta(days=1))
        length = (following - current.replace(day=1)).days
        yield Decimal(row["value"]), (end - current).days + 1, length
        current = end + timedelta(days=1)
