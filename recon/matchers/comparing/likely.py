"""What an entry might be: points for everything that speaks for a pair, and which pairs are worth weighing.

A shared reference gives most, whole, cut off or with typing errors; references that have nothing in common speak
against a pair. Equal amounts, also where one is another figure of the other side (gross, net), near days and names that
are alike give the rest. Pairs are brought together by equalities alone: a reference, the beginning or the end of one
beside an equal amount, an amount, a name.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from recon.engines.expressions import Column, Expression, all_of, any_of, call, literal
from recon.engines.relations import Relation, aggregate, join, pick, select, union, where, within
from recon.engines.types import INTEGER, MONEY, SUM, TEXT, DataType
from recon.matchers.comparing.blocks import Held, blocks, in_tried
from recon.matchers.comparing.gates import Gates
from recon.matchers.comparing.keys import column, normalised
from recon.matchers.comparing.nearly import IN_WORDS, SAME, as_misread, first_that_holds, reference_points
from recon.model.sides import SIDES, Side
from recon.rules.likely import Likely
from recon.rules.passes import Compare, Normalise, Pass
from recon.rules.similar import COMPANY_FORMS

EQUAL, OTHER_FIGURE, NEAR, ROUGHLY = 35, 30, 20, 10
DAYS, NAMES = 15, 10
MOST_POINTS: Final = SAME + EQUAL + DAYS + NAMES
MARGIN: Final = 15
"""What has so many points less than the best of either entry is not told beside it."""
BLOCK_TABLES: Final = ("likely_", "blocks_")
"""How the names of the tables begin by which pairs are brought together; they are of no use when that is done."""
_BEGINNING, _END = literal(5), literal(4)
"""Characters of a reference that bring it together with another beside an equal amount: what is between may be wrong.
Numbers that are given out in a row begin alike, so that fewer characters of their ends say as much."""
_FIGURES: Final = ("amount", "gross", "net")
_PLAIN: Final = Normalise(ignore=("case", "separators", "leading_zeros"))
_AMOUNT: Final = {
    EQUAL: "equal",
    OTHER_FIGURE: "equal to another figure",
    NEAR: "within 1 %",
    ROUGHLY: "within 10 %",
}
Of = Callable[[Side, str, DataType], Expression]
"""Gives a value that a unit or an entry of a side carries, by name."""


def of_units(side: Side, name: str, type_: DataType) -> Expression:
    """What the two units of a join carry."""
    return Column(type_, name, side[0])


def of_entries(side: Side, name: str, type_: DataType) -> Expression:
    """What is known of the two entries of a pair."""
    return Column(type_, f"{side}_{name}")


@dataclass(frozen=True)
class Likelihood:
    """The points of a pass; `carried` is what a unit of each side says, over an entry."""

    likely: Likely
    gates: Gates
    carried: Mapping[Side, Mapping[str, Expression]]

    def points(self, of: Of = of_units) -> Expression:
        """How many points speak for two; names beyond a hundred only put the best first."""
        return _total(self._parts(of), self.gates.lag)

    def said(self, of: Of = of_units) -> Expression:
        """What speaks for two, in words."""
        return _in_words(self._parts(of))

    @property
    def gate(self) -> Expression:
        """Whether enough speaks for two units."""
        return call("ge", self.points(), literal(self.likely.at_least))

    @property
    def brought(self) -> Expression:
        """Whether two units share what pairs are brought together by, so that they are weighed at all."""
        amounts = call("eq", *(of_units(side, "amount", SUM) for side in SIDES))
        return any_of(
            *(
                all_of(
                    call("eq", ours, theirs),
                    *([amounts] if on_amount else []),
                    *([self.gates.days] if is_dated else []),
                )
                for ours, theirs, on_amount, is_dated in self._shared(of_units)
            )
        )

    @property
    def missing(self) -> Expression:
        """How many points two units lack of the most, so that less is better."""
        return call("sub", literal(MOST_POINTS), self.points())

    def told(self) -> Expression:
        """What is told of a match, as JSON members, made of `weighed`."""
        parts = {name: Column(INTEGER, f"points_{name}") for name in self._parts(of_entries)}
        points = _total(parts, Column(INTEGER, "lag"))
        said = call("json_text", _in_words(parts))
        return call("concat", literal('"likely":'), call("as_text", points), literal(',"speaks":'), said)

    def weighed(self) -> dict[str, Expression]:
        """The points that `told` says, of the entries of a pair: long expressions, each worked out once."""
        return {f"points_{name}": points for name, points in self._parts(of_entries).items()}

    def _parts(self, of: Of) -> dict[str, Expression]:
        return {"reference": self._reference(of), "amount": self._amount(of), "name": self._name(of)}

    def _reference(self, of: Of) -> Expression:
        """The points of the best reference; of none that has any, those of the worst."""
        numbers = range(1, len(self.likely.reference_pairs) + 1)
        found = [reference_points(*(of(side, f"p_ref{number}", TEXT) for side in SIDES)) for number in numbers]
        if len(found) == 1:
            return found[0]
        best = call("greatest", *found)
        return call("if", call("gt", best, literal(0)), best, call("least", *found))

    def _amount(self, of: Of) -> Expression:
        own = {side: of(side, "p_compared", SUM) for side in SIDES}
        gap = call("as_money", call("abs", call("sub", own["left"], own["right"])))
        larger = call("greatest", *(call("as_money", call("abs", own[side])) for side in SIDES))
        others = [
            call("eq", own["right" if side == "left" else "left"], call("as_sum", of(side, name, MONEY)))
            for side in SIDES
            for name in self._figures(side)
        ]
        branches: list[tuple[Expression, int]] = [(call("eq", own["left"], own["right"]), EQUAL)]
        branches += [(any_of(*others), OTHER_FIGURE)] if others else []
        for share, points in ((Decimal(100), NEAR), (Decimal(10), ROUGHLY)):
            branches.append((call("le", call("mul", gap, literal(share)), larger), points))
        return first_that_holds(branches, 0)

    def _name(self, of: Of) -> Expression:
        if not self.likely.names:
            return literal(0)
        both = [of(side, "p_name", TEXT) for side in SIDES]
        alike = call("coalesce", call("like_words_of_shorter", *both), literal(0))
        return first_that_holds(
            [(call("ge", alike, literal(70)), NAMES), (call("ge", alike, literal(50)), NAMES // 2)], 0
        )

    def _figures(self, side: Side) -> list[str]:
        return [name for name in self.carried[side] if name.removeprefix("p_") in _FIGURES]

    def together(self, left: Relation, right: Relation, keys: tuple[str, ...], held: Held) -> Relation:
        """The pairs of units (`cl`, `cr`) that share something, each once.

        Leaves `untried`: left units of which something is shared by too many to be tried.
        """
        pairs, untried, shared = [], [], []
        of_both = {"left": left, "right": right}
        brings = self._shared(lambda side, name, _: of_both[side][name])
        for number, (ours, theirs, on_amount, is_dated) in enumerate(brings):
            names = ["currency", *keys, "block", *(["amount"] if on_amount else [])]
            one, other = _in_blocks(left, ours, names), _in_blocks(right, theirs, names)
            other = held(f"likely_right_{number}", _sharing(other, one, names))
            shared.append((number, names, is_dated, one, other))
        # nearly always some of it is shared by nobody
        brought = [each for each in shared if not held.is_bare(each[-1])] or shared[:1]
        for number, names, is_dated, units, others in brought:
            sharing = held(f"likely_left_{number}", _sharing(units, others, names))
            found = held(f"blocks_{number}", blocks(sharing, others, names))
            skipped = where(found, call("eq", found["tried"], literal(0)))
            untried.append(pick(within(sharing, skipped, **{name: name for name in names}), "uid"))
            one, other = (in_tried(each, found, names) for each in (sharing, others))
            equal = [(one.of("l", name), other.of("r", name)) for name in names]
            both: dict[str, Expression] = {"cl": one.of("l", "uid"), "cr": other.of("r", "uid")}
            pairs.append(join(one, other, equal, both, self.gates.days if is_dated else None))
        held("untried", union(*untried))
        every = union(*pairs)
        return held("together", aggregate(every, {name: every[name] for name in ("cl", "cr")}))

    def _shared(self, of: Of) -> Iterator[tuple[Expression, Expression, bool, bool]]:
        """What brings units together: an expression of each side, whether amounts and days must agree as well."""
        for number in range(1, len(self.likely.reference_pairs) + 1):
            ours, theirs = (of(side, f"p_ref{number}", TEXT) for side in SIDES)
            yield as_misread(ours), as_misread(theirs), False, False
            for end, length in (("first", _BEGINNING), ("last", _END)):
                yield call(end, ours, length), call(end, theirs, length), True, False
        compared = {side: of(side, "p_compared", SUM) for side in SIDES}
        yield compared["left"], compared["right"], False, True
        for name in self._figures("right"):
            yield compared["left"], call("as_sum", of("right", name, MONEY)), False, True
        for name in self._figures("left"):
            yield call("as_sum", of("left", name, MONEY)), compared["right"], False, True
        if self.likely.names:
            yield of("left", "p_name", TEXT), of("right", "p_name", TEXT), False, True


def carried(item: Pass, compare: Compare, side: Side) -> dict[str, Expression]:
    """What units of a side say to a pass that weighs; nothing to any other."""
    if item.likely is None:
        return {}
    place, compared = 0 if side == "left" else 1, compare.column(side)
    found: dict[str, Expression] = {"p_compared": call("as_sum", Column(MONEY, compared))}
    found |= {
        f"p_ref{number}": normalised(column(pair[place]), _PLAIN)
        for number, pair in enumerate(item.likely.reference_pairs, start=1)
    }
    found |= {f"p_{name}": Column(MONEY, name) for name in _FIGURES if name != compared}
    for pair in item.likely.name_pairs:
        found["p_name"] = call("plain_name", column(pair[place]), *map(literal, sorted(COMPANY_FORMS)))
    return found


def likelihood(item: Pass, compare: Compare, gates: Gates) -> Likelihood | None:
    """The points of a pass; None for one that does not weigh."""
    if item.likely is None:
        return None
    return Likelihood(item.likely, gates, {side: carried(item, compare, side) for side in SIDES})


def _in_blocks(units: Relation, block: Expression, names: list[str]) -> Relation:
    kept: dict[str, Expression] = {name: units[name] for name in ("uid", *names) if name != "block"}
    kept |= {name: units[name] for name in ("day", "ordinal") if name in units.schema}
    rows = select(units, {**kept, "block": block})
    return where(rows, call("not", call("is_null", rows["block"])))


def _sharing(units: Relation, others: Relation, names: list[str]) -> Relation:
    """The units whose block others have as well: to count a block costs more than to look it up."""
    return within(units, pick(others, *names), **{name: name for name in names})


def _total(parts: Mapping[str, Expression], lag: Expression) -> Expression:
    """All points: of the reference, the amount and the name, and those of the days between two."""
    days = call("sub", literal(DAYS), call("least", literal(DAYS), call("abs", lag)))
    total = call("add", call("add", parts["reference"], parts["amount"]), days)
    return call("add", total, parts["name"])


def _in_words(parts: Mapping[str, Expression]) -> Expression:
    """What speaks for two, by the points that each of it has."""
    return call(
        "concat",
        literal("reference "),
        _words(parts["reference"], IN_WORDS, "another"),
        literal(", amount "),
        _words(parts["amount"], _AMOUNT, "another"),
        call("if", call("gt", parts["name"], literal(0)), literal(", names alike"), literal("")),
    )


def _words(points: Expression, words: Mapping[int, str], otherwise: str) -> Expression:
    found: Expression = literal(otherwise)
    for number, text in words.items():
        found = call("if", call("eq", points, literal(number)), literal(text), found)
    return found
