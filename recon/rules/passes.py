"""One pass of a rule set as the analyst writes it: what makes entries the same money, and how far apart they may be.

This is the author's form. What a pass computes is compiled in `recon.matchers`; nothing here runs.
"""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from recon.model.sides import Side
from recon.project.models import ConfigModel, Fault, refuse
from recon.rules.likely import Likely, check_likely
from recon.rules.lists import check_in_text, check_lists
from recon.rules.similar import Similar, check_similar, check_where, condition_of
from recon.rules.subset import Subset, check_subset
from recon.rules.tolerance import Within

Ignorable = Literal["case", "separators", "leading_zeros"]
MoneyColumn = Literal["amount", "gross", "net", "fee", "tax", "original_amount"]
EXPECTED_NET = "expected_net"
Compared = MoneyColumn | Literal["expected_net"]
REFERENCE_COLUMNS = (
    "ref_end_to_end", "ref_bank", "ref_merchant", "ref_processor", "ref_original", "ref_payout",
    "payout_id", "statement_id", "remittance",
)  # fmt: skip


class Compare(ConfigModel):
    """Which amount of each side is compared."""

    left: Compared = Field(default="amount", description="Amount of the left side.")
    right: Compared = Field(default="amount", description="Amount of the right side.")
    card: str | None = Field(
        default=None,
        description="The rate card by which `expected_net` is the amount less what it should cost.",
    )

    @model_validator(mode="after")
    def _card_is_needed(self) -> "Compare":
        wants = EXPECTED_NET in {self.left, self.right}
        if wants and self.card is None:
            refuse(Fault("`expected_net` needs a rate card", ("card",), "write card: and the name of one"))
        if self.card is not None and not wants:
            refuse(
                Fault("no amount here is made by a rate card", ("card",), "write left: expected_net, or right:")
            )
        return self

    def column(self, side: Side) -> str:
        """The column of the compared amount; a card's has the card's name."""
        chosen = self.left if side == "left" else self.right
        return f"net_{self.card}" if chosen == EXPECTED_NET else chosen

    def of(self, side: Side) -> "Compare":
        """The amount of one side, on both."""
        chosen = self.left if side == "left" else self.right
        return self.model_copy(update={"left": chosen, "right": chosen})


class Normalise(ConfigModel):
    """What is not told apart when references are compared."""

    ignore: tuple[Ignorable, ...] = Field(
        default=(),
        description="case: aB = AB. separators: only letters and digits count. leading_zeros: 007 = 7.",
    )
    first: Annotated[int, Field(ge=3, le=200)] | None = Field(
        default=None,
        description="Compare only the first n characters. Entries whose references go on differently are suggested "
        "for each other, unless `confirm: automatic` is said.",
    )


class Groups(ConfigModel):
    """What makes a group on each side; a side that is not named is compared entry by entry."""

    left: str | tuple[str, ...] | None = Field(
        default=None, description="Columns that make a group on the left."
    )
    right: str | tuple[str, ...] | None = Field(
        default=None, description="Columns that make a group on the right."
    )

    def keys(self, side: Side) -> tuple[str, ...]:
        """The columns of a side's groups."""
        value = self.left if side == "left" else self.right
        if value is None:
            return ()
        return (value,) if isinstance(value, str) else value


class Offset(ConfigModel):
    """Entries of one side that undo each other, such as a reversal and its original."""

    side: Side = Field(description="The side whose entries are set off against each other.")
    same: tuple[str, ...] = Field(description="Columns in which the two must agree.", min_length=1)


class Only(ConfigModel):
    """Which entries a pass looks at."""

    left: str | None = Field(default=None, description="A condition over the entries of the left side.")
    right: str | None = Field(default=None, description="A condition over the entries of the right side.")


class Pass(ConfigModel):
    """One way of finding matches. A confirmed match takes its entries out of the passes after it."""

    name: Annotated[str, Field(min_length=3, max_length=80)] = Field(description="What an analyst calls it.")
    same: tuple[str, ...] | dict[str, str] | None = Field(
        default=None,
        description="Columns that must be equal: [ref_merchant], or {left column: right column}. "
        "An expression such as left(ref_bank, 12) may stand for a column.",
    )
    group: Groups | None = Field(default=None, description="Sum entries by key before comparing.")
    contains: dict[str, str] | None = Field(
        default=None,
        description="One text holds the other's reference as whole words, {right.remittance: left.payout_id}.",
    )
    lists: dict[str, str] | None = Field(
        default=None,
        description="One text names several references of the other side, whose entries add up to it, "
        "{right.remittance: left.ref_merchant}.",
    )
    similar: Similar | None = Field(
        default=None,
        description="Names that have most of their words in common, {left: counterparty_name, right: remittance}.",
    )
    where: str | None = Field(
        default=None,
        description="A condition over both entries, such as left.ref_bank = right.remittance and left.net > 0.",
    )
    offset: Offset | None = Field(default=None, description="Set entries of one side off against each other.")
    subset: Subset | None = Field(
        default=None,
        description="Several entries that add up to one of the other side, or to several, without a key.",
    )
    likely: Likely | None = Field(
        default=None,
        description="What other passes leave, by all that speaks for a pair; only suggested, best last of all passes.",
    )
    within: Within = Field(default_factory=Within, description="How far apart amounts and dates may be.")
    normalise: Normalise = Field(
        default_factory=Normalise,
        description="What is not told apart in the columns under `same` and `group`; of `lists` only leading zeros.",
    )
    compare: Compare | MoneyColumn | None = Field(
        default=None, description="Which amount is compared; the rule set's without."
    )
    only: Only = Field(default_factory=Only, description="Which entries the pass looks at; all without.")
    confirm: Literal["automatic", "suggest"] | None = Field(
        default=None,
        description="Whether matches count at once or wait for a person. Without a reference to rest on, "
        "a pass suggests unless told otherwise.",
    )
    ambiguous: Literal["suggest", "first"] = Field(
        default="suggest",
        description="What to do with equally good candidates that are no twins: list them, or take the first.",
    )

    @model_validator(mode="after")
    def _says_what_it_compares(self) -> "Pass":
        if self.likely is not None:
            others = {
                name: getattr(self, name)
                for name in ("group", "contains", "lists", "similar", "where", "offset", "subset")
            }
            check_likely(self.likely, self.within, self.confirm, others)
            return self
        if self.subset is not None:
            check_subset(self.subset, self.within, self.same, {**self._of_pairs, "lists": self.lists})
            return self
        if self.lists is not None:
            check_lists(self.lists, {**self._of_pairs, "normalise": self.normalise.first})
            return self
        if self.offset is not None:
            if self.same or self.group or self.contains or self.similar or self.where:
                refuse(Fault("`offset` stands alone", ("offset",), "put the columns under offset: same:"))
            return self
        said = (self.same, self.group, self.contains, self.similar, self.where, self.within.days)
        if not (any(said) or self.within.amount is not None):
            refuse(
                Fault(
                    "the pass does not say what makes two entries the same",
                    hint="give it same:, group:, contains:, lists:, similar:, where:, offset:, or within: with amount "
                    "and days",
                )
            )
        if self.contains is not None:
            check_in_text("contains", self.contains)
        if self.group is not None:
            _check_groups(self)
        groups = self.group or Groups()
        grouped = {"left": groups.keys("left"), "right": groups.keys("right")}
        if self.similar is not None:
            check_similar(grouped, self.similar, {"contains": self.contains, "where": self.where})
        if self.where is not None:
            check_where(grouped, self.where, self.same, self.within, {"contains": self.contains})
        return self

    @property
    def _of_pairs(self) -> dict[str, object]:
        """What only passes say that bring two units together, by name."""
        first = self.ambiguous if self.ambiguous != "suggest" else None
        names = ("group", "contains", "similar", "where", "offset")
        return {**{name: getattr(self, name) for name in names}, "ambiguous": first}

    @property
    def kind(self) -> str:
        """The kind of pass: offset, likely, subset, lists, similar, where, group, contains, same or within."""
        for kind in ("offset", "likely", "subset", "lists", "similar", "where", "group", "contains", "same"):
            if getattr(self, kind):
                return kind
        return "within"

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """Left and right expressions that must be equal, group keys included."""
        same = self.same or ()
        pairs = tuple(same.items()) if isinstance(same, dict) else tuple((name, name) for name in same)
        if self.group is not None:
            left, right = self.group.keys("left"), self.group.keys("right")
            if left and right:
                pairs += tuple(zip(left, right, strict=True))
        return pairs

    @property
    def rests_on_reference(self) -> bool:
        """Whether some key is a reference rather than a name, a type or a day."""
        if self.contains or self.lists or self.offset:
            return True
        texts = [text for pair in self.keys for text in pair]
        for pair in condition_of(self.where).equal if self.where else ():
            texts += [column.name for part in pair for column in part.columns()]
        return any(reference in text for text in texts for reference in (*REFERENCE_COLUMNS, "attributes"))

    @property
    def confirms(self) -> bool:
        """Whether unambiguous matches count at once; those of a subset only below its bound of coincidence.

        Names that are alike prove nothing unless the author says so; what is only likely never counts.
        """
        if self.likely is not None:
            return False
        if self.confirm:
            return self.confirm == "automatic"
        return self.subset is not None or (self.rests_on_reference and self.similar is None)


def _check_groups(item: Pass) -> None:
    groups = item.group or Groups()
    left, right = groups.keys("left"), groups.keys("right")
    if not (left or right):
        refuse(
            Fault("`group` names no columns", ("group",), "write group: {left: payout_id, right: ref_payout}")
        )
    if left and right and len(left) != len(right):
        refuse(Fault(f"{len(left)} columns on the left, {len(right)} on the right", ("group",)))
    texts = [text.partition(".")[0] for text in item.contains or {}]
    if ("left" in texts and left) or ("right" in texts and right):
        refuse(Fault("the side whose text is searched cannot be grouped", ("group",), "group the other side"))
    if bool(left) != bool(right) and not (item.same or item.contains or item.similar or item.where):
        side, names = "left" if left else "right", ", ".join(left or right)
        refuse(
            Fault(
                "only one side is grouped, and nothing ties the group to an entry of the other",
                ("group",),
                "name the other side's column too, or add same:, contains:, similar: or where:; groups that only the "
                f"amount ties are found by subset: {{many: {side}, groups: [[{names}]], runs: false, most: 0}}",
            )
        )
