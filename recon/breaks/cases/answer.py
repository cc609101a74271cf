"""Answers drafted from the data: where the money of a question is, from book to book, and what is still open."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from recon.breaks.called import MOST_STEPS, in_first_book
from recon.breaks.casefile import Break, Casefile
from recon.breaks.cases.case import Case
from recon.engines.duck import DuckEngine
from recon.matchers.explain_entries import REFERENCES, scan_ingests
from recon.matchers.wholes import with_parts
from recon.model.wording import money, plain_words, with_currency
from recon.store.published import Published

MOST_LEFT_OVER = 3
"""Breaks of matches that are told in one answer."""
_NEXT = """
    SELECT DISTINCT o.entry_id, k.match_id, k.left_count FROM members m
    JOIN matches k ON k.ruleset = m.ruleset AND k.match_id = m.match_id AND k.state IN ('confirmed', 'manual')
    JOIN members o ON o.ruleset = m.ruleset AND o.match_id = m.match_id AND o.side = 'right'
    WHERE m.side = 'left' AND m.entry_id IN (SELECT unnest(?)) AND o.entry_id NOT IN (SELECT unnest(?))
"""


@dataclass(frozen=True, slots=True)
class Step:
    """An entry on the way of the money: `net = gross + fee + tax`, so that what was charged is negative.

    `count` entries are told as one. `matches` led here, and of `behind` entries is what they were matched with.
    """

    entry_id: str
    source: str
    day: date | None
    amount: Decimal
    currency: str
    gross: Decimal | None
    fee: Decimal | None
    tax: Decimal | None
    batch: str | None
    reference: str | None
    type: str
    count: int = 1
    matches: tuple[str, ...] = ()
    behind: int = 0


def draft(case: Case, casefile: Casefile, runs: Sequence[Published], ingests: Sequence[Published]) -> list[str]:
    """What can be answered by the data, a sentence for each thing that the case is about.

    Args:
        case: the case.
        casefile: the breaks of the latest run.
        runs: the runs up to it, whose matches are followed.
        ingests: what they were made from.

    Raises:
        ControlFailed: a file is not what was published.
    """
    sentences = []
    for link in case.links:
        if link.what == "entry":
            sentences.append(_of_entries([link.name], casefile, runs, ingests))
        elif link.what == "batch":
            called = in_first_book(link.name, casefile.run, ingests)
            sentences.append(_of_entries(called, casefile, runs, ingests))
        elif link.what == "merchant":
            sentences.append(_of_merchant(link.name, casefile))
        else:
            sentences.append(f"{link.what} {link.name}: `recon payouts explain` tells how it was calculated.")
    return [one for one in sentences if one]


def trail(ids: Sequence[str], runs: Sequence[Published], ingests: Sequence[Published]) -> list[Step]:
    """The entries that some entries were matched with, outwards from book to book, themselves first."""
    if not ids or not runs or not ingests:
        return []
    with DuckEngine.open(inputs=[one.folder for one in (*runs, *ingests)]) as engine:
        for name in ("matches", "members"):
            engine.scan(name, [one.verified(f"{name}.parquet") for one in runs])
        scan_ingests(engine, ingests, runs)
        steps, seen, here, onwards = list[Step](), set(ids), list(ids), with_parts(runs, ids)
        led = dict[str, int]()
        for _ in range(MOST_STEPS):
            found = _step(engine, here)
            if found is None:
                break
            steps.append(replace(found, matches=tuple(led), behind=sum(led.values())))
            rows = engine.rows(_NEXT, [onwards, sorted(seen)])
            here = onwards = list(dict.fromkeys(str(row[0]) for row in rows))
            led = {str(row[1]): int(row[2]) for row in rows}
            if not here:
                break
            seen |= set(here)
    return steps


def _step(engine: DuckEngine, ids: Sequence[str]) -> Step | None:
    """The entries as one step; of several the sums, and the first of what names them."""
    references = ", ".join(REFERENCES)
    rows = engine.rows(
        f"""
        SELECT min(entry_id), min(source), max(business_date), CAST(sum(amount) AS DECIMAL(38,8)), min(currency),
               CAST(sum(gross) AS DECIMAL(38,8)), CAST(sum(fee) AS DECIMAL(38,8)), CAST(sum(tax) AS DECIMAL(38,8)),
               min(coalesce(payout_id, ref_payout)), min(coalesce({references})),
               min("type"), count(*)
        FROM (SELECT * FROM held_entries WHERE entry_id IN (SELECT unnest(?)))
        """,
        [list(ids)],
    )
    (found,) = rows
    return Step(*found) if found[-1] else None


def _of_entries(
    ids: Sequence[str], casefile: Casefile, runs: Sequence[Published], ingests: Sequence[Published]
) -> str:
    steps = trail(ids, runs, ingests)
    if not steps:
        return ""
    first, *others = steps
    named = (first.type, first.reference) if first.count == 1 else (f"{first.count} entries of", first.batch)
    about = " ".join(filter(None, named))
    head = f"{about[:1].upper()}{about[1:]}, {_amount(first)} of {first.day}"
    standing = _standing(casefile, {*with_parts(runs, ids), *(step.entry_id for step in steps)})
    parts = [_found_in(step) for step in others]
    if standing is not None:
        due = f"; expected on {standing.due_date}" if standing.due_date else ""
        parts.append(f"{standing.reason}{due}")
    elif others:
        parts[-1] = _found_in(others[-1], "paid on {day}, {source}")
    else:
        parts.append("nothing in the other books yet, and nothing of it is open")
    parts += _left_over(casefile, {name for step in others for name in step.matches})
    return f"{head}: {'; '.join(parts)}."


def _found_in(step: Step, where: str = "in {source} on {day}") -> str:
    words = [where.format(source=plain_words(step.source), day=step.day)]
    if step.batch:
        words.append(f"in batch {step.batch}")
    together = f" in {step.count} entries" if step.count > 1 else ""
    others = f" for {step.behind} entries" if step.behind > step.count else ""
    words.append(f"{_amount(step)}{together}{others}")
    return ", ".join(words)


def _amount(step: Step) -> str:
    """What an entry comes to, and how that follows from its gross where something was charged."""
    told = with_currency(abs(step.amount), step.currency)
    charged = [(name, amount) for name, amount in (("fee", step.fee), ("tax", step.tax)) if amount]
    if not charged:
        return told
    sums = step.gross is not None and step.gross + sum(amount for _, amount in charged) == step.amount
    if step.gross is None or not sums:
        return ", ".join([told, *(f"{name} {money(abs(amount), step.currency)}" for name, amount in charged)])
    taken = [amount * step.gross < 0 for _, amount in charged]
    words = [
        f"{'' if place and taken[place - 1] is less else 'less ' if less else 'plus '}"
        f"{name} {money(abs(amount), step.currency)}"
        for place, ((name, amount), less) in enumerate(zip(charged, taken, strict=True))
    ]
    return f"{told} (gross {money(abs(step.gross), step.currency)} {' and '.join(words)})"


def _left_over(casefile: Casefile, matches: set[str]) -> list[str]:
    """What matches on the way left between their two sides and still stands, the largest first."""
    found = [one for one in casefile.breaks if one.is_living and one.match_id in matches]
    found.sort(key=lambda one: (-abs(one.amount), one.break_id))
    told = [
        f"still open: {plain_words(one.kind)} of {with_currency(abs(one.amount), one.currency)}, {one.reason}"
        for one in found[:MOST_LEFT_OVER]
    ]
    more = len(found) - MOST_LEFT_OVER
    return [*told, f"and {more} more of these"] if more > 0 else told


def _standing(casefile: Casefile, ids: set[str]) -> Break | None:
    return next(
        (one for one in casefile.breaks if one.is_living and one.match_id is None and one.entry_id in ids), None
    )


def _of_merchant(name: str, casefile: Casefile) -> str:
    mine = [
        one
        for one in casefile.breaks
        if one.is_living and (one.counterparty or "").casefold() == name.casefold()
    ]
    if not mine:
        return f"{name}: nothing is open."
    return f"{name}: {'; '.join(_sums(mine))}."


def _sums(breaks: Sequence[Break]) -> Iterator[str]:
    for kind, currency in sorted({(one.kind, one.currency) for one in breaks}):
        found = [one for one in breaks if (one.kind, one.currency) == (kind, currency)]
        total = sum((abs(one.amount) for one in found), Decimal(0))
        yield f"{len(found)} {plain_words(kind)}, {with_currency(total, currency)}"
