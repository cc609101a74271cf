"""Journal entries: what is to be booked now against what was exported, so that the sum of all exports is what is true.

An origin that was never exported gets an entry. One whose amount or accounts are others now, or that is gone, gets a
reversing entry of everything that was exported for it, and a new one where there still is something to book.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from recon.close.journals.accounts import AccountsFile, Booking, booking_for
from recon.close.journals.facts import BookedFact
from recon.model.ids import content_id
from recon.model.money import rounded
from recon.model.periods import month_end
from recon.model.postings import Posting, balanced, posting
from recon.payouts.calculation.rounding import places
from recon.payouts.calculation.windows import add_months
from recon.payouts.desk.shelf import PublishedPayout
from recon.payouts.journal import Accounts, amortisation, net_of

ID_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Entry:
    """One balanced entry in one currency. `reverses` names the entries that it takes back, none for a first booking."""

    journal_id: str
    origin: str
    day: date
    currency: str
    what: str
    words: str
    run: str
    postings: tuple[Posting, ...]
    reverses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unbooked:
    """A fact that no rule of the mapping books, or that rounds to nothing."""

    fact: BookedFact
    why: str


@dataclass(frozen=True, slots=True)
class Drafted:
    """The entries to be exported next, and what is not booked."""

    entries: tuple[Entry, ...]
    unbooked: tuple[Unbooked, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What should be in the books for one origin."""

    origin: str
    day: date
    currency: str
    what: str
    words: str
    run: str
    postings: tuple[Posting, ...]


def wanted_of(facts: Iterable[BookedFact], rules: Sequence[Booking]) -> tuple[list[Wanted], list[Unbooked]]:
    """What facts put into the books by the rules of the mapping, rounded to the digits of their currency."""
    found, unbooked = list[Wanted](), list[Unbooked]()
    for fact in facts:
        subject = fact.subject
        rule = booking_for(rules, subject)
        amount = rounded(fact.amount, subject.currency)
        if rule is None:
            unbooked.append(Unbooked(fact, "no rule books it"))
        elif not amount:
            unbooked.append(Unbooked(fact, "less than the smallest unit"))
        else:
            postings = balanced([posting(rule.account, amount), posting(rule.against, -amount)])
            words = rule.text or fact.words
            found.append(
                Wanted(fact.origin, fact.day, subject.currency, subject.books, words, fact.run, tuple(postings))
            )
    return found, unbooked


def wanted_of_payouts(payouts: Iterable[PublishedPayout], accounts: AccountsFile) -> list[Wanted]:
    """What approved payouts put into the books: their own journals, by the accounts that the mapping names."""
    found = []
    for payout in payouts:
        rows = payout.table("journal").to_pylist()
        for currency in sorted({row["currency"] for row in rows}):
            postings = [
                Posting(row["side"], accounts.payouts.get(row["account"], row["account"]), row["amount"])
                for row in rows
                if row["currency"] == currency
            ]
            origin, words = (
                f"payout|{payout.identity}|{currency}",
                f"commission of {payout.plan}, {payout.period}",
            )
            found.append(
                Wanted(
                    origin, payout.period.last, currency, "payout", words, str(payout.manifest["run"]),
                    tuple(balanced(postings)),
                )
            )  # fmt: skip
    return found


def wanted_of_deferrals(
    payouts: Iterable[PublishedPayout], accounts: AccountsFile, today: date
) -> list[Wanted]:
    """What of deferred commissions has become expense by a day: a part at the end of each month."""
    found = []
    for payout in payouts:
        rule = payout.as_written.deferral
        if rule is None:
            continue
        rows = payout.table("journal").to_pylist()
        for currency in sorted({row["currency"] for row in rows}):
            own = [
                Posting(row["side"], row["account"], row["amount"])
                for row in rows
                if row["currency"] == currency
            ]
            deferred = net_of(own, Accounts().deferred)
            digits = places(payout.as_written.rounding, currency)
            for number, part in enumerate(amortisation(deferred, rule.months, digits)):
                day = month_end(add_months(payout.period.last, number))
                if not part or day > today:
                    continue
                named = (replace(one, account=accounts.payouts.get(one.account, one.account)) for one in part)
                words = (
                    f"month {number + 1} of {rule.months} of the commission of {payout.plan}, {payout.period}"
                )
                origin = f"payout|{payout.identity}|{currency}|month {number + 1}"
                found.append(
                    Wanted(origin, day, currency, "deferral", words, str(payout.manifest["run"]), tuple(named))
                )
    return found


def drafted(wanted: Sequence[Wanted], exported: Sequence[Mapping[str, Any]], today: date) -> list[Entry]:
    """The entries that turn what was exported into what is wanted.

    Args:
        wanted: what should be in the books, one for each origin.
        exported: the lines of all exports, as in `JOURNAL_LINES`.
        today: the day of the last run, on which what is gone is reversed.
    """
    lines: dict[str, list[Mapping[str, Any]]] = {}
    for line in exported:
        lines.setdefault(line["origin"], []).append(line)
    by_origin = {one.origin: one for one in wanted}
    found: list[Entry] = []
    for origin in sorted({*lines, *by_origin}):
        found += _for_origin(origin, by_origin.get(origin), lines.get(origin, []), today)
    return sorted(found, key=lambda entry: (entry.day, entry.origin, entry.reverses == (), entry.journal_id))


def _for_origin(
    origin: str, one: Wanted | None, lines: Sequence[Mapping[str, Any]], today: date
) -> list[Entry]:
    net = _net(lines)
    mine = _signed(one.postings) if one else {}
    if net == mine:
        return []
    number = len({line["journal_id"] for line in lines})
    found = []
    if net:
        last = lines[-1]
        open_ones = tuple(dict.fromkeys(str(line["journal_id"]) for line in lines if not line["reverses"]))[-1:]
        back = balanced([posting(account, -amount) for account, amount in sorted(net.items())])
        found.append(
            Entry(
                content_id([origin, str(number), "reversal"], ID_DIGITS), origin, max(today, last["day"]),
                last["currency"], last["what"], f"reversal of {last['text']}", last["run"], tuple(back), open_ones,
            )
        )  # fmt: skip
        number += 1
    if one is not None and mine:
        day = max(one.day, today) if lines else one.day
        identity = content_id([origin, str(number), "entry"], ID_DIGITS)
        found.append(Entry(identity, origin, day, one.currency, one.what, one.words, one.run, one.postings))
    return found


def _net(lines: Iterable[Mapping[str, Any]]) -> dict[str, Decimal]:
    """What was exported for an origin, by account; debits are plus. Accounts that come to nothing are left out."""
    return _summed(
        (line["account"], line["amount"] if line["side"] == "debit" else -line["amount"]) for line in lines
    )


def _signed(postings: Iterable[Posting]) -> dict[str, Decimal]:
    return _summed((one.account, one.amount if one.side == "debit" else -one.amount) for one in postings)


def _summed(parts: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for account, amount in parts:
        sums[account] = sums.get(account, Decimal(0)) + amount
    return {account: amount for account, amount in sums.items() if amount}
