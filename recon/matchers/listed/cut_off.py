"""References that a text names by their beginning: a bank cuts texts off at the length of its field.

Only the end of a text can be cut off, and only where the text names another reference before it. Few characters may be
missing, and what is left must prove something by itself: a beginning is that of many references.
"""

from collections.abc import Sequence
from typing import Final

from recon.engines.expressions import Expression, any_of, call, literal
from recon.engines.relations import (
    Measure,
    Relation,
    aggregate,
    join,
    select,
    union,
    where,
    within,
    without,
    words,
)  # fmt: skip
from recon.matchers.comparing.blocks import Held
from recon.matchers.comparing.keys import RUN_OF_WORDS
from recon.matchers.listed.telling import is_telling

MOST_MISSING: Final = 3
"""Characters that are missing at the most: with each of them ten times as many references begin so."""
MOST_BEGUN: Final = 400
"""References that begin as the end of a text does; of more, none is taken."""
_LAST_WORDS: Final = f"((?:[A-Z0-9]+[^A-Z0-9]+){{0,{RUN_OF_WORDS - 1}}}[A-Z0-9]+)[^A-Z0-9]*$"


def cut_ends(texts: Relation, hits: Relation, held: Held) -> Relation:
    """The runs of words (`one`, `word`) that end a text and may be the beginning of a reference.

    `texts` (`uid`, `text`) name the `hits` (`one`, `word`) whole.
    """
    ends = held("listed_ends", _ends(within(texts, hits, uid="one")))
    is_whole = within(ends, hits, one="one", word="word")
    return where(without(ends, is_whole, one="one"), is_telling(ends["word"]))


def begun(cut: Relation, names: Relation, keys: Sequence[str], held: Held) -> Relation:
    """The entries (`one`, `uid`, `word`, `alike`) whose reference the end of a text (`one`, `word`, `keys`) begins.

    The `names` (`uid`, `word`, `alike`, `keys`) are those that may be meant.
    """
    begins = union(*(_beginnings(names, keys, missing) for missing in range(1, MOST_MISSING + 1)))
    equal = [(cut.of("l", "word"), begins.of("r", "begins"))]
    equal += [(cut.of("l", name), begins.of("r", name)) for name in keys]
    columns: dict[str, Expression] = {"one": cut.of("l", "one")}
    columns |= {name: begins.of("r", name) for name in ("uid", "word", "alike")}
    met = held("listed_begun", join(cut, begins, equal, columns))
    counted = aggregate(met, {"one": met["one"]}, Measure("n", "count"))
    return within(met, where(counted, call("le", counted["n"], literal(MOST_BEGUN))), one="one")


def meant(named: Relation, is_begun: Expression, ones: Relation) -> Relation:
    """What texts name; of the entries that their end begins (`is_begun`) the only one, or those that meet the sum."""
    whole, cut = where(named, call("not", is_begun)), where(named, is_begun)
    free, open_ = (where(rows, call("eq", rows["free"], literal(1))) for rows in (whole, cut))
    summed = aggregate(free, {"one": free["one"]}, Measure("sum", "sum", free["amount"]))
    counted = aggregate(open_, {"one": open_["one"]}, Measure("n", "count"))
    wanted = join(
        summed,
        ones,
        [(summed.of("l", "one"), ones.of("r", "uid"))],
        {**{n: summed.of("l", n) for n in ("one", "sum")}, **{n: ones.of("r", n) for n in ("low", "high")}},
    )
    asked = join(
        wanted,
        counted,
        [(wanted.of("l", "one"), counted.of("r", "one"))],
        {**{name: wanted.of("l", name) for name in wanted.schema}, "n": counted.of("r", "n")},
    )
    total = call("add", open_.of("l", "amount"), asked.of("r", "sum"))
    fits = any_of(
        call("eq", asked.of("r", "n"), literal(1)),
        call("between", total, asked.of("r", "low"), asked.of("r", "high")),
    )
    same = [(open_.of("l", "one"), asked.of("r", "one"))]
    found = join(open_, asked, same, {name: open_.of("l", name) for name in named.schema}, fits)
    return union(whole, found)


def _ends(texts: Relation) -> Relation:
    """The runs of words (`one`, `word`) that end a text."""
    last = call("rx_get", call("upper", texts["text"]), literal(_LAST_WORDS))
    tails = select(texts, {"uid": texts["uid"], "last": last})
    runs = words(tails, "uid", tails["last"], RUN_OF_WORDS, apart=True)
    blank = literal(" ")
    plain = call("rx_all", tails.of("r", "last"), literal("[^A-Z0-9]+"), blank)
    ended = call("ends_with", call("concat", blank, plain), call("concat", blank, runs.of("l", "run")))
    columns: dict[str, Expression] = {"one": runs.of("l", "uid"), "word": runs.of("l", "word")}
    return join(runs, tails, [(runs.of("l", "uid"), tails.of("r", "uid"))], columns, ended)


def _beginnings(names: Relation, keys: Sequence[str], missing: int) -> Relation:
    """The references without their last characters, as `begins`."""
    length = call("length", names["word"])
    long_enough = where(names, call("gt", length, literal(missing)))
    shown: dict[str, Expression] = {name: names[name] for name in ("uid", "word", "alike", *keys)}
    shown["begins"] = call("first", names["word"], call("sub", length, literal(missing)))
    return select(long_enough, shown)
