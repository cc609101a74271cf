"""The tables of the registry: what each says, its columns, and of what there is one on every day.

Each is a file under `configs/partners/registry` named after it: CSV, the first sheet of a workbook, or a list in YAML.
A dated row holds from the day in `from` through the last day in `until`; an empty one has no end on that side.
"""

from dataclasses import dataclass
from typing import Final, Literal

KINDS: Final = ("agent", "aggregator", "reseller", "affiliate", "merchant", "isv", "mini_app", "vas_provider")
"""What a partner may be."""
STATUSES: Final = ("applied", "onboarding", "active", "restricted", "suspended", "deactivated")
"""The stations of a partner's life, in their usual order."""
SCHEMES: Final = ("iban", "nuban", "clabe", "aba", "card", "other")
"""How the digits of a bank account are checked."""

Kind = Literal["text", "day", "number", "choice", "name"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `needed` ones are never empty, `of` are the tables one of which must know the name in it."""

    name: str
    kind: Kind = "text"
    needed: bool = False
    choices: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    account: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table: on each day there is at most one row for each `key`. Tables without days are logs of what happened."""

    name: str
    says: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    dated: bool = True
    about: str = "partner"
    """The column that names whom a row is about."""
    money: bool = False
    """Whether it decides where money goes: its changes need a second person."""

    @property
    def needed(self) -> tuple[str, ...]:
        """The columns that every file of the table has."""
        return tuple(one.name for one in self.columns if one.needed)

    @property
    def optional(self) -> tuple[str, ...]:
        """The columns that a file may have."""
        return tuple(one.name for one in self.columns if not one.needed) + (DATES if self.dated else ())

    @property
    def header(self) -> tuple[str, ...]:
        """All columns in the order in which they are written."""
        return tuple(one.name for one in self.columns) + (DATES if self.dated else ())


DATES: Final = ("from", "until")
_PARTNER: Final = Column("partner", "name", needed=True, of=("partners",))

TABLES: Final[dict[str, Table]] = {
    one.name: one
    for one in (
        Table(
            "partners", "who the partners are",
            (Column("partner", "name", needed=True), Column("kind", "choice", needed=True, choices=KINDS),
             Column("name", needed=True), Column("region"), Column("country"), Column("tax_id"), Column("phone"),
             Column("email")),
            ("partner",),
        ),
        Table(
            "statuses", "where partners stand, and why",
            (_PARTNER, Column("status", "choice", needed=True, choices=STATUSES), Column("reason")),
            ("partner",),
        ),
        Table(
            "programmes", "the programmes that partners take part in",
            (Column("programme", "name", needed=True), Column("title", needed=True)),
            ("programme",), about="programme",
        ),
        Table(
            "offers", "the offers of a programme, and the plan that pays each",
            (Column("programme", "name", needed=True, of=("programmes",)), Column("offer", "name", needed=True),
             Column("plan"), Column("title")),
            ("programme", "offer"), about="programme",
        ),
        Table(
            "enrolments", "who takes part in which programme, at which offer",
            (_PARTNER, Column("programme", "name", needed=True, of=("programmes",)), Column("offer", "name")),
            ("partner", "programme"),
        ),
        Table("tags", "words that group partners", (_PARTNER, Column("tag", needed=True)), ("partner", "tag")),
        Table(
            "people", "who looks after partners, in which role; a post without a row on a day is vacant",
            (Column("person", "name", needed=True), Column("role", "name", needed=True), Column("name", needed=True),
             Column("region"), Column("email")),
            ("person",), about="person",
        ),
        Table(
            "hierarchy", "who stands directly above a partner, or above one of the people",
            (Column("who", "name", needed=True, of=("partners", "people")),
             Column("above", "name", needed=True, of=("partners", "people"))),
            ("who",), about="who",
        ),
        Table(
            "owners", "who looks after a partner",
            (_PARTNER, Column("owner", "name", needed=True, of=("people",))),
            ("partner",),
        ),
        Table(
            "entities", "who is paid; `shared` says whether several partners may be paid through it",
            (Column("entity", "name", needed=True), Column("name", needed=True), Column("country"), Column("tax_id"),
             Column("shared", "choice", choices=("yes", "no"))),
            ("entity",), about="entity", money=True,
        ),
        Table(
            "accounts", "the bank details of a payout entity",
            (Column("entity", "name", needed=True, of=("entities",)), Column("currency"),
             Column("scheme", "choice", needed=True, choices=SCHEMES), Column("account", needed=True, account=True),
             Column("bank"), Column("holder")),
            ("entity", "currency"), about="entity", money=True,
        ),
        Table(
            "payees", "the payout entity through which a partner is paid, for all programmes or for one",
            (_PARTNER, Column("programme", "name", of=("programmes",)),
             Column("entity", "name", needed=True, of=("entities",))),
            ("partner", "programme"), money=True,
        ),
        Table(
            "holdings", "what partners hold: terminals, devices, merchant codes",
            (_PARTNER, Column("what", "name", needed=True), Column("thing", needed=True)),
            ("what", "thing"),
        ),
        Table(
            "documents", "documents and steps of the checklist; `until` is the last day on which they are good",
            (_PARTNER, Column("document", "name", needed=True), Column("number")),
            ("partner", "document"),
        ),
        Table(
            "targets", "the least that somebody is to reach; weeks and months take their share of other days",
            (Column("who", "name", needed=True, of=("partners", "people")), Column("measure", "name", needed=True),
             Column("value", "number", needed=True)),
            ("who", "measure"), about="who",
        ),
        Table(
            "contacts", "who spoke to whom, and when",
            (_PARTNER, Column("person", "name", needed=True, of=("people",)), Column("day", "day", needed=True),
             Column("channel"), Column("note")),
            ("partner", "person", "day", "channel"), dated=False,
        ),
        Table(
            "issues", "what partners asked or complained about, and when it was settled",
            (Column("issue", "name", needed=True), _PARTNER, Column("topic"), Column("opened", "day", needed=True),
             Column("resolved", "day"), Column("person", "name", of=("people",))),
            ("issue",), dated=False,
        ),
    )
}  # fmt: skip
"""Every table by its name, in the order in which one leans on another."""


def columns_named_like(header: set[str]) -> list[Table]:
    """The tables that a file with these columns may be, those with most of them first."""
    fitting = [one for one in TABLES.values() if set(one.needed) <= header <= set(one.header)]
    return sorted(fitting, key=lambda one: -len(one.needed))
