r"""Regular expressions that every engine reads alike: what is refused, and how the rest is written.

The common ground is RE2 (DuckDB) and Java (Spark). What only one of them knows is refused; `$`, which Java also
matches before a last line break, is written as `\z`, which is the end of the text everywhere.
"""

import re
from functools import cache

import duckdb

from recon.engines.expressions import Expression, Literal, literal
from recon.engines.gate import PredicateProblem

NOT_PORTABLE = re.compile(r"\(\?(?!:|i\)|i:)|\\[0-9pPzZvuUNQEGKXRhHk]|[*+?}]\+")
IN_CLASS = re.compile(r"\[|&&|\\[bB]")
EXAMPLE = "'ORDER ([0-9]+)'"
HINT = "no look-around, back references, named groups, flags but (?i), possessive repeats, \\p or [[:classes:]]"


@cache
def portable(pattern: str) -> str:
    """The pattern as every engine reads it.

    Raises:
        PredicateProblem: it is no regular expression, or engines read it differently.
    """
    outside, written = [], []
    for text, is_class in _parts(pattern):
        inner = text[2 if text.startswith("[^") else 1 : -1]
        if is_class and (found := IN_CLASS.search(inner)):
            raise _differently(found[0])
        outside.append("[]" if is_class else text)
        written.append(text if is_class else _with_end(text))
    if found := NOT_PORTABLE.search("".join(outside)) or NOT_PORTABLE.search(_escapes(pattern)):
        raise _differently(found[0])
    try:
        re.compile(pattern)
        _database().execute("SELECT regexp_matches('', ?)", ["".join(written)])
    except (re.error, duckdb.Error) as error:
        said = str(error).removeprefix("Invalid Input Error: ").splitlines()[0]
        raise PredicateProblem(
            f"the regular expression is wrong: {said}", "check its brackets and repeats"
        ) from error
    return "".join(written)


@cache
def _database() -> duckdb.DuckDBPyConnection:
    """A database that reads patterns; to open one for each takes longer than all of them."""
    return duckdb.connect(":memory:", config={"threads": 1})


def pattern_of(written: Expression, *, keeps: bool) -> Expression:
    """A pattern that was written out, as every engine reads it; with `keeps`, one that says what to take out.

    Raises:
        PredicateProblem: it is no constant, or no portable regular expression.
    """
    if not isinstance(written, Literal) or not isinstance(written.value, str):
        raise PredicateProblem("a regular expression must be written out as a text", f"such as {EXAMPLE}")
    text = portable(written.value)
    if keeps and not re.compile(written.value).groups:
        hint = f"put that part in brackets, such as {EXAMPLE}"
        raise PredicateProblem("the regular expression does not say what to take out", hint)
    return literal(text)


def replacement_of(written: Expression) -> Expression:
    """A replacement that was written out.

    Raises:
        PredicateProblem: it is no constant, or some engine takes it for more than text.
    """
    if not isinstance(written, Literal) or not isinstance(written.value, str):
        raise PredicateProblem("a replacement must be written out as a text", "such as '' or '-'")
    if found := re.search(r"[\\$]", written.value):
        raise PredicateProblem(
            f"the replacement holds `{found[0]}`, which engines read differently",
            "a replacement is plain text; take parts out with regexp_extract and join them with ||",
        )
    return written


def _differently(text: str) -> PredicateProblem:
    return PredicateProblem(f"the regular expression uses `{text}`, which engines read differently", HINT)


def _parts(pattern: str) -> list[tuple[str, bool]]:
    """The pattern cut at its character classes: text, and whether it is a class."""
    parts, position = [], 0
    for found in re.finditer(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", pattern, re.DOTALL):
        if found[0].startswith("["):
            parts.append((pattern[position : found.start()], False))
            parts.append((found[0], True))
            position = found.end()
    return [*parts, (pattern[position:], False)]


def _with_end(text: str) -> str:
    return re.sub(r"(\\.)|\$", lambda found: found[1] or r"\z", text, flags=re.DOTALL)


def _escapes(pattern: str) -> str:
    """The escapes alone, those inside classes too."""
    return " ".join(re.findall(r"\\.", pattern, re.DOTALL))
