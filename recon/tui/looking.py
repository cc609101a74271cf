"""Why a break did not match, and what lies nearest to it: worked out beside the screen, one question at a time.

The runs and their entries stay open between questions, so that only the first of a rule set waits.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Final, cast

from recon.breaks.casefile import Break
from recon.matchers.explain.entries import raw_fields
from recon.matchers.explain.explainer import Explainer
from recon.matchers.explain.facts import EntryFacts, Explanation, GateResult
from recon.matchers.wholes import whole_of
from recon.model.wording import money, plain_words
from recon.outputs.told import Teller
from recon.project.workspace import Project
from recon.rules.ruleset import Side
from recon.runs.hindsight import hindsight
from recon.store.published import Published
from recon.store.store import Store

SAME, OTHER, MISSING = "=", "≠", "·"
FIELDS: Final = (
    "place",
    "source",
    "business_date",
    "amount",
    "currency",
    "type",
    "status",
    "account",
    "counterparty",
    "remittance",
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry of the other side that lies near, the pass that looked at it, and what it failed."""

    entry: EntryFacts
    pass_name: str
    verdict: str
    failed: tuple[GateResult, ...]


@dataclass(frozen=True, slots=True)
class Looked:
    """What is known of a break besides itself."""

    explanation: Explanation | None
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """One field of two entries beside each other."""

    field: str
    left: str
    mark: str
    right: str


class Looker:
    """Answers questions about breaks of a run in a thread of its own."""

    def __init__(self, project: Project, store: Store, run: Published) -> None:
        self._project, self._store, self._run = project, store, run
        self._thread = ThreadPoolExecutor(1, "looking")
        self._stack = ExitStack()
        self._explainers: dict[str, Explainer] = {}
        self._known: dict[str, Looked] = {}

    def close(self) -> None:
        """Let go of the runs."""
        self._thread.submit(self._stack.close).result()
        self._thread.shutdown()

    def look(self, one: Break) -> Looked:
        """What lies nearest to a break, and what every pass made of it; waits for questions asked before."""
        return self._thread.submit(self._look, one).result()

    def raw(self, entry_id: str) -> dict[str, Any]:
        """The original fields of an entry."""
        return dict(raw_fields(self._store.ingests_of(self._run), whole_of(self._run, entry_id)) or {})

    def _look(self, one: Break) -> Looked:
        if one.entry_id is None or one.side is None:
            return Looked(None)
        if one.break_id not in self._known:
            if one.ruleset not in self._explainers:
                opened = hindsight(self._project, self._store, self._run, one.ruleset)
                self._explainers[one.ruleset] = self._stack.enter_context(opened)
            explanation = self._explainers[one.ruleset].explain(cast("Side", one.side), one.entry_id)
            self._known[one.break_id] = Looked(explanation, tuple(_candidates(explanation)))
        return self._known[one.break_id]


def _candidates(explanation: Explanation) -> Iterator[Candidate]:
    """The other side of its match if it has one, then the nearest of each pass, each entry once."""
    seen = {explanation.entry.entry_id}
    if explanation.match is not None:
        for member in explanation.match.members:
            if member.entry.entry_id not in seen and member.side != explanation.side:
                seen.add(member.entry.entry_id)
                yield Candidate(member.entry, explanation.match.pass_name, "matched", ())
    for verdict in explanation.passes:
        for one in verdict.candidates:
            if one.entry.entry_id not in seen:
                seen.add(one.entry.entry_id)
                yield Candidate(one.entry, verdict.pass_name, str(verdict.verdict), one.failed)


def compared(ours: EntryFacts, theirs: EntryFacts, teller: Teller) -> Iterator[Compared]:
    """Two entries field by field, those that neither has left out; references last."""
    for name in FIELDS:
        yield from _compared(plain_words(name), _text(ours, name, teller), _text(theirs, name, teller))
    for name in sorted({*ours.references, *theirs.references}):
        yield from _compared(name, ours.references.get(name, ""), theirs.references.get(name, ""))


def _compared(name: str, left: str, right: str) -> Iterator[Compared]:
    if left or right:
        mark = SAME if left == right else OTHER if left and right else MISSING
        yield Compared(name, left, mark, right)


def _text(entry: EntryFacts, name: str, teller: Teller) -> str:
    if name == "amount":
        return money(entry.amount, entry.currency)
    if name == "place":
        return entry.place.rpartition("/")[2]
    if name == "account":
        return teller.account(entry.account)
    value = getattr(entry, name)
    return "" if value is None else str(value)
