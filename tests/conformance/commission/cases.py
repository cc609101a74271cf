"""Cases: read from the acceptance folder, translated by model name, compared key by key."""

import json
import os
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from recon.errors import InputRefused

ROOT = Path(__file__).parents[3]
Given = Mapping[str, Any]
Answer = dict[str, Any]
Translator = Callable[[Given, Given], Answer]
TRANSLATORS: dict[str, Translator] = {}
_OUTSIDE: ContextVar[str] = ContextVar("outside", default="refuse")


@dataclass(frozen=True)
class Case:
    """One case of the corpus."""

    id: str
    model: str
    params: Given
    inputs: Given
    expected: Given


class Periods(list[Any]):
    """One answer for each period; a case that expects a single one asks for the last."""


def acceptance() -> Path:
    return Path(os.environ.get("RECON_ACCEPTANCE", ROOT.parent / "shared" / "acceptance"))


def cases(path: Path | None = None) -> list[Case]:
    """The cases of a file, by default of the corpus; none where there is no corpus.

    Numbers are text as the corpus writes them, also where a file has them bare: 14.70 is not a binary fraction.
    """
    path = path or acceptance() / "commission.jsonl"
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line, parse_float=_text, parse_int=str) for line in lines if line.strip()]
    return [Case(row["id"], row["model"], row["params"], row["inputs"], row["expected"]) for row in rows]


def _text(number: str) -> str:
    return format(Decimal(number).normalize(), "f")


def model(*names: str) -> Callable[[Translator], Translator]:
    """Register a translator for models; a name also serves the models below it (`tier.marginal.*`)."""

    def register(translator: Translator) -> Translator:
        for name in names:
            TRANSLATORS[name] = translator
        return translator

    return register


def translator(name: str) -> Translator | None:
    """The translator of a model, or of the nearest model above it."""
    while name:
        if name in TRANSLATORS:
            return TRANSLATORS[name]
        name = name.rpartition(".")[0]
    return None


def outside_bands() -> str:
    """What a plan says of a total that lies in no band: it is refused, or it pays nothing."""
    return _OUTSIDE.get()


def translated(case: Case, translate: Translator) -> Answer:
    """The answer to a case. Of a total that lies in no band both policies are shown: the refusal, and what is paid."""
    try:
        return translate(case.params, case.inputs)
    except InputRefused as error:
        if error.problems[0].code != "no-band":
            raise
        before = _OUTSIDE.set("pays_nothing")
        try:
            return {**translate(case.params, case.inputs), "error": error.problems[0].message}
        finally:
            _OUTSIDE.reset(before)


def differences(expected: object, got: object, at: str = "") -> list[str]:
    """Where an answer is not what is expected: numbers by value, errors by their words, all else as text."""
    if isinstance(expected, Mapping):
        if not isinstance(got, Mapping):
            return [f"{at}: expected {expected}, got {got}"]
        found = []
        for key, value in expected.items():
            name = f"{at}.{key}" if at else key
            if key == "error" and str(value).casefold() in str(got.get(key, "")).casefold():
                continue
            found += differences(value, got[key], name) if key in got else [f"{name}: no answer"]
        return found
    if isinstance(got, Periods) and not isinstance(expected, list):
        got = got[-1]
    if isinstance(expected, list):
        if not isinstance(got, list | tuple) or len(got) != len(expected):
            return [f"{at}: expected {expected}, got {_shown(got)}"]
        return [
            text
            for position, (one, other) in enumerate(zip(expected, got, strict=True))
            for text in differences(one, other, f"{at}[{position}]")
        ]
    if _same(expected, got):
        return []
    return [f"{at}: expected {expected}, got {_shown(got)}"]


def _same(expected: object, got: object) -> bool:
    if isinstance(expected, bool) or isinstance(got, bool) or expected is None or got is None:
        return expected is got
    one, other = number(expected), number(got)
    if one is not None and other is not None:
        return one == other
    return str(expected).casefold() == str(got).casefold()


def number(value: object) -> Decimal | None:
    """The number that a value is, or None."""
    try:
        return value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation:
        return None


def _shown(value: object) -> str:
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_shown(one) for one in value) + "]"
    return str(value)
