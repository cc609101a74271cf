"""Candidates: pairs of classes of units that pass every gate of a pass.

A class is a set of units that are equal in everything the pass compares; it has a count. A thousand equal amounts
on one day are one class, so that skew never multiplies. Candidates come from equalities only: keys, and either the
amount itself or its bucket, never from ranges alone.

Columns: `cl`, `cr` (lowest unit of each class), `nl`, `nr` (how many), `score` (gap x 100000 + days, smaller is
better), `lag` (days, absent where dates are not compared).
"""

from dataclasses import dataclass
from decimal import Decimal

from recon.engines.expressions import Expression, Literal, call, literal
from recon.engines.relations import Measure, Relation, aggregate, join, select, union, words
from recon.engines.types import INTEGER
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

    def candidates(self, left: Relation, right: Relation) -> Relation:
        """The pairs that pass every gate."""
        equal = [(left.of("l", name), right.of("r", name)) for name in ("currency", *self.keys)]
        condition: Expression = self.gates.both
        if self.gates.within.is_exact:
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
            "lag": self.lag,
        }

    @property
    def lag(self) -> Expression:
        """How many days the right lies after the left; absent where dates are not compared."""
        return self.gates.lag if self.gates.within.window is not None else Literal(INTEGER, None)


def with_words(units: Relation) -> Relation:
    """Units that hold a text, once per run of words in it."""
    runs = words(units, "uid", units["text"], RUN_OF_WORDS)
    kept = {name: units.of("l", name) for name in units.schema if name != "text"}
    return join(
        units, runs, [(units.of("l", "uid"), runs.of("r", "uid"))], {**kept, "word": runs.of("r", "word")}
    )
