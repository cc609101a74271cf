"""Global options may stand anywhere on the command line: those after the command are put before it."""

from collections.abc import Sequence
from typing import Final

from typer.core import TyperCommand, TyperGroup, TyperOption

FLAGS: Final = frozenset({"--quiet", "-q", "--verbose", "-v", "-vv"})
VALUED: Final = frozenset({"--project", "--log-format"})
_END: Final = "--"


def global_first(argv: Sequence[str], top: TyperGroup) -> list[str]:
    """The words of a command line with its global options at the front.

    A command keeps an option that it has itself, and the word after an option of its own that takes a value. After
    `--` words are left as they are.
    """
    start, own = _command(argv, top)
    front, rest = list(argv[:start]), list[str]()
    words = iter(argv[start:])
    for word in words:
        name, _, value = word.partition("=")
        if word == _END:
            rest += [word, *words]
        elif name in own:
            rest.append(word)
            if own[name] and not value:
                rest += [taken for taken in [next(words, None)] if taken is not None]
        elif word in FLAGS or (value and name in VALUED):
            front.append(word)
        elif word in VALUED:
            front += [word, *(taken for taken in [next(words, None)] if taken is not None)]
        else:
            rest.append(word)
    return front + rest


def _command(argv: Sequence[str], top: TyperGroup) -> tuple[int, dict[str, bool]]:
    """Where the command begins, and its own options, each with whether it takes a value."""
    position, start = 0, len(argv)
    found: TyperGroup | TyperCommand = top
    while position < len(argv) and isinstance(found, TyperGroup):
        word = argv[position]
        if not word.startswith("-"):
            start = min(start, position)
            inner = found.commands.get(word)
            if not isinstance(inner, (TyperGroup, TyperCommand)):
                break
            found = inner
        position += 2 if word in VALUED else 1
    options = [one for one in found.params if isinstance(one, TyperOption)] if found is not top else []
    return start, {name: not one.is_flag for one in options for name in (*one.opts, *one.secondary_opts)}
