"""The bank's side: the payouts as they arrived, and everything else that moved on the two accounts."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sample_data.dice import Dice
from sample_data.miniapp_settlement.book import Line, Movement
from sample_data.miniapp_settlement.populations import OCT
from sample_data.miniapp_settlement.world import LAST, next_bank_day


@dataclass(frozen=True, slots=True)
class Account:
    """One of the two accounts; `opening` in minor units on the evening of 30 September."""

    currency: str
    number: str
    opening: int
    first_statement: int


ACCOUNTS = {
    "NGN": Account("NGN", "1029384756", 1_250_000_000, 188),
    "USD": Account("USD", "1029384763", 8_420_000, 188),
}

TRANSFER, CHARGE = "TRF", "CHG"
_SHORT = {"KPN-20261016": 4_500_000, "KPU-20261020": 1_500}
"""Payouts of which the bank received less: a reserve the processor kept back, a correspondent's wire fee."""
_KOBO = {"KPN-20261023": 1}
_LATE = {"KPN-20261008"}
"""Booked a bank day after its value date."""
_LOST = {"KPU-20261014"}
"""Arrived, but its entry is missing from the statement, whose closing balance includes it."""
_IN_TEXT = {"KPN-20261006", "KPN-20261013", "KPN-20261020", "KPN-20261027", "KPU-20261007", "KPU-20261021"}
_WITHOUT_DASH = {"KPN-20261022"}

_OTHERS: tuple[tuple[str, int, int, str, str, str, str], ...] = (
    (
        "NGN",
        9,
        12_500_000,
        TRANSFER,
        "REFUND OF FACILITY FEE LETTER 0914",
        "PALMGROVE BANK",
        "unexpected_credit",
    ),
    (
        "NGN",
        15,
        4_850_000,
        TRANSFER,
        "NIP TRF ADEKUNLE STORES/STALL RENT",
        "ADEKUNLE STORES",
        "unexpected_credit",
    ),
    ("NGN", 21, 31_025_075, TRANSFER, "INWARD TRF NO NARRATION", "UNKNOWN SENDER", "unexpected_credit"),
    ("USD", 19, 125_000, TRANSFER, "INV 4471 SPONSORSHIP", "HELIX MEDIA LLC", "unexpected_credit"),
    ("NGN", 9, -41_250, CHARGE, "SMS ALERT CHARGES SEPTEMBER", "", "bank_charge"),
    ("NGN", 16, -322_500, CHARGE, "ACCOUNT MAINTENANCE FEE AND VAT", "", "bank_charge"),
    ("NGN", 26, -53_750, CHARGE, "STATEMENT BY SWIFT FEE AND VAT", "", "bank_charge"),
    ("USD", 20, -1_075, CHARGE, "INWARD WIRE CHARGE AND VAT", "", "bank_charge"),
    *(
        ("NGN", day, -350_000_000, TRANSFER, "SWEEP TO TREASURY 1029384701", "TAMARIND TREASURY", "sweep")
        for day in (9, 16, 23, 30)
    ),
)


def payouts(lines: Iterable[Line]) -> dict[str, list[Line]]:
    """The settlement lines by payout, in the order of payout dates."""
    grouped: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        grouped[line.payout_id].append(line)
    return dict(sorted(grouped.items(), key=lambda item: (item[1][0].payout_date, item[0])))


def movements(lines: Iterable[Line], dice: Dice) -> list[Movement]:
    """All movements of October on both accounts, by day, payouts first."""
    found = [
        _arrival(identity, members, dice)
        for identity, members in payouts(lines).items()
        if members[0].payout_date <= LAST
    ]
    for currency, day, amount, code, text, counterparty, population in _OTHERS:
        moved = OCT[day]
        found.append(
            Movement(
                currency, moved, moved, amount, code, "", _bank_reference(moved, dice), text, counterparty,
                population=population,
            )
        )  # fmt: skip
    return sorted(found, key=lambda m: (m.booked, m.currency, not m.payout_id, -m.amount, m.text))


def _arrival(identity: str, members: list[Line], dice: Dice) -> Movement:
    arrived = members[0].payout_date
    net = sum(line.net for line in members)
    part = ""
    for name, cut in (("short_payout", _SHORT), ("payout_kobo", _KOBO)):
        if identity in cut:
            net, part = net - cut[identity], name
    reference, text = identity, "SETTLEMENT TAMARIND"
    if identity in _IN_TEXT:
        reference, text = "", f"NIP TRF/KESTREL PAYMENTS/MERCHANT SETTLEMENT {identity} LAGOS"
    if identity in _WITHOUT_DASH:
        reference = identity.replace("-", "")
    return Movement(
        currency=members[0].currency,
        booked=next_bank_day(arrived) if identity in _LATE else arrived,
        value=arrived,
        amount=net,
        code=TRANSFER,
        reference=reference,
        bank_reference=_bank_reference(arrived, dice),
        text=text,
        counterparty="KESTREL PAYMENTS LTD",
        payout_id=identity,
        population="statement_gap" if identity in _LOST else part,
        printed=identity not in _LOST,
    )


def _bank_reference(day: date, dice: Dice) -> str:
    return f"PG{day:%y%j}{dice.below(10**6):06d}"
