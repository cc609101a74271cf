"""What a performance report says: figures of the whole, week by week or month by month, queries, issues and alerts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from recon.partners.measures.declines import Trend
from recon.partners.measures.kpis import Figure
from recon.partners.watch.cases import Case

TOP = 12
"""Groups that a chart shows, those with most volume."""


@dataclass(frozen=True, slots=True)
class GroupLine:
    """The figures of a group in a currency, in the whole period or in one stretch of it."""

    stretch: str
    group: str
    currency: str
    figures: Mapping[str, Figure]

    @property
    def volume(self) -> Decimal:
        """The volume, which groups are ranked by."""
        volume = self.figures["volume"]
        return volume if isinstance(volume, Decimal) else Decimal(volume or 0)


@dataclass(frozen=True, slots=True)
class IssueLine:
    """A question or complaint of a partner, and when it was settled."""

    issue: str
    partner: str
    topic: str
    opened: date
    resolved: date | None
    person: str


@dataclass(frozen=True, slots=True)
class QueryLine:
    """A case about a partner's money: what was asked, and how it was answered, in words; empty while it was not.

    `minutes` are business minutes that its clock ran, `clock` says whether that was in time.
    """

    case: str
    partner: str
    asked_by: str
    subject: str
    opened: date
    resolved: date | None
    owner: str
    minutes: int
    clock: str
    cause: str
    answer: str


@dataclass(frozen=True)
class PartnerReport:
    """Everything a report says; `names` are the figures in their order, `money` those that are amounts."""

    project: str
    period: str
    last: date
    by: str
    each: str
    names: Sequence[str]
    money: frozenset[str]
    whole: Sequence[GroupLine]
    stretches: Sequence[GroupLine]
    declines: Sequence[Trend]
    issues: Sequence[IssueLine]
    alerts: Sequence[Case]
    queries: Sequence[QueryLine] = ()

    @property
    def currencies(self) -> list[str]:
        """The currencies there are, by code."""
        return sorted({one.currency for one in self.whole if one.currency})

    def top(self, currency: str) -> list[GroupLine]:
        """The groups with most volume in a currency, the largest first."""
        own = [one for one in self.whole if one.currency == currency]
        return sorted(own, key=lambda one: (-one.volume, one.group))[:TOP]

    def series(self, currency: str) -> tuple[list[str], dict[str, list[Decimal]]]:
        """The stretches in order, and the volume of each of the top groups in them."""
        names = list(dict.fromkeys(one.stretch for one in self.stretches))
        found = {one.group: [Decimal(0)] * len(names) for one in self.top(currency)}
        for line in self.stretches:
            if line.currency == currency and line.group in found:
                found[line.group][names.index(line.stretch)] = line.volume
        return names, found
