"""Passes that rest on names that are alike, or on a condition over both entries: as written, and what they refuse."""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Final, Literal

from pydantic import Field

from recon.engines.gate import PredicateProblem
from recon.engines.pair_condition import PairCondition
from recon.engines.types import columns_of
from recon.model.tables import ENTRIES
from recon.project.models import ConfigModel, Fault, refuse
from recon.rules.tolerance import Within

COMPANY_FORMS: Final = (
    "AB", "AG", "AND", "APS", "AS", "BV", "CO", "COMPANY", "CORP", "CORPORATION", "CV", "EOOD", "GMBH", "INC",
    "INCORPORATED", "KFT", "KG", "LDA", "LIMITED", "LLC", "LLP", "LP", "LTD", "LTDA", "NV", "OHG", "OOD", "OY", "PLC",
    "PTE", "PTY", "SA", "SARL", "SAS", "SL", "SPA", "SRL", "SRO", "THE", "UG",
)  # fmt: skip
"""Words that say what a company is and not which; they are left out of names before names are compared."""
ENTRY: Final = tuple(columns_of(ENTRIES).items())


class Similar(ConfigModel):
    """Names or texts that need not be equal, but have most of their words in common."""

    left: str = Field(description="The name on the left: a column, or an expression over one entry.")
    right: str = Field(description="The name on the right.")
    at_least: Annotated[int, Field(ge=1, le=100)] = Field(
        default=70, description="How much they must have in common, in whole hundredths."
    )
    parts: Literal["words", "trigrams"] = Field(
        default="words",
        description="What is counted: whole words, or runs of three characters, which forgive typing errors.",
    )
    of: Literal["both", "shorter"] = Field(
        default="both",
        description="What it is a share of: all parts of `both`, each shared one counting twice, or the parts of the "
        "`shorter`, for a name that stands in a longer text.",
    )
    ignore_words: tuple[str, ...] = Field(
        default=(),
        description="Words that say nothing here, beside those of company forms such as LTD and GMBH.",
    )

    @cached_property
    def silent(self) -> tuple[str, ...]:
        """The words that are left out of names, in capitals."""
        return tuple(sorted({*COMPANY_FORMS, *(word.upper() for word in self.ignore_words)}))


def condition_of(where: str) -> PairCondition:
    """A condition over both entries, taken apart.

    Raises:
        PredicateProblem: the text is none.
    """
    from recon.engines.pair_gate import parse_pair  # it brings the parser

    return parse_pair(where, ENTRY)


def check_similar(
    grouped: Mapping[str, tuple[str, ...]], similar: Similar, others: Mapping[str, object]
) -> None:
    """Refuse what cannot stand beside `similar:`; `grouped` are the columns of the groups of each side.

    Raises:
        PydanticCustomError: with every fault, each at its place in the pass.
    """
    faults = [
        Fault(f"`{name}` cannot stand beside `similar`", (name,), "give it a pass of its own")
        for name, value in others.items()
        if value
    ]
    for side, keys in grouped.items():
        if keys and getattr(similar, side) not in keys:
            faults.append(
                Fault(
                    f"the entries of a {side} group may have several names",
                    ("similar", side),
                    f"add {getattr(similar, side)} to group: {side}:",
                )
            )
    if faults:
        refuse(*faults)


def check_where(
    grouped: Mapping[str, tuple[str, ...]],
    where: str,
    same: object,
    within: Within,
    others: Mapping[str, object],
) -> None:
    """Refuse a condition that would be tried on every pair of entries, or that a group cannot answer.

    Raises:
        PydanticCustomError: with every fault, each at its place in the pass.
    """
    try:
        condition = condition_of(where)
    except PredicateProblem as problem:
        refuse(Fault(problem.message, ("where",), problem.hint, "expression"))
    faults = [
        Fault(f"`{name}` cannot stand beside `where`", (name,), "give it a pass of its own")
        for name, value in others.items()
        if value
    ]
    bounded = within.amount is not None and within.days is not None
    if not (condition.equal or same or any(grouped.values()) or bounded):
        faults.append(
            Fault(
                "nothing brings two entries together before the condition is tried: every entry of the left would be "
                "compared with every one of the right",
                ("where",),
                "add an equality such as left.ref_bank = right.ref_end_to_end, or same:, or within: with amount and "
                "days",
            )
        )
    for side, keys in grouped.items():
        read = {column.name for column in condition.read("l" if side == "left" else "r")}
        if keys and (other := sorted(read - {*keys, "amount"})):
            faults.append(
                Fault(
                    f"`{side}.{other[0]}` may differ between the entries of a {side} group",
                    ("where",),
                    f"use the group's own columns ({', '.join(keys)}) or {side}.amount, which is their sum",
                )
            )
    if faults:
        refuse(*faults)
