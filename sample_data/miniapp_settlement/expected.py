"""The expected result as files: matches of both legs, breaks, entries left out, the proof, journeys, a summary.

Amounts are decimal text. Nothing here reads the data files or calls the program.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence

from sample_data.miniapp_settlement.book import Books
from sample_data.miniapp_settlement.breaks import breaks, payout_status
from sample_data.miniapp_settlement.truth import BANK_LEG, ORDERS_LEG, Break, Truth, sources_of, truth
from sample_data.miniapp_settlement.world import amount_text
from sample_data.tables import csv_bytes

_UNPAID = "the order was never paid"
_SWEEP = "transfer between own accounts"
_BUCKETS = ("new", "matched", "excluded", "closing")


def expected_files(books: Books) -> dict[str, bytes]:
    """All expected files by path."""
    known = truth(books)
    found = breaks(known)
    return {
        "expected/internal_vs_processor.csv": _orders(known),
        "expected/processor_vs_bank.csv": _payouts(known),
        "expected/breaks.csv": _breaks(found),
        "expected/excluded.csv": _excluded(known),
        "expected/proof.csv": _proof(known),
        "expected/journeys.csv": _journeys(known, found),
        "expected/summary.json": _summary(books, known, found),
    }


def _orders(known: Truth) -> bytes:
    rows = [
        (
            match.order.number,
            match.order.kind.lower(),
            match.how,
            f"1:{len(match.lines)}" if len(match.lines) == 1 else "1:N",
            match.order.currency,
            amount_text(match.order.gross),
            amount_text(match.order.gross - match.variance),
            amount_text(match.variance),
            "yes" if match.order.population == "twins" else "no",
            " ".join(line.processor_id for line in match.lines),
        )
        for match in known.orders
    ]
    header = (
        "order_no", "type", "reference_was", "kind", "currency", "left_gross", "right_gross", "variance",
        "twins", "processor_ids",
    )  # fmt: skip
    return csv_bytes(header, sorted(rows))


def _payouts(known: Truth) -> bytes:
    rows = [
        (
            match.payout_id,
            match.how,
            match.movement.currency,
            str(len(match.lines)),
            amount_text(match.net),
            amount_text(match.movement.amount),
            amount_text(match.variance),
            match.movement.bank_reference,
            match.movement.booked.isoformat(),
        )
        for match in known.payouts
    ]
    header = (
        "payout_id", "found_by", "currency", "lines", "left_net", "right_amount", "variance", "bank_reference",
        "booked",
    )  # fmt: skip
    return csv_bytes(header, rows)


def _breaks(found: Iterable[Break]) -> bytes:
    rows = [
        (
            item.population,
            item.ruleset,
            item.side,
            item.kind,
            item.source,
            item.reference,
            item.what,
            item.currency,
            amount_text(item.amount),
            item.day.isoformat(),
        )
        for item in found
    ]
    header = (
        "population", "ruleset", "side", "kind", "source", "reference", "what", "currency", "amount",
        "business_date",
    )  # fmt: skip
    return csv_bytes(header, rows)


def _excluded(known: Truth) -> bytes:
    rows = [
        (ORDERS_LEG, "left", order.number, order.currency, amount_text(order.gross), _UNPAID)
        for order in known.unpaid
    ]
    rows += [
        (BANK_LEG, "right", move.bank_reference, move.currency, amount_text(move.amount), _SWEEP)
        for move in known.books.movements
        if move.population == "sweep"
    ]
    return csv_bytes(("ruleset", "side", "reference", "currency", "amount", "reason"), rows)


def _proof(known: Truth) -> bytes:
    """New entries = matched + excluded + closing, per rule set, side, source and currency; nothing was open."""
    sums: dict[tuple[str, str, str, str], dict[str, list[int]]] = defaultdict(
        lambda: {b: [0, 0] for b in _BUCKETS}
    )

    def put(key: tuple[str, str, str, str], bucket: str, amount: int) -> None:
        for name in ("new", bucket):
            sums[key][name][0] += 1
            sums[key][name][1] += amount

    matched = known.matched_orders()
    for order in known.books.orders:
        bucket = "matched" if id(order) in matched else "closing" if order.status == "PAID" else "excluded"
        put((ORDERS_LEG, "left", "internal_orders", order.currency), bucket, order.gross)
    settled = {id(line) for match in known.orders for line in match.lines}
    for line in known.books.lines:
        bucket = "matched" if id(line) in settled else "closing"
        put((ORDERS_LEG, "right", "processor_settlement", line.currency), bucket, line.gross)
        bucket = "closing" if line.payout_id in known.in_transit else "matched"
        put((BANK_LEG, "left", "processor_settlement", line.currency), bucket, line.net)
    for move in known.books.movements:
        if move.printed:
            bucket = "matched" if move.payout_id else "excluded" if move.population == "sweep" else "closing"
            put((BANK_LEG, "right", sources_of(move.currency), move.currency), bucket, move.amount)
    rows = [
        (
            *key,
            *(
                text
                for bucket in _BUCKETS
                for text in (str(sums[key][bucket][0]), amount_text(sums[key][bucket][1]))
            ),
        )
        for key in sorted(sums)
    ]
    columns = [f"{bucket}_{measure}" for bucket in _BUCKETS for measure in ("count", "amount")]
    return csv_bytes(("ruleset", "side", "source", "currency", *columns), rows)


def _journeys(known: Truth, found: Sequence[Break]) -> bytes:
    """How far the rows of the order book came, by legs passed and by what stopped them."""
    open_kind = {(item.reference, item.what): item.kind for item in found if item.side == "left"}
    came = payout_status(known)
    sums: dict[tuple[int, str, str], list[int]] = defaultdict(lambda: [0, 0])
    lines_of = {id(match.order): match.lines for match in known.orders}
    for order in known.books.orders:
        if lines := lines_of.get(id(order)):
            status = came[lines[0].payout_id]
            key = (2 if status == "settled" else 1, status, order.currency)
        elif order.status != "PAID":
            key = (0, "excluded", order.currency)
        else:
            key = (0, open_kind[order.number, order.kind.lower()], order.currency)
        sums[key][0] += 1
        sums[key][1] += order.gross
    rows = [
        (str(leg), why, currency, str(n), amount_text(amount))
        for (leg, why, currency), (n, amount) in sums.items()
    ]
    return csv_bytes(("legs_passed", "where", "currency", "count", "gross"), sorted(rows, reverse=True))


def _summary(books: Books, known: Truth, found: Sequence[Break]) -> bytes:
    kinds: dict[str, dict[str, object]] = {}
    for kind in sorted({item.kind for item in found}):
        members = [item for item in found if item.kind == kind]
        amounts = {
            currency: amount_text(sum(item.amount for item in members if item.currency == currency))
            for currency in sorted({item.currency for item in members})
        }
        kinds[kind] = {"count": len(members), "amounts": amounts}
    after = breaks(truth(books, with_late_file=True))
    body = {
        "verdict": "breaks",
        "exit_status": 1,
        "entries": {
            "internal_orders": len(known.books.orders),
            "processor_settlement": len(known.books.lines),
            "bank_ngn": sum(move.currency == "NGN" and move.printed for move in known.books.movements),
            "bank_usd": sum(move.currency == "USD" and move.printed for move in known.books.movements),
        },
        "matches": {ORDERS_LEG: len(known.orders), BANK_LEG: len(known.payouts)},
        "excluded": {ORDERS_LEG: len(known.unpaid), BANK_LEG: 4},
        "breaks": kinds,
        "breaks_in_all": len(found),
        "after_late_file": {
            "orders": [order.number for order in books.orders if order.late],
            "breaks_resolved": len(found) - len(after),
            "breaks_in_all": len(after),
        },
    }
    return (json.dumps(body, indent=2) + "\n").encode("ascii")
