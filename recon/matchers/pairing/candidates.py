"""Candidates: pairs of classes of units that pass every gate of a pass.

A class is a set of units that are equal in everything the pass compares; it has a count. A thousand equal amounts
on one day are one class, so that skew never multiplies. Candidates come from equalities only: keys, and either the
amount itself or its bucket, never from ranges alone.

Columns: `cl`, `cr` (lowest unit of each class), `nl`, `nr` (how many), `score` (names, then gap, then
days; smaller is better), `lag` (days, absent where dates are not compared).
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from recon.engines.expressions import Expression, Literal, all_of, call, literal
from recon.engines.relations import (
    Measure,
    Relation,
    aggregate,
    join,
    select,
    union,
    where,
    within,
    without,
    words,
)
from recon.engines.types import INTEGER
from recon.matchers.comparing.blocks import Held, blocks, in_tried
from recon.matchers.comparing.gates import Gates
from recon.matchers.comparing.keys import RUN_OF_WORDS
from recon.matchers.comparing.likely import Likelihood
from recon.matchers.comparing.likeness import NAME, Likeness

DAYS_PER_UNIT_OF_GAP = Decimal(100_000)
"""A gap in money always weighs more than any number of days: scores order by gap first."""
UNITS_PER_UNLIKENESS = Decimal(10) ** 18
"""What names lack of being the same weighs more than any gap that a tolerance lets pass."""
TRUE = literal(True)
CARRIED = "p_"
"""What the names of columns begin with that a unit carries for a condition or for weighing."""


@dataclass(frozen=True)
class Pairing:
    """What makes two units candidates: the keys that both have, and the gates."""

    keys: tuple[str, ...]
    gates: Gates
    likeness: Likeness | None = None
    rest: Expression = TRUE
    """What is tried on each pair beside keys, amounts and dates."""
    likely: Likelihood | None = None
    """What is weighed instead of amounts and dates."""
    surely: Expression | None = None
    """What must hold besides for a pair to count at once; see `beginnings` and `figures`."""
    ignores_zeros: bool = False
    """Whether words of texts stand for references without their leading zeros."""
    counts_alone: bool = False
    """Whether only what nothing else fits counts at once; see `beginnings`."""

    def alike(self, units: Relation) -> tuple[str, ...]:
        """Columns in which the units of one class agree: what is compared, and whole references behind parts."""
        keys = (
            name for name in self.keys if name in units.schema
        )  # the words of a text are looked up, not compared
        texts = (name for name in ("text",) if name in units.schema)
        dated = ("day",) if self.gates.within.window is not None else ()
        wholes = (name for name in units.schema if name.startswith("w") and name[1:].isdigit())
        carried = (name for name in units.schema if name == NAME or name.startswith(CARRIED))
        return ("currency", *keys, *texts, "amount", *dated, *wholes, *carried)

    def classes(self, units: Relation) -> Relation:
        """The classes of units: the columns in which they agree, `uid` (the lowest) and `n`."""
        keys = {name: units[name] for name in self.alike(units)}
        ordinal = [Measure("ordinal", "min", units["ordinal"])] if "ordinal" in units.schema else []
        return aggregate(units, keys, Measure("uid", "min", units["uid"]), Measure("n", "count"), *ordinal)

    def candidates(self, left: Relation, right: Relation, held: Held | None = None) -> Relation:
        """The pairs that pass every gate; `held` keeps what is read twice."""
        held = held or Held()
        if self.likely is not None:
            pairs = self.likely.together(left, right, self.keys, held)
            return self._between(pairs, left, right, self.likely.gate)
        names, condition = ["currency", *self.keys], self.conditions
        one, other = (
            held("worded", self.worded(one)) if "text" in one.schema else one for one in (left, right)
        )
        if self.gates.within.is_exact:
            names.append("amount")
            condition = all_of(self.gates.days, *self._tried)
        else:
            one, other = self._in_three_buckets(one), self._in_bucket(other)
            names.append("bucket")
        if self.likeness is not None:
            pairs = self.likeness.together(one, other, names, held)
            return self._between(pairs, left, right, condition)
        if self.rest != TRUE:
            one, other = (held(f"wide_{side}", units) for side, units in (("left", one), ("right", other)))
            found = held("blocks", blocks(one, other, names))
            one, other = (in_tried(units, found, names) for units in (one, other))
        equal = [(one.of("l", name), other.of("r", name)) for name in names]
        return join(one, other, equal, self._columns(one, other), condition)

    def worded(self, units: Relation) -> Relation:
        """Units that hold a text, once per run of words in it."""
        runs: Relation = words(units, "uid", units["text"], RUN_OF_WORDS)
        if self.ignores_zeros:
            runs = aggregate(runs, {"uid": runs["uid"], "word": call("without_zeros", runs["word"])})
        kept = {name: units.of("l", name) for name in units.schema if name != "text"}
        same = [(units.of("l", "uid"), runs.of("r", "uid"))]
        return join(units, runs, same, {**kept, "word": runs.of("r", "word")})

    def sure_and_doubtful(
        self, left: Relation, right: Relation, held: Held
    ) -> tuple[Relation, Relation | None]:
        """The candidates that count at once, and those that only a person can tell."""
        if self.surely is None and not self.counts_alone:
            return self.candidates(left, right, held), None
        found = held("found", replace(self, surely=None).candidates(left, right, held))
        if self.surely is None:
            return _alone(found)
        sure, doubtful = (
            self._between(found, left, right, one) for one in (self.surely, call("not", self.surely))
        )
        if not self.counts_alone:
            return sure, doubtful
        alone, crowded = _alone(held("sure", sure))
        return alone, union(doubtful, crowded)

    @property
    def conditions(self) -> Expression:
        """What must hold between two units with equal keys."""
        return all_of(self.gates.both, *self._tried)

    @property
    def _tried(self) -> tuple[Expression, ...]:
        tried = (self.rest,) if self.likeness is None else (self.likeness.gate, self.rest)
        return tried if self.surely is None else (*tried, self.surely)

    def _between(self, pairs: Relation, left: Relation, right: Relation, condition: Expression) -> Relation:
        """The pairs (`cl`, `cr`) that satisfy a condition, as candidates."""
        shown: dict[str, Expression] = {name: right.of("r", name) for name in right.schema}
        same = [(pairs.of("l", "cr"), right.of("r", "uid"))]
        others = join(pairs, right, same, {"cl": pairs.of("l", "cl"), **shown})
        equal = [(left.of("l", "uid"), others.of("r", "cl"))]
        return join(left, others, equal, self._columns(left, others), condition)

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
        apart = call("add", gap, call("abs", self.gates.lag))
        weighed = self.likely or self.likeness
        if weighed is None:
            return call("as_sum", apart)
        unlike = call("mul", weighed.missing, literal(UNITS_PER_UNLIKENESS))
        return call("add", call("as_sum", unlike), call("as_sum", apart))

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


def _alone(found: Relation) -> tuple[Relation, Relation]:
    """The candidates of which each class has no other, and all others."""
    alone: Relation = where(found, call("eq", found["nl"], found["nr"]))
    for own in ("cl", "cr"):
        counted = aggregate(found, {own: found[own]}, Measure("all", "count"))
        alone = within(alone, where(counted, call("eq", counted["all"], literal(1))), **{own: own})
    return alone, without(found, alone, cl="cl", cr="cr")
