"""How text becomes a number, a date or a truth value: one way of writing each, and nothing guessed.

Pydantic alone reads `yes`, `on` and `1` as true, `1_000` and `1e3` as numbers, and `1700000000` as a date. Here
the form is checked first; pydantic then converts, a decimal from its text and never through a float.
"""

import re
from collections.abc import Callable
from typing import Any, Final, cast

from pydantic_core import CoreSchema, PydanticCustomError, core_schema

WRONG_FORM: Final = "wrong-form"
"""Type of the pydantic error for text that is not written as its setting asks; `expected` says how."""

_FORMS: Final[dict[str, tuple[re.Pattern[str], str]]] = {
    "bool": (re.compile(r"true|false"), "`true` or `false`"),
    "int": (re.compile(r"[+-]?(0|[1-9]\d*)", re.ASCII), "a whole number"),
    "decimal": (re.compile(r"[+-]?(0|[1-9]\d*)?(\.\d+)?(?<=\d)", re.ASCII), "a decimal number such as 0.10"),
    "date": (re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII), "a date such as 2026-10-31"),
    "time": (re.compile(r"\d{2}:\d{2}(:\d{2})?", re.ASCII), "a time such as 12:30"),
}
_TRUE: Final = frozenset({"yes", "y", "on", "1", "true", "t"})
_FALSE: Final = frozenset({"no", "n", "off", "0", "false", "f"})
_OPAQUE: Final = frozenset({"metadata", "default", "serialization", "expected", "members", "ref", "schema_ref"})


def expected_form(kind: str) -> str | None:
    """How a value of this pydantic kind is written, in words."""
    return _FORMS[kind][1] if kind in _FORMS else None


def nearest_form(kind: str, text: str) -> str | None:
    """The text as it was most likely meant, when that is beyond doubt: `yes` as `true`, `1_000` as `1000`."""
    word = text.strip().casefold()
    if kind == "bool":
        return "true" if word in _TRUE else "false" if word in _FALSE else None
    if kind in {"int", "decimal"}:
        plain = re.sub(r"(?<=\d)[_' \u00a0](?=\d{3})", "", word)
        plain = re.sub(r"^([+-]?)0+(?=\d)", r"\1", plain)
        return plain if plain != text and _FORMS[kind][0].fullmatch(plain) else None
    return None


def _checked(kind: str) -> Callable[[Any], Any]:
    pattern, expected = _FORMS[kind]

    def check(value: Any) -> Any:  # noqa: ANN401  (whatever stands at this place in the file)
        wrong_text = isinstance(value, str) and not pattern.fullmatch(value)
        inexact = isinstance(value, float) or (isinstance(value, bool) and kind != "bool")
        if wrong_text or inexact:
            meant = nearest_form(kind, value) if isinstance(value, str) else None
            raise PydanticCustomError(WRONG_FORM, "expected {expected}", {"expected": expected, "meant": meant})
        return value

    return check


_CHECKS: Final = {kind: _checked(kind) for kind in _FORMS}


def only_typed_text(schema: CoreSchema, stop_at: Callable[[type], bool]) -> CoreSchema:
    """The schema with every boolean, number and date behind a check of its form.

    A union takes the first of its types that fits: all input is text, so that pydantic's own choice of the type
    nearest to the input would make text of every number.

    Models for which `stop_at` is true have checked themselves and are left alone.
    """
    walked: CoreSchema = _walk(schema, stop_at)
    return walked


def _walk(part: Any, stop_at: Callable[[type], bool]) -> Any:  # noqa: ANN401  (schemas are nested dicts and lists)
    if isinstance(part, (list, tuple)):
        return type(part)(_walk(item, stop_at) for item in part)
    if not isinstance(part, dict):
        return part
    kind = part.get("type")
    if not isinstance(kind, str):  # names of fields or tags, not a schema
        return {name: _walk(below, stop_at) for name, below in part.items()}
    if kind in _CHECKS:
        return core_schema.no_info_before_validator_function(_CHECKS[kind], cast("CoreSchema", part))
    function = part.get("function")
    checked = isinstance(function, dict) and function.get("function") in _CHECKS.values()
    if checked or (kind == "model" and stop_at(part["cls"])):
        return part
    order = {"mode": "left_to_right"} if kind == "union" else {}
    return {name: below if name in _OPAQUE else _walk(below, stop_at) for name, below in part.items()} | order
