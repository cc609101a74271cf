"""What every pass over sums is made from and does: it searches step by step, then writes what was found."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Generic, TypeVar

from recon.engines.duck import DuckEngine
from recon.engines.relations import Relation
from recon.matchers.pairing.compiled import CompiledPass
from recon.rules.ruleset import Side
from recon.rules.subset import Subset

SearchedBooks = TypeVar("SearchedBooks")
"""The books that a pass searches."""


class SumsRun(ABC, Generic[SearchedBooks]):
    """One pass over sums on one engine."""

    def __init__(
        self,
        engine: DuckEngine,
        plan: CompiledPass,
        subset: Subset,
        pools: Mapping[Side, Relation],
        fields: Sequence[str],
        rejected: Relation | None = None,
    ) -> None:
        """`rejected` are ways, named as the pass names them, that are not proposed whatever speaks for them."""
        self.engine, self.plan, self.subset, self.pools = engine, plan, subset, pools
        self.fields, self.rejected = fields, rejected
        self.unsearched = 0

    def run(self) -> int:
        """Search, and write what was found; how many steps found anything."""
        books, found = self.search()
        self._write(books)
        return found

    @abstractmethod
    def search(self) -> tuple[SearchedBooks, int]:
        """Search step by step, leaving the ways in their table; how many steps found anything."""

    @abstractmethod
    def _write(self, books: SearchedBooks) -> None:
        """Write the pairs and the entries of their groups."""
