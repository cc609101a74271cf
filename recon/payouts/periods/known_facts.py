"""What is known of payees besides their entries: quotas, tax classes, who holds which level, who owns what, holds.

A table (CSV or Excel) with the columns `payee`, `what`, `name`, `value` and, if wanted, `from` and `until` (the last
day). `what` is one of

- figure: a number such as a quota; word: a text such as a tax class; level: the level held under a component
- person: who holds the named level above the payee
- owns: the payee owns `value` of the kind `name`, such as a terminal
- hold: the payee is paid nothing for now, because of `name`
- customer: `name` is a customer since `from`, with `value` sales that are in no file (none where it is empty)
- flag: the entry whose id or reference is `value` raises a risk, `name`
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from recon.errors import InputRefused, Place, Problem
from recon.model.money import decimal_of
from recon.model.periods import Period
from recon.payouts.calculation.customers import Began
from recon.payouts.calculation.facts import Facts, Spell, Value
from recon.payouts.periods.period import Flag, Known, Owned
from recon.project.bulk import uncollected
from recon.project.suggest import did_you_mean
from recon.project.text_table import read_cells

COLUMNS = ("payee", "what", "name", "value")
DATES = ("from", "until")
CELLS = (*COLUMNS, *DATES)
WHATS = ("figure", "word", "person", "level", "owns", "hold", "flag", "customer")
OF_PAYEES = frozenset({"figure", "word", "person", "level"})
TEXTS = frozenset({"word", "person", "level"})
"""What is known in text that may be any."""
ALWAYS = (date.min, date.max)


class KnownFact(NamedTuple):
    """One row: what is known of a payee, from the first to the last day, and where it stands."""

    payee: str
    what: str
    name: str
    value: str
    first: date
    last: date
    file: str
    line: int

    @property
    def place(self) -> Place:
        """Where the row stands."""
        return Place(self.file, self.line)

    @property
    def key(self) -> tuple[str, ...]:
        """What may have one value on each day: a thing has one owner, a payee one quota."""
        if self.what == "owns":
            return self.what, self.name, self.value
        alone = self.what in {"hold", "flag"}
        return (self.what, self.payee, self.name, *([self.value] if alone else []))

    @property
    def dated(self) -> bool:
        """Whether the row says from when, or until when, it holds."""
        return (self.first, self.last) != ALWAYS

    def holds(self, day: date) -> bool:
        """Whether it is so on a day."""
        return self.first <= day <= self.last


def read_facts(path: Path, shown: str, content: bytes | None = None) -> list[KnownFact]:
    """The rows of a table of facts; `content` are its bytes where they are at hand already.

    Raises:
        InputRefused: with every row that cannot be read, at its line and field.
    """
    found: list[KnownFact] = []
    problems: list[Problem] = []
    with uncollected():
        for line, cells in read_cells(path, shown, COLUMNS, DATES, content):
            payee, what, name, value, since, until = cells
            plain = payee and name and value and what in TEXTS and not since and not until
            wrong = [] if plain else list(_problems(dict(zip(CELLS, cells, strict=True)), Place(shown, line)))
            problems += wrong
            if not wrong:
                first = date.fromisoformat(since) if since else date.min
                last = date.fromisoformat(until) if until else date.max
                found.append(KnownFact(payee, what, name, value, first, last, shown, line))
    if problems:
        raise InputRefused(*problems)
    return found


def _problems(row: Mapping[str, str], place: Place) -> Iterable[Problem]:
    bare = row["what"] in {"hold", "customer"}
    empty = [name for name in COLUMNS if not row[name] and not (name == "value" and bare)]
    for name in empty:
        yield Problem("empty-field", "is empty", replace(place, field=name))
    if row["what"] and row["what"] not in WHATS:
        hint = did_you_mean(row["what"], WHATS) or f"one of {', '.join(WHATS)}"
        message = f"{row['what']} is no kind of fact"
        yield Problem("unknown-value", message, replace(place, field="what"), hint)
    if row["what"] == "figure" and row["value"] and decimal_of(row["value"]) is None:
        message = f"{row['value']} is no plain number"
        yield Problem("not-a-number", message, replace(place, field="value"))
    if row["what"] == "customer":
        yield from _of_customer(row, place)
    for name in DATES:
        if row[name] and _day(row[name]) is None:
            message = f"{row[name]} is no day"
            yield Problem("not-a-date", message, replace(place, field=name), "write it as 2026-10-01")
    first, last = _day(row["from"]), _day(row["until"])
    if first and last and last < first:
        message = f"ends on {last}, before it begins on {first}"
        yield Problem("not-a-date", message, replace(place, field="until"), "`until` is the last day")


def _of_customer(row: Mapping[str, str], place: Place) -> Iterable[Problem]:
    """What is wrong with a row about a customer."""
    if not row["from"]:
        message = f"does not say since when {row['name']} is a customer"
        yield Problem("empty-field", message, replace(place, field="from"), "write the day, as 2024-10-01")
    if row["until"]:
        message = "a customer's time is not ended here: the plan says how long it counts"
        yield Problem("unknown-value", message, replace(place, field="until"), "leave it empty")
    if row["value"] and not (row["value"].isdecimal() and row["value"].isascii()):
        message = f"{row['value']} is no number of sales"
        hint = "write how many sales there were that no file has, as 3, or leave it empty"
        yield Problem("not-a-number", message, replace(place, field="value"), hint)


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def refuse_two_values(facts: Sequence[KnownFact]) -> None:
    """Refuse rows that say two things of one day: nobody could tell which of them was paid on.

    Raises:
        InputRefused: with every such row.
    """
    problems = []
    by_key: dict[tuple[str, ...], KnownFact] = {}
    several: dict[tuple[str, ...], list[KnownFact]] = {}
    for one in facts:
        key = one.key
        if (other := by_key.get(key)) is None:
            by_key[key] = one
        else:
            several.setdefault(key, [other]).append(one)
    for _, rows in sorted(several.items()):
        for before, after in pairwise(sorted(rows, key=attrgetter("first", "last"))):
            if after.first > before.last:
                continue
            earlier = f"{before.place}"
            if after.what == "owns":
                message = f"{before.payee} ({earlier}) and {after.payee} both own {after.name} {after.value}"
                hint = "end one before the other begins, or it would be paid twice"
            else:
                message = f"{after.payee} has another {after.what} {after.name} for the same days ({earlier})"
                hint = "give each its days in `from` and `until`"
                if after.what == "customer":
                    hint = "keep one row, with all sales that no file has"
            problems.append(Problem("two-values", message, after.place, hint))
    if problems:
        raise InputRefused(*problems)


def known_in(facts: Sequence[KnownFact], period: Period, number: int = 1) -> Known:
    """What is known for a period, as of its last day; `previous` figures are those of the day before it.

    `number` counts the plan's periods from 1.

    Raises:
        InputRefused: two rows say two things of one day.
    """
    refuse_two_values(facts)
    said: dict[str, dict[str, dict[str, str]]] = {}
    others: list[KnownFact] = []
    moved: set[str] = set()
    values: dict[str, dict[str, list[Value]]] = {}
    day, before = period.last, period.first - timedelta(days=1)
    for one in facts:
        payee, what, name, value, first, last, _, _ = one
        if what not in OF_PAYEES:
            others.append(one)
            continue
        about = said.setdefault(payee, {})
        if what == "figure" and one.dated:
            values.setdefault(payee, {}).setdefault(name, []).append(_value(one))
        if what == "figure" and first <= before <= last:
            about.setdefault("previous", {})[name] = value
        if first <= day <= last:
            about.setdefault(what, {})[name] = value
        if what == "person" and (first > period.first or last < day):
            moved.add(payee)
    spells = _all_spells(facts, moved, period)
    owners = tuple(
        Owned(one.name, one.value, one.payee, one.first, one.last) for one in others if one.what == "owns"
    )
    holds = {one.payee: one.name for one in others if one.what == "hold" and one.holds(day)}
    customers = tuple(
        Began(one.name, one.payee, one.first, int(one.value or 0)) for one in others if one.what == "customer"
    )
    flags = tuple(Flag(one.value, one.name) for one in others if one.what == "flag" and one.holds(day))
    with uncollected():
        known = {who: _facts(who, about, spells.get(who, ())) for who, about in said.items()}
    for who, own in values.items():
        dated = {name: tuple(found) for name, found in own.items()}
        known[who] = replace(known[who], values=dated)
    return Known(known, {}, owners, holds, flags, number, customers)


def _value(one: KnownFact) -> Value:
    return Value(decimal_of(one.value) or Decimal(0), one.first, one.last)


def _facts(who: str, said: Mapping[str, Mapping[str, str]], spells: tuple[Spell, ...]) -> Facts:
    def numbers(what: str) -> dict[str, Decimal]:
        return {name: decimal_of(value) or Decimal(0) for name, value in said.get(what, {}).items()}

    return Facts(
        who,
        figures=numbers("figure"),
        previous=numbers("previous"),
        words=said.get("word", {}),
        people=said.get("person", {}),
        levels=said.get("level", {}),
        spells=spells,
    )


def _all_spells(
    facts: Sequence[KnownFact], moved: Collection[str], period: Period
) -> dict[str, tuple[Spell, ...]]:
    """The stretches of all those above whom somebody may have moved."""
    people: dict[str, list[KnownFact]] = {}
    for one in facts if moved else ():
        if one.what == "person" and one.payee in moved:
            people.setdefault(one.payee, []).append(one)
    return {who: _spells(rows, period) for who, rows in people.items()}


def _spells(rows: Sequence[KnownFact], period: Period) -> tuple[Spell, ...]:
    """The stretches of a period over which the same people hold the levels; none when nobody moved in it."""
    inside = {one.first for one in rows if period.first < one.first <= period.last}
    inside |= {one.last + timedelta(days=1) for one in rows if period.first <= one.last < period.last}
    if not inside:
        return ()
    starts = [period.first, *sorted(inside)]
    ends = [*(day - timedelta(days=1) for day in starts[1:]), period.last]
    return tuple(
        Spell(first, last, {one.name: one.value for one in rows if one.holds(first)})
        for first, last in zip(starts, ends, strict=True)
    )
