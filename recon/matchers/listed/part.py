"""Some of what a text names, where all of it does not add up: few of it, or all but few. Only ever suggested."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from recon.engines.duck import DuckEngine
from recon.engines.expressions import call, literal
from recon.engines.relations import Relation, pick, where, within, without
from recon.engines.render import render
from recon.matchers.listed.evidence import NAMED_PART
from recon.matchers.listed.naming import CUT, RANGED
from recon.matchers.subset.books import Books
from recon.matchers.subset.chance import Wanted
from recon.matchers.subset.few import wanted_by
from recon.matchers.subset.pools import MOST_SEARCHED, MOST_WORK, SmallPools
from recon.matchers.subset.search import FoundSet, PoolEntry, Searched, search, useful, work_of
from recon.matchers.subset.ways import MOST_LISTED


class NamedPart(SmallPools):
    """The second step of a search: of each text that names at most forty entries."""

    step = NAMED_PART

    def __init__(self, engine: DuckEngine, books: Books, known: Relation, named: Relation) -> None:
        """`known` (`one`) have a way already; `named` are the entries that texts name (see `whole.NUMBERED`)."""
        super().__init__(engine, books, known)
        self.named = named

    def ways(self) -> list[Relation]:
        """The sets that add up."""
        self._register(self._search())
        return [self._ways()]

    def _search(self) -> dict[int, Searched]:
        """Search what each text names, the shortest lists first, as long as there is time."""
        read, sure, found, work = defaultdict[int, list[PoolEntry]](list), set[int](), dict[int, Searched](), 0
        cut = defaultdict[int, set[int]](set)
        for one, no, amount, weight in self._pools_of_texts():
            # equal entries are told apart: each has a reference of its own, or a person has to say which is meant
            read[one].append(PoolEntry(no, amount, no))
            if weight < RANGED:
                sure.add(no)
            if weight == CUT:
                cut[one].add(no)
        wanted = self._wanted()
        for one, entries in sorted(read.items(), key=lambda item: (len(item[1]), item[0])):
            work += 2 * work_of(len(entries), self.books.subset.most)
            if len(entries) > MOST_SEARCHED or work > MOST_WORK:
                break
            found[one] = _parts(wanted[one], entries, self.books.subset.most, sure, cut[one])
        self.unsearched = len(read) - len(found)
        return found

    def _pools_of_texts(self) -> list[tuple[int, int, Decimal, int]]:
        named = self.named
        free = where(named, call("eq", named["free"], literal(1)))
        left = within(within(free, self.books.ones, one_no="no"), self.books.members, no="no")
        rows = without(left, self.known, one_no="one")
        order = "ORDER BY one_no, no"
        picked = render(pick(rows, "one_no", "no", "amount", "weight"))
        return self.engine.rows(f"SELECT * FROM ({picked}) {order}")

    def _wanted(self) -> dict[int, Wanted]:
        return wanted_by(self.engine, without(self.books.ones, self.known, no="one"))

    def expected(self, found: object, wanted: Mapping[int, Wanted]) -> dict[int, Decimal]:
        """Nothing: what is named was not found by its sum."""
        del found, wanted
        return {}


def _parts(wanted: Wanted, entries: Sequence[PoolEntry], most: int, sure: set[int], cut: set[int]) -> Searched:
    """Sets of few entries that add up, and sets of all but few; one entry only where its reference is whole.

    A text ends in one beginning: of the entries whose reference it is (`cut`), a set holds one at the most.
    """
    few = search(wanted, useful(wanted, entries), most, MOST_LISTED)
    total = sum((one.amount for one in entries), Decimal(0))
    rest = replace(wanted, amount=total - wanted.amount, low=total - wanted.high, high=total - wanted.low)
    left_out = [one.numbers for one in search(rest, useful(rest, entries), most, MOST_LISTED).sets]
    if rest.low <= 0 <= rest.high:  # what stood in the way was matched meanwhile
        left_out.append(())
    sets = {one.numbers: one for one in (*few.sets, *(_others(numbers, entries) for numbers in left_out))}
    kept = [one for one in sets.values() if len(one.numbers) > 1 or (one.numbers and one.numbers[0] in sure)]
    kept = [one for one in kept if len(cut.intersection(one.numbers)) < 2]
    kept.sort(key=lambda one: (-len(one.numbers), one.numbers))
    count = len(kept) if few.count <= MOST_LISTED else max(len(kept), few.count)
    return Searched(count, tuple(kept[:MOST_LISTED]), Decimal(0))


def _others(left_out: Sequence[int], entries: Sequence[PoolEntry]) -> FoundSet:
    """All entries but those left out."""
    kept = sorted((one for one in entries if one.number not in left_out), key=lambda one: one.number)
    total = sum((one.amount for one in kept), Decimal(0))
    return FoundSet(tuple(one.number for one in kept), total, 0, twins=False)
