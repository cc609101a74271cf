"""Entries as transactions of payees: for plans that rate each of them, or groups of them."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from recon.engines.duck import DuckEngine
from recon.engines.expressions import Expression, call
from recon.engines.relations import Relation, select
from recon.engines.render import render
from recon.model.money import decimal_of
from recon.model.periods import Period
from recon.payouts.books.activity import FIGURES, Books, figure, of_plan, payee, word
from recon.payouts.calculation.facts import Transaction
from recon.payouts.calculation.undone import LOOKED_AT
from recon.payouts.plan.components import Component, Pays
from recon.payouts.plan.measures import SALES, Measure, Of
from recon.payouts.plan.plan import Plan
from recon.payouts.plan.values import Condition, Limits


def transactions_of(
    engine: DuckEngine, plan: Plan, books: Books, period: Period
) -> dict[str, list[Transaction]]:
    """The transactions of each payee, with the figures and words that the plan mentions.

    Each knows which of the plan's activities it counts for; an entry that counts for several is there once.
    """
    figures, words = mentioned(plan)
    kinds = sorted({component.activity.of for component in plan.components})
    read: dict[str, tuple[str, Transaction]] = {}
    counts_as: dict[str, set[Of]] = {}
    for what in kinds:
        for who, one in _read(engine, plan, of_plan(plan, books, what, period), figures, words):
            read[one.id] = (who, one)
            counts_as.setdefault(one.id, set()).add(what)
    found: dict[str, list[Transaction]] = {}
    for entry_id in sorted(read):
        who, one = read[entry_id]
        found.setdefault(who, []).append(replace(one, counts_as=frozenset(counts_as[entry_id])))
    return found


def _read(
    engine: DuckEngine, plan: Plan, relation: Relation, figures: list[str], words: list[str]
) -> Iterator[tuple[str, Transaction]]:
    columns: dict[str, Expression] = {
        "payee": payee(plan, relation),
        "entry_id": relation["entry_id"],
        "day": call("coalesce", relation["business_date"], relation["booking_date"]),
    }
    for position, name in enumerate(figures):
        found = figure(relation, name) if name in FIGURES else word(relation, name)
        columns[f"figure_{position}"] = found
    for position, name in enumerate(words):
        columns[f"word_{position}"] = word(relation, name)
    table = engine.table(f'{render(select(relation, columns))}\nORDER BY "payee", "day", "entry_id"')
    for row in table.to_pylist():
        numbers = {name: _number(row[f"figure_{position}"]) for position, name in enumerate(figures)}
        texts = {name: row[f"word_{position}"] for position, name in enumerate(words)}
        yield (
            row["payee"],
            Transaction(
                row["entry_id"],
                {name: number for name, number in numbers.items() if number is not None},
                {name: text for name, text in texts.items() if text is not None},
                row["day"],
            ),
        )


def _number(value: Decimal | str | None) -> Decimal | None:
    """A money column as it is; an attribute when it is a plain number."""
    return decimal_of(value) if isinstance(value, str) else value


def mentioned(plan: Plan) -> tuple[list[str], list[str]]:
    """The figures and words of transactions that a plan mentions, each in order."""
    figures: set[str] = set()
    words: set[str] = {"source"}
    for component in plan.components:
        _of_measure(component.measure, figures, words)
        for condition in (component.counts.where, component.activity.except_):
            _of_condition(condition, figures, words)
        for step in component.adjust:
            _of_condition(step.when, figures, words)
        if component.group:
            words.add(component.group)
        _of_pays(component, component, figures, words)
    return sorted(figures), sorted(words)


def _of_pays(component: Component, pays: Pays, figures: set[str], words: set[str]) -> None:
    rates = [rate for rate in (pays.rate, component.buy) if rate is not None]
    if pays.tiers is not None:
        rates += pays.tiers.bands
        if pays.tiers.by is not None:
            _of_measure(pays.tiers.by, figures, words)
    figures |= {rate.percent_of for rate in rates if rate.percent_of is not None}
    if pays.by is not None:
        words.add(pays.by.word)
        for case in pays.by.every:
            _of_pays(component, case, figures, words)


def _of_measure(measure: Measure, figures: set[str], words: set[str]) -> None:
    figures |= {*measure.added, *([measure.figure] if measure.figure is not None else [])}
    if measure.different is not None:
        words.add(measure.different)
    if measure.count == SALES:
        figures.add("amount")
        words |= set(LOOKED_AT)


def _of_condition(condition: Condition, figures: set[str], words: set[str]) -> None:
    for name, wanted in condition.items():
        (figures if isinstance(wanted, Limits) else words).add(name)
