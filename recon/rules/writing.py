"""A pass written as YAML, the way it stands in a rule file, without what is said by default."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from recon.model.money import plain
from recon.rules.ruleset import Pass
from recon.rules.tolerance import Bounds

_PLAIN: Final = re.compile(r"[A-Za-z0-9_.][A-Za-z0-9_. +-]*[A-Za-z0-9_.]|[A-Za-z0-9_]")
"""Texts that need no quotes, not even between brackets."""


def pass_yaml(item: Pass) -> str:
    """The pass as an element of `passes:`, one line a setting."""
    settings = item.model_dump(exclude_defaults=True)
    lines = [f"{name}: {_text(value)}" for name, value in {"name": item.name, **settings}.items()]
    return "\n".join(f"  {'  ' if place else '- '}{line}" for place, line in enumerate(lines))


def pass_line(item: Pass) -> str:
    """The pass on one line, to be pasted after a dash under `passes:`."""
    return _text({"name": item.name, **item.model_dump(exclude_defaults=True)})


def setting_yaml(value: Any) -> str:  # noqa: ANN401  (a setting of whatever form)
    """One setting on one line; nothing for one that is not given."""
    if isinstance(value, Bounds):
        return plain(value.short) if value.short == value.over else _text(value.model_dump())
    return "" if value is None else _text(value)


def _text(value: Any) -> str:  # noqa: ANN401  (whatever a model dumps)
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_text(name)}: {_text(each)}" for name, each in value.items() if each is not None)
        return f"{{{inner}}}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_text, value))}]"
    if isinstance(value, Decimal):
        return plain(value)
    text = str(value)
    return text if _PLAIN.fullmatch(text) else "'" + text.replace("'", "''") + "'"
