"""The parts that each line of a component may have, in the order of their rows: rates, bands, matrix, bounds."""

from collections.abc import Iterator
from dataclasses import replace

from recon.engines.names import text_literal
from recon.payouts.plan.bands import Tiers
from recon.payouts.plan.components import Component, Pays
from recon.payouts.rows import Kind, exact, plain
from recon.payouts.sets.bands import SqlBands
from recon.payouts.sets.parts import NO_UNITS, SUM, SqlPart, line_total, number, rate_parts


def parts_of(component: Component, money: str) -> list[SqlPart]:
    """The parts of each line of a component, bounds included, in the order of their rows; `money` as in `parts`."""
    found = _by_case(component, money) if component.by is not None else _paid(component, money)
    if component.buy is not None:
        found += [
            replace(part, kind=Kind.BUY_RATE, amount=f"-{part.amount}", words=f"buy rate {part.words}")
            for part in rate_parts(component.buy, money)
        ]
    return [*found, *_bounds(component, line_total(found))]


def outside(component: Component, money: str) -> Iterator[tuple[Tiers, str]]:
    """The conditions that part of a line lies in no band, with the bands."""
    for tiers, among in _tiers(component):
        if (condition := SqlBands.of(tiers, money).outside()) is not None:
            yield tiers, f"{among} AND ({condition})"


def _tiers(component: Component) -> Iterator[tuple[Tiers, str]]:
    """Bands, and the condition under which they are a line's."""
    if component.tiers is not None:
        yield component.tiers, "TRUE"
    if component.by is not None:
        for value, case in component.by.cases.items():
            if case.tiers is not None:
                yield case.tiers, f"chooser = {text_literal(value)}"
        if component.by.otherwise is not None and component.by.otherwise.tiers is not None:
            yield component.by.otherwise.tiers, _other(component)


def _other(component: Component) -> str:
    known = ", ".join(text_literal(value) for value in component.by.cases) if component.by else ""
    return f"coalesce(chooser NOT IN ({known}), TRUE)"


def _paid(pays: Pays, money: str) -> list[SqlPart]:
    if pays.rate is not None:
        return rate_parts(pays.rate, money)
    if pays.tiers is not None:
        return SqlBands.of(pays.tiers, money).parts()
    return [SqlPart(Kind.BASE, "TRUE", "q", f"CAST(0 AS {SUM})", "base of overrides", "")]


def _by_case(component: Component, money: str) -> list[SqlPart]:
    """The parts of each case of a matrix, for the lines whose word it is."""
    if component.by is None:
        return []
    found = []
    for value, case in component.by.cases.items():
        found += [_only(part, f"chooser = {text_literal(value)}") for part in _paid(case, money)]
    other = _other(component)
    if component.by.otherwise is not None:
        return found + [_only(part, other) for part in _paid(component.by.otherwise, money)]
    words = f"nothing for {component.by.word} "
    shown = "CASE WHEN coalesce(chooser, '') = '' THEN '(none)' ELSE chooser END"
    said = f"{text_literal(words)} || {shown}"
    return [*found, SqlPart(Kind.RATE, other, "q", f"CAST(0 AS {SUM})", words, "", said)]


def _only(part: SqlPart, condition: str) -> SqlPart:
    return replace(part, when=condition if part.when == "TRUE" else f"{condition} AND ({part.when})")


def _bounds(component: Component, total: str) -> list[SqlPart]:
    """The floor and cap of a transaction; for a reversal they hold on the other side."""
    if component.each is None:
        return []
    found = []
    sign = f"CASE WHEN {total} < 0 THEN -1 ELSE 1 END"
    for bound, how, word in (
        (component.each.at_most, ">", "at most"),
        (component.each.at_least, "<", "at least"),
    ):
        if bound is not None:
            amount = f"CAST(({number(exact(bound))} - abs({total})) * {sign} AS {SUM})"
            when = f"abs({total}) {how} {number(bound)}"
            found.append(SqlPart(Kind.BOUND, when, NO_UNITS, amount, f"{word} {plain(bound)}", ""))
    return found
