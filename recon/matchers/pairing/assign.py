"""Assignment: which candidate each unit gets, by mutual best to a fixpoint.

A pair of classes is taken when each is the other's single best candidate. Taking it uses up the smaller count and
may free a better-matched rest, so rounds go on until nothing is taken. What is left has several equally good
candidates: it is ambiguous and is never guessed at, unless the author says `ambiguous: first`.

The result does not depend on the order of rows: scores are compared exactly, and the last tie-break is the row id.
"""

from recon.engines.duck import DuckEngine
from recon.engines.expressions import call, literal
from recon.engines.relations import (
    Measure,
    Relation,
    Scan,
    aggregate,
    join,
    pick,
    select,
    union,
    where,
    without,
)
from recon.engines.types import INTEGER, ROW, SUM

MOST_ROUNDS = 64
FIRST, LATE = "candidates_first", "assigned_late"
CANDIDATE = {"cl": ROW, "cr": ROW, "nl": INTEGER, "nr": INTEGER, "score": SUM, "lag": INTEGER}
TAKEN = {
    "cl": ROW,
    "cr": ROW,
    "k": INTEGER,
    "from_l": INTEGER,
    "from_r": INTEGER,
    "twins": INTEGER,
    "lag": INTEGER,
}


class Assignment:
    """The rounds of one pass on one engine, over a table `candidates`; leaves `assigned` and `candidates`.

    `assigned` says that `k` units of class `cl`, after the first `from_l`, go with `k` units of `cr`, after the
    first `from_r`. What remains in `candidates` is ambiguous.
    """

    def __init__(self, engine: DuckEngine, take_first: bool, keep_first: bool = False) -> None:
        """`keep_first` keeps all candidates as `FIRST`, and what was taken after the first round as `LATE`."""
        self.engine = engine
        self.take_first, self.keep_first = take_first, keep_first
        self.is_kept = False
        self.left = 0
        """How many candidates there are still."""
        self.candidates = Scan({**CANDIDATE, "from_l": INTEGER, "from_r": INTEGER}, "candidates")

    def run(self, candidates: Relation) -> int:
        """Assign until nothing changes; the number of rounds."""
        zero = literal(0)
        columns = {name: candidates[name] for name in CANDIDATE}
        self.left = self.engine.build(
            "candidates", select(candidates, {**columns, "from_l": zero, "from_r": zero})
        )
        self.engine.create_typed("assigned", TAKEN)
        if self.keep_first:
            self.engine.create_typed(LATE, TAKEN)
        for round_number in range(1, MOST_ROUNDS + 1):
            if not self._round(single=True) and not (self.take_first and self._round(single=False)):
                return round_number
        return MOST_ROUNDS

    def _round(self, single: bool) -> int:
        taken = self.engine.build("round_taken", self._accepted(single)) if self.left else 0
        if not taken:
            return 0
        self.engine.append("assigned", 'SELECT * FROM "round_taken"')
        if self.is_kept:
            self.engine.append(LATE, 'SELECT * FROM "round_taken"')
        if taken == self.left:
            # each class was in one candidate, and one class of each pair is used up: nothing is left, or to be bettered
            self.engine.create_typed("candidates", self.candidates.schema)
            self.left = 0
            return taken
        rest = self.candidates
        if self.keep_first and not self.is_kept:
            self.engine.rename("candidates", FIRST)
            rest, self.is_kept = Scan(rest.schema, FIRST), True
        self.left = self.engine.build("candidates", self._remaining(rest))
        return taken

    def _best(self, own: str, other: str, single: bool) -> Relation:
        """For each class of one side its best candidate, when it is the only best or the first will do."""
        table = self.candidates
        lowest = aggregate(table, {own: table[own]}, Measure("score", "min", table["score"]))
        tied = join(
            table,
            lowest,
            [(table.of("l", own), lowest.of("r", own)), (table.of("l", "score"), lowest.of("r", "score"))],
            {own: table.of("l", own), other: table.of("l", other)},
        )
        best = aggregate(tied, {own: tied[own]}, Measure(other, "min", tied[other]), Measure("ties", "count"))
        return where(best, call("eq", best["ties"], literal(1))) if single else best

    def _accepted(self, single: bool) -> Relation:
        left, right = self._best("cl", "cr", single), self._best("cr", "cl", single)
        mutual = join(
            left,
            right,
            [(left.of("l", "cl"), right.of("r", "cl")), (left.of("l", "cr"), right.of("r", "cr"))],
            {"cl": left.of("l", "cl"), "cr": left.of("l", "cr")},
        )
        table = self.candidates
        smaller = call("least", table.of("l", "nl"), table.of("l", "nr"))
        larger = call("greatest", table.of("l", "nl"), table.of("l", "nr"))
        started = call("greatest", table.of("l", "from_l"), table.of("l", "from_r"))
        alone = call("and", call("eq", larger, literal(1)), call("eq", started, literal(0)))
        return join(
            table,
            mutual,
            [(table.of("l", name), mutual.of("r", name)) for name in ("cl", "cr")],
            {
                "cl": table.of("l", "cl"),
                "cr": table.of("l", "cr"),
                "k": smaller,
                "from_l": table.of("l", "from_l"),
                "from_r": table.of("l", "from_r"),
                "twins": call("if", alone, literal(0), literal(1)),
                "lag": table.of("l", "lag"),
            },
        )

    def _remaining(self, rest: Relation) -> Relation:
        """The candidates whose classes both have units left, with their counts brought up to date."""
        taken = Scan(TAKEN, "round_taken")
        for own, count, start in (("cl", "nl", "from_l"), ("cr", "nr", "from_r")):
            others = without(rest, taken, **{own: own})
            names = {name: rest.of("l", name) for name in rest.schema}
            touched = join(
                rest,
                taken,
                [(rest.of("l", own), taken.of("r", own))],
                {
                    **names,
                    count: call("sub", rest.of("l", count), taken.of("r", "k")),
                    start: call("add", rest.of("l", start), taken.of("r", "k")),
                },
            )
            rest = union(pick(others, *rest.schema), where(touched, call("gt", touched[count], literal(0))))
        return rest
