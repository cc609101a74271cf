"""Splitting: an open item is taken apart by amounts, and each part is a break of its own from the next run on.

The parts stand in the item's place and add up to it, so that every sum stays as it was; only counts grow.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from decimal import Decimal
from typing import Any

from recon.breaks.casefile import Break
from recon.breaks.casework.choosing import as_text
from recon.breaks.casework.clearing import spoken_for
from recon.breaks.casework.decided import Decided
from recon.breaks.ids import break_id
from recon.errors import Problem, UsageError
from recon.model.ids import ENTRY_ID_DIGITS, content_id
from recon.model.money import SCALE, decimal_of, exponent, is_currency, plain, shared
from recon.store import four_eyes
from recon.store.acts import record
from recon.store.four_eyes import Ask, Proposal
from recon.store.ledger import Ledger
from recon.store.people import Person

REST = "rest"
"""What stands for the amount that is left."""
Key = tuple[str, str, str]
"""Rule set, side and id of an item."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The amounts of an item or a part: as compared, and those of the entry, absent where that has none."""

    entry_id: str
    compared: Decimal
    amount: Decimal
    gross: Decimal | None = None
    fee: Decimal | None = None
    tax: Decimal | None = None
    net: Decimal | None = None
    original_amount: Decimal | None = None

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "Figures":
        """The figures among the values of an open item, or as the ledger keeps them."""
        amounts = {one.name: values.get(one.name) for one in fields(cls) if one.name != "entry_id"}
        found = {name: None if value is None else Decimal(value) for name, value in amounts.items()}
        return cls(str(values["entry_id"]), **found)  # type: ignore[arg-type]  # the first two are never absent

    def kept(self) -> dict[str, str | None]:
        """As the ledger keeps them: amounts are text."""
        return {
            name: f"{value:f}" if isinstance(value, Decimal) else value for name, value in asdict(self).items()
        }


@dataclass(frozen=True, slots=True)
class Split:
    """A split that took effect with row `number`: the item, its parts, the entry both are of, and whether it stands."""

    number: int
    ruleset: str
    side: str
    currency: str
    item: Figures
    whole: str
    parts: tuple[Figures, ...]
    stands: bool
    words: str
    undone: str = ""

    @classmethod
    def of(cls, one: Decided) -> "Split":
        """The split that a decision is."""
        content, kept = one.content, one.content["break"]
        approved = f", approved by {', '.join(one.approved_by)}" if one.approved_by else ""
        return cls(
            number=one.number,
            ruleset=str(content["ruleset"]),
            side=str(kept["side"]),
            currency=str(kept["currency"]),
            item=Figures.of(content["item"]),
            whole=str(content["whole"]),
            parts=tuple(Figures.of(part) for part in content["parts"]),
            stands=one.stands,
            words=f"split into {len(content['parts'])} parts by {one.by}{approved}: {one.reason}",
            undone=f"joined again, undone by {one.undone.by}: {one.undone.reason}" if one.undone else "",
        )

    def key(self, part: Figures | None = None) -> Key:
        """The item, or a part of it, in its rule set and side."""
        return self.ruleset, self.side, (part or self.item).entry_id

    @property
    def breaks(self) -> list[str]:
        """The ids of the breaks that the parts are."""
        return [break_id(*self.key(part)) for part in self.parts]


def splits(decisions: Iterable[Decided]) -> list[Split]:
    """The splits among decisions, undone or not, in the order in which they took effect."""
    return [Split.of(one) for one in decisions if one.act == "split"]


def split(
    ledger: Ledger,
    person: Person,
    one: Break,
    held: Mapping[str, Any],
    amounts: Sequence[Decimal],
    reason: str,
    run: str,
) -> Proposal:
    """Propose to split an open item; at once in force where one person is enough.

    Args:
        ledger: the project's ledger.
        person: who splits.
        one: a break of the latest run.
        held: its open item as that run has it (OPEN), and as `whole` the entry that it is a part of, if it is one.
        amounts: what each part comes to, without a sign, two or more that add up to the item.
        reason: why.
        run: the run that has it open.

    Raises:
        UsageError: the break is no open item or is spoken for, or the amounts are not those of its parts.
        ControlFailed: the person has no role for it, or not up to this amount.
    """
    ask = _asked(one, held, amounts, reason, run)

    def rows() -> list[tuple[str, Mapping[str, object]]]:
        if problems := [*not_open(one), *_spoken(ledger, one), *unfit(one, amounts)]:
            raise UsageError(*problems)
        return four_eyes.proposing(person, [ask])

    return four_eyes.entered(ledger, record(ledger, person, rows))[0]


def amounts_of(texts: Sequence[str], whole: Decimal) -> list[Decimal]:
    """The amounts that somebody typed; of `rest`, which may stand once, what the others leave of the whole.

    Raises:
        UsageError: a text is no amount, or `rest` stands twice.
    """
    rests = [text.strip().lower() == REST for text in texts]
    found = [None if rest else decimal_of(text.strip()) for text, rest in zip(texts, rests, strict=True)]
    wrong = [text for text, rest, one in zip(texts, rests, found, strict=True) if one is None and not rest]
    if wrong or sum(rests) > 1:
        message = f"`{wrong[0]}` is no amount" if wrong else f"`{REST}` can stand once only"
        raise UsageError(
            Problem("parts", message, hint="plain decimals, such as `20.00 13.00` or `20.00 rest`")
        )
    left = whole - sum((one for one in found if one is not None), Decimal(0))
    return [left if one is None else one for one in found]


def not_open(one: Break) -> list[Problem]:
    """Why a break is nothing that can be split."""
    if one.side is not None and one.entry_id is not None and one.match_id is None and one.is_living:
        return []
    message = f"break {one.break_id} is no open item: {one.reason}"
    return [Problem("not-splittable", message, hint="only an entry that is open can be split into parts")]


def unfit(one: Break, amounts: Sequence[Decimal]) -> list[Problem]:
    """What is wrong with the amounts of the parts of a break."""
    if len(amounts) < 2 or any(amount <= 0 for amount in amounts):
        hint = "such as `20.00 rest`; the sign is the entry's own"
        return [Problem("parts", "a split needs two or more amounts over zero", hint=hint)]
    known = is_currency(one.currency) and exponent(one.currency) is not None
    most = _decimals(one.amount, one.currency) if known else SCALE
    if wrong := [amount for amount in amounts if _decimals(amount) > most]:
        message = f"{wrong[0]:f} has more decimals than the {most} of an amount in {one.currency}"
        return [Problem("parts", message, hint="round it; `rest` as the last part stands for what is left")]
    total, whole = sum(amounts, Decimal(0)), abs(one.amount)
    if total == whole:
        return []
    said, due = (f"{plain(amount, one.currency)} {one.currency}" for amount in (total, whole))
    message = f"the parts come to {said}, and break {one.break_id} is of {due}"
    return [Problem("parts", message, hint="`rest` as the last part stands for what is left")]


def shares(item: Figures, amounts: Sequence[Decimal], currency: str, ids: Sequence[str]) -> list[Figures]:
    """The figures of the parts: what is compared as it was said, all else in proportion, to the last digit.

    Every figure of the parts adds up to that of the item, and `net = gross + fee + tax` holds in each part where it
    holds in the item.
    """
    given: dict[str, Sequence[Decimal | None]] = {
        name: [None] * len(amounts) if figure is None else _shared(figure, item.compared, amounts, currency)
        for name in ("amount", "gross", "fee", "tax", "net", "original_amount")
        for figure in (getattr(item, name),)
    }
    found = [
        Figures.of({"entry_id": one, "compared": amount, **{name: given[name][place] for name in given}})
        for place, (one, amount) in enumerate(zip(ids, amounts, strict=True))
    ]
    if None in {item.gross, item.net} or _net(item) != item.net:
        return found
    follows = "net" if item.compared == item.gross and item.compared != item.net else "gross"
    return [_balanced(one, item, follows) for one in found]


def _balanced(part: Figures, item: Figures, follows: str) -> Figures:
    """A part whose gross or net, the one that is not compared, follows from its other figures."""
    charges = (part.fee or Decimal(0)) + (part.tax or Decimal(0))
    if follows == "net":
        net = (part.gross or Decimal(0)) + charges
        return replace(part, net=net, amount=net if item.amount == item.net else part.amount)
    gross = (part.net or Decimal(0)) - charges
    return replace(part, gross=gross, amount=gross if item.amount == item.gross != item.net else part.amount)


def _net(item: Figures) -> Decimal:
    return (item.gross or Decimal(0)) + (item.fee or Decimal(0)) + (item.tax or Decimal(0))


def _shared(figure: Decimal, compared: Decimal, amounts: Sequence[Decimal], currency: str) -> list[Decimal]:
    """A figure shared out in proportion to amounts."""
    if figure == compared:
        return list(amounts)
    unit = Decimal(1).scaleb(-_decimals(figure, currency))
    return shared(figure, [abs(amount) for amount in amounts], unit)


def _decimals(amount: Decimal, currency: str = "") -> int:
    """The digits after the point of an amount, at least those of its currency."""
    digits = (exponent(currency) or 0) if is_currency(currency) else 0
    return max(digits, -int(amount.normalize().as_tuple().exponent))


def _asked(one: Break, held: Mapping[str, Any], amounts: Sequence[Decimal], reason: str, run: str) -> Ask:
    item = Figures.of(held)
    signed = [amount.copy_sign(item.compared) for amount in amounts]
    named = [f"{amount.normalize():f}" for amount in signed]
    ids = [
        content_id([item.entry_id, one.ruleset, one.side, "part", str(place), *named], ENTRY_ID_DIGITS)
        for place in range(len(signed))
    ]
    fits = not unfit(one, amounts)
    content: dict[str, Any] = {
        "ruleset": one.ruleset,
        "break": as_text(one),
        "whole": str(held.get("whole") or item.entry_id),
        "item": item.kept(),
        "parts": [part.kept() for part in shares(item, signed, one.currency, ids)] if fits else [],
    }
    return Ask("split", (one.break_id,), reason, content, {one.currency: abs(one.amount)}, run)


def _spoken(ledger: Ledger, one: Break) -> list[Problem]:
    words = spoken_for(ledger).get((one.break_id, None))
    if not words:
        return []
    message = f"break {one.break_id} is spoken for: {words}"
    return [Problem("not-splittable", message, hint="`recon breaks undo` takes that back")]
