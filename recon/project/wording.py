"""What pydantic found wrong, in our own words: what a setting expects and what stands there instead."""

import re
from collections.abc import Mapping
from typing import Any, Final

from recon.project.nodes import Steps
from recon.project.text_tree import Text, TextMapping, TextSequence
from recon.project.typed_text import WRONG_FORM, expected_form

_GROUP: Final = "settings (`name: value`)"
_LIST: Final = "a list"
_PATTERN: Final = "string_pattern_mismatch"
_BY_TYPE: Final[dict[str, str]] = {
    "string_type": "text",
    "string_too_short": "at least {min_length} characters",
    "string_too_long": "at most {max_length} characters",
    "list_type": _LIST,
    "tuple_type": _LIST,
    "set_type": _LIST,
    "frozen_set_type": _LIST,
    "dict_type": _GROUP,
    "mapping_type": _GROUP,
    "model_type": _GROUP,
    "model_attributes_type": _GROUP,
    "none_required": "nothing",
    "greater_than": "more than {gt}",
    "greater_than_equal": "{ge} or more",
    "less_than": "less than {lt}",
    "less_than_equal": "{le} or less",
    "multiple_of": "a multiple of {multiple_of}",
    "too_short": "at least {min_length} items",
    "too_long": "at most {max_length} items",
    "decimal_max_digits": "at most {max_digits} digits",
    "decimal_max_places": "at most {decimal_places} decimal places",
    "decimal_whole_digits": "at most {whole_digits} digits before the point",
    "time_zone_type": "a time zone such as Africa/Lagos",
}
_NAME: Final = "letters, digits and `_`"
_BY_PATTERN: Final[dict[str, str]] = {
    "[a-z][a-z0-9_]": f"small {_NAME}, a letter first",
    "[A-Za-z_][A-Za-z0-9_]": f"{_NAME}, no digit first",
    "[A-Z]{3}": "the code of a currency, such as NGN",
    "[A-Z]{2}": "the code of a country, such as NG",
    r"\d{9}": "9 digits",
    r"([01]\d|2[0-3]):[0-5]\d": "a time of day such as 22:00",
}
"""What a text that fits a pattern is, by the beginning of the pattern: nobody who pays agents reads patterns."""
_KINDS: Final = ("bool", "int", "decimal", "date", "time")
_CLIP: Final = 60


def expectation(kind: str, context: Mapping[str, Any]) -> str | None:
    """What the setting expects, for errors that say so; None for errors that explain themselves."""
    if kind == WRONG_FORM:
        return str(context["expected"])
    if words := allowed(kind, context):
        return f"`{words[0]}`" if len(words) == 1 else f"one of {', '.join(f'`{word}`' for word in words)}"
    if kind == _PATTERN:
        form = _bare(context)
        known = next((words for begins, words in _BY_PATTERN.items() if form.startswith(begins)), None)
        return known or f"text that fits the pattern `{context['pattern']}`"
    if kind in _BY_TYPE:
        singular = re.sub(
            r"\b1 (item|character|digit|decimal place)s\b", r"1 \1", _BY_TYPE[kind].format(**context)
        )
        return "text that is not empty" if singular == "at least 1 character" else singular
    stem = kind.split("_", 1)[0]
    return expected_form(stem) if stem in _KINDS else None


def takes_several(expected: str) -> bool:
    """Whether settings or a list are expected, of which the form alone does not say what to write."""
    return _GROUP in expected or _LIST in expected


def allowed(kind: str, context: Mapping[str, Any]) -> list[str]:
    """The words a setting allows, when it allows only certain words."""
    if kind == _PATTERN and (words := re.fullmatch(r"\(([a-z_|]+)\)", _bare(context))):
        return words[1].split("|")
    field = {"literal_error": "expected", "enum": "expected", "union_tag_invalid": "expected_tags"}.get(kind)
    return re.findall(r"'([^']*)'", str(context.get(field, ""))) if field else []


def _bare(context: Mapping[str, Any]) -> str:
    """The pattern that a text does not fit, without the marks of its ends."""
    return str(context["pattern"]).removeprefix("^").removesuffix("$")


def found(value: object) -> str:
    """What stands in the file, short enough for a sentence."""
    if value is None or value == "":
        return "nothing"
    if isinstance(value, Text):
        line = " ".join(value.split())
        return f"`{line if len(line) <= _CLIP else line[:_CLIP] + '…'}`"
    if isinstance(value, TextMapping):
        return "settings" if value else "no settings"
    if isinstance(value, TextSequence):
        return {0: "an empty list", 1: "a list of 1 item"}.get(len(value), f"a list of {len(value)} items")
    return f"`{value}`"


def subject(steps: Steps) -> str:
    """What a message is about: the setting by name, or an item of a list by position, counted from 1."""
    if not steps:
        return "the file"
    last = steps[-1]
    if isinstance(last, str):
        return f"`{last}`"
    named = next((step for step in reversed(steps) if isinstance(step, str)), None)
    return f"item {last + 1} of `{named}`" if named else f"item {last + 1}"


def plain_message(message: str) -> str:
    """The sentence of a validator, without what pydantic puts before it."""
    for prefix in ("Value error, ", "Assertion failed, "):
        message = message.removeprefix(prefix)
    return message
