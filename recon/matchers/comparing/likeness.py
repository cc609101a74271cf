"""Names that are alike: how much two have in common, and which units share enough to be compared at all.

A plain name is a text in capitals without accents, signs and words of company forms, its words each once and sorted.
How much two have in common is a whole number of hundredths: parts (words, or runs of three characters) that both have,
of the parts of both or of the shorter. Units are brought together by parts that they share, so that every pair that is
alike enough is found, and no others are compared.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from recon.engines.expressions import Column, Expression, call, literal
from recon.engines.relations import Relation, aggregate, join, name_parts
from recon.engines.types import TEXT
from recon.matchers.comparing.blocks import Held, blocks, in_tried
from recon.matchers.comparing.keys import column
from recon.rules.similar import Similar

NAME: Final = "name"
ALL: Final = 100


def plain_name(similar: Similar, text: str) -> Expression:
    """The plain name that a column or expression of an entry says; absent when nothing is left of it."""
    return call("plain_name", column(text), *map(literal, similar.silent))


@dataclass(frozen=True)
class Likeness:
    """The gate of names: what two plain names must have in common."""

    similar: Similar

    def score(self, left: Expression, right: Expression) -> Expression:
        """How much two plain names have in common, from 0 to 100."""
        short = "_of_shorter" if self.similar.of == "shorter" else ""
        return call(f"like_{self.similar.parts}{short}", left, right)

    @property
    def between(self) -> Expression:
        """How much the names of two units have in common."""
        return self.score(Column(TEXT, NAME, "l"), Column(TEXT, NAME, "r"))

    @property
    def gate(self) -> Expression:
        """Whether they have enough in common."""
        return call("ge", self.between, literal(self.similar.at_least))

    @property
    def missing(self) -> Expression:
        """How much they lack of being the same, so that less is better."""
        return call("sub", literal(ALL), self.between)

    def together(self, left: Relation, right: Relation, names: Sequence[str], held: Held) -> Relation:
        """The pairs of units (`cl`, `cr`) that agree in some columns and share a part of their names, each once.

        `left` may hold a unit several times with other values of these columns.
        """
        agree = [*names, "part"]
        one, other = (
            held(name, self._parts(units, names)) for name, units in (("ones", left), ("others", right))
        )
        found = held("blocks", blocks(one, other, agree))
        one, other = (in_tried(units, found, agree) for units in (one, other))
        pairs = join(
            one,
            other,
            [(one.of("l", name), other.of("r", name)) for name in agree],
            {"cl": one.of("l", "uid"), "cr": other.of("r", "uid")},
        )
        return held("together", aggregate(pairs, {name: pairs[name] for name in ("cl", "cr")}))

    def _parts(self, units: Relation, names: Sequence[str]) -> Relation:
        """Units once per part of their name: `uid`, the columns in which they must agree, `part`."""
        named = aggregate(units, {name: units[name] for name in ("uid", NAME)})
        parts = name_parts(named, "uid", named[NAME], trigrams=self.similar.parts == "trigrams")
        kept: dict[str, Expression] = {name: units.of("l", name) for name in ("uid", *names)}
        same = [(units.of("l", "uid"), parts.of("r", "uid"))]
        return join(units, parts, same, {**kept, "part": parts.of("r", "part")})

    @property
    def told(self) -> Expression:
        """What is told of a match, as JSON members: how much the names have in common, and their shared words."""
        left, right = Column(TEXT, f"left_{NAME}"), Column(TEXT, f"right_{NAME}")
        score, shared = self.score(left, right), call("shared_words", left, right)
        return call("concat", literal('"alike":'), call("as_text", score), literal(',"shared":'), shared)
