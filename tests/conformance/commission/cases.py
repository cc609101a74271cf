"""Cases: read from the acceptance folder, translated by model name, compared key by key."""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
Given = Mapping[str, Any]
Answer = dict[str, Any]
Translator = Callable[[Given, Given], Answer]
TRANSLATORS: dict[str, Translator] = {}


@dataclass(frozen=True)
class Case:
    """One case of the corpus."""

    id: str
    model: str
    params: Given
    inputs: Given
    expected: Given


def acceptance() -> Path:
    return Path(os.environ.get("RECON_ACCEPTANCE", ROOT.parent / "shared" / "acceptance"))


def cases() -> list[Case]:
    path = acceptance() / "commission.jsonl"
    if not path.exists():
        return []
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [Case(row["id"], row["model"], row["params"], row["inputs"], row["expected"]) for row in rows]


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
