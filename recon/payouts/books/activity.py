"""Which entries a plan pays for, as typed relations over the canonical tables.

A plan's words are columns of an entry (`type`, `source`, `entity`, ...) or its attributes (`product`, `channel`);
its figures are the money columns. `fee_charged` and `tax_charged` are the fee and tax with their sign turned, so
that what was charged counts up. Entries in another currency than the plan's are never added to it;
`other_currencies` tells which they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from recon.engines.expressions import Expression, all_of, any_of, call, literal
from recon.engines.relations import Relation, Scan, where, within, without
from recon.engines.types import Kind, columns_of
from recon.errors import ConfigError, Problem
from recon.model.periods import Period
from recon.model.tables import ENTRIES
from recon.payouts.plan.components import Component
from recon.payouts.plan.measures import Activity, Of
from recon.payouts.plan.plan import Plan
from recon.payouts.plan.values import Limits
from recon.project.suggest import did_you_mean

ENTRY = columns_of(ENTRIES)
MONEY_FIGURES = ("amount", "gross", "fee", "tax", "net", "original_amount")
CHARGED = {"fee_charged": "fee", "tax_charged": "tax"}
FIGURES = (*MONEY_FIGURES, *CHARGED)
WORDS = frozenset(name for name, kind in ENTRY.items() if kind.kind is Kind.TEXT)
"""The columns of an entry that say a word; every other word is an attribute."""


@dataclass(frozen=True, slots=True)
class Books:
    """The tables an engine holds: all entries, and the ids (column `entry_id`) of those that count as something."""

    entries: str
    counted: Mapping[Of, str]
    broken: str | None = None
    """The table of entries with open breaks (`entry_id`, `break_id`, `kind`), if the books know them."""
    without_broken: bool = False
    """Whether entries with open breaks are left out: what remains is what may be paid now."""
    customers: str | None = None
    """The table of entries by the time of their customers, where the plan looks at it; see `customers`."""

    def of(self, what: Of) -> Relation:
        """The entries of an activity.

        Raises:
            ConfigError: the books do not know which entries these are.
        """
        entries: Relation = Scan(ENTRY, self.entries)
        if self.without_broken and self.broken is not None:
            ids = Scan({"entry_id": ENTRY["entry_id"]}, self.broken)
            entries = without(entries, ids, entry_id="entry_id")
        if what is Of.ALL:
            return entries
        if what not in self.counted:
            message = f"a plan pays for {what} entries, and the run does not say which these are"
            raise ConfigError(Problem("activity", message, hint="pay for matched entries, or for all"))
        return within(entries, Scan({"entry_id": ENTRY["entry_id"]}, self.counted[what]), entry_id="entry_id")


def of_plan(plan: Plan, books: Books, what: Of, period: Period) -> Relation:
    """The entries of a period that a plan may pay for: in its currency, by business date, while it is in force."""
    relation = books.of(what)
    own = call("eq", relation["currency"], literal(plan.currency))
    return where(relation, all_of(own, in_days(plan, relation, period)))


def of_component(plan: Plan, books: Books, component: Component, period: Period) -> Relation:
    """The entries of a period that a component counts: of its activity, on the plan's days and its own.

    Raises:
        ValueError: it counts a part of customers' time, and these books were not told of it.
    """
    if component.of_customers is not None and books.customers is None:
        raise ValueError(f"{component.name} looks at customers, and the books do not tell their time")
    return on_days(component, counted(of_plan(plan, books, component.activity.of, period), component.counts))


def on_days(component: Component, relation: Relation) -> Relation:
    """The entries on the days of a component; all of them where it has none of its own."""
    day = call("coalesce", relation["business_date"], relation["booking_date"])
    bounds = (("ge", component.effective), ("le", component.until))
    own = [call(how, day, literal(bound)) for how, bound in bounds if bound is not None]
    return where(relation, all_of(*own)) if own else relation


def in_days(plan: Plan, relation: Relation, period: Period) -> Expression:
    """Whether an entry lies in a period, by business date, while a plan is in force."""
    day = call("coalesce", relation["business_date"], relation["booking_date"])
    first, last = plan.days(period)
    return call("between", day, literal(first), literal(last))


def counted(relation: Relation, activity: Activity, columns: Mapping[str, str] | None = None) -> Relation:
    """The entries of a component: of its source, with all of `where`, without any of `except`.

    `columns` are the columns of words that have one of their own.
    """
    named = columns or {}
    conditions: list[Expression] = [call("eq", relation["source"], literal(activity.source))]
    conditions += [_part(relation, named.get(name, name), wanted) for name, wanted in activity.where.items()]
    excluded = [_part(relation, named.get(name, name), wanted) for name, wanted in activity.except_.items()]
    if excluded:
        conditions.append(call("not", any_of(*excluded)))
    return where(relation, all_of(*conditions))


def payee(plan: Plan, relation: Relation) -> Expression:
    """Who an entry credits; the empty text when it names nobody, so that nothing is lost."""
    return call("coalesce", word(relation, plan.credit.to), literal(""))


def figure(relation: Relation, name: str) -> Expression:
    """A money figure of an entry.

    Raises:
        ConfigError: entries have no such figure.
    """
    if name in CHARGED:
        return call("neg", relation[CHARGED[name]])
    if name in MONEY_FIGURES:
        return relation[name]
    known = ", ".join(FIGURES)
    hint = did_you_mean(name, FIGURES) or f"figures: {known}"
    raise ConfigError(Problem("figure", f"entries have no figure {name}", hint=hint))


def number(relation: Relation, name: str) -> Expression:
    """A money figure of an entry, or an attribute that holds a plain number; absent where it holds anything else."""
    return figure(relation, name) if name in FIGURES else _number(word(relation, name))


def word(relation: Relation, name: str) -> Expression:
    """A word of an entry: a text column, or else an attribute."""
    if name in relation.schema and relation.schema[name].kind is Kind.TEXT:
        return relation[name]
    return call("attribute", relation["attributes"], literal(name))


def _number(text: Expression) -> Expression:
    """A plain number that an attribute holds; absent where it holds anything else."""
    below_zero = call("neg", call("as_number", call("rx_get", text, literal("^-(.+)$"))))
    return call("coalesce", call("as_number", text), below_zero)


def _part(relation: Relation, name: str, wanted: str | list[str] | Limits) -> Expression:
    """One part of a condition; a field that is absent satisfies nothing."""
    if isinstance(wanted, Limits):
        value = number(relation, name)
        bounds = (("ge", wanted.at_least), ("gt", wanted.over), ("le", wanted.at_most), ("lt", wanted.below))
        holds = all_of(*(call(how, value, literal(bound)) for how, bound in bounds if bound is not None))
    else:
        values = [wanted] if isinstance(wanted, str) else wanted
        holds = call("in", word(relation, name), *(literal(value) for value in values))
    return call("coalesce", holds, literal(False))
