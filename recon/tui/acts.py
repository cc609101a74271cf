"""What keys do to breaks: each calls the function that its command calls, as the person who sits there."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from recon.breaks.casefile import Break, Casefile
from recon.breaks.casework import clearing, matching, noting, splitting, undoing
from recon.breaks.casework.noting import about
from recon.breaks.casework.vocabulary import Note
from recon.errors import UsageError
from recon.matchers.explain.facts import MatchFacts
from recon.model.wording import counted, plain_words
from recon.project.people import Act
from recon.store import four_eyes
from recon.store.four_eyes import Proposal
from recon.store.people import Person
from recon.store.published import Published
from recon.store.store import Store


@dataclass(frozen=True)
class Acts:
    """What one person does with the breaks of one run. Every act returns what is to be told of it."""

    store: Store
    run: Published
    person: Person

    def note(self, breaks: Sequence[Break], kind: Note, value: str = "", words: str = "") -> str:
        """Assign, comment, tag, set a day or a status; shows at once and changes no result."""
        noting.note(self.store.ledger, self.person, about(breaks, kind, value, words), self.run.identity)
        said = " ".join(text for text in (value, words) if text)
        return f"{kind} {said}: {_named(breaks)}"

    def clear(self, act: Act, breaks: Sequence[Break], reason: str, account: str = "") -> str:
        """Write off, adjust or exclude; takes effect with the next run once approved."""
        done = clearing.clear(self.store.ledger, self.person, act, breaks, reason, self.run.identity, account)
        return f"{plain_words(act)}: {_named(breaks)}, {_waits(done)}"

    def match(self, items: Sequence[Break], reason: str, difference: str = "") -> str:
        """Make a match of open items; the next run makes it."""
        done = matching.make(self.store.ledger, self.person, items, reason, self.run.identity, difference)
        return f"match of {len(items)} items, {_waits([done])}"

    def split(self, one: Break, parts: str, reason: str) -> str:
        """Split an open item into parts; the next run has them as breaks of their own."""
        if problems := splitting.not_open(one):
            raise UsageError(*problems)
        amounts = splitting.amounts_of(parts.split(), abs(one.amount))
        held, ledger = Casefile(self.run).open_item(one), self.store.ledger
        done = splitting.split(ledger, self.person, one, held, amounts, reason, self.run.identity)
        return f"split of {_named([one])} into {len(amounts)} parts, {_waits([done])}"

    def unmatch(self, match: MatchFacts, reason: str) -> str:
        """Take a match back; its entries come back with the next run."""
        done = matching.take_back(self.store.ledger, self.person, [match], reason)
        return f"match {match.match_id[:8]} taken back, {_waits(done)}"

    def undo(self, one: Break, reason: str) -> str:
        """Undo the last thing that was done about a break."""
        undoing.undo(self.store.ledger, self.person, [one.break_id], reason, Casefile(self.run))
        return f"undone: {_named([one])}"

    def approve(self, proposal: Proposal, note: str) -> str:
        """Approve what somebody else proposed."""
        (done,) = four_eyes.approve(self.store.ledger, self.person, [proposal.number], note)
        return f"proposal {done.number}: {done.state}"

    def refuse(self, proposal: Proposal, note: str) -> str:
        """Refuse what somebody proposed, for a reason."""
        (done,) = four_eyes.refuse(self.store.ledger, self.person, [proposal.number], note)
        return f"proposal {done.number}: {done.state}"


def sums(items: Sequence[Break]) -> tuple[Decimal, Decimal, Decimal]:
    """Left, right, and left minus right of items of one currency."""
    left, right = (
        sum((one.amount for one in items if one.side == side), Decimal(0)) for side in ("left", "right")
    )
    return left, right, left - right


def _named(breaks: Sequence[Break]) -> str:
    return breaks[0].break_id[:8] if len(breaks) == 1 else counted(len(breaks), "break")


def _waits(done: Sequence[Proposal]) -> str:
    waiting = sum(one.state == "pending" for one in done)
    return "in force with the next run" if not waiting else "a second person has to approve it"
