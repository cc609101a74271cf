"""What a pass made of an entry, said from the units that faced it: verdict, reason and candidates with their gates."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from recon.engines.expressions import Expression, any_of, call, literal
from recon.engines.relations import select, where
from recon.engines.render import render
from recon.matchers.comparing.figures import waits_in_figures
from recon.matchers.explain.entries import entry_facts
from recon.matchers.explain.facts import Candidate, Gate, GateResult, PassVerdict, Verdict
from recon.matchers.explain.gates import Told
from recon.matchers.explain.one_pass import Faced, Question
from recon.matchers.explain.units import LookedBack, is_true, telling_keys
from recon.model.sides import SIDES
from recon.model.wording import money
from recon.rules.ruleset import Pass, Side

Row = Mapping[str, Any]


def verdict(
    question: Question, own: Row, faced: Sequence[Faced], words: str, holder: Callable[[str], str]
) -> PassVerdict:
    """The verdict of a pass over the units that faced the entry's; `holder` says what used an entry up."""
    item = question.looked.plan.item
    entries, amount = _sizes(question, question.side, [own]).get((own["uid"], own["held"]), 1), own["amount"]
    if not faced:
        reason = _nothing(question, own)
        return PassVerdict(item.name, words, Verdict.NOTHING_NEAR, reason, (), entries, amount)
    candidates = _candidates(question, own, faced, holder)
    best = candidates[0].failed
    gates = {gate.gate for gate in best}
    if Gate.ONLY_CHOICE in gates:
        found, reason = Verdict.AMBIGUOUS, f"a candidate fits, and {best[0].words}"
    elif Gate.CONFIRMS in gates:
        found, reason = Verdict.SUGGESTED, "a candidate fits and waits for a person to confirm it"
    elif gates == {Gate.FREE}:
        found, reason = Verdict.TAKEN, f"the nearest candidate fits, but is {best[0].words}"
    elif not gates:
        found, reason = Verdict.FITS, "a candidate fits under the rules as they are now"
    else:
        names = ", ".join(gate.name for gate in best)
        found, reason = Verdict.FAILED, f"the nearest candidate fails: {names}"
    return PassVerdict(item.name, words, found, reason, candidates, entries, amount)


def unseen_words(looked: LookedBack, side: Side, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Why the pass does not look at entries: no words for those that it looks at."""
    plan, pool = looked.plan.side(side), looked.pools[side]
    labels = {
        "amount": plan.compared,
        "word": _reference(looked, side),
        "text": _reference(looked, side),
        "day": plan.date,
        "name": "a name in " + getattr(looked.plan.item.similar, side, ""),
    }
    labels |= {f"k{position + 1}": name for position, name in enumerate(plan.names)}
    needed = plan.needed(pool)
    rows = [call("row_of", literal(one)) for one in ids]
    mine = where(pool, any_of(*(call("eq", pool["rid"], row) for row in rows)))
    columns: dict[str, Expression] = {
        "entry_id": call("entry_of", mine["rid"]),
        "reason": mine["reason"],
        "only": is_true(plan.only),
        **{f"absent_{name}": call("is_null", value) for name, value in needed.items()},
    }
    found: dict[str, tuple[str, ...]] = dict.fromkeys(ids, ("it is not in the pass",))
    condition = getattr(looked.plan.item.only, side)
    for entry_id, reason, only, *absent in looked.engine.rows(render(select(mine, columns))):
        words = [] if reason is None else [f"the rule set leaves it out: {reason}"]
        words += [] if only else [f"the pass looks at {side} entries only where {condition}"]
        words += [
            f"{labels[name]} is absent" for name, is_absent in zip(needed, absent, strict=True) if is_absent
        ]
        found[entry_id] = tuple(words)
    return found


def _reference(looked: LookedBack, side: Side) -> str:
    for text, reference in (looked.plan.item.contains or looked.plan.item.lists or {}).items():
        for name in (text, reference):
            if name.startswith(f"{side}."):
                return name.partition(".")[2]
    return ""


def _candidates(
    question: Question, own: Row, faced: Sequence[Faced], holder: Callable[[str], str]
) -> tuple[Candidate, ...]:
    looked, engine = question.looked, question.engine
    ids = [f"{one.unit['uid']:024x}" for one in faced]
    facts = {key: value for side in SIDES for key, value in entry_facts(engine, ids, f"why_{side}").items()}
    unseen = unseen_words(looked, question.other, ids)
    sizes = _sizes(question, question.other, [one.unit for one in faced])
    told = []
    for one, entry_id in zip(faced, ids, strict=True):
        unit = one.unit
        keeper = holder(unit["held"]) if unit["held"] else None
        teller = Told(looked.plan, question.side, own, unit, unit, keeper, unseen[entry_id])
        gates = [teller.result(gate) for gate in question.gates(question.side)]
        if one.fits:
            gates += _decision(one, looked.plan.item)
        told.append(
            Candidate(
                entry=facts[entry_id],
                entries=sizes.get((unit["uid"], unit["held"]), 1),
                amount=unit["amount"],
                currency=unit["currency"],
                date=unit["day"],
                gates=tuple(gates),
            )
        )
    return tuple(told)


def _decision(one: Faced, item: Pass) -> list[GateResult]:
    """Whether a candidate that passed every gate of the pair was the only one, and whether that counts at once."""
    others = f"{one.rivals} other{'' if one.rivals == 1 else 's'} fit{'s' * (one.rivals == 1)} as well"
    alone = GateResult(
        Gate.ONLY_CHOICE,
        str(Gate.ONLY_CHOICE),
        one.rivals == 0,
        None,
        None,
        one.rivals or None,
        others if one.rivals else "nothing else fits as well",
    )
    if item.confirms and one.unit["surely"]:
        return [alone]
    return [alone, GateResult(Gate.CONFIRMS, str(Gate.CONFIRMS), False, None, None, None, _waits(item))]


def _waits(item: Pass) -> str:
    """Why a person confirms what passed every gate of the pair."""
    if not item.confirms:
        return "the pass only suggests; a person confirms"
    if waits_in_figures(item):
        return "the number may be a price, a day or another figure of the text; a person confirms"
    return f"after {item.normalise.first} characters the references go on differently; a person confirms"


def _sizes(question: Question, side: Side, units: Sequence[Row]) -> dict[tuple[int, str], int]:
    """How many entries units of a side have, where it is grouped."""
    looked = question.looked
    if not looked.plan.side(side).is_grouped:
        return {}
    pool = looked.pool(side)
    first = where(pool, any_of(*(call("eq", pool["rid"], _row(unit)) for unit in units)))
    whole = looked.units_of(side, first)
    members = looked.members(side, looked.engine.held("why_units", where(whole, whole["seen"])))
    counts = {uid: int(count) for uid, count in looked.engine.rows(render(members))}
    return {(unit["uid"], unit["held"]): counts.get(unit["uid"], 1) for unit in units}


def _row(unit: Row) -> Expression:
    return call("row_of", literal(f"{unit['uid']:024x}"))


def _nothing(question: Question, own: Row) -> str:
    """That no candidate was found, with what was looked for."""
    telling = {f"g_k{position + 1}" for position in telling_keys(question.looked.plan.item)} | {"g_holds"}
    keys = [gate.name for gate in question.gates(question.side) if gate.column in telling]
    shared = f"shares {' or '.join(keys)} with it, or " if keys else ""
    amount = f"{money(own['amount'], own['currency'])} {own['currency']}"
    offset = question.looked.offset
    facing = f"on the {question.other} side" if offset is None else f"the other way on the {offset} side"
    return f"nothing {facing} {shared}comes near its {amount}"
