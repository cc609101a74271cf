"""Campaigns: what they gave, how far the budget reaches, who funds which part, and what they brought.

A campaign is a plan that claims: what it credits is the campaign, what it measures are discounts, and the parties of
its splits are the funders. Its budget is where its bands stop paying.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal

from recon.engines.names import identifier, text_literal
from recon.payouts.books.activity import ENTRY
from recon.payouts.channels.desk import AMOUNTS, DAY, ENTRIES, Desk
from recon.payouts.plan.components import Component
from recon.payouts.plan.plan import Plan

ZERO = Decimal(0)
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Campaign:
    """One campaign in a period; amounts are in the plan's currency.

    `discounts` is what was measured in the period, `used` since the campaign began; `budget` is None without one, and
    `over` what was given beyond it. `given` is what we gave, `claimed` what funders owe of that, `ours` the rest.
    """

    campaign: str
    plan: str
    currency: str
    first: date
    last: date | None
    entries: int
    discounts: Decimal
    used: Decimal
    budget: Decimal | None
    given: Decimal
    claimed: Decimal

    @property
    def over(self) -> Decimal:
        """What was given beyond the budget."""
        return ZERO if self.budget is None else max(self.used - self.budget, ZERO)

    @property
    def ours(self) -> Decimal:
        """What we bear ourselves."""
        return self.given - self.claimed


@dataclass(frozen=True, slots=True)
class Effect:
    """Payments of the merchants that took part: `with` the campaign, `without` it on the same days, or `before` it.

    `days` are those on which the ledger knows of payments; what is by day or by payment is cut after two digits.
    """

    campaign: str
    currency: str
    payments: str
    days: int
    count: int
    volume: Decimal
    discounts: Decimal

    @property
    def by_day(self) -> Decimal:
        """The volume of a day."""
        return _cut(self.volume, self.days)

    @property
    def average(self) -> Decimal:
        """The amount of one payment."""
        return _cut(self.volume, self.count)


def campaigns(desk: Desk) -> list[Campaign]:
    """Every campaign that a plan in force claims for, by plan and campaign."""
    found = []
    for plan, table in desk.claims:
        component = plan.components[0]
        since = f"DATE '{desk.period.first}'"
        rows = desk.engine.rows(
            f"SELECT credited, count(DISTINCT entry_id) FILTER (day >= {since}), "
            f"CAST(coalesce(sum(units) FILTER (day >= {since}), 0) AS DECIMAL(38,8)), "
            "CAST(coalesce(sum(units), 0) AS DECIMAL(38,8)) "
            f"FROM {identifier(table)} WHERE component = {text_literal(component.name)} AND entry_id IS NOT NULL "
            "GROUP BY credited ORDER BY credited"
        )
        for name, entries, discounts, used in rows:
            given, claimed = (_of(desk, table, name, what) for what in ("given", "claimed"))
            found.append(
                Campaign(
                    name, plan.plan, plan.currency, plan.effective, plan.until, entries, discounts, used,
                    budget_of(component), given, claimed,
                )
            )  # fmt: skip
    return found


def budget_of(component: Component) -> Decimal | None:
    """Where the bands of a component stop paying; None when they never do."""
    if component.tiers is None:
        return None
    for low, _, band in component.tiers.spans():
        if not any(
            (band.percent, band.bps, band.per_unit, band.per_block, band.multiple, band.percent_of, band.flat)
        ):
            return low
    return None


def effects(desk: Desk, merchant: str | None = None) -> list[Effect]:
    """What campaigns brought. `merchant` is the group that names the merchant; without it, all are compared."""
    found: list[Effect] = []
    for plan, table in desk.claims:
        names = [
            row[0] for row in desk.engine.rows(f"SELECT DISTINCT credited FROM {identifier(table)} ORDER BY 1")
        ]
        for name in names:
            found += _effect(desk, plan, table, name, merchant)
    return found


def _effect(desk: Desk, plan: Plan, table: str, name: str, merchant: str | None) -> Iterator[Effect]:
    first, last = plan.days(desk.period)
    eve = first - timedelta(days=1)
    before = (first - timedelta(days=(last - first).days + 1), eve)
    own = f"SELECT entry_id, sum(units) AS discount FROM {identifier(table)} WHERE credited = {text_literal(name)} "
    own += f"AND component = {text_literal(plan.components[0].name)} AND entry_id IS NOT NULL GROUP BY entry_id"
    settings = desk.settings
    who = _merchant(settings.by[merchant]) if merchant else "''"
    entries = (
        f"SELECT e.entry_id, {DAY} AS day, coalesce(e.gross, e.amount) AS volume, {who} AS merchant, c.discount "
        f"FROM {identifier(desk.books.entries)} AS e LEFT JOIN ({own}) AS c USING (entry_id) "
        f"WHERE e.source = {text_literal(settings.ledger)} AND e.type = 'payment' "
        f"AND e.currency = {text_literal(plan.currency)} AND {DAY} BETWEEN DATE '{before[0]}' AND DATE '{last}'"
    )
    desk.engine.materialise(
        "desk_effect",
        f"WITH p AS ({entries}) SELECT * FROM p WHERE merchant IN (SELECT merchant FROM p WHERE discount IS NOT NULL)",
    )
    during = f"day BETWEEN DATE '{first}' AND DATE '{last}'"
    for words, condition in (
        ("with", f"discount IS NOT NULL AND {during}"),
        ("without", f"discount IS NULL AND {during}"),
        ("before", f"day < DATE '{first}'"),
    ):
        ((days, count, volume, discounts),) = desk.engine.rows(
            f"SELECT (SELECT count(DISTINCT day) FROM desk_effect WHERE {condition if words == 'before' else during}), "
            "count(*), CAST(coalesce(sum(volume), 0) AS DECIMAL(38,8)), "
            f"CAST(coalesce(sum(discount), 0) AS DECIMAL(38,8)) FROM desk_effect WHERE {condition}"
        )
        yield Effect(name, plan.currency, words, days, count, volume, discounts)


def _merchant(column: str) -> str:
    """The SQL of a column or attribute of an entry."""
    named = f"e.{identifier(column)}"
    return f"coalesce({named if column in ENTRY else f'e.attributes[{text_literal(column)}]'}, '')"


def _of(desk: Desk, table: str, campaign: str, what: str) -> Decimal:
    own = f"SELECT entry_id FROM {identifier(table)} WHERE credited = {text_literal(campaign)}"
    ((amount,),) = desk.engine.rows(
        f"SELECT CAST(coalesce(sum(amount), 0) AS DECIMAL(38,8)) FROM {AMOUNTS} JOIN {ENTRIES} USING (entry_id) "
        f"WHERE what = '{what}' AND entry_id IN ({own})"
    )
    return Decimal(amount)


def _cut(amount: Decimal, count: int) -> Decimal:
    return (amount / count).quantize(CENT, ROUND_DOWN) if count else ZERO
