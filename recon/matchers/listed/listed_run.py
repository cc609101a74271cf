"""One pass that adds up what texts name, over the open items of two sides; leaves what every pass over sums does."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from recon.engines.duck import DuckEngine
from recon.engines.expressions import Expression, call, literal
from recon.engines.relations import Relation, Scan, aggregate, pick, ranked, select, where, within
from recon.matchers.listed.doubt import Doubt
from recon.matchers.listed.evidence import found_json, why
from recon.matchers.listed.naming import NAMED, NAMED_AS, ONES, Naming
from recon.matchers.listed.part import NamedPart
from recon.matchers.listed.whole import NUMBERED, NamedWhole, numbered
from recon.matchers.pairing.compiled import CompiledPass
from recon.matchers.subset.books import MEMBERS, Books, ones_of
from recon.matchers.subset.books import ONES as NUMBERED_ONES
from recon.matchers.subset.subset_run import WAYS, Step, SubsetRun
from recon.matchers.subset.ways import LISTED
from recon.rules.lists import InText
from recon.rules.ruleset import Side
from recon.rules.subset import Subset


def as_subset(said: InText) -> Subset:
    """The pass as one that adds up entries: those of the side that is named."""
    return Subset(many=said.named, runs=False)


class ListedRun(SubsetRun):
    """One pass that adds up what texts name; rejected ways are named by `one` and `set` (row ids)."""

    def __init__(
        self,
        engine: DuckEngine,
        plan: CompiledPass,
        pools: Mapping[Side, Relation],
        everyone: Relation,
        fields: Sequence[str],
        rejected: Relation | None = None,
    ) -> None:
        """`everyone` are all entries of the side that is named, `pools` those of both sides that are open."""
        self.said, self.everyone = InText.of(plan.item.lists or {}), everyone
        super().__init__(engine, plan, as_subset(self.said), pools, fields, rejected)

    def search(self) -> tuple[Books, int]:
        """Search step by step, leaving the ways in their table; how many steps found anything."""
        Naming(self.engine, self.plan, self.said, self.pools, self.everyone).load()
        named = Scan(NAMED_AS, NAMED)
        books = self._books(named)
        self._begin(books)
        self.engine.build(NUMBERED, numbered(named, books))
        placed = Scan(numbered(named, books).schema, NUMBERED)
        found = 0
        for make in (self._whole, self._part):
            if self._is_anything_left(books):
                step = make(books, placed)
                found += self._take(books, step)
                self.unsearched = step.unsearched or 0
        self.engine.drop(NAMED, ONES, NUMBERED)
        return books, found

    def _whole(self, books: Books, named: Relation) -> Step:
        return NamedWhole(self.engine, books, named, Doubt(self.engine, self.plan, self.said, self.pools))

    def _part(self, books: Books, named: Relation) -> Step:
        return NamedPart(self.engine, books, pick(Scan(LISTED, WAYS), "one"), named)

    def _books(self, named: Scan) -> Books:
        """The entries that name and those that are named, numbered."""
        ones = Scan(ones_of(self.plan, self.said.side, self.pools[self.said.side]).schema, ONES)
        free = where(named, call("eq", named["free"], literal(1)))
        once = aggregate(free, {name: free[name] for name in ("uid", "amount", "tick")})
        members = self.engine.held(MEMBERS, ranked(once, [], ["uid"], "no"))
        facing = self.engine.held(NUMBERED_ONES, ranked(within(ones, free, uid="one"), [], ["uid"], "no"))
        return Books(self.plan, self.subset, members, facing)

    def _with_chance(self, books: Books, step: Step, new: Scan) -> Relation:
        """The ways as they are: a reference was written into the text by somebody, and is no coincidence of sums."""
        del books, step
        return select(new, {**{name: new[name] for name in new.schema}, "expected": literal(Decimal(0))})

    def _reason(self, rows: Relation, step: Step, claimed: Expression) -> Expression:
        return why(rows, step.step, claimed, trusts_numbers=self.plan.item.confirm == "automatic")

    def _found(self, units: Scan) -> Expression:
        return found_json(units)
