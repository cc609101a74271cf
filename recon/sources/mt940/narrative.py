"""Field :86: of MT940 and MT942, information to the account owner, in the dialects that banks write.

German banks put a business code first and then sub-fields (`166?00TEXT?20...?32NAME`) with SEPA words inside
(`EREF+`, `SVWZ+`); Dutch banks use words between slashes (`/EREF/.../REMI/...`); others write plain text.
"""

import re
from collections.abc import Iterable
from functools import cache
from typing import Final

_HARD_WRAP: Final = 60
"""A line at least this long was cut by its width (65 with the tag), so the next one continues its last word."""
SUBFIELD_WIDTH: Final = 27
"""A German sub-field this long was cut by its width."""

GERMAN: Final = re.compile(r"\s*(\d{3})([?>~<!^|&@])(?=\d\d)", re.ASCII)
SEPA_WORD: Final = re.compile(r"(EREF|KREF|MREF|CRED|DEBT|COAM|OAMT|SVWZ|ABWA|ABWE|IBAN|RREF|PURP|BIC)\+")
KEYS: Final = {"00": "booking_text", "10": "primanota", "30": "bank", "34": "text_key"}
REMITTANCE: Final = frozenset(
    {"20", "21", "22", "23", "24", "25", "26", "27", "28", "29", "60", "61", "62", "63"}
)
NAME: Final = frozenset({"32", "33"})
SLASH_WORDS: Final = (
    "EREF", "PREF", "IREF", "MARF", "CSID", "CNTP", "REMI", "PURP", "ULTC", "ULTD", "ULTB", "RTRN", "TRTP",
    "IBAN", "BIC", "NAME", "BENM", "ORDP", "ISDT", "ADDR", "TRCD", "OCMT", "CHGS", "EXCH", "SUM", "CDTRREFTP",
    "CDTRREF", "ACCW", "BUSP", "GPI", "ID",
)  # fmt: skip
SLASH_START: Final = re.compile(rf"\s*/(?:{'|'.join(SLASH_WORDS)})/")
SLASH: Final = re.compile(rf"/({'|'.join(SLASH_WORDS)})/")
_SLASH_WRAPPED: Final = re.compile("/\n?(" + "|".join("\n?".join(word) for word in SLASH_WORDS) + ")\n?/")
PLACES: Final = {
    "MREF": "mandate",
    "MARF": "mandate",
    "CRED": "creditor_id",
    "CSID": "creditor_id",
    "BIC": "bank",
}
_REFERENCES: Final = frozenset({"EREF", "KREF", "MREF", "CRED", "MARF", "CSID", "PREF", "IBAN", "BIC", "CNTP"})


Said = tuple[str | None, str | None, str | None, str | None, str | None, dict[str, str]]
"""A narrative taken apart: remittance, name, account, end-to-end reference, business code, other words."""


class Narrative:
    """What a :86: field says: the remittance text with every word of it, and what stood in named places.

    `gvc` is the German business code. `words` holds the named places that have no column of their own.
    """

    __slots__ = ("account", "end_to_end", "gvc", "name", "remittance", "words")

    def __init__(self, remittance: str | None = None, gvc: str | None = None) -> None:
        self.remittance = remittance
        self.name: str | None = None
        self.account: str | None = None
        self.end_to_end: str | None = None
        self.gvc = gvc
        self.words: dict[str, str] = {}

    def said(self) -> "Said":
        """All of it."""
        return self.remittance, self.name, self.account, self.end_to_end, self.gvc, self.words


def narrative(lines: list[str]) -> Narrative:
    """Read the lines of one or several :86: fields of one movement."""
    text = lines[0].strip() if len(lines) == 1 else _joined(lines)
    if not text:
        return Narrative()
    if german := GERMAN.match(text):
        return _german(text, german)
    if SLASH_START.match(text):
        return _slashed(text)
    return Narrative(_clean(text))


def numbered_narrative(lines: list[str]) -> Narrative:
    """Read the lines of an :NS: field, each behind its number.

    01 to 14 are remittance, 15 and 16 the counterparty, 17 the booking text, 18 the primanota; a line without a
    number continues the one before.
    """
    found = Narrative()
    remittance: list[str] = []
    names: list[str] = []
    number = 1
    for numbered in lines:
        line = numbered
        if line[:2].isascii() and line[:2].isdigit():
            number, line = int(line[:2]), line[2:]
        if number <= 14:
            remittance.append(line)
        elif number <= 16:
            names.append(line)
        elif line.strip():
            key = {17: "booking_text", 18: "primanota"}.get(number, f"ns{number}")
            found.words[key] = f"{found.words[key]} {line.strip()}" if key in found.words else line.strip()
    found.name = _clean(" ".join(names))
    _sepa_words(found, " ".join(remittance))
    return found


def _joined(lines: list[str]) -> str:
    """The lines as one text: cut lines without a gap, others with a line end between them."""
    return "".join(line if len(line) >= _HARD_WRAP else f"{line}\n" for line in lines).strip()


def _german(text: str, start: re.Match[str]) -> Narrative:
    found = Narrative(gvc=start[1])
    remittance = name = ""
    words = found.words
    for code, value in _subfields(text[start.end() - 1 :], start[2]):
        if code in REMITTANCE:
            remittance += value if len(value) >= SUBFIELD_WIDTH else value + " "
        elif code in NAME:
            name += value if len(value) >= SUBFIELD_WIDTH else value + " "
        elif code == "31":
            found.account = value.replace(" ", "") or None
        elif value:
            words[KEYS.get(code) or f"?{code}"] = value.strip()
    found.name = " ".join(name.split()) or None
    _sepa_words(found, remittance)
    return found


def _subfields(text: str, mark: str) -> Iterable[tuple[str, str]]:
    """The sub-fields of a German narrative with their codes; line ends inside them become blanks."""
    if "\n" not in text:
        pieces = _splitter(mark).split(text)
        return zip(pieces[1::2], pieces[2::2], strict=True)
    pieces = _splitter(mark, "\n?").split(text.replace(f"\n{mark}", mark))
    codes = (code.replace("\n", "") for code in pieces[1::2])
    return zip(codes, (value.replace("\n", " ") for value in pieces[2::2]), strict=True)


@cache
def _splitter(mark: str, gap: str = "") -> re.Pattern[str]:
    return re.compile(rf"{re.escape(mark)}{gap}(\d{gap}\d)", re.ASCII)


def _sepa_words(found: Narrative, text: str) -> None:
    """Take the SEPA words out of the remittance text; what is no word's value stays remittance."""
    if "+" not in text:
        found.remittance = _clean(text)
        return
    remittance, *pieces = SEPA_WORD.split(text)
    for word, value in zip(pieces[::2], pieces[1::2], strict=True):
        if word == "SVWZ":
            remittance += f" {value}"
        else:
            _take(found, word, value)
    found.remittance = _clean(remittance)


def _slashed(text: str) -> Narrative:
    found = Narrative()
    first, *pieces = _SLASH_WRAPPED.split(text.replace("\n/", "/")) if "\n" in text else SLASH.split(text)
    remittance = first
    for written, value in zip(pieces[::2], pieces[1::2], strict=True):
        word = written.replace("\n", "")
        if word == "REMI":
            said = value.strip().strip("/")
            remittance += " " + said.removeprefix("USTD//").removeprefix("STRD/")
        elif word == "CNTP":
            _counterparty(found, value)
        else:
            _take(found, word, value.strip().strip("/"))
    found.remittance = _clean(remittance)
    return found


def _counterparty(found: Narrative, value: str) -> None:
    """ING's `/CNTP/account/bic/name/city/`."""
    parts: list[str | None] = [_clean(part) for part in value.split("/")]
    parts += [None] * 4
    account, bank, name, city = parts[:4]
    found.account, found.name = account or found.account, name or found.name
    for key, said in (("bank", bank), ("city", city)):
        if said:
            found.words[key] = said


def _take(found: Narrative, word: str, value: str) -> None:
    """Put the value of a word where it belongs; a word said twice keeps both."""
    said = " ".join((value.replace("\n", "") if word in _REFERENCES else value).split())
    if not said:
        return
    if word == "EREF":
        found.end_to_end = None if said == "NOTPROVIDED" else said
    elif word == "IBAN" and found.account is None:
        found.account = said
    elif word == "NAME" and found.name is None:
        found.name = said
    else:
        name = PLACES.get(word) or word.lower()
        found.words[name] = f"{found.words[name]} {said}" if name in found.words else said


def _clean(text: str | None) -> str | None:
    """The text with single blanks, or None if there is none."""
    return " ".join(text.split()) or None if text else None
