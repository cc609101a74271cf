"""The table of a plan's explanation rows, and how it is spelt out.

While a part of the payees is worked on, its table is narrow: a row says by its `code` which part of the plan it is.
Codes rise in the order of the calculation: thousands are components, then limits, overrides, rounding. What is kept of
it is spelt out and in order; words that a code stands for are of an enumerated type.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from recon.engines.names import identifier, text_literal
from recon.model.periods import Period
from recon.payouts.periods.period import LeftOut
from recon.payouts.plan.plan import Plan
from recon.payouts.rows import Kind
from recon.payouts.sets.parts import plain_text

STEP = 1000
"""Parts that one step of the calculation may have."""
FIXED = ("plan", "version", "period", "currency")
MEANING = ("kind", "component", "words", "rate")
OWN, FIRST_RECEIVER = 0, 1
"""Who receives a row, by number: whoever is credited itself, or a name of the table of receivers."""
NO_TEXT = "CAST(NULL AS VARCHAR)"


@dataclass
class PlanRows:
    """The rows of a plan in an engine: the name of their table, and what each code stands for.

    `payees` is the table that numbers payees; `part` holds the rows of the payees that are worked on, `people` those
    of them who are credited.
    """

    plan: Plan
    table: str
    payees: str
    meaning: dict[int, tuple[Kind, str, str, str]] = field(default_factory=dict)
    """Kind, component, words and rate by code."""
    left_out: list[LeftOut] = field(default_factory=list)
    """What names nobody to pay."""
    said: bool = False
    """Whether words or rates of some rows are their own."""
    with_units: set[int] = field(default_factory=set)
    """The codes of rows whose words end with their units."""

    @property
    def part(self) -> str:
        """The table of the rows that are worked on."""
        return f"{self.table}_part"

    @property
    def people(self) -> str:
        """The table of those who are credited in the part."""
        return f"{self.table}_people"

    @property
    def holders(self) -> str:
        """The table of who holds each level above a payee, by number."""
        return f"{self.table}_holders"

    @property
    def receivers(self) -> str:
        """The table of those who hold a level, by number."""
        return f"{self.table}_receivers"

    def spelt_out(self) -> str:
        """The rows of the part by payee and in the order of the calculation; no codes any more."""
        words, rate, receiver, joined = "m.words", "m.rate", "", ""
        if self.said:
            words, rate = "coalesce(r.said, m.words)", "coalesce(r.said_rate, m.rate)"
        if self.with_units:
            rate = f"CAST({rate} AS VARCHAR)"
            units = ", ".join(map(str, sorted(self.with_units)))
            words = f"CASE WHEN r.code IN ({units}) THEN m.words || {plain_text('r.units')} ELSE {words} END"
        if self.plan.overrides is not None:
            receiver = "coalesce(n.name, p.payee) AS payee, "
            joined = f"LEFT JOIN {identifier(self.receivers)} AS n ON n.receiver = r.receiver "
        return (
            f"SELECT p.payee AS credited, r.entry_id, {receiver}m.kind, m.component, {words} AS words, r.units, "
            f"{rate} AS rate, r.amount, r.entries FROM {identifier(self.part)} AS r "
            f"JOIN {identifier(self.payees)} AS p USING (payee_no) JOIN ({self._meaning()}) AS m USING (code) {joined}"
            f"WHERE p.payee <> '' ORDER BY payee_no, code // {STEP}, r.line ASC NULLS FIRST, code"
        )

    def sql(self, period: Period) -> str:
        """All rows in the shape of PAYOUT_ROWS: in the order in which they were put into the table."""
        plan = self.plan
        texts = zip(FIXED, (plan.plan, plan.version, str(period), plan.currency), strict=True)
        fixed = ", ".join(f"{_enumerated(text_literal(text), [text])} AS {name}" for name, text in texts)
        payee = "payee" if plan.overrides else "credited AS payee"
        return (
            f"SELECT {fixed}, credited, entry_id, {payee}, kind, component, words, units, rate, amount, entries "
            f"FROM {identifier(self.table)}"
        )

    def _meaning(self) -> str:
        """What codes stand for, as a table of words that are few: their type makes writing them cheap."""
        rows = [(code, (kind.value, *others)) for code, (kind, *others) in sorted(self.meaning.items())]
        if not rows:
            rows = [(-1, ("", "", "", ""))]
        columns = [
            f"{_enumerated(name, (texts[position] for _, texts in rows))} AS {name}"
            for position, name in enumerate(MEANING)
        ]
        values = ", ".join(f"({code}, {', '.join(map(text_literal, texts))})" for code, texts in rows)
        return f"SELECT code, {', '.join(columns)} FROM (VALUES {values}) AS v(code, {', '.join(MEANING)})"


def _enumerated(value: str, texts: Iterable[str]) -> str:
    return f"CAST({value} AS ENUM ({', '.join(map(text_literal, dict.fromkeys(texts)))}))"
