"""From the activity, the registry, the cases and the alerts of partners to their performance report."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from recon.breaks.cases.case import Case as Query
from recon.breaks.cases.case import cases as queries
from recon.breaks.cases.report import Timed, timed
from recon.engines.duck import DuckEngine
from recon.model.periods import Period
from recon.outputs.partners.report import GroupLine, IssueLine, PartnerReport, QueryLine
from recon.partners.measures.books import is_money, lay_days
from recon.partners.measures.declines import trends
from recon.partners.measures.groups import PRODUCT
from recon.partners.measures.kpis import Kpi, figure_names, kpis
from recon.partners.measures.settings import Measures
from recon.partners.measures.stretches import Each, stretches
from recon.partners.registry.reading import day_of
from recon.partners.registry.registry import Registry
from recon.partners.settings import read_settings
from recon.partners.watch.cases import cases
from recon.project.workspace import Project
from recon.store.store import Store


def partner_report(
    project: Project,
    store: Store,
    engine: DuckEngine,
    measures: Measures,
    registry: Registry,
    period: Period,
    by: str,
    each: Each,
) -> PartnerReport:
    """The report of a period, by a group of partners and week by week or month by month.

    Args:
        project: the project, whose settings say who is dormant and when cases are late.
        store: its store, which has cases and alerts.
        engine: one over the activity of partners (`activity_of`).
        measures: what is measured.
        registry: who is who.
        period: the period.
        by: what partners are grouped by.
        each: the stretches that the period is told in.

    Raises:
        UsageError: there is no such group.
    """
    dormant = read_settings(project).dormant_days
    lay_days(engine, measures)
    judged = trends(engine, measures.decline, registry, period.last, dormant)
    whole = kpis(engine, measures, registry, by, stretches(period, "period"), dormant)
    parts = kpis(engine, measures, registry, by, stretches(period, each), dormant)
    names = figure_names(measures, by)
    alerts = [one for one in cases(store) if one.alert.last >= period.first and one.alert.first <= period.last]
    zone = project.settings.cases.zone
    return PartnerReport(
        project=project.settings.project.name,
        period=str(period),
        last=period.last,
        by=by,
        each=each,
        names=names,
        money=frozenset(name for name in names if is_money(measures, name) or name == "target"),
        whole=_lines_of(whole),
        stretches=_lines_of(parts),
        declines=[one for one in judged if one.verdict not in {"steady", "too young"}] if by != PRODUCT else [],
        issues=_issues_of(registry, period.first, period.last),
        alerts=alerts,
        queries=queries_of(registry, _timed(project, store, period), zone, period.first, period.last),
    )


def _timed(project: Project, store: Store, period: Period) -> list[Timed]:
    """All cases with their clocks, as they stood when the period was over."""
    settings = project.settings.cases
    over = datetime.combine(period.last + timedelta(days=1), time(), ZoneInfo(settings.zone))
    return [timed(one, settings, min(over, store.clock())) for one in queries(store.ledger)]


def _lines_of(found: Sequence[Kpi]) -> list[GroupLine]:
    """Figures as the lines of a report."""
    return [GroupLine(one.stretch.name, one.group, one.currency, one.figures) for one in found]


def _issues_of(registry: Registry, first: date, last: date) -> list[IssueLine]:
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
