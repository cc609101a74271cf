"""Small statements in the fixed records of one country's banks, made for tests."""

from collections.abc import Sequence
from typing import Final

Move = tuple[int, str]
"""Signed minor units and a text."""
MOVES: Final[tuple[Move, ...]] = ((25000, "INVOICE 17"), (-5050, "RENT JANUARY"))
OPENING: Final = 100000
CLOSING: Final = 119950


def coda(moves: Sequence[Move] = MOVES, opening: int = OPENING, more: Sequence[str] = ()) -> str:
    """A CODA file of one account; `more` are records behind the last movement."""
    place = f"{'BE68539007547034':31}   EUR"
    lines = []
    for number, (amount, text) in enumerate(moves, 1):
        head = f"21{number:04}0000{f'B{number}':21}{_sign(amount)}{abs(amount) * 10:015}"
        lines.append(f"{head}16012600150000{'0'}{text:53}15012600110 0")
        lines.append(f"22{number:04}0000{'':53}{f'E-{number}':35}{'GEBABEBB':11}{'':15}1 0")
        lines.append(f"23{number:04}0000{'BE71096123456769':34}EUR{f'PARTY {number}':35}{'':43}0 0")
    lines += more
    closing = opening + sum(amount for amount, _ in moves)
    lines = [
        f"12017{place}{_sign(opening)}{abs(opening) * 10:015}010126{'COMPANY':26}{'CURRENT':35}017",
        *lines,
        f"8017{place}{_sign(closing)}{abs(closing) * 10:015}310126{'':64}0",
    ]
    counted = sum(line[0] in "1238" for line in lines)
    paid, got = (sum(abs(amount) for amount, _ in moves if (amount < 0) is out) * 10 for out in (True, False))
    first = f"0000001022620105{'':8}{'REF':10}{'COMPANY':26}{'GEBABEBB':11}00123456789 00000"
    lines = [f"{first:127}2", *lines, f"9{'':15}{counted:06}{paid:015}{got:015}{'':75}2"]
    return "".join(f"{line:128}\n" for line in lines)


def norma43(moves: Sequence[Move] = MOVES, opening: int = OPENING, number: str = "978") -> str:
    """A Norma 43 file of one account."""
    closing = opening + sum(amount for amount, _ in moves)
    place = "004915000001234567"
    lines = [f"11{place}260101260131{_key(opening)}{abs(opening):014}{number}3{'COMPANY':26}"]
    for at, (amount, text) in enumerate(moves, 1):
        day = f"22    1500260115260116{'03'}017{_key(amount)}{abs(amount):014}"
        lines.append(f"{day}{at:010}{f'R{at}':12}{f'S{at}':16}")
        lines.append(f"2301{text:38}")
    sides = [[abs(amount) for amount, _ in moves if (amount < 0) is out] for out in (True, False)]
    totals = "".join(f"{len(side):05}{sum(side):014}" for side in sides)
    lines.append(f"33{place}{totals}{_key(closing)}{abs(closing):014}{number}")
    lines.append(f"88{'9' * 18}{len(lines):06}")
    return "".join(f"{line:80}\n" for line in lines)


def cfonb(moves: Sequence[Move] = MOVES, opening: int = OPENING, decimals: int = 2) -> str:
    """A CFONB 120 file of one account."""
    closing = opening + sum(amount for amount, _ in moves)
    bank, place = "30004", f"00828EUR{decimals} 00010123456"
    lines = [f"01{bank}    {place}  010126{'':50}{_overpunched(opening)}"]
    for at, (amount, text) in enumerate(moves, 1):
        head = f"{bank}0017{place}B1150126"
        lines.append(f"04{head}  160126{text:31}  {at:07}00{_overpunched(amount)}{f'R{at}':16}")
        lines.append(f"05{head}     NPY{f'PARTY {at}':70}")
        lines.append(f"05{head}     RCN{f'E-{at}':35}{'PURPOSE':35}")
    lines.append(f"07{bank}    {place}  310126{'':50}{_overpunched(closing)}")
    return "".join(f"{line:120}\n" for line in lines)


def abo(
    moves: Sequence[Move] = MOVES, opening: int = OPENING, codes: Sequence[str] = (), money: str = "00203"
) -> str:
    """An ABO (GPC) file of one account; `codes` are accounting codes instead of those of the signs."""
    closing = opening + sum(amount for amount, _ in moves)
    kinds = list(codes) or ["1" if amount < 0 else "2" for amount, _ in moves]
    sums = {
        kind: sum(abs(amount) for (amount, _), one in zip(moves, kinds, strict=True) if one == kind)
        for kind in "1245"
    }
    turned = "".join(
        f"{abs(total):014}{'-' if total < 0 else '0'}"
        for total in (sums["1"] - sums["4"], sums["2"] - sums["5"])
    )
    account, plus = f"{1234567:016}", "-" if opening < 0 else "+"
    head = f"074{account}{'COMPANY':20}010126{abs(opening):014}{plus}{abs(closing):014}{'-' if closing < 0 else '+'}"
    lines = [f"{head}{turned}017310126"]
    for at, ((amount, text), kind) in enumerate(zip(moves, kinds, strict=True), 1):
        symbols = f"{4700 + at:010}000800{308:04}{at:010}"
        lines.append(
            f"075{account}{765:016}{at:013}{abs(amount):012}{kind}{symbols}160126{text:20}{money}150126"
        )
    return "".join(f"{line:128}\n" for line in lines)


def _sign(amount: int) -> str:
    return "1" if amount < 0 else "0"


def _key(amount: int) -> str:
    return "1" if amount < 0 else "2"


def _overpunched(amount: int) -> str:
    digits = f"{abs(amount):014}"
    return digits[:-1] + ("}JKLMNOPQR" if amount < 0 else "{ABCDEFGHI")[int(digits[-1])]


SAMPLES: Final = {"coda": (coda(),), "norma43": (norma43(),), "cfonb": (cfonb(),), "abo": (abo(),)}
