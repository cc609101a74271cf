"""Refusals: what an expression may not say, each with the reason and what to write instead."""

from collections.abc import Collection
from itertools import product

from sqlglot import exp

from recon.engines.expressions import Call, Column, Expression, Literal
from recon.engines.gate import PredicateProblem
from recon.model.closed import never_said
from recon.project.suggest import did_you_mean

MEANINGLESS = {"safe", "coalesce", "ignore_nulls", "single_replace", "null_if_pos_overflow"}
"""What the parser notes beside a function's values and what changes nothing here."""
SHOWN = 80
KNOWN = (
    "contains", "starts_with", "ends_with", "regexp_matches", "regexp_extract", "regexp_replace", "left", "right",
    "upper", "lower", "trim", "length", "concat", "coalesce", "least", "greatest", "abs", "days", "add_days",
    "without_zeros", "day_of",
)  # fmt: skip
COMPARING = {"eq", "ne", "in"}
_COMPARISONS = (exp.EQ, exp.NEQ, exp.In)
ALLOWED = (
    "use columns, constants, comparisons, AND, OR, NOT, + - *, CASE, and functions such as left, upper, contains, "
    "regexp_extract, days"
)


def check_rest(node: exp.Expr, operation: str, parts: list[str]) -> None:
    """Refuse what a function was given beyond the values that it takes here; it would mean nothing in silence."""
    rest = {name for name, value in node.args.items() if value not in (None, False, []) and name not in parts}
    rest -= MEANINGLESS
    if operation == "rx_all" and _text(node.args.get("modifiers")) == "g":
        rest.discard("modifiers")  # every place is replaced anyway
    if operation == "rx_get" and _text(node.args.get("group")) in {"0", "1"}:
        rest.discard("group")  # what is kept is the first group, also where none was named
    if rest:
        hint = {
            **dict.fromkeys(
                ("rx_is", "rx_get", "rx_all"),
                "no flags and no positions; begin the pattern with (?i) to ignore capitals",
            ),
            "trim": "trim(x) takes blanks off both ends and nothing else; use regexp_replace for more",
        }.get(operation, ALLOWED)
        raise PredicateProblem(f"`{shown(node)}` is given more than it takes", hint, offset_of(node))


def instead_of(node: exp.Column, columns: Collection[str]) -> str:
    """What to write instead of a column that there is not: the nearest one, or a text, which stands in quotes."""
    near = did_you_mean(node.name, columns)
    if not node.table and isinstance(node.parent, _COMPARISONS) and node is not node.parent.this:
        return f"a text stands in quotes: '{node.name}'{f'; {near}' if near else ''}"
    return near or f"the columns are {', '.join(sorted(columns))}"


def check_words(expression: Expression, node: exp.Expr, columns: Collection[str]) -> None:
    """Refuse to compare the type or status of an entry with a word that none ever has: it would never hold."""
    if not isinstance(expression, Call) or expression.operation not in COMPARING or "type_raw" not in columns:
        return
    names = [one.name for one in expression.arguments if isinstance(one, Column)]
    words = [one.value for one in expression.arguments if isinstance(one, Literal)]
    for name, word in product(names, words):
        if isinstance(word, str) and (told := never_said(name, word)):
            raise PredicateProblem(*told, offset_of(node))


def _text(node: object) -> str | None:
    return str(node.this) if isinstance(node, exp.Literal) else None


def check_count(count: Expression, node: exp.Expr) -> None:
    """How many characters to take is a number above zero: engines read others differently."""
    if not isinstance(count, Literal) or not isinstance(count.value, int) or count.value < 1:
        raise PredicateProblem(f"`{shown(node)}` does not say how many characters", "write a number from 1 on")


def shown(node: exp.Expr) -> str:
    """The node as text, cut where it is long: some functions are written out by the parser."""
    text = " ".join(node.sql(dialect="duckdb").split())
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def refused(node: exp.Expr) -> PredicateProblem:
    """The refusal of a node that is not on the list."""
    text = shown(node)
    if isinstance(node, exp.Div):
        return PredicateProblem(
            f"`{text}`: division is not exact", "multiply by a decimal, or compare products", offset_of(node)
        )
    name = str(node.this) if isinstance(node, exp.Anonymous) else ""
    near = did_you_mean(name, KNOWN) if name else None
    return PredicateProblem(f"`{text}` is not allowed in an expression", near or ALLOWED, offset_of(node))


def offset_of(node: exp.Expr) -> int | None:
    """Where in the text (from 0) a node begins, as far as its names tell."""
    starts = [
        int(inner.meta["start"])
        for inner in node.find_all(exp.Identifier)
        if inner.meta.get("start") is not None
    ]
    return min(starts, default=None)
