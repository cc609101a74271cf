"""The tables that every report of the channel desk starts from, made once in the engine that holds a run's books.

`desk_entries` are the ledger's entries of the period that a confirmed match found on a bill, with the groups that they
belong to. `desk_amounts` has a row for each amount that an entry brings or costs: what its merchant is charged by the
settlement plan, what the channel charged on the line of its bill, what a campaign gave, and what funders owe of that.
All of it is computed from the books as they are known now. What rests on no single entry has none.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from recon.engines.duck import DuckEngine
from recon.engines.expressions import Expression, all_of, any_of, call, literal
from recon.engines.names import identifier, text_literal
from recon.engines.relations import Relation, Scan, select, where
from recon.engines.render import render
from recon.errors import ConfigError, Problem
from recon.model.periods import Period
from recon.payouts.books.activity import ENTRY, FIGURES, Books, figure, word
from recon.payouts.channels.settings import ChannelSettings
from recon.payouts.period_rows import period_rows
from recon.payouts.periods.credited import credited_books
from recon.payouts.periods.period import Known
from recon.payouts.plan.measures import Accumulate, Of
from recon.payouts.plan.plan import Plan, Purpose
from recon.payouts.rows import Kind
from recon.project.suggest import did_you_mean
from recon.store.published import Published

ENTRIES, AMOUNTS = "desk_entries", "desk_amounts"
DAY = "coalesce(e.business_date, e.booking_date)"
SHARED = (Kind.SHARED_OUT, Kind.SPLIT, Kind.REDIRECT, Kind.DEDUCTION)
"""Rows of a claim that say who bears it: together they are nothing."""


@dataclass(frozen=True)
class Desk:
    """An engine with the tables of the desk, and what they were made from."""

    engine: DuckEngine
    books: Books
    settings: ChannelSettings
    period: Period
    claims: Sequence[tuple[Plan, str]]
    """Each plan that claims something in the period, and the table of what it says of entries: `entry_id`, `day`,
    `component`, `credited`, `amount`, `units`."""


def lay_out(
    engine: DuckEngine,
    books: Books,
    settings: ChannelSettings,
    run: Published,
    plans: Sequence[Plan],
    known: Known,
    period: Period,
) -> Desk:
    """Make the tables of the desk. `plans` are all versions of all plans; those of other days count nothing.

    Raises:
        ConfigError: the run has no such rule set, a component is in no settlement, or as `period_rows`.
        InputRefused: as `period_rows`.
    """
    sides = _sides(run, settings.bills)
    own = [plan for plan in plans if plan.counts_in(period)]
    settlements = [plan for plan in own if plan.purpose is Purpose.SETTLE]
    claims = [plan for plan in own if plan.purpose is Purpose.CLAIM]
    _refuse_unknown(settings, [plan for plan in plans if plan.purpose is Purpose.SETTLE])
    engine.materialise(ENTRIES, _entries(books, settings, period))
    parts = [_cost(settings, period), _unknown_lines(settings, sides, period)]
    tables = [
        _of_plan(engine, books, plan, period, known, at) for at, plan in enumerate([*settlements, *claims])
    ]
    for plan, table in zip(settlements, tables, strict=False):
        parts += _settled(settings, plan, table, period)
    claimed = list(zip(claims, tables[len(settlements) :], strict=True))
    parts += [_amounts("claimed", "amount", plan, table, period) for plan, table in claimed]
    if settings.paid_out:
        parts.append(_paid_out(books, settings))
    engine.materialise(AMOUNTS, "\nUNION ALL\n".join(parts))
    return Desk(engine, books, settings, period, claimed)


def group(settings: ChannelSettings, name: str) -> str:
    """The SQL of a group of `desk_entries`, which may be absent.

    Raises:
        ConfigError: there is no such group.
    """
    if name in settings.by:
        return identifier(f"by_{name}")
    times = {
        "day": "strftime(day, '%Y-%m-%d')",
        "week": "strftime(day, '%G-W%V')",
        "month": "strftime(day, '%Y-%m')",
    }
    if name not in times:
        hint = did_you_mean(name, settings.groups) or f"groups: {', '.join(settings.groups)}"
        raise ConfigError(Problem("unknown-group", f"no group {name}", hint=hint))
    return times[name]


def text_of(relation: Relation, name: str) -> Expression:
    """A column or attribute of entries as it is."""
    return figure(relation, name) if name in FIGURES else word(relation, name)


def sides_of(run: Published, ruleset: str) -> Mapping[str, list[str]]:
    """The sources of both sides of a rule set, as a run used it.

    Raises:
        ConfigError: the run has no such rule set.
    """
    return _sides(run, ruleset)


def _sides(run: Published, ruleset: str) -> dict[str, list[str]]:
    rulesets = {one["name"]: one for one in run.manifest["rulesets"]}
    if ruleset not in rulesets:
        hint = did_you_mean(ruleset, rulesets) or f"its rule sets: {', '.join(sorted(rulesets))}"
        raise ConfigError(Problem("no-ruleset", f"run {run.identity} has no rule set {ruleset}", hint=hint))
    found = rulesets[ruleset]
    return {
        side: [found[side]] if isinstance(found[side], str) else list(found[side]) for side in ("left", "right")
    }


def _refuse_unknown(settings: ChannelSettings, settlements: Sequence[Plan]) -> None:
    names = sorted({component.name for plan in settlements for component in plan.components})
    problems = [
        Problem("no-component", f"no settlement has a component {name}", hint=did_you_mean(name, names))
        for name in (*settings.fees, *settings.given)
        if name not in names
    ]
    if problems:
        raise ConfigError(*problems)


def _entries(books: Books, settings: ChannelSettings, period: Period) -> str:
    """The matched entries of the ledger, with their groups."""
    relation = books.of(Of.MATCHED)
    day = call("coalesce", relation["business_date"], relation["booking_date"])
    inside = all_of(
        call("eq", relation["source"], literal(settings.ledger)),
        call("between", day, literal(period.first), literal(period.last)),
    )
    own = where(relation, inside)
    columns: dict[str, Expression] = {name: own[name] for name in ("entry_id", "currency", "type")}
    columns |= {"day": call("coalesce", own["business_date"], own["booking_date"])}
    columns |= {"volume": call("coalesce", own["gross"], own["amount"])}
    columns |= {f"by_{name}": word(own, column) for name, column in settings.by.items()}
    return render(select(own, columns))


def _of_plan(engine: DuckEngine, books: Books, plan: Plan, period: Period, known: Known, number: int) -> str:
    """The table of what a plan says of each entry, with the entry's day.

    A total that builds up over more than the period, as a budget does, is begun where the plan begins; what it says of
    earlier days is in the table as well.
    """
    running = any(one.accumulate not in {Accumulate.NONE, Accumulate.PERIOD} for one in plan.components)
    days = Period(min(plan.effective, period.first), period.last) if running else period
    name = f"desk_rows_{number}"
    rows = period_rows(engine, plan, credited_books(engine, plan, books, days, known), days, known, name=name)
    left_out = ", ".join(text_literal(kind.value) for kind in SHARED) if plan.purpose is Purpose.CLAIM else "''"
    table = f"{name}_of_entries"
    engine.materialise(
        table,
        f"SELECT r.entry_id, coalesce({DAY}, DATE '{period.last}') AS day, r.component, r.credited, "
        "CAST(sum(r.amount) AS DECIMAL(38,8)) AS amount, CAST(sum(r.units) AS DECIMAL(38,8)) AS units "
        f"FROM ({rows.sql}) AS r LEFT JOIN {identifier(books.entries)} AS e USING (entry_id) "
        f"WHERE r.kind NOT IN ({left_out}) GROUP BY ALL",
    )
    return table


def _settled(settings: ChannelSettings, plan: Plan, table: str, period: Period) -> Iterator[str]:
    """Fees that merchants are charged, and what they are given of campaigns."""
    for what, sign, names in (("charged", "-", settings.fees), ("given", "", settings.given)):
        own = ", ".join(text_literal(one) for one in names) or "''"
        yield f"{_amounts(what, f'{sign}amount', plan, table, period)} AND component IN ({own})"


def _amounts(what: str, amount: str, plan: Plan, table: str, period: Period) -> str:
    return (
        f"SELECT entry_id, '{what}' AS what, {text_literal(plan.currency)} AS currency, {amount} AS amount "
        f"FROM {identifier(table)} WHERE day >= DATE '{period.first}'"
    )


def _cost(settings: ChannelSettings, period: Period) -> str:
    """What channels charged on the lines of their bills, at the entry of the ledger that each was matched with.

    A match of several entries of the ledger is at none of them. A line that was matched anew counts once.
    """
    matched = (
        "SELECT m.match_id, m.side, m.entry_id FROM members AS m JOIN matches AS c USING (match_id) "
        f"WHERE c.ruleset = {text_literal(settings.bills)} AND c.state IN ('confirmed', 'manual')"
    )
    own = (
        f"SELECT match_id, CASE WHEN count(*) = 1 THEN min(m.entry_id) END AS entry_id, min({DAY}) AS day "
        f"FROM ({matched}) AS m JOIN entries AS e USING (entry_id) WHERE m.side = 'left' GROUP BY match_id"
    )
    return (
        "SELECT o.entry_id, 'cost' AS what, e.currency, -(coalesce(e.fee, 0) + coalesce(e.tax, 0)) AS amount "
        f"FROM ({matched}) AS m JOIN entries AS e USING (entry_id) JOIN ({own}) AS o USING (match_id) "
        f"WHERE m.side = 'right' AND o.day BETWEEN DATE '{period.first}' AND DATE '{period.last}' "
        "QUALIFY row_number() OVER (PARTITION BY m.entry_id ORDER BY m.match_id DESC) = 1"
    )


def _unknown_lines(settings: ChannelSettings, sides: Mapping[str, Sequence[str]], period: Period) -> str:
    """What channels charged on lines that no entry of the ledger was matched with."""
    sources = ", ".join(text_literal(one) for one in sides["right"])
    return (
        "SELECT NULL AS entry_id, 'cost' AS what, e.currency, -(coalesce(e.fee, 0) + coalesce(e.tax, 0)) AS amount "
        f"FROM entries AS e WHERE e.source IN ({sources}) AND {DAY} BETWEEN DATE '{period.first}' AND "
        f"DATE '{period.last}' AND coalesce(e.fee, e.tax) IS NOT NULL AND e.entry_id NOT IN (SELECT m.entry_id "
        f"FROM members AS m JOIN matches AS c USING (match_id) WHERE c.ruleset = {text_literal(settings.bills)} "
        "AND c.state IN ('confirmed', 'manual'))"
    )


def _paid_out(books: Books, settings: ChannelSettings) -> str:
    """What was paid to customers beside the settlements, of entries that are on a bill."""
    entries = Scan(ENTRY, books.entries)
    chosen = any_of(
        *(
            all_of(*(call("eq", word(entries, name), literal(value)) for name, value in one.items()))
            for one in settings.paid_out
        )
    )
    own = where(entries, call("coalesce", chosen, literal(False)))
    amount = text_of(own, settings.discount or "")
    said = render(select(own, {"entry_id": own["entry_id"], "said": amount}))
    return (
        "SELECT d.entry_id, 'given' AS what, d.currency, coalesce(TRY_CAST(s.said AS DECIMAL(24,8)), 0) AS amount "
        f"FROM ({said}) AS s JOIN {ENTRIES} AS d USING (entry_id)"
    )
