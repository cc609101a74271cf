"""Field :86: of MT940 and MT942, information to the account owner, in the dialects that banks write.

German banks put a business code first and then sub-fields (`166?00TEXT?20...?32NAME`) with SEPA words inside
(`EREF+`, `SVWZ+`); Dutch banks use words between slashes (`/EREF/.../REMI/...`); others write plain text.
"""

import re
from dataclasses import dataclass, field
from typing import Final

_HARD_WRAP: Final = 60
"""A line at least this long was cut by its width (65 with the tag), so the next one continues its last word."""
_SUBFIELD_WIDTH: Final = 27
"""A German sub-field this long was cut by its width."""

_GERMAN: Final = re.compile(r"\s*(\d{3})([?>~<!^|&@])(?=\d\d)", re.ASCII)
_SEPA_WORDS: Final = (
    "EREF", "KREF", "MREF", "CRED", "DEBT", "COAM", "OAMT", "SVWZ", "ABWA", "ABWE", "IBAN", "BIC", "RREF",
    "PURP",
)  # fmt: skip
_SEPA: Final = re.compile(rf"(?<![A-Z])({'|'.join(_SEPA_WORDS)})\+")
_SLASH_WORDS: Final = (
    "EREF", "PREF", "IREF", "MARF", "CSID", "CNTP", "REMI", "PURP", "ULTC", "ULTD", "ULTB", "RTRN", "TRTP",
    "IBAN", "BIC", "NAME", "BENM", "ORDP", "ISDT", "ADDR", "TRCD", "OCMT", "CHGS", "EXCH", "SUM", "CDTRREFTP",
    "CDTRREF", "ACCW", "BUSP", "GPI", "ID",
)  # fmt: skip
_SLASH_START: Final = re.compile(rf"\s*/(?:{'|'.join(_SLASH_WORDS)})/")
_SLASH: Final = re.compile(rf"/({'|'.join(_SLASH_WORDS)})/")
_SLASH_WRAPPED: Final = re.compile("\n?/\n?(" + "|".join("\n?".join(word) for word in _SLASH_WORDS) + ")\n?/")
_REFERENCES: Final = frozenset({"EREF", "KREF", "MREF", "CRED", "MARF", "CSID", "PREF", "IBAN", "BIC", "CNTP"})
_BLANKS: Final = re.compile(r"\s+")


@dataclass(slots=True)
class Narrative:
    """What a :86: field says: the remittance text with every word of it, and what stood in named places.

    `gvc` is the German business code. `words` holds the named places that have no column of their own.
    """

    remittance: str | None = None
    name: str | None = None
    account: str | None = None
    end_to_end: str | None = None
    gvc: str | None = None
    words: dict[str, str] = field(default_factory=dict)


def narrative(lines: list[str]) -> Narrative:
    """Read the lines of one or several :86: fields of one movement."""
    text = _joined(lines)
    if not text:
        return Narrative()
    if german := _GERMAN.match(text):
        return _german(text, german)
    if _SLASH_START.match(text):
        return _slashed(text)
    return Narrative(remittance=_BLANKS.sub(" ", text).strip() or None)


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
    if len(lines) == 1:
        return lines[0].strip()
    return "".join(line if len(line) >= _HARD_WRAP else f"{line}\n" for line in lines).strip()


def _german(text: str, start: re.Match[str]) -> Narrative:
    found = Narrative(gvc=start[1])
    mark = re.escape(start[2])
    remittance: list[str] = []
    names: list[str] = []
    _, *pieces = re.split(rf"\n?{mark}\n?(\d\n?\d)", text[start.end() - 1 :])
    for code, value in zip(pieces[::2], pieces[1::2], strict=True):
        number = int(code.replace("\n", ""))
        words = value.replace("\n", "" if number in {30, 31} else " ")
        if 20 <= number <= 29 or 60 <= number <= 63:
            gap = " " if _SEPA.match(words) else ""
            remittance.append(f"{gap}{words}" if len(words) >= _SUBFIELD_WIDTH else f"{gap}{words} ")
        elif number in {32, 33}:
            names.append(words if len(words) >= _SUBFIELD_WIDTH else words + " ")
        elif number == 31:
            found.account = words.strip() or None
        elif words.strip():
            key = {0: "booking_text", 10: "primanota", 30: "bank", 34: "text_key"}.get(number, f"?{number:02}")
            found.words[key] = words.strip()
    found.name = _clean("".join(names))
    _sepa_words(found, "".join(remittance))
    return found


def _sepa_words(found: Narrative, text: str) -> None:
    """Take the SEPA words out of the remittance text; what is no word's value stays remittance."""
    first, *pieces = _SEPA.split(text)
    remittance = [first]
    for word, value in zip(pieces[::2], pieces[1::2], strict=True):
        if word == "SVWZ":
            remittance.append(value)
        else:
            _take(found, word, value)
    found.remittance = _clean(" ".join(remittance))


def _slashed(text: str) -> Narrative:
    found = Narrative()
    first, *pieces = (_SLASH_WRAPPED if "\n" in text else _SLASH).split(text)
    remittance = [first]
    for word, value in zip(pieces[::2], pieces[1::2], strict=True):
        name = word.replace("\n", "")
        if name == "REMI":
            said = value.strip().strip("/")
            remittance.append(said.removeprefix("USTD//").removeprefix("STRD/"))
        elif name == "CNTP":
            _counterparty(found, value)
        else:
            _take(found, name, value.strip().strip("/"))
    found.remittance = _clean(" ".join(remittance))
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
    said = _clean(value.replace("\n", "") if word in _REFERENCES else value)
    if said is None:
        return
    if word == "EREF":
        found.end_to_end = None if said == "NOTPROVIDED" else said
    elif word == "IBAN" and found.account is None:
        found.account = said
    elif word == "NAME" and found.name is None:
        found.name = said
    else:
        key = {
            "MREF": "mandate",
            "MARF": "mandate",
            "CRED": "creditor_id",
            "CSID": "creditor_id",
            "BIC": "bank",
        }
        name = key.get(word, word.lower())
        found.words[name] = f"{found.words[name]} {said}" if name in found.words else said


def _clean(text: str | None) -> str | None:
    """The text with single blanks, or None if there is none."""
    return (_BLANKS.sub(" ", text).strip() or None) if text else None
