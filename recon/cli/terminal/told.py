"""What commands print of breaks, matches and explanations: lines with colour, or JSON."""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from recon.model.accounts import ACCOUNT_KEYS, masked
from recon.model.safe_text import printable
from recon.outputs.told import STYLES, Line

if TYPE_CHECKING:
    from recon.runs.decisions import Decision


def print_lines(lines: Iterable[Line]) -> None:
    """Print lines to stdout, with colour where it is a terminal."""
    from rich.console import Console
    from rich.text import Text

    console = Console(file=sys.stdout, highlight=False, soft_wrap=True)
    for style, line in lines:
        text = Text(printable(line))
        if style:
            indent = len(line) - len(line.lstrip())
            end = len(line) if style in {"head", "dim"} else indent + 3
            text.stylize(STYLES[style], indent, end)
        console.print(text)


def print_facts(facts: Any, *, unmasked: bool) -> None:  # noqa: ANN401  (any dataclass of facts)
    """Print a dataclass as JSON, amounts as text; account numbers are masked on a terminal unless told otherwise."""
    from recon.cli.terminal.listing import print_json

    document = facts if isinstance(facts, Mapping) else asdict(facts)
    hide = sys.stdout.isatty() and not unmasked
    print_json(_masked(document) if hide else document)


def _masked(value: Any) -> Any:  # noqa: ANN401  (whatever JSON holds)
    if isinstance(value, Mapping):
        return {
            name: masked(inner) if name in ACCOUNT_KEYS and isinstance(inner, str) else _masked(inner)
            for name, inner in value.items()
        }
    return [_masked(inner) for inner in value] if isinstance(value, (list, tuple)) else value


def decision_words(one: "Decision") -> str:
    """A decision in one line: what, by whom, when, why."""
    return f"{one.verdict.capitalize()} by {one.by}, {one.at}: {one.reason}"
