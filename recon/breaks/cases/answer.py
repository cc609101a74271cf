"""Answers drafted from the data: where the money of a question is, from book to book, and what is still open."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from recon.breaks.called import in_first_book
from recon.breaks.casefile import Break, Casefile
from recon.breaks.cases.case import Case
from recon.breaks.onwards import Hop, hops, scan_matches
from recon.engines.duck import DuckEngine
from recon.matchers.explain.entries import REFERENCES, scan_ingests
from recon.matchers.wholes import with_parts
from recon.model.wording import money, plain_words, with_currency
from recon.store.published import Published

MOST_LEFT_OVER = 3
"""Breaks of matches that are told in one answer."""


@dataclass(frozen=True, slots=True)
class Sum:
    """What entries come to in one currency: `net = gross + fee + tax`, so that what was charged is negative."""

    amount: Decimal
    currency: str
    gross: Decimal | None
    fee: Decimal | None
    tax: Decimal | None


@dataclass(frozen=True, slots=True)
class Step:
    """Entries on the way of the money, `count` of them told as one.

    `matches` led here, and of `behind` entries is what they were matched with.
    """

    entry_id: str
    source: str
    day: date | None
    batch: str | None
    reference: str | None
    type: str
    count: int
    sums: tuple[Sum, ...]
    matches: tuple[str, ...]
    behind: int


def draft(
    case: Case,
    casefile: Casefile,
    runs: Sequence[Published],
    ingests: Sequence[Published],
    gone: Collection[str],
) -> list[str]:
    """What can be answered by the data, a sentence for each thing that the case is about.

    Args:
        case: the case.
        casefile: the breaks of the latest run.
        runs: the runs up to it, whose matches are followed.
        ingests: what they were made from.
        gone: the ids of matches that people took back.

    Raises:
        ControlFailed: a file is not what was published.
    """
    sentences = []
    for link in case.links:
        if link.what in {"entry", "batch"}:
            is_batch = link.what == "batch"
            ids = in_first_book(link.name, casefile.run, ingests) if is_batch else [link.name]
            sentences.append(_of_entries(trail(ids, runs, ingests, gone), with_parts(runs, ids), casefile))
        elif link.what == "merchant":
            sentences.append(_of_merchant(link.name, casefile))
        else:
            sentences.append(f"{link.what} {link.name}: `recon payouts explain` tells how it was calculated.")
    return [one for one in sentences if one]


def trail(
    ids: Sequence[str], runs: Sequence[Published], ingests: Sequence[Published], gone: Collection[str]
) -> list[Step]:
    """The entries that some entries were matched with, outwards from book to book, themselves first."""
    if not ids or not runs or not ingests:
        return []
    with DuckEngine.open(inputs=[one.folder for one in (*runs, *ingests)]) as engine:
        scan_matches(engine, runs)
        scan_ingests(engine, ingests, runs)
        steps = list[Step]()
        for hop in hops(engine, with_parts(runs, ids), gone):
            # Parts are the entries over again: they only lead on.
            if (step := _step(engine, replace(hop, entries=hop.entries if steps else ids))) is None:
                break
            steps.append(step)
    return steps


def _step(engine: DuckEngine, hop: Hop) -> Step | None:
    """The entries of a hop as one step: their sums by currency, and the first of what names them."""
    held = "FROM held_entries WHERE entry_id IN (SELECT unnest(?))"
    named = f"""
        SELECT min(entry_id), min(source), max(business_date), min(coalesce(payout_id, ref_payout)),
               min(coalesce({", ".join(REFERENCES)})), min("type"), count(*) {held}
    """
    figures = ", ".join(f"CAST(sum({name}) AS DECIMAL(38,8))" for name in ("gross", "fee", "tax"))
    summed = f"""
        SELECT CAST(sum(amount) AS DECIMAL(38,8)), currency, {figures} {held} GROUP BY currency ORDER BY currency
    """
    ids = [list(hop.entries)]
    ((entry_id, source, day, batch, reference, kind, count),) = engine.rows(named, ids)
    sums = tuple(Sum(*row) for row in engine.rows(summed, ids))
    if not sums:
        return None
    behind = sum(hop.matches.values())
    return Step(entry_id, source, day, batch, reference, kind, count, sums, tuple(hop.matches), behind)


def _of_entries(steps: Sequence[Step], ids: Iterable[str], casefile: Casefile) -> str:
    """What became of entries, in one sentence; `ids` are theirs and those of their parts."""
    if not steps:
        return ""
    first, *others = steps
    named = (first.type, first.reference) if first.count == 1 else (f"{first.count} entries of", first.batch)
    about = " ".join(filter(None, named))
    head = f"{about[:1].upper()}{about[1:]}, {_amounts(first)} of {first.day}"
    standing = _standing(casefile, {*ids, *(step.entry_id for step in steps)})
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
    words.append(f"{_amounts(step)}{together}{others}")
    return ", ".join(words)


def _amounts(step: Step) -> str:
    return " and ".join(_amount(one) for one in step.sums)


def _amount(one: Sum) -> str:
    """What entries come to, and how that follows from their gross where something was charged."""
    told = with_currency(abs(one.amount), one.currency)
    charged = [(name, amount) for name, amount in (("fee", one.fee), ("tax", one.tax)) if amount]
    if not charged:
        return told
    sums = one.gross is not None and one.gross + sum(amount for _, amount in charged) == one.amount
    if one.gross is None or not sums:
        return ", ".join([told, *(f"{name} {money(abs(amount), one.currency)}" for name, amount in charged)])
    taken = [amount * one.gross < 0 for _, amount in charged]
    words = [
        f"{'' if place and taken[place - 1] is less else 'less ' if less else 'plus '}"
        f"{name} {money(abs(amount), one.currency)}"
        for place, ((name, amount), less) in enumerate(zip(charged, taken, strict=True))
    ]
    return f"{told} (gross {money(abs(one.gross), one.currency)} {' and '.join(words)})"


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
