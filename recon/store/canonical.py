"""Canonical JSON: one text per value, so that a hash of the text is a hash of the value."""

import hashlib
import json
import re
from collections.abc import Mapping

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def canonical(value: object) -> str:
    """The value as JSON with sorted keys and no blanks; the same value always gives the same text.

    Amounts must come as text: a float is refused, because two machines may write one float differently.

    Raises:
        TypeError: the value holds a float, a key that is no text, or something JSON has no form for.
    """
    _refuse_floats(value, "value")
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    # A file name that is no UTF-8 arrives with lone surrogates, which cannot be written as they are.
    return _LONE_SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def sha256_of_value(value: object) -> str:
    """The SHA-256 of the value's canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def _refuse_floats(value: object, where: str) -> None:
    if isinstance(value, float):
        raise TypeError(f"{where} is a float; write amounts as text")
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise TypeError(f"{where} has the key {key!r}, which is no text")
            _refuse_floats(inner, f"{where}.{key}")
    elif isinstance(value, list | tuple):
        for position, inner in enumerate(value):
            _refuse_floats(inner, f"{where}[{position}]")
