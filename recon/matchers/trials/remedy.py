"""The change of a rule that would have matched two entries: the pass that fails least, widened by what is missing.

It is worked out from the gates that the explanation tells. What it does to other matches is for a trial to say; a
remedy is never applied by itself.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Any, Final

from recon.matchers.explain.facts import Candidate, EntryFacts, Gate, GateResult, PassVerdict, Verdict
from recon.matchers.explain.kin import SHORTEST_IN_TEXT, TELLING
from recon.rules.ruleset import Ignorable, Normalise, Pass, RuleSet
from recon.rules.tolerance import Bounds, Window, Within
from recon.rules.writing import setting_yaml

IGNORABLE: Final[tuple[Ignorable, ...]] = ("separators", "case", "leading_zeros")
SHORTEST_PART: Final = 8
"""A reference is taken for the beginning of another only if it has so many characters."""
LEAST_ALIKE: Final = 50
"""Names with less in common are not called alike by any rule proposed here."""
FAR_DAYS: Final = 31
NEAR_SHARE: Final = Decimal("0.05")
"""Without a shared reference, amounts and dates further apart are not called near by any rule proposed here."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """A rule set in which the two entries pass one pass: `changes` says in words what is other than before."""

    item: Pass
    is_new: bool
    changes: tuple[str, ...]
    ruleset: RuleSet


@dataclass(frozen=True, slots=True)
class Pair:
    """The two entries, with the amounts that the rule set compares."""

    left: EntryFacts
    right: EntryFacts
    left_amount: Decimal
    right_amount: Decimal


def remedy(ruleset: RuleSet, verdicts: tuple[PassVerdict, ...], pair: Pair) -> Remedy | None:
    """The smallest change that would let the two through, or a pass that rests on what they share; None without any."""
    widened = []
    for number, verdict in enumerate(verdicts):
        for candidate in verdict.candidates:
            item, edits = ruleset.passes[number], _edits(ruleset.passes[number], candidate)
            if edits:
                widened.append((len(edits), number, item.model_copy(update=edits)))
    if widened:
        _, number, changed = min(widened, key=lambda one: one[:2])
        passes = (*ruleset.passes[:number], changed, *ruleset.passes[number + 1 :])
        words = tuple(_words(ruleset.passes[number], changed))
        return Remedy(changed, False, words, ruleset.model_copy(update={"passes": passes}))
    if any(verdict.verdict is Verdict.SUGGESTED for verdict in verdicts):
        return None  # a person confirms what is only likely
    added = _new_pass(ruleset, pair)
    if added is None:
        return None
    rules = ruleset.model_copy(update={"passes": (*ruleset.passes, added)})
    return Remedy(added, True, ("a pass of its own, after all others",), rules)


def _edits(item: Pass, candidate: Candidate) -> dict[str, Any]:
    """What to change in a pass for a candidate to pass every gate; empty when no change would do."""
    edits: dict[str, Any] = {}
    for gate in candidate.failed:
        now = item.model_copy(update=edits)
        found = _EDITS[gate.gate](now, gate, candidate) if gate.gate in _EDITS else None
        if found is None:
            return {}
        edits |= found
    return edits


def _wider_amount(item: Pass, gate: GateResult, candidate: Candidate) -> dict[str, Any] | None:
    if gate.left is None or gate.right is None or gate.by_how_much is None:
        return None
    variance = Decimal(gate.left) - Decimal(gate.right)
    if _swallows(variance, Decimal(gate.left), Decimal(gate.right)):
        return None
    before = item.within.bounds(candidate.currency)
    short, over = max(before.short, variance), max(before.over, -variance)
    figure: Decimal | Bounds = short if short == over else Bounds(short=short, over=over)
    amount = item.within.amount
    wider = {**amount, candidate.currency: figure} if isinstance(amount, dict) else figure
    return {"within": item.within.model_copy(update={"amount": wider})}


def _swallows(variance: Decimal, left: Decimal, right: Decimal) -> bool:
    """Whether a tolerance would let more than half of the money pass: no rule is to do that."""
    return 2 * abs(variance) > max(abs(left), abs(right))


def _wider_days(item: Pass, gate: GateResult, _: Candidate) -> dict[str, Any] | None:
    window = item.within.window
    if window is None or gate.left is None or gate.right is None or not isinstance(gate.by_how_much, int):
        return None
    much, late = gate.by_how_much, date.fromisoformat(gate.right) > date.fromisoformat(gate.left)
    if window.business is not None:
        wider = window.model_copy(update={"business": window.business + much})
    elif window.days is not None:
        before, after = window.days + (0 if late else much), window.days + (much if late else 0)
        wider = Window(before=before, after=after)
    else:
        name, limit = ("after", window.latest) if late else ("before", -window.earliest)
        wider = window.model_copy(update={name: limit + much})
    return {"within": item.within.model_copy(update={"days": wider})}


def _looser_key(item: Pass, gate: GateResult, _: Candidate) -> dict[str, Any] | None:
    if gate.left is None or gate.right is None:
        return None
    how = _normalise(item.normalise, gate.left, gate.right)
    return None if how is None else {"normalise": how}


def _normalise(before: Normalise, left: str, right: str) -> Normalise | None:
    """How to make two references the same, telling apart as much as possible."""
    for count in range(len(IGNORABLE) + 1):
        for ignored in combinations(IGNORABLE, count):
            one, other = _without(left, ignored), _without(right, ignored)
            if one == other:
                names = tuple(name for name in IGNORABLE if name in {*before.ignore, *ignored})
                return before.model_copy(update={"ignore": names})
    shorter, longer = sorted((left, right), key=len)
    if len(shorter) >= SHORTEST_PART and longer.startswith(shorter):
        return before.model_copy(update={"first": len(shorter)})
    return None


def _without(text: str, ignored: tuple[Ignorable, ...]) -> str:
    if "separators" in ignored:
        text = re.sub("[^A-Za-z0-9]+", "", text)
    if "case" in ignored:
        text = text.upper()
    if "leading_zeros" in ignored:
        text = text.lstrip("0") or text[:1]
    return text


def _less_alike(item: Pass, gate: GateResult, _: Candidate) -> dict[str, Any] | None:
    if item.similar is None or not isinstance(gate.by_how_much, int):
        return None
    score = item.similar.at_least - gate.by_how_much
    if score < LEAST_ALIKE:
        return None
    return {"similar": item.similar.model_copy(update={"at_least": score})}


def _all_looked_at(item: Pass, gate: GateResult, _: Candidate) -> dict[str, Any] | None:
    found = re.fullmatch(r"the pass looks at (left|right) entries only where [^;]+", gate.words)
    return {"only": item.only.model_copy(update={found[1]: None})} if found else None


def _confirming(item: Pass, _: GateResult, __: Candidate) -> dict[str, Any] | None:
    """What is only likely never counts by itself, whatever a pass says."""
    return None if item.likely is not None else {"confirm": "automatic"}


_EDITS: Final[Mapping[Gate, Callable[[Pass, GateResult, Candidate], dict[str, Any] | None]]] = {
    Gate.AMOUNT: _wider_amount,
    Gate.DAYS: _wider_days,
    Gate.KEY: _looser_key,
    Gate.SIMILAR: _less_alike,
    Gate.CONSIDERED: _all_looked_at,
    Gate.ONLY_CHOICE: lambda _item, _gate, _candidate: {"ambiguous": "first"},
    Gate.CONFIRMS: _confirming,
}
"""Gates that a change of the pass can open. A match elsewhere, another currency or an absent text it cannot."""


def _words(before: Pass, after: Pass) -> Iterator[str]:
    for name, was, now in _settings(before, after):
        first = setting_yaml(was) or "not given"
        yield f"{name}: {first} → {setting_yaml(now) or 'not given'}"


def _settings(before: Pass, after: Pass) -> Iterator[tuple[str, Any, Any]]:
    """The settings in which two forms of a pass differ, by their dotted names."""
    for holder, names in (
        ("within", ("amount", "days")),
        ("normalise", ("ignore", "first")),
        ("only", ("left", "right")),
    ):
        one, other = getattr(before, holder), getattr(after, holder)
        for name in names:
            if getattr(one, name) != getattr(other, name):
                yield f"{holder}.{name}", _plain(getattr(one, name)), _plain(getattr(other, name))
    if before.similar is not None and after.similar is not None and before.similar != after.similar:
        yield "similar.at_least", before.similar.at_least, after.similar.at_least
    for name in ("confirm", "ambiguous"):
        if getattr(before, name) != getattr(after, name):
            yield name, getattr(before, name), getattr(after, name)


def _plain(value: Any) -> Any:  # noqa: ANN401  (a setting of whatever form)
    """A setting as YAML has it."""
    if isinstance(value, Window):
        return value.model_dump(exclude_defaults=True)
    if isinstance(value, dict):
        return {name: each.model_dump() if isinstance(each, Bounds) else each for name, each in value.items()}
    return value or None if isinstance(value, tuple) else value


def _new_pass(ruleset: RuleSet, pair: Pair) -> Pass | None:
    """A pass that rests on what the two share, as wide as they need and no wider."""
    if pair.left.currency != pair.right.currency:
        return None
    shared = _shared(pair)
    variance = pair.left_amount - pair.right_amount
    if _swallows(variance, pair.left_amount, pair.right_amount):
        return None
    bounds = Bounds(short=max(variance, Decimal(0)), over=max(-variance, Decimal(0)))
    settings: dict[str, Any] = {"amount": bounds if variance else Decimal(0)}
    apart = None
    if pair.left.business_date is not None and pair.right.business_date is not None:
        apart = (pair.right.business_date - pair.left.business_date).days
        settings["days"] = Window(before=max(-apart, 0), after=max(apart, 0))
    if not shared:
        largest = max(abs(pair.left_amount), abs(pair.right_amount))
        if apart is None or abs(apart) > FAR_DAYS or abs(variance) > largest * NEAR_SHARE:
            return None
    name = "as these two"
    while any(item.name == name for item in ruleset.passes):
        name += " too"
    return Pass.model_validate({"name": name, "within": Within(**settings), **shared})


def _shared(pair: Pair) -> Mapping[str, Any]:
    """The reference that both have, as a pass asks for it; empty without one."""
    theirs = [(name, text) for name, text in pair.right.references.items() if name in TELLING]
    mine = [(name, text) for name, text in pair.left.references.items() if name in TELLING]
    equal = [
        (len(how.ignore), left != right, left, right, how)
        for left, one in mine
        for right, other in theirs
        if (how := _normalise(Normalise(), one, other)) is not None and how.first is None
    ]
    if equal:
        _, _, left, right, how = min(equal, key=lambda one: one[:4])
        return {"same": {left: right}, "normalise": how}
    for side, names, text in (
        ("left", mine, pair.right.remittance),
        ("right", theirs, pair.left.remittance),
    ):
        other = "right" if side == "left" else "left"
        for name, reference in names:
            word = re.sub("[^A-Z0-9]+", "", reference.upper())
            if len(word) >= SHORTEST_IN_TEXT and word in re.sub("[^A-Z0-9]+", "", (text or "").upper()):
                return {"contains": {f"{other}.remittance": f"{side}.{name}"}}
    return {}
