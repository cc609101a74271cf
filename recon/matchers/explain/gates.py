"""The gates of a pass one by one: each as the expression that the match uses, and its outcome in words.

Columns of the pair that gates are read from: those of the two units under `l` and `r`, and of the unit that stands
for the candidate `held` (the match that used it up, empty when free), `seen` (the pass looks at it) and, where a
text must hold a reference, `holds`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from recon.engines.expressions import Column, Expression, Literal, all_of, call, literal
from recon.engines.types import INTEGER, SUM, TEXT, TRUTH
from recon.matchers.comparing.gates import day_words
from recon.matchers.comparing.likely import Likelihood
from recon.matchers.comparing.likeness import NAME
from recon.matchers.explain.facts import Gate, GateResult
from recon.matchers.pairing.compiled import CompiledPass
from recon.model.money import plain
from recon.model.wording import money
from recon.rules.ruleset import Side

Row = Mapping[str, Any]
_NOT_BROUGHT = (
    "not weighed: neither a whole reference nor, within the days, an amount or a name is the same, "
    "nor the beginning or end of a reference beside an equal amount"
)
SAME_CURRENCY = call("eq", Column(TEXT, "currency", "l"), Column(TEXT, "currency", "r"))


@dataclass(frozen=True)
class NamedGate:
    """A gate of a pass: what it is, what it is called, and when it is passed."""

    gate: Gate
    name: str
    column: str
    condition: Expression


def gates_of(plan: CompiledPass, candidate: str, kinds: Mapping[str, Column]) -> list[NamedGate]:
    """The gates of a pass, in the order they are told; `candidate` is the side (`l` or `r`) asked about.

    `kinds` are the key columns of a unit, for their types.
    """
    found = [
        NamedGate(Gate.CONSIDERED, "looked at", "g_seen", Column(TRUTH, "seen", candidate)),
        NamedGate(Gate.CURRENCY, "currency", "g_currency", SAME_CURRENCY),
    ]
    for position, (left, right) in enumerate(plan.item.keys):
        name = f"k{position + 1}"
        both = [Column(kinds[name].type, name, side) for side in ("l", "r")]
        label = left if left == right else f"{left} = {right}"
        found.append(NamedGate(Gate.KEY, label, f"g_{name}", call("eq", *both)))
    for text, reference in (plan.item.contains or plan.item.lists or {}).items():
        holds = Column(TRUTH, "holds", candidate)
        found.append(NamedGate(Gate.CONTAINS, f"{reference} in {text}", "g_holds", holds))
    found += _pair_gates(plan)
    gates, likely = plan.pairing.gates, plan.pairing.likely
    if likely is not None:
        found.append(
            NamedGate(Gate.EVIDENCE, "evidence", "g_likely", all_of(SAME_CURRENCY, likely.brought, likely.gate))
        )
    else:
        found.append(NamedGate(Gate.AMOUNT, "amount", "g_amount", all_of(SAME_CURRENCY, gates.amount)))
    if gates.within.window is not None and likely is None:
        found.append(NamedGate(Gate.DAYS, "days", "g_days", gates.days))
    free = call("eq", Column(TEXT, "held", candidate), literal(""))
    found.append(NamedGate(Gate.FREE, "free", "g_free", free))
    return found


def _pair_gates(plan: CompiledPass) -> list[NamedGate]:
    """What is tried on names, or on both entries."""
    item, found = plan.item, list[NamedGate]()
    if plan.pairing.likeness is not None and item.similar is not None:
        label = f"{item.similar.left} like {item.similar.right}"
        found.append(NamedGate(Gate.SIMILAR, label, "g_alike", plan.pairing.likeness.gate))
    check = plan.check
    if check is not None:
        equal = [
            call("eq", Column(sides["left"].type, name, "l"), Column(sides["right"].type, name, "r"))
            for name, sides in check.equal.items()
        ]
        found.append(NamedGate(Gate.WHERE, item.where or "", "g_where", all_of(*equal, check.rest)))
    return found


def measures(plan: CompiledPass) -> dict[str, Expression]:
    """What is measured between two units: `variance`, `gap` and `bounds` in one currency only, `lag`."""
    gates = plan.pairing.gates
    same = {
        name: call("if", SAME_CURRENCY, call("as_text", value), Literal(TEXT, None))
        for name, value in (("short", gates.bound("short")), ("over", gates.bound("over")))
    }
    return {
        "variance": call("if", SAME_CURRENCY, call("as_sum", gates.variance), Literal(SUM, None)),
        "gap": call("if", SAME_CURRENCY, call("as_sum", gates.gap), Literal(SUM, None)),
        "lag": gates.lag,
        "alike": Literal(INTEGER, None) if plan.pairing.likeness is None else plan.pairing.likeness.between,
        **same,
        "surely": literal(True) if plan.pairing.surely is None else plan.pairing.surely,
        **({} if plan.pairing.likely is None else _weighed(plan.pairing.likely)),
    }


def _weighed(likely: Likelihood) -> dict[str, Expression]:
    return {"points": likely.points(), "speaks": likely.said(), "brought": likely.brought}


@dataclass(frozen=True)
class Told:
    """How a gate between two units is told: the unit asked about, its candidate, and what is known of both.

    `own` and `other` are rows of units, `pair` the row of their measures, `holder` what used the candidate up, in
    words, and `unseen` why the pass does not look at it.
    """

    plan: CompiledPass
    side: Side
    own: Row
    other: Row
    pair: Row
    holder: str | None
    unseen: Sequence[str]

    def result(self, gate: NamedGate) -> GateResult:
        """The outcome of one gate."""
        passed = bool(self.pair[gate.column])
        left, right, much, words = {
            Gate.CONSIDERED: self._considered,
            Gate.CURRENCY: self._currency,
            Gate.KEY: lambda _: self._key(gate.column.removeprefix("g_")),
            Gate.CONTAINS: self._contains,
            Gate.SIMILAR: self._similar,
            Gate.WHERE: self._where,
            Gate.EVIDENCE: self._evidence,
            Gate.AMOUNT: self._amount,
            Gate.DAYS: self._days,
            Gate.FREE: self._free,
        }[gate.gate](passed)
        return GateResult(gate.gate, gate.name, passed, left, right, None if passed else much, words)

    def _both(self, name: str) -> tuple[Any, Any]:
        values = self.own.get(name), self.other.get(name)
        return values if self.side == "left" else (values[1], values[0])

    def _considered(self, passed: bool) -> "Outcome":
        return None, None, None, "the pass looks at it" if passed else "; ".join(self.unseen) or "not looked at"

    def _currency(self, passed: bool) -> "Outcome":
        left, right = self._both("currency")
        return left, right, None, left if passed else f"{left} against {right}"

    def _key(self, name: str) -> "Outcome":
        left, right = (None if value is None else as_text(value) for value in self._both(name))
        if left is None or right is None:
            where = "on both sides" if left == right else f"on the {'left' if left is None else 'right'}"
            return (
                left,
                right,
                None,
                f"`{left or right}`, absent {where}" if left or right else f"absent {where}",
            )
        if left == right:
            return left, right, None, f"`{left}`"
        differ = distance(left, right)
        plural = "" if differ == 1 else "s"
        return (
            left,
            right,
            differ,
            f"`{left}` against `{right}`: {differ} character{plural} differ{'s' * (not plural)}",
        )

    def _contains(self, passed: bool) -> "Outcome":
        mine = [self.own.get("word"), self.other.get("word")]
        texts = [self.own.get("text"), self.other.get("text")]
        word = next((value for value in mine if value is not None), None)
        text = next((value for value in texts if value is not None), None)
        word_is_left = self.plan.left.word is not None
        left, right = (word, text) if word_is_left else (text, word)
        if word is None or text is None:
            return left, right, None, "the reference is absent" if word is None else "the text is absent"
        return left, right, None, f"`{word}` stands in the text" if passed else f"`{word}` is not in `{text}`"

    def _similar(self, passed: bool) -> "Outcome":
        left, right = self._both(NAME)
        similar, score = self.plan.item.similar, self.pair["alike"]
        if similar is None or left is None or right is None or score is None:
            where = "on both sides" if left == right else f"on the {'left' if left is None else 'right'}"
            return left, right, None, f"the name is absent {where}"
        shared = sorted({*left.split(" ")} & {*right.split(" ")})
        both = f"sharing {' '.join(shared)}" if shared else "sharing no word"
        words = f"`{left}` against `{right}`, {both}: {score} of 100"
        if passed:
            return left, right, None, f"{words}, {similar.at_least} asked"
        return left, right, similar.at_least - score, f"{words}, {similar.at_least - score} less than asked"

    def _evidence(self, passed: bool) -> "Outcome":
        likely, points = self.plan.item.likely, self.pair["points"]
        if likely is None or points is None:
            return None, None, None, "it cannot be weighed, a date is absent"
        words = f"{points} points speak for it ({self.pair['speaks']}), {likely.at_least} asked"
        if self.pair["variance"] is None:
            return None, None, None, "not weighed, the currencies differ"
        if not self.pair["brought"]:
            return None, None, None, f"{_NOT_BROUGHT}; {points} points would speak for it"
        return None, None, None if passed else likely.at_least - points, words

    def _where(self, passed: bool) -> "Outcome":
        check = self.plan.check
        shown = []
        for side, unit in (
            (("left", self.own), ("right", self.other))
            if self.side == "left"
            else (("left", self.other), ("right", self.own))
        ):
            values = {} if check is None else check.shown("left" if side == "left" else "right")
            shown.append(", ".join(f"{name} {_said(unit.get(key))}" for key, name in values.items()))
        words = f"{'holds' if passed else 'does not hold'} for {'; '.join(part for part in shown if part)}"
        return shown[0] or None, shown[1] or None, None, words

    def _amount(self, passed: bool) -> "Outcome":
        left, right = self._both("amount")
        shown = [None if value is None else plain(value) for value in (left, right)]
        variance = self.pair["variance"]
        if variance is None:
            why = "an amount is absent" if None in shown else "not compared, the currencies differ"
            return shown[0], shown[1], None, why
        currency = self.own["currency"]
        if variance == 0:
            return shown[0], shown[1], None, f"{money(left, currency)} {currency} on both sides"
        direction = "short" if variance > 0 else "over"
        allowed = Decimal(self.pair[direction])
        apart = f"{money(left, currency)} against {money(right, currency)} {currency}"
        gap = f"{money(abs(variance), currency)} {direction}"
        if passed:
            return shown[0], shown[1], None, f"{apart}: {gap}, {money(allowed, currency)} allowed"
        beyond = abs(variance) - allowed
        more = (
            f", {money(beyond, currency)} more than the {money(allowed, currency)} allowed" if allowed else ""
        )
        return shown[0], shown[1], beyond, f"{apart}: {gap}{more or ', none allowed'}"

    def _days(self, passed: bool) -> "Outcome":
        left, right = (None if day is None else day.isoformat() for day in self._both("day"))
        window, lag = self.plan.pairing.gates.within.window, self.pair["lag"]
        allowed = day_words(window)
        if window is None or lag is None:
            return left, right, None, "a date is absent"
        unit = "business day" if window.counts_business_days else "day"
        much = max(window.earliest - lag, lag - window.latest, 0)
        apart = "the same day" if lag == 0 else f"{_counted(abs(lag), unit)} {'after' if lag > 0 else 'before'}"
        words = f"{left}, and {right} on the right: {apart}"
        if passed:
            return left, right, None, words
        return left, right, much, f"{words}, {_counted(much, unit)} too far; allowed is {allowed}"

    def _free(self, passed: bool) -> "Outcome":
        return (
            None,
            None,
            None,
            "not used by another match" if passed else self.holder or "used by another match",
        )


Outcome = tuple[str | None, str | None, Decimal | int | None, str]


def as_text(value: object) -> str:
    """A key as it is shown."""
    return plain(value) if isinstance(value, Decimal) else str(value)


def _said(value: object) -> str:
    return "absent" if value is None else f"`{as_text(value)}`"


def distance(one: str, other: str) -> int:
    """How many characters to replace, insert or delete to make one text the other."""
    before = list(range(len(other) + 1))
    for row, mine in enumerate(one, start=1):
        now = [row]
        for column, theirs in enumerate(other, start=1):
            now.append(min(before[column] + 1, now[-1] + 1, before[column - 1] + (mine != theirs)))
        before = now
    return before[-1]


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
