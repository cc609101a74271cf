"""Units: what a pass compares. A unit is one entry, or the entries of a group summed by their key.

Columns of a unit: `uid` (the lowest row id in it), `currency`, `amount` (sum of the compared amount), `day` (the
latest), `ordinal` (business days counted, where a window needs them), `k1`, `k2`, ... the keys, and under `contains`
and `lists` the `word` looked for on one side and the `text` it may stand in on the other. Where a key is only a part of
a reference, `w1`, ... hold the whole. Where names are compared there is the plain `name`; what a condition over both
entries reads is under `e1`, ... and `p_<column>` (see `where`).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from recon.engines.expressions import Column, Expression, all_of, call, literal
from recon.engines.relations import Measure, Relation, Scan, aggregate, join, select, where
from recon.engines.types import DATE, INTEGER, SUM, TEXT
from recon.matchers.comparing.beginnings import wholes
from recon.matchers.comparing.keys import (
    as_word,
    column,
    condition,
    ignores_zeros,
    is_part,
    normalised,
    whole_reference,
)
from recon.matchers.comparing.likely import carried
from recon.matchers.comparing.likeness import NAME, plain_name
from recon.matchers.comparing.where import pair_check
from recon.rules.lists import InText
from recon.rules.ruleset import Compare, Pass, Side

MOMENT: Final = "event_time"
"""The column by which entries of one day are in order."""


@dataclass(frozen=True)
class SideUnits:
    """How one side of a pass is turned into units."""

    side: Side
    names: tuple[str, ...]
    keys: tuple[Expression, ...]
    is_grouped: bool
    compared: str
    date: str
    is_dated: bool
    only: Expression
    word: Expression | None
    text: Expression | None
    name: Expression | None = None
    carried: Mapping[str, Expression] = field(default_factory=dict)
    """What a condition over both entries reads of one."""

    @property
    def named_keys(self) -> dict[str, Expression]:
        """The keys as columns, the word looked for among them."""
        keys = {f"k{position + 1}": key for position, key in enumerate(self.keys)}
        return keys if self.word is None else {**keys, "word": self.word}

    @property
    def made(self) -> frozenset[str]:
        """The keys that normalising or an expression made; all others are columns as they stand."""
        plain = {call("or_null", name, literal("")) if name.type == TEXT else name for name in self._plain()}
        return frozenset(f"k{position + 1}" for position, key in enumerate(self.keys) if key not in plain)

    def _plain(self) -> list[Column]:
        return [found for found in map(column, self.names) if isinstance(found, Column)]

    @property
    def whole(self) -> dict[str, Expression]:
        """The whole reference behind each key that is only a part of one.

        Two orders whose numbers share their first ten characters are alike to a pass that compares ten; they are no
        twins all the same.
        """
        if self.is_grouped:
            return {}
        parts = zip(self.names, self.keys, strict=True)
        return {
            f"w{position}": whole_reference(name)
            for position, (name, key) in enumerate(parts, start=1)
            if is_part(name, key)
        }

    def values(self, pool: Relation) -> dict[str, Expression]:
        """What the pass compares of an entry: `amount`, the keys, and the `text` a reference may stand in."""
        columns: dict[str, Expression] = {"amount": call("as_sum", pool[self.compared])}
        columns |= self.named_keys
        if self.text is not None:
            columns["text"] = self.text
        if self.name is not None:
            columns[NAME] = self.name
        return columns

    def needed(self, pool: Relation) -> dict[str, Expression]:
        """What an entry must have for the pass to look at it."""
        dated = {"day": pool[self.date]} if self.is_dated else {}
        return {**self.values(pool), **dated}

    def looks_at(self, pool: Relation) -> Expression:
        """Whether the pass looks at an entry: its condition holds, and nothing that is compared is absent."""
        present = [call("not", call("is_null", value)) for value in self.needed(pool).values()]
        return all_of(self.only, *present)

    def described(self, pool: Relation, *apart: str) -> Relation:
        """Entries as the pass sees them, looked at or not: `rid`, `currency`, `day`, `amount`, keys, `apart`."""
        kept = {name: pool[name] for name in ("rid", "currency", *apart)}
        return select(pool, {**kept, "day": pool[self.date], **self.values(pool), **self.whole, **self.carried})

    def keyed(
        self, pool: Relation, *apart: str, held: Callable[[Relation], Relation] | None = None
    ) -> Relation:
        """The entries that the pass looks at, described.

        `held` puts a relation into a table. The entries of groups, which are asked for again, are kept there, and keys
        that are made are made there, once for each entry: in a query they would be made again to see whether there
        are any.
        """
        if held is None or not (self.made or self.is_grouped):
            return self.described(where(pool, self.looks_at(pool)), *apart)
        described = held(self.described(where(pool, self.only), *apart))
        present = [call("not", call("is_null", described[name])) for name in self.needed(pool)]
        return where(described, all_of(*present))

    def units(self, keyed: Relation, calendar: str | None, *apart: str) -> Relation:
        """The units of keyed entries; with a calendar's table name, their business-day ordinals as well.

        `apart` are further columns that entries of one group share; nothing that a match rests on.
        """
        kept = [name for name in keyed.schema if name != "rid"]
        if self.is_grouped:
            keys = {name: keyed[name] for name in ("currency", *self.named_keys, *apart)}
            units: Relation = aggregate(
                keyed,
                keys,
                Measure("uid", "min", keyed["rid"]),
                Measure("amount", "sum", keyed["amount"]),
                Measure("day", "max", keyed["day"]),
                *(Measure(name, "min", keyed[name]) for name in self._shared),
            )
        else:
            units = select(keyed, {"uid": keyed["rid"], **{name: keyed[name] for name in kept}})
        if calendar is None:
            return units
        days = Scan({"day": DATE, "ordinal": INTEGER}, calendar)
        shown = {name: units.of("l", name) for name in units.schema}
        equal = [(units.of("l", "day"), days.of("r", "day"))]
        return join(units, days, equal, {**shown, "ordinal": days.of("r", "ordinal")})

    @property
    def _shared(self) -> tuple[str, ...]:
        """What all entries of a group share beside its keys."""
        return (*(() if self.name is None else (NAME,)), *self.carried)

    def columns(self) -> Iterator[Column]:
        """The columns of an entry that the pass reads on this side."""
        for expression in (*self.keys, self.only, self.word, self.text, self.name, *self.carried.values()):
            if expression is not None:
                yield from expression.columns()
        yield Column(SUM, self.compared)
        yield Column(DATE, self.date)


def side_units(item: Pass, compare: Compare, side: Side) -> SideUnits:
    """How a pass turns one side into units."""
    position = 0 if side == "left" else 1
    tied = [pair[position] for pair in item.keys]
    group = item.group.keys(side) if item.group else ()
    word, text = _contains(item, side)
    names = (*tied, *(name for name in group if name not in tied))
    check = pair_check(item)
    read = check.carried(side) if check is not None else carried(item, compare, side)
    return SideUnits(
        side=side,
        names=names,
        keys=tuple(normalised(column(name), item.normalise) for name in names),
        is_grouped=bool(group),
        compared=compare.column(side),
        date=getattr(item.within.dates, side),
        is_dated=item.within.window is not None,
        only=condition(getattr(item.only, side)),
        word=word,
        text=text,
        name=plain_name(item.similar, getattr(item.similar, side)) if item.similar else None,
        carried={**read, **wholes(item, names)},
    )


def _contains(item: Pass, side: Side) -> tuple[Expression | None, Expression | None]:
    said = item.contains or item.lists
    if not said:
        return None, None
    found = InText.of(said)
    if found.side == side:
        return None, column(found.text)
    word = as_word(column(found.reference))
    # a list meets its references without any of their zeros, and looks at those that stand there afterwards
    return (call("without_zeros", word) if item.contains and ignores_zeros(item.normalise) else word), None
