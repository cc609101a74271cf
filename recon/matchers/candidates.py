"""Candidates: pairs of classes of units that pass every gate of a pass.

A class is a set of units that are equal in everything the pass compares; it has a count. A thousand equal amounts
on one day are one class, so that skew never multiplies. Candidates come from equalities only: keys, and either the
amount itself or its bucket, never from ranges alone.

Columns: `cl`, `cr` (lowest unit of each class), `nl`, `nr` (how many), `score` (gap x 100000 + days, smaller is
better), `lag`, `evidence`.
"""

from dataclasses import dataclass
from decimal import Decimal

from recon.engines.expressions import Expression, call, literal
from recon.engines.relations import Measure, Relation, aggregate, join, select, union, words
from recon.matchers.gates import Gates
from recon.matchers.keys import RUN_OF_WORDS

DAYS_PER_UNIT_OF_GAP = Decimal(100_000)
"""A gap in money always weighs more than any number of days: scores order by gap first."""


@dataclass(frozen=True)
class Pairing:
    """What makes two units candidates: the keys that both have, and the gates."""

    keys: tuple[str, ...]
    gates: Gates

    def alike(self, units: Relation) -> tuple[str, ...]:
        """Columns in which the units of one class agree: what is compared, and whole references behind parts."""
        dated = ("day",) if self.gates.within.window is not None else ()
        wholes = (name for name in units.schema if name.startswith("w") and name[1:].isdigit())
        return ("currency", *self.keys, "amount", *dated, *wholes)

    def classes(self, units: Relation) -> Relation:
        """The classes of units: the columns in which they agree, `uid` (the lowest) and `n`."""
        keys = {name: units[name] for name in self.alike(units)}
        ordinal = [Measure("ordinal", "min", units["ordinal"])] if "ordinal" in units.schema else []
        return aggregate(units, keys, Measure("uid", "min", units["uid"]), Measure("n", "count"), *ordinal)

    def unique(self, units: Relation) -> Relation:
        """One row per key: its units counted, and amount and day of one of them."""
        keys = {name: units[name] for name in ("currency", *self.keys)}
        rest = [name for name in ("amount", "day", "ordinal") if name in units.schema]
        measures = [Measure(name, "min", units[name]) for name in ("uid", *rest)]
        return aggregate(units, keys, *measures, Measure("n", "count"))

    def candidates(self, left: Relation, right: Relation, only_unique: bool = False) -> Relation:
        """The pairs that pass every gate."""
        equal = [(left.of("l", name), right.of("r", name)) for name in ("currency", *self.keys)]
        condition: Expression = self.gates.both
        if only_unique:
            one = literal(1)
            for single in (call("eq", left.of("l", "n"), one), call("eq", right.of("r", "n"), one)):
                condition = call("and", condition, single)
        elif self.gates.within.is_exact:
            equal.append((left.of("l", "amount"), right.of("r", "amount")))
            condition = self.gates.days
        else:
            left, right = self._in_three_buckets(left), self._in_bucket(right)
            equal.append((left.of("l", "bucket"), right.of("r", "bucket")))
        return join(left, right, equal, self._columns(left, right), condition)

    def _in_bucket(self, units: Relation, shift: int = 0) -> Relation:
        bucket: Expression = call("bucket", units["amount"], self.gates.width())
        if shift:
            bucket = call("add", bucket, literal(shift))
        return select(units, {**{name: units[name] for name in units.schema}, "bucket": bucket})

    def _in_three_buckets(self, units: Relation) -> Relation:
        return union(*(self._in_bucket(units, shift) for shift in (-1, 0, 1)))

    @property
    def score(self) -> Expression:
        """How far two units are apart, gap before days; the smaller the better."""
        gap = call("mul", call("as_money", self.gates.gap), literal(DAYS_PER_UNIT_OF_GAP))
        return call("as_sum", call("add", gap, call("abs", self.gates.lag)))

    def _columns(self, left: Relation, right: Relation) -> dict[str, Expression]:
        return {
            "cl": left.of("l", "uid"),
            "cr": right.of("r", "uid"),
            "nl": left.of("l", "n"),
            "nr": right.of("r", "n"),
            "score": self.score,
            "evidence": self._evidence(left, self.gates.lag),
        }

    def _evidence(self, left: Relation, lag: Expression) -> Expression:
        """What was compared, as JSON text: the keys that agreed, and the days between the dates."""
        keys = [call("as_text", left.of("l", name)) for name in self.keys]
        parts: list[Expression] = []
        if keys:
            parts += [literal('"keys":'), call("json_list", *keys)]
        if self.gates.within.window is not None:
            parts += [literal(',"days":' if keys else '"days":'), call("as_text", lag)]
        return call("concat", literal("{"), *parts, literal("}"))


def with_words(units: Relation) -> Relation:
    """Units that hold a text, once per run of words in it."""
    runs = words(units, "uid", units["text"], RUN_OF_WORDS)
    kept = {name: units.of("l", name) for name in units.schema if name != "text"}
    return join(
        units, runs, [(units.of("l", "uid"), runs.of("r", "uid"))], {**kept, "word": runs.of("r", "word")}
    )
