"""Narratives of a form that was met before: one pattern takes them apart, with the result of a closer look.

The narratives of a file have few forms: the same sub-fields or words in the same order, their texts differ. The first
of a form is read with care and gives a pattern for the others. The pattern leaves no room for what could be read in
another way (a mark, a plus or a slash inside a text), so that all such narratives are read with care.
"""

import re
from collections.abc import Sequence
from typing import Final

from recon.sources.mt940.narrative import (
    GERMAN,
    KEYS,
    NAME,
    PLACES,
    REMITTANCE,
    SEPA_WORD,
    SLASH,
    SLASH_START,
    SLASH_WORDS,
    SUBFIELD_WIDTH,
    Said,
    narrative,
)

MOST_FORMS: Final = 512
FORMS_OF_A_START: Final = 4
"""Forms that begin alike and have as many parts; each costs a look."""
_NO_WORD: Final = rf"(?!(?:{'|'.join(SLASH_WORDS)})/)"


_COLUMNS: Final = ("gvc", "31", "remittance", "name", "end_to_end", "account")


class _Form:
    """A pattern, and which of its groups says what. A text may go on through several groups, each with its width."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self.targets: dict[str, list[tuple[int, int]]] = {}
        self.stripped: list[tuple[str, int]] = []
        self.unique = True
        self._count = 1

    def add(self, written: str, target: str, width: int = 0, *, goes_on: bool = False) -> None:
        """A further group, before which some text is always written; it goes on with an earlier one, or is another."""
        self._count += 1
        self.written.append(written)
        if target in self.targets and not goes_on:
            self.unique = False
        self.targets.setdefault(target, []).append((self._count, width))

    def finish(self) -> "_Form":
        """The form, ready to read."""
        self._match = re.compile("()" + "".join(self.written)).fullmatch
        columns = dict(self.targets)
        order = [columns.pop(name, [(1, 0)]) for name in _COLUMNS]
        order += columns.values()
        others = list(enumerate(columns, len(_COLUMNS)))
        self._plain = [(at, key[1:]) for at, key in others if key[0] == "="]
        self._words = [(at, key) for at, key in others if key[0] != "="]
        self._groups = [parts[0][0] for parts in order]
        self._long = [(at, parts) for at, parts in enumerate(order) if len(parts) > 1]
        return self

    def read(self, text: str) -> Said | None:
        """What a narrative of this form says; None for one of another form."""
        match = self._match(text)
        if match is None:
            return None
        values: Sequence[str] = match.group(*self._groups)
        if self._long:
            values = list(values)
            for at, parts in self._long:
                values[at] = _joined(match, parts)
        gvc, number, remittance, name, end_to_end, account = values[:6]
        account = number.replace(" ", "") if number else " ".join(account.split())
        if end_to_end:
            end_to_end = " ".join(end_to_end.split())
            if end_to_end == "NOTPROVIDED":
                end_to_end = ""
        words: dict[str, str] = {}
        for at, key in self._plain:
            if value := values[at]:
                words[key] = value.strip()
        for at, key in self._words:
            if said := " ".join(values[at].split()):
                words[key] = said
        remittance, name = " ".join(remittance.split()), " ".join(name.split())
        return remittance or None, name or None, account or None, end_to_end or None, gvc or None, words


def _joined(match: re.Match[str], parts: list[tuple[int, int]]) -> str:
    """The text of some groups; what is as long as its width goes on without a gap."""
    values = [(match[group], width) for group, width in parts]
    return "".join([value if len(value) >= width else value + " " for value, width in values])


class Known:
    """The forms of the narratives of one file."""

    def __init__(self) -> None:
        self._forms: dict[tuple[str, int], tuple[_Form, ...]] = {}
        self._count = 0

    def said(self, line: str) -> Said:
        """What the one line of a :86: field says, as `narrative` reads it."""
        text = line.strip()
        if text[:1] == "/":
            mark = "/"
        elif len(text) > 3 and text[:3].isdecimal():
            mark = text[3]
        else:
            return " ".join(text.split()) or None, None, None, None, None, {}
        start = (text[:6], text.count(mark))
        forms = self._forms.get(start, ())
        for form in forms:
            if found := form.read(text):
                return found
        found = narrative([line]).said()
        if self._count < MOST_FORMS and len(forms) < FORMS_OF_A_START:
            new = _form_of(text)
            told = new.read(text) if new else None
            if new and told and told == found:
                self._forms[start] = (*forms, new)
                self._count += 1
        return found


def _form_of(text: str) -> _Form | None:
    """The form of a narrative without line ends, or None if it has none."""
    german = GERMAN.match(text)
    form = _german(text, german) if german else _slashed(text) if SLASH_START.match(text) else None
    return form.finish() if form and form.unique else None


def _german(text: str, start: re.Match[str]) -> _Form | None:
    form, mark, word = _Form(), re.escape(start[2]), ""
    form.add(r"([0-9]{3})", "gvc")
    for piece in text.split(start[2])[1:]:
        code, value = piece[:2], piece[2:]
        if not re.fullmatch("[0-9]{2}", code):
            return None
        written = f"{mark}{code}"
        if code in REMITTANCE:
            said = SEPA_WORD.match(value)
            if said:
                written, word = f"{written}{said[1]}\\+", said[1]
            target = (
                "remittance" if word in {"", "SVWZ"} else _TARGETS.get(word) or PLACES.get(word) or word.lower()
            )
            width = SUBFIELD_WIDTH - (said.end() if said else 0)
            form.add(f"{written}([^{mark}+]*)", target, width, goes_on=not said)
        elif code in NAME:
            form.add(f"{written}([^{mark}]*)", "name", SUBFIELD_WIDTH, goes_on=True)
        elif code == "31":
            form.add(f"{written}([^{mark}]*)", "31")
        else:
            form.add(f"{written}([^{mark}]*)", f"={KEYS.get(code) or f'?{code}'}")
    keys = {key.removeprefix("=") for key in form.targets}
    return None if len(keys) < len(form.targets) or {"31", "account"} <= keys else form


_TARGETS: Final = {"EREF": "end_to_end", "IBAN": "account", "REMI": "remittance"}


def _slashed(text: str) -> _Form | None:
    form = _Form()
    first, *pieces = SLASH.split(text)
    if first or "CNTP" in pieces[::2]:
        return None
    for word, value in zip(pieces[::2], pieces[1::2], strict=True):
        target = _TARGETS.get(word) or PLACES.get(word) or word.lower()
        if word == "REMI" and value.startswith("USTD//"):
            form.add(rf"/REMI/USTD//{_NO_WORD}([^/\s][^/]*)", target)
        else:
            form.add(f"/{word}/([^/]*)", target)
    form.written.append("/?")
    return form
