"""What a performance report says: figures of the whole, week by week or month by month, queries, issues and alerts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from recon.breaks.cases.case import Case as Query
from recon.breaks.cases.report import Timed
from recon.partners.measures.declines import Trend
from recon.partners.measures.kpis import Figure, Kpi
from recon.partners.registry.reading import day_of
from recon.partners.registry.registry import Registry
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


def lines_of(found: Sequence[Kpi]) -> list[GroupLine]:
    """Figures as the lines of a report."""
    return [GroupLine(one.stretch.name, one.group, one.currency, one.figures) for one in found]


def issues_of(registry: Registry, first: date, last: date) -> list[IssueLine]:
    """The issues that were open on any day between two days, by the day they were opened."""
    found = []
    for row in registry.tables["issues"]:
        opened, resolved = day_of(row["opened"]), day_of(row["resolved"])
        if opened is not None and opened <= last and (resolved is None or resolved >= first):
            found.append(IssueLine(row["issue"], row["partner"], row["topic"], opened, resolved, row["person"]))
    return sorted(found, key=lambda one: (one.opened, one.issue))


def queries_of(
    registry: Registry, held: Iterable[Timed], zone: str, first: date, last: date
) -> list[QueryLine]:
    """The cases about partners that were open on any day between two days, by number.

    A case is about a partner who asked, by its id or a name that it ever had, or whom the case is linked to.
    """
    known = {row["name"].casefold(): row["partner"] for row in registry.tables["partners"]}
    known |= {name.casefold(): name for name in registry.partners}
    found = []
    for one in held:
        case, at = one.case, ZoneInfo(zone)
        opened = case.opened_at.astimezone(at).date()
        resolved = case.resolved_at.astimezone(at).date() if case.resolved_at else None
        partner = _partner(case, known)
        if partner and opened <= last and (resolved is None or resolved >= first):
            found.append(
                QueryLine(
                    case.name, partner, case.asked_by, case.subject, opened, resolved, case.owner, one.used,
                    one.clock, case.cause, _answer(case),
                )
            )  # fmt: skip
    return found


def _partner(case: Query, known: Mapping[str, str]) -> str | None:
    """The partner that a case is about; None when it is about none."""
    names = [case.asked_by, *(link.name for link in case.links if link.what == "merchant")]
    return next((known[name.casefold()] for name in names if name.casefold() in known), None)


def _answer(case: Query) -> str:
    """How a case was resolved, or else what was said to whoever asked last."""
    ours = [said.words for said in case.messages if not said.incoming]
    return case.resolution or (ours[-1] if ours else "")
